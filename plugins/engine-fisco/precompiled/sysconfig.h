/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/sysconfig.h: what of a chain's config can
 * be changed by a transaction (0x1000). A value is in force from the block
 * after the one that set it; before the first it is the genesis's, or FISCO
 * BCOS 2.x's default.
 */
#ifndef FISCO_PRECOMPILED_SYSCONFIG_H
#define FISCO_PRECOMPILED_SYSCONFIG_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

typedef enum {
	SYSCONFIG_TX_COUNT,     /* tx_count_limit: transactions of a block */
	SYSCONFIG_TX_GAS,       /* tx_gas_limit: of one transaction */
	SYSCONFIG_EPOCH_SEALERS, /* rpbft_epoch_sealer_num */
	SYSCONFIG_EPOCH_BLOCKS, /* rpbft_epoch_block_num */
	SYSCONFIG_TIMEOUT,      /* consensus_timeout, in s */
} SysconfigKey;
#define SYSCONFIG_KEYS 5u

/* FALSE when there is no such key. [any] */
gboolean sysconfig_key(bsn_slice name, SysconfigKey *key);

/* The value that is in force in a block.
 *
 * Returns: BSN_OK.
 * In:      state as that block finds it, or a later one; number of the block.
 * Out:     value; since: the block from which on, 0 from the genesis.
 * Errors:  as overlay_get; BSN_E_CORRUPT. [strand] */
int32_t sysconfig_get(Overlay *state, const Ledger *ledger, SysconfigKey key,
		      guint64 number, guint64 *value, guint64 *since);

/* Limits of block `number`, on the state after the one before it.
 *
 * Returns: BSN_OK. Errors: as sysconfig_get. [strand] */
int32_t sysconfig_read(Overlay *state, const Ledger *ledger, guint64 number,
		       SysconfigLimits *limits);
/* Limits of the block after the head, read once for each head.
 *
 * Returns: BSN_OK. Errors: as sysconfig_get. [strand] */
int32_t sysconfig_limits(Ledger *ledger, const SysconfigLimits **limits);

#endif
