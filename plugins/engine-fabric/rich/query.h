/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/query.h: one query on its way. Internal to rich/.
 * All functions: [strand].
 */
#ifndef FABRIC_RICH_QUERY_H
#define FABRIC_RICH_QUERY_H

#include "plugins/engine-fabric/ledger/range.h"
#include "plugins/engine-fabric/rich/request.h"
#include "plugins/engine-fabric/rich/rich.h"

/* Steps that a query's selector may take (selector.h), and for one document. */
#define QUERY_EFFORT_MAX 20000000u
#define QUERY_EFFORT_DOCUMENT 2000000u
/* Bytes of a turn that a step counts for. */
#define QUERY_STEP_BYTES 16u
/* Bytes of rows that wait to be put in order. */
#define QUERY_ROWS_BYTES (64u << 20)

/* ---- rows.c: results in their order ---- */

/* One result: where it stands; its key is the last part of that. */
typedef struct {
	guint len;
	guint key_len;
	guint8 place[];
} Row;

typedef struct {
	GPtrArray *list; /* Row */
	gsize bytes;
	guint64 wanted; /* only the first of them */
	gboolean descending;
	guint used; /* of them, once they are in order */
} Rows;

void rows_init(Rows *rows, guint64 wanted, gboolean descending);
void rows_clear(Rows *rows);
/* Errors: BSN_OUT_OF_BUDGET. */
int32_t rows_add(Rows *rows, const GByteArray *place, gsize key_len,
		 bsn_err *err);
void rows_sort(Rows *rows);
/* Borrowed; NULL at the end. */
const Row *rows_next(Rows *rows);
const Row *rows_peek(const Rows *rows);

/* ---- a query ---- */

typedef struct IndexWalk IndexWalk; /* walk.h */

struct RichQuery {
	Simulator *simulator;
	GBytes *namespace;
	GBytes *collection; /* of state keys: with its mark */
	RichRequest request;
	guint64 effort; /* that is left */
	guint64 turn;	/* bytes that are left of it */
	guint64 left;	/* results that may still come */

	/* Where documents come from. */
	IndexWalk *walk;  /* NULL: from all that there are */
	StateRange range; /* those */
	gboolean in_order; /* they come as the results should */

	gboolean gathered;
	Rows rows; /* unless they come in order */

	GByteArray *last;     /* place of the last result */
	GByteArray *place;    /* of the next, if it has been found */
	StateItem *found;     /* that one, or NULL */
};

/* ---- look.c ---- */

/* So much of its turn is used up. */
void query_take_of_turn(RichQuery *query, guint64 bytes);

/* The state's entry of a key as the simulation sees it. Out: item: a reference,
 * or NULL. Errors: as snapshot_get. */
int32_t query_fetch(const RichQuery *query, bsn_slice key, StateItem **item,
		    bsn_err *err);
/* Judges an entry. Out: found; place: of what was found, in the order of
 * results. Errors: BSN_OUT_OF_BUDGET; as snapshot_get. */
int32_t query_look(RichQuery *query, const StateItem *item, gboolean *found,
		   GByteArray *place, bsn_err *err);

#endif
