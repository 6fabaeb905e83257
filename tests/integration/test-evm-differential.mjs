#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The EVM beside a second one: 2,000 random programs, always the same ones.
// `make soak-evm` runs 100,000.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build, equal, main, note, test } from './lib.mjs';

const script = fileURLToPath(
  new URL('../npm/differential.mjs', import.meta.url));

test('2,000 random programs do what they do in @ethereumjs/evm', async () => {
  execFileSync('make', ['-s', '-C', build, 'tests/evm/transact',
    'modules/runtime-evm.so', 'modules/crypto-std.so'], { stdio: 'ignore' });
  let output;
  try {
    output = execFileSync(script, ['--programs', '2000', '--seed', '1'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    output = error.stdout;
  }
  note(output.trim());
  equal(output.trim().split('\n').pop(), '2000 programs, 0 differences',
    'the count');
});

await main();
