/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/item.h"

#include <string.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/wire.h"

static bsn_slice
copy_to(guint8 **at, bsn_slice bytes)
{
	const bsn_slice copy = bsn_slice_of(*at, bytes.len);

	if (bytes.len > 0)
		memcpy(*at, bytes.data, (gsize)bytes.len);
	*at += bytes.len;
	return copy;
}

StateItem *
state_item_new(bsn_slice key, Version version, bsn_slice metadata,
	       const bsn_slice *value)
{
	const bsn_slice content =
		value != NULL ? *value : bsn_slice_of(NULL, 0);
	StateItem *item = g_atomic_rc_box_alloc(
		sizeof(*item) + (gsize)(key.len + metadata.len + content.len));
	guint8 *at = (guint8 *)(item + 1);

	item->exists = value != NULL;
	item->version = version;
	item->key = copy_to(&at, key);
	item->metadata = copy_to(&at, metadata);
	item->value = copy_to(&at, content);
	return item;
}

StateItem *
state_item_ref(StateItem *item)
{
	return g_atomic_rc_box_acquire(item);
}

void
state_item_unref(StateItem *item)
{
	g_atomic_rc_box_release(item);
}

gsize
state_item_size(const StateItem *item)
{
	return sizeof(*item) +
	       (gsize)(item->key.len + item->metadata.len + item->value.len);
}

/* Version; lengths of metadata and of a key that the store key has not whole;
 * both; the value. */
void
state_item_put(GByteArray *out, const StateItem *item)
{
	const gboolean long_key = item->key.len > STATE_KEY_PLAIN;

	wire_put(out, item->version.block, 8);
	wire_put(out, item->version.tx, 8);
	wire_put(out, item->metadata.len, 4);
	wire_put(out, long_key ? item->key.len : 0, 4);
	wire_put_bytes(out, item->metadata);
	if (long_key)
		wire_put_bytes(out, item->key);
	wire_put_bytes(out, item->value);
}

StateItem *
state_item_read(bsn_slice store_key, bsn_slice entry)
{
	Wire wire = wire_of(entry);
	Version version;
	guint64 metadata_len;
	guint64 key_len;
	bsn_slice metadata;
	bsn_slice key;

	version.block = wire_u64(&wire);
	version.tx = wire_u64(&wire);
	metadata_len = wire_u32(&wire);
	key_len = wire_u32(&wire);
	metadata = wire_bytes(&wire, metadata_len);
	key = wire_bytes(&wire, key_len);
	if (wire.bad || store_key.len < 1)
		return NULL;
	if (key_len == 0)
		key = bsn_slice_of(store_key.data + 1, store_key.len - 1);
	return state_item_new(key, version, metadata, &wire.rest);
}

Version
state_item_read_version(const guint8 *entry)
{
	Wire wire = wire_of(bsn_slice_of(entry, ITEM_VERSION_SIZE));
	Version version;

	version.block = wire_u64(&wire);
	version.tx = wire_u64(&wire);
	return version;
}

GTree *
state_tree_new(void)
{
	return g_tree_new_full(key_compare_data, NULL, NULL,
			       (GDestroyNotify)state_item_unref);
}

void
state_tree_take(GTree *tree, StateItem *item)
{
	g_tree_replace(tree, &item->key, item);
}

StateItem *
state_tree_find(GTree *tree, bsn_slice key)
{
	return g_tree_lookup(tree, &key);
}
