#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Real chaincodes on three hosts of two organisations that both have to endorse:
// every call of fabric-shim, a contract in JavaScript and one in TypeScript;
// processes that hang, die, are killed under load, and are uninstalled.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Network, checkCommitted, encode, invoke, suites } from './fabric.mjs';
import { check, equal, main, note, test, until } from './lib.mjs';
import { level, sameBlock } from './network.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const modules = path.join(top, 'tests/chaincode');
const POLICY = "AND('Org1MSP.peer','Org2MSP.peer')";
const WORKERS = 6;

let network;
let channel; // of P-256, for every call
let gm; // of SM2, for contracts

// ---- chaincodes ----

async function packageOf(directory, label) {
  const host = network.hosts[0];
  const file = path.join(host.home, `${label}.tgz`);
  await host.ctl('contract', 'pack', path.join(top, directory), '-o', file,
    '--label', label);
  return fs.readFileSync(file);
}

// The processes of a package on a host, which say so in their command line.
function processesOf(host, label) {
  const parents = new Map();
  const found = [];
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const status = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      parents.set(Number(pid), Number(status.split(') ').at(-1).split(' ')[1]));
      const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (words[0].endsWith('node') &&
        words.some((word) => word.startsWith(`${label}:`)))
        found.push(Number(pid));
    } catch {
      // it has ended meanwhile
    }
  return found.filter((pid) => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0)
      if (at === host.process.pid) return true;
    return false;
  });
}

const runtimesOf = async (host, name, label) => (await host.api('GET',
  `/v1/chains/${name}/status`)).detail.runtimes
  .filter((one) => one.package_id.startsWith(`${label}:`));

// ---- calls ----

// What becomes of a request: refused where it is endorsed, or a transaction.
const sendTo = (on, host, request, options) =>
  on.clients[0].send(host, on.name, { ...request,
    ...options ? { options } : {} }).catch((error) => {
    if (!error.error) throw error;
    return { error: error.error };
  });
const send = (host, ...words) => sendTo(channel, host, ...words);
const ask = (...words) => channel.call(channel.hosts[2], ...words);

// In a transaction; both organisations' processes have given the same.
async function sends(answer, ...words) {
  const sent = checkCommitted(await send(channel.hosts[0],
    invoke('every', ...words)));
  equal(sent.detail.response.payload, answer, words.join(' '));
  equal(sent.detail.endorsers.map(({ msp_id: id }) => id).sort(),
    ['Org1MSP', 'Org2MSP'], 'endorsers');
  return sent;
}

async function refuses(name, reason, request, options) {
  const { error } = await send(channel.hosts[0], request, options);
  check(error?.name === name && reason.test(error.reason),
    `${JSON.stringify(request.args)}: ${JSON.stringify(error)}`);
}

test('three hosts of two organisations, which have fabric-shim', async () => {
  execFileSync(path.join(modules, 'node_modules/.bin/tsc'),
    ['-p', path.join(modules, 'typed')]);
  network = await Network.start([1, 1, 2],
    ['--chaincode-modules', modules]);
  channel = await network.makeChannel('ch', 'std');
  gm = await network.makeChannel('gm', 'sm');
});

test('packages are approved, deployed, and reach the other hosts', async () => {
  await channel.deploy('every', { options: { policy: POLICY },
    code: await packageOf('tests/chaincode/every-call', 'every_1') });
  await channel.deploy('other', {
    options: { policy: POLICY, init_required: true },
    code: await packageOf('tests/chaincode/every-call', 'other_1') });
  for (const host of channel.hosts)
    await until(`${host.name} has both packages`, async () => {
      const one = await host.api('GET', '/v1/chains/ch/contracts/other');
      return one.versions[0].approvals.every(({ installed }) => installed);
    });
});

test('Init comes first, and once', async () => {
  await refuses('conflict', /must call as init first/,
    invoke('other', 'get', 'a'));
  const sent = checkCommitted(await send(channel.hosts[0],
    invoke('other', 'a', 'b'), { init: true }));
  equal(sent.detail.response.payload, 'init a,b', 'of Init');
  await refuses('conflict', /already initialized/, invoke('other', 'a', 'b'),
    { init: true });
});

// Its deadline passes while the next tests run.
let hanging;
test('calls hang', async () => {
  const query = channel.call(channel.hosts[1], 'other', 'hang');
  hanging = Promise.all([send(channel.hosts[0], invoke('other', 'hang')),
    query.catch(({ error }) => ({ error }))]);
});

test('states', async () => {
  await sends('', 'put', 'k1', 'v1');
  await sends('', 'put', 'k2', '值');
  await sends('v1', 'get', 'k1');
  await sends('值', 'get', 'k2');
  await sends('', 'del', 'k1');
  await sends('', 'get', 'k1');
});

