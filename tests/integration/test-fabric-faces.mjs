#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A Fabric-style channel as people see it: a chaincode's life by bsnctl, what
// transactions, blocks, events, status and ledger say there and at the gateway,
// and what is said of what cannot be done.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { NOTHING, checkBlock } from './fabric-blocks.mjs';
import { Network, bytesOf, codes, decode, hexOf, invoke, nativePackage }
  from './fabric.mjs';
import { check, equal, main, prefix, test, until } from './lib.mjs';
import { level } from './network.mjs';

const CHAIN = 'goods';
const AND = "AND('Org1MSP.peer','Org2MSP.peer')";

let network, channel;
let one, two; // a host of each organisation
let first, second, strange; // packages

function write(host, name, bytes) {
  const file = path.join(host.home, name);
  fs.writeFileSync(file, bytes);
  return file;
}

async function refused(host, pattern, ...args) {
  const { text, code } = await host.ctl(...args).then(
    (answer) => ({ text: `it was done: ${answer}`, code: 0 }),
    ({ stderr, code: status }) => ({ text: stderr, code: status }));
  equal(code, 1, `exit status of ${args.join(' ')}: ${text}`);
  check(text.startsWith('bsnctl: ') && pattern.test(text), text);
  return text;
}

const show = (...args) => one.ctlJson('contract', 'show', CHAIN, ...args);
const send = (host, ...args) => host.ctlJson('tx', 'send', CHAIN, ...args);
const create = (id) => ['asset', 'CreateAsset', id, 'blue', '1', 'ann', '7'];

test('a host of each of two organisations', async () => {
  network = await Network.start([1, 2]);
  [one, two] = network.hosts;
  channel = await network.makeChannel(CHAIN, 'std',
    { consensus: { name: 'raft' } });
  first = write(one, 'asset-1.tgz', nativePackage('asset'));
  second = write(one, 'asset-2.tgz', nativePackage('asset', 2));
  strange = write(one, 'strange.tgz', nativePackage('nothing'));
  await one.ctl('id', 'new', 'shop', '--role', 'client', '--algorithm',
    'ecdsa-p256');
  await one.ctl('id', 'new', 'watcher', '--role', 'auditor', '--algorithm',
    'ecdsa-p256');
  await until('the hosts know each other', async () => (await one.api('GET',
    `/v1/chains/${CHAIN}/status`)).detail.sync.peers.every(({ msp }) => msp));
});

test('packages are checked before anybody is asked', async () => {
  check((await one.ctl('contract', 'list', CHAIN)).startsWith('No contracts'),
    'none yet');
  check((await one.ctl('contract', 'check', CHAIN, first))
    .includes('Nothing was found'), 'a good one');
  await refused(one, /does not pass/, 'contract', 'check', CHAIN, strange);
  const { ok, findings } = await one.api('POST',
    `/v1/chains/${CHAIN}/contracts/check`,
    { code: hexOf(nativePackage('nothing')), options: {} });
  equal([ok, findings.length, findings[0].severity], [false, 1, 'error'],
    JSON.stringify(findings));
  check(/contract must be one of/.test(findings[0].text), findings[0].text);
});

test('a chaincode is there when both organisations have agreed', async () => {
  const words = [CHAIN, first, '--name', 'asset', '--version', '1.0',
    '--option'];
  await refused(one, /policy, character 34: a comma or \) is missing/,
    'contract', 'deploy', ...words, `policy=${AND.slice(0, -1)}`);
  await refused(one, /city-2 refuses .*not agreed to by this org \(Org2MSP\)/,
    'contract', 'deploy', ...words, `policy=${AND}`);
  await refused(one, /installed by admins/, 'contract', 'deploy', ...words,
    `policy=${AND}`, '--id', 'shop');
  await refused(one, /no chaincode "asset"/, 'contract', 'show', CHAIN,
    'asset');
  await two.ctl('contract', 'approve', ...words, `policy=${AND}`);
  const { detail } = await one.ctlJson('contract', 'deploy', ...words,
    `policy=${AND}`);
  equal([detail.chaincode, detail.endorsers.map(({ msp_id: id }) => id).sort()],
    ['_lifecycle', ['Org1MSP', 'Org2MSP']], 'how it was deployed');
  const [version] = (await show('asset')).versions;
  equal(version.approvals.map(({ organisation, approved }) =>
    [organisation, approved]), [['Org1MSP', true], ['Org2MSP', true]],
  'approvals');
  const text = await one.ctl('contract', 'show', CHAIN, 'asset');
  check(/Policy +AND\('Org1MSP.peer', 'Org2MSP.peer'\)/.test(text) &&
    /State +active/.test(text), text);
  const { contracts } = await two.api('GET', `/v1/chains/${CHAIN}/contracts`);
  equal(contracts.map(({ name, version: v, state }) => [name, v, state]),
    [['asset', '1.0', 'active']], 'contracts');
});

