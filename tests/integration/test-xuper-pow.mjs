#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A XuperChain-style chain on proof of work over hosts on a cable: one is cut off
// and mines alone; when it is back its branch is left, and what only that branch had
// comes into the other.
import { check, equal, main, test, until } from './lib.mjs';
import { Lab, enterLab } from './lab.mjs';
import { level, sameBlock } from './network.mjs';
import { addressOf, call, committed, makeXuper, status } from './xuper.mjs';

const CHAIN = 'work';
const DEPTH = 20;
const DEADLINE_MS = 60000;
const TOKENS = 1000000;

await enterLab();

let lab, hosts;
const people = [];

const consensus = async (host) => (await status(host, CHAIN)).detail.consensus;

const pay = (host, from, to, amount) => committed(host, CHAIN,
  { kind: 'invoke', contract: '$utxo', function: 'transfer',
    args: { to: people[to].address, amount: String(amount) },
    signer: people[from].name });

test('hosts on a cable make a chain on proof of work', async () => {
  lab = await Lab.make(3);
  ({ hosts } = lab);
  // The same people on all hosts would need their keys there: one each.
  for (const [i, host] of hosts.entries()) {
    const { public_key: key } = await host.api('POST', '/v1/ids',
      { name: `payer${i}`, algorithm: 'ecdsa-p256' });
    people.push({ name: `payer${i}`, address: addressOf(key) });
  }
  await makeXuper(hosts, CHAIN, { nofee: true,
    predistribution: people.map(({ address }) =>
      ({ address, quota: String(TOKENS) })),
    consensus: { name: 'pow', depth: DEPTH, expectedPeriod: 200,
      defaultTarget: 0x1f7fffff, adjustHeightGap: 20, hashes_per_turn: 20,
      turn_ms: 5 } });
  await pay(hosts[0], 0, 1, 10);
});

test('what is answered as committed has the depth upon it', async () => {
  const { block } = await pay(hosts[1], 1, 2, 5);
  const { height: top } = await consensus(hosts[1]);
  check(top >= block + DEPTH, `block ${block}, head ${top}`);
  const { capabilities } = await status(hosts[1], CHAIN);
  equal(capabilities.finality, 'depth', 'finality');
  equal(capabilities.depth, DEPTH, 'depth');
});

test('one that was cut off leaves its branch, and loses nothing', async () => {
  const [alone, ...rest] = hosts;
  await level(hosts, CHAIN, DEADLINE_MS);
  const left = async () => {
    let n = 0;
    for (const host of hosts) n += (await consensus(host)).reorganisations;
    return n;
  };
  const heads = async (host) => (await consensus(host)).height;
  const [mine, theirs, before] =
    [await heads(alone), await heads(rest[0]), await left()];
  lab.cut(alone);
  const payments = [pay(alone, 0, 2, 7), pay(rest[0], 1, 2, 3)];
  // A block each, far from the depth.
  await until('both sides mine', async () => await heads(alone) > mine &&
    await heads(rest[0]) > theirs, DEADLINE_MS);
  lab.heal();
  await Promise.all(payments);
  check(await left() > before, 'no branch was left');
  await level(hosts, CHAIN, DEADLINE_MS);
});

test('supply is what it was, and all have the same blocks', async () => {
  const top = await level(hosts, CHAIN, DEADLINE_MS);
  for (let number = 1; number <= top; number++)
    await sameBlock(hosts, CHAIN, number);
  for (const host of hosts) {
    const { totalSupply } = await call(host, CHAIN, '$utxo', 'totalSupply', {});
    equal(String(totalSupply), String(3 * TOKENS), 'supply');
  }
});

test('all stop cleanly', async () => {
  for (const host of hosts) await host.stop();
});

await main();
