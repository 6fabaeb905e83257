/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters hear of every batch from the moment on that their space is alive. What
 * the database had before they are told here, some keys at a time, between folds.
 */
#include <errno.h>
#include <string.h>

#include "host/service/store_private.h"

/* Keys of one step: a fraction of a millisecond, so that nobody waits for the
 * space's lock. */
#define STEP_KEYS 1024u

typedef struct {
	const StoreFilter *filter;
	StoreKey *at;
	StoreKey end;
	guint64 hashes[STEP_KEYS];
	guint n;
} Step;

/* From `at` on: the last key of a step comes once more with the next one. */
static int
take_keys(Step *step, MDB_cursor *cursor)
{
	MDB_val key = { step->at->len, step->at->bytes };
	int code = mdb_cursor_get(cursor, &key, NULL, MDB_SET_RANGE);

	while (code == 0 && step->n < STEP_KEYS &&
	       store_key_compare(key.mv_data, key.mv_size, step->end.bytes,
				 step->end.len) < 0) {
		step->hashes[step->n++] = store_filter_hash(
			step->filter, key.mv_data, key.mv_size);
		step->at->len = key.mv_size;
		memcpy(step->at->bytes, key.mv_data, key.mv_size);
		code = mdb_cursor_get(cursor, &key, NULL, MDB_NEXT);
	}
	return code == MDB_NOTFOUND ? 0 : code;
}

static int
read_keys(Store *store, Step *step)
{
	MDB_cursor *cursor;
	MDB_txn *txn;
	int code;

	if (store_env_lend(store->env, &txn, NULL) != BSN_OK)
		return EIO;
	code = mdb_txn_renew(txn);
	if (code == 0)
		code = mdb_cursor_open(txn, store_env_data(store->env),
				       &cursor);
	if (code == 0) {
		code = take_keys(step, cursor);
		mdb_cursor_close(cursor);
	}
	store_env_return(store->env, txn);
	return code;
}

/* The next one; nobody frees it meanwhile. */
static StoreSpace *
begin(Store *store)
{
	StoreSpace *space = NULL;

	g_mutex_lock(&store->lock);
	if (store->unfiltered->len > 0) {
		space = store->unfiltered->pdata[0];
		space->filling = TRUE;
	}
	g_mutex_unlock(&store->lock);
	return space;
}

static void
end(StoreSpace *space, gboolean over)
{
	Store *store = space->store;

	g_mutex_lock(&store->lock);
	space->filling = FALSE;
	if (over)
		g_ptr_array_remove_fast(store->unfiltered, space);
	store_space_release(space);
	g_mutex_unlock(&store->lock);
}

static gboolean
add_keys(StoreSpace *space, const Step *step)
{
	gboolean given_up;

	g_mutex_lock(&space->lock);
	for (guint i = 0; i < step->n; i++)
		store_filter_add(space->filter, step->hashes[i]);
	given_up = store_filter_is_given_up(space->filter);
	g_mutex_unlock(&space->lock);
	return !given_up;
}

void
store_fill_step(Store *store)
{
	StoreSpace *space = begin(store);
	Step step = { .n = 0 };
	gboolean good, whole;

	if (space == NULL)
		return;
	step.filter = space->filter;
	step.at = &space->filled;
	store_key_set_end(&step.end, space->prefix);
	good = read_keys(store, &step) == 0 && add_keys(space, &step);
	/* The last key of a step comes once more with the next one. */
	whole = good && step.n < STEP_KEYS;
	if (whole)
		__atomic_store_n(&space->filtered, TRUE, __ATOMIC_RELEASE);
	end(space, whole || !good);
}
