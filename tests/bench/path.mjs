#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What a transaction costs one host on its way from socket to disk, stage by
// stage, in instructions: evidence deposits of 300 bytes (a digest and what is
// said of it), signed beforehand, through the gateway in batches, counted by
// valgrind's callgrind in the daemon. For docs/performance.md.
//   BSN_PREFIX=... tests/bench/path.mjs [--crypto std|sm] [--transactions N]
//     [--batch N] [--in-flight N] [--out FILE | --from FILE] [--top N]
// --out keeps callgrind's own file, of which --from makes the table again; --top
// also lists the N functions that cost most by themselves.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { Node, check, deployEvidence, main, test, until }
  from '../integration/lib.mjs';
import { readProfile } from './callgrind.mjs';

const { values: options } = parseArgs({ options: {
  crypto: { type: 'string', default: 'std' },
  transactions: { type: 'string', default: '1000' },
  batch: { type: 'string', default: '100' },
  'in-flight': { type: 'string', default: '4' },
  out: { type: 'string' },
  from: { type: 'string' },
  top: { type: 'string', default: '0' },
} });
const CHAIN = 'path';
const N = Number(options.transactions);
const BATCH = Number(options.batch);
const IN_FLIGHT = Number(options['in-flight']);
const WARM_UP = BATCH * IN_FLIGHT;
const WAIT_MS = 60000;

// The stages, each with the functions that it begins with: what these cost with
// all that they call, without what other stages take of it. Those that workers
// are given are named beside who gives them.
const STAGES = [
  ['receive', 'TLS, HTTP, who asks, answers out', ['event_base_loop']],
  ['parse', 'JSON to transactions', ['txs_submit']],
  ['decode', 'RLP, digests', ['intake_run', 'run_chunk']],
  ['verify', 'signatures', ['tx_verify']],
  ['admit', 'into the pool', ['submit_batch']],
  ['order', 'consensus', ['agree_pending', 'applied']],
  ['execute', 'draft, EVM, receipts',
    ['seal_from_pool', 'seal_from_proposal', 'run_lane', 'compare_lane']],
  ['roots', 'digests of transactions, receipts, state',
    ['roots_make', 'make_txs_and_changes', 'make_receipts']],
  ['commit', 'block, indexes, out of the pool', ['commit_block']],
  ['store', 'what is on its way to the disk, and there',
    ['store_commit', 'store_committer_run', 'store_folder_run']],
  ['notify', 'receipts to replies', ['commit_durable']],
  ['answer', 'replies to JSON', ['tx_answered']],
];

// Those of one batch each, ready to be sent.
async function makeBodies(node, signer, n) {
  const made = new Array(n);
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let i; (i = next++) < n;) {
      const digest = `0x${crypto.randomBytes(32).toString('hex')}`;
      const prepared = await node.api('POST', `/v1/chains/${CHAIN}/txs/prepare`, {
        contract: 'evidence', function: 'deposit', signer,
        args: [digest, `https://archive.example/${'x'.repeat(24)}`,
          crypto.randomBytes(110).toString('hex')],
      });
      const { state, message, convention } = prepared;
      made[i] = (await node.api('POST', `/v1/chains/${CHAIN}/txs/sign`,
        { state, message, convention, signer })).tx;
    }
  }));
  const bodies = [];
  for (let i = 0; i < n; i += BATCH)
    bodies.push({ txs: made.slice(i, i + BATCH) });
  return bodies;
}

async function send(node, bodies) {
  const left = [...bodies];
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    for (let body; (body = left.shift());) {
      const { results } = await node.api('POST',
        `/v1/chains/${CHAIN}/txs?wait=committed&timeout_ms=${WAIT_MS}`, body);
      for (const { stage, error } of results)
        check(stage === 'committed', `${stage} ${JSON.stringify(error)}`);
    }
  }));
}

const control = (node, ...args) =>
  execFileSync('callgrind_control', [...args, String(node.process.pid)],
    { stdio: 'ignore' });

function printTable(profile) {
  const total = profile.total / N;
  const share = (cost) => `${(100 * cost / total).toFixed(1)} %`;
  console.log('# | stage | | instructions a transaction | of all |');
  console.log('# | --- | --- | ---: | ---: |');
  let seen = 0;
  for (const [name, what, cost] of profile.stages(STAGES)) {
    seen += cost / N;
    console.log(`# | ${name} | ${what} | ${Math.round(cost / N)} | ` +
      `${share(cost / N)} |`);
  }
  console.log(`# | else | | ${Math.round(total - seen)} | ` +
    `${share(total - seen)} |`);
  console.log(`# | all | | ${Math.round(total)} | |`);
  for (const { name, self } of profile.top(Number(options.top)))
    console.log(`# ${Math.round(self / N)} ${share(self / N)} ${name}`);
}

const read = (file) => readProfile(fs.readFileSync(file, 'latin1'));

async function measure() {
  const node = await Node.make();
  node.patience_ms = 300000;
  await node.start();
  await node.api('POST', '/v1/chains',
    { name: CHAIN, framework: 'fisco', config: { crypto: options.crypto } });
  const signer = await deployEvidence(node, CHAIN, options.crypto);
  const bodies = await makeBodies(node, signer, WARM_UP + N);
  await node.stop();

  const out = path.join(node.home, 'callgrind.out');
  node.under = ['valgrind', '--tool=callgrind', '--instr-atstart=no',
    `--callgrind-out-file=${out}`];
  await node.start();
  await send(node, bodies.slice(0, WARM_UP / BATCH));
  control(node, '-i', 'on');
  await send(node, bodies.slice(WARM_UP / BATCH));
  control(node, '-i', 'off');
  await node.stop();
  await until('the profile is written', () => fs.existsSync(out));
  if (options.out) fs.copyFileSync(out, options.out);
  return read(out);
}

test(`the path of a deposit, ${options.crypto}`, async () =>
  printTable(options.from ? read(options.from) : await measure()));

await main();
