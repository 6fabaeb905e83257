/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/writes.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"

/* What a transaction's writes may take for each byte of its read-write set,
 * beyond a first allowance: an honest write of ten bytes in a namespace of the
 * longest usual name needs a third. */
#define COST_FIRST (64u << 10)
#define COST_PER_BYTE 64u
#define WRITE_COST 128u

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
static TxWrite
public_write(const Kvrwset__KVWrite *write)
{
	return (TxWrite){
		.writes = TRUE,
		.deletes = write->is_delete || write->value.len == 0,
		.value = message_slice(write->value),
	};
}

/* As does the digest of no value. */
gboolean
hashed_write_deletes(const Suite *suite, const Kvrwset__KVWriteHash *write)
{
	guint8 nothing[HASH_LEN] = { 0 };
	const bsn_slice value = message_slice(write->value_hash);

	(void)suite_digest(suite, NULL, 0, nothing);
	return write->is_delete || write->is_purge || value.len == 0 ||
	       bsn_slice_equal(value, bsn_slice_of(nothing, HASH_LEN));
}

static TxWrite
hashed_write(const Suite *suite, const Kvrwset__KVWriteHash *write)
{
	return (TxWrite){
		.writes = TRUE,
		.deletes = hashed_write_deletes(suite, write),
		.value = message_slice(write->value_hash),
	};
}

static TxWrite
metadata_write(Arena *arena, Kvrwset__KVMetadataEntry **entries, gsize n)
{
	return (TxWrite){
		.describes = TRUE,
		.metadata = pack_metadata(arena, entries, n),
	};
}

static void
add(TxWrites *list, TxWrite write, bsn_slice key)
{
	write.key = key;
	list->writes[list->n++] = write;
}

static void
add_namespace(Arena *arena, const Suite *suite, TxWrites *list,
	      const TransactionNamespace *ns)
{
	const bsn_slice none = bsn_slice_of(NULL, 0);
	const bsn_slice name = bsn_slice_str(ns->name);
	const Kvrwset__KVRWSet *set = ns->set;

	for (gsize i = 0; i < set->n_writes; i++) {
		list->illegal |= set->writes[i]->key.len == 0;
		add(list, public_write(set->writes[i]),
		    state_key(arena, name, none,
			      message_slice(set->writes[i]->key)));
	}
	for (gsize i = 0; i < set->n_metadata_writes; i++)
		add(list,
		    metadata_write(arena, set->metadata_writes[i]->entries,
				   set->metadata_writes[i]->n_entries),
		    state_key(arena, name, none,
			      message_slice(set->metadata_writes[i]->key)));
	for (gsize c = 0; c < ns->n_collections; c++) {
		const TransactionCollection *one = &ns->collections[c];
		const Kvrwset__HashedRWSet *hashed = one->set;

		for (gsize i = 0; i < hashed->n_hashed_writes; i++)
			add(list, hashed_write(suite, hashed->hashed_writes[i]),
			    state_key(arena, name, bsn_slice_str(one->name),
				      message_slice(hashed->hashed_writes[i]
							    ->key_hash)));
		for (gsize i = 0; i < hashed->n_metadata_writes; i++)
			add(list,
			    metadata_write(
				    arena, hashed->metadata_writes[i]->entries,
				    hashed->metadata_writes[i]->n_entries),
			    state_key(arena, name, bsn_slice_str(one->name),
				      message_slice(hashed->metadata_writes[i]
							    ->key_hash)));
	}
}

static gint
compare_writes(const void *a, const void *b)
{
	const TxWrite *left = a;
	const TxWrite *right = b;
	const gint order = slice_compare(left->key, right->key);

	return order != 0 ? order : left->describes - right->describes;
}

/* A write and a change of metadata of one key become one. */
static void
join_writes(TxWrites *list)
{
	gsize kept = 0;

	if (list->n > 1)
		qsort(list->writes, list->n, sizeof(TxWrite), compare_writes);
	for (gsize i = 0; i < list->n; i++) {
		const TxWrite *next = &list->writes[i];
		TxWrite *last = kept > 0 ? &list->writes[kept - 1] : NULL;

		if (last == NULL || slice_compare(last->key, next->key) != 0) {
			list->writes[kept++] = *next;
			continue;
		}
		list->illegal |= last->describes || next->writes;
		last->describes = TRUE;
		last->metadata = next->metadata;
	}
	list->n = kept;
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
count_writes(const Transaction *tx, guint64 *cost)
{
	gsize n = 0;

	for (gsize i = 0; i < tx->n_namespaces; i++) {
		const TransactionNamespace *ns = &tx->namespaces[i];
		const gsize direct =
			ns->set->n_writes + ns->set->n_metadata_writes;
		const gsize len = strlen(ns->name);

		n += direct;
		*cost += cost_of(direct, len);
		for (gsize c = 0; c < ns->n_collections; c++) {
			const TransactionCollection *one = &ns->collections[c];
			const gsize hashed = one->set->n_hashed_writes +
					     one->set->n_metadata_writes;

			n += hashed;
			*cost += cost_of(hashed, len + strlen(one->name));
		}
	}
	return n;
}

/* One without a name would be the public state. */
static gboolean
has_other_state(const Transaction *tx)
{
	for (guint i = 0; i < tx->n_namespaces; i++)
		for (guint c = 0; c < tx->namespaces[i].n_collections; c++) {
			const char *name =
				tx->namespaces[i].collections[c].name;

			if (name[0] == '\0' || name[0] == PRIVATE_MARK)
				return TRUE;
		}
	return FALSE;
}

gboolean
tx_writes_read(Arena *arena, const Suite *suite, const Transaction *tx,
	       TxWrites *list)
{
	guint64 cost = 0;
	const gsize n = count_writes(tx, &cost);

	*list = (TxWrites){ NULL, 0, FALSE };
	if (has_other_state(tx) ||
	    cost > COST_FIRST + COST_PER_BYTE * tx->action->results.len)
		return FALSE;
	list->writes = arena_room(arena, n * sizeof(list->writes[0]));
	for (guint i = 0; i < tx->n_namespaces; i++)
		add_namespace(arena, suite, list, &tx->namespaces[i]);
	join_writes(list);
	return TRUE;
}
