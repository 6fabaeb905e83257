#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Makes engine-fisco.workload.json of workload.json and Conform.sol, with the
// solc of tests/npm (npm ci there first): each version gets its code and its
// ABI. With --check nothing is written; exit status 1 when it is another one.
import { createRequire } from 'node:module';
import fs from 'node:fs';

const at = (name) => new URL(name, import.meta.url);
const out = at('../engine-fisco.workload.json');
const solc = createRequire(at('../../../tests/npm/package.json'))('solc');

function compile(name) {
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify({
    language: 'Solidity',
    sources: { [name]: { content: fs.readFileSync(at(name), 'utf8') } },
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  })));
  for (const error of errors) throw new Error(error.formattedMessage);
  return contracts[name];
}

const workload = JSON.parse(fs.readFileSync(at('workload.json'), 'utf8'));
const contracts = compile('Conform.sol');
workload.contract.versions = ['Conform1', 'Conform2'].map((name) => ({
  code: 'hex:' + contracts[name].evm.bytecode.object,
  options: { abi: contracts[name].abi },
}));
const text = JSON.stringify(workload, null, 1) + '\n';
if (process.argv[2] !== '--check') {
  fs.writeFileSync(out, text);
} else if (fs.readFileSync(out, 'utf8') !== text) {
  console.error('engine-fisco.workload.json is not what make-workload.mjs ' +
    'makes of workload.json and Conform.sol');
  process.exit(1);
}
