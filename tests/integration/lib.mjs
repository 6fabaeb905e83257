// SPDX-License-Identifier: Apache-2.0
// What the integration tests share: a node of the installed product, an HTTPS
// client with a certificate, and TAP.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { check, cleanup, equal } from './tap.mjs';

export * from './tap.mjs';

export const prefix = process.env.BSN_PREFIX;
export const build = process.env.BSN_BUILD;
if (!prefix) {
  console.log('Bail out! BSN_PREFIX must name an installed prefix');
  process.exit(1);
}
const run = promisify(execFile);

// ---- waiting ----

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Asks until `probe` answers something true; the last error is the reason.
export async function until(what, probe, deadline_ms = 30000) {
  const end = Date.now() + deadline_ms;
  let last;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`${what}: not within ${deadline_ms} ms` +
        (last ? `: ${last.message}` : ''));
    await pause(20);
  }
}

// One that nobody listens on, and that is neither given twice nor to a
// connection that somebody opens meanwhile: the kernel has others for these.
const PORTS = [10000, 32000];
const given = new Set();
export async function freePort() {
  for (;;) {
    const port = PORTS[0] + Math.floor(Math.random() * (PORTS[1] - PORTS[0]));
    const server = net.createServer();
    const free = !given.has(port) && await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    given.add(port);
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

// ---- a node ----

// However the program ends, no daemon outlives it.
const daemons = new Set();
process.on('exit', () => {
  for (const daemon of daemons) daemon.kill('SIGKILL');
});

export class Node {
  // A node directory made by `bsnctl init` (with further options `init`), with a
  // P-256 identity `loader` for TLS client authentication; not started.
  static async make({ plugins, config, init = [], via = [], address } = {}) {
    const node = new Node();
    node.via = via; // a command that runs others where the node is
    node.address = address ?? '127.0.0.1'; // of the gateway, seen from here
    node.home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-node-'));
    cleanup(async () => {
      await node.kill();
      fs.rmSync(node.home, { recursive: true, force: true });
    });
    node.dir = path.join(node.home, 'node');
    node.port = await freePort();
    node.opsPort = await freePort();
    node.log = path.join(node.home, 'log');
    const args = ['init', node.dir, '--org', 'Test', '--port', node.port,
      '--ops-port', node.opsPort, ...init];
    if (plugins) args.push('--plugin-dir', plugins);
    await run(path.join(prefix, 'bin/bsnctl'), args.map(String));
    await node.ctl('id', 'new', 'loader', '--role', 'admin', '--algorithm',
      'ecdsa-p256');
    if (config) await config(node);
    return node;
  }

  get configFile() {
    return path.join(this.dir, 'bsn-hostd.conf');
  }

  // Replaces `key = ...` (or a commented default) in the config; a key that
  // several sections have, in that section.
  set(key, value, section) {
    const text = fs.readFileSync(this.configFile, 'utf8');
    const before = section ? `^\\[${section}\\]\n(?:[^[\n].*\n|\n)*?` : '^';
    const line = new RegExp(`(${before})#? ?${key} *=.*$`, 'm');
    check(line.test(text), `the config has no ${section ?? ''} ${key}`);
    fs.writeFileSync(this.configFile,
      text.replace(line, (_, kept) => `${kept}${key} = ${value}`));
  }

  async ctl(...args) {
    const [program, ...rest] =
      [...this.via, path.join(prefix, 'bin/bsnctl'), ...args];
    const { stdout } = await run(program, rest, {
      env: { ...process.env, BSN_NODE: this.dir, BSN_ID: 'admin' },
      maxBuffer: 64 << 20,
    });
    return stdout;
  }

  async ctlJson(...args) {
    return JSON.parse(await this.ctl(...args, '--json'));
  }

  // Starts, under the command `under` if there is one, and waits until it is ready;
  // answers how long that took, in ms.
  // A node that cannot write is never ready: /healthz tells that it runs.
  async start(probe = '/readyz') {
    const began = Date.now();
    const log = fs.openSync(this.log, 'a');
    const [program, ...args] = [...this.via, ...this.under ?? [],
      path.join(prefix, 'sbin/bsn-hostd'), '--config', this.configFile];
    this.process = spawn(program, args, { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const daemon = this.process;
    daemons.add(daemon);
    daemon.once('exit', () => {
      daemons.delete(daemon);
      this.process = null;
    });
    const ready = until('the node is ready', async () =>
      (await this.ops(probe)).status === 200, this.patience_ms);
    await Promise.race([ready, this.exited.then(() => {
      throw new Error(`bsn-hostd ended: ${this.tail()}`);
    })]);
    this.agent?.destroy();
    const identity = (name) =>
      fs.readFileSync(path.join(this.dir, 'ids/loader', name));
    this.agent = new https.Agent({
      keepAlive: true,
      maxSockets: 64,
      ca: fs.readFileSync(this.tlsCa()),
      cert: identity('cert.pem'),
      key: identity('key.pem'),
    });
    return Date.now() - began;
  }

  tlsCa() {
    return path.join(this.dir, 'ca/tls-ca.pem');
  }

  identityCa() {
    return path.join(this.dir, 'ca/identity-ca.pem');
  }

  tail() {
    return fs.readFileSync(this.log, 'utf8').split('\n').slice(-8).join('\n');
  }

  async kill(signal = 'SIGKILL') {
    if (!this.process) return null;
    this.process.kill(signal);
    return this.exited;
  }

  async stop() {
    const { code } = await this.kill('SIGTERM');
    equal(code, 0, 'exit code after SIGTERM');
  }

  // {status, body} of a request to the gateway; JSON both ways.
  request(method, target, body, headers = {}) {
    return call(https, {
      host: this.address, port: this.port, path: target, method,
      agent: this.agent, servername: 'localhost', headers,
    }, body);
  }

  // The body; refusals are errors with name and reason.
  async api(method, target, body) {
    const answer = await this.request(method, target, body);
    if (answer.status >= 400) {
      const { name, reason } = answer.body.error;
      throw Object.assign(new Error(`${method} ${target}: ${name}: ${reason}`),
        { status: answer.status, error: answer.body.error });
    }
    return answer.body;
  }

  // It serves loopback only, which may be another one than here.
  async ops(target) {
    if (this.via.length === 0)
      return call(http, { host: '127.0.0.1', port: this.opsPort,
        path: target });
    const [program, ...args] = [...this.via, 'curl', '-s', '-w',
      '\n%{http_code}', `http://127.0.0.1:${this.opsPort}${target}`];
    const [, body, status] = (await run(program, args)).stdout
      .match(/^([^]*)\n(\d+)$/);
    return { status: Number(status), body };
  }
}

function call(module, options, body) {
  return new Promise((resolve, reject) => {
    const request = module.request(options, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        let parsed = text;
        try {
          parsed = JSON.parse(text);
        } catch {
          // not JSON: metrics
        }
        resolve({ status: response.statusCode, body: parsed });
      });
    });
    request.on('error', reject);
    if (body !== undefined) {
      const text = JSON.stringify(body);
      request.setHeader('Content-Type', 'application/json');
      request.setHeader('Content-Length', Buffer.byteLength(text));
      request.write(text);
    }
    request.end();
  });
}

// ---- the evidence contract ----

const artifact = () => JSON.parse(fs.readFileSync(
  new URL('../data/Evidence.json', import.meta.url))).contracts.Evidence;

// A chain with the contract on it and a hosted key that may use it.
export async function evidenceChain(node, name, crypto) {
  await node.api('POST', '/v1/chains',
    { name, framework: 'fisco', config: { crypto } });
  return deployEvidence(node, name, crypto);
}

// The contract on a chain that is there, and a hosted key that may use it.
export async function deployEvidence(node, name, crypto) {
  const signer = `signer-${name}`;
  const { abi, bytecode } = artifact();
  await node.api('POST', '/v1/ids',
    { name: signer, algorithm: crypto === 'sm' ? 'sm2' : 'secp256k1' });
  await node.api('POST', `/v1/chains/${name}/contracts?wait=committed`, {
    contract: 'evidence', code: bytecode, args: ['Test archive'], signer,
    options: { abi, version: '1.0' },
  });
  return signer;
}

export function deposit(digest, text = 'a report') {
  return {
    contract: 'evidence', function: 'deposit',
    args: [digest, 'https://archive.example/1', text],
  };
}

export function digestOf(...parts) {
  const hex = Buffer.from(parts.join('-')).toString('hex');
  return '0x' + hex.slice(-64).padStart(64, '0');
}

// All blocks, newest last, with the ids of their transactions.
export async function allBlocks(node, chain) {
  const { height } = await node.api('GET', `/v1/chains/${chain}/ledger`);
  const blocks = [];
  for (let n = 0; n <= height; n++)
    blocks.push(await node.api('GET', `/v1/chains/${chain}/blocks/${n}?txs=1`));
  return blocks;
}

export function txIds(block) {
  return block.detail.txs.map((tx) =>
    typeof tx === 'string' ? tx : tx.transactionHash);
}

// Each block names the one before it.
export function checkLinks(blocks) {
  for (let i = 1; i < blocks.length; i++) {
    equal(blocks[i].number, i, 'block number');
    equal(blocks[i].previous_hash, blocks[i - 1].hash,
      `previous hash of block ${i}`);
  }
}
