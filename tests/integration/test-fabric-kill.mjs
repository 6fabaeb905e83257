#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Hosts of two organisations are killed while they endorse, order and commit:
// a peer, the one that leads, all of them. Whatever was answered is in the
// blocks, once, with the code that was answered; all hosts have the same blocks
// and state; and no money has been made or lost.
import { checkBlocks } from './fabric-blocks.mjs';
import { Network, codes, invoke, suites } from './fabric.mjs';
import { check, equal, main, note, test, until } from './lib.mjs';
import { height, ledger, level } from './network.mjs';

const CHANNELS = {
  log: { crypto: 'std', consensus: { name: 'raft' }, hosts: 3 },
  votes: { crypto: 'sm', hosts: 4,
    consensus: { name: 'pbft', view_timeout_ms: 1000 } },
};
const POLICY = "OR('Org1MSP.peer','Org2MSP.peer')";
const ACCOUNTS = 12;
const MONEY = 1000; // on each account
const WORKERS = 8;
const SIGNER = 'load';

let network;

// Clients that deposit evidence and move money, through hosts that may be gone;
// all final answers are kept.
class Load {
  constructor(channel) {
    this.channel = channel;
    this.answered = new Map(); // id: its answer
    this.unknown = 0;
    this.next = 0;
  }

  // Keys that the hosts keep, with certificates of their organisations.
  static async make(channel, owners) {
    const load = new Load(channel);
    const { algorithm } = suites[channel.crypto];
    load.signer = `${SIGNER}-${channel.name}`;
    await Promise.all(channel.hosts.map(async (host, i) => {
      await host.api('POST', '/v1/ids', { name: load.signer, algorithm });
      await host.ctl('id', 'hosted', 'certify', load.signer, '--ca',
        channel.organisations[owners[i] - 1].dir);
    }));
    for (let i = 0; i < ACCOUNTS; i++)
      await load.send(channel.hosts[0], invoke('bank', 'open', `${i}`,
        `${MONEY}`));
    equal(load.answered.size, ACCOUNTS, 'accounts');
    return load;
  }

  request() {
    const n = this.next++;
    if (n % 2 === 0) return invoke('evidence', 'deposit', `key-${n}`, 'value');
    const [from, to] = [n % ACCOUNTS, (n * 7 + 1) % ACCOUNTS];
    return invoke('bank', 'transfer', `${from}`,
      `${to === from ? (to + 1) % ACCOUNTS : to}`, '1');
  }

  async send(host, request) {
    const { body } = await host.request('POST',
      `/v1/chains/${this.channel.name}/txs?wait=committed&timeout_ms=60000`,
      { ...request, signer: this.signer });
    const answer = body.tx ?? body;
    if (answer.stage !== 'committed' && answer.stage !== 'invalid') {
      this.reason = JSON.stringify(body);
      return false;
    }
    check(!this.answered.has(answer.id), `${answer.id} is answered twice`);
    this.answered.set(answer.id, answer);
    return true;
  }

