/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/simulator_private.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/scan.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/wire.h"

static void
range_free(SimulatorRange *range)
{
	state_range_clear(&range->state);
	query_results_clear(&range->results);
	g_free(range);
}

Simulator *
simulator_new(ChannelLedger *ledger)
{
	Simulator *simulator = g_new0(Simulator, 1);

	simulator->ledger = ledger;
	simulator->snapshot =
		snapshot_take(&ledger->snapshots, ledger->head.height);
	simulator->ranges =
		g_ptr_array_new_with_free_func((GDestroyNotify)range_free);
	rwset_builder_init(&simulator->builder, &ledger->state.suite,
			   &simulator->arena);
	return simulator;
}

void
simulator_free(Simulator *simulator)
{
	if (simulator == NULL)
		return;
	g_ptr_array_unref(simulator->ranges);
	rwset_builder_clear(&simulator->builder);
	arena_clear(&simulator->arena);
	snapshot_release(&simulator->ledger->snapshots, simulator->snapshot);
	g_free(simulator);
}

guint64
simulator_height(const Simulator *simulator)
{
	return simulator->snapshot->height;
}

/* ---- bounds ---- */

int32_t
simulator_check_key(bsn_slice key, bsn_err *err)
{
	if (scan_text(key))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "a key must be UTF-8");
}

int32_t
simulator_charge(Simulator *simulator, guint64 bytes, bsn_err *err)
{
	if (bytes <= SIMULATOR_BYTES_MAX - ENTRY_COST &&
	    simulator->bytes <= SIMULATOR_BYTES_MAX - ENTRY_COST - bytes) {
		simulator->bytes += bytes + ENTRY_COST;
		return BSN_OK;
	}
	return bsn_fail(err, BSN_TOO_LARGE,
			"a transaction may read and write %u MiB of keys and "
			"values",
			SIMULATOR_BYTES_MAX >> 20);
}

static bsn_slice
keep(Simulator *simulator, bsn_slice bytes)
{
	return bsn_slice_of(
		arena_copy(&simulator->arena, bytes.data, (gsize)bytes.len),
		bytes.len);
}

/* ---- single keys ---- */

int32_t
simulator_get(Simulator *simulator, bsn_slice namespace, bsn_slice key,
	      StateItem **item, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = simulator_check_key(key, err);

	*item = NULL;
	if (status == BSN_OK)
		status = simulator_charge(simulator, key.len, err);
	if (status == BSN_OK)
		status = snapshot_get(simulator->snapshot,
				      &simulator->ledger->state,
				      state_key(&arena, namespace,
						bsn_slice_of(NULL, 0), key),
				      item, err);
	if (status == BSN_OK)
		rwset_builder_read(&simulator->builder, namespace, key,
				   *item != NULL ? &(*item)->version : NULL);
	return status;
}

int32_t
simulator_begin_write(Simulator *simulator, bsn_slice key, guint64 len,
		      bsn_err *err)
{
	int32_t status = simulator_check_key(key, err);

	if (status == BSN_OK && key.len == 0)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "a key must not be empty");
	if (status == BSN_OK && simulator->has_pages)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "a transaction that queries by pages cannot "
				  "write");
	if (status == BSN_OK && simulator->has_private_queries)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "Transaction has already performed queries "
				  "on pvt data. Writes are not allowed");
	if (status == BSN_OK)
		status = simulator_charge(simulator, key.len + len, err);
	if (status == BSN_OK)
		simulator->has_writes = TRUE;
	return status;
}

int32_t
simulator_put(Simulator *simulator, bsn_slice namespace, bsn_slice key,
	      bsn_slice value, bsn_err *err)
{
	const int32_t status = simulator_begin_write(simulator, key, value.len, err);

	if (status == BSN_OK)
		rwset_builder_write(&simulator->builder, namespace, key, value);
	return status;
}

int32_t
simulator_delete(Simulator *simulator, bsn_slice namespace, bsn_slice key,
		 bsn_err *err)
{
	return simulator_put(simulator, namespace, key, bsn_slice_of(NULL, 0),
			     err);
}

guint64
simulator_metadata_cost(const MetadataEntry *entries, gsize n)
{
	guint64 len = 0;

	for (gsize i = 0; i < n; i++)
		len += ENTRY_COST + strlen(entries[i].name) +
		       entries[i].value.len;
	return len;
}

int32_t
simulator_put_metadata(Simulator *simulator, bsn_slice namespace, bsn_slice key,
		       const MetadataEntry *entries, gsize n, bsn_err *err)
{
	const int32_t status = simulator_begin_write(
		simulator, key, simulator_metadata_cost(entries, n), err);

	if (status == BSN_OK)
		rwset_builder_describe(&simulator->builder, namespace, key,
				       entries, n);
	return status;
}

/* ---- ranges ---- */

