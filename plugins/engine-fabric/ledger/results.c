/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/results.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"

void
query_results_init(QueryResults *results, const Suite *suite, guint degree)
{
	*results = (QueryResults){
		.suite = *suite,
		.degree = degree,
		.reads = g_byte_array_new(),
	};
}

void
query_results_clear(QueryResults *results)
{
	g_clear_pointer(&results->reads, g_byte_array_unref);
	for (guint i = 0; i < RESULTS_LEVELS_MAX; i++)
		g_clear_pointer(&results->levels[i], g_byte_array_unref);
}

/* ---- the tree ---- */

static guint
level_len(const QueryResults *results, guint level)
{
	return results->levels[level] != NULL
		       ? results->levels[level]->len / HASH_LEN
		       : 0;
}

static void
push(QueryResults *results, guint level, const guint8 *digest)
{
	if (results->levels[level] == NULL)
		results->levels[level] = g_byte_array_new();
	g_byte_array_append(results->levels[level], digest, HASH_LEN);
	if (level > results->top)
		results->top = level;
}

/* All of what was gathered becomes one digest of a level. */
static void
digest_to(QueryResults *results, GByteArray *from, guint level)
{
	const bsn_slice bytes = buffer_slice(from);
	guint8 digest[HASH_LEN];

	if (suite_digest(&results->suite, &bytes, 1, digest) != BSN_OK)
		g_error("the results of a query cannot be digested");
	g_byte_array_set_size(from, 0);
	push(results, level, digest);
}

static void
add_leaf(QueryResults *results)
{
	guint level = 0;

	digest_to(results, results->reads, level);
	results->n_reads = 0;
	results->has_leaves = TRUE;
	for (; level_len(results, level) > results->degree; level++)
		digest_to(results, results->levels[level], level + 1);
}

/* What is left over below the top is lifted, a single digest as it is. */
static void
lift(QueryResults *results)
{
	for (guint level = 0; level < results->top; level++) {
		const guint len = level_len(results, level);
		guint8 digest[HASH_LEN];

		if (len == 1) {
			memcpy(digest, results->levels[level]->data, HASH_LEN);
			g_byte_array_set_size(results->levels[level], 0);
			push(results, level + 1, digest);
		} else if (len > 1) {
			digest_to(results, results->levels[level], level + 1);
		}
	}
	if (level_len(results, results->top) > results->degree)
		digest_to(results, results->levels[results->top],
			  results->top + 1);
}

/* ---- reads ---- */

/* A repeated field is the encodings of its entries in a row. */
void
query_results_add(QueryResults *results, const StateItem *item)
{
	Kvrwset__Version version = KVRWSET__VERSION__INIT;
	Kvrwset__KVRead read = KVRWSET__KVREAD__INIT;
	Kvrwset__KVRead *list[] = { &read };
	Kvrwset__QueryReads reads = KVRWSET__QUERY_READS__INIT;
	bsn_slice namespace;
	bsn_slice collection;
	bsn_slice key = bsn_slice_of(NULL, 0);

	(void)state_key_split(item->key, &namespace, &collection, &key);
	version.block_num = item->version.block;
	version.tx_num = item->version.tx;
	read.key = message_bytes(key);
	read.version = &version;
	reads.n_kv_reads = 1;
	reads.kv_reads = list;
	message_append(results->reads, &reads);
	if (++results->n_reads > results->degree)
		add_leaf(results);
}

Kvrwset__QueryReadsMerkleSummary *
query_results_finish(QueryResults *results, Arena *arena)
{
	Kvrwset__QueryReadsMerkleSummary *summary;
	const GByteArray *top;

	if (!results->has_leaves)
		return NULL;
	if (results->n_reads > 0)
		add_leaf(results);
	lift(results);
	top = results->levels[results->top];
	summary = arena_room(arena, sizeof(*summary));
	kvrwset__query_reads_merkle_summary__init(summary);
	summary->max_degree = results->degree;
	summary->max_level = results->top + 1;
	summary->n_max_level_hashes = top->len / HASH_LEN;
	summary->max_level_hashes =
		arena_room(arena, summary->n_max_level_hashes *
					  sizeof(*summary->max_level_hashes));
	for (gsize i = 0; i < summary->n_max_level_hashes; i++)
		summary->max_level_hashes[i] = message_bytes(bsn_slice_of(
			arena_copy(arena, top->data + i * HASH_LEN, HASH_LEN),
			HASH_LEN));
	return summary;
}

gboolean
query_summary_equal(const Kvrwset__QueryReadsMerkleSummary *a,
		    const Kvrwset__QueryReadsMerkleSummary *b)
{
	if (a->max_degree != b->max_degree || a->max_level != b->max_level ||
	    a->n_max_level_hashes != b->n_max_level_hashes)
		return FALSE;
	for (gsize i = 0; i < a->n_max_level_hashes; i++)
		if (!bsn_slice_equal(message_slice(a->max_level_hashes[i]),
				     message_slice(b->max_level_hashes[i])))
			return FALSE;
	return TRUE;
}
