#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// @hyperledger/fabric-gateway from npm, unmodified, on three hosts of two
// organisations that both have to endorse, with a chaincode on fabric-shim: all
// that the client does, and each class of error that it knows. Then the client
// before it, fabric-network.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Network, Organisation, bytesOf, checkCommitted, invoke }
  from './fabric.mjs';
import { ask, connect, connectOld, converse, errorOf, fabric, gatewayOf,
  offerGrpc, protos, signerOf, take, useGateway } from './fabric-clients.mjs';
import { check, cleanup, equal, main, test, until } from './lib.mjs';
import { level } from './network.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const POLICY = "AND('Org1MSP.peer','Org2MSP.peer')";
const STATUS = { unknown: 2, deadline: 4, denied: 7, aborted: 10,
  unimplemented: 12, unavailable: 14 };
const codes = fabric.StatusCode;
const text = (bytes) => Buffer.from(bytes).toString();

let network; // of hosts
let channel;
let person; // of Org1
let client; // person's connection to the first host, of Org1
let gateway;
let contract;

cleanup(() => client?.close());

const put = (key, value) => contract.submitTransaction('put', key, value);
const get = async (key) => text(await contract.evaluateTransaction('get', key));

// What an endorser of an organisation said: where, who, what.
function checkDetail(error, mspId, host, message) {
  const detail = error.details.find((one) => one.mspId === mspId);
  check(detail, `${mspId} is not in ${JSON.stringify(error.details)}`);
  equal(detail, { address: host.peerAddress, message, mspId }, 'the detail');
}

function checkError(error, name, code, message) {
  check(error instanceof fabric.GatewayError, error.stack);
  equal([error.name, error.code], [name, code], error.message);
  check(error.message.includes(message), error.message);
}

test('three hosts of two organisations that offer gRPC', async () => {
  network = await Network.start([1, 1, 2], ['--chaincode-modules',
    path.join(top, 'tests/chaincode')], offerGrpc);
  channel = await network.makeChannel('ch', 'std');
  [person] = channel.clients;
  const file = path.join(network.hosts[0].home, 'every.tgz');
  await network.hosts[0].ctl('contract', 'pack',
    path.join(top, 'tests/chaincode/every-call'), '-o', file, '--label',
    'every_1');
  await channel.deploy('every',
    { options: { policy: POLICY }, code: fs.readFileSync(file) });
  for (const host of channel.hosts)
    await until(`${host.name} has the package`, async () =>
      (await host.api('GET', '/v1/chains/ch/contracts/every')).versions[0]
        .approvals.every(({ installed }) => installed));
  client = connect(network.hosts[0], person);
  gateway = gatewayOf(client, person);
  contract = gateway.getNetwork('ch').getContract('every');
});

// ---- transactions ----

test('a transaction is submitted, and evaluated', async () => {
  equal(text(await put('k1', '值')), '', 'the result');
  equal(await get('k1'), '值', 'the state');
  const [id, name] = text(await contract.evaluateTransaction('context', 'x'))
    .split(' ');
  check(/^[0-9a-f]{64}$/.test(id), id);
  equal(name, 'ch', 'the channel');
  const creator = text(await contract.evaluateTransaction('creator'));
  equal(creator, `Org1MSP ${person.pem}`, 'who asks');
});

test('the other organisation, at its own host', async () => {
  const [, host] = [channel.hosts[1], channel.hosts[2]];
  const [, other] = channel.clients;
  const connection = connect(host, other);
  const theirs = gatewayOf(connection, other);
  const one = theirs.getNetwork('ch').getContract('every');
  await one.submitTransaction('put', 'k2', 'of Org2');
  equal(text(await one.evaluateTransaction('get', 'k2')), 'of Org2', 'there');
  await level(channel.hosts, 'ch');
  equal(await get('k2'), 'of Org2', 'here');
  theirs.close();
  connection.close();
});

test('transient data reaches the chaincode, and not the ledger', async () => {
  const options = { arguments: ['secret'],
    transientData: { secret: Buffer.from('gold-and-silver') } };
  equal(text(await contract.evaluate('transient', options)),
    'gold-and-silver', 'evaluated');
  // A chaincode that answers with it puts it there itself.
  const sent = await contract.submitAsync('put', { arguments: ['t', '1'],
    transientData: options.transientData });
  const { blockNumber, successful } = await sent.getStatus();
  check(successful, 'it was committed');
  const block = await channel.block(channel.hosts[0], Number(blockNumber));
  check(!Buffer.concat(block.data.data.map(Buffer.from))
    .includes('gold-and-silver'), 'the secret is on the ledger');
});

