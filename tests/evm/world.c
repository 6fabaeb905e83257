/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/evm/world.h"

#include <string.h>

#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-evm/journal.h"
#include "tests/evm/trie.h"

static gint
compare_bytes(gconstpointer a, gconstpointer b, gpointer data)
{
	return g_bytes_compare(a, b);
}

static GBytes *
bytes_of(bsn_slice slice)
{
	return g_bytes_new(slice.data, slice.len);
}

static bsn_slice
slice_of(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	return (bsn_slice){ data, len };
}

/* ---- the state's functions ---------------------------------------------- */

static int32_t
world_get(bsn_state *state, bsn_slice key, bsn_sink *value)
{
	World *world = (World *)state;
	g_autoptr(GBytes) bytes = bytes_of(key);
	GBytes *found = g_tree_lookup(world->entries, bytes);
	bsn_slice slice;

	g_assert_cmpuint(key.len, <=, BSN_STATE_KEY_MAX);
	if (found == NULL)
		return BSN_NOT_FOUND;
	slice = slice_of(found);
	return value->write(value, slice.data, slice.len);
}

static int32_t
world_put(bsn_state *state, bsn_slice key, bsn_slice value)
{
	World *world = (World *)state;

	g_assert_cmpuint(key.len, <=, BSN_STATE_KEY_MAX);
	g_tree_replace(world->entries, bytes_of(key), bytes_of(value));
	world->changes++;
	return BSN_OK;
}

static int32_t
world_del(bsn_state *state, bsn_slice key)
{
	World *world = (World *)state;
	g_autoptr(GBytes) bytes = bytes_of(key);

	g_tree_remove(world->entries, bytes);
	world->changes++;
	return BSN_OK;
}

static int32_t
world_scan(bsn_state *state, bsn_slice from, bsn_slice to, bsn_scan_sink *sink)
{
	World *world = (World *)state;
	g_autoptr(GBytes) first = bytes_of(from);
	g_autoptr(GBytes) end = bytes_of(to);
	GTreeNode *node = g_tree_lower_bound(world->entries, first);

	for (; node != NULL; node = g_tree_node_next(node)) {
		int32_t status;

		if (to.len > 0 &&
		    g_bytes_compare(g_tree_node_key(node), end) >= 0)
			break;
		status = sink->entry(sink, slice_of(g_tree_node_key(node)),
				     slice_of(g_tree_node_value(node)));
		if (status != BSN_OK)
			return status;
	}
	return BSN_OK;
}

static int32_t
world_emit(bsn_state *state, bsn_slice contract, const bsn_slice *topics,
	   uint64_t n, bsn_slice data)
{
	World *world = (World *)state;
	GByteArray *log = g_byte_array_new();
	RlpItem topic_items[4];
	RlpItem items[3];

	g_assert_cmpuint(n, <=, 4);
	for (uint64_t i = 0; i < n; i++)
		topic_items[i] = rlp_bytes(topics[i]);
	items[0] = rlp_bytes(contract);
	items[1] = rlp_list(topic_items, n);
	items[2] = rlp_bytes(data);
	rlp_put_list(log, items, 3);
	g_ptr_array_add(world->logs, log);
	world->changes++;
	return BSN_OK;
}

/* As the test suite's tools make them: of the number in decimal. */
static int32_t
world_block_hash(bsn_state *state, uint64_t number, bsn_sink *hash)
{
	World *world = (World *)state;
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, number);
	bsn_slice part = { (const uint8_t *)text, strlen(text) };
	guint8 digest[BSN_DIGEST_MAX];

	g_assert_cmpint(world->keccak->digest(&part, 1, digest), ==, BSN_OK);
	return hash->write(hash, digest, 32);
}

static void
world_done(bsn_state *state, const bsn_outcome *outcome)
{
	World *world = (World *)state;

	world->outcomes++;
	world->status = outcome->status;
	world->used = outcome->budget_used;
	g_byte_array_set_size(world->output, 0);
	g_byte_array_append(world->output, outcome->output.data,
			    (guint)outcome->output.len);
	g_byte_array_set_size(world->created, 0);
	g_byte_array_append(world->created, outcome->created.data,
			    (guint)outcome->created.len);
	g_free(world->reason);
	world->reason = g_strndup((const char *)outcome->reason.data,
				  outcome->reason.len);
}

static void
unref_bytes(gpointer bytes)
{
	g_bytes_unref(bytes);
}

static void
unref_array(gpointer bytes)
{
	g_byte_array_unref(bytes);
}

World *
world_new(const bsn_hash *keccak)
{
	World *world = g_new0(World, 1);

	world->state = (bsn_state){ .size = sizeof(bsn_state),
				    .get = world_get,
				    .put = world_put,
				    .del = world_del,
				    .scan = world_scan,
				    .emit = world_emit,
				    .block_hash = world_block_hash,
				    .done = world_done };
	world->keccak = keccak;
	world->entries = g_tree_new_full(compare_bytes, NULL, unref_bytes,
					 unref_bytes);
	world->logs = g_ptr_array_new_with_free_func(unref_array);
	world->output = g_byte_array_new();
	world->created = g_byte_array_new();
	return world;
}

void
world_free(World *world)
{
	if (world == NULL)
		return;
	g_tree_unref(world->entries);
	g_ptr_array_unref(world->logs);
	g_byte_array_unref(world->output);
	g_byte_array_unref(world->created);
	g_free(world->reason);
	g_free(world);
}

/* ---- making and reading it ---------------------------------------------- */

