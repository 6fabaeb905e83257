/* SPDX-License-Identifier: Apache-2.0
 *
 * What may be missing here: keys whose values did not come with their blocks.
 * Whether one is missing is for the digest of now to say, so what is written
 * again, expires or comes with another block needs no care.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* 'm' 'k', both names with their NULs, the digest. */
#define KEY_MAX \
	(2 + CHAINCODE_NAME_MAX + 1 + COLLECTION_NAME_MAX + 1 + HASH_LEN)
G_STATIC_ASSERT(KEY_MAX <= BSN_STORE_KEY_MAX);

static const char prefix[] = { 'm', 'k' };
static const char prefix_end[] = { 'm', 'k' + 1 };

void
missing_clear(Missing *missing)
{
	g_clear_pointer(&missing->namespace, g_free);
	g_clear_pointer(&missing->collection, g_free);
}

static void
clear_one(gpointer data)
{
	missing_clear(data);
}

GArray *
missing_list_new(void)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(Missing));

	g_array_set_clear_func(list, clear_one);
	return list;
}

/* ---- names ---- */

static StoreKey
make_key(const char *namespace, const char *collection, bsn_slice key_hash)
{
	const bsn_slice parts[] = {
		bsn_slice_of(prefix, sizeof(prefix)),
		bsn_slice_of(namespace, strlen(namespace) + 1),
		bsn_slice_of(collection, strlen(collection) + 1),
		key_hash,
	};
	StoreKey key = { .len = 0 };

	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_assert(key.len + parts[i].len <= sizeof(key.bytes));
		memcpy(key.bytes + key.len, parts[i].data,
		       (gsize)parts[i].len);
		key.len += (guint)parts[i].len;
	}
	return key;
}

/* A text up to its NUL; NULL: there is none. */
static char *
read_text(Wire *wire)
{
	const guint8 *end = wire->rest.len > 0
				    ? memchr(wire->rest.data, 0,
					     (gsize)wire->rest.len)
				    : NULL;
	char *text;

	if (end == NULL)
		return NULL;
	text = g_strdup((const char *)wire->rest.data);
	(void)wire_bytes(wire, (guint64)(end - wire->rest.data) + 1);
	return text;
}

static gboolean
read_one(bsn_slice key, Missing *missing)
{
	Wire wire = wire_of(key);
	bsn_slice hash;

	(void)wire_bytes(&wire, sizeof(prefix));
	missing->namespace = read_text(&wire);
	missing->collection = read_text(&wire);
	hash = wire_bytes(&wire, HASH_LEN);
	if (missing->namespace == NULL || missing->collection == NULL ||
	    !wire_end(&wire))
		return FALSE;
	memcpy(missing->key_hash, hash.data, HASH_LEN);
	return TRUE;
}

/* ---- entries ---- */

void
missing_put(LedgerBatch *batch, const char *namespace, const char *collection,
	    bsn_slice key_hash)
{
	const StoreKey key = make_key(namespace, collection, key_hash);

	ledger_batch_put(batch, store_key_slice(&key), bsn_slice_of(NULL, 0));
}

void
missing_delete(LedgerBatch *batch, const Missing *missing)
{
	const StoreKey key =
		make_key(missing->namespace, missing->collection,
			 bsn_slice_of(missing->key_hash, HASH_LEN));

	ledger_batch_delete(batch, store_key_slice(&key));
}

/* ---- pages ---- */

typedef struct {
	bsn_scan_sink sink;
	GByteArray *cursor;
	GArray *list;
	guint left;
	gboolean full;
} PageSink;

/* The least key behind this one. */
static void
move_behind(GByteArray *cursor, bsn_slice key)
{
	static const guint8 nul = 0;

	g_byte_array_set_size(cursor, 0);
	g_byte_array_append(cursor, key.data, (guint)key.len);
	g_byte_array_append(cursor, &nul, 1);
}

