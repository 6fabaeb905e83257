// SPDX-License-Identifier: Apache-2.0
//
// A register of evidence: what ../evidence/contracts/Evidence.sol is on chains
// that run Solidity, with the same functions and the same event, so that one
// application speaks to both. Whoever holds a document deposits its digest; from
// then on anybody can show that the document existed at that time.
'use strict';

const { Contract } = require('fabric-contract-api');

const TEXT_MAX = 1024; // bytes of a uri and of a note

const keyOf = (ctx, digest) =>
  ctx.stub.createCompositeKey('entry', [digest]);

function checkDigest(digest) {
  if (!/^0x[0-9a-f]{64}$/.test(digest) || /^0x0*$/.test(digest)) {
    throw new Error(`a digest is 0x and 64 hexadecimal digits, not all 0, ` +
      `and not "${digest}"`);
  }
}

function checkText(text, name) {
  const length = Buffer.byteLength(text);
  if (length > TEXT_MAX) {
    throw new Error(`${name} has ${length} bytes, and at most ${TEXT_MAX} fit`);
  }
}

class Evidence extends Contract {
  constructor() {
    super('Evidence');
  }

  async deposit(ctx, digest, uri, note) {
    checkDigest(digest);
    checkText(uri, 'uri');
    checkText(note, 'note');
    const key = keyOf(ctx, digest);
    if ((await ctx.stub.getState(key)).length > 0) {
      throw new Error(`${digest} is deposited already`);
    }
    const { seconds } = ctx.stub.getTxTimestamp();
    const entry = {
      depositor: ctx.clientIdentity.getID(),
      note,
      revoked: false,
      time: String(seconds),
      uri,
    };
    await ctx.stub.putState(key, Buffer.from(JSON.stringify(entry)));
    ctx.stub.setEvent('Deposited', Buffer.from(JSON.stringify({
      depositor: entry.depositor, digest, time: entry.time })));
  }

  async get(ctx, digest) {
    checkDigest(digest);
    const bytes = await ctx.stub.getState(keyOf(ctx, digest));
    if (bytes.length === 0) {
      throw new Error(`${digest} is not deposited`);
    }
    return JSON.parse(bytes.toString());
  }

  async revoke(ctx, digest, reason) {
    const entry = await this.get(ctx, digest);
    const caller = ctx.clientIdentity.getID();
    if (entry.depositor !== caller) {
      throw new Error(`${digest} was deposited by ${entry.depositor}`);
    }
    if (entry.revoked) {
      throw new Error(`${digest} is revoked already`);
    }
    checkText(reason, 'reason');
    entry.revoked = true;
    await ctx.stub.putState(keyOf(ctx, digest),
      Buffer.from(JSON.stringify(entry)));
    ctx.stub.setEvent('Revoked', Buffer.from(JSON.stringify({
      depositor: caller, digest, reason })));
  }

  async count(ctx) {
    let n = 0;
    const all = ctx.stub.getStateByPartialCompositeKey('entry', []);
    for await (const { value } of all) {
      n += value.length > 0 ? 1 : 0;
    }
    return n;
  }
}

module.exports.contracts = [Evidence];
