#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// bsn-bench: what it counts is what the chain has; and hosts whose identities
// are of different algorithms make a chain that it can measure.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import {
  Node, check, cleanup, deposit, digestOf, equal, evidenceChain, freePort, main,
  prefix, test, until,
} from './lib.mjs';
import { ledger, level, makeChain, sameBlock, startHosts } from
  './network.mjs';

const bench = path.join(prefix, 'bin/bsn-bench');
const PARTS = ['consensus', 'crypto', 'engine', 'execution', 'host', 'notify',
  'parse', 'storage'];
const measured = new Map(); // reports by algorithms
let node;

// {code, out, err} of the tool; on success `out` is JSON.
async function run(...args) {
  try {
    const { stdout } = await promisify(execFile)(bench,
      [...args, '--json'].map(String), { env: { ...process.env, BSN_ID: '' } });
    return { code: 0, out: JSON.parse(stdout) };
  } catch (error) {
    return { code: error.code, out: error.stdout, err: error.stderr };
  }
}

// Signatures that the host has judged to be good.
async function verified(host, algorithm) {
  const { body } = await host.ops('/metrics');
  const sample = 'bsn_signatures_verified_total' +
    `{algorithm="${algorithm}",result="good"} `;
  const at = body.indexOf(sample);
  check(at >= 0, `/metrics has no ${sample}`);
  return parseInt(body.slice(at + sample.length), 10);
}

// Runs it; the ledger has grown by what it says.
async function measure(host, chain, ...args) {
  const before = await ledger(host, chain);
  const { code, out, err } = await run(chain, ...args);
  equal(code, 0, `exit code (${err})`);
  const after = await ledger(host, chain);
  equal(after.txs - before.txs, out.transactions + 100,
    'transactions of the ledger, with those to warm up');
  equal(after.invalid_txs, before.invalid_txs, 'invalid ones');
  equal(out.committed, out.transactions, 'committed');
  equal(JSON.stringify(out.errors), '{}', 'errors');
  const { min, p50, p90, p99, max } = out.latency_ms;
  check(0 < min && min <= p50 && p50 <= p90 && p90 <= p99 && p99 <= max,
    `latencies ${JSON.stringify(out.latency_ms)}`);
  return { out, blocks: after.height - before.height };
}

for (const crypto of ['sm', 'std'])
  test(`a closed loop on a ${crypto} chain commits what it says`, async () => {
    if (!node) {
      node = await Node.make();
      await node.start();
    }
    await node.api('POST', '/v1/chains',
      { name: crypto, framework: 'fisco', config: { crypto } });
    const algorithm = crypto === 'sm' ? 'sm2' : 'secp256k1';
    const before = await verified(node, algorithm);
    const { out, blocks } = await measure(node, crypto, '-n', node.dir,
      '-c', 300, '-w', 100, '-f', 4);
    const rise = await verified(node, algorithm) - before;
    check(rise >= 400 && rise < 800, `${rise} are judged: not once each`);
    equal(out.requests, 300, 'requests');
    check(out.on_hosts.blocks > 0 && out.on_hosts.blocks <= blocks,
      `${out.on_hosts.blocks} of ${blocks} blocks`);
    equal(Object.keys(out.on_hosts.cpu_s).sort().join(), PARTS.join(),
      'parts of the CPU time');
    for (const part of ['crypto', 'execution', 'storage', 'host'])
      check(out.on_hosts.cpu_s[part] > 0, `no time for ${part}`);
    const shares = Object.values(out.on_hosts.cpu_share)
      .reduce((a, b) => a + b);
    check(Math.abs(shares - 1) < 0.01, `shares make ${shares}`);
    const stages = new Map(out.on_hosts.stages.map((s) => [s.name, s]));
    for (const name of ['parse', 'queue', 'verify', 'store', 'commit'])
      check(stages.get(name)?.count > 0, `nothing was timed in ${name}`);
    equal(stages.get('verify').transactions, 300, 'transactions verified');
    const [{ resident_bytes, anonymous_bytes, disk_after_bytes }] = out.nodes;
    check(resident_bytes >= anonymous_bytes && anonymous_bytes > 0,
      `memory ${resident_bytes}, ${anonymous_bytes}`);
    check(disk_after_bytes > 0, `disk ${disk_after_bytes}`);
    measured.set(crypto, out);
  });

