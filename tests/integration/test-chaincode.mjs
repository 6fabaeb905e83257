#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Real chaincodes on the runtime: compiles the one in TypeScript, then runs
// tests/chaincode/test-programs, whose TAP this is.
import { spawn, execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const build = process.env.BSN_BUILD;
const here = path.join(top, 'tests/chaincode');

execFileSync(path.join(here, 'node_modules/.bin/tsc'),
  ['-p', path.join(here, 'typed')]);
const child = spawn(path.join(build, 'tests/chaincode/test-programs'), {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, G_TEST_SRCDIR: top, G_TEST_BUILDDIR: build },
});
child.on('exit', (code) => { process.exitCode = code ?? 1; });
