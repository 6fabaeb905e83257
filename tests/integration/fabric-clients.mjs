// SPDX-License-Identifier: Apache-2.0
// Fabric's own clients from npm, connected to hosts: with one certificate of an
// organisation, which is that of TLS and of what they sign.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import https from 'node:https';
import path from 'node:path';

import { freePort } from './lib.mjs';

const require = createRequire(new URL('../npm/package.json', import.meta.url));
export const fabric = require('@hyperledger/fabric-gateway');
export const protos = require('@hyperledger/fabric-protos');
export const grpc = require('@grpc/grpc-js');
process.env.HFC_LOGGING = '{}'; // what fails is told by errors
const { Gateway, Wallets } = require('fabric-network');

// For Node.make: the host takes gRPC from people of all organisations.
export async function offerGrpc(host) {
  host.grpcPort = await freePort();
  host.set('listen', `127.0.0.1:${host.grpcPort}`, 'grpc');
  host.set('ca_files', 'peers/cas.pem', 'grpc');
}

const filesOf = (person) => ['cert.pem', 'key.pem'].map((name) =>
  fs.readFileSync(path.join(person.dir, name)));

export function connect(host, person) {
  const [certificate, key] = filesOf(person);
  return new grpc.Client(`localhost:${host.grpcPort}`,
    grpc.credentials.createSsl(fs.readFileSync(host.tlsCa()), key,
      certificate));
}

export const signerOf = (person) => fabric.signers.newPrivateKeySigner(
  crypto.createPrivateKey(filesOf(person)[1]));

// `more`: options of fabric-gateway's connect.
export function gatewayOf(client, person, more = {}) {
  const soon = () => ({ deadline: Date.now() + 30000 });
  return fabric.connect({
    client,
    identity: { mspId: person.organisation.mspId,
      credentials: Buffer.from(person.pem) },
    signer: signerOf(person), hash: fabric.hash.sha256,
    tlsClientCertificateHash: crypto.createHash('sha256')
      .update(person.certificate.raw).digest(),
    evaluateOptions: soon, endorseOptions: soon, submitOptions: soon,
    commitStatusOptions: soon, ...more,
  });
}

// The host's own HTTP gateway by the same certificate.
export function useGateway(host, person) {
  const [cert, key] = filesOf(person);
  host.agent.destroy();
  host.agent = new https.Agent({ keepAlive: true,
    ca: fs.readFileSync(host.tlsCa()), cert, key });
}

// ---- fabric-network, Fabric's client before its gateway ----

const nodeAt = (host) => ({ url: `grpcs://localhost:${host.grpcPort}`,
  tlsCACerts: { pem: fs.readFileSync(host.tlsCa(), 'utf8') },
  grpcOptions: { 'ssl-target-name-override': 'localhost' } });

// A Network of it: of `peers`, each of an organisation of its own, the first
// orders. It is told where they are, since there is no discovery.
export async function connectOld(channel, peers, person) {
  const names = peers.map((_, i) => `peer${i}`);
  const at = (of) => Object.fromEntries(names.map(of));
  const profile = {
    name: 'hosts', version: '1.0.0', client: { organization: 'peer0' },
    organizations: at((name, i) =>
      [name, { mspid: `Org${i + 1}MSP`, peers: [name] }]),
    channels: { [channel]: { orderers: ['orderer'],
      peers: at((name) => [name, {}]) } },
    orderers: { orderer: nodeAt(peers[0]) },
    peers: at((name, i) => [name, nodeAt(peers[i])]),
  };
  const wallet = await Wallets.newInMemoryWallet();
  await wallet.put('me', { type: 'X.509', mspId: person.organisation.mspId,
    credentials: { certificate: person.pem,
      privateKey: String(filesOf(person)[1]) } });
  const gateway = new Gateway();
  await gateway.connect(profile, { wallet, identity: 'me',
    clientTlsIdentity: 'me', discovery: { enabled: false } });
  return { gateway, network: await gateway.getNetwork(channel) };
}

// ---- methods that neither calls ----

const serialize = (message) => Buffer.from(message.serializeBinary());

export const ask = (client, method, request, type) =>
  new Promise((resolve, reject) => client.makeUnaryRequest(method, serialize,
    type.deserializeBinary, request,
    (error, answer) => error ? reject(error) : resolve(answer)));

// All that is answered to some messages.
export async function converse(client, method, requests, type) {
  const stream = client.makeBidiStreamRequest(method, serialize,
    type.deserializeBinary);
  for (const request of requests) stream.write(request);
  stream.end();
  const answers = [];
  for await (const answer of stream) answers.push(answer);
  return answers;
}

// The first n of what a stream gives.
export async function take(n, events) {
  const taken = [];
  try {
    for await (const event of events) {
      taken.push(event);
      if (taken.length === n) break;
    }
  } finally {
    events.close();
  }
  return taken;
}

// The error that something ends with.
export const errorOf = (promise) => promise.then(
  () => { throw new Error('it went well'); }, (error) => error);
