/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/walk.h"

#include <string.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/ledger/place.h"
#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/engine-fabric/order/record.h"
#include "plugins/engine-fabric/snapshot/manifest.h"
#include "plugins/engine-fabric/snapshot/undo.h"
#include "plugins/kit/sink.h"

/* Bytes of a record that are the block's time (order/record.h). */
#define RECORD_TIME_LEN 8u

/* ---- what is taken ---- */

static gboolean
take_all(guint64 block, bsn_slice key, bsn_slice *value)
{
	return TRUE;
}

static gboolean
take_time(guint64 block, bsn_slice key, bsn_slice *value)
{
	value->len = MIN(value->len, RECORD_TIME_LEN);
	return TRUE;
}

/* The parts of a key that was cut may reach beyond the cut. */
static gboolean
take_state(guint64 block, bsn_slice key, bsn_slice *value)
{
	g_autoptr(StateItem) item = NULL;

	if (key.len <= 1 + STATE_KEY_PLAIN)
		return !private_state_key_is(bsn_slice_of(key.data + 1, key.len - 1));
	item = state_item_read(key, *value);
	return item != NULL && !private_state_key_is(item->key);
}

static gboolean
take_tx(guint64 block, bsn_slice key, bsn_slice *value)
{
	TxPlace place;

	return tx_place_read(*value, &place) && place.block <= block;
}

/* ---- ranges ---- */

/* One key alone. */
static WalkRange
range_of_key(StoreKey key,
	     gboolean (*take)(guint64, bsn_slice, bsn_slice *))
{
	WalkRange range = { key, key, FALSE, take };

	range.to.bytes[range.to.len++] = 0;
	return range;
}

static WalkRange
range_of_kind(guint8 kind, gboolean undo,
	      gboolean (*take)(guint64, bsn_slice, bsn_slice *))
{
	return (WalkRange){ { { kind }, 1 }, { { (guint8)(kind + 1) }, 1 },
			    undo, take };
}

