// SPDX-License-Identifier: Apache-2.0
// A channel's blocks, judged by who has nothing but them, fabric-protos and a
// hash: the chain of headers, what they hash, ids, signatures, commit hashes.
import crypto from 'node:crypto';

import { ours } from '../npm/fabric.mjs';
import { codes, decode, der, derNumber, digest, encode, open, openAction,
  suites, valueOf } from './fabric.mjs';
import { check, equal } from './lib.mjs';

const SIGNATURES = 0, FILTER = 2, COMMIT_HASH = 4; // of a block's metadata
const types = valueOf('common.HeaderType');
const hex = (bytes) => Buffer.from(bytes).toString('hex');

function numberOf(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value.toString()));
  return bytes;
}

export function headerHash(crypto_, header) {
  return digest(crypto_, der(0x30, Buffer.concat([
    derNumber(numberOf(header.number)),
    der(4, Buffer.from(header.previous_hash)),
    der(4, Buffer.from(header.data_hash))])));
}

// ---- signatures ----

const seen = new Map(); // of a key: its certificate

function checkSignature(channel, serialized, message, signature) {
  const { mspid, id_bytes: pem } = decode('msp.SerializedIdentity', serialized);
  const sm = channel.crypto === 'sm';
  const text = Buffer.from(pem).toString();
  if (!seen.has(text)) seen.set(text, new crypto.X509Certificate(text));
  const key = seen.get(text).publicKey;
  check(suites[channel.crypto].verify(channel.home,
    sm ? key.export({ format: 'pem', type: 'spki' }) : key, message,
    Buffer.from(signature)), `a signature of ${mspid} does not verify`);
  return mspid;
}

// ---- the commit hash ----

const varint = (n) => n < 128 ? Buffer.from([n])
  : Buffer.from([n & 127 | 128, n >> 7]);

// How many bytes, and those, of each number.
const versionBytes = (...numbers) => Buffer.concat(numbers.map((number) => {
  let bytes = numberOf(number);
  while (bytes.length > 0 && bytes[0] === 0) bytes = bytes.subarray(1);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}));

// What one transaction writes, into a map by namespace, collection and key.
function collectWrites(results, version, writes) {
  const put = (namespace, collection, key, value, is_delete) =>
    writes.set([namespace, collection, hex(key)].join('\0'), { namespace,
      collection, key: Buffer.from(key), is_delete,
      value: Buffer.from(is_delete ? '' : value), version_bytes: version });
  for (const { namespace, rwset, collection_hashed_rwset: hashed } of
    decode('rwset.TxReadWriteSet', results).ns_rwset) {
    const set = decode('kvrwset.KVRWSet', rwset);
    equal(set.metadata_writes.length, 0, 'metadata');
    for (const one of set.writes)
      put(namespace, '', Buffer.from(one.key), one.value, one.is_delete);
    for (const { collection_name: name, hashed_rwset: bytes } of hashed)
      for (const one of decode('kvrwset.HashedRWSet', bytes).hashed_writes)
        put(namespace, name, one.key_hash, one.value_hash, one.is_delete);
  }
}

function updateBytes(writes) {
  let before = {};
  const sorted = [...writes.values()].sort((a, b) => Buffer.compare(
    Buffer.from([a.namespace, a.collection, ''].join('\0')),
    Buffer.from([b.namespace, b.collection, ''].join('\0'))) ||
    Buffer.compare(a.key, b.key));
  const list = sorted.map((one) => {
    const same = one.namespace === before.namespace;
    const told = { ...one };
    if (same) delete told.namespace;
    if (same && one.collection === before.collection) delete told.collection;
    before = one;
    // What is zero or empty is not encoded.
    return Object.fromEntries(Object.entries(told).filter(([, value]) =>
      value === true || value.length > 0));
  });
  return Buffer.from(ours.lookupType('updates.KVWrites')
    .encode({ writes: list }).finish());
}

// ---- one block ----

