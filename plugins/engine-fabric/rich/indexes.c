/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/rich/indexes.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

/* ---- records ---- */

typedef struct {
	bsn_scan_sink sink;
	Indexes *indexes;
	gboolean corrupt;
} RecordSink;

static int32_t
take_record(bsn_scan_sink *sink, bsn_slice key, bsn_slice record)
{
	RecordSink *records = (RecordSink *)sink;
	Index *index = NULL;
	gboolean current = FALSE;
	guint32 number = 0;

	if (key.len == INDEX_PREFIX) {
		memcpy(&number, key.data + 2, sizeof(number));
		number = GUINT32_FROM_BE(number);
		index = index_record_read(number, record, &current);
	}
	if (index == NULL) {
		records->corrupt = TRUE;
		return BSN_E_CORRUPT;
	}
	if (!current)
		index->phase = INDEX_DROPPED;
	g_ptr_array_add(records->indexes->list, index);
	records->indexes->next_number = number + 1;
	return BSN_OK;
}

int32_t
indexes_new(ChannelLedger *ledger, Indexes **indexes, bsn_err *err)
{
	static const guint8 from[] = { STORE_INDEX, STORE_INDEX_RECORD };
	static const guint8 to[] = { STORE_INDEX, STORE_INDEX_RECORD + 1 };
	const LedgerStore *store = &ledger->state.store;
	g_autoptr(Indexes) opened = g_new0(Indexes, 1);
	RecordSink records = { { take_record }, opened, FALSE };
	int32_t status;

	opened->base.change = indexes_change;
	opened->list =
		g_ptr_array_new_with_free_func((GDestroyNotify)index_unref);
	opened->next_number = 1;
	status = store->table->scan(store->chain,
				    bsn_slice_of(from, sizeof(from)),
				    bsn_slice_of(to, sizeof(to)), 0,
				    &records.sink, err);
	if (records.corrupt)
		return bsn_fail(err, BSN_E_CORRUPT,
				"an index's record cannot be read back");
	if (status != BSN_OK)
		return status;
	opened->ledger = ledger;
	ledger->state.indexes = &opened->base;
	*indexes = g_steal_pointer(&opened);
	return BSN_OK;
}

void
indexes_free(Indexes *indexes)
{
	if (indexes == NULL)
		return;
	if (indexes->ledger != NULL)
		indexes->ledger->state.indexes = NULL;
	g_ptr_array_unref(indexes->list);
	g_free(indexes);
}

/* ---- which there are ---- */

static void
put_record(LedgerBatch *batch, const Index *index, guint32 number,
	   IndexPhase phase)
{
	const StoreKey key = index_record_key(number);
	g_autoptr(GByteArray) record = g_byte_array_new();
	Index changed = *index;

	changed.phase = phase;
	index_record_put(record, &changed);
	ledger_batch_put_copy(batch, store_key_slice(&key),
			      buffer_slice(record));
}

static gboolean
has_equal(const GPtrArray *list, const Index *wanted)
{
	for (guint i = 0; i < list->len; i++) {
		const Index *index = list->pdata[i];

		if (index->phase != INDEX_DROPPED && index_equal(index, wanted))
			return TRUE;
	}
	return FALSE;
}

static GPtrArray *
no_longer_wanted(const Indexes *indexes, const char *namespace,
		 const GPtrArray *wanted)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < indexes->list->len; i++) {
		Index *index = indexes->list->pdata[i];

		if (index->phase != INDEX_DROPPED &&
		    strcmp(index->namespace, namespace) == 0 &&
		    !has_equal(wanted, index))
			g_ptr_array_add(list, index);
	}
	return list;
}

/* Each once. */
static GPtrArray *
not_there(const Indexes *indexes, const GPtrArray *wanted)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < wanted->len; i++)
		if (!has_equal(indexes->list, wanted->pdata[i]) &&
		    !has_equal(list, wanted->pdata[i]))
			g_ptr_array_add(list, wanted->pdata[i]);
	return list;
}

int32_t
indexes_set(Indexes *indexes, const char *namespace, const GPtrArray *wanted,
	    bsn_err *err)
{
	g_autoptr(GPtrArray) gone =
		no_longer_wanted(indexes, namespace, wanted);
	g_autoptr(GPtrArray) fresh = not_there(indexes, wanted);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status;

	if (gone->len == 0 && fresh->len == 0)
		return BSN_OK;
	ledger_batch_init(&batch);
	for (guint i = 0; i < gone->len; i++) {
		const Index *index = gone->pdata[i];

		put_record(&batch, index, index->number, INDEX_DROPPED);
	}
	for (guint i = 0; i < fresh->len; i++)
		put_record(&batch, fresh->pdata[i], indexes->next_number + i,
			   INDEX_BUILDING);
	status = ledger_batch_commit(&batch, &indexes->ledger->state.store, 0,
				     err);
	if (status != BSN_OK)
		return status;
	for (guint i = 0; i < gone->len; i++)
		((Index *)gone->pdata[i])->phase = INDEX_DROPPED;
	for (guint i = 0; i < fresh->len; i++) {
		Index *index = index_ref(fresh->pdata[i]);

		index->number = indexes->next_number++;
		g_ptr_array_add(indexes->list, index);
	}
	return BSN_OK;
}