test('a report is shown again, and two are compared', async () => {
  const files = [...measured].map(([crypto, out]) => {
    const file = path.join(node.dir, `${crypto}.json`);
    writeFileSync(file, JSON.stringify(out));
    return file;
  });
  const page = path.join(node.dir, 'page.html');
  await promisify(execFile)(bench, ['report', ...files, '--html', page]);
  check(readFileSync(page, 'utf8').includes('Side by side'), 'the page');
  const compared = await run('compare', ...files);
  equal(compared.code, 0, `exit code (${compared.err})`);
  equal(compared.out.pairs[0].lines[0].measure, 'throughput', 'measure');
  const below = await run('compare', files[0], files[0], '--fail-below', 101);
  equal(below.code, 1, 'exit code');
});

test('an open loop sends in batches at its rate', async () => {
  const { out } = await measure(node, 'std', '-n', node.dir, '-c', 200,
    '-w', 100, '--rate', 2000, '--batch', 50);
  equal(out.loop, 'open', 'loop');
  equal(out.requests, 4, 'requests');
  check(out.seconds >= 0.1, `200 at 2000 a second took ${out.seconds} s`);
});

test('what expires meanwhile is made anew', async () => {
  await node.api('POST', '/v1/chains', { name: 'brief', framework: 'fisco',
    config: { crypto: 'std', block_limit_range: 20 } });
  const { out } = await measure(node, 'brief', '-n', node.dir, '-c', 200,
    '-w', 100, '-f', 1);
  check(out.retries.expired > 0, `retries ${JSON.stringify(out.retries)}`);
});

test('an identity of P-256 and an address will do', async () => {
  process.env.BSN_HOME = node.dir;
  const { out } = await measure(node, 'sm', '-n',
    `https://127.0.0.1:${node.port}`, '--id', 'loader', '-c', 50, '-w', 100);
  check(!('on_hosts' in out), 'the address does not tell of /metrics');
  const port = await freePort();
  const { code, err } = await run('sm', '-n', node.dir, '-n',
    `https://127.0.0.1:${port}`, '--id', 'loader', '-c', 50);
  equal(code, 1, 'exit code where one of two hosts is not there');
  const { reason } = JSON.parse(err).error;
  check(reason.includes(`127.0.0.1:${port}: Connection refused`), reason);
  delete process.env.BSN_HOME;
});

test('what cannot be measured is explained', async () => {
  const missing = await run('nowhere', '-n', node.dir);
  equal(missing.code, 1, 'exit code');
  equal(JSON.parse(missing.err).error.name, 'not-found', 'error');
  const wrong = await run('sm', '-n', node.dir, '--batch', 0);
  equal(wrong.code, 2, 'exit code');
  equal(JSON.parse(wrong.err).error.name, 'usage', 'error');
});

test('transactions without effect are failures with a name', async () => {
  await evidenceChain(node, 'notes', 'sm');
  const { function: name, args } = deposit(digestOf('once'));
  const { code, out } = await run('notes', '-n', node.dir, '-c', 20, '-w', 0,
    '-f', 2, '--contract', 'evidence', '--function', name,
    '--args', JSON.stringify(args));
  equal(code, 1, 'exit code');
  const { committed, errors } = JSON.parse(out);
  equal(committed, 0, 'committed: the contract takes deposits of others');
  equal(JSON.stringify(errors), '{"reverted":20}', 'errors');
});

async function madeChains() {
  const { chains } = await node.api('GET', '/v1/chains');
  return chains.map(({ name }) => name)
    .filter((name) => name.startsWith('bench-'));
}

// A workload on chains that are made for it, and gone afterwards.
async function workload(name, ...args) {
  const { code, out, err } = await run('run', name, '-n', node.dir, ...args);
  equal(code, 0, `exit code (${err})`);
  equal(await madeChains(), [], 'chains that are left');
  return out;
}

test('a workload is the same on all frameworks', async () => {
  const { runs } = await workload('compare-engines', '-c', 40, '-w', 10,
    '-b', 10, '-f', 2);
  equal(runs.map(({ label, committed, errors }) =>
    [label, committed, JSON.stringify(errors)]).join(), 'fisco,40,{},' +
    'fabric,40,{},xuper,40,{}', 'runs');
});

