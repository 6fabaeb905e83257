/* SPDX-License-Identifier: Apache-2.0
 *
 * What was gathered becomes a TxReadWriteSet, and what members of collections
 * are given of it a TxPvtReadWriteSet.
 */
#include "ledger/rwset/rwset.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/rwset_private.h"

typedef struct {
	void **list;
	gsize n;
} List;

static gboolean
list_entry(gpointer key, gpointer value, gpointer data)
{
	List *list = data;

	list->list[list->n++] = value;
	return FALSE;
}

static List
list_of(RwsetBuilder *builder, GTree *entries)
{
	List list = {
		arena_room(builder->arena,
			   (gsize)g_tree_nnodes(entries) * sizeof(void *)),
		0,
	};

	g_tree_foreach(entries, list_entry, &list);
	return list;
}

static ProtobufCBinaryData
pack_namespace(RwsetBuilder *builder, const RwsetNamespace *ns)
{
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	const List reads = list_of(builder, ns->reads);
	const List writes = list_of(builder, ns->writes);
	const List metadata = list_of(builder, ns->metadata);

	set.n_reads = reads.n;
	set.reads = (Kvrwset__KVRead **)reads.list;
	set.n_range_queries_info = ns->ranges->len;
	set.range_queries_info = (Kvrwset__RangeQueryInfo **)ns->ranges->pdata;
	set.n_writes = writes.n;
	set.writes = (Kvrwset__KVWrite **)writes.list;
	set.n_metadata_writes = metadata.n;
	set.metadata_writes = (Kvrwset__KVMetadataWrite **)metadata.list;
	return message_bytes(message_put(builder->arena, &set));
}

/* What members of the collection are given; empty when nothing is written. */
static bsn_slice
pack_open(RwsetBuilder *builder, const RwsetCollection *collection)
{
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	const List writes = list_of(builder, collection->open);
	const List described = list_of(builder, collection->described);

	set.n_writes = writes.n;
	set.writes = (Kvrwset__KVWrite **)writes.list;
	set.n_metadata_writes = described.n;
	set.metadata_writes = (Kvrwset__KVMetadataWrite **)described.list;
	return message_put(builder->arena, &set);
}

static ProtobufCBinaryData
digest_open(RwsetBuilder *builder, const RwsetCollection *collection)
{
	const bsn_slice open = pack_open(builder, collection);

	return open.len > 0 ? rwset_digest(builder, open)
			    : (ProtobufCBinaryData){ 0, NULL };
}

static Rwset__CollectionHashedReadWriteSet *
pack_collection(RwsetBuilder *builder, const RwsetCollection *collection)
{
	Rwset__CollectionHashedReadWriteSet *packed =
		arena_room(builder->arena, sizeof(*packed));
	Kvrwset__HashedRWSet set = KVRWSET__HASHED_RWSET__INIT;
	const List reads = list_of(builder, collection->reads);
	const List writes = list_of(builder, collection->writes);
	const List metadata = list_of(builder, collection->metadata);

	set.n_hashed_reads = reads.n;
	set.hashed_reads = (Kvrwset__KVReadHash **)reads.list;
	set.n_hashed_writes = writes.n;
	set.hashed_writes = (Kvrwset__KVWriteHash **)writes.list;
	set.n_metadata_writes = metadata.n;
	set.metadata_writes = (Kvrwset__KVMetadataWriteHash **)metadata.list;
	rwset__collection_hashed_read_write_set__init(packed);
	packed->collection_name = (char *)collection->name.data;
	packed->hashed_rwset =
		message_bytes(message_put(builder->arena, &set));
	packed->pvt_rwset_hash = digest_open(builder, collection);
	return packed;
}

static void
pack_collections(RwsetBuilder *builder, const RwsetNamespace *ns,
		 Rwset__NsReadWriteSet *set)
{
	const List list = list_of(builder, ns->collections);

	set->n_collection_hashed_rwset = list.n;
	set->collection_hashed_rwset =
		arena_room(builder->arena, list.n * sizeof(void *));
	for (gsize i = 0; i < list.n; i++)
		set->collection_hashed_rwset[i] =
			pack_collection(builder, list.list[i]);
}

void
rwset_builder_finish(RwsetBuilder *builder, GByteArray *out)
{
	Rwset__TxReadWriteSet all = RWSET__TX_READ_WRITE_SET__INIT;
	const List namespaces = list_of(builder, builder->namespaces);
	Rwset__NsReadWriteSet **sets =
		arena_room(builder->arena, namespaces.n * sizeof(*sets));

	for (gsize i = 0; i < namespaces.n; i++) {
		const RwsetNamespace *ns = namespaces.list[i];

		sets[i] = arena_room(builder->arena, sizeof(*sets[i]));
		rwset__ns_read_write_set__init(sets[i]);
		sets[i]->namespace_ = (char *)ns->name.data;
		sets[i]->rwset = pack_namespace(builder, ns);
		pack_collections(builder, ns, sets[i]);
	}
	all.n_ns_rwset = namespaces.n;
	all.ns_rwset = sets;
	message_append(out, &all);
}

/* ---- what members are given ---- */

static Rwset__CollectionPvtReadWriteSet *
pack_private_collection(RwsetBuilder *builder,
			const RwsetCollection *collection)
{
	const bsn_slice open =
		collection->is_private ? pack_open(builder, collection)
				       : bsn_slice_of(NULL, 0);
	Rwset__CollectionPvtReadWriteSet *packed;

	if (open.len == 0)
		return NULL;
	packed = arena_room(builder->arena, sizeof(*packed));
	rwset__collection_pvt_read_write_set__init(packed);
	packed->collection_name = (char *)collection->name.data;
	packed->rwset = message_bytes(open);
	return packed;
}

static Rwset__NsPvtReadWriteSet *
pack_private_namespace(RwsetBuilder *builder, const RwsetNamespace *ns)
{
	const List list = list_of(builder, ns->collections);
	Rwset__NsPvtReadWriteSet *packed =
		arena_room(builder->arena, sizeof(*packed));

	rwset__ns_pvt_read_write_set__init(packed);
	packed->namespace_ = (char *)ns->name.data;
	packed->collection_pvt_rwset =
		arena_room(builder->arena, list.n * sizeof(void *));
	for (gsize i = 0; i < list.n; i++) {
		Rwset__CollectionPvtReadWriteSet *one =
			pack_private_collection(builder, list.list[i]);

		if (one != NULL)
			packed->collection_pvt_rwset
				[packed->n_collection_pvt_rwset++] = one;
	}
	return packed->n_collection_pvt_rwset > 0 ? packed : NULL;
}

void
rwset_builder_finish_private(RwsetBuilder *builder, GByteArray *out)
{
	Rwset__TxPvtReadWriteSet all = RWSET__TX_PVT_READ_WRITE_SET__INIT;
	const List namespaces = list_of(builder, builder->namespaces);

	all.ns_pvt_rwset =
		arena_room(builder->arena, namespaces.n * sizeof(void *));
	for (gsize i = 0; i < namespaces.n; i++) {
		Rwset__NsPvtReadWriteSet *one =
			pack_private_namespace(builder, namespaces.list[i]);

		if (one != NULL)
			all.ns_pvt_rwset[all.n_ns_pvt_rwset++] = one;
	}
	message_append(out, &all);
}
