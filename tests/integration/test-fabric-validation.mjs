#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Two organisations on three hosts, by raft with P-256 and by PBFT with SM2: what
// becomes of transactions that must not take effect, to whoever sent them and in
// the blocks; and the blocks themselves, by fabric-protos from npm.
import fs from 'node:fs';
import path from 'node:path';

import { checkBlocks } from './fabric-blocks.mjs';
import { Network, Organisation, bytesOf, checkCommitted, checkInvalid, codes,
  decode, encode, envelopeOf, invoke, open, openAction, submit,
  withEndorsements } from './fabric.mjs';
import { check, equal, main, test } from './lib.mjs';
import { height, level, sameBlock } from './network.mjs';

const POLICIES = {
  both: "AND('Org1MSP.peer','Org2MSP.peer')",
  either: "OR('Org1MSP.peer','Org2MSP.peer')",
  two: "OutOf(2,'Org1MSP.peer','Org1MSP.peer','Org2MSP.peer')",
};
const CHANNELS = { std: 'raft', sm: 'pbft' };

let network;
const channels = {};

const create = (contract, id) =>
  invoke(contract, 'CreateAsset', id, 'blue', '1', 'ann', '100');
const only = (...organisations) => ({ options: { organisations } });

test('three hosts of two organisations', async () => {
  network = await Network.start([1, 1, 2]);
});

// Every transaction that is refused in a block is remembered, with its code.
class Checked {
  constructor(channel) {
    Object.assign(this, channel, { channel, invalid: [] });
    [this.one, this.other] = channel.clients;
    [this.first, , this.last] = channel.hosts;
  }

  prepare(request, person = this.one) {
    return person.prepare(this.first, this.name, request);
  }

  submit(tx, host = this.last) {
    return submit(host, this.name, tx);
  }

  async commit(tx) {
    return checkCommitted(await this.submit(tx));
  }

  async fails(tx, code) {
    const answer = await this.submit(tx);
    checkInvalid(answer, code);
    this.invalid.push({ id: answer.tx.id.slice(2), code: codes[code],
      block: answer.tx.block });
  }

  // At the door: no honest node puts it into a block.
  async refused(tx, name, code) {
    const before = await height(this.last, this.name);
    const { error } = await this.submit(tx);
    check(error, `it was not refused: ${code}`);
    equal([error.name, error.native], [name, codes[code]], error.reason);
    equal(await height(this.last, this.name), before, 'height');
  }
}

