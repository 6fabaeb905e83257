#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Private data of three organisations on real hosts, by a chaincode on fabric-shim:
// members have it, who was away or comes later gets it, and on a host of no member
// it is nowhere: not on disk, not in the log, not in memory.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Network, checkCommitted, invoke } from './fabric.mjs';
import { check, equal, main, note, test, until } from './lib.mjs';
import { inMemory, onDisk } from './marker.mjs';
import { height, level } from './network.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const modules = path.join(top, 'tests/chaincode');
const CHAIN = 'secrets';
// Nothing else has it; it is put together here alone.
const MARKER = `marker-${crypto.randomBytes(24).toString('hex')}`;
const BOTH = "OR('Org1MSP.member','Org2MSP.member')";
const ENDORSED = { endorsementPolicy:
  { signaturePolicy: "OR('Org1MSP.peer','Org2MSP.peer','Org3MSP.peer')" } };

let network, channel, code;
const people = {}; // admins and clients of each organisation

const collection = (name, more = {}) => ({ name, policy: BOTH,
  requiredPeerCount: 0, maxPeerCount: 3, blockToLive: 0, memberOnlyRead: true,
  memberOnlyWrite: true, ...ENDORSED, ...more });
const collections = (members = BOTH) => [
  collection('shared', { policy: members }),
  collection('short', { blockToLive: 2 }),
  collection('careful', { requiredPeerCount: 2 }),
];

const transient = (value) => ({ transient: { value } });
const send = (org, host, request, options) =>
  channel.clients[org].send(host, CHAIN, { ...request,
    ...options ? { options } : {} }).catch((error) => {
    if (!error.error) throw error;
    return { error: error.error };
  });
const put = (org, host, name, key, value) =>
  send(org, host, invoke('secret', 'put', name, key), transient(value));
const puts = async (...words) => checkCommitted(await put(...words));

// A reader of the host's own organisation asks its host.
async function ask(host, ...words) {
  const org = network.owners[network.hosts.indexOf(host)] - 1;
  host.reader ??= (async () => {
    await host.ctl('id', 'hosted', 'add', 'own-reader', '--algorithm',
      'ecdsa-p256');
    await host.ctl('id', 'hosted', 'certify', 'own-reader', '--ca',
      network.organisations.std[org].dir);
    await host.ctl('id', 'hosted', 'grant', 'own-reader', 'loader');
  })();
  await host.reader;
  return (await host.api('POST', `/v1/chains/${CHAIN}/call`,
    { ...invoke('secret', ...words), signer: 'own-reader' })).result;
}

async function refuses(promise, pattern) {
  const answer = await promise.catch((error) => ({ error: error.error ??
    { reason: error.message } }));
  const reason = answer.error?.reason ?? JSON.stringify(answer);
  check(answer.error && pattern.test(reason), reason);
}

const has = (host, key, value) => until(`${host.name} has ${key}`, async () =>
  (await ask(host, 'get', 'shared', key).catch(() => null)) === value);

// Each organisation approves, the first one commits.
async function deploy(version, options) {
  const request = { kind: 'deploy', contract: 'secret', code,
    options: { version: `${version}.0`, policy:
      "OR('Org1MSP.peer','Org2MSP.peer','Org3MSP.peer')", ...options } };
  for (const [org, host] of [[1, network.hosts[1]], [2, network.hosts[2]]])
    checkCommitted(await people.admins[org].send(host, CHAIN, { ...request,
      options: { ...request.options, step: 'approve' } }));
  return checkCommitted(await people.admins[0].send(network.hosts[0], CHAIN,
    request));
}

// Blocks without anything of the collections.
async function blocks(n) {
  for (let i = 0; i < n; i++)
    checkCommitted(await send(0, network.hosts[0],
      invoke('secret', 'put-public', `filler-${crypto.randomUUID()}`, 'x')));
}

test('hosts of three organisations', async () => {
  network = await Network.start([1, 2, 3, 2], ['--chaincode-modules', modules]);
  channel = await network.makeChannel(CHAIN, 'std',
    { consensus: { name: 'raft' } }, network.hosts.slice(0, 3));
  people.admins = channel.admins;
  const file = path.join(network.hosts[0].home, 'secret.tgz');
  await network.hosts[0].ctl('contract', 'pack',
    path.join(top, 'tests/chaincode/secret'), '-o', file, '--label', 'secret_1');
  code = `0x${fs.readFileSync(file).toString('hex')}`;
  await deploy(1, { collections: collections() });
  await level(channel.hosts, CHAIN);
});

test('members have what was put, others its digest', async () => {
  const [first, second, third] = network.hosts;
  await puts(0, first, 'shared', 'a', MARKER);
  await level(channel.hosts, CHAIN);
  equal(await ask(first, 'get', 'shared', 'a'), MARKER, 'who endorsed');
  await has(second, 'a', MARKER);
  const digest = crypto.createHash('sha256').update(MARKER).digest('hex');
  for (const host of channel.hosts)
    equal(await ask(host, 'hash', 'shared', 'a'), digest, host.name);
  await refuses(ask(third, 'get', 'shared', 'a'), /shared/);
  // Neither does a member of none write, wherever he asks.
  await refuses(put(2, third, 'shared', 'b', 'x'), /shared/);
  equal(await ask(second, 'range', 'shared', '', ''), `a=${MARKER}`, 'a range');
});

