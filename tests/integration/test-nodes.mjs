#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A chain's nodes: a second host, of another organisation, joins by a ticket;
// the chain's admins add it by their transactions, and the same genesis makes
// the same chain everywhere.
import fs from 'node:fs';
import path from 'node:path';

import { Node, check, equal, main, test } from './lib.mjs';

let one, two, key, ticket;

const file = (node, name) => path.join(node.home, name);

// The reason of a command that must fail.
async function refused(node, ...args) {
  try {
    await node.ctl(...args);
  } catch (error) {
    return error.stderr;
  }
  throw new Error(`bsnctl ${args.join(' ')} was not refused`);
}

const role = async (node, chain) =>
  (await node.api('GET', `/v1/chains/${chain}/status`)).detail.role;

test('two hosts start, of two organisations', async () => {
  one = await Node.make();
  two = await Node.make();
  await one.start();
  await two.start();
  await one.ctl('chain', 'create', 'shop', '--framework', 'fisco', '--set',
    'crypto=sm');
  key = (await two.ctl('node', 'key')).trim();
  check(/^0x[0-9a-f]{128}$/.test(key), key);
  equal((await two.ctl('node', 'key')).trim(), key, 'it stays');
});

test('a ticket is taken from whom the new host trusts only', async () => {
  ticket = file(one, 'shop.ticket');
  fs.writeFileSync(ticket, await one.ctl('node', 'invite', 'shop'));
  check((await refused(two, 'chain', 'join', ticket)).includes('ticket:'),
    'an unknown organisation');
  const text = fs.readFileSync(ticket, 'utf8');
  const forged = file(one, 'forged.ticket');
  const [type, payload, ...rest] = text.split('.');
  const words = JSON.parse(Buffer.from(payload, 'base64'));
  words.name = 'other';
  fs.writeFileSync(forged, [type,
    Buffer.from(JSON.stringify(words)).toString('base64'), ...rest].join('.'));
  const join = (...args) => refused(two, 'chain', 'join', ...args, '--ca',
    one.identityCa());
  check((await join(forged)).includes('signature'), 'a changed payload');
  const client = file(one, 'client.ticket');
  await one.ctl('id', 'new', 'reader', '--role', 'client');
  fs.writeFileSync(client,
    await one.ctl('node', 'invite', 'shop', '--id', 'reader'));
  check((await join(client)).includes('role'), 'a client signs none');
  equal((await two.api('GET', '/v1/chains')).chains.length, 0, 'chains');
});

test('by a good one the host has the same chain, as no member yet',
  async () => {
    const saved = file(two, 'cas.pem');
    await two.ctl('chain', 'join', ticket, '--ca', one.identityCa(),
      '--save-cas', saved);
    equal(fs.readFileSync(saved, 'utf8'),
      fs.readFileSync(one.identityCa(), 'utf8'), 'the CAs of the ticket');
    equal((await two.ctlJson('chain', 'genesis', 'shop')).genesis,
      (await one.ctlJson('chain', 'genesis', 'shop')).genesis, 'genesis');
    equal(await role(two, 'shop'), 'none', 'role');
    equal(await role(one, 'shop'), 'consensus', 'role');
    check((await refused(two, 'chain', 'join', ticket, '--ca',
      one.identityCa())).includes('already'), 'once is enough');
  });

test('the chain counts it when a transaction has added it', async () => {
  await one.ctl('node', 'add', 'shop', key, '--name', 'city-b', '--address',
    'b.example:9443');
  const { nodes } = await one.api('GET', '/v1/chains/shop/nodes');
  equal(nodes.length, 2, 'nodes');
  equal(nodes[1].public_key, key, 'key');
  equal(nodes[1].role, 'observer', 'role');
  equal(nodes[1].address, 'b.example:9443', 'address');
  equal((await one.api('GET', '/v1/chains/shop/status')).members, 2,
    'members');
});

test('what the chain could not live with is refused with the reason',
  async () => {
    const own = (await one.ctl('node', 'key')).trim();
    check((await refused(one, 'node', 'remove', 'shop', own, '--yes'))
      .includes('last consensus node'), 'the last one');
    check((await refused(one, 'node', 'role', 'shop', 'city-b', 'consensus'))
      .includes('does not run with the number'), 'solo has one');
    check((await refused(one, 'node', 'role', 'shop', 'city-c', 'observer'))
      .includes('no node city-c'), 'a name that there is not');
  });

test('members stay over a restart, and go', async () => {
  await one.kill();
  await one.start();
  equal((await one.api('GET', '/v1/chains/shop/nodes')).nodes.length, 2,
    'nodes');
  await one.ctl('node', 'remove', 'shop', 'city-b', '--yes');
  equal((await one.api('GET', '/v1/chains/shop/nodes')).nodes.length, 1,
    'nodes');
});

// The account of a hosted key on a chain: whom its transaction comes from.
async function account(chain, signer) {
  const { detail } = await one.ctlJson('node', 'add', chain, key, '--signer',
    signer);
  await one.ctl('node', 'remove', chain, key, '--yes');
  return detail.from;
}

test('a committee votes, and everybody sees who has not', async () => {
  const keys = ['ann', 'ben', 'cid'];
  const committee = [];
  await one.ctl('chain', 'create', 'scratch', '--framework', 'fisco', '--set',
    'crypto=sm');
  for (const name of keys) {
    await one.ctl('id', 'hosted', 'add', name, '--algorithm', 'sm2');
    committee.push({ address: await account('scratch', name) });
  }
  await one.api('POST', '/v1/chains', { name: 'trade', framework: 'fisco',
    config: { crypto: 'sm', governance: { committee } } });
  const vote = (signer) => one.ctl('node', 'add', 'trade', key, '--signer',
    signer);
  const first = await vote('ann');
  check(first.includes('2 is needed') && first.includes(committee[1].address),
    first);
  equal((await one.api('GET', '/v1/chains/trade/nodes')).nodes.length, 1,
    'one of three is no majority');
  const { proposals } =
    await one.api('GET', '/v1/chains/trade/nodes/proposals');
  equal(proposals[0].missing.length, 2, 'missing');
  check((await refused(one, 'node', 'add', 'trade', key))
    .includes('may not change'), 'a stranger');
  check(!(await vote('ben')).includes('Waits'), 'that was enough');
  equal((await one.api('GET', '/v1/chains/trade/nodes')).nodes.length, 2,
    'two of three');
});

test('a chain begins with several members, the same on each host',
  async () => {
    const own = (await one.ctl('node', 'key')).trim();
    await one.ctl('chain', 'create', 'pair', '--framework', 'fisco', '--set',
      'crypto=sm', '--members', JSON.stringify([
        { public_key: own, role: 'consensus', name: 'a' },
        { public_key: key, role: 'observer', name: 'b' }]));
    const genesis = file(one, 'pair.genesis');
    fs.writeFileSync(genesis, await one.ctl('chain', 'genesis', 'pair'));
    await two.ctl('chain', 'adopt', genesis);
    equal(await role(one, 'pair'), 'consensus', 'role');
    equal(await role(two, 'pair'), 'observer', 'role');
    const hash = async (node) =>
      (await node.api('GET', '/v1/chains/pair/blocks/0')).hash;
    equal(await hash(two), await hash(one), 'block 0');
  });

test('a genesis that is none leaves nothing behind', async () => {
  const answer = await two.request('POST', '/v1/chains',
    { name: 'bad', framework: 'fisco', genesis: '0xc0' });
  check(answer.status >= 400, `got ${answer.status}`);
  equal((await two.request('GET', '/v1/chains/bad')).status, 404, 'bad');
});

await main();
