#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What an idle app chain costs: memory, CPU, threads, descriptors, disk and time
// to start, with none, 1,000 and 5,000 chains on one host; and what it costs each
// of several hosts that share 1,000 chains. For docs/performance.md.
//   BSN_PREFIX=... tests/bench/idle-chains.mjs [COUNT...] [pbft:4|raft:3]...
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Node, check, equal, main, note, test, until } from
  '../integration/lib.mjs';
import { membersOf, startHosts } from '../integration/network.mjs';

const words = process.argv.slice(2);
const counts = words.filter((word) => Number(word) >= 0).map(Number);
const networks = words.filter((word) => word.includes(':'));
const SHARED = 1000;
const CLIENTS = 16;
const IDLE_S = 30;
const ticks = Number(execFileSync('getconf', ['CLK_TCK']));

function sample(node) {
  const proc = `/proc/${node.process.pid}`;
  const status = fs.readFileSync(`${proc}/status`, 'utf8');
  const stat = fs.readFileSync(`${proc}/stat`, 'utf8')
    .replace(/^.*\) /, '').split(' ');
  const field = (key) =>
    Number(status.match(new RegExp(`${key}:\\s+(\\d+)`))[1]);
  return {
    kib: field('RssAnon'),
    threads: field('Threads'),
    fds: fs.readdirSync(`${proc}/fd`).length,
    cpu_s: (Number(stat[11]) + Number(stat[12])) / ticks,
  };
}

// Calls it for 0 to count - 1, several at once.
async function each(count, work) {
  let next = 0;
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (next < count) await work(next++);
  }));
}

const createChains = (node, count) => each(count, (i) =>
  node.api('POST', '/v1/chains', {
    name: `idle-${i}`, framework: 'fisco', config: { crypto: 'sm' },
  }));

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// ---- chains of several hosts ----

async function createShared(hosts, consensus) {
  const members = await membersOf(hosts, 'sm2');
  await each(SHARED, async (i) => {
    const name = `idle-${i}`;
    await hosts[0].api('POST', '/v1/chains', { name, framework: 'fisco',
      config: { crypto: 'sm', consensus: { name: consensus } }, members });
    const genesis = await hosts[0].api('GET', `/v1/chains/${name}/genesis`);
    for (const host of hosts.slice(1))
      await host.api('POST', '/v1/chains', genesis);
  });
}

async function measureShared(network) {
  const [consensus, size] = network.split(':');
  const hosts = await startHosts(Number(size));
  const empty = hosts.map(sample);
  const began = Date.now();
  await createShared(hosts, consensus);
  const create_ms = Date.now() - began;
  const answers = async (host, i) => (await host.api('GET',
    `/v1/chains/idle-${i}/status`)).connected === hosts.length;
  await until('the last chain is connected',
    () => answers(hosts[0], SHARED - 1));
  for (const host of hosts) {
    const { chains } = await host.api('GET', '/v1/chains');
    equal(chains.length, SHARED, 'chains that are listed');
    await each(SHARED, async (i) => check(await answers(host, i),
      `idle-${i} answers`));
  }
  await sleep(10000); // elections are over
  const first = hosts.map(sample);
  await sleep(IDLE_S * 1000);
  const last = hosts.map(sample);
  const mean = (of) => hosts.reduce((sum, _, i) => sum + of(i), 0) /
    hosts.length;
  const result = {
    network, chains: SHARED, create_ms,
    kib_a_chain: (mean((i) => last[i].kib - empty[i].kib) / SHARED)
      .toFixed(1),
    threads: last[0].threads, fds: last[0].fds, fds_before: empty[0].fds,
    cpu_ms_per_s: mean((i) =>
      (last[i].cpu_s - first[i].cpu_s) * 1000 / IDLE_S).toFixed(2),
  };
  for (const host of hosts) await host.stop();
  return result;
}

// ---- chains of one host ----

async function measure(count) {
  const node = await Node.make();
  await node.start();
  const began = Date.now();
  await createChains(node, count);
  const create_ms = Date.now() - began;
  await node.stop();
  const start_ms = await node.start();
  const first = sample(node);
  await sleep(IDLE_S * 1000);
  const last = sample(node);
  const store = fs.statSync(path.join(node.dir, 'data/store/data.mdb'));
  await node.stop();
  return {
    chains: count, kib: last.kib, threads: last.threads, fds: last.fds,
    cpu_ms_per_s: ((last.cpu_s - first.cpu_s) * 1000 / IDLE_S).toFixed(2),
    create_ms, start_ms, disk_kib: Math.round(store.blocks / 2),
  };
}

test('idle chains are measured', async () => {
  for (const count of words.length ? counts : [0, 1000, 5000])
    note(JSON.stringify(await measure(count)));
  for (const network of words.length ? networks : ['pbft:4', 'raft:3'])
    note(JSON.stringify(await measureShared(network)));
});

await main();
