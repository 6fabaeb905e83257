#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What selectors find beside what PouchDB says of them: 2,000 random ones,
// always the same (tests/npm/selectors.mjs says where PouchDB is no judge).
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build, equal, main, note, test } from './lib.mjs';

const script = fileURLToPath(new URL('../npm/selectors.mjs', import.meta.url));

test('2,000 random selectors find what they find in PouchDB', async () => {
  execFileSync('make', ['-s', '-C', build, 'tests/unit/fabric-select'],
    { stdio: 'ignore' });
  let output;
  try {
    output = execFileSync(script, ['--selectors', '2000', '--seed', '1'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    output = error.stdout;
  }
  note(output.trim());
  equal(output.trim().split('\n').pop(), '2000 selectors, 0 differences',
    'the count');
});

await main();
