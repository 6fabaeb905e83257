/* SPDX-License-Identifier: Apache-2.0
 *
 * The runtime, and chaincodes that lie, flood, hang and leave.
 */
#include <string.h>

#include "plugins/chaincode/package.h"
#include "tests/unit/chaincode-service.h"

static Peer *peer;
static Service *service;

static void
set_up(void)
{
	peer = service_peer();
	service = service_new(peer, NULL);
	g_assert_cmpint(service_install(service, "", NULL), ==, BSN_OK);
}

static void
tear_down(void)
{
	peer_close_chain(peer);
	io_settle(peer_fixture(peer));
	service_free(service);
	peer_free(peer);
}

static char *
tx_of(const ShimMessage *message)
{
	return g_strndup((const char *)message->tx_id.data,
			 message->tx_id.len);
}

/* A call, how it ended, and its reason. */
static void
expect_call(int32_t status, const char *reason)
{
	g_autoptr(PeerCall) call = peer_call(peer, SERVICE_ID, "f|a");

	g_assert_cmpstr(call->reason, ==, reason);
	g_assert_cmpint(call->status, ==, status);
}

/* ---- as it should be ---- */

static void
behave(Service *one, const ShimMessage *message)
{
	g_autofree char *tx_id = tx_of(message);

	if (message->type == SHIM_TRANSACTION || message->type == SHIM_INIT)
		service_say(one, SHIM_GET_STATE, tx_id, "\x0a\x01k");
	else if (message->type == SHIM_RESPONSE)
		service_complete(one, tx_id);
}

static void
test_good(void)
{
	set_up();
	service->told = behave;
	expect_call(BSN_OK, "");
	expect_call(BSN_OK, "");
	g_assert_cmpstr(service->log->str, ==,
			"REGISTERED READY TRANSACTION RESPONSE TRANSACTION "
			"RESPONSE ");
	g_assert_cmpuint(service->connections, ==, 1);
	peer_await(peer, "\"state\":\"ready\",\"restarts\":0,\"calls\":0");
	tear_down();
}

static void
test_unknown_package(void)
{
	g_autoptr(PeerCall) call = NULL;
	g_autoptr(GByteArray) package = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	set_up();
	call = peer_call(peer, "other:1", "f");
	g_assert_cmpint(call->begun, ==, BSN_NOT_FOUND);
	g_assert_cmpint(chaincode_package_write("go_1", "golang", "", NULL, 0,
						package, NULL),
			==, BSN_OK);
	g_assert_cmpint(peer_start(peer, "go_1:1", package, &err), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"a package of type golang is nothing for this runtime");
	tear_down();
}

/* ---- who does not register ---- */

static void
register_as_other(Service *one)
{
	service_register(one, "other_1:abcd");
}

static void
ask_first(Service *one)
{
	service_say(one, SHIM_GET_STATE, "a", "k");
}

static void
say_garbage(Service *one)
{
	service_say_bytes(one, "\x0a\xff", 2);
}

static void
register_twice(Service *one)
{
	service_register(one, SERVICE_ID);
	service_register(one, SERVICE_ID);
}

static void
say_too_much(Service *one)
{
	GrpcLimits limits = grpc_limits_default;
	g_autofree char *zeros = g_malloc0(limits.message_max);

	service_register(one, SERVICE_ID);
	service_say_bytes(one, zeros, limits.message_max);
}

static void
leave(Service *one)
{
	grpc_call_finish(one->call, GRPC_OUT_OF_RANGE, "tired", NULL, NULL);
}

static void
hang_up(Service *one)
{
	one->over = TRUE;
}

static void
expect_unavailable(void (*begun)(Service *one), const char *reason)
{
	set_up();
	service->begun = begun;
	expect_call(BSN_UNAVAILABLE, reason);
	peer_await(peer, "\"state\":\"failed\"");
	/* It is tried again, and may come to its senses. */
	service->begun = NULL;
	service->told = behave;
	expect_call(BSN_OK, "");
	tear_down();
}