test('ranges, and pages of them', async () => {
  for (let i = 1; i <= 5; i++) await sends('', 'put', `r${i}`, `${i}`);
  await sends('r1=1,r2=2,r3=3,r4=4,r5=5', 'range', 'r1', 'r9');
  await sends('r2=2,r3=3', 'range', 'r2', 'r4');
  await sends('', 'early-close');
  equal(await ask('every', 'pages', 'r1', 'r9', '3', ''),
    'r1=1,r2=2,r3=3 3 r4', 'a page');
  equal(await ask('every', 'pages', 'r1', 'r9', '3', 'r4'),
    'r4=4,r5=5 2 ', 'the last page');
});

test('queries by content, and pages of them', async () => {
  const colours = { q1: 'red', q2: 'blue', q3: 'red', q4: 'red' };
  for (const [key, colour] of Object.entries(colours))
    await sends('', 'put', key, JSON.stringify({ colour, key }));
  const found = (...keys) =>
    keys.map((key) => `${key}=${JSON.stringify({ colour: 'red', key })}`).join();
  const query = JSON.stringify({ selector: { colour: 'red' },
    sort: [{ colour: 'desc' }, { key: 'desc' }] });
  await sends(found('q4', 'q3', 'q1'), 'query', query);
  const first = await ask('every', 'query-pages', query, '2', '');
  const bookmark = first.split(' ').pop();
  equal(first, `${found('q4', 'q3')} 2 ${bookmark}`, 'a page');
  equal(await ask('every', 'query-pages', query, '2', bookmark),
    `${found('q1')} 1 `, 'the last page');
  const names = JSON.stringify({ selector: { key: { $gt: 'q2' } },
    fields: ['key'] });
  equal(await ask('every', 'query', names),
    'q3={"key":"q3"},q4={"key":"q4"}', 'some fields');
});

test('composite keys', async () => {
  await sends('', 'composite', '1', 'colour', 'red', 'a');
  await sends('', 'composite', '2', 'colour', 'red', 'b');
  await sends('', 'composite', '3', 'colour', 'blue', 'c');
  await sends('colour/red/a=1,colour/red/b=2', 'partial', 'colour', 'red');
  await sends('colour/blue/c=3,colour/red/a=1,colour/red/b=2', 'partial',
    'colour');
  equal(await ask('every', 'partial-pages', 'colour', '2', ''), '3,1 2',
    'a page');
});

test('history', async () => {
  await sends('', 'put', 'h', '1');
  await sends('', 'put', 'h', '2');
  await sends('', 'del', 'h');
  equal(await ask('every', 'history', 'h'), 'deleted,2,1', 'the latest first');
});

test('a key with a policy of its own', async () => {
  const principal = (msp) => ({ principal: encode('common.MSPRole',
    { msp_identifier: msp, role: 3 }) });
  const policy = encode('common.SignaturePolicyEnvelope', {
    rule: { n_out_of: { n: 1, rules: [{ signed_by: 1 }] } },
    identities: [principal('Org1MSP'), principal('Org2MSP')],
  }).toString();
  await sends('', 'put', 'owned', '1');
  await sends('', 'policy', 'owned', policy);
  equal(await ask('every', 'get-policy', 'owned'), policy, 'the policy');
});

test('what the proposal says', async () => {
  const sent = await sends('', 'event', 'sold', 'asset1');
  equal(sent.detail.event, { name: 'sold', data: 'asset1' }, 'event');
  const creator = await ask('every', 'creator');
  const { certificate } = (await channel.hosts[2].ctlJson('id', 'hosted', 'list'))
    .ids.find((one) => one.name === 'reader-std');
  equal(creator.trim(), `Org1MSP ${certificate}`.trim(), 'creator');
  const [id, name, fcn, args, seconds, binding] =
    (await ask('every', 'context', 'x', 'y')).split(' ');
  check(/^[0-9a-f]{64}$/.test(id), `transaction ${id}`);
  equal([name, fcn, args, binding], ['ch', 'context', '3', '64'], 'context');
  check(Math.abs(seconds - Date.now() / 1000) < 600, `time ${seconds}`);
  const secret = checkCommitted(await send(channel.hosts[0],
    invoke('every', 'transient', 'secret'), { transient: { secret: 'gold' } }));
  equal(secret.detail.response.payload, 'gold', 'transient');
  check(!secret.detail.args.includes('gold'), 'the secret is on the ledger');
});

test('chaincode to chaincode', async () => {
  await sends('200 ', 'call', 'other', 'put', 'c', '3');
  await sends('200 3', 'call', 'other', 'get', 'c');
  equal(await ask('other', 'get', 'c'), '3', "in the other's state");
  equal(await ask('every', 'get', 'c'), '', 'not in its own');
});

test('errors, and answers that are large', async () => {
  await refuses('reverted', /^no such asset$/,
    invoke('every', 'fail', 'no such asset'));
  await sends('', 'nothing');
  equal((await ask('every', 'large', '3145728')).length, 3 << 20, 'characters');
});

test('a process that dies fails its call, and is started again', async () => {
  const { error } = await send(channel.hosts[0], invoke('every', 'die'));
  equal(error?.name, 'unavailable', 'the call');
  await until('it answers', async () =>
    (await send(channel.hosts[0], invoke('every', 'put', 'd', '1'))).stage ===
      'committed');
});

