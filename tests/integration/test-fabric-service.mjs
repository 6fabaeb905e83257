#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A chaincode as a service, as those in Go and Java are: fabric-shim's own server,
// with TLS that proves either side, on a P-256 channel and on an SM2 one. It goes
// and comes; somebody else in its place is not spoken to.
import crypto from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Network, checkCommitted, invoke, suites } from './fabric.mjs';
import { check, cleanup, equal, freePort, main, test, until }
  from './lib.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = path.join(top, 'tests/chaincode/service/index.js');
const CHANNELS = ['std', 'sm'];
const LABEL = 'service_1';

let network;
const services = {}; // by channel: { port, file, id, process, channel }
const file = (name) => path.join(network.hosts[0].home, name);

// ---- certificates ----

const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });

// A key and a certificate, by an authority or by itself.
function issue(name, authority) {
  const by = authority ? ['-CA', file(`${authority}.pem`), '-CAkey',
    file(`${authority}.key`), '-addext', 'subjectAltName=IP:127.0.0.1',
  '-addext', 'basicConstraints=critical,CA:false'] : [];
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
    `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`),
    ...by);
}

const pem = (name) => fs.readFileSync(file(name), 'utf8');

// ---- the service ----

async function start(service, certificate = 'service') {
  service.process = spawn(process.execPath, [program,
    `127.0.0.1:${service.port}`, service.id, file(`${certificate}.key`),
    file(`${certificate}.pem`), file('ca.pem')], { stdio: ['ignore', 'pipe',
    'inherit'] });
  await new Promise((resolve, reject) => {
    service.process.stdout.once('data', resolve);
    service.process.once('exit', () => reject(new Error('it has ended')));
  });
}

async function stop(service) {
  const gone = new Promise((resolve) => {
    service.process.once('exit', resolve);
  });
  service.process.kill('SIGKILL');
  await gone;
  service.process = null;
}

const send = ({ channel }, ...words) =>
  channel.clients[0].send(channel.hosts[0], channel.name,
    invoke('service', ...words)).catch((error) => {
    if (!error.error) throw error;
    return { error: error.error };
  });

test('two hosts that may connect to a service for each channel', async () => {
  cleanup(() => {
    for (const { process: one } of Object.values(services)) one?.kill('SIGKILL');
  });
  network = await Network.start([1, 2]);
  for (const name of CHANNELS) services[name] = { port: await freePort() };
  for (const host of network.hosts) {
    await host.stop();
    host.set('connect', Object.values(services).map(({ port }) =>
      `bsn.runtime-chaincode 127.0.0.1:${port}`).join(';'), 'io');
    await host.start();
  }
  issue('ca');
  issue('service', 'ca');
  issue('host', 'ca');
  issue('stranger');
});

for (const name of CHANNELS) {
  test(`${name}: its package says where it is`, async () => {
    const service = services[name];
    const directory = file(`package-${name}`);
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'connection.json'), JSON.stringify({
      address: `127.0.0.1:${service.port}`, dial_timeout: '5s',
      tls_required: true, root_cert: pem('ca.pem'), client_auth_required: true,
      client_key: pem('host.key'), client_cert: pem('host.pem') }));
    service.file = file(`${name}.tgz`);
    await network.hosts[0].ctl('contract', 'pack', directory, '-o',
      service.file, '--label', LABEL, '--type', 'ccaas');
    service.id = `${LABEL}:${crypto.createHash(suites[name].digest)
      .update(fs.readFileSync(service.file)).digest('hex')}`;
    service.channel = await network.makeChannel(name, name);
    await start(service);
    await service.channel.deploy('service', { code:
      fs.readFileSync(service.file), options:
      { policy: "AND('Org1MSP.peer','Org2MSP.peer')" } });
    const { versions } = await network.hosts[0].api('GET',
      `/v1/chains/${name}/contracts/service`);
    check(JSON.stringify(versions).includes(service.id),
      `${service.id} is not in ${JSON.stringify(versions)}`);
  });

  test(`${name}: both hosts endorse by it`, async () => {
    const service = services[name];
    const sent = checkCommitted(await send(service, 'put', 'a', 'one'));
    equal(sent.detail.endorsers.map(({ msp_id: id }) => id).sort(),
      ['Org1MSP', 'Org2MSP'], 'endorsers');
    equal(await service.channel.call(network.hosts[1], 'service', 'get', 'a'),
      'one', 'what was put');
    const { error } = await send(service, 'drop', 'a');
    check(error?.name === 'reverted' && /no function drop/.test(error.reason),
      JSON.stringify(error));
  });

  test(`${name}: it goes, and comes again`, async () => {
    const service = services[name];
    await stop(service);
    const { error } = await send(service, 'put', 'a', 'two');
    equal(error?.name, 'unavailable', 'without it');
    await start(service, 'stranger');
    const other = await send(service, 'put', 'a', 'two');
    equal(other.error?.name, 'unavailable', 'somebody else is there');
    await stop(service);
    await start(service);
    await until('it is back', async () =>
      (await send(service, 'put', 'a', 'three')).stage === 'committed');
    equal(await service.channel.call(network.hosts[1], 'service', 'get', 'a'),
      'three', 'what was put');
    await stop(service);
  });
}

await main();
