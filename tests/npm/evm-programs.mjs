// SPDX-License-Identifier: Apache-2.0
// Random programs that do something: code for a few contracts that call each
// other, as state tests in JSON. The same seed makes the same program.

export const FORKS = ['istanbul', 'berlin', 'london', 'paris', 'shanghai',
  'cancun'];

const CALLER = '0xca' + 'ca'.repeat(19);
const COINBASE = '0xbe' + 'be'.repeat(19);
const CONTRACTS = ['c0', 'c1', 'c2'].map((b) => '0x' + b.repeat(20));
const OTHERS = ['0x' + '0e'.repeat(20), '0x' + '00'.repeat(18) + '1234'];

const hex = (n, bytes) => n.toString(16).padStart(2 * bytes, '0');

// splitmix32: small, and good enough to choose with.
class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  next() {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  below(n) {
    return this.next() % n;
  }

  chance(percent) {
    return this.below(100) < percent;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  bytes(n) {
    let text = '';
    for (let i = 0; i < n; i++)
      text += hex(this.below(256), 1);
    return text;
  }
}

const UNARY = ['15', '19'];
const BINARY = ['01', '02', '03', '04', '05', '06', '07', '0a', '0b', '10',
  '11', '12', '13', '14', '16', '17', '18', '1a', '1b', '1c', '1d'];
const TERNARY = ['08', '09'];
const NULLARY = ['30', '32', '33', '34', '36', '38', '3a', '3d', '41', '42',
  '43', '44', '45', '46', '47', '58', '59', '5a'];
const EDGES = [0n, 1n, 2n, 31n, 32n, 33n, 255n, 256n, 2n ** 31n, 2n ** 32n,
  2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 128n, 2n ** 255n - 1n,
  2n ** 255n, 2n ** 256n - 2n, 2n ** 256n - 1n];
const STACK_SOFT_MAX = 40;

class Code {
  constructor(random, fork, depth) {
    this.random = random;
    this.fork = FORKS.indexOf(fork);
    this.depth = depth; // of blocks within blocks
    this.text = '';
    this.height = 0;
  }

  has(fork) {
    return this.fork >= FORKS.indexOf(fork);
  }

  get size() {
    return this.text.length / 2;
  }

  emit(text, change) {
    this.text += text;
    this.height += change;
  }

  push(value) {
    const digits = BigInt(value).toString(16);
    const bytes = Math.ceil(digits.length / 2);
    this.emit(hex(0x5f + bytes, 1) + digits.padStart(2 * bytes, '0'), 1);
  }

  pushAddress() {
    const { random } = this;
    const list = random.chance(70) ? CONTRACTS : [...OTHERS, CALLER, COINBASE];
    if (random.chance(8))
      this.push(1 + random.below(9)); // a precompile
    else
      this.push(random.pick(list));
  }

  constant() {
    const { random } = this;
    const kind = random.below(4);
    if (kind === 0)
      this.push(random.pick(EDGES));
    else if (kind === 1)
      this.push('0x' + random.bytes(1 + random.below(32)));
    else
      this.push(random.below(300));
  }

  // Something on the stack.
  value() {
    const { random } = this;
    const kind = random.below(10);
    if (kind < 5)
      this.constant();
    else if (kind < 7 && this.height > 0)
      this.emit(hex(0x7f + 1 + random.below(Math.min(this.height, 16)), 1), 1);
    else if (kind === 7 && this.has('london') && random.chance(30))
      this.emit('48', 1);
    else if (kind === 8 && this.has('shanghai'))
      this.emit('5f', 1);
    else if (kind === 9 && this.has('cancun') && random.chance(30))
      this.emit('4a', 1);
    else
      this.emit(random.pick(NULLARY), 1);
  }

  // Offsets are small, but for a few.
  offset() {
    this.push(this.random.chance(1) ? this.random.pick(EDGES) :
      this.random.below(200));
  }

  length() {
    this.push(this.random.chance(1) ? this.random.pick(EDGES) :
      this.random.below(100));
  }

  range() {
    this.length();
    this.offset();
  }

  arithmetic() {
    const { random } = this;
    const kind = random.below(10);
    this.value();
    if (kind < 2)
      return this.emit(random.pick(UNARY), 0);
    this.value();
    if (kind < 8)
      return this.emit(random.pick(BINARY), -1);
    this.value();
    this.emit(random.pick(TERNARY), -2);
  }

  shuffle() {
    const { random } = this;
    if (this.height < 2)
      return this.value();
    if (random.chance(30))
      return this.emit('50', -1);
    const n = 1 + random.below(Math.min(this.height - 1, 16));
    this.emit(hex(0x8f + n, 1), 0);
  }

