// SPDX-License-Identifier: Apache-2.0
//
// Compiles Solidity through the compiler's standard JSON interface.
//
//   node solc-compile.js FILE [--solc CMD] [--include DIR]... [--runs N] [--via-ir]
//   node solc-compile.js --collect FILE [--include DIR]...
//   node solc-compile.js --standard-json [--project DIR]
//
// Imports are looked up beside FILE, in the folders above it up to the project
// (the nearest one with a package.json), in its node_modules, and in each
// --include. The compiler is CMD (as it would be typed: it gets
// --standard-json), or else the npm package `solc` of the project.
//
// The first form writes {"compiler", "contracts": {NAME: {"abi", "bytecode",
// "sourceMap", "deployedSourceMap"}}, "sources": [{"file", "text"}]} to standard
// output, with the contracts that FILE itself defines; the sources are in the
// order that the maps number them, null where the compiler has none. Messages of
// the compiler go to standard error as they are; with an error among them the
// exit code is 1.
//
// The second writes {"file", "files": {NAME: TEXT}}: FILE's name and all that it
// imports. The third is the package `solc` of the project DIR as a command: it
// reads standard JSON from standard input, and nothing else.
'use strict';

const { spawnSync } = require('child_process');
const { createRequire } = require('module');
const fs = require('fs');
const path = require('path');

const SOURCE_MAX = 4 * 1024 * 1024; // bytes of one source file
const FILES_MAX = 4096;
const OUTPUT_MAX = 256 * 1024 * 1024; // bytes that a compiler may answer

class Refusal extends Error {}

function parseArguments(args) {
  const options = { file: null, solc: null, include: [], runs: 200, viaIR: false };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--solc') options.solc = args[++i];
    else if (args[i] === '--include') options.include.push(args[++i]);
    else if (args[i] === '--runs') options.runs = Number(args[++i]);
    else if (args[i] === '--via-ir') options.viaIR = true;
    else if (args[i] === '--collect') options.collect = true;
    else if (args[i] === '--standard-json') options.standardJson = true;
    else if (args[i] === '--project') options.project = args[++i];
    else options.file = args[i];
  }
  if (!options.file && !options.standardJson) throw new Refusal('no source file given');
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

/** The text of a source unit, or null when no root has it. */
function findSource(unit, roots) {
  for (const root of roots) {
    const file = path.resolve(root, unit);
    // A unit name such as ../../x must not lead out of its root.
    if (!file.startsWith(path.resolve(root) + path.sep)) continue;
    if (fs.existsSync(file)) return readSource(file);
  }
  return null;
}

/** What a source imports, as it is written there. */
function importsOf(text) {
  const token = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  const bare = text.replace(token, (found) => (found.startsWith('/') ? ' ' : found));
  const found = bare.matchAll(/\bimport\b[^"';]*["']([^"']+)["']/g);
  return Array.from(found, (match) => match[1]);
}

/** The unit that `name` means in the unit `importing`, as the compiler has it. */
function resolveImport(importing, name) {
  if (!name.startsWith('./') && !name.startsWith('../')) return name;
  const joined = path.posix.join(path.posix.dirname(importing), name);
  return joined.replace(/^(\.\.\/)+/, '');
}

/** The file's unit name, and the texts of it and of all that it imports. What
 * is not found is left to the compiler to complain about. */
function collect(options) {
  const file = path.resolve(options.file);
  if (!fs.existsSync(file)) throw new Refusal(`${options.file} does not exist`);
  const folder = path.dirname(file);
  const project = projectOf(folder);
  const roots = [project, folder, ...options.include, ...nodeModulesAbove(folder)];
  const main = path.relative(project, file).split(path.sep).join('/');
  const files = { [main]: readSource(file) };
  const wanted = [main];
  while (wanted.length > 0) {
    const unit = wanted.pop();
    for (const name of importsOf(files[unit])) {
      const imported = resolveImport(unit, name);
      const text = Object.hasOwn(files, imported) ? null : findSource(imported, roots);
      if (text === null) continue;
      files[imported] = text;
      wanted.push(imported);
      if (wanted.length > FILES_MAX) throw new Refusal(`${options.file} imports too many files`);
    }
  }
  return { file: main, files, project };
}

function runPackage(project, input) {
  let solc;
  try {
    solc = createRequire(path.join(project, 'package.json'))('solc');
  } catch (error) {
    throw new Refusal(
      `the npm package "solc" is not installed in ${project}\n` +
        `Run 'npm ci' (or 'npm install solc') there, or name a compiler with --solc.`,
    );
  }
  return { compiler: `solc ${solc.version()}`, output: solc.compile(input) };
}

function runCommand(command, input) {
  const [program, ...args] = command.split(/\s+/).filter(Boolean);
  const child = spawnSync(program, [...args, '--standard-json'], {
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

function standardInput(files, options) {
  const sources = Object.entries(files).map(([unit, content]) => [unit, { content }]);
  return JSON.stringify({
    language: 'Solidity',
    sources: Object.fromEntries(sources),
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: options.runs },
      ...(options.viaIR ? { viaIR: true } : {}),
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
function sourcesOf(units, files) {
  const sources = [];
  for (const [unit, { id }] of Object.entries(units || {})) {
    if (Object.hasOwn(files, unit)) sources[id] = { file: unit, text: files[unit] };
  }
  return Array.from(sources, (source) => source || null);
}

function compile(options) {
  const { file, files, project } = collect(options);
  const input = standardInput(files, options);
  const { compiler, output } = options.solc
    ? runCommand(options.solc, input)
    : runPackage(project, input);
  const answer = parseOutput(output);
  if (report(answer.errors || [])) return 1;
  const contracts = artifactOf((answer.contracts || {})[file]);
  const sources = sourcesOf(answer.sources, files);
  process.stdout.write(JSON.stringify({ compiler, contracts, sources }, null, 1) + '\n');
  return 0;
}

function main() {
  const options = parseArguments(process.argv.slice(2));
  if (options.standardJson) {
    const input = fs.readFileSync(0, 'utf8');
    process.stdout.write(runPackage(options.project || process.cwd(), input).output);
    return 0;
  }
  if (options.collect) {
    const { file, files } = collect(options);
    process.stdout.write(JSON.stringify({ file, files }) + '\n');
    return 0;
  }
  return compile(options);
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
