#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Four hosts and a XuperChain-style chain on chained BFT that is used through all
// of them: while one is killed, stopped, or two are gone; while validators are
// replaced. What was answered as committed is there, and all have the same
// blocks.
import fs from 'node:fs';
import path from 'node:path';

import { check, equal, main, test } from './lib.mjs';
import { height, level, membersOf, startHosts } from './network.mjs';
import { Puts, becomes, makeXuper, nodeKey } from './xuper.mjs';

const CHAIN = 'tree';
let hosts, puts;

test('four hosts make a chain on chained BFT', async () => {
  hosts = await startHosts(4);
  await makeXuper(hosts, CHAIN, { crypto: 'gm', nofee: true,
    consensus: { name: 'chainedbft' } });
  puts = await Puts.make(CHAIN, hosts, 'gm');
});

test('each host\'s gateway leads to the same chain', async () => {
  await Promise.all(hosts.map((host) => puts.deposit([host])));
  await puts.agree();
});

test('an idle chain makes no blocks', async () => {
  const top = await level(hosts, CHAIN);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  check(await height(hosts[0], CHAIN) <= top + 4, 'it goes on by itself');
});

test('one is killed and the others go on', async () => {
  const [victim, ...rest] = hosts;
  await puts.work(async () => {
    await puts.goesOn(rest[0]);
    await victim.kill('SIGKILL');
    await puts.goesOn(rest[0]);
  }, { through: rest });
  await victim.start();
  await puts.agree();
});

test('one stands still, and is level when it runs again', async () => {
  const victim = hosts[3];
  const rest = hosts.slice(0, 3);
  await puts.work(async () => {
    process.kill(victim.process.pid, 'SIGSTOP');
    await puts.goesOn(rest[0]);
    process.kill(victim.process.pid, 'SIGCONT');
  }, { through: rest });
  await puts.agree();
});

test('without enough of them it waits, and loses nothing', async () => {
  const [first, ...rest] = hosts;
  const gone = rest.slice(0, 2);
  for (const host of gone) await host.kill('SIGKILL');
  const before = await height(first, CHAIN);
  let done = false;
  const late = puts.deposit([first]).then(() => { done = true; });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  check(!done, 'it did not wait');
  equal(await height(first, CHAIN), before, 'height');
  await gone[0].start();
  await late;
  await gone[1].start();
  await puts.agree();
});

// A majority of the validators, by their nodes' keys.
async function vote(voters, ...args) {
  for (const voter of voters) {
    await level(voters, CHAIN);
    await voter.ctl('node', ...args, '--signer', nodeKey('gm'));
  }
}

test('a host joins, becomes a validator, another one leaves', async () => {
  const [guest] = await startHosts(1, hosts);
  const [member] = await membersOf([guest], 'sm2');
  const ticket = path.join(hosts[0].home, 'ticket');
  fs.writeFileSync(ticket, await hosts[0].ctl('node', 'invite', CHAIN));
  await guest.ctl('chain', 'join', ticket, '--ca', hosts[0].identityCa());
  await becomes(guest, CHAIN, 'none');
  await puts.work(async () => {
    await vote(hosts.slice(0, 3), 'add', CHAIN, member.public_key, '--name',
      guest.name, '--address', member.address);
    await becomes(guest, CHAIN, 'observer');
    await vote(hosts.slice(1), 'role', CHAIN, guest.name, 'consensus');
    await becomes(guest, CHAIN, 'consensus');
    await puts.goesOn(hosts[0]);
  }, { workers: 2 });
  await puts.admit(guest);
  await level([...hosts, guest], CHAIN);
  await vote([hosts[1], hosts[2], guest], 'remove', CHAIN, hosts[0].name,
    '--yes');
  const [gone] = hosts.splice(0, 1, guest);
  puts.hosts = hosts;
  await becomes(gone, CHAIN, 'removed');
  await puts.deposit();
  await puts.agree();
  await gone.stop();
});

test('what was final outlives the end of all hosts', async () => {
  await Promise.all(hosts.map((host) => host.kill('SIGKILL')));
  await Promise.all(hosts.map((host) => host.start()));
  await puts.agree();
  await puts.deposit();
  await puts.agree();
});

await main();
