#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Messages between applications of two organisations on one host, by bsnctl.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import tls from 'node:tls';
import { promisify } from 'node:util';

import {
  Node, check, cleanup, equal, freePort, main, prefix, test, until,
} from './lib.mjs';

const run = promisify(execFile);
const bsnctl = path.join(prefix, 'bin/bsnctl');
// What no file of the node may have.
const MARKER = 'marker-7f3a9c51';
const CHAIN = 'shared';
let node;
let other; // the second organisation's own directory
let channelPort; // of FISCO's SDKs
const listeners = [];

const environment = (who) => who.org === 'Other'
  ? { BSN_NODE: `https://127.0.0.1:${node.port}`, BSN_HOME: other,
      BSN_ID: who.name }
  : { BSN_NODE: node.dir, BSN_ID: who.name };
const alice = { org: 'Test', name: 'alice' };
const bob = { org: 'Other', name: 'bob' };
const mallory = { org: 'Other', name: 'mallory' };

// {code, json} of `bsnctl ... --json`.
async function ctl(who, ...args) {
  const env = { ...process.env, ...environment(who) };
  try {
    const { stdout } = await run(bsnctl, [...args, '--json'].map(String),
      { env });
    return { code: 0, json: stdout ? JSON.parse(stdout) : null };
  } catch (error) {
    return { code: error.code, json: JSON.parse(error.stderr) };
  }
}

const send = (who, topic, text, ...options) =>
  ctl(who, 'message', 'send', CHAIN, topic, text, ...options);

