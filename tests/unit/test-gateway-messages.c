/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages at the gateway: what is asked, refused and streamed.
 */
#include <string.h>

#include <bsn/ext/messages.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/access/challenge.h"
#include "host/gateway/message_rate.h"
#include "tests/unit/gateway_engine.h"
#include "tests/unit/gateway_fixture.h"

#define MESSAGES "/v1/chains/c1/messages"

static Fixture fixture;

static Answer *
post(const char *who, const char *path, const char *body)
{
	return ask_as(&fixture, who, "POST", path, body);
}

/* A reason that has these words. */
static void
refused(const Answer *answer, long http, const char *name, const char *words)
{
	g_assert_cmpint(answer->http, ==, http);
	g_assert_cmpstr(text_member(answer, "error.name"), ==, name);
	if (strstr(text_member(answer, "error.reason"), words) == NULL)
		g_error("\"%s\" has no \"%s\"",
			text_member(answer, "error.reason"), words);
}

static void
refuse(const char *who, const char *path, const char *body, long http,
       const char *name, const char *reason)
{
	g_autoptr(Answer) answer = post(who, path, body);

	refused(answer, http, name, reason);
}

/* ---- sending ------------------------------------------------------------- */

static void
test_send(void)
{
	g_autoptr(Answer) plain =
		post("client", MESSAGES,
		     "{\"topic\":\"a\",\"text\":\"hello\"}");
	const char *body =
		"{\"topic\":\"b\",\"private\":true,\"mode\":\"multicast\","
		"\"base64\":\"aGk=\",\"timeout_ms\":60000}";
	g_autoptr(Answer) full =
		ask_signed(&fixture, "sm2", "POST", MESSAGES, body, body);

	g_assert_cmpint(plain->http, ==, 200);
	g_assert_cmpstr(text_member(plain, "text"), ==, "hello");
	g_assert_cmpstr(text_member(plain, "name"), ==, "client");
	g_assert_cmpint(number_member(plain, "timeout"), ==, 5000);
	g_assert_cmpint(number_member(plain, "key_len"), ==, 64);
	g_assert_true(json_is_false(member(plain, "private")));
	g_assert_true(json_is_false(member(plain, "multicast")));
	g_assert_cmpstr(text_member(full, "text"), ==, "hi");
	g_assert_true(json_is_true(member(full, "private")));
	g_assert_true(json_is_true(member(full, "multicast")));
	g_assert_cmpint(number_member(full, "timeout"), ==, 60000);
}

