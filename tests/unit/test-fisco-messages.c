/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages between clients of the host, and an SDK's client among them.
 */
#include <string.h>

#include <bsn/ext/messages.h>
#include <bsn/ext/stream.h>

#include "plugins/engine-fisco/channel/frame.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-session.h"
#include "tests/unit/fisco-chain.h"

#define STD "{\"crypto\":\"std\",\"chain_id\":1,\"group_id\":1}"
#define ALICE_KEY "alice's public key"
#define BOB_KEY "bob's public key"

static FiscoChain *chain;
static const bsn_engine_messages *messages;

static void
start(void)
{
	fisco_reset(1);
	chain = fisco_new("messages", STD);
	messages = bsn_engine_messages_of(fisco_engine());
	g_assert_nonnull(messages);
}

static bsn_client
client_of(const char *name, const char *key)
{
	return (bsn_client){ .size = sizeof(bsn_client),
			     .name = bsn_slice_str(name),
			     .organisation = bsn_slice_str("Org1"),
			     .public_key = bsn_slice_str(key) };
}

static bsn_client
alice(void)
{
	return client_of("alice", ALICE_KEY);
}

static bsn_client
bob(void)
{
	return client_of("bob", BOB_KEY);
}

static bsn_topic
topic_of(const char *name, gboolean is_private)
{
	return (bsn_topic){ sizeof(bsn_topic), (guint32)is_private,
			    bsn_slice_str(name) };
}

static bsn_reply *
new_reply(void)
{
	return fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);
}

static int32_t
listen_as(bsn_session *session, bsn_client client, const char *topic,
	  gboolean is_private, const char *proven)
{
	const bsn_topic one = topic_of(topic, is_private);
	const bsn_subscription wanted = { sizeof(wanted), 1, &one, &client,
					  bsn_slice_str(proven) };
	g_autoptr(bsn_reply) reply = new_reply();

	return fake_asked(reply, messages->subscribe(fisco_ledger(chain),
						     session, &wanted, reply,
						     &reply->err));
}

static bsn_session *
listener(bsn_client client, const char *topic)
{
	bsn_session *session = fake_session_new();

	g_assert_cmpint(listen_as(session, client, topic, FALSE, ""), ==,
			BSN_OK);
	return session;
}

static void
leave(bsn_session *session)
{
	messages->closed(fisco_ledger(chain), session);
	fake_session_free(session);
}

static bsn_reply *
publish(bsn_client from, guint32 mode, bsn_topic topic, bsn_slice payload)
{
	const bsn_message message = { sizeof(message), mode, topic, &from,
				      payload, 1000 };
	bsn_reply *reply = new_reply();

	(void)fake_asked(reply, messages->publish(fisco_ledger(chain),
						  &message, reply,
						  &reply->err));
	return reply;
}

static bsn_reply *
send_text(const char *topic, const char *text)
{
	return publish(alice(), BSN_MESSAGE_UNICAST, topic_of(topic, FALSE),
		       bsn_slice_str(text));
}

static void
expect(bsn_reply *reply, const char *json)
{
	g_autofree char *text = NULL;

	g_assert_cmpint(reply->status, ==, BSN_OK);
	text = fake_text(reply->json);
	g_assert_cmpstr(text, ==, json);
	fake_reply_free(reply);
}

static void
expect_refused(bsn_reply *reply, int32_t status, const char *reason)
{
	g_assert_cmpint(reply->status, ==, status);
	g_assert_nonnull(strstr(reply->err.reason, reason));
	fake_reply_free(reply);
}

/* Takes what was pushed; its id goes to `id`. */
static json_t *
take(bsn_session *session, bsn_id *id)
{
	json_t *json = fisco_json(buffer_slice(session->pushed));
	const char *text = json_string_value(json_object_get(json, "id"));

	g_assert_nonnull(text);
	id->len = 32;
	g_assert_true(hex_decode_fixed(text, strlen(text), id->bytes, 32));
	g_byte_array_set_size(session->pushed, 0);
	return json;
}

static int32_t
answer(bsn_client from, const bsn_id *id, const char *text)
{
	g_autoptr(bsn_reply) reply = new_reply();

	return fake_asked(reply, messages->answer(fisco_ledger(chain), &from,
						  id, bsn_slice_str(text),
						  reply, &reply->err));
}

