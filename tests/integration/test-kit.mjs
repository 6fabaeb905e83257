#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The vendor kit: the commands of the guide's first ten minutes as they stand
// there; then the project that `bsnctl plugin new` begins, and the guide's second
// engine, in a real node.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  Node, allBlocks, check, checkLinks, cleanup, equal, freePort, main, note,
  prefix, test,
} from './lib.mjs';

const guide = path.join(prefix, 'share/doc/bsn-host/vendor-guide.md');
const env = { ...process.env,
  PATH: `${prefix}/bin:${prefix}/sbin:${process.env.PATH}`,
  PKG_CONFIG_PATH: path.join(prefix, 'lib/pkgconfig') };
delete env.BSN_NODE;
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-kit-'));
cleanup(() => fs.rmSync(work, { recursive: true, force: true }));

const project = path.join(work, 'orchard');
const library = path.join(project, 'engine-orchard.so');
const tally = path.join(work, 'engine-tally');
const workload = JSON.parse(fs.readFileSync(path.join(prefix,
  'share/bsn-host/vendor-kit/engine-acme.workload.json')));
const versions = workload.contract.versions.map(({ code }) =>
  `0x${Buffer.from(code.replace(/^text:/, '')).toString('hex')}`);
let node;

// ---- the guide ----

test('the commands of the first ten minutes do what the guide says',
  async () => {
    const [, section] = fs.readFileSync(guide, 'utf8')
      .match(/\n## The first ten minutes\n([^]*?)\n## /);
    const blocks = [...section.matchAll(/```sh\n([^]*?)```/g)]
      .map((found) => found[1]);
    check(blocks.length >= 6, `${blocks.length} blocks`);
    const [port, opsPort] = [await freePort(), await freePort()];
    const commands = blocks.join('').replace('bsnctl init node1',
      `bsnctl init node1 --port ${port} --ops-port ${opsPort}`);
    const script = `set -eu\ntrap 'kill $! && wait' EXIT\n${commands}`;
    fs.mkdirSync(path.join(work, 'guide'));
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script],
      { cwd: path.join(work, 'guide'), env, encoding: 'utf8',
        timeout: 120000, killSignal: 'SIGTERM' });
    if (status !== 0) note(`${stdout}\n${stderr}`);
    equal(status, 0, 'exit status');
    check((stdout.match(/Ada/g) ?? []).length >= 3, stdout);
    check(/Signed/.test(stdout), stdout);
    check(/frozen/.test(stdout), stdout);
    check(fs.existsSync(path.join(work, 'guide/acme/engine-acme.so.sig')),
      'signed');
  });

// ---- a project under its own name ----

