#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The sample applications, as installed, do what they say.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { promisify } from 'node:util';
import {
  Node, check, cleanup, equal, evidenceChain, main, prefix, test,
} from './lib.mjs';

const examples = path.join(prefix, 'share/doc/bsn-host/examples');
const run = promisify(execFile);
let node, env;

const client = (...words) =>
  run(path.join(examples, 'client-node/client.mjs'), words, { env });

function file(name, text) {
  const made = path.join(node.home, name);
  fs.writeFileSync(made, text);
  return made;
}

test('an application gets a certificate and a hosted key', async () => {
  node = await Node.make();
  await node.start();
  const signer = await evidenceChain(node, 'evidence', 'sm');
  await node.ctl('id', 'new', 'shop', '--role', 'client', '--algorithm',
    'ecdsa-p256');
  await node.ctl('id', 'hosted', 'grant', signer, 'shop');
  env = {
    ...process.env,
    BSN_URL: `https://127.0.0.1:${node.port}`,
    BSN_CA: node.tlsCa(),
    BSN_CERT: path.join(node.dir, 'ids/shop/cert.pem'),
    BSN_KEY: path.join(node.dir, 'ids/shop/key.pem'),
    BSN_CHAIN: 'evidence',
    BSN_SIGNER: signer,
  };
});

test('client.mjs deposits and queries', async () => {
  const report = file('report', 'a report');
  const { stdout } = await client('deposit', report, 'by the test');
  check(/deposited in block \d+, transaction 0x[0-9a-f]{64}/.test(stdout),
    stdout);
  const { stdout: found } = await client('query', report);
  check(found.includes('by the test'), found);
});

test('client.mjs says what the gateway said when it is refused', async () => {
  const again = await client('deposit', path.join(node.home, 'report'))
    .then(() => null, (error) => error);
  equal(again.code, 1, 'exit code');
  check(/reverted: .*AlreadyDeposited/.test(again.stderr), again.stderr);
});

test('client.mjs listen goes on where it was after the host restarted',
  async () => {
    const listener = spawn(path.join(examples, 'client-node/client.mjs'),
      ['listen', '--after', '0.0', '--count', '3'],
      { env, stdio: ['ignore', 'pipe', 'inherit'] });
    cleanup(() => listener.kill());
    const ended = new Promise((resolve) => listener.once('exit', resolve));
    const lines = readline.createInterface(listener.stdout)[
      Symbol.asyncIterator]();
    const seen = [(await lines.next()).value];
    await client('deposit', file('second', 'second'), 'second');
    seen.push((await lines.next()).value);
    await node.kill();
    await node.start();
    await client('deposit', file('third', 'third'), 'third');
    seen.push((await lines.next()).value);
    equal(await ended, 0, 'exit code');
    const sequences = seen.map((line) =>
      JSON.parse(line.slice(line.indexOf('{'))).payload.sequence);
    equal(sequences, ['1', '2', '3'], seen.join('\n'));
  });

test('client-curl.sh deposits, queries and shows the event', async () => {
  const { stdout } = await run(
    path.join(examples, 'client-curl.sh'),
    [file('fourth', 'fourth')], { env });
  check(/"stage": ?"committed"/.test(stdout), stdout);
  check(/data: ?\{.*"Deposited"/.test(stdout), stdout);
  await node.stop();
});

await main();
