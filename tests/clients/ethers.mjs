// SPDX-License-Identifier: Apache-2.0
// ethers 6 deploys and uses OpenZeppelin's contracts.
import { ethers } from 'ethers';

import { check, cleanup, equal, main, test } from '../integration/tap.mjs';
import { keys, rpcUrl, wsUrl } from './accounts.mjs';
import { compile } from './compile.mjs';

const contracts = compile();
// Without the cache a block that another request made is seen at once.
const provider = new ethers.JsonRpcProvider(rpcUrl, undefined,
  { cacheTimeout: -1, pollingInterval: 50 });
const [alice, bob] = keys.map((key) => new ethers.Wallet(key, provider));
let coin;
let vault;

cleanup(() => provider.destroy());

async function deploy(name, ...args) {
  const { abi, bytecode } = contracts[name];
  const factory = new ethers.ContractFactory(abi, bytecode, alice);
  const contract = await factory.deploy(...args);
  await mined(contract.deploymentTransaction());
  return contract;
}

async function mined(sent) {
  const receipt = await (await sent).wait();
  equal(receipt.status, 1, 'status');
  return receipt;
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    equal(error.code, 'CALL_EXCEPTION', error.message);
    return error;
  }
  throw new Error('it was not refused');
}

// The error that a contract refused with. ethers itself decodes those of calls,
// and leaves those of estimates as data.
async function refused(contract, promise) {
  const error = await refusal(promise);
  return error.revert ?? contract.interface.parseError(error.data);
}

test('the chain says which it is', async () => {
  const { chainId } = await provider.getNetwork();
  check(chainId > 0n, `chain id ${chainId}`);
  check(await provider.getBlockNumber() >= 0, 'block number');
});

test('ERC-20: deployed, transferred, approved', async () => {
  coin = await deploy('Coin');
  equal(await coin.name(), 'Coin', 'name');
  equal((await coin.balanceOf(alice)).toString(), '1000000', 'supply');
  await mined(coin.transfer(bob, 1000n));
  await mined(coin.approve(bob, 5n));
  await mined(coin.connect(bob).transferFrom(alice, bob, 5n));
  equal((await coin.balanceOf(bob)).toString(), '1005', 'balance');
});

test('ERC-20: a custom error is decoded', async () => {
  const revert = await refused(coin,
    coin.connect(bob).transfer.staticCall(alice, 5000n));
  equal(revert.name, 'ERC20InsufficientBalance', 'error');
  equal(revert.args[2].toString(), '5000', 'needed');
});

test('ERC-721: minted, transferred, looked up', async () => {
  const art = await deploy('Art');
  await mined(art.mint(alice));
  await mined(art['safeTransferFrom(address,address,uint256)'](alice, bob, 1n));
  equal(await art.ownerOf(1n), bob.address, 'owner');
  const revert = await refused(art, art.ownerOf(9n));
  equal(revert.name, 'ERC721NonexistentToken', 'error');
});

test('AccessControl: a role is needed, granted, used', async () => {
  vault = await deploy('Vault');
  const asBob = vault.connect(bob);
  const revert = await refused(vault, asBob.hold(1n, 'no role'));
  equal(revert.name, 'AccessControlUnauthorizedAccount', 'error');
  await mined(vault.grantRole(await vault.KEEPER(), bob));
  await mined(asBob.hold(7n, 'seven'));
  equal((await vault.held()).toString(), '7', 'held');
});

test('a revert tells its reason, in a call, an estimate, a receipt', async () => {
  const asBob = vault.connect(bob);
  const nothing = 'Vault: nothing to hold';
  const reason = (error) => [error.name, ...error.args];
  equal(reason(await refused(vault, asBob.hold.staticCall(0n, ''))),
    ['Error', nothing], 'call');
  equal(reason(await refused(vault, asBob.hold.estimateGas(0n, ''))),
    ['Error', nothing], 'estimate');
  equal(reason(await refused(vault, asBob.hold.staticCall(101n, '')))
    .map(String), ['TooMuch', '101', '100'], 'custom error');
  const sent = await asBob.hold(0n, '', { gasLimit: 200000n });
  const { receipt } = await refusal(sent.wait());
  equal(receipt.status, 0, 'status');
});

test('legacy, EIP-2930 and EIP-1559 transactions are taken', async () => {
  for (const type of [0, 1, 2]) {
    const receipt = await mined(coin.transfer(bob, 1n, { type }));
    equal(receipt.type, type, 'type of the receipt');
    equal((await provider.getTransaction(receipt.hash)).type, type, 'type');
  }
  const accessList = [{ address: await coin.getAddress(), storageKeys: [] }];
  await mined(coin.transfer(bob, 1n, { type: 1, accessList }));
});

