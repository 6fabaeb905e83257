#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Engines' gRPC of a running host, called by @grpc/grpc-js: what comes through,
// who gets in, and how calls end. The engine is tests/grpc/engine-echo.c; its
// messages begin with the chain's name and a blank.
import { execFileSync, fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client, ask, grpc } from './grpc.mjs';
import {
  Node, build, check, cleanup, equal, freePort, main, prefix, test, until,
} from './lib.mjs';

const code = grpc.status;
const one = (text) => Buffer.from(`one ${text}`);

function open(port, { ca, cert, key }, options = {}) {
  const credentials = grpc.credentials.createSsl(ca, key, cert);
  return new Client(`localhost:${port}`, credentials, {
    'grpc.max_receive_message_length': 16 << 20,
    'grpc.use_local_subchannel_pool': 1,
    ...options,
  });
}

// In a process of its own, to be killed: a call that hangs, and one whose
// answers nobody reads.
if (process.argv[2] === 'victim') {
  const [port, ca, cert, key] = process.argv.slice(3);
  const client = open(port, { ca: fs.readFileSync(ca),
    cert: fs.readFileSync(cert), key: fs.readFileSync(key) });
  client.Unary(one('hang'), () => {});
  client.Count(one('1000000 10000')).pause();
  process.send('ready');
  await sleep(600000);
}

let node, port, files, client, directory;

const file = (name) => path.join(node.home, name);
const identity = (who) => {
  const at = (name) => path.join(node.dir, 'ids', who, name);
  return { ca: node.tlsCa(), cert: at('cert.pem'), key: at('key.pem') };
};
const read = (paths) => Object.fromEntries(Object.entries(paths)
  .map(([name, where]) => [name, fs.readFileSync(where)]));
const logged = (words) => until(`the log says "${words}"`, () =>
  fs.readFileSync(node.log, 'utf8').includes(words));
const metric = async (name, labels = '') => {
  const { body } = await node.ops('/metrics');
  const line = body.split('\n').find((text) =>
    text.startsWith(`${name}${labels} `));
  return line ? Number(line.split(' ').at(-1)) : undefined;
};
const idle = () => until('no call is served', async () =>
  await metric('bsn_grpc_calls') === 0);

const stream = (call) => new Promise((resolve) => {
  const got = [];
  call.on('data', (message) => got.push(message));
  call.on('error', () => {});
  call.on('status', (status) => resolve({ got, status }));
});

async function fails(words, wanted, says, options) {
  const { error } = await ask(client, 'Unary', Buffer.from(words),
    new grpc.Metadata(), options);
  check(error, `${words} fails`);
  equal(error.code, wanted, `code of ${words}`);
  check(error.details.includes(says), `"${error.details}" of ${words}`);
  return error;
}

test('one command, and an SDK is connected', async () => {
  const plugins = path.join(prefix, 'lib/bsn/plugins');
  execFileSync('make', ['-s', '-C', build, 'tests/grpc/modules/engine-echo.so'],
    { stdio: 'ignore' });
  directory = fs.mkdtempSync('/tmp/bsn-grpc-plugins-');
  cleanup(() => fs.rmSync(directory, { recursive: true, force: true }));
  for (const name of fs.readdirSync(plugins))
    fs.copyFileSync(path.join(plugins, name), path.join(directory, name));
  fs.copyFileSync(path.join(build, 'tests/grpc/modules/engine-echo.so'),
    path.join(directory, 'engine-echo.so'));
  node = await Node.make({ plugins: directory,
    init: ['--algorithm', 'ecdsa-p256'] });
  port = await freePort();
  await node.ctl('grpc', 'open', '--listen', `127.0.0.1:${port}`);
  await node.start();
  for (const name of ['one', 'two'])
    await node.api('POST', '/v1/chains',
      { name, framework: 'echo', config: {} });
  files = read(identity('app1'));
  client = open(port, files);
  const { value } = await ask(client, 'Unary', one('name'));
  equal(String(value), 'app1 of Test', 'who the engine sees');
});

test('messages come through whole', async () => {
  for (const size of [0, 1, 100000, 8 << 20]) {
    const { value } = await ask(client, 'Unary', one('x'.repeat(size)));
    equal(value.length, size, 'bytes');
  }
  const { got, status } = await stream(client.Count(one('500 20000')));
  equal([got.length, status.code], [500, code.OK], 'messages');
  const sum = await new Promise((resolve, reject) => {
    const call = client.Sum((error, value) =>
      error ? reject(error) : resolve(String(value)));
    for (const text of ['one 1', '', '333']) call.write(Buffer.from(text));
    call.end();
  });
  equal(sum, '3 8', 'messages and bytes that came');
});

