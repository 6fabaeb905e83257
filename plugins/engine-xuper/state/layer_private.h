/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/state/layer_private.h: what a layer is made of.
 */
#ifndef XUPER_STATE_LAYER_PRIVATE_H
#define XUPER_STATE_LAYER_PRIVATE_H

#include "plugins/engine-xuper/state/layer.h"
#include "plugins/engine-xuper/state/order.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/kit/slices.h"

typedef enum {
	ENTRY_NONE, /* taken back: what is below counts */
	ENTRY_PUT,
	ENTRY_DELETED,
} EntryKind;

struct Entry {
	const guint8 *value; /* in the layer's memory */
	guint32 value_len;
	guint32 hash;
	guint8 kind; /* EntryKind */
	guint8 key_len;
	guint8 key[];
};

/* What an entry was before a write. */
typedef struct {
	Entry *entry;
	const guint8 *value;
	guint32 value_len;
	guint32 kind; /* EntryKind */
} Before;

struct Layer {
	gint refs;
	Layer *below;     /* NULL: this is the store's */
	bsn_chain *chain; /* of the store's */
	Entry **slots;    /* by hash, open addressing; half of them are free */
	guint n_slots;    /* a power of 2, or 0 */
	GPtrArray *entries; /* all, as they came; those taken back as well */
	GArray *journal;    /* Before */
	Arena memory;
	gsize bytes;
	GMutex ordering; /* readers of several threads may ask for the order */
	Order order;
	guint n_ordered; /* of `entries`, from the first one on */
};

static inline bsn_slice
entry_key(const Entry *entry)
{
	return (bsn_slice){ entry->key, entry->key_len };
}

static inline bsn_slice
entry_value(const Entry *entry)
{
	return (bsn_slice){ entry->value, entry->value_len };
}

/* The order with all entries in it; they may since have been taken back. */
const Order *layer_order(Layer *layer);

#endif
