/* SPDX-License-Identifier: Apache-2.0
 *
 * FISCO BCOS 2.x's channel protocol, as an SDK speaks it.
 */
#include <string.h>

#include <bsn/ext/stream.h>

#include "plugins/engine-fisco/channel/frame.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-session.h"
#include "tests/unit/fisco-chain.h"
#include "tests/unit/manual-consensus.h"

#define STD "{\"crypto\":\"std\",\"chain_id\":1,\"group_id\":1}"

static FiscoChain *chain;
static const bsn_engine_stream *stream;

static void
start(void)
{
	fisco_reset(1);
	chain = fisco_new("channel", STD);
	stream = bsn_engine_stream_of(fisco_engine());
	g_assert_nonnull(stream);
}

static bsn_session *
connect_client(void)
{
	bsn_session *session = fake_session_new();
	const bsn_client client = { .size = sizeof(client) };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(stream->opened(fisco_ledger(chain), session, &client,
				       &err),
			==, BSN_OK);
	return session;
}

static void
leave(bsn_session *session)
{
	stream->closed(fisco_ledger(chain), session);
	fake_session_free(session);
}

static void
receive(bsn_session *session, const GByteArray *bytes)
{
	stream->received(fisco_ledger(chain), session, buffer_slice(bytes));
}

/* A message whose sequence is one character, repeated. */
static GByteArray *
message(FrameType type, char seq, bsn_slice data)
{
	Frame frame = { .type = (guint16)type, .data = data };
	GByteArray *bytes = g_byte_array_new();

	memset(frame.seq, seq, FRAME_SEQ);
	frame_put(&frame, bytes);
	return bytes;
}

static void
send_bytes(bsn_session *session, FrameType type, char seq, bsn_slice data)
{
	g_autoptr(GByteArray) bytes = message(type, seq, data);

	receive(session, bytes);
}

static void
send_text(bsn_session *session, FrameType type, char seq, const char *text)
{
	send_bytes(session, type, seq, bsn_slice_str(text));
}

static void
send_topic(bsn_session *session, FrameType type, char seq, const char *topic,
	   const char *content)
{
	g_autoptr(GByteArray) data = g_byte_array_new();

	frame_put_topic(bsn_slice_str(topic), bsn_slice_str(content), data);
	send_bytes(session, type, seq, buffer_slice(data));
}

/* Takes the oldest message that was pushed; its data as a text. */
static char *
take(bsn_session *session, FrameType type, char seq, gint32 result)
{
	Frame frame;
	gint64 len = frame_read(buffer_slice(session->pushed), &frame);
	char *text;

	g_assert_cmpint(len, >, 0);
	g_assert_cmphex(frame.type, ==, type);
	g_assert_cmpint(frame.seq[0], ==, seq);
	g_assert_cmpint(frame.seq[FRAME_SEQ - 1], ==, seq);
	g_assert_cmpint(frame.result, ==, result);
	text = g_strndup((const char *)frame.data.data, frame.data.len);
	g_byte_array_remove_range(session->pushed, 0, (guint)len);
	return text;
}

static void
expect(bsn_session *session, FrameType type, char seq, gint32 result,
       const char *text)
{
	g_autofree char *got = take(session, type, seq, result);

	g_assert_cmpstr(got, ==, text);
}

static void
expect_nothing(const bsn_session *session)
{
	g_assert_cmpuint(session->pushed->len, ==, 0);
}

/* ---- messages ------------------------------------------------------------ */

