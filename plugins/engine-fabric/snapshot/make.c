/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/make.h"

#include <string.h>

#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/engine-fabric/snapshot/sweep.h"
#include "plugins/engine-fabric/snapshot/undo.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* Pages of the store that one step reads. */
#define STEP_PAGES 4u

static guint8
undo_kind(guint slot)
{
	return (guint8)(STORE_UNDO + slot);
}

/* ---- the record ---- */

static StoreKey
record_name(guint slot)
{
	StoreKey key = snapshot_key(KEY_MAKING);

	key.bytes[key.len++] = (guint8)slot;
	return key;
}

static void
put_head(GByteArray *out, const LedgerHead *head)
{
	wire_put(out, head->height, 8);
	wire_put(out, head->last_config, 8);
	wire_put(out, head->bytes, 8);
	wire_put(out, head->txs, 8);
	wire_put(out, head->invalid_txs, 8);
	wire_put_bytes(out, bsn_slice_of(head->hash, HASH_LEN));
	wire_put_bytes(out, bsn_slice_of(head->previous, HASH_LEN));
	wire_put_bytes(out, bsn_slice_of(head->commit_hash, HASH_LEN));
}

static void
read_hash(Wire *wire, guint8 hash[HASH_LEN])
{
	const bsn_slice bytes = wire_bytes(wire, HASH_LEN);

	if (bytes.len == HASH_LEN)
		memcpy(hash, bytes.data, HASH_LEN);
}

static void
read_head(Wire *wire, LedgerHead *head)
{
	head->height = wire_u64(wire);
	head->last_config = wire_u64(wire);
	head->bytes = wire_u64(wire);
	head->txs = wire_u64(wire);
	head->invalid_txs = wire_u64(wire);
	read_hash(wire, head->hash);
	read_hash(wire, head->previous);
	read_hash(wire, head->commit_hash);
}

static void
put_record(const Maker *maker, const WalkCursor *cursor, guint parts,
	   gboolean cleaning, LedgerBatch *batch)
{
	const StoreKey key = record_name(maker->slot);
	g_autoptr(GByteArray) record = g_byte_array_new();

	wire_put(record, cleaning ? 1 : 0, 1);
	put_head(record, &maker->manifest.head);
	wire_put(record, maker->manifest.time_ms, 8);
	wire_put(record, cursor->range, 1);
	wire_put(record, parts, 4);
	wire_put_bytes(record, store_key_slice(&cursor->at));
	ledger_batch_put_copy(batch, store_key_slice(&key),
			      buffer_slice(record));
}

void
maker_put(const Maker *maker, LedgerBatch *batch)
{
	if (!maker->recorded)
		put_record(maker, &maker->stored, 0, FALSE, batch);
}

/* ---- beginning ---- */

static Maker *
make(Channel *channel, guint slot, const LedgerHead *head, guint64 time_ms)
{
	Maker *maker = g_new0(Maker, 1);

	maker->channel = channel;
	maker->slot = slot;
	maker->part = g_byte_array_new();
	manifest_init(&maker->manifest, head, time_ms);
	return maker;
}

int32_t
maker_new(Channel *channel, guint slot, Maker **made, bsn_err *err)
{
	const LedgerHead *head = &channel->ledger->head;
	Maker *maker = make(channel, slot, head,
			    order_block_time(channel, head->height - 1));
	const int32_t status =
		walk_init(&maker->walk, channel, head, undo_kind(slot), err);

	if (status == BSN_OK)
		*made = maker;
	else
		maker_free(maker);
	return status;
}

Maker *
maker_new_reading(Channel *channel, const LedgerHead *head, guint64 time_ms)
{
	return make(channel, 0, head, time_ms);
}

void
maker_free(Maker *maker)
{
	if (maker == NULL)
		return;
	manifest_clear(&maker->manifest);
	g_byte_array_unref(maker->part);
	g_free(maker);
}

/* ---- going on after a crash ---- */

