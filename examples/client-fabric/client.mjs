#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// An application of Hyperledger Fabric, as it is: by @hyperledger/fabric-gateway,
// which knows nothing of BSN. The chaincode is configs/samples/asset-transfer.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import fs from 'node:fs';

import * as grpc from '@grpc/grpc-js';
import { checkpointers, connect, hash, signers }
  from '@hyperledger/fabric-gateway';

const USAGE = `Usage: client.mjs create ID COLOR SIZE OWNER VALUE [PRICE]
                                    makes an asset; the price is private
       client.mjs read ID           shows it
       client.mjs price ID          shows what members of "prices" know
       client.mjs listen [--from BLOCK] [--checkpoint FILE] [--count N]
                                    prints events as they come

Environment:
  FABRIC_PEER       where the host offers gRPC  (localhost:7051)
  FABRIC_TLS_CA     who issued its certificate, PEM
  FABRIC_MSP        this client's organisation
  FABRIC_CERT       its certificate, P-256, PEM
  FABRIC_KEY        its private key, PEM
  FABRIC_CHANNEL    the channel                 (market)
  FABRIC_CHAINCODE  the chaincode               (asset)`;

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set\n\n${USAGE}`);
  return value;
}

const read = (name) => fs.readFileSync(needed(name));
const soon = () => ({ deadline: Date.now() + 30000 });

// One certificate is the client's for TLS, and what it signs by. Hosts ask for it
// in TLS; block events (not those of chaincodes) want its digest besides.
function open() {
  const [certificate, key] = [read('FABRIC_CERT'), read('FABRIC_KEY')];
  const client = new grpc.Client(process.env.FABRIC_PEER ?? 'localhost:7051',
    grpc.credentials.createSsl(read('FABRIC_TLS_CA'), key, certificate));
  const gateway = connect({
    client,
    identity: { mspId: needed('FABRIC_MSP'), credentials: certificate },
    signer: signers.newPrivateKeySigner(createPrivateKey(key)),
    hash: hash.sha256,
    tlsClientCertificateHash: createHash('sha256')
      .update(new X509Certificate(certificate).raw).digest(),
    evaluateOptions: soon,
    endorseOptions: soon,
    submitOptions: soon,
    commitStatusOptions: soon,
  });
  const network = gateway.getNetwork(process.env.FABRIC_CHANNEL ?? 'market');
  const name = process.env.FABRIC_CHAINCODE ?? 'asset';
  return {
    network, name, contract: network.getContract(name),
    close() {
      gateway.close();
      client.close();
    },
  };
}

// ---- what the application does ----

const text = (bytes) => Buffer.from(bytes).toString();

async function create({ contract }, id, color, size, owner, value, price) {
  const commit = await contract.submitAsync('CreateAsset', {
    arguments: [id, color, size, owner, value],
    transientData: price === undefined ? {} : { price },
  });
  const { successful, code, blockNumber } = await commit.getStatus();
  if (!successful)
    throw new Error(`the transaction is in block ${blockNumber}, ` +
      `invalid: code ${code}`);
  console.log(`created in block ${blockNumber}, transaction ` +
    commit.getTransactionId());
}

async function evaluate({ contract }, name, id) {
  console.log(text(await contract.evaluateTransaction(name, id)));
}

// With a checkpoint it goes on after the last event that was printed; before there
// was one, and without, it begins with a block, or with the next one.
async function listen({ network, name },
  { from, checkpoint, count = Infinity }) {
  const checkpointer = checkpoint && await checkpointers.file(checkpoint);
  const events = await network.getChaincodeEvents(name, {
    startBlock: from && BigInt(from),
    checkpoint: checkpointer,
  });
  try {
    for await (const event of events) {
      console.log(`block ${event.blockNumber} ${event.eventName} ` +
        text(event.payload));
      await checkpointer?.checkpointChaincodeEvent(event);
      if (--count === 0) break;
    }
  } finally {
    events.close();
  }
}

// ---- the command line ----

const OPTIONS = ['--from', '--checkpoint', '--count'];

function options(words) {
  const found = {};
  for (let i = 0; i < words.length; i += 2) {
    if (!OPTIONS.includes(words[i]) || !words[i + 1])
      throw new Error(USAGE);
    found[words[i].slice(2)] = words[i + 1];
  }
  if (found.count !== undefined) found.count = Number(found.count);
  return found;
}

function run(session, command, words) {
  if (command === 'create' && (words.length === 5 || words.length === 6))
    return create(session, ...words);
  if (command === 'read' && words.length === 1)
    return evaluate(session, 'ReadAsset', ...words);
  if (command === 'price' && words.length === 1)
    return evaluate(session, 'GetPrice', ...words);
  if (command === 'listen') return listen(session, options(words));
  throw new Error(USAGE);
}

// What endorsers said, each with its address and organisation.
function show(error) {
  console.error(error.message);
  for (const { address, mspId, message } of error.details ?? [])
    console.error(`  ${mspId} at ${address}: ${message}`);
}

let session;
try {
  session = open();
  const [command, ...words] = process.argv.slice(2);
  await run(session, command, words);
} catch (error) {
  show(error);
  process.exitCode = 1;
} finally {
  session?.close();
}
