#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A plugin that does input and output: what it listens on, what an
// administrator sees of it, its child that is kept running, and that nothing of
// it outlives the daemon.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {
  Node, build, check, cleanup, equal, freePort, main, prefix, test, until,
} from './lib.mjs';

const good = path.join(prefix, 'lib/bsn/plugins');
const modules = path.join(build, 'tests/io/modules');
const word = `io-child-${process.pid}`; // in the child's command line

let node, directory, allowed, refused;

// Sends a line, and answers the first that comes back.
const echo = (where, text) => new Promise((resolve, reject) => {
  const socket = net.connect(where, () => socket.write(text));
  socket.once('error', reject);
  socket.once('data', (data) => {
    socket.destroy();
    resolve(String(data));
  });
});

const processes = () => fs.readdirSync('/proc').filter((pid) => {
  try {
    return /^\d+$/.test(pid) &&
      fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word);
  } catch {
    return false;
  }
}).map(Number);

const io = async () => (await node.ctlJson('status')).io;
const kid = async () => (await io()).plugins[0]?.children
  .find((child) => child.ready);

const metric = async (name) => {
  const { body } = await node.ops('/metrics');
  return Number(new RegExp(`^${name}{[^}]*} (\\d+)$`, 'm').exec(body)?.[1]);
};

test('a plugin that declares it has input and output', async () => {
  directory = fs.mkdtempSync('/tmp/bsn-io-plugins-');
  cleanup(() => fs.rmSync(directory, { recursive: true, force: true }));
  for (const file of fs.readdirSync(good))
    fs.copyFileSync(path.join(good, file), path.join(directory, file));
  for (const name of ['io-plugin.so', 'io-secret.so'])
    fs.copyFileSync(path.join(modules, name), path.join(directory, name));
  allowed = await freePort();
  refused = await freePort();
  process.env.BSN_TEST_LISTEN = `127.0.0.1:${allowed};127.0.0.1:${refused}`;
  process.env.BSN_TEST_CHILD = `: ${word}; ` +
    'exec 3<>/dev/tcp/${DOOR%:*}/${DOOR#*:}; echo hello from $DOOR >&3; ' +
    'read -u 3 answer; echo heard $answer; (sleep 3600; :) & read -u 3 more';
  node = await Node.make({
    plugins: directory,
    config: (made) => {
      made.set('listen', `test.io 127.0.0.1:${allowed}`, 'io');
      fs.appendFileSync(made.configFile,
        '\n[plugin test.io]\nword = a = b; c\n[plugin test.oi]\nword = d\n');
    },
  });
  await node.start();
  const { plugins } = await node.api('GET', '/v1/plugins');
  const verdict = (name) => plugins.find((one) =>
    path.basename(one.path) === name);
  equal(verdict('io-plugin.so').verdict, 'loaded', 'verdict');
  equal(verdict('io-secret.so').verdict, 'refused', 'verdict');
  check(/BSN_PLUGIN_DOES_IO/.test(verdict('io-secret.so').reason),
    verdict('io-secret.so').reason);
});

test('it has the settings of its own group', async () => {
  const log = fs.readFileSync(node.log, 'utf8');
  check(/the word is a = b; c/.test(log), 'read');
  check(/\[plugin test\.oi\] word is not used: no plugin/.test(log),
    "another's are told of");
});

test('it listens in its directory and where it was allowed to', async () => {
  const socket = path.join(node.dir, 'data/io/test.io/echo');
  equal(await echo({ path: socket }, 'by name'), 'by name', 'Unix socket');
  equal(fs.statSync(path.dirname(socket)).mode & 0o777, 0o700, 'mode');
  equal(await echo({ host: '127.0.0.1', port: allowed }, 'by port'),
    'by port', 'port');
  const error = await echo({ host: '127.0.0.1', port: refused }, 'x')
    .catch((why) => why);
  equal(error.code, 'ECONNREFUSED', 'the port that nobody allowed');
  check(/\[io\] listen/.test(fs.readFileSync(node.log, 'utf8')),
    'the log says how it could be allowed');
});

test('its child runs behind a door, and the log has what it says', async () => {
  await until('the child is ready', kid);
  await until('its words are in the log', () =>
    fs.readFileSync(node.log, 'utf8').includes(
      'test.io: kid: heard hello from 127.0.0.1:7052'));
  equal((await kid()).connections, 1, 'connections');
  const status = await io();
  equal([status.children, status.restarts], [1, 0], 'children, restarts');
  const text = await node.ctl('status');
  check(/Plugins' children\s+1/.test(text), text);
  equal(await metric('bsn_io_children'), 1, 'metric');
});

test('a child that dies is started again, and counted', async () => {
  const first = (await kid()).pid;
  process.kill(first, 'SIGKILL');
  const second = await until('another runs', async () => {
    const now = await kid();
    return now && now.pid !== first && now;
  });
  equal(second.restarts, 1, 'restarts of its name');
  equal((await io()).restarts, 1, 'restarts');
  equal(await metric('bsn_io_child_restarts_total'), 1, 'metric');
  await until('nothing of the first is left', () =>
    processes().length > 0 && fs.readdirSync(
      path.join(node.dir, 'data/io/test.io/children')).length === 1);
});

test('kill -9 of the daemon leaves no child', async () => {
  check(processes().length >= 4, `processes: ${processes()}`);
  await node.kill('SIGKILL');
  await until('all are gone', () => processes().length === 0);
});

test('a new start finds and leaves nothing of the old one', async () => {
  await node.start();
  await until('the child is ready', kid);
  equal(fs.readdirSync(path.join(node.dir, 'data/io/test.io/children')).length,
    1, 'directories of children');
  equal(await echo({ path: path.join(node.dir, 'data/io/test.io/echo') },
    'again'), 'again', 'Unix socket');
  await node.stop();
  equal(processes(), [], 'processes');
  equal(fs.readdirSync(path.join(node.dir, 'data/io/test.io/children')), [],
    'directories of children');
  check(fs.readFileSync(node.log, 'utf8').includes(
    'the test\'s plugin stops'), 'it was told');
});

main();