test('each transaction has a key of its own', async () => {
  const out = await workload('transfer', '-c', 60, '-w', 0, '-b', 20,
    '--records', 20, '--signers', 'first-seen', '--draw', 'zipfian 0.9');
  equal([out.committed, out.signers], [60, undefined], 'result');
});

test('owners of tokens sign, and accounts are asked for', async () => {
  const tokens = await workload('erc20', '-c', 60, '-w', 0, '-b', 20,
    '--records', 10, '--signers', 10);
  equal([tokens.committed, tokens.signers], [60, 10], 'tokens');
  const call = await workload('call', '-c', 60, '-w', 0, '--records', 10);
  equal([call.committed, call.reads], [60, true], 'queries');
});

for (const how of [[], ['--websocket']])
  test(`events reach who listens ${how}`, async () => {
    const out = await workload('events', '-c', 50, '-w', 10, '-r', 500,
      '--subscribers', 3, ...how);
    equal([out.committed, out.events], [50, 150], 'events');
    check(out.delivery_ms.min > 0, JSON.stringify(out.delivery_ms));
  });

test('many chains take requests in turn', async () => {
  const out = await workload('many-chains', '--count', 3, '-c', 60, '-w', 0,
    '-f', 3);
  equal([out.committed, out.chains, out.on_hosts.blocks > 3], [60, 3, true],
    'chains');
});

for (const signal of ['SIGINT', 'SIGTERM'])
  test(`${signal} ends a run with what it has`, async () => {
    const child = spawn(bench, ['run', 'many-chains', '-n', node.dir, '--count',
      '2', '-w', '0', '-r', '20', '-c', '4000', '--json'],
    { env: { ...process.env, BSN_ID: '' }, stdio: ['ignore', 'pipe', 'pipe'] });
    cleanup(() => child.kill('SIGKILL'));
    const texts = ['', ''];
    [child.stdout, child.stderr].forEach((stream, i) =>
      stream.on('data', (part) => { texts[i] += part; }));
    const closed = once(child, 'close');
    await until('something is committed', async () => {
      const [chain] = await madeChains();
      return chain && (await ledger(node, chain)).txs > 0;
    });
    child.kill(signal);
    equal(await closed, [1, null], 'exit status');
    check(texts[1].includes(`ended by ${signal}`), texts[1]);
    const { committed, ended_early: early } = JSON.parse(texts[0]);
    check(committed > 0 && committed < 4000, `${committed} are reported`);
    equal(early, true, 'ended early');
    equal(await madeChains(), [], 'chains that are left');
  });

test('a ramp ends at a rate that keeps its bound', async () => {
  const { ramp, committed } = await workload('many-chains', '--count', 1,
    '-m', 'ramp', '--start', 50, '--most', 100, '--step-seconds', 0.5,
    '--bound-ms', 10000);
  equal([ramp.best_rate, ramp.steps.map(({ rate }) => rate).join()],
    [100, '50,100'], 'rates');
  equal(committed, 100, 'transactions of the last step');
});

test('hosts of three algorithms keep one chain', async () => {
  await node.stop();
  const algorithms = ['sm2', 'ecdsa-p256', 'ecdsa-secp256k1', 'ecdsa-p256'];
  const hosts = await startHosts(4, [], (i) =>
    ['--host-algorithm', algorithms[i], '--algorithm',
      i === 3 ? 'ecdsa-p256' : 'sm2']);
  await makeChain(hosts, 'mixed',
    { crypto: 'sm', consensus: { name: 'pbft' } });
  const { out } = await measure(hosts[0], 'mixed',
    ...hosts.flatMap((host) => ['-n', host.dir]), '-c', 200, '-w', 100,
    '-b', 10, '-f', 4);
  equal(out.hosts, 4, 'hosts');
  check(out.on_hosts.cpu_s.consensus > 0, 'no time for consensus');
  await sameBlock(hosts, 'mixed', await level(hosts, 'mixed'));
  for (const host of hosts) {
    const { peers } = await host.ctlJson('peer', 'list');
    equal(peers.length, 3, `connections of ${host.name}`);
  }
  for (const host of hosts) await host.stop();
});

await main();
