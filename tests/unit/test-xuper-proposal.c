/* SPDX-License-Identifier: Apache-2.0
 *
 * $proposal, $timer_task and $consensus: what is proposed, voted for and done, as
 * blocks go by.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/engine-xuper/kernel/proposal_private.h"
#include "plugins/engine-xuper/kernel/timer.h"
#include "tests/unit/xuper-kernel.h"

#define CONFIG                                                                 \
	"{\"predistribution\":[{\"address\":\"#0\",\"quota\":\"2000\"},"       \
	"{\"address\":\"#1\",\"quota\":\"6000\"},"                             \
	"{\"address\":\"#2\",\"quota\":\"2000\"}],"                            \
	"\"consensus\":{\"name\":\"chainedbft\"}}"

#define PROPOSAL(percent, stop, height, contract, method, args)                \
	"{\"args\":{\"min_vote_percent\":\"" percent                           \
	"\",\"stop_vote_height\":\"" stop                                      \
	"\"},\"trigger\":{\"height\":" height                                  \
	",\"module\":\"xkernel\",\"contract\":\"" contract                     \
	"\",\"method\":\"" method "\",\"args\":" args "}}"
#define UPDATE(percent, stop, height, args)                                    \
	PROPOSAL(percent, stop, height, "$consensus", "updateConsensus", args)
#define TO_XPOA "{\"name\":\"xpoa\",\"config\":{\"period\":3000}}"

static KernelChain *
begin(void)
{
	return kernel_chain_new(CONFIG, FALSE, 5, 4);
}

static void
check_status(KernelChain *chain, const char *id, const char *status)
{
	kernel_done(chain, "8", "$proposal.Query", "proposal_id", id, NULL);
	g_assert_cmpstr(json_string_value(kernel_answered(chain, "status")), ==,
			status);
}

static void
check_locked(KernelChain *chain, const char *who, const char *amount)
{
	kernel_done(chain, "8", "$govern_token.Query", "account", who, NULL);
	g_assert_cmpstr(json_string_value(kernel_answered(
				chain, "locked_balance.ordinary")),
			==, amount);
}

static void
check_protocol(KernelChain *chain, const char *protocol)
{
	kernel_done(chain, "8", "$consensus.queryConsensus", NULL);
	g_assert_cmpstr(json_string_value(kernel_answered(chain, "protocol")),
			==, protocol);
}

static void
test_life(void)
{
	g_autoptr(KernelChain) chain = begin();

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("60", "10", "12", TO_XPOA), NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, "1");
	check_status(chain, "1", "voting");
	check_locked(chain, "#0", "1000");
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", "1", "amount",
		    "4000", NULL);
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", "1", "amount",
		    "2000", NULL);
	check_locked(chain, "#1", "6000");
	g_assert_cmpint(kernel_block(chain, 9, 0, NULL), ==, BSN_NOT_FOUND);
	check_status(chain, "1", "voting");
	g_assert_cmpint(kernel_block(chain, 10, 0, NULL), ==, BSN_OK);
	check_status(chain, "1", "passed");
	check_locked(chain, "#1", "6000");
	kernel_refused(chain, BSN_CONFLICT, "is passed, not voting", "2",
		       "$proposal.Vote", "proposal_id", "1", "amount", "1",
		       NULL);
	g_assert_cmpint(kernel_block(chain, 11, 0, NULL), ==, BSN_NOT_FOUND);
	check_protocol(chain, "chainedbft");
	g_assert_cmpint(kernel_block(chain, 12, 0, NULL), ==, BSN_OK);
	check_status(chain, "1", "completed_success");
	check_protocol(chain, "xpoa");
	check_locked(chain, "#0", "0");
	check_locked(chain, "#1", "0");
	g_assert_cmpint(kernel_block(chain, 13, 0, NULL), ==, BSN_NOT_FOUND);
}

/* One vote short of the share. */
static void
test_rejected(void)
{
	g_autoptr(KernelChain) chain = begin();

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("60", "10", "12", TO_XPOA), NULL);
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", "1", "amount",
		    "5999", NULL);
	kernel_block(chain, 10, 0, NULL);
	check_status(chain, "1", "rejected");
	check_locked(chain, "#0", "0");
	check_locked(chain, "#1", "0");
	g_assert_cmpint(kernel_block(chain, 12, 0, NULL), ==, BSN_NOT_FOUND);
	check_protocol(chain, "chainedbft");
}

