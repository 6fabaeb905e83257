/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fisco-rpc.h"

#include <string.h>

static bsn_session *session;

void
rpc_use_session(bsn_session *used)
{
	session = used;
}

bsn_rpc_request
rpc_item(const FiscoChain *chain, const char *request)
{
	return (bsn_rpc_request){
		.size = sizeof(bsn_rpc_request),
		.request = bsn_slice_str(request),
		.session = session,
		.reply = fake_reply_new(chain->chain, FAKE_ANSWER_VALUE),
	};
}

/* The answer to a transaction may wait for its block, or for a while. */
static int32_t
wait_for(bsn_reply *reply)
{
	if (fake_asked(reply, BSN_OK) == FAKE_PENDING)
		fake_host_settle();
	if (reply->status == FAKE_PENDING)
		fake_host_advance(RPC_HELD_MS);
	return reply->status;
}

void
rpc_many(const FiscoChain *chain, const char *const *requests, guint n,
	 json_t **answers)
{
	const bsn_engine_jsonrpc *table =
		bsn_engine_jsonrpc_of(fisco_engine());
	g_autofree bsn_rpc_request *items = g_new0(bsn_rpc_request, n);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	g_assert_nonnull(table);
	for (guint i = 0; i < n; i++)
		items[i] = rpc_item(chain, requests[i]);
	status = table->requests(fisco_ledger(chain), items, n, &err);
	g_assert_cmpint(status, ==, BSN_OK);
	for (guint i = 0; i < n; i++) {
		g_assert_cmpint(wait_for(items[i].reply), ==, BSN_OK);
		answers[i] = fisco_json(items[i].reply->json);
		if (json_is_null(answers[i]))
			g_clear_pointer(&answers[i], json_decref);
		fake_reply_free(items[i].reply);
	}
}

json_t *
rpc_text(const FiscoChain *chain, const char *request)
{
	json_t *answer;

	rpc_many(chain, &request, 1, &answer);
	return answer;
}

json_t *
rpc_ask(const FiscoChain *chain, const char *method, const char *params)
{
	g_autofree char *request = g_strdup_printf(
		"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\","
		"\"params\":%s}",
		method, params);
	json_t *answer = rpc_text(chain, request);

	g_assert_nonnull(answer);
	g_assert_cmpstr(json_string_value(json_object_get(answer, "jsonrpc")),
			==, "2.0");
	g_assert_cmpint(json_integer_value(json_object_get(answer, "id")), ==,
			7);
	return answer;
}

json_t *
rpc_result(const FiscoChain *chain, const char *method, const char *params)
{
	g_autoptr(json_t) answer = rpc_ask(chain, method, params);
	json_t *result = json_object_get(answer, "result");

	if (result == NULL)
		g_error("%s: %s", method,
			json_string_value(json_object_get(
				json_object_get(answer, "error"), "message")));
	return json_incref(result);
}

void
rpc_expect(const FiscoChain *chain, const char *method, const char *params,
	   const char *result)
{
	g_autoptr(json_t) got = rpc_result(chain, method, params);
	g_autofree char *text =
		json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);

	g_assert_cmpstr(text, ==, result);
}

void
rpc_expect_error(const FiscoChain *chain, const char *method,
		 const char *params, int code, const char *words)
{
	g_autoptr(json_t) answer = rpc_ask(chain, method, params);
	const json_t *error = json_object_get(answer, "error");
	const char *message =
		json_string_value(json_object_get(error, "message"));

	g_assert_null(json_object_get(answer, "result"));
	g_assert_cmpint(json_integer_value(json_object_get(error, "code")), ==,
			code);
	if (strstr(message, words) == NULL)
		g_error("\"%s\" does not have \"%s\"", message, words);
}
