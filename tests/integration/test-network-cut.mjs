#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Hosts on a cable that is cut: chains of both kinds of agreement go on without
// one that others cannot reach, wholly or one way only, and that one is level
// when the cable is whole again. A cable that loses packets, or is long, makes
// them slow and nothing else.
import { check, equal, main, test, until } from './lib.mjs';
import { Lab, enterLab } from './lab.mjs';
import { Clients, height, level, makeChain } from './network.mjs';

const CHAINS = { votes: ['pbft', 4], log: ['raft', 3] }; // agreement, hosts
// Time for connections to be given up and made again.
const DEADLINE_MS = 120000;

await enterLab();

let lab;
const clients = {};
const members = (chain) => lab.hosts.slice(0, CHAINS[chain][1]);

test('hosts on a cable make a chain of each kind of agreement', async () => {
  lab = await Lab.make(4);
  for (const [chain, [name]] of Object.entries(CHAINS)) {
    await makeChain(members(chain), chain,
      { crypto: 'sm', consensus: { name } });
    clients[chain] = await Clients.make(chain, members(chain));
    await clients[chain].deposit();
    await clients[chain].agree(members(chain), DEADLINE_MS);
  }
});

// The others go on while `cut` holds, and the victim does not, unless it hears them:
// TCP brings it some blocks before it wants to know that they came.
async function without(chain, victim, cut, hears = false) {
  const rest = members(chain).filter((host) => host !== victim);
  const used = clients[chain];
  await used.work(async () => {
    await used.goesOn(rest[0]);
    cut();
    const at = await height(victim, chain);
    await until(`${chain} goes on without ${victim.name}`, async () =>
      await height(rest[0], chain) >= at + 5, DEADLINE_MS);
    check(hears || await height(victim, chain) < await height(rest[0], chain),
      `${victim.name} is as far as the others: it was not cut off`);
    lab.heal();
    await used.goesOn(rest[0], DEADLINE_MS);
  }, { through: rest });
  equal(used.retried, 0, 'requests that failed');
  await used.agree(members(chain), DEADLINE_MS);
}

for (const chain of Object.keys(CHAINS)) {
  // The first leads the log until something happens to it.
  test(`${chain}: the first is cut off, the others go on`, () =>
    without(chain, members(chain)[0], () => lab.cut(members(chain)[0])));

  test(`${chain}: the last is cut off, the others go on`, () => {
    const [victim] = members(chain).slice(-1);
    return without(chain, victim, () => lab.cut(victim));
  });

  test(`${chain}: one that others hear and that hears nobody`, () => {
    const [victim] = members(chain).slice(-1);
    return without(chain, victim, () => lab.cutTo(victim));
  });

  test(`${chain}: one that hears others and that nobody hears`, () => {
    const [victim] = members(chain).slice(-2);
    return without(chain, victim, () => lab.cutFrom(victim), true);
  });

  test(`${chain}: halves without a quorum wait, and lose nothing`, async () => {
    const used = clients[chain];
    const [first, ...rest] = members(chain);
    const gone = rest.slice(0, 2);
    for (const host of gone) lab.cut(host);
    let done = false;
    const late = used.deposit([first]).then(() => { done = true; });
    const before = await height(first, chain);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    check(!done, 'it did not wait');
    equal(await height(first, chain), before, 'height');
    lab.heal();
    await late;
    await used.agree(members(chain), DEADLINE_MS);
  });

  test(`${chain}: every fifth packet is lost`, async () => {
    const used = clients[chain];
    await used.work(async () => {
      lab.lose(20);
      await used.goesOn(members(chain)[0], DEADLINE_MS);
      lab.heal();
    });
    await used.agree(members(chain), DEADLINE_MS);
  });

  test(`${chain}: all are far away`, async () => {
    const used = clients[chain];
    if (!lab.delay(100)) return 'the kernel has no netem';
    await used.work(() => used.goesOn(members(chain)[0], DEADLINE_MS));
    lab.heal();
    await used.agree(members(chain), DEADLINE_MS);
    return undefined;
  });
}

test('all are level in the end, and stop cleanly', async () => {
  for (const chain of Object.keys(CHAINS))
    await level(members(chain), chain, DEADLINE_MS);
  for (const host of lab.hosts) await host.stop();
});

await main();
