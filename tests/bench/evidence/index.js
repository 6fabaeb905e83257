'use strict';
// SPDX-License-Identifier: Apache-2.0
// What runtime-native's `evidence` does, as users write it.
const { Contract } = require('fabric-contract-api');

class Evidence extends Contract {
  constructor() {
    super('evidence');
  }

  async deposit(ctx, key, value) {
    if (value.length === 0) throw new Error('there is nothing to deposit');
    await ctx.stub.putState(key, Buffer.from(value));
    ctx.stub.setEvent('deposited', Buffer.from(key));
  }
}

module.exports.contracts = [Evidence];
