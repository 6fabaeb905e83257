/* SPDX-License-Identifier: Apache-2.0
 *
 * Endorsements, gathered until the policies hold: who is asked, what is made of
 * the answers, and what an honest node says when it cannot be done.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "tests/unit/fabric-endorse.h"

static EndorseNet *net;

static void
begin(const char *policy)
{
	net = endorse_net_new(FALSE);
	g_hash_table_insert(net->policies, (gpointer) "basic",
			    (gpointer)policy);
}

static void
end(void)
{
	g_clear_pointer(&net, endorse_net_free);
}

static bsn_reply *
gather(void)
{
	const bsn_tx_request request = endorse_request(net, "Put", "[\"a\"]");

	return endorse_gather(net, &request);
}

/* "Org1MSP Org2MSP": who endorsed the transaction that a reply asks to sign. */
static char *
endorsers_of(const bsn_reply *reply)
{
	g_auto(Arena) arena = ARENA_INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	GString *text = g_string_new(NULL);
	Transaction tx;

	if (reply->status != BSN_OK)
		g_error("%d: %s", reply->status, reply->err.reason);
	envelope.payload = message_bytes(reply->signable.message);
	g_assert_cmpint(transaction_open_whole(&net->orgs->suite, &arena,
					       message_put(&arena, &envelope),
					       &tx),
			==, PROTOS__TX_VALIDATION_CODE__VALID);
	for (guint i = 0; i < tx.n_endorsements; i++) {
		g_autoptr(MspIdentity) who = NULL;

		g_assert_cmpint(
			msp_manager_identify(
				net->config->msps,
				message_slice(tx.endorsements[i]->endorser),
				&who, NULL),
			==, BSN_OK);
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
				       who->msp->id);
	}
	return g_string_free(text, FALSE);
}

static void
assert_endorsed_by(const char *want)
{
	bsn_reply *reply = gather();
	g_autofree char *got = endorsers_of(reply);

	g_assert_cmpstr(got, ==, want);
	fake_reply_free(reply);
}