  memory() {
    const { random } = this;
    const kind = random.below(6);
    if (kind === 0) {
      this.offset();
      this.emit('51', 0);
    } else if (kind < 3) {
      this.value();
      this.offset();
      this.emit('52', -2);
    } else if (kind === 3) {
      this.value();
      this.offset();
      this.emit('53', -2);
    } else if (kind === 4 && this.has('cancun')) {
      this.length();
      this.offset();
      this.offset();
      this.emit('5e', -3);
    } else {
      this.range();
      this.emit('20', -1);
    }
  }

  storage() {
    const { random } = this;
    const transient = this.has('cancun') && random.chance(35);
    if (random.chance(45)) {
      this.push(random.below(4));
      return this.emit(transient ? '5c' : '54', 0);
    }
    if (random.chance(40))
      this.push(random.below(3));
    else
      this.value();
    this.push(random.below(4));
    this.emit(transient ? '5d' : '55', -2);
  }

  copies() {
    const op = this.random.pick(['37', '39', '3e', '3c']);
    if (op === '3e' && this.random.chance(80)) {
      // Within what there is: RETURNDATASIZE bytes from 0.
      this.emit('3d', 1);
      this.push(0);
      this.offset();
      return this.emit(op, -3);
    }
    this.length();
    this.offset();
    this.offset();
    if (op === '3c')
      this.pushAddress();
    this.emit(op, op === '3c' ? -4 : -3);
  }

  looks() {
    const { random } = this;
    const op = random.pick(['31', '3b', '3f', '40', '35']);
    if (op === '40')
      this.push(random.chance(80) ? 700 + random.below(310) :
        random.pick(EDGES));
    else if (op === '35')
      this.offset();
    else
      this.pushAddress();
    this.emit(op, 0);
    if (this.has('cancun') && random.chance(10)) {
      this.push(random.below(2));
      this.emit('49', 0);
    }
  }

  log() {
    const n = this.random.below(5);
    for (let i = 0; i < n; i++)
      this.value();
    this.range();
    this.emit(hex(0xa0 + n, 1), -2 - n);
  }

  call() {
    const { random } = this;
    const op = random.pick(['f1', 'f1', 'f2', 'f4', 'fa']);
    this.range();
    this.range();
    if (op < 'f4')
      this.push(random.chance(60) ? 0 : random.below(20));
    this.pushAddress();
    if (random.chance(60))
      this.emit('5a', 1);
    else
      this.push(random.below(60000));
    this.emit(op, op < 'f4' ? -6 : -5);
  }

  // A modexp of short numbers, or a BLAKE2 round or two.
  precompile() {
    const { random } = this;
    const modexp = random.chance(50);
    const words = modexp ?
      [1 + random.below(3), 1 + random.below(3), 1 + random.below(33)] : [];
    for (let i = 0; i < (modexp ? 3 : 6); i++) {
      this.push('0x' + random.bytes(32));
      this.push(modexp ? 96 + 32 * i : 4 + 32 * i);
      this.emit('52', -2);
    }
    words.forEach((n, i) => {
      this.push(n);
      this.push(32 * i);
      this.emit('52', -2);
    });
    if (!modexp) {
      this.push(BigInt(random.below(20)) << 224n);
      this.push(0);
      this.emit('52', -2);
      this.push(random.below(2));
      this.push(212);
      this.emit('53', -2);
    }
    this.push(64);
    this.push(random.below(64));
    this.push(modexp ? 192 : 213);
    this.push(0);
    this.push(modexp ? 5 : 9);
    this.emit('5a', 1);
    this.emit('fa', -5);
  }

  create() {
    const { random } = this;
    const inner = new Code(random, FORKS[this.fork], this.depth + 2);
    const salted = random.chance(40);
    let text = random.chance(50) ? inner.body(1 + random.below(4)) : '';
    if (random.chance(80)) // what it deploys
      text += random.pick(['60206000f3', '6001600052' + '60206000f3',
        '6133ff600052' + '6002601ef3', '7f' + '5b'.repeat(32) + '600052' +
        '60206000f3', '60ef60005360016000f3']);
    text = text.slice(0, 2 * 250);
    for (let i = 0; i < text.length; i += 64) {
      this.push('0x' + text.slice(i, i + 64).padEnd(64, '0'));
      this.push(i / 2);
      this.emit('52', -2);
    }
    if (salted)
      this.push(random.below(2));
    this.push(text.length / 2);
    this.push(0);
    this.push(random.chance(70) ? 0 : random.below(10));
    this.emit(salted ? 'f5' : 'f0', salted ? -3 : -2);
    if (random.chance(40))
      this.callTop();
  }

  // Calls the address on top of the stack.
  callTop() {
    for (let i = 0; i < 5; i++)
      this.push(0);
    this.emit('85', 1); // DUP6
    this.emit('5a', 1);
    this.emit('f1', -6);
  }

