/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/evm/trie.h"

#include <string.h>

#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

typedef struct {
	guint8 *nibbles;
	guint n;
	GByteArray *value;
} Leaf;

struct Trie {
	const bsn_hash *keccak;
	gboolean secure; /* keys are hashed */
	GArray *leaves; /* Leaf */
};

static void
clear_leaf(gpointer leaf)
{
	g_byte_array_unref(((Leaf *)leaf)->value);
	g_free(((Leaf *)leaf)->nibbles);
}

Trie *
trie_new(const bsn_hash *keccak, gboolean secure)
{
	Trie *trie = g_new0(Trie, 1);

	trie->keccak = keccak;
	trie->secure = secure;
	trie->leaves = g_array_new(FALSE, FALSE, sizeof(Leaf));
	g_array_set_clear_func(trie->leaves, clear_leaf);
	return trie;
}

void
trie_free(Trie *trie)
{
	if (trie == NULL)
		return;
	g_array_unref(trie->leaves);
	g_free(trie);
}

void
trie_put(Trie *trie, bsn_slice key, bsn_slice value)
{
	guint8 digest[BSN_DIGEST_MAX];
	Leaf leaf;

	if (trie->secure) {
		g_assert_cmpint(trie->keccak->digest(&key, 1, digest), ==,
				BSN_OK);
		key = (bsn_slice){ digest, 32 };
	}
	leaf.n = 2 * (guint)key.len;
	leaf.nibbles = g_malloc(leaf.n + 1);
	for (guint i = 0; i < leaf.n; i++)
		leaf.nibbles[i] = i % 2 == 0 ? key.data[i / 2] >> 4 :
					       key.data[i / 2] & 15;
	leaf.value = g_byte_array_new();
	g_byte_array_append(leaf.value, value.data, (guint)value.len);
	g_array_append_val(trie->leaves, leaf);
}

static gint
compare_leaves(gconstpointer a, gconstpointer b)
{
	const Leaf *left = a, *right = b;
	int order = memcmp(left->nibbles, right->nibbles,
			   MIN(left->n, right->n));

	return order != 0 ? order : (left->n > right->n) - (left->n < right->n);
}

/* Nibbles from `from` to `to` in hex-prefix encoding (appendix C). */
static GByteArray *
hex_prefix(const guint8 *nibbles, guint from, guint to, gboolean is_leaf)
{
	GByteArray *out = g_byte_array_new();
	guint n = to - from;
	guint8 byte = (guint8)((is_leaf ? 0x20 : 0) | (n % 2 ? 0x10 : 0));

	if (n % 2)
		byte |= nibbles[from++];
	g_byte_array_append(out, &byte, 1);
	for (; from < to; from += 2) {
		byte = (guint8)(nibbles[from] << 4 | nibbles[from + 1]);
		g_byte_array_append(out, &byte, 1);
	}
	return out;
}

static GByteArray *encode_node(const Trie *trie, const Leaf *leaves, guint n,
			       guint depth);

/* What a parent holds of a node: the node when it is short, or its hash. */
static GByteArray *
reference(const Trie *trie, const Leaf *leaves, guint n, guint depth)
{
	g_autoptr(GByteArray) node = encode_node(trie, leaves, n, depth);
	bsn_slice bytes = buffer_slice(node);
	guint8 digest[BSN_DIGEST_MAX];
	RlpItem item;
	GByteArray *out;

	if (node->len < 32)
		return g_steal_pointer(&node);
	out = g_byte_array_new();
	g_assert_cmpint(trie->keccak->digest(&bytes, 1, digest), ==, BSN_OK);
	item = rlp_bytes((bsn_slice){ digest, 32 });
	rlp_put(out, &item);
	return out;
}

static GByteArray *
encode_pair(GByteArray *path, RlpItem second)
{
	GByteArray *out = g_byte_array_new();
	const RlpItem items[] = { rlp_bytes(buffer_slice(path)), second };

	rlp_put_list(out, items, 2);
	g_byte_array_unref(path);
	return out;
}

static GByteArray *
encode_branch(const Trie *trie, const Leaf *leaves, guint n, guint depth)
{
	GByteArray *children[16] = { NULL };
	RlpItem items[17];
	GByteArray *out = g_byte_array_new();
	guint at = leaves[0].n == depth; /* its value is the branch's own */

	items[16] = rlp_bytes((bsn_slice){ NULL, 0 });
	if (at > 0)
		items[16] = rlp_bytes(buffer_slice(leaves[0].value));
	for (guint8 i = 0; i < 16; i++) {
		guint from = at;

		while (at < n && leaves[at].nibbles[depth] == i)
			at++;
		items[i] = rlp_bytes((bsn_slice){ NULL, 0 });
		if (at == from)
			continue;
		children[i] = reference(trie, leaves + from, at - from,
					depth + 1);
		items[i] = rlp_raw(buffer_slice(children[i]));
	}
	rlp_put_list(out, items, 17);
	for (guint i = 0; i < 16; i++)
		if (children[i] != NULL)
			g_byte_array_unref(children[i]);
	return out;
}

/* Leaves are sorted and agree in their first `depth` nibbles. */
static GByteArray *
encode_node(const Trie *trie, const Leaf *leaves, guint n, guint depth)
{
	const guint8 *first = leaves[0].nibbles;
	const guint8 *last = leaves[n - 1].nibbles;
	guint shorter = MIN(leaves[0].n, leaves[n - 1].n);
	g_autoptr(GByteArray) child = NULL;
	guint common = depth;

	if (n == 1)
		return encode_pair(hex_prefix(first, depth, leaves[0].n, TRUE),
				   rlp_bytes(buffer_slice(leaves[0].value)));
	while (common < shorter && first[common] == last[common])
		common++;
	if (common == depth)
		return encode_branch(trie, leaves, n, depth);
	child = reference(trie, leaves, n, common);
	return encode_pair(hex_prefix(first, depth, common, FALSE),
			   rlp_raw(buffer_slice(child)));
}

void
trie_root(Trie *trie, guint8 *root)
{
	const guint8 nothing = 0x80; /* the empty string in RLP */
	g_autoptr(GByteArray) node = NULL;
	bsn_slice bytes = { &nothing, 1 };
	guint8 digest[BSN_DIGEST_MAX];

	g_array_sort(trie->leaves, compare_leaves);
	if (trie->leaves->len > 0) {
		node = encode_node(trie, (const Leaf *)(void *)
					 trie->leaves->data,
				   trie->leaves->len, 0);
		bytes = buffer_slice(node);
	}
	g_assert_cmpint(trie->keccak->digest(&bytes, 1, digest), ==, BSN_OK);
	memcpy(root, digest, 32);
}
