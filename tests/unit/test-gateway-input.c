/* SPDX-License-Identifier: Apache-2.0
 *
 * What the gateway makes of bytes from outside: JSON, hexadecimal, targets,
 * bodies, the end of a head; and the words of an event.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/chain/reply.h"
#include "host/gateway/body.h"
#include "host/gateway/event_text.h"
#include "host/gateway/head_scan.h"
#include "host/gateway/hex.h"
#include "host/gateway/json.h"
#include "host/gateway/json_scan.h"
#include "host/gateway/submit_scan.h"
#include "host/gateway/target.h"
#include "tests/unit/assert-bytes.h"

#define assert_reason(err, text) g_assert_cmpstr((err).reason, ==, (text))

/* ---- JSON ---- */

static int32_t
decode(const char *text, bsn_err *err)
{
	g_autoptr(json_t) value = NULL;

	return json_decode(text, strlen(text), &value, err);
}

static void
test_json_wrong(void)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{ "", "the body is empty: a JSON object is needed" },
		{ "[1]", "the body is an array: a JSON object is needed" },
		{ "{\"a\":\n 1,}", "the body is not JSON: line 2, column 4: "
				   "string or '}' expected near '}'" },
		{ "{\"a\":1,\"a\":2}",
		  "the body is not JSON: line 1, column "
		  "10: duplicate object key near '\"a\"'" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		bsn_err err = BSN_ERR_INIT;

		g_assert_cmpint(decode(cases[i].text, &err), ==,
				BSN_BAD_REQUEST);
		assert_reason(err, cases[i].reason);
	}
}

static char *
nested(guint depth)
{
	GString *text = g_string_new("{\"a\":");

	for (guint i = 1; i < depth; i++)
		g_string_append_c(text, '[');
	for (guint i = 1; i < depth; i++)
		g_string_append_c(text, ']');
	return g_string_free(g_string_append_c(text, '}'), FALSE);
}

static void
test_json_depth(void)
{
	g_autofree char *deeper = nested(JSON_DEPTH_MAX + 1);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(decode(deeper, &err), ==, BSN_BAD_REQUEST);
	assert_reason(err, "the body is nested deeper than 32 levels");
}

static void
test_json_depth_allowed(void)
{
	g_autofree char *deepest = nested(JSON_DEPTH_MAX);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(decode(deepest, &err), ==, BSN_OK);
}

static void
test_closest_name(void)
{
	static const char *const names[] = { "signer", "state", "args", NULL };

	g_assert_cmpstr(closest_name("signr", names), ==, "signer");
	g_assert_cmpstr(closest_name("singer", names), ==, "signer");
	g_assert_cmpstr(closest_name("arg", names), ==, "args");
	g_assert_null(closest_name("contract", names));
	g_assert_null(closest_name("", names));
}

/* ---- hexadecimal ---- */

static void
test_hex(void)
{
	const char *why = NULL;
	g_autoptr(GBytes) bytes = hex_decode("0x00fF", 2, &why);
	g_autofree char *text = NULL;

	g_assert_nonnull(bytes);
	text = hex_encode(g_bytes_get_data(bytes, NULL),
			  g_bytes_get_size(bytes));
	g_assert_cmpstr(text, ==, "0x00ff");
	g_assert_null(hex_decode("00ff", 2, &why));
	g_assert_cmpstr(why, ==, "it does not begin with 0x");
	g_assert_null(hex_decode("0x0", 2, &why));
	g_assert_cmpstr(why, ==, "it has an odd number of digits after 0x");
	g_assert_null(hex_decode("0x0g", 2, &why));
	g_assert_cmpstr(why, ==,
			"it has a character that is no hexadecimal digit");
	g_assert_null(hex_decode("0x000000", 2, &why));
	g_assert_cmpstr(why, ==, "it is longer than allowed here");
}

/* ---- targets ---- */