static void
assert_refused(int32_t status, const char *reason)
{
	bsn_reply *reply = gather();

	g_assert_cmpint(reply->status, ==, status);
	if (strstr(reply->err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, reply->err.reason);
	fake_reply_free(reply);
}

#define AND_12 "AND('Org1MSP.peer', 'Org2MSP.peer')"
#define OR_12 "OR('Org1MSP.peer', 'Org2MSP.peer')"
#define OUT_OF_2 "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', 'Org3MSP.peer')"

/* ---- policies ---- */

static void
test_or_needs_this_node_alone(void)
{
	begin(OR_12);
	assert_endorsed_by("Org1MSP");
	g_assert_cmpuint(net->asked, ==, 0);
	g_assert_cmpuint(net->seen, ==, 1);
	end();
}

static void
test_and_asks_the_other(void)
{
	begin(AND_12);
	assert_endorsed_by("Org1MSP Org2MSP");
	g_assert_cmpuint(net->asked, ==, 1);
	end();
}

static void
test_all_three_are_asked_at_once(void)
{
	bsn_tx_request request;
	bsn_reply *first;
	bsn_reply *second;
	g_autofree char *asked = NULL;
	g_autofree char *got = NULL;

	begin("AND('Org1MSP.peer', 'Org2MSP.peer', 'Org3MSP.peer')");
	request = endorse_request(net, "Put", "");
	first = endorse_first(net, &request);
	second = endorse_next(net, first);
	g_assert_cmpint(second->status, ==, FAKE_PENDING);
	asked = endorse_net_asked(net);
	g_assert_cmpstr(asked, ==, "Org2MSP Org3MSP");
	endorse_net_deliver_all(net);
	got = endorsers_of(second);
	g_assert_cmpstr(got, ==, "Org1MSP Org2MSP Org3MSP");
	fake_reply_free(first);
	fake_reply_free(second);
	end();
}

static void
test_another_namespace_has_its_policy(void)
{
	bsn_tx_request request;
	bsn_reply *reply;
	g_autofree char *got = NULL;

	begin("'Org1MSP.peer'");
	g_hash_table_insert(net->policies, (gpointer) "other",
			    (gpointer) "'Org3MSP.peer'");
	request = endorse_request(net, "Both", "");
	reply = endorse_gather(net, &request);
	got = endorsers_of(reply);
	g_assert_cmpstr(got, ==, "Org1MSP Org3MSP");
	fake_reply_free(reply);
	end();
}

static void
test_the_channels_own_policy(void)
{
	/* A majority of three. */
	begin("/Channel/Application/Endorsement");
	assert_endorsed_by("Org1MSP Org2MSP");
	end();
}

static void
test_a_policy_without_this_node(void)
{
	/* It simulates, and its endorsement is left out. */
	begin("'Org2MSP.peer'");
	assert_endorsed_by("Org2MSP");
	end();
}

static void
test_two_of_one_organisation(void)
{
	begin("AND('Org1MSP.peer', 'Org1MSP.peer')");
	assert_endorsed_by("Org1MSP Org1MSP");
	end();
}

static void
test_most_blocks_first(void)
{
	g_autofree char *asked = NULL;
	bsn_tx_request request;
	bsn_reply *first;
	bsn_reply *second;

	begin(AND_12);
	net->nodes[1].peer.height = 5;
	net->nodes[4].peer.height = 9;
	net->nodes[1].kind = NODE_FULL; /* would not be asked */
	request = endorse_request(net, "Put", "");
	first = endorse_first(net, &request);
	second = endorse_next(net, first);
	asked = endorse_net_asked(net);
	g_assert_cmpstr(asked, ==, "Org2MSP");
	g_assert_cmpuint(net->asked, ==, 1);
	endorse_net_deliver_all(net);
	g_assert_cmpint(second->status, ==, BSN_OK);
	fake_reply_free(first);
	fake_reply_free(second);
	end();
}

/* ---- when somebody fails ---- */

/* One of Org2MSP's two nodes is of that kind, and is asked first. */
static void
assert_other_takes_over(NodeKind kind, guint asked)
{
	begin(AND_12);
	net->nodes[1].kind = kind;
	net->nodes[1].peer.height = 9;
	assert_endorsed_by("Org1MSP Org2MSP");
	g_assert_cmpuint(net->asked, ==, asked);
	end();
}

static void
test_another_takes_over(void)
{
	assert_other_takes_over(NODE_BAD_SIGNATURE, 2);
	assert_other_takes_over(NODE_OTHER_IDENTITY, 2);
	assert_other_takes_over(NODE_STRANGER, 2);
	assert_other_takes_over(NODE_OTHER_PROPOSAL, 2);
	assert_other_takes_over(NODE_JUNK, 2);
	assert_other_takes_over(NODE_FAULTY, 2);
	assert_other_takes_over(NODE_REFUSES, 2);
	assert_other_takes_over(NODE_OTHER_VALUE, 2);
	assert_other_takes_over(NODE_FULL, 1);
}

static void
test_an_organisation_takes_over(void)
{
	begin(OUT_OF_2);
	net->nodes[1].kind = NODE_FAULTY;
	net->nodes[3].peer.reachable = FALSE;
	net->nodes[4].kind = NODE_BAD_SIGNATURE;
	assert_endorsed_by("Org1MSP Org3MSP");
	end();
}

static void
test_slow_ones_are_replaced(void)
{
	bsn_tx_request request;
	bsn_reply *first;
	bsn_reply *second;
	g_autofree char *got = NULL;

	begin(AND_12);
	net->nodes[1].kind = NODE_SILENT;
	net->nodes[1].peer.height = 9;
	request = endorse_request(net, "Put", "");
	first = endorse_first(net, &request);
	second = endorse_next(net, first);
	endorse_net_deliver_all(net);
	g_assert_cmpint(second->status, ==, FAKE_PENDING);
	endorse_net_time_out(net);
	endorse_net_deliver_all(net);
	got = endorsers_of(second);
	g_assert_cmpstr(got, ==, "Org1MSP Org2MSP");
	fake_reply_free(first);
	fake_reply_free(second);
	end();
}

static void
test_gathering_has_a_deadline(void)
{
	bsn_tx_request request;
	bsn_reply *first;
	bsn_reply *second;

	begin(AND_12);
	net->nodes[1].kind = NODE_SILENT;
	net->nodes[4].kind = NODE_SILENT;
	request = endorse_request(net, "Put", "");
	first = endorse_first(net, &request);
	second = endorse_next(net, first);
	fake_host_advance(ENDORSE_GATHER_MS - 1);
	g_assert_cmpint(second->status, ==, FAKE_PENDING);
	fake_host_advance(1);
	g_assert_cmpint(second->status, ==, BSN_TIMEOUT);
	g_assert_nonnull(strstr(second->err.reason, "org2.node"));
	/* Its question is forgotten, and no timer is left. */
	g_assert_cmpuint(net->questions.length, ==, 0);
	g_assert_cmpuint(fake_chain_timers(net->nodes[0].channel.chain), ==, 0);
	fake_reply_free(first);
	fake_reply_free(second);
	end();
}

static void
test_too_few(void)
{
	begin(AND_12);
	net->nodes[1].peer.reachable = FALSE;
	net->nodes[4].kind = NODE_BAD_SIGNATURE;
	assert_refused(BSN_UNAVAILABLE,
		       "policy AND('Org1MSP.peer', 'Org2MSP.peer'): "
		       "Org2MSP.peer is missing; org2.node4: its signature "
		       "does not hold");
	end();
	begin(AND_12);
	net->nodes[1].peer.identity = NULL; /* not proven */
	net->nodes[4].peer.reachable = FALSE;
	assert_refused(BSN_UNAVAILABLE, "Org2MSP.peer is missing");
	end();
	begin("'Org2MSP.admin'");
	assert_refused(BSN_UNAVAILABLE, "Org2MSP.admin is missing");
	end();
}

static void
test_what_differs_is_said(void)
{
	begin(AND_12);
	net->nodes[1].kind = NODE_OTHER_VALUE;
	net->nodes[4].kind = NODE_OTHER_VALUE;
	assert_refused(BSN_CONFLICT, "this node and org2.node");
	assert_refused(BSN_CONFLICT,
		       "give different results: key asset1 of basic is "
		       "\"one\" and \"two\"");
	net->nodes[1].kind = NODE_OTHER_EVENT;
	net->nodes[4].kind = NODE_OTHER_EVENT;
	assert_refused(BSN_CONFLICT, "the event is Changed and Gone");
	net->nodes[1].kind = NODE_REFUSES;
	net->nodes[4].kind = NODE_REFUSES;
	assert_refused(BSN_CONFLICT,
		       "no such asset (status 404)");
	end();
}

static void
test_the_chaincode_says_no(void)
{
	bsn_reply *reply;

	begin(AND_12);
	net->nodes[0].kind = NODE_REFUSES;
	reply = gather();
	g_assert_cmpint(reply->status, ==, BSN_REVERTED);
	g_assert_cmpint(reply->err.native, ==, 404);
	g_assert_cmpstr(reply->err.reason, ==, "no such asset");
	g_assert_cmpuint(net->asked, ==, 0);
	fake_reply_free(reply);
	end();
}

static void
test_own_failure_leaves_others(void)
{
	begin(OR_12);
	net->nodes[0].kind = NODE_FAULTY;
	net->nodes[3].kind = NODE_FAULTY;
	assert_endorsed_by("Org2MSP");
	end();
	begin("'Org1MSP.peer'");
	net->nodes[0].kind = NODE_FAULTY;
	net->nodes[3].kind = NODE_FAULTY;
	assert_refused(BSN_FAULT, "this node: it has crashed");
	end();
}

/* What others would say as well is not asked of them. */
static void
test_own_no_is_final(void)
{
	begin(OR_12);
	net->nodes[0].kind = NODE_FROZEN;
	assert_refused(BSN_FROZEN, "basic is frozen");
	g_assert_cmpuint(net->asked, ==, 0);
	end();
}

static void
test_own_run_has_a_deadline(void)
{
	bsn_tx_request request;
	bsn_reply *first;
	bsn_reply *second;
	g_autofree char *got = NULL;

	begin(OR_12);
	net->nodes[0].kind = NODE_HANGS;
	request = endorse_request(net, "Put", "");
	first = endorse_first(net, &request);
	second = endorse_next(net, first);
	fake_host_advance(ENDORSE_RUN_MS - 1);
	g_assert_cmpuint(net->cancelled, ==, 0);
	fake_host_advance(1);
	g_assert_cmpuint(net->cancelled, ==, 1);
	endorse_net_deliver_all(net);
	got = endorsers_of(second);
	g_assert_cmpstr(got, ==, "Org1MSP"); /* its other node */
	fake_reply_free(first);
	fake_reply_free(second);
	end();
}

/* ---- a node that does not endorse ---- */

static void
test_without_a_certificate(void)
{
	begin(AND_12);
	endorse_net_blind(net);
	assert_endorsed_by("Org2MSP Org1MSP");
	g_assert_cmpuint(net->asked, ==, 2);
	/* It is noticed when it is needed. */
	net->certified = TRUE;
	assert_endorsed_by("Org1MSP Org2MSP");
	g_assert_cmpuint(net->asked, ==, 3);
	end();
}

/* Proposals are large, and their number alone is no bound. */
static void
test_proposals_have_a_bound(void)
{
	Endorsing *endorsing;

	begin(AND_12);
	endorsing = net->nodes[0].channel.endorsing;
	endorsing->bytes = ENDORSE_BYTES_MAX;
	assert_refused(BSN_BUSY, "too many proposals");
	endorsing->bytes = 0;
	assert_endorsed_by("Org1MSP Org2MSP");
	g_assert_cmpuint(endorsing->bytes, ==, 0);
	end();
}

/* The first answer is judged by itself: there is no other one yet. */
static void
test_first_answers_are_judged(void)
{
	static const NodeKind kinds[] = { NODE_OTHER_PROPOSAL, NODE_JUNK,
					  NODE_BAD_SIGNATURE };

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		begin(OR_12);
		endorse_net_blind(net);
		net->nodes[3].kind = kinds[i];
		net->nodes[3].peer.height = 9;
		assert_endorsed_by("Org2MSP");
		g_assert_cmpuint(net->asked, ==, 2);
		end();
	}
}