static void
test_handshake(void)
{
	bsn_session *client;

	start();
	client = connect_client();
	send_text(client, FRAME_HANDSHAKE, 'a',
		  "{\"minimumProtocol\":1,\"maximumProtocol\":2,"
		  "\"clientType\":\"java-sdk\"}");
	expect(client, FRAME_HANDSHAKE, 'a', 0,
	       "{\"nodeVersion\":\"2.9.1\",\"protocol\":2}");
	send_text(client, FRAME_HEARTBEAT, 'b', "0");
	expect(client, FRAME_HEARTBEAT, 'b', 0, "1");
	send_text(client, FRAME_HEARTBEAT, 'c', "{\"heartBeat\":0}");
	expect(client, FRAME_HEARTBEAT, 'c', 0, "{\"heartBeat\":1}");
	g_assert_false(client->closed);
	send_text(client, FRAME_HANDSHAKE, 'd',
		  "{\"minimumProtocol\":9,\"maximumProtocol\":9}");
	g_assert_true(client->closed);
	leave(client);
	fisco_free(chain);
}

/* Each byte by itself, then two messages at once. */
static void
test_parts(void)
{
	g_autoptr(GByteArray) bytes =
		message(FRAME_RPC, 'a',
			bsn_slice_str("{\"jsonrpc\":\"2.0\",\"id\":1,"
				      "\"method\":\"getBlockNumber\","
				      "\"params\":[1]}"));
	const char *answer =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x0\"}";
	const guint len = bytes->len;
	bsn_session *client;

	start();
	client = connect_client();
	for (guint i = 0; i < len; i++) {
		expect_nothing(client);
		stream->received(fisco_ledger(chain), client,
				 bsn_slice_of(bytes->data + i, 1));
	}
	expect(client, FRAME_RPC, 'a', 0, answer);
	g_byte_array_set_size(bytes, 2 * len);
	memcpy(bytes->data + len, bytes->data, len);
	receive(client, bytes);
	expect(client, FRAME_RPC, 'a', 0, answer);
	expect(client, FRAME_RPC, 'a', 0, answer);
	expect_nothing(client);
	leave(client);
	fisco_free(chain);
}

static void
test_nonsense(void)
{
	static const guint8 short_len[] = { 0, 0, 0, 41 };
	static const guint8 long_len[] = { 0x7f, 0, 0, 0 };
	bsn_session *first, *second, *third;

	start();
	first = connect_client();
	second = connect_client();
	third = connect_client();
	stream->received(fisco_ledger(chain), first,
			 bsn_slice_of(short_len, sizeof(short_len)));
	stream->received(fisco_ledger(chain), second,
			 bsn_slice_of(long_len, sizeof(long_len)));
	send_text(third, FRAME_TOPICS, 'a', "{}");
	g_assert_true(first->closed);
	g_assert_true(second->closed);
	g_assert_true(third->closed);
	leave(first);
	leave(second);
	leave(third);
	fisco_free(chain);
}

/* ---- AMOP ---------------------------------------------------------------- */

static void
test_one_receiver(void)
{
	bsn_session *sender, *one, *two;

	start();
	sender = connect_client();
	one = connect_client();
	two = connect_client();
	send_topic(sender, FRAME_AMOP_REQUEST, 'a', "news", "hello");
	expect(sender, FRAME_AMOP_RESPONSE, 'a', 100, "");
	send_text(one, FRAME_TOPICS, 'b', "[\"news\"]");
	send_text(two, FRAME_TOPICS, 'c', "[\"other\",\"news\"]");
	/* In turn. */
	send_topic(sender, FRAME_AMOP_REQUEST, 'd', "news", "hello");
	expect(one, FRAME_AMOP_REQUEST, 'd', 0, "\005newshello");
	expect_nothing(two);
	send_topic(sender, FRAME_AMOP_REQUEST, 'e', "news", "again");
	expect(two, FRAME_AMOP_REQUEST, 'e', 0, "\005newsagain");
	expect_nothing(one);
	/* Who was not asked cannot answer. */
	send_topic(one, FRAME_AMOP_RESPONSE, 'e', "news", "forged");
	expect_nothing(sender);
	send_topic(two, FRAME_AMOP_RESPONSE, 'e', "news", "thanks");
	expect(sender, FRAME_AMOP_RESPONSE, 'e', 0, "\005newsthanks");
	leave(one);
	expect(sender, FRAME_AMOP_RESPONSE, 'd', 101, "");
	leave(two);
	leave(sender);
	fisco_free(chain);
}