static void
test_strangers(void)
{
	expect_unavailable(register_as_other,
			   "it registered as \"other_1:abcd\", and is "
			   SERVICE_ID);
	expect_unavailable(ask_first, "it did not begin with REGISTER");
	expect_unavailable(say_garbage,
			   "it sent what is no ChaincodeMessage");
	expect_unavailable(register_twice,
			   "it sent REGISTER, which is not for a chaincode to "
			   "send now");
	expect_unavailable(say_too_much,
			   "it sent what is no ChaincodeMessage");
	expect_unavailable(leave,
			   "the conversation is over: OUT_OF_RANGE: tired");
	expect_unavailable(hang_up, "the conversation is over: UNAVAILABLE: "
				    "the connection ended: the other side has "
				    "left");
}

/* ---- who breaks the protocol in a transaction ---- */

static void
ask_twice(Service *one, const ShimMessage *message)
{
	g_autofree char *tx_id = tx_of(message);

	if (message->type != SHIM_TRANSACTION)
		return;
	service_say(one, SHIM_GET_STATE, tx_id, "\x0a\x01k");
	service_say(one, SHIM_DEL_STATE, tx_id, "\x0a\x01k");
}

static void
fail(Service *one, const ShimMessage *message)
{
	g_autofree char *tx_id = tx_of(message);

	if (message->type == SHIM_TRANSACTION)
		service_say(one, SHIM_ERROR, tx_id, "no such \x01 function");
}

/* It answers for others, and asks for others; then it behaves. */
static void
meddle(Service *one, const ShimMessage *message)
{
	if (message->type == SHIM_TRANSACTION) {
		service_complete(one, "somebody else's");
		service_say(one, SHIM_PUT_STATE, "somebody else's", "k");
		service_say(one, SHIM_KEEPALIVE, "", "");
	}
	if (message->type != SHIM_ERROR)
		behave(one, message);
}

static void
flood(Service *one, const ShimMessage *message)
{
	if (message->type == SHIM_TRANSACTION)
		for (guint i = 0; i < 5000; i++)
			service_say(one, SHIM_GET_STATE, "none", "k");
	if (message->type != SHIM_ERROR)
		behave(one, message);
}

static void
test_liars(void)
{
	set_up();
	service->told = ask_twice;
	expect_call(BSN_FAULT, "the chaincode asked with DEL_STATE before it "
			       "had the answer to its last question");
	service->told = fail;
	expect_call(BSN_FAULT, "no such   function");
	service->told = meddle;
	expect_call(BSN_OK, "");
	g_assert_nonnull(strstr(service->log->str, " ERROR "));
	g_assert_cmpuint(service->connections, ==, 1);
	tear_down();
}

static void
test_flood(void)
{
	set_up();
	service->told = flood;
	expect_call(BSN_OK, "");
	g_assert_cmpuint(service->told_n, >, 5000);
	tear_down();
}

/* ---- who does not wait for the answer ---- */

static void
ask_and_complete(Service *one, const ShimMessage *message)
{
	g_autofree char *tx_id = tx_of(message);

	if (message->type != SHIM_TRANSACTION)
		return;
	service_say(one, SHIM_GET_STATE, tx_id, "\x0a\x01k");
	service_complete(one, tx_id);
}

static void
test_impatient(void)
{
	PeerCall *call;

	set_up();
	service->told = ask_and_complete;
	call = peer_begin(peer, SERVICE_ID, "aa", "f");
	call->silent = TRUE;
	peer_wait(call);
	g_assert_cmpint(call->status, ==, BSN_FAULT);
	g_assert_cmpstr(call->reason, ==,
			"the chaincode ended before it had the answer to what "
			"it asked last: a promise is not awaited");
	peer_call_free(call);
	tear_down();
}

/* ---- who does not answer ---- */

static void
wait_told(guint n)
{
	io_run_until(peer_fixture(peer), &service->told_n, n);
}

