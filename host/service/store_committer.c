/* SPDX-License-Identifier: Apache-2.0
 *
 * The committer: one thread that takes what all spaces have queued and makes it
 * durable, a group at a time.
 */
#include "host/ops/cpu.h"
#include "host/service/store_private.h"

/* A group ends with the batch that reaches one of these, which bounds how long
 * one transaction takes, and how many of LMDB's pages (131,072 at most without
 * spilling) it changes. */
#define GROUP_BYTES_MAX (64u << 20)
#define GROUP_WRITES_MAX 20000u
/* Entries taken out of an overlay under one lock. */
#define SETTLE_STEP 256u
/* How often free space is looked at, and a full disk tried again. */
#define TICK_US G_TIME_SPAN_SECOND

typedef struct {
	Store *store;
	StoreBatch *group;  /* in order of acceptance */
	GPtrArray *entries; /* StoreEntry of the group */
	gboolean erase_failed; /* the last step: try again after a tick */
} Committer;

/* ---- the queue ---- */

static gboolean
idle(const Committer *committer)
{
	const Store *store = committer->store;
	gboolean work =
		(store->first != NULL && store->urgent) ||
		(store->erases != NULL && !committer->erase_failed);

	return !store->closing && (!work || store->health == STORE_BROKEN);
}

/* Takes the first batches, as many as fit a group. */
static StoreBatch *
detach_group(Store *store)
{
	StoreBatch *group = store->first;
	StoreBatch *last = group;
	guint64 bytes, writes;

	if (group == NULL)
		return NULL;
	bytes = group->size.data;
	writes = group->n;
	while (last->next != NULL && bytes < GROUP_BYTES_MAX &&
	       writes < GROUP_WRITES_MAX) {
		last = last->next;
		bytes += last->size.data;
		writes += last->n;
	}
	store->first = last->next;
	store->urgent = store->first != NULL;
	if (store->first == NULL)
		store->last = &store->first;
	last->next = NULL;
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
	if (idle(committer))
		g_cond_wait_until(&store->wake, &store->lock,
				  g_get_monotonic_time() + TICK_US);
	if (store->health != STORE_BROKEN)
		committer->group = detach_group(store);
	more = committer->group != NULL || !store->closing;
	g_mutex_unlock(&store->lock);
	return more;
}

/* Puts the second half of the group back into the queue: a smaller transaction
 * needs fewer pages at once. FALSE when it is one batch only. */
static gboolean
halve_group(Committer *committer)
{
	Store *store = committer->store;
	StoreBatch *middle = committer->group;
	StoreBatch *last, *rest;
	gboolean odd = FALSE;

	for (last = middle; last->next != NULL; last = last->next) {
		if (odd)
			middle = middle->next;
		odd = !odd;
	}
	rest = middle->next;
	if (rest == NULL)
		return FALSE;
	middle->next = NULL;
	g_mutex_lock(&store->lock);
	last->next = store->first;
	if (store->first == NULL)
		store->last = &last->next;
	store->first = rest;
	store->urgent = TRUE;
	g_mutex_unlock(&store->lock);
	return TRUE;
}

static void
wait_tick(Store *store)
{
	g_mutex_lock(&store->lock);
	if (!store->closing)
		g_cond_wait_until(&store->wake, &store->lock,
				  g_get_monotonic_time() + TICK_US);
	g_mutex_unlock(&store->lock);
}

static gboolean
is_closing(Store *store)
{
	gboolean closing;

	g_mutex_lock(&store->lock);
	closing = store->closing;
	g_mutex_unlock(&store->lock);
	return closing;
}

/* ---- erasing ---- */

static void
drop(StoreBatch *batch, guint32 prefix)
{
	for (; batch != NULL; batch = batch->next)
		if (batch->space->prefix == prefix)
			batch->dropped = TRUE;
}

/* What is queued under the prefix must not come back after it is erased. */
static void
begin_erase(Committer *committer, StoreErase *erase)
{
	Store *store = committer->store;

	erase->begun = TRUE;
	drop(committer->group, erase->prefix);
	g_mutex_lock(&store->lock);
	drop(store->first, erase->prefix);
	g_mutex_unlock(&store->lock);
}

static void
end_erase(Store *store, StoreErase *erase)
{
	g_mutex_lock(&store->lock);
	store->erases = erase->next;
	g_mutex_unlock(&store->lock);
	erase->done(erase->owner);
	g_free(erase);
}

/* One step of the first erase. FALSE when there is none or no way on. */
static gboolean
erase_step(Committer *committer)
{
	Store *store = committer->store;
	StoreErase *erase;
	gboolean all = FALSE;
	int code;

	g_mutex_lock(&store->lock);
	erase = store->health == STORE_BROKEN ? NULL : store->erases;
	g_mutex_unlock(&store->lock);
	if (erase == NULL)
		return FALSE;
	if (!erase->begun)
		begin_erase(committer, erase);
	code = store_erase_some(store, erase->prefix, &all);
	committer->erase_failed = code != 0;
	if (code != 0)
		store_room_failed(store, code);
	else if (all)
		end_erase(store, erase);
	return code == 0;
}

