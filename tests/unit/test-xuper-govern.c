/* SPDX-License-Identifier: Apache-2.0
 *
 * Governance tokens: who has them, who has locked them, and that there are always
 * as many.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/kernel/govern.h"
#include "tests/unit/xuper-kernel.h"

#define CONFIG                                                                 \
	"{\"predistribution\":[{\"address\":\"#0\",\"quota\":\"1000\"},"       \
	"{\"address\":\"#1\",\"quota\":\"500\"},"                              \
	"{\"address\":\"#0\",\"quota\":\"1\"}],"                               \
	"\"governance\":{\"supply_ratio\":3},"                                 \
	"\"consensus\":{\"name\":\"tdpos\",\"proposer_num\":1}}"
#define SUPPLY 4503

static guint64
number(const json_t *text)
{
	return g_ascii_strtoull(json_string_value(text), NULL, 10);
}

static guint64
balance(KernelChain *chain, const char *who, const char *path)
{
	kernel_done(chain, "8", "$govern_token.Query", "account", who, NULL);
	return number(kernel_answered(chain, path));
}

static void
test_beginning(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG, FALSE, 1, 1);

	kernel_done(chain, "8", "$govern_token.TotalSupply", NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, "4503");
	g_assert_cmpuint(balance(chain, "#0", "total_balance"), ==, 3003);
	g_assert_cmpuint(balance(chain, "#1", "total_balance"), ==, 1500);
	g_assert_cmpuint(balance(chain, "#2", "total_balance"), ==, 0);
	g_assert_cmpuint(balance(chain, "#0", "locked_balance.ordinary"), ==,
			 0);
	g_assert_cmpstr(kernel_answer(chain), ==,
			"{\"locked_balance\":{\"ordinary\":\"0\","
			"\"tdpos\":\"0\"},\"total_balance\":\"3003\"}");
	kernel_refused(chain, BSN_DUPLICATE, "distributed already", "0",
		       "$govern_token.Init", NULL);
}

static void
test_transfer(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG, FALSE, 1, 1);

	kernel_done(chain, "0", "$govern_token.Transfer", "to", "#2", "amount",
		    "3", NULL);
	kernel_done(chain, "0", "$govern_token.Transfer", "to",
		    "XC1111111111111111@one", "amount", "1000", NULL);
	kernel_done(chain, "0", "$govern_token.Transfer", "to", "#0", "amount",
		    "2000", NULL);
	g_assert_cmpuint(balance(chain, "#0", "total_balance"), ==, 2000);
	g_assert_cmpuint(balance(chain, "#2", "total_balance"), ==, 3);
	kernel_refused(chain, BSN_DENIED, "not so many", "0",
		       "$govern_token.Transfer", "to", "#2", "amount", "2001",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "amount", "0",
		       "$govern_token.Transfer", "to", "#2", "amount", "0",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "amount", "0",
		       "$govern_token.Transfer", "to", "#2", "amount", "-1",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "an address", "0",
		       "$govern_token.Transfer", "to", "bob", "amount", "1",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "account of this chain", "0",
		       "$govern_token.Transfer", "to",
		       "XC1111111111111111@two", "amount", "1", NULL);
	kernel_refused(chain, BSN_DENIED, "no initiator", ",",
		       "$govern_token.Transfer", "to", "#2", "amount", "1",
		       NULL);
}

static void
test_lock_is_for_contracts(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG, FALSE, 1, 1);

	kernel_refused(chain, BSN_DENIED, "only $proposal and $tdpos", "0",
		       "$govern_token.Lock", "from", "#0", "amount", "1",
		       "lock_type", "ordinary", NULL);
	kernel_refused(chain, BSN_DENIED, "only $proposal and $tdpos", "0",
		       "$govern_token.UnLock", "from", "#0", "amount", "1",
		       "lock_type", "ordinary", NULL);
}

/* What is locked votes in one way, may vote in the other, and does not move. */
static void
test_locked(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG, FALSE, 1, 1);

	kernel_done(chain, "0", "$tdpos.nominateCandidate", "candidate", "#0",
		    "amount", "3000", NULL);
	g_assert_cmpuint(balance(chain, "#0", "locked_balance.tdpos"), ==,
			 3000);
	kernel_refused(chain, BSN_DENIED, "not locked", "0",
		       "$govern_token.Transfer", "to", "#1", "amount", "4",
		       NULL);
	kernel_done(chain, "0", "$govern_token.Transfer", "to", "#1", "amount",
		    "3", NULL);
	kernel_refused(chain, BSN_DENIED, "not locked", "0",
		       "$tdpos.voteCandidate", "candidate", "#0", "amount", "1",
		       NULL);
	kernel_done(chain, "0", "$tdpos.revokeNominate", "candidate", "#0",
		    NULL);
	g_assert_cmpuint(balance(chain, "#0", "locked_balance.tdpos"), ==, 0);
}

/* ---- random operations ------------------------------------------------- */