static int32_t
load_part(Maker *maker, guint index, bsn_err *err)
{
	const StoreKey key = snapshot_key_part(
		KEY_PART_MARK, manifest_block(&maker->manifest), index);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status =
		ledger_store_get(&maker->channel->ledger->state.store,
				 store_key_slice(&key), bytes, err);
	SnapshotPart part;

	if (status == BSN_OK && part_mark_read(buffer_slice(bytes), &part)) {
		g_array_append_val(maker->manifest.parts, part);
		return BSN_OK;
	}
	return status == BSN_OK || status == BSN_NOT_FOUND
		       ? bsn_fail(err, BSN_E_CORRUPT,
				  "a part of a snapshot cannot be read back")
		       : status;
}

static int32_t
read_record(Channel *channel, guint slot, bsn_slice record, Maker **made,
	    bsn_err *err)
{
	Wire wire = wire_of(record);
	LedgerHead head = { 0 };
	const gboolean cleaning = wire_u8(&wire) != 0;
	int32_t status = BSN_OK;
	WalkCursor cursor;
	guint64 time_ms;
	guint32 parts;
	Maker *maker;

	read_head(&wire, &head);
	time_ms = wire_u64(&wire);
	cursor.range = wire_u8(&wire);
	parts = wire_u32(&wire);
	if (wire.bad || head.height == 0 || cursor.range > WALK_RANGES ||
	    wire.rest.len > sizeof(cursor.at.bytes))
		return bsn_fail(err, BSN_E_CORRUPT,
				"the record of a snapshot in the making cannot "
				"be read back");
	cursor.at.len = (guint)wire.rest.len;
	if (cursor.at.len > 0)
		memcpy(cursor.at.bytes, wire.rest.data, cursor.at.len);
	maker = make(channel, slot, &head, time_ms);
	maker->recorded = TRUE;
	maker->cleaning = cleaning;
	maker->stored = maker->cursor = cursor;
	if (!cleaning)
		status = walk_init(&maker->walk, channel, &head,
				   undo_kind(slot), err);
	for (guint i = 0; i < parts && !cleaning && status == BSN_OK; i++)
		status = load_part(maker, i, err);
	if (status == BSN_OK)
		*made = maker;
	else
		maker_free(maker);
	return status;
}

int32_t
maker_load(Channel *channel, guint slot, Maker **maker, bsn_err *err)
{
	const StoreKey key = record_name(slot);
	g_autoptr(GByteArray) record = g_byte_array_new();
	const int32_t status =
		ledger_store_get(&channel->ledger->state.store,
				 store_key_slice(&key), record, err);

	*maker = NULL;
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	return status == BSN_OK ? read_record(channel, slot,
					      buffer_slice(record), maker, err)
				: status;
}

/* ---- what is replaced ---- */

/* After a crash the walk goes on where the store says that it stands. */
static gboolean
is_passed(const Maker *maker, bsn_slice store_key)
{
	const WalkCursor *stored = &maker->stored;

	return stored->range > WALK_STATE ||
	       (stored->range == WALK_STATE && stored->at.len > 0 &&
		slice_compare(store_key, store_key_slice(&stored->at)) <= 0);
}

int32_t
maker_keep(Maker *maker, const StateItem *before, LedgerBatch *batch,
	   bsn_err *err)
{
	const StoreKey key =
		store_key_state(&maker->channel->suite, before->key);

	/* Values of collections are in no snapshot. */
	if (private_state_key_is(before->key))
		return BSN_OK;
	if (maker->cleaning || is_passed(maker, store_key_slice(&key)))
		return BSN_OK;
	return undo_put(maker->channel, undo_kind(maker->slot), before, batch,
			err);
}

/* ---- steps ---- */

static int32_t
commit(const Maker *maker, const LedgerBatch *batch, bsn_err *err)
{
	return ledger_batch_commit(batch, &maker->channel->ledger->state.store,
				   0, err);
}

static gboolean
is_part(const Maker *maker)
{
	return maker->part->len >= SNAPSHOT_PART_BYTES ||
	       (maker->cursor.range == WALK_RANGES && maker->part->len > 0);
}

static int32_t
add_part(Maker *maker, bsn_err *err)
{
	if (maker->manifest.parts->len == SNAPSHOT_PARTS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a snapshot has at most %u parts",
				SNAPSHOT_PARTS_MAX);
	return manifest_add(&maker->channel->suite, &maker->manifest,
			    buffer_slice(maker->part), maker->entries);
}

