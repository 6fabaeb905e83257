/* SPDX-License-Identifier: Apache-2.0
 *
 * The committer: one thread that takes what all spaces have queued and makes it
 * durable in the journal, a group at a time.
 */
#include "host/ops/cpu.h"
#include "host/service/store_private.h"
#include "host/service/store_record.h"

/* A group ends with the batch that reaches this: all of it waits for one sync.
 */
#define GROUP_BYTES_MAX (8u << 20)

typedef struct {
	Store *store;
	StoreBatch *group; /* in order of acceptance */
	gboolean recorded; /* it has made a record */
} Committer;

/* ---- the queue ---- */

static gboolean
idle(const Store *store)
{
	gboolean work = store->first != NULL && store->urgent;

	return !store->closing && (!work || store->health == STORE_BROKEN);
}

/* Takes the first batches, as many as fit a group, and decides which of them go
 * into the journal: from here on they do even if their space is erased. */
static StoreBatch *
detach_group(Store *store)
{
	StoreBatch *group = store->first;
	StoreBatch *last = NULL;
	gboolean recorded = FALSE;
	StoreJournalMark mark;
	guint64 bytes = 0;

	if (group == NULL)
		return NULL;
	for (StoreBatch *batch = group;
	     batch != NULL && bytes < GROUP_BYTES_MAX; batch = batch->next) {
		batch->recorded = batch->n > 0 && !batch->dropped;
		recorded |= batch->recorded;
		bytes += batch->size.data;
		last = batch;
	}
	store->first = last->next;
	store->urgent = store->first != NULL;
	if (store->first == NULL)
		store->last = &store->first;
	last->next = NULL;
	store_journal_mark(store->journal, &mark);
	store->begun = mark.sequence + (recorded ? 1 : 0);
	return group;
}

/* Waits for work, at most a tick. FALSE when the store closes and no work is
 * left that could be done. */
static gboolean
take_group(Committer *committer)
{
	Store *store = committer->store;
	gboolean more;

	g_mutex_lock(&store->lock);
	if (idle(store))
		g_cond_wait_until(&store->wake, &store->lock,
				  g_get_monotonic_time() + STORE_TICK_US);
	if (store->health != STORE_BROKEN)
		committer->group = detach_group(store);
	more = committer->group != NULL || !store->closing;
	g_mutex_unlock(&store->lock);
	return more;
}

void
store_wait_tick(Store *store, GCond *wake)
{
	g_mutex_lock(&store->lock);
	if (!store->closing)
		g_cond_wait_until(wake, &store->lock,
				  g_get_monotonic_time() + STORE_TICK_US);
	g_mutex_unlock(&store->lock);
}

gboolean
store_is_closing(Store *store)
{
	gboolean closing;

	g_mutex_lock(&store->lock);
	closing = store->closing;
	g_mutex_unlock(&store->lock);
	return closing;
}

/* ---- writing a group ---- */

static guint64
count_writes(const StoreBatch *batch)
{
	guint64 n = 0;

	for (; batch != NULL; batch = batch->next)
		n += batch->recorded ? batch->n : 0;
	return n;
}

/* Keeps trying while the disk is full. FALSE when the group cannot become
 * durable in this process any more. */
static gboolean
write_group(Committer *committer)
{
	Store *store = committer->store;
	gint64 began_us = g_get_monotonic_time();
	guint64 writes = count_writes(committer->group);
	int code;

	while ((code = store_journal_append(store->journal,
					    committer->group)) != 0) {
		store_room_failed(store, code, STUCK_COMMITTER);
		if (!store_room_is_full(store, code) || store_is_closing(store))
			return FALSE;
		store_wait_tick(store, &store->wake);
		began_us = g_get_monotonic_time();
	}
	store_room_passed(store, STUCK_COMMITTER);
	committer->recorded = writes > 0;
	if (writes == 0)
		return TRUE;
	g_mutex_lock(&store->lock);
	store->commits++;
	store->writes += writes;
	store->sync_ns += (guint64)(g_get_monotonic_time() - began_us) * 1000u;
	g_mutex_unlock(&store->lock);
	return TRUE;
}

/* ---- after a group ---- */

/* Before anybody is told of them, so that who has been told sees them counted. */
static void
count_group(Store *store, const StoreBatch *group)
{
	g_mutex_lock(&store->lock);
	for (const StoreBatch *batch = group; batch != NULL;
	     batch = batch->next) {
		store->queued -= batch->size.memory;
		store->queued_data -= batch->size.data;
		store->batches++;
	}
	g_mutex_unlock(&store->lock);
}

/* Has the values that are apart read from the journal from here on; bytes of memory
 * that they leave. StoreSpace.lock is held. */
