/* SPDX-License-Identifier: Apache-2.0
 *
 * Which snapshots are wanted: as in Fabric, each after a block of its own, the
 * newest one or one that is to come.
 */
#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/engine-fabric/snapshot/private.h"

/* ---- looking ---- */

static guint
making(const ChannelSnapshots *snapshots)
{
	guint n = 0;

	for (guint i = 0; i < MAKERS_MAX; i++)
		if (snapshots->makers[i] != NULL &&
		    !snapshots->makers[i]->cleaning)
			n++;
	return n;
}

static Maker *
maker_find(const ChannelSnapshots *snapshots, guint64 block)
{
	for (guint i = 0; i < MAKERS_MAX; i++) {
		Maker *maker = snapshots->makers[i];

		if (maker != NULL && !maker->cleaning &&
		    manifest_block(&maker->manifest) == block)
			return maker;
	}
	return NULL;
}

static gboolean
find_due(const ChannelSnapshots *snapshots, guint64 block, guint *index)
{
	for (guint i = 0; i < snapshots->due->len; i++)
		if (g_array_index(snapshots->due, guint64, i) == block) {
			*index = i;
			return TRUE;
		}
	return FALSE;
}

/* ---- beginning ---- */

static int32_t
begin(ChannelSnapshots *snapshots, bsn_err *err)
{
	guint slot = 0;
	int32_t status;

	while (slot < MAKERS_MAX && snapshots->makers[slot] != NULL)
		slot++;
	if (slot == MAKERS_MAX)
		return bsn_fail(err, BSN_BUSY,
				"%u snapshots are in the making already",
				MAKERS_MAX);
	status = maker_new(snapshots->channel, slot, &snapshots->makers[slot],
			   err);
	if (status != BSN_OK)
		return status;
	snapshots_listen(snapshots);
	/* When the store refuses it now, it goes with the next block. */
	(void)snapshots->keeper.kept(&snapshots->keeper, NULL);
	snapshots_wake(snapshots, 0);
	return BSN_OK;
}

static void
forget_due(ChannelSnapshots *snapshots, guint index)
{
	const StoreKey key = snapshot_key_block(
		KEY_DUE, g_array_index(snapshots->due, guint64, index));
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };

	ledger_batch_init(&batch);
	ledger_batch_delete(&batch, store_key_slice(&key));
	/* One that stays is found to have gone by when it is opened again. */
	(void)ledger_batch_commit(
		&batch, &snapshots->channel->ledger->state.store, 0, NULL);
	g_array_remove_index(snapshots->due, index);
}

void
due_begin(ChannelSnapshots *snapshots)
{
	const guint64 newest = snapshots->channel->ledger->head.height - 1;

	while (snapshots->due->len > 0) {
		const guint64 block =
			g_array_index(snapshots->due, guint64, 0);
		bsn_err err = BSN_ERR_INIT;

		if (block > newest)
			return;
		(void)bsn_fail(&err, BSN_EXPIRED, "the block has gone by");
		if (maker_find(snapshots, block) == NULL &&
		    kept_find(snapshots, block) == NULL &&
		    (block < newest || begin(snapshots, &err) != BSN_OK))
			services_log(snapshots->channel->chain, BSN_LOG_WARNING,
				     "there is no snapshot after block "
				     "%" G_GUINT64_FORMAT ": %s",
				     block, err.reason);
		forget_due(snapshots, 0);
	}
}

/* ---- asking for one ---- */

static gint
compare_blocks(gconstpointer a, gconstpointer b)
{
	const guint64 left = *(const guint64 *)a;
	const guint64 right = *(const guint64 *)b;

	return (left > right) - (left < right);
}

static int32_t
add_due(ChannelSnapshots *snapshots, guint64 block, bsn_err *err)
{
	const StoreKey key = snapshot_key_block(KEY_DUE, block);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status;

	ledger_batch_init(&batch);
	ledger_batch_put(&batch, store_key_slice(&key), bsn_slice_of(NULL, 0));
	status = ledger_batch_commit(
		&batch, &snapshots->channel->ledger->state.store, 0, err);
	if (status != BSN_OK)
		return status;
	g_array_append_val(snapshots->due, block);
	g_array_sort(snapshots->due, compare_blocks);
	return BSN_OK;
}

int32_t
request_take(ChannelSnapshots *snapshots, guint64 *block, bsn_err *err)
{
	const guint64 newest = snapshots->channel->ledger->head.height - 1;
	int32_t status = channel_snapshots_ready(snapshots->channel, err);
	guint unused;

	if (status != BSN_OK)
		return status;
	if (*block == 0)
		*block = newest;
	if (maker_find(snapshots, *block) != NULL ||
	    kept_find(snapshots, *block) != NULL ||
	    find_due(snapshots, *block, &unused))
		return BSN_OK;
	if (*block == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the channel has nothing but its first block, "
				"with which every node begins anyway");
	if (*block < newest || *block > G_MAXINT64)
		return bsn_fail(err, BSN_EXPIRED,
				"block %" G_GUINT64_FORMAT
				" has gone by; the newest one is "
				"%" G_GUINT64_FORMAT,
				*block, newest);
	if (kept_is_going(snapshots, *block))
		return bsn_fail(err, BSN_BUSY,
				"the parts of one that was deleted are going "
				"still: try again in a moment");
	if (snapshots->kept->len + making(snapshots) + snapshots->due->len >=
	    SNAPSHOTS_KEPT_MAX)
		return bsn_fail(err, BSN_FULL,
				"%u snapshots are there or due, as many as may "
				"be: cancel one of them first",
				SNAPSHOTS_KEPT_MAX);
	return *block == newest ? begin(snapshots, err)
				: add_due(snapshots, *block, err);
}

/* ---- taking it back ---- */

int32_t
request_cancel(ChannelSnapshots *snapshots, guint64 block, bsn_err *err)
{
	Maker *maker = maker_find(snapshots, block);
	guint index;

	if (find_due(snapshots, block, &index)) {
		forget_due(snapshots, index);
		return BSN_OK;
	}
	if (maker == NULL && kept_find(snapshots, block) == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no snapshot after block "
				"%" G_GUINT64_FORMAT ", and none is due",
				block);
	return kept_drop(snapshots, block, maker, err);
}
