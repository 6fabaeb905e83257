#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Hosts of organisations that know nothing of each other until their admins
// say so for one chain: the newcomer's by accepting a ticket, the chain's by
// naming the newcomer's CA. It holds on that chain alone, over a restart, and
// no longer than the chain.
import fs from 'node:fs';
import path from 'node:path';

import { Node, check, equal, freePort, main, test, until } from './lib.mjs';
import { height, makeChain, membersOf, startAs, trust } from './network.mjs';

let one, two, ticket, calls;

const peers = async (host) => (await host.api('GET', '/v1/peers')).peers;
const connected = (what) => until(what, async () =>
  (await peers(one)).length === 1 && (await peers(two)).length === 1);
const chainsOf = async (host) => (await peers(host))[0]?.chains ?? [];
const kept = (host, chain) => path.join(host.dir, `data/peers/${chain}.pem`);
const refused = (host, ...args) => host.ctl(...args).then(
  () => check(false, `${args.join(' ')} was taken`), (error) => error.stderr);

test('two hosts that trust themselves alone', async () => {
  [one, two] = [await Node.make(), await Node.make()];
  for (const host of [one, two]) {
    host.peerPort = await freePort();
    trust(host, [host]);
  }
  await startAs([one, two]);
  await one.ctl('id', 'key', 'admin', '--algorithm', 'secp256k1');
  await makeChain([one], 'shop', { crypto: 'sm', consensus: { name: 'pbft' } });
  ticket = path.join(one.home, 'shop.ticket');
  fs.writeFileSync(ticket, await one.ctl('node', 'invite', 'shop'));
});

test('a ticket is trusted by who says so, and not by accident', async () => {
  const join = (...args) => ['chain', 'join', ticket, ...args];
  check((await refused(two, ...join('--trust', '--ca', one.identityCa())))
    .includes('--yes'), 'it must be confirmed');
  check((await refused(two, ...join('--trust', '--yes'))).includes('ticket:'),
    'by nobody known');
  equal((await two.api('GET', '/v1/chains')).chains.length, 0, 'chains');
  check(!fs.existsSync(kept(two, 'shop')), 'nothing is kept of it');
  await two.ctl(...join('--trust', '--yes', '--ca', one.identityCa()));
  const text = fs.readFileSync(kept(two, 'shop'), 'utf8');
  check(text.startsWith(`Address: ${one.peerAddress}\n`), 'the address');
  check(text.includes(fs.readFileSync(one.identityCa(), 'utf8')), 'the CA');
  equal(fs.statSync(kept(two, 'shop')).mode & 0o077, 0, 'mode');
});

test('the newcomer calls, and is let in when the other side says so, too',
  async () => {
    calls = await until('it is refused', async () => {
      const { calls: all } = await two.api('GET', '/v1/peers');
      return all[0]?.last_error !== '' && all;
    });
    equal(calls[0].address, one.peerAddress, 'who is called');
    check(calls[0].last_error.includes('no CA that this host trusts'),
      calls[0].last_error);
    await one.ctl('peer', 'trust', '--chain', 'shop', two.identityCa(), '--yes');
    await connected('they are connected');
  });

test('the chain takes it in', async () => {
  const [member] = await membersOf([two], 'sm2');
  await one.ctl('node', 'add', 'shop', member.public_key, '--name', two.name,
    '--address', member.address);
  await until('it has the blocks', async () =>
    await height(two, 'shop') === await height(one, 'shop') &&
    await height(one, 'shop') > 0);
  for (const host of [one, two])
    equal(await chainsOf(host), ['shop'], 'chains');
});

test('on another chain they do not meet', async () => {
  await makeChain([one, two], 'bank',
    { crypto: 'sm', consensus: { name: 'pbft' } });
  // Members of it, with keys that are proven already, and addresses.
  for (let n = 0; n < 20; n++) {
    for (const host of [one, two])
      equal(await chainsOf(host), ['shop'], 'chains');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  equal((await one.api('GET', '/v1/chains/bank/status')).connected, 1,
    'connected, with itself');
  await one.ctl('peer', 'trust', '--chain', 'bank', two.identityCa(), '--yes');
  await two.ctl('peer', 'trust', '--chain', 'bank', one.identityCa(), '--yes');
  await until('they meet on both', async () =>
    (await chainsOf(one)).length === 2 && (await chainsOf(two)).length === 2,
  60000);
});

test('it holds over a restart', async () => {
  await two.stop();
  await two.start();
  await connected('they are connected again');
  await until('on both chains', async () => (await chainsOf(two)).length === 2);
});

test('and ends with the chain', async () => {
  for (const host of [one, two])
    await host.ctl('chain', 'delete', 'bank', '--yes');
  check(!fs.existsSync(kept(two, 'bank')), 'nothing is kept of it');
  await until('they meet on the other alone', async () =>
    (await chainsOf(one)).join() === 'shop' &&
    (await chainsOf(two)).join() === 'shop', 60000);
  await two.ctl('chain', 'delete', 'shop', '--yes');
  await until('they are strangers', async () =>
    (await peers(two)).length === 0);
});

test('what is no CA is not taken', async () => {
  const file = path.join(one.home, 'no-ca.pem');
  fs.writeFileSync(file, 'nothing');
  check((await refused(one, 'peer', 'trust', '--chain', 'shop', file, '--yes'))
    .includes('no certificate'), 'no certificate');
  const host = path.join(one.dir, 'peers/host.pem');
  check((await refused(one, 'peer', 'trust', '--chain', 'shop', host, '--yes'))
    .includes('no CA'), 'a host is no CA');
  check((await refused(one, 'peer', 'trust', '--chain', 'none', two.identityCa(), '--yes'))
    .includes('no chain'), 'a chain that there is not');
  const before = fs.readFileSync(kept(one, 'shop'), 'utf8');
  await one.ctl('peer', 'trust', '--chain', 'shop', two.identityCa(), '--yes');
  equal(fs.readFileSync(kept(one, 'shop'), 'utf8'), before, 'once is enough');
  for (const node of [one, two]) await node.stop();
});

await main();
