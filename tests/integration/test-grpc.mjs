#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// grpc/ beside another implementation, @grpc/grpc-js: each as server and as
// client of the other, in clear and with TLS.
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { build, check, cleanup, equal, main, test, until } from './lib.mjs';
import { ask, connect, grpc, serve } from './grpc.mjs';

const run = promisify(execFile);
const program = (name) => path.join(build, 'tests/grpc', name);
const TEXT = '50 % of 你好 🎉';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-grpc-'));
cleanup(() => fs.rmSync(dir, { recursive: true, force: true }));
const file = (name) => path.join(dir, name);

function makeTls() {
  execFileSync('make', ['-s', '-C', build, 'tests/grpc/serve',
    'tests/grpc/call'], { stdio: 'ignore' });
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('key.pem'), '-out',
    file('cert.pem'), '-days', '30', '-subj', '/CN=localhost', '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1'], { stdio: 'ignore' });
  return { cert: fs.readFileSync(file('cert.pem')),
    key: fs.readFileSync(file('key.pem')) };
}
const tls = makeTls();

// ---- the server is ours ----

// {port, lines, child, exited} of tests/grpc/serve.
async function startOurs(secure) {
  const args = secure ? [file('cert.pem'), file('key.pem')] : [];
  const child = spawn(program('serve'), args,
    { stdio: ['pipe', 'pipe', 'inherit'] });
  const ours = { child, lines: [] };
  ours.exited = new Promise((resolve) => child.once('exit', resolve));
  createInterface({ input: child.stdout })
    .on('line', (line) => ours.lines.push(line));
  cleanup(() => child.kill('SIGKILL'));
  ours.port = Number(await until('serve listens', () => ours.lines.shift()));
  return ours;
}

const stream = (call) => new Promise((resolve) => {
  const got = [];
  call.on('data', (message) => got.push(message));
  call.on('error', () => {});
  call.on('status', (status) => resolve({ got, status }));
});

async function unaryCalls(client) {
  for (const size of [0, 1, 100000, 8 << 20]) {
    const message = Buffer.alloc(size, 'abcdefg');
    const { value, error } = await ask(client, 'Unary', message);
    check(!error && value.equals(message), `${size} bytes: ${error}`);
  }
}

async function metadataCalls(client) {
  const raw = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const metadata = new grpc.Metadata();
  metadata.set('x-text', 'a b');
  metadata.add('x-raw-bin', raw);
  metadata.add('x-raw-bin', Buffer.from('two'));
  const { headers, trailers } =
    await ask(client, 'Unary', Buffer.from('m'), metadata);
  for (const back of [headers, trailers]) {
    equal(back.get('x-text'), ['a b'], 'x-text');
    equal(back.get('x-raw-bin').map((value) => value.toString('hex')),
      [raw.toString('hex'), Buffer.from('two').toString('hex')], 'x-raw-bin');
  }
}

async function statusCalls(client) {
  for (let code = 1; code <= 16; code++) {
    const { error } =
      await ask(client, 'Fail', Buffer.from(`${code} ${TEXT}`));
    equal(error.code, code, 'code');
    equal(error.details, TEXT, 'message');
    equal(String(error.metadata.get('grpc-status-details-bin')[0]),
      `details of ${TEXT}`, 'details');
  }
  const { error } = await ask(client, 'None', Buffer.from('x'));
  equal(error.code, grpc.status.UNIMPLEMENTED, 'code of no method');
}

async function streamCalls(client) {
  const counted = stream(client.Count(Buffer.from('1000 2000')));
  const summed = new Promise((resolve, reject) => {
    const call = client.Sum((error, value) =>
      error ? reject(error) : resolve(String(value)));
    for (let i = 0; i < 1000; i++) call.write(Buffer.alloc(10000));
    call.end();
  });
  const chat = client.Chat();
  const chatted = stream(chat);
  for (let i = 0; i < 1000; i++) chat.write(Buffer.from(`${i}`.repeat(100)));
  chat.end();
  const { got, status } = await counted;
  equal([got.length, status.code], [1000, 0], 'Count');
  check(got.every((message) => message.length === 2000), 'sizes of Count');
  equal(await summed, '1000 10000000', 'Sum');
  const back = await chatted;
  equal(back.status.code, 0, 'status of Chat');
  equal(back.got.map(String), Array.from({ length: 1000 },
    (_, i) => `${i}`.repeat(100)), 'Chat');
}

async function manyCalls(client) {
  const all = await Promise.all(Array.from({ length: 1000 }, (_, i) =>
    ask(client, 'Unary', Buffer.from(`${i}`))));
  all.forEach(({ error, value }, i) =>
    check(!error && String(value) === `${i}`, `call ${i}: ${error}`));
}

