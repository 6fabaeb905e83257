/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/index.h: one index: which fields of which
 * documents, and its entries in the store. It has those documents that have all
 * of its fields, as CouchDB's JSON indexes.
 *
 *	'x' 'd' number          what it is, and how far it has come
 *	'x' 'e' number place    an entry: the document's key
 *
 * A place is the document's, by the index's fields and its key
 * (document_place). One of more than INDEX_PLACE_PLAIN bytes is cut there and
 * its digest put behind, as the state's keys are (ledger/key.h): only those that
 * are alike so far are out of order among themselves.
 */
#ifndef FABRIC_RICH_INDEX_H
#define FABRIC_RICH_INDEX_H

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/rich/request.h"

#define STORE_INDEX 'x'
#define STORE_INDEX_RECORD 'd'
#define STORE_INDEX_ENTRY 'e'
#define INDEX_PREFIX 6u
#define INDEX_PLACE_PLAIN (BSN_STORE_KEY_MAX - INDEX_PREFIX - HASH_LEN)

/* Bytes of a definition. */
#define INDEX_DEFINITION_MAX (16u << 10)

typedef enum {
	INDEX_BUILDING = 1, /* it has all changes, but not yet all documents */
	INDEX_READY = 2,
	INDEX_DROPPED = 3, /* its entries are to be removed */
} IndexPhase;

typedef struct {
	gint refs;
	guint32 number; /* in the store; 0: it is not there */
	IndexPhase phase;
	char *namespace;
	char *collection; /* of state keys: with its mark */
	char *ddoc;	  /* "": it is not named */
	char *name;
	GPtrArray *paths;  /* FieldPath, at least one */
	GByteArray *built; /* INDEX_BUILDING: the key to go on with */
} Index;

Index *index_ref(Index *index);
void index_unref(Index *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Index, index_unref)

/* Reads a definition as a package has it: {"index":{"fields":[...]},"ddoc",
 * "name","type":"json"}. A partial_filter_selector is let be: the index has all
 * documents, so results are the same without it.
 *
 * Returns: an index in no store, or NULL: BSN_BAD_REQUEST. [any] */
Index *index_define(const char *namespace, const char *collection,
		    bsn_slice definition, bsn_err *err);
/* Whether two are of the same documents, fields and names. [any] */
gboolean index_equal(const Index *a, const Index *b);
gboolean index_is_of(const Index *index, bsn_slice namespace,
		     bsn_slice collection);

/* ---- in the store ---- */

StoreKey index_record_key(guint32 number);
void index_record_put(GByteArray *out, const Index *index);
/* Returns: an index; NULL: it is none. Out: current: whether its entries are
 * such as this program, with this ICU, would make. [any] */
Index *index_record_read(guint32 number, bsn_slice record, gboolean *current);

/* What the store keys of all its entries begin with. */
StoreKey index_prefix(const Index *index);
/* The store key of a place; only the plain part of a longer one. */
StoreKey index_place_from(const Index *index, bsn_slice place);
/* The entry that a document has. FALSE: it has none. */
gboolean index_entry(const Index *index, const Suite *suite,
		     const json_t *document, bsn_slice key, StoreKey *entry);
/* Whether an entry's store key was cut. */
static inline gboolean
index_entry_is_cut(bsn_slice store_key)
{
	return store_key.len == BSN_STORE_KEY_MAX;
}
/* What is greater than all that begin with a key. */
StoreKey store_key_behind(StoreKey key);

#endif
