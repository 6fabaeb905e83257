/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/request.h: a query's text, as CouchDB's /db/_find
 * takes it. What only concerns CouchDB's own ways (r, stable, update, ...) is
 * let pass and means nothing. All functions: [any].
 */
#ifndef FABRIC_RICH_REQUEST_H
#define FABRIC_RICH_REQUEST_H

#include "plugins/engine-fabric/rich/selector.h"

/* Fields of `sort`, of `fields`, and of an index. */
#define REQUEST_SORT_MAX 16u
#define REQUEST_FIELDS_MAX 256u

typedef struct {
	Selector *selector;
	GPtrArray *sort;     /* FieldPath; none: by the key */
	gboolean descending; /* by all of them, and by the key where they are
			      * alike */
	guint64 limit;	     /* G_MAXUINT64: none */
	guint64 skip;
	GByteArray *after; /* of the bookmark: where it goes on; may be empty */
	GPtrArray *fields; /* FieldPath; NULL: the whole document */
	char *ddoc;	   /* of use_index; NULL: any */
	char *index;	   /* likewise */
} RichRequest;

/* In: bookmark: instead of the query's own, when it is not empty.
 * Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE: "query: limit: ...". */
int32_t rich_request_read(bsn_slice query, bsn_slice bookmark,
			  RichRequest *request, bsn_err *err);
void rich_request_clear(RichRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RichRequest, rich_request_clear)

/* A list of fields, each a string or {"name": "asc" | "desc"}, which all go the
 * same way, as in `sort` and in an index.
 *
 * Returns: FieldPath, for g_ptr_array_unref; NULL: BSN_BAD_REQUEST. */
GPtrArray *field_list_new(const json_t *list, gboolean *descending,
			  bsn_err *err);

/* ---- where a document stands ---- */

/* Appends the place of a document in the order of `paths`: of each field, and
 * then its key as it is.
 *
 * Returns: FALSE when it lacks one of the fields: then it is in no such order,
 * as in CouchDB. */
gboolean document_place(const json_t *document, const GPtrArray *paths,
			bsn_slice key, GByteArray *place);

#endif
