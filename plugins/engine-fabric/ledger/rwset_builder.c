/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/rwset_builder.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/rwset_private.h"
#include "plugins/kit/sink.h"

/* The entries lie in the arena. */
static GTree *
entries_new(void)
{
	return g_tree_new_full(key_compare_data, NULL, NULL, NULL);
}

static void
collection_free(gpointer data)
{
	RwsetCollection *collection = data;

	g_tree_unref(collection->reads);
	g_tree_unref(collection->writes);
	g_tree_unref(collection->metadata);
	g_tree_unref(collection->open);
	g_tree_unref(collection->described);
	g_free(collection);
}

static void
namespace_free(gpointer data)
{
	RwsetNamespace *ns = data;

	g_tree_unref(ns->collections);

	g_tree_unref(ns->reads);
	g_tree_unref(ns->writes);
	g_tree_unref(ns->metadata);
	g_ptr_array_unref(ns->ranges);
	g_free(ns);
}

void
rwset_builder_init(RwsetBuilder *builder, const Suite *suite, Arena *arena)
{
	builder->suite = suite;
	builder->arena = arena;
	builder->namespaces =
		g_tree_new_full(key_compare_data, NULL, NULL, namespace_free);
}

void
rwset_builder_clear(RwsetBuilder *builder)
{
	g_clear_pointer(&builder->namespaces, g_tree_unref);
}

static bsn_slice
keep(RwsetBuilder *builder, bsn_slice bytes)
{
	return bsn_slice_of(
		arena_copy(builder->arena, bytes.data, (gsize)bytes.len),
		bytes.len);
}

static RwsetNamespace *
namespace_of(RwsetBuilder *builder, bsn_slice name)
{
	RwsetNamespace *ns = g_tree_lookup(builder->namespaces, &name);

	if (ns != NULL)
		return ns;
	ns = g_new(RwsetNamespace, 1);
	*ns = (RwsetNamespace){ keep(builder, name), entries_new(),	   entries_new(),
			   entries_new(),	g_ptr_array_new(), NULL };
	ns->collections =
		g_tree_new_full(key_compare_data, NULL, NULL, collection_free);
	g_tree_insert(builder->namespaces, &ns->name, ns);
	return ns;
}

static RwsetCollection *
collection_of(RwsetBuilder *builder, bsn_slice namespace, bsn_slice name)
{
	RwsetNamespace *ns = namespace_of(builder, namespace);
	RwsetCollection *collection = g_tree_lookup(ns->collections, &name);

	if (collection != NULL)
		return collection;
	collection = g_new(RwsetCollection, 1);
	*collection = (RwsetCollection){
		.name = keep(builder, name),
		.reads = entries_new(),
		.writes = entries_new(),
		.metadata = entries_new(),
		.open = entries_new(),
		.described = entries_new(),
	};
	g_tree_insert(ns->collections, &collection->name, collection);
	return collection;
}

/* A key that an entry of a tree has, where the tree can keep it. */
static void
put_entry(RwsetBuilder *builder, GTree *entries, ProtobufCBinaryData key,
	  void *entry)
{
	bsn_slice *name = arena_room(builder->arena, sizeof(*name));

	*name = message_slice(key);
	g_tree_replace(entries, name, entry);
}

static Kvrwset__Version *
keep_version(RwsetBuilder *builder, const Version *version)
{
	Kvrwset__Version *kept;

	if (version == NULL)
		return NULL;
	kept = arena_room(builder->arena, sizeof(*kept));
	kvrwset__version__init(kept);
	kept->block_num = version->block;
	kept->tx_num = version->tx;
	return kept;
}

/* ---- gathering ---- */

void
rwset_builder_read(RwsetBuilder *builder, bsn_slice namespace, bsn_slice key,
		   const Version *version)
{
	Kvrwset__KVRead *read = arena_room(builder->arena, sizeof(*read));

	kvrwset__kvread__init(read);
	read->key = message_bytes(keep(builder, key));
	read->version = keep_version(builder, version);
	put_entry(builder, namespace_of(builder, namespace)->reads, read->key,
		  read);
}

static void
put_write(RwsetBuilder *builder, GTree *writes, bsn_slice key, bsn_slice value)
{
	Kvrwset__KVWrite *write = arena_room(builder->arena, sizeof(*write));

	kvrwset__kvwrite__init(write);
	write->key = message_bytes(keep(builder, key));
	write->is_delete = value.len == 0;
	write->value = message_bytes(keep(builder, value));
	put_entry(builder, writes, write->key, write);
}

void
rwset_builder_write(RwsetBuilder *builder, bsn_slice namespace, bsn_slice key,
		    bsn_slice value)
{
	put_write(builder, namespace_of(builder, namespace)->writes, key,
		  value);
}

static Kvrwset__KVMetadataEntry **
keep_entries(RwsetBuilder *builder, const MetadataEntry *entries, gsize n)
{
	Kvrwset__KVMetadataEntry **kept =
		arena_room(builder->arena, n * sizeof(*kept));

	for (gsize i = 0; i < n; i++) {
		kept[i] = arena_room(builder->arena, sizeof(*kept[i]));
		kvrwset__kvmetadata_entry__init(kept[i]);
		kept[i]->name = arena_copy(builder->arena, entries[i].name,
					   strlen(entries[i].name));
		kept[i]->value = message_bytes(keep(builder, entries[i].value));
	}
	return kept;
}

void
rwset_builder_describe(RwsetBuilder *builder, bsn_slice namespace,
		       bsn_slice key, const MetadataEntry *entries, gsize n)
{
	Kvrwset__KVMetadataWrite *write =
		arena_room(builder->arena, sizeof(*write));

	kvrwset__kvmetadata_write__init(write);
	write->key = message_bytes(keep(builder, key));
	write->n_entries = n;
	write->entries = keep_entries(builder, entries, n);
	put_entry(builder, namespace_of(builder, namespace)->metadata,
		  write->key, write);
}

