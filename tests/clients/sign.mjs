// SPDX-License-Identifier: Apache-2.0
// Signs digests by secp256k1 as the gateway takes it: r, s and the parity.
import { SigningKey, computeAddress, concat } from 'ethers';

// The key as {address, publicKey, sign}: the account's address, X and Y, and the
// signature of a digest, in hex.
export function signer(privateKey) {
  const key = new SigningKey(privateKey);
  return {
    address: computeAddress(key.publicKey),
    publicKey: '0x' + key.publicKey.slice(4),
    sign(digest) {
      const { r, s, yParity } = key.sign(digest);
      return concat([r, s, yParity === 0 ? '0x00' : '0x01']);
    },
  };
}
