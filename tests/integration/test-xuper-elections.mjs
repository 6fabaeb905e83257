#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Four hosts and a XuperChain-style chain whose producers are elected: it goes on
// from term to term, while others are elected, and without one of them. Then a
// proposal has it agree by xpoa, whose validators name others by signing together.
// All the time it is used, and nothing of what was answered is lost.
import fs from 'node:fs';
import path from 'node:path';

import { check, equal, main, test, until } from './lib.mjs';
import { height, level, startHosts } from './network.mjs';
import { Puts, becomes, call, checkRefused, committed, hostedKey, makeXuper,
  nodesOf, propose, send, signTogether, status, verifyBlock }
  from './xuper.mjs';

const CHAIN = 'elected';
const TDPOS = { name: 'tdpos', proposer_num: 3, period: 100, block_num: 4,
  alternate_interval: 100, term_interval: 200 };
// Of a term, in blocks.
const TERM = TDPOS.proposer_num * TDPOS.block_num;
const VOTER = 'voter';

let hosts, nodes, puts, voter;
const kept = {}; // from one test to the next

const addresses = (list) => list.map(({ address }) => address);

const block = (number, more = '') => hosts[0].api('GET',
  `/v1/chains/${CHAIN}/blocks/${number}${more}`);

// Who has made the blocks after one, and in which terms.
async function made(after) {
  const top = await height(hosts[0], CHAIN);
  const details = await Promise.all(Array.from({ length: top - after },
    async (_, i) => (await block(after + 1 + i)).detail));
  return { producers: new Set(details.map(({ proposer }) => proposer)),
    terms: new Set(details.map(({ curTerm }) => curTerm)) };
}

// So many blocks more, made by clients' work.
const passed = async (blocks) => {
  const from = await height(hosts[0], CHAIN);
  await until(`${blocks} blocks`, async () =>
    await height(hosts[0], CHAIN) >= from + blocks, 60000);
};

test('four hosts make a chain of three producers', async () => {
  hosts = await startHosts(4);
  nodes = await nodesOf(hosts);
  voter = { host: hosts[0], signer: VOTER,
    address: await hostedKey(hosts[0], VOTER) };
  await makeXuper(hosts, CHAIN, { nofee: true, consensus: TDPOS,
    predistribution: [{ address: voter.address, quota: '1000000' }] },
  (i) => (i < TDPOS.proposer_num ? 'consensus' : 'observer'));
  puts = await Puts.make(CHAIN, hosts);
  await becomes(hosts[3], CHAIN, 'observer');
});

test('it goes on from term to term, each of them in turn', async () => {
  const from = await height(hosts[0], CHAIN);
  await puts.work(() => passed(2 * TERM));
  const { producers, terms } = await made(from);
  check(terms.size >= 2, `terms ${[...terms]}`);
  equal([...producers].sort(), addresses(nodes.slice(0, 3)).sort(),
    'producers');
  await puts.agree();
});

test('all stand for election, each by its own signature', async () => {
  for (const node of nodes.slice(0, 2)) {
    await level(hosts, CHAIN);
    await committed(node.host, CHAIN, { kind: 'member', signer: node.signer,
      args: { public_key: nodes[3].key, role: 'consensus' } });
  }
  await level(hosts, CHAIN);
  for (const node of nodes) {
    const nominate = { contract: '$tdpos', function: 'nominateCandidate',
      args: { candidate: node.address, amount: '1000' } };
    if (node === nodes[0]) checkRefused(await send(hosts[0], CHAIN,
      { ...nominate, signer: VOTER }), 22, /candidate must sign, too/);
    await committed(hosts[0], CHAIN,
      await signTogether(CHAIN, nominate, [voter, node]));
  }
});

test('an election replaces a producer while the chain is used', async () => {
  const votes = [1, 3, 2, 4];
  await puts.work(async () => {
    for (const [i, { address }] of nodes.entries())
      await committed(hosts[0], CHAIN, { contract: '$tdpos', signer: VOTER,
        function: 'voteCandidate',
        args: { candidate: address, amount: `${votes[i]}000` } });
    await becomes(hosts[3], CHAIN, 'consensus');
    await becomes(hosts[0], CHAIN, 'observer');
    kept.elected = await height(hosts[0], CHAIN) + 1;
    await passed(2 * TERM);
  });
  const { producers } = await made(kept.elected);
  equal([...producers].sort(), addresses(nodes.slice(1)).sort(), 'producers');
  await puts.agree();
});

test('it goes on without one of its producers', async () => {
  const [victim] = hosts.slice(3);
  const rest = hosts.slice(0, 3);
  await victim.kill('SIGKILL');
  await puts.work(() => passed(TERM), { through: rest });
  await victim.start();
  await puts.agree();
});

test('a proposal has it agree by xpoa from a block on', async () => {
  kept.last = await height(hosts[0], CHAIN);
  const at = await propose(voter, CHAIN, { name: 'xpoa',
    config: { period: 100, block_num: 4 } });
  await puts.work(async () => {
    for (const host of hosts)
      await until(`${host.name} agrees by xpoa`, async () =>
        (await status(host, CHAIN)).detail.consensus.name === 'xpoa', 60000);
    await passed(8);
  });
  check(await height(hosts[0], CHAIN) > at, 'it is not there yet');
  await puts.agree();
});

const validators = async (host) =>
  (await call(host, CHAIN, '$xpoa', 'getValidates')).validators;
const edit = (list) => ({ contract: '$xpoa', function: 'editValidates',
  args: { validates: addresses(list).join(';'), rule: '1',
    acceptValue: '0.6', aksWeight: JSON.stringify({}) } });

test('validators replace one of them by signing together', async () => {
  const [, ...now] = nodes;
  equal((await validators(hosts[0])).sort(), addresses(now).sort(),
    'validators');
  const few = await send(hosts[1], CHAIN,
    await signTogether(CHAIN, edit(nodes.slice(0, 3)), now.slice(0, 2))
      .catch((error) => ({ tx: '0x', error })));
  check(few.status >= 400, JSON.stringify(few));
  await puts.work(async () => {
    await committed(hosts[1], CHAIN,
      await signTogether(CHAIN, edit(nodes.slice(0, 3)), now));
    await becomes(hosts[0], CHAIN, 'consensus');
    await becomes(hosts[3], CHAIN, 'observer');
    await passed(8);
  });
  equal(await validators(hosts[3]), addresses(nodes.slice(0, 3)),
    'validators');
  await puts.agree();
});

test('blocks of each time prove themselves to who knows its members',
  async () => {
    const members = path.join(hosts[0].home, 'members');
    const verify = (...args) => verifyBlock(hosts[0], CHAIN, ...args);
    equal((await verify(1)).consensus, 'tdpos', 'consensus of block 1');
    const elected = { nodes: nodes.slice(1).map(({ key }) => ({ public_key: key,
      algorithm: 'ecdsa-p256', role: 'consensus' })) };
    fs.writeFileSync(members, JSON.stringify(elected));
    equal((await verify(kept.last, '--members', members)).consensus, 'tdpos',
      'consensus after the election');
    fs.writeFileSync(members, await hosts[0].ctl('node', 'list', CHAIN,
      '--json'));
    const top = await height(hosts[0], CHAIN);
    equal((await verify(top, '--members', members)).consensus, 'xpoa',
      'consensus of the last block');
  });

test('what was final outlives the end of all hosts', async () => {
  await Promise.all(hosts.map((host) => host.kill('SIGKILL')));
  await Promise.all(hosts.map((host) => host.start()));
  await puts.agree();
  await puts.deposit();
  await puts.agree();
});

await main();
