/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON-RPC messages are taken apart where they stand.
 */
#include <string.h>

#include <glib.h>

#include "host/gateway/rpc_scan.h"

#define BATCH_MAX 3

static GArray *items;

static RpcShape
scan(const char *text)
{
	if (items == NULL)
		items = g_array_new(FALSE, FALSE, sizeof(RpcItem));
	return rpc_scan(text, strlen(text), BATCH_MAX, items);
}

static char *
part(const char *text, RpcSpan span)
{
	return g_strndup(text + span.at, span.len);
}

static void
assert_item(const char *text, guint i, const char *whole, const char *id,
	    const char *method)
{
	const RpcItem *item = &g_array_index(items, RpcItem, i);
	g_autofree char *got = part(text, item->text);
	g_autofree char *got_id = part(text, item->id);
	g_autofree char *got_method = part(text, item->method);

	g_assert_cmpstr(got, ==, whole);
	g_assert_cmpstr(got_id, ==, id);
	g_assert_cmpstr(got_method, ==, method);
}

static void
test_one(void)
{
	const char *text = " {\"jsonrpc\":\"2.0\", \"id\" : \"a\\\"b\" ,"
			   "\"method\":\"m\",\"params\":[{\"id\":7},\"}]\"]}\n";
	g_autofree char *whole = g_strstrip(g_strdup(text));

	g_assert_cmpint(scan(text), ==, RPC_ONE);
	g_assert_cmpuint(items->len, ==, 1);
	assert_item(text, 0, whole, "\"a\\\"b\"", "m");
	g_assert_true(g_array_index(items, RpcItem, 0).valid);
}

static void
test_batch(void)
{
	const char *text = "[{\"id\":1,\"method\":\"a\"} , 7,"
			   "{\"method\":\"b\"}]";

	g_assert_cmpint(scan(text), ==, RPC_BATCH);
	g_assert_cmpuint(items->len, ==, 3);
	assert_item(text, 0, "{\"id\":1,\"method\":\"a\"}", "1", "a");
	assert_item(text, 1, "7", "", "");
	assert_item(text, 2, "{\"method\":\"b\"}", "", "b");
	g_assert_true(g_array_index(items, RpcItem, 0).valid);
	g_assert_false(g_array_index(items, RpcItem, 1).valid);
	g_assert_true(g_array_index(items, RpcItem, 2).valid);
}

static void
test_batch_size(void)
{
	g_assert_cmpint(scan("[]"), ==, RPC_NO_REQUEST);
	g_assert_cmpint(scan("[1,2,3]"), ==, RPC_BATCH);
	g_assert_cmpint(scan("[1,2,3,4]"), ==, RPC_TOO_MANY);
	g_assert_cmpint(scan("[1,2,3,4,5,6,7,8,9]"), ==, RPC_TOO_MANY);
	g_assert_cmpuint(items->len, ==, BATCH_MAX + 1);
}

static void
test_ambiguous(void)
{
	static const char *const texts[] = {
		"{\"method\":\"a\",\"method\":\"b\"}",
		"{\"id\":1,\"id\":2,\"method\":\"b\"}",
		"{\"method\":\"a\",\"\\u006dethod\":\"b\"}",
		"{\"method\":\"\\u0061\"}",
		"{\"method\":\"\"}",
		"{\"method\":7}",
		"{\"id\":{},\"method\":\"a\"}",
		"{\"id\":[1],\"method\":\"a\"}",
		"{\"id\":true,\"method\":\"a\"}",
		"{\"id\":1}",
		"{}",
		"null",
		"\"text\"",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("%s", texts[i]);
		g_assert_cmpint(scan(texts[i]), ==, RPC_ONE);
		g_assert_false(g_array_index(items, RpcItem, 0).valid);
	}
}

static void
test_not_json(void)
{
	static const char *const texts[] = {
		"",	      " ",	    "{",	 "{}}",
		"[{}",	      "[{},]",	    "[,{}]",	 "{\"a\"}",
		"{\"a\":}",   "{a:1}",	    "{\"a\":1,}", "{\"a\":01}",
		"{\"a\":1.}", "{\"a\":.5}", "{\"a\":-}", "{\"a\":1e}",
		"{\"a\":+1}", "tru",	    "{} {}",	 "\"\\x\"",
		"\"\\u12g4\"", "\"\n\"",    "\"",	 "\"\\",
		"\xff",	      "\"\xc0\x80\"", "nul",	 "{\"a\":'b'}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("%s", texts[i]);
		g_assert_cmpint(scan(texts[i]), ==, RPC_NOT_JSON);
	}
}

static void
test_numbers(void)
{
	g_assert_cmpint(scan("{\"a\":[0,-0,1.5,-2e10,3E-7,4.25e+1]}"), ==,
			RPC_ONE);
}

static char *
nested(gsize depth)
{
	g_autofree char *open = g_strnfill(depth, '[');
	g_autofree char *close = g_strnfill(depth, ']');

	return g_strconcat(open, close, NULL);
}

static void
test_depth(void)
{
	g_autofree char *fits = nested(32);
	g_autofree char *deep = nested(33);

	g_assert_cmpint(scan(fits), ==, RPC_BATCH);
	g_assert_cmpint(scan(deep), ==, RPC_NOT_JSON);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rpc-scan/one-request-is-found-with-id-and-method",
			test_one);
	g_test_add_func("/rpc-scan/a-batch-is-its-items", test_batch);
	g_test_add_func("/rpc-scan/a-batch-is-bounded", test_batch_size);
	g_test_add_func("/rpc-scan/what-could-be-read-in-two-ways-is-no-request",
			test_ambiguous);
	g_test_add_func("/rpc-scan/what-is-not-json-is-told", test_not_json);
	g_test_add_func("/rpc-scan/every-form-of-number-is-one", test_numbers);
	g_test_add_func("/rpc-scan/nesting-is-bounded", test_depth);
	return g_test_run();
}
