#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Committed transactions per second on one host, hosted keys, beside what
// OpenSSL's own SM2 does on the same machine in the same run. For
// docs/performance.md.
//   BSN_PREFIX=... tests/bench/submit.mjs [SECONDS]
import { execFileSync } from 'node:child_process';
import {
  Node, deposit, digestOf, evidenceChain, main, test,
} from '../integration/lib.mjs';

const SECONDS = Number(process.argv[2] ?? 10);
const BATCH = 100;
const CLIENTS = 8;

// [sign/s, verify/s] of one core.
function opensslSm2() {
  const out = execFileSync('openssl',
    ['speed', '-seconds', '3', '-mr', 'sm2'],
    { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  const fields = out.match(/^\+F\d+:.*$/m)[0].split(':');
  return fields.slice(4, 6).map((rate) => Math.round(Number(rate)));
}

async function measure(node, crypto) {
  const chain = `bench-${crypto}`;
  const signer = await evidenceChain(node, chain, crypto);
  const times = [];
  let next = 0, committed = 0;
  const end = Date.now() + SECONDS * 1000;
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (Date.now() < end) {
      const requests = Array.from({ length: BATCH }, () =>
        ({ ...deposit(digestOf(crypto, next++)), signer }));
      const began = Date.now();
      const { results } = await node.api('POST',
        `/v1/chains/${chain}/txs?wait=committed`, { requests });
      times.push(Date.now() - began);
      committed += results.filter((r) => r.stage === 'committed').length;
    }
  }));
  times.sort((a, b) => a - b);
  const { height } = await node.api('GET', `/v1/chains/${chain}/ledger`);
  return {
    crypto, committed_per_s: Math.round(committed / SECONDS),
    batch_ms_p50: times[times.length >> 1],
    batch_ms_p99: times[Math.floor(times.length * 0.99)],
    txs_per_block: Math.round(committed / height),
  };
}

test('submission is measured', async () => {
  const [sign, verify] = opensslSm2();
  console.log(`# openssl sm2: ${sign} sign/s, ${verify} verify/s a core`);
  const node = await Node.make();
  await node.start();
  for (const crypto of ['sm', 'std'])
    console.log(`# ${JSON.stringify(await measure(node, crypto))}`);
  await node.stop();
});

await main();
