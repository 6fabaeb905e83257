/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets are put together from the innermost rules outwards. Principals are
 * numbers here, equal ones the same, and a set is a sorted list of them.
 */
#include "plugins/engine-fabric/policy/minimal.h"

#include <string.h>

/* Numbers that a search may copy and compare: a tenth of a second. An ordinary
 * policy takes some thousand. */
#define WORK_MAX 20000000u

typedef GArray Set; /* guint */

typedef struct {
	GPtrArray *principals; /* Principal, borrowed: by number */
	guint max;	       /* sets that are kept of each rule */
	guint64 work;	       /* done so far */
} Search;

/* ---- sets ---- */

static gboolean
is_exhausted(const Search *search)
{
	return search->work > WORK_MAX;
}

static Set *
set_new(guint room)
{
	return g_array_sized_new(FALSE, FALSE, sizeof(guint), room);
}

static guint
set_at(const Set *set, guint i)
{
	return g_array_index(set, guint, i);
}

static void
set_free(gpointer set)
{
	g_array_unref(set);
}

static GPtrArray *
sets_new(void)
{
	return g_ptr_array_new_with_free_func(set_free);
}

/* Whether `set` has all of `part`, each as often. */
static gboolean
includes(Search *search, const Set *set, const Set *part)
{
	guint at = 0;

	for (guint i = 0; i < set->len && at < part->len; i++) {
		search->work++;
		if (set_at(set, i) > set_at(part, at))
			return FALSE;
		at += set_at(set, i) == set_at(part, at) ? 1 : 0;
	}
	return at == part->len;
}

/* Both in one. With `shared`, one signer counts for both. */
static Set *
merge(Search *search, const Set *a, const Set *b, gboolean shared)
{
	Set *both = set_new(a->len + b->len);
	guint i = 0;
	guint j = 0;

	while (i < a->len || j < b->len) {
		const guint from_a = i < a->len ? set_at(a, i) : G_MAXUINT;
		const guint from_b = j < b->len ? set_at(b, j) : G_MAXUINT;
		const guint next = MIN(from_a, from_b);

		search->work++;
		g_array_append_val(both, next);
		i += from_a == next ? 1 : 0;
		j += from_b == next && (shared || from_a != next) ? 1 : 0;
	}
	return both;
}

/* Adds a set, which it takes, in its place by size, unless it has all of one
 * that is there; takes out those that have all of it, and the largest when
 * there are too many. */
static void
add_set(Search *search, GPtrArray *sets, Set *set)
{
	guint place = 0;

	for (guint i = 0; i < sets->len; i++)
		if (includes(search, set, sets->pdata[i])) {
			set_free(set);
			return;
		}
	for (guint i = sets->len; i-- > 0;)
		if (includes(search, sets->pdata[i], set))
			g_ptr_array_remove_index(sets, i);
	while (place < sets->len &&
	       ((Set *)sets->pdata[place])->len <= set->len)
		place++;
	g_ptr_array_insert(sets, (gint)place, set);
	if (sets->len > search->max)
		g_ptr_array_set_size(sets, (gint)search->max);
}

/* ---- principals ---- */

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
number_of(Search *search, Principal *principal)
{
	for (guint i = 0; i < search->principals->len; i++) {
		search->work++;
		if (is_same(search->principals->pdata[i], principal))
			return i;
	}
	g_ptr_array_add(search->principals, principal);
	return search->principals->len - 1;
}

/* ---- n of several ---- */

/* Sets for 0 to n rules of those so far, each a GPtrArray of sets. */
typedef struct {
	Search *search;
	guint n;
	gboolean shared;    /* one signer may count for several */
	GPtrArray **chosen; /* n + 1 */
} Combination;

static Combination
combination_new(Search *search, guint n, gboolean shared)
{
	Combination combination = { search, n, shared,
				    g_new(GPtrArray *, n + 1) };

	for (guint i = 0; i <= n; i++)
		combination.chosen[i] = sets_new();
	g_ptr_array_add(combination.chosen[0], set_new(0));
	return combination;
}