static void
test_without_the_package(void)
{
	begin("'Org1MSP.peer'");
	net->nodes[0].has_package = FALSE;
	assert_endorsed_by("Org1MSP");
	g_assert_cmpuint(net->runs, ==, 1);
	g_assert_cmpuint(net->asked, ==, 1);
	end();
}

/* Whether the transaction that is to be signed writes that value. */
static gboolean
writes(const bsn_reply *reply, const char *value)
{
	const bsn_slice bytes = reply->signable.message;

	const gsize len = strlen(value);
	gboolean found = FALSE;

	for (guint64 i = 0; i + len <= bytes.len && !found; i++)
		found = memcmp(bytes.data + i, value, len) == 0;
	return found;
}

/* One that is asked first, and lies, is not believed when others agree. */
static void
test_a_first_liar(void)
{
	guint first = 0;

	for (guint liar = 1; liar < ENDORSE_NODES; liar++) {
		bsn_reply *reply;
		g_autofree char *endorsers = NULL;

		begin(OUT_OF_2);
		endorse_net_blind(net);
		net->nodes[liar].kind = NODE_OTHER_VALUE;
		net->nodes[liar].peer.height = 9;
		reply = gather();
		endorsers = endorsers_of(reply);
		g_assert_cmpuint(strlen(endorsers), ==,
				 strlen("Org1MSP Org2MSP"));
		g_assert_true(writes(reply, "asset1\x1a\x03one"));
		first += net->asked > 2 ? 1 : 0;
		fake_reply_free(reply);
		end();
	}
	g_assert_cmpuint(first, >, 0);
}

