#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The register of evidence in Solidity, JavaScript, C and AssemblyScript on chains of
// every framework that runs it, driven by the same calls at the gateway.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Network } from './fabric.mjs';
import { check, equal, main, test } from './lib.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const sample = (...parts) => path.join(top, 'configs/samples', ...parts);
const C = sample('evidence-wasm/c/evidence.wasm');
const ASSEMBLYSCRIPT = sample('evidence-wasm/assemblyscript/evidence.wasm');
const SOLIDITY = `${path.join(top, 'tests/data/Evidence.json')}:Evidence`;
const JAVASCRIPT = sample('evidence-chaincode');
const NAME = ['--args', '["City archive"]'];
const DIGEST = `0x${'5e'.repeat(32)}`;
const OTHER = `0x${'07'.repeat(32)}`;

let host;

// ---- chains ----

const CHAINS = {
  evm: { framework: 'fisco', algorithm: 'secp256k1', languages: ['solidity'],
    config: { crypto: 'std' } },
  wasm: { framework: 'fisco', algorithm: 'sm2', languages: ['c', 'assemblyscript'],
    config: { crypto: 'sm', runtime: 'wasm' } },
  xuper: { framework: 'xuper', algorithm: 'ecdsa-p256',
    languages: ['solidity', 'c', 'assemblyscript'],
    config: { consensus: { name: 'single' } } },
  fabric: { framework: 'fabric', algorithm: 'ecdsa-p256',
    languages: ['javascript', 'c', 'assemblyscript'] },
};

test('a host with a chain of each kind, and two keys for each', async () => {
  const network = await Network.start([1],
    ['--chaincode-modules', path.join(top, 'tests/chaincode')]);
  [host] = network.hosts;
  await network.makeChannel('fabric', 'std', { wasm: true });
  for (const [name, { framework, config, algorithm }] of Object.entries(CHAINS)) {
    if (framework !== 'fabric')
      await host.api('POST', '/v1/chains', { name, framework, config });
    for (const person of [`alice-${name}`, `bob-${name}`]) {
      await host.ctl('id', 'hosted', 'add', person, '--algorithm', algorithm);
      if (framework === 'fabric')
        await host.ctl('id', 'hosted', 'certify', person, '--role', 'admin');
      await host.ctl('id', 'hosted', 'grant', person, 'loader');
      await host.ctl('id', 'hosted', 'grant', person, 'admin');
    }
  }
});

test('chains say what their contracts are written in', async () => {
  for (const [name, { languages }] of Object.entries(CHAINS)) {
    const status = await host.api('GET', `/v1/chains/${name}/status`);
    for (const language of languages)
      check(status.languages.includes(language),
        `${name}: ${JSON.stringify(status.languages)} has no ${language}`);
  }
});

// ---- what an application does, anywhere ----

// What a chaincode answers, or says in an event, are bytes, which here are JSON.
const valueOf = (said) => (typeof said === 'string' ? JSON.parse(said) : said);

async function packed(file) {
  const label = path.basename(path.dirname(file)).replace(/[^a-z]/g, '');
  const out = path.join(host.home, `${label}.tgz`);
  await host.ctl('contract', 'pack', file, '-o', out, '--label', label);
  return out;
}

function suite(title, chain, contract, file, args = NAME) {
  const alice = `alice-${chain}`;
  const bob = `bob-${chain}`;
  const on = (rest) => `/v1/chains/${chain}${rest}`;
  const words = (signer, name, ...given) =>
    ({ contract, signer, function: name, args: given });
  const send = (...call) => host.api('POST',
    on('/txs?wait=committed&timeout_ms=30000'), words(...call));
  const ask = async (...call) =>
    (await host.api('POST', on('/call'), words(...call))).result;
  const entryOf = async (digest) => valueOf(await ask(alice, 'get', digest));
  async function refused(pattern, rest, body) {
    const { status, body: said } = await host.request('POST', on(rest), body);
    check([400, 404, 409, 422].includes(status) &&
      pattern.test(JSON.stringify(said.error)), `${status} ${JSON.stringify(said)}`);
  }

  test(`${title}: a register of evidence`, async () => {
    const code = chain === 'fabric' ? await packed(file) : file;
    await host.ctl('contract', 'deploy', chain, code, '--name', contract,
      '--version', '1.0', '--signer', alice, ...args);
    const tx = await send(alice, 'deposit', DIGEST, 'https://a.example/1',
      'a "note", 存证');
    equal(tx.stage, 'committed', 'stage');

    const entry = await entryOf(DIGEST);
    equal([entry.note, entry.uri, entry.revoked],
      ['a "note", 存证', 'https://a.example/1', false], 'entry');
    check(/^[0-9]{10}$/.test(entry.time), `seconds: ${entry.time}`);
    equal(String(await ask(alice, 'count')), '1', 'count');
    if (args.length > 0)
      equal(await ask(alice, 'name'), 'City archive', 'name');

    const heard = JSON.parse((await host.ctl('event', 'watch', chain, '--kind',
      'contract', '--name', 'Deposited', '--from', tx.block, '--count', '1',
      '--json')).trim().split('\n')[0]).data;
    const { depositor, digest, time } = valueOf(heard.payload.data ??
      heard.payload);
    equal([heard.block, heard.name, depositor, digest, time],
      [tx.block, 'Deposited', entry.depositor, DIGEST, entry.time], 'event');

    const txs = '/txs?wait=committed&timeout_ms=30000';
    await refused(/AlreadyDeposited|is deposited already/, txs,
      words(alice, 'deposit', DIGEST, 'u', 'n'));
    await refused(/TextTooLong|note has 1025 bytes/, txs,
      words(alice, 'deposit', OTHER, 'u', 'n'.repeat(1025)));
    await refused(/NotDeposited|is not deposited/, '/call',
      words(alice, 'get', OTHER));
    await refused(/NotTheDepositor|was deposited by/, txs,
      words(bob, 'revoke', DIGEST, 'not mine'));
    equal(await entryOf(DIGEST), entry, 'nothing of it was done');

    await send(alice, 'revoke', DIGEST, 'a mistake');
    equal(await entryOf(DIGEST), { ...entry, revoked: true }, 'revoked');
    await refused(/AlreadyRevoked|is revoked already/, txs,
      words(alice, 'revoke', DIGEST, 'again'));
    await refused(/./, '/call', words(alice, 'noSuchFunction'));
  });
}

suite('FISCO, Solidity', 'evm', 'evidence', SOLIDITY);
suite('FISCO, C', 'wasm', 'evidence_c', C);
suite('FISCO, AssemblyScript', 'wasm', 'evidence_as', ASSEMBLYSCRIPT);
suite('XuperChain, Solidity', 'xuper', 'evidence', SOLIDITY);
suite('XuperChain, C', 'xuper', 'evidence_c', C);
suite('XuperChain, AssemblyScript', 'xuper', 'evidence_as', ASSEMBLYSCRIPT);
suite('Fabric, JavaScript', 'fabric', 'evidence', JAVASCRIPT, []);
suite('Fabric, C', 'fabric', 'evidence_c', C, []);
suite('Fabric, AssemblyScript', 'fabric', 'evidence_as', ASSEMBLYSCRIPT, []);

main();
