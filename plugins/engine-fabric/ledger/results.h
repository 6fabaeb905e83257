/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/results.h: what a range query gave, in the form
 * that goes into a read-write set: the keys with their versions, or, of more
 * than the degree of them, the top of a tree of digests.
 *
 * Fabric's tree: of each degree + 1 reads a digest is taken, which is a leaf of
 * level 1; as soon as a level has more than degree digests they become one of
 * the next level. At the end what is left over below the highest level becomes
 * digests of it as well (QueryReadsMerkleSummary).
 */
#ifndef FABRIC_LEDGER_RESULTS_H
#define FABRIC_LEDGER_RESULTS_H

#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/ledger/item.h"
#include "plugins/engine-fabric/suite.h"

/* Fabric's own degree; others are valid where they come from outside. */
#define RESULTS_DEGREE 50u
#define RESULTS_DEGREE_MIN 2u
#define RESULTS_DEGREE_MAX 1024u
/* Levels that fill up with the least degree, from more reads than there are. */
#define RESULTS_LEVELS_MAX 40u

typedef struct {
	Suite suite;
	guint degree;
	GByteArray *reads; /* a QueryReads of those without a leaf yet */
	guint n_reads;
	GByteArray *levels[RESULTS_LEVELS_MAX]; /* digests; the first is 1 */
	guint top; /* highest level, from 0; only valid with leaves */
	gboolean has_leaves;
} QueryResults;

/* In: degree: RESULTS_DEGREE_MIN to RESULTS_DEGREE_MAX. */
void query_results_init(QueryResults *results, const Suite *suite,
			guint degree);
void query_results_clear(QueryResults *results);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(QueryResults, query_results_clear)

/* The next read. [any] */
void query_results_add(QueryResults *results, const StateItem *item);
/* No more come.
 *
 * Returns: the summary in the arena; NULL when there are at most degree reads,
 *          which then are in `reads`. [any] */
Kvrwset__QueryReadsMerkleSummary *query_results_finish(QueryResults *results,
						       Arena *arena);
/* Whether it is the same summary. [any] */
gboolean query_summary_equal(const Kvrwset__QueryReadsMerkleSummary *a,
			     const Kvrwset__QueryReadsMerkleSummary *b);

#endif