for (const [crypto_, consensus] of Object.entries(CHANNELS)) {
  const name = `${consensus}-${crypto_}`;
  let c;

  test(`${name}: chaincodes by AND, OR and OutOf`, async () => {
    const channel = await network.makeChannel(name, crypto_,
      { consensus: { name: consensus } });
    channels[crypto_] = c = new Checked(channel);
    for (const [as, policy] of Object.entries(POLICIES)) {
      await channel.deploy('asset', { as, options: { policy } });
      await c.commit((await c.prepare(create(as, 'a'))).tx);
    }
    await channel.deploy('bank', { options: { policy: POLICIES.either } });
  });

  test(`${name}: an endorsement that the policy asks for is missing`,
    async () => {
      const both = (await c.prepare(create('both', 'b'))).tx;
      for (const one of ['Org1MSP', 'Org2MSP']) {
        const { tx } = await c.prepare(create('both', `of ${one}`));
        await c.fails(withEndorsements(tx, c.one, (msp) => msp === one),
          'ENDORSEMENT_POLICY_FAILURE');
      }
      const { tx } = await c.prepare(create('either', 'b'));
      await c.fails(withEndorsements(tx, c.one, () => false),
        'ENDORSEMENT_POLICY_FAILURE');
      const three = (await c.prepare({ ...create('two', 'b'),
        ...only('Org1MSP') })).tx;
      await c.fails(three, 'ENDORSEMENT_POLICY_FAILURE');
      await c.commit(both);
    });

  test(`${name}: enough of them are`, async () => {
    for (const one of ['Org1MSP', 'Org2MSP'])
      await c.commit((await c.prepare({ ...create('either', `of ${one}`),
        ...only(one) })).tx);
    await c.commit((await c.prepare({ ...create('two', 'c'),
      ...only('Org1MSP', 'Org2MSP') })).tx);
    const { tx } = await c.prepare(create('two', 'd'));
    equal(openAction(open(tx).payload).action.action.endorsements.length, 2,
      'endorsements');
    await c.commit(tx);
  });

  test(`${name}: one endorsement twice is one; a changed one is none`,
    async () => {
      const { tx } = await c.prepare(create('both', 'e'));
      const changed = (change) => {
        const { payload } = open(tx);
        const { transaction, action } = openAction(payload);
        change(action.action.endorsements);
        transaction.actions[0].payload =
          encode('protos.ChaincodeActionPayload', action);
        payload.data = encode('protos.Transaction', transaction);
        return envelopeOf(payload, c.one);
      };
      await c.fails(changed((list) => { list[1] = list[0]; }),
        'ENDORSEMENT_POLICY_FAILURE');
    });

  test(`${name}: endorsers signed something else`, async () => {
    const [mine, others] = [(await c.prepare(create('both', 'f'))).tx,
      (await c.prepare(create('both', 'g'))).tx];
    const { payload } = open(mine);
    const { transaction, action } = openAction(payload);
    action.action.endorsements =
      openAction(open(others).payload).action.action.endorsements;
    transaction.actions[0].payload =
      encode('protos.ChaincodeActionPayload', action);
    payload.data = encode('protos.Transaction', transaction);
    await c.fails(envelopeOf(payload, c.one), 'ENDORSEMENT_POLICY_FAILURE');
  });

  test(`${name}: another one than its creator signed it`, async () => {
    const { payload } = open((await c.prepare(create('either', 'h'))).tx);
    await c.refused(envelopeOf(payload, c.other), 'bad-signature',
      'BAD_CREATOR_SIGNATURE');
    const { envelope } = open((await c.prepare(create('either', 'i'))).tx);
    envelope.signature[envelope.signature.length - 1] ^= 1;
    await c.refused(encode('common.Envelope', envelope), 'bad-signature',
      'BAD_CREATOR_SIGNATURE');
  });

  test(`${name}: a stranger who calls himself a member`, async () => {
    const stranger = new Organisation('Org1', crypto_).person('client');
    const { payload, signature } =
      open((await c.prepare(create('either', 'j'))).tx);
    signature.creator = stranger.creator;
    payload.header.signature_header =
      encode('common.SignatureHeader', signature);
    const tx = envelopeOf(payload, stranger);
    const { error } = await c.submit(tx);
    check(error && error.native !== 0, JSON.stringify(error));
    const words = await stranger.prepare(c.first, c.name, create('either', 'j'))
      .catch((reason) => reason.message);
    check(/certificate is of no organisation of this channel/.test(words),
      words);
  });

  test(`${name}: a transaction comes twice`, async () => {
    const { tx } = await c.prepare(create('either', 'k'));
    await c.commit(tx);
    for (const host of c.hosts) {
      await level(c.hosts, c.name);
      const { error } = await submit(host, c.name, tx);
      equal([error.name, error.native], ['duplicate', codes.DUPLICATE_TXID],
        host.name);
    }
  });

  test(`${name}: what was read has changed, or has gone`, async () => {
    const change = async (...args) =>
      (await c.prepare(invoke('both', ...args))).tx;
    await c.commit(await change('CreateAsset', 'l', 'red', '1', 'ann', '1'));
    const all = [await change('TransferAsset', 'l', 'ben'),
      await change('TransferAsset', 'l', 'cid'),
      await change('DeleteAsset', 'l')];
    await c.commit(all[0]);
    await c.fails(all[1], 'MVCC_READ_CONFLICT');
    await c.fails(all[2], 'MVCC_READ_CONFLICT');
    equal(JSON.parse(await c.channel.call(c.last, 'both', 'ReadAsset', 'l'))
      .Owner, 'ben', 'owner');
  });

  test(`${name}: of those that meet in a block the first one counts`,
    async () => {
      const { tx } = await c.prepare(create('either', 'm'));
      await c.commit(tx);
      const all = [];
      for (let i = 0; i < 8; i++)
        all.push((await c.prepare(
          invoke('either', 'TransferAsset', 'm', `owner-${i}`))).tx);
      const answers = await Promise.all(all.map((one, i) =>
        submit(c.hosts[i % 3], c.name, one)));
      const [good, bad] = [answers.filter(({ stage }) => stage),
        answers.filter(({ error }) => error)];
      equal([good.length, bad.length], [1, 7], JSON.stringify(answers));
      for (const answer of bad) {
        checkInvalid(answer, 'MVCC_READ_CONFLICT');
        c.invalid.push({ id: answer.tx.id.slice(2), block: answer.tx.block,
          code: codes.MVCC_READ_CONFLICT });
      }
    });

  test(`${name}: something new is in a range that was read`, async () => {
    const append = async (value) =>
      (await c.prepare(invoke('bank', 'append', 'list', value))).tx;
    const [first, second] = [await append('one'), await append('two')];
    await c.commit(first);
    await c.fails(second, 'PHANTOM_READ_CONFLICT');
    await c.commit(await append('three'));
  });

  test(`${name}: endorsed by a definition that is no more`, async () => {
    const { tx } = await c.prepare(create('either', 'n'));
    await c.channel.deploy('asset', { as: 'either', version: 2 });
    await c.fails(tx, 'EXPIRED_CHAINCODE');
    await c.commit((await c.prepare(create('either', 'n'))).tx);
    equal(JSON.parse(await c.channel.call(c.last, 'either', 'ReadAsset', 'a'))
      .Owner, 'ann', 'the state stays');
  });

  test(`${name}: a certificate is revoked`, async () => {
    const thief = c.organisations[0].person('thief');
    await c.commit((await c.prepare(create('both', 'o'), thief)).tx);
    const { tx } = await c.prepare(create('both', 'p'), thief);
    await c.channel.change({ organisations: [
      { msp_id: 'Org1MSP',
        root_certs: c.organisations[0].words().root_certs,
        node_ous: c.organisations[0].words().node_ous,
        revocation_lists: [c.organisations[0].revocationList(thief)] }] },
    [c.admins[0]]);
    await level(c.hosts, c.name);
    const { error } = await c.submit(tx);
    check(error?.native === codes.BAD_CREATOR_SIGNATURE &&
      /revoked/.test(error.reason), JSON.stringify(error));
    const words = await c.prepare(create('both', 'p'), thief)
      .catch((reason) => reason.message);
    check(/revoked/.test(words), words);
    await c.commit((await c.prepare(create('both', 'p'))).tx);
  });

  test(`${name}: the blocks say the same on all hosts, and to fabric-protos`,
    async () => {
      const top = await level(c.hosts, c.name);
      for (let number = 0; number <= top; number++)
        await sameBlock(c.hosts, c.name, number);
      const hashes = await Promise.all(c.hosts.map(async (host) =>
        (await host.api('GET', `/v1/chains/${c.name}/ledger`)).state_hash));
      equal(new Set(hashes).size, 1, 'state hashes');
      const blocks = await checkBlocks(c.channel, c.last);
      check(c.invalid.length >= 14, `${c.invalid.length} invalid ones`);
      for (const { id, code, block } of c.invalid) {
        const at = blocks[block].ids.indexOf(id);
        equal(blocks[block].codes[at], code, `code of ${id}`);
      }
    });
}

