// SPDX-License-Identifier: Apache-2.0
// Transactions of version 1 with the digests and ids that XuperChain's JavaScript SDK
// has for them, for tests/unit/test-xuper-sdk.c:
//	npm ci && node make-vectors.mjs >../unit/data/xuper-sdk-txs.json
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { default: Xuper } = require('@xuperchain/xuper-sdk');
const sdk = new Xuper({ node: '', chain: 'xuper',
  env: { node: { disableGRPC: true } } });
const base64 = (text) => Buffer.from(text, 'latin1').toString('base64');
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const txid = base64('r'.repeat(32));

// The SDK writes names like this one before it posts.
const snake = (value) => Array.isArray(value) ? value.map(snake) :
  value instanceof Object ? Object.fromEntries(Object.entries(value).map(
    ([name, member]) => [/^[a-z]/.test(name) && name !== 'jsonEncoded' ?
      name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`) : name,
    snake(member)])) : value;

const least = { version: 1, coinbase: false, autogen: false,
  timestamp: 1700000000123, initiator: 'me', authRequire: [], nonce: '17',
  txInputs: [], txOutputs: [{ amount: base64('\0'), toAddr: base64('me') }] };
const full = { ...least, desc: base64('rent \xff'), nonce: 'a "b"\\\n',
  txInputs: [
    { refTxid: txid, refOffset: 0, fromAddr: base64('me'),
      amount: base64('\x01\x00') },
    { refTxid: txid, refOffset: 7, fromAddr: base64('me'),
      amount: base64('\x05'), frozenHeight: 12 }],
  txOutputs: [{ amount: base64('\x05'), toAddr: base64('you') },
    { amount: base64('\0'), toAddr: base64('me') }],
  txInputsExt: [{ bucket: '$chain', key: base64('name'), ref_txid: txid },
    { bucket: 'b', key: base64('k'), ref_txid: txid, ref_offset: 3 },
    { bucket: 'b', key: base64('l') }],
  txOutputsExt: [{ bucket: 'b', key: base64('k'), value: base64('v') }],
  contractRequests: [
    { module_name: 'evm', contract_name: 'evidence', method_name: 'deposit',
      args: { input: base64('[1]'), jsonEncoded: base64('true') },
      resource_limits: [{ type: 0, limit: 300000000 }, { type: 1 },
        { type: 2, limit: 77 }, { type: 3 }].map(({ type, limit }) =>
        // Go leaves CPU, its first type, out, as the SDK does when told so.
        ({ ...(type ? { type } : {}), ...(limit ? { limit } : {}) })),
      amount: '0' },
    { module_name: 'xkernel', method_name: 'NewAccount' }],
  authRequire: ['XC1111111111111111@xuper/me', 'you'],
  initiatorSigns: [{ PublicKey: '{"Curvname":"P-256","X":1,"Y":2}',
    Sign: base64('\x30\x00') }],
  authRequireSigns: [{ PublicKey: '{}', Sign: base64('s') },
    { PublicKey: '{}', Sign: base64('t') }] };

console.log(JSON.stringify([least, full].map((tx) => ({
  tx: snake(tx),
  digest: hex(sdk.transactionInstance.encodeDataForDigestHash(tx, false)),
  txid: hex(sdk.transactionInstance.encodeDataForDigestHash(tx, true)),
})), null, 1));
