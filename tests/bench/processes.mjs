// SPDX-License-Identifier: Apache-2.0
// What hosts use: CPU, by what it is spent on, memory of their own, disk; and the
// CPU of their children, which chaincodes are.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const ticks = Number(execFileSync('getconf', ['CLK_TCK']));
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

export class Processes {
  constructor(hosts) {
    this.hosts = hosts;
  }

  async sample() {
    return Promise.all(this.hosts.map(sampleOne));
  }

  // All hosts together, between two samples.
  since(before, after) {
    const grown = (field) =>
      sum(after.map((one, i) => one[field] - before[i][field]));
    const parts = {};
    for (const name of Object.keys(after[0].parts))
      parts[name] = sum(after.map((one, i) =>
        one.parts[name] - before[i].parts[name]));
    return {
      cpu_s: grown('cpu_s'),
      children_s: grown('children_s'),
      parts,
      parts_s: sum(Object.values(parts)),
      disk_bytes: grown('disk_bytes'),
      memory_bytes: grown('memory_bytes'),
      memory_now: sum(after.map((one) => one.memory_bytes)),
    };
  }
}

function stat(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '').split(' ');
  return { parent: Number(fields[1]),
    cpu_s: (Number(fields[11]) + Number(fields[12])) / ticks };
}

// Processes by who has started them; those that end meanwhile are left out.
function childrenOf() {
  const children = new Map();
  for (const pid of fs.readdirSync('/proc').filter((name) => name > 0))
    try {
      const { parent, cpu_s } = stat(pid);
      children.set(parent,
        [...children.get(parent) ?? [], { pid: Number(pid), cpu_s }]);
    } catch {
      // it has ended
    }
  return children;
}

const descendants_s = (children, pid) => sum((children.get(pid) ?? [])
  .map((one) => one.cpu_s + descendants_s(children, one.pid)));

async function sampleOne(host) {
  const { pid } = host.process;
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const { body } = await host.ops('/metrics');
  const parts = {};
  for (const [, name, value] of
    body.matchAll(/^bsn_cpu_seconds_total\{part="(\w+)"\} (\S+)$/gm))
    parts[name] = Number(value);
  return {
    cpu_s: stat(pid).cpu_s,
    children_s: descendants_s(childrenOf(), pid),
    parts,
    memory_bytes: 1024 * Number(status.match(/RssAnon:\s+(\d+)/)[1]),
    disk_bytes: 1024 *
      Number(execFileSync('du', ['-sk', host.dir]).toString().split('\t')[0]),
  };
}