static void
test_given_up(void)
{
	PeerCall *call;

	set_up();
	call = peer_begin(peer, SERVICE_ID, "aa", "f");
	wait_told(3);
	peer_cancel(call);
	/* The same transaction cannot begin anew while it is worked on. */
	{
		g_autoptr(PeerCall) again =
			peer_begin(peer, SERVICE_ID, "aa", "f");

		peer_wait(again);
		g_assert_cmpint(again->status, ==, BSN_UNAVAILABLE);
	}
	service_say(service, SHIM_GET_STATE, "aa", "k");
	link_flush(service->link);
	wait_told(4);
	g_assert_nonnull(strstr(service->log->str, "TRANSACTION ERROR "));
	service_complete(service, "aa");
	link_flush(service->link);
	service->told = behave;
	expect_call(BSN_OK, "");
	g_assert_cmpuint(call->done, ==, 0);
	g_assert_cmpuint(call->asked, ==, 0);
	peer_call_free(call);
	tear_down();
}

static void
test_hung(void)
{
	PeerCall *calls[16];

	set_up();
	for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
		g_autofree char *tx_id = g_strdup_printf("%u", i);

		calls[i] = peer_begin(peer, SERVICE_ID, tx_id, "f");
	}
	wait_told(2 + G_N_ELEMENTS(calls));
	for (guint i = 0; i < G_N_ELEMENTS(calls); i++)
		peer_cancel(calls[i]);
	peer_await(peer, "it has left 16 calls in a row unanswered");
	service->told = behave;
	expect_call(BSN_OK, "");
	g_assert_cmpuint(service->connections, ==, 2);
	for (guint i = 0; i < G_N_ELEMENTS(calls); i++)
		peer_call_free(calls[i]);
	tear_down();
}

static void
test_too_many(void)
{
	enum { MAX = 1024 };
	PeerCall *calls[MAX];

	set_up();
	for (guint i = 0; i < MAX; i++) {
		g_autofree char *tx_id = g_strdup_printf("%u", i);

		calls[i] = peer_begin(peer, SERVICE_ID, tx_id, "f");
	}
	expect_call(BSN_BUSY, "1024 calls of this chaincode are under way");
	service->told = behave;
	peer_stop(peer, SERVICE_ID);
	for (guint i = 0; i < MAX; i++) {
		peer_wait(calls[i]);
		g_assert_cmpint(calls[i]->status, ==, BSN_UNAVAILABLE);
		g_assert_cmpstr(calls[i]->reason, ==,
				"the chaincode was stopped");
		peer_call_free(calls[i]);
	}
	tear_down();
}

static void
test_twice_in_one(void)
{
	PeerCall *first;
	g_autoptr(PeerCall) second = NULL;

	set_up();
	first = peer_begin(peer, SERVICE_ID, "aa", "f");
	second = peer_begin(peer, SERVICE_ID, "aa", "f");
	peer_wait(second);
	g_assert_cmpint(second->begun, ==, BSN_BUSY);
	peer_close_chain(peer);
	peer_wait(first);
	g_assert_cmpint(first->status, ==, BSN_UNAVAILABLE);
	g_assert_cmpstr(first->reason, ==, "the chain closes");
	peer_call_free(first);
	tear_down();
}

static void
test_gone(void)
{
	set_up();
	peer_fixture(peer)->io->listener_close(service->listener);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(PeerCall) call = peer_call(peer, SERVICE_ID, "f");

		g_assert_cmpint(call->status, ==, BSN_UNAVAILABLE);
		g_assert_nonnull(strstr(call->reason, "refused"));
	}
	for (guint i = 0; i < 2; i++) {
		g_autoptr(PeerCall) call = peer_call(peer, SERVICE_ID, "f");

		g_assert_true(g_str_has_prefix(call->reason,
					       "the chaincode has failed 2 "
					       "times, and is not started "
					       "again yet: "));
	}
	peer_close_chain(peer);
	service->listener = NULL;
	peer_free(peer);
	g_string_free(service->log, TRUE);
	g_free(service->address);
	g_free(service);
}

/* ---- TLS ---- */

typedef struct {
	bsn_io_authority *authority;
	TextSink *ca, *certificate, *key, *client, *client_key;
} Tls;

