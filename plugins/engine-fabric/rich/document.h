/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/document.h: a value of the state as a document, and
 * where its fields are. All functions: [any].
 */
#ifndef FABRIC_RICH_DOCUMENT_H
#define FABRIC_RICH_DOCUMENT_H

#include "plugins/engine-fabric/ledger/item.h"
#include "plugins/kit/json.h"

/* Parses JSON as Fabric's peer does: of members with one name the last counts,
 * strings may have U+0000. Integers are exact as far as 64 bits go; one that is
 * greater makes all of the text's integers doubles.
 *
 * Returns: a new reference, or NULL. Errors: BSN_BAD_REQUEST. */
json_t *document_parse(bsn_slice text, bsn_err *err);

/* A value's document: the JSON object with its key as _id, without the names
 * that CouchDB and Fabric keep for themselves ("_...", "~version").
 *
 * Returns: a new reference; NULL: it is none. */
json_t *document_of(const StateItem *item);
/* The last part of an item's state key. */
bsn_slice document_key(const StateItem *item);

/* Names of a field on the way down: "address.street". A dot with a backslash
 * before it is part of a name; the position in an array is a name, too. */
typedef struct {
	char *text;	  /* as it was written */
	GPtrArray *names; /* none: the value itself */
} FieldPath;

/* Names that a path may have. */
#define FIELD_PATH_MAX 32u

/* In: text: "": the value itself.
 * Returns: a path for field_path_free; NULL: a name is empty, or there are too
 * many: BSN_BAD_REQUEST. */
FieldPath *field_path_new(const char *text, bsn_err *err);
void field_path_free(FieldPath *path);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FieldPath, field_path_free)
static inline gboolean
field_path_equal(const FieldPath *a, const FieldPath *b)
{
	return g_str_equal(a->text, b->text);
}
/* Whether it is the document's key. */
gboolean field_path_is_id(const FieldPath *path);

typedef enum {
	FIELD_FOUND,
	FIELD_MISSING,
	FIELD_NO_WAY, /* on the way is what has no members, or not so many */
} FieldFound;

/* Out: found: borrowed; NULL unless FIELD_FOUND. */
FieldFound field_path_find(const FieldPath *path, const json_t *value,
			   const json_t **found);

/* What `fields` leaves of a document: those that it has, as CouchDB nests them,
 * as text with names in their order, without _id. g_free it. */
char *document_project(const json_t *document, const GPtrArray *paths);

#endif
