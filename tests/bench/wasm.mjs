#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The same loops in C as the processor runs them (gcc -O2), in Node's engine, in
// runtime-wasm's interpreter, as wasm2c and gcc -O2 make them, and in wasm-interp of
// wabt; and what each of them takes before anything runs. By hand: clang and lld, wabt,
// gcc, and `make tests/bench/wasm` in the build directory BSN_BUILD.
//
//   wasm.mjs [RUNS]      (5) of each; the least processor time counts
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const runs = Number(process.argv[2] ?? 5);
const here = new URL('.', import.meta.url).pathname;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-kernels-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true }));
const at = (name) => path.join(dir, name);
const source = (name) => path.join(here, 'kernels', name);
const RT = '/usr/share/wabt/wasm2c';

function run(program, ...args) {
  return execFileSync(program, args.map(String), { encoding: 'utf8', cwd: dir });
}
// Milliseconds of processor time, the least of n.
function least(n, clock, body) {
  let best = Infinity;
  for (let i = 0; i < n; i++) {
    const begin = clock();
    body();
    best = Math.min(best, clock() - begin);
  }
  return best;
}
const ourClock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};
// Of a program and those that it runs; without what it says.
function timed(n, program, ...args) {
  let best = Infinity;
  for (let i = 0; i < n; i++) {
    const said = run('bash', '-c', '"$@" >/dev/null; times', '_', program, ...args);
    const all = said.trim().split('\n').pop().split(' ')
      .map((time) => time.match(/(\d+)m([\d.]+)s/))
      .reduce((sum, [, minutes, seconds]) => sum + 60 * minutes + +seconds, 0);
    best = Math.min(best, 1e3 * all);
  }
  return best;
}
const table = (text) => Object.fromEntries(text.trim().split('\n')
  .map((line) => line.split(' ')).map(([name, ...rest]) => [name,
    rest.map(Number)]));

// ---- made ----

// A module with these exports.
const module = (file, ...names) => run('clang', '--target=wasm32', '-mbulk-memory',
  '-O2', '-ffreestanding', '-nostdlib', '-Wl,--no-entry,--strip-all',
  ...names.map((name) => `-Wl,--export=${name}`), '-o', at(file),
  source('kernels.c'));
module('kernels.wasm', 'sha256', 'keccak', 'sieve', 'matrix', 'sort', 'fib');
run('gcc', '-O2', '-o', at('native'), source('native.c'), source('kernels.c'));
const deploy = {
  wasm2c: timed(5, 'wasm2c', 'kernels.wasm', '-o', 'kernels.c'),
  gcc: timed(3, 'gcc', '-O2', '-fPIC', '-shared', '-w', '-I', RT, '-o',
    'kernels.so', 'kernels.c'),
};
run('gcc', '-O2', '-w', '-DWASM2C', '-I', RT, '-I', dir, '-o', at('wasm2c'),
  source('native.c'), 'kernels.c', path.join(RT, 'wasm-rt-impl.c'), '-lm');

// ---- measured ----

const native = table(run(at('native'), runs));
const c = table(run(at('wasm2c'), runs));
const ours = table(run(path.join(process.env.BSN_BUILD ?? 'b', 'tests/bench/wasm'),
  at('kernels.wasm'), runs));
const bytes = fs.readFileSync(at('kernels.wasm'));
deploy.node = least(50, ourClock, () => new WebAssembly.Instance(
  new WebAssembly.Module(bytes)));
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));

// wasm-interp runs all exports of a module: one for each.
function interp(name) {
  module(`${name}.wasm`, name);
  return timed(1, 'wasm-interp', '--run-all-exports', at(`${name}.wasm`));
}

const rows = Object.entries(native).map(([name, [sum, ns]]) => {
  let answer;
  const node = least(runs + 3, ourClock, () => { answer = exports[name]() >>> 0; });
  for (const [what, of] of Object.entries({ c: c[name][0], ours: ours[name][0],
    node: answer }))
    if (of !== sum) throw new Error(`${name}: ${what} says ${of}, not ${sum}`);
  return { name, native: ns / 1e6, node, c: c[name][1] / 1e6,
    ours: ours[name][1] / 1e6, interp: interp(name), gas: ours[name][2] };
});

// ---- told ----

const times = (a, b) => (a / b).toFixed(a / b < 10 ? 1 : 0);
console.log('| kernel | C, gcc -O2 | Node | wasm2c, gcc -O2 | this interpreter ' +
  '| wasm-interp | gas each ns |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const row of rows)
  console.log(`| ${row.name} | ${row.native.toFixed(1)} ms | ` +
    ['node', 'c', 'ours', 'interp'].map((way) =>
      `${times(row[way], row.native)}×`).join(' | ') +
    ` | ${(row.gas / row.ours / 1e6).toFixed(2)} |`);
const mean = (way) => Math.exp(rows.reduce((sum, row) =>
  sum + Math.log(row[way] / row.native), 0) / rows.length);
console.log(`| *geometric mean* | | ${['node', 'c', 'ours', 'interp'].map((way) =>
  `${times(mean(way), 1)}×`).join(' | ')} | |`);
const [read, translate, instantiate, size] = ours.deploy;
console.log(`\nBefore the first call, of ${bytes.length} bytes:`);
console.log(`  here: read ${(read / 1e3).toFixed(0)} µs, translated in ` +
  `${(translate / 1e3).toFixed(0)} µs to ${size} bytes, instantiated in ` +
  `${(instantiate / 1e3).toFixed(0)} µs`);
console.log(`  wasm2c ${deploy.wasm2c.toFixed(1)} ms, gcc -O2 ` +
  `${deploy.gcc.toFixed(0)} ms`);
console.log(`  Node: compiled and instantiated in ${deploy.node.toFixed(2)} ms`);
