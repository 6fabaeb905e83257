// SPDX-License-Identifier: Apache-2.0
// Hardhat 2 compiles, deploys and uses OpenZeppelin's contracts: its own
// provider signs, estimates and numbers the transactions.
import { createRequire } from 'node:module';
import { ethers } from 'ethers';

import { check, equal, main, test } from '../integration/tap.mjs';

const require = createRequire(import.meta.url);
process.env.HARDHAT_NETWORK = 'ours';
process.env.HARDHAT_CONFIG = require.resolve('./hardhat.config.cjs');
const hre = require('hardhat');
let provider;
let alice;
let bob;
let vault;

async function deploy(name, ...args) {
  const { abi, bytecode } = await hre.artifacts.readArtifact(name);
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

test('the project is compiled by the pinned solc', async () => {
  await hre.run('compile', { quiet: true });
  const names = await hre.artifacts.getAllFullyQualifiedNames();
  check(names.includes('contracts/Coin.sol:Coin'), names.join(' '));
});

test('its accounts sign', async () => {
  provider = new ethers.BrowserProvider(hre.network.provider, undefined,
    { cacheTimeout: -1, pollingInterval: 50 });
  alice = await provider.getSigner(0);
  bob = await provider.getSigner(1);
  check(alice.address !== bob.address, 'two accounts');
});

test('ERC-20, ERC-721', async () => {
  const coin = await deploy('Coin');
  await mined(coin.transfer(bob.address, 1000n));
  equal((await coin.balanceOf(bob.address)).toString(), '1000', 'balance');
  const art = await deploy('Art');
  await mined(art.mint(bob.address));
  equal(await art.ownerOf(1n), bob.address, 'owner');
});

test('AccessControl, reasons and custom errors', async () => {
  vault = await deploy('Vault');
  await mined(vault.grantRole(await vault.KEEPER(), bob.address));
  const asBob = vault.connect(bob);
  await mined(asBob.hold(7n, 'seven'));
  equal((await vault.held()).toString(), '7', 'held');
  for (const [amount, expected] of [[0n, 'nothing to hold'],
    [101n, 'TooMuch']]) {
    let told = '';
    await asBob.hold(amount, '').catch((error) => {
      told = `${error.message} ${vault.interface.parseError(
        error.data ?? error.info?.error?.data?.data ??
        error.info?.error?.data ?? '0x')?.name}`;
    });
    check(told.includes(expected), `${amount}: ${told}`);
  }
});

test('Governor: proposed, voted, executed', async () => {
  const coin = await deploy('Coin');
  const council = await deploy('Council', await coin.getAddress());
  const mine = () => mined(coin.transfer(alice.address, 0n));
  await mined(coin.delegate(alice.address));
  await mined(vault.grantRole(await vault.KEEPER(),
    await council.getAddress()));
  const proposal = [[await vault.getAddress()], [0n],
    [vault.interface.encodeFunctionData('hold', [42n, 'voted'])]];
  const { logs } = await mined(council.propose(...proposal, 'hold'));
  const id = council.interface.parseLog(logs[0]).args.proposalId;
  await mine();
  await mine();
  await mined(council.castVote(id, 1n));
  while (await council.state(id) === 1n) await mine();
  await mined(council.execute(...proposal, ethers.id('hold')));
  equal((await vault.held()).toString(), '42', 'held');
});

test('UUPS: a proxy is upgraded', async () => {
  const [one, two] = [await deploy('Box'), await deploy('BoxTwo')];
  const proxy = await deploy('BoxProxy', await one.getAddress(),
    one.interface.encodeFunctionData('initialize', [21n]));
  const box = two.attach(await proxy.getAddress());
  await mined(box.upgradeToAndCall(await two.getAddress(), '0x'));
  await mined(box.double());
  equal((await box.value()).toString(), '42', 'value');
});

test('logs are filtered over ranges', async () => {
  const { blockNumber } = await mined(vault.connect(bob).hold(9n, 'nine'));
  const logs = await hre.network.provider.send('eth_getLogs', [{
    address: await vault.getAddress(),
    fromBlock: ethers.toQuantity(blockNumber), toBlock: 'latest',
  }]);
  equal(logs.map((log) => vault.interface.parseLog(log).args.note), ['nine'],
    'notes');
});

await main();
