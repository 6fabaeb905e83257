#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Contracts for WebAssembly by the installed SDK: the samples are what their sources
// become, and do what they say; without a chain.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { cleanup, check, equal, main, prefix, test } from './lib.mjs';
import { Host } from './wasm-host.mjs';

const top = new URL('../../', import.meta.url).pathname;
const sdk = path.join(prefix, 'share/bsn-host/sdk');
const made = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-wasm-'));
cleanup(() => fs.rmSync(made, { recursive: true }));

const SAMPLES = {
  'evidence-wasm-c-evidence': 'evidence-wasm/c/evidence',
  'evidence-wasm-assemblyscript-evidence':
    'evidence-wasm/assemblyscript/evidence',
  'token-wasm-cpp-token': 'token-wasm/cpp/token',
  'token-wasm-rust-token': 'token-wasm/rust/token',
};
const committed = (name) => fs.readFileSync(
  path.join(top, 'configs/samples', `${SAMPLES[name]}.wasm`));

function refused(host, pattern, ...words) {
  try {
    host.call(...words);
  } catch (error) {
    check(pattern.test(error.message), error.message);
    return;
  }
  throw new Error(`${words[0]} was not refused`);
}

test('pkg-config says where the SDK is', () => {
  const said = execFileSync('pkg-config', ['--variable=sdkdir', 'bsn-abi'], {
    encoding: 'utf8', env: { ...process.env,
      PKG_CONFIG_PATH: path.join(prefix, 'lib/pkgconfig') } }).trim();
  equal(said, sdk, 'sdkdir');
});

test('the samples compile by it, to the bytes that are committed', () => {
  execFileSync(path.join(top, 'tests/data/make-wasm'), [made],
    { env: { ...process.env, BSN_SDK: sdk }, stdio: ['ignore', 'ignore', 'pipe'] });
  const version = (tool) => execFileSync(tool, ['--version'],
    { encoding: 'utf8' }).match(/(?:version |rustc |LLD )(\d+\.\d+)/)[1];
  const pinned = version('clang') === '14.0' && version('wasm-ld') === '14.0';
  for (const name of Object.keys(SAMPLES)) {
    const file = path.join(made, `${name}.wasm`);
    if (!fs.existsSync(file)) { // no rustc that can
      equal(name, 'token-wasm-rust-token', 'left out');
      continue;
    }
    new WebAssembly.Module(fs.readFileSync(file));
    const same = name.includes('rust') ? version('rustc') === '1.63'
      : name.includes('assemblyscript') || pinned;
    if (same)
      check(fs.readFileSync(file).equals(committed(name)),
        `${name}: tests/data/make-wasm has not been run`);
  }
});

const digest = `0x${'ab'.repeat(32)}`;
for (const name of Object.keys(SAMPLES).filter((each) => /^evidence/.test(each)))
  test(`${name}: a register of evidence`, () => {
    const host = new Host(committed(name));
    equal(host.functions().sort(), ['count', 'deposit', 'get', 'initialize',
      'name', 'revoke'], 'functions');
    refused(host, /a register has a name/, 'initialize', ['']);
    host.call('initialize', ['City archive']);
    equal(host.call('name'), 'City archive', 'name');
    equal(host.call('deposit', [digest, 'https://a.example/1', 'a "note"\n 存证']),
      '', 'result');
    host.call('deposit', { note: '', uri: 'u', digest: `0x${'0'.repeat(63)}1` });
    equal(JSON.parse(host.call('get', [digest])), { depositor: 'alice',
      note: 'a "note"\n 存证', revoked: false, time: '1700000000',
      uri: 'https://a.example/1' }, 'entry');
    equal(host.call('count'), '2', 'count');
    equal([host.events[0].name, JSON.parse(host.events[0].data)],
      ['Deposited', { depositor: 'alice', digest, time: '1700000000' }],
      'event');
    refused(host, /^0x(ab){32} is deposited already$/, 'deposit',
      [digest, 'u', 'n']);
    refused(host, /^a digest is 0x and 64 hexadecimal digits, not all 0, and not "7"$/,
      'get', ['7']);
    refused(host, /not all 0/, 'get', [`0x${'0'.repeat(64)}`]);
    refused(host, /not all 0/, 'get', [digest.toUpperCase().replace('X', 'x')]);
    refused(host, /^note has 1025 bytes, and at most 1024 fit$/, 'deposit',
      [`0x${'cd'.repeat(32)}`, 'u', 'n'.repeat(1025)]);
    refused(host, /the argument "note" is missing/, 'deposit',
      [`0x${'cd'.repeat(32)}`, 'u']);
    refused(host, /is not deposited/, 'get', [`0x${'cd'.repeat(32)}`]);
    host.caller = 'bob';
    refused(host, /was deposited by alice$/, 'revoke', [digest, 'mine']);
    host.caller = 'alice';
    host.call('revoke', [digest, 'a mistake']);
    equal(JSON.parse(host.call('get', [digest])).revoked, true, 'revoked');
    refused(host, /is revoked already$/, 'revoke', [digest, 'again']);
    equal([host.events[2].name, JSON.parse(host.events[2].data)], ['Revoked',
      { depositor: 'alice', digest, reason: 'a mistake' }], 'event');
    equal([host.events.length, host.call('count')], [3, '2'], 'events');
  });

