#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A thousand idle app chains on one host: created, listed, answering; without a
// thread or a descriptor each.
import fs from 'node:fs';
import {
  Node, check, equal, main, note, test,
} from './lib.mjs';

const CHAINS = Number(process.env.BSN_CHAINS ?? 1000);
const name = (i) => `idle-${String(i).padStart(5, '0')}`;
let node, before;

function usage() {
  const proc = `/proc/${node.process.pid}`;
  const status = fs.readFileSync(`${proc}/status`, 'utf8');
  const field = (key) => Number(status.match(new RegExp(`${key}:\\s+(\\d+)`))[1]);
  return {
    threads: field('Threads'),
    descriptors: fs.readdirSync(`${proc}/fd`).length,
    kib: field('VmRSS'),
  };
}

async function createAll() {
  let next = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (next < CHAINS) {
      const i = next++;
      await node.api('POST', '/v1/chains', {
        name: name(i), framework: 'fisco',
        config: { crypto: i % 2 ? 'std' : 'sm' },
      });
    }
  }));
}

test(`${CHAINS} chains are created`, async () => {
  node = await Node.make();
  await node.start();
  before = usage();
  await createAll();
});

test('each is listed as open', async () => {
  const { chains } = await node.api('GET', '/v1/chains');
  equal(chains.length, CHAINS, 'chains');
  equal(chains.filter((chain) => chain.state !== 'open'), [], 'not open');
});

test('each answers', async () => {
  for (let i = 0; i < CHAINS; i++) {
    const ledger = await node.api('GET', `/v1/chains/${name(i)}/ledger`);
    equal(ledger.height, 0, name(i));
  }
});

test('none of them costs a thread or a descriptor', async () => {
  const now = usage();
  note(`memory ${now.kib - before.kib} KiB more, ` +
    `${((now.kib - before.kib) / CHAINS).toFixed(1)} KiB a chain`);
  equal(now.threads, before.threads, 'threads');
  check(now.descriptors < before.descriptors + 64,
    `${now.descriptors} descriptors, ${before.descriptors} before`);
});

test('all come back after a restart', async () => {
  await node.stop();
  note(`start until ready with ${CHAINS} chains: ${await node.start()} ms`);
  const { chains } = await node.api('GET', '/v1/chains');
  equal(chains.filter((chain) => chain.state === 'open').length, CHAINS,
    'open chains');
});

await main();