test('a transaction says who sent and endorsed it, and what it did',
  async () => {
    const sent = await send(one, ...create('a'), '--id', 'shop');
    equal([sent.stage, sent.native, sent.detail.code],
      ['committed', codes.VALID, 'VALID'], 'what became of it');
    await level([one, two], CHAIN);
    const { detail } = await two.ctlJson('tx', 'show', CHAIN, sent.id);
    equal(detail, sent.detail, 'the same is told elsewhere');
    equal(detail.creator.subject, 'CN=shop,OU=client,O=Test', 'creator');
    equal([detail.function, detail.args[0], detail.event.name],
      ['CreateAsset', 'a', 'CreateAsset'], 'call');
    const { writes } = detail.results.find(({ namespace }) =>
      namespace === 'asset');
    equal(JSON.parse(writes.find(({ key }) => key === 'a').value).Owner, 'ann',
      'what was written');
    const text = await two.ctl('tx', 'show', CHAIN, sent.id);
    check(/Stage +committed/.test(text) && /msp_id +Org2MSP/.test(text), text);
  });

test('what the chaincode or the host refuses is said in a sentence',
  async () => {
    const says = (pattern, ...args) =>
      refused(one, pattern, 'tx', 'send', CHAIN, ...args);
    await says(/The asset a already exists/, ...create('a'));
    await says(/has no function Create: it has AssetExists/, 'asset', 'Create');
    await says(/CreateAsset takes 5 arguments, not 1/, 'asset', 'CreateAsset',
      'b');
    await says(/no chaincode "assets"/, 'assets', 'CreateAsset');
    await says(/takes the role client/, ...create('b'), '--id', 'watcher');
    await refused(one, /The asset z does not exist/, 'contract', 'call', CHAIN,
      'asset', 'ReadAsset', 'z');
    await refused(one, /no transaction with this id/, 'tx', 'show', CHAIN,
      `0x${'0'.repeat(64)}`);
    await refused(one, /no such block; the latest one is \d+/, 'block', 'show',
      CHAIN, '999');
    const { body: malformed } = await one.request('POST',
      `/v1/chains/${CHAIN}/txs`, { tx: '0x0a00' });
    check(/malformed: NIL_ENVELOPE|malformed: BAD/.test(malformed.error.reason),
      JSON.stringify(malformed));
    const { body } = await one.request('POST', `/v1/chains/${CHAIN}/txs`,
      { ...invoke('asset', 'ReadAsset', 'a'), signer: 'nobody' });
    check(/nobody/.test(body.error.reason), JSON.stringify(body));
  });

test('a call changes nothing', async () => {
  const before = await one.ctlJson('ledger', CHAIN);
  equal(JSON.parse(await one.ctl('contract', 'call', CHAIN, 'asset',
    'ReadAsset', 'a')).Owner, 'ann', 'owner');
  equal(await channel.call(two, 'asset', 'AssetExists', 'a'), 'true', 'there');
  await one.ctl('contract', 'call', CHAIN, 'asset', 'TransferAsset', 'a',
    'ben');
  equal((await one.ctlJson('ledger', CHAIN)).state_hash, before.state_hash,
    'state');
});

test('a block by number, by hash, raw, and proven without any host',
  async () => {
    const latest = await one.ctlJson('block', 'show', CHAIN, '--raw', '--txs');
    const same = await two.ctlJson('block', 'show', CHAIN, latest.hash);
    equal([same.number, same.state_hash],
      [latest.number, latest.state_hash], 'by hash');
    equal(latest.detail.txs[0].code, 'VALID', 'code');
    const before = decode('common.Block', bytesOf((await one.ctlJson('block',
      'show', CHAIN, `${latest.number - 1}`, '--raw')).detail.raw));
    equal(Number(before.header.number), latest.number - 1, 'number');
    const { hash } = checkBlock(channel, await channel.block(one, 0), NOTHING);
    equal(`0x${hash}`, (await one.ctlJson('ledger', CHAIN)).detail.genesis,
      'genesis');
    const genesis = write(one, 'genesis', await one.ctl('chain', 'genesis',
      CHAIN));
    const file = write(one, 'block.json', JSON.stringify(latest));
    const verify = (...args) => promisify(execFile)(
      path.join(prefix, 'bin/bsnctl'), ['block', 'verify', ...args]);
    const answer = await verify(file, '--genesis', genesis).catch((error) =>
      error);
    check(/raft, which keeps no certificates/.test(answer.stderr),
      answer.stderr ?? answer.stdout);
  });

