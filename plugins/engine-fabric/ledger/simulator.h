/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/simulator.h: runs a transaction without effect:
 * what it reads is the state after one block, whatever is committed meanwhile;
 * what it reads and writes becomes a read-write set.
 *
 * Reads do not see the transaction's own writes, as in Fabric. Chaincodes that
 * call each other in one channel share a simulator, each with its namespace.
 * A simulator is its ledger's strand's, and is freed before the ledger. Keys
 * are UTF-8; U+0000 is allowed in them.
 */
#ifndef FABRIC_LEDGER_SIMULATOR_H
#define FABRIC_LEDGER_SIMULATOR_H

#include "plugins/engine-fabric/ledger/ledger.h"
#include "plugins/engine-fabric/ledger/rwset_builder.h"

/* Bytes of keys, values and versions that one transaction may gather, so that
 * its envelope fits a block. */
#define SIMULATOR_BYTES_MAX (8u << 20)
/* Range queries of one transaction that are open or have been. */
#define SIMULATOR_RANGES_MAX 4096u

typedef struct Simulator Simulator;
typedef struct SimulatorRange SimulatorRange;

Simulator *simulator_new(ChannelLedger *ledger);
/* simulator_free(NULL) does nothing. Its ranges are gone as well. */
void simulator_free(Simulator *simulator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Simulator, simulator_free)

/* Blocks that it sees: the height of its snapshot. */
guint64 simulator_height(const Simulator *simulator);

/* Reads an entry, value and metadata.
 *
 * Returns: BSN_OK.
 * Out:     item: a reference, or NULL when there is none.
 * Errors:  BSN_BAD_REQUEST for a key that is no text; BSN_TOO_LARGE;
 *          BSN_EXPIRED when the simulation took too long; BSN_E_IO,
 *          BSN_E_CORRUPT. */
int32_t simulator_get(Simulator *simulator, bsn_slice namespace, bsn_slice key,
		      StateItem **item, bsn_err *err);

/* Writes. An empty value deletes.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST for a key that is no text or empty, or after a query
 * by pages, which Fabric keeps apart from writing; BSN_TOO_LARGE. */
int32_t simulator_put(Simulator *simulator, bsn_slice namespace, bsn_slice key,
		      bsn_slice value, bsn_err *err);
int32_t simulator_delete(Simulator *simulator, bsn_slice namespace,
			 bsn_slice key, bsn_err *err);
/* Replaces a key's metadata by n entries, given by name in ascending order; 0
 * removes it. Returns as simulator_put. */
int32_t simulator_put_metadata(Simulator *simulator, bsn_slice namespace,
			       bsn_slice key, const MetadataEntry *entries,
			       gsize n, bsn_err *err);

/* ---- simulator_collections.c: collections ---- */

/* Reads the digest of a collection's value: an item's value is the digest of
 * what was written, its metadata that of the key. Returns as simulator_get. */
int32_t simulator_get_hash(Simulator *simulator, bsn_slice namespace,
			   bsn_slice collection, bsn_slice key,
			   StateItem **item, bsn_err *err);
/* Writes what everybody may know: the value itself is not passed on. Returns as
 * simulator_put, as all that write below. */
int32_t simulator_put_hashed(Simulator *simulator, bsn_slice namespace,
			     bsn_slice collection, bsn_slice key,
			     bsn_slice value, bsn_err *err);

/* Reads a value itself. What is noted is the version of its digest.
 *
 * Returns: BSN_OK. Out: item: a reference, or NULL when there is none.
 * Errors:  those of simulator_get; BSN_UNAVAILABLE: there is one, but not
 *          here. */
int32_t simulator_get_private(Simulator *simulator, bsn_slice namespace,
			      bsn_slice collection, bsn_slice key,
			      StateItem **item, bsn_err *err);
/* Write values for the collection's members: in the read-write set by their
 * digests, in the private one as they are. An empty value deletes; purging also
 * takes away what is kept of earlier values. */
