#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The sample applications, as installed, do what they say.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { offerGrpc } from './fabric-clients.mjs';
import { Network, checkCommitted, hexOf, invoke } from './fabric.mjs';
import {
  Node, check, cleanup, equal, evidenceChain, main, prefix, test, until,
} from './lib.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const examples = path.join(prefix, 'share/doc/bsn-host/examples');
const run = promisify(execFile);
let node, env;

const client = (...words) =>
  run(path.join(examples, 'client-node/client.mjs'), words, { env });

function file(name, text) {
  const made = path.join(node.home, name);
  fs.writeFileSync(made, text);
  return made;
}

test('an application gets a certificate and a hosted key', async () => {
  node = await Node.make();
  await node.start();
  const signer = await evidenceChain(node, 'evidence', 'sm');
  await node.ctl('id', 'new', 'shop', '--role', 'client', '--algorithm',
    'ecdsa-p256');
  await node.ctl('id', 'hosted', 'grant', signer, 'shop');
  env = {
    ...process.env,
    BSN_URL: `https://127.0.0.1:${node.port}`,
    BSN_CA: node.tlsCa(),
    BSN_CERT: path.join(node.dir, 'ids/shop/cert.pem'),
    BSN_KEY: path.join(node.dir, 'ids/shop/key.pem'),
    BSN_CHAIN: 'evidence',
    BSN_SIGNER: signer,
  };
});

test('client.mjs deposits and queries', async () => {
  const report = file('report', 'a report');
  const { stdout } = await client('deposit', report, 'by the test');
  check(/deposited in block \d+, transaction 0x[0-9a-f]{64}/.test(stdout),
    stdout);
  const { stdout: found } = await client('query', report);
  check(found.includes('by the test'), found);
});

test('client.mjs says what the gateway said when it is refused', async () => {
  const again = await client('deposit', path.join(node.home, 'report'))
    .then(() => null, (error) => error);
  equal(again.code, 1, 'exit code');
  check(/reverted: .*AlreadyDeposited/.test(again.stderr), again.stderr);
});

test('client.mjs listen goes on where it was after the host restarted',
  async () => {
    const listener = spawn(path.join(examples, 'client-node/client.mjs'),
      ['listen', '--after', '0.0', '--count', '3'],
      { env, stdio: ['ignore', 'pipe', 'inherit'] });
    cleanup(() => listener.kill());
    const ended = new Promise((resolve) => listener.once('exit', resolve));
    const lines = readline.createInterface(listener.stdout)[
      Symbol.asyncIterator]();
    const seen = [(await lines.next()).value];
    await client('deposit', file('second', 'second'), 'second');
    seen.push((await lines.next()).value);
    await node.kill();
    await node.start();
    await client('deposit', file('third', 'third'), 'third');
    seen.push((await lines.next()).value);
    equal(await ended, 0, 'exit code');
    const sequences = seen.map((line) =>
      JSON.parse(line.slice(line.indexOf('{'))).payload.sequence);
    equal(sequences, ['1', '2', '3'], seen.join('\n'));
  });

