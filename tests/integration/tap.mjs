// SPDX-License-Identifier: Apache-2.0
// A test program's tests, run in order and told as TAP.
import os from 'node:os';

const tests = [];
const cleanups = [];
let ending; // a promise, once the program ends

export function test(name, body) {
  tests.push({ name, body });
}

export function cleanup(body) {
  cleanups.push(body);
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

export function equal(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(a === b, `${what}: expected ${b}, got ${a}`);
}

export function note(text) {
  console.log(String(text).replace(/^/gm, '# '));
}

// Cleans up, once, and ends the program.
export function end(status) {
  ending ??= (async () => {
    for (const body of cleanups.reverse()) await body();
    process.exit(status);
  })();
  return ending;
}

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    console.log(`Bail out! ${signal}`);
    end(128 + os.constants.signals[signal]);
  });

export async function main() {
  let failed = 0;
  console.log(`1..${tests.length}`);
  for (const [i, { name, body }] of tests.entries()) {
    if (ending) break;
    try {
      const skipped = await body(); // a reason, or nothing
      console.log(`ok ${i + 1} - ${name}` +
        (typeof skipped === 'string' ? ` # SKIP ${skipped}` : ''));
    } catch (error) {
      failed++;
      note(error.stack);
      console.log(`not ok ${i + 1} - ${name}`);
    }
  }
  await end(failed === 0 ? 0 : 1);
}
