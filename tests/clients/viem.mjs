// SPDX-License-Identifier: Apache-2.0
// viem 2 deploys and uses OpenZeppelin's contracts.
import {
  BaseError, ContractFunctionRevertedError, createPublicClient,
  createWalletClient, defineChain, encodeFunctionData, http, keccak256,
  parseEventLogs, toHex, webSocket,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { check, equal, main, test } from '../integration/tap.mjs';
import { keys, rpcUrl, wsUrl } from './accounts.mjs';
import { compile } from './compile.mjs';

const contracts = compile();
const transport = http(rpcUrl, { batch: true });
const chain = defineChain({
  id: await createPublicClient({ transport }).getChainId(),
  name: 'ours',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [rpcUrl] } },
});
const reader = createPublicClient({
  chain, transport, pollingInterval: 50, cacheTime: 0,
});
const [alice, bob] = keys.map((key) => createWalletClient({
  chain, transport, account: privateKeyToAccount(key),
}));
let coin;
let vault;

async function mined(hash) {
  const receipt = await reader.waitForTransactionReceipt({ hash: await hash });
  equal(receipt.status, 'success', 'status');
  return receipt;
}

async function deploy(name, ...args) {
  const { abi, bytecode } = contracts[name];
  const { contractAddress } =
    await mined(alice.deployContract({ abi, bytecode, args }));
  return { abi, address: contractAddress };
}

const read = (contract, functionName, ...args) =>
  reader.readContract({ ...contract, functionName, args });
const write = (wallet, contract, functionName, ...args) =>
  mined(wallet.writeContract({ ...contract, functionName, args }));

// What a contract refused with: its error's name and arguments, or its reason.
async function refusal(wallet, contract, functionName, ...args) {
  try {
    await reader.simulateContract({
      ...contract, functionName, args, account: wallet.account,
    });
  } catch (error) {
    check(error instanceof BaseError, error.stack);
    const revert =
      error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    check(revert, error.message);
    return revert.reason ?? [revert.data.errorName, ...revert.data.args];
  }
  throw new Error(`${functionName} was not refused`);
}

test('ERC-20: deployed, transferred, refused', async () => {
  coin = await deploy('Coin');
  equal(await read(coin, 'symbol'), 'COIN', 'symbol');
  await write(alice, coin, 'transfer', bob.account.address, 1000n);
  equal(String(await read(coin, 'balanceOf', bob.account.address)), '1000',
    'balance');
  const [name, , , needed] = await refusal(bob, coin, 'transfer',
    alice.account.address, 5000n);
  equal([name, String(needed)], ['ERC20InsufficientBalance', '5000'], 'error');
});

test('ERC-721: minted and transferred', async () => {
  const art = await deploy('Art');
  await write(alice, art, 'mint', alice.account.address);
  await write(alice, art, 'transferFrom', alice.account.address,
    bob.account.address, 1n);
  equal(await read(art, 'ownerOf', 1n), bob.account.address, 'owner');
});

test('AccessControl: roles, reasons, custom errors', async () => {
  vault = await deploy('Vault');
  equal((await refusal(bob, vault, 'hold', 1n, ''))[0],
    'AccessControlUnauthorizedAccount', 'error');
  await write(alice, vault, 'grantRole', await read(vault, 'KEEPER'),
    bob.account.address);
  equal(await refusal(bob, vault, 'hold', 0n, ''), 'Vault: nothing to hold',
    'reason');
  equal((await refusal(bob, vault, 'hold', 101n, '')).map(String),
    ['TooMuch', '101', '100'], 'error');
  await write(bob, vault, 'hold', 7n, 'seven');
  equal(String(await read(vault, 'held')), '7', 'held');
});

test('every type of transaction is taken', async () => {
  const gasPrice = await reader.getGasPrice();
  for (const [type, fees] of [['legacy', { gasPrice }],
    ['eip2930', { gasPrice, accessList: [] }], ['eip1559', {}]]) {
    const receipt = await mined(alice.writeContract({
      ...coin, functionName: 'transfer', args: [bob.account.address, 1n], type,
      ...fees,
    }));
    equal(receipt.type, type, 'type');
  }
});

