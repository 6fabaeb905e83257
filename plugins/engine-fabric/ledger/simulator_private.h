/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/simulator_private.h: what a simulator has.
 * Internal to simulator*.c. All functions: [strand].
 */
#ifndef FABRIC_LEDGER_SIMULATOR_PRIVATE_H
#define FABRIC_LEDGER_SIMULATOR_PRIVATE_H

#include "plugins/engine-fabric/ledger/range.h"
#include "plugins/engine-fabric/ledger/simulator.h"

/* What a read, a range and a write cost besides their bytes. */
#define ENTRY_COST 64u

struct Simulator {
	ChannelLedger *ledger;
	Snapshot *snapshot;
	Arena arena;
	RwsetBuilder builder;
	GPtrArray *ranges; /* SimulatorRange */
	guint64 bytes;
	guint64 looked; /* cost of what queries by content saw */
	gboolean has_pages;
	gboolean has_private_queries;
	gboolean has_writes;
};

struct SimulatorRange {
	Simulator *simulator;
	bsn_slice namespace; /* in the arena, as all of these */
	bsn_slice start;
	bsn_slice end;
	bsn_slice last; /* key of the last result */
	gboolean is_private; /* nothing of it is in the read-write set */
	gboolean has_results;
	gboolean exhausted;
	gboolean closed;
	StateRange state;
	QueryResults results;
};

int32_t simulator_check_key(bsn_slice key, bsn_err *err);
int32_t simulator_charge(Simulator *simulator, guint64 bytes, bsn_err *err);
/* Before a write of so many bytes beside the key. */
int32_t simulator_begin_write(Simulator *simulator, bsn_slice key, guint64 len,
			      bsn_err *err);
/* Bytes that a key's metadata is charged. */
guint64 simulator_metadata_cost(const MetadataEntry *entries, gsize n);
/* As simulator_range, in a collection of the state. */
int32_t simulator_open_range(Simulator *simulator, bsn_slice namespace,
			     bsn_slice collection, bsn_slice start,
			     bsn_slice end, SimulatorRange **range,
			     bsn_err *err);

#endif
