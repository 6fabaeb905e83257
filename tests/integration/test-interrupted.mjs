#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A run of these tests that is ended from outside leaves nothing behind: no
// daemon, not one that stands still either, and no directory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import readline from 'node:readline';

import { check, cleanup, equal, main, test, until } from './lib.mjs';

// Says whom it has started, and tests on without an end.
const PROGRAM = `
import { Node, main, test } from ${JSON.stringify(
  new URL('lib.mjs', import.meta.url).href)};
test('endless', async () => {
  const nodes = [await Node.make(), await Node.make()];
  for (const node of nodes) await node.start();
  process.kill(nodes[1].process.pid, 'SIGSTOP');
  console.log(JSON.stringify(nodes.map((node) =>
    ({ pid: node.process.pid, home: node.home }))));
  for (;;) await nodes[0].api('GET', '/v1/status');
});
await main();
`;

const runs = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  test(`${signal} ends a run and its daemons`, async () => {
    const child = spawn(process.execPath,
      ['--input-type=module', '-e', PROGRAM],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanup(() => child.kill());
    const exited = once(child, 'exit');
    let nodes;
    for await (const line of readline.createInterface(child.stdout)) {
      if (!line.startsWith('[')) continue;
      nodes = JSON.parse(line);
      check(nodes.every(({ pid }) => runs(pid)), 'the daemons run');
      child.kill(signal);
    }
    equal(await exited, [128 + os.constants.signals[signal], null],
      'exit status');
    for (const { pid, home } of nodes) {
      await until(`${pid} has ended`, () => !runs(pid));
      check(!fs.existsSync(home), `${home} is left`);
    }
  });

await main();
