#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// An application of the gateway in plain Node.js: a P-256 client certificate
// proves who asks, and a key that the host keeps signs transactions. The
// contract is configs/samples/evidence/contracts/Evidence.sol, or its like as a
// chaincode, configs/samples/evidence-chaincode, or in WebAssembly,
// configs/samples/evidence-wasm: chains of all frameworks are used alike.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';

const USAGE = `Usage: client.mjs deposit FILE [NOTE]    deposits a file's digest
       client.mjs query FILE             shows what is deposited for a file
       client.mjs listen [--after ID] [--count N]
                                         prints deposits as they come

Environment:
  BSN_URL     the gateway              (https://127.0.0.1:8443)
  BSN_CA      who issued its certificate, PEM
  BSN_CERT    this client's certificate, P-256, PEM
  BSN_KEY     its private key, PEM
  BSN_CHAIN   the app chain            (evidence)
  BSN_SIGNER  the hosted key that signs transactions, and asks
  BSN_CONTRACT the contract's name     (evidence)`;

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set\n\n${USAGE}`);
  return value;
}

const url = process.env.BSN_URL ?? 'https://127.0.0.1:8443';
const contract = process.env.BSN_CONTRACT ?? 'evidence';
const chain = `/v1/chains/${process.env.BSN_CHAIN ?? 'evidence'}`;

// ---- requests ----

let agent;

// Resolves with the response when its head is there.
function send(method, path, body, headers = {}) {
  agent ??= new https.Agent({
    keepAlive: true,
    ca: fs.readFileSync(needed('BSN_CA')),
    cert: fs.readFileSync(needed('BSN_CERT')),
    key: fs.readFileSync(needed('BSN_KEY')),
  });
  const text = body === undefined ? undefined : JSON.stringify(body);
  if (text !== undefined)
    headers = {
      ...headers,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    };
  return new Promise((resolve, reject) => {
    https.request(new URL(path, url), { method, agent, headers }, resolve)
      .on('error', reject)
      .end(text);
  });
}

async function textOf(response) {
  response.setEncoding('utf8');
  let text = '';
  for await (const part of response) text += part;
  return text;
}

// The answer; a refusal is an error with the gateway's words.
async function ask(method, path, body, headers) {
  const response = await send(method, path, body, headers);
  const answer = JSON.parse(await textOf(response));
  if (response.statusCode >= 400) throw refusal(answer.error);
  return answer;
}

function refusal({ name, reason, remedy }) {
  return Object.assign(
    new Error([`${name}: ${reason}`, remedy].filter(Boolean).join('\n')),
    { final: true });
}

// ---- what the application does ----

function digestOf(file) {
  return '0x' + createHash('sha256').update(fs.readFileSync(file))
    .digest('hex');
}

// Answers when the transaction is in a block that is on disk.
async function deposit(file, note = '') {
  const tx = await ask('POST', `${chain}/txs?wait=committed`, {
    signer: needed('BSN_SIGNER'),
    contract,
    function: 'deposit',
    args: [digestOf(file), file, note],
  });
  // 202: the time that one may wait is over, the transaction is on its way.
  console.log(tx.stage === 'committed'
    ? `deposited in block ${tx.block}, transaction ${tx.id}`
    : `${tx.stage}, transaction ${tx.id}: ask again later`);
}

// Asked in the name of the hosted key, if there is one: chains that know people by
// certificates, as Fabric's do, want to know who asks.
async function query(file) {
  const { result } = await ask('POST', `${chain}/call`, {
    signer: process.env.BSN_SIGNER,
    contract, function: 'get', args: [digestOf(file)],
  });
  // A chaincode answers bytes, which here are JSON.
  const entry = typeof result === 'string' ? JSON.parse(result) : result;
  console.log(JSON.stringify(entry, null, 2));
}

// Server-sent events: fields, one a line; an empty line ends an event.
async function* eventsOf(response) {
  response.setEncoding('utf8');
  let rest = '';
  for await (const part of response) {
    const blocks = (rest + part).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const event = {};
      for (const line of block.split('\n')) {
        const colon = line.indexOf(': ');
        if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
      }
      if (event.data) yield event; // else a comment that keeps it open
    }
  }
}

// Goes on after the last event that was seen, over any break: none is lost and
// none comes twice. A program that must survive its own end as well stores `id`
// with what it made of the event.
async function listen({ after, count = Infinity }) {
  for (let last = after; count > 0;) {
    try {
      const response = await send('GET',
        `${chain}/events?kind=contract&name=Deposited`, undefined,
        last ? { 'Last-Event-ID': last } : {});
      if (response.statusCode !== 200)
        throw refusal(JSON.parse(await textOf(response)).error);
      for await (const { id, event, data } of eventsOf(response)) {
        if (event === 'end') break; // the host stops, or the chain closes
        last = id;
        console.log(`${id} ${data}`);
        if (--count === 0) return response.destroy();
      }
    } catch (error) {
      if (error.final && !error.message.startsWith('unavailable')) throw error;
      console.error(`${error.message}; trying again`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

// ---- the command line ----

function options(words) {
  const found = {};
  for (let i = 0; i < words.length; i += 2) {
    if (!['--after', '--count'].includes(words[i]) || !words[i + 1])
      throw new Error(USAGE);
    found[words[i].slice(2)] = words[i + 1];
  }
  if (found.count !== undefined) found.count = Number(found.count);
  return found;
}

const [command, ...words] = process.argv.slice(2);
try {
  if (command === 'deposit' && words.length >= 1) await deposit(...words);
  else if (command === 'query' && words.length === 1) await query(...words);
  else if (command === 'listen') await listen(options(words));
  else throw new Error(USAGE);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
agent?.destroy();
