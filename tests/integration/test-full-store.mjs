#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A store that runs full refuses with a reason, keeps what it answered
// "committed", gives room back when a chain is deleted, and lets the host end.
import {
  Node, allBlocks, check, checkLinks, deposit, digestOf, equal, evidenceChain,
  main, note, test, txIds,
} from './lib.mjs';

const CLIENTS = 8;
const BATCH = 50;
const TEXT = 'a report '.repeat(100);

const committed = new Map(); // id -> block
let node, filler;
let sequence = 0;

// Submits until the host says that there is no room.
async function fill(chain, signer) {
  for (;;) {
    const requests = Array.from({ length: BATCH }, () =>
      ({ ...deposit(digestOf('fill', sequence++), TEXT), signer }));
    const { body } = await node.request('POST',
      `/v1/chains/${chain}/txs?wait=committed`, { requests });
    const results = body.results ?? [body];
    for (const tx of results)
      if (tx.stage === 'committed') committed.set(tx.id, tx.block);
    const full = results.find((tx) => tx.error && tx.error.name !== 'busy');
    if (full) return full.error;
  }
}

test('a store that runs full says so, and what helps', async () => {
  node = await Node.make({ config: (made) => {
    made.set('map_size', '16M');
    made.set('map_size_max', '16M');
    made.set('reserve', '1M');
  } });
  await node.start();
  await evidenceChain(node, 'other', 'sm');
  filler = await evidenceChain(node, 'filler', 'std');
  const errors = await Promise.all(Array.from({ length: CLIENTS },
    () => fill('filler', filler)));
  for (const error of errors) {
    equal(error.name, 'store-full', 'name');
    check(/map_size_max/.test(error.reason), `reason: ${error.reason}`);
  }
  note(`${committed.size} transactions until: ${errors[0].reason}`);
});

test('what was answered committed is there, and reading goes on', async () => {
  const blocks = await allBlocks(node, 'filler');
  const places = new Map(blocks.flatMap((block) =>
    txIds(block).map((id) => [id, block.number])));
  checkLinks(blocks);
  for (const [id, block] of committed)
    equal(places.get(id), block, `block of ${id}`);
});

test('the host ends in order while transactions wait for room', async () => {
  await node.stop();
});

async function refused(what, target, body) {
  const answer = await node.request('POST', target, body);
  equal([answer.status, answer.body.error?.name], [507, 'store-full'], what);
  check(/reserve/.test(answer.body.error.reason),
    `reason: ${answer.body.error.reason}`);
}

test('a disk that is full: nothing new is taken', async () => {
  node.set('reserve', '1024G');
  await node.start('/healthz');
  equal((await node.ops('/readyz')).status, 503, 'readiness');
  await refused('a transaction', '/v1/chains/filler/txs',
    { ...deposit(digestOf('late')), signer: filler });
  await refused('a chain', '/v1/chains',
    { name: 'another', framework: 'fisco', config: { crypto: 'sm' } });
});

test('a chain can be deleted nevertheless, and stays so', async () => {
  const answer = await node.request('DELETE', '/v1/chains/filler');
  equal([answer.status, answer.body], [204, ''], 'the deletion');
  await node.stop();
  node.set('reserve', '1M');
  await node.start();
  const { chains } = await node.api('GET', '/v1/chains');
  equal(chains.map((chain) => chain.name), ['other'], 'chains');
});

test('with room again, transactions are committed', async () => {
  const { body } = await node.request('POST',
    '/v1/chains/other/txs?wait=committed',
    { ...deposit(digestOf('again')), signer: 'signer-other' });
  equal(body.stage, 'committed', 'stage');
  await node.stop();
});

await main();