test('logs are filtered by event, topic and range', async () => {
  const asBob = vault.connect(bob);
  const first = await mined(asBob.hold(11n, 'a'));
  await mined(asBob.hold(12n, 'b'));
  const last = await mined(asBob.hold(11n, 'c'));
  const notes = async (filter, from, to) =>
    (await vault.queryFilter(filter, from, to)).map((log) => log.args.note);
  equal(await notes('Held', first.blockNumber, last.blockNumber),
    ['a', 'b', 'c'], 'all');
  equal(await notes('Held', first.blockNumber + 1, 'latest'), ['b', 'c'],
    'of a part');
  equal(await notes(vault.filters.Held(null, 11n), first.blockNumber,
    'latest'), ['a', 'c'], 'by topic');
  equal(await notes(vault.filters.Held(alice), 0, 'latest'), [], 'of nobody');
});

test('blocks and receipts agree', async () => {
  const receipt = await mined(coin.transfer(bob, 1n));
  const block = await provider.getBlock(receipt.blockNumber, true);
  equal(block.hash, receipt.blockHash, 'hash');
  check(block.transactions.includes(receipt.hash), 'the block has it');
  equal(block.getPrefetchedTransaction(receipt.hash).from, alice.address,
    'sender');
  equal((await provider.getBlock(block.hash)).number, block.number, 'number');
  check((await provider.getCode(coin)).length > 1000, 'code');
});

test('Governor: proposed, voted, executed', async () => {
  const council = await deploy('Council', coin);
  // A block comes with a transaction.
  const mine = () => mined(coin.transfer(alice, 0n));
  await mined(coin.delegate(alice));
  await mined(vault.grantRole(await vault.KEEPER(), council));
  const call = vault.interface.encodeFunctionData('hold', [42n, 'voted']);
  const proposal = [[await vault.getAddress()], [0n], [call]];
  const proposed = await mined(council.propose(...proposal, 'hold 42'));
  const id = council.interface.parseLog(proposed.logs[0]).args.proposalId;
  await mine();
  await mine();
  await mined(council.castVote(id, 1n));
  const revert = await refused(council,
    council.execute(...proposal, ethers.id('hold 42')));
  equal(revert.name, 'GovernorUnexpectedProposalState', 'error');
  while (await council.state(id) === 1n) await mine();
  equal((await council.state(id)).toString(), '4', 'state: succeeded');
  await mined(council.execute(...proposal, ethers.id('hold 42')));
  equal((await vault.held()).toString(), '42', 'held');
});

test('UUPS: a proxy is upgraded, by its owner only', async () => {
  const one = await deploy('Box');
  const two = await deploy('BoxTwo');
  const proxy = await deploy('BoxProxy', one,
    one.interface.encodeFunctionData('initialize', [21n]));
  const box = one.attach(await proxy.getAddress());
  equal((await box.version()).toString(), '1', 'version');
  const revert = await refused(box,
    box.connect(bob).upgradeToAndCall(two, '0x'));
  equal(revert.name, 'NotOwner', 'error');
  await mined(box.upgradeToAndCall(two,
    two.interface.encodeFunctionData('double')));
  equal((await box.version()).toString(), '2', 'version');
  equal((await box.value()).toString(), '42', 'value');
});

test('WebSocket: new heads and logs are pushed', async () => {
  const socket = new ethers.WebSocketProvider(wsUrl);
  const heads = [];
  const notes = [];
  await socket.on('block', (number) => heads.push(number));
  const pushed = new Promise((resolve) => {
    vault.connect(socket).on('Held', (by, amount, note) => {
      notes.push(note);
      if (notes.length === 2) resolve();
    });
  });
  // Both subscriptions stand once a later request is answered.
  await vault.connect(socket).listenerCount('Held');
  await socket.send('eth_chainId', []);
  const first = await mined(vault.connect(bob).hold(1n, 'x'));
  const last = await mined(vault.connect(bob).hold(2n, 'y'));
  await pushed;
  equal(notes, ['x', 'y'], 'notes');
  await socket.send('eth_chainId', []);
  check(heads.includes(first.blockNumber) && heads.includes(last.blockNumber),
    `heads ${heads}`);
  await socket.destroy();
});

test('a batch is answered in its order', async () => {
  const requests = [1, 2, 3].map((id) =>
    ({ jsonrpc: '2.0', id, method: 'eth_chainId', params: [] }));
  const answer = await fetch(rpcUrl, {
    method: 'POST', body: JSON.stringify(requests),
    headers: { 'Content-Type': 'application/json' },
  });
  equal((await answer.json()).map((one) => one.id), [1, 2, 3], 'ids');
});

await main();
