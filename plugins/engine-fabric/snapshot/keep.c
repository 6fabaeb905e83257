/* SPDX-License-Identifier: Apache-2.0
 *
 * Those that are there: manifests are read when a channel is opened; parts stay
 * in the store.
 */
#include <string.h>

#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/engine-fabric/snapshot/private.h"
#include "plugins/engine-fabric/snapshot/sweep.h"
#include "plugins/engine-fabric/snapshot/vouch.h"
#include "plugins/kit/sink.h"

static gint
compare(gconstpointer a, gconstpointer b)
{
	const Kept *left = *(const Kept *const *)a;
	const Kept *right = *(const Kept *const *)b;

	return (left->block > right->block) - (left->block < right->block);
}

Kept *
kept_find(const ChannelSnapshots *snapshots, guint64 block)
{
	for (guint i = 0; i < snapshots->kept->len; i++) {
		Kept *kept = snapshots->kept->pdata[i];

		if (kept->block == block)
			return kept;
	}
	return NULL;
}

static void
add(ChannelSnapshots *snapshots, const Manifest *manifest, bsn_slice bytes)
{
	Kept *kept = g_new0(Kept, 1);

	kept->block = manifest_block(manifest);
	kept->parts = manifest->parts->len;
	kept->bytes = manifest_bytes(manifest);
	if (suite_digest(&snapshots->channel->suite, &bytes, 1, kept->hash) !=
	    BSN_OK) {
		g_free(kept);
		return;
	}
	g_ptr_array_add(snapshots->kept, kept);
	g_ptr_array_sort(snapshots->kept, compare);
}

void
kept_add(ChannelSnapshots *snapshots, const Manifest *manifest)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	if (manifest_put(snapshots->channel, manifest, bytes) == BSN_OK)
		add(snapshots, manifest, buffer_slice(bytes));
}

/* ---- when a channel is opened ---- */

typedef struct {
	bsn_scan_sink sink;
	GArray *blocks;
} BlocksSink;

static int32_t
block_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	const BlocksSink *blocks = (BlocksSink *)sink;
	guint64 block;

	if (!snapshot_key_read_block(key, &block))
		return BSN_E_CORRUPT;
	g_array_append_val(blocks->blocks, block);
	return BSN_OK;
}

/* The blocks that keys of a kind name. */
static int32_t
find_blocks(const ChannelSnapshots *snapshots, guint8 kind, GArray *blocks,
	    bsn_err *err)
{
	const StoreKey from = snapshot_key(kind);
	const StoreKey to = snapshot_key((guint8)(kind + 1));
	BlocksSink sink = { { block_entry }, blocks };

	return services.store->scan(snapshots->channel->chain,
				    store_key_slice(&from),
				    store_key_slice(&to), 0, &sink.sink, err);
}

static int32_t
load_one(ChannelSnapshots *snapshots, guint64 block, bsn_err *err)
{
	const StoreKey key = snapshot_key_block(KEY_MANIFEST, block);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Manifest) manifest = { .parts = NULL };
	int32_t status =
		ledger_store_get(&snapshots->channel->ledger->state.store,
				 store_key_slice(&key), bytes, err);

	if (status != BSN_OK)
		return status;
	status = manifest_read(snapshots->channel, buffer_slice(bytes),
			       &manifest, err);
	if (status == BSN_OK)
		add(snapshots, &manifest, buffer_slice(bytes));
	return status > 0 ? BSN_E_CORRUPT : status;
}

int32_t
kept_load(ChannelSnapshots *snapshots, bsn_err *err)
{
	g_autoptr(GArray) blocks = g_array_new(FALSE, FALSE, sizeof(guint64));
	int32_t status = find_blocks(snapshots, KEY_MANIFEST, blocks, err);

	if (status == BSN_OK)
		status = find_blocks(snapshots, KEY_DELETED, snapshots->deleted,
				     err);
	for (guint i = 0; i < blocks->len && status == BSN_OK; i++)
		status = load_one(snapshots, g_array_index(blocks, guint64, i),
				  err);
	return status;
}

