/* SPDX-License-Identifier: Apache-2.0
 *
 * Queries: a run on one node.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-endorse.h"

static EndorseNet *net;

static void
begin(gboolean sm)
{
	net = endorse_net_new(sm);
	g_hash_table_insert(net->policies, (gpointer) "basic",
			    (gpointer) "AND('Org1MSP.peer', 'Org2MSP.peer')");
}

static void
end(void)
{
	g_clear_pointer(&net, endorse_net_free);
}

static Channel *
channel(void)
{
	return &net->nodes[0].channel;
}

static void
assert_reason(const bsn_err *err, const char *want)
{
	if (strstr(err->reason, want) == NULL)
		g_error("\"%s\" is not in \"%s\"", want, err->reason);
}

static bsn_reply *
call(const char *args, const char *options)
{
	bsn_tx_request request = endorse_request(net, "Get", args);
	bsn_reply *reply = fake_reply_new(channel()->chain, FAKE_ANSWER_VALUE);

	request.options = bsn_slice_str(options);
	fake_asked(reply,
		   endorse_call(channel(), &request, reply, &reply->err));
	return reply;
}

static void
assert_call(const char *args, const char *options, const char *want)
{
	bsn_reply *reply = call(args, options);
	g_autofree char *text = fake_text(reply->json);

	if (reply->status != BSN_OK)
		g_error("%s", reply->err.reason);
	g_assert_cmpstr(text, ==, want);
	fake_reply_free(reply);
}

static void
assert_call_refused(int32_t status, const char *reason)
{
	bsn_reply *reply = call("", "");

	g_assert_cmpint(reply->status, ==, status);
	assert_reason(&reply->err, reason);
	fake_reply_free(reply);
}

static void
test_queries_are_answered(void)
{
	begin(FALSE);
	assert_call("[\"yes\"]", "",
		    "{\"result\":\"yes\",\"payload\":\"0x796573\","
		    "\"status\":200,\"message\":\"\",\"budget_used\":0}");
	assert_call("[[1,2]]", "{\"parse\":true}",
		    "{\"result\":[1,2],\"payload\":\"0x5b312c325d\","
		    "\"status\":200,\"message\":\"\",\"budget_used\":0}");
	assert_call("[\"no\"]", "{\"parse\":true}",
		    "{\"result\":null,\"payload\":\"0x6e6f\","
		    "\"status\":200,\"message\":\"\",\"budget_used\":0}");
	assert_call("", "",
		    "{\"result\":\"\",\"payload\":\"0x\","
		    "\"status\":200,\"message\":\"\",\"budget_used\":0}");
	g_assert_true(net->last.read_only);
	g_assert_cmpuint(net->seen, ==, 0);
	end();
}

static void
test_queries_are_refused(void)
{
	bsn_tx_request request;
	bsn_reply *reply;

	begin(FALSE);
	request = endorse_request(net, "Get", "");
	request.signer_certificate = bsn_slice_of(NULL, 0);
	reply = fake_reply_new(channel()->chain, FAKE_ANSWER_VALUE);
	g_assert_cmpint(fake_asked(reply, endorse_call(channel(), &request,
						       reply, &reply->err)),
			==, BSN_BAD_REQUEST);
	assert_reason(&reply->err, "certificate is missing");
	fake_reply_free(reply);
	net->nodes[0].has_package = FALSE;
	net->nodes[2].peer.reachable = FALSE;
	assert_call_refused(BSN_UNAVAILABLE,
			    "ask one that has: org2.node1, org1.node3");
	net->nodes[0].has_package = TRUE;
	net->nodes[0].kind = NODE_REFUSES;
	assert_call_refused(BSN_REVERTED, "no such asset");
	net->nodes[0].kind = NODE_FAULTY;
	assert_call_refused(BSN_FAULT, "it has crashed");
	g_hash_table_remove(net->policies, "basic");
	assert_call_refused(BSN_NOT_FOUND, "no chaincode");
	end();
}

/* What a change of the config would change is members/' to answer. */
static void
test_changes_are_shown(void)
{
	bsn_tx_request request;
	bsn_reply *reply;

	begin(FALSE);
	request = endorse_request(net, "config", "");
	request.contract = bsn_slice_of(NULL, 0);
	reply = fake_reply_new(channel()->chain, FAKE_ANSWER_VALUE);
	g_assert_cmpint(fake_asked(reply, endorse_call(channel(), &request,
						       reply, &reply->err)),
			==, BSN_CONFLICT);
	g_assert_cmpuint(net->members_previewed, ==, 1);
	request.signer_certificate = bsn_slice_of(NULL, 0);
	g_assert_cmpint(endorse_call(channel(), &request, reply, &reply->err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpuint(net->members_previewed, ==, 1);
	fake_reply_free(reply);
	end();
}

static void
test_queries_end(void)
{
	bsn_reply *late, *closed;

	begin(FALSE);
	net->nodes[0].kind = NODE_HANGS;
	late = call("", "");
	g_assert_cmpint(late->status, ==, FAKE_PENDING);
	fake_host_advance(ENDORSE_RUN_MS);
	g_assert_cmpint(late->status, ==, BSN_TIMEOUT);
	closed = call("", "");
	endorse_net_close(net);
	g_assert_cmpint(closed->status, ==, BSN_UNAVAILABLE);
	g_assert_cmpuint(net->cancelled, ==, 2);
	fake_reply_free(late);
	fake_reply_free(closed);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/call/queries-are-answered",
			test_queries_are_answered);
	g_test_add_func("/fabric/call/queries-are-refused",
			test_queries_are_refused);
	g_test_add_func("/fabric/call/changes-are-shown",
			test_changes_are_shown);
	g_test_add_func("/fabric/call/queries-end", test_queries_end);
	return g_test_run();
}
