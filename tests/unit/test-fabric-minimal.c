/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is enough for a policy.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "tests/unit/fabric-people.h"

static void
assert_sets(const char *policy_text, const char *want)
{
	g_autoptr(SignaturePolicy) policy = compile(policy_text);
	g_autoptr(GPtrArray) sets = minimal_sets_signature(policy);
	g_autofree char *got = sets_text(sets);

	g_assert_cmpstr(got, ==, want);
}

static void
test_minimal(void)
{
	assert_sets("'a.peer'", "a.peer");
	assert_sets("AND('a.peer', 'b.peer')", "a.peer+b.peer");
	assert_sets("OR('a.peer', 'b.peer')", "a.peer | b.peer");
	assert_sets("OR('a.peer', AND('a.peer', 'b.peer'))", "a.peer");
	assert_sets("OR(AND('a.peer', 'b.peer'), 'a.peer')", "a.peer");
	assert_sets("OutOf(2, 'a.peer', 'b.peer', 'c.peer')",
		    "a.peer+b.peer | a.peer+c.peer | b.peer+c.peer");
	assert_sets("AND('a.peer', 'a.peer')", "a.peer+a.peer");
	assert_sets("AND(OR('a.peer', 'b.peer'), OR('a.peer', 'c.peer'))",
		    "a.peer+a.peer | a.peer+c.peer | a.peer+b.peer | "
		    "b.peer+c.peer");
}

static void
test_minimal_is_bounded(void)
{
	g_autoptr(GString) text = g_string_new("OutOf(20");
	g_autoptr(SignaturePolicy) policy = NULL;
	g_autoptr(GPtrArray) sets = NULL;

	for (guint i = 0; i < 40; i++)
		g_string_append_printf(text, ", 'org%u.peer'", i);
	g_string_append_c(text, ')');
	policy = compile(text->str);
	sets = minimal_sets_signature(policy);
	g_assert_cmpuint(sets->len, ==, MINIMAL_SETS_MAX);
	for (guint i = 0; i < sets->len; i++)
		g_assert_cmpuint(((GPtrArray *)sets->pdata[i])->len, ==, 20);
}

static guint
signers_of(const GPtrArray *set, guint left_out, MspIdentity **signers)
{
	guint n = 0;

	for (guint i = 0; i < set->len; i++) {
		const Principal *principal = set->pdata[i];
		guint org = 0;

		while (strcmp(orgs[org].id, principal->msp_id) != 0)
			org++;
		if (i != left_out)
			signers[n++] = &people[org][principal->role];
	}
	return n;
}

static void
add_mask(GArray *masks, guint32 mask)
{
	for (guint i = 0; i < masks->len; i++)
		if (g_array_index(masks, guint32, i) == mask)
			return;
	g_array_append_val(masks, mask);
}

/* Every way to fulfil a rule when those of `used` are taken already: who is
 * taken then. */
static GArray *
all_ways(const Node *node, MspIdentity **signers, guint n, guint32 used)
{
	GArray *ways[5];
	GArray *result;

	for (guint i = 0; i <= node->count; i++)
		ways[i] = g_array_new(FALSE, FALSE, sizeof(guint32));
	if (node->count == 0) {
		for (guint i = 0; i < n; i++)
			if ((used >> i & 1) == 0 && has_role(signers[i], node))
				add_mask(ways[0], used | 1u << i);
		return ways[0];
	}
	g_array_append_val(ways[0], used);
	for (guint i = 0; i < node->count; i++)
		for (guint k = i + 1; k-- > 0;)
			for (guint j = 0; j < ways[k]->len; j++) {
				g_autoptr(GArray) more = all_ways(
					node->children[i], signers, n,
					g_array_index(ways[k], guint32, j));

				for (guint m = 0; m < more->len; m++)
					add_mask(ways[k + 1],
						 g_array_index(more, guint32,
							       m));
			}
	result = g_array_ref(ways[node->n]);
	for (guint i = 0; i <= node->count; i++)
		g_array_unref(ways[i]);
	return result;
}

static gboolean
can_hold(const Node *node, MspIdentity **signers, guint n)
{
	g_autoptr(GArray) ways = all_ways(node, signers, n, 0);

	return ways->len > 0;
}

/* Signers of every set are enough if each counts where it is needed, and fewer
 * are not. (Nobody asks for members, which others are as well.) */
static void
test_minimal_holds(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);
	guint held = 0;
	guint tried = 0;

	for (guint i = 0; i < 300; i++) {
		Node *node = random_node(rand, 2);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(SignaturePolicy) policy = NULL;
		g_autoptr(GPtrArray) sets = NULL;
		MspIdentity *signers[32];

		node_text(node, text);
		policy = compile(text->str);
		sets = minimal_sets_signature(policy);
		g_assert_cmpuint(sets->len, >, 0);
		for (guint j = 0; j < sets->len && j < 8 &&
				  strstr(text->str, "member") == NULL;
		     j++) {
			const GPtrArray *set = sets->pdata[j];
			const guint n = signers_of(set, G_MAXUINT, signers);

			g_assert_true(can_hold(node, signers, n));
			held += signature_policy_holds(policy, signers, n) ? 1
									   : 0;
			tried++;
			for (guint k = 0;
			     k < set->len && sets->len < MINIMAL_SETS_MAX; k++)
				g_assert_false(
					can_hold(node, signers,
						 signers_of(set, k, signers)));
		}
		node_free(node);
	}
	/* Evaluation, which gives each signer to who asks first, finds most. */
	g_assert_cmpuint(held, >, tried * 3 / 4);
}

/* The most that a policy can have: all principals, half of them needed. */
static void
test_minimal_ends(void)
{
	g_autoptr(GString) text = g_string_new("OutOf(128");
	g_autoptr(SignaturePolicy) policy = NULL;
	g_autoptr(GPtrArray) sets = NULL;

	for (guint i = 0; i < PRINCIPALS_MAX; i++)
		g_string_append_printf(text, ",'org%u.peer'", i);
	g_string_append_c(text, ')');
	policy = compile(text->str);
	sets = minimal_sets_signature(policy);
	g_assert_cmpuint(sets->len, ==, 1);
	g_assert_cmpuint(((GPtrArray *)sets->pdata[0])->len, ==, 128);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/fabric/policy/who-is-enough", test_minimal);
	g_test_add_func("/fabric/policy/not-everybody-who-is-enough",
			test_minimal_is_bounded);
	g_test_add_func("/fabric/policy/who-is-enough-is-found-in-time",
			test_minimal_ends);
	g_test_add_func("/fabric/policy/who-is-enough-is-and-no-fewer",
			test_minimal_holds);
	return g_test_run();
}
