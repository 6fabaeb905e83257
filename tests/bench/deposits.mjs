#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Evidence deposits (configs/bench/evidence.conf) on a FISCO-style chain, signed
// beforehand, through the gateways of all its hosts, client and hosts on the same
// cores. Prints the tables of docs/performance.md.
//   BSN_PREFIX=... tests/bench/deposits.mjs [TABLE]... [--transactions N]
//     [--rounds N] [--heights N,...] [--idle N,...] [--subscribers N,...]
// TABLE is one of
//   rates        one host and three (Raft), SM2 and secp256k1, known signers and a
//                new one for each transaction
//   latency      four hosts (PBFT, a block each 50 ms): the highest rate whose p99
//                stays under 100 ms, and the latency at half of it
//   heights      with more and more on the ledger; with --rate N in an open loop
//   idle         with more and more chains beside it that nobody uses
//   subscribers  at one rate, with more and more who are told of each
// and rates without one. The best of so many rounds is taken of each rate.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { check, main, note, prefix, test, until } from '../integration/lib.mjs';
import { ledger, makeChain, startHosts } from '../integration/network.mjs';

const CHAIN = 'bench';
const KNOWN_SIGNERS = 64;
const { values: options, positionals } = parseArgs({ allowPositionals: true,
  options: {
    transactions: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '3' },
    heights: { type: 'string', default: '1000,10000,100000,1000000' },
    idle: { type: 'string', default: '1,100,1000,5000' },
    subscribers: { type: 'string', default: '0,1,10,50' },
    rate: { type: 'string' },
  } });
const TRANSACTIONS = Number(options.transactions);
const numbers = (text) => text.split(',').map(Number);

async function start(size, consensus, crypto) {
  const identity = crypto === 'sm' ? 'sm2' : 'ecdsa-p256';
  const hosts = await startHosts(size, [], () => ['--algorithm', identity]);
  await makeChain(hosts, CHAIN, { crypto, consensus });
  for (const host of hosts)
    await until('all are connected', async () =>
      (await host.api('GET', `/v1/chains/${CHAIN}/status`)).connected ===
      hosts.length);
  return hosts;
}

const stop = async (hosts) => {
  for (const host of hosts) await host.stop();
};