test('steps, and the status of a commit', async () => {
  const proposal = contract.newProposal('put', { arguments: ['s', '1'] });
  const transaction = await proposal.endorse();
  equal(transaction.getTransactionId(), proposal.getTransactionId(), 'id');
  equal(text(transaction.getResult()), '', 'the result');
  const commit = await transaction.submit();
  const status = await commit.getStatus();
  equal([status.code, status.successful, status.transactionId],
    [codes.VALID, true, proposal.getTransactionId()], 'the status');
  const { detail } = await channel.hosts[0].api('GET',
    `/v1/chains/ch/blocks/${status.blockNumber}?txs=1`);
  check(JSON.stringify(detail).includes(status.transactionId), 'the block');
  // Who asks again is told the same.
  equal(String((await commit.getStatus()).blockNumber),
    String(status.blockNumber), 'the block, again');
});

test('offline: signatures come from elsewhere', async () => {
  const sign = signerOf(person); // which the client does not have
  const offline = gatewayOf(client, person, { signer: undefined });
  const unsigned = offline.getNetwork('ch').getContract('every')
    .newProposal('put', { arguments: ['off', 'line'] });
  check((await errorOf(unsigned.endorse())).message.includes('No signing'),
    'it cannot sign');
  const proposal = offline.newSignedProposal(unsigned.getBytes(),
    await sign(unsigned.getDigest()));
  equal(proposal.getTransactionId(), unsigned.getTransactionId(), 'id');
  const prepared = await proposal.endorse();
  const transaction = offline.newSignedTransaction(prepared.getBytes(),
    await sign(prepared.getDigest()));
  const submitted = await transaction.submit();
  const commit = offline.newSignedCommit(submitted.getBytes(),
    await sign(submitted.getDigest()));
  equal((await commit.getStatus()).code, codes.VALID, 'the status');
  const query = offline.getNetwork('ch').getContract('every')
    .newProposal('get', { arguments: ['off'] });
  const asked = offline.newSignedProposal(query.getBytes(),
    await sign(query.getDigest()));
  equal(text(await asked.evaluate()), 'line', 'the state');
  offline.close();
});

// ---- errors ----

test('GatewayError: a query that the chaincode refuses', async () => {
  const error = await errorOf(contract.evaluateTransaction('fail', 'no such'));
  checkError(error, 'GatewayError', STATUS.unknown,
    'evaluate call to endorser returned error: chaincode response 500, ' +
    'no such');
  checkDetail(error, 'Org1MSP', channel.hosts[0],
    'chaincode response 500, no such');
});

test('EndorseError: a transaction that the chaincode refuses', async () => {
  const proposal = contract.newProposal('fail', { arguments: ['no such'] });
  const error = await errorOf(proposal.endorse());
  checkError(error, 'EndorseError', STATUS.aborted,
    'failed to endorse transaction, see attached details for more info');
  equal(error.transactionId, proposal.getTransactionId(), 'id');
  checkDetail(error, 'Org1MSP', channel.hosts[0],
    'chaincode response 500, no such');
});

test('EndorseError: nobody has the chaincode', async () => {
  const error = await errorOf(gateway.getNetwork('ch').getContract('nobody')
    .submitTransaction('get', 'k1'));
  check(error instanceof fabric.EndorseError, error.stack);
  check(error.message.includes('nobody'), error.message);
});

test('SubmitError: an envelope that somebody else has signed', async () => {
  const transaction = await contract.newProposal('put',
    { arguments: ['forged', '1'] }).endorse();
  const forged = gateway.newSignedTransaction(transaction.getBytes(),
    await signerOf(channel.clients[1])(transaction.getDigest()));
  const error = await errorOf(forged.submit());
  checkError(error, 'SubmitError', STATUS.aborted, 'FORBIDDEN');
  equal(error.transactionId, transaction.getTransactionId(), 'id');
  check(error.details.some((one) => one.mspId === 'Org1MSP' &&
    one.address === channel.hosts[0].peerAddress && one.message),
  JSON.stringify(error.details));
});

test('CommitStatusError: a question that somebody else signed', async () => {
  const commit = await contract.submitAsync('put', { arguments: ['c', '1'] });
  const forged = gateway.newSignedCommit(commit.getBytes(),
    await signerOf(channel.clients[1])(commit.getDigest()));
  const error = await errorOf(forged.getStatus());
  checkError(error, 'CommitStatusError', STATUS.denied, '');
  equal(error.transactionId, commit.getTransactionId(), 'id');
  equal((await commit.getStatus()).code, codes.VALID, 'the status');
});

