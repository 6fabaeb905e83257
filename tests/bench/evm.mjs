#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The EVM's speed beside @ethereumjs/evm and revm (inside anvil), all in one
// run: the shortest CPU time of several runs of each loop. For
// docs/performance.md.
//   BSN_BUILD=... tests/bench/evm.mjs [RUNS]
// The build is one with the default CFLAGS; tests/npm needs `npm ci` before.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Anvil, LOOPS, benchInput, runSecond } from '../npm/evm-loops.mjs';

const ROUNDS = Number(process.argv[2] ?? 3);

function runOurs() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'evm-'));
  const file = path.join(dir, 'loops.json');
  fs.writeFileSync(file, JSON.stringify(benchInput()));
  const output = execFileSync(
    `${process.env.BSN_BUILD}/tests/evm/evmbench`, [file],
    { encoding: 'utf8' });
  fs.rmSync(dir, { recursive: true });
  return output.split('\n').filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

const best = LOOPS.map(() => ({ ours: Infinity, revm: Infinity,
  second: Infinity, gas: 0 }));
const anvil = await Anvil.start();
try {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { ns, gas }] of runOurs().entries()) {
      best[i].ours = Math.min(best[i].ours, ns / LOOPS[i].n);
      best[i].gas = gas / LOOPS[i].n;
    }
    for (const [i, loop] of LOOPS.entries()) {
      best[i].revm = Math.min(best[i].revm, await anvil.run(loop));
      best[i].second = Math.min(best[i].second, await runSecond(loop));
    }
  }
} finally {
  anvil.stop();
}

const ns = (value) => value < 100 ? value.toFixed(1) :
  Math.round(value).toLocaleString('en');
console.log('| loop, CPU ns a round | gas a round | ours | Mgas/s | ' +
  'revm in anvil | @ethereumjs/evm |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [i, { ours, revm, second, gas }] of best.entries())
  console.log(`| ${LOOPS[i].name} | ${Math.round(gas)} | ${ns(ours)} | ` +
    `${Math.round(gas / ours * 1000).toLocaleString('en')} | ` +
    `${ns(revm)} | ${ns(second)} |`);
