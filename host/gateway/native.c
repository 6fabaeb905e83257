/* SPDX-License-Identifier: Apache-2.0
 *
 * A framework's own HTTP interface at /native/{chain}/...: the engine's answers,
 * with its status and body; whoever may not ask, or asks for what there is not,
 * gets the gateway's usual refusals.
 */
#include <string.h>

#include <bsn/ext/http.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/access/tokens.h"
#include "host/bytes.h"
#include "host/gateway/ask.h"
#include "host/gateway/cors.h"
#include "host/gateway/message_ask.h"
#include "host/gateway/native.h"
#include "host/gateway/routes.h"

/* Behind "native" and the chain. */
#define PATH_SEGMENT 2u

const char *
native_token(const Target *target)
{
	const char *first = target->segment_count > PATH_SEGMENT ?
				    target->segments[PATH_SEGMENT] :
				    NULL;

	return first != NULL && g_str_has_prefix(first, TOKEN_PREFIX) ? first :
									 NULL;
}

/* "/v1/get_block"; the caller frees. A slash within a part stays "%2F", so that
 * it is no other path than it is to those in between (RFC 3986 section 2.2). */
static char *
path_of(const Target *target)
{
	GString *path = g_string_new(NULL);
	guint i = PATH_SEGMENT + (native_token(target) != NULL);

	for (; i < target->segment_count; i++) {
		g_auto(GStrv) parts = g_strsplit(target->segments[i], "/", -1);
		g_autofree char *segment = g_strjoinv("%2F", parts);

		g_string_append_printf(path, "/%s", segment);
	}
	return g_string_free(path, FALSE);
}

/* ---- which route ---- */

/* NULL, and answered, when there is none; *allow: the path's other method. */
static const bsn_http_route *
find_route(const bsn_engine_http *http, const char *method, const char *path,
	   const char **allow)
{
	*allow = NULL;
	for (guint i = 0; http->routes[i] != NULL; i++) {
		const bsn_http_route *route = http->routes[i];

		if (strcmp(route->path, path) != 0)
			continue;
		if (strcmp(route->method, method) == 0)
			return route;
		*allow = route->method;
	}
	return NULL;
}

static void
refuse_route(Exchange *exchange, const Chain *chain, const char *path,
	     const char *allow)
{
	if (allow == NULL) {
		exchange_failf(exchange, BSN_NOT_FOUND, NULL,
			       "framework %s serves nothing at %.80s",
			       chain_framework(chain), path);
		return;
	}
	exchange_refuse_method(exchange, allow);
}

static const bsn_http_route *
route_of(Exchange *exchange, const Chain *chain, const bsn_engine_http *http)
{
	g_autofree char *path = path_of(&exchange->target);
	const char *method = exchange->method == EVHTTP_REQ_HEAD ?
				     "GET" :
				     method_name(exchange->method);
	const char *allow;
	const bsn_http_route *route = find_route(http, method, path, &allow);

	if (route == NULL) {
		refuse_route(exchange, chain, path, allow);
		return NULL;
	}
	if ((route->flags & BSN_HTTP_CHANGES) == 0)
		return route;
	exchange->audited = TRUE;
	if (role_allows(exchange->caller->identity->role, ROLE_CLIENT))
		return route;
	exchange_failf(exchange, BSN_DENIED, NULL,
		       "this access may only read");
	return NULL;
}

/* ---- asking ---- */

typedef struct {
	const bsn_http_route *route;
	char *query;
	GBytes *body;
	Caller *caller;
} Asking;

static void
asking_free(gpointer data)
{
	Asking *asking = data;

	g_free(asking->query);
	g_bytes_unref(asking->body);
	caller_unref(asking->caller);
	g_free(asking);
}

static int32_t
ask_engine(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	   bsn_err *err)
{
	const Asking *asking = ask_data(reply);
	const bsn_client client = message_client(asking->caller);
	const bsn_http_request request = {
		.size = sizeof(request),
		.route = asking->route,
		.query = bsn_slice_str(asking->query),
		.body = bytes_slice(asking->body),
		.client = &client,
		.reply = reply,
	};

	return bsn_engine_http_of(engine)->request(ledger, &request, err);
}

static void
answer(Exchange *exchange, bsn_reply *reply)
{
	GString *body = g_steal_pointer(&reply->json);

	exchange_answer_as(exchange, (int)reply->http,
			   body != NULL ? body : g_string_new(""));
}

/* A query comes behind the first '?' (RFC 3986 section 3.4). */
static char *
query_of(const Exchange *exchange)
{
	const char *at = strchr(exchange->uri, '?');

	return g_strdup(at != NULL ? at + 1 : "");
}

static const bsn_engine_http *
http_of(Exchange *exchange, const Chain *chain)
{
	const bsn_engine *engine = chain_engine(chain);
	const bsn_engine_http *http =
		engine != NULL ? bsn_engine_http_of(engine) : NULL;

	if (http == NULL)
		exchange_failf(exchange, BSN_NOT_OFFERED, NULL,
			       "framework %s of chain %s has no HTTP interface "
			       "of its own",
			       chain_framework(chain), chain_name(chain));
	return http;
}

void
native_ask(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	const bsn_engine_http *http;
	const bsn_http_route *route;
	Asking *asking;

	if (chain == NULL || !cors_page_may_ask(exchange))
		return;
	http = http_of(exchange, chain);
	route = http != NULL ? route_of(exchange, chain, http) : NULL;
	if (route == NULL)
		return;
	asking = g_new(Asking, 1);
	asking->route = route;
	asking->query = query_of(exchange);
	asking->body = g_bytes_new(exchange->body, exchange->body_len);
	asking->caller = caller_ref(exchange->caller);
	ask_chain(exchange, chain,
		  &(Question){ .kind = ANSWER_HTTP,
			       .ask = ask_engine,
			       .then = answer,
			       .data = asking,
			       .free_data = asking_free });
}