test('a block that PBFT agreed on is proven from the genesis alone', async () => {
  const c = channels.sm;
  const file = (name, text) => {
    fs.writeFileSync(path.join(c.first.home, name), text);
    return path.join(c.first.home, name);
  };
  const genesis = file('genesis', await c.first.ctl('chain', 'genesis', c.name));
  const block = await c.last.ctlJson('block', 'show', c.name, '--raw');
  const verify = (name, json) => c.first.ctl('block', 'verify',
    file(name, JSON.stringify(json)), '--genesis', genesis);
  const text = await verify('block.json', block);
  check(/^Proven: [^]* of the 3 nodes .* by pbft/.test(text), text);
  const { raw } = block.detail;
  const at = raw.length >> 1;
  block.detail.raw = raw.slice(0, at) + (raw[at] === '0' ? '1' : '0') +
    raw.slice(at + 1);
  const reason = await verify('changed.json', block).catch((error) =>
    error.stderr);
  check(/the block is not proven: /.test(reason), reason);
});

// OIDs in DER: of SHA-256, ECDSA with any hash, P-256; of SM3, SM2 with SM3, the
// SM2 curve.
const STD_OIDS = ['608648016503040201', '2a8648ce3d0403', '2a8648ce3d030107'];
const SM_OIDS = ['2a811ccf550183', '2a811ccf55018375', '2a811ccf5501822d'];

// Certificates stand there in PEM.
function bytesWithin(raw) {
  const text = raw.toString('latin1');
  const pems = [...text.matchAll(/-----BEGIN [A-Z0-9 ]+-----([^-]+)-----END/g)]
    .map(([, base64]) => Buffer.from(base64, 'base64'));
  return { hex: [raw, ...pems].map((one) => one.toString('hex')).join(' '),
    text, pems };
}

test('nothing of the other mode is in a channel', async () => {
  for (const [crypto_, foreign, own] of [['sm', STD_OIDS, SM_OIDS.slice(1)],
    ['std', SM_OIDS, STD_OIDS.slice(1)]]) {
    const c = channels[crypto_];
    const found = new Set();
    let certificates = 0;
    for (let number = 0; number <= await height(c.first, c.name); number++) {
      const { detail } = await c.first.api('GET',
        `/v1/chains/${c.name}/blocks/${number}?raw=1`);
      const { hex, text, pems } = bytesWithin(bytesOf(detail.raw));
      certificates += pems.length;
      for (const oid of foreign)
        check(!hex.includes(oid), `${c.name}, block ${number}: ${oid}`);
      for (const oid of own) if (hex.includes(oid)) found.add(oid);
      check(!text.includes(crypto_ === 'sm' ? 'SHA256' : 'SM3'),
        `${c.name}, block ${number} names the other hash`);
    }
    equal(found.size, own.length, 'its own are found');
    check(certificates > 20, `${certificates} certificates`);
  }
});

await main();
