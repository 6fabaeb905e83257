// SPDX-License-Identifier: Apache-2.0
// A call of a contract of ours as bytes, with the selectors that npm's solc
// compiled in.
import { Interface } from 'ethers';

import { compile } from './compile.mjs';

export function callData(contract, fn, args) {
  return new Interface(compile()[contract].abi).encodeFunctionData(fn, args);
}
