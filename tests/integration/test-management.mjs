#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The management of contracts on an SM2 chain, all of it through the daemon with
// bsnctl: names and versions, grey release, freezing, rights and votes.
import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { Node, check, equal, main, test } from './lib.mjs';

const sample = new URL('../../configs/samples/evidence/package.json',
  import.meta.url);
const solc = createRequire(sample)('solc');
const chain = 'trade';
const people = ['alice', 'bob', 'carol'];
const address = {};
let node;

// A contract of its version, as an artifact file.
function artifact(version, body = '') {
  const { contracts } = JSON.parse(solc.compile(JSON.stringify({
    language: 'Solidity',
    sources: { 'V.sol': { content: `pragma solidity ^0.8.0; contract V {
      uint public touched;
      function version() external pure returns (uint) { return ${version}; }
      function touch() external { touched++; }
      ${body} }` } },
    settings: { evmVersion: 'cancun', outputSelection: {
      '*': { '*': ['abi', 'evm.bytecode.object'] } } },
  })));
  const { abi, evm } = contracts['V.sol'].V;
  const file = path.join(node.home, `V${version}.json`);
  fs.writeFileSync(file, JSON.stringify({ abi, bytecode: evm.bytecode.object }));
  return file;
}

const as = (who, ...words) => node.ctlJson(...words, '--id', who);

// What bsnctl says when it is refused.
async function refusal(who, ...words) {
  try {
    const done = await as(who, ...words);
    return JSON.stringify(done);
  } catch (error) {
    return `${error.stdout}${error.stderr}`;
  }
}

const deploy = (who, file, version, ...more) => as(who, 'contract', 'deploy',
  chain, file, '--name', 'v', '--version', version, ...more);
const show = (name = 'v') => as('admin', 'contract', 'show', chain, name);
const called = async (name) => String((await as('alice', 'contract', 'call',
  chain, name, 'version')).result);

// Which version somebody's transaction to the plain name went to.
async function reached(who) {
  const tx = await as(who, 'tx', 'send', chain, 'v', 'touch');
  equal(tx.stage, 'committed', JSON.stringify(tx));
  const { versions } = await show();
  return versions.find((one) => one.address === tx.detail.to)?.version;
}

// A function of one of the engine's contracts; its code.
async function engine(who, contract, fn, ...args) {
  const tx = await as(who, 'tx', 'send', chain, contract, fn, ...args);
  return [tx.stage, String(tx.detail.result ?? tx.detail.output)];
}

test('a chain whose committee are two of three', async () => {
  node = await Node.make();
  await node.start();
  for (const name of people) await node.ctl('id', 'new', name, '--role', 'client');
  await node.ctl('chain', 'create', 'scratch', '--framework', 'fisco', '--set',
    'crypto=sm');
  for (const name of people) {
    const tx = await as(name, 'contract', 'deploy', 'scratch', artifact(0),
      '--name', name);
    address[name] = tx.detail.from;
  }
  const misspelt = await refusal('admin', 'chain', 'create', chain,
    '--framework', 'fisco', '--set', 'crypto=sm', '--set',
    'contract_check={"refuse":["evm-selfdestuct"]}');
  check(/no rule evm-selfdestuct; evm- and .*selfdestruct,/.test(misspelt),
    misspelt);
  await node.ctl('chain', 'create', chain, '--framework', 'fisco', '--set',
    'crypto=sm', '--set', 'contract_check={"refuse":["evm-selfdestruct"]}',
    '--set', `governance=${JSON.stringify({
      committee: [address.alice, address.bob] })}`);
});

test('a further version takes the name, older ones keep theirs', async () => {
  await deploy('alice', artifact(1), '1.0');
  await deploy('alice', artifact(2), '2.0');
  equal([await called('v'), await called('v@1.0'), await called('v@2.0')],
    ['2', '1', '2'], 'versions');
  const { versions, release } = await show();
  equal(versions.map((one) => one.version), ['1.0', '2.0'], 'listed');
  equal([release.current, release.candidate], ['2.0', null], 'release');
  const taken = await refusal('bob', 'contract', 'deploy', chain, artifact(9),
    '--name', 'v', '--version', '9.0');
  check(/denied|may not|permission/i.test(taken), taken);
});