static void
test_thawed(void)
{
	g_autoptr(KernelChain) chain = begin();

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("60", "10", "12", TO_XPOA), NULL);
	kernel_refused(chain, BSN_DENIED, "only who has made", "1",
		       "$proposal.Thaw", "proposal_id", "1", NULL);
	kernel_done(chain, "0", "$proposal.Thaw", "proposal_id", "1", NULL);
	check_status(chain, "1", "cancelled");
	check_locked(chain, "#0", "0");
	kernel_refused(chain, BSN_CONFLICT, "is cancelled", "0",
		       "$proposal.Thaw", "proposal_id", "1", NULL);
	/* The task that counts votes finds nothing to count. */
	kernel_block(chain, 10, 0, NULL);
	check_status(chain, "1", "cancelled");

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("60", "20", "22", TO_XPOA), NULL);
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", "2", "amount",
		    "1", NULL);
	kernel_refused(chain, BSN_CONFLICT, "votes for it already", "0",
		       "$proposal.Thaw", "proposal_id", "2", NULL);
}

/* What was right when it was proposed may not be any more. */
static void
test_refused_trigger(void)
{
	g_autoptr(KernelChain) chain = begin();

	for (guint i = 0; i < 2; i++) {
		kernel_done(chain, i == 0 ? "0" : "1", "$proposal.Propose",
			    "proposal", UPDATE("51", "10", "12", TO_XPOA),
			    NULL);
		kernel_done(chain, "1", "$proposal.Vote", "proposal_id",
			    i == 0 ? "1" : "2", "amount", "100", NULL);
	}
	kernel_done(chain, "2", "$proposal.Vote", "proposal_id", "1", "amount",
		    "2000", NULL);
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", "1", "amount",
		    "4800", NULL);
	kernel_block(chain, 10, 0, NULL);
	check_status(chain, "1", "passed");
	check_status(chain, "2", "rejected");
	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("51", "11", "13", TO_XPOA), NULL);
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", "3", "amount",
		    "1100", NULL);
	kernel_block(chain, 11, 0, NULL);
	check_status(chain, "3", "rejected");
	kernel_block(chain, 12, 0, NULL);
	check_status(chain, "1", "completed_success");

	kernel_refused(chain, BSN_DUPLICATE, "agrees like that already", "0",
		       "$proposal.Propose", "proposal",
		       UPDATE("51", "20", "22", TO_XPOA), NULL);
}

static void
test_failure_is_told(void)
{
	g_autoptr(KernelChain) chain = begin();

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    PROPOSAL("51", "10", "12", "$acl", "NewAccount",
			     "{\"account_name\":\"1\"}"),
		    NULL);
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", "1", "amount",
		    "6000", NULL);
	kernel_block(chain, 10, 0, NULL);
	kernel_block(chain, 12, 0, NULL);
	check_status(chain, "1", "completed_failure");
	g_assert_nonnull(strstr(kernel_answer(chain), "account_name"));
	check_locked(chain, "#1", "0");
}

/* Blocks may skip heights that a task was for; order stays. */
static void
test_late(void)
{
	g_autoptr(KernelChain) chain = begin();

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("60", "10", "12", TO_XPOA), NULL);
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", "1", "amount",
		    "6000", NULL);
	kernel_block(chain, 30, 0, NULL);
	check_status(chain, "1", "passed");
	kernel_block(chain, 31, 0, NULL);
	check_status(chain, "1", "completed_success");
	check_protocol(chain, "xpoa");
}

