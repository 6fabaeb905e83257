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
	const Suite *suite;
	guint64 number;
	PrivateSource *source;
	LedgerBatch *batch;
	int32_t status;
	bsn_err *err;
} Noting;

/* Of a digest that block `written` has. */
static void
put_record(const Noting *noting, bsn_slice state_key, guint64 written,
	   guint64 block_to_live)
{
	const guint64 block = expiry_block(written, block_to_live);
	g_autoptr(GByteArray) bytes = NULL;
	StoreKey name;

	if (block == G_MAXUINT64)
		return;
	name = store_key_expiry(noting->suite, block, state_key);
	bytes = g_byte_array_new();
	wire_put(bytes, written, 8);
	wire_put_bytes(bytes, state_key);
	ledger_batch_put_copy(noting->batch, store_key_slice(&name),
			      buffer_slice(bytes));
}

static gboolean
note(gpointer key, gpointer value, gpointer data)
{
	const StateItem *item = value;
	Noting *noting = data;
	guint64 blocks = 0;
	bsn_slice parts[3];

	if (!item->exists ||
	    !state_key_split(item->key, &parts[0], &parts[1], &parts[2]) ||
	    parts[1].len == 0)
		return FALSE;
	noting->status = noting->source->block_to_live(
		noting->source, parts[0], parts[1], &blocks, noting->err);
	if (noting->status == BSN_OK)
		put_record(noting, item->key, noting->number, blocks);
	return noting->status != BSN_OK;
}

int32_t
expiry_note(const State *state, guint64 number, const BlockOutcome *outcome,
	    PrivateSource *source, LedgerBatch *batch, bsn_err *err)
{
	Noting noting = { &state->suite, number, source, batch, BSN_OK, err };

	g_tree_foreach(outcome->updates, note, &noting);
	return noting.status;
}

/* ---- what was before a snapshot ---- */

/* Pages of one call. */
#define RESTORE_PAGES 64u

/* The state key from which on it goes on; empty: it was done. */
static const guint8 restored[] = { STORE_EXPIRY };

static int32_t
read_progress(const State *state, GByteArray *at, gboolean *over, bsn_err *err)
{
	const int32_t status =
		ledger_store_get(&state->store,
				 bsn_slice_of(restored, sizeof(restored)), at,
				 err);

	*over = status == BSN_OK && at->len == 0;
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

/* Where a walk goes on: behind a key or, as NUL ends a name, behind all keys of
 * the same collection. */
static void
step_over(GByteArray *at, bsn_slice state_key, gboolean whole_collection)
{
	const guint8 next = whole_collection ? 1 : 0;

	g_byte_array_set_size(at, 0);
	wire_put_bytes(at, state_key);
	g_byte_array_append(at, &next, 1);
}

/* Of one page. Collections without a block_to_live, as which the public state
 * counts, are passed as a whole. */
static void
restore_page(Noting *noting, const GPtrArray *items, GByteArray *at)
{
	for (guint i = 0; i < items->len && noting->status == BSN_OK; i++) {
		const StateItem *item = items->pdata[i];
		guint64 blocks = 0;
		bsn_slice parts[3];

		if (!state_key_split(item->key, &parts[0], &parts[1],
				     &parts[2]))
			continue;
		if (parts[1].len > 0 && parts[1].data[0] != PRIVATE_MARK)
			noting->status = noting->source->block_to_live(
				noting->source, parts[0], parts[1], &blocks,
				noting->err);
		if (blocks == 0) {
			step_over(at,
				  bsn_slice_of(item->key.data,
					       item->key.len - parts[2].len -
						       1),
				  TRUE);
			return;
		}
		put_record(noting, item->key, item->version.block, blocks);
		step_over(at, item->key, FALSE);
	}
}

/* A page and its records; `over`: it was the last one. */
static int32_t
restore_some(const State *state, PrivateSource *source, GByteArray *at,
	     gboolean *over, bsn_err *err)
{
	static const guint8 end = 0xff; /* no name begins with it */
	g_autoptr(GPtrArray) items = state_items_new();
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	Noting noting = { &state->suite, 0, source, &batch, BSN_OK, err };
	gboolean more;
	const int32_t status = state_page(state, buffer_slice(at),
					  bsn_slice_of(&end, 1), items, &more,
					  err);

	if (status != BSN_OK)
		return status;
	ledger_batch_init(&batch);
	restore_page(&noting, items, at);
	*over = items->len == 0;
	ledger_batch_put(&batch, bsn_slice_of(restored, sizeof(restored)),
			 *over ? bsn_slice_of(NULL, 0) : buffer_slice(at));
	return noting.status == BSN_OK
		       ? ledger_batch_commit(&batch, &state->store, 0, err)
		       : noting.status;
}

int32_t
expiry_restore(const State *state, PrivateSource *source, bsn_err *err)
{
	g_autoptr(GByteArray) at = g_byte_array_new();
	gboolean over;
	int32_t status = read_progress(state, at, &over, err);

	for (guint i = 0; i < RESTORE_PAGES && status == BSN_OK && !over; i++)
		status = restore_some(state, source, at, &over, err);
	return status != BSN_OK || over
		       ? status
		       : bsn_fail(err, BSN_BUSY,
				  "it is being looked when what the snapshot "
				  "has of collections expires");
}
