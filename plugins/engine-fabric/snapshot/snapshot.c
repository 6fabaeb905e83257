/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/snapshot.h"

#include "plugins/engine-fabric/snapshot/private.h"

/* Ms between two steps, so that the strand is free for others in between; and
 * after the store has refused one. */
#define STEP_MS 2u
#define REFUSED_MS 200u

/* ---- what blocks replace ---- */

static ChannelSnapshots *
of_keeper(StateKeeper *keeper)
{
	return (ChannelSnapshots *)((char *)keeper -
				    offsetof(ChannelSnapshots, keeper));
}

static int32_t
keep(StateKeeper *keeper, const StateItem *before, bsn_err *err)
{
	ChannelSnapshots *snapshots = of_keeper(keeper);
	int32_t status = BSN_OK;

	for (guint i = 0; i < MAKERS_MAX && status == BSN_OK; i++)
		if (snapshots->makers[i] != NULL)
			status = maker_keep(snapshots->makers[i], before,
					    &snapshots->batch, err);
	return status;
}

/* The records of those that have just begun go with it. */
static int32_t
kept(StateKeeper *keeper, bsn_err *err)
{
	ChannelSnapshots *snapshots = of_keeper(keeper);
	int32_t status = BSN_OK;

	for (guint i = 0; i < MAKERS_MAX; i++)
		if (snapshots->makers[i] != NULL)
			maker_put(snapshots->makers[i], &snapshots->batch);
	if (snapshots->batch.writes->len > 0)
		status = ledger_batch_commit(
			&snapshots->batch,
			&snapshots->channel->ledger->state.store, 0, err);
	for (guint i = 0; i < MAKERS_MAX && status == BSN_OK; i++)
		if (snapshots->makers[i] != NULL)
			snapshots->makers[i]->recorded = TRUE;
	ledger_batch_clear(&snapshots->batch);
	ledger_batch_init(&snapshots->batch);
	return status;
}

void
snapshots_listen(ChannelSnapshots *snapshots)
{
	gboolean any = FALSE;

	for (guint i = 0; i < MAKERS_MAX; i++)
		any = any || (snapshots->makers[i] != NULL &&
			      !snapshots->makers[i]->cleaning);
	snapshots->channel->ledger->snapshots.keeper =
		any ? &snapshots->keeper : NULL;
}

/* ---- beginning and end ---- */

static int32_t
load(ChannelSnapshots *snapshots, bsn_err *err)
{
	int32_t status = kept_load(snapshots, err);

	if (status == BSN_OK)
		status = due_load(snapshots, err);
	for (guint i = 0; i < MAKERS_MAX && status == BSN_OK; i++)
		status = maker_load(snapshots->channel, i,
				    &snapshots->makers[i], err);
	if (status == BSN_OK)
		status = join_load(snapshots, err);
	return status;
}

static void
kept_free(gpointer data)
{
	Kept *one = data;

	g_clear_pointer(&one->identity, g_bytes_unref);
	g_free(one);
}

int32_t
channel_snapshots_open(Channel *channel, bsn_err *err)
{
	ChannelSnapshots *snapshots = g_new0(ChannelSnapshots, 1);
	int32_t status;

	channel->snapshots = snapshots;
	snapshots->channel = channel;
	snapshots->keeper = (StateKeeper){ keep, kept };
	snapshots->kept = g_ptr_array_new_with_free_func(kept_free);
	snapshots->due = g_array_new(FALSE, FALSE, sizeof(guint64));
	snapshots->deleted = g_array_new(FALSE, FALSE, sizeof(guint64));
	ledger_batch_init(&snapshots->batch);
	status = load(snapshots, err);
	if (status != BSN_OK) {
		channel_snapshots_close(channel);
		return status;
	}
	snapshots_listen(snapshots);
	if (snapshots->join == NULL)
		due_begin(snapshots);
	snapshots_wake(snapshots, 0);
	return BSN_OK;
}

