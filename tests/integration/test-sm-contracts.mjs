#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The Solidity sources that Ethereum's clients use, unchanged on an SM2 and SM3
// chain, through the gateway and with hosted keys.
import { createHash } from 'node:crypto';

import { callData } from '../clients/calldata.mjs';
import { compile } from '../clients/compile.mjs';
import { Node, equal, main, test } from './lib.mjs';

const contracts = compile();
const chain = '/v1/chains/sm';
const people = {};
// What the machine's KECCAK256 answers on this chain is SM3.
const hold42 = '0x' + createHash('sm3').update('hold 42').digest('hex');
let node;

test('a chain of SM2 and SM3', async () => {
  node = await Node.make();
  await node.start();
  await node.api('POST', '/v1/chains',
    { name: 'sm', framework: 'fisco', config: { crypto: 'sm' } });
  for (const name of ['alice', 'bob'])
    await node.api('POST', '/v1/ids', { name, algorithm: 'sm2' });
});

// Deploys under the contract's own name; answers its address.
async function deploy(name, args = [], abi = contracts[name].abi) {
  const { bytecode } = contracts[name];
  const tx = await node.api('POST', `${chain}/contracts?wait=committed`, {
    contract: name.toLowerCase(), code: bytecode, args, signer: 'alice',
    options: { abi, version: '1.0' },
  });
  equal(tx.stage, 'committed', name);
  return tx.detail.contractAddress;
}

async function send(signer, contract, fn, ...args) {
  const tx = await node.api('POST', `${chain}/txs?wait=committed`,
    { contract, function: fn, args, signer });
  equal([tx.stage, tx.name], ['committed', 'ok'], `${contract}.${fn}`);
  return tx;
}

async function call(contract, fn, ...args) {
  const { result } = await node.api('POST', `${chain}/call`,
    { contract, function: fn, args });
  return result;
}

// The reason that a transaction was refused with, or reverted.
async function refusal(signer, contract, fn, ...args) {
  const { body } = await node.request('POST', `${chain}/txs?wait=committed`,
    { contract, function: fn, args, signer });
  return JSON.stringify(body);
}

async function addressOf(signer) {
  const tx = await send(signer, 'coin', 'approve', people.coin, '0');
  return tx.detail.from;
}

test('ERC-20', async () => {
  people.coin = await deploy('Coin');
  people.alice = await addressOf('alice');
  people.bob = await addressOf('bob');
  await send('alice', 'coin', 'transfer', people.bob, '1000');
  equal(String(await call('coin', 'balanceOf', people.bob)), '1000',
    'balance');
});

test('ERC-721', async () => {
  await deploy('Art');
  await send('alice', 'art', 'mint', people.bob);
  equal(String(await call('art', 'ownerOf', '1')).toLowerCase(),
    people.bob.toLowerCase(), 'owner');
});

test('AccessControl: reasons and custom errors', async () => {
  people.vault = await deploy('Vault');
  const keeper = await call('vault', 'KEEPER');
  equal(/AccessControlUnauthorizedAccount/.test(
    await refusal('bob', 'vault', 'hold', '1', '')), true, 'no role');
  await send('alice', 'vault', 'grantRole', keeper, people.bob);
  await send('bob', 'vault', 'hold', '7', 'seven');
  equal(String(await call('vault', 'held')), '7', 'held');
  equal(/nothing to hold/.test(
    await refusal('bob', 'vault', 'hold', '0', '')), true, 'reason');
  equal(/TooMuch/.test(await refusal('bob', 'vault', 'hold', '101', '')), true,
    'custom error');
});

test('a UUPS proxy is upgraded, by its owner only', async () => {
  const one = await deploy('Box');
  const two = await deploy('BoxTwo');
  // The proxy is called by what stands behind it.
  await deploy('BoxProxy', [one, '0x'], [
    ...contracts.BoxTwo.abi.filter((item) => item.type !== 'constructor'),
    ...contracts.BoxProxy.abi.filter((item) => item.type === 'constructor'),
  ]);
  await send('alice', 'boxproxy', 'initialize', '21');
  equal(String(await call('boxproxy', 'version')), '1', 'version');
  equal(/NotOwner/.test(
    await refusal('bob', 'boxproxy', 'upgradeToAndCall', two, '0x')), true,
  'not the owner');
  await send('alice', 'boxproxy', 'upgradeToAndCall', two, '0x');
  equal(String(await call('boxproxy', 'version')), '2', 'version');
  await send('alice', 'boxproxy', 'double');
  equal(String(await call('boxproxy', 'value')), '42', 'value');
});

test('Governor: proposed, voted, executed', async () => {
  const council = await deploy('Council', [people.coin]);
  const mine = () => send('alice', 'coin', 'transfer', people.alice, '0');
  await send('alice', 'coin', 'delegate', people.alice);
  const input = callData('Vault', 'hold', [42n, 'voted']);
  await send('alice', 'vault', 'grantRole', await call('vault', 'KEEPER'),
    council);
  await send('bob', 'vault', 'hold', '1', 'before');
  const proposal = [[people.vault], ['0'], [input], 'hold 42'];
  await send('alice', 'council', 'propose', ...proposal);
  const id = await call('council', 'getProposalId', [people.vault], ['0'],
    [input], hold42);
  await mine();
  await mine();
  await send('alice', 'council', 'castVote', id, '1');
  while (String(await call('council', 'state', id)) === '1') await mine();
  await send('alice', 'council', 'execute', [people.vault], ['0'], [input],
    hold42);
  equal(String(await call('vault', 'held')), '42', 'held');
});

await main();
