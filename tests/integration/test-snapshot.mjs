#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A host comes late to a chain with a history: it takes over a late state
// instead of executing that history, and is a node like any other then.
import fs from 'node:fs';
import path from 'node:path';

import { check, equal, main, test, until } from './lib.mjs';
import { Clients, height, makeChain, membersOf, sameBlock, startHosts } from
  './network.mjs';

const CHAIN = 'history';
const INTERVAL = 16;
const BLOCKS = 6 * INTERVAL;

let hosts, guest, clients;

const detail = async (host) =>
  (await host.api('GET', `/v1/chains/${CHAIN}/status`)).detail;
const earliest = async () => (await detail(guest)).sync.earliest ?? 1;
const node = (...args) => hosts[0].ctl('node', ...args);

test('a chain of four hosts has a history', async () => {
  hosts = await startHosts(4);
  await makeChain(hosts, CHAIN, { crypto: 'sm', snapshot_interval: INTERVAL,
    consensus: { name: 'pbft' } });
  clients = await Clients.make(CHAIN, hosts);
  while (await height(hosts[0], CHAIN) < BLOCKS) await clients.deposit();
  await clients.agree(hosts);
});

test('a late host takes over a late state', async () => {
  [guest] = await startHosts(1, hosts);
  const ticket = path.join(hosts[0].home, `${CHAIN}.ticket`);
  fs.writeFileSync(ticket, await node('invite', CHAIN));
  await guest.ctl('chain', 'join', ticket, '--ca', hosts[0].identityCa());
  const [member] = await membersOf([guest], 'sm2');
  await node('add', CHAIN, member.public_key, '--name', guest.name,
    '--address', member.address);
  const top = await height(hosts[0], CHAIN);
  await until('it is level', async () => await height(guest, CHAIN) >= top);
  check(await earliest() > INTERVAL, `its blocks begin at ${await earliest()}`);
});

test('it says what it has not, and has what others have', async () => {
  const first = await earliest();
  const answer = await guest.request('GET', `/v1/chains/${CHAIN}/blocks/1`);
  equal(answer.status, 404, 'block 1');
  check(/block 1 is not kept on this node/.test(answer.body.error.reason ??
    answer.body.error.message), JSON.stringify(answer.body));
  await sameBlock([...hosts, guest], CHAIN, first);
  equal((await guest.api('POST', `/v1/chains/${CHAIN}/call`,
    { contract: 'evidence', function: 'count', args: [] })).result,
  String(clients.committed), 'deposits');
});

test('it outlives its end, and votes when one of the others is gone',
  async () => {
    const first = await earliest();
    await guest.kill('SIGKILL');
    await guest.start();
    equal(await earliest(), first, 'its first block');
    await node('role', CHAIN, guest.name, 'consensus');
    await until('it votes', async () =>
      (await detail(guest)).role === 'consensus');
    await hosts[3].kill('SIGKILL');
    const others = hosts.slice(0, 3);
    for (let i = 0; i < 2 * INTERVAL; i++) await clients.deposit(others);
    await hosts[3].start();
    const top = await height(hosts[0], CHAIN);
    for (const host of [guest, hosts[3]])
      await until(`${host.name} is level`, async () =>
        await height(host, CHAIN) >= top);
    await sameBlock([...hosts, guest], CHAIN, top);
  });

await main();
