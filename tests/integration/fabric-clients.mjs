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

// For Node.make: the host takes gRPC from who may use its gateway.
export async function offerGrpc(host) {
  host.grpcPort = await freePort();
  host.set('listen', `127.0.0.1:${host.grpcPort}`, 'grpc');
  host.set('ca_files', 'ca/identity-ca.pem', 'grpc');
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

// ---- methods that fabric-gateway does not call ----

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
