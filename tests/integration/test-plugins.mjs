#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A plugin directory full of wrong files: each is refused with its true reason,
// no constructor of a foreign or untrusted one runs, and the daemon stays up
// and serves the good ones.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {
  Node, build, check, equal, evidenceChain, main, prefix, test,
} from './lib.mjs';

const good = path.join(prefix, 'lib/bsn/plugins');
const modules = path.join(build, 'tests/bad-plugins/modules');

// name: [rule, what the reason must say]
const wrong = {
  'text-file': ['not-elf', /not an ELF file/i],
  truncated: ['truncated-elf', /truncated|ends/i],
  'other-cpu': ['other-cpu', /AArch64/],
  'no-note': ['no-note', /note/],
  'wrong-abi': ['wrong-abi', /9\.9/],
  crash: ['crash', /SIGSEGV/],
  hang: ['hang', /did not return|within/],
  exit: ['exit', /exit\(3\)|exited/],
  'missing-member': ['missing-member', /bsn_tx_ops has no submit/],
  untrusted: ['untrusted', /sm3:[0-9a-f]{64}|trust/],
  'undefined-symbol': ['undefined-symbol', /undefined symbol/],
};

let node, directory, mark;

function copyModule(name) {
  fs.copyFileSync(path.join(modules, `${name}.so`),
    path.join(directory, `${name}.so`));
}

// The good file with another machine (e_machine, 183 is AArch64) or an early end.
function makeFiles() {
  const bytes = fs.readFileSync(path.join(modules, 'good.so'));
  const put = (name, content) =>
    fs.writeFileSync(path.join(directory, `${name}.so`), content);
  put('text-file', 'I am not a plugin.\n');
  put('truncated', bytes.subarray(0, 200));
  const foreign = Buffer.from(bytes);
  foreign.writeUInt16LE(183, 18);
  put('other-cpu', foreign);
}

async function fill() {
  for (const file of fs.readdirSync(good))
    fs.copyFileSync(path.join(good, file), path.join(directory, file));
  makeFiles();
  for (const name of Object.keys(wrong))
    if (!fs.existsSync(path.join(directory, `${name}.so`))) copyModule(name);
}

test('the daemon starts with wrong files among its plugins', async () => {
  directory = fs.mkdtempSync('/tmp/bsn-plugins-');
  mark = path.join(directory, 'mark');
  process.env.BSN_TEST_MARK = mark;
  await fill();
  // init trusts every file of the directory; one came later.
  const untrusted = path.join(directory, 'untrusted.so');
  fs.renameSync(untrusted, `${untrusted}.later`);
  node = await Node.make({ plugins: directory });
  fs.renameSync(`${untrusted}.later`, untrusted);
  await node.start();
});

for (const [name, [rule, says]] of Object.entries(wrong))
  test(`${name} is refused as ${rule}`, async () => {
    const { plugins } = await node.api('GET', '/v1/plugins');
    const file = plugins.find((one) =>
      path.basename(one.path) === `${name}.so`);
    check(file, 'it is listed');
    equal([file.verdict, file.rule], ['refused', rule], 'verdict');
    check(says.test(file.reason), `reason: ${file.reason}`);
    check(file.remedy.length > 0, 'a remedy is given');
  });

test('no constructor of a wrong-ABI or untrusted file has run', async () => {
  check(!fs.existsSync(mark), `${mark} exists`);
});

test('the good ones are loaded and work', async () => {
  const { plugins } = await node.api('GET', '/v1/plugins');
  for (const file of fs.readdirSync(good)) {
    if (!file.endsWith('.so'))
      continue; // what there is to ask of an engine
    const one = plugins.find((p) => path.basename(p.path) === file);
    equal(one.verdict, 'loaded', `${file}: ${one.reason}`);
  }
  await evidenceChain(node, 'evidence', 'sm');
});

test('verdicts are remembered: the next start does not wait for a hang',
  async () => {
    await node.stop();
    const scans = () => fs.readFileSync(node.log, 'utf8');
    const before = scans().length;
    await node.start();
    const { plugins } = await node.api('GET', '/v1/plugins');
    equal(plugins.find((p) => p.path.endsWith('/hang.so')).rule, 'hang',
      'verdict');
    check(scans().length > before, 'the log goes on');
    await node.stop();
    fs.rmSync(directory, { recursive: true });
  });

// A certificate as host/plugin/envelope.h has it, made with openssl alone.
function certify(file, digest, level, lab) {
  const type = 'bsn.conformance-certificate/1';
  const payload = JSON.stringify({
    schema: type, level, digest, plugin: 'bsn.engine-fisco', version: '1',
    tool_version: 'test', edition: 1, date: '2026-11-29',
  });
  const message = path.join(path.dirname(lab), 'message');
  fs.writeFileSync(message,
    `DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`);
  const signature = execFileSync('openssl', ['pkeyutl', '-sign', '-rawin',
    '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678', '-inkey', lab,
    '-in', message]);
  const base64 = (bytes) => Buffer.from(bytes).toString('base64');
  fs.writeFileSync(`${file}.conformance`, JSON.stringify({
    payloadType: type,
    payload: base64(payload),
    signatures: [{
      keyid: '', sig: base64(signature),
      key: fs.readFileSync(`${lab}.pem`, 'utf8'),
    }],
  }));
}

test('an engine is loaded with the certificate that the config asks for',
  async () => {
    const home = fs.mkdtempSync('/tmp/bsn-certified-');
    const lab = path.join(home, 'lab');
    const engine = path.join(home, 'plugins', 'engine-fisco.so');
    fs.cpSync(good, path.dirname(engine), { recursive: true });
    execFileSync('openssl', ['genpkey', '-algorithm', 'SM2', '-out', lab]);
    execFileSync('openssl', ['pkey', '-in', lab, '-pubout', '-out',
      `${lab}.pem`]);
    const strict = await Node.make({
      plugins: path.dirname(engine),
      config: (one) => {
        one.set('require', 'L2');
        one.set('conformance_keys', `${lab}.pem`);
      },
    });
    // What became of a plugin in one more start; without an engine a node is
    // never ready.
    const judge = async (file) => {
      await strict.start('/healthz');
      const { plugins } = await strict.api('GET', '/v1/plugins');
      const one = plugins.find((p) => path.basename(p.path) === file);
      await strict.stop();
      return one;
    };
    const bare = await judge('engine-fisco.so');
    equal(bare.rule, 'not-certified', bare.reason);
    equal((await judge('crypto-gm.so')).verdict, 'loaded', 'no engine');
    certify(engine, bare.digest, 'L1', lab);
    equal((await judge('engine-fisco.so')).rule, 'below-level', 'L1');
    certify(engine, bare.digest, 'L2', lab);
    equal((await judge('engine-fisco.so')).verdict, 'loaded', 'L2');
    fs.rmSync(home, { recursive: true });
  });

await main();
