/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/table.h: making the table of chains and ending it.
 */
#ifndef HOST_CHAIN_TABLE_H
#define HOST_CHAIN_TABLE_H

#include "host/chain/chain.h"
#include "host/loop.h"
#include "host/service/keystore.h"
#include "host/service/net.h"
#include "host/service/store.h"

/* Who carries messages to other hosts; zeroed: nobody. */
typedef struct {
	const NetCarrier *carrier;
	void *owner;
} ChainCarrier;

/* Reads the recorded chains and starts to open those that are not closed on
 * purpose. All arguments outlive the table. Main loop. */
ChainTable *chain_table_new(Loop *loop, Workers *workers, Store *store,
			    Keystore *keystore, ChainCarrier carrier,
			    GError **error);
/* Closes every chain, then calls `idle` on the main loop. What waits for the
 * store is not waited for: the next start goes on with it. */
void chain_table_stop(ChainTable *table, void (*idle)(void *owner),
		      void *owner);
/* After chain_table_stop and store_close, and when all that was posted to the
 * loop has run. */
void chain_table_free(ChainTable *table);

/* How many chains are in each state, by ChainState. Main loop. */
void chain_table_count(ChainTable *table, guint counts[CHAIN_FAILED + 1]);

#endif
