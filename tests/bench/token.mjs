// SPDX-License-Identifier: Apache-2.0
// OpenZeppelin's ERC-20 and signed transactions, for benchmarks.
import { createRequire } from 'node:module';
import fs from 'node:fs';

const require = createRequire(new URL('../npm/', import.meta.url));
const samples = new URL('../../configs/samples/evidence/', import.meta.url);
const { Interface, Transaction } = require('ethers');

// Its constructor takes the holders of the supply.
export function compileToken() {
  const solc = createRequire(samples)('solc');
  const input = {
    language: 'Solidity',
    sources: { 'Token.sol': { content: fs.readFileSync(
      new URL('Token.sol', import.meta.url), 'utf8') } },
    settings: {
      optimizer: { enabled: true },
      evmVersion: 'cancun',
      outputSelection: { '*': { Token: ['abi', 'evm.bytecode.object'] } },
    },
  };
  const read = (file) => ({ contents: fs.readFileSync(
    new URL(`node_modules/${file}`, samples), 'utf8') });
  const output = JSON.parse(solc.compile(JSON.stringify(input),
    { import: read }));
  const { abi, evm } = output.contracts['Token.sol'].Token;
  return { abi: new Interface(abi), code: '0x' + evm.bytecode.object };
}

// A transaction whose gas is free.
export function sign(wallet, fields) {
  const tx = Transaction.from({
    type: 0, gasPrice: 0, value: 0, ...fields });
  tx.signature = wallet.signingKey.sign(tx.unsignedHash);
  return { raw: tx.serialized, hash: tx.hash };
}
