#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Who endorses what, on real hosts of three organisations: by the policy of a key,
// of its collection, or of the chaincode, all set through fabric-shim or with the
// definition. Those that a policy asks for are found and asked by themselves.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Network, checkCommitted, hexOf, invoke } from './fabric.mjs';
import { check, equal, main, test } from './lib.mjs';
import { level } from './network.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const modules = path.join(top, 'tests/chaincode');
const CHAIN = 'policies';
const peers = (...orgs) => orgs.map((org) => `'Org${org}MSP.peer'`).join();
const ALL = "OR('Org1MSP.member','Org2MSP.member','Org3MSP.member')";

let network, channel, code;

const collections = (endorsement) => [
  { name: 'plain', policy: ALL },
  { name: 'owned', policy: ALL,
    endorsementPolicy: { signaturePolicy: endorsement } },
];

const sends = (request, options) =>
  channel.clients[0].send(network.hosts[0], CHAIN,
    { ...request, ...options ? { options } : {} });
const put = (collection, key, options) => collection
  ? sends(invoke('secret', 'put', collection, key),
    { transient: { value: 'v' }, ...options })
  : sends(invoke('secret', 'put-public', key, 'v'), options);

// Puts a key, and checks which organisations have endorsed. The host that is asked
// may have, too, since it is who finds out what is written.
async function endorsedBy(orgs, collection, key) {
  const { detail } = checkCommitted(await put(collection, key));
  const ids = new Set(detail.endorsers.map((one) => one.msp_id));
  const wanted = orgs.map((org) => `Org${org}MSP`);
  for (const id of wanted)
    check(ids.has(id), `${collection}/${key}: ${[...ids]} without ${id}`);
  ids.delete('Org1MSP');
  equal([...ids].sort(), wanted.filter((id) => id !== 'Org1MSP'),
    `${collection}/${key}`);
}

const policy = async (...words) =>
  checkCommitted(await sends(invoke('secret', 'policy', ...words)));
const policyOf = (...words) =>
  channel.call(network.hosts[0], 'secret', 'get-policy', ...words);

async function deploy(version, endorsement) {
  const request = { kind: 'deploy', contract: 'secret', code: hexOf(code),
    options: { version: `${version}.0`, policy: `OR(${peers(1)})`,
      collections: collections(endorsement) } };
  for (const org of [2, 1])
    checkCommitted(await channel.admins[org].send(network.hosts[org], CHAIN,
      { ...request, options: { ...request.options, step: 'approve' } }));
  checkCommitted(await channel.admins[0].send(network.hosts[0], CHAIN, request));
  await level(network.hosts, CHAIN);
}

test('hosts of three organisations', async () => {
  network = await Network.start([1, 2, 3], ['--chaincode-modules', modules]);
  channel = await network.makeChannel(CHAIN, 'std',
    { consensus: { name: 'raft' } });
  const file = path.join(network.hosts[0].home, 'secret.tgz');
  await network.hosts[0].ctl('contract', 'pack',
    path.join(top, 'tests/chaincode/secret'), '-o', file, '--label', 'secret_1');
  code = fs.readFileSync(file);
  await deploy(1, `AND(${peers(2, 3)})`);
});

test('a collection has its own policy, or the chaincode\'s', async () => {
  await endorsedBy([1], '', 'k');
  await endorsedBy([1], 'plain', 'k');
  await endorsedBy([2, 3], 'owned', 'k');
  await endorsedBy([2], '_implicit_org_Org2MSP', 'k');
  const contract = await network.hosts[0].api('GET',
    `/v1/chains/${CHAIN}/contracts/secret`);
  equal(contract.collections.map(({ name }) => name), ['owned', 'plain'],
    'collections');
});

test('too few, who were named by the client, are not enough', async () => {
  const error = await put('owned', 'k', { organisations: ['Org1MSP'] })
    .then((answer) => answer.error, (failed) => failed.error);
  check(error, 'it is valid');
  equal(error.name, 'denied', 'status');
  check(/^ENDORSEMENT_POLICY_FAILURE/.test(error.reason), error.reason);
});

test('a key\'s policy comes before its collection\'s', async () => {
  await policy('owned', 'k', 'Org1MSP');
  await level(network.hosts, CHAIN);
  equal(await policyOf('owned', 'k'), 'Org1MSP', 'owned/k');
  await endorsedBy([1], 'owned', 'k');
  await endorsedBy([2, 3], 'owned', 'other');
  await policy('plain', 'k', 'Org2MSP', 'Org3MSP');
  await endorsedBy([2, 3], 'plain', 'k');
  await endorsedBy([1], 'plain', 'other');
});

test('and before the chaincode\'s, until it is taken back', async () => {
  await policy('', 'k', 'Org3MSP');
  equal(await policyOf('', 'k'), 'Org3MSP', 'k');
  await endorsedBy([3], '', 'k');
  await policy('', 'k');
  await endorsedBy([1], '', 'k');
  await policy('plain', 'k');
  await endorsedBy([1], 'plain', 'k');
});

test('an upgrade changes a collection\'s, and no key\'s', async () => {
  await deploy(2, `OR(${peers(3)})`);
  await endorsedBy([3], 'owned', 'other');
  await endorsedBy([1], 'owned', 'k');
});

test('all hosts have the same state', async () => {
  await level(network.hosts, CHAIN);
  const states = await Promise.all(network.hosts.map(async (host) =>
    (await host.api('GET', `/v1/chains/${CHAIN}/ledger`)).state_hash));
  equal(new Set(states).size, 1, 'states');
});

await main();