static void
test_timeout(void)
{
	bsn_session *sender, *receiver;

	start();
	sender = connect_client();
	receiver = connect_client();
	send_text(receiver, FRAME_TOPICS, 'a', "[\"news\"]");
	send_topic(sender, FRAME_AMOP_REQUEST, 'b', "news", "hello");
	fake_host_advance(4999);
	expect_nothing(sender);
	fake_host_advance(2);
	expect(sender, FRAME_AMOP_RESPONSE, 'b', 102, "");
	expect(receiver, FRAME_AMOP_REQUEST, 'b', 0, "\005newshello");
	send_topic(receiver, FRAME_AMOP_RESPONSE, 'b', "news", "late");
	expect_nothing(sender);
	leave(receiver);
	leave(sender);
	fisco_free(chain);
}

static void
test_multicast(void)
{
	bsn_session *sender, *one, *two;

	start();
	sender = connect_client();
	one = connect_client();
	two = connect_client();
	send_text(sender, FRAME_TOPICS, 'a', "[\"news\"]");
	send_topic(sender, FRAME_AMOP_MULTICAST, 'b', "news", "hello");
	expect(sender, FRAME_AMOP_RESPONSE, 'b', 100, "");
	send_text(one, FRAME_TOPICS, 'a', "[\"news\"]");
	send_text(two, FRAME_TOPICS, 'a', "[\"news\"]");
	send_topic(sender, FRAME_AMOP_MULTICAST, 'c', "news", "hello");
	expect(one, FRAME_AMOP_MULTICAST, 'c', 0, "\005newshello");
	expect(two, FRAME_AMOP_MULTICAST, 'c', 0, "\005newshello");
	expect(sender, FRAME_AMOP_RESPONSE, 'c', 0, "");
	/* A new list replaces the old one. */
	send_text(two, FRAME_TOPICS, 'd', "[]");
	send_topic(sender, FRAME_AMOP_MULTICAST, 'e', "news", "more");
	expect(one, FRAME_AMOP_MULTICAST, 'e', 0, "\005newsmore");
	expect_nothing(two);
	leave(two);
	leave(one);
	leave(sender);
	fisco_free(chain);
}

/* ---- private topics ------------------------------------------------------ */

#define PRIVATE "#!$TopicNeedVerify_deal"
#define QUESTION "#!$VerifyChannel_" PRIVATE "_0123456789abcdef"

/* What a publisher's SDK is asked: who the receiver is. */
static char *
take_question(bsn_session *publisher)
{
	g_autofree char *text = take(publisher, FRAME_TOPIC_VERIFY, '0', 0);
	g_autoptr(json_t) json = fisco_json(bsn_slice_str(text));

	g_assert_cmpstr(json_string_value(json_object_get(json, "topic")), ==,
			PRIVATE);
	g_assert_cmpstr(
		json_string_value(json_object_get(json, "topicForCert")), ==,
		QUESTION);
	return g_strdup(json_string_value(json_object_get(json, "nodeId")));
}

static void
send_verdict(bsn_session *publisher, const char *id, int result)
{
	g_autofree char *text = g_strdup_printf(
		"{\"checkResult\":%d,\"nodeId\":\"%s\",\"topic\":\"" PRIVATE
		"\"}",
		result, id);

	send_text(publisher, FRAME_TOPIC_VERDICT, 'v', text);
	expect(publisher, FRAME_TOPIC_VERDICT, 'v', 0, "");
}

static void
try_send(bsn_session *sender, bsn_session *receiver, gboolean arrives)
{
	send_topic(sender, FRAME_AMOP_MULTICAST, 'm', PRIVATE, "secret");
	expect(sender, FRAME_AMOP_RESPONSE, 'm', arrives ? 0 : 100, "");
	if (arrives)
		expect(receiver, FRAME_AMOP_MULTICAST, 'm', 0,
		       "\x18" PRIVATE "secret");
	expect_nothing(receiver);
}