test('both sides stream', async () => {
  const call = client.Chat();
  const done = stream(call);
  for (let i = 0; i < 300; i++)
    if (!call.write(one(`${i} ${'y'.repeat(3000)}`)))
      await new Promise((resolve) => call.once('drain', resolve));
  call.end();
  const { got, status } = await done;
  equal([got.length, status.code], [300, code.OK], 'messages');
  got.forEach((message, i) =>
    check(String(message).startsWith(`one ${i} `), `order of ${i}`));
});

test('who does not read holds up nobody else', async () => {
  const before = await metric('bsn_grpc_sent_bytes_total');
  const call = client.Count(one('3000 20000'));
  // It reads ahead as it likes until the first is taken.
  await new Promise((resolve) => call.once('data', () => {
    call.pause();
    resolve();
  }));
  await until('the stream stands', async () => {
    const some = await metric('bsn_grpc_sent_bytes_total');
    await sleep(100);
    return some > before &&
      some === await metric('bsn_grpc_sent_bytes_total');
  });
  const sent = await metric('bsn_grpc_sent_bytes_total') - before;
  check(sent < 30e6, `${sent} bytes were sent to one who does not read`);
  const { value } = await ask(client, 'Unary', one('meanwhile'));
  equal(String(value), 'meanwhile', 'another call');
  const rest = stream(call);
  call.resume();
  const { got, status } = await rest;
  equal([got.length, status.code], [2999, code.OK], 'messages');
});

test('64 calls at once', async () => {
  const clients = [client, open(port, files)];
  await Promise.all(Array.from({ length: 64 }, async (_, i) => {
    const { got, status } =
      await stream(clients[i % 2].Count(one('20 10000')));
    equal([got.length, status.code], [20, code.OK], `stream ${i}`);
  }));
  clients[1].close();
});

test('each failure has its status', async () => {
  await fails('three x', code.NOT_FOUND, 'there is no chain three');
  await fails('', code.INVALID_ARGUMENT, 'no blank in it');
  await fails('one deny', code.PERMISSION_DENIED, 'it is denied');
  const error = await fails('one fail 9 说 100%', code.FAILED_PRECONDITION,
    '说 100%');
  equal(String(error.metadata.get('grpc-status-details-bin')[0]),
    'details of 说 100%', 'details');
  const { error: unknown } =
    await ask(client, 'None', one('x'));
  equal(unknown.code, code.UNIMPLEMENTED, 'unknown method');
});

test('time, and a client, end a call', async () => {
  await fails('one hang', code.DEADLINE_EXCEEDED, '',
    { deadline: Date.now() + 300 });
  const call = client.Unary(one('hang'), () => {});
  call.on('error', () => {});
  await until('it is served', async () =>
    await metric('bsn_grpc_calls') === 1);
  call.cancel();
  await idle();
});

test('strangers stay out', async () => {
  const strange = (name) => [file(`${name}.pem`), file(`${name}.key`)];
  const [cert, key] = strange('stranger');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert,
    '-days', '2', '-subj', '/O=Test/CN=app1'], { stdio: 'ignore' });
  const others = [{ ca: files.ca },
    { ca: files.ca, ...read({ cert, key }) }];
  for (const other of others) {
    const sdk = open(port, { cert: null, key: null, ...other });
    const { error } = await ask(sdk, 'Unary', one('x'), new grpc.Metadata(),
      { deadline: Date.now() + 20000 });
    equal(error.code, code.UNAVAILABLE, 'code');
    sdk.close();
  }
  await logged('it showed no certificate');
  await logged('no CA of ca_files vouches for its certificate');
});

test('a client is killed', async () => {
  const { ca, cert, key } = identity('app1');
  const victim = fork(process.argv[1], ['victim', port, ca, cert, key]);
  cleanup(() => victim.kill('SIGKILL'));
  await new Promise((resolve) => victim.once('message', resolve));
  await until('both calls are served', async () =>
    await metric('bsn_grpc_calls') === 2);
  victim.kill('SIGKILL');
  await idle();
});

test('a chain closes, and another goes on', async () => {
  const hanging = ask(client, 'Unary', one('hang'));
  const other = ask(client, 'Unary', Buffer.from('two hang'));
  await until('both are served', async () =>
    await metric('bsn_grpc_calls') === 2);
  await node.api('PATCH', '/v1/chains/one', { state: 'closed' });
  const { error } = await hanging;
  equal([error.code, error.details],
    [code.UNAVAILABLE, 'chain one is being closed'], 'its call');
  await fails('one x', code.UNAVAILABLE, 'chain one is closed');
  equal(await metric('bsn_grpc_calls'), 1, 'calls of the other');
  await node.api('PATCH', '/v1/chains/one', { state: 'open' });
  const { value } = await ask(client, 'Unary', one('again'));
  equal(String(value), 'again', 'answer');
  await node.stop();
  const { error: stopped } = await other;
  equal([stopped.code, stopped.details],
    [code.UNAVAILABLE, 'chain two is being closed'], 'the other call');
});

main();
