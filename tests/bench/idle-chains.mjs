#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What an idle app chain costs: memory, CPU, threads, descriptors, disk and time
// to start, with none, 1,000 and 5,000 chains. For docs/performance.md.
//   BSN_PREFIX=... tests/bench/idle-chains.mjs [COUNT...]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Node, main, test } from '../integration/lib.mjs';

const counts = process.argv.slice(2).map(Number);
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

async function createChains(node, count) {
  let next = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (next < count)
      await node.api('POST', '/v1/chains', {
        name: `idle-${next++}`, framework: 'fisco', config: { crypto: 'sm' },
      });
  }));
}

async function measure(count) {
  const node = await Node.make();
  await node.start();
  const began = Date.now();
  await createChains(node, count);
  const create_ms = Date.now() - began;
  await node.stop();
  const start_ms = await node.start();
  const first = sample(node);
  await new Promise((resolve) => setTimeout(resolve, IDLE_S * 1000));
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
  for (const count of counts.length ? counts : [0, 1000, 5000])
    console.log(`# ${JSON.stringify(await measure(count))}`);
});

await main();