/* One rule more may be among the chosen ones. Takes its sets. */
static void
combination_add(Combination *combination, GPtrArray *sets)
{
	Search *search = combination->search;

	for (guint chosen = combination->n;
	     chosen-- > 0 && !is_exhausted(search);) {
		const GPtrArray *before = combination->chosen[chosen];

		for (guint i = 0; i < before->len; i++)
			for (guint j = 0; j < sets->len; j++)
				add_set(search, combination->chosen[chosen + 1],
					merge(search, before->pdata[i],
					      sets->pdata[j],
					      combination->shared));
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
sets_of_principal(Search *search, Principal *principal)
{
	GPtrArray *sets = sets_new();
	Set *one = set_new(1);
	const guint number = number_of(search, principal);

	g_array_append_val(one, number);
	g_ptr_array_add(sets, one);
	return sets;
}

static GPtrArray *
sets_of_rule(Search *search, const SignaturePolicy *policy, guint at)
{
	const Rule *rule = &g_array_index(policy->rules, Rule, at);
	guint child = rule->first;
	Combination combination;

	if (!rule->is_gate)
		return sets_of_principal(
			search, policy->principals->pdata[rule->principal]);
	if (rule->n > (gint64)rule->count)
		return sets_new();
	combination = combination_new(search, rule->n > 0 ? (guint)rule->n : 0,
				      FALSE);
	for (guint i = 0; i < rule->count && !is_exhausted(search); i++) {
		combination_add(&combination,
				sets_of_rule(search, policy, child));
		child = g_array_index(policy->rules, Rule, child).next;
	}
	return combination_finish(&combination);
}

static GPtrArray *
sets_of_policy(Search *search, const Policy *policy)
{
	Combination combination;

	if (policy->signature != NULL)
		return sets_of_rule(search, policy->signature, 0);
	combination = combination_new(search, policy->threshold, TRUE);
	for (guint i = 0; i < policy->below->len && !is_exhausted(search); i++)
		if (policy->below->pdata[i] != NULL)
			combination_add(
				&combination,
				sets_of_policy(search,
					       policy->below->pdata[i]));
	return combination_finish(&combination);
}

/* ---- all of it ---- */

/* From numbers to principals. */
static GPtrArray *
name_sets(const Search *search, const GPtrArray *sets)
{
	GPtrArray *named = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_ptr_array_unref);

	for (guint i = 0; i < sets->len; i++) {
		const Set *set = sets->pdata[i];
		GPtrArray *names = g_ptr_array_sized_new(set->len);

		for (guint j = 0; j < set->len; j++)
			g_ptr_array_add(
				names,
				search->principals->pdata[set_at(set, j)]);
		g_ptr_array_add(named, names);
	}
	return named;
}

/* What was found when there was no time left is not taken. */
static GPtrArray *
search_once(const Policy *policy, guint max, gboolean *exhausted)
{
	g_autoptr(GPtrArray) principals = g_ptr_array_new();
	Search search = { .principals = principals, .max = max };
	g_autoptr(GPtrArray) sets = sets_of_policy(&search, policy);

	*exhausted = is_exhausted(&search);
	if (*exhausted)
		g_ptr_array_set_size(sets, 0);
	return name_sets(&search, sets);
}

GPtrArray *
minimal_sets(const Policy *policy)
{
	gboolean exhausted;
	GPtrArray *sets = search_once(policy, MINIMAL_SETS_MAX, &exhausted);

	if (!exhausted)
		return sets;
	g_ptr_array_unref(sets);
	return search_once(policy, 1, &exhausted);
}

GPtrArray *
minimal_sets_signature(const SignaturePolicy *policy)
{
	const Policy whole = { .signature = (SignaturePolicy *)policy };

	return minimal_sets(&whole);
}