static void
test_bodies(void)
{
	static const struct {
		const char *body, *name, *reason;
		long http;
	} cases[] = {
		{ "{\"text\":\"x\"}", "bad-request", "topic", 400 },
		{ "{\"topic\":\"\",\"text\":\"x\"}", "too-large", "topic",
		  413 },
		{ "{\"topic\":\"a,b\",\"text\":\"x\"}", "bad-request",
		  "comma", 400 },
		{ "{\"topic\":\"a\"}", "bad-request", "text: it is missing",
		  400 },
		{ "{\"topic\":\"a\",\"text\":\"x\",\"base64\":\"\"}",
		  "bad-request", "give one", 400 },
		{ "{\"topic\":\"a\",\"base64\":\"a\"}", "bad-request",
		  "padded base64", 400 },
		{ "{\"topic\":\"a\",\"text\":\"x\",\"mode\":\"all\"}",
		  "bad-request", "neither unicast nor multicast", 400 },
		{ "{\"topic\":\"a\",\"text\":\"x\",\"private\":1}",
		  "bad-request", "private: true or false", 400 },
		{ "{\"topic\":\"a\",\"text\":\"x\",\"timeout_ms\":0}",
		  "bad-request", "timeout_ms", 400 },
		{ "{\"topic\":\"a\",\"text\":\"x\",\"timeout_ms\":60001}",
		  "bad-request", "timeout_ms", 400 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		refuse("client", MESSAGES, cases[i].body, cases[i].http,
		       cases[i].name, cases[i].reason);
}

static void
test_size(void)
{
	g_autofree char *text = g_strnfill(BSN_MESSAGE_PAYLOAD_MAX + 1, 'x');
	g_autofree char *over = g_strdup_printf(
		"{\"topic\":\"a\",\"text\":\"%s\"}", text);
	g_autofree char *most = g_strdup_printf(
		"{\"topic\":\"a\",\"text\":\"%s\"}", text + 1);
	g_autoptr(Answer) answer = NULL;

	refuse("client", MESSAGES, over, 413, "too-large", "text");
	answer = post("client", MESSAGES, most);
	g_assert_cmpint(answer->http, ==, 200);
}

static void
test_roles(void)
{
	refuse("auditor", MESSAGES, "{\"topic\":\"a\",\"text\":\"x\"}", 403,
	       "denied", "auditor");
	refuse(NULL, MESSAGES, "{\"topic\":\"a\",\"text\":\"x\"}", 401,
	       "unauthenticated", "");
	refuse("client", "/v1/chains/none/messages",
	       "{\"topic\":\"a\",\"text\":\"x\"}", 404, "not-found", "none");
}

static void
test_rate(void)
{
	MessageRates *rates = message_rates_new();
	bsn_err err = BSN_ERR_INIT;
	gint64 now = 1;

	for (guint i = 0; i < MESSAGES_WAITING_MAX; i++)
		g_assert_cmpint(message_rates_take(rates, "me", now, &err), ==,
				BSN_OK);
	g_assert_cmpint(message_rates_take(rates, "me", now, &err), ==,
			BSN_BUSY);
	g_assert_nonnull(strstr(err.reason, "wait for an answer"));
	g_assert_cmpint(message_rates_take(rates, "you", now, &err), ==,
			BSN_OK);
	for (guint i = 0; i < MESSAGES_WAITING_MAX; i++)
		message_rates_done(rates, "me");
	for (guint i = MESSAGES_WAITING_MAX; i < MESSAGES_BURST; i++) {
		g_assert_cmpint(message_rates_take(rates, "me", now, &err), ==,
				BSN_OK);
		message_rates_done(rates, "me");
	}
	g_assert_cmpint(message_rates_take(rates, "me", now, &err), ==,
			BSN_BUSY);
	g_assert_nonnull(strstr(err.reason, "a second"));
	now += G_USEC_PER_SEC / MESSAGES_PER_S;
	message_rates_tick(rates, now);
	g_assert_cmpint(message_rates_take(rates, "me", now, &err), ==, BSN_OK);
	message_rates_done(rates, "me");
	message_rates_tick(rates, now + 10 * G_USEC_PER_SEC);
	message_rates_done(rates, "you");
	message_rates_free(rates);
}

static void
test_answers(void)
{
	g_autoptr(Answer) answer =
		post("client", MESSAGES "/0x0102/answer", "{\"text\":\"ok\"}");

	g_assert_cmpint(answer->http, ==, 204);
	refuse("client", MESSAGES "/0x0102/answer", "{}", 404, "not-found",
	       "nobody waits");
	refuse("client", MESSAGES "/0x1/answer", "{}", 400, "bad-request",
	       "the message's id");
}

/* ---- private topics ------------------------------------------------------ */

static void
test_topics(void)
{
	g_autoptr(Answer) list =
		ask_as(&fixture, "client", "GET", MESSAGES "/topics", NULL);
	g_autoptr(Answer) declared =
		post("client", MESSAGES "/topics",
		     "{\"topic\":\"a\",\"keys\":[\"0x01\",\"0x010203\"]}");
	g_autoptr(Answer) mine =
		ask_as(&fixture, "client", "DELETE", MESSAGES "/topics/a",
		       NULL);
	g_autoptr(Answer) any =
		ask_as(&fixture, "admin", "DELETE", MESSAGES "/topics/a", NULL);

	g_assert_cmpstr(text_member(list, "topics.0"), ==, "one");
	g_assert_cmpint(declared->http, ==, 204);
	refused(mine, 403, "denied", "somebody else's");
	g_assert_cmpint(any->http, ==, 204);
	refuse("client", MESSAGES "/topics",
	       "{\"topic\":\"a\",\"keys\":[\"0x01\",\"02\"]}", 400,
	       "bad-request", "keys[1]");
	refuse("client", MESSAGES "/topics", "{\"topic\":\"a\",\"keys\":[1]}",
	       400, "bad-request", "keys[0]");
}

static void
test_proofs(void)
{
	static const struct {
		const char *query, *name, *reason;
		long http;
	} cases[] = {
		{ "", "bad-request", "no topic", 400 },
		{ "?topics=", "bad-request", "topics: it names no", 400 },
		{ "?topics=a,", "too-large", "topics: a topic has", 413 },
		{ "?topics=deny", "denied", "it is denied", 403 },
		{ "?private=a&challenge=0x01", "bad-request", "public_key",
		  400 },
		{ "?private=a&challenge=0x01&public_key=0x01", "bad-request",
		  "signature", 400 },
		{ "?private=a&challenge=0x01&public_key=0x01&signature=0x01&"
		  "algorithm=rot13",
		  "bad-request", "rot13", 400 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path =
			g_strconcat(MESSAGES, cases[i].query, NULL);
		g_autoptr(Answer) answer =
			ask_as(&fixture, "client", "GET", path, NULL);

		refused(answer, cases[i].http, cases[i].name, cases[i].reason);
	}
}

/* A scheme whose signature is its message. */
static int32_t
verify(const bsn_verify_item *item)
{
	return bsn_slice_equal(item->signature, item->message)
		       ? BSN_OK
		       : BSN_BAD_SIGNATURE;
}

static int32_t
judge(const char *chain, const char *fingerprint, bsn_slice challenge,
      const char *signature, gint64 now_ms)
{
	const guint8 secret[CHALLENGE_SECRET_LEN] = { 7 };
	const ChallengeFor who = { secret, chain, fingerprint };
	const bsn_signature scheme = { .size = sizeof(scheme),
				       .name = "plain",
				       .verify = verify };
	const ChallengeProof proof = { &scheme, challenge,
				       bsn_slice_str("key"),
				       bsn_slice_str(signature) };

	return challenge_judge(&who, &proof, now_ms, NULL);
}

static void
test_challenge(void)
{
	const guint8 secret[CHALLENGE_SECRET_LEN] = { 7 };
	const ChallengeFor who = { secret, "c1", "me" };
	guint8 bytes[CHALLENGE_LEN];
	bsn_slice challenge = bsn_slice_of(bytes, sizeof(bytes));
	g_autofree char *message = NULL;

	challenge_make(&who, 1000, bytes);
	message = challenge_message(&who, bytes);
	g_assert_true(g_str_has_prefix(message, "BSN-PROOF-1\nc1\nme\n0x"));
	g_assert_cmpint(judge("c1", "me", challenge, message, 1000), ==,
			BSN_OK);
	g_assert_cmpint(judge("c1", "me", challenge, message, 1001), ==,
			BSN_DENIED);
	g_assert_cmpint(judge("c1", "you", challenge, message, 1), ==,
			BSN_DENIED);
	g_assert_cmpint(judge("c2", "me", challenge, message, 1), ==,
			BSN_DENIED);
	g_assert_cmpint(judge("c1", "me", challenge, "forged", 1), ==,
			BSN_BAD_SIGNATURE);
	bytes[7] ^= 1; /* a later end */
	g_assert_cmpint(judge("c1", "me", challenge, message, 1), ==,
			BSN_DENIED);
	challenge.len--;
	g_assert_cmpint(judge("c1", "me", challenge, message, 1), ==,
			BSN_DENIED);
}

/* ---- listening ----------------------------------------------------------- */

static Raw *
listen_to(const char *topics)
{
	Raw *raw = raw_open(&fixture, "client", NULL);
	g_autofree char *request = g_strdup_printf(
		"GET " MESSAGES "?topics=%s HTTP/1.1\r\nHost: x\r\n\r\n",
		topics);
	g_autofree char *head = NULL;

	raw_send(raw, request);
	head = raw_read_until(raw, ": listening");
	g_assert_nonnull(strstr(head, "text/event-stream"));
	return raw;
}

static void
push(const char *text)
{
	g_autofree char *body = g_strdup_printf(
		"{\"topic\":\"push\",\"text\":\"%s\"}", text);
	g_autoptr(Answer) answer = post("client", MESSAGES, body);

	g_assert_cmpint(answer->http, ==, 200);
}

static void
await_closed(gint wanted)
{
	const gint64 end =
		g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;

	while (g_atomic_int_get(&gateway_messages_closed) != wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, end);
		g_thread_yield();
	}
}

static void
test_listen(void)
{
	const gint before = g_atomic_int_get(&gateway_messages_closed);
	Raw *raw = listen_to("a,b");
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	push("1st");
	first = raw_read_until(raw, "event: message\ndata: 1st\n\n");
	push("2nd");
	second = raw_read_until(raw, "event: message\ndata: 2nd\n\n");
	raw_close(raw);
	await_closed(before + 1);
}

static void
test_chain_closes(void)
{
	Raw *raw = listen_to("a");
	g_autofree char *end = NULL;
	g_autoptr(Answer) closed =
		ask_as(&fixture, "admin", "PATCH", "/v1/chains/c1",
		       "{\"state\":\"closed\"}");
	g_autoptr(Answer) opened = NULL;

	g_assert_cmpint(closed->http, ==, 200);
	end = raw_read_until(raw, "the chain is being closed");
	g_assert_nonnull(strstr(end, "event: end"));
	raw_close(raw);
	opened = ask_as(&fixture, "admin", "PATCH", "/v1/chains/c1",
			"{\"state\":\"open\"}");
	g_assert_cmpint(opened->http, ==, 200);
}

static void
allow_large(Config *config)
{
	config->gateway_body_max = 4u << 20;
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	fixture_start(&fixture, allow_large);
	g_test_add_func("/gateway-messages/a-message-is-asked-as-it-is-written",
			test_send);
	g_test_add_func("/gateway-messages/wrong-bodies-are-refused",
			test_bodies);
	g_test_add_func("/gateway-messages/a-message-has-a-largest-size",
			test_size);
	g_test_add_func("/gateway-messages/a-role-is-needed", test_roles);
	g_test_add_func("/gateway-messages/a-caller-has-a-rate", test_rate);
	g_test_add_func("/gateway-messages/a-message-is-answered",
			test_answers);
	g_test_add_func("/gateway-messages/private-topics-are-declared",
			test_topics);
	g_test_add_func("/gateway-messages/wrong-proofs-are-refused",
			test_proofs);
	g_test_add_func("/gateway-messages/a-challenge-is-its-callers",
			test_challenge);
	g_test_add_func("/gateway-messages/what-is-pushed-is-streamed",
			test_listen);
	g_test_add_func("/gateway-messages/a-stream-ends-with-its-chain",
			test_chain_closes);
	status = g_test_run();
	fixture_stop(&fixture);
	return status;
}
