#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Hosts of the installed product that share a chain, and what they bear from
// others: ten thousand attempts, noise, half-open connections, broken frames, a
// flood of frames that look valid. They stay up, in bounded memory, and the
// chain goes on meanwhile.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { Node, check, equal, freePort, main, test, until } from './lib.mjs';
import { Clients, makeChain } from './network.mjs';
import { HELLO, JOIN, MESSAGE, enter, frame, tcp, tlsConnect }
  from './peer.mjs';

// What a host may take at any time of an attack more than before: what one host
// may have on its way (64 MiB, IN_FLIGHT_MAX), and buffers of its connections
// and of the chain at work.
const GROWTH_MAX = 96 << 20;

// Two organisations' hosts that trust each other; the first calls the second.
const nodes = [await Node.make(), await Node.make()];
for (const [i, node] of nodes.entries()) {
  node.name = `city-${i + 1}`;
  node.peerPort = await freePort();
  node.peerAddress = `127.0.0.1:${node.peerPort}`;
  node.set('listen', node.peerAddress, 'peers');
  node.set('ca_files', nodes.map((one) => one.identityCa()).join(';'),
    'peers');
}
const [one, two] = nodes;
let clients;
one.set('connect', `127.0.0.1:${two.peerPort}`, 'peers');
for (const name of ['intruder', 'asker'])
  await one.ctl('id', 'new', name, '--role', 'node', '--algorithm',
    'ecdsa-p256');

const peersOf = async (node) => (await node.api('GET', '/v1/peers')).peers;
const bothConnected = () => until('the hosts are connected', async () =>
  (await peersOf(one)).length === 1 && (await peersOf(two)).length === 1);

