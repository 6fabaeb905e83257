// SPDX-License-Identifier: Apache-2.0
// XuperChain-style chains on one host or several: addresses, transfers, and
// clients whose work can be counted. Addresses are made here once more, from what
// XuperChain publishes, and not by the program that is tested.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { check, equal, until } from './lib.mjs';
import { height, level, membersOf, sameBlock } from './network.mjs';
import { workload } from './uniform.mjs';

export const suites = {
  default: { algorithm: 'ecdsa-p256', version: 1, hash: 'sha256', rounds: 2 },
  gm: { algorithm: 'sm2', version: 2, hash: 'sm3', rounds: 1 },
};
export const algorithmOf = (config) =>
  suites[config.crypto ?? 'default'].algorithm;

// ---- addresses ----

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const digest = (name, bytes) =>
  crypto.createHash(name).update(bytes).digest();

function base58(bytes) {
  let number = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = BASE58[Number(number % 58n)] + text;
  for (const byte of bytes) {
    if (byte !== 0) break;
    text = BASE58[0] + text;
  }
  return text;
}

// Of a public key X || Y in hex.
export function addressOf(publicKey, name = 'default') {
  const { version, hash, rounds } = suites[name];
  const point = Buffer.from(`04${publicKey.replace(/^0x/, '')}`, 'hex');
  const body = Buffer.concat([Buffer.from([version]),
    digest('ripemd160', digest(hash, point))]);
  let sum = body;
  for (let i = 0; i < rounds; i++) sum = digest(hash, sum);
  return base58(Buffer.concat([body, sum.subarray(0, 4)]));
}

// ---- chains ----

// Makes a chain on all hosts from the genesis that the first one makes.
export async function makeXuper(hosts, name, config, role) {
  await hosts[0].api('POST', '/v1/chains', { name, framework: 'xuper', config,
    members: await membersOf(hosts, algorithmOf(config), role) });
  const file = path.join(hosts[0].home, `${name}.genesis`);
  fs.writeFileSync(file, await hosts[0].ctl('chain', 'genesis', name));
  for (const host of hosts.slice(1)) await host.ctl('chain', 'adopt', file);
}

// A key that the host keeps for its loader, and its address.
export async function hostedKey(host, name, suite = 'default') {
  const { public_key: key } = await host.api('POST', '/v1/ids',
    { name, algorithm: suites[suite].algorithm });
  return addressOf(key, suite);
}

export const call = async (host, chain, contract, fn, args = [], more = {}) =>
  (await host.api('POST', `/v1/chains/${chain}/call`,
    { contract, function: fn, args, ...more })).result;

// ---- nodes ----

export const status = (host, chain) =>
  host.api('GET', `/v1/chains/${chain}/status`);

// The word that a host has for its part of the chain.
export const becomes = (host, chain, role) => until(`${host.name} is ${role}`,
  async () => (await status(host, chain)).detail.role === role);

// What a host's own key is called where somebody signs with it.
export const nodeKey = (suite = 'default') => `node-${suites[suite].algorithm}`;

// Each host's node as a person who signs, with what the chain calls it.
export const nodesOf = (hosts, suite = 'default') =>
  Promise.all(hosts.map(async (host) => {
    const { algorithm } = suites[suite];
    const key = (await host.ctl('node', 'key', '--algorithm', algorithm))
      .trim();
    return { host, signer: nodeKey(suite), key,
      address: addressOf(key, suite) };
  }));

// ---- transactions ----

// One that several sign, each with a key of his host's; who begins pays.
export async function signTogether(chain, request, [first, ...others]) {
  let round = await first.host.api('POST', `/v1/chains/${chain}/txs/prepare`, {
    ...request, signer: first.signer, options: {
      auth_require: others.map(({ address }) => address),
      public_keys: others.map(({ key }) => key) } });
  for (const { host, signer } of [first, ...others]) {
    const { state, message, convention } = round;
    round = await host.api('POST', `/v1/chains/${chain}/txs/sign`,
      { state, message, convention, signer });
  }
  return { tx: round.tx };
}

// The whole answer, whatever it is.
export const send = (host, chain, request) => host.request('POST',
  `/v1/chains/${chain}/txs?wait=committed&timeout_ms=60000`, request);

