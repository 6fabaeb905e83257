/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/expiry.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

guint64
expiry_block(guint64 written, guint64 block_to_live)
{
	return block_to_live == 0 || block_to_live >= G_MAXUINT64 - written
		       ? G_MAXUINT64
		       : written + block_to_live + 1;
}

/* ---- what is due ---- */

/* A record: the block that wrote the digest, and its state key. */
typedef struct {
	StoreKey store_key;
	guint64 written;
	bsn_slice state_key; /* in the arena */
} Record;

typedef struct {
	bsn_scan_sink sink;
	GArray *records;
	Arena *arena;
	gboolean corrupt;
} RecordSink;

static int32_t
take_record(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	RecordSink *list = (RecordSink *)sink;
	Wire wire = wire_of(value);
	Record record = { .written = wire_u64(&wire) };

	list->corrupt = wire.bad || key.len > sizeof(record.store_key.bytes);
	if (list->corrupt)
		return BSN_E_CORRUPT;
	memcpy(record.store_key.bytes, key.data, (gsize)key.len);
	record.store_key.len = (guint)key.len;
	record.state_key =
		bsn_slice_of(arena_copy(list->arena, wire.rest.data,
					(gsize)wire.rest.len),
			     wire.rest.len);
	g_array_append_val(list->records, record);
	return BSN_OK;
}

static int32_t
read_records(const State *state, guint64 number, RecordSink *list, bsn_err *err)
{
	const StoreKey first = store_key_expiry_from(number);
	const StoreKey end = store_key_expiry_from(number + 1);
	const int32_t status = state->store.table->scan(
		state->store.chain, store_key_slice(&first),
		store_key_slice(&end), 0, &list->sink, err);

	return list->corrupt ? bsn_fail(err, BSN_E_CORRUPT,
					"what expires with block "
					"%" G_GUINT64_FORMAT
					" cannot be read back",
					number)
			     : status;
}

/* Unless it was written since, or is now. */
static int32_t
expire(const State *state, guint64 number, const Record *record,
       BlockOutcome *outcome, bsn_err *err)
{
	gboolean exists;
	Version version = { 0, 0 };
	int32_t status;

	if (state_tree_find(outcome->updates, record->state_key) != NULL)
		return BSN_OK;
	status = state_get_version(state, record->state_key, &exists, &version,
				   err);
	if (status == BSN_OK && exists && version.block == record->written)
		state_tree_take(outcome->private_updates,
				state_item_new(record->state_key,
					       (Version){ number, G_MAXUINT64 },
					       bsn_slice_of(NULL, 0), NULL));
	return status;
}

int32_t
expiry_due(const State *state, guint64 number, BlockOutcome *outcome,
	   LedgerBatch *batch, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GArray) records = g_array_new(FALSE, FALSE, sizeof(Record));
	RecordSink list = { { take_record }, records, &arena, FALSE };
	int32_t status = read_records(state, number, &list, err);

	for (guint i = 0; i < records->len && status == BSN_OK; i++) {
		const Record *record = &g_array_index(records, Record, i);

		status = expire(state, number, record, outcome, err);
		ledger_batch_delete(batch, store_key_slice(&record->store_key));
	}
	return status;
}

/* ---- what will be ---- */

typedef struct {
	const State *state;
	guint64 number;
	PrivateSource *source;
	LedgerBatch *batch;
} Noting;

static gboolean
note(gpointer key, gpointer value, gpointer data)
{
	const StateItem *item = value;
	const Noting *noting = data;
	g_autoptr(GByteArray) bytes = NULL;
	guint64 block;
	bsn_slice parts[3];
	StoreKey name;

	if (!item->exists ||
	    !state_key_split(item->key, &parts[0], &parts[1], &parts[2]) ||
	    parts[1].len == 0)
		return FALSE;
	block = expiry_block(noting->number, noting->source->block_to_live(
						     noting->source, parts[0],
						     parts[1]));
	if (block == G_MAXUINT64)
		return FALSE;
	name = store_key_expiry(&noting->state->suite, block, item->key);
	bytes = g_byte_array_new();
	wire_put(bytes, noting->number, 8);
	wire_put_bytes(bytes, item->key);
	ledger_batch_put_copy(noting->batch, store_key_slice(&name),
			      buffer_slice(bytes));
	return FALSE;
}

void
expiry_note(const State *state, guint64 number, const BlockOutcome *outcome,
	    PrivateSource *source, LedgerBatch *batch)
{
	Noting noting = { state, number, source, batch };

	g_tree_foreach(outcome->updates, note, &noting);
}
