/* SPDX-License-Identifier: Apache-2.0
 *
 * $tdpos and $xpoa: who agrees on blocks next, by votes or by signatures.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/kit/hex.h"
#include "tests/unit/xuper-kernel.h"

#define TOKENS                                                                 \
	"\"predistribution\":[{\"address\":\"#7\",\"quota\":\"1000\"},"        \
	"{\"address\":\"#8\",\"quota\":\"1000\"}],"
#define TDPOS                                                                  \
	"{" TOKENS "\"consensus\":{\"name\":\"tdpos\",\"proposer_num\":2,"     \
	"\"vote_unit_price\":5}}"
#define XPOA "{\"consensus\":{\"name\":\"xpoa\"}}"

static void
check_validators(KernelChain *chain, const char *expected)
{
	g_autofree char *have = kernel_validators(chain);

	g_assert_cmpstr(have, ==, expected);
}

/* 0 and 1 agree on blocks; 2, 3 and 4 may be elected; the others observe. */
static KernelChain *
begin(guint members)
{
	KernelChain *chain = kernel_chain_new(TDPOS, FALSE, members, 2);

	for (guint i = 2; i < 5; i++) {
		g_autofree char *key = hex_encode(bsn_slice_of(
			chain->people[i].public_key, PUBLIC_KEY_LEN));

		kernel_done(chain, "01", "$member.set", "public_key", key,
			    "role", "consensus", NULL);
	}
	check_validators(chain, "01");
	return chain;
}

/* 7 proposes it, who signs, too. */
static void
nominate(KernelChain *chain, guint person)
{
	g_autofree char *signers = g_strdup_printf("7%u", person);
	g_autofree char *who = g_strdup_printf("#%u", person);

	kernel_done(chain, signers, "$tdpos.nominateCandidate", "candidate",
		    who, "amount", "10", NULL);
}

static void
vote(KernelChain *chain, const char *voter, guint person, const char *amount)
{
	g_autofree char *who = g_strdup_printf("#%u", person);

	kernel_done(chain, voter, "$tdpos.voteCandidate", "candidate", who,
		    "amount", amount, NULL);
}

/* ---- elections --------------------------------------------------------- */

static void
test_terms(void)
{
	g_autoptr(KernelChain) chain = begin(5);

	check_validators(chain, "01");
	for (guint i = 2; i < 5; i++)
		nominate(chain, i);
	vote(chain, "7", 2, "10");
	/* One candidate has votes, and two are needed. */
	g_assert_cmpint(kernel_block(chain, 1, 1, NULL), ==, BSN_NOT_FOUND);
	check_validators(chain, "01");
	vote(chain, "8", 4, "15");
	g_assert_cmpint(kernel_block(chain, 2, 1, NULL), ==, BSN_NOT_FOUND);
	check_validators(chain, "01");
	g_assert_cmpint(kernel_block(chain, 3, 2, NULL), ==, BSN_OK);
	check_validators(chain, "42");
	/* Others overtake, and count from the next term on. */
	vote(chain, "8", 3, "20");
	vote(chain, "7", 2, "10");
	g_assert_cmpint(kernel_block(chain, 4, 2, NULL), ==, BSN_NOT_FOUND);
	check_validators(chain, "42");
	g_assert_cmpint(kernel_block(chain, 5, 4, NULL), ==, BSN_OK);
	/* 2 and 3 have 20 each: by address. */
	check_validators(chain,
			 strcmp(chain->people[2].address,
				chain->people[3].address) < 0
				 ? "23"
				 : "32");
}

/* The same ones in another order are no change. */
static void
test_same(void)
{
	g_autoptr(KernelChain) chain = begin(5);

	nominate(chain, 3);
	nominate(chain, 4);
	vote(chain, "7", 3, "10");
	vote(chain, "7", 4, "5");
	g_assert_cmpint(kernel_block(chain, 1, 1, NULL), ==, BSN_OK);
	check_validators(chain, "34");
	vote(chain, "8", 4, "50");
	g_assert_cmpint(kernel_block(chain, 2, 2, NULL), ==, BSN_NOT_FOUND);
	check_validators(chain, "34");
}

/* Votes that were taken back, candidates that may not any more. */
static void
test_gone(void)
{
	g_autoptr(KernelChain) chain = begin(5);
	g_autofree char *key = hex_encode(
		bsn_slice_of(chain->people[4].public_key, PUBLIC_KEY_LEN));
	g_autofree char *after = NULL;

	for (guint i = 2; i < 5; i++) {
		nominate(chain, i);
		vote(chain, "7", i, "10");
	}
	vote(chain, "8", 4, "100");
	kernel_done(chain, "01", "$member.set", "public_key", key, "role",
		    "observer", NULL);
	g_assert_cmpint(kernel_block(chain, 1, 1, NULL), ==, BSN_OK);
	check_validators(chain,
			 strcmp(chain->people[2].address,
				chain->people[3].address) < 0
				 ? "23"
				 : "32");
	kernel_done(chain, "7", "$tdpos.revokeVote", "candidate", "#2",
		    "amount", "10", NULL);
	kernel_block(chain, 2, 2, NULL);
	/* Too few candidates: the present ones go on. */
	after = kernel_validators(chain);
	g_assert_cmpuint(strlen(after), ==, 2);
}

