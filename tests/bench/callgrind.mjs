// SPDX-License-Identifier: Apache-2.0
// A profile that valgrind's callgrind has written: what each function cost by
// itself, and with what it called.

// Names are given once beside a number, and by that afterwards.
function name(names, text) {
  const [, id, given] = text.match(/^\((\d+)\)(?: (.*))?$/);
  if (given !== undefined) names.set(id, given.replace(/'\d+$/, ''));
  return names.get(id);
}

// What has no name is known by where it is.
const named = (fn, object) => fn.startsWith('0x')
  ? `${object.split('/').pop()}:${fn}` : fn;

class Profile {
  constructor() {
    this.functions = new Map(); // name: { self, calls: Map(name, cost) }
    this.total = 0;
  }

  of(fn) {
    let found = this.functions.get(fn);
    if (!found) {
      found = { self: 0, calls: new Map() };
      this.functions.set(fn, found);
    }
    return found;
  }

  read(text) {
    const names = new Map();
    const objects = new Map();
    let fn, object, of, called = null, afterCalls = false;
    for (const line of text.split('\n')) {
      const at = line.indexOf('=');
      const word = at > 0 ? line.slice(0, at) : '';
      const value = line.slice(at + 1);
      if (word === 'ob') {
        object = of = name(objects, value);
      } else if (word === 'fn') {
        fn = named(name(names, value), object);
        of = object;
      } else if (word === 'cob') {
        of = name(objects, value);
      } else if (word === 'cfn') {
        called = named(name(names, value), of);
        of = object;
      } else if (word === 'calls') {
        afterCalls = true;
      } else if (/^[+\-*\d]/.test(line)) {
        const cost = Number(line.split(' ')[1] ?? 0);
        this.count(fn, afterCalls ? called : null, cost);
        afterCalls = false;
      }
    }
    return this;
  }

  count(fn, called, cost) {
    const of = this.of(fn);
    if (called === null) {
      of.self += cost;
      this.total += cost;
    } else if (called !== fn) {
      of.calls.set(called, (of.calls.get(called) ?? 0) + cost);
    }
  }

  // What calls of `fn` cost, from wherever they came.
  inclusive(fn) {
    const of = this.functions.get(fn);
    if (!of) return 0;
    let cost = of.self;
    for (const one of of.calls.values()) cost += one;
    return cost;
  }

  // What calls of `fn` cost below the functions of `stages`, which are not
  // followed further: all of a call of one of these, and of another one's calls
  // the part that all its calls cost there.
  below(fn, stages, known) {
    if (known.has(fn)) return known.get(fn);
    known.set(fn, 0); // met again below itself
    let cost = 0;
    for (const [called, one] of this.of(fn).calls)
      cost += stages.has(called) ? one :
        one * this.below(called, stages, known) / (this.inclusive(called) || 1);
    known.set(fn, cost);
    return cost;
  }

  // [name, what, cost] of stages [name, what, functions], each without what other
  // stages have of it.
  stages(stages) {
    const all = new Set(stages.flatMap(([, , functions]) => functions));
    const known = new Map();
    return stages.map(([name, what, functions]) => [name, what,
      functions.reduce((sum, fn) => sum + this.inclusive(fn) -
        this.below(fn, all, known), 0)]);
  }

  // The functions that cost most by themselves.
  top(n) {
    return [...this.functions].map(([fn, { self }]) => ({ name: fn, self }))
      .sort((a, b) => b.self - a.self).slice(0, n);
  }
}

export const readProfile = (text) => new Profile().read(text);
