#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// WebAssembly's own tests: all that tests/wasm/spec/files.txt does not name.
// BSN_WASM_SPEC names a folder that has them already.
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, check, equal, main, note, test } from './lib.mjs';
import { convert, fetchTests, testNames } from '../wasm/spec/sources.mjs';

const run = promisify(execFile);
const runner = path.join(build, 'tests/wasm/spec/runner');
const list = fs.readFileSync(
  new URL('../wasm/spec/files.txt', import.meta.url), 'utf8');
const dir = process.env.BSN_WASM_SPEC || path.join(build, 'wasm-spec');
const made = path.join(build, 'wasm-spec-json');

const rules = list.split('\n').filter((line) => /^[a-z]/.test(line))
  .map((line) => line.split(' '));
const ofKind = (kind) => rules.filter(([word]) => word === kind);
const partOf = (name) =>
  Number(ofKind('part').find(([, of]) => of === name)?.[2] ?? 0);
const linesOf = (name) =>
  ofKind('line').filter(([, of]) => of === name).map(([, , line]) => line);

function matches(pattern, name) {
  const source = pattern.replace('.', '\\.').replace('*', '.*');
  return new RegExp(`^${source}$`).test(name);
}

// Firefox's f64 and i64 are no tests of the other proposal.
const isPlain = (name) =>
  fs.existsSync(path.join(dir, `${name}.wast.js`)) && !/^simd/.test(name);
const isLeft = (name) => ofKind('left').some(([, pattern]) =>
  matches(pattern, name) && !(pattern === '*64' && isPlain(name)));

// Commands that passed; fails when one did that is not listed.
async function runFile(name) {
  const json = await convert(dir, name, made);
  const { stdout } = await run(runner, [json], { maxBuffer: 1 << 24 })
    .catch((error) => error);
  const said = (stdout ?? '').trim().split('\n');
  const counts = said.pop()
    .match(/^(\d+) passed, (\d+) failed, (\d+) left out$/);
  check(counts, `${name}: the runner died`);
  const known = linesOf(name);
  const unknown = said.filter((line) =>
    !known.includes(line.match(/^line (\d+):/)?.[1]));
  check(unknown.length === 0, `${name}:\n${unknown.slice(0, 5).join('\n')}`);
  equal(Number(counts[2]), known.length, `${name}: what fails`);
  equal(Number(counts[3]), partOf(name), `${name}: what is left out`);
  return Number(counts[1]);
}

test('the specification’s tests pass', async () => {
  const missing = await fetchTests(dir);
  if (missing) return missing;
  execFileSync('make', ['-s', '-C', build, 'tests/wasm/spec/runner'],
    { stdio: 'ignore' });
  fs.mkdirSync(made, { recursive: true });
  const names = testNames(dir);
  const wanted = names.filter((name) => !isLeft(name));
  const counts = [];
  for (let i = 0; i < wanted.length; i += 4)
    counts.push(...await Promise.all(wanted.slice(i, i + 4).map(runFile)));
  const passed = counts.reduce((sum, count) => sum + count, 0);
  note(`${passed} commands of ${wanted.length} files; ` +
    `${names.length - wanted.length} files left out`);
  check(process.env.BSN_WASM_SPEC || passed > 20000, 'too few commands');
  return undefined;
});

await main();
