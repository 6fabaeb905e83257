/* SPDX-License-Identifier: Apache-2.0
 *
 * The first transaction of a block with as much to do as there can be: should it
 * not fit, no block could be made any more.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/kernel/proposal_private.h"
#include "plugins/engine-xuper/kernel/tdpos_private.h"
#include "plugins/engine-xuper/kernel/timer.h"
#include "tests/unit/xuper-kernel.h"

#define CONFIG                                                                 \
	"{\"predistribution\":[{\"address\":\"#7\",\"quota\":\"1000000\"}],"   \
	"\"consensus\":{\"name\":\"tdpos\",\"proposer_num\":2}}"
#define PROPOSAL                                                               \
	"{\"args\":{\"min_vote_percent\":\"51\",\"stop_vote_height\":\"10\"}," \
	"\"trigger\":{\"height\":12,\"module\":\"xkernel\","                   \
	"\"contract\":\"$consensus\",\"method\":\"updateConsensus\","          \
	"\"args\":{\"name\":\"xpoa\",\"config\":{}}}}"

/* Straight into the state, as many transactions before would have. */
static void
put(KernelChain *chain, const char *bucket, const char *prefix,
    const char *name, const char *value)
{
	g_autofree char *key = g_strconcat(prefix, name, NULL);
	const XVersion version = { .there = TRUE };

	xmodel_put(chain->layer, bsn_slice_str(bucket), bsn_slice_str(key),
		   &version, bsn_slice_str(value));
}

/* Members, each a candidate with a vote. */
static void
put_candidates(KernelChain *chain)
{
	Member member = { .validates = TRUE, .name = "n", .address = "h:1" };
	g_autofree char *text = NULL;

	memset(member.public_key, '0', sizeof(member.public_key) - 1);
	member.public_key[1] = 'x';
	text = member_text(&member);
	for (guint i = 0; i < MEMBERS_MAX - 2; i++) {
		g_autofree char *name = g_strdup_printf("1%030u", i);

		put(chain, BUCKET_MEMBER, "", name, text);
		put(chain, BUCKET_TDPOS, NOMINATE_PREFIX, name,
		    "{\"amount\":\"1\",\"from\":\"x\"}");
		put(chain, BUCKET_TDPOS, BALLOTS_PREFIX, name, "1");
	}
}

/* Voters whose tokens are to come back, all of one proposal's. */
static void
put_voters(KernelChain *chain, guint proposal)
{
	for (guint i = 0; i < UNLOCKS_MAX; i++) {
		g_autofree char *name = g_strdup_printf(
			"XC%016u@one", proposal * UNLOCKS_MAX + i);
		g_autofree char *prefix = g_strdup_printf("lock_%u_", proposal);

		put(chain, BUCKET_PROPOSAL, prefix, name, "10");
		put(chain, "governToken", "balanceOf_", name,
		    "{\"locked_balance\":{\"ordinary\":\"10\",\"tdpos\":\"0\"},"
		    "\"total_balance\":\"10\"}");
	}
}

static void
test_largest(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG, FALSE, 2, 2);
	gsize reads;

	for (guint i = 0; i < TIMER_TASKS_MAX; i++)
		kernel_done(chain, "7", "$proposal.Propose", "proposal",
			    PROPOSAL, NULL);
	for (guint i = 1; i <= TIMER_TASKS_MAX; i++)
		put_voters(chain, i);
	for (guint i = 0; i < 2; i++) {
		put(chain, BUCKET_TDPOS, NOMINATE_PREFIX,
		    chain->people[i].address,
		    "{\"amount\":\"1\",\"from\":\"x\"}");
		put(chain, BUCKET_TDPOS, BALLOTS_PREFIX,
		    chain->people[i].address, "2");
	}
	put_candidates(chain);
	g_assert_cmpint(kernel_block(chain, 10, 1, &reads), ==, BSN_OK);
	g_assert_cmpuint(reads, >, TIMER_TASKS_MAX * 2 * UNLOCKS_MAX);
	g_assert_cmpuint(reads, <, TX_ITEMS_MAX);
	kernel_done(chain, "8", "$proposal.Query", "proposal_id", "16", NULL);
	g_assert_cmpstr(json_string_value(kernel_answered(chain, "status")), ==,
			"rejected");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/begin/the-most-that-can-be-due-fits",
			test_largest);
	return g_test_run();
}