  // A block of statements that leaves the stack as high as it was.
  balanced(n) {
    const height = this.height;
    this.depth++;
    for (let i = 0; i < n; i++)
      this.statement();
    this.depth--;
    while (this.height > height)
      this.emit('50', -1);
    while (this.height < height)
      this.push(this.random.below(256));
  }

  branch() {
    const { random } = this;
    this.value();
    this.text += '61';
    const at = this.text.length;
    this.text += '000057';
    this.height--;
    this.balanced(1 + random.below(4));
    this.text = this.text.slice(0, at) + hex(this.size, 2) +
      this.text.slice(at + 4);
    this.text += '5b';
  }

  loop() {
    const { random } = this;
    this.push(1 + random.below(6));
    const start = this.size;
    this.text += '5b';
    this.balanced(1 + random.below(4));
    this.text += '6001900380' + '61' + hex(start, 2) + '57';
    this.emit('50', -1);
  }

  ending() {
    const { random } = this;
    const kind = random.below(40);
    if (kind < 8) {
      this.range();
      this.emit('f3', -2);
    } else if (kind < 11) {
      this.range();
      this.emit('fd', -2);
    } else if (kind < 14) {
      this.pushAddress();
      this.emit('ff', -1);
    } else if (kind === 14) {
      this.emit('fe', 0);
    } else if (kind === 15) {
      this.value();
      this.emit('56', -1);
    } else {
      this.emit('00', 0);
    }
  }

  statement() {
    const kind = this.random.below(100);
    if (this.height > STACK_SOFT_MAX)
      return this.emit('50', -1);
    if (kind < 25)
      this.arithmetic();
    else if (kind < 33)
      this.value();
    else if (kind < 40)
      this.shuffle();
    else if (kind < 52)
      this.memory();
    else if (kind < 67)
      this.storage();
    else if (kind < 72)
      this.copies();
    else if (kind < 77)
      this.looks();
    else if (kind < 80)
      this.log();
    else if (kind < 88)
      this.call();
    else if (kind < 89)
      this.precompile();
    else if (kind < 91 && this.depth < 3)
      this.create();
    else if (kind < 96 && this.depth < 3)
      this.branch();
    else if (kind < 99 && this.depth < 2)
      this.loop();
    else
      this.value();
  }

  body(n) {
    for (let i = 0; i < n; i++)
      this.statement();
    this.ending();
    return this.text;
  }
}

function makeCode(random, fork) {
  let text = new Code(random, fork, 0).body(3 + random.below(25));
  if (random.chance(5)) { // a byte of it is another
    const at = 2 * random.below(text.length / 2);
    text = text.slice(0, at) + random.bytes(1) + text.slice(at + 2);
  }
  return '0x' + text;
}

function accessList(random) {
  return Array.from({ length: random.below(3) }, () => ({
    address: random.pick([...CONTRACTS, ...OTHERS]),
    storageKeys: Array.from({ length: random.below(3) },
      () => '0x' + hex(random.below(4), 32)),
  }));
}

// One state test with one transaction.
export function program(seed) {
  const random = new Random(seed);
  const fork = random.chance(70) ? 'cancun' : random.pick(FORKS);
  const pre = {
    [CALLER]: { nonce: '0x5', balance: '0x' + hex(10n ** 18n, 8), code: '0x',
      storage: {} },
    [OTHERS[0]]: { nonce: '0x0', balance: '0x07', code: '0x', storage: {} },
  };
  for (const address of CONTRACTS) {
    const storage = {};
    for (let i = 0; i < 4; i++)
      if (random.chance(40))
        storage['0x0' + i] = '0x0' + (1 + random.below(3));
    pre[address] = { nonce: '0x1', balance: '0x' + hex(random.below(50), 1),
      code: makeCode(random, fork), storage };
  }
  const isCreate = random.chance(5);
  const transaction = {
    sender: CALLER,
    to: isCreate ? '' : random.pick(CONTRACTS),
    nonce: '0x05',
    gasPrice: '0x0b',
    gasLimit: ['0x' + hex(90000 + random.below(250000), 4)],
    value: ['0x' + hex(random.chance(60) ? 0 : random.below(1000), 2)],
    data: [isCreate ? makeCode(random, fork) :
      '0x' + random.bytes(random.below(100))],
  };
  if (FORKS.indexOf(fork) >= 1 && random.chance(15))
    transaction.accessLists = [accessList(random)];
  return {
    rules: fork,
    env: {
      currentCoinbase: COINBASE, currentNumber: '0x03e8',
      currentTimestamp: '0x6553f100', currentGasLimit: '0x01c9c380',
      currentBaseFee: '0x07', currentRandom: '0x' + hex(0x1234567890abn, 32),
      currentDifficulty: '0x020000',
    },
    pre, transaction,
  };
}
