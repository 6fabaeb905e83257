/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/rwset.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/engine-fabric/ledger/key.h"

/* What a set may take for each of its bytes, beyond a first allowance: an honest
 * write of ten bytes in a namespace of the longest usual name needs a third. */
#define COST_FIRST (64u << 10)
#define COST_PER_BYTE 64u
#define WRITE_COST 128u

static bsn_slice
text_slice(const char *text)
{
	return bsn_slice_of(text, strlen(text));
}

/* ---- decoding ---- */

static gboolean
read_collections(Arena *arena, const Rwset__NsReadWriteSet *from,
		 RwsetNamespace *to)
{
	to->n_collections = from->n_collection_hashed_rwset;
	to->collections = arena_room(
		arena, to->n_collections * sizeof(to->collections[0]));
	for (gsize i = 0; i < to->n_collections; i++) {
		const Rwset__CollectionHashedReadWriteSet *one =
			from->collection_hashed_rwset[i];

		to->collections[i].name = text_slice(one->collection_name);
		to->collections[i].set = message_unpack(
			arena, &kvrwset__hashed_rwset__descriptor,
			message_slice(one->hashed_rwset), NULL, NULL);
		if (to->collections[i].set == NULL)
			return FALSE;
		to->writes |= to->collections[i].set->n_hashed_writes > 0 ||
			      to->collections[i].set->n_metadata_writes > 0;
	}
	return TRUE;
}

static gboolean
keys_are_text(const Kvrwset__KVRWSet *set)
{
	for (gsize i = 0; i < set->n_reads; i++)
		if (!key_is_text(message_slice(set->reads[i]->key)))
			return FALSE;
	for (gsize i = 0; i < set->n_range_queries_info; i++)
		if (!key_is_text(message_slice(
			    set->range_queries_info[i]->start_key)) ||
		    !key_is_text(message_slice(
			    set->range_queries_info[i]->end_key)))
			return FALSE;
	for (gsize i = 0; i < set->n_writes; i++)
		if (!key_is_text(message_slice(set->writes[i]->key)))
			return FALSE;
	for (gsize i = 0; i < set->n_metadata_writes; i++)
		if (!key_is_text(message_slice(set->metadata_writes[i]->key)))
			return FALSE;
	return TRUE;
}

static gboolean
read_namespace(Arena *arena, const Rwset__NsReadWriteSet *from,
	       RwsetNamespace *to)
{
	to->name = text_slice(from->namespace_);
	to->set = message_unpack(arena, &kvrwset__kvrwset__descriptor,
				 message_slice(from->rwset), NULL, NULL);
	if (to->set == NULL || !keys_are_text(to->set))
		return FALSE;
	to->writes = to->set->n_writes > 0 || to->set->n_metadata_writes > 0;
	return read_collections(arena, from, to);
}

/* ---- writes ---- */

/* Metadata as the state has it: Fabric's encoding of a key's entries. */
static bsn_slice
pack_metadata(Arena *arena, Kvrwset__KVMetadataEntry **entries, gsize n)
{
	Kvrwset__KVMetadataWrite write = KVRWSET__KVMETADATA_WRITE__INIT;

	write.n_entries = n;
	write.entries = entries;
	return n > 0 ? message_put(arena, &write) : bsn_slice_of(NULL, 0);
}

/* No value at all deletes, too (FAB-18386). */
static RwsetWrite
public_write(const Kvrwset__KVWrite *write)
{
	return (RwsetWrite){
		.writes = TRUE,
		.deletes = write->is_delete || write->value.len == 0,
		.value = message_slice(write->value),
	};
}

/* As does the digest of no value. */
static RwsetWrite
hashed_write(const Suite *suite, const Kvrwset__KVWriteHash *write)
{
	guint8 nothing[HASH_LEN] = { 0 };
	const bsn_slice value = message_slice(write->value_hash);

	(void)suite_digest(suite, NULL, 0, nothing);
	return (RwsetWrite){
		.writes = TRUE,
		.deletes = write->is_delete || value.len == 0 ||
			   bsn_slice_equal(value, bsn_slice_of(nothing,
							       HASH_LEN)),
		.value = value,
	};
}

static RwsetWrite
metadata_write(Arena *arena, Kvrwset__KVMetadataEntry **entries, gsize n)
{
	return (RwsetWrite){
		.describes = TRUE,
		.metadata = pack_metadata(arena, entries, n),
	};
}

static void
add(Rwset *rwset, RwsetWrite write, bsn_slice key)
{
	write.key = key;
	rwset->writes[rwset->n_writes++] = write;
}

