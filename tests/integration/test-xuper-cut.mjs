#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A XuperChain-style chain on chained BFT over hosts on a cable that is cut, loses
// packets, or is long: see test-network-cut.mjs.
import { check, equal, main, test, until } from './lib.mjs';
import { Lab, enterLab } from './lab.mjs';
import { height, level } from './network.mjs';
import { Puts, makeXuper } from './xuper.mjs';

const CHAIN = 'tree';
// Time for connections to be given up and made again.
const DEADLINE_MS = 120000;

await enterLab();

let lab, hosts, puts;

test('hosts on a cable make a chain on chained BFT', async () => {
  lab = await Lab.make(4);
  ({ hosts } = lab);
  await makeXuper(hosts, CHAIN, { nofee: true,
    consensus: { name: 'chainedbft' } });
  puts = await Puts.make(CHAIN, hosts);
  await puts.deposit();
  await puts.agree(hosts, DEADLINE_MS);
});

// The others go on while `cut` holds, and the victim does not.
async function without(victim, cut) {
  const rest = hosts.filter((host) => host !== victim);
  await puts.work(async () => {
    await puts.goesOn(rest[0]);
    cut();
    const at = await height(victim, CHAIN);
    await until(`it goes on without ${victim.name}`, async () =>
      await height(rest[0], CHAIN) >= at + 5, DEADLINE_MS);
    check(await height(victim, CHAIN) < await height(rest[0], CHAIN),
      `${victim.name} is as far as the others: it was not cut off`);
    lab.heal();
    await puts.goesOn(rest[0], DEADLINE_MS);
  }, { through: rest });
  equal(puts.retried, 0, 'requests that failed');
  await puts.agree(hosts, DEADLINE_MS);
}

test('the first is cut off, the others go on', () =>
  without(hosts[0], () => lab.cut(hosts[0])));
test('one that others hear and that hears nobody', () =>
  without(hosts[3], () => lab.cutTo(hosts[3])));
test('one that hears others and that nobody hears', () =>
  without(hosts[2], () => lab.cutFrom(hosts[2])));

test('halves without a quorum wait, and lose nothing', async () => {
  const [first, ...rest] = hosts;
  for (const host of rest.slice(0, 2)) lab.cut(host);
  let done = false;
  const late = puts.deposit([first]).then(() => { done = true; });
  const before = await height(first, CHAIN);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  check(!done, 'it did not wait');
  equal(await height(first, CHAIN), before, 'height');
  lab.heal();
  await late;
  await puts.agree(hosts, DEADLINE_MS);
});

test('every fifth packet is lost', async () => {
  await puts.work(async () => {
    lab.lose(20);
    await puts.goesOn(hosts[0], DEADLINE_MS);
    lab.heal();
  });
  await puts.agree(hosts, DEADLINE_MS);
});

test('all are level in the end, and stop cleanly', async () => {
  await level(hosts, CHAIN, DEADLINE_MS);
  for (const host of hosts) await host.stop();
});

await main();
