/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/codes.h: FISCO BCOS 2.x's codes of receipts and of
 * transactions refused at the door, beside the statuses of the ABI.
 */
#ifndef FISCO_CODES_H
#define FISCO_CODES_H

#include <glib.h>
#include <stdint.h>

/* X(symbol, code, FISCO's name, status of the ABI, sentence) */
#define FISCO_CODE_MAP(X)                                                      \
	X(FISCO_OK, 0, "None", BSN_OK, "It succeeded.")                        \
	X(FISCO_BAD_SIGNATURE, 5, "InvalidSignature", BSN_BAD_SIGNATURE,       \
	  "The signature does not verify.")                                    \
	X(FISCO_NO_CASH, 7, "NotEnoughCash", BSN_FAULT,                        \
	  "The sender's balance does not cover the value.")                    \
	X(FISCO_BLOCK_GAS, 9, "BlockGasLimitReached", BSN_BAD_REQUEST,         \
	  "The gas is over the chain's limit.")                                \
	X(FISCO_BAD_INSTRUCTION, 10, "BadInstruction", BSN_FAULT,              \
	  "The contract did something that its machine forbids.")              \
	X(FISCO_OUT_OF_GAS, 12, "OutOfGas", BSN_OUT_OF_BUDGET,                 \
	  "The execution used up its gas.")                                    \
	X(FISCO_NONCE, 15, "NonceCheckFail", BSN_DUPLICATE,                    \
	  "The nonce was used within the last 1000 blocks.")                   \
	X(FISCO_BLOCK_LIMIT, 16, "BlockLimitCheckFail", BSN_EXPIRED,           \
	  "The block limit is past or too far ahead.")                         \
	X(FISCO_NO_DEPLOY, 18, "NoDeployPermission", BSN_DENIED,               \
	  "The account may not deploy, or the name is another account's.")     \
	X(FISCO_NO_CALL, 19, "NoCallPermission", BSN_DENIED,                   \
	  "The account may not call this function of the contract.")           \
	X(FISCO_PRECOMPILED, 21, "PrecompiledError", BSN_BAD_REQUEST,          \
	  "The built-in contract does not understand the request.")            \
	X(FISCO_REVERT, 22, "RevertInstruction", BSN_REVERTED,                 \
	  "The contract refused it.")                                          \
	X(FISCO_ADDRESS_USED, 24, "AddressAlreadyUsed", BSN_CONFLICT,          \
	  "The name and version are taken.")                                   \
	X(FISCO_DENIED, 25, "PermissionDenied", BSN_DENIED,                    \
	  "Only the contract's owner may do this.")                            \
	X(FISCO_NO_CONTRACT, 26, "CallAddressError", BSN_NOT_FOUND,            \
	  "There is no contract at the address.")                              \
	X(FISCO_POOL_FULL, 28, "TxPoolIsFull", BSN_BUSY,                       \
	  "The pool of waiting transactions is full.")                         \
	X(FISCO_REFUSED, 29, "TransactionRefused", BSN_DENIED,                 \
	  "The chain's policy or the node's state forbids it.")                               \
	X(FISCO_FROZEN, 30, "ContractFrozen", BSN_FROZEN,                      \
	  "The contract is frozen.")                                           \
	X(FISCO_ACCOUNT_FROZEN, 31, "AccountFrozen", BSN_FROZEN,               \
	  "The account is frozen.")                                            \
	X(FISCO_KNOWN, 10000, "AlreadyKnown", BSN_DUPLICATE,                   \
	  "The transaction waits in the pool.")                                \
	X(FISCO_IN_CHAIN, 10001, "AlreadyInChain", BSN_DUPLICATE,              \
	  "The transaction is in a block.")                                    \
	X(FISCO_CHAIN_ID, 10002, "InvalidChainId", BSN_BAD_REQUEST,            \
	  "The transaction is for another chain.")                             \
	X(FISCO_GROUP_ID, 10003, "InvalidGroupId", BSN_BAD_REQUEST,            \
	  "The transaction is for another group.")                             \
	X(FISCO_MALFORMED, 10005, "MalformedTx", BSN_BAD_REQUEST,              \
	  "The transaction is malformed.")                                     \
	X(FISCO_POOL_BYTES, 10006, "OverGroupMemoryLimit", BSN_BUSY,           \
	  "The waiting transactions use up the pool's memory.")

enum {
#define FISCO_X(symbol, code, name, status, sentence) symbol = (code),
	FISCO_CODE_MAP(FISCO_X)
#undef FISCO_X
};

typedef struct {
	int32_t code;
	const char *name;
	int32_t status; /* BSN_* */
	const char *sentence;
} FiscoCode;

/* What a code means; an unknown one has BSN_FAULT. Never NULL. [any] */
const FiscoCode *fisco_code(guint64 code);
/* The receipt's code for how an execution ended. [any] */
guint32 fisco_code_of_status(int32_t status);

#endif
