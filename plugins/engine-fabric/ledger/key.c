/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/key.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/wire.h"

bsn_slice
state_key(Arena *arena, bsn_slice namespace, bsn_slice collection,
	  bsn_slice key)
{
	const gsize len = (gsize)(namespace.len + collection.len + key.len) + 2;
	guint8 *bytes = arena_room(arena, len);
	guint8 *at = bytes;

	if (namespace.len > 0)
		memcpy(at, namespace.data, (gsize) namespace.len);
	at += namespace.len + 1;
	if (collection.len > 0)
		memcpy(at, collection.data, (gsize)collection.len);
	at += collection.len + 1;
	if (key.len > 0)
		memcpy(at, key.data, (gsize)key.len);
	return bsn_slice_of(bytes, len);
}

/* What is before the first NUL; the rest is behind it. */
static gboolean
cut(bsn_slice *rest, bsn_slice *part)
{
	const guint8 *nul =
		rest->len > 0 ? memchr(rest->data, 0, (gsize)rest->len) : NULL;

	if (nul == NULL)
		return FALSE;
	*part = bsn_slice_of(rest->data, (guint64)(nul - rest->data));
	*rest = bsn_slice_of(nul + 1, rest->len - part->len - 1);
	return TRUE;
}

gboolean
state_key_split(bsn_slice state_key, bsn_slice *namespace,
		bsn_slice *collection, bsn_slice *key)
{
	*key = state_key;
	return cut(key, namespace) && cut(key, collection);
}

gboolean
state_key_is_public(bsn_slice state_key)
{
	bsn_slice namespace;

	return cut(&state_key, &namespace) && state_key.len > 0 &&
	       state_key.data[0] == 0;
}

gint
key_compare_data(gconstpointer a, gconstpointer b, gpointer unused)
{
	return slice_compare(*(const bsn_slice *)a, *(const bsn_slice *)b);
}

static void
put(StoreKey *key, bsn_slice bytes)
{
	if (bytes.len > 0)
		memcpy(key->bytes + key->len, bytes.data, (gsize)bytes.len);
	key->len += (guint)bytes.len;
}

static void
put_number(StoreKey *key, guint64 number)
{
	const guint64 big_endian = GUINT64_TO_BE(number);

	put(key, bsn_slice_of(&big_endian, sizeof(big_endian)));
}

/* A digest cannot fail but for want of memory, with which GLib ends as well. */
static void
put_digest(const Suite *suite, StoreKey *key, bsn_slice bytes)
{
	if (suite_digest(suite, &bytes, 1, key->bytes + key->len) != BSN_OK)
		g_error("the ledger cannot digest a key");
	key->len += HASH_LEN;
}

static StoreKey
key_of_number(guint8 kind, guint64 number)
{
	StoreKey key = { { kind }, 1 };

	put_number(&key, number);
	return key;
}

static StoreKey
key_of_digest(guint8 kind, const Suite *suite, bsn_slice bytes)
{
	StoreKey key = { { kind }, 1 };

	put_digest(suite, &key, bytes);
	return key;
}

StoreKey
store_key_head(void)
{
	return (StoreKey){ { STORE_HEAD }, 1 };
}

StoreKey
store_key_block(guint64 number)
{
	return key_of_number(STORE_BLOCK, number);
}

StoreKey
store_key_hash(bsn_slice hash)
{
	StoreKey key = { { STORE_HASH }, 1 };

	put(&key, bsn_slice_of(hash.data, MIN(hash.len, HASH_LEN)));
	return key;
}

StoreKey
store_key_tx(const Suite *suite, bsn_slice tx_id)
{
	return key_of_digest(STORE_TX, suite, tx_id);
}

StoreKey
store_key_state_from(bsn_slice state_key)
{
	StoreKey key = { { STORE_STATE }, 1 };

	put(&key,
	    bsn_slice_of(state_key.data, MIN(state_key.len, STATE_KEY_PLAIN)));
	return key;
}

StoreKey
store_key_state(const Suite *suite, bsn_slice state_key)
{
	StoreKey key = store_key_state_from(state_key);

	if (state_key.len > STATE_KEY_PLAIN)
		put_digest(suite, &key, state_key);
	return key;
}

StoreKey
store_key_history(const Suite *suite, bsn_slice state_key, guint64 block,
		  guint64 tx)
{
	StoreKey key = key_of_digest(STORE_HISTORY, suite, state_key);

	put_number(&key, block);
	put_number(&key, tx);
	return key;
}

StoreKey
store_key_deletion(const Suite *suite, bsn_slice state_key)
{
	return key_of_digest(STORE_HISTORY, suite, state_key);
}

StoreKey
store_key_trail(guint64 number)
{
	return key_of_number(STORE_TRAIL, number);
}

StoreKey
store_key_expiry_from(guint64 block)
{
	return key_of_number(STORE_EXPIRY, block);
}

StoreKey
store_key_expiry(const Suite *suite, guint64 block, bsn_slice state_key)
{
	StoreKey key = store_key_expiry_from(block);

	put_digest(suite, &key, state_key);
	return key;
}

StoreKey
store_key_private(const Suite *suite, bsn_slice state_key)
{
	return key_of_digest(STORE_PRIVATE, suite, state_key);
}

gboolean
store_key_read_history(bsn_slice store_key, guint64 *block, guint64 *tx)
{
	Wire wire = wire_of(store_key);

	(void)wire_bytes(&wire, 1 + HASH_LEN);
	*block = wire_u64(&wire);
	*tx = wire_u64(&wire);
	return wire_end(&wire);
}
