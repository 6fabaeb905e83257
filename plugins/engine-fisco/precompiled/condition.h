/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/condition.h: which rows of a key are meant:
 * comparisons that must all hold, and a part of those that pass.
 */
#ifndef FISCO_PRECOMPILED_CONDITION_H
#define FISCO_PRECOMPILED_CONDITION_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

#include "plugins/engine-fisco/precompiled/objects.h"

/* Also tags of a Condition object's items. */
typedef enum {
	COMPARE_EQ,
	COMPARE_NE,
	COMPARE_GT, /* from here on as decimal numbers */
	COMPARE_GE,
	COMPARE_LT,
	COMPARE_LE,
	COMPARE_LIMIT, /* value: offset and count, 8 bytes each */
} CompareOp;

typedef struct {
	CompareOp op;
	bsn_slice field; /* borrowed */
	bsn_slice value; /* borrowed */
} Comparison;

typedef struct {
	GArray *comparisons; /* Comparison; NULL: none */
	guint64 offset;
	guint64 count;
	json_t *json; /* what slices point into, or NULL */
} Condition;

/* The one that every row passes. */
#define CONDITION_ALL ((Condition){ .count = G_MAXUINT64 })

/* Out of a Condition object, which must outlive it. [any] */
Condition condition_of_object(const Object *object);

/* Out of CRUD's text: {"field":{"eq":"value"},"limit":{"limit":"0,10"}}.
 *
 * Returns: 0 and a condition for condition_clear, or PRECOMPILED_CONDITION,
 *          PRECOMPILED_OPERATION. [any] */
gint64 condition_parse(bsn_slice text, Condition *condition);

/* A zeroed condition is fine. [any] */
void condition_clear(Condition *condition);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Condition, condition_clear)

/* The item of a Condition object that says limit(offset, count); `place` holds
 * its 16 bytes. [any] */
ObjectItem condition_limit_item(guint64 offset, guint64 count, guint8 *place);

/* Whether a value passes. [any] */
gboolean comparison_holds(const Comparison *comparison, bsn_slice value);

#endif
