/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/commit.h: a decided block goes into the store in one
 * batch, and whoever waits for its transactions is answered once that batch is
 * on disk.
 */
#ifndef FISCO_COMMIT_H
#define FISCO_COMMIT_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/seal.h"

/* Block 0, for a store that is empty.
 *
 * Returns: BSN_OK. Errors: as bsn_store.commit. [strand] */
int32_t commit_genesis(Ledger *ledger, const guint8 *genesis, bsn_err *err);

/* Takes a decided block that follows the head.
 *
 * Returns: BSN_OK: the head has moved, and `sealed` is used up.
 * Errors:  BSN_FULL, BSN_BUSY and others of bsn_store.commit: nothing has
 *          changed. [strand] */
int32_t commit_block(Ledger *ledger, Sealed *sealed, bsn_slice certificate,
		     bsn_err *err);

/* Everything up to block `number` is on disk. [strand] */
void commit_durable(Ledger *ledger, guint64 number);

/* The chain closes: answers whoever still waits. [strand] */
void commit_abandon(Ledger *ledger);

#endif
