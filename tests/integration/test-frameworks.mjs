#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// One suite at the gateway for a chain of each framework: see uniform.mjs.
import { Network } from './fabric.mjs';
import { Node, main, test } from './lib.mjs';
import { suite, workload } from './uniform.mjs';

// A chain, a key that the host keeps, and somebody with a key of their own.
async function chainOn(at, framework, host, algorithm, config) {
  Object.assign(at, { host, chain: `${framework}-chain`, signer: 'keeper',
    person: 'owner', contract: workload(framework).contract });
  await host.ctl('id', 'hosted', 'add', 'keeper', '--algorithm', algorithm);
  await host.ctl('id', 'new', 'owner', '--role', 'client', '--algorithm',
    algorithm);
  if (config)
    await host.api('POST', '/v1/chains', { name: at.chain, framework, config });
}

const fisco = {};
test('fisco: a host with a chain of the framework', async () => {
  const host = await Node.make();
  await host.start();
  await chainOn(fisco, 'fisco', host, 'sm2', { crypto: 'sm' });
  await host.ctl('id', 'hosted', 'grant', 'keeper', 'loader');
});
suite('fisco', fisco);

const fabric = {};
test('fabric: a host with a chain of the framework', async () => {
  const network = await Network.start([1]);
  const [host] = network.hosts;
  await network.makeChannel('fabric-chain', 'std');
  await chainOn(fabric, 'fabric', host, 'ecdsa-p256');
  await host.ctl('id', 'hosted', 'certify', 'keeper', '--role', 'admin');
  await host.ctl('id', 'hosted', 'grant', 'keeper', 'loader');
});
suite('fabric', fabric);

const xuper = {};
test('xuper: a host with a chain of the framework', async () => {
  const host = await Node.make();
  await host.start();
  await chainOn(xuper, 'xuper', host, 'ecdsa-p256',
    { consensus: { name: 'single' } });
  await host.ctl('id', 'hosted', 'grant', 'keeper', 'loader');
});
suite('xuper', xuper);

const gm = {};
test('xuper, gm: a host with a chain of the framework', async () => {
  const host = await Node.make();
  await host.start();
  await chainOn(gm, 'xuper', host, 'sm2',
    { crypto: 'gm', consensus: { name: 'single' } });
  await host.ctl('id', 'hosted', 'grant', 'keeper', 'loader');
});
suite('xuper, gm', gm);

main();