async function deadlineCalls(client, ours) {
  const { error } = await ask(client, 'Hang', Buffer.from('x'), undefined,
    { deadline: Date.now() + 100 });
  equal(error.code, grpc.status.DEADLINE_EXCEEDED, 'code');
  const line = await until('Hang ends', () => ours.lines.shift());
  // Whichever of the two clocks is the first.
  check(/^closed (DEADLINE_EXCEEDED|CANCELLED) after 1$/.test(line), line);
}

async function cancelCalls(client, ours) {
  const call = client.Stall();
  const ended = stream(call);
  let written = 0;
  for (let i = 0; i < 200; i++)
    call.write(Buffer.alloc(100000), () => { written++; });
  // It stops for want of a window, while other calls go on.
  let before;
  do {
    before = written;
    const { error } = await ask(client, 'Unary', Buffer.from('beside'));
    check(!error, `beside: ${error}`);
  } while (written === 0 || written > before);
  check(written < 100, `${written} of 200 messages were written`);
  call.cancel();
  equal((await ended).status.code, grpc.status.CANCELLED, 'code');
  equal(await until('Stall ends', () => ours.lines.shift()),
    'closed CANCELLED after 1', 'the server');
}

async function shutdownCalls(client, ours) {
  const call = client.Chat();
  const ended = stream(call);
  call.write(Buffer.from('1'));
  await new Promise((resolve) => call.once('data', resolve));
  ours.child.stdin.write('shutdown\n');
  call.write(Buffer.from('2'));
  await new Promise((resolve) => call.once('data', resolve));
  call.end();
  const { got, status } = await ended;
  equal([got.map(String), status.code], [['1', '2'], 0],
    'a call that had begun');
  ours.child.stdin.end();
  equal(await ours.exited, 0, 'exit code');
}

const parts = [
  ['unary calls up to 8 MiB', unaryCalls],
  ['metadata, binary as well', metadataCalls],
  ['each status, with text and details', statusCalls],
  ['streams of all kinds at once', streamCalls],
  ['1,000 calls at once', manyCalls],
  ['a deadline', deadlineCalls],
  ['a reader that stops, and cancelling', cancelCalls],
  ['a call is finished while the server leaves', shutdownCalls],
];
for (const secure of [false, true]) {
  const how = secure ? 'with TLS' : 'in clear';
  let ours, client;
  for (const [name, body] of parts)
    test(`our server, ${how}: ${name}`, async () => {
      ours ??= await startOurs(secure);
      client ??= connect(ours.port, secure && tls);
      await body(client, ours);
    });
}

// ---- the client is ours ----

for (const secure of [false, true]) {
  const how = secure ? 'with TLS' : 'in clear';
  let theirs;
  for (const scenario of ['unary', 'big', 'metadata', 'fail', 'streams',
    'many', 'deadline', 'cancel', 'stall'])
    test(`our client, ${how}: ${scenario}`, async () => {
      if (!theirs) {
        theirs = await serve(secure && tls);
        cleanup(theirs.stop);
      }
      theirs.ended.length = 0;
      await run(program('call'), [theirs.port, scenario,
        ...(secure ? [file('cert.pem')] : [])].map(String),
      { timeout: 60000 });
      const name = { deadline: 'Hang', cancel: 'Chat', stall: 'Stall' };
      if (scenario in name)
        equal(await until('the server hears of it',
          () => theirs.ended.shift()), `${name[scenario]} cancelled`, 'call');
    });
}

test('a client without HTTP/2 is refused by our server', async () => {
  const ours = await startOurs(true);
  for (const ALPNProtocols of [['http/1.1'], undefined]) {
    const socket = connectTls({ host: '127.0.0.1', port: ours.port,
      ca: tls.cert, servername: 'localhost', ALPNProtocols });
    socket.on('error', () => {});
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
  }
  const client = connect(ours.port, tls);
  const { value } = await ask(client, 'Unary', Buffer.from('still there'));
  equal(String(value), 'still there', 'Unary');
  client.close();
  ours.child.stdin.end();
  equal(await ours.exited, 0, 'exit code');
});

test('a server without HTTP/2 is refused by our client', async () => {
  const https = await import('node:https');
  const server = https.createServer({ cert: tls.cert, key: tls.key,
    ALPNProtocols: ['http/1.1'] });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup(() => server.close());
  const { code, stderr } = await run(program('call'),
    [String(server.address().port), 'unary', file('cert.pem')])
    .catch((error) => error);
  check(code !== 0 && /ended: /.test(stderr), `${code}: ${stderr}`);
});

await main();
