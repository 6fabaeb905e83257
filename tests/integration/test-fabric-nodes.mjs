#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A channel's nodes come and go, and its config changes, while it is used: by
// bsnctl, with signatures of two organisations' admins, by raft with P-256 and by
// PBFT with SM2.
import fs from 'node:fs';
import path from 'node:path';

import { Network, invoke, nativePackage, suites } from './fabric.mjs';
import { check, equal, main, test, until } from './lib.mjs';
import { height, level, sameBlock } from './network.mjs';

const CHANNELS = { std: 'raft', sm: 'pbft' };
const ADMIN = 'channel-admin', CLIENT = 'channel-client';

let network;
let chaincode; // a package's file

// Hosted keys, with which each host's people sign.
async function addKeys(crypto_) {
  await Promise.all(network.hosts.map(async (host, i) => {
    for (const [name, role] of [[ADMIN, 'admin'], [CLIENT, 'client']]) {
      await host.ctl('id', 'hosted', 'add', `${name}-${crypto_}`,
        '--algorithm', suites[crypto_].algorithm);
      await host.ctl('id', 'hosted', 'certify', `${name}-${crypto_}`, '--role',
        role, '--ca', network.organisations[crypto_][network.owners[i] - 1]
          .dir);
    }
  }));
}

// What a command that must fail says.
async function refused(promise, pattern) {
  const text = await promise.then((answer) => `it was done: ${answer}`,
    (error) => error.stderr ?? error.message);
  check(pattern.test(text), text);
}

test('four hosts of two organisations', async () => {
  network = await Network.start([1, 1, 2, 2]);
  chaincode = path.join(network.hosts[0].home, 'evidence.tgz');
  fs.writeFileSync(chaincode, nativePackage('evidence'));
  for (const crypto_ of Object.keys(CHANNELS)) await addKeys(crypto_);
});

