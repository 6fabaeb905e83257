#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A chain across hosts of this machine, made in a temporary directory, measured
// by bsn-bench through all their gateways, and gone afterwards.
//   BSN_PREFIX=... tests/bench/network.mjs pbft:4|raft:3|solo:1 [--crypto sm|std]
//     [--identity sm2|ecdsa-p256] [--config JSON] [OPTIONS OF bsn-bench]
// The identities are those of hosts and of who asks. A command after `--` is run
// instead of bsn-bench, with BSN_CHAIN and BSN_NODES (directories, with colons
// between) in its environment: a shell to look around, say.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { check, main, prefix, test, until } from '../integration/lib.mjs';
import { makeChain, startHosts } from '../integration/network.mjs';

const CHAIN = 'bench';
const words = process.argv.slice(2);

// The value of an option of this script, taken out of the words.
function take(option, otherwise) {
  const at = words.indexOf(option);
  if (at < 0) return otherwise;
  return words.splice(at, 2)[1];
}

function run(command, args, env) {
  const child = spawn(command, args,
    { stdio: 'inherit', env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => code === 0 ? resolve()
      : reject(new Error(`${command} ended with ${code}`)));
  });
}

const command = words.includes('--')
  ? words.splice(words.indexOf('--')).slice(1) : null;
const crypto = take('--crypto', 'sm');
const identity = take('--identity', 'sm2');
const config = JSON.parse(take('--config', '{}'));
const [consensus, size] = (words.shift() ?? 'pbft:4').split(':');

test(`${consensus} of ${size}, ${crypto}, identities ${identity}`, async () => {
  check(Number(size) > 0, 'what to make is CONSENSUS:HOSTS, such as pbft:4');
  const hosts = await startHosts(Number(size), [],
    () => ['--algorithm', identity]);
  await makeChain(hosts, CHAIN, { crypto, consensus: { name: consensus }, ...config });
  for (const host of hosts)
    await until('all are connected', async () =>
      (await host.api('GET', `/v1/chains/${CHAIN}/status`)).connected ===
      hosts.length);
  const nodes = hosts.map((host) => host.dir);
  if (command)
    await run(command[0], command.slice(1),
      { BSN_CHAIN: CHAIN, BSN_NODES: nodes.join(':'), BSN_NODE: nodes[0] });
  else
    await run(path.join(prefix, 'bin/bsn-bench'),
      [CHAIN, ...nodes.flatMap((dir) => ['-n', dir]), ...words]);
  for (const host of hosts) await host.stop();
});

await main();