  // Until `during` is over.
  async work(during, through = this.channel.hosts) {
    let over = false;
    const worker = async (i) => {
      for (let n = i; !over; n++) {
        const sent = await this.send(through[n % through.length],
          this.request()).catch(() => false);
        if (sent) continue;
        this.unknown++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await Promise.all([during().finally(() => { over = true; }),
      ...Array.from({ length: WORKERS }, (_, i) => worker(i))]);
  }

  async goesOn(host, blocks = 8) {
    const from = await height(host, this.channel.name);
    await until(`${this.channel.name} goes on`, async () =>
      await height(host, this.channel.name) >= from + blocks, 30000)
      .catch((error) => {
        throw new Error(`${error.message}; ${this.reason}`);
      });
  }
}

// Everything that was answered, in the blocks; the same on all hosts.
async function agree(load) {
  const { channel } = load;
  const { name, hosts } = channel;
  await level(hosts, name);
  await until('nothing waits', async () => (await Promise.all(hosts.map(
    (host) => host.api('GET', `/v1/chains/${name}/status`))))
    .every(({ pending_txs: n }) => n === 0));
  await level(hosts, name);
  const ends = await Promise.all(hosts.map((host) => ledger(host, name)));
  for (const key of ['height', 'block_hash', 'state_hash', 'txs',
    'invalid_txs'])
    equal(new Set(ends.map((end) => end[key])).size, 1, `one ${key}`);
  const seen = new Map();
  const { height: top } = ends[0];
  for (let number = 0; number <= top; number++) {
    const { detail } = await hosts[number % hosts.length].api('GET',
      `/v1/chains/${name}/blocks/${number}?txs=1`);
    for (const { tx_id: id, code } of detail.txs) {
      check(!seen.has(id), `${id} is there twice`);
      seen.set(id, { block: number, code });
    }
  }
  for (const { id, block, native } of load.answered.values()) {
    const there = seen.get(id.slice(2));
    check(there, `${id}, answered in block ${block}, is nowhere`);
    equal([there.block, codes[there.code]], [block, native], id);
  }
  for (const host of hosts)
    equal(await channel.call(host, 'bank', 'total'), String(ACCOUNTS * MONEY),
      `money on ${host.name}`);
}

const publicKeys = new Map(); // of a channel's host

async function keyOf(channel, host) {
  const id = `${channel.name} ${host.name}`;
  if (!publicKeys.has(id))
    publicKeys.set(id, (await host.ctl('node', 'key', '--algorithm',
      suites[channel.crypto].algorithm)).trim());
  return publicKeys.get(id);
}

async function leaderOf(channel) {
  return until('somebody leads', async () => {
    const { detail } = await channel.hosts[0].api('GET',
      `/v1/chains/${channel.name}/status`);
    for (const host of channel.hosts)
      if (await keyOf(channel, host) === detail.consensus.leader) return host;
    return null;
  });
}

test('four hosts of two organisations', async () => {
  network = await Network.start([1, 2, 1, 2]);
});

for (const [name, words] of Object.entries(CHANNELS)) {
  let channel;
  let load;

  test(`${name}: a channel that is used`, async () => {
    channel = await network.makeChannel(name, words.crypto,
      { consensus: words.consensus }, network.hosts.slice(0, words.hosts));
    for (const contract of ['evidence', 'bank'])
      await channel.deploy(contract, { options: { policy: POLICY } });
    load = await Load.make(channel, network.owners);
    await load.work(() => load.goesOn(channel.hosts[0]));
    await agree(load);
  });

  test(`${name}: a peer is killed, and catches up`, async () => {
    const leader = await leaderOf(channel);
    const victim = channel.hosts.find((host) => host !== leader);
    await load.work(async () => {
      await load.goesOn(leader);
      await victim.kill();
      await load.goesOn(leader, 25);
      await victim.start();
      await load.goesOn(victim);
    });
    await agree(load);
  });

  test(`${name}: the one that leads is killed, and catches up`, async () => {
    const victim = await leaderOf(channel);
    const other = channel.hosts.find((host) => host !== victim);
    await load.work(async () => {
      await load.goesOn(other);
      await victim.kill();
      await load.goesOn(other, 25);
      await victim.start();
      await load.goesOn(victim);
    });
    await agree(load);
  });

  test(`${name}: all are killed`, async () => {
    const { hosts } = channel;
    await load.work(async () => {
      await load.goesOn(hosts[0]);
      await Promise.all(hosts.map((host) => host.kill()));
      await Promise.all(hosts.map((host) => host.start()));
      await load.goesOn(hosts[0]);
    });
    await agree(load);
  });

  test(`${name}: its blocks stand up to fabric-protos`, async () => {
    if (words.crypto === 'std') await checkBlocks(channel, channel.hosts[1]);
    const committed = [...load.answered.values()]
      .filter(({ stage }) => stage === 'committed').length;
    note(`${name}: ${load.answered.size} answers, ${committed} committed, ` +
      `${load.unknown} without one`);
    check(committed > 100, `${committed} committed`);
  });
}

await main();