static void
test_revoked_nomination(void)
{
	g_autoptr(KernelChain) chain = begin(5);
	g_autofree char *without = NULL;
	g_autofree char *with = NULL;

	for (guint i = 2; i < 5; i++) {
		nominate(chain, i);
		vote(chain, "7", i, i == 4 ? "50" : "10");
	}
	kernel_refused(chain, BSN_DENIED, "only who has nominated", "4",
		       "$tdpos.revokeNominate", "candidate", "#4", NULL);
	kernel_done(chain, "7", "$tdpos.revokeNominate", "candidate", "#4",
		    NULL);
	kernel_refused(chain, BSN_NOT_FOUND, "is no candidate", "7",
		       "$tdpos.voteCandidate", "candidate", "#4", "amount",
		       "5", NULL);
	kernel_block(chain, 1, 1, NULL);
	without = kernel_validators(chain);
	g_assert_null(strchr(without, '4'));
	/* What it had of votes is there again with it. */
	nominate(chain, 4);
	kernel_block(chain, 2, 2, NULL);
	with = kernel_validators(chain);
	g_assert_cmpint(with[0], ==, '4');
}

/* ---- candidates and votes ---------------------------------------------- */

static void
test_wrong_candidates(void)
{
	g_autoptr(KernelChain) chain = begin(6);

	kernel_refused(chain, BSN_DENIED, "must sign, too", "7",
		       "$tdpos.nominateCandidate", "candidate", "#2", "amount",
		       "10", NULL);
	kernel_refused(chain, BSN_DENIED, "role consensus", "75",
		       "$tdpos.nominateCandidate", "candidate", "#5", "amount",
		       "10", NULL);
	kernel_refused(chain, BSN_DENIED, "role consensus", "76",
		       "$tdpos.nominateCandidate", "candidate", "#6", "amount",
		       "10", NULL);
	kernel_refused(chain, BSN_DENIED, "not so many", "72",
		       "$tdpos.nominateCandidate", "candidate", "#2", "amount",
		       "1001", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "must be an address", "72",
		       "$tdpos.nominateCandidate", "candidate", "bob", "amount",
		       "10", NULL);
	nominate(chain, 2);
	kernel_refused(chain, BSN_DUPLICATE, "a candidate already", "82",
		       "$tdpos.nominateCandidate", "candidate", "#2", "amount",
		       "10", NULL);
	kernel_refused(chain, BSN_NOT_FOUND, "is no candidate", "7",
		       "$tdpos.revokeNominate", "candidate", "#3", NULL);
}

static void
test_wrong_votes(void)
{
	g_autoptr(KernelChain) chain = begin(6);

	nominate(chain, 2);
	kernel_refused(chain, BSN_BAD_REQUEST, "multiple of 5", "7",
		       "$tdpos.voteCandidate", "candidate", "#2", "amount",
		       "12", NULL);
	kernel_refused(chain, BSN_DENIED, "not locked", "7",
		       "$tdpos.voteCandidate", "candidate", "#2", "amount",
		       "1000", NULL);
	vote(chain, "8", 2, "10");
	kernel_refused(chain, BSN_DENIED, "not so many votes", "8",
		       "$tdpos.revokeVote", "candidate", "#2", "amount", "15",
		       NULL);
	kernel_refused(chain, BSN_DENIED, "not so many votes", "7",
		       "$tdpos.revokeVote", "candidate", "#2", "amount", "5",
		       NULL);
}

static void
test_infos(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(TDPOS, FALSE, 2, 2);
	g_autofree char *expected = kernel_text(
		chain, "{\"more\":false,\"nominate\":{\"#1\":{\"#7\":\"10\"}},"
		       "\"validators\":[\"#0\",\"#1\"],"
		       "\"vote\":{\"#1\":{\"#8\":\"25\"}}}");

	nominate(chain, 1);
	vote(chain, "8", 1, "10");
	vote(chain, "8", 1, "15");
	kernel_done(chain, "5", "$tdpos.getTdposInfos", NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, expected);
}

