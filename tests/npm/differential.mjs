#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Runs random programs by the EVM of this project and by @ethereumjs/evm, and
// compares gas, outcome, output, logs and the state afterwards.
//   BSN_BUILD=... tests/npm/differential.mjs [--programs N] [--seed S]
// Prints each difference with the program's seed, and ends with
// "N programs, N differences".
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { program } from './evm-programs.mjs';
import { runSecond } from './second-evm.mjs';

const BATCH = 64; // programs that one pipe holds

const { values } = parseArgs({ options: {
  programs: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '1' },
  show: { type: 'boolean', default: false },
} });
const count = Number(values.programs), first = Number(values.seed);

const ours = spawn(`${process.env.BSN_BUILD}/tests/evm/transact`, [],
  { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: ours.stdout })[Symbol.asyncIterator]();
ours.on('exit', (code) => {
  if (code !== 0) {
    console.error(`tests/evm/transact ended with ${code}`);
    process.exit(1);
  }
});

// An answer; the test framework's own lines begin with a #.
async function answer() {
  for (;;) {
    const { value } = await lines.next();
    if (value.startsWith('{'))
      return JSON.parse(value);
  }
}

const PROGRESS = 80 * BATCH;
const ENDS = { 0: 'success', 11: 'revert' }; // BSN_OK, BSN_REVERTED

function compare(mine, second) {
  if (mine.problem !== undefined)
    return [`ours: ${mine.problem}`];
  const end = ENDS[mine.status] ?? 'failure';
  const list = [['end', end, second.end], ['gas', mine.gas, second.gas],
    ['output', mine.output, second.output], ['logs', mine.logs, second.logs],
    ['state', mine.state, second.state]];
  return list.filter(([, a, b]) => a !== b)
    .map(([what, a, b]) => `${what}: ours ${a}, theirs ${b}`);
}

let differences = 0;
const ends = {};
for (let at = 0; at < count; at += BATCH) {
  if (at % PROGRESS === 0 && at > 0)
    console.log(`# ${at} programs, ${differences} differences`);
  const seeds = Array.from({ length: Math.min(BATCH, count - at) },
    (_, i) => first + at + i);
  const tests = seeds.map(program);
  for (const test of tests)
    ours.stdin.write(JSON.stringify(test) + '\n');
  for (const [i, test] of tests.entries()) {
    const second = await runSecond(test);
    const mine = await answer();
    const found = compare(mine, second);
    ends[second.end] = (ends[second.end] ?? 0) + 1;
    if (found.length === 0)
      continue;
    differences++;
    console.log(`seed ${seeds[i]} (${test.rules}): ${found.join('; ')}` +
      (second.error ? ` [theirs: ${second.error}]` : ''));
    if (values.show)
      console.log(JSON.stringify(test, null, 1));
  }
}
ours.stdin.end();
console.log(`# ${JSON.stringify(ends)}`);
console.log(`${count} programs, ${differences} differences`);
process.exitCode = differences === 0 ? 0 : 1;
