/* SPDX-License-Identifier: Apache-2.0
 *
 * After Fabric's core/ledger/kvledger/txmgmt/validation.
 */
#include "plugins/engine-fabric/ledger/mvcc.h"

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/range.h"
#include "plugins/engine-fabric/ledger/results.h"

/* Results of all range queries of one transaction that are looked at again, so
 * that nobody keeps the network busy with a few bytes: a simulator gives less
 * (SIMULATOR_BYTES_MAX). */
#define RANGE_RESULTS_MAX (128u << 10)

typedef struct {
	const State *state;
	GTree *updates;
	Arena arena;   /* for one key at a time */
	guint results; /* that range queries may still give */
	TxCode code;
	bsn_err *err;
} Check;

static gboolean
is_version(const Kvrwset__Version *read, Version version)
{
	return read != NULL && read->block_num == version.block &&
	       read->tx_num == version.tx;
}

/* ---- single keys ---- */

static int32_t
check_read(Check *check, bsn_slice namespace, bsn_slice collection,
	   bsn_slice key, const Kvrwset__Version *read)
{
	bsn_slice name;
	gboolean exists = FALSE;
	Version version = { 0, 0 };
	int32_t status;

	arena_reset(&check->arena);
	name = state_key(&check->arena, namespace, collection, key);
	if (state_tree_find(check->updates, name) != NULL) {
		check->code = TX_CODE(MVCC_READ_CONFLICT);
		return BSN_OK;
	}
	status = state_get_version(check->state, name, &exists, &version,
				   check->err);
	if (status == BSN_OK &&
	    (exists ? !is_version(read, version) : read != NULL))
		check->code = TX_CODE(MVCC_READ_CONFLICT);
	return status;
}

static int32_t
check_reads(Check *check, const TransactionNamespace *ns)
{
	const Kvrwset__KVRWSet *set = ns->set;
	int32_t status = BSN_OK;

	for (gsize i = 0; i < set->n_reads && status == BSN_OK &&
			  check->code == TX_CODE(VALID);
	     i++)
		status = check_read(check, bsn_slice_str(ns->name),
				    bsn_slice_of(NULL, 0),
				    message_slice(set->reads[i]->key),
				    set->reads[i]->version);
	return status;
}

static int32_t
check_collection(Check *check, const TransactionNamespace *ns,
		 const TransactionCollection *one)
{
	int32_t status = BSN_OK;

	for (gsize i = 0; i < one->set->n_hashed_reads && status == BSN_OK &&
			  check->code == TX_CODE(VALID);
	     i++)
		status = check_read(
			check, bsn_slice_str(ns->name),
			bsn_slice_str(one->name),
			message_slice(one->set->hashed_reads[i]->key_hash),
			one->set->hashed_reads[i]->version);
	return status;
}

/* ---- ranges ---- */

/* As state_range_next; FALSE in *same once there have been too many. */
static int32_t
next_result(Check *check, StateRange *range, StateItem **item, gboolean *same)
{
	const int32_t status = state_range_next(range, item, check->err);

	*same = *item == NULL || check->results > 0;
	if (*item != NULL && *same)
		check->results--;
	return status;
}

static gboolean
is_read(const StateItem *item, const Kvrwset__KVRead *read)
{
	bsn_slice namespace;
	bsn_slice collection;
	bsn_slice key;

	return state_key_split(item->key, &namespace, &collection, &key) &&
	       bsn_slice_equal(key, message_slice(read->key)) &&
	       is_version(read->version, item->version);
}

/* Keys and versions one by one, and nothing behind. */
static int32_t
check_raw(Check *check, const Kvrwset__QueryReads *reads, StateRange *range,
	  gboolean *same)
{
	const gsize n = reads != NULL ? reads->n_kv_reads : 0;

	*same = TRUE;
	for (gsize i = 0; i <= n && *same; i++) {
		g_autoptr(StateItem) item = NULL;
		const int32_t status = next_result(check, range, &item, same);

		if (status != BSN_OK)
			return status;
		if (item == NULL || i == n)
			*same = item == NULL && i == n;
		else if (*same)
			*same = is_read(item, reads->kv_reads[i]);
	}
	return BSN_OK;
}

static int32_t
check_summary(Check *check, const Kvrwset__QueryReadsMerkleSummary *expected,
	      StateRange *range, gboolean *same)
{
	g_auto(QueryResults) results = { 0 };
	g_auto(Arena) arena = ARENA_INIT;
	const Kvrwset__QueryReadsMerkleSummary *summary;

	*same = expected->max_degree >= RESULTS_DEGREE_MIN &&
		expected->max_degree <= RESULTS_DEGREE_MAX;
	if (!*same)
		return BSN_OK;
	query_results_init(&results, &check->state->suite,
			   expected->max_degree);
	for (;;) {
		g_autoptr(StateItem) item = NULL;
		const int32_t status = next_result(check, range, &item, same);

		if (status != BSN_OK || !*same)
			return status;
		if (item == NULL)
			break;
		query_results_add(&results, item);
	}
	summary = query_results_finish(&results, &arena);
	*same = summary != NULL && query_summary_equal(summary, expected);
	return BSN_OK;
}

