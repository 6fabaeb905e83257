/* SPDX-License-Identifier: Apache-2.0
 *
 * Loops are the strongly connected parts of the graph (Tarjan 1972); without
 * its first node a part falls apart into the loops inside it.
 */
#include "plugins/runtime-evm/check/loops.h"

#include <string.h>

/* How deep loops are looked for in loops. */
#define NESTING_MAX 8

#define OUTSIDE 0u /* of a node that is in no loop any more */

typedef struct {
	const Paths *paths;
	Region *region;
	guint8 *removed;
	guint8 *succeeds; /* control can get from there to a good end */
	guint32 *order;   /* 1 + when a node was first seen; 0: not yet */
	guint32 *low;
	guint32 *part;    /* which part a node is in; OUTSIDE: none yet */
	guint8 *tried;    /* successors that were looked at */
	GArray *path;     /* guint32: nodes that are being looked at */
	GArray *stack;    /* guint32: nodes that are in no part yet */
	guint32 seen;
	guint32 parts;
	gboolean found;
} Loops;

static const Node *
node_at(const Loops *loops, guint32 index)
{
	return &g_array_index(loops->paths->nodes, Node, index);
}

/* Backwards from the good ends; a list of who leads where would be as long. */
static void
find_succeeding(Loops *loops)
{
	guint n = loops->paths->nodes->len;
	g_autofree guint32 *first = g_new0(guint32, n + 1);
	g_autofree guint32 *sources = g_new0(guint32,
					     (gsize)n * PATHS_NEXT_MAX + 1);
	g_autofree guint32 *waiting = g_new(guint32, n + 1);
	guint32 len = 0;

	for (guint32 i = 0; i < n; i++)
		for (guint k = 0; k < node_at(loops, i)->next_n; k++)
			first[node_at(loops, i)->next[k]]++;
	for (guint32 i = 1; i <= n; i++)
		first[i] += first[i - 1];
	for (guint32 i = 0; i < n; i++)
		for (guint k = 0; k < node_at(loops, i)->next_n; k++)
			sources[--first[node_at(loops, i)->next[k]]] = i;
	for (guint32 i = 0; i < n; i++)
		if (node_at(loops, i)->ends) {
			loops->succeeds[i] = 1;
			waiting[len++] = i;
		}
	while (len > 0) {
		guint32 node = waiting[--len];

		for (guint32 i = first[node]; i < first[node + 1]; i++) {
			if (loops->succeeds[sources[i]])
				continue;
			loops->succeeds[sources[i]] = 1;
			waiting[len++] = sources[i];
		}
	}
}

/* ---- one loop ------------------------------------------------------------ */

typedef struct {
	Work work;
	guint storage; /* ways out that depend on what is stored */
	guint caller;  /* on what the caller gave */
	guint other;
} Judgement;

static void
add_exits(const Loops *loops, const Node *node, guint32 part,
	  Judgement *judgement)
{
	for (guint i = 0; i < node->next_n; i++) {
		guint32 next = node->next[i];

		if (loops->part[next] == part || !loops->succeeds[next])
			continue;
		if ((node->condition & FROM_STORAGE) != 0)
			judgement->storage++;
		else if ((node->condition & FROM_CALLDATA) != 0)
			judgement->caller++;
		else
			judgement->other++;
	}
}

/* A compiler's own loop that copies or clears a string or an array touches
 * storage once and does nothing else; a search by halves is short. */
static gboolean
is_work(const Work *work)
{
	return work->storage > 0 && work->halves == 0 &&
	       (work->storage > 1 || work->other > 0);
}

static void
judge(Loops *loops, const guint32 *members, guint n)
{
	guint32 part = loops->part[members[0]];
	guint32 header = members[0];
	Judgement sum = { .storage = 0 };

	for (guint i = 0; i < n; i++) {
		const Node *node = node_at(loops, members[i]);

		header = MIN(header, members[i]);
		sum.work.storage = (guint16)MIN(
			sum.work.storage + node->work.storage, G_MAXUINT16);
		sum.work.other |= node->work.other;
		sum.work.halves |= node->work.halves;
		add_exits(loops, node, part, &sum);
	}
	loops->removed[header] = 1;
	loops->found = TRUE;
	if (!is_work(&sum.work) || sum.other > 0)
		return;
	if (sum.storage > 0)
		region_mark(loops->region, node_at(loops, header)->at,
			    MARK_LOOP_STORAGE);
	else if (sum.caller > 0)
		region_mark(loops->region, node_at(loops, header)->at,
			    MARK_LOOP_CALLER);
}

