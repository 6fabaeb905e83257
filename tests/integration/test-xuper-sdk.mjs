#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// XuperChain's JavaScript SDK from npm on chains of ours (tests/xuper-sdk), and the
// same HTTP interface asked by hand, well and badly.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Node, check, cleanup, equal, freePort, main, note, test }
  from './lib.mjs';
import { committed, hostedKey, nodesOf } from './xuper.mjs';

const CHAIN = 'xuper';
const FREE_CHAIN = 'free';
const MNEMONIC = 'squeeze green witness staff power core ' +
  'jar east salad jar bulk canvas';
const sdk = fileURLToPath(new URL('../xuper-sdk/', import.meta.url));
const require = createRequire(`${sdk}package.json`);
const { default: Xuper, Language } = require('@xuperchain/xuper-sdk');
const who = new Xuper({ node: '', chain: CHAIN,
  env: { node: { disableGRPC: true } } })
  .retrieve(MNEMONIC, Language.English);

let node, endorser, native, grpcPort;

const pathOf = async (chain, role) => (await node.api('POST',
  `/v1/chains/${chain}/tokens`, { name: role, role })).path
  .replace('/rpc/', '/native/');

// As a program that shows no certificate: any text as the body.
const ask = (path, body) => new Promise((resolve, reject) => {
  const request = https.request({ host: '127.0.0.1', port: node.port, path,
    method: 'POST', ca: fs.readFileSync(node.tlsCa()) }, async (response) => {
    const parts = await response.toArray();
    resolve({ status: response.statusCode,
      body: JSON.parse(Buffer.concat(parts)) });
  });
  request.on('error', reject);
  request.end(body);
});

test('a host makes chains of XuperChain\'s style', async () => {
  node = await Node.make({ init: ['--algorithm', 'ecdsa-p256'] });
  grpcPort = await freePort();
  await node.ctl('grpc', 'open', '--listen', `127.0.0.1:${grpcPort}`);
  await node.start();
  [{ address: endorser }] = await nodesOf([node]);
  await node.api('POST', '/v1/chains', { name: CHAIN, framework: 'xuper',
    config: { nofee: false,
      predistribution: [{ address: who.address, quota: '1000000000' }] } });
  await node.api('POST', '/v1/chains',
    { name: FREE_CHAIN, framework: 'xuper', config: { reserved_contracts: [
      { module_name: 'evm', contract_name: 'evidence', method_name: 'name',
        args: { input: '[]', jsonEncoded: 'true' } }] } });
});

test('the SDK\'s flows', async () => {
  const at = async (chain) => {
    native = await pathOf(chain, 'client');
    return `https://127.0.0.1:${node.port}${native}`;
  };
  const child = spawn(process.execPath, [`${sdk}flows.mjs`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: node.tlsCa(),
      FREE_URL: await at(FREE_CHAIN), URL: await at(CHAIN), CHAIN, FREE_CHAIN,
      MNEMONIC, ENDORSER: endorser } });
  let told = '';
  cleanup(() => child.kill());
  child.stdout.on('data', (text) => { told += text; });
  const code = await new Promise((resolve) => child.once('close', resolve));
  note(told.trimEnd());
  equal(code, 0, 'status of the SDK\'s flows');
});

test('the same over gRPC, for who shows a certificate', async () => {
  const grpc = require('@grpc/grpc-js');
  const { loadSync } = require('@grpc/proto-loader');
  const protos = path.join(
    path.dirname(require.resolve('@xuperchain/xuper-sdk')), 'proto');
  const { pb } = grpc.loadPackageDefinition(loadSync(
    ['xuper.proto', 'xendorser.proto'].map((name) => path.join(protos, name)),
    { keepCase: true, longs: String, bytes: String, enums: String }));
  const person = (name) => fs.readFileSync(
    path.join(node.dir, 'ids/app1', name));
  const ca = fs.readFileSync(node.tlsCa());
  const with_it = grpc.credentials.createSsl(ca, person('key.pem'),
    person('cert.pem'));
  const without = grpc.credentials.createSsl(ca);
  const clients = [];
  const call = (service, credentials, method, request) => {
    const client = new pb[service](`localhost:${grpcPort}`, credentials);
    clients.push(client);
    return new Promise((resolve, reject) =>
      client[method](request, { deadline: Date.now() + 30000 },
        (error, answer) => error ? reject(error) : resolve(answer)));
  };
  const code = (promise) => promise.then(() => 0, (error) => error.code);
  const bcs = [{ bcname: CHAIN }];
  const { bcs: [one] } = await call('Xchain', with_it, 'GetBalance',
    { address: who.address, bcs });
  const over = await ask(`${native}/v1/get_balance`,
    JSON.stringify({ address: who.address, bcs }));
  equal(one.balance, over.body.bcs[0].balance, 'balance');
  const status = await call('Xchain', with_it, 'GetBlockChainStatus',
    { bcname: CHAIN });
  equal(status.meta.tip_blockid, status.block.blockid, 'tip');
  const signed = await call('xendorser', with_it, 'EndorserCall',
    { BcName: CHAIN, RequestName: 'ComplianceCheck',
      RequestData: Buffer.from(JSON.stringify({ tx: { version: 3, nonce: '1',
        initiator: who.address, auth_require: [endorser] } })) });
  equal(signed.EndorserAddress, endorser, 'endorser');
  check(signed.EndorserSign.Sign.length > 0, 'signature');
  equal(await code(call('Xchain', with_it, 'GetBlockChainStatus',
    { bcname: 'none' })), grpc.status.NOT_FOUND, 'another chain');
  equal(await code(call('Xchain', without, 'GetBlockChainStatus',
    { bcname: CHAIN })), grpc.status.UNAVAILABLE, 'nobody');
  for (const client of clients) client.close();
});

