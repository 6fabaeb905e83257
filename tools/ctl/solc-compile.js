// SPDX-License-Identifier: Apache-2.0
//
// Compiles one Solidity file through the compiler's standard JSON interface.
//
//   node solc-compile.js FILE [--solc CMD] [--include DIR]...
//
// Imports are looked up beside FILE, in the folders above it up to the project
// (the nearest one with a package.json), in its node_modules, and in each
// --include. The compiler is CMD (as it would be typed: it gets
// --standard-json), or else the npm package `solc` of the project.
//
// Writes {"compiler", "contracts": {NAME: {"abi", "bytecode", "sourceMap",
// "deployedSourceMap"}}, "sources": [{"file", "text"}]} to standard output, with
// the contracts that FILE itself defines; the sources are in the order that the
// maps number them, null where the compiler has none. Messages of the compiler
// go to standard error as they are; with an error among them the exit code is 1.
'use strict';

const { spawnSync } = require('child_process');
const { createRequire } = require('module');
const fs = require('fs');
const path = require('path');

const SOURCE_MAX = 4 * 1024 * 1024; // bytes of one source file
const OUTPUT_MAX = 256 * 1024 * 1024; // bytes that a compiler may answer

class Refusal extends Error {}

function parseArguments(args) {
  const options = { file: null, solc: null, include: [] };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--solc') options.solc = args[++i];
    else if (args[i] === '--include') options.include.push(args[++i]);
    else options.file = args[i];
  }
  if (!options.file) throw new Refusal('no source file given');
  return options;
}

/** The nearest folder at or above `folder` with a package.json. */
function projectOf(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, 'package.json'))) return at;
    if (at === path.dirname(at)) return folder;
  }
}

function nodeModulesAbove(folder) {
  const found = [];
  for (let at = folder; ; at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules');
    if (fs.existsSync(candidate)) found.push(candidate);
    if (at === path.dirname(at)) return found;
  }
}

function readSource(file) {
  if (fs.statSync(file).size > SOURCE_MAX) {
    throw new Refusal(`${file} is larger than ${SOURCE_MAX} bytes`);
  }
  return fs.readFileSync(file, 'utf8');
}

/** Answers the compiler's question for a source unit that is imported. */
function importer(roots) {
  return (unit) => {
    for (const root of roots) {
      const file = path.resolve(root, unit);
      // A unit name such as ../../x must not lead out of its root.
      if (!file.startsWith(path.resolve(root) + path.sep)) continue;
      if (fs.existsSync(file)) return { contents: readSource(file) };
    }
    return { error: `File not found. Looked in: ${roots.join(', ')}` };
  };
}

function runPackage(project, input, roots) {
  let solc;
  try {
    solc = createRequire(path.join(project, 'package.json'))('solc');
  } catch (error) {
    throw new Refusal(
      `the npm package "solc" is not installed in ${project}\n` +
        `Run 'npm ci' (or 'npm install solc') there, or name a compiler with --solc.`,
    );
  }
  const output = solc.compile(input, { import: importer(roots) });
  return { compiler: `solc ${solc.version()}`, output };
}

function runCommand(command, input, roots) {
  const [program, ...args] = command.split(/\s+/).filter(Boolean);
  const [base, ...include] = roots;
  args.push('--standard-json', '--base-path', base);
  for (const root of include) args.push('--include-path', root);
  const child = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    maxBuffer: OUTPUT_MAX,
  });
  if (child.error) {
    throw new Refusal(`${program} does not run: ${child.error.message}`);
  }
  if (child.status !== 0) {
    throw new Refusal(`${program} ended with ${child.status}: ${child.stderr}`);
  }
  return { compiler: command, output: child.stdout };
}

function standardInput(unit, file) {
  return JSON.stringify({
    language: 'Solidity',
    sources: { [unit]: { content: readSource(file) } },
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode', 'evm.deployedBytecode'] } },
    },
  });
}

function parseOutput(output) {
  // A compiler may talk before its JSON begins.
  const start = output.indexOf('{');
  try {
    return JSON.parse(output.slice(start < 0 ? output.length : start));
  } catch (error) {
    throw new Refusal(`the compiler did not answer with JSON: ${output.slice(0, 200)}`);
  }
}

function report(messages) {
  for (const message of messages) {
    process.stderr.write((message.formattedMessage || message.message).trimEnd() + '\n');
  }
  return messages.some((message) => message.severity === 'error');
}

function artifactOf(contracts) {
  const artifact = {};
  for (const [name, contract] of Object.entries(contracts || {})) {
    const { object, linkReferences } = contract.evm.bytecode;
    const libraries = Object.values(linkReferences || {}).flatMap(Object.keys);
    if (libraries.length > 0) {
      throw new Refusal(
        `${name} calls external libraries (${libraries.join(', ')}), which must be linked\n` +
          'Make their functions internal, so that they become part of the contract.',
      );
    }
    artifact[name] = {
      abi: contract.abi,
      bytecode: '0x' + object,
      sourceMap: contract.evm.bytecode.sourceMap || '',
      deployedSourceMap: (contract.evm.deployedBytecode || {}).sourceMap || '',
    };
  }
  return artifact;
}

/** The units' texts, each at the place that source maps know it by. */
function sourcesOf(units, roots) {
  const read = importer(roots);
  const sources = [];
  for (const [unit, { id }] of Object.entries(units || {})) {
    const { contents } = read(unit);
    sources[id] = contents === undefined ? null : { file: unit, text: contents };
  }
  return Array.from(sources, (source) => source || null);
}

function main() {
  const options = parseArguments(process.argv.slice(2));
  const file = path.resolve(options.file);
  if (!fs.existsSync(file)) throw new Refusal(`${options.file} does not exist`);
  const folder = path.dirname(file);
  const project = projectOf(folder);
  const roots = [project, folder, ...options.include, ...nodeModulesAbove(folder)];
  const unit = path.relative(project, file).split(path.sep).join('/');
  const input = standardInput(unit, file);
  const { compiler, output } = options.solc
    ? runCommand(options.solc, input, [...new Set(roots)])
    : runPackage(project, input, [...new Set(roots)]);
  const answer = parseOutput(output);
  if (report(answer.errors || [])) return 1;
  const contracts = artifactOf((answer.contracts || {})[unit]);
  const sources = sourcesOf(answer.sources, roots);
  process.stdout.write(JSON.stringify({ compiler, contracts, sources }, null, 1) + '\n');
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
