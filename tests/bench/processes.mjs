// SPDX-License-Identifier: Apache-2.0
// What hosts use: CPU, by what it is spent on, memory of their own, disk.
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
      parts,
      parts_s: sum(Object.values(parts)),
      disk_bytes: grown('disk_bytes'),
      memory_bytes: grown('memory_bytes'),
      memory_now: sum(after.map((one) => one.memory_bytes)),
    };
  }
}

async function sampleOne(host) {
  const proc = `/proc/${host.process.pid}`;
  const status = fs.readFileSync(`${proc}/status`, 'utf8');
  const stat = fs.readFileSync(`${proc}/stat`, 'utf8')
    .replace(/^.*\) /, '').split(' ');
  const { body } = await host.ops('/metrics');
  const parts = {};
  for (const [, name, value] of
    body.matchAll(/^bsn_cpu_seconds_total\{part="(\w+)"\} (\S+)$/gm))
    parts[name] = Number(value);
  return {
    cpu_s: (Number(stat[11]) + Number(stat[12])) / ticks,
    parts,
    memory_bytes: 1024 * Number(status.match(/RssAnon:\s+(\d+)/)[1]),
    disk_bytes: 1024 *
      Number(execFileSync('du', ['-sk', host.dir]).toString().split('\t')[0]),
  };
}
