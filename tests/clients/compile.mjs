// SPDX-License-Identifier: Apache-2.0
// Compiles contracts/*.sol with the pinned solc: {Name: {abi, bytecode}}; once,
// kept beside what npm installed.
import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.join(here, 'contracts');

function readImport(name) {
  try {
    return { contents: fs.readFileSync(require.resolve(name), 'utf8') };
  } catch (error) {
    return { error: error.message };
  }
}

function readSources() {
  return Object.fromEntries(fs.readdirSync(folder).sort().map((file) =>
    [file, { content: fs.readFileSync(path.join(folder, file), 'utf8') }]));
}

function compileAll(sources) {
  const solc = require('solc');
  const output = JSON.parse(solc.compile(JSON.stringify({
    language: 'Solidity',
    sources,
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: 'cancun',
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }), { import: readImport }));
  const errors = (output.errors ?? []).filter((e) => e.severity === 'error');
  if (errors.length > 0)
    throw new Error(errors.map((e) => e.formattedMessage).join('\n'));
  return Object.fromEntries(Object.keys(sources).flatMap((file) =>
    Object.entries(output.contracts[file]).map(([name, contract]) =>
      [name, {
        abi: contract.abi, bytecode: '0x' + contract.evm.bytecode.object,
      }])));
}

export function compile() {
  const sources = readSources();
  const digest = crypto.createHash('sha256').update(JSON.stringify(sources))
    .update(fs.readFileSync(path.join(here, 'package-lock.json')))
    .digest('hex');
  const kept = path.join(here, 'node_modules', `.contracts-${digest}.json`);
  if (fs.existsSync(kept)) return JSON.parse(fs.readFileSync(kept, 'utf8'));
  const contracts = compileAll(sources);
  fs.writeFileSync(`${kept}.${process.pid}`, JSON.stringify(contracts));
  fs.renameSync(`${kept}.${process.pid}`, kept);
  return contracts;
}