static const struct {
	const char *proposal, *reason;
} wrong[] = {
	{ "", "proposal.args is missing" },
	{ "[]", "proposal must be a JSON object" },
	{ UPDATE("50", "10", "12", TO_XPOA), "min_vote_percent" },
	{ UPDATE("101", "10", "12", TO_XPOA), "min_vote_percent" },
	{ UPDATE("51", "0", "12", TO_XPOA), "stop_vote_height" },
	{ UPDATE("51", "10", "10", TO_XPOA), "must be above" },
	{ UPDATE("51", "10", "12", "1"), "proposal.trigger.args" },
	{ UPDATE("51", "10", "12", "{}"), "args.name is missing" },
	{ UPDATE("51", "10", "12", "{\"name\":\"xpoa\"}"), "config" },
	{ UPDATE("51", "10", "12", "{\"name\":\"poa\",\"config\":{}}"),
	  "chainedbft" },
	{ UPDATE("51", "10", "12", "{\"name\":\"single\",\"config\":{}}"),
	  "single has one member" },
	{ UPDATE("51", "10", "12",
		 "{\"name\":\"single\",\"config\":{},"
		 "\"validators\":[\"#8\"]}"),
	  "no member of this chain" },
	{ UPDATE("51", "10", "12",
		 "{\"name\":\"xpoa\",\"config\":{},"
		 "\"validators\":[\"#0\",\"#0\"]}"),
	  "named twice" },
	{ UPDATE("51", "10", "12",
		 "{\"name\":\"xpoa\",\"config\":{},\"validators\":[1]}"),
	  "must be addresses" },
	{ UPDATE("51", "10", "12",
		 "{\"name\":\"tdpos\",\"config\":{}}"),
	  "proposer_num" },
	{ UPDATE("51", "10", "12",
		 "{\"name\":\"tdpos\",\"config\":{\"proposer_num\":3}}"),
	  "is below the number of members" },
	{ UPDATE("51", "10", "12",
		 "{\"name\":\"chainedbft\",\"config\":{\"tmeout_ms\":1}}"),
	  "has no member \"tmeout_ms\"" },
	{ PROPOSAL("51", "10", "12", "$consensus", "queryConsensus", "{}"),
	  "method" },
	{ PROPOSAL("51", "10", "12", "counter", "increase", "{}"), "method" },
	{ PROPOSAL("51", "10", "12", "$proposal", "Trigger", "{}"),
	  "cannot trigger $proposal" },
	{ PROPOSAL("51", "10", "12", "$timer_task", "Do", "{}"),
	  "cannot trigger $timer_task" },
};

static void
test_wrong(void)
{
	g_autoptr(KernelChain) chain = begin();

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_assert_cmpint(kernel_call(chain, "0", "$proposal.Propose",
					    "proposal", wrong[i].proposal,
					    NULL),
				==, BSN_BAD_REQUEST);
		if (strstr(chain->err.reason, wrong[i].reason) == NULL)
			g_error("%s: %s", wrong[i].proposal,
				chain->err.reason);
	}
	kernel_refused(chain, BSN_DENIED, "not so many governance tokens", "4",
		       "$proposal.Propose", "proposal",
		       UPDATE("51", "10", "12", TO_XPOA), NULL);
	kernel_refused(chain, BSN_NOT_FOUND, "no proposal 7", "1",
		       "$proposal.Vote", "proposal_id", "7", "amount", "1",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "must be a number", "1",
		       "$proposal.Query", "proposal_id", "id", NULL);
}

/* The steps are the chain's own. */
static void
test_not_by_people(void)
{
	g_autoptr(KernelChain) chain = begin();

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("60", "10", "12", TO_XPOA), NULL);
	kernel_refused(chain, BSN_DENIED, "only $timer_task", "0",
		       "$proposal.CheckVoteResult", "args",
		       "{\"proposal_id\":\"1\"}", NULL);
	kernel_refused(chain, BSN_DENIED, "only $timer_task", "0",
		       "$proposal.Trigger", "args", "{\"proposal_id\":\"1\"}",
		       NULL);
	kernel_refused(chain, BSN_DENIED, "only $timer_task", "0",
		       "$proposal.Unlock", "args", "{\"proposal_id\":\"1\"}",
		       NULL);
	kernel_refused(chain, BSN_DENIED, "only $proposal", "0",
		       "$consensus.updateConsensus", "args", TO_XPOA, NULL);
	kernel_refused(chain, BSN_DENIED, "only $proposal", "0",
		       "$timer_task.Add", "block_height", "5", "trigger", "{}",
		       NULL);
	kernel_refused(chain, BSN_DENIED, "by the chain itself", "0",
		       "$timer_task.Do", "block_height", "10", NULL);
	check_status(chain, "1", "voting");
}

/* ---- bounds ------------------------------------------------------------ */

/* A voter without a key of its own: an account. */
static char *
account(guint i)
{
	return g_strdup_printf("XC%016u@one", i);
}

