#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Fabric's bytes beside its own packages: every message, and blocks in both
// directions.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { classOf, enumsOf, filled, isKey, ours, theirs, typesOf }
  from '../npm/fabric.mjs';
import { build, check, cleanup, equal, main, test } from './lib.mjs';

const program = path.join(build, 'tests/fabric/fabric-bytes');
const dir = mkdtempSync(path.join(os.tmpdir(), 'bsn-fabric-'));
cleanup(() => rmSync(dir, { recursive: true }));

// What Fabric 2.5 has and 2.2 had not.
const later = new Set(['KVWriteHash.is_purge', 'SeekPosition.next_commit',
  'SeekInfo.content_type', 'PURGE_PRIVATE_DATA', '.protos.PurgePrivateState',
  '.orderer.SeekNextCommit', '.orderer.SeekInfo.SeekContentType',
  '.lifecycle.QueryApprovedChaincodeDefinitionArgs',
  '.lifecycle.QueryApprovedChaincodeDefinitionResult']);

function describe(field) {
  return {
    id: field.id, repeated: field.repeated, map: field.map,
    type: isKey(field) ? 'key'
      : (field.resolvedType?.fullName ?? field.type),
    key: field.keyType, oneof: field.partOf?.name,
  };
}

// What a peer hashes, and sends nobody, is in no package of Fabric's; nor is what
// hosts say to each other.
const isOfFabric = (type) => !type.fullName.startsWith('.google.protobuf.') &&
  !type.fullName.startsWith('.updates.') && !type.fullName.startsWith('.bsn.');
const inTheirs = (type) => !type.fullName.startsWith('.gateway.') &&
  !type.fullName.startsWith('.google.') &&
  !later.has(type.fullName);

test('each message has the fields of fabric-protos 2.2', () => {
  let fields = 0;
  for (const type of typesOf(ours).filter(isOfFabric).filter(inTheirs)) {
    const their = theirs.lookupType(type.fullName);
    for (const field of type.fieldsArray) {
      if (later.has(`${type.name}.${field.name}`)) continue;
      const name = `${type.fullName}.${field.name}`;
      check(their.fields[field.name], `${name} is unknown`);
      equal(describe(field), describe(their.fields[field.name]), name);
      fields++;
    }
    for (const name of Object.keys(their.fields))
      check(type.fields[name], `${type.fullName}.${name} is missing`);
  }
  check(fields > 300, `only ${fields} fields were compared`);
});

test('each enumeration has the values of fabric-protos 2.2', () => {
  for (const own of enumsOf(ours).filter(inTheirs)) {
    const their = theirs.lookupEnum(own.fullName);
    for (const [name, value] of Object.entries(own.values))
      if (!later.has(name))
        equal(value, their.values[name], `${own.fullName}.${name}`);
    equal(Object.keys(own.values).filter((name) => !later.has(name)).length,
      Object.keys(their.values).length, `values of ${own.fullName}`);
  }
});

const readable = (type, bytes) =>
  type.toObject(type.decode(bytes),
    { bytes: String, longs: String, defaults: true });

// A field that Fabric 2.5 has not, or has of another type, would be lost.
test("each message survives Fabric 2.5's own classes", () => {
  let messages = 0;
  for (const type of typesOf(ours).filter(isOfFabric)) {
    const their = classOf(type);
    check(their, `${type.fullName} is not in Fabric 2.5`);
    for (let choice = 0; choice < 4; choice++) {
      const bytes = type.encode(filled(type, choice)).finish();
      const again = their.deserializeBinary(bytes).serializeBinary();
      equal(readable(type, again), readable(type, bytes), type.fullName);
    }
    messages++;
  }
  check(messages > 150, `only ${messages} messages were compared`);
});

// ---- blocks ----

const suites = {
  std: { hash: 'sha256', signature: 'sha256' },
  sm: { hash: 'sm3' },
};

function digest(mode, ...parts) {
  const hash = crypto.createHash(suites[mode].hash);
  for (const part of parts) hash.update(Buffer.from(part));
  return hash.digest();
}

function run(what, mode) {
  const output = execFileSync(program, [what, mode, dir], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, G_TEST_BUILDDIR: build },
  });
  return JSON.parse(output.trim().split('\n').pop());
}

const decode = (name, bytes) => theirs.lookupType(name).decode(bytes);
const encode = (name, object) =>
  Buffer.from(theirs.lookupType(name).encode(object).finish());
const read = (name) => readFileSync(path.join(dir, name));