static int32_t
check_range(Simulator *simulator, bsn_slice start, bsn_slice end, bsn_err *err)
{
	int32_t status = simulator_check_key(start, err);

	if (status == BSN_OK)
		status = simulator_check_key(end, err);
	if (status == BSN_OK && simulator->ranges->len == SIMULATOR_RANGES_MAX)
		status = bsn_fail(err, BSN_TOO_LARGE,
				  "a transaction may make %u range queries",
				  SIMULATOR_RANGES_MAX);
	return status == BSN_OK ? simulator_charge(simulator,
						   start.len + end.len, err)
				: status;
}

int32_t
simulator_open_range(Simulator *simulator, bsn_slice namespace,
		     bsn_slice collection, bsn_slice start, bsn_slice end,
		     SimulatorRange **range, bsn_err *err)
{
	int32_t status = snapshot_check(simulator->snapshot, err);
	SimulatorRange *opened;

	if (status == BSN_OK)
		status = check_range(simulator, start, end, err);
	if (status != BSN_OK)
		return status;
	opened = g_new0(SimulatorRange, 1);
	opened->simulator = simulator;
	opened->namespace = keep(simulator, namespace);
	opened->start = keep(simulator, start);
	opened->end = keep(simulator, end);
	state_range_init(&opened->state, &simulator->ledger->state,
			 simulator->snapshot->before, namespace, collection,
			 start, end, FALSE);
	query_results_init(&opened->results, &simulator->ledger->state.suite,
			   RESULTS_DEGREE);
	g_ptr_array_add(simulator->ranges, opened);
	*range = opened;
	return BSN_OK;
}

int32_t
simulator_range(Simulator *simulator, bsn_slice namespace, bsn_slice start,
		bsn_slice end, gboolean pages, SimulatorRange **range,
		bsn_err *err)
{
	int32_t status;

	if (pages && simulator->has_writes)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a transaction that has written cannot query "
				"by pages");
	status = simulator_open_range(simulator, namespace,
				      bsn_slice_of(NULL, 0), start, end, range,
				      err);
	if (status == BSN_OK)
		simulator->has_pages |= pages;
	return status;
}

/* The end that the read-write set has is that of the query once there was
 * nothing more, and the last key before. */
static int32_t
take_result(SimulatorRange *range, const StateItem *item, bsn_err *err)
{
	bsn_slice namespace;
	bsn_slice collection;
	bsn_slice key = bsn_slice_of(NULL, 0);
	int32_t status;

	if (item == NULL) {
		range->exhausted = TRUE;
		return BSN_OK;
	}
	(void)state_key_split(item->key, &namespace, &collection, &key);
	status = simulator_charge(range->simulator, key.len, err);
	if (status != BSN_OK)
		return status;
	if (range->is_private)
		return BSN_OK;
	range->last = keep(range->simulator, key);
	range->has_results = TRUE;
	query_results_add(&range->results, item);
	return BSN_OK;
}

int32_t
simulator_range_next(SimulatorRange *range, StateItem **item, bsn_err *err)
{
	g_autoptr(StateItem) next = NULL;
	int32_t status = snapshot_check(range->simulator->snapshot, err);

	*item = NULL;
	if (status != BSN_OK)
		return status;
	if (range->closed || range->exhausted)
		return BSN_OK;
	status = state_range_next(&range->state, &next, err);
	if (status == BSN_OK)
		status = take_result(range, next, err);
	if (status == BSN_OK)
		*item = g_steal_pointer(&next);
	return status;
}

int32_t
simulator_range_bookmark(SimulatorRange *range, GByteArray *bookmark,
			 bsn_err *err)
{
	g_autoptr(StateItem) next = NULL;
	bsn_slice parts[3];
	int32_t status = snapshot_check(range->simulator->snapshot, err);

	if (status != BSN_OK || range->closed || range->exhausted)
		return status;
	status = state_range_next(&range->state, &next, err);
	if (next != NULL && state_key_split(next->key, &parts[0], &parts[1],
					    &parts[2]))
		wire_put_bytes(bookmark, parts[2]);
	simulator_range_close(range);
	return status;
}

void
simulator_range_close(SimulatorRange *range)
{
	range->closed = TRUE;
	state_range_clear(&range->state);
}

/* ---- the end ---- */

void
simulator_finish(Simulator *simulator, GByteArray *out)
{
	for (guint i = 0; i < simulator->ranges->len; i++) {
		SimulatorRange *range = simulator->ranges->pdata[i];

		/* One that nobody read has seen nothing. */
		if (!range->is_private &&
		    (range->has_results || range->exhausted))
			rwset_builder_range(&simulator->builder,
					    range->namespace, range->start,
					    range->exhausted ? range->end
							     : range->last,
					    range->exhausted, &range->results);
	}
	rwset_builder_finish(&simulator->builder, out);
}

void
simulator_finish_private(Simulator *simulator, GByteArray *out)
{
	rwset_builder_finish_private(&simulator->builder, out);
}
