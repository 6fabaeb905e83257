#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Clients of [grpc] that have a certificate and no manners: calls by the
// thousand, halves of messages, nothing that is read, garbage, and a sudden
// death. The host goes on, with the memory that it had, and serves the others.
import { fork } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';

import { Network } from './fabric.mjs';
import { connect, gatewayOf, grpc, offerGrpc } from './fabric-clients.mjs';
import { check, cleanup, equal, main, test, until } from './lib.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const MIB = 1 << 20;
const METHODS = ['/gateway.Gateway/Evaluate', '/gateway.Gateway/Endorse',
  '/gateway.Gateway/Submit', '/gateway.Gateway/CommitStatus',
  '/gateway.Gateway/ChaincodeEvents', '/protos.Deliver/Deliver',
  '/protos.Deliver/DeliverFiltered', '/protos.Endorser/ProcessProposal',
  '/orderer.AtomicBroadcast/Broadcast', '/orderer.AtomicBroadcast/Deliver'];

// In a process of its own, to be killed: listeners that read nothing.
if (process.argv[2] === 'victim') {
  const [at, who] = JSON.parse(process.argv[3]);
  const own = connect({ ...at, tlsCa: () => at.ca }, who);
  const deaf = gatewayOf(own, { ...who,
    certificate: new crypto.X509Certificate(who.pem) }).getNetwork('ch');
  for (let i = 0; i < 150; i++) await deaf.getBlockEvents({ startBlock: 0n });
  for (let i = 0; i < 20; i++)
    await deaf.getChaincodeEvents('every', { startBlock: 0n });
  await sleep(600000);
}

let network, channel, host, person, client, gateway, contract, calm;

cleanup(() => client?.close());

const metric = async (name) => {
  const { body } = await host.ops('/metrics');
  const line = body.split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line.split(' ').at(-1));
};
const memory = () => Number(/VmRSS:\s+(\d+) kB/.exec(
  fs.readFileSync(`/proc/${host.process.pid}/status`, 'utf8'))[1]) * 1024;
const calls = async (n) => until(`${n} calls are served`, async () =>
  await metric('bsn_grpc_calls') === n);

// Others are served, and what was taken is given back but for `most` MiB.
async function checkCalm(most) {
  await contract.submitTransaction('put', 'k', 'v');
  equal(Buffer.from(await contract.evaluateTransaction('get', 'k')).toString(),
    'v', 'the state');
  const more = (memory() - calm) / MIB;
  check(more < most, `the host has ${more.toFixed()} MiB more`);
}

// ---- HTTP/2 by hand (RFC 9113) ----

const HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, CONTINUATION = 9;
const END_HEADERS = 4;

function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

// A field without an index; lengths beyond 126 are an integer with a prefix of
// seven bits (RFC 7541 section 5.1).
function field(name, value) {
  const coded = (text) => {
    const bytes = [];
    let rest = text.length - 127;
    if (rest < 0) return Buffer.concat([Buffer.from([text.length]), text]);
    for (; rest >= 128; rest = Math.floor(rest / 128))
      bytes.push(rest % 128 + 128);
    return Buffer.concat([Buffer.from([127, ...bytes, rest]), text]);
  };
  return Buffer.concat([Buffer.from([0]), coded(Buffer.from(name)),
    coded(Buffer.from(value))]);
}

const request = (method) => Buffer.concat([
  field(':method', 'POST'), field(':scheme', 'https'), field(':path', method),
  field(':authority', 'rude'), field('te', 'trailers'),
  field('content-type', 'application/grpc')]);

// A connection that reads nothing unless it is told to.
async function rude() {
  const socket = tls.connect({ port: host.grpcPort, host: '127.0.0.1',
    servername: 'localhost', ALPNProtocols: ['h2'],
    ca: fs.readFileSync(host.tlsCa()),
    cert: fs.readFileSync(path.join(person.dir, 'cert.pem')),
    key: fs.readFileSync(path.join(person.dir, 'key.pem')) });
  socket.on('error', () => {});
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  socket.pause();
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(frame(SETTINGS, 0, 0));
  return socket;
}

// Writes until the host has ended it. FALSE: it takes all of it.
async function isEnded(socket, parts) {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const part of parts) {
    if (socket.destroyed) break;
    if (!socket.write(part))
      await Promise.race([closed, sleep(2000),
        new Promise((resolve) => socket.once('drain', resolve))]);
  }
  socket.resume();
  const ended = await Promise.race([closed.then(() => true),
    sleep(5000, false)]);
  socket.destroy();
  return ended;
}

function* many(n, parts) {
  for (let i = 0; i < n; i++) yield Buffer.concat(parts(2 * i + 1));
}

// ---- the tests ----

