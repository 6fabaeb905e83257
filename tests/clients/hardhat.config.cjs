// SPDX-License-Identifier: Apache-2.0
// The chain's project for Hardhat 2: compiled by npm's solc, since Hardhat would
// fetch one of its own.
const { subtask } = require('hardhat/config');
const {
  TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD,
} = require('hardhat/builtin-tasks/task-names');
const solc = require('solc/package.json');

subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async () => ({
  compilerPath: require.resolve('solc/soljson.js'),
  isSolcJs: true,
  version: solc.version,
  longVersion: solc.version,
}));

module.exports = {
  solidity: {
    version: solc.version,
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: 'cancun',
    },
  },
  paths: {
    cache: 'node_modules/.hardhat-cache',
    artifacts: 'node_modules/.hardhat-artifacts',
  },
  networks: {
    ours: {
      url: process.env.RPC_URL ?? 'http://127.0.0.1:8545',
      accounts: [
        '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
        '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
      ],
    },
  },
};