for (const name of Object.keys(SAMPLES).filter((each) => /^token/.test(each)))
  test(`${name}: a token`, () => {
    const host = new Host(committed(name));
    equal(host.functions().sort(),
      ['balanceOf', 'initialize', 'totalSupply', 'transfer'], 'functions');
    const balance = (owner) => host.call('balanceOf', [owner]);
    refused(host, /is no number/, 'initialize', ['many']);
    host.call('initialize', ['18446744073709551615']);
    equal(host.call('totalSupply'), '"18446744073709551615"', 'supply');
    host.call('transfer', { amount: '5', to: 'b"\u0001' });
    host.call('transfer', ['alice', '7']);
    equal([balance('alice'), balance('b"\u0001'), balance('none')],
      ['"18446744073709551610"', '"5"', '"0"'], 'balances');
    equal([host.events[0].name, JSON.parse(host.events[0].data)],
      ['Transfer', { to: 'b"\u0001', amount: '5' }], 'event');
    host.caller = 'carol';
    refused(host, /there is not enough/, 'transfer', ['alice', '1']);
  });

// What the samples do not use.
const EVERY = {
  C: (out) => execFileSync('clang', [`@${sdk}/wasm/flags`, `-I${sdk}/wasm`,
    '-Wall', '-Wextra', '-Wconversion', '-Werror',
    '-Wl,--max-memory=4194304', '-o', out, path.join(top, 'tests/wasm/every.c')]),
  AssemblyScript(out) {
    const sample = path.join(top, 'configs/samples/evidence-wasm/assemblyscript');
    execFileSync('node', [path.join(sample, 'node_modules/assemblyscript/bin/asc.js'),
      path.relative(sample, path.join(top, 'tests/wasm/every.ts')), '--use', 'abort=',
      '--runtime', 'stub', '--maximumMemory', '64', '--path', 'node_modules',
      '-o', out], { cwd: sample });
  },
};
for (const [language, compile] of Object.entries(EVERY))
  test(`${language}: everything else of the SDK`, () => {
    const file = path.join(made, `every-${language}.wasm`);
    compile(file);
    const host = new Host(fs.readFileSync(file));
    equal(host.call('hex', ['0x00fFa9']), '0x00ffa9', 'hex');
    equal(host.call('hex', ['0x']), '0x', 'of nothing');
    for (const text of ['', '0', '00', '0x0', '0x0g', 'x000'])
      refused(host, /no digits/, 'hex', [text]);
    equal(host.call('digest', ['abc']), '0xba7816bf8f01cfea414140de5dae2223' +
      'b00361a396177a9cb410ff61f20015ad', 'SHA-256');
    equal(host.call('sum', ['999999999999999999', '1']), '1000000000000000000',
      'sum');
    for (const text of ['', '-1', '1.0', '99999999999999999999'])
      refused(host, /no number/, 'sum', ['1', text]);
    equal(host.call('entries', ['b', '']), '{"b":"2","c":""}', 'from');
    equal(host.call('entries', ['', 'c']), '{"a":"1","b":"2"}', 'to');
    equal(host.call('entries', ['', '', 'b']), '{"a":"1","c":""}', 'deleted');
    host.other = (name, args) => {
      if (name !== 'greet') throw new Error(`no ${name}`);
      return JSON.stringify(args);
    };
    equal(host.call('ask', ['greet', 'Ada']), 'yes: [["to","Ada"],["","self"]]',
      'called');
    equal(host.call('ask', ['leave', 'Ada']), 'no: no leave', 'refused');
    refused(host, /out of memory|unreachable/, 'bomb');
  });

main();
