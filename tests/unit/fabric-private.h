/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-private.h: who has private data for a test's ledger, and
 * what collections allow: a collection's name ends with its block_to_live in
 * decimal ("secrets": for ever). Nothing can fail: it fails the test.
 */
#ifndef TESTS_UNIT_FABRIC_PRIVATE_H
#define TESTS_UNIT_FABRIC_PRIVATE_H

#include "plugins/engine-fabric/ledger/private.h"
#include "tests/unit/fabric-ledger.h"

typedef struct {
	PrivateSource source; /* first */
	FabricLedger *ledger;
	GHashTable *sets;    /* transaction's id: a TxPvtReadWriteSet */
	GHashTable *results; /* likewise: a TxReadWriteSet, committed */
	GHashTable *places;  /* likewise: its Version */
	guint incomplete;    /* collections of transactions, so far */
	int32_t status;	     /* what collecting returns */
	int32_t unknown;     /* what asking for a block_to_live returns */
} FabricPrivate;

/* Is the ledger's source from now on. */
FabricPrivate *fabric_private_new(FabricLedger *ledger);
void fabric_private_free(FabricPrivate *private);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FabricPrivate, fabric_private_free)

/* A CollectionConfigPackage's set is there for a transaction. */
void fabric_private_give(FabricPrivate *private, const char *tx_id,
			 bsn_slice sets);
/* The same after its block, by private_put_late. */
void fabric_private_give_late(FabricPrivate *private, const char *tx_id,
			      bsn_slice sets);

/* Ends a simulation. Out: sets: its private data. Returns its results. */
GByteArray *fabric_private_finish(Simulator *simulator, GByteArray **sets);
/* The same, committed alone in a block; its code. In: give: whether the private
 * data is there. */
TxCode fabric_private_run(FabricPrivate *private, Simulator *simulator,
			  gboolean give);
/* One transaction that writes "key=value", or "key" for a delete, in a
 * collection of "basic"; its id, until the next. It must be valid. */
const char *fabric_private_put(FabricPrivate *private, const char *collection,
			       const char *write, gboolean give);

/* What a collection of "basic" has now: "key=value@block:tx ...", in order, of
 * values; g_free it. */
char *fabric_private_values(const FabricLedger *ledger, const char *collection);
/* How many digests it has. */
guint fabric_private_digests(const FabricLedger *ledger,
			     const char *collection);
/* That each value is there with its digest, and found by it, and that what
 * finds values by digests finds these and no others. */
void fabric_private_check(const FabricLedger *ledger);

#endif