static Address
address_of(const guint8 *bytes)
{
	Address address;

	memcpy(address.bytes, bytes, ADDRESS_LEN);
	return address;
}

void
world_put_account(World *world, const guint8 *bytes, guint64 nonce,
		  const guint8 *balance, bsn_slice code)
{
	Address address = address_of(bytes);
	AccountRecord record = { .nonce = nonce };
	guint8 digest[BSN_DIGEST_MAX];

	record.balance = u256_load(balance);
	record.has_code = code.len > 0;
	if (record.has_code) {
		Code *copy = code_new(code.data, code.len);

		g_assert_cmpint(world->keccak->digest(&code, 1, digest), ==,
				BSN_OK);
		memcpy(record.code_hash, digest, HASH_LEN);
		store_put_code(&world->state, digest, copy);
		code_unref(copy);
	}
	store_put_account(&world->state, &address, &record);
}

void
world_put_slot(World *world, const guint8 *bytes, const guint8 *slot,
	       const guint8 *value)
{
	Address address = address_of(bytes);
	U256 key = u256_load(slot);
	U256 word = u256_load(value);

	store_put_slot(&world->state, &address, 0, &key, &word);
}

gboolean
world_account(World *world, const guint8 *bytes, guint64 *nonce,
	      guint8 *balance)
{
	Address address = address_of(bytes);
	AccountRecord record;
	gboolean found = store_get_account(&world->state, &address, &record) ==
			 BSN_OK;

	*nonce = record.nonce;
	if (balance != NULL)
		u256_store(&record.balance, balance);
	return found;
}

gboolean
world_has_code(World *world, const guint8 *bytes)
{
	Address address = address_of(bytes);
	AccountRecord record;

	return store_get_account(&world->state, &address, &record) == BSN_OK &&
	       record.has_code;
}

void
world_slot(World *world, const guint8 *bytes, const guint8 *slot,
	   guint8 *value)
{
	Address address = address_of(bytes);
	U256 key = u256_load(slot);
	AccountRecord record;
	U256 word;

	(void)store_get_account(&world->state, &address, &record);
	g_assert_cmpint(store_get_slot(&world->state, &address, record.life,
				       &key, &word),
			==, BSN_OK);
	u256_store(&word, value);
}

/* ---- roots -------------------------------------------------------------- */

typedef struct {
	bsn_scan_sink sink;
	World *world;
	Trie *trie;
} RootWalk;

static int32_t
add_slot(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	RootWalk *walk = (RootWalk *)sink;
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	RlpItem item = rlp_bytes(value);

	rlp_put(encoded, &item);
	trie_put(walk->trie, (bsn_slice){ key.data + key.len - 32, 32 },
		 buffer_slice(encoded));
	return BSN_OK;
}

static void
storage_root(World *world, const Address *address, uint64_t life,
	     guint8 *root)
{
	g_autoptr(Trie) trie = trie_new(world->keccak, TRUE);
	RootWalk walk = { { add_slot }, world, trie };
	guint8 from[1 + ADDRESS_LEN + 8 + 33] = { life == 0 ? 's' : 'S' };
	guint8 to[sizeof(from)];
	guint len = 1 + ADDRESS_LEN;

	memcpy(from + 1, address, ADDRESS_LEN);
	if (life != 0) {
		u256_store_be64(from + len, life);
		len += 8;
	}
	memcpy(to, from, len);
	memset(to + len, 0xff, 33);
	world_scan(&world->state, (bsn_slice){ from, len },
		   (bsn_slice){ to, len + 33 }, &walk.sink);
	trie_root(trie, root);
}

static int32_t
add_account(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	RootWalk *walk = (RootWalk *)sink;
	Address address = address_of(key.data + 1);
	AccountRecord record;
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	guint8 root[32];
	guint8 code_hash[BSN_DIGEST_MAX];
	RlpItem items[4];

	(void)store_get_account(&walk->world->state, &address, &record);
	storage_root(walk->world, &address, record.life, root);
	walk->world->keccak->digest(NULL, 0, code_hash);
	if (record.has_code)
		memcpy(code_hash, record.code_hash, 32);
	items[0] = rlp_integer((bsn_slice){ value.data, 8 });
	items[1] = rlp_integer((bsn_slice){ value.data + 8, 32 });
	items[2] = rlp_bytes((bsn_slice){ root, 32 });
	items[3] = rlp_bytes((bsn_slice){ code_hash, 32 });
	rlp_put_list(encoded, items, 4);
	trie_put(walk->trie, (bsn_slice){ address.bytes, ADDRESS_LEN },
		 buffer_slice(encoded));
	return BSN_OK;
}

void
world_root(World *world, guint8 *root)
{
	g_autoptr(Trie) trie = trie_new(world->keccak, TRUE);
	RootWalk walk = { { add_account }, world, trie };

	world_scan(&world->state, (bsn_slice){ (const uint8_t *)"a", 1 },
		   (bsn_slice){ (const uint8_t *)"b", 1 }, &walk.sink);
	trie_root(trie, root);
}

void
world_logs_hash(World *world, guint8 *digest)
{
	g_autofree RlpItem *items = g_new(RlpItem, world->logs->len + 1);
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	guint8 full[BSN_DIGEST_MAX];
	bsn_slice bytes;

	for (guint i = 0; i < world->logs->len; i++)
		items[i] = rlp_raw(buffer_slice(world->logs->pdata[i]));
	rlp_put_list(encoded, items, world->logs->len);
	bytes = buffer_slice(encoded);
	g_assert_cmpint(world->keccak->digest(&bytes, 1, full), ==, BSN_OK);
	memcpy(digest, full, 32);
}
