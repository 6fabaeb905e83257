/* SPDX-License-Identifier: Apache-2.0
 *
 * $member: nodes come and go by the votes of those that agree on blocks.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/kernel/agreement.h"
#include "plugins/engine-xuper/kernel/votes.h"
#include "plugins/kit/hex.h"
#include "tests/unit/xuper-kernel.h"

#define BFT "{\"consensus\":{\"name\":\"chainedbft\"}}"
#define TDPOS "{\"consensus\":{\"name\":\"tdpos\",\"proposer_num\":5}}"

static char *
key_of(const KernelChain *chain, guint person)
{
	return hex_encode(bsn_slice_of(chain->people[person].public_key,
				       PUBLIC_KEY_LEN));
}

static void
check_validators(KernelChain *chain, const char *expected)
{
	g_autofree char *have = kernel_validators(chain);

	g_assert_cmpstr(have, ==, expected);
}

/* Asks for a role; whether it counts at once. */
static gboolean
set(KernelChain *chain, const char *signers, guint person, const char *role,
    const char *force)
{
	g_autofree char *key = key_of(chain, person);

	kernel_done(chain, signers, "$member.set", "public_key", key, "role",
		    role, "force", force, NULL);
	return json_is_true(kernel_answered(chain, "applied"));
}

static void
test_needed(void)
{
	static const struct {
		gsize n, majority, thirds;
	} cases[] = { { 1, 1, 1 }, { 2, 2, 2 }, { 3, 2, 3 }, { 4, 3, 3 },
		      { 5, 3, 4 }, { 6, 4, 5 }, { 7, 4, 5 }, { 100, 51, 67 } };

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpuint(votes_needed(MEMBER_VOTES_MAJORITY,
					      cases[i].n),
				 ==, cases[i].majority);
		g_assert_cmpuint(votes_needed(MEMBER_VOTES_TWO_THIRDS,
					      cases[i].n),
				 ==, cases[i].thirds);
		g_assert_cmpuint(votes_needed(MEMBER_VOTES_ALL, cases[i].n), ==,
				 cases[i].n);
	}
}

static void
test_gathered(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);

	g_assert_false(set(chain, "0", 5, "consensus", "false"));
	check_validators(chain, "0123");
	kernel_done(chain, "7", "$member.proposals", NULL);
	g_assert_cmpstr(json_string_value(kernel_answered(
				chain, "0.change.role")),
			==, "consensus");
	g_assert_cmpuint(json_array_size(kernel_answered(chain, "0.votes")), ==,
			 1);
	g_assert_false(set(chain, "1", 5, "consensus", "false"));
	g_assert_true(set(chain, "2", 5, "consensus", "false"));
	check_validators(chain, "01235");
	kernel_done(chain, "7", "$member.proposals", NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, "[]");
	kernel_done(chain, "7", "$member.list", NULL);
	g_assert_cmpuint(json_array_size(kernel_answered(chain, "")), ==, 5);
	g_assert_nonnull(strstr(kernel_answer(chain), "10.0.0.1:7000"));
}

static void
test_together(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, TRUE, 5, 4);

	g_assert_true(set(chain, "#0,#1,XC1111111111111111@one/#3", 4,
			  "consensus", "false"));
	check_validators(chain, "01234");
	g_assert_true(set(chain, "123", 0, "observer", "false"));
	check_validators(chain, "1234");
	g_assert_true(set(chain, "123", 0, "none", "false"));
	check_validators(chain, "1234");
}

/* Votes are for exactly one change, and only the newest one of a voter. */
static void
test_exactly(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 5, 4);
	g_autofree char *key = key_of(chain, 4);

	kernel_done(chain, "01", "$member.set", "public_key", key, "role",
		    "consensus", "name", "a", NULL);
	kernel_done(chain, "2", "$member.set", "public_key", key, "role",
		    "consensus", "name", "b", NULL);
	check_validators(chain, "0123");
	kernel_done(chain, "0", "$member.set", "public_key", key, "role",
		    "consensus", "name", "b", NULL);
	check_validators(chain, "0123");
	kernel_refused(chain, BSN_DUPLICATE, "has voted for it already", "0",
		       "$member.set", "public_key", key, "role", "consensus",
		       "name", "b", NULL);
	/* 0 has left them, so these are two. */
	kernel_done(chain, "3", "$member.set", "public_key", key, "role",
		    "consensus", "name", "a", NULL);
	check_validators(chain, "0123");
	kernel_done(chain, "3", "$member.set", "public_key", key, "role",
		    "consensus", "name", "b", NULL);
	check_validators(chain, "01234");
	g_assert_true(json_is_true(kernel_answered(chain, "applied")));
}