// The report of one run of bsn-bench.
function benchOn(chain, hosts, workload, ...args) {
  const report = JSON.parse(execFileSync(path.join(prefix, 'bin/bsn-bench'),
    ['run', workload, '--chain', chain, '--json',
      ...hosts.flatMap((host) => ['-n', host.dir]), ...args.map(String)],
    { encoding: 'utf8', maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'] }));
  check(Object.keys(report.errors ?? {}).length === 0,
    JSON.stringify(report.errors));
  return report;
}

const bench = (...args) => benchOn(CHAIN, ...args);

// Memory and files that a host needs for so much, it has from here on: on another
// chain, so that the measured one is still low.
async function warm(hosts) {
  await makeChain(hosts, 'warm', { crypto: 'sm', consensus: { name: 'solo' } });
  benchOn('warm', hosts, 'evidence', '-c', 200000, '--signers', KNOWN_SIGNERS);
}

const deposits = (hosts, n, ...args) => bench(hosts, 'evidence',
  '-c', n, '-w', Math.ceil(n / 10), ...args);

function best(hosts, ...args) {
  const runs = Array.from({ length: Number(options.rounds) },
    () => deposits(hosts, TRANSACTIONS, ...args));
  return runs.sort((a, b) => b.committed_per_s - a.committed_per_s)[0];
}

const PARTS = ['parse', 'crypto', 'consensus', 'execution', 'storage', 'notify',
  'engine', 'host'];
const us = (seconds, report) =>
  (1e6 * seconds / report.committed).toFixed(1);
const sum = (cpu) => Object.values(cpu).reduce((a, b) => a + b, 0);
// Microseconds of CPU a transaction, of all hosts, by what they went to, and of
// the client.
const costs = (report) => [us(sum(report.on_hosts.cpu_s), report),
  ...PARTS.map((part) => us(report.on_hosts.cpu_s[part], report)),
  us(report.client_cpu_s, report)];
const COSTS = ['CPU of the hosts, µs', ...PARTS, 'of the client'];
const millis = (report, ...names) => names
  .map((name) => report.latency_ms[name].toFixed(1)).join(' / ');
const written = (report) => Math.round(report.nodes.reduce((bytes, node) =>
  bytes + node.written_bytes, 0) / report.nodes.length / report.committed);

const line = (cells) => note(`| ${cells.join(' | ')} |`);
function table(head, rows) {
  line(head);
  line(head.map(() => '---'));
  rows.forEach(line);
}

const tables = {
  async rates() {
    const rows = [];
    for (const [size, consensus] of [[1, 'solo'], [3, 'raft']])
      for (const crypto of ['sm', 'std']) {
        const hosts = await start(size, { name: consensus }, crypto);
        for (const signers of [KNOWN_SIGNERS, 'first-seen']) {
          const report = best(hosts, '--signers', signers);
          rows.push([`${consensus} of ${size}, ${crypto}, ` +
            `${signers === KNOWN_SIGNERS ? 'known' : 'new'} signers`,
          Math.round(report.committed_per_s), millis(report, 'p50', 'p99'),
          ...costs(report), written(report),
          Math.round(report.committed / report.on_hosts.blocks)]);
          note(rows.at(-1).join(' | '));
        }
        await stop(hosts);
      }
    table(['', 'committed a second', 'batches, p50 / p99, ms', ...COSTS,
      'bytes written a host', 'transactions a block'], rows);
  },

  async latency() {
    const hosts = await start(4, { name: 'pbft', block_interval_ms: 50 }, 'sm');
    const all = ['--signers', KNOWN_SIGNERS, '-b', 10];
    deposits(hosts, TRANSACTIONS / 5, ...all); // their keys become known
    const ramp = bench(hosts, 'evidence', ...all, '--mode', 'ramp');
    const most = ramp.ramp.best_rate;
    note(`the highest rate: ${most}`);
    const rows = [];
    for (const share of [0.1, 0.25, 0.5, 0.75]) {
      const report = deposits(hosts, Math.round(10 * share * most), ...all,
        '--mode', 'open', '--rate', Math.round(share * most));
      rows.push([`${100 * share} %`, Math.round(report.committed_per_s),
        millis(report, 'p50', 'p95', 'p99', 'p999'), ...costs(report)]);
    }
    await stop(hosts);
    table(['of the highest rate', 'committed a second',
      'p50 / p95 / p99 / p99.9, ms', ...COSTS], rows);
  },

  async heights() {
    const hosts = await start(1, { name: 'solo' }, 'sm');
    await warm(hosts);
    const loop = options.rate ? ['--mode', 'open', '--rate', options.rate] : [];
    const rows = [];
    const txs = async () => (await ledger(hosts[0], CHAIN)).txs;
    for (const height of numbers(options.heights)) {
      for (let on; (on = await txs()) < height;)
        deposits(hosts, Math.min(100000, height - on),
          '--signers', KNOWN_SIGNERS);
      const before = await txs();
      const report = best(hosts, '--signers', KNOWN_SIGNERS, ...loop);
      rows.push([before, await txs(), Math.round(report.committed_per_s),
        ...costs(report), written(report)]);
      note(rows.at(-1).join(' | '));
    }
    await stop(hosts);
    table(['before', 'after', 'committed a second', ...COSTS, 'bytes written'],
      rows);
  },

  async idle() {
    const hosts = await start(1, { name: 'solo' }, 'sm');
    const rows = [];
    let there = 1;
    for (const chains of numbers(options.idle)) {
      for (; there < chains; there++)
        await hosts[0].api('POST', '/v1/chains', { name: `idle-${there}`,
          framework: 'fisco', config: { crypto: 'sm' } });
      const report = best(hosts, '--signers', KNOWN_SIGNERS);
      rows.push([chains, Math.round(report.committed_per_s),
        ...costs(report)]);
      note(rows.at(-1).join(' | '));
    }
    await stop(hosts);
    table(['chains', 'committed a second', ...COSTS], rows);
  },

  async subscribers() {
    const hosts = await start(1, { name: 'solo' }, 'sm');
    const rows = [];
    for (const subscribers of numbers(options.subscribers)) {
      const report = bench(hosts, 'events', '-c', TRANSACTIONS / 5,
        '--subscribers', subscribers);
      rows.push([subscribers, Math.round(report.committed_per_s),
        millis(report, 'p50', 'p99'), ...costs(report)]);
      note(rows.at(-1).join(' | '));
    }
    await stop(hosts);
    table(['subscribers', 'committed a second', 'p50 / p99, ms', ...COSTS],
      rows);
  },
};

for (const name of positionals.length > 0 ? positionals : ['rates']) {
  check(tables[name], `${name} is none of ${Object.keys(tables).join(', ')}`);
  test(name, tables[name]);
}

await main();
