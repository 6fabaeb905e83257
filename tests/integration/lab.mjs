// SPDX-License-Identifier: Apache-2.0
// Hosts in network namespaces of their own, on one cable that can be cut. All
// of it is private: the test program itself runs in a namespace that has
// nothing but loopback, and everything ends with it.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';

import { Node, check, freePort } from './lib.mjs';
import { startThese } from './network.mjs';

const INSIDE = 'BSN_TEST_LAB';
const PEER_PORT = 8400;

const run = (program, ...args) =>
  execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const ip = (...args) => run('ip', ...args);

function has(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

// Why there can be no lab here; undefined when there can.
function obstacle(programs) {
  if (process.getuid() !== 0) return 'only root can make network namespaces';
  for (const [program, ...args] of programs)
    if (!has(program, ...args)) return `there is no ${program}`;
  if (!has('unshare', '--net', 'true'))
    return 'network namespaces are not permitted here';
  const rules = 'add table bridge probe; add chain bridge probe c ' +
    '{ type filter hook forward priority 0; }';
  if (!has('unshare', '--net', 'sh', '-c',
    `ip link add cable type bridge && nft '${rules}'`))
    return 'the kernel has no bridges, or does not filter them';
  return undefined;
}

// Runs the program again inside a namespace of its own, unless this is that; or
// says why it cannot, as a skipped test. Returns inside only.
export async function enterLab(programs = []) {
  if (process.env[INSIDE]) {
    ip('link', 'set', 'lo', 'up');
    return;
  }
  const reason = obstacle([['ip', '-V'], ['nft', '--version'],
    ['nsenter', '--version'], ...programs]);
  if (reason) {
    console.log(`1..1\nok 1 - hosts on a cable # SKIP ${reason}`);
    process.exit(0);
  }
  const child = spawn('unshare', ['--net', process.execPath,
    ...process.argv.slice(1)],
  { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'])
    process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve) =>
    child.once('exit', (...end) => resolve(end)));
  process.exit(signal ? 1 : code);
}

// ---- namespaces ----

const holders = new Set();
process.on('exit', () => {
  for (const holder of holders) holder.kill('SIGKILL');
});

// A namespace lives as long as the process that holds it; answers the command
// that runs others inside.
async function makeNamespace() {
  const holder = spawn('unshare', ['--net', 'sh', '-c',
    'ip link set lo up && echo made && exec sleep infinity'],
  { stdio: ['ignore', 'pipe', 'inherit'] });
  holders.add(holder);
  await new Promise((resolve, reject) => {
    holder.stdout.once('data', resolve);
    holder.once('exit', () => reject(new Error('no namespace was made')));
  });
  return { pid: String(holder.pid),
    via: ['nsenter', `--net=/proc/${holder.pid}/ns/net`] };
}

// An end here named `name` and one there named `there`, both up.
function connect(namespace, name, there, address) {
  ip('link', 'add', name, 'type', 'veth', 'peer', 'name', there, 'netns',
    namespace.pid);
  ip('link', 'set', name, 'up');
  const inside = (...args) => run(...namespace.via, 'ip', ...args);
  inside('addr', 'add', address, 'dev', there);
  inside('link', 'set', there, 'up');
}

// Hosts that reach each other over the cable alone; the test reaches each by a
// line of its own, so that it can look at one that is cut off.
export class Lab {
  static async make(n) {
    const lab = new Lab();
    ip('link', 'add', 'cable', 'type', 'bridge');
    ip('link', 'set', 'cable', 'up');
    lab.rules('');
    lab.hosts = [];
    for (let i = 1; i <= n; i++) lab.hosts.push(await lab.addHost(i));
    await startThese(lab.hosts);
    return lab;
  }

  async addHost(i) {
    const namespace = await makeNamespace();
    connect(namespace, `cable${i}`, 'cable', `192.0.2.${i}/24`);
    ip('link', 'set', `cable${i}`, 'master', 'cable');
    connect(namespace, `line${i}`, 'line', `198.51.100.${4 * i + 1}/30`);
    ip('addr', 'add', `198.51.100.${4 * i + 2}/30`, 'dev', `line${i}`);
    const host = await Node.make({ via: namespace.via,
      address: `198.51.100.${4 * i + 1}` });
    host.port = await freePort();
    host.set('listen', `0.0.0.0:${host.port}`, 'gateway');
    host.peerAddress = `192.0.2.${i}:${PEER_PORT}`;
    host.cable = `cable${i}`;
    return host;
  }

  // What the cable does to frames that pass.
  rules(text) {
    execFileSync('nft', ['-f', '-'], { input: `
      add table bridge cable
      delete table bridge cable
      table bridge cable {
        chain forward {
          type filter hook forward priority 0
          ${text}
        }
      }` });
  }

  cut(host) { ip('link', 'set', host.cable, 'down'); }
  cutFrom(host) { this.rules(`iifname "${host.cable}" drop`); }
  cutTo(host) { this.rules(`oifname "${host.cable}" drop`); }
  lose(percent) { this.rules(`numgen random mod 100 < ${percent} drop`); }

  // FALSE where the kernel cannot.
  delay(ms) {
    return this.hosts.every((host) => has('tc', 'qdisc', 'replace', 'dev',
      host.cable, 'root', 'netem', 'delay', `${ms}ms`, `${ms / 4}ms`));
  }

  heal() {
    this.rules('');
    for (const host of this.hosts) {
      ip('link', 'set', host.cable, 'up');
      spawnSync('tc', ['qdisc', 'del', 'dev', host.cable, 'root'],
        { stdio: 'ignore' });
    }
  }

  // All that the first host's end of the cable carries while `during` runs:
  // the capture's bytes.
  async capture(file, during) {
    const tcpdump = spawn('tcpdump', ['-i', this.hosts[0].cable, '-s', '0',
      '-B', '65536', '--immediate-mode', '-U', '-Z', 'root', '-w', file],
    { stdio: ['ignore', 'ignore', 'pipe'] });
    holders.add(tcpdump);
    let said = '';
    const ended = new Promise((resolve) => tcpdump.once('exit', resolve));
    await new Promise((resolve, reject) => {
      tcpdump.stderr.on('data', (data) => {
        said += data;
        if (said.includes('listening on')) resolve();
      });
      tcpdump.once('exit', () => reject(new Error(said)));
    });
    try {
      await during();
    } finally {
      tcpdump.kill('SIGINT');
      await ended;
      holders.delete(tcpdump);
    }
    check(/^0 packets dropped by kernel/m.test(said), said);
    return fs.readFileSync(file);
  }
}