/* Who does not agree on blocks any more does not count. */
static void
test_strangers(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 6, 5);

	g_assert_false(set(chain, "01", 5, "consensus", "false"));
	g_assert_true(set(chain, "123", 0, "none", "false"));
	check_validators(chain, "1234");
	/* 0's vote is gone: 1 and 2 are two of four. */
	g_assert_false(set(chain, "2", 5, "consensus", "false"));
	check_validators(chain, "1234");
	g_assert_true(set(chain, "4", 5, "consensus", "false"));
	check_validators(chain, "12345");
}

static void
test_refused(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 5, 4);
	g_autofree char *key = key_of(chain, 4);
	g_autofree char *other = key_of(chain, 7);

	kernel_refused(chain, BSN_DENIED, "only those have votes", "4",
		       "$member.set", "public_key", key, "role", "consensus",
		       NULL);
	kernel_refused(chain, BSN_DUPLICATE, "like that already", "0",
		       "$member.set", "public_key", key, "role", "observer",
		       NULL);
	kernel_refused(chain, BSN_NOT_FOUND, "no such member", "0",
		       "$member.set", "public_key", other, "role", "none",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "public_key", "0",
		       "$member.set", "public_key", "0x12", "role", "none",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "role", "0", "$member.set",
		       "public_key", key, "role", "sealer", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "force", "0", "$member.set",
		       "public_key", key, "role", "none", "force", "yes", NULL);
}

static void
test_force(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 5, 4);
	g_autofree char *key = key_of(chain, 0);

	kernel_refused(chain, BSN_DENIED, "force=true", "012", "$member.set",
		       "public_key", key, "role", "none", NULL);
	g_assert_true(set(chain, "012", 0, "none", "true"));
	check_validators(chain, "123");
	g_assert_true(set(chain, "12", 3, "none", "true"));
	g_assert_true(set(chain, "12", 2, "none", "true"));
	check_validators(chain, "1");
	g_free(key);
	key = key_of(chain, 1);
	kernel_refused(chain, BSN_BAD_REQUEST, "the last member", "1",
		       "$member.set", "public_key", key, "role", "observer",
		       "force", "true", NULL);
}

static void
test_single(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new("{}", FALSE, 2, 1);
	g_autofree char *key = key_of(chain, 1);

	kernel_refused(chain, BSN_BAD_REQUEST, "single has one member", "0",
		       "$member.set", "public_key", key, "role", "consensus",
		       NULL);
	g_assert_true(set(chain, "0", 5, "observer", "false"));
	check_validators(chain, "0");
}

static void
test_candidates(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(TDPOS, FALSE, 6, 5);

	/* Who may be elected does not agree on blocks yet. */
	g_assert_true(set(chain, "012", 5, "consensus", "false"));
	check_validators(chain, "01234");
	/* Who may not any more leaves at once. */
	g_assert_true(set(chain, "012", 4, "observer", "false"));
	check_validators(chain, "0123");
}

static void
test_all_votes(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(
		"{\"members\":{\"votes\":\"all\"},"
		"\"consensus\":{\"name\":\"chainedbft\"}}",
		FALSE, 5, 4);

	g_assert_false(set(chain, "012", 4, "consensus", "false"));
	g_assert_true(set(chain, "3", 4, "consensus", "false"));
	check_validators(chain, "01234");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/member/so-many-votes-are-needed", test_needed);
	g_test_add_func("/xuper/member/votes-gather-in-the-state",
			test_gathered);
	g_test_add_func("/xuper/member/who-signs-together-votes-together",
			test_together);
	g_test_add_func("/xuper/member/votes-are-for-exactly-one-change",
			test_exactly);
	g_test_add_func("/xuper/member/who-has-left-has-no-vote",
			test_strangers);
	g_test_add_func("/xuper/member/wrong-changes-are-refused",
			test_refused);
	g_test_add_func("/xuper/member/too-few-need-force", test_force);
	g_test_add_func("/xuper/member/single-stays-single", test_single);
	g_test_add_func("/xuper/member/tdpos-has-candidates",
			test_candidates);
	g_test_add_func("/xuper/member/all-may-be-needed", test_all_votes);
	return g_test_run();
}
