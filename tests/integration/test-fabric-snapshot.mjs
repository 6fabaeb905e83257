#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A host begins with a snapshot of a channel that is used meanwhile, and is
// killed while it does: it has the same state as the others, goes on with them,
// and says what it has not. With P-256 by raft, and with SM2 by PBFT.
import fs from 'node:fs';
import path from 'node:path';

import { Network, checkCommitted, invoke } from './fabric.mjs';
import { check, equal, main, test, until } from './lib.mjs';
import { height, ledger, level } from './network.mjs';

const CHANNELS = { std: 'raft', sm: 'pbft' };
const KILLS = 4;

let network;

const status = (host, chain) => host.api('GET', `/v1/chains/${chain}/status`);
const snapshots = (host, chain) =>
  host.api('GET', `/v1/chains/${chain}/snapshots`);

// What a request that must fail says.
async function refused(host, method, target, pattern, body) {
  const answer = await host.request(method, target, body);
  check(answer.status >= 400, `${target} was done`);
  check(pattern.test(answer.body.error.reason),
    `${target}: ${answer.body.error.reason}`);
}

test('four hosts of two organisations', async () => {
  network = await Network.start([1, 1, 2, 2]);
});

for (const [crypto_, consensus] of Object.entries(CHANNELS)) {
  const chain = `${consensus}-${crypto_}`;
  const at = `/v1/chains/${chain}`;
  let channel, client, taken, early;
  let n = 0;

  const deposit = async (host = network.hosts[n % 3]) => checkCommitted(
    await client.send(host, chain,
      invoke('evidence', 'deposit', `key-${n++}`, 'value')));
  const those = () => network.hosts.slice(0, 3);
  const guest = () => network.hosts[3];

  test(`${chain}: a channel with some blocks`, async () => {
    channel = await network.makeChannel(chain, crypto_,
      { consensus: { name: consensus } }, those());
    await channel.deploy('evidence');
    [client] = channel.clients;
    early = await deposit();
    for (let i = 0; i < 20; i++) await deposit();
    await level(those(), chain);
  });

  test(`${chain}: all take the same snapshot of a block to come`, async () => {
    const top = await height(network.hosts[0], chain);
    const wanted = top + 5;
    const answer = await network.hosts[0].ctlJson('snapshot', 'take', chain,
      '--height', `${wanted}`);
    equal([answer.height, answer.state], [wanted, 'due'], 'what is taken');
    equal(answer.members.map(({ error }) => error), [null, null],
      'what the others say');
    await refused(network.hosts[0], 'POST', `${at}/snapshots`,
      /has gone by; the newest one is/, { height: 1 });
    while (await height(network.hosts[0], chain) < wanted + 3) await deposit();
    const made = await Promise.all(those().map(async (host) => {
      let one;
      await until(`${host.name} has the snapshot`, async () => {
        [one] = (await snapshots(host, chain)).snapshots;
        return one?.state === 'ready';
      });
      return one;
    }));
    equal(made[1], made[0], 'the second host has');
    equal(made[2], made[0], 'the third host has');
    equal(made[0].height, wanted, 'after which block');
    taken = made[0];
  });

  test(`${chain}: a request is taken back, a snapshot deleted`, async () => {
    const [host] = network.hosts;
    await host.ctl('snapshot', 'take', chain, '--height',
      `${taken.height + 100000}`, '--here');
    equal((await snapshots(host, chain)).snapshots.length, 2, 'snapshots');
    await host.ctl('snapshot', 'cancel', chain, `${taken.height + 100000}`);
    await refused(host, 'DELETE', `${at}/snapshots/${taken.height + 100000}`,
      /there is no snapshot after block/);
    const listed = await host.ctl('snapshot', 'list', chain);
    check(listed.includes(taken.hash), listed);
  });

  test(`${chain}: a host begins with it, and is killed meanwhile`, async () => {
    const key = (await guest().ctl('node', 'key', '--algorithm',
      crypto_ === 'std' ? 'ecdsa-p256' : 'sm2')).trim();
    const file = path.join(network.hosts[0].home, `${chain}.genesis`);
    let over = false;
    const load = (async () => {
      while (!over) await deposit();
    })();
    // Before others give it blocks, which are few here.
    await guest().ctl('chain', 'adopt', file, '--snapshot');
    for (const admin of channel.admins)
      checkCommitted(await admin.send(network.hosts[0], chain,
        { kind: 'member', args: { public_key: key, role: 'observer',
          name: guest().name, address: guest().peerAddress } }));
    for (let i = 0; i < KILLS; i++) {
      await guest().kill();
      await guest().start();
    }
    await until('it has begun with the snapshot', async () => {
      const { join, first_block } = await snapshots(guest(), chain);
      return join === null && first_block === taken.height + 1;
    });
    over = true;
    await load;
    await level(network.hosts, chain);
  });

  test(`${chain}: it has the same state, and no blocks of before`, async () => {
    const [there, here] = await Promise.all([network.hosts[0], guest()].map(
      (host) => ledger(host, chain)));
    for (const what of ['height', 'txs', 'block_hash', 'state_hash'])
      equal(here[what], there[what], what);
    equal(here.detail.first_block, taken.height + 1, 'first block');
    equal((await snapshots(guest(), chain)).snapshots[0], taken, 'snapshot');
    await refused(guest(), 'GET', `${at}/blocks/${taken.height}`,
      /its first block is/);
    await refused(guest(), 'GET', `${at}/txs/${early.id}`, /its first block is/);
    await guest().api('GET', `${at}/blocks/0`);
    await guest().api('GET', `${at}/blocks/${taken.height + 1}`);
    const ask = (host, name) => channel.call(host, 'evidence', name, 'key-0');
    equal(await ask(guest(), 'get'), await ask(network.hosts[0], 'get'),
      'what was deposited before');
    // A history begins with the snapshot.
    check(JSON.stringify(await ask(guest(), 'history')) !==
      JSON.stringify(await ask(network.hosts[0], 'history')), 'history');
  });

  test(`${chain}: it endorses, and goes on after a restart`, async () => {
    await until('it has the chaincode', () => deposit(guest())
      .then(() => true, () => false));
    await guest().kill();
    await guest().start();
    await deposit();
    await level(network.hosts, chain);
    equal((await status(guest(), chain)).height,
      (await status(network.hosts[0], chain)).height, 'height');
  });

  test(`${chain}: another one can begin with what it has`, async () => {
    await guest().ctl('snapshot', 'cancel', chain, `${taken.height}`);
    equal((await snapshots(guest(), chain)).snapshots, [], 'snapshots');
    await refused(network.hosts[0], 'POST', `${at}/snapshots/join`,
      /takes part in agreeing on blocks/, {});
  });
}

await main();