static void
vote_of_many(KernelChain *chain, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_autofree char *voter = account(i);

		kernel_done(chain, "1", "$govern_token.Transfer", "to", voter,
			    "amount", "10", NULL);
		kernel_done(chain, voter, "$proposal.Vote", "proposal_id", "1",
			    "amount", "10", NULL);
	}
}

static guint
count_locked(KernelChain *chain, guint n)
{
	guint locked = 0;

	for (guint i = 0; i < n; i++) {
		g_autofree char *voter = account(i);

		kernel_done(chain, "8", "$govern_token.Query", "account", voter,
			    NULL);
		locked += strstr(kernel_answer(chain),
				 "\"ordinary\":\"10\"") != NULL;
	}
	return locked;
}

/* Tokens of many voters come back in as many blocks as it takes. */
static void
test_many_voters(void)
{
	const guint voters = 3 * UNLOCKS_MAX;
	g_autoptr(KernelChain) chain = begin();
	gsize reads;

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("60", "10", "12", TO_XPOA), NULL);
	vote_of_many(chain, voters);
	kernel_block(chain, 10, 0, &reads);
	check_status(chain, "1", "rejected");
	g_assert_cmpuint(reads, <, 3 * UNLOCKS_MAX);
	g_assert_cmpuint(count_locked(chain, voters), ==,
			 voters - UNLOCKS_MAX);
	for (guint64 h = 11; h < 14; h++)
		g_assert_cmpint(kernel_block(chain, h, 0, &reads), ==, BSN_OK);
	g_assert_cmpuint(count_locked(chain, voters), ==, 0);
	check_locked(chain, "#0", "0");
	g_assert_cmpint(kernel_block(chain, 14, 0, &reads), ==, BSN_NOT_FOUND);
}

/* As many tasks in one block as it may have, and the others in the next ones. */
static void
test_many_tasks(void)
{
	const guint n = TIMER_TASKS_MAX + 3;
	g_autoptr(KernelChain) chain = kernel_chain_new(
		"{\"predistribution\":[{\"address\":\"#0\","
		"\"quota\":\"1000000\"}],"
		"\"consensus\":{\"name\":\"chainedbft\"}}",
		FALSE, 4, 4);

	for (guint i = 0; i < n; i++)
		kernel_done(chain, "0", "$proposal.Propose", "proposal",
			    UPDATE("60", "10", "12", TO_XPOA), NULL);
	g_assert_cmpint(kernel_block(chain, 10, 0, NULL), ==, BSN_OK);
	for (guint i = 1; i <= n; i++) {
		g_autofree char *id = g_strdup_printf("%u", i);

		check_status(chain, id,
			     i <= TIMER_TASKS_MAX ? "rejected" : "voting");
	}
	g_assert_cmpint(kernel_block(chain, 11, 0, NULL), ==, BSN_OK);
	check_status(chain, "19", "rejected");
	check_locked(chain, "#0", "0");
}

/* However many vote: else who has tokens could vote with many accounts, and nothing
 * would ever be decided. */
static void
test_more_voters_than_keys(void)
{
	const guint voters = SANDBOX_KEYS_MAX + 10;
	g_autoptr(KernelChain) chain = kernel_chain_new(
		"{\"predistribution\":[{\"address\":\"#0\","
		"\"quota\":\"1000\"},{\"address\":\"#1\","
		"\"quota\":\"1000000\"}],"
		"\"consensus\":{\"name\":\"chainedbft\"}}",
		FALSE, 4, 4);

	kernel_done(chain, "0", "$proposal.Propose", "proposal",
		    UPDATE("60", "10", "12", TO_XPOA), NULL);
	vote_of_many(chain, voters);
	kernel_block(chain, 10, 0, NULL);
	check_status(chain, "1", "rejected");
	g_assert_cmpuint(count_locked(chain, 100), <, 100);
}

