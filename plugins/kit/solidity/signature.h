/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/solidity/signature.h: canonical signatures and their digests,
 * between the sources of interface.h.
 */
#ifndef KIT_SOLIDITY_SIGNATURE_H
#define KIT_SOLIDITY_SIGNATURE_H

#include "plugins/kit/solidity/interface.h"

/* "transfer(address,uint256)"; the caller frees it. [any] */
char *abi_signature_text(const char *name, const AbiType *inputs);

/* Its digest, ABI_TOPIC_LEN bytes.
 *
 * Errors:  BSN_E_INVALID for a hash of another length; what the hash returns.
 * [any] */
int32_t abi_signature_digest(const char *signature, const bsn_hash *hash,
			     guint8 *digest, bsn_err *err);

/* Gives a function with name and inputs its signature and selector; errors as
 * abi_signature_digest. [any] */
int32_t abi_function_sign(AbiFunction *function, const bsn_hash *hash,
			  bsn_err *err);

#endif
