/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_private.h"

/* Entries erased in one transaction. */
#define ERASE_STEP 1000u

int
store_erase_some(Store *store, guint32 prefix, gboolean *all)
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
	g_cond_signal(&store->wake);
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
