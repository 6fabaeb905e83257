/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP interface of the gateway tests' engine:
 *   GET  /v1/who         {"name","query"}        POST /v1/echo  its body
 *   POST /v1/send        true; changes something
 *   POST /v1/teapot      418                     POST /v1/fail  fails, busy
 *   POST /v1/nonsense    HTTP status 99
 */
#include <string.h>

#include <bsn/ext/http.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/service/services.h"
#include "tests/unit/gateway_engine.h"

#define ROUTE(name, its_method, its_path, its_flags)                           \
	static const bsn_http_route name = {                                   \
		.size = sizeof(bsn_http_route),                                \
		.flags = its_flags,                                            \
		.method = its_method,                                          \
		.path = its_path,                                              \
	}

ROUTE(who, "GET", "/v1/who", 0);
ROUTE(echo, "POST", "/v1/echo", 0);
ROUTE(send_it, "POST", "/v1/send", BSN_HTTP_CHANGES);
ROUTE(teapot, "POST", "/v1/teapot", 0);
ROUTE(fail_it, "POST", "/v1/fail", 0);
ROUTE(nonsense, "POST", "/v1/nonsense", 0);

static const bsn_http_route *const routes[] = { &who,     &echo, &send_it,
						&teapot,  &fail_it,
						&nonsense, NULL };

static const bsn_http *
http(void)
{
	return bsn_host_http(&host_as_plugins_see_it);
}

static void
tell_who(const bsn_http_request *request)
{
	g_autofree char *text = g_strdup_printf(
		"{\"name\":\"%.*s\",\"query\":\"%.*s\"}",
		(int)request->client->name.len,
		(const char *)request->client->name.data,
		(int)request->query.len, (const char *)request->query.data);

	http()->answer(request->reply, 200, bsn_slice_str(text));
}

static int32_t
answer(bsn_ledger *ledger, const bsn_http_request *request, bsn_err *err)
{
	const bsn_http_route *route = request->route;

	if (route == &fail_it)
		return bsn_fail(err, BSN_BUSY, "it is busy");
	if (route == &who)
		tell_who(request);
	else if (route == &echo)
		http()->answer(request->reply, 200, request->body);
	else if (route == &teapot)
		http()->answer(request->reply, 418,
			       bsn_slice_str("{\"tea\":true}"));
	else
		http()->answer(request->reply, route == &nonsense ? 99 : 200,
			       bsn_slice_str("true"));
	return BSN_OK;
}

const bsn_engine_http gateway_native = {
	.size = sizeof(gateway_native),
	.routes = routes,
	.request = answer,
};