const run = (program, ...args) => execFileSync(program, args,
  { cwd: project, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

test('a project is begun, configured and built', async () => {
  execFileSync('bsnctl', ['plugin', 'new', project, '--name', 'orchard'],
    { env, stdio: 'ignore' });
  run('./autogen.sh');
  run('./configure', `--prefix=${work}/installed`,
    'CFLAGS=-O2 -Wconversion -Werror');
  run('make');
  check(fs.existsSync(library), 'engine-orchard.so');
});

test('make check: it does all that the standard asks of one node', async () => {
  const said = run('make', 'check');
  check(/^ok \d+ - tx\.replay/m.test(said), said);
  check(!/^not ok/m.test(said), said);
});

test('bsn-sim runs it through crashes and bad disks', async () => {
  const said = run('bsn-sim', '-e', library, '-n', '1', '-w',
    path.join(project, 'engine-orchard.workload.json'), '--seeds', '1..5');
  check(/^5 held, 0 violated/m.test(said), said);
});

test('make conformance says what is missing for several', async () => {
  const { status, stdout } = spawnSync('make', ['conformance'],
    { cwd: project, env, encoding: 'utf8' });
  check(status !== 0, 'it does not conform yet');
  const missing = [...stdout.matchAll(/^not ok \d+ - ([a-z.-]+)/gm)]
    .map(([, id]) => id);
  check(missing.length > 0 && missing.every((id) =>
    /^chain\.(join|leave)|^function\.dynamic-nodes/.test(id)),
  missing.join(' '));
  check(/chain\.join/.test(
    fs.readFileSync(path.join(project, 'conformance.html'), 'utf8')), 'report');
});

test('it installs the plugin with its workload, and removes them', async () => {
  const installed = path.join(work, 'installed/lib/bsn/plugins');
  run('make', 'install');
  equal(fs.readdirSync(installed).sort(),
    ['engine-orchard.so', 'engine-orchard.workload.json'], 'files');
  run('make', 'uninstall');
  equal(fs.readdirSync(installed), [], 'files left');
});

test('its tarball builds elsewhere', async () => {
  run('make', 'distcheck', 'BSN_CONFORM=true');
});

test('the second engine builds against what is installed', async () => {
  fs.cpSync(path.join(prefix, 'share/doc/bsn-host/examples/engine-tally'), tally,
    { recursive: true });
  execFileSync('make', ['-C', tally, 'CFLAGS=-O2 -Wall -Wextra -Werror'],
    { env, stdio: ['ignore', 'ignore', 'pipe'] });
});

const post = (chain, what, body) => node.request('POST',
  `/v1/chains/${chain}/${what}`, { contract: 'conform', ...body });
const send = async (kind, more = {}, signer = 'owner') => (await post('one',
  'txs?wait=committed', { kind, signer, ...more })).body;
const invoke = (name, ...args) => send('invoke', { function: name, args });
const call = async (name, args = [], contract = 'conform') =>
  (await post('one', 'call', { function: name, args, contract })).body;

test('a node loads it, and makes chains of it', async () => {
  const ours = path.join(prefix, 'lib/bsn/plugins');
  node = await Node.make();
  const files = fs.readdirSync(ours).filter((name) => name.endsWith('.so'))
    .map((name) => path.join(ours, name));
  const line = await node.ctl('plugin', 'trust', ...files, library,
    path.join(tally, 'engine-tally.so'));
  node.set('trust_digests', line.trim().replace(/^.*= /, ''));
  node.set('directories', `${ours};${project};${tally}`);
  node.set('frameworks', 'orchard;tally');
  await node.start();
  for (const name of ['one', 'two'])
    await node.api('POST', '/v1/chains', { name, framework: 'orchard' });
  for (const name of ['owner', 'other'])
    await node.api('POST', '/v1/ids', { name, algorithm: 'sm2' });
});

test('a contract is deployed, called, and upgraded with its state',
  async () => {
    equal((await send('deploy', { code: versions[0] })).stage, 'committed',
      'deployed');
    equal((await invoke('put', 'fruit', '苹果 "red"')).stage, 'committed',
      'put');
    equal((await call('get', ['fruit'])).result, '苹果 "red"', 'read');
    equal((await call('collatz', ['27'])).result, '111', 'computed');
    equal((await send('deploy', { code: versions[1] })).stage, 'committed',
      'upgraded');
    equal((await call('version')).result, '2', 'version');
    equal((await call('get', ['fruit'])).result, '苹果 "red"', 'kept');
    equal((await call('version', [], 'conform@1')).result, '1', 'the old one');
  });

test('what a contract refuses, or does not end, leaves no trace', async () => {
  const failed = await invoke('fail', 'fruit', 'not today');
  equal([failed.tx.stage, failed.error.name, failed.error.reason],
    ['invalid', 'reverted', 'not today'], 'refused');
  equal((await invoke('loop')).error.name, 'out-of-budget', 'endless');
  equal((await call('get', ['fruit'])).result, '苹果 "red"', 'unchanged');
  equal((await call('fail', ['a', 'b'])).error.name, 'reverted', 'called');
});

test('it belongs to who deployed it', async () => {
  for (const kind of ['freeze', 'uninstall'])
    equal((await send(kind, {}, 'other')).error.name, 'denied', kind);
  equal((await send('deploy', { code: versions[0] }, 'other')).error.name,
    'denied', 'deploy');
  equal((await call('version')).result, '2', 'version');
});

test('frozen, unfrozen and uninstalled', async () => {
  await send('freeze');
  equal((await call('version')).error.name, 'frozen', 'frozen');
  await send('unfreeze');
  equal((await call('version')).result, '2', 'unfrozen');
  await send('freeze', { contract: 'conform@1' });
  equal((await call('version', [], 'conform@1')).error.name, 'frozen',
    'the old one');
  const shown = await node.ctlJson('contract', 'show', 'one', 'conform');
  equal(shown.versions.map(({ state }) => state), ['frozen', 'active'],
    'states');
});

test('another chain has nothing of it, and takes none of its transactions',
  async () => {
    const there = await post('two', 'call', { function: 'version', args: [] });
    equal(there.status, 404, 'called');
    const { detail: { raw } } = await node.api('GET',
      '/v1/chains/one/blocks/1?raw=1');
    const head = 2 + 2 * (1 + 8 + 32 + 8);
    const length = parseInt(raw.slice(head, head + 8), 16);
    const tx = `0x${raw.slice(head + 8, head + 8 + 2 * length)}`;
    const again = async (chain) => (await node.request('POST',
      `/v1/chains/${chain}/txs`, { tx })).body.error;
    equal((await again('one')).name, 'duplicate', 'once more');
    check(/another chain/.test((await again('two')).reason), 'elsewhere');
    const { height } = await node.api('GET', '/v1/chains/two/ledger');
    equal(height, 0, 'height of the other');
  });

test('bsnctl shows what was found in code', async () => {
  const file = path.join(work, 'loop.hex');
  fs.writeFileSync(file,
    Buffer.from('fn f\nagain:\n  jump again\n').toString('hex'));
  const { ok, findings } = await node.ctlJson('contract', 'check', 'one', file);
  equal([ok, findings[0].rule, findings[0].where],
    [true, 'endless-loop', 'line 3'], 'findings');
});

test('many at once are each answered, and their events told', async () => {
  const { results } = await node.api('POST', '/v1/chains/one/txs?wait=committed',
    { requests: Array.from({ length: 100 }, (_, i) => ({ contract: 'conform',
      function: 'say', args: [`${i}`], signer: 'owner' })) });
  equal(results.filter(({ stage }) => stage === 'committed').length, 100,
    'committed');
  const out = await node.ctl('event', 'watch', 'one', '--from', '0', '--kind',
    'contract', '--count', '100', '--json');
  equal(out.trim().split('\n').map((line) => JSON.parse(line).data.payload.text),
    Array.from({ length: 100 }, (_, i) => `${i}`), 'said');
});

// ---- the guide's second engine ----

const toTally = (what, body) => post('counts', what,
  { contract: 'tally', ...body });
const add = (name, n, more = {}) => toTally('txs?wait=committed',
  { function: 'add', args: [name, n], signer: 'owner', ...more });
const rawTx = (raw) => {
  const head = 2 + 2 * (4 + 8 + 8 + 32 + 1 + 8);
  const length = parseInt(raw.slice(head, head + 8), 16);
  return `0x${raw.slice(head + 8, head + 8 + 2 * length)}`;
};

test('a config that it does not understand is refused by name', async () => {
  const { status, body } = await node.request('POST', '/v1/chains',
    { name: 'sized', framework: 'tally', config: { size: 1 } });
  equal(status, 400, 'status');
  check(/"size" is not known/.test(body.error.reason), body.error.reason);
  await node.api('POST', '/v1/chains', { name: 'counts', framework: 'tally' });
});

test('its contract counts, without having been deployed', async () => {
  equal((await add('sheep', '2')).body.stage, 'committed', 'text');
  equal((await add('sheep', 3)).body.detail, { total: 5 }, 'number');
  const read = await toTally('call', { function: 'get', args: ['sheep'] });
  equal(read.body.result, 5, 'read');
  const out = await node.ctlJson('tx', 'send', 'counts', 'tally', 'label',
    'sheep', '绵羊');
  equal(out.stage, 'committed', JSON.stringify(out));
});

test('what it must refuse is refused with a reason', async () => {
  for (const [answer, status, says] of [
    [await add('', 1), 400, /1 to 64 bytes/],
    [await add('x'.repeat(65), 1), 400, /1 to 64 bytes/],
    [await add('sheep', -1), 400, /whole number/],
    [await add('sheep', '9007199254740991'), 422, /over 9007199254740991/],
    [await add('sheep', 1, { contract: 'none' }), 404, /no such contract/],
    [await add('sheep', 1, { function: 'drop' }), 404, /there are add/],
    [await toTally('call', { function: 'get', args: [7] }), 400, /\[name\]/],
    [await toTally('contracts', { code: '0x00', signer: 'owner' }), 400,
      /tally\/1/],
  ]) {
    equal(answer.status, status, JSON.stringify(answer.body));
    check(says.test(answer.body.error.reason), answer.body.error.reason);
  }
});

test('a signature counts for its message alone, a transaction once', async () => {
  const { message, state } = (await toTally('txs/prepare', { kind: 'invoke',
    function: 'add', args: ['sheep', 1], public_key: `0x${'11'.repeat(64)}`,
  })).body;
  equal(message, state, 'nothing but the message is remembered');
  const refusal = async (what, body) => (await node.request('POST',
    `/v1/chains/counts/${what}`, body)).body.error.name;
  equal(await refusal('txs/sign', { state, signature: `0x${'22'.repeat(64)}` }),
    'bad-signature', 'forged');
  const { detail: { raw } } = await node.api('GET',
    '/v1/chains/counts/blocks/1?raw=1');
  const tx = rawTx(raw);
  equal(await refusal('txs', { tx }), 'duplicate', 'once more');
  equal(await refusal('txs', { tx: tx.slice(0, 200) }), 'bad-request', 'cut');
});

test('its blocks, members, contracts and status agree', async () => {
  const get = (what) => node.api('GET', `/v1/chains/counts/${what}`);
  const blocks = await allBlocks(node, 'counts');
  checkLinks(blocks);
  const ledger = await get('ledger');
  equal([ledger.height, ledger.block_hash],
    [blocks.length - 1, blocks.at(-1).hash], 'ledger');
  equal((await get(`blocks/${blocks[2].hash}`)).number, 2, 'by hash');
  equal((await get('nodes')).nodes.length, 1, 'members');
  equal((await get('contracts/tally')).state, 'active', 'contract');
  equal((await get('status')).state, 'running', 'status');
});

// ---- the project again ----

test('blocks are linked, and after kill -9 all are there', async () => {
  const before = await node.api('GET', '/v1/chains/one/ledger');
  await node.kill();
  await node.start();
  const blocks = await allBlocks(node, 'one');
  checkLinks(blocks);
  equal(await node.api('GET', '/v1/chains/one/ledger'), before, 'ledger');
  equal(before.bytes, blocks.reduce((sum, { bytes }) => sum + bytes, 0),
    'bytes');
  equal((await call('get', ['fruit'])).result, '苹果 "red"', 'state');
  await send('uninstall');
  equal((await call('version')).error.name, 'not-found', 'uninstalled');
  await node.stop();
});

await main();