/* The part that was read gets into the store; or it is as before. */
static int32_t
store_part(Maker *maker, bsn_err *err)
{
	GArray *parts = maker->manifest.parts;
	const guint index = parts->len;
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status = add_part(maker, err);

	if (status != BSN_OK)
		return status;
	ledger_batch_init(&batch);
	part_put(&batch, manifest_block(&maker->manifest), index,
		 manifest_part(&maker->manifest, index),
		 buffer_slice(maker->part));
	put_record(maker, &maker->cursor, parts->len, FALSE, &batch);
	status = commit(maker, &batch, err);
	if (status != BSN_OK) {
		g_array_set_size(parts, index);
		return status;
	}
	maker->recorded = TRUE;
	maker->stored = maker->cursor;
	g_byte_array_set_size(maker->part, 0);
	maker->entries = 0;
	return BSN_OK;
}

static int32_t
finish(Maker *maker, bsn_err *err)
{
	const StoreKey name = snapshot_key_block(
		KEY_MANIFEST, manifest_block(&maker->manifest));
	const StoreKey due = snapshot_key_block(
		KEY_DUE, manifest_block(&maker->manifest));
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status = manifest_put(maker->channel, &maker->manifest, bytes);

	if (status != BSN_OK)
		return status;
	ledger_batch_init(&batch);
	ledger_batch_put(&batch, store_key_slice(&name), buffer_slice(bytes));
	ledger_batch_delete(&batch, store_key_slice(&due));
	put_record(maker, &maker->cursor, 0, TRUE, &batch);
	status = commit(maker, &batch, err);
	maker->cleaning = status == BSN_OK;
	return status;
}

void
maker_put_abandoned(const Maker *maker, LedgerBatch *batch)
{
	put_record(maker, &maker->cursor, 0, TRUE, batch);
}

/* What was kept for it. */
static int32_t
clean(Maker *maker, gboolean *over, bsn_err *err)
{
	const guint8 from = undo_kind(maker->slot);
	const guint8 to = from + 1;
	const StoreKey record = record_name(maker->slot);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status;

	ledger_batch_init(&batch);
	status = sweep_put(maker->channel, bsn_slice_of(&from, 1),
			   bsn_slice_of(&to, 1), &batch, over, err);
	if (status == BSN_OK && *over)
		ledger_batch_delete(&batch, store_key_slice(&record));
	if (status == BSN_OK)
		status = commit(maker, &batch, err);
	*over = *over && status == BSN_OK;
	return status;
}

static int32_t
read_on(Maker *maker, bsn_err *err)
{
	int32_t status = BSN_OK;

	for (guint i = 0; i < STEP_PAGES && status == BSN_OK &&
			  maker->cursor.range < WALK_RANGES && !is_part(maker);
	     i++)
		status = walk_next(&maker->walk, &maker->cursor, maker->part,
				   &maker->entries, err);
	return status;
}

int32_t
maker_step(Maker *maker, gboolean *made, gboolean *over, bsn_err *err)
{
	int32_t status;

	*made = *over = FALSE;
	if (maker->cleaning)
		return clean(maker, over, err);
	status = read_on(maker, err);
	if (status == BSN_OK && is_part(maker))
		status = store_part(maker, err);
	if (status == BSN_OK && maker->cursor.range == WALK_RANGES &&
	    maker->part->len == 0) {
		status = finish(maker, err);
		*made = status == BSN_OK;
	}
	return status;
}

int32_t
maker_read(Maker *maker, gboolean *done, bsn_err *err)
{
	int32_t status = BSN_OK;

	if (maker->walk.channel == NULL)
		status = walk_init(&maker->walk, maker->channel,
				   &maker->manifest.head, 0, err);
	if (status == BSN_OK)
		status = read_on(maker, err);
	if (status == BSN_OK && is_part(maker)) {
		status = add_part(maker, err);
		g_byte_array_set_size(maker->part, 0);
		maker->entries = 0;
	}
	*done = status == BSN_OK && maker->cursor.range == WALK_RANGES &&
		maker->part->len == 0;
	return status;
}
