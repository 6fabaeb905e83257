/* SPDX-License-Identifier: Apache-2.0
 *
 * Which index a query goes by: one whose fields all results have, by what the
 * selector asks or `sort`; of several the one that leaves least to look at.
 */
#include <string.h>

#include "plugins/engine-fabric/rich/indexes.h"
#include "plugins/engine-fabric/rich/walk.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* What all results' field has: places; NULL: no bound. */
typedef struct {
	const GByteArray *equal;
	const GByteArray *low;
	const GByteArray *high;
} Bounds;

typedef struct {
	Index *index;
	GByteArray *prefix; /* of the leading fields that are equal to something */
	guint n_equal;
	Bounds next; /* of the field behind those */
	gboolean in_order;
	guint from_sort; /* with in_order: how many of them `sort` leaves out */
	guint score;
} Plan;

static void
plan_clear(Plan *plan)
{
	g_clear_pointer(&plan->prefix, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plan, plan_clear)

/* ---- what the selector says of a field ---- */

static void
take_bound(const Selector *test, Bounds *bounds)
{
	if (test->kind == SELECT_EQ)
		bounds->equal = test->place;
	else if (test->kind == SELECT_GT || test->kind == SELECT_GTE)
		bounds->low = test->place;
	else if (test->kind == SELECT_LT || test->kind == SELECT_LTE)
		bounds->high = test->place;
}

/* Of several bounds any one will do: results are judged all the same. What is
 * said of _id goes by other places than an index's. */
static void
find_bounds(const Selector *selector, const FieldPath *path, Bounds *bounds)
{
	if (selector->parts == NULL) {
		if (field_path_equal(selector->path, path) &&
		    !field_path_is_id(path))
			take_bound(selector, bounds);
		return;
	}
	if (selector->kind == SELECT_OR && selector->parts->len != 1)
		return;
	for (guint i = 0; i < selector->parts->len; i++)
		find_bounds(selector->parts->pdata[i], path, bounds);
}

/* ---- one index ---- */

static gboolean
is_sorted_by(const GPtrArray *sort, const FieldPath *path)
{
	for (guint i = 0; i < sort->len; i++)
		if (field_path_equal(sort->pdata[i], path))
			return TRUE;
	return FALSE;
}

/* Whether no result can be missing from it. */
static gboolean
has_all_results(const RichRequest *request, const Index *index)
{
	for (guint i = 0; i < index->paths->len; i++)
		if (!is_sorted_by(request->sort, index->paths->pdata[i]) &&
		    !selector_requires(request->selector,
				       index->paths->pdata[i]))
			return FALSE;
	return TRUE;
}

static gboolean
ends_with(const GPtrArray *paths, guint from, const GPtrArray *sort)
{
	if (paths->len - from != sort->len)
		return FALSE;
	for (guint i = 0; i < sort->len; i++)
		if (!field_path_equal(paths->pdata[from + i], sort->pdata[i]))
			return FALSE;
	return TRUE;
}

static void
find_prefix(const RichRequest *request, Plan *plan)
{
	const GPtrArray *paths = plan->index->paths;

	plan->prefix = g_byte_array_new();
	for (; plan->n_equal < paths->len; plan->n_equal++) {
		plan->next = (Bounds){ NULL, NULL, NULL };
		find_bounds(request->selector, paths->pdata[plan->n_equal],
			    &plan->next);
		if (plan->next.equal == NULL)
			return;
		wire_put_bytes(plan->prefix, buffer_slice(plan->next.equal));
	}
	plan->next = (Bounds){ NULL, NULL, NULL };
}

/* Fields that are equal to something may be left out of `sort`. */
static void
find_order(const RichRequest *request, Plan *plan)
{
	for (guint i = 0; i <= plan->n_equal && !plan->in_order; i++) {
		plan->in_order =
			ends_with(plan->index->paths, i, request->sort);
		plan->from_sort = i;
	}
}

static gboolean
is_named(const RichRequest *request, const Index *index)
{
	return request->ddoc != NULL &&
	       strcmp(request->ddoc, index->ddoc) == 0 &&
	       (request->index == NULL ||
		strcmp(request->index, index->name) == 0);
}

/* FALSE: it does not help. */
static gboolean
judge(const RichRequest *request, Index *index, Plan *plan)
{
	gboolean has_range;

	*plan = (Plan){ .index = index };
	if (!has_all_results(request, index))
		return FALSE;
	find_prefix(request, plan);
	find_order(request, plan);
	has_range = plan->next.low != NULL || plan->next.high != NULL;
	plan->score = 4 * plan->n_equal + (plan->in_order ? 3 : 0) +
		      (has_range ? 2 : 0);
	if (plan->score > 0 && is_named(request, index))
		plan->score += 1000;
	return plan->score > 0;
}

/* ---- its part ---- */

static void
put_place(GByteArray *out, const GByteArray *prefix, const GByteArray *next)
{
	wire_put_bytes(out, buffer_slice(prefix));
	if (next != NULL)
		wire_put_bytes(out, buffer_slice(next));
}

/* Places of the equal fields that `sort` leaves out, before the bookmark's. */
static void
put_bookmark(GByteArray *out, const RichRequest *request, const Plan *plan)
{
	for (guint i = 0; i < plan->from_sort; i++) {
		Bounds bounds = { NULL, NULL, NULL };

		find_bounds(request->selector, plan->index->paths->pdata[i],
			    &bounds);
		wire_put_bytes(out, buffer_slice(bounds.equal));
	}
	wire_put_bytes(out, buffer_slice(request->after));
}

static IndexWalk *
walk_of(const RichRequest *request, const Plan *plan)
{
	g_autoptr(GByteArray) low = g_byte_array_new();
	g_autoptr(GByteArray) high = g_byte_array_new();
	g_autoptr(GByteArray) bookmark = g_byte_array_new();
	const gboolean descending = plan->in_order && request->descending;
	StoreKey from;
	StoreKey to;

	put_place(low, plan->prefix, plan->next.low);
	put_place(high, plan->prefix, plan->next.high);
	from = index_place_from(plan->index, buffer_slice(low));
	to = store_key_behind(
		index_place_from(plan->index, buffer_slice(high)));
	if (plan->in_order && request->after->len > 0) {
		StoreKey after;

		put_bookmark(bookmark, request, plan);
		after = index_place_from(plan->index, buffer_slice(bookmark));
		if (!descending) {
			from = slice_compare(store_key_slice(&after),
					     store_key_slice(&from)) > 0
				       ? after
				       : from;
		} else {
			after = store_key_behind(after);
			to = slice_compare(store_key_slice(&after),
					   store_key_slice(&to)) < 0
				     ? after
				     : to;
		}
	}
	return index_walk_new(plan->index, descending, from, to);
}

IndexWalk *
plan_new(const RichQuery *query, gboolean *in_order)
{
	const ChannelLedger *ledger = simulator_ledger(query->simulator);
	const Indexes *indexes = (const Indexes *)ledger->state.indexes;
	const RichRequest *request = &query->request;
	g_auto(Plan) best = { 0 };

	for (guint i = 0; indexes != NULL && i < indexes->list->len; i++) {
		Index *index = indexes->list->pdata[i];
		g_auto(Plan) plan = { 0 };

		if (index->phase == INDEX_READY &&
		    index_is_of(index, bytes_slice(query->namespace),
				bytes_slice(query->collection)) &&
		    judge(request, index, &plan) && plan.score > best.score) {
			plan_clear(&best);
			best = plan;
			plan.prefix = NULL;
		}
	}
	if (best.score == 0)
		return NULL;
	*in_order = best.in_order;
	return walk_of(request, &best);
}
