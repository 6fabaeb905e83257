/* SPDX-License-Identifier: Apache-2.0
 *
 * Who a chain's members are: changed by transactions, from the next block on;
 * and looked up for any height.
 */
#include <string.h>

#include "plugins/engine-fisco/records.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-members.h"

/* How many sealers a block's header names. */
static guint
sealers_of(guint64 number)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const Ledger *ledger = fisco_ledger(net.chain);
	RlpReader reader;
	BlockView block;
	guint n = 0;

	g_assert_cmpint(block_load(ledger->chain, number, bytes), ==, BSN_OK);
	g_assert_cmpint(block_read(&ledger->suite, buffer_slice(bytes), &block,
				   NULL),
			==, BSN_OK);
	reader = rlp_reader(block.header.sealers);
	for (; rlp_more(&reader); n++)
		(void)rlp_read_bytes(&reader, "sealer", 64, 64);
	return n;
}

/* ---- from the next block on --------------------------------------------- */

static void
test_next_block(gconstpointer crypto)
{
	g_autoptr(json_t) list = NULL;
	const json_t *added;

	members_start(crypto);
	members_role("consensus");
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer",
				 ",\"name\":\"b\",\"address\":\"h:1\""),
			==, 1);
	g_assert_cmpuint(net.agreement->members, ==, 2);
	g_assert_cmpuint(net.agreement->since, ==, 2);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "consensus", ""), ==,
			1);
	g_assert_cmpuint(net.agreement->since, ==, 3);
	g_assert_cmpuint(net.other_agreement->since, ==, 3);
	g_assert_cmpuint(sealers_of(2), ==, 1);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[1], "observer", ""), ==,
			1);
	g_assert_cmpuint(sealers_of(3), ==, 2);
	list = members_list();
	g_assert_cmpuint(json_array_size(list), ==, 3);
	added = json_array_get(list, 1);
	g_assert_cmpstr(json_string_value(json_object_get(added, "role")), ==,
			"consensus");
	/* A change of the role leaves the rest alone. */
	g_assert_cmpstr(json_string_value(json_object_get(added, "address")),
			==, "h:1");
	members_stop();
}

static void
test_address(void)
{
	g_autoptr(json_t) list = NULL;

	members_start("std");
	members_set(&net.admins[0], &net.nodes[0], "observer",
		 ",\"name\":\"b\",\"address\":\"h:1\"");
	members_refused(&net.admins[0], &net.nodes[0], "observer", "", BSN_CONFLICT,
		       "observer already");
	members_refused(&net.admins[0], &net.nodes[0], "observer",
		       ",\"name\":\"b\",\"address\":\"h:1\"", BSN_CONFLICT,
		       "observer already");
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer",
				 ",\"name\":\"b\",\"address\":\"h:2\""),
			==, 1);
	list = members_list();
	g_assert_cmpstr(json_string_value(json_object_get(
				json_array_get(list, 1), "address")),
			==, "h:2");
	members_stop();
}

/* A member that is not in the header's list yet proposes nothing. */
static void
test_sealer_index(void)
{
	Ledger *ledger;
	const bsn_member *sealer;

	members_start("std");
	members_set(&net.admins[0], &net.nodes[0], "consensus", "");
	ledger = fisco_ledger(net.chain);
	g_assert_cmpuint(ledger->members.n_sealers, ==, 2);
	sealer = membership_sealer(ledger, 1);
	assert_bytes(sealer->public_key.data, 64, net.nodes[0].public_key, 64);
	g_assert_null(membership_sealer(ledger, 2));
	members_stop();
}

/* Consensus may go on inside the call that tells of the members. */
static void
test_eager(void)
{
	g_autoptr(bsn_reply) first = NULL;
	g_autoptr(bsn_reply) later = NULL;
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	BufferSink sink = buffer_sink(proposal, 1u << 20);
	bsn_id digest;

	members_start("std");
	first = members_send(&net.admins[0], &net.nodes[0], "consensus", "");
	g_assert_cmpint(net.agreement->proposer->propose(
				net.agreement->proposer, 1, &sink.sink,
				&digest),
			==, BSN_OK);
	later = members_send(&net.admins[1], &net.nodes[1], "observer", "");
	net.agreement->eager = TRUE;
	net.agreement->asked = BSN_E_INTERNAL;
	members_decide(net.other, net.other_agreement, proposal);
	members_decide(net.chain, net.agreement, proposal);
	g_assert_cmpint(net.agreement->asked, ==, BSN_OK);
	net.agreement->eager = FALSE;
	members_block();
	g_assert_cmpint(members_result(later), ==, 1);
	g_assert_cmpuint(sealers_of(2), ==, 2);
	members_stop();
}

