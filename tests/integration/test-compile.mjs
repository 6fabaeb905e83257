#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Contracts compiled by the host: the npm package solc that `bsnctl init --solc`
// was told of, and stand-ins for compilers that misbehave.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Node, check, equal, main, prefix, test, until } from './lib.mjs';

const top = path.resolve(fileURLToPath(import.meta.url), '../../..');
const sample = path.join(top, 'configs/samples/evidence');
const counter = `pragma solidity ^0.8.0;
import {Step} from "./lib/Step.sol";
contract Counter {
  uint public total;
  function add() external { total += Step.size(); }
}
`;
const step = 'library Step { function size() internal pure ' +
  'returns (uint) { return 3; } }\n';
const files = { 'Counter.sol': counter, 'lib/Step.sol': step };
let node, artifact;

const compile = (given, options, chain = 'std') =>
  node.request('POST', `/v1/chains/${chain}/contracts/compile`,
    { language: 'solidity', files: given, ...(options ? { options } : {}) });

// Processes of this user that have the text in their command line.
function processes(text) {
  return fs.readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && Number(pid) !== process.pid &&
        fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false; // it has just ended
    }
  });
}

test('bsnctl init names the compiler of a project', async () => {
  node = await Node.make();
  const other = path.join(node.home, 'with-solc');
  await node.ctl('init', other, '--port', '1', '--ops-port', '2', '--solc',
    sample);
  const config = fs.readFileSync(path.join(other, 'bsn-hostd.conf'), 'utf8');
  const [, command] = config.match(/^solidity = (.*)$/m);
  check(command.includes('--standard-json'), command);
  node.set('solidity', command);
  await node.start();
  for (const [name, crypto] of [['std', 'std'], ['sm', 'sm']]) {
    await node.api('POST', '/v1/chains',
      { name, framework: 'fisco', config: { crypto } });
    await node.api('POST', '/v1/ids', { name: `signer-${name}`,
      algorithm: crypto === 'sm' ? 'sm2' : 'secp256k1' });
  }
});

test('sources are compiled for the chain', async () => {
  const { status, body } = await compile(files);
  equal([status, body.ok], [200, true], JSON.stringify(body.errors));
  artifact = body.contracts.find((one) => one.name === 'Counter');
  check(/^solc 0\.8/.test(body.compiler), body.compiler);
  equal(artifact.file, 'Counter.sol', 'file');
  check(JSON.parse(artifact.metadata).settings.evmVersion === 'cancun',
    'the rules of the chain');
  equal(body.sources, ['Counter.sol', 'lib/Step.sol'], 'sources');
});

for (const chain of ['std', 'sm']) {
  test(`what came of it runs on a chain of ${chain}`, async () => {
    const at = `/v1/chains/${chain}`;
    const signer = `signer-${chain}`;
    const deployed = await node.api('POST', `${at}/contracts?wait=committed`, {
      contract: 'counter', code: artifact.bytecode, signer,
      options: { abi: artifact.abi },
    });
    equal(deployed.stage, 'committed', JSON.stringify(deployed));
    await node.api('POST', `${at}/txs?wait=committed`,
      { contract: 'counter', function: 'add', args: [], signer });
    const { result } = await node.api('POST', `${at}/call`,
      { contract: 'counter', function: 'total', args: [] });
    equal(String(result), '3', 'total');
  });
}

test('findings of its check have lines, from what the compiler told',
  async () => {
    const given = { 'Bad.sol': 'pragma solidity ^0.8.0;\ncontract Bad {\n' +
      '  function end() external {\n' +
      '    selfdestruct(payable(msg.sender));\n  }\n}\n' };
    const { body } = await compile(given);
    const [bad] = body.contracts;
    const checked = await node.api('POST', '/v1/chains/std/contracts/check', {
      code: bad.bytecode,
      options: {
        abi: bad.abi,
        source_map: bad.source_map,
        deployed_source_map: bad.deployed_source_map,
        sources: body.sources.map((file) => ({ file, text: given[file] })),
      },
    });
    const found = checked.findings.find((f) => f.rule === 'evm-selfdestruct');
    check(found.where.startsWith('Bad.sol:4'), found.where);
  });

test('code made by way of the IR does the same', async () => {
  const { body } = await compile(files, { via_ir: true, optimizer_runs: 1 });
  equal(body.ok, true, JSON.stringify(body.errors));
  const { settings } = JSON.parse(body.contracts
    .find((one) => one.name === 'Counter').metadata);
  equal([settings.viaIR, settings.optimizer.runs], [true, 1], 'settings');
});

test('errors have file, line and column', async () => {
  const { status, body } = await compile({
    'A.sol': 'pragma solidity ^0.8.0;\ncontract A {\n  uint x = "é" + 1;\n}\n',
  });
  equal([status, body.ok], [200, false], 'refused');
  const error = body.errors.find((one) => one.severity === 'error');
  equal([error.file, error.line], ['A.sol', 3], JSON.stringify(error));
  check(error.column > 3 && error.text.includes('A.sol:3'), error.text);
  const { body: unparsed } = await compile({ 'A.sol': '}{ é' });
  equal(unparsed.errors.find((one) => one.severity === 'error').line, 1,
    'line of what is no Solidity');
});