test('what the gateway builds begins with reserved contracts, too', async () => {
  const address = await hostedKey(node, 'me');
  const { id } = await committed(node, FREE_CHAIN, {
    contract: '$acl', function: 'NewAccount', signer: 'me',
    args: ['2222222222222222', { pm: { rule: 1, acceptValue: 1 },
      aksWeight: { [address]: 1 } }] });
  const { detail } = await node.api('GET', `/v1/chains/${FREE_CHAIN}/txs/${id}`);
  equal(detail.contract_requests.map((one) => one.method_name),
    ['name', 'NewAccount'], 'requests');
});

test('bodies that are none', async () => {
  const path = `${native}/v1`;
  const bad = [
    ['get_balance', '{', 3], ['get_balance', '[]', 3],
    ['get_balance', '{"address":7}', 3], ['get_balance', '{}', 3],
    ['query_tx', `{"bcname":"${CHAIN}","txid":"AA=="}`, 3],
    ['query_tx', `{"bcname":"${CHAIN}","txid":"!"}`, 3],
    ['get_block_by_height', `{"bcname":"${CHAIN}","height":"x"}`, 3],
    ['get_block_by_height', '{"bcname":"none","height":"1"}', 5],
    ['preexec_select_utxo', `{"bcname":"${CHAIN}"}`, 3],
    ['post_tx', `{"bcname":"${CHAIN}"}`, 3],
    ['endorsercall', `{"BcName":"${CHAIN}","RequestName":"Nothing"}`, 12],
  ];
  for (const [name, body, code] of bad) {
    const answer = await ask(`${path}/${name}`, body);
    equal(answer.body.code, code, `${name} ${body}: ${answer.body.message}`);
    equal(answer.body.error, answer.body.message, 'reason');
  }
});

test('the endorser signs nothing of the node\'s own', async () => {
  const ask_for = async (tx) => (await ask(`${native}/v1/endorsercall`,
    JSON.stringify({ BcName: CHAIN, RequestName: 'ComplianceCheck',
      RequestData: Buffer.from(JSON.stringify({ bcname: CHAIN, tx }))
        .toString('base64') }))).body;
  const tx = { version: 1, initiator: who.address, nonce: '1', timestamp: 1,
    auth_require: [endorser] };
  const base64 = (text) => Buffer.from(text).toString('base64');
  check((await ask_for(tx)).EndorserSign, 'it does not sign');
  const refused = [
    { ...tx, auth_require: [] },
    { ...tx, initiator: endorser },
    { ...tx, initiator: `XC1111111111111111@${CHAIN}` },
    { ...tx, auth_require: [endorser, `XC1111111111111111@${CHAIN}/${endorser}`] },
    { ...tx, tx_inputs: [{ ref_txid: base64('x'.repeat(32)),
      from_addr: base64(endorser), amount: base64('\x01') }] },
    { ...tx, contract_requests: [{ module_name: 'xkernel',
      contract_name: '$proposal', method_name: 'Vote' }] },
    { ...tx, contract_requests: [{ module_name: 'xkernel',
      method_name: 'SetAccountAcl' }] },
    ...['$xpoa', '$member', 'proposal', 'XCContract'].map((bucket) => ({ ...tx,
      tx_outputs_ext: [{ bucket, key: base64('k'), value: base64('v') }] })),
  ];
  for (const one of refused) equal((await ask_for(one)).code, 7, one);
});

