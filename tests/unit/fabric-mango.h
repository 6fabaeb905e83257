/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-mango.h: a second opinion on queries by content: CouchDB's
 * mango as plainly as it can be said, on all documents one by one. A selector is
 * normalised in three passes over JSON, as mango_selector.erl does it; values
 * are compared with each other, strings by ucol_strcoll.
 */
#ifndef TESTS_UNIT_FABRIC_MANGO_H
#define TESTS_UNIT_FABRIC_MANGO_H

#include <glib.h>
#include <jansson.h>

/* As CouchDB compares two values. */
gint mango_compare(const json_t *a, const json_t *b);
/* A normalised selector; a new reference. */
json_t *mango_normalize(const json_t *selector);
gboolean mango_match(const json_t *normalized, const json_t *document);

/* One document. */
typedef struct {
	char *key; /* without NUL */
	json_t *document;
} MangoDoc;

/* The keys of what a query finds, in order, for g_ptr_array_unref (borrowed from
 * the documents). In: docs: MangoDoc. */
GPtrArray *mango_query(const json_t *query, const GPtrArray *docs);

#endif