int32_t simulator_put_private(Simulator *simulator, bsn_slice namespace,
			      bsn_slice collection, bsn_slice key,
			      bsn_slice value, bsn_err *err);
int32_t simulator_delete_private(Simulator *simulator, bsn_slice namespace,
				 bsn_slice collection, bsn_slice key,
				 bsn_err *err);
int32_t simulator_purge_private(Simulator *simulator, bsn_slice namespace,
				bsn_slice collection, bsn_slice key,
				bsn_err *err);
int32_t simulator_put_private_metadata(Simulator *simulator,
				       bsn_slice namespace,
				       bsn_slice collection, bsn_slice key,
				       const MetadataEntry *entries, gsize n,
				       bsn_err *err);
/* Before values of collections are queried, by range or by content: nothing of
 * it is in the read-write set, so the transaction cannot write.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST: it has written. */
int32_t simulator_query_private(Simulator *simulator, bsn_err *err);
/* Queries a range of a collection's values, those that are here. As
 * simulator_range. */
int32_t simulator_private_range(Simulator *simulator, bsn_slice namespace,
				bsn_slice collection, bsn_slice start,
				bsn_slice end, SimulatorRange **range,
				bsn_err *err);

/* ---- ranges ---- */

/* Queries a range of the public state, as state_range_init; it lives as long as
 * the simulator, and its results are in the read-write set as far as they were
 * read. With `pages` the transaction cannot write.
 *
 * Returns: BSN_OK and a range.
 * Errors:  BSN_BAD_REQUEST: keys that are no text, or pages after a write;
 *          BSN_TOO_LARGE for too many. */
int32_t simulator_range(Simulator *simulator, bsn_slice namespace,
			bsn_slice start, bsn_slice end, gboolean pages,
			SimulatorRange **range, bsn_err *err);
/* Out: item: a reference to the next entry, NULL at the end. Returns as
 * simulator_get. */
int32_t simulator_range_next(SimulatorRange *range, StateItem **item,
			     bsn_err *err);
/* Where a query by pages goes on: the key of the next entry, empty at the end.
 * It is no result; nothing more is read.
 *
 * Returns: as simulator_get. Out: bookmark: appended to. */
int32_t simulator_range_bookmark(SimulatorRange *range, GByteArray *bookmark,
				 bsn_err *err);
/* Nothing more is read; what was read stays. */
void simulator_range_close(SimulatorRange *range);

/* ---- for queries by content, which judge by themselves what they read ---- */

/* What may be looked at for such queries in one transaction: bytes of values,
 * and SIMULATOR_LOOK_COST for each. Not a time, so that all nodes end alike. */
#define SIMULATOR_LOOK_MAX (128u << 20)
#define SIMULATOR_LOOK_COST 256u

/* A query of `bytes` begins. One by pages, and one of a collection's values, is
 * for transactions that do not write.
 *
 * Returns: as simulator_range. */
int32_t simulator_query(Simulator *simulator, guint64 bytes, gboolean pages,
			gboolean private_values, bsn_err *err);
/* What it looks at: the state with the snapshot's entries instead. */
const ChannelLedger *simulator_ledger(const Simulator *simulator);
const Snapshot *simulator_snapshot(const Simulator *simulator);
/* It has looked at a value of so many bytes. Returns: BSN_OK,
 * BSN_OUT_OF_BUDGET: a node with other indexes may not have to. */
int32_t simulator_look(Simulator *simulator, guint64 bytes, bsn_err *err);
/* It gives a public entry away: that is a read.
 * Returns: BSN_OK, BSN_TOO_LARGE. */
int32_t simulator_note_read(Simulator *simulator, const StateItem *item,
			    bsn_err *err);

/* Appends the TxReadWriteSet: namespaces, keys and entries in ascending order,
 * range queries as they were made. No more can be done afterwards. */
void simulator_finish(Simulator *simulator, GByteArray *out);
/* Appends the TxPvtReadWriteSet; nothing when no values of collections were
 * written. */
void simulator_finish_private(Simulator *simulator, GByteArray *out);

#endif