/* What a block costs by itself does not grow with what was done before it. */
static void
test_old_tasks(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(
		"{\"predistribution\":[{\"address\":\"#0\","
		"\"quota\":\"1000000\"}],"
		"\"consensus\":{\"name\":\"chainedbft\"}}",
		FALSE, 4, 4);
	guint64 cost[2];

	for (guint n = 0; n < 2; n++) {
		const char *const nobody[] = { NULL };
		const SandboxEnv env = { .config = chain->config,
					 .suite = &chain->suite,
					 .initiator = "",
					 .auth_require = nobody,
					 .height = 100 };
		g_autoptr(Sandbox) box = NULL;

		for (guint i = 0; i < 5; i++)
			kernel_done(chain, "0", "$proposal.Propose", "proposal",
				    UPDATE("60", "10", "12", TO_XPOA), NULL);
		g_assert_cmpint(kernel_block(chain, 20 + n, 0, NULL), ==,
				BSN_OK);
		box = sandbox_new(chain->layer, &env);
		g_assert_cmpint(kernel_begin_block(box, 0, NULL), ==,
				BSN_NOT_FOUND);
		cost[n] = sandbox_cost(box);
	}
	g_assert_cmpuint(cost[0], ==, cost[1]);
}

/* ---- protocols --------------------------------------------------------- */

static void
update(KernelChain *chain, const char *id, guint64 stop, const char *proposal)
{
	kernel_done(chain, "0", "$proposal.Propose", "proposal", proposal,
		    NULL);
	kernel_done(chain, "1", "$proposal.Vote", "proposal_id", id, "amount",
		    "6000", NULL);
	kernel_block(chain, stop, 0, NULL);
	kernel_block(chain, stop + 2, 0, NULL);
	check_status(chain, id, "completed_success");
}

/* The new protocol may have other members, who then have other roles. */
static void
test_protocols(void)
{
	g_autoptr(KernelChain) chain = begin();
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	update(chain, "1", 10,
	       UPDATE("60", "10", "12",
		      "{\"name\":\"single\",\"config\":{},"
		      "\"validators\":[\"#4\"]}"));
	check_protocol(chain, "single");
	first = kernel_validators(chain);
	g_assert_cmpstr(first, ==, "4");
	update(chain, "2", 20,
	       UPDATE("60", "20", "22",
		      "{\"name\":\"tdpos\",\"config\":{\"proposer_num\":2,"
		      "\"period\":\"3000\"},\"validators\":[\"#3\",\"#0\"]}"));
	check_protocol(chain, "tdpos");
	second = kernel_validators(chain);
	g_assert_cmpstr(second, ==, "30");
	/* A number is one, however it was written. */
	g_assert_cmpint(json_integer_value(
				kernel_answered(chain, "config.period")),
			==, 3000);
	kernel_done(chain, "8", "$member.list", NULL);
	for (guint i = 0; i < 5; i++) {
		g_autofree char *role = g_strdup_printf("%u.role", i);
		g_autofree char *node = g_strdup_printf("%u.node", i);
		g_autofree char *address = g_strdup(
			json_string_value(kernel_answered(chain, node)));
		gboolean agrees =
			strcmp(address, chain->people[3].address) == 0 ||
			strcmp(address, chain->people[0].address) == 0;

		g_assert_cmpstr(
			json_string_value(kernel_answered(chain, role)), ==,
			agrees ? "consensus" : "observer");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/proposal/is-voted-for-and-triggered",
			test_life);
	g_test_add_func("/xuper/proposal/one-vote-short-is-rejected",
			test_rejected);
	g_test_add_func("/xuper/proposal/is-taken-back-before-votes",
			test_thawed);
	g_test_add_func("/xuper/proposal/each-is-counted-by-itself",
			test_refused_trigger);
	g_test_add_func("/xuper/proposal/what-fails-says-why",
			test_failure_is_told);
	g_test_add_func("/xuper/proposal/late-tasks-are-done", test_late);
	g_test_add_func("/xuper/proposal/wrong-ones-are-refused", test_wrong);
	g_test_add_func("/xuper/proposal/its-steps-are-the-chain-s",
			test_not_by_people);
	g_test_add_func("/xuper/proposal/many-voters-wait-for-blocks",
			test_many_voters);
	g_test_add_func("/xuper/proposal/more-voters-than-keys",
			test_more_voters_than_keys);
	g_test_add_func("/xuper/timer/a-block-does-so-many-tasks",
			test_many_tasks);
	g_test_add_func("/xuper/timer/old-tasks-cost-nothing", test_old_tasks);
	g_test_add_func("/xuper/consensus/protocols-follow-each-other",
			test_protocols);
	return g_test_run();
}
