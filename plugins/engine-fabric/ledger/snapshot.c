/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/snapshot.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/private.h"

static void
forget(Snapshots *snapshots, Snapshot *snapshot)
{
	g_queue_remove(&snapshots->list, snapshot);
	snapshots->bytes -= snapshot->bytes;
	g_clear_pointer(&snapshot->before, g_tree_unref);
	snapshot->bytes = 0;
	snapshot->gone = TRUE;
}

Snapshot *
snapshot_take(Snapshots *snapshots, guint64 height)
{
	Snapshot *newest = g_queue_peek_tail(&snapshots->list);

	if (newest != NULL && newest->height == height) {
		newest->users++;
		return newest;
	}
	if (snapshots->list.length == SNAPSHOTS_MAX)
		forget(snapshots, g_queue_peek_head(&snapshots->list));
	newest = g_new(Snapshot, 1);
	*newest = (Snapshot){ height, state_tree_new(), 0, 1, FALSE };
	g_queue_push_tail(&snapshots->list, newest);
	return newest;
}

void
snapshot_release(Snapshots *snapshots, Snapshot *snapshot)
{
	if (--snapshot->users > 0)
		return;
	if (!snapshot->gone)
		forget(snapshots, snapshot);
	g_free(snapshot);
}

/* ---- what is kept ---- */

typedef struct {
	Snapshots *snapshots;
	const State *state;
	int32_t status;
	bsn_err *err;
} Keeper;

static void
keep_for(Snapshots *snapshots, Snapshot *snapshot, StateItem *before)
{
	const gsize size = state_item_size(before);

	if (state_tree_find(snapshot->before, before->key) != NULL)
		return;
	state_tree_take(snapshot->before, state_item_ref(before));
	snapshot->bytes += size;
	snapshots->bytes += size;
}

/* What the store has of a key; the first one that replaces it counts. */
static gboolean
keep_one(gpointer key, gpointer value, gpointer data)
{
	const bsn_slice *name = key;
	Keeper *keeper = data;
	g_autoptr(StateItem) before = NULL;

	keeper->status = state_get(keeper->state, *name, &before, keeper->err);
	if (keeper->status != BSN_OK)
		return TRUE;
	if (before == NULL)
		before = state_item_new(*name, (Version){ 0, 0 },
					(bsn_slice){ NULL, 0 }, NULL);
	for (GList *at = keeper->snapshots->list.head; at != NULL;
	     at = at->next)
		keep_for(keeper->snapshots, at->data, before);
	/* Private values are nobody else's. */
	if (keeper->snapshots->keeper != NULL && !private_state_key_is(*name))
		keeper->status = keeper->snapshots->keeper->keep(
			keeper->snapshots->keeper, before, keeper->err);
	return keeper->status != BSN_OK;
}

int32_t
snapshots_keep(Snapshots *snapshots, const State *state, GTree *updates,
	       bsn_err *err)
{
	Keeper keeper = { snapshots, state, BSN_OK, err };

	if (snapshots->list.length == 0 && snapshots->keeper == NULL)
		return BSN_OK;
	g_tree_foreach(updates, keep_one, &keeper);
	while (snapshots->bytes > SNAPSHOTS_BYTES)
		forget(snapshots, g_queue_peek_head(&snapshots->list));
	if (keeper.status == BSN_OK && snapshots->keeper != NULL)
		keeper.status = snapshots->keeper->kept(snapshots->keeper, err);
	return keeper.status;
}

/* ---- reading ---- */

int32_t
snapshot_check(const Snapshot *snapshot, bsn_err *err)
{
	if (!snapshot->gone)
		return BSN_OK;
	return bsn_fail(err, BSN_EXPIRED,
			"the state after %" G_GUINT64_FORMAT " blocks is not "
			"kept any more: the simulation took too long; try it "
			"again",
			snapshot->height);
}

int32_t
snapshot_get(const Snapshot *snapshot, const State *state, bsn_slice key,
	     StateItem **item, bsn_err *err)
{
	const int32_t status = snapshot_check(snapshot, err);
	StateItem *before;

	*item = NULL;
	if (status != BSN_OK)
		return status;
	before = state_tree_find(snapshot->before, key);
	if (before == NULL)
		return state_get(state, key, item, err);
	if (before->exists)
		*item = state_item_ref(before);
	return BSN_OK;
}
