#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Evidence deposits on a Fabric-style channel: one key, 300 bytes, signed by
// hosted keys, endorsed by one organisation or two, through the gateways of all
// its hosts; then one at a time, submitted and waited for. For
// docs/performance.md.
//   BSN_PREFIX=... tests/bench/fabric.mjs [solo:1|raft:3|pbft:4]... [--crypto std|sm]
//     [--endorsers 1|2] [--seconds N] [--batch N] [--clients N] [--block N]
//     [--modules DIRECTORY]
// A host alone is one organisation; several are two, the first host's and the
// others'. --block is how many transactions a block has at most. With --modules,
// a node_modules with fabric-shim and fabric-contract-api (npm ci in
// tests/chaincode), the chaincode is a program of Node's, tests/bench/evidence,
// else that of runtime-native.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Node, check, equal, freePort, main, test, until }
  from '../integration/lib.mjs';
import { height, level, membersOf, startAs, trust }
  from '../integration/network.mjs';
import { Processes } from './processes.mjs';

const CHANNEL = 'bench';
const VALUE_BYTES = 300;
const ALONE_MAX = 1000;
const words = process.argv.slice(2);

// The value of an option of this script, taken out of the words.
function take(option, otherwise) {
  const at = words.indexOf(option);
  if (at < 0) return otherwise;
  return words.splice(at, 2)[1];
}

const cryptos = take('--crypto', 'std,sm').split(',');
const policies = take('--endorsers', '1,2').split(',').map(Number);
const SECONDS = Number(take('--seconds', 10));
const BATCH = Number(take('--batch', 100));
const CLIENTS = Number(take('--clients', 16));
const BLOCK = Number(take('--block', 500));
const MODULES = take('--modules', '');
const networks = words.length > 0 ? words : ['solo:1', 'raft:3', 'pbft:4'];

// ---- the hosts ----

// For bsn-hostd's children: where fabric-shim is.
function lendModules(host) {
  const paths = fs.readFileSync(host.configFile, 'utf8')
    .match(/^child_paths = (.*)$/m)[1];
  host.set('child_paths', `${paths};${MODULES}`, 'io');
  fs.appendFileSync(host.configFile,
    `\n[plugin bsn.runtime-chaincode]\nnode_path = ${MODULES}\n`);
}

async function makeHosts(n, crypto) {
  const hosts = [];
  for (let i = 0; i < n; i++) {
    const host = await Node.make(
      { init: ['--algorithm', crypto === 'sm' ? 'sm2' : 'ecdsa-p256'] });
    host.peerPort = await freePort();
    if (MODULES) lendModules(host);
    hosts.push(host);
  }
  for (const host of hosts) trust(host, hosts);
  await startAs(hosts);
  return hosts;
}

// ---- the channel ----

const mspOf = (i) => i === 0 ? 'Org1MSP' : 'Org2MSP';

// The host whose CA certifies an organisation's keys.
const authorityOf = (hosts, i) => hosts[Math.min(i, 1)];

function organisations(hosts) {
  return hosts.slice(0, 2).map((host, i) => ({
    msp_id: mspOf(i),
    root_certs: [fs.readFileSync(host.identityCa(), 'utf8')],
    node_ous: { client: 'client', peer: 'node', admin: 'admin',
      orderer: 'node' },
    application: true, orderer: true,
  }));
}

async function makeChannel(hosts, consensus, crypto) {
  const algorithm = crypto === 'sm' ? 'sm2' : 'ecdsa-p256';
  for (const [i, host] of hosts.entries()) {
    const ca = ['--ca', authorityOf(hosts, i).dir];
    await host.ctl('node', 'certify', '--algorithm', algorithm, ...ca);
    for (const [name, role] of [['boss', 'admin'], ['till', 'client']]) {
      await host.ctl('id', 'hosted', 'add', name, '--algorithm', algorithm);
      await host.ctl('id', 'hosted', 'certify', name, '--role', role,
        ...ca);
      await host.ctl('id', 'hosted', 'grant', name, 'loader');
    }
  }
  await hosts[0].api('POST', '/v1/chains', {
    name: CHANNEL, framework: 'fabric',
    config: { crypto, consensus: { name: consensus },
      batch: { max_messages: BLOCK },
      organisations: organisations(hosts) },
    members: await membersOf(hosts, algorithm),
  });
  const genesis =
    await hosts[0].api('GET', `/v1/chains/${CHANNEL}/genesis`);
  for (const host of hosts.slice(1))
    await host.api('POST', '/v1/chains', genesis);
  for (const host of hosts)
    await until('all are connected', async () =>
      (await host.api('GET', `/v1/chains/${CHANNEL}/status`)).connected ===
      hosts.length);
}

// A package of Fabric's with a file that names what runtime-native has.
function packNative(dir) {
  const pack = (archive, file, content, ...more) => {
    fs.writeFileSync(path.join(dir, file), JSON.stringify(content));
    execFileSync('tar',
      ['-C', dir, '-czf', path.join(dir, archive), file, ...more]);
  };
  pack('code.tar.gz', 'native.json', { contract: 'evidence', version: 1 });
  pack('all.tgz', 'metadata.json',
    { type: 'native', label: 'evidence_1', path: '' }, 'code.tar.gz');
}

