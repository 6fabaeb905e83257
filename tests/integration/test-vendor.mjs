#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A vendor's way: examples/minimal-engine is built against what is installed,
// trusted, enabled, and its chain does all that the guide promises.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  Node, allBlocks, check, checkLinks, cleanup, equal, main, prefix, test,
} from './lib.mjs';

const source = path.join(prefix, 'share/doc/bsn-host/examples/minimal-engine');
const text = '第一条 note, kept';
let node, work, library;

function make() {
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-vendor-'));
  cleanup(() => fs.rmSync(work, { recursive: true, force: true }));
  fs.cpSync(source, work, { recursive: true });
  execFileSync('make', ['-C', work, 'CFLAGS=-O2 -Wall -Wextra -Werror'], {
    env: { ...process.env,
      PKG_CONFIG_PATH: path.join(prefix, 'lib/pkgconfig') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  library = path.join(work, 'engine-notes.so');
}

const post = (what, body) => node.request('POST', `/v1/chains/n1/${what}`,
  { contract: 'notes', ...body });
const put = (key, words, signer = 'writer') => post('txs?wait=committed',
  { function: 'put', args: [key, words], signer });

test('it builds against the installed headers alone', async () => {
  make();
  check(fs.existsSync(library), 'engine-notes.so');
});

test('the node loads it once it is trusted and its framework enabled',
  async () => {
    const ours = path.join(prefix, 'lib/bsn/plugins');
    node = await Node.make();
    const files = fs.readdirSync(ours).filter((name) => name.endsWith('.so'))
      .map((name) => path.join(ours, name));
    const line = await node.ctl('plugin', 'trust', ...files, library);
    node.set('trust_digests', line.trim().replace(/^.*= /, ''));
    node.set('directories', `${ours};${work}`);
    node.set('frameworks', 'fisco;notes');
    await node.start();
    const { plugins } = await node.api('GET', '/v1/plugins');
    const one = plugins.find((p) => p.id === 'com.example.engine-notes');
    equal([one.verdict, one.reason], ['loaded', ''], 'verdict');
  });

test('a config that it does not understand is refused', async () => {
  const answer = await node.request('POST', '/v1/chains',
    { name: 'n0', framework: 'notes', config: { size: 1 } });
  equal(answer.status, 400, 'status');
  check(/no options/.test(answer.body.error.reason),
    answer.body.error.reason);
});

test('a note that a hosted key signs is committed and read back', async () => {
  await node.api('POST', '/v1/chains',
    { name: 'n1', framework: 'notes', config: {} });
  await node.api('POST', '/v1/ids', { name: 'writer', algorithm: 'sm2' });
  const answer = await put('first', text);
  equal([answer.status, answer.body.stage, answer.body.block],
    [200, 'committed', 1], 'submitted');
  equal(answer.body.detail, { key: 'first', text }, 'detail');
  const read = await post('call', { function: 'get', args: ['first'] });
  equal(read.body.result, text, 'read');
  const tx = await node.api('GET', `/v1/chains/n1/txs/${answer.body.id}`);
  equal([tx.stage, tx.block], ['committed', 1], 'looked up');
});

test('bsnctl signs with a key of its own', async () => {
  const out = await node.ctlJson('tx', 'send', 'n1', 'notes', 'put', 'second',
    'by the administrator');
  equal(out.stage, 'committed', JSON.stringify(out));
});

test('what it must refuse is refused with a reason', async () => {
  for (const [answer, status, says] of [
    [await put('first', 'changed'), 409, /taken/],
    [await put('No Key', text), 400, /key must be/],
    [await put('third', 'two\nlines'), 400, /without quotes|backslashes/],
    [await put('third', 'x'.repeat(1025)), 400, /1024/],
    [await post('call', { function: 'get', args: ['none'] }), 404, /none/],
    [await post('call', { function: 'get', args: [7] }), 400, /array of 1/],
    [await post('txs', { function: 'drop', args: [], signer: 'writer' }), 404,
      /put/],
    [await node.request('POST', '/v1/chains/n1/contracts', { contract: 'c',
      code: '0x00', signer: 'writer' }), 501, /built in/],
  ]) {
    equal(answer.status, status, JSON.stringify(answer.body));
    check(says.test(answer.body.error.reason), answer.body.error.reason);
  }
});

test('a finished transaction counts once, and on its own chain only',
  async () => {
    const { message, state } = (await post('txs/prepare', {
      kind: 'invoke', function: 'put', args: ['fourth', text],
      public_key: `0x${'11'.repeat(64)}`,
    })).body;
    equal(message, state, 'nothing but the message is remembered');
    const forged = await node.request('POST', '/v1/chains/n1/txs/sign',
      { state, signature: `0x${'22'.repeat(64)}` });
    equal(forged.body.error.name, 'bad-signature', 'a forged signature');
    const { detail: { raw } } = await node.api('GET',
      '/v1/chains/n1/blocks/1?raw=1');
    const tx = `0x${raw.slice(2 + 2 * 40)}`;
    await node.api('POST', '/v1/chains',
      { name: 'n2', framework: 'notes', config: {} });
    const again = (chain) =>
      node.request('POST', `/v1/chains/${chain}/txs`, { tx });
    equal((await again('n1')).body.error.name, 'duplicate', 'once more');
    const other = await again('n2');
    equal(other.status, 400, 'on another chain');
    check(/another chain/.test(other.body.error.reason),
      other.body.error.reason);
    const cut = await node.request('POST', '/v1/chains/n1/txs',
      { tx: tx.slice(0, 200) });
    equal(cut.status, 400, 'a piece of one');
  });

test('many at once are each answered', async () => {
  const { results } = await node.api('POST',
    '/v1/chains/n1/txs?wait=committed', {
      requests: Array.from({ length: 200 }, (_, i) => ({ contract: 'notes',
        function: 'put', args: [`many-${i}`, `${i}`], signer: 'writer' })),
    });
  equal(results.filter(({ stage }) => stage === 'committed').length, 200,
    'committed');
});

test('blocks, ledger, members, contracts and status agree', async () => {
  const get = (what) => node.api('GET', `/v1/chains/n1/${what}`);
  const blocks = await allBlocks(node, 'n1');
  checkLinks(blocks);
  equal(blocks.length, 203, 'blocks');
  const ledger = await get('ledger');
  equal([ledger.height, ledger.txs, ledger.block_hash],
    [202, 202, blocks.at(-1).hash], 'ledger');
  equal(ledger.bytes, blocks.reduce((sum, { bytes }) => sum + bytes, 0),
    'bytes');
  equal((await get(`blocks/${blocks[2].hash}`)).number, 2, 'by hash');
  equal((await get('nodes')).nodes.length, 1, 'members');
  equal((await get('contracts')).contracts[0].name, 'notes', 'contracts');
  equal((await get('status')).state, 'running', 'status');
});

test('events come from any block on, with the notes in them', async () => {
  const out = await node.ctl('event', 'watch', 'n1', '--from', '0', '--kind',
    'contract', '--count', '202', '--json');
  const events = out.trim().split('\n').map((line) => JSON.parse(line));
  check(JSON.stringify(events[0]).includes(text), out.slice(0, 300));
  check(out.includes('many-199'), 'the last');
});

test('after kill -9 every committed note is there', async () => {
  await node.kill();
  await node.start();
  equal((await post('call', { function: 'get', args: ['many-199'] })).body
    .result, '199', 'read');
  equal((await put('after', 'the crash')).body.block, 203, 'next block');
  await node.stop();
});

await main();
