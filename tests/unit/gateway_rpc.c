/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON-RPC of the gateway tests' engine. Methods:
 *   echo    its params                 met     how many were in one call
 *   closed  how many sessions ended    big     a text of params[0] bytes
 *   sendIt  true                       refuse  fails, busy
 *   push    params[0] messages "1", "2", ... pushed before the answer
 *   flood   messages of 64 KiB until it is told that there are too many
 *   end     closes the session
 */
#include <string.h>

#include <bsn/ext/jsonrpc.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "host/service/services.h"
#include "tests/unit/gateway_engine.h"

gint gateway_rpc_closed;

static const bsn_session_service *
sessions(void)
{
	return bsn_host_session(&host_as_plugins_see_it);
}

static json_int_t
first_param(const json_t *params)
{
	return json_integer_value(json_array_get(params, 0));
}

static json_t *
push(bsn_session *session, json_int_t n)
{
	for (json_int_t i = 1; i <= n; i++) {
		g_autofree char *text =
			g_strdup_printf("%" JSON_INTEGER_FORMAT, i);

		if (sessions()->push(session, bsn_slice_str(text)) != BSN_OK)
			return json_false();
	}
	return json_true();
}

static json_t *
flood(bsn_session *session)
{
	g_autofree char *text = g_strnfill(65536, '7');
	json_int_t n = 0;

	while (sessions()->push(session, bsn_slice_str(text)) == BSN_OK)
		n++;
	return json_integer(n);
}

static json_t *
big(json_int_t len)
{
	g_autofree char *text = g_strnfill((gsize)len, 'x');

	return json_string(text);
}

static json_t *
end(bsn_session *session)
{
	sessions()->close(session);
	return json_true();
}

static json_t *
result_of(const char *method, json_t *params, const bsn_rpc_request *item,
	  guint64 n)
{
	if (strcmp(method, "met") == 0)
		return json_integer((json_int_t)n);
	if (strcmp(method, "closed") == 0)
		return json_integer(g_atomic_int_get(&gateway_rpc_closed));
	if (strcmp(method, "big") == 0)
		return big(first_param(params));
	if (strcmp(method, "push") == 0)
		return push(item->session, first_param(params));
	if (strcmp(method, "flood") == 0)
		return flood(item->session);
	if (strcmp(method, "end") == 0)
		return end(item->session);
	return params != NULL ? json_incref(params) : json_null();
}

static void
answer(const bsn_rpc_request *item, json_t *request, guint64 n)
{
	const bsn_reply_service *replies =
		bsn_host_reply(&host_as_plugins_see_it);
	const char *method =
		json_string_value(json_object_get(request, "method"));
	json_t *id = json_object_get(request, "id");
	json_t *result = result_of(method, json_object_get(request, "params"),
				   item, n);
	json_t *body = json_pack("{s:O?, s:o}", "id", id, "result", result);
	char *text = json_dumps(body, JSON_COMPACT);
	bsn_err err = BSN_ERR_INIT;

	bsn_fail(&err, BSN_BUSY, "it is busy");
	if (strcmp(method, "refuse") == 0)
		replies->fail(item->reply, BSN_BUSY, &err);
	else
		replies->value(item->reply,
			       bsn_slice_str(id != NULL ? text : "null"));
	free(text);
	json_decref(body);
}

static int32_t
requests(bsn_ledger *ledger, const bsn_rpc_request *items, uint64_t n,
	 bsn_err *err)
{
	for (uint64_t i = 0; i < n; i++) {
		json_t *request =
			json_loadb((const char *)items[i].request.data,
				   items[i].request.len, 0, NULL);

		g_assert_nonnull(request);
		answer(&items[i], request, n);
		json_decref(request);
	}
	return BSN_OK;
}

static void
closed(bsn_ledger *ledger, bsn_session *session)
{
	g_atomic_int_inc(&gateway_rpc_closed);
}

static const bsn_engine_jsonrpc jsonrpc = {
	.size = sizeof(jsonrpc),
	.requests = requests,
	.closed = closed,
};

const void *
gateway_rpc_query(const char *id)
{
	if (strcmp(id, BSN_ENGINE_MESSAGES_ID) == 0)
		return &gateway_messages;
	if (strcmp(id, BSN_ENGINE_HTTP_ID) == 0)
		return &gateway_native;
	return strcmp(id, BSN_ENGINE_JSONRPC_ID) == 0 ? &jsonrpc : NULL;
}
