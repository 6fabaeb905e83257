#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What parallel execution gains. First the engine alone: blocks made of the same
// transactions one after the other and on two threads, in turn
// (tests/bench/parallel.c). Then through the daemon: value transfers to chains
// with "parallel" on and off, in turn. For docs/performance.md.
//   BSN_PREFIX=... BSN_BUILD=... tests/bench/parallel.mjs [TRANSFERS]
// The build is one with the default CFLAGS; tests/npm and the sample project
// need `npm ci` before.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Node, check, main, note, test } from '../integration/lib.mjs';
import { compileToken, sign } from './token.mjs';

const require = createRequire(new URL('../npm/', import.meta.url));
const { Wallet, id, toBeHex } = require('ethers');

const TRANSFERS = Number(process.argv[2] ?? 10000);
const SENDERS = 100;
const LANES = 8;
const REQUEST = 100;
const ROUNDS = 3;
const CHAIN_ID = 20200;
const HOT = toBeHex(0x77n, 20);

test('blocks are made', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'parallel-'));
  const file = path.join(dir, 'token.hex');
  fs.writeFileSync(file, compileToken().code);
  const build = process.env.BSN_BUILD;
  const table = execFileSync(`${build}/tests/bench/parallel`, [file],
    { encoding: 'utf8', env: { ...process.env, G_TEST_BUILDDIR: build } });
  fs.rmSync(dir, { recursive: true });
  for (const line of table.trim().split('\n'))
    note(line.replaceAll('\t', ' | '));
});

// ---- through the daemon ----

const wallets = Array.from({ length: SENDERS },
  (_, i) => new Wallet(id(`sender ${i}`)));

// For each lane its requests; the round's nonces follow those of the last.
function load(round, hot) {
  const lanes = Array.from({ length: LANES }, () => []);
  const each = TRANSFERS / SENDERS;
  for (let i = 0; i < TRANSFERS; i++) {
    const from = i % SENDERS;
    const own = toBeHex(BigInt(wallets[from].address) ^ 1n, 20);
    lanes[from % LANES].push(sign(wallets[from], { chainId: CHAIN_ID,
      nonce: round * each + Math.floor(i / SENDERS), gasLimit: 21_000,
      to: hot ? HOT : own, value: 1 }).raw);
  }
  return lanes;
}

// Sends it all; committed a second. An answer comes once it is on disk.
async function run(node, chain, lanes) {
  const began = performance.now();
  await Promise.all(lanes.map(async (lane) => {
    for (let at = 0; at < lane.length; at += REQUEST) {
      const answers = await node.api('POST', `/rpc/${chain}`,
        lane.slice(at, at + REQUEST).map((raw, i) => ({ jsonrpc: '2.0',
          id: i, method: 'eth_sendRawTransaction', params: [raw] })));
      const wrong = answers.find((answer) => answer.error);
      check(!wrong, JSON.stringify(wrong?.error));
    }
  }));
  return TRANSFERS / (performance.now() - began) * 1000;
}

test('transfers are sent', async () => {
  const node = await Node.make();
  await node.start();
  const balances = Object.fromEntries(
    wallets.map(({ address }) => [address, 1_000_000]));
  for (const parallel of [false, true])
    await node.api('POST', '/v1/chains', { name: `p${parallel}`,
      framework: 'fisco', config: { crypto: 'std', chain_id: CHAIN_ID,
        balances, parallel } });
  let round = 0;
  for (const hot of [false, true]) {
    const best = { false: 0, true: 0 };
    for (let i = 0; i < ROUNDS; i++, round++) {
      const lanes = load(round, hot);
      for (const parallel of [false, true])
        best[parallel] = Math.max(best[parallel],
          await run(node, `p${parallel}`, lanes));
    }
    note(`daemon, value, ${hot ? 'all to one' : 'each to another'}: ` +
      `serial ${Math.round(best[false])}, parallel ` +
      `${Math.round(best[true])} committed a second`);
  }
  await node.stop();
});

await main();