void
channel_snapshots_close(Channel *channel)
{
	ChannelSnapshots *snapshots = channel->snapshots;

	if (snapshots == NULL)
		return;
	channel->snapshots = NULL;
	services.timer->cancel(channel->chain, TIMER_SNAPSHOT);
	channel->ledger->snapshots.keeper = NULL;
	requests_abandon(snapshots);
	join_free(snapshots->join);
	for (guint i = 0; i < MAKERS_MAX; i++)
		maker_free(snapshots->makers[i]);
	ledger_batch_clear(&snapshots->batch);
	g_ptr_array_unref(snapshots->kept);
	g_array_unref(snapshots->due);
	g_array_unref(snapshots->deleted);
	g_free(snapshots);
}

guint64
channel_first_block(const Channel *channel)
{
	return channel->ledger->first;
}

int32_t
channel_snapshots_ready(const Channel *channel, bsn_err *err)
{
	return channel->snapshots == NULL || channel->snapshots->join == NULL
		       ? BSN_OK
		       : join_refuse(channel->snapshots->join, err);
}

/* ---- going on ---- */

void
snapshots_wake(ChannelSnapshots *snapshots, guint64 delay_ms)
{
	if (snapshots->waking && delay_ms > 0)
		return;
	snapshots->waking =
		services.timer->set(snapshots->channel->chain, TIMER_SNAPSHOT,
				    delay_ms) == BSN_OK;
}

void
channel_snapshots_committed(Channel *channel)
{
	ChannelSnapshots *snapshots = channel->snapshots;

	if (snapshots != NULL && snapshots->due->len > 0)
		due_begin(snapshots);
}

static void
drop_maker(ChannelSnapshots *snapshots, guint slot)
{
	maker_free(snapshots->makers[slot]);
	snapshots->makers[slot] = NULL;
	snapshots_listen(snapshots);
}

/* Ms until the next step; G_MAXUINT64: none. */
static guint64
step_maker(ChannelSnapshots *snapshots, guint slot)
{
	Maker *maker = snapshots->makers[slot];
	gboolean made = FALSE;
	gboolean over = FALSE;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status =
		maker != NULL ? maker_step(maker, &made, &over, &err) : BSN_OK;

	if (maker == NULL)
		return G_MAXUINT64;
	if (status == BSN_BUSY || status == BSN_FULL)
		return REFUSED_MS;
	if (status != BSN_OK) {
		services_log(snapshots->channel->chain, BSN_LOG_ERROR,
			     "the snapshot after block %" G_GUINT64_FORMAT
			     " cannot be made: %s",
			     manifest_block(&maker->manifest), err.reason);
		(void)request_cancel(snapshots,
				     manifest_block(&maker->manifest), NULL);
		return REFUSED_MS;
	}
	if (made) {
		kept_add(snapshots, &maker->manifest);
		services_log(snapshots->channel->chain, BSN_LOG_INFO,
			     "the snapshot after block %" G_GUINT64_FORMAT
			     " is made: %u parts",
			     manifest_block(&maker->manifest),
			     maker->manifest.parts->len);
		snapshots_listen(snapshots);
	}
	if (over)
		drop_maker(snapshots, slot);
	return STEP_MS;
}

void
channel_snapshots_timer(Channel *channel)
{
	ChannelSnapshots *snapshots = channel->snapshots;
	guint64 delay = G_MAXUINT64;
	guint64 next;

	if (snapshots == NULL)
		return;
	snapshots->waking = FALSE;
	for (guint i = 0; i < MAKERS_MAX; i++) {
		next = step_maker(snapshots, i);
		delay = MIN(delay, next);
	}
	if (kept_sweep(snapshots))
		delay = MIN(delay, STEP_MS);
	if (snapshots->join != NULL) {
		next = join_step(snapshots->join);
		delay = MIN(delay, next);
	}
	if (delay != G_MAXUINT64)
		snapshots_wake(snapshots, delay);
}

void
channel_snapshots_durable(Channel *channel, guint64 cookie)
{
	ChannelSnapshots *snapshots = channel->snapshots;

	if (snapshots == NULL)
		return;
	if (cookie == SNAPSHOT_COOKIE_JOIN)
		joins_durable(snapshots);
	else if (snapshots->join != NULL)
		join_durable(snapshots->join);
}
