#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Makes Bench.json, interface and code, of Bench.sol, with the solc of tests/npm
// (npm ci there first). With --check nothing is written; exit status 1 when it is
// another one.
import { createRequire } from 'node:module';
import fs from 'node:fs';

const here = (name) => new URL(name, import.meta.url);
const npm = process.env.BSN_NPM ?? here('../../../tests/npm/package.json');
const solc = createRequire(npm)('solc');
const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify({
  language: 'Solidity',
  sources: { 'Bench.sol': {
    content: fs.readFileSync(here('Bench.sol'), 'utf8'),
  } },
  settings: {
    evmVersion: 'cancun',
    optimizer: { enabled: true, runs: 200 },
    metadata: { appendCBOR: false, bytecodeHash: 'none' },
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
  },
})));
for (const error of errors) throw new Error(error.formattedMessage);
const { abi, evm } = contracts['Bench.sol'].Bench;
const text = `${JSON.stringify({ contractName: 'Bench', abi,
  bytecode: `0x${evm.bytecode.object}` }, null, 1)}\n`;
if (process.argv[2] !== '--check')
  fs.writeFileSync(here('Bench.json'), text);
else if (fs.readFileSync(here('Bench.json'), 'utf8') !== text)
  process.exit(1);
