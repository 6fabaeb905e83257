// SPDX-License-Identifier: Apache-2.0
// People with keys of their own on XuperChain-style chains, and transactions that
// are taken apart, changed, hashed and signed again: by what XuperChain publishes,
// with OpenSSL's tool and protobufjs, and not by the program that is tested.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { check, cleanup, equal } from './lib.mjs';
import { addressOf, call, checkRefused, suites } from './xuper.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(here, '../npm/fabric.mjs'));
const protobuf = require('protobufjs');
const Transaction = new protobuf.Root().loadSync(path.join(here,
  '../../plugins/engine-xuper/proto/xldgpb/xledger.proto'), { keepCase: true })
  .lookupType('xldgpb.Transaction');

export const bytesOf = (hex) => Buffer.from(hex.replace(/^0x/, ''), 'hex');
export const hexOf = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`;
export const amountOf = (number) => {
  const hex = BigInt(number).toString(16);
  return Buffer.from(hex.padStart(hex.length + hex.length % 2, '0'), 'hex');
};
export const numberOf = (bytes) => BigInt(hexOf(bytes));

// ---- people ----

const CURVES = { default: { name: 'P-256', openssl: 'P-256' },
  gm: { name: 'SM2-P-256', openssl: 'SM2' } };
const openssl = (...args) => execFileSync('openssl', args,
  { stdio: ['ignore', 'pipe', 'ignore'] });

let keys;
function keyFile(name) {
  if (!keys) {
    keys = fs.mkdtempSync(path.join(os.tmpdir(), 'xuper-keys-'));
    cleanup(() => fs.rmSync(keys, { recursive: true }));
  }
  return path.join(keys, name);
}

export class Person {
  constructor(name, suite) {
    Object.assign(this, { name, suite,
      file: keyFile(`${name}-${suite}-${crypto.randomUUID()}`) });
    const curve = CURVES[suite];
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt',
      `ec_paramgen_curve:${curve.openssl}`, '-out', this.file);
    const point = openssl('pkey', '-in', this.file, '-pubout', '-outform',
      'DER').subarray(-64);
    this.public_key = hexOf(point);
    this.address = addressOf(this.public_key, suite);
    const [x, y] = [point.subarray(0, 32), point.subarray(32)].map(numberOf);
    this.json = `{"Curvname":"${curve.name}","X":${x},"Y":${y}}`;
  }

  // Of a raw digest, in DER; SM2 signs it without the signer's name.
  sign(digest) {
    fs.writeFileSync(`${this.file}.digest`, digest);
    return openssl('pkeyutl', '-sign', '-inkey', this.file, '-in',
      `${this.file}.digest`);
  }
}

// ---- what is hashed ----

class Plain {
  parts = [];

  int(value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(value ? String(value) : 0));
    this.parts.push(bytes);
    return this;
  }

  bytes(value) {
    const bytes = Buffer.from(value ?? []);
    this.int(bytes.length).parts.push(bytes);
    return this;
  }

  list(values = [], each) {
    this.int(values.length);
    for (const value of values) each(value);
    return this;
  }
}

function putRequest(to, request) {
  to.bytes(request.module_name).bytes(request.contract_name)
    .bytes(request.method_name);
  to.list(request.args, ({ key, value }) => to.bytes(key).bytes(value));
  to.list(request.resource_limits, ({ type, limit }) =>
    to.int(type).int(limit));
  to.bytes(request.amount);
}

function putCore(to, tx) {
  to.list(tx.tx_inputs, (one) => to.bytes(one.ref_txid).int(one.ref_offset)
    .bytes(one.from_addr).bytes(one.amount).int(one.frozen_height));
  to.list(tx.tx_outputs, (one) => to.bytes(one.amount).bytes(one.to_addr)
    .int(one.frozen_height));
  to.bytes(tx.desc).int(tx.coinbase ? 1 : 0).bytes(tx.nonce)
    .int(tx.timestamp).int(tx.version).int(tx.autogen ? 1 : 0);
  to.list(tx.tx_inputs_ext, (one) => to.bytes(one.bucket).bytes(one.key)
    .bytes(one.ref_txid).int(one.ref_offset));
  to.list(tx.tx_outputs_ext, (one) => to.bytes(one.bucket).bytes(one.key)
    .bytes(one.value));
  to.list(tx.contract_requests, (one) => putRequest(to, one));
  to.bytes(tx.initiator).list(tx.auth_require, (one) => to.bytes(one));
}

function putSigns(to, tx) {
  for (const list of [tx.initiator_signs, tx.auth_require_signs])
    to.list(list, (one) => to.bytes(one.PublicKey).bytes(one.Sign));
  to.list([]).bytes(); // xuper_sign, which is not used
}

function hashed(tx, suite, signs) {
  const { hash } = suites[suite];
  const to = new Plain();
  const once = (bytes) => crypto.createHash(hash).update(bytes).digest();
  putCore(to, tx);
  if (signs) putSigns(to, tx);
  to.bytes().bytes(); // HD_info, the same
  return once(once(Buffer.concat(to.parts)));
}
export const digestOf = (tx, suite) => hashed(tx, suite, false);
export const idOf = (tx, suite) => hashed(tx, suite, true);

// ---- taken apart and put together ----

export const open = (hex) => Transaction.decode(bytesOf(hex));
export function pack(tx, suite) {
  tx.txid = idOf(tx, suite);
  return hexOf(Transaction.encode(tx).finish());
}

export const placesOf = (tx) =>
  [...tx.initiator_signs, ...tx.auth_require_signs];

// Signs it again, by those of the people whose keys are in it.
export function seal(tx, people, suite) {
  const digest = digestOf(tx, suite);
  for (const place of placesOf(tx)) {
    const person = people.find(({ json }) => json === place.PublicKey);
    if (person) place.Sign = person.sign(digest);
  }
  return pack(tx, suite);
}

// ---- a chain ----

export class Ledger {
  constructor(host, name, suite, people = []) {
    Object.assign(this, { host, name, suite, people });
  }

  at(rest) {
    return `/v1/chains/${this.name}${rest}`;
  }

  call(contract, fn, args, more) {
    return call(this.host, this.name, contract, fn, args, more);
  }

  prepare(person, request) {
    return this.host.request('POST', this.at('/txs/prepare'),
      { public_key: person.public_key, ...request });
  }

  // The first of the people asks; whoever is named signs.
  async sign([first, ...others], request) {
    if (others.length > 0)
      request = { ...request, options: { ...request.options,
        public_keys: others.map(({ public_key }) => public_key) } };
    let { status, body } = await this.prepare(first, request);
    check(status === 200, JSON.stringify(body));
    while (!body.tx) {
      const signer = body.signer === null ? first
        : others.find(({ address }) => address === body.signer);
      check(signer, `${body.signer} must sign, too`);
      body = await this.host.api('POST', this.at('/txs/sign'),
        { state: body.state,
          signature: hexOf(signer.sign(bytesOf(body.message))) });
    }
    return body.tx;
  }

  submit(tx, wait = 'committed') {
    return this.host.request('POST',
      this.at(`/txs?wait=${wait}&timeout_ms=30000`), { tx });
  }

  async commit(people, request) {
    const { body } = await this.submit(
      typeof request === 'string' ? request : await this.sign(people, request));
    equal(body.stage, 'committed', JSON.stringify(body));
    return body;
  }

  // A transaction that is changed and signed again is refused with that code.
  async refuse(tx, native, pattern) {
    checkRefused(await this.submit(tx), native, pattern);
  }

  forge(hex, change, people = this.people) {
    const tx = open(hex);
    change(tx);
    return seal(tx, people, this.suite);
  }

  // ---- tokens ----

  balance({ address }) {
    return this.call('$utxo', 'balance', { address });
  }

  async holds(who, tokens) {
    equal((await this.balance(who)).balance, String(tokens),
      `${who.name ?? who.address}'s tokens`);
  }

  async outputs({ address }) {
    return (await this.call('$utxo', 'list', { address })).utxoList;
  }
}

export const transfer = (to, amount, more = {}) => ({ contract: '$utxo',
  function: 'transfer', args: { to: to.address ?? to, amount: String(amount),
    ...more } });