test('imports are of the given sources only', async () => {
  for (const name of ['/etc/passwd', '../../../../etc/passwd',
    'file:///etc/passwd', '@openzeppelin/contracts/access/Ownable.sol']) {
    const { body } = await compile(
      { 'A.sol': `import "${name}";\ncontract A {}\n` });
    equal([body.ok, body.contracts], [false, []], name);
    check(!JSON.stringify(body).includes('root:'), 'it was read');
    check(body.errors.some((e) => /not found/.test(e.message)),
      JSON.stringify(body.errors));
  }
});

test('unfit requests are refused with a reason', async () => {
  for (const [body, status, says] of [
    [{ language: 'solidity' }, 400, /files/],
    [{ language: 'vyper', files: { a: '' } }, 400, /solidity/],
    [{ language: 'solidity', files: {} }, 400, /files/],
    [{ language: 'solidity', files: { a: { urls: ['/etc/passwd'] } } }, 400,
      /must be a string/],
    [{ language: 'solidity', files: { a: 'x'.repeat(9 << 20) } }, 413, /bytes/],
  ]) {
    const answer = await node.request('POST',
      '/v1/chains/std/contracts/compile', body);
    equal(answer.status, status, JSON.stringify(answer.body));
    check(says.test(answer.body.error.reason), answer.body.error.reason);
  }
});

test('bsnctl has the host compile what it finds with all its imports',
  async () => {
    const out = path.join(node.home, 'Evidence.json');
    process.env.BSN_SOLC_DRIVER =
      path.join(prefix, 'share/bsn-host/solc-compile.js');
    await node.ctl('contract', 'compile',
      path.join(sample, 'contracts/Evidence.sol'), '--remote', 'std', '-o',
      out);
    const remote = JSON.parse(fs.readFileSync(out, 'utf8'));
    await node.ctl('contract', 'compile',
      path.join(sample, 'contracts/Evidence.sol'), '-o', out);
    const local = JSON.parse(fs.readFileSync(out, 'utf8'));
    equal(remote.contracts.Evidence.bytecode, local.contracts.Evidence.bytecode,
      'the same code as here');
    equal(remote.sources.length, local.sources.length, 'sources');
    const checked = await node.ctlJson('contract', 'check', 'std', out);
    equal(checked.ok, true, JSON.stringify(checked));
  });

test('bsnctl shows the errors of the host', async () => {
  const bad = path.join(node.home, 'Bad.sol');
  fs.writeFileSync(bad, 'contract A { uint x = "a"; }\n');
  let said = '';
  try {
    await node.ctl('contract', 'compile', bad, '--remote', 'std', '-o',
      path.join(node.home, 'Bad.json'));
  } catch (error) {
    said = error.stderr;
  }
  check(/Bad\.sol:1:/.test(said) && /does not compile/.test(said), said);
});

// A shell script stands for a compiler from here on.
async function withCompiler(script, settings = {}) {
  await node.stop();
  const file = path.join(node.home, 'compiler.sh');
  fs.writeFileSync(file, script);
  node.set('solidity', `sh ${file}`);
  for (const [key, value] of Object.entries(settings)) node.set(key, value);
  await node.start();
}

test('one that hangs is ended with all that it started', async () => {
  await withCompiler('sleep 987654 & sleep 987654', { time_max_s: 1 });
  const { status, body } = await compile(files);
  equal([status, body.error.name], [504, 'timeout'], JSON.stringify(body));
  // Who is killed goes in its own time.
  await until('nothing is left behind', () =>
    processes('987654').length === 0);
  equal(fs.readdirSync(path.join(node.dir, 'data/compile')), [], 'files');
});

test('one that eats memory ends without harm', async () => {
  await withCompiler('exec node -e "const a = []; for (;;) ' +
    'a.push(Buffer.alloc(1 << 24, 1))"', { time_max_s: 60,
    memory_max: '256M' });
  const { status, body } = await compile(files);
  equal([status, body.error.name], [422, 'fault'], JSON.stringify(body));
});

test('one that floods is ended', async () => {
  await withCompiler('exec yes', { output_max: '1M' });
  const { status, body } = await compile(files);
  equal([status, body.error.name], [413, 'too-large'], JSON.stringify(body));
  equal((await node.ops('/healthz')).status, 200, 'the host lives');
});

test('one that is not there is said to be missing', async () => {
  await node.stop();
  node.set('solidity', '/nonexistent/solc --standard-json');
  await node.start();
  const { status, body } = await compile(files);
  equal([status, body.error.name], [503, 'unavailable'], JSON.stringify(body));
  check(/there is no program \/nonexistent\/solc/.test(
    fs.readFileSync(node.log, 'utf8')), 'the log');
});

test('a stopping host ends what compiles', async () => {
  await withCompiler('exec sleep 987653', { time_max_s: 600 });
  const waiting = compile(files).catch((error) => error);
  await until('it compiles', () => processes('987653').length > 0);
  await node.stop();
  equal(processes('987653'), [], 'left behind');
  await waiting;
});

test('so does one that is killed', async () => {
  await node.start();
  const waiting = compile(files).catch((error) => error);
  await until('it compiles', () => processes('987653').length > 0);
  await node.kill('SIGKILL');
  await waiting;
  await until('nothing compiles', () => processes('987653').length === 0);
});

test('without a compiler the host says that it has none', async () => {
  node.set('solidity', '');
  await node.start();
  const { status, body } = await compile(files);
  equal([status, body.error.name], [501, 'not-offered'], JSON.stringify(body));
  await node.stop();
});

main();