test('what the policy refuses is told before it is signed', async () => {
  const bad = artifact(7, 'function end() external { ' +
    'selfdestruct(payable(msg.sender)); }');
  const said = await refusal('alice', 'contract', 'deploy', chain, bad,
    '--name', 'w');
  check(/refuses the contract: evm-selfdestruct/.test(said), said);
});

test('a grey release is for named callers, then for a share', async () => {
  await deploy('alice', artifact(3), '3.0', '--caller', address.bob);
  const { release } = await show();
  equal([release.current, release.candidate, release.percent,
    release.callers], ['2.0', '3.0', 0, [address.bob]], 'release');
  equal([await reached('alice'), await reached('bob'), await reached('carol')],
    ['2.0', '3.0', '2.0'], 'who gets it');
  await as('alice', 'contract', 'grey', chain, 'v', '--percent', '100');
  equal([await reached('alice'), await reached('carol')], ['3.0', '3.0'],
    'everybody');
  await as('alice', 'contract', 'grey', chain, 'v', '--percent', '50');
  const { release: half } = await show();
  equal(half.percent, 50, 'percent');
  const once = [];
  for (const who of people) once.push(await reached(who));
  const again = [];
  for (const who of people) again.push(await reached(who));
  equal(once, again, 'the same callers each time');
  const stranger = await refusal('bob', 'contract', 'grey', chain, 'v',
    '--percent', '100');
  check(/invalid|owner|revert/i.test(stranger), stranger);
});

test('it is rolled back, tried again and promoted', async () => {
  await as('alice', 'contract', 'rollback', chain, 'v');
  equal([await reached('bob'), await called('v@3.0')], ['2.0', '3'],
    'rolled back');
  await as('alice', 'contract', 'grey', chain, 'v@3.0', '--percent', '0',
    '--caller', address.carol);
  equal([await reached('carol'), await reached('bob')], ['3.0', '2.0'],
    'tried again');
  await as('alice', 'contract', 'promote', chain, 'v');
  equal([await reached('alice'), await reached('bob')], ['3.0', '3.0'],
    'promoted');
  await as('alice', 'contract', 'rollback', chain, 'v');
  equal(await reached('bob'), '2.0', 'and back');
});

test('a frozen contract is called by nobody until it is unfrozen', async () => {
  await as('alice', 'contract', 'freeze', chain, 'v');
  equal((await show()).state, 'frozen', 'state');
  const said = await refusal('bob', 'tx', 'send', chain, 'v', 'touch');
  check(/frozen/.test(said), said);
  await as('alice', 'contract', 'unfreeze', chain, 'v');
  equal(await reached('bob'), '2.0', 'after');
});

test('a right to call is granted and taken back', async () => {
  const target = (await show()).address;
  await engine('alice', '0x1005', 'grantWrite', target, address.alice);
  const said = await refusal('carol', 'tx', 'send', chain, 'v', 'touch');
  check(/denied|permission|not let/i.test(said), said);
  equal(await reached('alice'), '2.0', 'who has it');
  await engine('alice', '0x1005', 'grantWrite', target, address.carol);
  equal(await reached('carol'), '2.0', 'who was granted it');
  await engine('alice', '0x1005', 'revokeWrite', target, address.carol);
  await engine('alice', '0x1005', 'revokeWrite', target, address.alice);
  equal(await reached('carol'), '2.0', 'nobody is restricted');
});

test('the committee votes', async () => {
  const members = async () => JSON.parse((await as('admin', 'contract', 'call',
    chain, '0x1008', 'listCommitteeMembers')).result).map((one) => one.address);
  equal((await members()).length, 2, 'founders');
  await engine('alice', '0x1008', 'grantCommitteeMember', address.carol);
  equal((await members()).length, 2, 'one vote of two is not enough');
  await engine('bob', '0x1008', 'grantCommitteeMember', address.carol);
  equal((await members()).length, 3, 'two are');
  await engine('alice', '0x1008', 'revokeCommitteeMember', address.carol);
  await engine('bob', '0x1008', 'revokeCommitteeMember', address.carol);
  equal((await members()).length, 2, 'revoked');
});

