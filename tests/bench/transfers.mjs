#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Pre-signed ERC-20 transfers through /rpc/{chain}: committed transactions per
// second and latency, beside anvil's on the same machine in the same run. The
// same signed bytes go to both. Ours is on disk before it is visible; anvil
// keeps everything in memory. For docs/performance.md.
//   BSN_PREFIX=... tests/bench/transfers.mjs [TRANSFERS]
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { Node, check, cleanup, freePort, main, note, test, until } from
  '../integration/lib.mjs';
import { compileToken, sign } from './token.mjs';

const require = createRequire(new URL('../npm/', import.meta.url));
const { Wallet, getCreateAddress, id, toBeHex, toQuantity }
  = require('ethers');
const { WebSocket } = require('ws');

const TRANSFERS = Number(process.argv[2] ?? 20000);
const SENDERS = 100;
const CONNECTIONS = 100;
// Over a WebSocket: requests of one connection that wait for their answers.
const WINDOW = 32;
const CHAIN_ID = 20200;
// Submitted and not yet committed, at most: both sides get the same load.
const IN_FLIGHT = 4000;

// ---- what is sent ----

// The deployment, and for each connection its transfers in order of nonce.
function prepare() {
  const { abi, code } = compileToken();
  const wallets = Array.from({ length: SENDERS },
    (_, i) => new Wallet(id(`sender ${i}`)));
  const deployer = new Wallet(id('deployer'));
  const token = getCreateAddress({ from: deployer.address, nonce: 0 });
  const deploy = sign(deployer, { chainId: CHAIN_ID, nonce: 0,
    gasLimit: 20_000_000,
    data: code + abi.encodeDeploy([wallets.map((w) => w.address)]).slice(2) });
  const lanes = Array.from({ length: CONNECTIONS }, () => []);
  for (let i = 0; i < TRANSFERS; i++) {
    const from = i % SENDERS;
    // Receivers of their own, so that nothing conflicts.
    const to = toBeHex(BigInt(wallets[from].address) ^ 1n, 20);
    lanes[from % CONNECTIONS].push(sign(wallets[from], {
      chainId: CHAIN_ID,
      nonce: Math.floor(i / SENDERS), gasLimit: 100_000, to: token,
      data: abi.encodeFunctionData('transfer', [to, 1]) }));
  }
  return { deploy, lanes, token };
}

// ---- whom it is sent to ----

class Rpc {
  constructor(post) {
    this.post = post;
    this.next = 1;
  }

  async batch(method, list) {
    const answers = await this.post(list.map((params) =>
      ({ jsonrpc: '2.0', id: this.next++, method, params })));
    const wrong = answers.find((answer) => answer.error);
    check(!wrong, `${method}: ${JSON.stringify(wrong?.error)}`);
    return answers.map((answer) => answer.result);
  }

  async call(method, ...params) {
    return (await this.batch(method, [params]))[0];
  }
}

// Requests of one over a WebSocket, as many at once as are asked for.
async function openSocket(url, options) {
  const socket = new WebSocket(url, options);
  const waiting = new Map();
  socket.on('message', (text) => {
    const answer = JSON.parse(text);
    waiting.get(answer.id)([answer]);
    waiting.delete(answer.id);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return new Rpc(([request]) => new Promise((resolve) => {
    waiting.set(request.id, resolve);
    socket.send(JSON.stringify(request));
  }));
}

async function startAnvil(...options) {
  const port = await freePort();
  const binary = require.resolve(
    '@foundry-rs/anvil-linux-amd64/bin/anvil');
  const anvil = spawn(binary, ['--port', port, '--silent', '--chain-id',
    CHAIN_ID, '--accounts', 1, '--base-fee', 0, '--gas-price', 0,
    '--gas-limit', 300_000_000, '--order', 'fifo', '--hardfork', 'cancun',
    ...options].map(String), { stdio: 'ignore' });
  const agent = new http.Agent({ keepAlive: true });
  cleanup(async () => anvil.kill());
  const rpc = new Rpc((body) => post(port, agent, body));
  await until('anvil answers', () => rpc.call('eth_blockNumber'));
  return { rpc, open: () => openSocket(`ws://127.0.0.1:${port}`),
    stop: () => anvil.kill() };
}

function post(port, agent, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, agent,
      method: 'POST', headers: { 'Content-Type': 'application/json' } },
    (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(parts)));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}

