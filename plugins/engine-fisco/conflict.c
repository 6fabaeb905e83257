/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/conflict.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/parallel-config.h"
#include "plugins/engine-fisco/table.h"

#define SELECTOR_BYTES 4u
#define WORD 32u

typedef struct {
	GHashTable *owners; /* key -> 1 + the last transaction that has it */
	guint *leader;      /* union-find, by transaction */
} Grouping;

static guint
key_hash(gconstpointer key)
{
	gsize len;
	const guint8 *data = g_bytes_get_data((GBytes *)key, &len);

	return table_hash(data, len);
}

static guint
find_leader(const Grouping *grouping, guint i)
{
	while (grouping->leader[i] != i) {
		grouping->leader[i] = grouping->leader[grouping->leader[i]];
		i = grouping->leader[i];
	}
	return i;
}

/* The earlier one leads. */
static void
join(const Grouping *grouping, guint a, guint b)
{
	guint first = find_leader(grouping, a);
	guint second = find_leader(grouping, b);

	grouping->leader[MAX(first, second)] = MIN(first, second);
}

static void
add_key(const Grouping *grouping, bsn_slice key, guint i)
{
	GBytes *bytes = g_bytes_new(key.data, key.len);
	guint owner = GPOINTER_TO_UINT(
		g_hash_table_lookup(grouping->owners, bytes));

	if (owner != 0)
		join(grouping, owner - 1, i);
	g_hash_table_replace(grouping->owners, bytes, GUINT_TO_POINTER(i + 1));
}

static void
unref_bytes(gpointer bytes)
{
	g_bytes_unref(bytes);
}

/* ---- declared keys ----------------------------------------------------- */

/* The 64-bit number in a word of the arguments. */
static gboolean
read_number(bsn_slice args, guint64 at, guint64 *number)
{
	static const guint8 zeros[WORD - sizeof(*number)];
	guint64 big_endian;

	if (at > args.len || args.len - at < WORD ||
	    memcmp(args.data + at, zeros, sizeof(zeros)) != 0)
		return FALSE;
	memcpy(&big_endian, args.data + at + sizeof(zeros),
	       sizeof(big_endian));
	*number = GUINT64_FROM_BE(big_endian);
	return TRUE;
}

/* An argument's bytes. Its type is not known: a word that may be the offset of
 * a string is taken for one. */
static bsn_slice
argument(bsn_slice args, guint64 index)
{
	guint64 offset, len;

	if (read_number(args, index * WORD, &offset) && offset > 0 &&
	    offset % WORD == 0 && read_number(args, offset, &len) &&
	    len <= args.len - offset - WORD)
		return bsn_slice_of(args.data + offset + WORD, len);
	return bsn_slice_of(args.data + index * WORD, WORD);
}

static void
add_argument(const Grouping *grouping, const Tx *tx, bsn_slice value, guint i)
{
	g_autoptr(GByteArray) key = g_byte_array_new();

	g_byte_array_append(key, tx->to.data, ADDRESS_LEN);
	g_byte_array_append(key, value.data, (guint)value.len);
	add_key(grouping, bsn_slice_of(key->data, key->len), i);
}

static void
add_declared(const Grouping *grouping, Overlay *state, const Tx *tx, guint i)
{
	guint64 criticals;
	bsn_slice args;

	if (tx->to.len != ADDRESS_LEN || tx->data.len < SELECTOR_BYTES ||
	    parallel_config_load(state, tx->to.data, tx->data.data,
				 &criticals) != BSN_OK)
		return;
	args = bsn_slice_of(tx->data.data + SELECTOR_BYTES,
			    tx->data.len - SELECTOR_BYTES);
	for (guint64 at = 0; at < MIN(criticals, args.len / WORD); at++)
		add_argument(grouping, tx, argument(args, at), i);
}

/* ---- senders ----------------------------------------------------------- */

/* Whether it matters to a transaction what others its sender sends: it names a
 * nonce, its contract's address comes of one, or it takes from the balance. */
static gboolean
needs_sender(const Tx *tx)
{
	return tx_is_ethereum(tx) || tx->to.len != ADDRESS_LEN ||
	       tx->value.len > 0;
}

/* ---- groups ------------------------------------------------------------ */

/* Strings the members of each group together in the block's order. */
static void
collect(const Grouping *grouping, guint n, ConflictGroups *groups)
{
	g_autofree guint *last = g_new(guint, n);

	for (guint i = 0; i < n; i++) {
		guint leader = find_leader(grouping, i);

		groups->next[i] = -1;
		if (leader == i)
			groups->first[groups->n++] = i;
		else
			groups->next[last[leader]] = (gint)i;
		last[leader] = i;
	}
}

void
conflict_group(Overlay *state, Tx *const *txs, guint n, ConflictGroups *groups)
{
	g_autoptr(GHashTable) owners = g_hash_table_new_full(
		key_hash, g_bytes_equal, unref_bytes, NULL);
	g_autofree guint *leader = g_new(guint, n);
	const Grouping grouping = { owners, leader };

	*groups = (ConflictGroups){ 0, g_new(guint, n), g_new(gint, n) };
	for (guint i = 0; i < n; i++) {
		leader[i] = i;
		if (needs_sender(txs[i]))
			add_key(&grouping,
				bsn_slice_of(txs[i]->sender, ADDRESS_LEN), i);
		add_declared(&grouping, state, txs[i], i);
	}
	collect(&grouping, n, groups);
}

void
conflict_groups_clear(ConflictGroups *groups)
{
	g_clear_pointer(&groups->first, g_free);
	g_clear_pointer(&groups->next, g_free);
	groups->n = 0;
}