static void
test_other_protocol(void)
{
	g_autoptr(KernelChain) chain =
		kernel_chain_new("{" TOKENS "\"nofee\":true}", FALSE, 1, 1);

	kernel_refused(chain, BSN_NOT_OFFERED, "elects nobody", "70",
		       "$tdpos.nominateCandidate", "candidate", "#0", "amount",
		       "10", NULL);
	kernel_refused(chain, BSN_NOT_OFFERED, "elects nobody", "7",
		       "$tdpos.voteCandidate", "candidate", "#0", "amount",
		       "10", NULL);
	kernel_refused(chain, BSN_NOT_OFFERED, "single", "0",
		       "$xpoa.editValidates", "validates", "#0", NULL);
	kernel_refused(chain, BSN_NOT_OFFERED, "single", "0",
		       "$xpoa.getValidates", NULL);
	g_assert_cmpint(kernel_block(chain, 1, 5, NULL), ==, BSN_NOT_FOUND);
}

/* ---- validators by signatures ------------------------------------------ */

static void
test_edit(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(XPOA, FALSE, 6, 4);
	g_autofree char *expected =
		kernel_text(chain, "{\"validators\":[\"#4\",\"#1\",\"#5\"]}");

	kernel_refused(chain, BSN_DENIED, "2 of 4 validators have signed", "01",
		       "$xpoa.editValidates", "validates", "#4;#1;#5", NULL);
	kernel_refused(chain, BSN_DENIED, "2 of 4", "0145",
		       "$xpoa.editValidates", "validates", "#4;#1;#5", NULL);
	kernel_done(chain, "012", "$xpoa.editValidates", "validates",
		    "#4;#1;#5", "rule", "1", "acceptValue", "0.9", "aksWeight",
		    "{\"#0\":0.3,\"#1\":0.3,\"#2\":0.4}", NULL);
	check_validators(chain, "415");
	kernel_done(chain, "8", "$xpoa.getValidates", NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, expected);
	kernel_refused(chain, BSN_DENIED, "1 of 3", "012",
		       "$xpoa.editValidates", "validates", "#0", NULL);
}

static void
test_edit_wrong(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(XPOA, FALSE, 6, 4);

	kernel_refused(chain, BSN_BAD_REQUEST, "validates is missing", "012",
		       "$xpoa.editValidates", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "must be addresses", "012",
		       "$xpoa.editValidates", "validates", "#0;", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "no member", "012",
		       "$xpoa.editValidates", "validates", "#0;#7", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "named twice", "012",
		       "$xpoa.editValidates", "validates", "#0;#0", NULL);
	kernel_refused(chain, BSN_DUPLICATE, "these already", "012",
		       "$xpoa.editValidates", "validates", "#0;#1;#2;#3", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "a threshold", "012",
		       "$xpoa.editValidates", "validates", "#0", "rule", "2",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "no validator", "012",
		       "$xpoa.editValidates", "validates", "#0", "aksWeight",
		       "{\"#4\":1}", NULL);
	check_validators(chain, "0123");
}

static void
test_accept_value(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(
		"{\"consensus\":{\"name\":\"xpoa\",\"accept_value\":0.8}}",
		FALSE, 6, 4);

	/* 3.2 of 4 are 4. */
	kernel_refused(chain, BSN_DENIED, "and 4 must", "012",
		       "$xpoa.editValidates", "validates", "#0;#1;#2;#3;#4",
		       NULL);
	kernel_done(chain, "0123", "$xpoa.editValidates", "validates",
		    "#0;#1;#2;#3;#4", NULL);
	/* 4 of 5 are 4. */
	kernel_done(chain, "0124", "$xpoa.editValidates", "validates",
		    "#0;#1;#2;#4", NULL);
	check_validators(chain, "0124");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/tdpos/each-term-begins-with-an-election",
			test_terms);
	g_test_add_func("/xuper/tdpos/the-same-set-is-no-change", test_same);
	g_test_add_func("/xuper/tdpos/who-may-not-is-not-elected", test_gone);
	g_test_add_func("/xuper/tdpos/a-nomination-is-taken-back",
			test_revoked_nomination);
	g_test_add_func("/xuper/tdpos/wrong-candidates-are-refused",
			test_wrong_candidates);
	g_test_add_func("/xuper/tdpos/wrong-votes-are-refused",
			test_wrong_votes);
	g_test_add_func("/xuper/tdpos/tells-candidates-and-votes", test_infos);
	g_test_add_func("/xuper/tdpos/is-for-chains-that-elect",
			test_other_protocol);
	g_test_add_func("/xuper/xpoa/validators-name-the-next-ones",
			test_edit);
	g_test_add_func("/xuper/xpoa/wrong-validators-are-refused",
			test_edit_wrong);
	g_test_add_func("/xuper/xpoa/the-share-may-be-another",
			test_accept_value);
	return g_test_run();
}