test('a contract in TypeScript, on a channel of SM2 and SM3', async () => {
  await gm.deploy('typed', { options: { policy: POLICY },
    code: await packageOf('tests/chaincode/typed', 'typed_1') });
  const tx = (...words) => sendTo(gm, gm.hosts[1], invoke('typed', ...words));
  checkCommitted(await tx('Open', 'Ann', '10'));
  checkCommitted(await tx('Open', 'Bob', '0'));
  const given = checkCommitted(await tx('Give', 'Ann', 'Bob', '4'));
  equal(given.detail.event, { name: 'Given', data: 'Ann Bob 4' }, 'event');
  const { error } = await tx('Give', 'Ann', 'Bob', '7');
  check(/Ann cannot give 7/.test(error?.reason), JSON.stringify(error));
  for (const host of gm.hosts) {
    await level(gm.hosts, 'gm');
    equal(await gm.call(host, 'typed', 'Points', 'Bob'), '4', host.name);
  }
});

// ---- killed under load ----

const SIGNER = 'load';
const committed = new Map(); // asset: its transaction
let attempted = 0;

async function create(host) {
  const asset = `asset-${attempted++}`;
  const { body } = await host.request('POST',
    '/v1/chains/gm/txs?wait=committed&timeout_ms=30000', { signer: SIGNER,
      ...invoke('asset', 'CreateAsset', asset, 'red', '1', 'Ann', '5') });
  if (body.stage === 'committed') committed.set(asset, body.id);
}

// Each creates assets of its own until `during` is over.
async function load(during) {
  let over = false;
  const worker = async (i) => {
    for (let n = i; !over; n++) await create(gm.hosts[n % gm.hosts.length]);
  };
  await Promise.all([during().finally(() => { over = true; }),
    ...Array.from({ length: WORKERS }, (_, i) => worker(i))]);
}

async function more(n) {
  const want = committed.size + n;
  await until(`${want} assets`, () => committed.size >= want);
}

test('processes are killed under load: nothing is lost or doubled', async () => {
  await gm.deploy('asset', { options: { policy: POLICY },
    code: await packageOf('configs/samples/asset-transfer', 'asset_1') });
  await Promise.all(gm.hosts.map(async (host, i) => {
    await host.api('POST', '/v1/ids',
      { name: SIGNER, algorithm: suites.sm.algorithm });
    await host.ctl('id', 'hosted', 'certify', SIGNER, '--ca',
      gm.organisations[network.owners[i] - 1].dir);
  }));
  let killed = 0;
  await load(async () => {
    await more(20);
    for (const host of [gm.hosts[0], gm.hosts[2], gm.hosts[2]]) {
      const pids = await until('it runs', () => {
        const all = processesOf(host, 'asset_1');
        return all.length > 0 && all;
      });
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      killed++;
      await more(20);
    }
  });
  const [{ state, restarts }] = await runtimesOf(gm.hosts[2], 'gm', 'asset_1');
  equal(state, 'ready', 'its state');
  check(restarts >= 2, `it was started again ${restarts} times`);
  note(`${killed} killed, ${committed.size} of ${attempted} committed`);
});

test('all that was answered is there, once, everywhere', async () => {
  await sameBlock(gm.hosts, 'gm', await level(gm.hosts, 'gm'));
  for (const host of gm.hosts) {
    const there = JSON.parse(await gm.call(host, 'asset', 'GetAllAssets'))
      .map(({ id }) => id);
    equal(new Set(there).size, there.length, 'assets');
    for (const asset of committed.keys())
      check(there.includes(asset), `${host.name} has no ${asset}`);
  }
  for (const [asset, id] of [...committed].slice(-40))
    equal(JSON.parse(await gm.call(gm.hosts[0], 'asset', 'GetAssetHistory',
      asset)).map((change) => `0x${change.txId}`), [id], asset);
});

// ---- the ends ----

test('calls that hang have failed by their deadlines', async () => {
  const [sent, asked] = await hanging;
  equal(sent.error?.name, 'timeout', 'the transaction');
  equal([asked.error?.name, asked.error?.reason], ['timeout',
    'the chaincode has not answered within 20 seconds'], 'the query');
  checkCommitted(await send(channel.hosts[0],
    invoke('other', 'put', 'after', '1')));
});

test('an uninstalled chaincode has no process, and no calls', async () => {
  check(processesOf(channel.hosts[0], 'other_1').length > 0, 'it runs');
  const request = { kind: 'uninstall', contract: 'other' };
  checkCommitted(await channel.admins[1].send(channel.hosts[2], 'ch',
    { ...request, options: { step: 'approve' } }));
  checkCommitted(await channel.admins[0].send(channel.hosts[0], 'ch', request));
  for (const host of channel.hosts)
    await until(`${host.name} has stopped it`, () =>
      processesOf(host, 'other_1').length === 0);
  await refuses('not-found', /uninstalled/, invoke('other', 'get', 'c'));
  check(processesOf(channel.hosts[0], 'every_1').length > 0,
    'the other one goes on');
});

await main();