function memory(node) {
  const status = fs.readFileSync(`/proc/${node.process.pid}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)[1]) * 1024;
}

async function metric(node, name) {
  const { body } = await node.ops('/metrics');
  const line = body.split('\n').find((text) => text.startsWith(name));
  return Number(line.split(' ').pop());
}

// Runs an attack on `one`, whose chain goes on meanwhile without a request that
// fails, in its memory.
async function bear(attack) {
  const before = memory(one);
  let largest = before;
  const look = setInterval(() => {
    if (one.process) largest = Math.max(largest, memory(one));
  }, 20);
  await clients.work(async () => {
    const from = clients.committed;
    await attack();
    await until('the chain is used', () => clients.committed > from + 8);
  }).finally(() => clearInterval(look));
  equal(clients.retried, 0, 'requests that failed');
  check(largest - before < GROWTH_MAX,
    `memory grew from ${before} to ${largest} bytes`);
  await bothConnected();
}

const identity = (name) => ['cert.pem', 'key.pem'].map((file) =>
  fs.readFileSync(path.join(one.dir, 'ids', name, file)));

// After an attack there may be no room for a moment.
const enterAtLast = (...who) => until('it is let in', () =>
  enter(one.peerPort, ...who));

test('two hosts find each other', async () => {
  await one.start();
  await two.start();
  await bothConnected();
  const [seen] = await peersOf(one);
  const { self } = await two.ctlJson('peer', 'self');
  equal(seen.id, self.id, 'host id');
  equal(seen.algorithm, 'sm2', 'algorithm');
  equal(await metric(one, 'bsn_peers'), 1, 'bsn_peers');
  check((await one.ctl('peer', 'list')).includes(seen.name), 'peer list');
  check((await one.ctl('peer', 'calls')).includes(String(two.peerPort)),
    'peer calls');
});

test('a host that comes back is found again', async () => {
  await two.kill();
  await until('it is missed', async () => (await peersOf(one)).length === 0);
  await two.start();
  await bothConnected();
});

test('they share a chain', async () => {
  await makeChain(nodes, 'shared',
    { crypto: 'sm', consensus: { name: 'pbft' } });
  clients = await Clients.make('shared', nodes);
  await clients.work(() => clients.goesOn(two));
});

test('ten thousand connection attempts', async () => {
  await bear(async () => {
    for (let n = 0; n < 10000; n += 100) {
      const sockets = Array.from({ length: 100 }, () => tcp(one.peerPort));
      for (const [i, socket] of sockets.entries())
        if (i % 3 === 0) socket.write(crypto.randomBytes(600));
      await Promise.all(sockets.map((socket) => Promise.race([socket.ended,
        new Promise((resolve) => socket.once('connect', resolve))])));
      for (const socket of sockets) socket.destroy();
    }
  });
  check(await metric(one,
    'bsn_peer_connections_total{outcome="turned-away"}') > 1000,
  'most are turned away');
});

test('half-open connections', async () => {
  const sockets = [];
  await bear(async () => {
    for (let i = 0; i < 1000; i++) sockets.push(tcp(one.peerPort));
    await until('most are turned away', () =>
      sockets.filter((socket) => socket.destroyed).length > 900);
  });
  check(await metric(one, 'bsn_peer_handshakes') <= 64,
    'one address has half of the handshakes at most');
  for (const socket of sockets) socket.destroy();
});

// A head that promises `len` bytes, and what follows.
function promise(type, len, payload = Buffer.alloc(0)) {
  const bytes = frame(type, payload);
  bytes.writeUInt32BE(len, 0);
  return bytes;
}

test('random bytes, truncated and oversized frames of strangers', async () => {
  const broken = [
    () => crypto.randomBytes(4000),
    () => promise(HELLO, 0xffffffff),
    () => promise(HELLO, 8193, Buffer.alloc(8193)),
    () => frame(MESSAGE, Buffer.alloc(100)),
    () => promise(HELLO, 600, crypto.randomBytes(300)),
  ];
  const refused = await metric(one,
    'bsn_peer_connections_total{outcome="refused"}');
  const tried = 50;
  await bear(async () => {
    for (let n = 0; n < tried; n++) {
      const socket = await until('there is room again', () =>
        tlsConnect(one.peerPort).catch(() => null));
      const truncated = n % broken.length === broken.length - 1;
      socket.write(broken[n % broken.length]());
      if (truncated) socket.destroySoon();
      await socket.ended;
    }
  });
  await until('each of them is counted', async () => await metric(one,
    'bsn_peer_connections_total{outcome="refused"}') >= refused + tried);
});

test('truncated and oversized frames of a host that is known', async () => {
  const [cert, key] = identity('intruder');
  await bear(async () => {
    for (let n = 0; n < 6; n++) { // as many as the log tells of in a minute
      const peer = await enterAtLast(cert, key);
      const oversized = n % 2 === 0;
      peer.socket.write(oversized ? promise(MESSAGE, (16 << 20) + 1)
        : promise(MESSAGE, 16 << 20, Buffer.alloc(8 << 20)));
      if (!oversized) peer.socket.destroySoon();
      await peer.ended;
    }
  });
  check(fs.readFileSync(one.log, 'utf8').includes('(malformed)'),
    'the log does not tell of it');
});

test('a flood of frames of a host that is no member', async () => {
  const [cert, key] = identity('intruder');
  const big = frame(MESSAGE, Buffer.alloc(1 << 20), Buffer.alloc(32, 7));
  await bear(async () => {
    for (let n = 0; n < 5; n++) {
      const peer = await enterAtLast(cert, key);
      let closed = false;
      peer.socket.once('close', () => { closed = true; });
      while (!closed)
        if (!peer.socket.write(big))
          await Promise.race([peer.ended, new Promise((resolve) =>
            peer.socket.once('drain', resolve))]);
    }
  });
  check(await metric(one, 'bsn_peer_frames_of_no_member_total') > 30,
    'the frames are counted');
  check(fs.readFileSync(one.log, 'utf8').includes('cut off for a flood'),
    'the log tells of it');
});

test('a flood of questions whose answers are not read', async () => {
  const [cert, key] = identity('asker');
  const many = Buffer.concat(Array.from({ length: 1000 }, () =>
    frame(JOIN, undefined, crypto.randomBytes(32))));
  await bear(async () => {
    const peer = await enterAtLast(cert, key);
    peer.socket.pause();
    let closed = false;
    peer.socket.once('close', () => { closed = true; });
    for (let n = 0; n < 1000 && !closed; n++)
      if (!peer.socket.write(many))
        await Promise.race([until('it drains', () => closed ||
          peer.socket.writableLength < many.length), peer.ended]);
    peer.socket.destroy();
  });
});

test('who is denied is told why', async () => {
  one.set('deny', 'host intruder@Test', 'peers');
  await one.stop();
  await one.start();
  await bothConnected();
  const [cert, key] = identity('intruder');
  let reason = '';
  await enter(one.peerPort, cert, key).catch((error) => {
    reason = error.message;
  });
  check(reason !== '', 'it was let in');
  await until('the log says why', () =>
    fs.readFileSync(one.log, 'utf8').includes(
      'intruder of Test is not let in by [peers] allow and deny (denied)'));
});

test('the host stops cleanly', async () => {
  await one.stop();
  await two.stop();
});

await main();