/* One that was not read to its end names the last key that it gave. */
static int32_t
check_range(Check *check, const TransactionNamespace *ns,
	    const Kvrwset__RangeQueryInfo *query)
{
	g_auto(StateRange) range = { 0 };
	gboolean same;
	int32_t status;

	state_range_init(&range, check->state, check->updates,
			 bsn_slice_str(ns->name), bsn_slice_of(NULL, 0),
			 message_slice(query->start_key),
			 message_slice(query->end_key), !query->itr_exhausted);
	if (query->reads_info_case ==
	    KVRWSET__RANGE_QUERY_INFO__READS_INFO_READS_MERKLE_HASHES)
		status = check_summary(check, query->reads_merkle_hashes,
				       &range, &same);
	else if (query->reads_info_case ==
		 KVRWSET__RANGE_QUERY_INFO__READS_INFO_RAW_READS)
		status = check_raw(check, query->raw_reads, &range, &same);
	else
		status = check_raw(check, NULL, &range, &same);
	if (status == BSN_OK && !same)
		check->code = TX_CODE(PHANTOM_READ_CONFLICT);
	return status;
}

static int32_t
check_ranges(Check *check, const TransactionNamespace *ns)
{
	int32_t status = BSN_OK;

	for (gsize i = 0; i < ns->set->n_range_queries_info &&
			  status == BSN_OK && check->code == TX_CODE(VALID);
	     i++)
		status = check_range(check, ns, ns->set->range_queries_info[i]);
	return status;
}

/* ---- all of it ---- */

static int32_t
check_namespace(Check *check, const TransactionNamespace *ns)
{
	int32_t status = check_reads(check, ns);

	if (status == BSN_OK && check->code == TX_CODE(VALID))
		status = check_ranges(check, ns);
	for (gsize i = 0; i < ns->n_collections && status == BSN_OK &&
			  check->code == TX_CODE(VALID);
	     i++)
		status = check_collection(check, ns, &ns->collections[i]);
	return status;
}

int32_t
mvcc_check(const State *state, GTree *updates, const Transaction *tx,
	   TxCode *code, bsn_err *err)
{
	Check check = { state,		updates, ARENA_INIT, RANGE_RESULTS_MAX,
			TX_CODE(VALID), err };
	int32_t status = BSN_OK;

	for (gsize i = 0; i < tx->n_namespaces && status == BSN_OK &&
			  check.code == TX_CODE(VALID);
	     i++)
		status = check_namespace(&check, &tx->namespaces[i]);
	arena_clear(&check.arena);
	*code = check.code;
	return status;
}

/* ---- writes ---- */

/* Whether something of what is there stays. */
static gboolean
keeps_some(const TxWrite *write)
{
	return !write->writes || (!write->deletes && !write->describes);
}

/* What is there before this transaction, and its version, which the trail has
 * for what is replaced altogether as well. Out: item: a reference, or NULL;
 * version: none when nothing is there. */
static int32_t
find_latest(const State *state, GTree *updates, const TxWrite *write,
	    StateItem **item, Version *version, bsn_err *err)
{
	StateItem *update = state_tree_find(updates, write->key);
	gboolean exists = FALSE;
	int32_t status = BSN_OK;

	*version = version_none;
	if (update != NULL && update->exists)
		*item = state_item_ref(update);
	else if (update == NULL && keeps_some(write))
		status = state_get(state, write->key, item, err);
	else if (update == NULL && trail_links_of(write) > 0)
		status = state_get_version(state, write->key, &exists, version,
					   err);
	if (*item != NULL)
		*version = (*item)->version;
	return status;
}

static StateItem *
written(const TxWrite *write, const StateItem *latest, Version version)
{
	const bsn_slice none = bsn_slice_of(NULL, 0);
	bsn_slice metadata = none;

	if (write->writes && write->deletes)
		return state_item_new(write->key, version, none, NULL);
	if (write->describes)
		metadata = write->metadata;
	else if (latest != NULL)
		metadata = latest->metadata;
	return state_item_new(write->key, version, metadata,
			      write->writes ? &write->value : &latest->value);
}

static int32_t
apply_write(const State *state, GTree *updates, Trail *trail,
	    const TxWrite *write, Version version, bsn_err *err)
{
	g_autoptr(StateItem) latest = NULL;
	Version before;
	int32_t status =
		find_latest(state, updates, write, &latest, &before, err);

	if (status == BSN_OK)
		status = trail_add(trail, state, write, version, before, err);
	if (status != BSN_OK || (!write->writes && latest == NULL))
		return status;
	state_tree_take(updates, written(write, latest, version));
	return BSN_OK;
}

int32_t
mvcc_apply(const State *state, GTree *updates, Trail *trail,
	   const TxWrites *writes, Version version, bsn_err *err)
{
	int32_t status = BSN_OK;

	for (gsize i = 0; i < writes->n && status == BSN_OK; i++)
		status = apply_write(state, updates, trail, &writes->writes[i],
				     version, err);
	return status;
}