static void
test_private_topic(void)
{
	g_autofree char *id = NULL;
	bsn_session *publisher, *receiver, *stranger;

	start();
	publisher = connect_client();
	receiver = connect_client();
	stranger = connect_client();
	send_text(publisher, FRAME_TOPICS, 'a',
		  "[\"#!$PushChannel_" PRIVATE "\"]");
	expect_nothing(publisher);
	send_text(receiver, FRAME_TOPICS, 'b',
		  "[\"" PRIVATE "\",\"" QUESTION "\"]");
	id = take_question(publisher);
	try_send(publisher, receiver, FALSE);
	/* The number, and its signature. */
	send_topic(publisher, FRAME_AMOP_REQUEST, 'n', QUESTION, "4711");
	expect(receiver, FRAME_AMOP_REQUEST, 'n', 0, "\x3a" QUESTION "4711");
	send_topic(receiver, FRAME_AMOP_RESPONSE, 'n', QUESTION, "signed");
	expect(publisher, FRAME_AMOP_RESPONSE, 'n', 0,
	       "\x3a" QUESTION "signed");
	send_verdict(publisher, id, 0);
	try_send(publisher, receiver, TRUE);
	try_send(stranger, receiver, FALSE);
	send_verdict(publisher, id, 1);
	try_send(publisher, receiver, FALSE);
	leave(stranger);
	leave(receiver);
	leave(publisher);
	fisco_free(chain);
}

/* Only who publishes judges; a publisher that comes later is asked, too. */
static void
test_late_publisher(void)
{
	g_autofree char *id = NULL;
	bsn_session *publisher, *receiver, *stranger;

	start();
	receiver = connect_client();
	stranger = connect_client();
	send_text(receiver, FRAME_TOPICS, 'b',
		  "[\"" PRIVATE "\",\"" QUESTION "\"]");
	publisher = connect_client();
	send_text(publisher, FRAME_TOPICS, 'a',
		  "[\"#!$PushChannel_" PRIVATE "\"]");
	id = take_question(publisher);
	send_verdict(stranger, id, 0);
	try_send(stranger, receiver, FALSE);
	send_verdict(publisher, "999", 0);
	send_verdict(publisher, id, 0);
	try_send(publisher, receiver, TRUE);
	send_text(publisher, FRAME_TOPIC_VERDICT, 'x', "{}");
	g_assert_true(publisher->closed);
	leave(publisher);
	leave(receiver);
	leave(stranger);
	fisco_free(chain);
}

/* ---- notice -------------------------------------------------------------- */

static char *
send_request(const Account *account, const char *method)
{
	bsn_tx_request request = fisco_invoke(
		account, "evidence", "deposit",
		"[\"0x0101010101010101010101010101010101010101010101010101"
		"010101010101\",\"a deed\"]",
		NULL);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) raw =
		fisco_build(chain, account, &request, &status, &err);
	g_autofree char *hex = hex_encode(buffer_slice(raw));

	return g_strdup_printf("{\"jsonrpc\":\"2.0\",\"id\":1,"
			       "\"method\":\"%s\",\"params\":[1,\"%s\"]}",
			       method, hex + 2);
}

