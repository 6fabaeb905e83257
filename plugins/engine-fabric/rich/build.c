/* SPDX-License-Identifier: Apache-2.0
 *
 * New indexes are filled, and dropped ones emptied, a step at a time between
 * blocks. What has been done is in the same batch as how far it has come.
 */
#include "plugins/engine-fabric/ledger/range.h"
#include "plugins/engine-fabric/rich/indexes.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* ---- building ---- */

/* How far a step has come. */
typedef struct {
	LedgerBatch *batch;
	Index next; /* as it will be; `built` is its own */
	guint items;
	gsize bytes;
} Step;

static void
take_item(Step *step, const Suite *suite, const StateItem *item)
{
	g_autoptr(json_t) document = document_of(item);
	const bsn_slice key = document_key(item);
	StoreKey entry;

	if (index_entry(&step->next, suite, document, key, &entry))
		ledger_batch_put_copy(step->batch, store_key_slice(&entry),
				      key);
	step->items++;
	step->bytes += item->value.len;
	/* The least key behind it. */
	g_byte_array_set_size(step->next.built, 0);
	wire_put_bytes(step->next.built, key);
	wire_put(step->next.built, 0, 1);
}

static int32_t
fill(Step *step, const State *state, bsn_err *err)
{
	const Index *index = &step->next;
	g_auto(StateRange) range = { 0 };

	state_range_init(&range, state, NULL, bsn_slice_str(index->namespace),
			 bsn_slice_str(index->collection),
			 buffer_slice(index->built), bsn_slice_of(NULL, 0),
			 FALSE);
	while (step->items < INDEX_STEP_ITEMS &&
	       step->bytes < INDEX_STEP_BYTES) {
		g_autoptr(StateItem) item = NULL;
		const int32_t status = state_range_next(&range, &item, err);

		if (status != BSN_OK)
			return status;
		if (item == NULL) {
			step->next.phase = INDEX_READY;
			g_byte_array_set_size(step->next.built, 0);
			return BSN_OK;
		}
		take_item(step, &state->suite, item);
	}
	return BSN_OK;
}

static int32_t
finish_step(Step *step, const LedgerStore *store, bsn_err *err)
{
	const StoreKey key = index_record_key(step->next.number);
	g_autoptr(GByteArray) record = g_byte_array_new();

	index_record_put(record, &step->next);
	ledger_batch_put(step->batch, store_key_slice(&key),
			 buffer_slice(record));
	return ledger_batch_commit(step->batch, store, 0, err);
}

static int32_t
build(const Indexes *indexes, Index *index, bsn_err *err)
{
	const State *state = &indexes->ledger->state;
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	Step step = { &batch, *index, 0, 0 };
	int32_t status;

	ledger_batch_init(&batch);
	step.next.built = g_byte_array_new();
	wire_put_bytes(step.next.built, buffer_slice(index->built));
	status = fill(&step, state, err);
	if (status == BSN_OK)
		status = finish_step(&step, &state->store, err);
	if (status == BSN_OK) {
		GByteArray *before = index->built;

		index->phase = step.next.phase;
		index->built = step.next.built;
		step.next.built = before;
	}
	g_byte_array_unref(step.next.built);
	return status;
}

/* ---- dropping ---- */

typedef struct {
	bsn_scan_sink sink;
	LedgerBatch *batch;
} DropSink;

static int32_t
drop_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	DropSink *drop = (DropSink *)sink;

	ledger_batch_delete(drop->batch, key);
	return drop->batch->writes->len < INDEX_STEP_DROPPED ? BSN_OK
							     : BSN_TOO_LARGE;
}

static int32_t
drop(Indexes *indexes, Index *index, bsn_err *err)
{
	const LedgerStore *store = &indexes->ledger->state.store;
	const StoreKey from = index_prefix(index);
	const StoreKey to = store_key_behind(from);
	const StoreKey record = index_record_key(index->number);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	DropSink sink = { { drop_entry }, &batch };
	gboolean done;
	int32_t status;

	ledger_batch_init(&batch);
	status = store->table->scan(store->chain, store_key_slice(&from),
				    store_key_slice(&to), 0, &sink.sink, err);
	done = status == BSN_OK;
	if (!done && status != BSN_TOO_LARGE)
		return status;
	if (done)
		ledger_batch_delete(&batch, store_key_slice(&record));
	status = ledger_batch_commit(&batch, store, 0, err);
	if (status == BSN_OK && done)
		g_ptr_array_remove(indexes->list, index);
	return status;
}

/* ---- the next step ---- */

static Index *
unfinished(const Indexes *indexes)
{
	for (guint i = 0; i < indexes->list->len; i++) {
		Index *index = indexes->list->pdata[i];

		if (index->phase != INDEX_READY)
			return index;
	}
	return NULL;
}

int32_t
indexes_step(Indexes *indexes, gboolean *more, bsn_err *err)
{
	Index *index = unfinished(indexes);
	int32_t status = BSN_OK;

	/* What looks empty now is the state of no block: an index that was made
	 * of it would be ready without the documents that come. All indexes are
	 * opened anew behind it. */
	*more = FALSE;
	if (indexes->ledger->state.hidden)
		return BSN_OK;
	if (index != NULL)
		status = index->phase == INDEX_BUILDING
				 ? build(indexes, index, err)
				 : drop(indexes, index, err);
	*more = unfinished(indexes) != NULL;
	return status;
}
