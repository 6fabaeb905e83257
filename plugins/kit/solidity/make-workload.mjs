#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Makes an engine's workload, DIR/NAME.workload.json with DIR's NAME, of
// DIR/conform/workload.json, with the solc of tests/npm (npm ci there first):
// {"code": "sol:FILE:CONTRACT"}, FILE beside it, gets its code in hex and its ABI
// as option. With --check nothing is written; exit status 1 when it is another
// one.
//
//	make-workload.mjs plugins/engine-fisco [--check]
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [dir, check] = process.argv.slice(2);
const name = path.basename(path.resolve(dir));
const out = path.join(dir, `${name}.workload.json`);
const npm = new URL('../../../tests/npm/package.json', import.meta.url);
const solc = createRequire(npm)('solc');
const compiled = {};

function compile(file) {
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify({
    language: 'Solidity',
    sources: { [file]: {
      content: fs.readFileSync(path.join(dir, 'conform', file), 'utf8'),
    } },
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  })));
  for (const error of errors) throw new Error(error.formattedMessage);
  return contracts[file];
}

function build(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(build);
  const [kind, file, contract] = String(value.code).split(':');
  if (kind !== 'sol')
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, build(inner)]));
  compiled[file] ??= compile(file);
  const { abi, evm } = compiled[file][contract];
  return { ...value, code: `hex:${evm.bytecode.object}`,
    options: { ...value.options, abi } };
}

const workload = JSON.parse(
  fs.readFileSync(path.join(dir, 'conform', 'workload.json'), 'utf8'));
const text = JSON.stringify(build(workload), null, 1) + '\n';
if (check !== '--check') {
  fs.writeFileSync(out, text);
} else if (fs.readFileSync(out, 'utf8') !== text) {
  console.error(`${name}.workload.json is not what make-workload.mjs ` +
    'makes of conform/');
  process.exit(1);
}
