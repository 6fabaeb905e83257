#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// XuperChain-style chains through the gateways of all their hosts, by bsn-bench:
// transfers of outputs that have nothing to do with each other, puts to keys of
// their own, and calls that put and tell an event, all made and signed before the
// clock starts; beside a FISCO-style chain on as many hosts, whose transactions
// (DagTransfer) come the same way. Prints the tables of docs/performance.md.
//   BSN_PREFIX=... BSN_BUILD=... tests/bench/xuper.mjs [NETWORK]...
//     [--crypto std,sm] [--loads transfers,puts,calls] [--transactions N]
//     [--batch N] [--clients N] [--outputs N]
// NETWORK is single:1, chainedbft:4, solo:1 or pbft:4, all without one. With SM
// half as many are sent. --outputs is how many unspent outputs there are at least
// when transfers begin.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build, check, main, note, prefix, test, until }
  from '../integration/lib.mjs';
import { level, makeChain, startHosts } from '../integration/network.mjs';
import { committed, makeXuper } from '../integration/xuper.mjs';
import { workload } from '../integration/uniform.mjs';

const CHAIN = 'bench';
const NUMBER = 7; // whose private key signs
const QUOTA = 10 ** 12;
const ALONE = 200;
const words = process.argv.slice(2);

// The value of an option of this script, taken out of the words.
function take(option, otherwise) {
  const at = words.indexOf(option);
  if (at < 0) return otherwise;
  return words.splice(at, 2)[1];
}

const cryptos = take('--crypto', 'std,sm').split(',');
const loads = take('--loads', 'transfers,puts,calls').split(',');
const TRANSACTIONS = Number(take('--transactions', 10000));
const BATCH = Number(take('--batch', 100));
const CLIENTS = Number(take('--clients', 16));
const OUTPUTS = Number(take('--outputs', 0));
const networks = words.length > 0 ? words
  : ['single:1', 'solo:1', 'chainedbft:4', 'pbft:4'];
const isXuper = (consensus) => ['single', 'chainedbft'].includes(consensus);

// ---- transactions that are made beforehand ----

function make(suite, what, args = [], input = '') {
  const text = execFileSync(`${build}/tests/bench/xuper-txs`,
    [suite, what, NUMBER, ...args].map(String),
    { input, encoding: 'utf8', maxBuffer: 2 ** 30,
      env: { ...process.env, G_TEST_BUILDDIR: build } });
  return text.split('\n').filter((line) => !line.startsWith('#'));
}