#define OPERATIONS 3000u
#define PROPOSAL                                                               \
	"{\"args\":{\"min_vote_percent\":\"51\",\"stop_vote_height\":\"%u\"}," \
	"\"trigger\":{\"height\":%u,\"module\":\"xkernel\","                   \
	"\"contract\":\"$consensus\",\"method\":\"updateConsensus\","          \
	"\"args\":{\"name\":\"tdpos\",\"config\":{\"proposer_num\":1,"         \
	"\"period\":%u}}}}"

static void
operate(KernelChain *chain, GRand *random)
{
	g_autofree char *who =
		g_strdup_printf("%d", g_rand_int_range(random, 0, 4));
	g_autofree char *to =
		g_strdup_printf("#%d", g_rand_int_range(random, 0, 4));
	g_autofree char *amount =
		g_strdup_printf("%d", g_rand_int_range(random, 1, 1200));
	g_autofree char *id =
		g_strdup_printf("%d", g_rand_int_range(random, 1, 30));
	guint stop = (guint)chain->height +
		     (guint)g_rand_int_range(random, 1, 20);
	g_autofree char *proposal = g_strdup_printf(
		PROPOSAL, stop, stop + 3, g_rand_int_range(random, 51, 59));

	switch (g_rand_int_range(random, 0, 8)) {
	case 0:
		kernel_call(chain, who, "$govern_token.Transfer", "to", to,
			    "amount", amount, NULL);
		break;
	case 1:
		kernel_call(chain, "0", "$tdpos.nominateCandidate",
			    "candidate", "#0", "amount", amount, NULL);
		break;
	case 2:
		kernel_call(chain, "0", "$tdpos.revokeNominate", "candidate",
			    "#0", NULL);
		break;
	case 3:
		kernel_call(chain, who, "$tdpos.voteCandidate", "candidate",
			    "#0", "amount", amount, NULL);
		break;
	case 4:
		kernel_call(chain, who, "$tdpos.revokeVote", "candidate", "#0",
			    "amount", amount, NULL);
		break;
	case 5:
		kernel_call(chain, who, "$proposal.Propose", "proposal",
			    proposal, NULL);
		break;
	case 6:
		kernel_call(chain, who, "$proposal.Vote", "proposal_id", id,
			    "amount", amount, NULL);
		break;
	case 7:
		kernel_call(chain, who, "$proposal.Thaw", "proposal_id", id,
			    NULL);
		break;
	}
}

static void
check_supply(KernelChain *chain)
{
	guint64 sum = 0;

	for (guint i = 0; i < 4; i++) {
		g_autofree char *who = g_strdup_printf("#%u", i);
		guint64 total = balance(chain, who, "total_balance");

		g_assert_cmpuint(number(kernel_answered(
					 chain, "locked_balance.ordinary")),
				 <=, total);
		g_assert_cmpuint(number(kernel_answered(
					 chain, "locked_balance.tdpos")),
				 <=, total);
		sum += total;
	}
	g_assert_cmpuint(sum, ==, SUPPLY);
}

/* When all is over, nothing is locked that nobody can unlock. */
static void
give_back(KernelChain *chain)
{
	kernel_call(chain, "0", "$tdpos.revokeNominate", "candidate", "#0",
		    NULL);
	for (guint i = 0; i < 40; i++)
		kernel_block(chain, chain->height + 1, chain->term, NULL);
	for (guint i = 0; i < 4; i++) {
		g_autofree char *number_of = g_strdup_printf("%u", i);
		g_autofree char *who = g_strdup_printf("#%u", i);
		g_autofree char *locked = NULL;

		g_assert_cmpuint(
			balance(chain, who, "locked_balance.ordinary"), ==, 0);
		locked = g_strdup(json_string_value(
			kernel_answered(chain, "locked_balance.tdpos")));
		if (strcmp(locked, "0") != 0)
			kernel_done(chain, number_of, "$tdpos.revokeVote",
				    "candidate", "#0", "amount", locked, NULL);
		g_assert_cmpuint(balance(chain, who, "locked_balance.tdpos"),
				 ==, 0);
	}
}

static void
test_conserved(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG, FALSE, 1, 1);
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (guint i = 0; i < OPERATIONS; i++) {
		operate(chain, random);
		if (i % 4 == 0)
			kernel_block(chain, chain->height + 1, chain->term,
				     NULL);
		if (i % 50 == 0)
			check_supply(chain);
	}
	give_back(chain);
	check_supply(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/govern/begins-with-tokens-times-the-ratio",
			test_beginning);
	g_test_add_func("/xuper/govern/is-transferred", test_transfer);
	g_test_add_func("/xuper/govern/only-contracts-lock",
			test_lock_is_for_contracts);
	g_test_add_func("/xuper/govern/what-is-locked-stays", test_locked);
	g_test_add_func("/xuper/govern/the-supply-is-conserved",
			test_conserved);
	return g_test_run();
}