test('outputs are kept for who signs alone', async () => {
  const path = `${native}/v1/select_utxos_v2`;
  const wanted = { bcname: CHAIN, address: who.address, totalNeed: '1' };
  const plain = (await ask(path, JSON.stringify(wanted))).body;
  check(plain.utxoList.length > 0, 'outputs');
  const kept = await ask(path, JSON.stringify({ ...wanted, needLock: true }));
  equal([kept.status, kept.body.code], [403, 7], 'without a signature');
});

test('paths are as they are written', async () => {
  const path = `${native}/v1`;
  for (const [other, status] of [[`${native}/v1%2Fget_balance`, 404],
    [`${path}//get_balance`, 400], [`${path}/x/%2e%2e/get_balance`, 400],
    [`${path}/get_balance/`, 400],
    [path.replace(`/${CHAIN}/`, `/${FREE_CHAIN}/`) + '/get_bcstatus', 401]])
    equal((await ask(other, '{}')).status, status, other);
});

test('bodies of the worst kind are refused at once', async () => {
  const path = `${native}/v1/post_tx`;
  const many = (text) => Array(100000).fill(text).join(',');
  const tx = (inner) => `{"bcname":"${CHAIN}","tx":{${inner}}}`;
  const bad = [
    ['['.repeat(100000), 400], [`{"a":${'[{"b":'.repeat(2000)}`, 400],
    [tx(`"tx_inputs":[${many('{}')}]`), 429],
    [tx(`"auth_require":[${many('"a"')}]`), 200],
    [tx('"nonce":"\\u0000"'), 400], [tx('"nonce":"\\ud800"'), 400],
    [tx('"nonce":"a","nonce":"b"'), 400], [tx('"timestamp":1e999'), 400],
    [tx('"timestamp":"9223372036854775808"'), 400],
    [tx('"version":1.0'), 400],
    [tx(`"contract_requests":[{"args":{"${'é'.repeat(200)}":7}}]`), 400],
    [Buffer.from(tx('"nonce":"\xff"'), 'latin1'), 400],
    [tx(`"desc":"${'A'.repeat(7 << 20)}"`), 200],
  ];
  for (const [body, status] of bad) {
    const answer = await ask(path, body);
    equal(answer.status, status,
      `${String(body).slice(0, 60)}: ${answer.body.message}`);
    check(status !== 200 || answer.body.header.error, 'an error');
  }
});

// What Go's encoding/json reads into the structures of XuperChain's clients.
test('the endorser\'s data are numbers', async () => {
  const data = async (RequestName, request) => {
    const { body } = await ask(`${native}/v1/endorsercall`, JSON.stringify({
      BcName: CHAIN, RequestName,
      RequestData: Buffer.from(JSON.stringify(request)).toString('base64') }));
    equal(body.header.error, undefined, body.message);
    return JSON.parse(Buffer.from(body.ResponseData, 'base64'));
  };
  const { response } = await data('PreExecWithFee', { bcname: CHAIN,
    address: who.address, totalAmount: 1, request: { bcname: CHAIN,
      initiator: who.address, requests: [{ module_name: 'xkernel',
        method_name: 'NewAccount', args: Object.fromEntries(Object.entries({
          account_name: '3333333333333333',
          acl: JSON.stringify({ pm: { rule: 1, acceptValue: 1 },
            aksWeight: { [who.address]: 1 } }) })
          .map(([name, text]) => [name, Buffer.from(text).toString('base64')])),
      }] } });
  check(Number.isInteger(response.gas_used), response.gas_used);
  check(response.requests[0].resource_limits.every(({ type = 0, limit = 0 }) =>
    Number.isInteger(type) && Number.isInteger(limit)), 'limits');
  const { body: { block } } = await ask(`${native}/v1/get_block_by_height`,
    JSON.stringify({ bcname: CHAIN, height: 1 }));
  const [tx] = block.transactions;
  equal((await data('TxQuery', { bcname: CHAIN, txid: tx.txid })).txid, tx.txid,
    'transaction');
});

test('who may only read does not post', async () => {
  const path = await pathOf(CHAIN, 'auditor');
  const read = await ask(`${path}/v1/get_balance`, JSON.stringify(
    { address: who.address, bcs: [{ bcname: CHAIN }, { bcname: 'none' }] }));
  equal(read.body.bcs[1].error, 'BLOCKCHAIN_NOTEXIST', 'another chain');
  equal((await ask(`${path}/v1/post_tx`, '{}')).status, 403, 'status');
});

test('it stops cleanly', () => node.stop());

await main();
