// SPDX-License-Identifier: Apache-2.0
// A host for one contract in Node's own WebAssembly engine: what docs/wasm.md says,
// without gas and limits. What the SDKs say can be tried without a chain, and what a
// chain says be compared.
import crypto from 'node:crypto';

class Reverted extends Error {}

const HASHES = ['sha256', 'sm3', 'sha256']; // 0 is the chain's: here SHA-256

// Arguments of a call, [name, value] each.
function fieldsOf(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    parts.push(bytes.subarray(at + 4, at + 4 + length).toString());
    at += 4 + length;
  }
  return parts.flatMap((part, i) => (i % 2 ? [] : [[part, parts[i + 1]]]));
}

export class Host {
  constructor(bytes) {
    this.module = new WebAssembly.Module(bytes);
    this.state = new Map(); // by key, in Latin-1: each byte a character
    this.caller = 'alice';
    this.time = 1700000000123n;
    this.events = [];
    this.other = () => ''; // another contract: (function, args) to text
  }

  functions() {
    return WebAssembly.Module.exports(this.module)
      .filter(({ kind, name }) => kind === 'function' && !name.startsWith('_'))
      .map(({ name }) => name);
  }

  // The result as text; a revert is an error with its reason, and changes nothing.
  // Arguments are an array, or an object with their names.
  call(name, args = []) {
    const before = [new Map(this.state), this.events.length];
    const call = { register: Buffer.alloc(0), result: '', iterators: [],
      args: Object.entries(args), named: !Array.isArray(args), name };
    try {
      const { exports } = new WebAssembly.Instance(this.module,
        { bsn: this.imports(call) });
      call.memory = exports.memory;
      exports[name]();
    } catch (error) {
      this.state = before[0];
      this.events.length = before[1];
      throw error;
    }
    return call.result;
  }

  imports(call) {
    const at = (from, length) => {
      const bytes = Buffer.from(call.memory.buffer);
      if (from + length > bytes.length) throw new RangeError('out of bounds');
      return bytes.subarray(from, from + length);
    };
    const key = (from, length) => at(from, length).toString('latin1');
    const text = (from, length) => at(from, length).toString();
    const put = (bytes) => {
      call.register = Buffer.from(bytes);
      return call.register.length;
    };
    const maybe = (bytes) => (bytes === undefined ? -1 : put(bytes));
    return {
      arg: (place, name, length) => maybe((call.named
        ? call.args.find(([called]) => called === text(name, length))
        : call.args[place])?.[1]),
      arg_count: () => call.args.length,
      take: (to) => { call.register.copy(at(to, call.register.length)); },
      register_len: () => call.register.length,
      caller: () => put(this.caller),
      origin: () => put(this.caller),
      self: () => put('self'),
      function: () => put(call.name),
      state_get: (from, length) => maybe(this.state.get(key(from, length))),
      state_put: (from, length, value, size) => {
        this.state.set(key(from, length), Buffer.from(at(value, size)));
      },
      state_del: (from, length) => { this.state.delete(key(from, length)); },
      iter: (from, length, to, size) => {
        const [first, end] = [key(from, length), key(to, size)];
        call.iterators.push([...this.state].sort(([a], [b]) => (a < b ? -1 : 1))
          .filter(([each]) => each >= first && (end === '' || each < end)));
        return call.iterators.length - 1;
      },
      iter_next: (handle) => {
        call.entry = call.iterators[handle].shift();
        return maybe(call.entry && Buffer.from(call.entry[0], 'latin1'));
      },
      iter_value: () => put(call.entry[1]),
      emit: (name, length, data, size) => {
        this.events.push({ name: text(name, length), data: text(data, size) });
      },
      call: (contract, size, name, length, args, n) => {
        try {
          put(Buffer.from(this.other(text(name, length), fieldsOf(at(args, n)))));
          return 0;
        } catch (error) {
          put(Buffer.from(error.message));
          return 17;
        }
      },
      result: (from, length) => { call.result = text(from, length); },
      revert: (from, length) => { throw new Reverted(text(from, length)); },
      hash: (alg, from, length, to) => {
        crypto.createHash(HASHES[alg]).update(at(from, length)).digest()
          .copy(at(to, 32));
      },
      log: () => {},
      block_number: () => 7n,
      block_time: () => this.time,
    };
  }
}