test('logs are filtered over ranges', async () => {
  const first = await write(bob, vault, 'hold', 11n, 'a');
  const last = await write(bob, vault, 'hold', 12n, 'b');
  const notes = async (args, fromBlock) => (await reader.getContractEvents({
    ...vault, eventName: 'Held', args, fromBlock, toBlock: last.blockNumber,
  })).map((log) => log.args.note);
  equal(await notes({}, first.blockNumber), ['a', 'b'], 'both');
  equal(await notes({ amount: 12n }, 0n), ['b'], 'by topic');
  equal(await notes({}, last.blockNumber), ['b'], 'the last');
});

test('a filter on the node gives what is new', async () => {
  const filter = await reader.createContractEventFilter({
    ...vault, eventName: 'Held',
  });
  await write(bob, vault, 'hold', 13n, 'new');
  const changes = await reader.getFilterChanges({ filter });
  equal(changes.map((log) => log.args.note), ['new'], 'changes');
  equal(await reader.getFilterChanges({ filter }), [], 'again');
  equal(await reader.uninstallFilter({ filter }), true, 'uninstalled');
});

test('Governor: proposed, voted, executed', async () => {
  const council = await deploy('Council', coin.address);
  const mine = () => write(alice, coin, 'transfer', alice.account.address, 0n);
  await write(alice, coin, 'delegate', alice.account.address);
  await write(alice, vault, 'grantRole', await read(vault, 'KEEPER'),
    council.address);
  const call = encodeFunctionData({
    abi: vault.abi, functionName: 'hold', args: [42n, 'voted'],
  });
  const proposal = [[vault.address], [0n], [call]];
  const { logs } = await write(alice, council, 'propose', ...proposal, 'hold');
  const [{ args: { proposalId } }] = parseEventLogs({
    abi: council.abi, logs, eventName: 'ProposalCreated',
  });
  await mine();
  await mine();
  await write(alice, council, 'castVote', proposalId, 1);
  while (await read(council, 'state', proposalId) === 1) await mine();
  await write(alice, council, 'execute', ...proposal, keccak256(toHex('hold')));
  equal(String(await read(vault, 'held')), '42', 'held');
});

test('UUPS: a proxy is upgraded', async () => {
  const [one, two] = [await deploy('Box'), await deploy('BoxTwo')];
  const { address } = await deploy('BoxProxy', one.address, encodeFunctionData({
    abi: one.abi, functionName: 'initialize', args: [21n],
  }));
  const box = { abi: two.abi, address };
  equal((await refusal(bob, box, 'upgradeToAndCall', two.address, '0x'))[0],
    'NotOwner', 'error');
  await write(alice, box, 'upgradeToAndCall', two.address, '0x');
  await write(alice, box, 'double');
  equal(String(await read(box, 'value')), '42', 'value');
});

test('WebSocket: new heads and logs are pushed', async () => {
  const socket = createPublicClient({
    chain, transport: webSocket(wsUrl, { reconnect: false }),
  });
  const heads = [];
  const seen = [];
  let done;
  const pushed = new Promise((resolve) => { done = resolve; });
  const more = () => { if (heads.length >= 2 && seen.length >= 2) done(); };
  const unwatch = [
    socket.watchBlocks({ onBlock: (b) => { heads.push(b.number); more(); } }),
    socket.watchContractEvent({
      ...vault, eventName: 'Held',
      onLogs: (logs) => {
        seen.push(...logs.map((log) => log.args.note));
        more();
      },
    }),
  ];
  // What was asked before on the same socket stands when this is answered.
  await socket.getChainId();
  await write(bob, vault, 'hold', 1n, 'x');
  await write(bob, vault, 'hold', 2n, 'y');
  await pushed;
  equal(seen, ['x', 'y'], 'notes');
  unwatch.forEach((end) => end());
  (await socket.transport.getRpcClient()).close();
});

await main();
