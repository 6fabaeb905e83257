/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/held.h: answers to transactions that wait for their
 * block to be on disk, so that a client which then asks for the receipt has it.
 * Ethereum's clients wait for a further block otherwise, and here a block comes
 * only with a transaction. An answer that has waited for HELD_MS is sent as it
 * is: the transaction is in the pool.
 *
 * All functions: [strand].
 */
#ifndef FISCO_RPC_HELD_H
#define FISCO_RPC_HELD_H

#include "plugins/engine-fisco/ledger.h"

#define HELD_MS 2000u

/* Keeps `answer`, taking it, for the transaction with this hash.
 *
 * Returns: FALSE, and nothing was taken: it waits for no block, or for an
 *          earlier nonce, which may never come. */
gboolean held_keep(Ledger *ledger, const guint8 *hash, bsn_reply *reply,
		   GByteArray *answer);
/* A block that the store accepted has the transaction. */
void held_in_block(Ledger *ledger, const guint8 *hash, guint64 number);
/* The blocks up to this one are on disk. */
void held_durable(Ledger *ledger, guint64 number);
/* TIMER_HELD came. */
void held_timer(Ledger *ledger);
/* The chain closes. */
void held_abandon(Ledger *ledger);

#endif
