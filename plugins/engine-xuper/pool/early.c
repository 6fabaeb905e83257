/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions that came before what they stand on: other nodes pass them on, each
 * on a way of its own. They wait aside, a few and not for long, and are judged
 * again when one comes that they stand on.
 */
#include "plugins/engine-xuper/pool/pool_private.h"

#include "plugins/engine-xuper/verify/id.h"

/* Of them all; the oldest go first. */
#define EARLY_MAX 256u
#define EARLY_BYTES_MAX (1u << 20)

static void
drop_oldest(Pool *pool)
{
	g_autoptr(Tx) tx = g_queue_pop_head(&pool->early);

	pool->early_bytes -= tx->bytes.len;
}

void
pool_early(Pool *pool, Tx *tx, gint code)
{
	if (code != XUPER_UTXO_UNKNOWN && code != XUPER_STALE_READ &&
	    code != XUPER_OTHER_CHAIN)
		return;
	for (GList *at = pool->early.head; at != NULL; at = at->next)
		if (id_equal(((const Tx *)at->data)->id, tx->id))
			return;
	g_queue_push_tail(&pool->early, tx_ref(tx));
	pool->early_bytes += tx->bytes.len;
	while (pool->early.length > EARLY_MAX ||
	       pool->early_bytes > EARLY_BYTES_MAX)
		drop_oldest(pool);
}

/* Takes those that stand on one that is there now. */
static void
take_children(Pool *pool, Tx *parent, GPtrArray *children)
{
	g_autoptr(GHashTable) one = id_table_new(NULL);
	GList *next;

	g_hash_table_insert(one, parent->id, parent);
	for (GList *at = pool->early.head; at != NULL; at = next) {
		Tx *tx = at->data;

		next = at->next;
		if (stands_on(one, tx) == NULL)
			continue;
		pool->early_bytes -= tx->bytes.len;
		g_queue_delete_link(&pool->early, at);
		g_ptr_array_add(children, tx);
	}
}

/* Those that are taken may have others that stand on them. */
void
early_release(Pool *pool, Tx *parent)
{
	g_autoptr(GPtrArray) children =
		g_ptr_array_new_with_free_func((GDestroyNotify)tx_unref);

	if (pool->early.length > 0)
		take_children(pool, parent, children);
	for (guint i = 0; i < children->len; i++) {
		Tx *child = children->pdata[i];
		const gint code = pool_add_one(pool, child, NULL);

		if (code == XUPER_OK)
			take_children(pool, child, children);
		else
			pool_early(pool, child, code);
	}
}