for (const [crypto_, consensus] of Object.entries(CHANNELS)) {
  const chain = `${consensus}-${crypto_}`;
  const [first, second, other, guest] = [0, 1, 2, 3].map((i) =>
    ({ get host() { return network.hosts[i]; } }));
  let deposits = 0;

  // With a P-256 key an admin of the host's directory signs by himself.
  const as = (who, name, ...args) => who.host.ctl(...args,
    ...name === ADMIN && crypto_ === 'std' && who !== second && who !== guest
      ? [] : ['--signer', `${name}-${crypto_}`]);
  const admin = (who, ...args) => as(who, ADMIN, ...args);
  const deposit = async (who) => as(who, CLIENT, 'tx', 'send', chain,
    'evidence', 'deposit', `key-${deposits++}`, 'value');
  const status = ({ host }) => host.api('GET', `/v1/chains/${chain}/status`);
  const role = (who, wanted) => until(`${who.host.name} is ${wanted}`,
    async () => (await status(who)).detail.role === wanted);
  const proposals = async () => (await first.host.ctlJson('node', 'proposals',
    chain)).proposals ?? [];

  // The first admin's signature waits, the second's makes it so.
  async function both(...args) {
    await admin(first, ...args);
    const waiting = await proposals();
    equal(waiting.length, 1, 'changes that wait');
    await refused(admin(first, ...args), /you have signed this change already/);
    await level([first.host, other.host], chain);
    await admin(other, ...args);
    await level([first.host, other.host], chain);
    equal((await proposals()).length, 0, 'changes that wait');
    return waiting[0];
  }

  test(`${chain}: a chaincode is approved and deployed by bsnctl`, async () => {
    await network.makeChannel(chain, crypto_, { consensus: { name: consensus },
      policies: { AnyAdmin: 'ANY Admins' },
      acls: { 'qscc/GetBlockByNumber': '/Channel/Application/AnyAdmin' } },
    network.hosts.slice(0, 3));
    const words = ['contract', 'deploy', chain, chaincode, '--name', 'evidence',
      '--version', '1.0', '--option',
      "policy=OR('Org1MSP.peer','Org2MSP.peer')"];
    await until('the hosts know each other', async () =>
      (await status(other)).detail.sync.peers.every(({ msp }) => msp));
    await admin(other, 'contract', 'approve', ...words.slice(2));
    await admin(first, ...words);
    await level(network.hosts.slice(0, 3), chain);
    for (const who of [first, second, other]) await deposit(who);
  });

  test(`${chain}: what an ACL keeps for admins is kept from clients`,
    async () => {
      const ask = (name, ...words) => first.host.ctl('contract', 'call', chain,
        ...words, '--signer', `${name}-${crypto_}`);
      await refused(ask(CLIENT, 'qscc', 'GetBlockByNumber', chain, '0'),
        /qscc\/GetBlockByNumber.*AnyAdmin/);
      check((await ask(ADMIN, 'qscc', 'GetBlockByNumber', chain, '0'))
        .length > 500, 'a block');
      check((await ask(CLIENT, 'qscc', 'GetChainInfo', chain)).length > 60,
        'the others are as they were');
    });

  test(`${chain}: only admins change it, and both of them`, async () => {
    const key = (await guest.host.ctl('node', 'key', '--algorithm',
      suites[crypto_].algorithm)).trim();
    const words = ['node', 'add', chain, key, '--name', 'city-4', '--address',
      guest.host.peerAddress];
    await refused(as(first, CLIENT, ...words),
      /an admin of an organisation signs such/);
    const waiting = await both(...words);
    equal([waiting.public_key, waiting.role, waiting.name],
      [key, 'observer', 'city-4'], 'what waited');
    equal(waiting.missing.length, 1, 'who was missing');
    check(/Org2MSP/.test(JSON.stringify(waiting.missing)),
      JSON.stringify(waiting));
  });

  test(`${chain}: a host that was added follows, then votes`, async () => {
    const ticket = path.join(first.host.home, `${chain}.ticket`);
    fs.writeFileSync(ticket, await first.host.ctl('node', 'invite', chain));
    await guest.host.ctl('chain', 'join', ticket, '--ca',
      first.host.identityCa());
    await role(guest, 'observer');
    await level(network.hosts, chain);
    await until('it can endorse', async () => {
      const { detail } = await status(guest);
      return detail.sync.peers.every(({ msp }) => msp);
    });
    await until('it has the chaincode', async () => deposit(guest));
    await both('node', 'role', chain, 'city-4', 'consensus');
    await role(guest, 'consensus');
    // Four bear one fault of either kind; the newcomer's vote is needed.
    await level(network.hosts, chain);
    await second.host.kill();
    for (const who of [first, other, guest]) await deposit(who);
    await second.host.start();
    await level(network.hosts, chain);
  });

  test(`${chain}: one is removed, and gets nothing further`, async () => {
    await refused(admin(first, 'node', 'remove', chain, 'city-9', '--yes'),
      /city-9/);
    await both('node', 'remove', chain, 'city-2', '--yes');
    await role(second, 'removed');
    await level(network.hosts, chain);
    const last = await height(second.host, chain);
    for (const who of [first, other, guest]) await deposit(who);
    await level([first.host, other.host, guest.host], chain);
    equal(await height(second.host, chain), last, 'blocks of the removed');
    await refused(deposit(second), /no member of the channel/);
    deposits--;
  });

  test(`${chain}: batches get another size, and nodes obey`, async () => {
    const words = ['chain', 'change', chain, '--yes', '--set',
      'batch.max_messages=2'];
    check(/BatchSize\n +max_messages: 500 -> 2\n/.test(await admin(first,
      ...words, '--dry-run')), 'what would change is shown');
    equal((await proposals()).length, 0, 'changes that wait');
    await refused(as(first, CLIENT, ...words), /an admin of an organisation/);
    await both(...words);
    const rest = [first.host, other.host, guest.host];
    for (const host of rest)
      equal((await host.api('GET', `/v1/chains/${chain}/ledger`)).detail.batch
        .max_messages, 2, host.name);
    const before = await height(first.host, chain);
    const body = Array.from({ length: 9 }, () =>
      ({ ...invoke('evidence', 'deposit', `key-${deposits++}`, 'value'),
        signer: `${CLIENT}-${crypto_}` }));
    await first.host.ctl('id', 'hosted', 'grant', `${CLIENT}-${crypto_}`,
      'loader');
    const { results } = await first.host.api('POST',
      `/v1/chains/${chain}/txs?wait=committed&timeout_ms=30000`,
      { requests: body });
    check(results.every(({ stage }) => stage === 'committed'),
      JSON.stringify(results));
    await level(rest, chain);
    let sum = 0;
    for (let n = before + 1; n <= await height(first.host, chain); n++) {
      const { txs } = await sameBlock(rest, chain, n);
      check(txs <= 2, `block ${n} has ${txs}`);
      sum += txs;
    }
    equal(sum, 9, 'transactions');
    equal((await Promise.all(rest.map(async (host) => (await host.api('GET',
      `/v1/chains/${chain}/ledger`)).state_hash))).every((hash, i, all) =>
      hash === all[0]), true, 'one state');
  });
}

await main();
