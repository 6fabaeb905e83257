/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store.h"

#include <bsn/helpers/error.h>

#include "host/service/store_env_private.h"
#include "host/service/store_private.h"

/* Bytes of what nobody waits for that wait for the next batch. */
#define LAZY_BYTES_MAX (4u << 20)

/* ---- opening ---- */

/* A space, made when there is none. Store.lock is held. */
static StoreSpace *
get_space(Store *store, guint32 prefix)
{
	StoreSpace *space =
		g_hash_table_lookup(store->spaces, GUINT_TO_POINTER(prefix));

	if (space != NULL)
		return space;
	space = g_new0(StoreSpace, 1);
	space->store = store;
	space->prefix = prefix;
	space->filter = store_filter_new(&store->filter_room);
	store_key_set(&space->filled, prefix, (bsn_slice){ NULL, 0 });
	g_mutex_init(&space->lock);
	g_ptr_array_add(store->unfiltered, space);
	g_cond_signal(&store->fold);
	g_hash_table_insert(store->spaces, GUINT_TO_POINTER(prefix), space);
	return space;
}

/* Marks the space as one with something to fold. Store.lock is held. */
static void
mark_dirty(StoreSpace *space)
{
	Store *store = space->store;

	if (space->dirty)
		return;
	space->dirty = TRUE;
	g_ptr_array_add(store->dirty, space);
}

/* Readers see the whole batch from here on. StoreSpace.lock is held. */
static void
publish(StoreSpace *space, StoreBatch *batch)
{
	StoreHeld *held = &space->held[ACTIVE];

	for (guint64 i = 0; i < batch->n; i++) {
		const StoreEntry *entry = store_batch_entry(batch, i);

		entry->batch->space = space;
		store_filter_add(space->filter,
				 store_filter_hash(space->filter, entry->key,
						   entry->key_len));
		overlay_put(&space->overlays[ACTIVE], entry);
	}
	batch->space = space;
	batch->generation = space->generation;
	held->memory += batch->size.memory;
	held->map += batch->size.map;
	held->batches++;
	held->waiting++;
}

static void
account(StoreSpace *space, const StoreBatchSize *size)
{
	Store *store = space->store;

	space->pending += size->memory;
	space->batches++;
	store->pending += size->memory;
	store->pending_map += size->map;
	store->fresh += size->memory;
}

/* A batch that a crash left in the journal only. It goes the way of one that
 * was just journaled, so that a full disk does not keep the store closed. */
static void
replay(void *owner, StoreBatch *batch)
{
	Store *store = owner;
	StoreSpace *space = get_space(store, batch->prefix);

	account(space, &batch->size);
	g_mutex_lock(&space->lock);
	publish(space, batch);
	space->held[ACTIVE].waiting--;
	g_mutex_unlock(&space->lock);
	mark_dirty(space);
	store_batch_unref(batch);
}

static gboolean
open_journal(Store *store, GError **error)
{
	StoreEnvPosition at = store_env_position(store->env);
	StoreJournalMark mark;

	store->journal =
		store_journal_open(store_env_directory_fd(store->env), at.id,
				   at.sequence, replay, store, error);
	if (store->journal == NULL) {
		g_prefix_error(error, "store %s: ", store->config.directory);
		return FALSE;
	}
	store_journal_mark(store->journal, &mark);
	store->begun = mark.sequence;
	return TRUE;
}

static void
space_free(StoreSpace *space)
{
	for (guint i = 0; i < STORE_OVERLAYS; i++)
		overlay_unref(space->overlays[i]);
	store_filter_free(space->filter);
	g_mutex_clear(&space->lock);
	g_free(space);
}

/* Spaces that are left have what could not be written into the database. */
static void
store_free(Store *store)
{
	GHashTableIter iter;
	gpointer space;

	g_hash_table_iter_init(&iter, store->spaces);
	while (g_hash_table_iter_next(&iter, NULL, &space)) {
		g_hash_table_iter_steal(&iter);
		space_free(space);
	}
	g_hash_table_unref(store->spaces);
	g_ptr_array_unref(store->dirty);
	g_ptr_array_unref(store->unfiltered);
	store_journal_close(store->journal);
	store_env_close(store->env);
	g_mutex_clear(&store->callbacks);
	g_mutex_clear(&store->lock);
	g_cond_clear(&store->wake);
	g_cond_clear(&store->fold);
	g_cond_clear(&store->journaled);
	g_free((char *)store->config.directory);
	g_free(store);
}

