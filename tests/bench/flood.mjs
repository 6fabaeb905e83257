#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What strangers at the port for other hosts take away: committed transactions
// a second of a PBFT chain of four hosts before, during and after each kind of
// attack on the first of them, and its memory. The attacker is a process of its
// own, niced as one on another machine would be. For docs/performance.md.
//   BSN_PREFIX=... tests/bench/flood.mjs [SECONDS [KIND...]]
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { deposit, main, test, until } from '../integration/lib.mjs';
import { Clients, makeChain, startHosts } from '../integration/network.mjs';
import { MESSAGE, enter, frame, tcp, tlsConnect }
  from '../integration/peer.mjs';

const CLIENTS = 8;
const BATCH = 20;

// ---- the attacker ----

const forever = async (width, body) => Promise.all(Array.from({ length: width },
  async () => { for (;;) await body(); }));
const soon = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const ATTACKS = {
  // Connects, says something that is no TLS, and goes.
  noise: ({ port }) => forever(32, async () => {
    const socket = tcp(port);
    socket.write(crypto.randomBytes(600));
    await Promise.race([socket.ended, soon(50)]);
    socket.destroy();
    count++;
  }),
  // Connects and is silent, as many as there may be.
  'half-open': ({ port }) => forever(200, async () => {
    count++;
    await tcp(port).ended;
  }),
  // Shakes hands by TLS, which costs the host a signature, and goes.
  handshakes: ({ port }) => forever(16, async () => {
    const socket = await tlsConnect(port).catch(() => null);
    socket?.destroy();
    count++;
  }),
  // A host with a good certificate that is no member of any chain.
  frames: ({ port, cert, key }) => forever(1, async () => {
    const big = frame(MESSAGE, Buffer.alloc(1 << 20), Buffer.alloc(32, 7));
    const peer = await enter(port, cert, key).catch(() => null);
    if (!peer) return soon(20);
    let closed = false;
    peer.socket.once('close', () => { closed = true; });
    while (!closed) {
      count++;
      if (!peer.socket.write(big))
        await Promise.race([peer.ended, new Promise((resolve) =>
          peer.socket.once('drain', resolve))]);
    }
    return undefined;
  }),
};
let count = 0;

if (process.argv[2] === '--attack') {
  const { kind, ...where } = JSON.parse(process.argv[3]);
  process.on('SIGUSR2', () => {
    console.log(count);
    process.exit(0);
  });
  await ATTACKS[kind](where);
}

// Attacks while `body` runs; answers how often.
async function attacked(kind, host, body) {
  const read = (file) =>
    fs.readFileSync(path.join(host.dir, 'ids/intruder', file), 'utf8');
  const what = JSON.stringify({ kind, port: host.peerPort,
    cert: read('cert.pem'), key: read('key.pem') });
  const child = spawn('nice', ['-n', '19', process.execPath,
    new URL(import.meta.url).pathname, '--attack', what],
  { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (data) => { said += data; });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const result = await body().finally(() => child.kill('SIGUSR2'));
  await ended;
  return { ...result, attempts: Number(said) };
}

// ---- the measure ----

function memory(host) {
  const text = fs.readFileSync(`/proc/${host.process.pid}/status`, 'utf8');
  return Math.round(Number(/RssAnon:\s+(\d+)/.exec(text)[1]) / 1024);
}

function cpu(host) {
  const stat = fs.readFileSync(`/proc/${host.process.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '').split(' ');
  return (Number(stat[11]) + Number(stat[12])) / 100;
}

async function measure(clients, seconds) {
  const [host] = clients.hosts;
  const began = Date.now(), cpu_before = cpu(host);
  let committed = 0, anon_mib = 0;
  while (Date.now() < began + 500) await soon(50); // until it is under way
  const from = Date.now(), end = from + seconds * 1000;
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (Date.now() < end) {
      const requests = Array.from({ length: BATCH }, () =>
        ({ ...deposit(`0x${crypto.randomBytes(32).toString('hex')}`),
          signer: clients.signer }));
      const { results } = await host.api('POST',
        `/v1/chains/${clients.chain}/txs?wait=committed`, { requests });
      committed += results.filter((r) => r.stage === 'committed').length;
      anon_mib = Math.max(anon_mib, memory(host));
    }
  }));
  const took = (Date.now() - from) / 1000;
  return { committed_per_s: Math.round(committed / took), anon_mib,
    cpu: ((cpu(host) - cpu_before) / (Date.now() - began) * 1000).toFixed(2) };
}

test('a chain under attack is measured', async () => {
  const [, , seconds = '5', ...kinds] = process.argv;
  const hosts = await startHosts(4);
  await hosts[0].ctl('id', 'new', 'intruder', '--role', 'node', '--algorithm',
    'ecdsa-p256');
  await makeChain(hosts, 'flooded',
    { crypto: 'sm', consensus: { name: 'pbft' } });
  const clients = await Clients.make('flooded', hosts.slice(0, 1));
  const tell = async (what, result) =>
    console.log(`# ${what}: ${JSON.stringify(await result)}`);
  await measure(clients, 1);
  await tell('before', measure(clients, Number(seconds)));
  for (const kind of kinds.length ? kinds : Object.keys(ATTACKS))
    await tell(kind, attacked(kind, hosts[0], () =>
      measure(clients, Number(seconds))));
  await until('the others are connected', async () =>
    (await hosts[0].api('GET', '/v1/peers')).peers.length >= 3);
  await tell('after', measure(clients, Number(seconds)));
  for (const host of hosts) await host.stop();
});

await main();
