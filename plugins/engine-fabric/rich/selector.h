/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/selector.h: which documents a query finds: CouchDB
 * 3's selectors (src/mango/src/mango_selector.erl), normalised as CouchDB does
 * it: names are on the tests below them, negations have gone down to the tests.
 * So what a test says of a field that is missing is CouchDB's: no, but for
 * {"$exists": false}.
 *
 * All functions: [any]; a selector is used by one thread at a time.
 */
#ifndef FABRIC_RICH_SELECTOR_H
#define FABRIC_RICH_SELECTOR_H

#include "plugins/engine-fabric/rich/document.h"
#include "plugins/engine-fabric/rich/regex.h"

/* Values that one selector may have, and operators within each other. */
#define SELECTOR_VALUES_MAX 8192u
#define SELECTOR_DEPTH_MAX 32u

typedef enum {
	SELECT_AND,
	SELECT_OR,
	SELECT_LT,
	SELECT_LTE,
	SELECT_EQ,
	SELECT_NE,
	SELECT_GTE,
	SELECT_GT,
	SELECT_IN,
	SELECT_NIN,
	SELECT_EXISTS,
	SELECT_TYPE,
	SELECT_MOD,
	SELECT_SIZE,
	SELECT_ALL,
	SELECT_REGEX,
	SELECT_BEGINS,
	SELECT_ELEM,
	SELECT_EVERY, /* $allMatch */
	SELECT_KEYS,  /* $keyMapMatch */
} SelectKind;

typedef struct Selector Selector;
struct Selector {
	SelectKind kind;
	GPtrArray *parts; /* Selector, of SELECT_AND and SELECT_OR */
	/* Tests, which all the others are. */
	FieldPath *path;
	gboolean negated; /* of what has no opposite */
	json_t *arg;
	/* What to judge one value costs at least, in steps as those of regular
	 * expressions: by what it is compared with. */
	guint cost;
	GByteArray *place; /* of what is compared with, or */
	GPtrArray *places; /* GByteArray, of each of SELECT_IN, SELECT_NIN */
	Regex *regex;
	Selector *inner; /* of SELECT_ELEM, SELECT_EVERY, SELECT_KEYS */
};

/* Returns: a selector for selector_free, or NULL.
 * Errors:  BSN_BAD_REQUEST: "selector.age: $in: it needs an array";
 *          BSN_TOO_LARGE. */
Selector *selector_new(json_t *json, int32_t *status, bsn_err *err);
void selector_free(Selector *selector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Selector, selector_free)

/* Whether a document is found.
 *
 * In:      effort: steps that may still be taken; less afterwards. A test takes
 *          some, by what it compares; a regular expression those beyond its
 *          free ones. Not a time, so that it ends alike everywhere.
 * Errors:  BSN_OUT_OF_BUDGET: it would take more. */
int32_t selector_match(const Selector *selector, const json_t *document,
		       guint64 *effort, gboolean *found, bsn_err *err);

/* Whether documents that are found have this field for certain. */
gboolean selector_requires(const Selector *selector, const FieldPath *path);

#endif