static void
check_notice(const char *method, gboolean proofs)
{
	g_autofree char *request = NULL;
	g_autofree char *answer = NULL;
	g_autofree char *notice = NULL;
	g_autoptr(json_t) told = NULL;
	g_autoptr(json_t) receipt = NULL;
	Account alice;
	bsn_session *client;

	start();
	alice = fisco_account(chain, 1);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	client = connect_client();
	send_text(client, FRAME_TOPICS, 'a', "[\"_block_notify_1\"]");
	request = send_request(&alice, method);
	send_text(client, FRAME_RPC, 'b', request);
	answer = take(client, FRAME_RPC, 'b', 0);
	expect_nothing(client);
	fake_host_settle();
	notice = take(client, FRAME_TX_NOTIFY, 'b', 0);
	expect(client, FRAME_BLOCK_NOTIFY, '0', 0, "\020_block_notify_11,2");
	expect_nothing(client);
	told = fisco_json(bsn_slice_str(answer));
	receipt = fisco_json(bsn_slice_str(notice));
	g_assert_cmpstr(json_string_value(json_object_get(
				receipt, "transactionHash")),
			==, json_string_value(json_object_get(told, "result")));
	g_assert_cmpstr(
		json_string_value(json_object_get(receipt, "blockNumber")), ==,
		"0x2");
	g_assert_true(json_is_array(json_object_get(receipt, "txProof")) ==
		      proofs);
	g_assert_true(json_is_array(json_object_get(
			      receipt, "receiptProof")) == proofs);
	leave(client);
	fisco_free(chain);
}

static void
test_notice(void)
{
	check_notice("sendRawTransaction", FALSE);
}

static void
test_notice_with_proofs(void)
{
	check_notice("sendRawTransactionAndGetProof", TRUE);
}

static void
test_gone(void)
{
	g_autofree char *request = NULL;
	Account alice;
	bsn_session *client;

	start();
	alice = fisco_account(chain, 1);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	client = connect_client();
	request = send_request(&alice, "sendRawTransaction");
	send_text(client, FRAME_RPC, 'b', request);
	leave(client);
	fake_host_settle();
	g_assert_cmpuint(fisco_height(chain), ==, 2);
	fisco_free(chain);
}

/* Asks for the deployment of a contract that block `limit` is the last to have;
 * 0: of the usual limit. */
static void
send_deployment(bsn_session *client, const Account *account, char seq,
		guint limit)
{
	g_autofree char *options = NULL;
	g_autofree char *limited = NULL;
	g_autofree char *text = NULL;
	g_autofree char *hex = NULL;
	g_autofree char *answer = NULL;
	g_autoptr(GByteArray) raw = NULL;
	bsn_tx_request request = fisco_deploy(account, "", NULL, &options);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	limited = g_strdup_printf("{\"block_limit\":%u,%s", limit,
				  options + 1);
	if (limit > 0)
		request.options = bsn_slice_str(limited);
	raw = fisco_build(chain, account, &request, &status, &err);
	g_assert_nonnull(raw);
	hex = hex_encode(buffer_slice(raw));
	text = g_strdup_printf("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
			       "\"sendRawTransaction\",\"params\":[1,\"%s\"]}",
			       hex);
	send_text(client, FRAME_RPC, seq, text);
	answer = take(client, FRAME_RPC, seq, 0);
	g_assert_nonnull(strstr(answer, "\"result\":\"0x"));
}

static void
make_block(void)
{
	const bsn_agreement *agreement = manual_last();
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	BufferSink sink = buffer_sink(proposal, 1u << 20);
	const guint64 height = fisco_height(chain) + 1;
	bsn_id digest;

	g_assert_cmpint(agreement->proposer->propose(agreement->proposer,
						     height, &sink.sink,
						     &digest),
			==, BSN_OK);
	g_assert_cmpint(agreement->proposer->decide(
				agreement->proposer, height,
				buffer_slice(proposal),
				bsn_slice_str("certificate"), NULL),
			==, BSN_OK);
	fake_host_settle();
}

/* A block has room for one transaction, and the second's limit is that block:
 * it is told that it will be in none. */
