/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies as people write them.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/policy/text.h"
#include "tests/unit/fabric-people.h"

/* What a text says comes back as that text. */
static void
test_text_round_trip(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(2);

	for (guint i = 0; i < 1000; i++) {
		Node *node = random_node(rand, 3);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(SignaturePolicy) policy = NULL;
		g_autofree char *again = NULL;

		node_text(node, text);
		policy = compile(text->str);
		again = policy_text_signature(policy);
		g_assert_cmpstr(again, ==, text->str);
		node_free(node);
	}
}

static void
assert_text(const char *text, const char *want)
{
	g_autoptr(SignaturePolicy) policy = compile(text);
	g_autofree char *got = policy_text_signature(policy);

	g_assert_cmpstr(got, ==, want);
}

static void
test_ways_to_write(void)
{
	assert_text(" and ( \"Org1MSP.member\",'b.admin' ) ",
		    "AND('Org1MSP.member', 'b.admin')");
	assert_text("Outof(1,'a.b.client','c_d.orderer')",
		    "OR('a.b.client', 'c_d.orderer')");
	assert_text("OutOf(2,'a.peer','b.peer')", "AND('a.peer', 'b.peer')");
	assert_text("'a.peer'", "'a.peer'");
	assert_text("AND('a.peer')", "OR('a.peer')");
}

static void
assert_wrong(const char *text, const char *reason)
{
	g_auto(Arena) arena = ARENA_INIT;
	Common__SignaturePolicyEnvelope *envelope = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(policy_parse_signature(&arena, text, &envelope, &err),
			!=, BSN_OK);
	if (strstr(err.reason, reason) == NULL)
		g_error("%s: \"%s\" is not in \"%s\"", text, reason,
			err.reason);
}

static void
test_wrong_texts(void)
{
	g_autoptr(GString) deep = g_string_new(NULL);
	g_autoptr(GString) wide = g_string_new("OR('a.peer'");
	g_autofree char *large = g_strnfill(POLICY_TEXT_MAX + 1, ' ');

	assert_wrong("", "character 1: here goes AND");
	assert_wrong("XOR('a.peer')", "character 1: here goes AND");
	assert_wrong("AND", "character 4: a ( is missing");
	assert_wrong("AND('a.peer'", "character 13: a comma or ) is missing");
	assert_wrong("AND('a.peer)", "character 5: this quote is not closed");
	assert_wrong("AND()", "character 5: here goes AND");
	assert_wrong("'a.boss'", "character 2: a principal is");
	assert_wrong("'peer'", "a principal is");
	assert_wrong("'.peer'", "a principal is");
	assert_wrong("'a b.peer'", "a principal is");
	assert_wrong("OutOf('a.peer')", "character 7: here goes how many");
	assert_wrong("OutOf(0, 'a.peer')", "character 7: here goes how many");
	assert_wrong("OutOf(99999999999999999999, 'a.peer')", "how many");
	assert_wrong("OutOf(2 'a.peer')", "a comma is missing");
	assert_wrong("OutOf(2, 'a.peer')", "nobody could fulfil it");
	assert_wrong("'a.peer' 'b.peer'", "something behind");
	assert_wrong(large, "at most");
	for (guint i = 0; i < RULES_DEPTH_MAX; i++)
		g_string_append(deep, "OR(");
	g_string_append(deep, "'a.peer'");
	assert_wrong(deep->str, "too many");
	for (guint i = 0; i < RULES_MAX; i++)
		g_string_append(wide, ",'a.peer'");
	g_string_append_c(wide, ')');
	assert_wrong(wide->str, "too many");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/fabric/policy/text-comes-back", test_text_round_trip);
	g_test_add_func("/fabric/policy/ways-to-write-it", test_ways_to_write);
	g_test_add_func("/fabric/policy/wrong-texts", test_wrong_texts);
	return g_test_run();
}