/* ---- gathering what goes in by its digest ---- */

/* The algorithms do not fail on bytes in memory. */
ProtobufCBinaryData
rwset_digest(RwsetBuilder *builder, bsn_slice bytes)
{
	guint8 *hash = arena_room(builder->arena, HASH_LEN);

	(void)suite_digest(builder->suite, &bytes, 1, hash);
	return (ProtobufCBinaryData){ HASH_LEN, hash };
}

void
rwset_builder_read_hashed(RwsetBuilder *builder, bsn_slice namespace,
			  bsn_slice collection, bsn_slice key,
			  const Version *version)
{
	Kvrwset__KVReadHash *read = arena_room(builder->arena, sizeof(*read));

	kvrwset__kvread_hash__init(read);
	read->key_hash = rwset_digest(builder, key);
	read->version = keep_version(builder, version);
	put_entry(builder, collection_of(builder, namespace, collection)->reads,
		  message_bytes(keep(builder, key)), read);
}

static Kvrwset__KVWriteHash *
put_write_hash(RwsetBuilder *builder, RwsetCollection *to, bsn_slice key,
	       bsn_slice value)
{
	Kvrwset__KVWriteHash *write =
		arena_room(builder->arena, sizeof(*write));

	kvrwset__kvwrite_hash__init(write);
	write->key_hash = rwset_digest(builder, key);
	write->is_delete = value.len == 0;
	if (value.len > 0)
		write->value_hash = rwset_digest(builder, value);
	put_entry(builder, to->writes, message_bytes(keep(builder, key)),
		  write);
	put_write(builder, to->open, key, value);
	return write;
}

void
rwset_builder_write_hashed(RwsetBuilder *builder, bsn_slice namespace,
			   bsn_slice collection, bsn_slice key, bsn_slice value)
{
	(void)put_write_hash(builder,
			     collection_of(builder, namespace, collection), key,
			     value);
}

void
rwset_builder_purge_hashed(RwsetBuilder *builder, bsn_slice namespace,
			   bsn_slice collection, bsn_slice key)
{
	put_write_hash(builder, collection_of(builder, namespace, collection),
		       key, bsn_slice_of(NULL, 0))
		->is_purge = TRUE;
}

/* What members are given names the key alone: that is how Fabric's tell whose
 * version has changed. */
void
rwset_builder_describe_hashed(RwsetBuilder *builder, bsn_slice namespace,
			      bsn_slice collection, bsn_slice key,
			      const MetadataEntry *entries, gsize n)
{
	RwsetCollection *to = collection_of(builder, namespace, collection);
	Kvrwset__KVMetadataWriteHash *write =
		arena_room(builder->arena, sizeof(*write));
	Kvrwset__KVMetadataWrite *open =
		arena_room(builder->arena, sizeof(*open));

	kvrwset__kvmetadata_write_hash__init(write);
	write->key_hash = rwset_digest(builder, key);
	write->n_entries = n;
	write->entries = keep_entries(builder, entries, n);
	kvrwset__kvmetadata_write__init(open);
	open->key = message_bytes(keep(builder, key));
	put_entry(builder, to->metadata, open->key, write);
	put_entry(builder, to->described, open->key, open);
}

void
rwset_builder_keep_open(RwsetBuilder *builder, bsn_slice namespace,
			bsn_slice collection)
{
	collection_of(builder, namespace, collection)->is_private = TRUE;
}

/* ---- ranges ---- */

static gboolean
has_range(const RwsetNamespace *ns, bsn_slice start, bsn_slice end,
	  gboolean exhausted)
{
	for (guint i = 0; i < ns->ranges->len; i++) {
		const Kvrwset__RangeQueryInfo *other = ns->ranges->pdata[i];

		if (other->itr_exhausted == exhausted &&
		    bsn_slice_equal(message_slice(other->start_key), start) &&
		    bsn_slice_equal(message_slice(other->end_key), end))
			return TRUE;
	}
	return FALSE;
}

/* Either the summary, or the reads; neither when there are none. */
static void
put_results(RwsetBuilder *builder, Kvrwset__RangeQueryInfo *range,
	    QueryResults *results)
{
	Kvrwset__QueryReadsMerkleSummary *summary =
		query_results_finish(results, builder->arena);

	if (summary != NULL) {
		range->reads_info_case =
			KVRWSET__RANGE_QUERY_INFO__READS_INFO_READS_MERKLE_HASHES;
		range->reads_merkle_hashes = summary;
	} else if (results->n_reads > 0) {
		range->reads_info_case =
			KVRWSET__RANGE_QUERY_INFO__READS_INFO_RAW_READS;
		range->raw_reads = message_unpack(
			builder->arena, &kvrwset__query_reads__descriptor,
			buffer_slice(results->reads), NULL, NULL);
	}
}

void
rwset_builder_range(RwsetBuilder *builder, bsn_slice namespace, bsn_slice start,
		    bsn_slice end, gboolean exhausted, QueryResults *results)
{
	RwsetNamespace *ns = namespace_of(builder, namespace);
	Kvrwset__RangeQueryInfo *range;

	if (has_range(ns, start, end, exhausted))
		return;
	range = arena_room(builder->arena, sizeof(*range));
	kvrwset__range_query_info__init(range);
	range->start_key = message_bytes(keep(builder, start));
	range->end_key = message_bytes(keep(builder, end));
	range->itr_exhausted = exhausted;
	put_results(builder, range, results);
	g_ptr_array_add(ns->ranges, range);
}
