#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Four hosts with a XuperChain-style root chain, and a parallel chain that a
// transaction makes with three of them in its group: who has it and who has not;
// that it is isolated; what one of the two reads from the other, from a kernel
// contract and from Solidity; its group edited; stopped; and all of it after the
// end of all hosts.
import { check, equal, main, test, until } from './lib.mjs';
import { height, level, membersOf, startHosts } from './network.mjs';
import { Puts, addressOf, call, checkRefused, committed, hostedKey, makeXuper,
  send } from './xuper.mjs';

const ROOT = 'root', SIDE = 'side';
const OTHER_CHAIN = 6;
const BFT = { nofee: true, consensus: { name: 'chainedbft' } };
let hosts, three, fourth, nodes, boss, puts;

const hex = (text) => `0x${Buffer.from(text).toString('hex')}`;
const chains = (host) => host.api('GET', '/v1/chains');
const stateOf = async (host, name) => {
  const list = await chains(host);
  return (list.chains ?? list).find((one) => one.name === name)?.state;
};
const detail = async (host, chain) =>
  (await host.api('GET', `/v1/chains/${chain}/status`)).detail;
const kernel = (contract, fn, args) =>
  ({ contract, function: fn, args, signer: 'boss' });
const query = (args) => kernel('$cross', 'query', args);
const group = (list, args) => committed(hosts[0], ROOT, kernel('$parachain',
  list, { name: SIDE, ...args }));

// What a call on a host's chain is refused with.
async function refused(host, chain, request, pattern) {
  const { status, body } = await host.request('POST',
    `/v1/chains/${chain}/call`, request);
  check(status >= 400 && pattern.test(body.error?.reason),
    `${status} ${JSON.stringify(body)}`);
}

// What a protobuf message has in a field of that number, of bytes.
function* field(bytes, number) {
  let at = 0;
  const varint = () => {
    let value = 0, shift = 1;
    for (;; shift *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) varint();
    else {
      const length = varint();
      if (tag >> 3 === number) yield bytes.subarray(at, at + length);
      at += length;
    }
  }
}

test('a root chain on four hosts, which may begin others', async () => {
  hosts = await startHosts(4, [], () => [],
    (node) => node.set('parallel', ROOT, 'chains'));
  [three, fourth] = [hosts.slice(0, 3), hosts[3]];
  await makeXuper(hosts, ROOT, BFT);
  nodes = (await membersOf(hosts, 'ecdsa-p256'))
    .map((member) => addressOf(member.public_key));
  boss = await hostedKey(hosts[0], 'boss');
  puts = await Puts.make(ROOT, hosts);
});

test('three of them get the parallel chain that a transaction makes, the fourth '
  + 'does not', async () => {
  await group('createChain', { data: BFT, group: { name: SIDE, admin: [boss],
    identities: nodes.slice(0, 3) } });
  for (const host of three)
    await until(`${host.name} has it`, async () =>
      await stateOf(host, SIDE) === 'open');
  await level(hosts, ROOT);
  equal(await stateOf(fourth, SIDE), undefined, 'the fourth');
  const states = await Promise.all(hosts.map(async (host) =>
    (await detail(host, ROOT)).parallel));
  equal(states.map(([{ name, state }]) => [name, state]),
    [...three.map(() => [SIDE, 'open']), [SIDE, 'elsewhere']], 'status');
  equal((await detail(three[0], SIDE)).parent, ROOT, 'parent');
});

test('it is a chain like any other, for its group', async () => {
  const side = await Puts.make(SIDE, three);
  await Promise.all(three.map((host) => side.deposit([host])));
  await side.agree();
  puts.side = side;
  checkRefused(await fourth.request('POST', `/v1/chains/${SIDE}/call`,
    { contract: 'conform', function: 'get', args: ['a'] }), 0, /no chain/);
});

test('it has a transaction of the root chain refused with its own code',
  async () => {
    const { block } = await committed(hosts[0], ROOT, { contract: 'conform',
      function: 'put', args: ['mine', 'mine'], signer: puts.signer });
    const { detail: { raw } } = await hosts[0].api('GET',
      `/v1/chains/${ROOT}/blocks/${block}?raw=1`);
    // The block is the first part of its proof; 11 are its transactions.
    const [whole] = field(Buffer.from(raw.replace(/^0x/, ''), 'hex'), 1);
    const txs = [...field(whole, 11)];
    check(txs.length > 0, 'no transactions');
    for (const tx of txs)
      checkRefused(await hosts[0].request('POST',
        `/v1/chains/${SIDE}/txs?wait=committed`,
        { tx: `0x${tx.toString('hex')}` }), OTHER_CHAIN);
  });

