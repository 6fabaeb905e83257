// SPDX-License-Identifier: Apache-2.0
// The transaction of a state test run by @ethereumjs/evm, with what stands
// around the machine (Yellow Paper, section 6), answered as tests/evm/transact
// answers.
import { Common, Mainnet } from '@ethereumjs/common';
import { createEVM } from '@ethereumjs/evm';
import { SimpleStateManager } from '@ethereumjs/statemanager';
import { Account, Address, hexToBytes } from '@ethereumjs/util';
import { encodeRlp, hexlify, keccak256, toUtf8Bytes } from 'ethers';
import { FORKS } from './evm-programs.mjs';

const commons = Object.fromEntries(FORKS.map((hardfork) =>
  [hardfork, new Common({ chain: Mainnet, hardfork })]));

const has = (test, fork) =>
  FORKS.indexOf(test.rules) >= FORKS.indexOf(fork);
const bytes = (text) => hexToBytes(text === '0x' || text === '' ? '0x' :
  text.length % 2 ? '0x0' + text.slice(2) : text);
const word = (text) => '0x' + BigInt(text).toString(16).padStart(64, '0');
const addressOf = (text) => new Address(hexToBytes(text));

// The hash of a block as tests/evm/world.c makes it.
const blockchain = {
  getBlock: async (number) => ({
    hash: () => hexToBytes(keccak256(toUtf8Bytes(String(number)))),
  }),
  putBlock: async () => {},
  shallowCopy() {
    return this;
  },
};

async function makeState(test) {
  const state = new SimpleStateManager({ common: commons[test.rules] });
  for (const [name, account] of Object.entries(test.pre)) {
    const address = addressOf(name);
    await state.putAccount(address, new Account(BigInt(account.nonce),
      BigInt(account.balance)));
    if (account.code !== '0x')
      await state.putCode(address, bytes(account.code));
    for (const [slot, value] of Object.entries(account.storage))
      await state.putStorage(address, hexToBytes(word(slot)), bytes(value));
  }
  return state;
}

function makeBlock({ env }) {
  return { header: {
    number: BigInt(env.currentNumber),
    coinbase: addressOf(env.currentCoinbase),
    timestamp: BigInt(env.currentTimestamp),
    difficulty: BigInt(env.currentDifficulty),
    prevRandao: hexToBytes(env.currentRandom),
    gasLimit: BigInt(env.currentGasLimit),
    baseFeePerGas: BigInt(env.currentBaseFee),
    getBlobGasPrice: () => 1n,
  } };
}

function intrinsicGas(test, data, isCreate) {
  let gas = 21000n;
  for (const byte of data)
    gas += byte === 0 ? 4n : 16n;
  for (const { storageKeys } of test.transaction.accessLists?.[0] ?? [])
    gas += 2400n + 1900n * BigInt(storageKeys.length);
  if (isCreate)
    gas += 32000n;
  if (isCreate && has(test, 'shanghai'))
    gas += 2n * BigInt(Math.ceil(data.length / 32));
  return gas;
}

// EIP-2929, EIP-3651.
function warmUp(test, evm) {
  const { sender, to, accessLists } = test.transaction;
  if (!has(test, 'berlin'))
    return;
  for (const address of [sender, to, ...evm.precompiles.keys()])
    if (address !== '')
      evm.journal.addAlwaysWarmAddress(address);
  if (has(test, 'shanghai'))
    evm.journal.addAlwaysWarmAddress(test.env.currentCoinbase);
  for (const { address, storageKeys } of accessLists?.[0] ?? []) {
    evm.journal.addAlwaysWarmAddress(address);
    for (const key of storageKeys)
      evm.journal.addAlwaysWarmSlot(address, key);
  }
}

async function addBalance(evm, address, amount) {
  const account = await evm.stateManager.getAccount(address) ?? new Account();
  account.balance += amount;
  await evm.journal.putAccount(address, account);
}

// EIP-6780.
async function removeDestroyed(test, evm, { selfdestruct, createdAddresses }) {
  for (const address of selfdestruct?.keys() ?? [])
    if (!has(test, 'cancun') || createdAddresses?.has(address))
      await evm.journal.deleteAccount(addressOf(address));
}

function dump(state) {
  const lines = [];
  for (const [name, account] of state.topAccountStack()) {
    if (account === undefined)
      continue;
    const code = state.topCodeStack().get(name);
    const has = code !== undefined && code.length > 0;
    lines.push(`a${name.slice(2)}:` +
      account.nonce.toString(16).padStart(16, '0') +
      account.balance.toString(16).padStart(64, '0') +
      (has ? hexlify(account.codeHash).slice(2) : ''));
  }
  for (const [key, value] of state.topStorageStack()) {
    const [name, slot] = key.split('_');
    const short = hexlify(value).slice(2).replace(/^(00)+/, '');
    if (short !== '' && state.topAccountStack().get(name) !== undefined)
      lines.push(`s${name.slice(2)}${slot.slice(2)}:${short}`);
  }
  return lines.sort().map((line) => line + ' ').join('');
}

// What is left is given back, what was spent is the proposer's but for the
// base fee.
async function settle(test, evm, used, limit) {
  const price = BigInt(test.transaction.gasPrice);
  const baseFee = has(test, 'london') ? BigInt(test.env.currentBaseFee) : 0n;
  await addBalance(evm, addressOf(test.transaction.sender),
    (limit - used) * price);
  await addBalance(evm, addressOf(test.env.currentCoinbase),
    used * (price - baseFee));
}

// EIP-4844's contract, named without a function: there is none.
const pointEvaluation = { address: addressOf(`0x${'0a'.padStart(40, '0')}`) };

export async function runSecond(test) {
  const tx = test.transaction;
  const state = await makeState(test);
  const evm = await createEVM({ common: commons[test.rules].copy(),
    stateManager: state, blockchain, customPrecompiles: [pointEvaluation] });
  const isCreate = tx.to === '';
  const data = bytes(tx.data[0]);
  const limit = BigInt(tx.gasLimit[0]);
  const price = BigInt(tx.gasPrice);
  const intrinsic = intrinsicGas(test, data, isCreate);

  await addBalance(evm, addressOf(tx.sender), -limit * price);
  warmUp(test, evm);
  const { execResult } = await evm.runCall({
    caller: addressOf(tx.sender), to: isCreate ? undefined : addressOf(tx.to),
    data, value: BigInt(tx.value[0]), gasLimit: limit - intrinsic,
    gasPrice: price, block: makeBlock(test),
  });
  let used = intrinsic + execResult.executionGasUsed;
  const most = used / (has(test, 'london') ? 5n : 2n);
  const refund = execResult.gasRefund ?? 0n;
  used -= refund < most ? refund : most;
  await settle(test, evm, used, limit);
  await removeDestroyed(test, evm, execResult);
  await evm.journal.cleanup();
  const error = execResult.exceptionError?.error;
  const logs = (execResult.logs ?? []).map(([address, topics, bytes]) =>
    [hexlify(address), topics.map((topic) => hexlify(topic)),
      hexlify(bytes)]);
  return {
    end: error === undefined ? 'success' :
      error === 'revert' ? 'revert' : 'failure',
    error, gas: Number(used),
    output: error !== undefined && error !== 'revert' ? '0x' :
      hexlify(isCreate && error === undefined ? new Uint8Array() :
        execResult.returnValue),
    logs: keccak256(encodeRlp(logs)),
    state: dump(state),
  };
}
