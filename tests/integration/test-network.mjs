#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Four hosts, a chain on each kind of agreement across them, and a contract that
// is used through all of them: while one is killed, stopped, or two are gone.
// What was answered as committed is there once, and all have the same blocks.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { check, equal, main, prefix, test, until } from './lib.mjs';
import { height, ledger, level, makeChain, membersOf, sameBlock, startHosts }
  from './network.mjs';

// Anybody may deposit, each thing once.
const REGISTER = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;
contract Register {
    mapping(bytes32 => bool) public known;
    uint256 public count;
    function deposit(bytes32 digest) external {
        require(!known[digest], "known");
        known[digest] = true;
        count++;
    }
}
`;
const SAMPLE = new URL('../../configs/samples/evidence/', import.meta.url)
  .pathname;
const CHAINS = { votes: 4, log: 3 }; // hosts
const WORKERS = 4;

let hosts;
const members = (chain) => hosts.slice(0, CHAINS[chain]);
const deposits = { votes: 0, log: 0 };

function deposit(host, chain) {
  const digest = `0x${crypto.randomBytes(32).toString('hex')}`;
  return host.ctl('tx', 'send', chain, 'register', 'deposit', digest,
    '--timeout', '60')
    .then(() => { deposits[chain]++; });
}

// With the compiler of the sample project.
async function compile() {
  const { home } = hosts[0];
  const source = path.join(home, 'Register.sol');
  const solc = path.join(home, 'solc');
  const script = path.join(prefix, 'share/bsn-host/solc-compile.js');
  fs.writeFileSync(source, REGISTER);
  fs.writeFileSync(solc, `#!/bin/sh
exec node '${script}' --standard-json --project '${SAMPLE}'
`, { mode: 0o755 });
  await hosts[0].ctl('contract', 'compile', source, '--solc', solc, '-o',
    path.join(home, 'Register.json'));
  return path.join(home, 'Register.json');
}

const count = async (host, chain) =>
  Number((await host.ctlJson('contract', 'call', chain, 'register', 'count'))
    .result);

// Deposits through all of these hosts until `during` is over.
async function deposits_while(through, chain, during) {
  let over = false;
  const workers = Array.from({ length: WORKERS }, async (_, i) => {
    do await deposit(through[i % through.length], chain);
    while (!over);
  });
  await Promise.all([during().finally(() => { over = true; }), ...workers]);
}

async function agree(chain) {
  const top = await level(members(chain), chain);
  for (let number = 1; number <= top; number += 1 + Math.floor(top / 20))
    await sameBlock(members(chain), chain, number);
  await sameBlock(members(chain), chain, top);
  for (const host of members(chain))
    equal(await count(host, chain), deposits[chain], `${host.name}: deposits`);
}

// A few blocks more than now.
async function goes_on(host, chain) {
  const from = await height(host, chain);
  await until(`${chain} goes on`, async () =>
    await height(host, chain) >= from + 3, 60000);
}

test('four hosts make a chain of each kind of agreement', async () => {
  hosts = await startHosts(4);
  await makeChain(members('votes'), 'votes',
    { crypto: 'sm', consensus: { name: 'pbft' } });
  await makeChain(members('log'), 'log',
    { crypto: 'std', consensus: { name: 'raft' } });
  for (const host of hosts)
    await host.ctl('id', 'key', 'admin', '--algorithm', 'secp256k1');
  const artifact = await compile();
  for (const chain of Object.keys(CHAINS))
    await hosts[0].ctl('contract', 'deploy', chain, `${artifact}:Register`,
      '--name', 'register', '--version', '1.0');
});

for (const chain of Object.keys(CHAINS)) {
  test(`${chain}: each host's gateway leads to the same chain`, async () => {
    await level(members(chain), chain);
    await Promise.all(members(chain).map((host) => deposit(host, chain)));
    await agree(chain);
  });

  test(`${chain}: one is killed and the others go on`, async () => {
    const [victim, ...rest] = members(chain);
    await deposits_while(rest, chain, async () => {
      await goes_on(rest[0], chain);
      await victim.kill('SIGKILL');
      await goes_on(rest[0], chain);
    });
    check((await ledger(rest[0], chain)).height > 0, 'a height');
    await victim.start();
    await agree(chain);
  });

  test(`${chain}: one stands still, and is level when it runs again`,
    async () => {
      const rest = members(chain).slice(0, -1);
      const [victim] = members(chain).slice(-1);
      await deposits_while(rest, chain, async () => {
        process.kill(victim.process.pid, 'SIGSTOP');
        await goes_on(rest[0], chain);
        process.kill(victim.process.pid, 'SIGCONT');
      });
      await agree(chain);
    });

  test(`${chain}: without enough of them it waits, and loses nothing`,
    async () => {
      const [first, ...rest] = members(chain);
      const gone = rest.slice(0, 2);
      for (const host of gone) await host.kill('SIGKILL');
      const before = await height(first, chain);
      const late = deposit(first, chain);
      await Promise.race([late.then(() => check(false, 'it did not wait')),
        new Promise((resolve) => setTimeout(resolve, 3000))]);
      equal(await height(first, chain), before, 'height');
      await gone[0].start();
      await late;
      await gone[1].start();
      await agree(chain);
    });
}

