/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/genesis.h: the first block of a chain, made from its
 * config and members. All that a node must know is in it: the config in the root
 * transaction's desc, tokens in its outputs, and in its ext outputs what kernel
 * contracts begin with: the agreement, the members, and bucket "$chain", key
 * "name", whose version every pre-execution reads, so that its transaction is of
 * this chain alone.
 */
#ifndef XUPER_GENESIS_H
#define XUPER_GENESIS_H

#include "plugins/engine-xuper/config.h"
#include "plugins/engine-xuper/format/block.h"

#define BUCKET_CHAIN "$chain"
#define KEY_CHAIN_NAME "name"

/* Returns: the block, or NULL. Errors: *status: BSN_BAD_REQUEST. [any] */
Block *genesis_make(const bsn_genesis *genesis, const ChainConfig *config,
		    const Suite *suite, int32_t *status, bsn_err *err);
/* Reads one: its config (the caller frees) and block. Which suite it needs is
 * known by then only: `crypto` finds it.
 * Errors: BSN_BAD_REQUEST; BSN_E_VERSION. [strand] */
int32_t genesis_read(bsn_slice bytes, const bsn_crypto_by_name *crypto,
		     Suite *suite, ChainConfig **config, Block **block,
		     bsn_err *err);

#endif
