/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/blocks.h: finds blocks and transactions again,
 * durable or not: a caller that may only tell of durable ones compares numbers
 * with ledger->durable.height. All functions: [strand].
 */
#ifndef FABRIC_LEDGER_BLOCKS_H
#define FABRIC_LEDGER_BLOCKS_H

#include "plugins/engine-fabric/ledger/ledger.h"
#include "plugins/engine-fabric/ledger/place.h"

/* Appends a Block's bytes.
 *
 * Returns: BSN_OK. Errors: BSN_NOT_FOUND with a reason; BSN_E_IO. */
int32_t ledger_block(const ChannelLedger *ledger, guint64 number,
		     GByteArray *out, bsn_err *err);
/* The number of the block with a hash. Returns as ledger_block. */
int32_t ledger_block_by_hash(const ChannelLedger *ledger, bsn_slice hash,
			     guint64 *number, bsn_err *err);

/* The first transaction with an id. Returns as ledger_block. */
int32_t ledger_tx(const ChannelLedger *ledger, bsn_slice tx_id, TxPlace *place,
		  bsn_err *err);
/* Appends an Envelope's bytes. Returns as ledger_block. */
int32_t ledger_envelope(const ChannelLedger *ledger, const TxPlace *place,
			GByteArray *out, bsn_err *err);

/* Events of a block's valid transactions, in order. `tx` is the position of the
 * transaction; what it is given lives for the call. */
typedef void (*LedgerEventFn)(guint64 tx, const char *tx_id,
			      const Protos__ChaincodeEvent *event,
			      gpointer data);
/* Returns as ledger_block; BSN_E_CORRUPT. */
int32_t ledger_events(const ChannelLedger *ledger, guint64 number,
		      LedgerEventFn visit, gpointer data, bsn_err *err);

#endif