test('on a host of no member it is nowhere', async () => {
  const [first, second, third] = network.hosts;
  for (let i = 0; i < 10; i++)
    await puts(i % 2, network.hosts[i % 2], 'shared', `k-${i}`,
      `${MARKER}-${i}`);
  await level(channel.hosts, CHAIN);
  const needle = Buffer.from(MARKER);
  for (const host of [first, second])
    check(onDisk(host, needle).length > 0, `${host.name}: it is on no disk`);
  equal(onDisk(third, needle), [], 'files that have it');
  check(inMemory(first.process.pid, needle) ||
    inMemory(second.process.pid, needle), 'no member has it in memory');
  check(!inMemory(third.process.pid, needle), 'it is in memory');
});

test('who was away gets it afterwards', async () => {
  const [first, second] = network.hosts;
  await second.kill();
  await puts(0, first, 'shared', 'away', 'while it was away');
  await refuses(put(0, first, 'careful', 'c', 'x'), /careful.*2|2.*careful/);
  await second.start();
  await has(second, 'away', 'while it was away');
});

test('a host that joins later gets it, too', async () => {
  const guest = network.hosts[3];
  const key = (await guest.ctl('node', 'key', '--algorithm', 'ecdsa-p256'))
    .trim();
  for (const org of [0, 1])
    checkCommitted(await people.admins[org].send(network.hosts[0], CHAIN,
      { kind: 'member', args: { public_key: key, role: 'observer',
        name: guest.name, address: guest.peerAddress } }));
  await guest.ctl('chain', 'adopt',
    path.join(network.hosts[0].home, `${CHAIN}.genesis`));
  await level(network.hosts, CHAIN);
  await has(guest, 'a', MARKER);
  await has(guest, 'away', 'while it was away');
  const { detail } = await guest.api('GET', `/v1/chains/${CHAIN}/status`);
  note(`private data on ${guest.name}: ${JSON.stringify(detail.private_data ?? detail.private)}`);
});

test('what may live for two blocks is gone after them, everywhere',
  async () => {
    const [first, second] = network.hosts;
    await puts(0, first, 'short', 's', 'not for long');
    equal(await ask(first, 'get', 'short', 's'), 'not for long', 'at once');
    await blocks(3);
    await level(network.hosts, CHAIN);
    for (const host of [first, second])
      equal(await ask(host, 'get', 'short', 's'), '', host.name);
    for (const host of channel.hosts)
      equal(await ask(host, 'hash', 'short', 's'), '', `${host.name}: digest`);
  });

test('what is purged is gone, with its digest', async () => {
  const [first, second] = network.hosts;
  await puts(0, first, 'shared', 'p', 'to be purged');
  await has(second, 'p', 'to be purged');
  checkCommitted(await send(0, first, invoke('secret', 'purge', 'shared', 'p')));
  await level(network.hosts, CHAIN);
  for (const host of [first, second])
    equal(await ask(host, 'get', 'shared', 'p'), '', host.name);
  for (const host of channel.hosts)
    equal(await ask(host, 'hash', 'shared', 'p'), '', `${host.name}: digest`);
});

test('an organisation has a collection of its own', async () => {
  const [first, second] = network.hosts;
  const own = '_implicit_org_Org1MSP';
  await puts(0, first, own, 'mine', `own-${MARKER}`);
  await level(network.hosts, CHAIN);
  equal(await ask(first, 'get', own, 'mine'), `own-${MARKER}`, 'its host');
  await refuses(ask(second, 'get', own, 'mine'), /is not available/);
  equal(onDisk(second, Buffer.from(`own-${MARKER}`)), [], 'files that have it');
});

test('of two that read and write one key, one is invalid', async () => {
  const [first, second] = network.hosts;
  await puts(0, first, 'shared', 'sum', '1');
  await has(second, 'sum', '1');
  const both = await Promise.all([[0, first, '2'], [1, second, '3']].map(
    ([org, host, value]) => send(org, host,
      invoke('secret', 'add', 'shared', 'sum'), transient(value))));
  const good = both.filter(({ stage }) => stage === 'committed');
  check(good.length >= 1, JSON.stringify(both));
  for (const { error } of both.filter(({ stage }) => stage !== 'committed'))
    equal(error.name, 'conflict', 'the other one');
});

test('a member that an upgrade adds gets what there is', async () => {
  const third = network.hosts[2];
  check(!inMemory(third.process.pid, Buffer.from(MARKER)), 'it is in memory');
  await deploy(2, { collections: collections(
    "OR('Org1MSP.member','Org2MSP.member','Org3MSP.member')") });
  await has(third, 'a', MARKER);
  await has(third, 'k-7', `${MARKER}-7`);
  equal(onDisk(third, Buffer.from(`own-${MARKER}`)), [],
    'files that have what is Org1MSP\'s own');
  await level(network.hosts, CHAIN);
  equal(new Set(await Promise.all(network.hosts.map(async (host) =>
    (await host.api('GET', `/v1/chains/${CHAIN}/ledger`)).state_hash))).size,
  1, 'states');
  note(`${await height(third, CHAIN)} blocks`);
});

await main();
