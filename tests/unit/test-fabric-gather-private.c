/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is asked for endorsements when there is private data, and when one is
 * given.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "tests/unit/fabric-endorse.h"

#define AND_12 "AND('Org1MSP.peer', 'Org2MSP.peer')"
#define OR_23 "OR('Org2MSP.peer', 'Org3MSP.peer')"
#define OUT_OF_2 "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', 'Org3MSP.peer')"
#define TRANSIENT "{\"transient\":{\"price\":\"MTIz\"}}"

static EndorseNet *net;
static bsn_reply *first; /* round */

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
	g_clear_pointer(&first, fake_reply_free);
	g_clear_pointer(&net, endorse_net_free);
}

/* The second round; it may be pending. */
static bsn_reply *
gather(const char *function, const char *options)
{
	bsn_tx_request request = endorse_request(net, function, "[\"a\"]");

	request.options = bsn_slice_str(options);
	g_clear_pointer(&first, fake_reply_free);
	first = endorse_first(net, &request);
	return endorse_next(net, first);
}

static void
assert_asked(const char *want)
{
	g_autofree char *asked = endorse_net_asked(net);

	g_assert_cmpstr(asked, ==, want);
}

static void
assert_status(bsn_reply *reply, int32_t status, const char *reason)
{
	endorse_net_deliver_all(net);
	g_assert_cmpint(reply->status, ==, status);
	if (strstr(reply->err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, reply->err.reason);
	fake_reply_free(reply);
}

/* ---- before an endorsement ---- */

static void
test_waits_for_members(void)
{
	bsn_reply *reply;

	begin("OR('Org1MSP.peer')");
	net->spread_waits = TRUE;
	reply = gather("Secret", "");
	g_assert_cmpuint(net->spreads, ==, 1);
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	g_assert_cmpuint(net->seen, ==, 0); /* nothing was signed */
	endorse_net_spread(net);
	assert_status(reply, BSN_OK, "");
	g_assert_cmpuint(net->seen, ==, 1);
	/* Without private data nobody is waited for. */
	reply = gather("Put", "");
	assert_status(reply, BSN_OK, "");
	g_assert_cmpuint(net->spreads, ==, 1);
	end();
}

static void
test_too_few_have_it(gconstpointer waits)
{
	bsn_reply *reply;

	begin("OR('Org1MSP.peer')");
	net->spread_waits = GPOINTER_TO_INT(waits);
	net->spread_status = BSN_UNAVAILABLE;
	net->nodes[3].peer.reachable = FALSE;
	reply = gather("Secret", "");
	if (net->spread_waits)
		endorse_net_spread(net);
	assert_status(reply, BSN_UNAVAILABLE, "too few have it");
	g_assert_cmpuint(net->seen, ==, 0);
	end();
}

static void
test_closing(void)
{
	bsn_reply *reply;

	begin("OR('Org1MSP.peer')");
	net->spread_waits = TRUE;
	reply = gather("Secret", "");
	endorse_net_close(net);
	g_assert_cmpint(reply->status, ==, BSN_UNAVAILABLE);
	fake_reply_free(reply);
	end();
}

/* ---- who is asked ---- */

static void
test_members_alone(void)
{
	bsn_reply *reply;

	begin(OUT_OF_2);
	net->members = "Org1MSP Org3MSP";
	reply = gather("Secret", "");
	assert_asked("Org3MSP");
	assert_status(reply, BSN_OK, "");
	g_assert_false(net->reads_count);
	reply = gather("Secret", TRANSIENT);
	assert_asked("Org3MSP");
	assert_status(reply, BSN_OK, "");
	g_assert_true(net->reads_count);
	/* What is no member's is no reason to ask it. */
	net->nodes[2].peer.reachable = FALSE;
	reply = gather("Secret", TRANSIENT);
	assert_asked("");
	assert_status(reply, BSN_UNAVAILABLE,
		      "it is no member of collection secret");
	end();
}

static void
test_too_few_members(void)
{
	bsn_reply *reply;

	begin(AND_12);
	net->members = "Org1MSP";
	reply = gather("Secret", "");
	assert_asked("");
	assert_status(reply, BSN_UNAVAILABLE,
		      "it is no member of collection secret");
	end();
}

/* While others are asked, the next one may be a member no more, */
static void
test_member_no_more(void)
{
	bsn_reply *reply;

	begin(OUT_OF_2);
	reply = gather("Secret", TRANSIENT);
	assert_asked("Org2MSP");
	net->members = "Org1MSP Org3MSP";
	endorse_net_time_out(net);
	assert_asked("Org3MSP");
	assert_status(reply, BSN_OK, "");
	end();
}

/* or nobody who is known. */
static void
test_organisation_no_more(void)
{
	MspIdentity *before;
	bsn_reply *reply;

	begin(AND_12);
	reply = gather("Secret", TRANSIENT);
	assert_asked("Org2MSP");
	before = g_steal_pointer(&net->nodes[4].peer.identity);
	endorse_net_time_out(net);
	assert_asked("");
	net->nodes[4].peer.identity = before;
	assert_status(reply, BSN_UNAVAILABLE, "it cannot be reached");
	end();
}

/* Transient data is shown to nobody else before it is known what is written. */
static void
test_own_organisation_first(void)
{
	bsn_reply *reply;

	begin(OR_23);
	net->nodes[0].has_package = FALSE;
	reply = gather("Put", "");
	assert_asked("Org2MSP");
	assert_status(reply, BSN_OK, "");
	reply = gather("Secret", TRANSIENT);
	assert_asked("Org1MSP");
	g_assert_true(endorse_net_deliver(net));
	assert_asked("Org2MSP");
	assert_status(reply, BSN_OK, "");
	net->nodes[3].peer.reachable = FALSE;
	reply = gather("Secret", TRANSIENT);
	assert_asked("");
	assert_status(reply, BSN_UNAVAILABLE, "name in `organisations`");
	end();
}

/* Whoever signs knows whom it is for. */
static void
test_named_organisations(void)
{
	bsn_reply *reply;

	begin(OR_23);
	net->members = "Org1MSP";
	net->nodes[0].has_package = FALSE;
	reply = gather("Secret",
		       "{\"transient\":{\"price\":\"MTIz\"},"
		       "\"organisations\":[\"Org2MSP\",\"Org3MSP\"]}");
	assert_asked("Org2MSP");
	g_assert_true(endorse_net_deliver(net));
	assert_asked("Org3MSP");
	assert_status(reply, BSN_OK, "");
	end();
}

/* The only one of its own fails: that is said, and nobody else is shown it. */
static void
test_own_fails(void)
{
	bsn_reply *reply;

	begin(OR_23);
	net->nodes[0].kind = NODE_FAULTY;
	net->nodes[3].peer.reachable = FALSE;
	reply = gather("Secret", TRANSIENT);
	assert_asked("");
	assert_status(reply, BSN_FAULT, "it has crashed");
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) \
	g_test_add_func("/fabric-gather-private/" name, function)
	TEST("waits-for-members", test_waits_for_members);
	g_test_add_data_func("/fabric-gather-private/too-few-at-once",
			     GINT_TO_POINTER(FALSE), test_too_few_have_it);
	g_test_add_data_func("/fabric-gather-private/too-few-later",
			     GINT_TO_POINTER(TRUE), test_too_few_have_it);
	TEST("closing", test_closing);
	TEST("members-alone", test_members_alone);
	TEST("too-few-members", test_too_few_members);
	TEST("member-no-more", test_member_no_more);
	TEST("organisation-no-more", test_organisation_no_more);
	TEST("own-organisation-first", test_own_organisation_first);
	TEST("named-organisations", test_named_organisations);
	TEST("own-fails", test_own_fails);
	return g_test_run();
}