/* ---- parts --------------------------------------------------------------- */

static gboolean
leads_to_itself(const Node *node, guint32 index)
{
	for (guint i = 0; i < node->next_n; i++)
		if (node->next[i] == index)
			return TRUE;
	return FALSE;
}

static void
close_part(Loops *loops, guint32 root)
{
	guint end = loops->stack->len;
	guint begin = end;
	const guint32 *members;

	loops->parts++;
	do {
		begin--;
		loops->part[g_array_index(loops->stack, guint32, begin)] =
			loops->parts;
	} while (g_array_index(loops->stack, guint32, begin) != root);
	members = &g_array_index(loops->stack, guint32, begin);
	if (end - begin > 1 || leads_to_itself(node_at(loops, root), root))
		judge(loops, members, end - begin);
	g_array_set_size(loops->stack, begin);
}

static void
enter(Loops *loops, guint32 node)
{
	loops->order[node] = loops->low[node] = ++loops->seen;
	g_array_append_val(loops->path, node);
	g_array_append_val(loops->stack, node);
}

static void
visit(Loops *loops, guint32 node, guint32 next)
{
	if (loops->removed[next])
		return;
	if (loops->order[next] == 0)
		enter(loops, next);
	else if (loops->part[next] == OUTSIDE)
		loops->low[node] = MIN(loops->low[node], loops->order[next]);
}

static void
leave(Loops *loops, guint32 node)
{
	g_array_set_size(loops->path, loops->path->len - 1);
	if (loops->path->len > 0) {
		guint32 before = g_array_index(loops->path, guint32,
					       loops->path->len - 1);

		loops->low[before] =
			MIN(loops->low[before], loops->low[node]);
	}
	if (loops->low[node] == loops->order[node])
		close_part(loops, node);
}

static void
find_parts(Loops *loops, guint32 root)
{
	enter(loops, root);
	while (loops->path->len > 0) {
		guint32 node = g_array_index(loops->path, guint32,
					     loops->path->len - 1);

		if (loops->tried[node] < node_at(loops, node)->next_n)
			visit(loops, node,
			      node_at(loops, node)->next[loops->tried[node]++]);
		else
			leave(loops, node);
	}
}

/* Takes the outermost loops apart; FALSE when there are none. */
static gboolean
find_level(Loops *loops)
{
	guint n = loops->paths->nodes->len;
	g_autofree guint8 *skip = g_memdup2(loops->removed, n);

	memset(loops->order, 0, n * sizeof(guint32));
	memset(loops->part, 0, n * sizeof(guint32));
	memset(loops->tried, 0, n);
	loops->seen = loops->parts = 0;
	loops->found = FALSE;
	for (guint32 i = 0; i < n; i++)
		if (loops->order[i] == 0 && !skip[i] && !loops->removed[i])
			find_parts(loops, i);
	return loops->found;
}

void
loops_mark(const Paths *paths, Region *region)
{
	guint n = paths->nodes->len;
	g_autofree guint8 *removed = g_malloc0(n + 1);
	g_autofree guint8 *succeeds = g_malloc0(n + 1);
	g_autofree guint8 *tried = g_malloc0(n + 1);
	g_autofree guint32 *order = g_new0(guint32, n + 1);
	g_autofree guint32 *low = g_new0(guint32, n + 1);
	g_autofree guint32 *part = g_new0(guint32, n + 1);
	g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(guint32));
	g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(guint32));
	Loops loops = { paths, region, removed, succeeds, order, low,
			part,  tried,  path,	stack,	  0,	 0, FALSE };

	find_succeeding(&loops);
	for (guint i = 0; i < NESTING_MAX && find_level(&loops); i++)
		;
}