test('events of chaincodes come as they happen, and again', async () => {
  const watch = two.ctl('event', 'watch', CHAIN, '--from', '1', '--kind',
    'contract', '--count', '3', '--json');
  await send(one, ...create('b'));
  await send(one, 'asset', 'TransferAsset', 'b', 'cid', '--id', 'shop');
  const events = (await watch).trim().split('\n').map((line) =>
    JSON.parse(line).data);
  equal(events.map(({ name, payload }) => [name, JSON.parse(payload.data).ID]),
    [['CreateAsset', 'a'], ['CreateAsset', 'b'], ['TransferAsset', 'b']],
    'events');
  const { block } = await two.ctlJson('tx', 'show', CHAIN, events[2].tx_id);
  equal(block, events[2].block, 'block');
  const text = await one.ctl('event', 'watch', CHAIN, '--from', '1',
    '--contract', 'asset', '--name', 'TransferAsset', '--count', '1');
  check(/asset TransferAsset/.test(text), text);
});

test('status and ledger say whose node it is and where it stands', async () => {
  const top = await level([one, two], CHAIN);
  const { state, height, members, connected, detail } =
    await two.ctlJson('status', CHAIN);
  equal([state, height, members, connected], ['running', top, 2, 2], 'state');
  equal([detail.identity.msp_id, detail.role, detail.consensus.name],
    ['Org2MSP', 'consensus', 'raft'], 'identity');
  equal(detail.runtimes.map(({ contract, state: of }) => [contract, of]),
    [['asset', 'ready']], 'chaincodes');
  const ledger = await two.ctlJson('ledger', CHAIN);
  equal([ledger.height, ledger.invalid_txs, ledger.detail.crypto,
    ledger.detail.organisations.map(({ msp_id: id }) => id)],
  [top, 0, 'std', ['Org1MSP', 'Org2MSP']], 'ledger');
  const text = await one.ctl('status', CHAIN);
  check(/State +running/.test(text) && /msp_id +Org1MSP/.test(text), text);
});

// The second organisation's admin consents, the first's does it.
async function together(verb, ...more) {
  await level([one, two], CHAIN);
  await refused(one, /city-2 refuses /, 'contract', verb, CHAIN, 'asset',
    ...more);
  await two.ctl('contract', verb, CHAIN, 'asset', ...more, '--option',
    'step=approve');
  await level([one, two], CHAIN);
  await one.ctl('contract', verb, CHAIN, 'asset', ...more);
}

test('frozen and free again', async () => {
  await refused(one, /policy Admins/, 'contract', 'freeze', CHAIN, 'asset',
    '--id', 'shop');
  const late = await channel.clients[0].prepare(one, CHAIN,
    invoke(...create('c')));
  await together('freeze');
  equal((await show('asset')).state, 'frozen', 'state');
  await refused(one, /asset is frozen/, 'tx', 'send', CHAIN, ...create('c'));
  await refused(one, /asset is frozen/, 'contract', 'freeze', CHAIN, 'asset');
  const { body } = await one.request('POST', `/v1/chains/${CHAIN}/txs`,
    { tx: hexOf(late.tx) });
  equal(body.error.native, codes.EXPIRED_CHAINCODE, 'endorsed before');
  await together('unfreeze');
  await send(one, ...create('c'));
});

test('upgraded, and uninstalled for good', async () => {
  const words = [CHAIN, second, '--name', 'asset', '--version', '2.0'];
  await two.ctl('contract', 'approve', ...words);
  await level([one, two], CHAIN);
  await one.ctl('contract', 'deploy', ...words);
  const { version, policy, versions } = await show('asset');
  equal([version, policy, versions.map(({ version: v, sequence, state }) =>
    [v, sequence, state])], ['2.0', "AND('Org1MSP.peer', 'Org2MSP.peer')",
    [['1.0', 1, 'uninstalled'], ['2.0', 2, 'active']]], 'versions');
  await send(one, ...create('d'));
  await level([one, two], CHAIN);
  equal(JSON.parse(await two.ctl('contract', 'call', CHAIN, 'asset',
    'ReadAsset', 'a')).Owner, 'ann', 'the state stays');
  await together('uninstall', '--yes');
  await refused(one, /asset is uninstalled/, 'tx', 'send', CHAIN,
    ...create('e'));
  await refused(one, /its name is not given again/, 'contract', 'deploy', CHAIN,
    first, '--name', 'asset', '--version', '3.0');
});

await main();