static int32_t
config_hash(const Channel *channel, guint64 number, guint8 hash[HASH_LEN],
	    bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Block *block;
	int32_t status = ledger_block(channel->ledger, number, bytes, err);

	if (status != BSN_OK)
		return status;
	block = message_unpack(&arena, &common__block__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	if (block == NULL || block->header == NULL)
		return bsn_fail(err, BSN_E_CORRUPT,
				"block %" G_GUINT64_FORMAT
				" cannot be read back",
				number);
	return block_header_hash(&channel->suite, block->header, hash);
}

int32_t
walk_init(Walk *walk, Channel *channel, const LedgerHead *head, guint8 undo,
	  bsn_err *err)
{
	guint8 hash[HASH_LEN];
	const int32_t status =
		config_hash(channel, head->last_config, hash, err);
	guint n = 0;

	walk->channel = channel;
	walk->block = head->height - 1;
	walk->undo = undo;
	walk->ranges[n++] =
		range_of_key(store_key_block(head->last_config), take_all);
	walk->ranges[n++] =
		range_of_key(record_key(head->last_config), take_time);
	walk->ranges[n++] = range_of_key(
		store_key_hash(bsn_slice_of(hash, HASH_LEN)), take_all);
	walk->ranges[n++] = range_of_kind(STORE_STATE, TRUE, take_state);
	walk->ranges[n] = range_of_kind(STORE_TX, FALSE, take_tx);
	return status;
}

/* ---- two pages as one ---- */

/* The entries that are there, and those that were. */
typedef struct {
	EntryPage now;
	EntryPage before;
	bsn_slice rest[2];
	Entry next[2];
	gboolean has[2];
} Merge;

static void
merge_clear(Merge *merge)
{
	entry_page_clear(&merge->now);
	entry_page_clear(&merge->before);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merge, merge_clear)

static int32_t
read_page(const Walk *walk, const WalkCursor *cursor, guint8 kind,
	  EntryPage *page, bsn_err *err)
{
	const WalkRange *range = &walk->ranges[cursor->range];
	const gboolean passed = cursor->at.len > 0;
	StoreKey from = passed ? cursor->at : range->from;
	StoreKey to = range->to;

	entry_page_init(page);
	if (kind != 0) {
		from.bytes[0] = kind;
		to = (StoreKey){ { (guint8)(kind + 1) }, 1 };
	}
	return entry_page_read(services.store, walk->channel->chain,
			       store_key_slice(&from), passed,
			       store_key_slice(&to), page, err);
}

static int32_t
merge_read(const Walk *walk, const WalkCursor *cursor, Merge *merge,
	   bsn_err *err)
{
	int32_t status = read_page(walk, cursor, 0, &merge->now, err);

	if (status == BSN_OK && walk->undo != 0 &&
	    walk->ranges[cursor->range].undo) {
		status = read_page(walk, cursor, walk->undo, &merge->before,
				   err);
	} else {
		entry_page_init(&merge->before);
		merge->before.ended = TRUE;
	}
	merge->rest[0] = buffer_slice(merge->now.memory);
	merge->rest[1] = buffer_slice(merge->before.memory);
	for (guint i = 0; i < 2; i++)
		merge->has[i] = entry_take(&merge->rest[i], &merge->next[i]);
	return status;
}

static void
pass(Merge *merge, guint which)
{
	merge->has[which] =
		entry_take(&merge->rest[which], &merge->next[which]);
}

/* < 0: what is there comes first; 0: it is the same key. */
static gint
merge_order(const Merge *merge)
{
	const bsn_slice now = merge->next[0].key;
	const bsn_slice before = merge->next[1].key;

	if (!merge->has[1])
		return -1;
	if (!merge->has[0])
		return 1;
	return slice_compare(bsn_slice_of(now.data + 1, now.len - 1),
			     bsn_slice_of(before.data + 1, before.len - 1));
}

/* The next entry, as it was; FALSE: another page must be read first. What was
 * replaced by nothing of that block is left out: `value` NULL. */
static gboolean
merge_next(const WalkRange *range, Merge *merge, StoreKey *key,
	   bsn_slice *value, gboolean *exists)
{
	const gint order = merge_order(merge);
	const guint which = order < 0 ? 0 : 1;

	if ((!merge->has[0] && !merge->now.ended) ||
	    (!merge->has[1] && !merge->before.ended) ||
	    (!merge->has[0] && !merge->has[1]))
		return FALSE;
	key->len = (guint)merge->next[which].key.len;
	memcpy(key->bytes, merge->next[which].key.data, key->len);
	key->bytes[0] = range->from.bytes[0];
	*exists = which == 0 || undo_read(merge->next[1].value, value);
	if (which == 0)
		*value = merge->next[0].value;
	pass(merge, which);
	if (order == 0)
		pass(merge, 0);
	return TRUE;
}

/* ---- walking ---- */

int32_t
walk_next(const Walk *walk, WalkCursor *cursor, GByteArray *part,
	  guint *entries, bsn_err *err)
{
	const WalkRange *range = &walk->ranges[cursor->range];
	g_auto(Merge) merge = { .rest = { { NULL, 0 } } };
	int32_t status = merge_read(walk, cursor, &merge, err);
	gboolean exists;
	bsn_slice value;
	StoreKey key;

	if (status != BSN_OK)
		return status;
	while (merge_next(range, &merge, &key, &value, &exists)) {
		cursor->at = key;
		if (!exists ||
		    !range->take(walk->block, store_key_slice(&key), &value))
			continue;
		entry_put(part, store_key_slice(&key), value);
		++*entries;
		if (part->len >= SNAPSHOT_PART_BYTES)
			return BSN_OK;
	}
	if (merge.has[0] || merge.has[1] || !merge.now.ended ||
	    !merge.before.ended)
		return BSN_OK;
	cursor->range++;
	cursor->at.len = 0;
	return BSN_OK;
}

/* ---- what may be there ---- */

static gboolean
knows_state(const Suite *suite, const LedgerHead *head, const Entry *entry)
{
	g_autoptr(StateItem) item = state_item_read(entry->key, entry->value);
	StoreKey key;

	if (item == NULL || private_state_key_is(item->key) ||
	    item->version.block >= head->height)
		return FALSE;
	key = store_key_state(suite, item->key);
	return bsn_slice_equal(store_key_slice(&key), entry->key);
}

static gboolean
is_key(const Entry *entry, StoreKey key)
{
	return bsn_slice_equal(entry->key, store_key_slice(&key));
}

gboolean
walk_knows(const Suite *suite, const LedgerHead *head, const Entry *entry)
{
	TxPlace place;

	switch (entry->key.data[0]) {
	case STORE_STATE:
		return knows_state(suite, head, entry);
	case STORE_TX:
		return entry->key.len == 1 + HASH_LEN &&
		       tx_place_read(entry->value, &place) &&
		       place.block < head->height;
	case STORE_BLOCK:
		return is_key(entry, store_key_block(head->last_config));
	case STORE_HASH:
		return entry->key.len == 1 + HASH_LEN && entry->value.len == 8;
	}
	return is_key(entry, record_key(head->last_config)) &&
	       entry->value.len == RECORD_TIME_LEN;
}