/* ---- writing a group ---- */

static void
collect_entries(Committer *committer)
{
	g_ptr_array_set_size(committer->entries, 0);
	for (StoreBatch *batch = committer->group; batch != NULL;
	     batch = batch->next)
		for (guint64 i = 0; !batch->dropped && i < batch->n; i++)
			g_ptr_array_add(committer->entries,
					&batch->entries[i]);
}

static int
write_once(Committer *committer)
{
	Store *store = committer->store;
	const gint64 began_us = g_get_monotonic_time();
	guint64 written = 0;
	int code;

	collect_entries(committer);
	if (committer->entries->len == 0)
		return 0;
	code = store_env_write(
		store->env, (const StoreEntry **)committer->entries->pdata,
		committer->entries->len, &written);
	if (code == 0) {
		g_mutex_lock(&store->lock);
		store->commits++;
		store->writes += written;
		store->sync_ns += (guint64)(g_get_monotonic_time() -
					    began_us) * 1000u;
		g_mutex_unlock(&store->lock);
	}
	return code;
}

/* Keeps trying while the disk or the map is full. FALSE when the group cannot
 * become durable in this process any more. */
static gboolean
write_group(Committer *committer)
{
	Store *store = committer->store;
	int code;

	while ((code = write_once(committer)) != 0) {
		if (code == MDB_MAP_FULL && store_env_grow(store->env))
			continue;
		if ((code == MDB_MAP_FULL || code == MDB_TXN_FULL) &&
		    halve_group(committer))
			continue;
		store_room_failed(store, code);
		if (!store_room_is_full(store, code) || is_closing(store))
			return FALSE;
		if (!erase_step(committer))
			wait_tick(store);
		if (code == MDB_MAP_FULL)
			store_env_turn(store->env);
	}
	return TRUE;
}

/* ---- after a group ---- */

static void
account(Store *store, const StoreBatch *batch)
{
	g_mutex_lock(&store->lock);
	for (; batch != NULL; batch = batch->next) {
		batch->space->pending -= batch->size.memory;
		store->pending -= batch->size.memory;
		store->pending_map -= batch->size.map;
		store->batches++;
	}
	g_mutex_unlock(&store->lock);
}

static void
announce(Store *store, const StoreBatch *batch)
{
	for (; batch != NULL; batch = batch->next) {
		StoreSpace *space = batch->space;

		g_mutex_lock(&store->callbacks);
		if (batch->cookie != 0 && batch->epoch == space->epoch &&
		    space->durable != NULL)
			space->durable(space->owner, batch->cookie);
		g_mutex_unlock(&store->callbacks);
	}
}

static void
take_out(StoreBatch *batch)
{
	StoreSpace *space = batch->space;

	for (guint64 i = 0; i < batch->n;) {
		guint64 end = MIN(i + SETTLE_STEP, batch->n);

		g_mutex_lock(&space->lock);
		for (; i < end; i++)
			overlay_remove(&space->overlay, &batch->entries[i]);
		g_mutex_unlock(&space->lock);
	}
}

static void
release(Store *store, StoreBatch *batch)
{
	g_mutex_lock(&store->lock);
	batch->space->batches--;
	store_space_release(batch->space);
	g_mutex_unlock(&store->lock);
	store_batch_unref(batch);
}

static void
release_all(Store *store, StoreBatch *batch)
{
	while (batch != NULL) {
		StoreBatch *next = batch->next;

		release(store, batch);
		batch = next;
	}
}

static void
settle(Committer *committer)
{
	Store *store = committer->store;
	StoreBatch *group = g_steal_pointer(&committer->group);

	account(store, group);
	announce(store, group);
	for (StoreBatch *batch = group; batch != NULL; batch = batch->next)
		take_out(batch);
	release_all(store, group);
}

/* Unwritten batches at the end of the process: lost as in a crash, and nobody
 * was told that they are durable. Readers may need them until the end. */
static void
give_up(Committer *committer)
{
	Store *store = committer->store;

	for (;;) {
		g_mutex_lock(&store->lock);
		while (!store->closing)
			g_cond_wait(&store->wake, &store->lock);
		if (committer->group == NULL)
			committer->group = detach_group(store);
		g_mutex_unlock(&store->lock);
		if (committer->group == NULL)
			return;
		release_all(store, g_steal_pointer(&committer->group));
	}
}

void *
store_committer_run(void *data)
{
	Committer committer = { .store = data };

	committer.entries = g_ptr_array_new();
	(void)cpu_charge(BSN_CPU_STORAGE);
	while (take_group(&committer)) {
		gboolean durable = write_group(&committer);

		if (!durable)
			break;
		erase_step(&committer);
		store_room_measure(committer.store);
		settle(&committer);
		(void)cpu_charge(BSN_CPU_STORAGE);
	}
	give_up(&committer);
	g_ptr_array_unref(committer.entries);
	return NULL;
}