static guint64
leave_memory(const StoreBatch *batch, Overlay **overlay, StoreView *view,
	     guint64 at)
{
	guint64 left = 0;

	at += FRAME_HEAD_LEN;
	for (guint64 i = 0; i < batch->n; i++) {
		const StoreEntry *entry = store_batch_entry(batch, i);
		StoreBatch *moved;

		at += WRITE_HEAD_LEN + entry->key_len;
		if (entry->batch != batch &&
		    (moved = store_batch_in_view(entry, view, at)) != NULL) {
			moved->space = batch->space;
			overlay_exchange(overlay, entry, moved->entries);
			store_batch_unref(moved);
			left += entry->value_len;
		}
		at += entry->value_len;
	}
	return left;
}

/* StoreSpace.lock is held. */
static void
count_left(StoreSpace *space, guint which, guint64 left)
{
	Store *store = space->store;

	space->held[which].memory -= left;
	g_mutex_lock(&store->lock);
	space->pending -= left;
	store->pending -= left;
	if (which == ACTIVE) {
		store->fresh -= MIN(left, store->fresh);
	} else {
		space->frozen -= left;
		store->frozen_memory -= left;
	}
	g_mutex_unlock(&store->lock);
}

/* The folder may have it from here on. */
static void
hand_over(StoreBatch *batch, const StoreJournalPlace *place, guint64 at)
{
	const gboolean apart = batch->recorded && batch->size.apart > 0;
	StoreSpace *space = batch->space;
	guint which;

	g_mutex_lock(&space->lock);
	which = batch->generation == space->generation ? ACTIVE : FROZEN;
	if (apart && place->view != NULL)
		count_left(space, which,
			   leave_memory(batch, &space->overlays[which],
					place->view, at));
	space->held[which].waiting--;
	g_mutex_unlock(&space->lock);
	store_batch_drop_apart(batch);
}

static void
hand_over_all(const Committer *committer, StoreBatch *group)
{
	StoreJournalPlace place = { 0 };
	guint64 at;

	if (committer->recorded)
		store_journal_place(committer->store->journal, &place);
	at = place.at;
	for (StoreBatch *batch = group; batch != NULL; batch = batch->next) {
		hand_over(batch, &place, at);
		at += batch->recorded ? batch->size.data : 0;
	}
}

static void
release(Store *store, StoreBatch *group)
{
	StoreJournalMark mark;

	g_mutex_lock(&store->lock);
	store_journal_mark(store->journal, &mark);
	if (mark.bytes - store->frozen.bytes >= store->fold_at_journal)
		store_fold_now(store);
	for (StoreBatch *batch = group; batch != NULL; batch = batch->next) {
		batch->space->queued--;
		store_space_release(batch->space);
	}
	store->groups++;
	g_cond_signal(&store->journaled);
	g_mutex_unlock(&store->lock);
	while (group != NULL) {
		StoreBatch *next = group->next;

		store_batch_unref(group);
		group = next;
	}
}

static void
announce(Store *store, const StoreBatch *batch)
{
	StoreSpace *space = batch->space;

	g_mutex_lock(&store->callbacks);
	if (batch->epoch == space->epoch && space->durable != NULL)
		space->durable(space->owner, batch->cookie);
	g_mutex_unlock(&store->callbacks);
}

static void
settle(Committer *committer)
{
	Store *store = committer->store;
	StoreBatch *group = g_steal_pointer(&committer->group);

	count_group(store, group);
	for (const StoreBatch *batch = group; batch != NULL;
	     batch = batch->next)
		if (batch->cookie != 0)
			announce(store, batch);
	hand_over_all(committer, group);
	release(store, group);
}

/* Unwritten batches at the end of the process: lost as in a crash, and nobody
 * was told that they are durable. Readers may need them until the end. */
static void
give_up(Committer *committer)
{
	Store *store = committer->store;

	for (;;) {
		StoreBatch *batch;

		g_mutex_lock(&store->lock);
		while (!store->closing)
			g_cond_wait(&store->wake, &store->lock);
		if (committer->group == NULL)
			committer->group = detach_group(store);
		g_mutex_unlock(&store->lock);
		if (committer->group == NULL)
			return;
		while ((batch = committer->group) != NULL) {
			committer->group = batch->next;
			store_batch_unref(batch);
		}
	}
}

void *
store_committer_run(void *data)
{
	Committer committer = { .store = data };

	(void)cpu_charge(BSN_CPU_STORAGE);
	while (take_group(&committer)) {
		if (!write_group(&committer))
			break;
		store_room_measure(committer.store);
		settle(&committer);
		(void)cpu_charge(BSN_CPU_STORAGE);
	}
	give_up(&committer);
	return NULL;
}