test('a frozen account does nothing until it is unfrozen', async () => {
  for (const who of ['alice', 'bob'])
    await engine(who, '0x1008', 'freezeAccount', address.carol);
  const said = await refusal('carol', 'tx', 'send', chain, 'v', 'touch');
  check(/frozen/i.test(said), said);
  for (const who of ['alice', 'bob'])
    await engine(who, '0x1008', 'unfreezeAccount', address.carol);
  equal(await reached('carol'), '2.0', 'after');
});

test('all of it survives a restart', async () => {
  await node.stop();
  await node.start();
  equal([await called('v'), await called('v@1.0'), await called('v@3.0')],
    ['2', '1', '3'], 'versions');
  equal((await show()).release.current, '2.0', 'release');
});

test('hosted keys are their owners', async () => {
  await as('alice', 'id', 'hosted', 'add', 'till');
  const send = (who) => refusal(who, 'tx', 'send', chain, 'v', 'touch',
    '--signer', 'till');
  const list = async (who) => (await as(who, 'id', 'hosted', 'list')).ids
    .map((one) => one.name);
  check(/"committed"/.test(await send('alice')), 'its owner signs');
  check(/is another's/.test(await send('bob')), await send('bob'));
  check(/is another's/.test(await send('admin')), 'administrators neither');
  equal([await list('alice'), await list('bob'), await list('admin')],
    [['till'], [], ['till']], 'listed');
  await as('alice', 'id', 'hosted', 'grant', 'till', 'bob');
  check(/"committed"/.test(await send('bob')), 'granted');
  await node.stop();
  await node.start();
  check(/"committed"/.test(await send('bob')), 'granted, after a restart');
  await as('alice', 'id', 'hosted', 'revoke', 'till', 'bob');
  check(/is another's/.test(await send('bob')), 'revoked');
  check(/only its owner/.test(await refusal('bob', 'id', 'hosted', 'remove',
    'till', '--yes')), 'who forgets it');
  await as('admin', 'id', 'hosted', 'owner', 'till', 'carol');
  check(/"committed"/.test(await send('carol')), 'given away');
  check(/is another's/.test(await send('alice')), 'no more');
  const hosted = async () => (await as('carol', 'id', 'hosted', 'list')).ids[0];
  await as('carol', 'id', 'hosted', 'certify', 'till', '--role', 'admin');
  const shown = new X509Certificate((await hosted()).certificate);
  check(/CN=till/.test(shown.subject) && /OU=admin/.test(shown.subject),
    shown.subject);
  check(/keeps no key till/.test(await refusal('bob', 'id', 'hosted',
    'certify', 'till')), "others' keys");
  check(/another key/.test(await refusal('carol', 'id', 'hosted', 'certify',
    'till', '--file', path.join(node.dir, 'ids/carol/cert.pem'))), 'its own');
  await node.stop();
  await node.start();
  equal((await hosted()).certificate, shown.toString(), 'after a restart');
  check(/"committed"/.test(await send('carol')), 'it signs all the same');
  await as('carol', 'id', 'hosted', 'remove', 'till', '--yes');
  equal(await list('admin'), [], 'forgotten');
  await as('bob', 'id', 'hosted', 'add', 'till');
  check(/is another's/.test(await send('carol')), 'a name begins anew');
  await node.stop();
});

test('the node has a certificate of its key', async () => {
  await node.start();
  for (const algorithm of ['sm2', 'ecdsa-p256', 'secp256k1']) {
    const key = await as('admin', 'node', 'key', '-a', algorithm);
    equal(key.certificate, null, 'none yet');
    const done = await as('admin', 'node', 'certify', '-a', algorithm,
      '--name', 'city-a');
    const shown = new X509Certificate(done.certificate);
    check(/OU=node/.test(shown.subject) && /CN=city-a/.test(shown.subject),
      shown.subject);
    equal((await as('admin', 'node', 'key', '-a', algorithm)).certificate,
      done.certificate, 'kept');
  }
  check(/role admin/.test(await refusal('bob', 'node', 'certify')), 'bob');
  await node.stop();
});

main();