// `bsnctl message listen`, running; what it prints is in `messages`.
function listen(who, ...args) {
  const child = spawn(bsnctl,
    ['message', 'listen', CHAIN, ...args, '--json'], {
      env: { ...process.env, ...environment(who) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const listener = { child, messages: [], errors: '' };

  readline.createInterface({ input: child.stdout }).on('line', (line) =>
    listener.messages.push(JSON.parse(line)));
  child.stderr.on('data', (data) => { listener.errors += data; });
  listener.exited = new Promise((resolve) => child.once('exit', resolve));
  listener.got = (text) => until(`a listener got ${text}`, () =>
    listener.messages.find((message) => message.text === text));
  listeners.push(listener);
  return listener;
}

async function stop(...all) {
  for (const listener of all) {
    listener.child.kill('SIGKILL');
    await listener.exited;
  }
}

// Until so many listen to the topic.
const listening = (who, topic, n, ...options) =>
  until(`${n} listen to ${topic}`, async () => {
    const { json } = await send(who, topic, `${MARKER} are you there?`,
      '--all', ...options);
    return json.receivers === n;
  });

const keyOf = async (who, kind = 'public_key') => {
  const dir = who.org === 'Other' ? other : node.dir;
  const { stdout } = await run(bsnctl, ['id', 'show', who.name, '--json'],
    { env: { ...process.env, BSN_NODE: dir } });
  const shown = JSON.parse(stdout);
  return kind === 'public_key' ? shown.public_key : shown.keys[kind];
};

test('two organisations share a host', async () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-other-'));
  cleanup(() => fs.rmSync(home, { recursive: true, force: true }));
  cleanup(() => stop(...listeners));
  other = path.join(home, 'node');
  await run(bsnctl, ['init', other, '--org', 'Other']);
  node = await Node.make();
  await node.ctl('id', 'new', 'alice', '--role', 'client');
  for (const name of ['bob', 'mallory'])
    await run(bsnctl, ['id', 'new', name, '--role', 'client'],
      { env: { ...process.env, BSN_NODE: other } });
  await run(bsnctl, ['id', 'key', 'bob', '--algorithm', 'secp256k1'],
    { env: { ...process.env, BSN_NODE: other } });
  node.set('ca_files', `ca/identity-ca.pem;${
    path.join(other, 'ca/identity-ca.pem')}`, 'identity');
  channelPort = await freePort();
  node.set('listen', `${CHAIN} 127.0.0.1:${channelPort}`, 'channel');
  await makeSdkCertificate();
  node.set('ca_files', 'sdk-ca.crt', 'channel');
  node.set('tls_certificate', 'tls/server.pem', 'channel');
  node.set('tls_key', 'tls/server.key', 'channel');
  fs.copyFileSync(node.tlsCa(), path.join(other, 'ca/tls-ca.pem'));
  await node.start();
  await node.api('POST', '/v1/chains',
    { name: CHAIN, framework: 'fisco', config: { crypto: 'std' } });
});

test('a message that nobody listens to is told so', async () => {
  const { code, json } = await send(alice, 'orders', MARKER);
  equal(code, 1, 'exit code');
  check(json.error.reason.startsWith('no-receiver'), json.error.reason);
});

test('one listener gets a message and answers it', async () => {
  const listener = listen(bob, 'orders', '--answer', `${MARKER} thanks`);
  await listening(alice, 'orders', 1);
  const { code, json } = await send(alice, 'orders', `${MARKER} ten`);
  equal(code, 0, 'exit code');
  equal(json, { status: 'delivered', text: `${MARKER} thanks` }, 'answer');
  const message = await listener.got(`${MARKER} ten`);
  equal(message.mode, 'unicast', 'mode');
  equal(message.from.name, 'alice', 'sender');
  equal(message.from.organisation, 'Test', 'organisation');
  equal(message.from.public_key, await keyOf(alice), 'key');
  await stop(listener);
});

test('bytes that are no text go and come as they are', async () => {
  const file = path.join(node.home, 'bytes');
  fs.writeFileSync(file, Buffer.from([0, 255, 1]));
  const listener = listen(bob, 'orders');
  await listening(alice, 'orders', 1);
  equal((await send(alice, 'orders', `@${file}`)).json,
    { status: 'delivered', text: '' }, 'answer');
  await until('bytes', () =>
    listener.messages.find((message) => message.base64 === 'AP8B'));
  await stop(listener);
});

test('all listeners of both organisations get a broadcast', async () => {
  const two = [listen(bob, 'news', 'more'), listen(alice, 'news')];
  await listening(alice, 'news', 2);
  equal((await send(bob, 'news', `${MARKER} all`, '--all')).json,
    { status: 'delivered', receivers: 2 }, 'status');
  for (const listener of two) {
    const message = await listener.got(`${MARKER} all`);
    equal(message.from.organisation, 'Other', 'organisation');
  }
  await stop(...two);
});

test('a receiver that dies is told to the sender', async () => {
  const listener = listen(bob, 'orders', '--silent');
  await listening(alice, 'orders', 1);
  const sent = send(alice, 'orders', `${MARKER} die`, '--wait', 60);
  await listener.got(`${MARKER} die`);
  await stop(listener);
  const { code, json } = await sent;
  equal(code, 1, 'exit code');
  check(json.error.reason.startsWith('receiver-left'), json.error.reason);
});

test('a receiver that is silent is told to the sender', async () => {
  const listener = listen(bob, 'orders', '--silent');
  await listening(alice, 'orders', 1);
  const { code, json } = await send(alice, 'orders', MARKER, '--wait', 1);
  equal(code, 1, 'exit code');
  check(json.error.reason.startsWith('timed-out'), json.error.reason);
  await stop(listener);
});

// FISCO's channel protocol: length, type, sequence, result, data.
const frame = (type, seq, data) => {
  const head = Buffer.alloc(42);
  head.writeUInt32BE(42 + data.length, 0);
  head.writeUInt16BE(type, 4);
  seq.copy(head, 6);
  return Buffer.concat([head, data]);
};
const withTopic = (topic, text) => Buffer.concat(
  [Buffer.from([topic.length + 1]), Buffer.from(topic + text)]);

// As FISCO's own tools make them: no SM2.
async function makeSdkCertificate() {
  const file = (name) => path.join(node.dir, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
    '-nodes'];
  await run('openssl', ['req', '-x509', ...key, '-days', '2', '-subj',
    '/O=Test/CN=ca', '-keyout', file('sdk-ca.key'), '-out',
    file('sdk-ca.crt')]);
  await run('openssl', ['req', ...key, '-subj', '/O=Test/CN=sdk', '-keyout',
    file('sdk.key'), '-out', file('sdk.csr')]);
  await run('openssl', ['x509', '-req', '-in', file('sdk.csr'), '-CA',
    file('sdk-ca.crt'), '-CAkey', file('sdk-ca.key'), '-CAcreateserial',
    '-days', '2', '-out', file('sdk.crt')]);
}

// An SDK: `frames` are those that came.
async function sdk() {
  const file = (name) => fs.readFileSync(path.join(node.dir, name));
  const socket = tls.connect({
    host: '127.0.0.1', port: channelPort, servername: 'localhost',
    ca: fs.readFileSync(node.tlsCa()), cert: file('sdk.crt'),
    key: file('sdk.key'),
  });
  const client = { socket, frames: [] };
  let input = Buffer.alloc(0);
  socket.on('data', (data) => {
    input = Buffer.concat([input, data]);
    while (input.length >= 42 && input.length >= input.readUInt32BE(0)) {
      const one = input.subarray(0, input.readUInt32BE(0));
      client.frames.push({
        type: one.readUInt16BE(4), seq: one.subarray(6, 38),
        result: one.readInt32BE(38), data: one.subarray(42).toString(),
      });
      input = input.subarray(one.length);
    }
  });
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  client.got = (type, text) => until(`the SDK got ${text}`, () =>
    client.frames.find((one) => one.type === type &&
      one.data.includes(text)));
  return client;
}

test('an SDK and a client of the gateway answer each other', async () => {
  const client = await sdk();
  const seq = Buffer.alloc(32, 'a');
  client.socket.write(frame(0x32, seq, Buffer.from('["to-sdk"]')));
  await listening(alice, 'to-sdk', 1);
  const sent = send(alice, 'to-sdk', `${MARKER} to the SDK`, '--wait', 60);
  const request = await client.got(0x30, 'to the SDK');
  client.socket.write(frame(0x31, request.seq,
    withTopic('to-sdk', `${MARKER} from the SDK`)));
  equal((await sent).json,
    { status: 'delivered', text: `${MARKER} from the SDK` }, 'answer');
  const listener = listen(bob, 'to-host', '--answer', `${MARKER} welcome`);
  await listening(alice, 'to-host', 1);
  client.socket.write(frame(0x30, seq,
    withTopic('to-host', `${MARKER} to the host`)));
  const message = await listener.got(`${MARKER} to the host`);
  equal(message.from.name, 'sdk', 'sender');
  const answer = await client.got(0x31, 'welcome');
  equal([answer.result, answer.seq.equals(seq)], [0, true], 'result');
  client.socket.destroy();
  await stop(listener);
});

test('a private topic is open to declared keys only', async () => {
  const undeclared = await send(alice, 'offers', MARKER, '--private');
  equal(undeclared.json.error.name, 'not-found', 'before it is declared');
  equal((await ctl(alice, 'message', 'topic', 'declare', CHAIN, 'offers',
    '--key', await keyOf(bob))).code, 0, 'declare');
  const taken = await ctl(mallory, 'message', 'topic', 'declare', CHAIN,
    'offers');
  equal(taken.json.error.name, 'conflict', 'somebody else declares it');
  const listener = listen(bob, '--private', 'offers');
  await listening(alice, 'offers', 1, '--private');
  const wrong = listen(mallory, '--private', 'offers');
  equal(await wrong.exited, 1, 'exit code of a listener with a wrong key');
  check(/none of those/.test(wrong.errors + JSON.stringify(wrong.messages)),
    wrong.errors);
  const forged = await send(mallory, 'offers', MARKER, '--private');
  equal(forged.json.error.name, 'denied', 'a sender with a wrong key');
  const { json } = await send(alice, 'offers', `${MARKER} secret`,
    '--private');
  equal(json.status, 'delivered', 'status');
  check((await listener.got(`${MARKER} secret`)).private, 'private');
  await stop(listener);
});

test('a key of its own opens one, by a signed challenge', async () => {
  await ctl(alice, 'message', 'topic', 'declare', CHAIN, 'offers', '--key',
    await keyOf(bob, 'secp256k1'));
  const without = listen(bob, '--private', 'offers');
  equal(await without.exited, 1, 'exit code without the proof');
  const listener = listen(bob, '--private', 'offers', '--prove', 'secp256k1');
  await listening(alice, 'offers', 1, '--private');
  await send(alice, 'offers', `${MARKER} proven`, '--private');
  await listener.got(`${MARKER} proven`);
  await stop(listener);
});

test('a private topic stays its owner\'s when the host restarts', async () => {
  await node.stop();
  await node.start();
  const taken = await ctl(mallory, 'message', 'topic', 'declare', CHAIN,
    'offers');
  equal(taken.json.error.name, 'conflict', 'somebody else declares it');
  const { json } = await ctl(alice, 'message', 'topic', 'list', CHAIN);
  equal(json.topics.map(({ topic }) => topic), ['offers'], 'topics');
  equal((await ctl(alice, 'message', 'topic', 'remove', CHAIN,
    'offers')).code, 0, 'remove');
});

test('no file of the node has a word of it', async () => {
  await node.stop();
  const files = fs.readdirSync(node.home,
    { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  check(files.some(({ name }) => name.endsWith('.mdb')), 'no store was found');
  for (const file of files) {
    const name = path.join(file.parentPath ?? file.path, file.name);
    check(!fs.readFileSync(name).includes(MARKER), `${name} has the marker`);
  }
});

await main();