static Tls
tls_new(void)
{
	static const char *const hosts[] = { "127.0.0.1", NULL };
	const IoFixture *fixture = peer_fixture(peer);
	Tls tls = { NULL, text_sink_new(), text_sink_new(), text_sink_new(),
		    text_sink_new(), text_sink_new() };

	g_assert_cmpint(fixture->io->authority_new(fixture->account, "Org",
						   &tls.authority, NULL),
			==, BSN_OK);
	fixture->io->authority_certificate(tls.authority, &tls.ca->sink, NULL);
	fixture->io->authority_issue(tls.authority, "s", hosts,
				     &tls.certificate->sink, &tls.key->sink,
				     NULL);
	fixture->io->authority_issue(tls.authority, "c", NULL,
				     &tls.client->sink, &tls.client_key->sink,
				     NULL);
	return tls;
}

static void
tls_free(Tls *tls)
{
	peer_fixture(peer)->io->authority_free(tls->authority);
	text_sink_free(tls->ca);
	text_sink_free(tls->certificate);
	text_sink_free(tls->key);
	text_sink_free(tls->client);
	text_sink_free(tls->client_key);
}

static char *
in_json(const TextSink *pem)
{
	g_auto(GStrv) lines = g_strsplit(pem->text->str, "\n", -1);

	return g_strjoinv("\\n", lines);
}

/* Installs with what the client shows and whom it believes. */
static void
install(const TextSink *ca, const Tls *client)
{
	g_autofree char *root = in_json(ca);
	g_autofree char *certificate = in_json(client->client);
	g_autofree char *key = in_json(client->client_key);
	g_autofree char *json = g_strdup_printf(
		",\"dial_timeout\":\"10s\",\"tls_required\":true,"
		"\"client_auth_required\":true,\"root_cert\":\"%s\","
		"\"client_cert\":\"%s\",\"client_key\":\"%s\"",
		root, certificate, key);
	bsn_err err = BSN_ERR_INIT;

	if (service_install(service, json, &err) != BSN_OK)
		g_error("%s", err.reason);
}

static void
with_tls(gboolean good_ca, gboolean good_client)
{
	Tls ours, others;

	peer = service_peer();
	ours = tls_new();
	others = tls_new();
	{
		const bsn_io_tls tls = {
			.size = sizeof(tls),
			.flags = BSN_IO_TLS_REQUIRE,
			.certificate = text_sink_slice(ours.certificate),
			.key = text_sink_slice(ours.key),
			.ca = text_sink_slice(ours.ca),
			.alpn = "h2",
		};
		g_autoptr(PeerCall) call = NULL;

		service = service_new(peer, &tls);
		service->told = behave;
		install(good_ca ? ours.ca : others.ca,
			good_client ? &ours : &others);
		call = peer_call(peer, SERVICE_ID, "f");
		g_assert_cmpint(call->status, ==,
				good_ca && good_client ? BSN_OK
						       : BSN_UNAVAILABLE);
	}
	tls_free(&ours);
	tls_free(&others);
	tear_down();
}

static void
test_tls(void)
{
	with_tls(TRUE, TRUE);
	with_tls(FALSE, TRUE);
	with_tls(TRUE, FALSE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name, function) g_test_add_func("/chaincode/runtime/" name, function)
	T("a-service-is-connected-to-and-called", test_good);
	T("unknown-packages-are-refused", test_unknown_package);
	T("who-does-not-register-is-left", test_strangers);
	T("who-lies-in-a-transaction-fails-that", test_liars);
	T("a-flood-is-answered", test_flood);
	T("who-ends-before-the-answer-has-failed", test_impatient);
	T("calls-that-were-given-up-are-not-heard-of", test_given_up);
	T("who-answers-nothing-is-started-anew", test_hung);
	T("calls-are-bounded-and-end-with-the-program", test_too_many);
	T("a-transaction-is-in-a-chaincode-once", test_twice_in_one);
	T("who-cannot-be-reached-is-left-alone-for-a-while", test_gone);
	T("tls-is-required-both-ways", test_tls);
#undef T
	return g_test_run();
}
