/* SPDX-License-Identifier: Apache-2.0
 *
 * Collections in a simulation, after Fabric 2.5's
 * core/ledger/kvledger/txmgmt/txmgr (query_executor.go, tx_simulator.go).
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/engine-fabric/ledger/simulator_private.h"

/* ---- reading ---- */

/* The digest's item; nothing is noted. */
static int32_t
find_digest(const Simulator *simulator, bsn_slice namespace,
	    bsn_slice collection, bsn_slice key, StateItem **item, bsn_err *err)
{
	const State *state = &simulator->ledger->state;
	g_auto(Arena) arena = ARENA_INIT;
	guint8 hash[HASH_LEN];
	const int32_t status = suite_digest(&state->suite, &key, 1, hash);

	return status != BSN_OK
		       ? status
		       : snapshot_get(simulator->snapshot, state,
				      state_key(&arena, namespace, collection,
						bsn_slice_of(hash, HASH_LEN)),
				      item, err);
}

static int32_t
begin_read(Simulator *simulator, bsn_slice key, bsn_err *err)
{
	const int32_t status = simulator_check_key(key, err);

	return status == BSN_OK ? simulator_charge(simulator, key.len, err)
				: status;
}

static void
note_read(Simulator *simulator, bsn_slice namespace, bsn_slice collection,
	  bsn_slice key, const StateItem *digest)
{
	rwset_builder_read_hashed(&simulator->builder, namespace, collection,
				  key,
				  digest != NULL ? &digest->version : NULL);
}

int32_t
simulator_get_hash(Simulator *simulator, bsn_slice namespace,
		   bsn_slice collection, bsn_slice key, StateItem **item,
		   bsn_err *err)
{
	int32_t status = begin_read(simulator, key, err);

	*item = NULL;
	if (status == BSN_OK)
		status = find_digest(simulator, namespace, collection, key,
				     item, err);
	if (status == BSN_OK)
		note_read(simulator, namespace, collection, key, *item);
	return status;
}

/* As Fabric prints a version. */
static char *
version_text(const StateItem *item)
{
	return item == NULL
		       ? g_strdup("<nil>")
		       : g_strdup_printf("{BlockNum: %" G_GUINT64_FORMAT
					 ", TxNum: %" G_GUINT64_FORMAT "}",
					 item->version.block, item->version.tx);
}

/* Whether the value is the one that the digest is of. */
static int32_t
check_versions(const StateItem *digest, const StateItem *item, bsn_err *err)
{
	g_autofree char *public_version = NULL;
	g_autofree char *private_version = NULL;

	if (digest == NULL && item == NULL)
		return BSN_OK;
	if (digest != NULL && item != NULL &&
	    version_compare(digest->version, item->version) == 0)
		return BSN_OK;
	public_version = version_text(digest);
	private_version = version_text(item);
	return bsn_fail(err, BSN_UNAVAILABLE,
			"private data matching public hash version is not "
			"available. Public hash version = %s, Private data "
			"version = %s",
			public_version, private_version);
}

int32_t
simulator_get_private(Simulator *simulator, bsn_slice namespace,
		      bsn_slice collection, bsn_slice key, StateItem **item,
		      bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(StateItem) digest = NULL;
	g_autoptr(StateItem) found = NULL;
	int32_t status = begin_read(simulator, key, err);

	*item = NULL;
	if (status == BSN_OK)
		status = find_digest(simulator, namespace, collection, key,
				     &digest, err);
	if (status == BSN_OK)
		status = snapshot_get(
			simulator->snapshot, &simulator->ledger->state,
			private_state_key(&arena, namespace, collection, key),
			&found, err);
	if (status == BSN_OK)
		status = check_versions(digest, found, err);
	if (status != BSN_OK)
		return status;
	note_read(simulator, namespace, collection, key, digest);
	*item = g_steal_pointer(&found);
	return BSN_OK;
}

/* ---- writing ---- */

int32_t
simulator_put_hashed(Simulator *simulator, bsn_slice namespace,
		     bsn_slice collection, bsn_slice key, bsn_slice value,
		     bsn_err *err)
{
	const int32_t status =
		simulator_begin_write(simulator, key, value.len, err);

	if (status == BSN_OK)
		rwset_builder_write_hashed(&simulator->builder, namespace,
					   collection, key, value);
	return status;
}

int32_t
simulator_put_private(Simulator *simulator, bsn_slice namespace,
		      bsn_slice collection, bsn_slice key, bsn_slice value,
		      bsn_err *err)
{
	const int32_t status = simulator_put_hashed(
		simulator, namespace, collection, key, value, err);

	if (status == BSN_OK)
		rwset_builder_keep_open(&simulator->builder, namespace,
					collection);
	return status;
}

int32_t
simulator_delete_private(Simulator *simulator, bsn_slice namespace,
			 bsn_slice collection, bsn_slice key, bsn_err *err)
{
	return simulator_put_private(simulator, namespace, collection, key,
				     bsn_slice_of(NULL, 0), err);
}

int32_t
simulator_purge_private(Simulator *simulator, bsn_slice namespace,
			bsn_slice collection, bsn_slice key, bsn_err *err)
{
	const int32_t status = simulator_begin_write(simulator, key, 0, err);

	if (status != BSN_OK)
		return status;
	rwset_builder_purge_hashed(&simulator->builder, namespace, collection,
				   key);
	rwset_builder_keep_open(&simulator->builder, namespace, collection);
	return BSN_OK;
}

int32_t
simulator_put_private_metadata(Simulator *simulator, bsn_slice namespace,
			       bsn_slice collection, bsn_slice key,
			       const MetadataEntry *entries, gsize n,
			       bsn_err *err)
{
	const int32_t status = simulator_begin_write(
		simulator, key, simulator_metadata_cost(entries, n), err);

	if (status != BSN_OK)
		return status;
	rwset_builder_describe_hashed(&simulator->builder, namespace,
				      collection, key, entries, n);
	rwset_builder_keep_open(&simulator->builder, namespace, collection);
	return BSN_OK;
}

/* ---- queries ---- */

int32_t
simulator_query_private(Simulator *simulator, bsn_err *err)
{
	if (simulator->has_writes)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"Queries on pvt data is supported only in a "
				"read-only transaction");
	simulator->has_private_queries = TRUE;
	return BSN_OK;
}

int32_t
simulator_private_range(Simulator *simulator, bsn_slice namespace,
			bsn_slice collection, bsn_slice start, bsn_slice end,
			SimulatorRange **range, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = simulator_query_private(simulator, err);

	if (status == BSN_OK)
		status = simulator_open_range(
			simulator, namespace,
			private_collection(&arena, collection), start, end,
			range, err);
	if (status == BSN_OK)
		(*range)->is_private = TRUE;
	return status;
}
