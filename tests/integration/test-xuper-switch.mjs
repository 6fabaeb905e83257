#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A XuperChain-style chain that begins with a single producer, on four hosts, and
// agrees by chained BFT of all of them from the block on that a proposal names,
// while it is used. What is committed before and after is there, also after the end
// of all hosts, and proves itself to others.
import fs from 'node:fs';
import path from 'node:path';

import { check, equal, main, test, until } from './lib.mjs';
import { height, level, startHosts } from './network.mjs';
import { Puts, becomes, hostedKey, makeXuper, nodesOf, propose, status,
  verifyBlock } from './xuper.mjs';

const CHAIN = 'grown';
const VOTER = 'voter';

let hosts, nodes, puts, voter, at;

test('one host produces, three observe', async () => {
  hosts = await startHosts(4);
  nodes = await nodesOf(hosts);
  voter = { host: hosts[0], signer: VOTER,
    address: await hostedKey(hosts[0], VOTER) };
  await makeXuper(hosts, CHAIN, { nofee: true, consensus: { name: 'single' },
    predistribution: [{ address: voter.address, quota: '1000000' }] },
  (i) => (i === 0 ? 'consensus' : 'observer'));
  puts = await Puts.make(CHAIN, hosts);
  await Promise.all(hosts.map((host) => puts.deposit([host])));
  await puts.agree();
});

test('a proposal has all of them agree from a block on', async () => {
  at = await propose(voter, CHAIN, { name: 'chainedbft', config: {},
    validators: nodes.map(({ address }) => address) });
  await puts.work(async () => {
    for (const host of hosts) {
      await until(`${host.name} agrees by chained BFT`, async () =>
        (await status(host, CHAIN)).detail.consensus.name === 'chainedbft',
      60000);
      await becomes(host, CHAIN, 'consensus');
    }
    await puts.goesOn(hosts[0]);
  });
  check(await height(hosts[0], CHAIN) > at, 'it is not there yet');
  await puts.agree();
});

test('the first one is needed no longer', async () => {
  const [first, ...rest] = hosts;
  await puts.work(async () => {
    await first.kill('SIGKILL');
    await puts.goesOn(rest[0]);
  }, { through: rest });
  await first.start();
  await puts.agree();
});

test('blocks of both times prove themselves', async () => {
  const members = path.join(hosts[0].home, 'members');
  const verify = (...args) => verifyBlock(hosts[0], CHAIN, ...args);
  fs.writeFileSync(members, await hosts[0].ctl('node', 'list', CHAIN,
    '--json'));
  for (const number of [1, at])
    equal((await verify(number)).consensus, 'single', `block ${number}`);
  const top = await height(hosts[0], CHAIN);
  for (const number of [at + 1, top]) {
    const proof = await verify(number, '--members', members);
    equal([proof.consensus, proof.quorum], ['chainedbft', 3],
      `block ${number}`);
    const { stderr } = await verify(number).catch((error) => error);
    check(/--members/.test(stderr), `without members: ${stderr}`);
  }
});

test('what was final outlives the end of all hosts', async () => {
  await Promise.all(hosts.map((host) => host.kill('SIGKILL')));
  await Promise.all(hosts.map((host) => host.start()));
  await level(hosts, CHAIN);
  await puts.agree();
  await puts.deposit();
  await puts.agree();
});

await main();
