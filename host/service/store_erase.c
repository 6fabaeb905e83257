/* SPDX-License-Identifier: Apache-2.0
 *
 * Erasing a prefix. It is over when neither the database nor any record after
 * its position has anything of the prefix, so that a replay brings nothing
 * back.
 */
#include "host/service/store_private.h"

/* Entries erased in one transaction. */
#define ERASE_STEP 1000u

/* Deletes what one transaction may; `all`: nothing is left. Deleting takes
 * pages too: fewer of them for fewer entries, should the map be full. */
static int
erase_some(Store *store, guint32 prefix, gboolean *all)
{
	guint limit = ERASE_STEP, deleted = 0;
	int code;

	do {
		code = store_env_erase(store->env, prefix, limit, &deleted);
	} while (code == MDB_MAP_FULL &&
		 (store_env_grow(store->env) || (limit /= 10) > 0));
	*all = deleted < limit;
	return code;
}

/* What is queued under the prefix is not written any more, and what is in the
 * overlay is not folded. */
static void
begin(Store *store, StoreErase *erase)
{
	StoreSpace *space;

	erase->begun = TRUE;
	g_mutex_lock(&store->lock);
	for (StoreBatch *batch = store->first; batch != NULL;
	     batch = batch->next)
		if (batch->space->prefix == erase->prefix)
			batch->dropped = TRUE;
	space = g_hash_table_lookup(store->spaces,
				    GUINT_TO_POINTER(erase->prefix));
	if (space != NULL)
		space->erased = TRUE;
	/* The committer may be writing batches that it took before. */
	erase->after = store->begun;
	g_mutex_unlock(&store->lock);
}

static StoreErase *
first(Store *store)
{
	StoreErase *erase;

	g_mutex_lock(&store->lock);
	erase = store->health == STORE_BROKEN ? NULL : store->erases;
	g_mutex_unlock(&store->lock);
	return erase;
}

gboolean
store_erase_step(Store *store)
{
	StoreErase *erase = first(store);
	int code;

	if (erase == NULL)
		return FALSE;
	if (!erase->begun)
		begin(store, erase);
	if (erase->emptied)
		return FALSE;
	code = erase_some(store, erase->prefix, &erase->emptied);
	if (code != 0) {
		erase->emptied = FALSE;
		store_room_failed(store, code, STUCK_FOLDER);
	}
	return code == 0;
}

/* Whether nothing of the prefix is anywhere but, maybe, in the database. */
static gboolean
is_folded(const Store *store, const StoreErase *erase)
{
	StoreJournalMark folded;

	store_journal_folded_mark(store->journal, &folded);
	return folded.sequence >= erase->after &&
	       !g_hash_table_contains(store->spaces,
				      GUINT_TO_POINTER(erase->prefix));
}

gboolean
store_erase_wants_fold(const Store *store)
{
	const StoreErase *erase = store->erases;

	return erase != NULL && erase->begun && !is_folded(store, erase);
}

void
store_erase_end(Store *store)
{
	StoreErase *erase;

	g_mutex_lock(&store->lock);
	erase = store->erases;
	if (erase != NULL && erase->emptied && is_folded(store, erase))
		store->erases = erase->next;
	else
		erase = NULL;
	g_mutex_unlock(&store->lock);
	if (erase == NULL)
		return;
	erase->done(erase->owner);
	g_free(erase);
}

void
store_erase(Store *store, guint32 prefix, void (*done)(void *owner),
	    void *owner)
{
	StoreErase *erase = g_new0(StoreErase, 1);
	StoreErase **last;

	erase->prefix = prefix;
	erase->done = done;
	erase->owner = owner;
	g_mutex_lock(&store->lock);
	for (last = &store->erases; *last != NULL; last = &(*last)->next)
		;
	*last = erase;
	g_cond_signal(&store->fold);
	g_mutex_unlock(&store->lock);
}

void
store_erases_drop(Store *store)
{
	while (store->erases != NULL) {
		StoreErase *erase = store->erases;

		store->erases = erase->next;
		g_free(erase);
	}
}