Store *
store_open(const StoreConfig *config, GError **error)
{
	StoreEnv *env = store_env_open(config, error);
	Store *store;

	if (env == NULL)
		return NULL;
	if (!store_env_check_finished(config->directory,
				      store_env_directory_fd(env), error)) {
		store_env_close(env);
		return NULL;
	}
	store = g_new0(Store, 1);
	store->env = env;
	store->config = *config;
	store->config.directory = g_strdup(config->directory);
	if (config->journal_bytes_max == 0)
		store->config.journal_bytes_max =
			config->pending_bytes_max * STORE_PENDING_SPACES;
	store->spaces = g_hash_table_new(NULL, NULL);
	store->dirty = g_ptr_array_new();
	store->unfiltered = g_ptr_array_new();
	store->filter_room = STORE_FILTER_BYTES_MAX;
	store->last = &store->first;
	store->to_fold = 1;
	store_fold_choose(store);
	g_mutex_init(&store->callbacks);
	g_mutex_init(&store->lock);
	g_cond_init(&store->wake);
	g_cond_init(&store->fold);
	g_cond_init(&store->journaled);
	if (!open_journal(store, error)) {
		store_free(store);
		return NULL;
	}
	store_room_measure(store);
	store->folder = g_thread_new("store-fold", store_folder_run, store);
	store->committer =
		g_thread_new("store", store_committer_run, store);
	return store;
}

void
store_close(Store *store)
{
	if (store == NULL)
		return;
	g_mutex_lock(&store->lock);
	store->closing = TRUE;
	g_cond_signal(&store->wake);
	g_cond_signal(&store->fold);
	g_mutex_unlock(&store->lock);
	g_thread_join(store->committer);
	g_mutex_lock(&store->lock);
	store->ending = TRUE;
	g_cond_signal(&store->fold);
	g_cond_signal(&store->journaled);
	g_mutex_unlock(&store->lock);
	g_thread_join(store->folder);
	store_erases_drop(store);
	store_free(store);
}

void
store_status(Store *store, StoreStatus *out)
{
	StoreJournalUsage journal;
	StoreUsage usage;

	store_env_usage(store->env, &usage);
	store_journal_usage(store->journal, &journal);
	g_mutex_lock(&store->lock);
	*out = (StoreStatus){
		.health = store->health,
		.map_bytes = usage.map_bytes,
		.used_bytes = usage.used_bytes,
		.disk_free_bytes = usage.disk_free_bytes,
		.commits = store->commits,
		.batches = store->batches,
		.writes = store->writes,
		.sync_ns = store->sync_ns,
		.pending_bytes = store->queued,
		.overlay_bytes = store->pending,
		.filter_bytes = (guint64)(STORE_FILTER_BYTES_MAX -
					  __atomic_load_n(&store->filter_room,
							  __ATOMIC_RELAXED)),
		.unfiltered = store->unfiltered->len,
		.journal_bytes = journal.bytes,
		.unfolded_bytes = journal.unfolded,
		.folds = store->folds,
		.folded_writes = store->folded_writes,
		.fold_ns = store->fold_ns,
	};
	g_strlcpy(out->reason, store->reason, sizeof(out->reason));
	g_mutex_unlock(&store->lock);
}

/* ---- spaces ---- */

StoreSpace *
store_space_open(Store *store, guint32 prefix,
		 void (*durable)(void *owner, guint64 cookie), void *owner)
{
	StoreSpace *space;

	g_mutex_lock(&store->callbacks);
	g_mutex_lock(&store->lock);
	/* One that was closed and still has batches goes on. */
	space = get_space(store, prefix);
	if (space->open) {
		space = NULL;
	} else {
		space->open = TRUE;
		space->durable = durable;
		space->owner = owner;
	}
	g_mutex_unlock(&store->lock);
	g_mutex_unlock(&store->callbacks);
	return space;
}

