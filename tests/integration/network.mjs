// SPDX-License-Identifier: Apache-2.0
// Several hosts on loopback that know each other, and chains across them.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { Node, check, deployEvidence, deposit, equal, freePort, until }
  from './lib.mjs';

// Hosts of organisations that trust each other's CAs, and those of hosts that
// there are already (which take notice within ten seconds), started. The options
// of `bsnctl init` for host i are init(i); `config` may change its config.
export async function startHosts(n, there = [], init = () => [], config) {
  const hosts = [];
  for (let i = 0; i < n; i++) {
    const host = await Node.make({ init: init(i), config });
    host.peerPort = await freePort();
    hosts.push(host);
  }
  await startThese(hosts, there);
  return hosts;
}

// The same with nodes that have been made; `peerAddress` is where they are, for
// others.
export async function startThese(hosts, there = []) {
  const all = [...there, ...hosts];
  for (const host of all) trust(host, all);
  await startAs(hosts, there.length);
}

// Which others' hosts a host speaks to on any chain.
export function trust(host, others) {
  fs.writeFileSync(path.join(host.dir, 'peers/cas.pem'),
    others.map((one) => fs.readFileSync(one.identityCa(), 'utf8')).join(''));
}

// Starts nodes that are to be called city-N from `before` + 1 on.
export async function startAs(hosts, before = 0) {
  for (const [i, host] of hosts.entries()) {
    host.name = `city-${before + i + 1}`;
    host.peerAddress ??= `127.0.0.1:${host.peerPort}`;
    host.set('listen', host.peerAddress, 'peers');
    host.set('ca_files', 'peers/cas.pem', 'peers');
    await host.start();
  }
}

// The members of a chain with a node on each host.
export async function membersOf(hosts, algorithm, role = () => 'consensus') {
  const members = [];
  for (const [i, host] of hosts.entries())
    members.push({
      public_key: (await host.ctl('node', 'key', '--algorithm', algorithm))
        .trim(),
      role: role(i), name: host.name, address: host.peerAddress,
    });
  return members;
}

// Makes a chain on all hosts from the genesis that the first one makes.
export async function makeChain(hosts, name, config, role) {
  const algorithm = config.crypto === 'std' ? 'secp256k1' : 'sm2';
  await hosts[0].api('POST', '/v1/chains', { name, framework: 'fisco', config,
    members: await membersOf(hosts, algorithm, role) });
  const file = path.join(hosts[0].home, `${name}.genesis`);
  fs.writeFileSync(file, await hosts[0].ctl('chain', 'genesis', name));
  for (const host of hosts.slice(1)) await host.ctl('chain', 'adopt', file);
}

export const ledger = (host, chain) =>
  host.api('GET', `/v1/chains/${chain}/ledger`);
export const height = async (host, chain) =>
  (await ledger(host, chain)).height;

// All have the block that the furthest of them has now.
export async function level(hosts, chain, deadline_ms = 60000) {
  const heights = await Promise.all(hosts.map((h) => height(h, chain)));
  const top = Math.max(...heights);
  await until(`${chain} is at ${top} everywhere`, async () => {
    const now = await Promise.all(hosts.map((h) => height(h, chain)));
    return now.every((one) => one >= top);
  }, deadline_ms);
  return top;
}

// The block of a number, the same on all hosts.
export async function sameBlock(hosts, chain, number) {
  const blocks = await Promise.all(hosts.map((host) =>
    host.api('GET', `/v1/chains/${chain}/blocks/${number}`)));
  const hashes = new Set(blocks.map((block) => block.hash));
  check(hashes.size === 1, `block ${number} of ${chain} is ${[...hashes]}`);
  return blocks[0];
}

// ---- a chain that is used ----

// What an account of an SM chain is called by contracts.
const accountOf = (publicKey) => `0x${crypto.createHash('sm3')
  .update(Buffer.from(publicKey.slice(2), 'hex')).digest('hex').slice(-40)}`;

// Clients of an SM chain that deposit evidence, each through the next of some
// hosts. Everything that is answered as committed is counted.
export class Clients {
  constructor(chain, hosts) {
    this.chain = chain;
    this.hosts = hosts;
    this.committed = 0;
    this.retried = 0;
    this.next = 0;
  }

  // The contract, and a key of each host's that may use it.
  static async make(chain, hosts) {
    const clients = new Clients(chain, hosts);
    clients.signer = await deployEvidence(hosts[0], chain, 'sm');
    for (const host of hosts.slice(1)) await clients.admit(host);
    return clients;
  }

  // A host that has come later; its clients may deposit, too.
  async admit(host) {
    const { public_key } = await host.api('POST', '/v1/ids',
      { name: this.signer, algorithm: 'sm2' });
    const { result } = await this.hosts[0].api('POST',
      `/v1/chains/${this.chain}/call`,
      { contract: 'evidence', function: 'DEPOSITOR_ROLE', args: [] });
    await this.submit(this.hosts[0], { contract: 'evidence',
      function: 'grantRole', args: [result, accountOf(public_key)] });
  }

  async submit(host, request) {
    const answer = await host.request('POST',
      `/v1/chains/${this.chain}/txs?wait=committed&timeout_ms=60000`,
      { ...request, signer: this.signer });
    check(answer.body.stage === 'committed', `${host.name}: ` +
      `${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  // One deposit; when its host fails it is made once more, through another one,
  // where it either succeeds or turns out to be there already.
  async deposit(through = this.hosts) {
    const digest = `0x${crypto.randomBytes(32).toString('hex')}`;
    const [host, other] = [0, 1].map((n) =>
      through[(this.next + n) % through.length]);
    this.next++;
    try {
      await this.submit(host, deposit(digest));
    } catch {
      this.retried++;
      await this.submit(other, deposit(digest)).catch((error) =>
        check(/AlreadyDeposited/.test(error.message), error.message));
    }
    this.committed++;
  }

  // Deposits through these hosts until `during` is over.
  async work(during, { through = this.hosts, workers = 4 } = {}) {
    let over = false;
    await Promise.all([
      during().finally(() => { over = true; }),
      ...Array.from({ length: workers }, async () => {
        do await this.deposit(through);
        while (!over);
      }),
    ]);
  }

  // A few blocks more than now.
  async goesOn(host, deadline_ms = 60000) {
    const from = await height(host, this.chain);
    await until(`${this.chain} goes on`, async () =>
      await height(host, this.chain) >= from + 3, deadline_ms);
  }

  // All hosts have the same blocks, and everything in them once.
  async agree(hosts, deadline_ms) {
    const top = await level(hosts, this.chain, deadline_ms);
    for (let number = 1; number < top; number += 1 + Math.floor(top / 20))
      await sameBlock(hosts, this.chain, number);
    await sameBlock(hosts, this.chain, top);
    for (const host of hosts)
      equal((await host.api('POST', `/v1/chains/${this.chain}/call`,
        { contract: 'evidence', function: 'count', args: [] })).result,
      String(this.committed), `${host.name}: deposits`);
  }
}
