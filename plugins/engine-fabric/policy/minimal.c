/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/policy/minimal.h"

#include <string.h>

static GPtrArray *
sets_new(void)
{
	return g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_ptr_array_unref);
}

/* Whether two principals ask for the same. */
static gboolean
is_same(const Principal *a, const Principal *b)
{
	if (a->kind != b->kind || g_strcmp0(a->msp_id, b->msp_id) != 0 ||
	    a->role != b->role || g_strcmp0(a->unit, b->unit) != 0 ||
	    memcmp(a->digest, b->digest, HASH_LEN) != 0)
		return FALSE;
	if (a->parts == NULL || b->parts == NULL)
		return a->parts == b->parts;
	if (a->parts->len != b->parts->len)
		return FALSE;
	for (guint i = 0; i < a->parts->len; i++)
		if (!is_same(a->parts->pdata[i], b->parts->pdata[i]))
			return FALSE;
	return TRUE;
}

static guint
count_in(const GPtrArray *set, const Principal *principal)
{
	guint count = 0;

	for (guint i = 0; i < set->len; i++)
		if (is_same(set->pdata[i], principal))
			count++;
	return count;
}

/* Whether `set` has all of `part`, each as often. */
static gboolean
includes(const GPtrArray *set, const GPtrArray *part)
{
	if (part->len > set->len)
		return FALSE;
	for (guint i = 0; i < part->len; i++)
		if (count_in(set, part->pdata[i]) <
		    count_in(part, part->pdata[i]))
			return FALSE;
	return TRUE;
}

/* Adds a set, which it takes, in its place by size, unless it has all of one
 * that is there; takes out those that have all of it, and the largest when
 * there are too many. */
static void
add_set(GPtrArray *sets, GPtrArray *set)
{
	guint place = 0;

	for (guint i = 0; i < sets->len; i++)
		if (includes(set, sets->pdata[i])) {
			g_ptr_array_unref(set);
			return;
		}
	for (guint i = sets->len; i-- > 0;)
		if (includes(sets->pdata[i], set))
			g_ptr_array_remove_index(sets, i);
	while (place < sets->len &&
	       ((GPtrArray *)sets->pdata[place])->len <= set->len)
		place++;
	g_ptr_array_insert(sets, (gint)place, set);
	if (sets->len > MINIMAL_SETS_MAX)
		g_ptr_array_set_size(sets, MINIMAL_SETS_MAX);
}

/* ---- n of several ---- */

/* Sets for 0 to n rules of those so far, each a GPtrArray of sets. */
typedef struct {
	guint n;
	gboolean shared;    /* one signer may count for several */
	GPtrArray **chosen; /* n + 1 */
} Combination;

static Combination
combination_new(guint n, gboolean shared)
{
	Combination combination = { n, shared, g_new(GPtrArray *, n + 1) };

	for (guint i = 0; i <= n; i++)
		combination.chosen[i] = sets_new();
	add_set(combination.chosen[0], g_ptr_array_new());
	return combination;
}

static void
add_both(GPtrArray *sets, const GPtrArray *a, const GPtrArray *b,
	 gboolean shared)
{
	GPtrArray *both = g_ptr_array_sized_new(a->len + b->len);

	for (guint i = 0; i < a->len; i++)
		g_ptr_array_add(both, a->pdata[i]);
	for (guint i = 0; i < b->len; i++)
		if (!shared ||
		    count_in(both, b->pdata[i]) < count_in(b, b->pdata[i]))
			g_ptr_array_add(both, b->pdata[i]);
	add_set(sets, both);
}

/* One rule more may be among the chosen ones. Takes its sets. */
static void
combination_add(Combination *combination, GPtrArray *sets)
{
	for (guint chosen = combination->n; chosen-- > 0;) {
		const GPtrArray *before = combination->chosen[chosen];

		for (guint i = 0; i < before->len; i++)
			for (guint j = 0; j < sets->len; j++)
				add_both(combination->chosen[chosen + 1],
					 before->pdata[i], sets->pdata[j],
					 combination->shared);
	}
	g_ptr_array_unref(sets);
}

static GPtrArray *
combination_finish(Combination *combination)
{
	GPtrArray *result = combination->chosen[combination->n];

	for (guint i = 0; i < combination->n; i++)
		g_ptr_array_unref(combination->chosen[i]);
	g_free(combination->chosen);
	return result;
}

/* ---- policies ---- */

static GPtrArray *
sets_of_rule(const SignaturePolicy *policy, guint at)
{
	const Rule *rule = &g_array_index(policy->rules, Rule, at);
	guint child = rule->first;
	Combination combination;

	if (!rule->is_gate) {
		GPtrArray *sets = sets_new();
		GPtrArray *one = g_ptr_array_new();

		g_ptr_array_add(one,
				policy->principals->pdata[rule->principal]);
		g_ptr_array_add(sets, one);
		return sets;
	}
	if (rule->n > (gint64)rule->count)
		return sets_new();
	combination = combination_new(rule->n > 0 ? (guint)rule->n : 0, FALSE);
	for (guint i = 0; i < rule->count; i++) {
		combination_add(&combination, sets_of_rule(policy, child));
		child = g_array_index(policy->rules, Rule, child).next;
	}
	return combination_finish(&combination);
}

GPtrArray *
minimal_sets_signature(const SignaturePolicy *policy)
{
	return sets_of_rule(policy, 0);
}

GPtrArray *
minimal_sets(const Policy *policy)
{
	Combination combination;

	if (policy->signature != NULL)
		return minimal_sets_signature(policy->signature);
	combination = combination_new(policy->threshold, TRUE);
	for (guint i = 0; i < policy->below->len; i++)
		if (policy->below->pdata[i] != NULL)
			combination_add(&combination,
					minimal_sets(policy->below->pdata[i]));
	return combination_finish(&combination);
}