// A file of lines for bsn-bench.
function fileOf(host, name, lines) {
  const file = path.join(host.home, name);
  fs.writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

async function makeTransfers(hosts, suite, n) {
  const { detail: { txs: [{ txid: root }] } } =
    await hosts[0].api('GET', `/v1/chains/${CHAIN}/blocks/0?txs=1`);
  const lines = make(suite, 'transfers',
    [root, QUOTA, n, OUTPUTS]);
  const splits = lines.splice(0, lines.indexOf(''));
  while (splits.length > 0) {
    const { results } = await hosts[0].api('POST',
      `/v1/chains/${CHAIN}/txs?wait=committed&timeout_ms=60000`,
      { txs: splits.splice(0, 5) });
    for (const result of results)
      check(result.stage === 'committed', JSON.stringify(result));
  }
  return lines.slice(1, n + 1);
}

const prepared = {
  puts: (i) => ({ contract: 'conform', function: 'put',
    args: [`key-${i}`, `value ${i}`] }),
  calls: (i) => ({ contract: 'bank', function: 'deposit',
    args: [`paper-${i}`, `digest ${i}`] }),
};

async function deploy(host, suite) {
  const [first] = workload('xuper').contract.versions;
  const { contract, code, options } = workload('xuper').prepare[0];
  await host.api('POST', '/v1/ids', { name: 'till',
    algorithm: suite === 'gm' ? 'sm2' : 'ecdsa-p256' });
  for (const one of [{ contract: 'conform', ...first },
    { contract, code, options }])
    await committed(host, CHAIN, { kind: 'deploy', contract: one.contract,
      code: one.code.replace(/^hex:/, '0x'), options: one.options,
      signer: 'till' });
}

let next = 0;

// By the hosts, which run the contract and say what is to be signed.
async function makeCalls(hosts, suite, load, n) {
  const publicKey = make(suite, 'key')[0].split(' ')[1];
  const list = Array.from({ length: n }, () => prepared[load](next++));
  const lines = [];
  const lane = async (host) => {
    for (let request; (request = list.pop()) !== undefined;) {
      const { state } = await host.api('POST',
        `/v1/chains/${CHAIN}/txs/prepare`,
        { ...request, public_key: publicKey });
      lines.push(JSON.parse(Buffer.from(state.slice(2), 'hex')).tx);
    }
  };
  await Promise.all(Array.from({ length: 4 * hosts.length },
    (_, i) => lane(hosts[i % hosts.length])));
  return make(suite, 'sign', [], lines.map((line) => `${line}\n`).join(''))
    .slice(0, n);
}

const makeLines = (hosts, suite, load, n) => load === 'transfers'
  ? makeTransfers(hosts, suite, n) : makeCalls(hosts, suite, load, n);

// ---- the run ----

function bench(hosts, ...args) {
  const nodes = hosts.flatMap((host) => ['-n', host.dir]);
  return JSON.parse(execFileSync(path.join(prefix, 'bin/bsn-bench'),
    [CHAIN, '--json', ...nodes, ...args.map(String)], { encoding: 'utf8' }));
}

const rows = [];

// One row of each table. `from`: what bsn-bench is told of the transactions of a
// part of the run.
function measure(hosts, what, n, from) {
  const warm = Math.floor(n / 10);
  const batches = bench(hosts, ...from('all'), '-w', warm, '-c', n,
    '-b', BATCH, '-f', CLIENTS);
  const alone = bench(hosts, ...from('alone'), '-w', 10, '-c', ALONE, '-f', 1);
  for (const { errors } of [batches, alone])
    check(Object.keys(errors).length === 0, JSON.stringify(errors));
  const ms = (one) => `${one.latency_ms.p50.toFixed(1)} / ` +
    `${one.latency_ms.p99.toFixed(1)}`;
  const host = batches.on_hosts;
  const cpu = Object.values(host.cpu_s).reduce((a, b) => a + b, 0);
  const share = (part) => `${Math.round(100 * host.cpu_share[part])} %`;
  rows.push({ what, rate: batches.committed_per_s,
    first: [Math.round(batches.committed_per_s), ms(batches), ms(alone),
      `${(1000 * cpu / n).toFixed(2)} ms`, Math.round(n / host.blocks)],
    second: [...['crypto', 'execution', 'engine', 'storage', 'consensus',
      'host'].map(share), (host.syncs / hosts.length / host.blocks).toFixed(1),
    `${host.sync_ms.toFixed(1)} ms`, batches.tx_bytes] });
  note(`${what}: ${JSON.stringify(rows.at(-1))}`);
}

async function start(size, crypto, chain) {
  const identity = crypto === 'sm' ? 'sm2' : 'ecdsa-p256';
  const hosts = await startHosts(size, [], () => ['--algorithm', identity]);
  await chain(hosts);
  for (const host of hosts)
    await until('all are connected', async () =>
      (await host.api('GET', `/v1/chains/${CHAIN}/status`)).connected ===
      hosts.length);
  return hosts;
}

async function runXuper(consensus, size, crypto, n) {
  const suite = crypto === 'sm' ? 'gm' : 'default';
  const [address] = make(suite, 'key')[0].split(' ');
  const hosts = await start(size, crypto, (all) => makeXuper(all, CHAIN, {
    crypto: suite, nofee: true, consensus: { name: consensus },
    predistribution: [{ address, quota: String(QUOTA) }] }));
  await deploy(hosts[0], suite);
  await level(hosts, CHAIN);
  for (const load of loads) {
    const lines = await makeLines(hosts, suite, load,
      n + Math.floor(n / 10) + ALONE + 10);
    const files = { alone: fileOf(hosts[0], 'alone', lines.splice(-ALONE - 10)),
      all: fileOf(hosts[0], 'all', lines) };
    await level(hosts, CHAIN);
    measure(hosts, `${consensus} of ${size}, ${crypto}, ${load}`, n,
      (part) => ['--from', files[part]]);
  }
  for (const host of hosts) await host.stop();
}

async function runFisco(consensus, size, crypto, n) {
  const hosts = await start(size, crypto, (all) =>
    makeChain(all, CHAIN, { crypto, consensus: { name: consensus } }));
  measure(hosts, `FISCO-style, ${consensus} of ${size}, ${crypto}`, n,
    () => []);
  for (const host of hosts) await host.stop();
}

for (const network of networks)
  for (const crypto of cryptos)
    test(`${network}, ${crypto}`, async () => {
      const [consensus, size] = network.split(':');
      const n = crypto === 'sm' ? TRANSACTIONS / 2 : TRANSACTIONS;
      await (isXuper(consensus) ? runXuper : runFisco)(consensus, Number(size),
        crypto, n);
    });

const line = (cells) => note(`| ${cells.join(' | ')} |`);

test('the tables', async () => {
  line(['', 'committed a second', 'batches, p50 / p99, ms',
    'alone, p50 / p99, ms', 'CPU a transaction, all hosts',
    'transactions a block']);
  line(Array(6).fill('---'));
  for (const { what, first } of rows) line([what, ...first]);
  note('');
  line(['', 'crypto', 'execution', 'engine', 'storage', 'consensus', 'host',
    'syncs a block and host', 'a sync', 'bytes']);
  line(Array(10).fill('---'));
  for (const { what, second } of rows) line([what, ...second]);
});

await main();