void
store_space_release(StoreSpace *space)
{
	if (space->open || space->batches > 0 || space->queued > 0 ||
	    space->filling)
		return;
	g_ptr_array_remove_fast(space->store->unfiltered, space);
	g_hash_table_remove(space->store->spaces,
			    GUINT_TO_POINTER(space->prefix));
	space_free(space);
}

void
store_space_close(StoreSpace *space)
{
	Store *store;

	if (space == NULL)
		return;
	store = space->store;
	g_mutex_lock(&store->callbacks);
	space->durable = NULL;
	space->epoch++;
	g_mutex_lock(&store->lock);
	space->open = FALSE;
	store_space_release(space);
	g_mutex_unlock(&store->lock);
	g_mutex_unlock(&store->callbacks);
}

/* ---- writing ---- */

static int32_t
reserve(StoreSpace *space, const StoreBatchSize *size, gboolean frees,
	bsn_err *err)
{
	Store *store = space->store;
	int32_t status;

	g_mutex_lock(&store->lock);
	status = store_room_admit(space, size, frees, err);
	if (status == BSN_OK) {
		account(space, size);
		space->queued++;
		store->queued += size->memory;
		store->queued_data += size->data;
	}
	if (!frees)
		space->refused_map = status == BSN_FULL ? size->map : 0;
	g_mutex_unlock(&store->lock);
	return status;
}

static void
give_back(StoreSpace *space, const StoreBatchSize *size)
{
	Store *store = space->store;

	g_mutex_lock(&store->lock);
	space->pending -= size->memory;
	space->batches--;
	space->queued--;
	store->pending -= size->memory;
	store->pending_map -= size->map;
	store->queued -= size->memory;
	store->queued_data -= size->data;
	g_mutex_unlock(&store->lock);
}

static gboolean
is_urgent(const Store *store, const StoreBatch *batch)
{
	return batch->cookie != 0 ||
	       store->queued >=
		       MIN(LAZY_BYTES_MAX, store->config.pending_bytes_max / 4);
}

void
store_fold_now(Store *store)
{
	if (store->fold_now || store->dirty->len == 0)
		return;
	store->fold_now = TRUE;
	g_cond_signal(&store->fold);
}

/* Up to a quarter of what may wait, and not the same each time: hosts that have
 * the same chains would all fold at once. */
void
store_fold_choose(Store *store)
{
	const double share = (1 - g_random_double() / 4) / 4;

	store->fold_at =
		(guint64)(share * (double)store->config.pending_bytes_max);
	store->fold_at_journal =
		(guint64)(share * (double)store->config.journal_bytes_max);
}

/* A fold is the cheaper for each put the more there are: it is begun when there
 * is much, or when the folder sees that nothing more comes, for which it is
 * woken only from a sleep without an end. */
static void
tell_folder(StoreSpace *space, gint64 now_us)
{
	Store *store = space->store;

	if (store->dirty->len == 0) {
		store->dirty_since_us = now_us;
		g_cond_signal(&store->fold);
	}
	mark_dirty(space);
	store->accepted_us = now_us;
	if (store->fresh >= store->fold_at)
		store_fold_now(store);
}

/* A batch that nobody is told of waits for the next one, to share its sync, or
 * for the committer's tick. StoreSpace.lock is held. */
static void
enqueue(StoreSpace *space, StoreBatch *batch)
{
	gint64 now_us = g_get_monotonic_time();
	Store *store = space->store;

	g_mutex_lock(&store->lock);
	if (!store->urgent && is_urgent(store, batch)) {
		store->urgent = TRUE;
		g_cond_signal(&store->wake);
	}
	*store->last = batch;
	store->last = &batch->next;
	tell_folder(space, now_us);
	g_mutex_unlock(&store->lock);
}

