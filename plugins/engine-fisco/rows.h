/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rows.h: how a machine's slots are in the store. A
 * contract uses slots whose numbers follow each other together: a structure's
 * members, a text's words. So sixteen of them, whose keys differ in the last
 * four bits, are one entry, a row. It is under the key in which those bits are
 * 0, and is
 *
 *   bitmap  2 bytes big-endian: bit i for slot i
 *   values  of those that are there, in order: a byte with the length, and so
 *           many bytes
 *
 * Only the store knows of rows: the world state, its roots and what other nodes
 * see are slots. Which keys are slots' a runtime says with BSN_RUNTIME_SLOTS. A
 * store has rows if its head's record says so (records.h): those of snapshots,
 * which are cut between any two entries, and those of chains that began with an
 * engine without rows have none.
 */
#ifndef FISCO_ROWS_H
#define FISCO_ROWS_H

#include <bsn/runtime.h>
#include <glib.h>

#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/overlay.h"

#define ROW_SLOTS 16u
/* Bytes of the largest row. */
#define ROW_BYTES_MAX (2u + ROW_SLOTS * (1u + BSN_STATE_SLOT_MAX))

/* Whether a key of the world state is a slot's. [any] */
gboolean rows_is_slot(bsn_slice key);

/* The key of a slot's row, which lies in `out`, BSN_STORE_KEY_MAX bytes. [any]
 */
bsn_slice rows_key(bsn_slice slot, guint8 *out);

/* Finds a slot in its row, which is empty if there is none.
 *
 * Returns: BSN_OK or BSN_NOT_FOUND. Errors: BSN_E_CORRUPT. [any] */
int32_t rows_find(bsn_slice row, bsn_slice slot, bsn_slice *value);

/* Walks a store with rows as bsn_store.scan does, slot by slot. [strand] */
int32_t rows_scan(bsn_chain *chain, bsn_slice from, bsn_slice to,
		  bsn_scan_sink *sink);

/* Adds changes of the world state, by ascending key, as they are written to a
 * store with rows.
 *
 * Returns: BSN_OK. Errors: as bsn_store.get; BSN_E_CORRUPT. [strand] */
int32_t rows_put(bsn_chain *chain, const GArray *changes, Batch *batch);

#endif
