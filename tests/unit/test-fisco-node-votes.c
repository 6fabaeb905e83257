/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain's committee votes on its members.
 */
#include <string.h>

#include "tests/unit/fisco-members.h"

static void
assert_proposal(guint64 votes, guint64 missing, guint64 weight)
{
	g_autoptr(json_t) list = members_proposals();
	const json_t *first = json_array_get(list, 0);

	g_assert_cmpuint(json_array_size(list), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(first, "votes")), ==,
			 votes);
	g_assert_cmpuint(json_array_size(json_object_get(first, "missing")),
			 ==, missing);
	g_assert_cmpint(json_integer_value(json_object_get(first, "weight")),
			==, (json_int_t)weight);
	g_assert_cmpint(json_integer_value(json_object_get(first, "needed")),
			==, 3);
	g_assert_cmpint(json_integer_value(json_object_get(first, "total")),
			==, 4);
}

static gsize
count_proposals(void)
{
	g_autoptr(json_t) list = members_proposals();

	return json_array_size(list);
}

static void
test_votes(void)
{
	members_start_committee("");
	g_assert_cmpint(members_set(&net.admins[1], &net.nodes[0], "consensus", ""), ==,
			0);
	assert_proposal(1, 2, 1);
	/* Once more is no more; two of four are not more than half. */
	g_assert_cmpint(members_set(&net.admins[1], &net.nodes[0], "consensus", ""), ==,
			0);
	assert_proposal(1, 2, 1);
	g_assert_cmpint(members_set(&net.admins[2], &net.nodes[0], "consensus", ""), ==,
			0);
	assert_proposal(2, 1, 2);
	g_assert_cmpuint(net.agreement->members, ==, 1);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "consensus", ""), ==,
			1);
	g_assert_cmpuint(net.agreement->members, ==, 2);
	g_assert_cmpuint(count_proposals(), ==, 0);
	members_stop();
}

/* More than 75 percent: all of them, as the chain's config has it. */
static void
test_threshold(void)
{
	members_start_committee(",\"threshold\":75");
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer",
				    ""),
			==, 0);
	g_assert_cmpint(members_set(&net.admins[1], &net.nodes[0], "observer",
				    ""),
			==, 0);
	fake_chain_close(net.chain->chain);
	fisco_reopen(net.chain);
	net.agreement = manual_last();
	g_assert_cmpint(members_set(&net.admins[2], &net.nodes[0], "observer",
				    ""),
			==, 1);
	members_stop();
}

static void
test_threshold_of_nobody(void)
{
	g_autoptr(GByteArray) genesis = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	fisco_reset(2);
	g_assert_cmpint(fisco_genesis("x",
				      "{\"crypto\":\"std\",\"governance\":"
				      "{\"threshold\":60}}",
				      genesis, &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "name one"));
}

static void
test_strangers(void)
{
	Account stranger;

	members_start_committee("");
	stranger = fisco_account(net.chain, 50);
	members_refused(&stranger, &net.nodes[0], "observer", "", BSN_DENIED,
		       "its members vote");
	g_assert_cmpint(members_call(&stranger, "addObserver",
				  bsn_slice_of(net.nodes[0].public_key, 64)),
			==, -50000);
	g_assert_cmpuint(count_proposals(), ==, 0);
	members_stop();
}

/* Who writes another address votes for something else. */
static void
test_other_words(void)
{
	members_start_committee("");
	members_set(&net.admins[1], &net.nodes[0], "observer", ",\"address\":\"h:1\"");
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer",
				 ",\"address\":\"h:2\""),
			==, 0);
	g_assert_cmpuint(count_proposals(), ==, 2);
	/* A vote is for one thing: it moves. */
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer",
				 ",\"address\":\"h:1\""),
			==, 1);
	g_assert_cmpuint(count_proposals(), ==, 0);
	members_stop();
}

/* FISCO's own functions vote as well. */
static void
test_fisco_functions_vote(void)
{
	const bsn_slice key = bsn_slice_of(net.nodes[0].public_key, 64);

	members_start_committee("");
	g_assert_cmpint(members_call(&net.admins[0], "addSealer", key), ==, 0);
	g_assert_cmpint(members_set(&net.admins[1], &net.nodes[0], "consensus", ""), ==,
			1);
	g_assert_cmpint(members_call(&net.admins[0], "remove", key), ==, 0);
	g_assert_cmpint(members_call(&net.admins[2], "remove", key), ==, 1);
	g_assert_cmpuint(net.agreement->members, ==, 1);
	members_stop();
}

/* Whoever has left the committee votes no more. */
static void
test_left(void)
{
	g_autofree char *left = NULL;
	g_autofree char *args = NULL;

	members_start_committee("");
	members_set(&net.admins[1], &net.nodes[0], "observer", "");
	left = members_address(&net.admins[1]);
	args = g_strdup_printf("[\"%s\"]", left);
	for (guint i = 0; i < 3; i += 2) {
		bsn_tx_request request =
			fisco_invoke(&net.admins[i], "0x1008",
				     "revokeCommitteeMember", args, NULL);
		g_autoptr(bsn_reply) reply =
			fisco_do(net.chain, &net.admins[i], &request);

		members_block();
		g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	}
	g_assert_cmpint(members_set(&net.admins[2], &net.nodes[0], "observer", ""), ==,
			0);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer", ""), ==,
			1);
	members_stop();
}

/* The older ones of too many open votes are taken back. */
static void
test_many_votes(void)
{
	members_start_committee("");
	for (guint8 i = 0; i < 9; i++) {
		Account node = fisco_account(net.chain, 200 + i);

		g_assert_cmpint(members_set(&net.admins[1], &node, "observer", ""),
				==, 0);
		if (i == 0)
			net.nodes[0] = node;
	}
	g_assert_cmpuint(count_proposals(), ==, 8);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer", ""), ==,
			0);
	members_stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fisco_use(bsn_engine_of(fake_host_open(bsn_plugin_open)));
	g_test_add_func("/fisco-node-votes/the-committee-votes", test_votes);
	g_test_add_func("/fisco-node-votes/strangers-do-not", test_strangers);
	g_test_add_func("/fisco-node-votes/votes-are-for-the-same-words",
			test_other_words);
	g_test_add_func("/fisco-node-votes/who-left-votes-no-more", test_left);
	g_test_add_func("/fisco-node-votes/votes-are-bounded", test_many_votes);
	g_test_add_func("/fisco-node-votes/functions-of-fisco-vote",
			test_fisco_functions_vote);
	g_test_add_func("/fisco-node-votes/the-config-says-how-many",
			test_threshold);
	g_test_add_func("/fisco-node-votes/a-threshold-of-nobody-is-refused",
			test_threshold_of_nobody);
	return g_test_run();
}
