#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// kill -9 under load: what was answered "committed" is there, exactly once; in a
// copy of the store made under load, too.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import {
  Node, allBlocks, check, checkLinks, deposit, digestOf, equal, evidenceChain,
  main, note, prefix, test, txIds, until,
} from './lib.mjs';

const run = promisify(execFile);

const ROUNDS = Number(process.env.BSN_KILL_ROUNDS ?? 20);
const CLIENTS = 16;
const CHAIN = 'evidence';

const committed = new Map(); // id -> {block, index}
let sequence = 0;
let slowest = 0;

// Submits one after the other until the node dies.
async function client(node, signer, alive) {
  while (alive.now) {
    const digest = digestOf('kill', sequence++);
    let answer;
    try {
      answer = await node.request('POST',
        `/v1/chains/${CHAIN}/txs?wait=committed`,
        { ...deposit(digest), signer });
    } catch {
      return; // cut off: nothing was answered
    }
    check(answer.status === 200,
      `unexpected answer ${answer.status} ${JSON.stringify(answer.body)}`);
    equal(answer.body.stage, 'committed', 'stage');
    check(!committed.has(answer.body.id), 'an id was answered twice');
    committed.set(answer.body.id, answer.body);
  }
}

async function oneRound(node, signer) {
  const alive = { now: true };
  const clients = Array.from({ length: CLIENTS }, () =>
    client(node, signer, alive));
  const before = committed.size;
  const ms = 20 + Math.random() * 400;
  await new Promise((resolve) => setTimeout(resolve, ms));
  await node.kill('SIGKILL');
  alive.now = false;
  await Promise.all(clients);
  slowest = Math.max(slowest, await node.start());
  return committed.size - before;
}

let node, signer;

test(`the host comes back after each of ${ROUNDS} kills under load`,
  async () => {
    node = await Node.make();
    await node.start();
    signer = await evidenceChain(node, CHAIN, 'sm');
    for (let i = 0; i < ROUNDS; i++) await oneRound(node, signer);
    note(`${committed.size} transactions were answered committed; ` +
      `slowest start until ready ${slowest} ms`);
    check(committed.size > ROUNDS, 'the load was no load');
  });

let blocks;

test('blocks are numbered and linked by hash', async () => {
  blocks = await allBlocks(node, CHAIN);
  checkLinks(blocks);
});

test('each transaction answered committed is there exactly once', async () => {
  const seen = new Map();
  for (const block of blocks)
    for (const id of txIds(block)) {
      check(!seen.has(id), `${id} is in blocks ${seen.get(id)} and ` +
        `${block.number}`);
      seen.set(id, block.number);
    }
  for (const [id, answer] of committed)
    equal(seen.get(id), answer.block, `block of ${id}`);
});

test('each of them can be looked up, committed, where it was said to be',
  async () => {
    const sample = [...committed.values()].slice(-200);
    for (const answer of sample) {
      const tx = await node.api('GET', `/v1/chains/${CHAIN}/txs/${answer.id}`);
      equal([tx.stage, tx.block, tx.index],
        ['committed', answer.block, answer.index], answer.id);
    }
  });

test('ledger totals agree with the blocks', async () => {
  const ledger = await node.api('GET', `/v1/chains/${CHAIN}/ledger`);
  const txs = blocks.reduce((sum, block) => sum + txIds(block).length, 0);
  equal(ledger.txs, txs, 'transactions');
  equal(ledger.block_hash, blocks.at(-1).hash, 'latest hash');
});

test('a copy of the store, made under load, takes its place', async () => {
  const store = path.join(node.dir, 'data/store');
  const copy = path.join(node.home, 'copy');
  const alive = { now: true };
  const before = committed.size;
  const clients = Array.from({ length: CLIENTS }, () =>
    client(node, signer, alive));
  await until('the load is on', () => committed.size > before);
  const durable = new Map(committed);
  await run(path.join(prefix, 'sbin/bsn-hostd'),
    ['--copy-store', copy, '--config', node.configFile]);
  alive.now = false;
  await Promise.all(clients);
  await node.stop();
  fs.rmSync(store, { recursive: true });
  fs.renameSync(copy, store);
  await node.start();
  blocks = await allBlocks(node, CHAIN);
  checkLinks(blocks);
  const places = new Map(blocks.flatMap((block) =>
    txIds(block).map((id) => [id, block.number])));
  for (const [id, answer] of durable)
    equal(places.get(id), answer.block, `block of ${id}`);
});

test('a store that lost its database is not begun anew', async () => {
  const data = path.join(node.dir, 'data/store/data.mdb');
  await node.stop();
  fs.renameSync(data, `${data}.away`);
  const error = await node.start().then(() => null, (reason) => reason);
  check(/has journal-0 but no data\.mdb/.test(error?.message),
    `the host says: ${error?.message}`);
  fs.renameSync(`${data}.away`, data);
  await node.start();
});

test('it goes on from there, and ends cleanly when asked', async () => {
  const tx = await node.api('POST', `/v1/chains/${CHAIN}/txs?wait=committed`,
    { ...deposit(digestOf('after')), signer });
  equal(tx.block, blocks.length, 'next block');
  await node.stop();
});

await main();
