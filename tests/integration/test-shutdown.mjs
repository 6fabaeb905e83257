#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// SIGTERM under load: every request that was taken gets its answer, event
// streams are told, what was answered "committed" is there afterwards.
import {
  Node, allBlocks, check, checkLinks, deposit, digestOf, equal, evidenceChain,
  main, note, test, txIds,
} from './lib.mjs';
import https from 'node:https';

const ROUNDS = Number(process.env.BSN_SHUTDOWN_ROUNDS ?? 5);
const CLIENTS = 48;
const STREAMS = 8;
const CHAIN = 'evidence';

const committed = new Map(); // id -> block
const cut = [];              // requests that never got an answer
let sequence = 0, node, signer;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A connection that was closed before the request was read is no lost answer:
// the host had not taken it. Such a request did not change anything either,
// which the blocks prove below.
const notTaken = (error) => ['ECONNREFUSED', 'ECONNRESET', 'EPIPE']
  .includes(error.code) || /socket hang up/.test(error.message);

async function submit(alive) {
  while (alive.now) {
    const digest = digestOf('stop', sequence++);
    let answer;
    try {
      answer = await node.request('POST',
        `/v1/chains/${CHAIN}/txs?wait=committed`,
        { ...deposit(digest), signer });
    } catch (error) {
      check(notTaken(error), `unexpected ${error.stack}`);
      cut.push(digest);
      return;
    }
    if (answer.status === 503) return; // the host is stopping
    check(answer.status === 200,
      `unexpected answer ${answer.status} ${JSON.stringify(answer.body)}`);
    committed.set(answer.body.id, { block: answer.body.block, digest });
  }
}

// Chains come and go meanwhile.
async function churn(alive, name) {
  const steps = [
    ['POST', '/v1/chains',
      { name, framework: 'fisco', config: { crypto: 'std' } }],
    ['PATCH', `/v1/chains/${name}`, { state: 'closed' }],
    ['PATCH', `/v1/chains/${name}`, { state: 'open' }],
    ['DELETE', `/v1/chains/${name}`],
  ];
  for (let i = 0; alive.now; i++) {
    let answer;
    try {
      answer = await node.request(...steps[i % steps.length]);
    } catch (error) {
      check(notTaken(error), `unexpected ${error.stack}`);
      return;
    }
    check(answer.status < 300 || [404, 409, 503].includes(answer.status),
      `unexpected answer ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

// Reads events until the host ends the stream, whose last words `ended` gives.
// Resolves with it once the host has greeted.
async function stream() {
  let greeted;
  const begun = new Promise((resolve) => { greeted = resolve; });
  const ended = new Promise((resolve) => {
    const request = https.request({
      host: '127.0.0.1', port: node.port, servername: 'localhost',
      path: `/v1/chains/${CHAIN}/events?from=0`, agent: node.streams,
    }, (response) => {
      let last = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        last = (last + text).slice(-200);
        greeted();
      });
      response.on('end', () => resolve(last));
      response.on('error', (error) => resolve(`${last} ${error}`));
    });
    request.on('error', resolve);
    request.end();
  });
  await Promise.race([begun, ended]);
  return { ended };
}

async function oneRound(round) {
  const alive = { now: true };
  node.streams = new https.Agent({ ...node.agent.options, maxSockets: 64 });
  const streams = await Promise.all(Array.from({ length: STREAMS }, stream));
  const load = [
    ...Array.from({ length: CLIENTS }, () => submit(alive)),
    churn(alive, 'comes-and-goes'), churn(alive, `leaves-${round}`),
  ];
  await pause(300 + Math.random() * 700);
  const { code, signal } = await node.kill('SIGTERM');
  alive.now = false;
  await Promise.all(load);
  equal([code, signal], [0, null], 'exit');
  for (const { ended } of streams) {
    const last = await ended;
    check(/event: end\ndata: .*stopping/.test(last),
      `a stream ended with ${JSON.stringify(last)}`);
  }
  node.streams.destroy();
}

test(`the host ends in order ${ROUNDS} times under load`, async () => {
  node = await Node.make();
  await node.start();
  signer = await evidenceChain(node, CHAIN, 'sm');
  for (let round = 0; round < ROUNDS; round++) {
    await oneRound(round);
    await node.start();
  }
  note(`${committed.size} transactions were answered committed`);
  check(committed.size > ROUNDS, 'the load was no load');
});

test('each transaction answered committed is there exactly once', async () => {
  const blocks = await allBlocks(node, CHAIN);
  const seen = new Map();
  checkLinks(blocks);
  for (const block of blocks)
    for (const id of txIds(block)) {
      check(!seen.has(id), `${id} is in two blocks`);
      seen.set(id, block.number);
    }
  for (const [id, { block }] of committed)
    equal(seen.get(id), block, `block of ${id}`);
});

test('no request that was taken stayed without an answer', async () => {
  const answered = new Set([...committed.values()].map((tx) => tx.digest));
  const lost = [];
  for (const digest of cut) {
    const found = await node.request('POST', `/v1/chains/${CHAIN}/call`,
      { contract: 'evidence', function: 'get', args: [digest] });
    if (found.status === 200 && !answered.has(digest)) lost.push(digest);
    else equal(found.body.error?.name, 'reverted', `looking for ${digest}`);
  }
  note(`${cut.length} requests came too late to be taken`);
  equal(lost, [], 'requests that had an effect and no answer');
  await node.stop();
});

await main();
