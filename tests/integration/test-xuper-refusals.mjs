#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What XuperChain-style chains refuse, over the wire, each with its own code: on
// finished transactions that are taken apart, changed, and signed again. On both
// suites, on a chain without fees and one with.
import { Node, check, equal, main, test, until } from './lib.mjs';
import { conformCode } from './xuper.mjs';
import { Ledger, Person, amountOf, numberOf, open, pack, transfer }
  from './xuper-tx.mjs';

// Of plugins/engine-xuper/verify/code.h.
const codes = { TXID: 2, SIGNATURE: 3, SIGNER: 4, DUPLICATE: 5, OTHER_CHAIN: 6,
  TIME: 7, UTXO_UNKNOWN: 10, DOUBLE_SPEND: 11, UTXO_FROZEN: 12,
  UTXO_FOREIGN: 13, UTXO_AMOUNT: 14, NOT_BALANCED: 15, FEE: 16,
  STALE_READ: 20, RWSET: 21, CONTRACT: 22, RESOURCES: 23, ACL: 30,
  METHOD_ACL: 31, AUTOGEN: 40, COINBASE: 41 };

let host;
test('a host', async () => {
  host = await Node.make();
  await host.start();
});

function refusals(suite) {
  const on = (name, body) => test(`${suite}: ${name}`, body);
  let alice, bob, carol, chain, twin, fees;

  async function chainOf(name, more = {}) {
    const ledger = new Ledger(host, name, suite, [alice, bob, carol]);
    await host.api('POST', '/v1/chains', { name, framework: 'xuper', config: {
      crypto: suite, consensus: { name: 'single' },
      predistribution: [alice, bob].map(({ address }, i) =>
        ({ address, quota: ['1000000', '1000'][i] })), ...more } });
    // What somebody begins with an output is that output's for some seconds.
    for (const [who, amount] of [[alice, '1000'], [bob, '10']])
      await ledger.commit([who], { contract: '$utxo', function: 'split',
        args: { amount, count: 50 } });
    await ledger.commit([alice], { kind: 'deploy', ...conformCode() });
    return ledger;
  }
  const put = (key, value) => ({ contract: 'conform', function: 'put',
    args: [key, value] });
  const moved = () => chain.sign([alice], transfer(carol, 5));

  on('chains with the same tokens and contract', async () => {
    [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) =>
      new Person(name, suite));
    chain = await chainOf(`plain-${suite}`);
    twin = await chainOf(`twin-${suite}`);
    fees = await chainOf(`fees-${suite}`, { nofee: false });
  });

  on('an output that is spent is not spent again', async () => {
    const first = await moved();
    const second = chain.forge(first, (tx) => { tx.nonce += '1'; });
    const answers = await Promise.all([first, second].map((tx) =>
      chain.submit(tx)));
    const lost = answers.filter(({ status }) => status !== 200);
    equal(lost.length, 1, JSON.stringify(answers));
    equal(lost[0].body.error.native, codes.DOUBLE_SPEND, 'code');
    await chain.refuse(chain.forge(first, (tx) => { tx.nonce += '2'; }),
      codes.DOUBLE_SPEND);
    await chain.refuse(chain.forge(await moved(), (tx) => {
      tx.tx_inputs.push(tx.tx_inputs[0]);
    }), codes.DOUBLE_SPEND);
    await chain.holds(carol, 5);
  });

  on('a transaction counts once', async () => {
    const tx = await moved();
    await chain.commit([alice], tx);
    await chain.refuse(tx, codes.DUPLICATE);
    const written = await chain.sign([alice], put('once', '1'));
    await chain.commit([alice], written);
    await chain.refuse(written, codes.DUPLICATE);
    await chain.holds(carol, 10);
  });

  on('outputs that are frozen stay where they are', async () => {
    const frozen = { ever: -1, long: 1000000 };
    for (const height of Object.values(frozen))
      await chain.commit([alice], transfer(bob, 70, { frozen_height: height }));
    const { balance, frozen: held } = await chain.balance(bob);
    equal([balance, held], ['1140', '140'], 'tokens');
    const [of] = (await chain.outputs(bob)).filter(({ isFrozen }) => isFrozen);
    const tx = await chain.sign([bob], transfer(carol, 70));
    const spend = (change) => chain.forge(tx, (msg) => {
      const [input] = msg.tx_inputs;
      msg.tx_inputs = [input];
      input.ref_txid = Buffer.from(of.refTxid.replace(/^0x/, ''), 'hex');
      if (of.refOffset) input.ref_offset = of.refOffset;
      else delete input.ref_offset;
      input.amount = amountOf(70);
      input.frozen_height = of.frozenHeight;
      msg.tx_outputs = msg.tx_outputs.slice(0, 1);
      change?.(input);
    });
    await chain.refuse(spend(), codes.UTXO_FROZEN);
    await chain.refuse(spend((input) => { delete input.frozen_height; }),
      codes.UTXO_AMOUNT);
    const { status, body } = await chain.prepare(bob, transfer(carol, 1001));
    check(status >= 400, JSON.stringify(body));
  });

  on('what is somebody else\'s needs their signature', async () => {
    const theirs = await chain.sign([bob], transfer(carol, 1));
    await chain.refuse(chain.forge(theirs, (tx) => {
      tx.initiator = carol.address;
      tx.initiator_signs[0].PublicKey = carol.json;
    }), codes.UTXO_FOREIGN);
    // The owner is said to be the thief.
    await chain.refuse(chain.forge(theirs, (tx) => {
      tx.initiator = carol.address;
      tx.initiator_signs[0].PublicKey = carol.json;
      tx.tx_inputs[0].from_addr = Buffer.from(carol.address);
    }), codes.UTXO_FOREIGN);
    await chain.refuse(chain.forge(theirs, (tx) => {
      tx.tx_inputs[0].ref_offset = 999;
    }), codes.UTXO_UNKNOWN);
  });

  on('nothing comes out that did not go in', async () => {
    const tx = await moved();
    const more = (part) => chain.forge(tx, (msg) => {
      part(msg).amount = amountOf(numberOf(part(msg).amount) + 1n);
    });
    await chain.refuse(more((msg) => msg.tx_outputs[0]), codes.NOT_BALANCED);
    await chain.refuse(chain.forge(tx, (msg) => {
      msg.tx_inputs[0].amount =
        amountOf(numberOf(msg.tx_inputs[0].amount) + 1n);
      msg.tx_outputs[0].amount =
        amountOf(numberOf(msg.tx_outputs[0].amount) + 1n);
    }), codes.UTXO_AMOUNT);
    await chain.refuse(chain.forge(tx, (msg) => {
      const most = 2n ** 256n - 1n;
      msg.tx_outputs.push({ ...msg.tx_outputs[0], amount: amountOf(most) });
    }), codes.NOT_BALANCED);
  });

  on('of two that have read the same one is stale', async () => {
    const [first, second] = [await chain.sign([alice], put('key', 'first')),
      await chain.sign([bob], put('key', 'second'))];
    await chain.commit([alice], first);
    await chain.refuse(second, codes.STALE_READ);
    equal(await chain.call('conform', 'get', ['key']), 'first', 'value');
    await chain.commit([bob], put('key', 'second'));
    equal(await chain.call('conform', 'get', ['key']), 'second', 'value');
  });

  on('what is written is what the contract writes', async () => {
    const tx = await chain.sign([alice], put('forged', 'a'));
    const forged = (change) => chain.refuse(chain.forge(tx, change),
      codes.RWSET);
    const isOurs = ({ bucket }) => bucket === 'evm';
    await forged((msg) => {
      const write = msg.tx_outputs_ext.find(isOurs);
      write.value = Buffer.from(write.value);
      write.value[write.value.length - 1] ^= 1;
    });
    await forged((msg) => {
      msg.tx_outputs_ext.splice(msg.tx_outputs_ext.findIndex(isOurs), 1);
    });
    await forged((msg) => {
      const args = msg.contract_requests[0].args;
      args[0].value = Buffer.concat([args[0].value.subarray(0, -32),
        Buffer.alloc(32, 66)]);
    });
    await forged((msg) => { msg.contract_requests = []; });
    equal(await chain.call('conform', 'get', ['forged']), '', 'value');
    await chain.commit([alice], tx);
  });

  on('everybody who must sign has signed', async () => {
    const tx = await moved();
    const changed = (change) => {
      const msg = open(tx);
      change(msg);
      return pack(msg, suite);
    };
    await chain.refuse(changed((msg) => {
      msg.initiator_signs[0].Sign = alice.sign(Buffer.alloc(32, 7));
    }), codes.SIGNATURE);
    await chain.refuse(changed((msg) => { msg.nonce += '1'; }),
      codes.SIGNATURE);
    await chain.refuse(changed((msg) => { msg.initiator_signs = []; }),
      codes.SIGNER);
    await chain.refuse(chain.forge(tx, (msg) => {
      msg.auth_require = [bob.address];
    }), codes.SIGNER);
    await chain.refuse(chain.forge(tx, (msg) => {
      msg.initiator_signs[0].PublicKey = bob.json;
    }), codes.SIGNATURE, new RegExp(`${alice.address} must sign`));
    const other = open(tx);
    other.nonce += '1';
    const renamed = pack(other, suite);
    const id = other.txid.toString('hex');
    await chain.refuse(renamed.replace(id, id.replace(/^../, (byte) =>
      byte === '00' ? '01' : '00')), codes.TXID);
  });

  on('another chain\'s transactions are not this one\'s', async () => {
    for (const request of [put('replayed', '1'), transfer(carol, 1)]) {
      const tx = await chain.sign([alice], request);
      await twin.refuse(tx, codes.OTHER_CHAIN);
      await chain.commit([alice], tx);
      await twin.refuse(tx, codes.OTHER_CHAIN);
    }
    const tx = await chain.sign([alice], put('nowhere', '1'));
    await chain.refuse(chain.forge(tx, (msg) => {
      msg.tx_inputs_ext = msg.tx_inputs_ext.filter((read) =>
        !read.ref_txid?.length);
    }), codes.OTHER_CHAIN);
    await twin.holds(carol, 0);
  });

  on('only the chain makes what the chain makes', async () => {
    const tx = await moved();
    await chain.refuse(chain.forge(tx, (msg) => { msg.autogen = true; }),
      codes.AUTOGEN);
    await chain.refuse(chain.forge(tx, (msg) => { msg.coinbase = true; }),
      codes.COINBASE);
    await chain.refuse(chain.forge(tx, (msg) => {
      msg.timestamp = String(BigInt(String(msg.timestamp)) +
        3600n * 1000000000n);
    }), codes.TIME);
  });

  // Half of the weight is each one's.
  const half = (...people) => JSON.stringify({ pm: { rule: 1, acceptValue: 1 },
    aksWeight: Object.fromEntries(people.map(({ address }) =>
      [address, 0.5])) });
  const makeAccount = (ledger, number, acl) => ledger.commit([alice], {
    contract: '$acl', function: 'NewAccount',
    args: { account_name: number, acl } });

  on('an account\'s tokens need enough of its ACL', async () => {
    const account = `XC1111111111111111@${chain.name}`;
    await makeAccount(chain, '1111111111111111', half(alice, bob));
    await chain.commit([alice], transfer(account, 40));
    const paths = [alice, bob].map(({ address }) => `${account}/${address}`);
    const request = (auth_require) => ({ ...transfer(carol, 40),
      options: { initiator: account, auth_require } });
    const tx = await chain.sign([alice, bob], request(paths));
    await chain.refuse(chain.forge(tx, (msg) => {
      msg.auth_require.pop();
      msg.auth_require_signs.pop();
    }), codes.ACL);
    // One's signature twice, by two paths, weighs no more than once.
    await chain.refuse(chain.forge(tx, (msg) => {
      msg.auth_require[1] = alice.address;
      msg.auth_require_signs[1].PublicKey = alice.json;
    }), codes.ACL);
    // Whoever is not of the account.
    await chain.refuse(chain.forge(tx, (msg) => {
      msg.auth_require[1] = `${account}/${carol.address}`;
      msg.auth_require_signs[1].PublicKey = carol.json;
    }), codes.ACL);
    await chain.commit([alice], tx);
    await chain.holds({ address: account }, 0);
  });

  on('a method is for those of its ACL', async () => {
    const acl = half(bob, carol);
    await chain.commit([alice], { contract: '$acl', function: 'SetMethodAcl',
      args: { contract_name: 'conform', method_name: 'put', acl },
      options: { account: (await chain.host.api('GET',
        chain.at('/contracts/conform'))).account } });
    for (const people of [[alice], [bob]])
      await chain.refuse(await chain.sign(people, put('guarded', 'no')),
        codes.METHOD_ACL);
    await chain.commit([bob, carol], { ...put('guarded', 'yes'),
      options: { auth_require: [carol.address] } });
    equal(await chain.call('conform', 'get', ['guarded']), 'yes', 'value');
  });

  on('fees are what was used, and limits hold', async () => {
    const tx = await fees.sign([alice], put('paid', 'for'));
    const fee = (msg) => msg.tx_outputs.find(({ to_addr }) =>
      Buffer.from(to_addr).toString() === '$');
    check(numberOf(fee(open(tx)).amount) > 0n, 'it costs nothing');
    await fees.refuse(fees.forge(tx, (msg) => {
      const change = msg.tx_outputs.find((one) => one !== fee(msg));
      fee(msg).amount = amountOf(numberOf(fee(msg).amount) - 1n);
      change.amount = amountOf(numberOf(change.amount) + 1n);
    }), codes.FEE);
    await fees.refuse(fees.forge(tx, (msg) => {
      msg.contract_requests[0].resource_limits.push({ limit: 1 });
    }), codes.RESOURCES);
    const { status, body } = await fees.prepare(alice, { ...put('k', 'v'),
      options: { resource_limits: { cpu: 1 } } });
    equal([status >= 400, body.error.native], [true, codes.RESOURCES],
      JSON.stringify(body));
    await fees.commit([alice], tx);
    const poor = await fees.prepare(carol, put('k', 'v'));
    check(poor.status >= 400, JSON.stringify(poor.body));
  });

  on('what was refused is nowhere', async () => {
    await until('all is in blocks', async () =>
      (await host.api('GET', chain.at('/status'))).pending_txs === 0);
    let supply = 0n;
    for (const owner of [alice, bob, carol, { address: '$' }])
      supply += BigInt((await chain.balance(owner)).balance);
    equal(String(supply), '1001000', 'tokens in all');
  });
}

refusals('default');
refusals('gm');

await main();