async function startOurs() {
  const node = await Node.make();
  await node.start();
  await node.api('POST', '/v1/chains', { name: 'race', framework: 'fisco',
    config: { crypto: 'std', chain_id: CHAIN_ID } });
  const { path: at } = await node.api('POST', '/v1/chains/race/tokens',
    { name: 'race', role: 'client' });
  const rpc = new Rpc((body) => node.api('POST', '/rpc/race', body));
  return { rpc, stop: () => node.stop(),
    open: () => openSocket(`wss://127.0.0.1:${node.port}${at}`,
      { ca: fs.readFileSync(node.tlsCa()) }) };
}

// ---- the race ----

// Calls `seen(hash, now)` for every transaction of every new block.
async function watch(rpc, from, seen, isDone) {
  let next = from;
  while (!isDone()) {
    const head = Number(await rpc.call('eth_blockNumber'));
    const wanted = [];
    for (; next <= head; next++) wanted.push([toQuantity(next), false]);
    // Together: a chain with small blocks must not look slow for it.
    const blocks = wanted.length > 0
      ? await rpc.batch('eth_getBlockByNumber', wanted) : [];
    const now = performance.now();
    for (const { transactions } of blocks)
      for (const hash of transactions) seen(hash, now);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const part = (load, share) => ({ ...load, lanes: load.lanes.map((lane) =>
  lane.slice(0, Math.ceil(lane.length * share))) });

// `how`: transactions of a request, and whether over WebSockets.
async function race({ rpc, open }, { deploy, lanes, token }, how) {
  const total = lanes.reduce((n, lane) => n + lane.length, 0);
  await rpc.call('eth_sendRawTransaction', deploy.raw);
  await until('the token is there', async () =>
    (await rpc.call('eth_getCode', token, 'latest')).length > 4);
  const head = Number(await rpc.call('eth_blockNumber'));
  const rpcs = how.socket ? await Promise.all(lanes.map(() => open())) : [];
  const sent = new Map(), times = [];
  const began = performance.now();
  let last = began;
  const watching = watch(rpc, head + 1, (hash, now) => {
    times.push(now - sent.get(hash));
    last = now;
  }, () => times.length >= total);
  await Promise.all(lanes.map(async (lane, index) => {
    let next = 0;
    const send = async () => {
      while (next < lane.length) {
        const txs = lane.slice(next, next += how.size);
        while (sent.size - times.length > IN_FLIGHT)
          await new Promise((resolve) => setTimeout(resolve, 1));
        for (const { hash } of txs) sent.set(hash, performance.now());
        await (rpcs[index] ?? rpc).batch('eth_sendRawTransaction',
          txs.map(({ raw }) => [raw]));
      }
    };
    // Taken and sent in order, whoever of them is free.
    await Promise.all(Array.from({ length: how.socket ? WINDOW : 1 }, send));
  }));
  await watching;
  times.sort((a, b) => a - b);
  return {
    committed_per_s: Math.round(total / (last - began) * 1000),
    p50_ms: Math.round(times[times.length >> 1]),
    p99_ms: Math.round(times[Math.floor(times.length * 0.99)]),
  };
}

test('transfers are raced', async () => {
  const load = prepare();
  note(`${TRANSFERS} transfers are signed`);
  const sides = [
    ['bsn-host', startOurs, [], 1],
    ['anvil, blocks of 1 s', startAnvil, ['--block-time', 1], 1],
    // It slows down as its chain grows: a part says enough.
    ['anvil, a block at once', startAnvil, [], 0.05],
  ];
  for (const how of [{ size: 1 }, { size: 1, socket: true }, { size: 100 }]) {
    for (const [name, start, options, share] of sides) {
      const side = await start(...options);
      const result = await race(side, part(load, share), how);
      note(`${name}, ${how.size} a request` +
        `${how.socket ? ', WebSocket' : ''}: ${JSON.stringify(result)}`);
      await side.stop();
    }
  }
});

await main();
