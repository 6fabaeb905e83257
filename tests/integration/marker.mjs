// SPDX-License-Identifier: Apache-2.0
// Looks for bytes where they must not be: in what a host has on disk, has logged,
// and has in memory.
import fs from 'node:fs';
import path from 'node:path';

const PART = 4 << 20;

// Whether a file has the bytes, between two offsets.
function fileHas(fd, needle, from, to) {
  const buffer = Buffer.alloc(PART + needle.length);
  for (let at = from; at < to; at += PART) {
    let read;
    try {
      read = fs.readSync(fd, buffer, 0, Math.min(buffer.length, to - at), at);
    } catch {
      return false; // a region that cannot be read: a device, or gone
    }
    if (read > 0 && buffer.subarray(0, read).includes(needle)) return true;
    if (read === 0) return false;
  }
  return false;
}

function filesBelow(directory) {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((one) => {
    const name = path.join(directory, one.name);
    return one.isDirectory() ? filesBelow(name) : one.isFile() ? [name] : [];
  });
}

// Files of a host, its log among them, that have the bytes.
export function onDisk(host, needle) {
  return [...filesBelow(host.dir), host.log].filter((name) => {
    let fd;
    try {
      fd = fs.openSync(name);
    } catch {
      return false; // gone meanwhile
    }
    const found = fileHas(fd, needle, 0, fs.fstatSync(fd).size);
    fs.closeSync(fd);
    return found;
  });
}

// Whether a process has the bytes in any of its memory that can be read.
export function inMemory(pid, needle) {
  const regions = fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')
    .map((line) => line.match(/^([0-9a-f]+)-([0-9a-f]+) r/))
    .filter((match) => match)
    .map(([, from, to]) => [parseInt(from, 16), parseInt(to, 16)])
    .filter(([, to]) => to <= Number.MAX_SAFE_INTEGER);
  const fd = fs.openSync(`/proc/${pid}/mem`);
  const found = regions.some(([from, to]) => fileHas(fd, needle, from, to));
  fs.closeSync(fd);
  return found;
}