static int32_t
page_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	PageSink *page = (PageSink *)sink;
	Missing one = { 0 };

	if (page->left == 0) {
		page->full = TRUE;
		return BSN_TOO_LARGE;
	}
	(void)value;
	if (!read_one(key, &one)) {
		missing_clear(&one);
		return BSN_E_CORRUPT;
	}
	g_array_append_val(page->list, one);
	move_behind(page->cursor, key);
	page->left--;
	return BSN_OK;
}

int32_t
missing_page(const Privacy *privacy, GByteArray *cursor, guint n, GArray *list,
	     gboolean *ended, bsn_err *err)
{
	const LedgerStore *store = &privacy->channel->ledger->state.store;
	g_autoptr(GByteArray) from = g_byte_array_new();
	PageSink page = { { page_entry }, cursor, list, n, FALSE };
	int32_t status;

	if (cursor->len > 0)
		wire_put_bytes(from, buffer_slice(cursor));
	else
		wire_put_bytes(from, bsn_slice_of(prefix, sizeof(prefix)));
	status = store->table->scan(
		store->chain, buffer_slice(from),
		bsn_slice_of(prefix_end, sizeof(prefix_end)), 0, &page.sink,
		err);
	*ended = !page.full;
	if (page.full)
		return BSN_OK;
	return status == BSN_E_CORRUPT
		       ? bsn_fail(err, status,
				  "a note that private data is missing cannot "
				  "be read back")
		       : status;
}

/* ---- what the state says ---- */

static gboolean
is_same_version(Version a, Version b)
{
	return a.block == b.block && a.tx == b.tx;
}

int32_t
missing_look(const Channel *channel, Missing *missing, StateItem **digest,
	     bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(StateItem) value = NULL;
	const State *state = &channel->ledger->state;
	const bsn_slice namespace = bsn_slice_str(missing->namespace);
	const bsn_slice collection = bsn_slice_str(missing->collection);
	const bsn_slice hash = bsn_slice_of(missing->key_hash, HASH_LEN);
	int32_t status = state_get(
		state, state_key(&arena, namespace, collection, hash), digest,
		err);

	if (status != BSN_OK || *digest == NULL)
		return status;
	missing->version = (*digest)->version;
	status = private_find(state, namespace, collection, hash, &value, err);
	if (status != BSN_OK ||
	    (value != NULL && is_same_version(value->version, missing->version)))
		g_clear_pointer(digest, state_item_unref);
	return status;
}

/* ---- a question ---- */

static gboolean
is_same_collection(const Missing *a, const Missing *b)
{
	return strcmp(a->namespace, b->namespace) == 0 &&
	       strcmp(a->collection, b->collection) == 0;
}

void
missing_put_question(GByteArray *out, const GArray *asked)
{
	g_auto(Arena) arena = ARENA_INIT;
	Bsn__Private__Take take = BSN__PRIVATE__TAKE__INIT;
	Bsn__Private__TakeCollection *of = NULL;

	take.collections =
		arena_room(&arena, asked->len * sizeof(*take.collections));
	for (guint i = 0; i < asked->len; i++) {
		Missing *one = &g_array_index(asked, Missing, i);
		Bsn__Private__TakeKey *key = arena_room(&arena, sizeof(*key));

		if (i == 0 || !is_same_collection(one, one - 1)) {
			of = arena_room(&arena, sizeof(*of));
			bsn__private__take_collection__init(of);
			of->namespace_ = one->namespace;
			of->collection = one->collection;
			of->keys = arena_room(&arena, (asked->len - i) *
							      sizeof(*of->keys));
			take.collections[take.n_collections++] = of;
		}
		bsn__private__take_key__init(key);
		key->key_hash =
			(ProtobufCBinaryData){ HASH_LEN, one->key_hash };
		key->block = one->version.block;
		key->tx = one->version.tx;
		of->keys[of->n_keys++] = key;
	}
	message_append(out, &take);
}
