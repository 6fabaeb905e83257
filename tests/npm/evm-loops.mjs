// SPDX-License-Identifier: Apache-2.0
// Loops that tests/bench/evm.mjs times, and how @ethereumjs/evm and anvil run
// them. All machines run the same code at the same addresses.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { Common, Mainnet } from '@ethereumjs/common';
import { createEVM } from '@ethereumjs/evm';
import { SimpleStateManager } from '@ethereumjs/statemanager';
import { Account, Address, hexToBytes } from '@ethereumjs/util';
import { AbiCoder, id, keccak256 } from 'ethers';
import solc from 'solc';

const require = createRequire(import.meta.url);
const CONTRACT = '0x' + 'c0'.repeat(20);
const OTHER = '0x' + '0e'.repeat(20);
const CALLER = '0x' + 'ca'.repeat(20);
const GAS = 10_000_000_000;

const word = (n) => BigInt(n).toString(16).padStart(64, '0');

// n rounds of a body that leaves the stack as it was: counter on top, what
// `setup` pushed below.
function rounds(n, body, setup = '') {
  const start = setup + '63' + n.toString(16).padStart(8, '0');
  const at = (start.length / 2).toString(16).padStart(4, '0');
  return `${start}5b${body}6001900380` + `61${at}5700`;
}

const P = '7f' + 'f'.repeat(55) + 'efffffc2f'; // secp256k1's prime
const K = '7f483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';
const X = '7f79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
const D = '6ffedcba98765432100123456789abcdef';

// OpenZeppelin's ERC20, as the compiler's optimizer leaves it.
function token() {
  const source = 'pragma solidity ^0.8.20;' +
    'import "@openzeppelin/contracts/token/ERC20/ERC20.sol";' +
    'contract T is ERC20 { constructor() ERC20("T", "T") {} }';
  const output = JSON.parse(solc.compile(JSON.stringify({
    language: 'Solidity',
    sources: { 'T.sol': { content: source } },
    settings: {
      optimizer: { enabled: true, runs: 200 }, evmVersion: 'cancun',
      outputSelection: { '*': { T: ['evm.deployedBytecode.object'] } },
    },
  }), { import: (path) => ({
    contents: fs.readFileSync(require.resolve(path), 'utf8') }) }));
  return output.contracts['T.sol'].T.evm.deployedBytecode.object;
}

const balanceSlot = (address) => keccak256(
  AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], [address, 0]));

// transfer(0x11..11, 1) of the token at OTHER, n times.
function transfers(n) {
  const input = (id('transfer(address,uint256)').slice(2, 10) +
    '11'.repeat(20).padStart(64, '0') + word(1)).padEnd(192, '0');
  const setup = [0, 32, 64].map((at) => '7f' + input.slice(2 * at, 2 * at + 64)
    + '60' + at.toString(16).padStart(2, '0') + '52').join('');
  return rounds(n, `5f5f60445f5f73${OTHER.slice(2)}5af150`, setup);
}

// [name, rounds, rounds for @ethereumjs/evm, code of so many rounds, token?]
export const LOOPS = [
  ['count-down', 10_000_000, 100_000, (n) => rounds(n, '')],
  ['Fibonacci mod 2^256', 10_000_000, 100_000,
    (n) => rounds(n, '9181019091', '60006001')],
  ['keccak256 of 64 B', 100_000, 10_000,
    (n) => rounds(n, '60406000' + '20' + '600052')],
  ['mulmod', 1_000_000, 20_000, (n) => rounds(n, `90${P}${K}910990`, X)],
  ['mul, add, div, xor', 1_000_000, 20_000,
    (n) => rounds(n, `90${K}02${P}01${D}9004${K}1890`, X)],
  ['memory', 1_000_000, 20_000, (n) => rounds(n, '80611fe01680518201' + '9052')],
  ['storage', 100_000, 10_000, (n) => rounds(n, '8060ff1680548201' + '9055')],
  ['ERC-20 transfer', 10_000, 1_000, transfers, true],
].map(([name, n, fewer, code, isToken]) =>
  ({ name, n, fewer, code, isToken: isToken ?? false }));