async function makePackage(host) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-package-'));
  if (MODULES)
    await host.ctl('contract', 'pack',
      new URL('evidence', import.meta.url).pathname,
      '-o', path.join(dir, 'all.tgz'), '--label', 'evidence_1');
  else
    packNative(dir);
  const bytes = fs.readFileSync(path.join(dir, 'all.tgz'));
  fs.rmSync(dir, { recursive: true });
  return `0x${bytes.toString('hex')}`;
}

// All organisations approve, and one commits.
async function deploy(hosts, endorsers) {
  const members = [...new Set(hosts.map((_, i) => `'${mspOf(i)}.peer'`))];
  const policy = `OutOf(${endorsers}, ${members.join(', ')})`;
  const code = await makePackage(hosts[0]);
  const send = (host, request) => host.api('POST',
    `/v1/chains/${CHANNEL}/contracts?wait=committed`,
    { contract: 'evidence', signer: 'boss', ...request });
  const bosses = hosts.slice(0, members.length);
  for (const host of bosses)
    await send(host, { code, options: { step: 'approve', version: '1.0',
      policy, sequence: 1 } });
  await send(hosts[0], { code,
    options: { step: 'commit', version: '1.0', policy, sequence: 1 } });
  await level(hosts, CHANNEL);
  for (const host of hosts) // which have the package from others by then
    await until('it is run here', () => host.api('POST', txs, request()));
}

// ---- deposits ----

let next = 0;
function request() {
  const key = `evidence-${next++}`;
  return { contract: 'evidence', function: 'deposit', signer: 'till',
    args: [key, key.padEnd(VALUE_BYTES, '.')] };
}

const txs = `/v1/chains/${CHANNEL}/txs?wait=committed&timeout_ms=60000`;

// How long each took, ms, in order.
const part = (times, of) =>
  times[Math.min(times.length - 1, Math.floor(times.length * of))]
    .toFixed(1);
const quantiles = (times) => {
  times.sort((a, b) => a - b);
  return `${part(times, 0.5)} / ${part(times, 0.99)}`;
};

// Batches from several clients at once, each through the next host.
async function inBatches(hosts) {
  const times = [];
  let committed = 0;
  const end = performance.now() + SECONDS * 1000;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    const host = hosts[client % hosts.length];
    while (performance.now() < end) {
      const requests = Array.from({ length: BATCH }, request);
      const began = performance.now();
      const { results } = await host.api('POST', txs, { requests });
      times.push(performance.now() - began);
      for (const result of results)
        check(result.stage === 'committed', JSON.stringify(result));
      committed += results.length;
    }
  }));
  return { committed, times };
}

// One client, one at a time.
async function alone(host) {
  const times = [];
  const end = performance.now() + SECONDS * 500;
  while (performance.now() < end && times.length < ALONE_MAX) {
    const began = performance.now();
    equal((await host.api('POST', txs, request())).stage, 'committed', 'stage');
    times.push(performance.now() - began);
  }
  return times;
}

async function measure(hosts) {
  const processes = new Processes(hosts);
  await inBatches(hosts).then(() => level(hosts, CHANNEL)); // warm
  const before = await processes.sample();
  const from = await height(hosts[0], CHANNEL);
  const began = performance.now();
  const { committed, times } = await inBatches(hosts);
  const seconds = (performance.now() - began) / 1000;
  const blocks = await level(hosts, CHANNEL) - from;
  const used = processes.since(before, await processes.sample());
  const single = await alone(hosts[0]);
  return {
    'committed/s': Math.round(committed / seconds),
    'batch p50 / p99, ms': quantiles(times),
    'txs/block': Math.round(committed / blocks),
    'alone p50 / p99, ms': quantiles(single),
    'CPU ms/tx': (used.cpu_s * 1000 / committed).toFixed(3),
    'chaincode CPU ms/tx': (used.children_s * 1000 / committed).toFixed(3),
    parts: Object.entries(used.parts).map(([name, s]) =>
      `${name} ${Math.round(100 * s / used.parts_s)}%`).join(', '),
    'disk B/tx/host': Math.round(used.disk_bytes / hosts.length / committed),
    'memory B/tx/host':
      Math.round(used.memory_bytes / hosts.length / committed),
    'memory MiB/host': (used.memory_now / hosts.length / 2 ** 20).toFixed(1),
  };
}

for (const network of networks)
  for (const crypto of cryptos)
    for (const endorsers of policies) {
      const [consensus, size] = network.split(':');
      if (endorsers > 1 && Number(size) === 1) continue;
      const what = `${network}, ${crypto}, ${endorsers} to endorse`;
      test(what, async () => {
        const hosts = await makeHosts(Number(size), crypto);
        await makeChannel(hosts, consensus, crypto);
        await deploy(hosts, endorsers);
        console.log(`# ${what}: ${JSON.stringify(await measure(hosts))}`);
        for (const host of hosts) await host.stop();
      });
    }

await main();