/* Whoever is asked first, the only node of an organisation differs. */
static void
test_nobody_agrees(void)
{
	begin("AND('Org1MSP.peer', 'Org2MSP.peer', 'Org3MSP.peer')");
	endorse_net_blind(net);
	net->nodes[2].kind = NODE_OTHER_VALUE;
	assert_refused(BSN_CONFLICT, "give different results");
	/* It gives up in the end, and asks nobody again whose results were
	 * given up. */
	g_assert_cmpuint(net->asked, ==, 5);
	end();
}

/* Whose endorsement an approval needs is known when it has been simulated: then
 * one organisation is enough, where a majority cannot be had. */
static void
test_an_approval_is_its_organisations(void)
{
	bsn_tx_request request;
	bsn_reply *reply;
	g_autofree char *got = NULL;

	begin(AND_12);
	endorse_net_blind(net);
	for (guint i = 1; i < ENDORSE_NODES; i++)
		net->nodes[i].peer.reachable = net->nodes[i].org == 0;
	request = endorse_request(net, "Approve", "");
	request.contract = bsn_slice_str(LIFECYCLE_NAME);
	reply = endorse_gather(net, &request);
	got = endorsers_of(reply);
	g_assert_cmpstr(got, ==, "Org1MSP");
	g_assert_cmpuint(net->signed_proposals, ==, 1);
	fake_reply_free(reply);
	end();
}

/* ---- options ---- */

