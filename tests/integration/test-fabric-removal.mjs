#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// An organisation is removed from a channel while all use it: from the block that
// says so on nothing of it counts and its node gets nothing, and the others do not
// notice.
import { Network, checkCommitted, codes, decode, invoke } from './fabric.mjs';
import { check, equal, main, test, until } from './lib.mjs';
import { height, level } from './network.mjs';

const CHAIN = 'trade';
const CONFIG = 1; // common.HeaderType
const FILTER = 2; // common.BlockMetadataIndex.TRANSACTIONS_FILTER
const EACH = 15;  // transactions of each before, and of the others after

let network, channel;
const last = () => network.hosts.at(-1);
const rest = () => network.hosts.slice(0, -1);

// Somebody who deposits one after the other until told to stop.
class Depositor {
  constructor(name, person, host) {
    Object.assign(this, { name, person, host, answers: [], going: true });
    this.done = this.run();
  }

  async run() {
    for (let i = 0; this.going; i++) {
      try {
        this.answers.push(await this.person.send(this.host, CHAIN,
          invoke('evidence', 'deposit', `${this.name}-${i}`, 'value')));
      } catch (error) {
        this.answers.push({ error: error.message });
      }
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
  }

  get committed() {
    return this.answers.filter(({ stage }) => stage === 'committed');
  }

  get failed() {
    return this.answers.filter(({ stage }) => stage !== 'committed');
  }

  async stop() {
    this.going = false;
    await this.done;
  }
}

// Of each transaction of a block: who made it, what it is, and its code.
async function transactions(host, number) {
  const block = await channel.block(host, number);
  return block.data.data.map((bytes, i) => {
    const { header } = decode('common.Payload',
      decode('common.Envelope', bytes).payload);
    const { type, tx_id: id } = decode('common.ChannelHeader',
      header.channel_header);
    const { creator } = decode('common.SignatureHeader',
      header.signature_header);
    return { type, id, code: block.metadata.metadata[FILTER][i],
      msp: decode('msp.SerializedIdentity', creator).mspid };
  });
}

test('three organisations, four hosts that agree', async () => {
  network = await Network.start([1, 2, 1, 3]);
  channel = await network.makeChannel(CHAIN, 'std',
    { consensus: { name: 'raft' } });
  const code = { options: { policy:
    "OR('Org1MSP.peer','Org2MSP.peer','Org3MSP.peer')" } };
  // deploy() asks the first two; a majority of three.
  channel.hosts = network.hosts.slice(0, 2);
  await channel.deploy('evidence', code);
  channel.hosts = network.hosts;
  await level(network.hosts, CHAIN);
});

test('one is removed, and all others go on', async () => {
  const [one, two, three] = channel.clients;
  const [first, second, third] = network.hosts;
  const others = [new Depositor('one', one, first),
    new Depositor('two', two, second), new Depositor('again', one, third)];
  const leaving = [new Depositor('three', three, last()),
    new Depositor('guest', three, first)];
  const all = [...others, ...leaving];

  await until('all have deposited', () =>
    all.every(({ committed }) => committed.length >= EACH));
  await channel.change({ organisations: [{ msp_id: 'Org3MSP', remove: true }] },
    channel.admins.slice(0, 2));
  const before = others.map(({ committed }) => committed.length);
  await until('the others have deposited more', () => others.every((one_, i) =>
    one_.committed.length >= before[i] + EACH));
  await until('those of the removed one are refused', () =>
    leaving.every(({ failed }) => failed.length > 0));
  await Promise.all(all.map((each) => each.stop()));
  await level(rest(), CHAIN);

  for (const each of others)
    equal(each.failed, [], `what failed of ${each.name}`);

  const end = await height(first, CHAIN);
  let removal = null;
  const valid = []; // ids of what counts of Org3MSP
  for (let n = 1; n <= end; n++)
    for (const { type, id, msp, code } of await transactions(first, n)) {
      if (type === CONFIG && code === codes.VALID) removal = n;
      if (msp !== 'Org3MSP' || code !== codes.VALID) continue;
      check(removal === null || n <= removal,
        `block ${n}: a transaction of Org3MSP is valid`);
      valid.push(id);
    }
  check(removal !== null && removal < end, `the config is block ${removal}`);
  for (const { name, committed } of leaving)
    for (const { block, id } of committed) {
      check(block <= removal, `${name}: committed in ${block}`);
      equal(valid.filter((one) => `0x${one}` === id || one === id).length, 1,
        `${name}: how often ${id} is there`);
    }

  // Its node has the block that removed it, and none behind.
  await until('it knows', async () => (await last().api('GET',
    `/v1/chains/${CHAIN}/status`)).detail.role === 'removed');
  equal(await height(last(), CHAIN), removal, 'its last block');
  const hashes = await Promise.all(network.hosts.map(async (host) =>
    (await host.api('GET', `/v1/chains/${CHAIN}/blocks/${removal}`)).hash));
  equal(new Set(hashes).size, 1, 'hashes of the block that removed it');
});

test('three nodes are left that agree, and keep one state', async () => {
  const [first, second, third] = network.hosts;
  await second.kill();
  checkCommitted(await channel.clients[0].send(first, CHAIN,
    invoke('evidence', 'deposit', 'without-one', 'value')));
  await second.start();
  await level(rest(), CHAIN);
  const states = await Promise.all([first, second, third].map(async (host) =>
    (await host.api('GET', `/v1/chains/${CHAIN}/ledger`)).state_hash));
  equal(new Set(states).size, 1, 'states');
});

await main();
