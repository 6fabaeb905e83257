#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// An SM2 and a secp256k1 chain side by side: same contract, nothing shared.
import {
  Node, allBlocks, check, checkLinks, deposit, digestOf, equal, evidenceChain,
  main, test, txIds,
} from './lib.mjs';

const chains = { sm: 'evidence-sm', std: 'evidence-std' };
const signers = {};
const digests = { sm: digestOf('only on sm'), std: digestOf('only on std') };
const ids = {};
let node;

async function call(chain, fn, args) {
  return node.api('POST', `/v1/chains/${chain}/call`,
    { contract: 'evidence', function: fn, args });
}

test('the same contract is deployed on both', async () => {
  node = await Node.make();
  await node.start();
  for (const crypto of ['sm', 'std'])
    signers[crypto] = await evidenceChain(node, chains[crypto], crypto);
});

test('each commits transactions signed with its own algorithm', async () => {
  for (const crypto of ['sm', 'std']) {
    const tx = await node.api('POST',
      `/v1/chains/${chains[crypto]}/txs?wait=committed`,
      { ...deposit(digests[crypto]), signer: signers[crypto] });
    equal(tx.stage, 'committed', crypto);
    ids[crypto] = tx.id;
  }
});

test('a key of the other algorithm is refused with a reason', async () => {
  const answer = await node.request('POST', `/v1/chains/${chains.sm}/txs`,
    { ...deposit(digestOf('x')), signer: signers.std });
  check(answer.status >= 400 && answer.status < 500, `got ${answer.status}`);
  check(/sm2|secp256k1|key/.test(answer.body.error.reason),
    answer.body.error.reason);
});

test('what one holds, the other does not know', async () => {
  for (const [crypto, other] of [['sm', 'std'], ['std', 'sm']]) {
    equal((await call(chains[crypto], 'count', [])).result, '1', 'count');
    const missing = await node.request('POST',
      `/v1/chains/${chains[other]}/call`,
      { contract: 'evidence', function: 'get', args: [digests[crypto]] });
    equal(missing.status, 422, 'get of a digest of the other chain');
    const tx = await node.request('GET',
      `/v1/chains/${chains[other]}/txs/${ids[crypto]}`);
    equal(tx.status, 404, 'transaction of the other chain');
  }
});

// The items of an RLP list, each as encoded.
function rlpItems(list) {
  const head = (at) => {
    const first = list[at];
    if (first < 0x80) return [0, 1];
    const long = first >= 0xf8 || (first >= 0xb8 && first < 0xc0);
    const base = first < 0xc0 ? 0x80 : 0xc0;
    if (!long) return [1, first - base];
    const n = first - base - 55;
    return [1 + n, list.readUIntBE(at + 1, n)];
  };
  const items = [];
  for (let at = head(0)[0]; at < list.length;) {
    const [skip, len] = head(at);
    items.push(list.subarray(at, at + skip + len));
    at += skip + len;
  }
  return items;
}

test('a finished transaction counts once, and on its own chain only',
  async () => {
    const block = await node.api('GET',
      `/v1/chains/${chains.sm}/blocks/latest?raw=1`);
    const [, txs] = rlpItems(Buffer.from(block.detail.raw.slice(2), 'hex'));
    const tx = `0x${rlpItems(txs)[0].toString('hex')}`;
    const submit = (chain) =>
      node.request('POST', `/v1/chains/${chain}/txs`, { tx });
    const again = await submit(chains.sm);
    equal([again.status, again.body.error.name], [409, 'duplicate'],
      'its own chain');
    const other = await submit(chains.std);
    check([400, 422].includes(other.status),
      `the other chain answered ${other.status}`);
  });

test('events of one do not reach listeners of the other', async () => {
  const out = await node.ctl('event', 'watch', chains.sm, '--from', '0',
    '--name', 'Deposited', '--count', '1', '--json');
  check(out.includes(digests.sm) && !out.includes(digests.std), out);
});

test('both ledgers are whole, and deleting one leaves the other', async () => {
  for (const chain of Object.values(chains))
    checkLinks(await allBlocks(node, chain));
  await node.api('DELETE', `/v1/chains/${chains.sm}`);
  const blocks = await allBlocks(node, chains.std);
  check(txIds(blocks.at(-1)).includes(ids.std), 'the deposit is still there');
  equal((await node.request('GET', `/v1/chains/${chains.sm}`)).status, 404,
    'the deleted chain');
});

await main();
