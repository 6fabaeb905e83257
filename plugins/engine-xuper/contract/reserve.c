/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/reserve.h"

#include <string.h>

typedef struct {
	guint8 txid[HASH_LEN];
	gint32 offset;
	guint64 until;
} Item;

struct Reserved {
	GHashTable *items; /* Item, by txid and offset; borrowed from `order` */
	GQueue order;      /* Item, by when they end */
};

static guint
item_hash(gconstpointer data)
{
	const Item *item = data;
	guint hash;

	memcpy(&hash, item->txid, sizeof(hash));
	return hash ^ (guint)item->offset;
}

static gboolean
item_equal(gconstpointer a, gconstpointer b)
{
	const Item *first = a;
	const Item *second = b;

	return first->offset == second->offset &&
	       memcmp(first->txid, second->txid, HASH_LEN) == 0;
}

Reserved *
reserved_new(void)
{
	Reserved *reserved = g_new0(Reserved, 1);

	reserved->items = g_hash_table_new(item_hash, item_equal);
	g_queue_init(&reserved->order);
	return reserved;
}

void
reserved_free(Reserved *reserved)
{
	if (reserved == NULL)
		return;
	g_hash_table_unref(reserved->items);
	g_queue_clear_full(&reserved->order, g_free);
	g_free(reserved);
}

static void
forget_old(Reserved *reserved, guint64 now_ms)
{
	Item *item;

	while ((item = g_queue_peek_head(&reserved->order)) != NULL &&
	       item->until <= now_ms) {
		(void)g_queue_pop_head(&reserved->order);
		if (g_hash_table_lookup(reserved->items, item) == item)
			g_hash_table_remove(reserved->items, item);
		g_free(item);
	}
}

static Item
item_of(const Utxo *utxo)
{
	Item item = { .offset = utxo->offset };

	memcpy(item.txid, utxo->txid, HASH_LEN);
	return item;
}

void
reserved_add(Reserved *reserved, const Utxo *utxo, guint64 now_ms)
{
	Item *item = g_new(Item, 1);

	forget_old(reserved, now_ms);
	*item = item_of(utxo);
	item->until = now_ms + RESERVED_MS;
	g_queue_push_tail(&reserved->order, item);
	g_hash_table_replace(reserved->items, item, item);
}

gboolean
reserved_has(Reserved *reserved, const Utxo *utxo, guint64 now_ms)
{
	const Item item = item_of(utxo);

	forget_old(reserved, now_ms);
	return g_hash_table_contains(reserved->items, &item);
}