static void
test_expired(void)
{
	g_autofree char *committed = NULL;
	g_autofree char *expired = NULL;
	bsn_session *client;
	Account alice, bob;

	fisco_reset(1);
	manual_consensus_add();
	chain = fisco_new("channel",
			  "{\"crypto\":\"std\",\"chain_id\":1,\"group_id\":1,"
			  "\"consensus\":{\"name\":\"manual\"},"
			  "\"block_tx_max\":1}");
	stream = bsn_engine_stream_of(fisco_engine());
	alice = fisco_account(chain, 1);
	bob = fisco_account(chain, 2);
	client = connect_client();
	send_deployment(client, &alice, 'a', 0);
	send_deployment(client, &bob, 'b', 1);
	make_block();
	committed = take(client, FRAME_TX_NOTIFY, 'a', 0);
	g_assert_nonnull(strstr(committed, "\"status\":\"0x0\""));
	expired = take(client, FRAME_TX_NOTIFY, 'b', 0);
	g_assert_nonnull(strstr(expired, "\"status\":\"0x10\""));
	expect_nothing(client);
	leave(client);
	fisco_free(chain);
}

/* ---- events -------------------------------------------------------------- */

#define WANT(from, to)                                                       \
	"{\"fromBlock\":" from ",\"toBlock\":" to ",\"addresses\":[],"       \
	"\"topics\":[],\"groupID\":\"1\",\"filterID\":\"f\"}"

static guint deposits;

/* One more log, in a block of its own. */
static void
deposit(const Account *account)
{
	g_autofree char *args = g_strdup_printf("[\"0x%064x\",\"a deed\"]",
						++deposits);
	const bsn_tx_request request = fisco_invoke(account, "evidence",
						    "deposit", args, NULL);
	g_autoptr(bsn_reply) reply = fisco_do(chain, account, &request);

	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_COMMITTED);
}

static void
register_events(bsn_session *client, const char *params, int result)
{
	g_autofree char *expected = g_strdup_printf(
		"{\"filterID\":\"f\",\"result\":%d}", result);

	send_text(client, FRAME_REGISTER_EVENT, 'r', params);
	expect(client, FRAME_REGISTER_EVENT, 'r', 0, expected);
}

/* Numbers of the blocks whose logs the next message has, "2 3"; "done". */
static char *
take_events(bsn_session *client)
{
	g_autofree char *text = take(client, FRAME_EVENT_PUSH, '0', 0);
	g_autoptr(json_t) json = fisco_json(bsn_slice_str(text));
	GString *blocks = g_string_new(NULL);
	json_t *log;
	gsize i;

	g_assert_cmpstr(json_string_value(json_object_get(json, "filterID")),
			==, "f");
	if (json_integer_value(json_object_get(json, "result")) == 1)
		g_string_append(blocks, "done");
	json_array_foreach(json_object_get(json, "logs"), i, log)
		g_string_append_printf(
			blocks, "%s%s", i > 0 ? " " : "",
			json_string_value(json_object_get(log,
							  "blockNumber")));
	return g_string_free(blocks, FALSE);
}

static void
expect_events(bsn_session *client, const char *blocks)
{
	g_autofree char *got = take_events(client);

	g_assert_cmpstr(got, ==, blocks);
}

/* A chain with the contract, in block 1, and logs in blocks 2 and 3. */
static Account
start_with_logs(void)
{
	Account alice;

	start();
	deposits = 0;
	alice = fisco_account(chain, 1);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	deposit(&alice);
	deposit(&alice);
	return alice;
}

static void
test_past_and_future(void)
{
	Account alice = start_with_logs();
	bsn_session *client = connect_client();

	register_events(client, WANT("\"1\"", "\"latest\""), 0);
	expect_events(client, "0x2 0x3");
	deposit(&alice);
	expect_events(client, "0x4");
	send_text(client, FRAME_UNREGISTER_EVENT, 'u', "{\"filterID\":\"f\"}");
	expect(client, FRAME_UNREGISTER_EVENT, 'u', 0,
	       "{\"filterID\":\"f\",\"result\":0}");
	deposit(&alice);
	expect_nothing(client);
	send_text(client, FRAME_UNREGISTER_EVENT, 'u', "{\"filterID\":\"f\"}");
	expect(client, FRAME_UNREGISTER_EVENT, 'u', 0,
	       "{\"filterID\":\"f\",\"result\":-41007}");
	leave(client);
	fisco_free(chain);
}

