/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom to ask, so that policies hold: each policy's smallest sets of principals
 * are tried, people are matched to principals, and since evaluation is stricter
 * than that, policy_holds has the last word.
 */
#include <string.h>

#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/policy/minimal.h"

/* Sets that are tried before everybody is asked: policies that people write
 * need a few. */
#define TRIES_MAX 256u

typedef struct {
	const GPtrArray *policies;
	const GPtrArray *candidates;
	GPtrArray *sets; /* of each policy: what minimal_sets gives */
	guint tries;
	gboolean *best; /* n flags; with best_new others */
	guint best_new;
	gboolean found;
} Search;

static const Candidate *
candidate_at(const GPtrArray *candidates, guint i)
{
	return candidates->pdata[i];
}

/* Whether it is in anyway. */
static gboolean
is_in(const Candidate *candidate)
{
	return candidate->state == CANDIDATE_ASKED ||
	       candidate->state == CANDIDATE_ENDORSED;
}

/* Whether a policy holds with those whose flags are set, in order. */
static gboolean
holds(const Policy *policy, const GPtrArray *candidates, const gboolean *flags)
{
	MspIdentity *signers[SIGNERS_MAX];
	guint n = 0;

	for (guint i = 0; i < candidates->len && n < SIGNERS_MAX; i++)
		if (flags[i])
			signers[n++] = candidate_at(candidates, i)->identity;
	return policy_holds(policy, signers, n);
}

static gboolean
all_hold(const GPtrArray *policies, const GPtrArray *candidates,
	 const gboolean *flags)
{
	for (guint i = 0; i < policies->len; i++)
		if (!holds(policies->pdata[i], candidates, flags))
			return FALSE;
	return TRUE;
}

gboolean
choose_is_enough(const GPtrArray *policies, const GPtrArray *candidates)
{
	g_autofree gboolean *flags = g_new0(gboolean, candidates->len + 1);

	for (guint i = 0; i < candidates->len; i++)
		flags[i] = candidate_at(candidates, i)->state ==
			   CANDIDATE_ENDORSED;
	return all_hold(policies, candidates, flags);
}

/* ---- matching people to principals ---- */

/* A set of principals, and who is to be which. */
typedef struct {
	const GPtrArray *candidates;
	const GPtrArray *set;	/* Principal */
	const gboolean *chosen; /* who is in already */
	guint *of;		/* for each candidate its principal + 1 */
	gboolean *visited;	/* candidates, on the way */
} Matching;

/* Those who are in first, then by preference. */
static gboolean
find_place(Matching *matching, guint principal)
{
	for (gint wanted = TRUE; wanted >= FALSE; wanted--)
		for (guint i = 0; i < matching->candidates->len; i++) {
			const Candidate *candidate =
				candidate_at(matching->candidates, i);

			if (matching->visited[i] ||
			    matching->chosen[i] != wanted ||
			    candidate->state == CANDIDATE_FAILED ||
			    !principal_is(matching->set->pdata[principal],
					  candidate->identity))
				continue;
			matching->visited[i] = TRUE;
			if (matching->of[i] != 0 &&
			    !find_place(matching, matching->of[i] - 1))
				continue;
			matching->of[i] = principal + 1;
			return TRUE;
		}
	return FALSE;
}

/* Adds to `chosen` whoever is needed for a set; FALSE when somebody is missing.
 */
static gboolean
match(const GPtrArray *candidates, const GPtrArray *set, gboolean *chosen)
{
	const guint n = candidates->len;
	g_autofree guint *of = g_new0(guint, n + 1);
	g_autofree gboolean *visited = g_new(gboolean, n + 1);
	Matching matching = { candidates, set, chosen, of, visited };

	for (guint i = 0; i < set->len; i++) {
		memset(visited, 0, n * sizeof(*visited));
		if (!find_place(&matching, i))
			return FALSE;
	}
	for (guint i = 0; i < n; i++)
		chosen[i] |= of[i] != 0;
	return TRUE;
}

/* ---- the search ---- */