static bsn_reply *
gather_of(const char *options)
{
	bsn_tx_request request = endorse_request(net, "Put", "");

	request.options = bsn_slice_str(options);
	return endorse_gather(net, &request);
}

static void
test_organisations_are_forced(void)
{
	bsn_reply *reply;
	g_autofree char *one = NULL;
	g_autofree char *two = NULL;

	begin(AND_12);
	/* Fewer than the policy asks: it becomes invalid in its block. */
	reply = gather_of("{\"organisations\":[\"Org3MSP\"]}");
	one = endorsers_of(reply);
	g_assert_cmpstr(one, ==, "Org3MSP");
	fake_reply_free(reply);
	reply = gather_of("{\"organisations\":[\"Org3MSP\",\"Org1MSP\"]}");
	two = endorsers_of(reply);
	g_assert_cmpstr(two, ==, "Org1MSP Org3MSP");
	fake_reply_free(reply);
	/* Each once. */
	net->asked = 0;
	reply = gather_of("{\"organisations\":[\"Org2MSP\",\"Org3MSP\"]}");
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(net->asked, ==, 2);
	fake_reply_free(reply);
	net->nodes[2].kind = NODE_JUNK;
	reply = gather_of("{\"organisations\":[\"Org3MSP\",\"Org1MSP\"]}");
	g_assert_cmpint(reply->status, ==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(reply->err.reason, "no node of Org3MSP"));
	g_assert_nonnull(strstr(reply->err.reason, "org3.node2: its answer"));
	fake_reply_free(reply);
	end();
}

/* ---- the end ---- */

static void
test_closing_answers(void)
{
	bsn_tx_request request;
	bsn_reply *first[2];
	bsn_reply *second[2];

	begin(AND_12);
	request = endorse_request(net, "Put", "");
	for (guint i = 0; i < 2; i++) {
		/* One waits for others, one for this node's chaincode. */
		net->nodes[0].kind = i == 0 ? NODE_HONEST : NODE_HANGS;
		first[i] = endorse_first(net, &request);
		second[i] = endorse_next(net, first[i]);
		g_assert_cmpint(second[i]->status, ==, FAKE_PENDING);
	}
	endorse_net_close(net);
	for (guint i = 0; i < 2; i++) {
		g_assert_cmpint(second[i]->status, ==, BSN_UNAVAILABLE);
		g_assert_cmpstr(second[i]->err.reason, ==,
				"the chain is closing");
		fake_reply_free(first[i]);
		fake_reply_free(second[i]);
	}
	end();
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
		{ "or-needs-this-node-alone", test_or_needs_this_node_alone },
		{ "and-asks-the-other", test_and_asks_the_other },
		{ "proposals-have-a-bound", test_proposals_have_a_bound },
		{ "all-are-asked-at-once", test_all_three_are_asked_at_once },
		{ "another-namespace-has-its-policy",
		  test_another_namespace_has_its_policy },
		{ "the-channels-own-policy", test_the_channels_own_policy },
		{ "a-policy-without-this-node",
		  test_a_policy_without_this_node },
		{ "two-of-one-organisation", test_two_of_one_organisation },
		{ "most-blocks-first", test_most_blocks_first },
		{ "another-takes-over", test_another_takes_over },
		{ "an-organisation-takes-over",
		  test_an_organisation_takes_over },
		{ "slow-ones-are-replaced", test_slow_ones_are_replaced },
		{ "gathering-has-a-deadline", test_gathering_has_a_deadline },
		{ "too-few", test_too_few },
		{ "what-differs-is-said", test_what_differs_is_said },
		{ "the-chaincode-says-no", test_the_chaincode_says_no },
		{ "own-failure-leaves-others", test_own_failure_leaves_others },
		{ "own-no-is-final", test_own_no_is_final },
		{ "own-run-has-a-deadline", test_own_run_has_a_deadline },
		{ "without-a-certificate", test_without_a_certificate },
		{ "first-answers-are-judged", test_first_answers_are_judged },
		{ "without-the-package", test_without_the_package },
		{ "a-first-liar-is-not-believed", test_a_first_liar },
		{ "nobody-agrees", test_nobody_agrees },
		{ "an-approval-is-its-organisations",
		  test_an_approval_is_its_organisations },
		{ "organisations-are-forced", test_organisations_are_forced },
		{ "closing-answers", test_closing_answers },
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strconcat("/fabric/gather/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