static void
test_target(void)
{
	Target target;

	g_assert_cmpint(target_parse("/v1/chains/a%2Fb?from=7&kind=a+b%26&x",
				     &target, NULL),
			==, BSN_OK);
	g_assert_cmpuint(target.segment_count, ==, 3);
	g_assert_cmpstr(target.segments[2], ==, "a/b");
	g_assert_cmpstr(target_param(&target, "from"), ==, "7");
	g_assert_cmpstr(target_param(&target, "kind"), ==, "a b&");
	g_assert_cmpstr(target_param(&target, "x"), ==, "");
	g_assert_null(target_param(&target, "y"));
	target_clear(&target);
}

static void
test_target_absolute(void)
{
	Target target;

	g_assert_cmpint(target_parse("https://host:1/a", &target, NULL), ==,
			BSN_OK);
	g_assert_cmpuint(target.segment_count, ==, 1);
	g_assert_cmpstr(target.segments[0], ==, "a");
	target_clear(&target);
}

static void
test_target_wrong(void)
{
	static const struct {
		const char *uri, *reason;
	} cases[] = {
		{ "", "the path does not begin with a slash" },
		{ "*", "the path does not begin with a slash" },
		{ "//a", "the path has an empty part: two slashes, or one at "
			 "its end" },
		{ "/a/", "the path has an empty part: two slashes, or one at "
			 "its end" },
		{ "/a/..", "the path has a part that is only dots" },
		{ "/%2e%2E/a", "the path has a part that is only dots" },
		{ "/a%00b", "part 1 of the path is not percent-encoded UTF-8" },
		{ "/a/%ff", "part 2 of the path is not percent-encoded UTF-8" },
		{ "/a/%0a", "part 2 of the path is not percent-encoded UTF-8" },
		{ "/a%4", "part 1 of the path is not percent-encoded UTF-8" },
		{ "/a#b", "the target has a fragment (#)" },
		{ "/1/2/3/4/5/6/7/8/9", "the path has more than 8 parts" },
		{ "/a?b=%zz", "parameter 1 of the query is not "
			      "percent-encoded UTF-8" },
		{ "/a?b=1&b=2", "the query gives b twice" },
		{ "/a?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17",
		  "the query has more than 16 parameters" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		bsn_err err = BSN_ERR_INIT;
		Target target;

		g_assert_cmpint(target_parse(cases[i].uri, &target, &err), ==,
				BSN_BAD_REQUEST);
		assert_reason(err, cases[i].reason);
		target_clear(&target);
	}
}

/* ---- bodies ---- */

static void
test_ticket(void)
{
	static const char good[] =
		"{\"type\":\"bsn-join/1\",\"name\":\"c\",\"framework\":"
		"\"fisco\",\"expires_ms\":7,\"genesis\":\"0x01\",\"nodes\":"
		"[],\"cas\":[\"x\"],\"config\":{\"a\":1}}";
	static const char other[] =
		"{\"type\":\"bsn-join/2\",\"name\":\"c\",\"framework\":"
		"\"fisco\",\"expires_ms\":7,\"genesis\":\"0x01\"}";
	TicketBody body;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(ticket_body_decode(good, strlen(good), &body, &err), ==,
			BSN_OK);
	g_assert_cmpstr(body.name, ==, "c");
	g_assert_cmpuint(body.expires_ms, ==, 7);
	g_assert_cmpstr(body.config_text, ==, "{\"a\":1}");
	ticket_body_clear(&body);
	g_assert_cmpint(ticket_body_decode(other, strlen(other), &body, &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "is not bsn-join/1"));
	ticket_body_clear(&body);
}

static void
test_words(void)
{
	static const char text[] =
		"{\"contract\":\"evidence\",\"function\":\"deposit\","
		"\"args\":[\"0x01\", {\"a\":1}],\"signer\":\"alice\","
		"\"options\":{\"abi\":[]}}";
	Words words;

	g_assert_cmpint(
		words_decode(text, strlen(text), WORDS_TO_SUBMIT, &words, NULL),
		==, BSN_OK);
	g_assert_cmpuint(words.tx_kind, ==, BSN_TX_INVOKE);
	g_assert_cmpstr(words.contract, ==, "evidence");
	g_assert_cmpstr(words.args_text, ==, "[\"0x01\",{\"a\":1}]");
	g_assert_cmpstr(words.options_text, ==, "{\"abi\":[]}");
	words_clear(&words);
}

static void
test_words_wrong(void)
{
	static const struct {
		WordsUse use;
		const char *text, *reason;
	} cases[] = {
		{ WORDS_TO_SUBMIT, "{\"contarct\":\"a\"}",
		  "contarct: there is no such member; did you mean contract?" },
		{ WORDS_TO_SUBMIT, "{\"zzz\":\"a\"}",
		  "zzz: there is no such member; there are kind, contract, "
		  "function, signer, args, options, code, public_key, certificate" },
		{ WORDS_TO_SUBMIT, "{\"contract\":7}",
		  "contract: a string is needed" },
		{ WORDS_TO_SUBMIT, "{\"contract\":\"a\"}",
		  "function: it is missing, and a request of kind invoke "
		  "needs it" },
		{ WORDS_TO_SUBMIT, "{\"contract\":\"a\",\"function\":\"f\"}",
		  "signer: it is missing: give a hosted key; to sign yourself "
		  "use txs/prepare" },
		{ WORDS_TO_SUBMIT, "{\"kind\":\"explode\"}",
		  "kind: \"explode\" is none of invoke, deploy, freeze, "
		  "unfreeze, uninstall, member" },
		{ WORDS_TO_MEMBER, "{\"signer\":\"s\"}",
		  "args: it is missing, and a request of kind member needs "
		  "it" },
		{ WORDS_TO_MEMBER, "{\"kind\":\"invoke\"}",
		  "kind: only member here; use txs" },
		{ WORDS_TO_MEMBER, "{\"args\":{}}",
		  "signer: it is missing: give a hosted key; to sign yourself "
		  "use txs/prepare" },
		{ WORDS_TO_DEPLOY, "{\"contract\":\"a\",\"signer\":\"s\"}",
		  "code: it is missing, and a request of kind deploy needs "
		  "it" },
		{ WORDS_TO_DEPLOY, "{\"kind\":\"freeze\"}",
		  "kind: only deploy here; use txs" },
		{ WORDS_TO_CALL, "{\"kind\":\"deploy\"}",
		  "kind: a call is always invoke" },
		{ WORDS_TO_PREPARE, "{\"contract\":\"a\",\"function\":\"f\"}",
		  "public_key: it is missing: give the key that will sign, or "
		  "signer" },
		{ WORDS_TO_PREPARE,
		  "{\"contract\":\"a\",\"function\":\"f\",\"signer\":\"s\","
		  "\"public_key\":\"0x01\"}",
		  "public_key: give it or signer, not both" },
		{ WORDS_TO_CALL,
		  "{\"contract\":\"a\",\"function\":\"f\",\"args\":\"x\"}",
		  "args: an array or an object is needed" },
		{ WORDS_TO_CALL,
		  "{\"contract\":\"a\",\"function\":\"f\",\"code\":\"0xz1\"}",
		  "code: it has a character that is no hexadecimal digit" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		bsn_err err = BSN_ERR_INIT;
		Words words;

		g_assert_cmpint(words_decode(cases[i].text,
					     strlen(cases[i].text),
					     cases[i].use, &words, &err),
				==, BSN_BAD_REQUEST);
		assert_reason(err, cases[i].reason);
		words_clear(&words);
	}
}

static int32_t
decode_submit(const char *text, SubmitBody *body, bsn_err *err)
{
	return submit_body_decode(text, strlen(text), 2, body, err);
}

static void
test_submit_forms(void)
{
	SubmitBody body;

	g_assert_cmpint(decode_submit("{\"tx\":\"0x0102\"}", &body, NULL), ==,
			BSN_OK);
	g_assert_false(body.batch);
	g_assert_cmpuint(body.count, ==, 1);
	g_assert_cmpuint(g_bytes_get_size(body.txs->pdata[0]), ==, 2);
	submit_body_clear(&body);

	g_assert_cmpint(decode_submit("{\"txs\":[\"0x01\"]}", &body, NULL), ==,
			BSN_OK);
	g_assert_true(body.batch);
	submit_body_clear(&body);

	g_assert_cmpint(decode_submit("{\"contract\":\"c\",\"function\":\"f\","
				      "\"signer\":\"s\"}",
				      &body, NULL),
			==, BSN_OK);
	g_assert_false(body.batch);
	g_assert_null(body.txs);
	g_assert_cmpstr(body.requests[0].signer, ==, "s");
	submit_body_clear(&body);
}

static void
test_submit_wrong(void)
{
	static const struct {
		int32_t status;
		const char *text, *reason;
	} cases[] = {
		{ BSN_BAD_REQUEST, "{\"tx\":\"01\"}",
		  "tx: it does not begin with 0x" },
		{ BSN_BAD_REQUEST, "{\"txs\":[\"0x01\",2]}",
		  "txs[1]: a string of hexadecimal digits after 0x is "
		  "needed" },
		{ BSN_BAD_REQUEST, "{\"txs\":[]}", "txs: it is empty" },
		{ BSN_TOO_LARGE, "{\"txs\":[1,2,3]}",
		  "txs: 3 items are more than 2" },
		{ BSN_BAD_REQUEST, "{\"requests\":[{\"signr\":\"a\"}]}",
		  "requests[0].signr: there is no such member; did you mean "
		  "signer?" },
		{ BSN_BAD_REQUEST, "{\"requests\":[7]}",
		  "requests[0]: an object is needed" },
		{ BSN_BAD_REQUEST, "{\"tx\":\"0x01\",\"signer\":\"a\"}",
		  "signer: there is no such member; there are tx" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		bsn_err err = BSN_ERR_INIT;
		SubmitBody body;

		g_assert_cmpint(decode_submit(cases[i].text, &body, &err), ==,
				cases[i].status);
		assert_reason(err, cases[i].reason);
		submit_body_clear(&body);
	}
}

/* A batch is read without a tree of its values; one that is written in another
 * way is the same. */
static void
test_submit_spelling(void)
{
	static const char *const same[] = {
		"{\"txs\":[\"0x00ff10aBcDeF0123456789\",\"0x\"]}",
		" { \"txs\" :\n[ \"0x00FF10abcdef0123456789\"\t,\"0x\" ] } ",
		"{\"txs\":[\"0\\u007800ff10abcdef0123456789\",\"0x\"]}",
		"{\"t\\u0078s\":[\"0x00ff10abcdef0123456789\",\"0x\"]}",
	};
	static const guint8 bytes[] = { 0x00, 0xff, 0x10, 0xab, 0xcd, 0xef,
					0x01, 0x23, 0x45, 0x67, 0x89 };

	for (gsize i = 0; i < G_N_ELEMENTS(same); i++) {
		SubmitBody body;
		gsize len;
		gconstpointer tx;

		g_assert_cmpint(decode_submit(same[i], &body, NULL), ==,
				BSN_OK);
		g_assert_true(body.batch);
		g_assert_cmpuint(body.count, ==, 2);
		tx = g_bytes_get_data(body.txs->pdata[0], &len);
		assert_bytes(tx, len, bytes, sizeof(bytes));
		g_assert_cmpuint(g_bytes_get_size(body.txs->pdata[1]), ==, 0);
		submit_body_clear(&body);
	}
}

/* Each place of a batch, damaged in each way that there is. */
static void
test_submit_damage(void)
{
	static const char text[] = "{\"txs\":[\"0x0123456789ab\",\"0xcd\"]}";
	guint taken = 0;

	for (gsize at = 0; at < strlen(text); at++) {
		for (guint c = 1; c < 256; c++) {
			g_autofree char *damaged = g_strdup(text);
			g_autoptr(GPtrArray) scanned = NULL;
			bsn_err err = BSN_ERR_INIT;
			SubmitBody body;
			int32_t status;

			damaged[at] = (char)c;
			scanned = submit_scan(damaged, strlen(damaged), 2);
			status = decode_submit(damaged, &body, &err);
			/* Whatever is scanned is right. */
			if (scanned != NULL)
				g_assert_cmpint(status, ==, BSN_OK);
			if (status == BSN_OK)
				taken++;
			submit_body_clear(&body);
		}
	}
	/* 14 digits may be any of 22, and the text itself at 13 other places.
	 */
	g_assert_cmpuint(taken, >=, 14 * 22);
}

static void
test_plain_json(void)
{
	static const char *const plain[] = {
		"null",
		"true",
		"{}",
		"[]",
		"\"\"",
		"0",
		"-12",
		"123456789012345678",
		"{\"a\":[1,\"\\n\\\"\"],\"b\":{}}",
		"\"h\xc3\xa9, longer than a word of eight\"",
	};
	static const char *const others[] = {
		"",
		" 1",
		"[1, 2]",
		"1.5",
		"1e3",
		"1234567890123456789",
		"\"\\u0041\"",
		"\"\n\"",
		"\"\xc3\"",
		"\"a",
		"{\"a\"}",
		"[1,]",
		"01",
		"tru",
		"{\"a\":1}}",
		"\"seven77\x01longer\"",
		"\"seven77\xfflonger\"",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
		g_assert_true(json_scan_is_plain(plain[i], strlen(plain[i])));
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		g_assert_false(
			json_scan_is_plain(others[i], strlen(others[i])));
}

/* What an engine wrote comes out as we would have written it. */
static void
test_foreign_json(void)
{
	static const struct {
		const char *text, *written; /* NULL: it is not JSON */
	} cases[] = {
		{ "{\"a\":[1,2]}", "{\"a\":[1,2]}" },
		{ "{ \"a\" : [1,\n2] }", "{\"a\":[1,2]}" },
		{ "\"\\u0041\"", "\"A\"" },
		{ "2.50", "2.5" },
		{ "{\"a\":", NULL },
		{ "[1] [2]", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) out = g_string_new("=");
		gboolean is = json_put_foreign(out, cases[i].text,
					       strlen(cases[i].text));

		g_assert_cmpint(is, ==, cases[i].written != NULL);
		g_assert_cmpstr(out->str + 1, ==, is ? cases[i].written : "");
	}
}

static void
test_words_as_text(void)
{
	static const char *const texts[] = { "",     "plain",	  "\"q\" \\",
					     "a\nb", "h\xc3\xa9", "\xff" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		g_autoptr(json_t) value = json_text(texts[i]);
		gsize len;
		g_autofree char *same = json_write(value, &len);

		json_put_text(out, texts[i]);
		g_assert_cmpstr(out->str, ==, same);
	}
}

/* ---- the end of a head ---- */

static void
test_head_end(void)
{
	static const char text[] = "GET / HTTP/1.1\r\nA: b\r\n\r\nbody\n\n";
	const gsize head = strlen("GET / HTTP/1.1\r\nA: b\r\n\r\n");

	for (gsize cut = 0; cut <= strlen(text); cut++) {
		HeadScan scan = { 0 };

		head_scan(&scan, (const guint8 *)text, cut);
		g_assert_cmpint(scan.done, ==, cut >= head);
		head_scan(&scan, (const guint8 *)text + cut,
			  strlen(text) - cut);
		g_assert_true(scan.done);
		g_assert_cmpuint(scan.length, ==, head);
	}
}

/* ---- events ---- */

static GPtrArray *
three_events(ReplyEvent events[3])
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < 3; i++) {
		events[i] = (ReplyEvent){ .kind = BSN_EVENT_CONTRACT,
					  .block = 7,
					  .contract = (char *)"c",
					  .name = (char *)"E",
					  .payload = (char *)"{\"n\":1}" };
		g_ptr_array_add(list, &events[i]);
	}
	events[0].kind = BSN_EVENT_BLOCK;
	events[0].contract = events[0].name = events[0].payload = NULL;
	events[2].block = 8;
	return list;
}

static void
test_event_words(void)
{
	ReplyEvent events[3];
	g_autoptr(GPtrArray) list = three_events(events);
	g_autoptr(GPtrArray) texts = event_texts_new(list, 7, 9);
	struct evbuffer *buffer = evbuffer_new();

	g_assert_nonnull(texts);
	for (guint i = 0; i < texts->len; i++)
		event_text_add(texts->pdata[i], buffer);
	evbuffer_add(buffer, "", 1);
	g_assert_cmpstr(
		(const char *)evbuffer_pullup(buffer, -1), ==,
		"id: 7.0\nevent: block\n"
		"data: {\"block\":7,\"payload\":null}\n\n"
		"id: 7.1\nevent: contract\n"
		"data: {\"block\":7,\"tx_index\":0,\"index\":0,\"tx_id\":null,"
		"\"contract\":\"c\",\"name\":\"E\",\"payload\":{\"n\":1}}\n\n"
		"id: 8.0\nevent: contract\n"
		"data: {\"block\":8,\"tx_index\":0,\"index\":0,\"tx_id\":null,"
		"\"contract\":\"c\",\"name\":\"E\",\"payload\":{\"n\":1}}\n\n");
	evbuffer_free(buffer);
}

static void
test_event_disorder(void)
{
	ReplyEvent events[3];
	g_autoptr(GPtrArray) list = three_events(events);

	g_assert_null(event_texts_new(list, 7, 8));
	g_assert_null(event_texts_new(list, 8, 9));
	events[1].block = 6;
	g_assert_null(event_texts_new(list, 6, 9));
	events[1].block = 7;
	events[2].payload = (char *)"{";
	g_assert_null(event_texts_new(list, 7, 9));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/what-is-wrong-is-said-with-its-place",
			test_json_wrong);
	g_test_add_func("/json/too-deep-is-refused", test_json_depth);
	g_test_add_func("/json/deepest-is-taken", test_json_depth_allowed);
	g_test_add_func("/json/a-slip-gets-a-suggestion", test_closest_name);
	g_test_add_func("/hex/only-0x-and-pairs", test_hex);
	g_test_add_func("/target/parts-are-decoded-one-by-one", test_target);
	g_test_add_func("/target/absolute-form-is-taken", test_target_absolute);
	g_test_add_func("/target/what-is-wrong-is-said", test_target_wrong);
	g_test_add_func("/body/ticket", test_ticket);
	g_test_add_func("/body/words", test_words);
	g_test_add_func("/body/words-wrong-are-refused-by-path",
			test_words_wrong);
	g_test_add_func("/body/submit-forms", test_submit_forms);
	g_test_add_func("/body/submit-wrong-is-refused-by-path",
			test_submit_wrong);
	g_test_add_func("/body/a-batch-is-the-same-however-it-is-spelt",
			test_submit_spelling);
	g_test_add_func("/body/a-damaged-batch-is-never-taken-for-another",
			test_submit_damage);
	g_test_add_func("/json/what-stands-as-we-would-write-it-is-known",
			test_plain_json);
	g_test_add_func("/json/what-an-engine-wrote-comes-out-in-our-way",
			test_foreign_json);
	g_test_add_func("/json/texts-are-written-as-by-a-tree",
			test_words_as_text);
	g_test_add_func("/head/its-end-is-found-however-it-is-cut",
			test_head_end);
	g_test_add_func("/event/words", test_event_words);
	g_test_add_func("/event/disorder-is-refused", test_event_disorder);
	return g_test_run();
}