/* How many of them are to be asked; and in all. */
static guint
count_new(const GPtrArray *candidates, const gboolean *chosen, guint *all)
{
	guint n = 0;

	*all = 0;
	for (guint i = 0; i < candidates->len; i++) {
		*all += chosen[i] ? 1 : 0;
		n += chosen[i] && !is_in(candidate_at(candidates, i)) ? 1 : 0;
	}
	return n;
}

/* Whether it costs less than what was found. */
static gboolean
is_better(const Search *search, const gboolean *chosen)
{
	guint all;
	const guint n = count_new(search->candidates, chosen, &all);

	return all <= TRANSACTION_ENDORSEMENTS_MAX &&
	       (!search->found || n < search->best_new);
}

static void
consider(Search *search, const gboolean *chosen)
{
	guint all;

	if (!is_better(search, chosen) ||
	    !all_hold(search->policies, search->candidates, chosen))
		return;
	search->found = TRUE;
	search->best_new = count_new(search->candidates, chosen, &all);
	memcpy(search->best, chosen, search->candidates->len * sizeof(*chosen));
}

/* Goes on with policy number `at`. */
static void
search_from(Search *search, guint at, const gboolean *chosen)
{
	const gsize size = search->candidates->len * sizeof(*chosen);
	const GPtrArray *sets;

	if (at == search->policies->len) {
		consider(search, chosen);
		return;
	}
	if (holds(search->policies->pdata[at], search->candidates, chosen)) {
		search_from(search, at + 1, chosen);
		return;
	}
	sets = search->sets->pdata[at];
	for (guint i = 0; i < sets->len && search->tries < TRIES_MAX; i++) {
		g_autofree gboolean *more = g_memdup2(chosen, size);

		search->tries++;
		if (match(search->candidates, sets->pdata[i], more) &&
		    is_better(search, more))
			search_from(search, at + 1, more);
	}
}

/* When no set will do everybody may: sets are not kept without end, and
 * evaluation depends on the order. */
static void
consider_all(Search *search, gboolean *flags)
{
	for (guint i = 0; i < search->candidates->len; i++)
		flags[i] = candidate_at(search->candidates, i)->state !=
			   CANDIDATE_FAILED;
	consider(search, flags);
}

gboolean
choose_endorsers(const GPtrArray *policies, const GPtrArray *candidates,
		 gboolean *chosen)
{
	g_autofree gboolean *flags = g_new0(gboolean, candidates->len + 1);
	g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_ptr_array_unref);
	Search search = { policies, candidates, sets, 0, chosen, 0, FALSE };

	for (guint i = 0; i < policies->len; i++)
		g_ptr_array_add(sets, minimal_sets(policies->pdata[i]));
	for (guint i = 0; i < candidates->len; i++)
		flags[i] = is_in(candidate_at(candidates, i));
	search_from(&search, 0, flags);
	if (!search.found)
		consider_all(&search, flags);
	return search.found;
}

/* Whether anybody who is left is a principal and was not counted yet. */
static gboolean
take_one(const GPtrArray *candidates, const Principal *principal,
	 gboolean *taken)
{
	for (guint i = 0; i < candidates->len; i++) {
		const Candidate *candidate = candidate_at(candidates, i);

		if (taken[i] || candidate->state == CANDIDATE_FAILED ||
		    !principal_is(principal, candidate->identity))
			continue;
		taken[i] = TRUE;
		return TRUE;
	}
	return FALSE;
}

char *
choose_missing(const Policy *policy, const GPtrArray *candidates)
{
	g_autoptr(GPtrArray) sets = minimal_sets(policy);
	g_autofree gboolean *taken = g_new0(gboolean, candidates->len + 1);
	GString *text = g_string_new(NULL);
	const GPtrArray *set = sets->len > 0 ? sets->pdata[0] : NULL;

	for (guint i = 0; set != NULL && i < set->len; i++) {
		g_autofree char *one = principal_text(set->pdata[i]);

		if (take_one(candidates, set->pdata[i], taken))
			continue;
		g_string_append(text, text->len > 0 ? " and " : "");
		g_string_append(text, one != NULL ? one : "somebody");
	}
	if (text->len == 0)
		g_string_append(text, "somebody");
	return g_string_free(text, FALSE);
}