test('it reads the root chain: a key, and what a contract answers', async () => {
  const key = { chain: ROOT, bucket: '$chain', key: 'name' };
  const told = await call(three[1], SIDE, '$cross', 'query', key);
  equal([told.value, told.endorsed], [hex(ROOT), false], 'a call');
  await committed(three[0], SIDE, query(key));
  const answer = await call(three[1], SIDE, '$cross', 'query', { chain: ROOT,
    contract: 'conform', method: 'get', args: { key: 'mine' } });
  check(Buffer.from(answer.value.slice(2), 'hex').includes('mine'),
    JSON.stringify(answer));
  await committed(three[0], SIDE, query({ chain: ROOT, contract: 'conform',
    method: 'get', args: { key: 'mine' } }));
  await refused(three[0], SIDE, query({ chain: 'nobody', bucket: 'a',
    key: 'b' }), /no chain nobody .* is open on this host/);
});

// A contract that calls $cross with its own input, and answers or reverts as that
// does.
function relay() {
  const byte = (n) => n.toString(16).padStart(2, '0');
  const before = '366000600037' // copies the input
    + '60006000366000600073'    // calls
    + '313131312d2d2d2d2d2d2d2d2d2d2463726f7373' + '5af1'
    + '3d600060003e'; // copies the answer
  const code = before + '60' + byte(before.length / 2 + 7) + '57' + '3d6000fd'
    + '5b3d6000f3';
  return `0x60${byte(code.length / 2)}80600b6000396000f3${code}`;
}
const abi = [{ type: 'function', name: 'query', stateMutability: 'nonpayable',
  inputs: ['string', 'string', 'bytes'].map((type, i) =>
    ({ name: `a${i}`, type })), outputs: [{ name: '', type: 'bytes' }] }];

test('so does Solidity', async () => {
  await committed(three[0], SIDE, { kind: 'deploy', contract: 'relay',
    code: relay(), options: { abi }, signer: 'boss' });
  const request = { contract: 'relay', function: 'query',
    args: [ROOT, '$chain', hex('name')], signer: 'boss' };
  equal(await call(three[2], SIDE, 'relay', 'query', request.args), hex(ROOT),
    'a call');
  await committed(three[0], SIDE, request);
});

test('the root chain reads it only when its group says so', async () => {
  const key = { chain: SIDE, bucket: '$chain', key: 'name' };
  await refused(hosts[0], ROOT, query(key), /does not let chain root read/);
  await group('editGroup', { readers: [ROOT] });
  await until('the group is told', async () =>
    (await call(hosts[0], ROOT, '$cross', 'query', key)).value === hex(SIDE));
  await until('all hosts know', async () =>
    (await send(hosts[0], ROOT, query(key))).body.stage === 'committed');
  await level(hosts, ROOT);
  await refused(fourth, ROOT, { ...query(key), signer: undefined },
    /is open on this host/);
});

test('a group is told to its members', async () => {
  await hostedKey(hosts[0], 'guest');
  const get = (signer) => ({ contract: '$parachain', function: 'getGroup',
    args: { name: SIDE }, signer });
  await refused(hosts[0], ROOT, get('guest'), /told to its members/);
  const told = await call(hosts[0], ROOT, '$parachain', 'getGroup',
    { name: SIDE }, { signer: 'boss' });
  equal([told.admin, told.readers], [[boss], [ROOT]], 'group');
});

test('after the end of all hosts they have the same chains', async () => {
  const top = await height(three[0], SIDE);
  await Promise.all(hosts.map((host) => host.kill('SIGKILL')));
  await Promise.all(hosts.map((host) => host.start()));
  for (const host of three)
    await until(`${host.name} has it again`, async () =>
      await stateOf(host, SIDE) === 'open' &&
      (await detail(host, ROOT)).parallel[0].state === 'open');
  check(await height(three[0], SIDE) >= top, 'blocks are lost');
  equal(await stateOf(fourth, SIDE), undefined, 'the fourth');
  await puts.side.deposit();
  await puts.side.agree();
});

test('who leaves the group loses the chain; the others are told what to do',
  async () => {
    await group('editGroup', { identities: nodes.slice(0, 2) });
    await until('it is closed', async () =>
      await stateOf(three[2], SIDE) === 'closed');
    await until('the others know', async () => (await detail(three[0], SIDE))
      .outsideGroup?.includes(nodes[2]));
    await group('editGroup', { identities: nodes.slice(0, 3) });
    await until('it is open again', async () =>
      await stateOf(three[2], SIDE) === 'open');
    await puts.side.deposit();
    equal((await detail(three[0], SIDE)).outsideGroup, undefined, 'outside');
  });

test('stopped, it is closed everywhere', async () => {
  await group('stopChain', {});
  for (const host of three)
    await until(`${host.name} has closed it`, async () =>
      await stateOf(host, SIDE) === 'closed');
  equal((await detail(hosts[0], ROOT)).parallel[0].state, 'stopped', 'status');
  await puts.deposit();
});

await main();