test('CommitStatusError: a transaction that never comes', async () => {
  const transaction = await contract.newProposal('put',
    { arguments: ['never', '1'] }).endorse();
  // A commit's request by hand: the transaction is not submitted.
  const request = new protos.gateway.CommitStatusRequest();
  request.setChannelId('ch');
  request.setTransactionId(transaction.getTransactionId());
  request.setIdentity(person.creator);
  const outer = new protos.gateway.SignedCommitStatusRequest();
  outer.setRequest(request.serializeBinary());
  const commit = gateway.newSignedCommit(outer.serializeBinary(),
    await signerOf(person)(fabric.hash.sha256(outer.getRequest_asU8())));
  const error = await errorOf(commit.getStatus(
    { deadline: Date.now() + 300 }));
  checkError(error, 'CommitStatusError', STATUS.deadline, '');
});

test('CommitError: too few endorsements, and a conflict', async () => {
  const error = await errorOf(contract.submit('put',
    { arguments: ['few', '1'], endorsingOrganizations: ['Org1MSP'] }));
  check(error instanceof fabric.CommitError, error.stack);
  equal(error.code, codes.ENDORSEMENT_POLICY_FAILURE, error.message);
  check(error.message.includes('ENDORSEMENT_POLICY_FAILURE'), error.message);
  const stale = await contract.newProposal('get', { arguments: ['k1'] })
    .endorse();
  await put('k1', 'newer');
  const status = await (await stale.submit()).getStatus();
  equal([status.code, status.successful], [codes.MVCC_READ_CONFLICT, false],
    'of a read that is not true any more');
});

test('strangers are refused, and channels that are not there', async () => {
  const stranger = new Organisation('Org9', 'std').person('stranger');
  const connection = connect(channel.hosts[0], stranger);
  const outside = await errorOf(gatewayOf(connection, stranger)
    .getNetwork('ch').getContract('every').evaluateTransaction('get', 'k1'));
  checkError(outside, 'GatewayError', STATUS.unavailable, '');
  connection.close();
  // Whose TLS certificate is another one than that which he signs by.
  const error = await errorOf(gatewayOf(client, stranger)
    .getNetwork('ch').getContract('every').evaluateTransaction('get', 'k1'));
  checkError(error, 'GatewayError', error.code, 'Org9MSP');
  const unknown = await errorOf(gateway.getNetwork('nochannel')
    .getContract('every').evaluateTransaction('get', 'k1'));
  check(unknown instanceof fabric.GatewayError && unknown.code !== 0,
    unknown.stack);
});

// ---- blocks and events ----

test('blocks, as they are on disk, and those that come', async () => {
  const height = await level(channel.hosts, 'ch') + 1;
  const taking = take(height + 1,
    await gateway.getNetwork('ch').getBlockEvents({ startBlock: 0n }));
  await put('block', '1');
  for (const [i, block] of (await taking).entries()) {
    const { detail } = await channel.hosts[0].api('GET',
      `/v1/chains/ch/blocks/${i}?raw=1`);
    equal(block.getHeader().getNumber(), i, 'its number');
    check(Buffer.from(block.serializeBinary()).equals(bytesOf(detail.raw)),
      `block ${i} is another one`);
  }
});

test('filtered blocks have codes and names, and no content', async () => {
  const commit = await contract.submitAsync('event',
    { arguments: ['sold', 'secret-of-asset1'] });
  const { blockNumber } = await commit.getStatus();
  const [block] = await take(1, await gateway.getNetwork('ch')
    .getFilteredBlockEvents({ startBlock: blockNumber }));
  equal([block.getChannelId(), block.getNumber()],
    ['ch', Number(blockNumber)], 'the block');
  const [tx] = block.getFilteredTransactionsList();
  equal([tx.getTxid(), tx.getTxValidationCode(), tx.getType()],
    [commit.getTransactionId(), codes.VALID,
      protos.common.HeaderType.ENDORSER_TRANSACTION], 'the transaction');
  const event = tx.getTransactionActions().getChaincodeActionsList()[0]
    .getChaincodeEvent();
  equal([event.getChaincodeId(), event.getEventName(), event.getTxId()],
    ['every', 'sold', commit.getTransactionId()], 'the event');
  check(!Buffer.from(block.serializeBinary()).includes('secret-of-asset1'),
    'the payload is there');
});

test('who does not name its TLS certificate gets no blocks', async () => {
  const unbound = gatewayOf(client, person,
    { tlsClientCertificateHash: undefined });
  const error = await errorOf(unbound.getNetwork('ch')
    .getBlockEvents({ startBlock: 0n }).then((events) => take(1, events)));
  check(error.message.includes('400'), error.message);
  unbound.close();
});

