// SPDX-License-Identifier: Apache-2.0
// A test program's tests, run in order and told as TAP.
const tests = [];
const cleanups = [];

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

export async function main() {
  let failed = 0;
  console.log(`1..${tests.length}`);
  for (const [i, { name, body }] of tests.entries()) {
    try {
      await body();
      console.log(`ok ${i + 1} - ${name}`);
    } catch (error) {
      failed++;
      note(error.stack);
      console.log(`not ok ${i + 1} - ${name}`);
    }
  }
  for (const body of cleanups.reverse()) await body();
  process.exit(failed === 0 ? 0 : 1);
}