test('client-curl.sh deposits, queries and shows the event', async () => {
  const { stdout } = await run(
    path.join(examples, 'client-curl.sh'),
    [file('fourth', 'fourth')], { env });
  check(/"stage": ?"committed"/.test(stdout), stdout);
  check(/data: ?\{.*"Deposited"/.test(stdout), stdout);
  await node.stop();
});

// ---- Fabric's own client ----

const sample = path.join(top, 'configs/samples/asset-transfer');
let channel; // of three organisations, the first two of which know prices
let application; // client.mjs beside the packages that it needs

// Approved by the others, committed by the first one.
async function deployAssets({ hosts, admins, organisations }) {
  const collections = fs.readFileSync(
    path.join(sample, 'collections_config.json'), 'utf8')
    .replace('SellerMSP', organisations[0].mspId)
    .replace('BuyerMSP', organisations[1].mspId);
  const file = path.join(hosts[0].home, 'asset.tgz');
  await hosts[0].ctl('contract', 'pack', sample, '-o', file, '--label', 'asset');
  const options = { version: '1.0', collections: JSON.parse(collections),
    policy: "AND('Org1MSP.peer','Org2MSP.peer')" };
  const request = { kind: 'deploy', contract: 'asset', options,
    code: hexOf(fs.readFileSync(file)) };
  for (const n of [1, 2])
    checkCommitted(await admins[n].send(hosts[n], 'market',
      { ...request, options: { ...options, step: 'approve' } }));
  checkCommitted(await admins[0].send(hosts[0], 'market', request));
}

// As the client of an organisation, at its own host.
function fabric(n, ...words) {
  const { dir, organisation } = channel.clients[n];
  return run(application, words, { env: { ...process.env,
    FABRIC_PEER: `localhost:${channel.hosts[n].grpcPort}`,
    FABRIC_TLS_CA: channel.hosts[n].tlsCa(),
    FABRIC_MSP: organisation.mspId,
    FABRIC_CERT: path.join(dir, 'cert.pem'),
    FABRIC_KEY: path.join(dir, 'key.pem') } });
}

const failure = (promise) => promise.then(
  () => { throw new Error('it was done'); }, (error) => error);

test('client-fabric: a channel with private prices', async () => {
  const network = await Network.start([1, 2, 3], ['--chaincode-modules',
    path.join(top, 'tests/chaincode')], offerGrpc);
  channel = await network.makeChannel('market', 'std');
  await deployAssets(channel);
  // With the packages of the tests, which are the same versions.
  const npm = path.join(top, 'tests/npm');
  const wanted = JSON.parse(fs.readFileSync(
    path.join(examples, 'client-fabric/package.json'))).dependencies;
  const there = JSON.parse(fs.readFileSync(
    path.join(npm, 'package.json'))).dependencies;
  for (const [name, version] of Object.entries(wanted))
    equal(there[name], version, name);
  application = path.join(channel.hosts[0].home, 'client.mjs');
  fs.copyFileSync(path.join(examples, 'client-fabric/client.mjs'), application);
  fs.symlinkSync(path.join(npm, 'node_modules'),
    path.join(channel.hosts[0].home, 'node_modules'));
});

test('client-fabric creates an asset, whose price members know', async () => {
  const { stdout } = await fabric(0, 'create', 'car1', 'red', '4', 'Ann', '300',
    '275');
  check(/^created in block \d+, transaction [0-9a-f]{64}\n$/.test(stdout),
    stdout);
  await until('the other member has the price', async () =>
    (await fabric(1, 'price', 'car1')).stdout === '275\n');
  const { stdout: found } = await fabric(2, 'read', 'car1');
  equal(JSON.parse(found), { appraisedValue: 300, color: 'red', id: 'car1',
    owner: 'Ann', priced: true, size: 4 }, 'the asset');
  equal(await channel.call(channel.hosts[2], 'asset', 'GetPriceDigest', 'car1'),
    createHash('sha256').update('275').digest('hex'), 'the digest');
});

test('client-fabric says what an endorser said when it refuses', async () => {
  const denied = await failure(fabric(2, 'price', 'car1'));
  equal(denied.code, 1, 'exit code');
  check(/read access permission on privatedata/.test(denied.stderr) &&
    denied.stderr.includes(`\n  Org3MSP at ${channel.hosts[2].peerAddress}: `),
  denied.stderr);
  const again = await failure(fabric(0, 'create', 'car1', 'red', '4', 'Ann',
    '300'));
  check(/Org1MSP at .*the asset car1 already exists/.test(again.stderr),
    again.stderr);
});

test('client-fabric listens from where it was', async () => {
  const checkpoint = path.join(channel.hosts[0].home, 'checkpoint');
  const listen = async () => (await fabric(1, 'listen', '--from', '0',
    '--checkpoint', checkpoint, '--count', '1')).stdout;
  check(/^block \d+ AssetCreated .*"car1"/.test(await listen()), 'the first');
  await fabric(0, 'create', 'car2', 'blue', '5', 'Tom', '100');
  check(/^block \d+ AssetCreated .*"car2"/.test(await listen()), 'the next');
});

test('an asset that is deleted has no price any more', async () => {
  checkCommitted(await channel.clients[0].send(channel.hosts[0], 'market',
    invoke('asset', 'DeleteAsset', 'car1')));
  await until('it is gone', async () => /has no price/.test(
    (await fabric(1, 'price', 'car1').catch((error) => error)).stderr));
});

await main();
