/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/ethtx.h: Ethereum's transactions, which stand in blocks
 * next to FISCO's own:
 *
 *   legacy, an RLP list of 9 (Yellow Paper, section 4.2; EIP-155):
 *     nonce, gasPrice, gas, to, value, data, v, r, s
 *   0x01 and a list of 11 (EIP-2930): chainId, nonce, gasPrice, gas, to,
 *     value, data, accessList, yParity, r, s
 *   0x02 and a list of 12 (EIP-1559): with maxPriorityFeePerGas and
 *     maxFeePerGas in place of gasPrice
 *
 * The nonce counts the account's transactions. Digests are Keccak-256 and
 * signatures secp256k1, so chains with national cryptography take none.
 *
 * All functions: [any].
 */
#ifndef FISCO_ETHTX_H
#define FISCO_ETHTX_H

#include <bsn/runtime.h>

#include "plugins/engine-fisco/tx.h"

/* Whether bytes are meant as one of these: an envelope's type in front
 * (EIP-2718), or a list of 9. */
gboolean ethtx_is(bsn_slice raw);

/* Reads a transaction out of tx->raw, as tx_read. Strict:
 * also nonce and signature are in their ranges (EIP-2681, EIP-2), and the
 * price of all gas is below 2^256. */
int32_t ethtx_read(const Suite *suite, Tx *tx, bsn_err *err);
/* Appends what is signed of it. */
void ethtx_put_signed(const Tx *tx, GByteArray *out);

/* What a contract runtime is asked to execute, but for the block. It borrows
 * from the transaction and from `value`, 32 bytes that are filled in. Gas has
 * no price: what a transaction bids is not charged, as in FISCO BCOS. */
bsn_call ethtx_call(const Tx *tx, guint8 *value);

#endif
