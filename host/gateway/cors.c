/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/cors.h"

#include <string.h>

/* Seconds that a browser keeps what a preflight said. */
#define PREFLIGHT_AGE_S "600"

static const char *const *
origins(const Exchange *exchange)
{
	static const char *const none[] = { NULL };
	const Config *config = exchange->gateway->deps.config;

	return config->gateway_rpc_origins != NULL
		       ? (const char *const *)config->gateway_rpc_origins
		       : none;
}

/* The origin that may read the answer; NULL for none. */
static const char *
allowed_origin(const Exchange *exchange)
{
	const char *origin = exchange_header(exchange, "Origin");

	if (origin == NULL)
		return NULL;
	if (g_strv_contains(origins(exchange), "*"))
		return "*";
	return g_strv_contains(origins(exchange), origin) ? origin : NULL;
}

gboolean
cors_allows(const Exchange *exchange)
{
	return exchange_header(exchange, "Origin") == NULL ||
	       allowed_origin(exchange) != NULL;
}

/* A browser shows its user's certificate to whichever page asks. A token is
 * only sent by a page that has it. */
gboolean
cors_page_may_ask(Exchange *exchange)
{
	if (cors_allows(exchange) ||
	    strcmp(exchange->caller->by, "certificate") != 0)
		return TRUE;
	exchange_failf(exchange, BSN_DENIED,
		       "Add its origin to [gateway] rpc_origins.",
		       "the web page that asks is not one of those that may");
	return FALSE;
}

void
cors_add_headers(Exchange *exchange)
{
	const char *origin = allowed_origin(exchange);

	exchange_add_header(exchange, "Vary", "Origin");
	if (origin != NULL)
		exchange_add_header(exchange, "Access-Control-Allow-Origin",
				    origin);
}

void
cors_answer_preflight(Exchange *exchange)
{
	exchange_add_header(exchange, "Access-Control-Allow-Methods",
			    "GET, POST");
	exchange_add_header(exchange, "Access-Control-Allow-Headers",
			    "Authorization, Content-Type");
	exchange_add_header(exchange, "Access-Control-Max-Age",
			    PREFLIGHT_AGE_S);
	exchange_answer(exchange, 204, NULL);
}
