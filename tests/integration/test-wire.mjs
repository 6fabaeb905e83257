#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What a capture of the cable between two hosts shows: of a transaction that
// crosses it nothing. That the capture would have shown it is seen by words
// that cross in clear beside it.
import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';

import { check, deposit, equal, main, test } from './lib.mjs';
import { Lab, enterLab } from './lab.mjs';
import { Clients, level, makeChain } from './network.mjs';

await enterLab([['tcpdump', '--version']]);

const run = promisify(execFile);
const CLEAR_PORT = 8499;
const marker = () => `marker-${crypto.randomBytes(12).toString('hex')}`;

let lab, clients;

function occurrences(bytes, text) {
  let n = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1))
    n++;
  return n;
}

// Says a word in clear from the first host to the second.
async function sayInClear(word) {
  const [one, two] = lab.hosts;
  const inside = (host, script) => {
    const [program, ...args] = [...host.via, process.execPath, '-e', script];
    return run(program, args);
  };
  const heard = inside(two, `require('net').createServer((s) => s.on('data',
    (d) => { console.log(String(d)); process.exit(0); }))
    .listen(${CLEAR_PORT}, '192.0.2.2')`);
  const said = inside(one, `const net = require('net');
    (function call() { const s = net.connect(${CLEAR_PORT}, '192.0.2.2',
      () => s.end('${word}'));
      s.on('error', () => setTimeout(call, 50)); })()`);
  await said;
  equal((await heard).stdout.trim(), word, 'what was heard');
}

test('two hosts on a cable share a chain', async () => {
  lab = await Lab.make(2);
  await makeChain(lab.hosts, 'quiet',
    { crypto: 'sm', consensus: { name: 'pbft' } });
  clients = await Clients.make('quiet', lab.hosts);
  await clients.deposit();
});

test('a capture shows nothing of what is submitted', async () => {
  const [one, two] = lab.hosts;
  const secret = marker(), clear = marker();
  const digest = `0x${crypto.randomBytes(32).toString('hex')}`;
  let crossed;
  const bytes = await lab.capture(path.join(one.home, 'pcap'), async () => {
    crossed = await clients.submit(one, deposit(digest, secret));
    await level(lab.hosts, 'quiet');
    await sayInClear(clear);
  });
  // It did cross, and the other host has it in words.
  const evidence = await two.ctl('contract', 'call', 'quiet', 'evidence', 'get',
    digest);
  check(evidence.includes(secret), 'the other host does not have it');
  check(crossed.block > 0, 'a block');
  check(bytes.length > 2000, `${bytes.length} bytes were captured`);
  equal(occurrences(bytes, clear), 1, 'words in clear are seen');
  for (const [form, what] of [
    [secret, 'the text'], [Buffer.from(digest.slice(2), 'hex'), 'its digest'],
    [Buffer.from(crossed.id.slice(2), 'hex'), 'its id'],
    ['host', 'a name in a certificate'], ['Test', 'an organisation']])
    equal(occurrences(bytes, form), 0, what);
});

await main();
