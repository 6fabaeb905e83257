// SPDX-License-Identifier: Apache-2.0
// Several hosts on loopback that know each other, and chains across them.
import fs from 'node:fs';
import path from 'node:path';

import { Node, check, freePort, until } from './lib.mjs';

// Hosts of organisations that trust each other's CAs, and those of hosts that
// there are already (which take notice within ten seconds), started. The options
// of `bsnctl init` for host i are init(i).
export async function startHosts(n, there = [], init = () => []) {
  const hosts = [];
  for (let i = 0; i < n; i++) {
    const host = await Node.make({ init: init(i) });
    host.name = `city-${there.length + i + 1}`;
    host.peerPort = await freePort();
    hosts.push(host);
  }
  const all = [...there, ...hosts];
  for (const host of all) fs.writeFileSync(
    path.join(host.dir, 'peers/cas.pem'),
    all.map((one) => fs.readFileSync(one.identityCa(), 'utf8')).join(''));
  for (const host of hosts) {
    host.set('listen', `127.0.0.1:${host.peerPort}`, 'peers');
    host.set('ca_files', 'peers/cas.pem', 'peers');
    await host.start();
  }
  return hosts;
}

// The members of a chain with a node on each host.
export async function membersOf(hosts, algorithm, role = () => 'consensus') {
  const members = [];
  for (const [i, host] of hosts.entries())
    members.push({
      public_key: (await host.ctl('node', 'key', '--algorithm', algorithm))
        .trim(),
      role: role(i), name: host.name, address: `127.0.0.1:${host.peerPort}`,
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
