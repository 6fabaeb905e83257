// SPDX-License-Identifier: Apache-2.0
// The specification's tests, from Debian's sources of Binaryen, which has those
// of the first version, and of Firefox's engine, which has most of those of the
// second; and what wast2json makes of them.
import { execFile, execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { unpack } from './unpack.mjs';

const run = promisify(execFile);
const pool = 'http://deb.debian.org/debian/pool/main';

// Of Firefox's, which is large, the first 40 MiB hold them.
const sources = [
  { url: `${pool}/b/binaryen/binaryen_108.orig.tar.gz`,
    sha256: '7fea5013da7f98daeeb6a0a60333e8aa917bcb0b1b418ba8531fe710d09041f2',
    unzip: 'gzip', inside: '*/test/spec/*.wast' },
  { url: `${pool}/m/mozjs128/mozjs128_128.14.0.orig.tar.xz`,
    bytes: 40 << 20,
    sha256: 'd9a5c62b5661b16b05f02895066d23fa0b2e4a4ebb39d111cb8e838830f55d5b',
    unzip: 'xz', inside: '*/wasm/spec/spec/*.wast.js' },
];

async function download({ url, bytes }, file) {
  const range = bytes ? ['-r', `0-${bytes - 1}`] : [];
  await run('curl', ['-sSfL', '--retry', '3', '-m', '120', ...range, '-o',
    file, url]);
}

function digest(file) {
  return crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}

// A file that was cut ends in an error of xz and of tar, behind what is wanted.
function extract({ unzip, inside }, file, dir) {
  try {
    execFileSync('sh', ['-c', '"$0" -dc "$1" | tar xf - -C "$2" ' +
      '--transform "s|.*/||" --wildcards "$3"', unzip, file, dir, inside],
    { stdio: 'ignore' });
  } catch (error) {
    if (error.status === undefined) throw error;
  }
}

// Puts the tests into `dir`. Returns why it could not, where there is no network.
export async function fetchTests(dir) {
  if (fs.existsSync(path.join(dir, '.whole'))) return undefined;
  fs.mkdirSync(dir, { recursive: true });
  for (const source of sources) {
    const file = path.join(dir, path.basename(source.url));
    try {
      await download(source, file);
    } catch (error) {
      return `no ${source.url}: ${error.stderr || error.message}`.trim();
    }
    if (digest(file) !== source.sha256)
      throw new Error(`${source.url} is not what it was`);
    extract(source, file, dir);
    fs.unlinkSync(file);
  }
  fs.writeFileSync(path.join(dir, '.whole'), '');
  return undefined;
}

// The tests' names in `dir`, each once: FILE.wast.js before FILE.wast.
export function testNames(dir) {
  const names = fs.readdirSync(dir).map((file) =>
    file.match(/^(.+)\.wast(\.js)?$/)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

// Writes NAME.json and its modules into `to`. Returns its path.
export async function convert(dir, name, to) {
  const packed = path.join(dir, `${name}.wast.js`);
  let script = path.join(dir, `${name}.wast`);
  if (fs.existsSync(packed)) {
    script = path.join(to, `${name}.wast`);
    fs.writeFileSync(script, unpack(packed));
  }
  const json = path.join(to, `${name}.json`);
  await run('wast2json', [script, '-o', json]);
  return json;
}