static int32_t
declare(bsn_client owner, const char *key)
{
	const bsn_slice keys[] = { bsn_slice_str(key) };
	g_autoptr(bsn_reply) reply = new_reply();

	return fake_asked(reply, messages->declare(fisco_ledger(chain), &owner,
						   bsn_slice_str("secret"),
						   keys, 1, reply,
						   &reply->err));
}

static int32_t
withdraw(const bsn_client *who)
{
	g_autoptr(bsn_reply) reply = new_reply();

	return fake_asked(reply, messages->withdraw(fisco_ledger(chain), who,
						    bsn_slice_str("secret"),
						    reply, &reply->err));
}

/* ---- plain topics -------------------------------------------------------- */

static const char *
from_name(const json_t *message)
{
	return json_string_value(json_object_get(
		json_object_get(message, "from"), "name"));
}

static void
test_unicast(void)
{
	g_autoptr(json_t) message = NULL;
	bsn_session *session;
	bsn_reply *reply;
	bsn_id id;

	start();
	expect(send_text("news", "hello"), "{\"status\":\"no-receiver\"}");
	session = listener(bob(), "news");
	reply = send_text("news", "hello");
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	message = take(session, &id);
	g_assert_cmpstr(from_name(message), ==, "alice");
	g_assert_cmpstr(json_string_value(json_object_get(message, "topic")),
			==, "news");
	g_assert_cmpstr(json_string_value(json_object_get(message, "text")),
			==, "hello");
	g_assert_true(json_is_false(json_object_get(message, "private")));
	/* Only who got it answers, and once. */
	g_assert_cmpint(answer(alice(), &id, "forged"), ==, BSN_NOT_FOUND);
	g_assert_cmpint(answer(client_of("bob", ALICE_KEY), &id, "forged"), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(answer(bob(), &id, "thanks"), ==, BSN_OK);
	g_assert_cmpint(answer(bob(), &id, "again"), ==, BSN_NOT_FOUND);
	expect(reply, "{\"status\":\"delivered\",\"text\":\"thanks\"}");
	reply = send_text("news", "more");
	leave(session);
	expect(reply, "{\"status\":\"receiver-left\"}");
	fisco_free(chain);
}

static void
test_timeout(void)
{
	bsn_session *session;
	bsn_reply *reply;

	start();
	session = listener(bob(), "news");
	reply = send_text("news", "hello");
	fake_host_advance(1000);
	expect(reply, "{\"status\":\"timed-out\"}");
	leave(session);
	fisco_free(chain);
}

static void
test_multicast(void)
{
	const bsn_topic news = topic_of("news", FALSE);
	const guint8 binary[] = { 0xff, 0x00, 0x01 };
	g_autoptr(json_t) message = NULL;
	bsn_session *one, *two;
	bsn_id id;

	start();
	expect(publish(alice(), BSN_MESSAGE_MULTICAST, news,
		       bsn_slice_str("hello")),
	       "{\"status\":\"no-receiver\"}");
	one = listener(bob(), "news");
	two = listener(alice(), "news");
	expect(publish(alice(), BSN_MESSAGE_MULTICAST, news,
		       bsn_slice_of(binary, sizeof(binary))),
	       "{\"status\":\"delivered\",\"receivers\":2}");
	g_assert_cmpuint(two->pushed->len, >, 0);
	message = take(one, &id);
	g_assert_cmpstr(json_string_value(json_object_get(message, "base64")),
			==, "/wAB");
	g_assert_cmpstr(json_string_value(json_object_get(message, "mode")),
			==, "multicast");
	g_assert_cmpint(answer(bob(), &id, "thanks"), ==, BSN_NOT_FOUND);
	leave(one);
	leave(two);
	fisco_free(chain);
}

static void
test_names(void)
{
	g_autofree char *longest = g_strnfill(BSN_MESSAGE_TOPIC_MAX + 1, 'x');

	start();
	expect_refused(send_text("", "hello"), BSN_TOO_LARGE, "0 bytes");
	expect_refused(send_text(longest, "hello"), BSN_TOO_LARGE,
		       "201 bytes");
	expect_refused(send_text("#!$TopicNeedVerify_secret", "hello"),
		       BSN_BAD_REQUEST, "does not begin with");
	fisco_free(chain);
}

/* ---- private topics ------------------------------------------------------ */

static void
check_rights(void)
{
	const bsn_topic secret = topic_of("secret", TRUE);
	const bsn_client eve = client_of("eve", "eve's public key");
	bsn_session *session = fake_session_new();
	bsn_reply *reply;

	g_assert_cmpint(listen_as(session, eve, "secret", TRUE, ""), ==,
			BSN_DENIED);
	expect_refused(publish(eve, BSN_MESSAGE_UNICAST, secret,
			       bsn_slice_str("hello")),
		       BSN_DENIED, "your key is none of those");
	/* One key is her certificate's, the other she has proven. */
	g_assert_cmpint(listen_as(session, eve, "secret", TRUE, BOB_KEY), ==,
			BSN_OK);
	reply = publish(bob(), BSN_MESSAGE_UNICAST, secret,
			bsn_slice_str("hello"));
	g_assert_cmpuint(session->pushed->len, >, 0);
	leave(session);
	expect(reply, "{\"status\":\"receiver-left\"}");
}

static void
test_private(void)
{
	const bsn_topic secret = topic_of("secret", TRUE);
	const bsn_client owner = client_of("alice", ALICE_KEY);
	const bsn_client other = client_of("bob", BOB_KEY);
	bsn_session *session, *plain;

	start();
	session = fake_session_new();
	plain = listener(bob(), "secret");
	g_assert_cmpint(listen_as(session, bob(), "secret", TRUE, ""), ==,
			BSN_NOT_FOUND);
	expect_refused(publish(alice(), BSN_MESSAGE_UNICAST, secret,
			       bsn_slice_str("hello")),
		       BSN_NOT_FOUND, "nobody has declared");
	g_assert_cmpint(declare(client_of("x", ""), BOB_KEY), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(declare(owner, BOB_KEY), ==, BSN_OK);
	g_assert_cmpint(declare(other, BOB_KEY), ==, BSN_CONFLICT);
	g_assert_cmpint(withdraw(&other), ==, BSN_DENIED);
	check_rights();
	g_assert_cmpint(listen_as(session, bob(), "secret", TRUE, ""), ==,
			BSN_OK);
	/* It ends with the right to it. */
	g_assert_cmpint(declare(owner, "somebody else's"), ==, BSN_OK);
	expect(publish(alice(), BSN_MESSAGE_MULTICAST, secret,
		       bsn_slice_str("hello")),
	       "{\"status\":\"no-receiver\"}");
	/* A topic of the same name that is not private is another one. */
	g_assert_cmpuint(plain->pushed->len, ==, 0);
	g_assert_cmpint(withdraw(NULL), ==, BSN_OK);
	g_assert_cmpint(withdraw(NULL), ==, BSN_NOT_FOUND);
	leave(plain);
	leave(session);
	fisco_free(chain);
}

static void
expect_topics(const char *json)
{
	bsn_reply *reply = new_reply();

	(void)fake_asked(reply, messages->topics(fisco_ledger(chain), reply,
						 &reply->err));
	expect(reply, json);
}

static void
test_restart(void)
{
	const bsn_client other = client_of("bob", BOB_KEY);

	start();
	expect_topics("[]");
	g_assert_cmpint(declare(alice(), BOB_KEY), ==, BSN_OK);
	fake_chain_close(chain->chain);
	fisco_reopen(chain);
	g_assert_cmpint(declare(other, BOB_KEY), ==, BSN_CONFLICT);
	expect_topics("[{\"topic\":\"secret\","
		      "\"owner\":\"0x616c6963652773207075626c6963206b6579\","
		      "\"keys\":[\"0x626f622773207075626c6963206b6579\"]}]");
	fisco_free(chain);
}

static void
test_damage(void)
{
	const guint8 damaged[] = { 3, 'k', 'e' };
	const bsn_slice key =
		bsn_slice_str("a#!$TopicNeedVerify_secret");
	bsn_err err = BSN_ERR_INIT;

	start();
	g_assert_cmpint(declare(alice(), BOB_KEY), ==, BSN_OK);
	fake_host_settle();
	fake_chain_close(chain->chain);
	fake_chain_put(chain->chain, key, bsn_slice_of(damaged, 3));
	g_assert_cmpint(fake_chain_open(chain->chain, fisco_engine(),
					buffer_slice(chain->genesis), &err),
			==, BSN_E_CORRUPT);
	g_assert_nonnull(strstr(err.reason, "private topic"));
	fake_chain_delete(chain->chain, key);
	fisco_reopen(chain);
	fisco_free(chain);
}

/* ---- and an SDK ---------------------------------------------------------- */

static void
sdk_send(bsn_session *session, FrameType type, const guint8 *seq,
	 bsn_slice data)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Frame frame = { .type = (guint16)type, .data = data };

	memcpy(frame.seq, seq, FRAME_SEQ);
	frame_put(&frame, bytes);
	bsn_engine_stream_of(fisco_engine())
		->received(fisco_ledger(chain), session, buffer_slice(bytes));
}

static void
test_sdk(void)
{
	const bsn_engine_stream *stream = bsn_engine_stream_of(fisco_engine());
	const guint8 seq[FRAME_SEQ] = { 1, 2, 3 };
	const bsn_client sdk = client_of("sdk", "");
	g_autoptr(GByteArray) data = g_byte_array_new();
	g_autoptr(json_t) message = NULL;
	bsn_session *node, *session;
	bsn_err err = BSN_ERR_INIT;
	bsn_reply *reply;
	Frame frame;
	bsn_id id;

	start();
	node = fake_session_new();
	g_assert_cmpint(stream->opened(fisco_ledger(chain), node, &sdk, &err),
			==, BSN_OK);
	sdk_send(node, FRAME_TOPICS, seq, bsn_slice_str("[\"to-sdk\"]"));
	session = listener(bob(), "to-host");
	/* From the host to the SDK, and its answer. */
	reply = send_text("to-sdk", "hello");
	g_assert_cmpint(frame_read(buffer_slice(node->pushed), &frame), >, 0);
	g_assert_cmphex(frame.type, ==, FRAME_AMOP_REQUEST);
	frame_put_topic(bsn_slice_str("to-sdk"), bsn_slice_str("thanks"), data);
	sdk_send(node, FRAME_AMOP_RESPONSE, frame.seq, buffer_slice(data));
	expect(reply, "{\"status\":\"delivered\",\"text\":\"thanks\"}");
	/* And the other way. */
	g_byte_array_set_size(node->pushed, 0);
	g_byte_array_set_size(data, 0);
	frame_put_topic(bsn_slice_str("to-host"), bsn_slice_str("hi"), data);
	sdk_send(node, FRAME_AMOP_REQUEST, seq, buffer_slice(data));
	message = take(session, &id);
	g_assert_cmpstr(from_name(message), ==, "sdk");
	g_assert_cmpint(answer(bob(), &id, "welcome"), ==, BSN_OK);
	g_assert_cmpint(frame_read(buffer_slice(node->pushed), &frame), >, 0);
	g_assert_cmphex(frame.type, ==, FRAME_AMOP_RESPONSE);
	g_assert_true(bsn_slice_equal(frame.data,
				      bsn_slice_str("\010to-hostwelcome")));
	leave(session);
	stream->closed(fisco_ledger(chain), node);
	fake_session_free(node);
	fisco_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-messages/who-got-a-message-answers-it",
			test_unicast);
	g_test_add_func("/fisco-messages/silence-is-told", test_timeout);
	g_test_add_func("/fisco-messages/a-message-goes-to-all",
			test_multicast);
	g_test_add_func("/fisco-messages/a-topics-name-has-rules", test_names);
	g_test_add_func("/fisco-messages/keys-open-a-private-topic",
			test_private);
	g_test_add_func("/fisco-messages/a-private-topic-outlasts-a-restart",
			test_restart);
	g_test_add_func("/fisco-messages/damaged-keys-are-noticed",
			test_damage);
	g_test_add_func("/fisco-messages/sdks-and-the-hosts-clients-meet",
			test_sdk);
	return g_test_run();
}