function checkEndorser(channel, { payload, signature, txId, code }) {
  const { action } = openAction(payload);
  const response = decode('protos.ProposalResponsePayload',
    action.action.proposal_response_payload);
  equal(hex(response.proposal_hash), hex(digest(channel.crypto,
    payload.header.channel_header, payload.header.signature_header,
    action.chaincode_proposal_payload)), `proposal hash of ${txId}`);
  const endorsers = action.action.endorsements.map((one) =>
    code !== codes.VALID ? one : checkSignature(channel, one.endorser,
      Buffer.concat([action.action.proposal_response_payload, one.endorser]),
      one.signature));
  check(code !== codes.VALID || endorsers.length > 0, 'endorsements');
  equal(hex(decode('common.SignatureHeader',
    payload.header.signature_header).creator), hex(signature.creator),
  'creator');
  return decode('protos.ChaincodeAction', response.extension).results;
}

function checkTransaction(channel, bytes, code) {
  const { envelope, payload, channel: header, signature } = open(bytes);
  // A config has the id of the update that it comes of.
  const named = header.type === types.CONFIG
    ? open(encode('common.Envelope', decode('common.ConfigEnvelope',
      payload.data).last_update)).signature : signature;
  const txId = hex(digest(channel.crypto, named.nonce, named.creator));
  equal(header.tx_id, txId, 'transaction id');
  equal(header.channel_id, channel.name, 'channel');
  checkSignature(channel, signature.creator, envelope.payload,
    envelope.signature);
  if (header.type === types.CONFIG) return { txId };
  equal(header.type, types.ENDORSER_TRANSACTION, 'type');
  return { txId,
    results: checkEndorser(channel, { payload, signature, txId, code }) };
}

// All that a block says; `before` is what this gave for the one before it.
export function checkBlock(channel, block, before) {
  const { header, data, metadata } = block;
  const crypto_ = channel.crypto;
  const number = Number(header.number);
  const filter = metadata.metadata[FILTER];
  equal(number, before.number + 1, 'number');
  equal(hex(header.previous_hash), before.hash, `hash before block ${number}`);
  equal(hex(header.data_hash), hex(digest(crypto_, ...data.data)),
    `data hash of block ${number}`);
  equal(filter.length, data.data.length, `codes of block ${number}`);
  const writes = new Map();
  const ids = [];
  data.data.forEach((bytes, i) => {
    const { txId, results } = number === 0 ? { txId: open(bytes).channel.tx_id }
      : checkTransaction(channel, bytes, filter[i]);
    ids.push(txId);
    if (results && filter[i] === codes.VALID)
      collectWrites(results, versionBytes(number, i), writes);
  });
  const commit = number === 0 ? ''
    : hex(digest(crypto_, varint(filter.length), filter, updateBytes(writes),
      Buffer.from(before.commit, 'hex')));
  equal(hex(decode('common.Metadata', metadata.metadata[COMMIT_HASH]).value),
    commit, `commit hash of block ${number}`);
  const orderer = decode('common.OrdererBlockMetadata',
    decode('common.Metadata', metadata.metadata[SIGNATURES]).value);
  const isConfig = number === 0 ||
    open(data.data[0]).channel.type === types.CONFIG;
  const lastConfig = isConfig && filter[0] === codes.VALID ? number
    : before.lastConfig;
  equal(Number(orderer.last_config.index), lastConfig,
    `last config of block ${number}`);
  return { number, hash: hex(headerHash(crypto_, header)), commit, lastConfig,
    ids, codes: [...filter] };
}

export const NOTHING = { number: -1, hash: '', commit: '' };

// All blocks of a channel as one host has them: what each says.
export async function checkBlocks(channel, host) {
  const { height, block_hash, state_hash } =
    await host.api('GET', `/v1/chains/${channel.name}/ledger`);
  const all = [];
  for (let number = 0; number <= height; number++)
    all.push(checkBlock(channel, await channel.block(host, number),
      all.at(-1) ?? NOTHING));
  equal(all.at(-1).hash, block_hash.slice(2), 'hash of the last block');
  equal(all.at(-1).commit, state_hash.slice(2), 'state hash');
  return all;
}
