// SPDX-License-Identifier: Apache-2.0
// What every framework's chains must do at the gateway, asked in the same words.
// The contract is the one that the engine's workload brings, with the same
// functions in each framework's own language; nothing else differs but the
// chain's name. What a framework does not have it must say, and nothing else.
import fs from 'node:fs';
import path from 'node:path';

import { nativePackage } from './fabric.mjs';
import { check, equal, prefix, test, until } from './lib.mjs';

// What an engine says of itself for tools that judge it.
export const workload = (framework) => JSON.parse(fs.readFileSync(path.join(
  prefix, `lib/bsn/plugins/engine-${framework}.workload.json`), 'utf8'));

// Code in the words of a workload, as the gateway takes it.
function codeOf(code) {
  if (typeof code === 'string') return `0x${code.replace(/^hex:/, '')}`;
  const { contract, version } = JSON.parse(JSON.stringify(
    code.package.files['native.json']));
  return `0x${nativePackage(contract, version).toString('hex')}`;
}

// The tests of one chain. `at` has, once the program runs: host, chain, signer (a
// hosted key), person (an identity of the node's), contract (a workload's).
export function suite(title, at) {
  const on = (name, body) => test(`${title}: ${name}`, body);
  const to = (rest) => `/v1/chains/${at.chain}${rest}`;
  const api = (method, rest, body) => at.host.api(method, to(rest), body);
  const kept = {}; // from one test to the next

  const words = (name, values) => {
    const { function: fn, args } = at.contract.functions[name];
    return { contract: at.contract.name, function: fn, signer: at.signer,
      args: args.map((arg) => arg.replace(/\{(\w+)\}/g,
        (_, key) => values[key])) };
  };
  const send = (name, values, wait = 'committed') =>
    api('POST', `/txs?wait=${wait}&timeout_ms=30000`, words(name, values));
  const read = async (name, values) =>
    (await api('POST', '/call', words(name, values))).result;
  const deploy = (version) => api('POST',
    '/contracts?wait=committed&timeout_ms=30000', {
      contract: at.contract.name, signer: at.signer,
      code: codeOf(at.contract.versions[version].code),
      options: { version: `${version + 1}.0`,
        ...at.contract.versions[version].options } });

  // An answer that is no: its status, name and reason.
  async function refused(method, rest, body, statuses, pattern = /./) {
    const answer = await at.host.request(method, to(rest), body);
    check(statuses.includes(answer.status),
      `${answer.status} ${JSON.stringify(answer.body)}`);
    check(pattern.test(answer.body.error.reason), answer.body.error.reason);
    return answer.body.error;
  }

  on('a chain that runs, and who is in it', async () => {
    const status = await api('GET', '/status');
    equal([status.state, status.members, status.connected],
      ['running', 1, 1], 'status');
    const { nodes } = await api('GET', '/nodes');
    equal(nodes.length, 1, 'nodes');
    equal(nodes[0].role, 'consensus', 'role');
    const genesis = await api('GET', '/blocks/0');
    check(/^(0x)?0+$/.test(genesis.previous_hash), genesis.previous_hash);
  });

  on('a contract is checked, deployed and listed', async () => {
    const code = codeOf(at.contract.versions[0].code);
    const found = await api('POST', '/contracts/check', { code });
    equal(found.ok, true, JSON.stringify(found));
    const tx = await deploy(0);
    equal(tx.stage, 'committed', 'stage');
    const one = await api('GET', `/contracts/${at.contract.name}`);
    equal(one.state, 'active', 'state');
    const { contracts } = await api('GET', '/contracts');
    check(contracts.some(({ name }) => name === at.contract.name),
      JSON.stringify(contracts));
    await refused('GET', '/contracts/nobody', undefined, [404]);
  });

  on('a transaction that is waited for is in a block', async () => {
    kept.tx = await send('put', { key: 'first', value: 'one' });
    equal(kept.tx.stage, 'committed', 'stage');
    equal(await read('get', { key: 'first' }), 'one', 'value');
    const again = await api('GET', `/txs/${kept.tx.id}`);
    equal([again.id, again.stage, again.block], [kept.tx.id, 'committed',
      kept.tx.block], 'looked up');
    const block = await api('GET', `/blocks/${kept.tx.block}?txs=1`);
    check(JSON.stringify(block.detail.txs).includes(
      kept.tx.id.replace(/^0x/, '')), JSON.stringify(block.detail.txs));
  });

  on('one that is not waited for gets there too', async () => {
    const { id } = await send('put', { key: 'second', value: 'two' },
      'accepted');
    await until('it is committed', async () =>
      (await api('GET', `/txs/${id}`)).stage === 'committed');
    equal(await read('get', { key: 'second' }), 'two', 'value');
  });

  on('the owner of a key signs, and a transaction counts once', async () => {
    const before = await api('GET', '/ledger');
    const { contract, function: fn, args } = words('put',
      { key: 'third', value: 'three' });
    const tx = (await at.host.ctl('tx', 'sign', at.chain, contract, fn, ...args,
      '--id', at.person)).trim();
    const post = (bytes) => at.host.request('POST',
      to('/txs?wait=committed&timeout_ms=30000'), { tx: bytes });
    const spoilt = tx.slice(0, -2) + (tx.endsWith('00') ? '01' : '00');
    const forged = await post(spoilt);
    check([400, 401, 403, 422].includes(forged.status),
      `${forged.status} ${JSON.stringify(forged.body)}`);
    const { body } = await post(tx);
    equal(body.stage, 'committed', JSON.stringify(body));
    const second = await post(tx);
    check(second.body.error?.name === 'duplicate' ||
      second.body.id === body.id, JSON.stringify(second.body));
    equal(await read('get', { key: 'third' }), 'three', 'value');
    const { txs } = await api('GET', '/ledger');
    equal(txs - before.txs, 1, 'transactions');
  });

  on('what a contract refuses changes nothing', async () => {
    const error = await refused('POST', '/txs?wait=committed&timeout_ms=30000',
      words('fail', { key: 'first', value: 'because of this' }), [422]);
    check(/because of this/.test(JSON.stringify(error)),
      JSON.stringify(error));
    equal(await read('get', { key: 'first' }), 'one', 'value');
  });

  on('what makes no sense is refused with a reason', async () => {
    const put = words('put', { key: 'k', value: 'v' });
    await refused('POST', '/txs', { ...put, contract: 'nobody' },
      [400, 404, 422]);
    await refused('POST', '/txs', { ...put, function: 'noSuchFunction' },
      [400, 404, 422]);
    await refused('POST', '/txs', { ...put, signer: 'nobody' }, [404]);
    await refused('POST', '/txs', { tx: '0x0102030405' }, [400]);
    await refused('GET', `/txs/0x${'7'.repeat(64)}`, undefined, [404]);
    await refused('GET', '/blocks/99999999', undefined, [404]);
    await refused('POST', '/call', words('loop', {}), [422, 504]);
  });

  on('many at once are all there, each once', async () => {
    const before = await api('GET', '/ledger');
    const n = 40;
    const answers = await Promise.all(Array.from({ length: n }, (_, i) =>
      send('put', { key: `many${i}`, value: `v${i}` })));
    for (const answer of answers) equal(answer.stage, 'committed', 'stage');
    equal(new Set(answers.map(({ id }) => id)).size, n, 'ids');
    for (let i = 0; i < n; i++)
      equal(await read('get', { key: `many${i}` }), `v${i}`, 'value');
    const after = await api('GET', '/ledger');
    equal(after.txs - before.txs, n, 'transactions');
  });

  on('blocks are a chain, and the ledger is their sum', async () => {
    const ledger = await api('GET', '/ledger');
    let txs = 0;
    let previous;
    for (let i = 0; i <= ledger.height; i++) {
      const block = await api('GET', `/blocks/${i}`);
      if (previous) equal(block.previous_hash, previous.hash, `block ${i}`);
      if (i > 0) txs += block.txs;
      previous = block;
    }
    equal(previous.hash, ledger.block_hash, 'latest');
    check(ledger.txs === txs || ledger.txs === txs +
      (await api('GET', '/blocks/0')).txs, `${ledger.txs} of ${txs}`);
    equal((await api('GET', `/blocks/${previous.hash}`)).number,
      ledger.height, 'by hash');
  });

  on('events come from any block on, and are filtered', async () => {
    const { event, payload } = at.contract.functions.emit;
    const tx = await send('emit', { value: 'hear me' });
    const text = await at.host.ctl('event', 'watch', at.chain, '--kind',
      'contract', '--name', event, '--from', '0', '--count', '1', '--json');
    const heard = JSON.parse(text.trim().split('\n')[0]).data;
    equal([heard.block, heard.name], [tx.block, event], 'event');
    const said = payload.slice(1).split('/').reduce((part, key) => part[key],
      heard.payload);
    equal(said, 'hear me', JSON.stringify(heard.payload));
  });

  on('a further version keeps the state', async () => {
    equal(String(await read('version', {})), '1', 'before');
    equal((await deploy(1)).stage, 'committed', 'stage');
    await until('the new version answers', async () =>
      String(await read('version', {})) === '2');
    const one = await api('GET', `/contracts/${at.contract.name}`);
    equal(one.versions.length, 2, 'versions');
    if (at.contract.keepsState)
      equal(await read('get', { key: 'first' }), 'one', 'state');
  });

  on('freezing and uninstalling are done, or not offered', async () => {
    const manage = async (kind, id) => {
      const answer = await at.host.request('POST',
        to('/txs?wait=committed&timeout_ms=30000'),
        { kind, contract: at.contract.name, signer: at.signer });
      if (answer.status === 501) {
        equal(answer.body.error.name, 'not-offered', kind);
        check(/not offered by this framework|not offered/.test(
          JSON.stringify(answer.body.error)), JSON.stringify(answer.body));
        return false;
      }
      equal(answer.body.stage, 'committed', JSON.stringify(answer.body));
      return true;
    };
    if (await manage('freeze')) {
      await refused('POST', '/txs?wait=committed',
        words('put', { key: 'frozen', value: 'no' }), [403, 422, 423]);
      check(await manage('unfreeze'), 'frozen for ever');
      await send('put', { key: 'thawed', value: 'yes' });
    }
  });

  on('all of it is there after kill -9', async () => {
    const before = await api('GET', '/ledger');
    await at.host.kill();
    await at.host.start();
    const after = await until('it is open again', () => api('GET', '/ledger'));
    equal([after.height, after.block_hash, after.txs],
      [before.height, before.block_hash, before.txs], 'ledger');
    await send('put', { key: 'afterwards', value: 'still' });
    equal(await read('get', { key: 'afterwards' }), 'still', 'value');
  });
}