int32_t
due_load(ChannelSnapshots *snapshots, bsn_err *err)
{
	return find_blocks(snapshots, KEY_DUE, snapshots->due, err);
}

/* ---- deleting ---- */

int32_t
kept_drop(ChannelSnapshots *snapshots, guint64 block, Maker *maker,
	  bsn_err *err)
{
	const StoreKey manifest = snapshot_key_block(KEY_MANIFEST, block);
	const StoreKey deleted = snapshot_key_block(KEY_DELETED, block);
	const bsn_slice nothing = bsn_slice_of(NULL, 0);
	Kept *kept = kept_find(snapshots, block);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status;

	ledger_batch_init(&batch);
	ledger_batch_delete(&batch, store_key_slice(&manifest));
	ledger_batch_put(&batch, store_key_slice(&deleted), nothing);
	if (maker != NULL)
		maker_put_abandoned(maker, &batch);
	status = ledger_batch_commit(
		&batch, &snapshots->channel->ledger->state.store, 0, err);
	if (status != BSN_OK)
		return status;
	if (kept != NULL)
		g_ptr_array_remove(snapshots->kept, kept);
	if (maker != NULL) {
		maker->cleaning = TRUE;
		snapshots_listen(snapshots);
	}
	g_array_append_val(snapshots->deleted, block);
	snapshots_wake(snapshots, 0);
	return BSN_OK;
}

gboolean
kept_is_going(const ChannelSnapshots *snapshots, guint64 block)
{
	for (guint i = 0; i < snapshots->deleted->len; i++)
		if (g_array_index(snapshots->deleted, guint64, i) == block)
			return TRUE;
	return FALSE;
}

/* First the marks, then the parts. */
static int32_t
sweep_kind(ChannelSnapshots *snapshots, guint8 kind, guint64 block,
	   gboolean *over)
{
	const StoreKey from = snapshot_key_block(kind, block);
	const StoreKey to = snapshot_key_block(kind, block + 1);
	const StoreKey deleted = snapshot_key_block(KEY_DELETED, block);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status;

	ledger_batch_init(&batch);
	status = sweep_put(snapshots->channel, store_key_slice(&from),
			   store_key_slice(&to), &batch, over, NULL);
	if (status == BSN_OK && *over && kind == KEY_PART)
		ledger_batch_delete(&batch, store_key_slice(&deleted));
	if (status == BSN_OK && batch.writes->len > 0)
		status = ledger_batch_commit(
			&batch, &snapshots->channel->ledger->state.store, 0,
			NULL);
	*over = *over && status == BSN_OK;
	return status;
}

gboolean
kept_sweep(ChannelSnapshots *snapshots)
{
	GArray *deleted = snapshots->deleted;
	gboolean over = FALSE;
	guint64 block;

	if (deleted->len == 0)
		return FALSE;
	block = g_array_index(deleted, guint64, 0);
	if (sweep_kind(snapshots, KEY_PART_MARK, block, &over) == BSN_OK &&
	    over &&
	    sweep_kind(snapshots, KEY_PART, block, &over) == BSN_OK && over)
		g_array_remove_index(deleted, 0);
	return deleted->len > 0;
}

/* ---- this node's word ---- */

gboolean
kept_vouch(ChannelSnapshots *snapshots, Kept *kept)
{
	const Channel *channel = snapshots->channel;

	if (channel->identity == NULL)
		return FALSE;
	if (kept->signature_len > 0 &&
	    g_bytes_equal(kept->identity, channel->identity))
		return TRUE;
	g_clear_pointer(&kept->identity, g_bytes_unref);
	kept->signature_len = 0;
	if (vouch_sign(channel, kept->hash, kept->signature,
		       &kept->signature_len, NULL) != BSN_OK)
		return FALSE;
	kept->identity = g_bytes_ref(channel->identity);
	return TRUE;
}