static void
add_namespace(Arena *arena, const Suite *suite, Rwset *rwset,
	      const RwsetNamespace *ns)
{
	const bsn_slice none = bsn_slice_of(NULL, 0);
	const Kvrwset__KVRWSet *set = ns->set;

	for (gsize i = 0; i < set->n_writes; i++)
		add(rwset, public_write(set->writes[i]),
		    state_key(arena, ns->name, none,
			      message_slice(set->writes[i]->key)));
	for (gsize i = 0; i < set->n_metadata_writes; i++)
		add(rwset,
		    metadata_write(arena, set->metadata_writes[i]->entries,
				   set->metadata_writes[i]->n_entries),
		    state_key(arena, ns->name, none,
			      message_slice(set->metadata_writes[i]->key)));
	for (gsize c = 0; c < ns->n_collections; c++) {
		const RwsetCollection *one = &ns->collections[c];
		const Kvrwset__HashedRWSet *hashed = one->set;

		for (gsize i = 0; i < hashed->n_hashed_writes; i++)
			add(rwset,
			    hashed_write(suite, hashed->hashed_writes[i]),
			    state_key(arena, ns->name, one->name,
				      message_slice(hashed->hashed_writes[i]
							    ->key_hash)));
		for (gsize i = 0; i < hashed->n_metadata_writes; i++)
			add(rwset,
			    metadata_write(
				    arena, hashed->metadata_writes[i]->entries,
				    hashed->metadata_writes[i]->n_entries),
			    state_key(arena, ns->name, one->name,
				      message_slice(hashed->metadata_writes[i]
							    ->key_hash)));
	}
}

static gint
compare_writes(const void *a, const void *b)
{
	const RwsetWrite *left = a;
	const RwsetWrite *right = b;
	const gint order = key_compare(left->key, right->key);

	return order != 0 ? order : left->describes - right->describes;
}

/* A write and a change of metadata of one key become one. */
static void
join_writes(Rwset *rwset)
{
	gsize kept = 0;

	if (rwset->n_writes > 1)
		qsort(rwset->writes, rwset->n_writes, sizeof(RwsetWrite),
		      compare_writes);
	for (gsize i = 0; i < rwset->n_writes; i++) {
		const RwsetWrite *next = &rwset->writes[i];
		RwsetWrite *last = kept > 0 ? &rwset->writes[kept - 1] : NULL;

		if (last == NULL || key_compare(last->key, next->key) != 0) {
			rwset->writes[kept++] = *next;
			continue;
		}
		rwset->same_key |= last->describes || next->writes;
		last->describes = TRUE;
		last->metadata = next->metadata;
	}
	rwset->n_writes = kept;
}

/* Bytes that n writes with names of that length take, keys aside. */
static guint64
cost_of(gsize n, guint64 names_len)
{
	return n * (names_len + WRITE_COST);
}

/* How many writes there are, and what they will take: each one's key has the
 * namespace in front, which the set has but once. */
static gsize
count_writes(const Rwset *rwset, guint64 *cost)
{
	gsize n = 0;

	for (gsize i = 0; i < rwset->n_namespaces; i++) {
		const RwsetNamespace *ns = &rwset->namespaces[i];
		const gsize direct = ns->set->n_writes +
				     ns->set->n_metadata_writes;

		n += direct;
		*cost += cost_of(direct, ns->name.len);
		for (gsize c = 0; c < ns->n_collections; c++) {
			const RwsetCollection *one = &ns->collections[c];
			const gsize hashed = one->set->n_hashed_writes +
					     one->set->n_metadata_writes;

			n += hashed;
			*cost += cost_of(hashed, ns->name.len + one->name.len);
		}
	}
	return n;
}

/* ---- all of it ---- */

static gint
compare_names(const void *a, const void *b)
{
	return key_compare(*(const bsn_slice *)a, *(const bsn_slice *)b);
}

static gboolean
has_same_names(const Rwset *rwset)
{
	g_autofree bsn_slice *names = g_new(bsn_slice, rwset->n_namespaces + 1);

	for (gsize i = 0; i < rwset->n_namespaces; i++)
		names[i] = rwset->namespaces[i].name;
	qsort(names, rwset->n_namespaces, sizeof(names[0]), compare_names);
	for (gsize i = 1; i < rwset->n_namespaces; i++)
		if (bsn_slice_equal(names[i - 1], names[i]))
			return TRUE;
	return FALSE;
}

gboolean
rwset_read(Arena *arena, const Suite *suite, bsn_slice bytes, Rwset *rwset)
{
	const Rwset__TxReadWriteSet *set =
		message_unpack(arena, &rwset__tx_read_write_set__descriptor,
			       bytes, NULL, NULL);
	guint64 cost = 0;
	gsize n_writes;

	*rwset = (Rwset){ NULL };
	if (set == NULL)
		return FALSE;
	rwset->n_namespaces = set->n_ns_rwset;
	rwset->namespaces =
		arena_room(arena, set->n_ns_rwset * sizeof(RwsetNamespace));
	for (gsize i = 0; i < set->n_ns_rwset; i++)
		if (!read_namespace(arena, set->ns_rwset[i],
				    &rwset->namespaces[i]))
			return FALSE;
	n_writes = count_writes(rwset, &cost);
	if (cost > COST_FIRST + COST_PER_BYTE * bytes.len)
		return FALSE;
	rwset->same_namespace = has_same_names(rwset);
	rwset->writes = arena_room(arena, n_writes * sizeof(RwsetWrite));
	for (gsize i = 0; i < rwset->n_namespaces; i++)
		add_namespace(arena, suite, rwset, &rwset->namespaces[i]);
	join_writes(rwset);
	return TRUE;
}
