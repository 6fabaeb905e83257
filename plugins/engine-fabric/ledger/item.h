/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/item.h: one entry of the world state, or that
 * there is none. Immutable, shared by counting references. All functions:
 * [any].
 */
#ifndef FABRIC_LEDGER_ITEM_H
#define FABRIC_LEDGER_ITEM_H

#include <bsn/base.h>
#include <glib.h>

/* Which transaction wrote an entry: Fabric's height. */
typedef struct {
	guint64 block;
	guint64 tx;
} Version;

static inline gint
version_compare(Version a, Version b)
{
	return a.block != b.block ? (a.block > b.block) - (a.block < b.block)
				  : (a.tx > b.tx) - (a.tx < b.tx);
}

typedef struct {
	bsn_slice key;	 /* state key */
	gboolean exists; /* FALSE: it was deleted, or never there */
	Version version;
	bsn_slice metadata; /* KVMetadataWrite with entries only, or empty */
	bsn_slice value;
} StateItem;

/* Copies; `value` NULL: it does not exist. */
StateItem *state_item_new(bsn_slice key, Version version, bsn_slice metadata,
			  const bsn_slice *value);
StateItem *state_item_ref(StateItem *item);
void state_item_unref(StateItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StateItem, state_item_unref)

/* Bytes of memory that it takes. */
gsize state_item_size(const StateItem *item);

/* An entry as the store has it, under store_key_state of its key. */
void state_item_put(GByteArray *out, const StateItem *item);
/* Reads one back; NULL when it is none. In: store_key: with its first byte. */
StateItem *state_item_read(bsn_slice store_key, bsn_slice entry);
/* The version alone, from the first ITEM_VERSION_SIZE bytes of an entry. */
#define ITEM_VERSION_SIZE 16u
Version state_item_read_version(const guint8 *entry);

/* A tree of items, by their keys, each with a reference of its own. */
GTree *state_tree_new(void);
/* Takes the reference; replaces one of that key. */
void state_tree_take(GTree *tree, StateItem *item);
/* Borrowed, or NULL. */
StateItem *state_tree_find(GTree *tree, bsn_slice key);

#endif
