/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom to ask for endorsements.
 */
#include <string.h>

#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "tests/unit/fabric-people.h"

#define N (ORGS * 2)
#define POLICIES_MAX 3u

/* A peer and an admin of each organisation: "1p 1a 2p 2a 3p 3a". */
static Candidate candidates[N];
static const char *const names[N] = { "1p", "1a", "2p", "2a", "3p", "3a" };

static GPtrArray *
everybody(void)
{
	GPtrArray *list = g_ptr_array_new();

	make_people();
	for (guint i = 0; i < N; i++) {
		candidates[i].identity =
			i % 2 == 0 ? PEER(i / 2) : ADMIN(i / 2);
		candidates[i].state = CANDIDATE_IDLE;
		g_ptr_array_add(list, &candidates[i]);
	}
	return list;
}

/* Sets states by name: "1p:e 2a:f" (endorsed, failed, asked). */
static void
set_states(const char *states)
{
	for (guint i = 0; i < N; i++) {
		const char *at = strstr(states, names[i]);

		if (at == NULL)
			continue;
		candidates[i].state = at[3] == 'e'   ? CANDIDATE_ENDORSED
				      : at[3] == 'a' ? CANDIDATE_ASKED
						     : CANDIDATE_FAILED;
	}
}

static void
assert_chosen(const char *const *texts, guint n, const char *states,
	      const char *want)
{
	Policy made[POLICIES_MAX] = { { 0 } };
	g_autoptr(GPtrArray) policies = g_ptr_array_new();
	g_autoptr(GPtrArray) list = everybody();
	g_autoptr(GString) got = g_string_new(NULL);
	gboolean chosen[N] = { FALSE };

	set_states(states);
	for (guint i = 0; i < n; i++) {
		made[i].signature = compile(texts[i]);
		g_ptr_array_add(policies, &made[i]);
	}
	if (!choose_endorsers(policies, list, chosen))
		g_string_assign(got, "nobody");
	else
		for (guint i = 0; i < N; i++)
			if (chosen[i])
				g_string_append_printf(got, "%s%s",
						       got->len > 0 ? " " : "",
						       names[i]);
	g_assert_cmpstr(got->str, ==, want);
	for (guint i = 0; i < n; i++)
		signature_policy_free(made[i].signature);
}

static void
assert_one(const char *text, const char *states, const char *want)
{
	assert_chosen(&text, 1, states, want);
}

static void
test_one_policy(void)
{
	const char * or = "OR('Org1MSP.peer', 'Org2MSP.peer')";
	const char *and = "AND('Org1MSP.peer', 'Org2MSP.peer')";
	const char *two = "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', "
			  "'org-3.msp.peer')";

	assert_one(or, "", "1p");
	assert_one(or, "1p:f", "2p");
	assert_one(or, "2p:e", "2p");
	assert_one(or, "1p:f 2p:f", "nobody");
	assert_one(and, "", "1p 2p");
	assert_one(and, "2p:f", "nobody");
	assert_one(two, "", "1p 2p");
	assert_one(two, "3p:e", "1p 3p");
	assert_one(two, "1p:f", "2p 3p");
	assert_one(two, "1p:f 3p:a", "2p 3p");
	assert_one(two, "1p:f 3p:f", "nobody");
}

/* Nobody counts twice, and who can be something else gives way. */
static void
test_people_are_matched(void)
{
	assert_one("AND('Org1MSP.member', 'Org1MSP.member')", "", "1p 1a");
	assert_one("AND('Org1MSP.member', 'Org1MSP.member')", "1a:f", "nobody");
	assert_one("AND('Org1MSP.peer', 'Org1MSP.member')", "", "1p 1a");
	assert_one("AND('Org1MSP.member', 'Org1MSP.admin')", "1a:e", "1p 1a");
}

/* An endorsement for one policy counts for another. */
static void
test_several_policies(void)
{
	const char *const both[] = {
		"OR('Org1MSP.peer', 'Org2MSP.peer')",
		"'Org2MSP.peer'",
	};
	const char *const three[] = {
		"OR('Org1MSP.peer', 'org-3.msp.peer')",
		"OR('Org2MSP.peer', 'org-3.msp.peer')",
		"OR('Org2MSP.admin', 'org-3.msp.peer')",
	};

	assert_chosen(both, 2, "", "2p");
	assert_chosen(three, 3, "", "3p");
	assert_chosen(three, 3, "3p:f", "1p 2p 2a");
}

static void
test_who_is_missing(void)
{
	Policy policy = { .signature =
				  compile("AND('Org1MSP.peer', 'Org2MSP.peer', "
					  "'Org2MSP.peer')") };
	g_autoptr(GPtrArray) list = everybody();
	g_autofree char *some = choose_missing(&policy, list);
	g_autofree char *more = NULL;

	g_assert_cmpstr(some, ==, "Org2MSP.peer");
	set_states("1p:f");
	more = choose_missing(&policy, list);
	g_assert_cmpstr(more, ==, "Org1MSP.peer and Org2MSP.peer");
	signature_policy_free(policy.signature);
}

/* ---- against all subsets ---- */

/* The least number of people with whom a policy holds; N + 1: none. */
static guint
fewest(const Policy *policy)
{
	guint least = N + 1;

	for (guint set = 0; set < 1u << N; set++) {
		MspIdentity *signers[N];
		guint n = 0;

		for (guint i = 0; i < N; i++)
			if ((set >> i & 1) != 0)
				signers[n++] = candidates[i].identity;
		if (n < least && policy_holds(policy, signers, n))
			least = n;
	}
	return least;
}

static void
test_nobody_could_do_with_fewer(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	guint possible = 0;

	for (guint round = 0; round < 400; round++) {
		Node *node = random_node(rand, 2);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GPtrArray) list = everybody();
		g_autoptr(GPtrArray) policies = g_ptr_array_new();
		gboolean chosen[N] = { FALSE };
		Policy policy = { 0 };
		guint least, n = 0;

		node_text(node, text);
		policy.signature = compile(text->str);
		g_ptr_array_add(policies, &policy);
		least = fewest(&policy);
		g_assert_cmpint(choose_endorsers(policies, list, chosen), ==,
				least <= N);
		for (guint i = 0; i < N; i++) {
			n += chosen[i] ? 1 : 0;
			if (chosen[i])
				candidates[i].state = CANDIDATE_ENDORSED;
		}
		if (least <= N) {
			possible++;
			g_assert_cmpuint(n, ==, least);
			g_assert_true(choose_is_enough(policies, list));
		}
		signature_policy_free(policy.signature);
		node_free(node);
	}
	g_assert_cmpuint(possible, >, 100);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/choose/one-policy", test_one_policy);
	g_test_add_func("/fabric/choose/people-are-matched",
			test_people_are_matched);
	g_test_add_func("/fabric/choose/several-policies",
			test_several_policies);
	g_test_add_func("/fabric/choose/who-is-missing", test_who_is_missing);
	g_test_add_func("/fabric/choose/nobody-could-do-with-fewer",
			test_nobody_could_do_with_fewer);
	return g_test_run();
}