static void
test_restart(void)
{
	members_start("std");
	members_set(&net.admins[0], &net.nodes[0], "consensus", "");
	fake_chain_close(net.chain->chain);
	fisco_reopen(net.chain);
	net.agreement = manual_last();
	g_assert_cmpuint(net.agreement->members, ==, 2);
	g_assert_cmpuint(fisco_ledger(net.chain)->members.since, ==, 2);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[1], "observer", ""), ==,
			1);
	members_stop();
}

/* The members go with the block, so a block that a crash loses changed none. */
static void
test_crash(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	BufferSink sink = buffer_sink(proposal, 1u << 20);
	g_autoptr(bsn_reply) reply = NULL;
	bsn_id digest;
	bsn_err err = BSN_ERR_INIT;

	members_start("std");
	reply = members_send(&net.admins[0], &net.nodes[0], "consensus", "");
	g_assert_cmpint(net.agreement->proposer->propose(net.agreement->proposer, 1,
						     &sink.sink, &digest),
			==, BSN_OK);
	fake_chain_set_automatic(net.chain->chain, FALSE);
	g_assert_cmpint(net.agreement->proposer->decide(
				net.agreement->proposer, 1, buffer_slice(proposal),
				bsn_slice_str("certificate"), &err),
			==, BSN_OK);
	g_assert_cmpuint(fisco_ledger(net.chain)->members.n_sealers, ==, 2);
	fake_chain_crash(net.chain->chain);
	fake_chain_set_automatic(net.chain->chain, TRUE);
	fisco_reopen(net.chain);
	net.agreement = manual_last();
	g_assert_cmpuint(net.agreement->members, ==, 1);
	members_decide(net.chain, net.agreement, proposal);
	g_assert_cmpuint(net.agreement->members, ==, 2);
	members_stop();
}

static void
assert_members_at(guint64 number, guint expected, guint64 expected_until)
{
	g_auto(MemberList) list = { .members = NULL };
	guint64 until;

	g_assert_cmpint(membership_at(fisco_ledger(net.chain), number, &list,
				      &until),
			==, BSN_OK);
	g_assert_cmpuint(list.members->len, ==, expected);
	g_assert_cmpuint(until, ==, expected_until);
}

static void
test_history(void)
{
	g_auto(MemberList) list = { .members = NULL };
	guint64 until;

	members_start("std");
	members_set(&net.admins[0], &net.nodes[0], "observer", "");
	g_assert_cmpint(members_call(&net.admins[0], "addObserver", members_own_key()), ==,
			-51101);
	members_set(&net.admins[0], &net.nodes[1], "observer", "");
	assert_members_at(0, 1, 2);
	assert_members_at(1, 1, 2);
	assert_members_at(2, 2, 4);
	assert_members_at(3, 2, 4);
	assert_members_at(4, 3, 5);
	g_assert_cmpint(membership_at(fisco_ledger(net.chain), 5, &list, &until),
			==, BSN_NOT_FOUND);
	members_stop();
}

/* ---- what may not be ---------------------------------------------------- */

static void
test_last_sealer(void)
{
	Account own;

	members_start("std");
	memcpy(own.public_key, members_own_key().data, 64);
	members_refused(&net.admins[0], &own, "none", "", BSN_CONFLICT,
		       "last consensus node");
	members_refused(&net.admins[0], &own, "observer", "", BSN_CONFLICT,
		       "last consensus node");
	g_assert_cmpint(members_call(&net.admins[0], "remove", members_own_key()), ==,
			-51101);
	members_role("consensus");
	members_stop();
}

static void
test_too_few(void)
{
	members_start("std");
	members_set(&net.admins[0], &net.nodes[0], "consensus", "");
	manual_set_least(2);
	members_refused(&net.admins[0], &net.nodes[0], "observer", "", BSN_CONFLICT,
		       "does not run with the number");
	g_assert_cmpint(members_call(&net.admins[0], "remove",
				  bsn_slice_of(net.nodes[0].public_key, 64)),
			==, -51106);
	manual_set_least(1);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer", ""), ==,
			1);
	members_stop();
}