test('blocks with private data are not offered', async () => {
  const error = await errorOf(gateway.getNetwork('ch')
    .getBlockAndPrivateDataEvents({ startBlock: 0n })
    .then((events) => take(1, events)));
  checkError(error, 'GatewayError', STATUS.unimplemented, 'not offered');
});

test('chaincode events from a checkpoint, across a restart', async () => {
  const [host] = channel.hosts;
  const file = path.join(host.home, 'checkpoint');
  const checkpointer = await fabric.checkpointers.file(file);
  const since = BigInt(await level(channel.hosts, 'ch')) + 1n;
  const listen = (point) => gateway.getNetwork('ch').getChaincodeEvents('every',
    { checkpoint: point, startBlock: since });
  const send = (name) =>
    contract.submitTransaction('event', name, `of ${name}`);
  const seen = [];
  await send('one');
  await send('two');
  const events = await listen(checkpointer);
  for await (const event of events) {
    seen.push(event);
    await checkpointer.checkpointChaincodeEvent(event);
    if (seen.length === 1) break; // "two" is not checkpointed
  }
  // The client listens when its host goes.
  const cut = errorOf((async () => {
    for await (const event of events) check(event, 'an event');
  })());
  await host.stop();
  checkError(await cut, 'GatewayError', STATUS.unavailable, '');
  const second = connect(channel.hosts[2], channel.clients[1]);
  await gatewayOf(second, channel.clients[1]).getNetwork('ch')
    .getContract('every').submitTransaction('event', 'three', 'of three');
  second.close();
  await host.start();
  // The client finds it again by itself.
  await until('it endorses again', () => send('four').then(() => true));
  const again = await take(3,
    await listen(await fabric.checkpointers.file(file)));
  equal([...seen, ...again].map((event) =>
    [event.eventName, text(event.payload), event.chaincodeName]),
  ['one', 'two', 'three', 'four'].map((name) => [name, `of ${name}`, 'every']),
  'the events');
  check(again.every((event) => /^[0-9a-f]{64}$/.test(event.transactionId) &&
    event.blockNumber > since), 'where they are');
});

// ---- without fabric-gateway ----

test('fabric-network 2.2, which asks peers and orderer itself', async () => {
  const { gateway: old, network: on } = await connectOld('ch',
    [channel.hosts[0], channel.hosts[2]], person);
  const every = on.getContract('every');
  const seen = [];
  await every.addContractListener(async ({ eventName }) => {
    seen.push(eventName);
  });
  await every.submitTransaction('put', 'older', 'of 2.2');
  equal(String(await every.evaluateTransaction('get', 'older')), 'of 2.2',
    'the state');
  await every.submitTransaction('event', 'heard', 'said');
  await until('the event comes', () => seen.includes('heard'));
  const refused = await errorOf(every.submitTransaction('fail', 'no such'));
  check(refused.message.includes('no such'), refused.message);
  old.disconnect();
});

test('ProcessProposal and Broadcast by themselves', async () => {
  const proposal = contract.newProposal('put', { arguments: ['old', '1'] });
  const digest = await signerOf(person)(proposal.getDigest());
  const signed = gateway.newSignedProposal(proposal.getBytes(), digest);
  const proposed = protos.gateway.ProposedTransaction
    .deserializeBinary(signed.getBytes()).getProposal();
  const response = await ask(client, '/protos.Endorser/ProcessProposal',
    proposed, protos.peer.ProposalResponse);
  equal(response.getResponse().getStatus(), 200, 'the response');
  check(response.getEndorsement().getSignature_asU8().length > 60, 'signed');
  const transaction = await signed.endorse();
  const prepared = protos.gateway.PreparedTransaction
    .deserializeBinary(transaction.getBytes()).getEnvelope();
  prepared.setSignature(await signerOf(person)(transaction.getDigest()));
  const answers = await converse(client, '/orderer.AtomicBroadcast/Broadcast',
    [prepared], protos.orderer.BroadcastResponse);
  equal(answers.map((one) => one.getStatus()),
    [protos.common.Status.SUCCESS], 'the answers');
  await until('it is committed', async () => await get('old') === '1');
  prepared.setSignature('forged');
  const [forged] = await converse(client, '/orderer.AtomicBroadcast/Broadcast',
    [prepared, prepared], protos.orderer.BroadcastResponse);
  equal(forged.getStatus(), protos.common.Status.FORBIDDEN, forged.getInfo());
});

test('the same certificate at the host\'s own gateway', async () => {
  const [host] = channel.hosts;
  useGateway(host, person);
  checkCommitted(await person.send(host, 'ch', invoke('every', 'put', 'http',
    'of HTTP')));
  equal(await get('http'), 'of HTTP', 'by gRPC');
});

await main();
