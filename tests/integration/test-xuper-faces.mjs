#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What people do with XuperChain-style chains through the gateway and bsnctl:
// tokens, accounts that several people sign for at their own machines, ACLs,
// contracts' versions, fees and awards, governance. On both suites.
import fs from 'node:fs';
import path from 'node:path';

import { Node, check, equal, main, test, until } from './lib.mjs';
import { addressOf, checkRefused, conformCode, suites } from './xuper.mjs';
import { Ledger, Person, open, transfer } from './xuper-tx.mjs';

let host;
test('a host', async () => {
  host = await Node.make();
  await host.start();
});

function faces(suite) {
  const on = (name, body) => test(`${suite}: ${name}`, body);
  const { algorithm } = suites[suite];
  let alice, bob, carol, chain;

  async function chainOf(name, config = {}, people = [alice, bob]) {
    await host.api('POST', '/v1/chains', { name, framework: 'xuper', config: {
      crypto: suite, consensus: { name: 'single' },
      predistribution: people.map(({ address }) =>
        ({ address, quota: '1000000' })), ...config } });
    return new Ledger(host, name, suite, [alice, bob, carol]);
  }
  const put = (key, value) => ({ contract: 'conform', function: 'put',
    args: [key, value] });
  const refused = async (answer, pattern) => {
    const { status, body } = await answer;
    check(status >= 400 && status < 500, `${status} ${JSON.stringify(body)}`);
    check(pattern.test(body.error.reason), body.error.reason);
  };

  on('a chain where two have tokens', async () => {
    [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) =>
      new Person(name, suite));
    chain = await chainOf(`faces-${suite}`);
    await chain.holds(alice, 1000000);
    await chain.holds(carol, 0);
  });

  // ---- tokens ----

  on('tokens are sent, split, merged and counted', async () => {
    const { id } = await chain.commit([alice], transfer(carol, 100,
      { desc: 'for the tickets' }));
    await chain.holds(carol, 100);
    await chain.holds(alice, 999900);
    const { detail } = await host.api('GET', chain.at(`/txs/${id}`));
    check(JSON.stringify(detail).includes(
      Buffer.from('for the tickets').toString('hex')) ||
      JSON.stringify(detail).includes('for the tickets'),
      JSON.stringify(detail));
    await chain.commit([carol], { contract: '$utxo', function: 'split',
      args: { amount: '10', count: 7 } });
    const amounts = async () => (await chain.outputs(carol)).map(
      ({ amount }) => Number(amount)).sort((a, b) => a - b);
    equal(await amounts(), [10, 10, 10, 10, 10, 10, 10, 30], 'split');
    const chosen = await chain.call('$utxo', 'select',
      { address: carol.address, amount: '55' });
    check(Number(chosen.totalSelected) >= 55, JSON.stringify(chosen));
    await chain.commit([carol], { contract: '$utxo', function: 'merge',
      args: {} });
    equal(await amounts(), [100], 'merged');
    await refused(chain.prepare(carol, transfer(alice, 101)), /./);
    await refused(chain.prepare(carol, transfer('nobody', 1)), /address/);
    await refused(chain.prepare(carol, { contract: '$utxo',
      function: 'balance', args: { address: carol.address } }), /question/);
  });

  on('what is frozen for a while is free afterwards', async () => {
    const { height } = await host.api('GET', chain.at('/ledger'));
    await chain.commit([alice], transfer(carol, 33,
      { frozen_height: height + 4 }));
    const detail = async () => (await chain.call('$utxo', 'balance_detail',
      { address: carol.address })).map(({ balance }) => balance);
    equal(await detail(), ['100', '33'], 'free and frozen');
    await refused(chain.prepare(carol, transfer(bob, 133)), /./);
    for (let i = 0; i < 4; i++) await chain.commit([alice], transfer(alice, 1));
    equal(await detail(), ['133', '0'], 'free and frozen');
    await chain.commit([carol], transfer(bob, 133));
    await chain.holds(carol, 0);
  });

  // ---- contracts ----

  on('versions have labels, and checks take a deployment\'s options', async () => {
    const deploy = (version, label) => {
      const one = conformCode(version);
      return { kind: 'deploy', ...one,
        options: { ...one.options, version: label } };
    };
    const { code, options } = deploy(0, '1.0-beta');
    const found = await host.api('POST', chain.at('/contracts/check'),
      { code, options });
    equal(found.ok, true, JSON.stringify(found));
    await refused(host.request('POST', chain.at('/contracts/check'),
      { code, options: { ...options, colour: 'red' } }), /colour/);
    await chain.commit([alice], deploy(0, '1.0-beta'));
    await chain.commit([alice], put('kept', 'value'));
    await refused(chain.prepare(alice, deploy(1, '1.0-beta')), /1\.0-beta/);
    await refused(chain.prepare(alice, deploy(1, 'x'.repeat(65))), /version/);
    await chain.commit([alice], deploy(1, '2.0'));
    const one = await host.api('GET', chain.at('/contracts/conform'));
    equal([one.version, ...one.versions.map(({ version }) => version)],
      ['2.0', '1.0-beta', '2.0'], 'versions');
    const { contracts } = await host.api('GET', chain.at('/contracts'));
    equal(contracts.map(({ name, version }) => [name, version]),
      [['conform', '2.0']], 'listed');
    equal(await chain.call('conform', 'get', ['kept']), 'value', 'state');
    // Somebody else's account brings no version.
    await refused(chain.prepare(bob, deploy(0, '3.0')), /ACL|XC\d{16}@/);
  });

  on('a chain takes only the code that its policy lets in', async () => {
    await refused(host.request('POST', '/v1/chains', { name: 'no', framework:
      'xuper', config: { crypto: suite, contract_check:
        { refuse: ['evm-nonsense'] } } }), /evm-nonsense/);
    const strict = await chainOf(`strict-${suite}`, { contract_check:
      { forbidden_opcodes: ['SSTORE'] } });
    const found = await host.api('POST', strict.at('/contracts/check'),
      { code: conformCode().code });
    equal(found.ok, false, JSON.stringify(found));
    await refused(strict.prepare(alice, { kind: 'deploy', ...conformCode() }),
      /evm-forbidden-opcode/);
    // A member that was told otherwise does not get it in, either.
    const tx = await chain.sign([alice], { kind: 'deploy', ...conformCode(),
      contract: 'elsewhere' });
    await strict.refuse(tx, 6);
  });

  // ---- accounts ----

  const digits = (n) => String(n).repeat(16);
  const nameOf = (n) => `XC${digits(n)}@${chain.name}`;
  const threshold = (acceptValue, weights) => ({ pm: { rule: 1, acceptValue },
    aksWeight: weights });
  const newAccount = (n, acl) => chain.commit([alice], { contract: '$acl',
    function: 'NewAccount', args: { account_name: digits(n), acl } });
  const paths = (account, ...people) =>
    people.map(({ address }) => `${account}/${address}`);
  // Each output of ten: what somebody begins with one is kept for some seconds.
  const fund = async (account, tokens) => {
    for (let i = 0; i < tokens; i += 10)
      await chain.commit([alice], transfer(account, 10));
  };
  const sees = async (account, tokens) =>
    chain.holds({ address: account }, tokens);

  on('an account begins transactions, and owns what it gets', async () => {
    const account = nameOf(1);
    await newAccount(1, threshold(1, { [alice.address]: 1 }));
    await chain.commit([alice], transfer(account, 500));
    await sees(account, 500);
    const options = { initiator: account };
    await chain.commit([alice], { ...transfer(carol, 200), options });
    await chain.commit([alice], { ...put('by', 'an account'), options });
    equal(await chain.call('conform', 'get', ['by']), 'an account', 'value');
    await sees(account, 300);
    const tx = await chain.sign([bob], { ...transfer(bob, 1), options });
    await chain.refuse(tx, 30, /weigh 0/);
    const accounts = await chain.call('$acl', 'QueryAddressAccounts',
      { address: alice.address });
    check(accounts.includes(account), JSON.stringify(accounts));
  });

  on('weights count, whoever else signs', async () => {
    const account = nameOf(2);
    await newAccount(2, threshold(0.6, { [alice.address]: 0.3,
      [bob.address]: 0.3, [carol.address]: 0.6 }));
    await fund(account, 60);
    const move = (...people) => chain.sign(people, { ...transfer(bob, 10),
      options: { initiator: account,
        auth_require: paths(account, ...people) } });
    await chain.refuse(await move(alice), 30, /0\.3/);
    await chain.commit([alice], await move(alice, bob));
    await chain.commit([alice], await move(carol));
    await sees(account, 40);
  });

  on('sets of keys, one of which is enough', async () => {
    const account = nameOf(3);
    await newAccount(3, { pm: { rule: 2 }, akSets: { sets: {
      1: { aks: [alice.address, bob.address] }, 2: { aks: [carol.address] } },
    expression: '1 | 2' } });
    await fund(account, 60);
    const move = (...people) => chain.sign(people, { ...transfer(bob, 10),
      options: { initiator: account,
        auth_require: paths(account, ...people) } });
    await chain.refuse(await move(bob), 30);
    await chain.commit([alice], await move(bob, alice));
    await chain.commit([alice], await move(carol));
    await sees(account, 40);
  });

  on('accounts within accounts', async () => {
    const [outer, inner] = [nameOf(4), nameOf(5)];
    await newAccount(5, threshold(1, { [bob.address]: 0.5,
      [carol.address]: 0.5 }));
    await newAccount(4, threshold(1, { [alice.address]: 0.4, [inner]: 0.6 }));
    await fund(outer, 60);
    const move = (...people) => chain.sign(people, { ...transfer(bob, 10),
      options: { initiator: outer, auth_require: people.flatMap((one) =>
        paths(one === alice ? outer : `${outer}/${inner}`, one)) } });
    await chain.refuse(await move(bob, carol), 30);
    await chain.refuse(await move(alice, bob), 30);
    await chain.commit([alice], await move(alice, bob, carol));
    await sees(outer, 50);
  });

  on('an ACL is changed by those of it alone', async () => {
    const account = nameOf(6);
    await newAccount(6, threshold(1, { [alice.address]: 0.5,
      [bob.address]: 0.5 }));
    const change = (people, acl) => ({ contract: '$acl',
      function: 'SetAccountAcl', args: { account_name: account, acl },
      options: { account, auth_require: paths(account, ...people) } });
    const to = threshold(1, { [carol.address]: 1 });
    await refused(chain.prepare(alice, change([alice], to)), /0\.5/);
    await chain.commit([alice, bob], change([alice, bob], to));
    equal(await chain.call('$acl', 'QueryAccountAcl',
      { account_name: account }), to, 'ACL');
    await chain.commit([carol], change([carol],
      threshold(1, { [alice.address]: 1 })));
  });

  // ---- several people, each at their own machine ----

  on('what others must sign goes from one to the next', async () => {
    const who = {};
    for (const name of ['dora', 'emil', 'fritz']) {
      await host.ctl('id', 'new', `${name}-${suite}`, '--role', 'client',
        '--algorithm', algorithm);
      const { public_key } = JSON.parse(await host.ctl('id', 'show',
        `${name}-${suite}`, '--json'));
      who[name] = { id: `${name}-${suite}`, public_key,
        address: addressOf(public_key, suite) };
    }
    // The last one's key is kept by the host.
    const hosted = await host.api('POST', '/v1/ids',
      { name: `hosted-${suite}`, algorithm });
    await host.ctl('id', 'hosted', 'grant', `hosted-${suite}`, 'admin');
    who.gerd = { public_key: hosted.public_key,
      address: addressOf(hosted.public_key, suite) };
    const { dora, emil, fritz, gerd } = who;
    const account = nameOf(7);
    await newAccount(7, threshold(1, { [dora.address]: 0.4,
      [emil.address]: 0.2, [fritz.address]: 0.2, [gerd.address]: 0.2 }));
    await chain.commit([alice], transfer(account, 50));
    const words = [chain.name, '$utxo', 'transfer', carol.address, '50',
      '--option', `initiator=${account}`, '--option', `auth_require=${
        JSON.stringify(paths(account, dora, emil, fritz, gerd))}`,
      '--option', `public_keys=${
        JSON.stringify([emil, fritz, gerd].map(({ public_key }) =>
          public_key))}`];
    const file = (name, text) => {
      const to = path.join(host.home, `${name}-${suite}`);
      fs.writeFileSync(to, text);
      return to;
    };
    const before = (await chain.balance(carol)).balance;
    const first = await host.ctl('tx', 'sign', ...words, '--id', dora.id);
    equal(JSON.parse(first).signer, emil.address, 'who is next');
    const cosign = (round, { id }) => host.ctl('tx', 'cosign', chain.name,
      file('round', round), ...id ? ['--id', id]
        : ['--signer', `hosted-${suite}`]);
    await cosign(first, fritz).then(() => check(false, 'out of turn'),
      ({ stderr }) => check(stderr.includes(emil.address), stderr));
    const second = await cosign(first, emil);
    equal(JSON.parse(second).signer, fritz.address, 'who is next');
    const third = await cosign(second, fritz);
    equal(JSON.parse(third).signer, gerd.address, 'who is next');
    const tx = await cosign(third, gerd);
    equal(open(tx.trim()).auth_require_signs.length, 4, 'signatures');
    await host.ctl('tx', 'submit', chain.name, file('finished', tx));
    await chain.holds(carol, BigInt(before) + 50n);
    await sees(account, 0);
    // To send it at once is refused, and tells who is missing.
    await chain.commit([alice], transfer(account, 50));
    await host.ctl('tx', 'send', ...words, '--id', dora.id).then(
      () => check(false, 'it was sent'), ({ stdout, stderr }) => {
        check(stderr.includes(emil.address), stderr);
        equal(JSON.parse(stdout).signer, emil.address, 'who is next');
      });
    await sees(account, 50);
    // A hosted key is one person.
    await refused(host.request('POST', chain.at('/txs'), {
      ...transfer(carol, 1), signer: `hosted-${suite}`, options: {
        auth_require: [carol.address], initiator: carol.address,
        public_keys: [carol.public_key] } }), new RegExp(carol.address));
  });

  // ---- fees and awards ----

  on('who uses a chain pays for it, and who makes blocks is paid', async () => {
    const paid = await chainOf(`paid-${suite}`, { nofee: false, award: '7',
      gas_price: { cpu_rate: 1000, mem_rate: 1000000, disk_rate: 1,
        xfee_rate: 1 }, new_account_resource_amount: 1000 }, [alice]);
    const { nodes } = await host.api('GET', paid.at('/nodes'));
    const producer = { name: 'producer',
      address: addressOf(nodes[0].public_key, suite) };
    const same = (a, b, what) => equal(String(a), String(b), what);
    const of = async (who) => BigInt((await paid.balance(who)).balance);
    const fees = { address: '$' };
    const number = digits(1);
    await paid.commit([alice], { contract: '$acl', function: 'NewAccount',
      args: { account_name: number,
        acl: threshold(1, { [alice.address]: 1 }) } });
    check(await of(fees) >= 1000n, `${await of(fees)} for an account`);
    await paid.commit([alice], { kind: 'deploy', ...conformCode(),
      options: { ...conformCode().options,
        account: `XC${number}@${paid.name}` } });
    const before = await of(fees);
    const dry = await host.api('POST', paid.at('/call'), { ...put('a', 'b'),
      public_key: alice.public_key, options: { preexec: true } });
    check(dry.gas_used > 0 && dry.writes.length > 0, JSON.stringify(dry));
    await paid.commit([alice], put('a', 'b'));
    same(await of(fees) - before, dry.gas_used, 'what it cost');
    await paid.commit([alice], { ...put('c', 'd'), options: { fee: '9999' } });
    same(await of(fees) - before, dry.gas_used + 9999, 'more');
    const { height } = await host.api('GET', paid.at('/ledger'));
    same(await of(producer), 7 * height, 'awards');
    same(await of(alice) + await of(fees), 1000000, 'what alice had');
    await refused(paid.prepare(bob, put('no', 'money')), /./);
    await refused(host.request('POST', '/v1/chains', { name: 'no', framework:
      'xuper', config: { crypto: suite, nofee: false } }), /nofee/);
  });

  // ---- governance ----

  on('governance tokens are sent, and decide what is done when', async () => {
    const governed = await chainOf(`governed-${suite}`);
    const tokens = async ({ address }) => JSON.stringify(await governed.call(
      '$govern_token', 'Query', { account: address }));
    const govern = (contract, fn, args) => ({ contract, function: fn, args });
    equal(String(await governed.call('$govern_token', 'TotalSupply', {})),
      '2000000', 'supply');
    checkRefused(await governed.prepare(alice,
      govern('$govern_token', 'Init', {})), 22, /already/);
    await governed.commit([alice], govern('$govern_token', 'Transfer',
      { to: carol.address, amount: '5000' }));
    check(/5000/.test(await tokens(carol)), await tokens(carol));
    check(/995000/.test(await tokens(alice)), await tokens(alice));
    const { height } = await host.api('GET', governed.at('/ledger'));
    await governed.commit([carol], govern('$proposal', 'Propose', { proposal: {
      args: { min_vote_percent: '51', stop_vote_height: String(height + 4) },
      trigger: { height: height + 6, module: 'xkernel',
        contract: '$consensus', method: 'updateConsensus',
        args: { name: 'chainedbft', config: {} } } } }));
    const status = async () => (await governed.call('$proposal', 'Query',
      { proposal_id: '1' })).status;
    equal(await status(), 'voting', 'status');
    for (const [who, amount] of [[alice, '900000'], [bob, '900000']])
      await governed.commit([who], govern('$proposal', 'Vote',
        { proposal_id: '1', amount }));
    checkRefused(await governed.prepare(carol, govern('$govern_token',
      'Transfer', { to: alice.address, amount: '4500' })), 22, /locked/);
    checkRefused(await governed.prepare(alice, govern('$timer_task', 'Do',
      { block_height: '1' })), 22);
    await until('it is decided and done', async () => {
      await governed.commit([alice], transfer(alice, 1));
      return /completed/.test(await status());
    });
    equal(await status(), 'completed_success', 'status');
    const terms = await governed.call('$consensus', 'queryConsensus', {});
    equal(terms.protocol, 'chainedbft', 'consensus');
    await governed.commit([alice], transfer(carol, 1));
    await governed.commit([carol], govern('$govern_token', 'Transfer',
      { to: alice.address, amount: '4500' }));
  });
}

faces('default');
faces('gm');

await main();