static int32_t
commit(StoreSpace *space, const bsn_write *writes, guint64 n, guint64 cookie,
       gboolean frees, bsn_err *err)
{
	guint64 limit = space->store->config.pending_bytes_max;
	StoreBatchSize size;
	StoreBatch *batch;
	int32_t status = store_batch_measure(writes, n, limit, &size, err);

	if (status == BSN_OK)
		status = reserve(space, &size, frees, err);
	if (status != BSN_OK)
		return status;
	batch = store_batch_new(space->prefix, writes, n, &size);
	if (batch == NULL) {
		give_back(space, &size);
		return bsn_fail(err, BSN_E_NOMEM,
				"no memory for a batch of %" G_GUINT64_FORMAT
				" bytes", size.memory);
	}
	batch->cookie = cookie;
	batch->epoch = space->epoch;
	/* At once: folded in between, the batch would be written before it is
	 * queued, and leave the space marked without anything to fold. */
	g_mutex_lock(&space->lock);
	publish(space, batch);
	enqueue(space, batch);
	g_mutex_unlock(&space->lock);
	return BSN_OK;
}

int32_t
store_commit(StoreSpace *space, const bsn_write *writes, guint64 n,
	     guint64 cookie, bsn_err *err)
{
	return commit(space, writes, n, cookie, FALSE, err);
}

int32_t
store_commit_to_free(StoreSpace *space, const bsn_write *writes, guint64 n,
		     guint64 cookie, bsn_err *err)
{
	return commit(space, writes, n, cookie, TRUE, err);
}

int32_t
store_writable(StoreSpace *space, bsn_err *err)
{
	Store *store = space->store;
	/* What was let in at the door has to fit when it comes to commit. */
	guint64 room = store->config.pending_bytes_max / 4;
	StoreBatchSize block = {
		.memory = room,
		.map = MIN(room, store->config.map_bytes_max / 64),
	};
	int32_t status;

	g_mutex_lock(&store->lock);
	/* A batch that was refused comes again, before anything new. */
	block.map = MAX(block.map, space->refused_map);
	status = store_room_admit(space, &block, FALSE, err);
	g_mutex_unlock(&store->lock);
	/* The contract of this call has one word for all lasting refusals. */
	return status < 0 ? BSN_FULL : status;
}

/* ---- reading ---- */

static int32_t
get_from_disk(Store *store, const StoreKey *key, bsn_sink *value, bsn_err *err)
{
	MDB_val name = { key->len, (void *)key->bytes };
	MDB_val found;
	MDB_txn *txn;
	int32_t status = store_env_lend(store->env, &txn, err);
	int code;

	if (status != BSN_OK)
		return status;
	code = mdb_txn_renew(txn);
	if (code == 0)
		code = mdb_get(txn, store_env_data(store->env), &name, &found);
	if (code == 0)
		status = value->write(value, found.mv_data, found.mv_size);
	else
		status = store_read_failed(code, err);
	store_env_return(store->env, txn);
	return status;
}

static gboolean
surely_has_not(const StoreSpace *space, const StoreKey *key)
{
	const StoreFilter *filter = space->filter;

	return __atomic_load_n(&space->filtered, __ATOMIC_ACQUIRE) &&
	       !store_filter_may_have(filter, store_filter_hash(filter,
								key->bytes,
								key->len));
}

/* The entry's batch is the caller's to unref. */
static const StoreEntry *
get_from_overlay(StoreSpace *space, const StoreKey *key)
{
	const StoreEntry *entry = NULL;

	g_mutex_lock(&space->lock);
	for (guint i = 0; i < STORE_OVERLAYS && entry == NULL; i++)
		entry = overlay_find(space->overlays[i], key->bytes, key->len);
	if (entry != NULL)
		store_batch_ref(entry->batch);
	g_mutex_unlock(&space->lock);
	return entry;
}

int32_t
store_get(StoreSpace *space, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	const StoreEntry *entry;
	StoreKey full;
	int32_t status = BSN_NOT_FOUND;

	store_key_set(&full, space->prefix, key);
	if (surely_has_not(space, &full))
		return BSN_NOT_FOUND;
	/* An entry leaves the overlays only once it is in the database: whoever
	 * misses it here finds it there. */
	entry = get_from_overlay(space, &full);
	if (entry == NULL)
		return get_from_disk(space->store, &full, value, err);
	if (!entry->deleted)
		status = value->write(value, entry->value, entry->value_len);
	store_batch_unref(entry->batch);
	return status;
}