/* A node that is not there cannot make the chain wait for it by mistake. */
static void
test_nobody_there(void)
{
	const bsn_chain_ops *ops;
	bsn_slice key;

	members_start("std");
	ops = net.chain->engine->chain;
	key = bsn_slice_of(net.nodes[0].public_key, 64);
	manual_set_quorum(2);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "observer",
				    ""),
			==, 1);
	members_refused(&net.admins[0], &net.nodes[0], "consensus", "",
			BSN_CONFLICT,
			"of the 2 consensus nodes that this leaves 1 can be "
			"reached from here, and 2 are needed");
	ops->peer(fisco_ledger(net.chain), key, 1);
	ops->peer(fisco_ledger(net.chain), key, 1);
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[0], "consensus",
				    ""),
			==, 1);
	ops->peer(fisco_ledger(net.chain), key, 0);
	members_refused(&net.admins[0], &net.nodes[1], "consensus", "",
			BSN_CONFLICT, "this leaves 1 can be reached");
	g_assert_cmpint(members_set(&net.admins[0], &net.nodes[1], "consensus",
				    ",\"force\":true"),
			==, 1);
	members_stop();
}

static void
test_one_in_a_block(void)
{
	g_autoptr(bsn_reply) first = NULL;
	g_autoptr(bsn_reply) second = NULL;
	g_autoptr(bsn_reply) observer = NULL;

	members_start("std");
	first = members_send(&net.admins[0], &net.nodes[0], "consensus", "");
	second = members_send(&net.admins[1], &net.nodes[1], "consensus", "");
	observer = members_send(&net.admins[2], &net.nodes[2], "observer", "");
	members_block();
	g_assert_cmpint(members_result(first), ==, 1);
	g_assert_cmpint(members_result(observer), ==, 1);
	g_assert_cmpint(second->tx.stage, ==, BSN_TX_INVALID);
	g_assert_nonnull(g_strstr_len((const char *)second->tx.detail.data,
				      (gssize)second->tx.detail.len,
				      "try again with the next block"));
	g_assert_cmpuint(net.agreement->members, ==, 3);
	g_assert_cmpint(members_set(&net.admins[1], &net.nodes[1], "consensus", ""), ==,
			1);
	members_stop();
}

static void
test_bad_requests(void)
{
	Account short_key = { .public_key = { 0 } };

	members_start("std");
	members_refused(&net.admins[0], &short_key, "leader", "", BSN_BAD_REQUEST,
		       "role");
	members_refused(&net.admins[0], &net.nodes[0], "observer", ",\"nam\":\"x\"",
		       BSN_BAD_REQUEST, "nam");
	members_refused(&net.admins[0], &net.nodes[0], "none", "", BSN_NOT_FOUND,
		       "no such node");
	g_assert_cmpint(members_call(&net.admins[0], "addSealer",
				  bsn_slice_of(net.nodes[0].public_key, 63)),
			==, -51100);
	members_stop();
}

static void
test_removed(void)
{
	members_start("std");
	members_set(&net.admins[0], &net.nodes[0], "consensus", "");
	g_assert_cmpint(members_call(&net.admins[0], "remove",
				     members_own_key()),
			==, 1);
	members_role("removed");
	g_assert_cmpuint(net.agreement->members, ==, 1);
	fake_chain_close(net.chain->chain);
	fisco_reopen(net.chain);
	net.agreement = manual_last();
	members_role("removed");
	members_stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fisco_use(bsn_engine_of(fake_host_open(bsn_plugin_open)));
	g_test_add_data_func("/fisco-members/std/change-with-the-next-block",
			     "std", test_next_block);
	g_test_add_data_func("/fisco-members/sm/change-with-the-next-block",
			     "sm", test_next_block);
	g_test_add_func("/fisco-members/move-to-another-address",
			test_address);
	g_test_add_func("/fisco-members/headers-name-the-sealers-by-index",
			test_sealer_index);
	g_test_add_func("/fisco-members/consensus-goes-on-at-once",
			test_eager);
	g_test_add_func("/fisco-members/stay-over-a-restart", test_restart);
	g_test_add_func("/fisco-members/go-with-a-block-that-is-lost",
			test_crash);
	g_test_add_func("/fisco-members/are-known-for-each-height",
			test_history);
	g_test_add_func("/fisco-members/the-last-sealer-stays",
			test_last_sealer);
	g_test_add_func("/fisco-members/as-many-as-consensus-needs-stay",
			test_too_few);
	g_test_add_func("/fisco-members/a-node-that-is-not-there-asks-for-force",
			test_nobody_there);
	g_test_add_func("/fisco-members/one-change-of-sealers-in-a-block",
			test_one_in_a_block);
	g_test_add_func("/fisco-members/bad-requests-say-why",
			test_bad_requests);
	g_test_add_func("/fisco-members/who-is-removed-says-so",
			test_removed);
	return g_test_run();
}