function der(tag, content) {
  const length = content.length < 128 ? [content.length]
    : content.length < 256 ? [0x81, content.length]
      : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function derHeader(header) {
  let number = Buffer.alloc(9);
  number.writeBigUInt64BE(BigInt(header.number.toString()), 1);
  while (number.length > 1 && number[0] === 0 && number[1] < 128)
    number = number.subarray(1);
  return der(0x30, Buffer.concat([der(2, number),
    der(4, Buffer.from(header.previous_hash)),
    der(4, Buffer.from(header.data_hash))]));
}

function open(envelopeBytes) {
  const envelope = decode('common.Envelope', envelopeBytes);
  const payload = decode('common.Payload', envelope.payload);
  const channel = decode('common.ChannelHeader', payload.header.channel_header);
  const signature =
    decode('common.SignatureHeader', payload.header.signature_header);
  return { envelope, payload, channel, signature };
}

function verify(mode, serialized, message, signature) {
  const identity = decode('msp.SerializedIdentity', serialized);
  const key = new crypto.X509Certificate(identity.id_bytes).publicKey;
  check(crypto.verify(suites[mode].signature, message, key, signature),
    `a signature of ${identity.mspid} does not verify`);
  return identity.mspid;
}

function checkBlock(mode, block, report) {
  equal(digest(mode, derHeader(block.header)).toString('hex'),
    report.header_hash, 'header hash');
  equal(digest(mode, ...block.data.data).toString('hex'), report.data_hash,
    'data hash');
  equal(Buffer.from(block.header.data_hash).toString('hex'), report.data_hash,
    'the data hash in the header');
}

function checkTransaction(mode, bytes, report) {
  const { envelope, payload, channel, signature } = open(bytes);
  equal(digest(mode, signature.nonce, signature.creator).toString('hex'),
    report.tx_id, 'transaction id');
  equal(channel.tx_id, report.tx_id, 'the id in the header');
  equal(channel.type, 3, 'type');
  const transaction = decode('protos.Transaction', payload.data);
  const action =
    decode('protos.ChaincodeActionPayload', transaction.actions[0].payload);
  const proposal = decode('protos.ChaincodeProposalPayload',
    action.chaincode_proposal_payload);
  equal(Object.keys(proposal.TransientMap), [], 'the transient map');
  equal(digest(mode, payload.header.channel_header,
    payload.header.signature_header,
    action.chaincode_proposal_payload).toString('hex'),
  report.proposal_hash, 'proposal hash');
  const response = decode('protos.ProposalResponsePayload',
    action.action.proposal_response_payload);
  equal(Buffer.from(response.proposal_hash).toString('hex'),
    report.proposal_hash, 'the hash that was endorsed');
  const result = decode('protos.ChaincodeAction', response.extension);
  const rwset = decode('rwset.TxReadWriteSet', result.results);
  const kv = decode('kvrwset.KVRWSet', rwset.ns_rwset[0].rwset);
  equal(rwset.ns_rwset[0].namespace, 'basic', 'namespace');
  equal(kv.reads[0].version.tx_num.toNumber(), 300, 'version');
  equal(kv.range_queries_info[0].raw_reads.kv_reads[0].key, 'asset', 'range');
  equal(Buffer.from(kv.writes[0].value).toString(), 'a value', 'value');
  if (mode !== 'std') return; // Node.js has no SM2 of a digest
  equal(verify(mode, signature.creator, envelope.payload, envelope.signature),
    'Org1MSP', 'creator');
  equal(action.action.endorsements.map((endorsement) => verify(mode,
    endorsement.endorser,
    Buffer.concat([action.action.proposal_response_payload,
      endorsement.endorser]), endorsement.signature)),
  ['Org1MSP', 'Org2MSP'], 'endorsers');
}

for (const mode of ['std', 'sm']) {
  test(`a block made here is read by fabric-protos: ${mode}`, () => {
    const report = run('write', mode);
    const block = decode('common.Block', read('block.pb'));
    checkBlock(mode, block, report.block);
    equal(block.header.number.toString(), '9223372036854775809', 'number');
    equal([...block.metadata.metadata[2]], [0, 11], 'validation codes');
    block.data.data.forEach((bytes, i) =>
      checkTransaction(mode, bytes, report.transactions[i]));
  });

  test(`a channel's first block is read by fabric-protos: ${mode}`, () => {
    const report = run('write', mode);
    const block = decode('common.Block', read('genesis.pb'));
    checkBlock(mode, block, report.genesis);
    const { payload, channel, signature } = open(block.data.data[0]);
    equal(channel.type, 1, 'type');
    equal(channel.tx_id,
      digest(mode, signature.nonce, signature.creator).toString('hex'),
      'transaction id');
    const { config } = decode('common.ConfigEnvelope', payload.data);
    const { Application, Orderer } = config.channel_group.groups;
    equal(Object.keys(Application.groups), ['Org1MSP', 'Org2MSP'],
      'organisations');
    const hash = decode('common.HashingAlgorithm',
      config.channel_group.values.HashingAlgorithm.value);
    equal(hash.name, mode === 'sm' ? 'SM3' : 'SHA256', 'hash');
    const size =
      decode('orderer.BatchSize', Orderer.values.BatchSize.value);
    equal(size.max_message_count, 500, 'batch size');
    const msp = decode('msp.MSPConfig',
      Application.groups.Org1MSP.values.MSP.value);
    const fabric = decode('msp.FabricMSPConfig', msp.config);
    equal(fabric.fabric_node_ous.peer_ou_identifier
      .organizational_unit_identifier, 'peer', 'node OU');
    const policy = decode('common.SignaturePolicyEnvelope',
      Application.groups.Org1MSP.policies.Endorsement.policy.value);
    const role =
      decode('common.MSPRole', policy.identities[0].principal);
    equal([role.msp_identifier, role.role], ['Org1MSP', 3], 'endorser');
    const implicit = decode('common.ImplicitMetaPolicy',
      Application.policies.Endorsement.policy.value);
    equal([implicit.sub_policy, implicit.rule], ['Endorsement', 2],
      'endorsement');
    const last = decode('common.OrdererBlockMetadata',
      decode('common.Metadata', block.metadata.metadata[0]).value);
    equal(last.last_config.index.toNumber(), 0, 'last config');
  });
}

// ---- the other direction ----

const ORDER = BigInt('0xffffffff00000000ffffffffffffffff' +
  'bce6faada7179e84f3b9cac2fc632551');

// As Fabric's clients sign: s in the lower half.
function sign(message) {
  const raw = crypto.sign('sha256', message,
    { key: read('client.key'), dsaEncoding: 'ieee-p1363' });
  let s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
  if (s > ORDER / 2n) s = ORDER - s;
  const numbers = [raw.subarray(0, 32),
    Buffer.from(s.toString(16).padStart(64, '0'), 'hex')].map((number) => {
    while (number[0] === 0) number = number.subarray(1);
    return der(2, number[0] < 128 ? number
      : Buffer.concat([Buffer.from([0]), number]));
  });
  return der(0x30, Buffer.concat(numbers));
}

function makeEnvelope(i) {
  const creator = encode('msp.SerializedIdentity',
    { mspid: 'Org1MSP', id_bytes: read('client.pem') });
  const nonce = crypto.randomBytes(24);
  const txId = digest('std', nonce, creator).toString('hex');
  const payload = encode('common.Payload', {
    header: {
      channel_header: encode('common.ChannelHeader', {
        type: 3, channel_id: 'theirs', tx_id: txId,
        timestamp: { seconds: 1700000000 + i },
      }),
      signature_header: encode('common.SignatureHeader', { creator, nonce }),
    },
    data: Buffer.alloc(i * 100, i),
  });
  const bytes =
    encode('common.Envelope', { payload, signature: sign(payload) });
  return { bytes, txId };
}

test('a block made by fabric-protos is read here', () => {
  run('write', 'std');
  const envelopes = [0, 1, 2, 3].map(makeEnvelope);
  const data = envelopes.map(({ bytes }) => bytes);
  const header = {
    number: 128, previous_hash: digest('std', 'before'),
    data_hash: digest('std', ...data),
  };
  writeFileSync(path.join(dir, 'theirs.pb'), encode('common.Block', {
    header, data: { data }, metadata: { metadata: [] },
  }));
  const report = run('read', 'std');
  equal(report.check, 0, 'the check');
  equal(report.block.header_hash,
    digest('std', derHeader(header)).toString('hex'), 'header hash');
  equal(report.block.data_hash, header.data_hash.toString('hex'), 'data hash');
  equal(report.envelopes, envelopes.map(({ txId }, i) => ({
    channel: 'theirs', named: txId, tx_id: txId, seconds: 1700000000 + i,
    signer: 'Org1MSP',
  })), 'envelopes');
});

test('what nobody of the channel signed has no signer', () => {
  run('write', 'std');
  const { bytes } = makeEnvelope(1);
  const envelope = decode('common.Envelope', bytes);
  envelope.signature = sign(Buffer.from('something else'));
  const data = [encode('common.Envelope', envelope)];
  writeFileSync(path.join(dir, 'theirs.pb'), encode('common.Block', {
    header: { number: 1, data_hash: digest('std', ...data) },
    data: { data }, metadata: {},
  }));
  const report = run('read', 'std');
  equal(report.envelopes[0].signer, undefined, 'signer');
});

execFileSync('make', ['-s', '-C', build, 'tests/fabric/fabric-bytes',
  'modules/crypto-gm.so', 'modules/crypto-std.so'], { stdio: 'ignore' });
await main();