static void
test_range(void)
{
	Account alice = start_with_logs();
	bsn_session *client = connect_client();

	register_events(client, WANT("\"3\"", "4"), 0);
	expect_events(client, "0x3");
	deposit(&alice);
	expect_events(client, "0x4");
	expect_events(client, "done");
	deposit(&alice);
	expect_nothing(client);
	register_events(client, WANT("\"latest\"", "\"latest\""), 0);
	expect_nothing(client);
	deposit(&alice);
	expect_events(client, "0x6");
	leave(client);
	deposit(&alice);
	fisco_free(chain);
}

static void
test_criteria(void)
{
	static const char other[] =
		"{\"fromBlock\":\"1\",\"toBlock\":\"latest\",\"addresses\":"
		"\"0x0000000000000000000000000000000000000001\","
		"\"topics\":[],\"groupID\":1,\"filterID\":\"f\"}";
	bsn_session *client;

	(void)start_with_logs();
	client = connect_client();
	register_events(client, other, 0);
	expect_nothing(client);
	leave(client);
	fisco_free(chain);
}

static void
test_bad_registrations(void)
{
	bsn_session *client;

	start();
	client = connect_client();
	register_events(client, WANT("\"5\"", "\"4\""), -41003);
	register_events(client, WANT("\"five\"", "\"latest\""), -41001);
	register_events(client, WANT("-1", "\"latest\""), -41001);
	register_events(client,
			"{\"groupID\":\"2\",\"filterID\":\"f\"}", -41002);
	register_events(client,
			"{\"topics\":[\"0x12\"],\"groupID\":\"1\","
			"\"filterID\":\"f\"}",
			-41001);
	send_text(client, FRAME_REGISTER_EVENT, 'x', "{");
	expect(client, FRAME_REGISTER_EVENT, 'x', 0,
	       "{\"filterID\":\"\",\"result\":-41001}");
	g_assert_false(client->closed);
	leave(client);
	fisco_free(chain);
}

/* SDKs put an empty topic in front, and read one. */
static void
test_topic_in_front(void)
{
	bsn_session *client;

	start();
	client = connect_client();
	send_text(client, FRAME_REGISTER_EVENT, 'r',
		  "\001" WANT("\"latest\"", "\"latest\""));
	expect(client, FRAME_REGISTER_EVENT, 'r', 0,
	       "\001{\"filterID\":\"f\",\"result\":0}");
	leave(client);
	fisco_free(chain);
}

static void
test_many_registrations(void)
{
	bsn_session *client;

	start();
	client = connect_client();
	for (guint i = 0; i <= 64; i++) {
		g_autofree char *text = g_strdup_printf(
			"{\"groupID\":1,\"filterID\":\"%u\"}", i);
		g_autofree char *expected = g_strdup_printf(
			"{\"filterID\":\"%u\",\"result\":%d}", i,
			i < 64 ? 0 : 42000);

		send_text(client, FRAME_REGISTER_EVENT, 'r', text);
		expect(client, FRAME_REGISTER_EVENT, 'r', 0, expected);
	}
	leave(client);
	fisco_free(chain);
}

/* More blocks than are looked at in one go; none is left out or comes twice. */
static void
test_long_range(void)
{
	g_autofree char *expected = NULL;
	GString *all = g_string_new(NULL);
	GString *want = g_string_new(NULL);
	Account alice = start_with_logs();
	bsn_session *client;

	for (guint i = 4; i <= 300; i++)
		deposit(&alice);
	client = connect_client();
	register_events(client, WANT("\"1\"", "\"300\""), 0);
	fake_host_settle();
	while (client->pushed->len > 0) {
		g_autofree char *blocks = take_events(client);

		g_string_append_printf(all, "%s ", blocks);
	}
	for (guint i = 2; i <= 300; i++)
		g_string_append_printf(want, "0x%x ", i);
	g_string_append(want, "done ");
	g_assert_cmpstr(all->str, ==, want->str);
	g_string_free(all, TRUE);
	expected = g_string_free(want, FALSE);
	leave(client);
	fisco_free(chain);
}