export async function committed(host, chain, request) {
  const { status, body } = await send(host, chain, request);
  check(body.stage === 'committed', `${status} ${JSON.stringify(body)}`);
  return body;
}

// Somebody with all governance tokens proposes another agreement and votes for it.
// The block that triggers it comes when clients make it come: answers its height.
export async function propose(who, chain, args) {
  const at = await height(who.host, chain);
  const trigger = { height: `${at + 10}`, module: 'xkernel',
    contract: '$consensus', method: 'updateConsensus', args };
  const proposal = JSON.stringify({ trigger, args: { min_vote_percent: '51',
    stop_vote_height: `${at + 9}` } });
  const contract = '$proposal', { signer } = who;
  await committed(who.host, chain, { contract, function: 'Propose', signer,
    args: { proposal } });
  await committed(who.host, chain, { contract, function: 'Vote', signer,
    args: { proposal_id: '1', amount: '600000' } });
  return Number(trigger.height);
}

// What `bsnctl block verify` says of a block, with files alone.
export async function verifyBlock(host, chain, number, ...more) {
  const file = path.join(host.home, `${number}.block`);
  fs.writeFileSync(file, await host.ctl('block', 'show', chain, `${number}`,
    '--raw', '--json'));
  return host.ctlJson('block', 'verify', file, '--genesis',
    path.join(host.home, `${chain}.genesis`), ...more);
}

// The answer is a refusal with that code of the framework's.
export function checkRefused({ status, body }, native, pattern = /./) {
  check(status >= 400 && status < 500 && body.error,
    `${status} ${JSON.stringify(body)}`);
  equal(body.error.native, native, JSON.stringify(body.error));
  check(pattern.test(body.error.reason), body.error.reason);
}

// A version of the contract that the engine's workload brings, to be deployed.
export function conformCode(version = 0) {
  const { code, options } = workload('xuper').contract.versions[version];
  return { contract: 'conform', code: code.replace(/^hex:/, '0x'), options };
}

// ---- a chain that is used ----

// Clients that put values under keys of their own, each through the next of some
// hosts. Everything that is answered as committed is counted.
export class Puts {
  constructor(chain, hosts, suite) {
    Object.assign(this, { chain, hosts, suite, keys: [], retried: 0, next: 0 });
  }

  // The contract, and a key of each host's.
  static async make(chain, hosts, suite = 'default') {
    const puts = new Puts(chain, hosts, suite);
    for (const host of hosts) await puts.admit(host);
    await committed(hosts[0], chain, { kind: 'deploy', ...conformCode(),
      signer: puts.signer });
    return puts;
  }

  get signer() {
    return `putter-${this.chain}`;
  }

  async admit(host) {
    await hostedKey(host, this.signer, this.suite);
  }

  put(host, key) {
    return committed(host, this.chain, { contract: 'conform', function: 'put',
      args: [key, key], signer: this.signer });
  }

  // Once through a host; when that fails, with the same key through another.
  async deposit(through = this.hosts) {
    const key = crypto.randomBytes(12).toString('hex');
    const [host, other] = [0, 1].map((n) =>
      through[(this.next + n) % through.length]);
    this.next++;
    try {
      await this.put(host, key);
    } catch {
      this.retried++;
      await until('it is taken', () => this.put(other, key), 60000);
    }
    this.keys.push(key);
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

  async goesOn(host, deadline_ms = 60000) {
    const from = await height(host, this.chain);
    await until(`${this.chain} goes on`, async () =>
      await height(host, this.chain) >= from + 3, deadline_ms);
  }

  // All hosts have the same blocks, and everything that was answered.
  async agree(hosts = this.hosts, deadline_ms = 60000) {
    const top = await level(hosts, this.chain, deadline_ms);
    for (let number = 1; number < top; number += 1 + Math.floor(top / 20))
      await sameBlock(hosts, this.chain, number);
    await sameBlock(hosts, this.chain, top);
    const step = 1 + Math.floor(this.keys.length / 50);
    for (const host of hosts)
      for (let i = 0; i < this.keys.length; i += step)
        equal(await call(host, this.chain, 'conform', 'get', [this.keys[i]]),
          this.keys[i], `${host.name}: number ${i}`);
  }
}