// The word that a host has for its part of the chain `votes`.
const role = (host, wanted) => until(`${host.name} is ${wanted}`, async () =>
  (await host.api('GET', '/v1/chains/votes/status')).detail.role === wanted);
const node = (...args) => hosts[0].ctl('node', ...args);

// By a ticket; it follows when it has the blocks before it came.
async function join_votes(guest) {
  const [first] = hosts;
  const ticket = path.join(first.home, 'votes.ticket');
  fs.writeFileSync(ticket, await node('invite', 'votes'));
  await guest.ctl('chain', 'join', ticket, '--ca', first.identityCa());
  await role(guest, 'none');
  const [member] = await membersOf([guest], 'sm2');
  await node('add', 'votes', member.public_key, '--name', guest.name,
    '--address', member.address);
  await role(guest, 'observer');
  const height_of_others = await height(first, 'votes');
  await until('it has the blocks before it came', async () =>
    await height(guest, 'votes') >= height_of_others);
}

// It knows, and gets nothing that comes after.
async function leave_votes(guest) {
  await node('remove', 'votes', guest.name, '--yes');
  await role(guest, 'removed');
  const last = await height(hosts[0], 'votes');
  await until('it has the block that removes it', async () =>
    await height(guest, 'votes') === last);
  await deposit(hosts[0], 'votes');
  await deposit(hosts[0], 'votes');
  await agree('votes');
  equal(await height(guest, 'votes'), last, 'it gets no further block');
}

test('a host joins while the chain is used, votes, and leaves', async () => {
  const [guest] = await startHosts(1, hosts);
  const [first] = hosts;
  await deposits_while(hosts, 'votes', async () => {
    await join_votes(guest);
    await node('role', 'votes', guest.name, 'consensus');
    await role(guest, 'consensus');
    await goes_on(first, 'votes');
  });
  const top = await level([...hosts, guest], 'votes');
  await sameBlock([...hosts, guest], 'votes', top);
  equal(await count(guest, 'votes'), deposits.votes, 'deposits');
  await deposit(guest, 'votes');
  // Five bear one fault, as four do; the newcomer's vote is needed now.
  await hosts[3].kill('SIGKILL');
  await deposit(first, 'votes');
  await hosts[3].start();
  await leave_votes(guest);
  await guest.stop();
});

test('one that only follows is told when it is removed', async () => {
  const [guest] = await startHosts(1, hosts);
  await join_votes(guest);
  await leave_votes(guest);
});

test('what was decided outlives the end of all hosts', async () => {
  await Promise.all(hosts.map((host) => host.kill('SIGKILL')));
  await Promise.all(hosts.map((host) => host.start()));
  for (const chain of Object.keys(CHAINS)) {
    await agree(chain);
    await deposit(hosts[1], chain);
    await agree(chain);
  }
});

await main();
