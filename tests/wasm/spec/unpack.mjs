// SPDX-License-Identifier: Apache-2.0
// The specification's tests, as Firefox keeps them in JavaScript, written as the
// script that they were made from, for wast2json. What is about the text format
// alone is left behind.
import fs from 'node:fs';
import vm from 'node:vm';

let out = [];
let count = 0;

// As a string of the text format.
function quoted(text) {
  const characters = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.-]/.test(character) ? character
      : `\\${byte.toString(16).padStart(2, '0')}`;
  });
  return `"${characters.join('')}"`;
}

function float(type, number) {
  const value = type === 'f32' ? Math.fround(number) : number;
  if (Number.isNaN(value)) return `(${type}.const nan)`;
  const digits = Object.is(value, -0) ? '-0' : String(value);
  return `(${type}.const ${digits.replace('Infinity', 'inf')})`;
}

function bytes(type, list) {
  const bits = list.reduceRight((sum, byte) => sum << 8n | BigInt(byte), 0n);
  const [exponent, size] = type === 'f32' ? [8n, 32n] : [11n, 64n];
  const fraction = size - exponent - 1n;
  const payload = bits & (1n << fraction) - 1n;
  const sign = bits >> size - 1n ? '-' : '';
  const raised = bits >> fraction & (1n << exponent) - 1n;
  if (raised === (1n << exponent) - 1n && payload !== 0n)
    return { wat: `(${type}.const ${sign}nan:0x${payload.toString(16)})` };
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, size === 32n ? bits << 32n : bits);
  return { wat: float(type,
    type === 'f32' ? view.getFloat32(0) : view.getFloat64(0)) };
}

function value(type, number) {
  if (type === 'externref') return { wat: '(ref.null extern)' };
  if (type === 'anyfunc') return { wat: '(ref.null func)' };
  return { wat: type[0] === 'f' ? float(type, number)
    : `(${type}.const ${number})` };
}

// A null is of the kind that the function's name tells; a NaN is as wide as the
// name says it, or else as the first float is that the function takes.
const widthOf = (invocation) =>
  /\(invoke \S+ "f64|\(f64\.const/.test(invocation.replace(/ "f32.*/, ''))
    ? 'f64' : 'f32';

function constant(given, field = '') {
  if (given === null)
    return field.includes('func') ? '(ref.null func)' : '(ref.null extern)';
  if (typeof given === 'number') return `(i32.const ${given})`;
  if (typeof given === 'bigint') return `(i64.const ${given})`;
  if (typeof given === 'string')
    return `(${widthOf(field)}.const nan:${given.replace('_nan', '')})`;
  return given.wat;
}

const list = (given, field) => (Array.isArray(given) ? given : [given])
  .map((one) => constant(one, field)).join(' ');

// While a thunk is called, its command is not one of the script's.
let command;
function say(wat) {
  if (command === undefined) out.push(wat);
  else command.push(wat);
}

function said(thunk) {
  command = [];
  thunk();
  const [wat] = command;
  command = undefined;
  return wat;
}

function about(kind, thunk, message) {
  const wat = said(thunk);
  if (wat.startsWith('(module') || wat.startsWith('(invoke'))
    out.push(`(${kind} ${wat} ${quoted(message)})`);
}

// wabt wants the table's index, which the format lets one leave out.
const indexed = (text) =>
  text.replace(/\btable\.(fill|get|set|grow|size)(?!\s*[$\d])/g, '$& 0');

const harness = {
  wasmMultiMemoryEnabled: () => false,
  value,
  bytes,
  externref: (n) => ({ wat: `(ref.extern ${n})` }),
  ExternRefResult: function (n) { this.wat = `(ref.extern ${n})`; },
  RefWithType: function (type) {
    this.wat = type === 'funcref' ? '(ref.func)' : '(ref.extern)';
  },
  instantiate(text) {
    if (command !== undefined) {
      say(indexed(text));
      return null;
    }
    const name = `$instance${count++}`;
    say(indexed(text).replace(/^\(module(\s+\$\S+)?/, `(module ${name}`));
    return name;
  },
  invoke: (name, field, args) =>
    say(`(invoke ${name} ${quoted(field)} ${list(args, field)})`),
  get: (name, field) => say(`(get ${name} ${quoted(field)})`),
  register: (name, as) => say(`(register ${quoted(as)} ${name})`),
  assert_return(thunk, expected) {
    const action = said(thunk);
    out.push(`(assert_return ${action} ${list(expected, action)})`);
  },
  assert_trap: (thunk, text) => about('assert_trap', thunk, text),
  assert_exhaustion: (thunk, text) => about('assert_exhaustion', thunk, text),
  assert_invalid: (thunk, text) => about('assert_invalid', thunk, text),
  assert_unlinkable: (thunk, text) => about('assert_unlinkable', thunk, text),
  assert_malformed(thunk, text) {
    if (said(thunk).startsWith('(module binary'))
      about('assert_malformed', thunk, text);
  },
};

// The script in the place of FILE.wast.js.
export function unpack(file) {
  const source = fs.readFileSync(file, 'utf8').replace(/^let /gm, 'var ');
  out = [];
  count = 0;
  vm.runInNewContext(source, { ...harness });
  return `${out.join('\n')}\n`;
}
