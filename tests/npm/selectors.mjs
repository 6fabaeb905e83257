#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Random selectors and documents, judged by this project and by PouchDB.
//   BSN_BUILD=... tests/npm/selectors.mjs [--selectors N] [--seed S]
// Prints each difference, and ends with "N selectors, N differences".
//
// PouchDB is not CouchDB, which this project follows. Left out is where they
// differ:
//   - strings: PouchDB compares UTF-16 units, CouchDB by ICU. Here they have
//     small letters and digits alone, for which both orders are one;
//   - a field that is missing, or null: PouchDB finds it by $ne and within $not
//     and $nor, and finds null by no $in, $nin, $mod, $size, $regex. Here such
//     a field is compared, and asked for by $exists, outside of negations;
//   - $not of a field: PouchDB has it of whole selectors alone;
//   - 0, false and "" without an operator: PouchDB forgets them further down;
//   - several conditions on one field within one $and: PouchDB merges them, and
//     forgets some beside $eq;
//   - $elemMatch, $allMatch of an empty array, and on objects: other ways;
//   - objects compare by their members as they were written.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import pouchdb from 'pouchdb-selector-core';

const { values } = parseArgs({ options: {
  selectors: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '1' },
} });
const count = Number(values.selectors);
const DOCUMENTS = 30;

// ---- chance ----

let state = Number(values.seed) >>> 0;
function draw(n) { // mulberry32
  state = state + 0x6d2b79f5 >>> 0;
  let x = Math.imul(state ^ state >>> 15, state | 1);
  x ^= x + Math.imul(x ^ x >>> 7, x | 61);
  return ((x ^ x >>> 14) >>> 0) % n;
}
const one = (list) => list[draw(list.length)];
const some = (n, make) => Array.from({ length: n }, make);

// ---- documents ----

const scalar = () => one([
  () => draw(7) - 3, () => (draw(9) - 4) / 2, () => draw(2) === 1,
  () => one(['', 'a', 'aa', 'ab', 'b', 'ba', 'c', '10', '9', 'a1']),
])();
const number = () => draw(6) - 2;
const value = () => one([
  scalar, scalar, scalar, () => some(draw(4), scalar),
  () => ({ x: scalar(), y: scalar() }),
])();
const ALWAYS = ['a', 'b', 'o.x', 'o.y', 'l'];

function document() {
  const made = { a: value(), b: value(), l: some(draw(4), number),
    o: { x: value(), y: scalar() } };
  const sparse = draw(4);
  if (sparse > 0)
    made.s = sparse === 1 ? null : value();
  return made;
}

// ---- selectors ----

const compared = (make) => ({ [one(['$eq', '$gt', '$gte', '$lt', '$lte'])]:
  make() });
const scalarTests = [
  () => compared(value), () => compared(scalar), () => scalar() || { $eq: 0 },
  () => ({ $ne: scalar() }),
  () => ({ $in: some(1 + draw(3), scalar) }),
  () => ({ $nin: some(1 + draw(3), scalar) }),
  () => ({ $type: one(['number', 'string', 'boolean', 'array', 'object',
    'null']) }),
  () => ({ $mod: [1 + draw(3), draw(2)] }),
  () => ({ $size: draw(4) }),
  () => ({ $all: some(1 + draw(2), scalar) }),
  () => ({ $regex: one(['^a', 'b$', 'a.', '^[ab]+$', '^.?$']) }),
  () => ({ $exists: draw(2) === 1 }),
];
// Each field once, so that nothing is merged.
function conditions(depth, negated) {
  const fields = [...ALWAYS];
  const made = {};
  for (let n = 1 + draw(2); n > 0; n--) {
    const [field] = fields.splice(draw(fields.length), 1);
    made[field] = field === 'l' && draw(2) === 0
      ? { $elemMatch: one([() => ({ $gt: number() }), () => ({ $eq: number() }),
        () => ({ $in: some(2, number) })])() }
      : one(scalarTests)();
  }
  if (!negated && draw(4) === 0)
    made.s = one([() => compared(scalar), () => ({ $exists: draw(2) === 1 })])();
  return depth > 0 && draw(3) === 0 ? combined(depth, negated) : made;
}

function combined(depth, negated) {
  const op = one(['$or', '$or', '$nor', '$not']);
  const below = negated || op !== '$or';
  if (op === '$not')
    return { $not: conditions(depth - 1, below) };
  return { [op]: some(1 + draw(3), () => conditions(depth - 1, below)) };
}

// ---- both ----

const ours = spawn(`${process.env.BSN_BUILD}/tests/unit/fabric-select`, [],
  { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: ours.stdout })[Symbol.asyncIterator]();

let differences = 0;
let found = 0;
for (let i = 0; i < count; i++) {
  const selector = conditions(2, false);
  const docs = some(DOCUMENTS, document);
  ours.stdin.write(`${JSON.stringify({ selector, docs })}\n`);
  const { value: line } = await lines.next();
  const mine = JSON.parse(line);
  const theirs = docs.flatMap((doc, at) => pouchdb.matchesSelector(
    structuredClone(doc), structuredClone(selector)) ? [at] : []);
  found += theirs.length;
  if (JSON.stringify(mine) === JSON.stringify(theirs))
    continue;
  differences++;
  const at = Array.isArray(mine)
    ? docs.findIndex((_, n) => mine.includes(n) !== theirs.includes(n)) : 0;
  console.log(`${JSON.stringify(selector)}\n  of ${JSON.stringify(docs[at])}: ` +
    `ours ${Array.isArray(mine) ? mine.includes(at) : line}, ` +
    `theirs ${theirs.includes(at)}`);
}
ours.stdin.end();
console.log(`# ${found} documents found`);
console.log(`${count} selectors, ${differences} differences`);
process.exitCode = differences > 0 ? 1 : 0;
