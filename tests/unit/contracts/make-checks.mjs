#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Makes checks.json of checks.sol, with the solc of the sample (npm ci there
// first): [{"name", "rule", "bad", "via_ir", "code"}], each contract by both of
// the compiler's ways, optimised and not.
import { createRequire } from 'node:module';
import fs from 'node:fs';

const here = new URL('.', import.meta.url);
const sample = new URL('../../../configs/samples/evidence/package.json', here);
const solc = createRequire(sample)('solc');
const source = fs.readFileSync(new URL('checks.sol', here), 'utf8');

// "UnboundedLoop" is evm-unbounded-loop.
const ruleOf = (name) => 'evm' +
  name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());

const made = [];
for (const viaIR of [false, true]) {
  for (const enabled of [true, false]) {
    const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify({
      language: 'Solidity',
      sources: { 'checks.sol': { content: source } },
      settings: {
        viaIR,
        evmVersion: 'cancun',
        optimizer: { enabled, runs: 200 },
        metadata: { appendCBOR: false },
        outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
      },
    })));
    for (const error of errors)
      if (error.severity === 'error') throw new Error(error.formattedMessage);
    for (const [name, contract] of Object.entries(contracts['checks.sol'])) {
      const [rule, kind] = name.split('_');
      if (kind === undefined) continue;
      made.push({ name, rule: ruleOf(rule), bad: kind === 'Bad', via_ir: viaIR,
        optimised: enabled, code: contract.evm.bytecode.object });
    }
  }
}
fs.writeFileSync(new URL('checks.json', here),
  '[\n' + made.map((one) => JSON.stringify(one)).join(',\n') + '\n]\n');
