/* SPDX-License-Identifier: Apache-2.0
 *
 * What a batch that changes the state changes in indexes. One that is still
 * being built gets all changes as well: what the building has not come to is
 * put twice, as the same.
 */
#include "plugins/engine-fabric/rich/indexes.h"
#include "plugins/kit/sink.h"

typedef struct {
	const Indexes *indexes;
	const State *state;
	LedgerBatch *batch;
	int32_t status;
	bsn_err *err;
} Change;

static void
change_entry(const Change *change, const Index *index, bsn_slice key,
	     const json_t *before, const json_t *after)
{
	const Suite *suite = &change->state->suite;
	StoreKey old_key;
	StoreKey new_key;
	const gboolean had = index_entry(index, suite, before, key, &old_key);
	const gboolean has = index_entry(index, suite, after, key, &new_key);

	if (had && has &&
	    bsn_slice_equal(store_key_slice(&old_key),
			    store_key_slice(&new_key)))
		return;
	if (had)
		ledger_batch_delete(change->batch, store_key_slice(&old_key));
	if (has)
		ledger_batch_put_copy(change->batch, store_key_slice(&new_key),
				      key);
}

/* Those of the item's collection; NULL: there are none. */
static GPtrArray *
concerned(const Indexes *indexes, const StateItem *item, bsn_slice *key)
{
	GPtrArray *list = NULL;
	bsn_slice namespace;
	bsn_slice collection;

	if (!state_key_split(item->key, &namespace, &collection, key))
		return NULL;
	for (guint i = 0; i < indexes->list->len; i++) {
		Index *index = indexes->list->pdata[i];

		if (index->phase == INDEX_DROPPED ||
		    !index_is_of(index, namespace, collection))
			continue;
		if (list == NULL)
			list = g_ptr_array_new();
		g_ptr_array_add(list, index);
	}
	return list;
}

static gboolean
change_one(gpointer unused, gpointer value, gpointer data)
{
	const StateItem *item = value;
	Change *change = data;
	bsn_slice key;
	g_autoptr(GPtrArray) list = concerned(change->indexes, item, &key);
	g_autoptr(StateItem) replaced = NULL;
	g_autoptr(json_t) before = NULL;
	g_autoptr(json_t) after = NULL;

	if (list == NULL)
		return FALSE;
	change->status =
		state_get(change->state, item->key, &replaced, change->err);
	if (change->status != BSN_OK)
		return TRUE;
	before = replaced != NULL ? document_of(replaced) : NULL;
	after = item->exists ? document_of(item) : NULL;
	for (guint i = 0; i < list->len; i++)
		change_entry(change, list->pdata[i], key, before, after);
	return FALSE;
}

int32_t
indexes_change(StateIndexes *base, const State *state, GTree *updates,
	       LedgerBatch *batch, bsn_err *err)
{
	Change change = { (Indexes *)base, state, batch, BSN_OK, err };

	if (change.indexes->list->len > 0)
		g_tree_foreach(updates, change_one, &change);
	return change.status;
}