/* A client that reads nothing is pushed no more of the past than it may hold,
 * and goes on where it was. */
static void
test_slow_reader(void)
{
	bsn_session *client;

	(void)start_with_logs();
	client = connect_client();
	g_byte_array_set_size(client->pushed, 3u << 20);
	send_text(client, FRAME_REGISTER_EVENT, 'r',
		  WANT("\"1\"", "\"latest\""));
	fake_host_advance(1000);
	g_byte_array_remove_range(client->pushed, 0, 3u << 20);
	expect(client, FRAME_REGISTER_EVENT, 'r', 0,
	       "{\"filterID\":\"f\",\"result\":0}");
	expect_nothing(client);
	fake_host_advance(1000);
	expect_events(client, "0x2 0x3");
	leave(client);
	fisco_free(chain);
}

/* Ethereum's subscriptions would push what is no message. */
static void
test_no_subscriptions(void)
{
	g_autofree char *answer = NULL;
	bsn_session *client;

	start();
	client = connect_client();
	send_text(client, FRAME_RPC, 'a',
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\","
		  "\"params\":[\"newHeads\"]}");
	answer = take(client, FRAME_RPC, 'a', 0);
	g_assert_nonnull(strstr(answer, "\"error\""));
	leave(client);
	fisco_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-channel/a-client-shakes-hands-and-beats",
			test_handshake);
	g_test_add_func("/fisco-channel/messages-come-in-any-parts",
			test_parts);
	g_test_add_func("/fisco-channel/nonsense-ends-the-connection",
			test_nonsense);
	g_test_add_func("/fisco-channel/a-message-goes-to-one-in-turn",
			test_one_receiver);
	g_test_add_func("/fisco-channel/silence-is-told-after-a-while",
			test_timeout);
	g_test_add_func("/fisco-channel/a-message-goes-to-all",
			test_multicast);
	g_test_add_func("/fisco-channel/a-private-topic-is-for-the-verified",
			test_private_topic);
	g_test_add_func("/fisco-channel/only-publishers-judge-receivers",
			test_late_publisher);
	g_test_add_func("/fisco-channel/a-commit-is-told-to-who-sent-it",
			test_notice);
	g_test_add_func("/fisco-channel/a-commit-is-told-with-proofs",
			test_notice_with_proofs);
	g_test_add_func("/fisco-channel/who-left-is-told-nothing", test_gone);
	g_test_add_func("/fisco-channel/what-expires-is-told-and-let-go",
			test_expired);
	g_test_add_func("/fisco-channel/events-come-of-the-past-and-the-future",
			test_past_and_future);
	g_test_add_func("/fisco-channel/events-end-with-their-range",
			test_range);
	g_test_add_func("/fisco-channel/events-are-those-asked-for",
			test_criteria);
	g_test_add_func("/fisco-channel/bad-registrations-are-told-why",
			test_bad_registrations);
	g_test_add_func("/fisco-channel/a-topic-in-front-comes-back",
			test_topic_in_front);
	g_test_add_func("/fisco-channel/registrations-have-a-bound",
			test_many_registrations);
	g_test_add_func("/fisco-channel/a-long-past-comes-in-order",
			test_long_range);
	g_test_add_func("/fisco-channel/a-slow-reader-is-waited-for",
			test_slow_reader);
	g_test_add_func("/fisco-channel/nothing-but-messages-is-pushed",
			test_no_subscriptions);
	return g_test_run();
}
