/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/verify/code.h: why a transaction is refused, in the pool
 * and in a block alike. The number is bsn_tx_result.native and stands in the
 * reason's detail; names are as close to XuperChain's error names as they go.
 */
#ifndef XUPER_VERIFY_CODE_H
#define XUPER_VERIFY_CODE_H

/* X(name, number, status, text) */
#define XUPER_CODES(X)                                                         \
	X(OK, 0, BSN_OK, "valid")                                              \
	X(FORMAT, 1, BSN_BAD_REQUEST, "the transaction is not well formed")    \
	X(TXID, 2, BSN_BAD_REQUEST, "the txid is not that of the content")     \
	X(SIGNATURE, 3, BSN_BAD_SIGNATURE, "a signature does not verify")      \
	X(SIGNER, 4, BSN_DENIED, "somebody who must sign has not")             \
	X(DUPLICATE, 5, BSN_DUPLICATE, "the transaction is there already")     \
	X(OTHER_CHAIN, 6, BSN_DENIED, "the transaction is another chain's")    \
	X(TIME, 7, BSN_EXPIRED, "the timestamp is ahead of the block's")       \
	X(UTXO_UNKNOWN, 10, BSN_NOT_FOUND, "no such output")                   \
	X(DOUBLE_SPEND, 11, BSN_CONFLICT, "the output is spent")               \
	X(UTXO_FROZEN, 12, BSN_DENIED, "the output is frozen")                 \
	X(UTXO_FOREIGN, 13, BSN_DENIED, "the output is somebody else's")       \
	X(UTXO_AMOUNT, 14, BSN_BAD_REQUEST, "an amount is not the output's")   \
	X(NOT_BALANCED, 15, BSN_BAD_REQUEST, "outputs are not what inputs are")\
	X(FEE, 16, BSN_DENIED, "the fee is not enough")                        \
	X(STALE_READ, 20, BSN_CONFLICT, "a version read is not the newest")    \
	X(RWSET, 21, BSN_BAD_REQUEST, "the write set is not the execution's")  \
	X(CONTRACT, 22, BSN_REVERTED, "the contract refuses")                  \
	X(RESOURCES, 23, BSN_OUT_OF_BUDGET, "over the resource limits")        \
	X(CROSS, 24, BSN_CONFLICT, "another chain's answer is not endorsed")   \
	X(ACL, 30, BSN_DENIED, "the account's ACL is not fulfilled")           \
	X(METHOD_ACL, 31, BSN_DENIED, "the method's ACL is not fulfilled")     \
	X(AUTOGEN, 40, BSN_DENIED, "only the chain makes such transactions")   \
	X(COINBASE, 41, BSN_DENIED, "the award is not the chain's")            \
	X(BLOCK, 50, BSN_BAD_REQUEST, "the block is not well formed")

enum {
#define X(name, number, status, text) XUPER_##name = number,
	XUPER_CODES(X)
#undef X
};

#endif
