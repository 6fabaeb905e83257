#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What another replicated store does on this machine: etcd (Debian's package
// etcd-server), three members on loopback, durable puts of as many bytes as a
// transaction has, through its JSON gateway. For docs/performance.md, beside
// tests/bench/network.mjs raft:3. Nothing is encrypted, signed or executed.
//   tests/bench/etcd.mjs [BYTES]
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { check, cleanup, freePort, main, note, test, until } from
  '../integration/lib.mjs';

const BYTES = Number(process.argv[2] ?? 271);
const MEMBERS = 3;
// [requests in flight, puts of a request, puts, those to warm up]
const RUNS = [[1, 1, 200, 30], [32, 1, 3000, 500], [16, 100, 12000, 1600]];
const agent = new http.Agent({ keepAlive: true });

function post(port, target, body) {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, agent,
      path: target, method: 'POST',
      headers: { 'Content-Length': Buffer.byteLength(text) } },
    (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => response.statusCode === 200
        ? resolve(JSON.parse(Buffer.concat(parts)))
        : reject(new Error(Buffer.concat(parts).toString())));
    });
    request.on('error', reject);
    request.end(text);
  });
}

async function startMembers() {
  const top = fs.mkdtempSync(path.join(os.tmpdir(), 'etcd-'));
  const members = [];
  for (let i = 0; i < MEMBERS; i++)
    members.push({ name: `m${i}`, port: await freePort(),
      peer: await freePort() });
  const cluster = members.map(({ name, peer }) =>
    `${name}=http://127.0.0.1:${peer}`).join();
  for (const { name, port, peer } of members) {
    const url = `http://127.0.0.1:${port}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    const process = spawn('etcd', ['--name', name,
      '--data-dir', path.join(top, name), '--listen-client-urls', url,
      '--advertise-client-urls', url, '--listen-peer-urls', peerUrl,
      '--initial-advertise-peer-urls', peerUrl,
      '--initial-cluster', cluster, '--log-level', 'error',
    ], { stdio: 'ignore' });
    process.once('error', (error) => note(error.message));
    cleanup(async () => process.kill('SIGKILL'));
  }
  cleanup(async () => {
    agent.destroy();
    fs.rmSync(top, { recursive: true, force: true });
  });
  const ports = members.map(({ port }) => port);
  for (const port of ports)
    await until('etcd answers', () => put(port, 1));
  return ports;
}

const encode = (bytes) => bytes.toString('base64');

// n puts, answered when they are on the disks of a majority.
async function put(port, n) {
  const puts = Array.from({ length: n }, () => ({
    key: encode(randomBytes(32)), value: encode(randomBytes(BYTES - 32)) }));
  if (n === 1) return post(port, '/v3/kv/put', puts[0]);
  const { succeeded } = await post(port, '/v3/kv/txn', { success:
    puts.map((one) => ({ request_put: one })) });
  check(succeeded, 'the puts are made');
}

async function run(ports, inFlight, batch, total) {
  const times = [];
  const began = performance.now();
  const cpu = process.cpuUsage();
  let sent = 0;
  await Promise.all(Array.from({ length: inFlight }, async (_, lane) => {
    while (sent < total) {
      const since = performance.now();
      sent += batch;
      await put(ports[lane % ports.length], batch);
      times.push(performance.now() - since);
    }
  }));
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const at = (share) =>
    Number(times[Math.ceil(times.length * share) - 1].toFixed(1));
  return { in_flight: inFlight, batch,
    puts_per_s: Math.round(total / took * 1000),
    p50_ms: at(0.5), p90_ms: at(0.9), p99_ms: at(0.99),
    client_cpu_share: Number(((user + system) / 1000 / took).toFixed(2)) };
}

test('durable puts are measured', async () => {
  const ports = await startMembers();
  for (const [inFlight, batch, total, warmUp] of RUNS) {
    await run(ports, inFlight, batch, warmUp);
    note(JSON.stringify(await run(ports, inFlight, batch, total)));
  }
});

await main();
