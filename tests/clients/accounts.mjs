// SPDX-License-Identifier: Apache-2.0
// Who the tests act as, and where: RPC_URL and WS_URL, of any Ethereum node.
// The keys are everybody's (Hardhat's and Anvil's first two).
export const rpcUrl = process.env.RPC_URL;
export const wsUrl = process.env.WS_URL;
export const keys = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
];
