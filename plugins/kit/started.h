/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/started.h: what a runtime of chaincodes (bsn/ext/chaincode.h) has
 * started, by chain and package id. Chains run side by side: the table of them is
 * shared, what is in it is one strand's.
 */
#ifndef BSN_KIT_STARTED_H
#define BSN_KIT_STARTED_H

#include <bsn/host.h>
#include <glib.h>

/* One for each runtime, zeroed but for `free`. */
typedef struct {
	GDestroyNotify free; /* of what is started */
	GMutex mutex;
	GHashTable *chains;  /* bsn_chain: GTree of package id */
} StartedTable;

/* NULL: it is not started on that chain. */
gpointer started_find(StartedTable *table, bsn_chain *chain,
		      bsn_slice package_id);
/* Of one that is not there. */
void started_add(StartedTable *table, bsn_chain *chain, bsn_slice package_id,
		 gpointer what);
/* Frees it; an unknown one does nothing. */
void started_drop(StartedTable *table, bsn_chain *chain, bsn_slice package_id);
/* In the order of their ids; `tell` returns FALSE to go on. */
void started_each(StartedTable *table, bsn_chain *chain, GTraverseFunc tell,
		  gpointer data);

#endif