const tokenCode = token();
const tokenSlots = {
  [balanceSlot(CONTRACT)]: word(10n ** 24n),
  [balanceSlot('0x' + '11'.repeat(20))]: word(5),
};

// As tests/evm/evmbench reads them.
export const benchInput = () => LOOPS.map(({ name, n, code, isToken }) => ({
  name, code: code(n),
  ...(isToken && { other: tokenCode, otherSlots: Object.fromEntries(
    Object.entries(tokenSlots).map(([key, value]) => [key.slice(2), value])) }),
}));

export async function runSecond({ code, fewer, isToken }) {
  const common = new Common({ chain: Mainnet, hardfork: 'cancun' });
  const state = new SimpleStateManager({ common });
  const evm = await createEVM({ common, stateManager: state });
  const put = async (name, text) => {
    const address = new Address(hexToBytes(name));
    await state.putAccount(address, new Account(1n));
    await state.putCode(address, hexToBytes('0x' + text));
    return address;
  };
  const to = await put(CONTRACT, code(fewer));
  const other = await put(OTHER, tokenCode);
  for (const [key, value] of Object.entries(isToken ? tokenSlots : {}))
    await state.putStorage(other, hexToBytes(key), hexToBytes('0x' + value));
  const began = process.cpuUsage();
  const { execResult } = await evm.runCall({
    to, caller: new Address(hexToBytes(CALLER)), gasLimit: BigInt(GAS) });
  const ns = process.cpuUsage(began).user * 1000;
  if (execResult.exceptionError)
    throw new Error(execResult.exceptionError.error);
  return ns / fewer;
}

// ---- revm inside anvil ----

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

export class Anvil {
  static async start() {
    const anvil = new Anvil();
    const port = await freePort();
    const binary = require.resolve(
      '@foundry-rs/anvil-linux-amd64/package.json')
      .replace('package.json', 'bin/anvil');
    anvil.url = `http://127.0.0.1:${port}`;
    anvil.process = spawn(binary, ['--host', '127.0.0.1', '--port',
      String(port), '--disable-block-gas-limit', '--hardfork', 'cancun'],
    { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve, reject) => {
      anvil.process.stdout.on('data', (text) =>
        String(text).includes('Listening') && resolve());
      anvil.process.on('exit', () => reject(new Error('anvil ended')));
    });
    return anvil;
  }

  async ask(method, ...params) {
    const response = await fetch(this.url, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = await response.json();
    if (error !== undefined)
      throw new Error(`${method}: ${error.message}`);
    return result;
  }

  // Nanoseconds that its threads were on a CPU.
  cpu() {
    const tasks = `/proc/${this.process.pid}/task`;
    let sum = 0;
    for (const task of fs.readdirSync(tasks))
      sum += Number(fs.readFileSync(`${tasks}/${task}/schedstat`, 'utf8')
        .split(' ')[0]);
    return sum;
  }

  async call() {
    const began = this.cpu();
    await this.ask('eth_call', { from: CALLER, to: CONTRACT,
      gas: '0x' + GAS.toString(16) }, 'latest');
    return this.cpu() - began;
  }

  // The shortest CPU time of a round; the request's own is taken off.
  async run({ code, n, isToken }) {
    let empty = Infinity, best = Infinity;
    await this.ask('anvil_setCode', OTHER, '0x' + tokenCode);
    for (const [key, value] of Object.entries(isToken ? tokenSlots : {}))
      await this.ask('anvil_setStorageAt', OTHER, key, '0x' + value);
    await this.ask('anvil_setCode', CONTRACT, '0x00');
    for (let i = 0; i < 20; i++)
      empty = Math.min(empty, await this.call());
    await this.ask('anvil_setCode', CONTRACT, '0x' + code(n));
    for (let i = 0; i < 5; i++)
      best = Math.min(best, await this.call());
    return (best - empty) / n;
  }

  stop() {
    this.process.kill();
  }
}
