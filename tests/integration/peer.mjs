// SPDX-License-Identifier: Apache-2.0
// The protocol of hosts, by hand: TLS 1.3, HELLO and PROOF, frames.
import crypto from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';

const PROOF = 2;
export const HELLO = 1, JOIN = 7, MESSAGE = 11;
const NO_CHAIN = Buffer.alloc(32);

export function frame(type, payload = Buffer.alloc(0), chain = NO_CHAIN) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(payload.length, 0);
  head[4] = type;
  return Buffer.concat([head, chain, payload]);
}

// A TCP connection that may be of no use; it never throws.
export function tcp(port) {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.ended = new Promise((resolve) => socket.once('close', resolve));
  return socket;
}

const sha256 = (...parts) => {
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// A TLS session as hosts have it, with nothing said; fails when there is none.
export async function tlsConnect(port) {
  const socket = tls.connect({
    port, host: '127.0.0.1', minVersion: 'TLSv1.3',
    ALPNProtocols: ['bsn-peer/1'], rejectUnauthorized: false,
  });
  socket.on('error', () => {});
  socket.resume();
  socket.ended = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the host has closed')));
  });
  return socket;
}

// One that is let in as the host whose certificate and key (P-256, PEM) these
// are. `frames` are those that came; `ended` resolves with them at the end.
export async function enter(port, cert, key) {
  const socket = await tlsConnect(port);
  const peer = { socket, frames: [], waiting: [] };
  let input = Buffer.alloc(0);
  socket.on('data', (data) => {
    input = Buffer.concat([input, data]);
    while (input.length >= 40 && input.length >= 40 + input.readUInt32BE(0)) {
      const end = 40 + input.readUInt32BE(0);
      const one = { type: input[4], payload: input.subarray(40, end) };
      input = input.subarray(end);
      peer.frames.push(one);
      peer.waiting.shift()?.(one);
    }
  });
  peer.next = () => new Promise((resolve, reject) => {
    peer.waiting.push(resolve);
    socket.once('close', () => reject(new Error('the host has closed')));
  });
  peer.ended = new Promise((resolve) => {
    socket.once('close', () => resolve(peer.frames));
  });
  const der = new crypto.X509Certificate(cert).raw;
  const mine = Buffer.concat([Buffer.from([0, 1]), der]);
  socket.write(frame(HELLO, mine));
  const theirs = (await peer.next()).payload;
  const text = Buffer.concat([
    Buffer.from('bsn-peer/1 proof of identity\0c'),
    socket.exportKeyingMaterial(32, 'EXPORTER-bsn-peer'),
    sha256(mine), sha256(theirs),
  ]);
  socket.write(frame(PROOF,
    crypto.sign('sha256', text, { key, dsaEncoding: 'ieee-p1363' })));
  const answer = await peer.next();
  if (answer.type !== PROOF)
    throw new Error(`refused: ${answer.payload.subarray(2)}`);
  return peer;
}