test('a host with blocks that are worth reading', async () => {
  network = await Network.start([1, 2], ['--chaincode-modules',
    path.join(top, 'tests/chaincode')], offerGrpc);
  channel = await network.makeChannel('ch', 'std');
  [person] = channel.clients;
  [host] = network.hosts;
  const file = path.join(host.home, 'every.tgz');
  await host.ctl('contract', 'pack', path.join(top,
    'tests/chaincode/every-call'), '-o', file, '--label', 'every_1');
  await channel.deploy('every', { options: {
    policy: "OR('Org1MSP.peer','Org2MSP.peer')" }, code: fs.readFileSync(file) });
  client = connect(host, person);
  gateway = gatewayOf(client, person);
  contract = gateway.getNetwork('ch').getContract('every');
  await Promise.all(Array.from({ length: 24 }, (_, i) =>
    contract.submitTransaction('put', `big${i}`, 'x'.repeat(300000))));
  calm = memory();
});

test('garbage ends in a status', async () => {
  const whole = (method, bytes) => new Promise((resolve) => {
    const call = client.makeBidiStreamRequest(method, (x) => x, (x) => x,
      { deadline: Date.now() + 20000 });
    call.on('data', () => {});
    call.on('error', () => {});
    call.on('status', resolve);
    call.write(bytes);
    call.end();
  });
  const good = Buffer.from(contract.newProposal('get', { arguments: ['k'] })
    .getBytes());
  const kinds = [Buffer.alloc(0), crypto.randomBytes(1000), good,
    good.subarray(0, good.length / 2), Buffer.alloc(MIB, 0x0a),
    Buffer.alloc(MIB, '\x0a\x00'), Buffer.alloc(4 * MIB, '\x12\x00')];
  for (const method of METHODS) {
    const statuses = await Promise.all(kinds.map((kind) =>
      whole(method, kind)));
    for (const [i, { code, details }] of statuses.entries())
      check(code !== grpc.status.OK && code !== grpc.status.DEADLINE_EXCEEDED &&
        code !== grpc.status.INTERNAL && details !== '',
      `${method} answers kind ${i} with ${code}, ${details}`);
  }
  await checkCalm(600);
});

test('calls by the thousand', async () => {
  const socket = await rude();
  check(await isEnded(socket, many(200000, (stream) =>
    [frame(HEADERS, END_HEADERS, stream, request(METHODS[0]))])),
  'a client may begin any number of calls');
  await checkCalm(200);
});

test('calls that are begun and reset', async () => {
  const socket = await rude();
  check(await isEnded(socket, many(20000, (stream) =>
    [frame(HEADERS, END_HEADERS, stream, request(METHODS[5])),
      frame(RST_STREAM, 0, stream, Buffer.from([0, 0, 0, 8]))])),
  'a client may reset any number of calls');
  await checkCalm(200);
});

test('huge metadata', async () => {
  const metadata = new grpc.Metadata();
  metadata.set('x-much', 'x'.repeat(40000));
  const { code } = await new Promise((resolve) => client.makeUnaryRequest(
    METHODS[0], (x) => x, (x) => x, Buffer.alloc(1), metadata, resolve));
  equal(code, grpc.status.RESOURCE_EXHAUSTED, 'the status');
  const socket = await rude();
  check(await isEnded(socket, (function* () {
    yield frame(HEADERS, 0, 1, request(METHODS[0]));
    for (let i = 0; i < 1000; i++)
      yield frame(CONTINUATION, 0, 1, field(`x-${i}`, 'x'.repeat(10000)));
  })()), 'a client may send any metadata');
  await checkCalm(200);
});

test('halves of messages', async () => {
  const half = Buffer.concat([Buffer.from([0, 1, 0, 0, 0]),
    Buffer.alloc(16000)]);
  const sockets = await Promise.all(Array.from({ length: 8 }, rude));
  for (const socket of sockets)
    for (const part of many(100, (stream) => [
      frame(HEADERS, END_HEADERS, stream, request(METHODS[2])),
      frame(0, 0, stream, half)]))
      socket.write(part);
  await calls(800);
  await checkCalm(300);
  for (const socket of sockets) socket.destroy();
  await calls(0);
});

test('listeners that read nothing, and die', async () => {
  const victim = fork(fileURLToPath(import.meta.url), ['victim',
    JSON.stringify([{ grpcPort: host.grpcPort, ca: host.tlsCa() },
      { dir: person.dir, pem: person.pem, organisation: person.organisation }])]);
  await until('as much waits for them as may', async () =>
    await metric('bsn_grpc_waiting_bytes') > 200 * MIB);
  await calls(170);
  await checkCalm(700);
  // And one block more for each.
  check(await metric('bsn_grpc_waiting_bytes') < (256 + 150) * MIB,
    'more waits than may');
  victim.kill('SIGKILL');
  await calls(0);
  equal(await metric('bsn_grpc_waiting_bytes'), 0, 'what waits');
  await checkCalm(700);
});

test('the log says nothing bad', async () => {
  const text = fs.readFileSync(host.log, 'utf8');
  check(!/CRITICAL|Sanitizer| error /.test(text), 'the log has an error');
});

await main();
