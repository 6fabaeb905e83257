/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/gateway.h"

#include <string.h>

#include <bsn/helpers/error.h>
#include <event2/keyvalq_struct.h>
#include <openssl/rand.h>

#include "host/gateway/cors.h"
#include "host/gateway/error.h"
#include "host/gateway/identify.h"
#include "host/gateway/json.h"
#include "host/gateway/listener.h"
#include "host/gateway/routes.h"
#include "host/gateway/websocket.h"
#include "host/ops/log.h"

/* ---- a request on its way to its handler: each step answers and returns
 * FALSE, or lets it pass ---- */

static gboolean
refuse_framing(Exchange *exchange, const char *reason)
{
	/* What follows on the connection may be anybody's words. */
	exchange->close_after = TRUE;
	exchange_failf(
		exchange, BSN_BAD_REQUEST,
		"Send one Content-Length, or Transfer-Encoding: chunked; "
		"GET and DELETE have no body.",
		"%s", reason);
	return FALSE;
}

static guint
count_header(Exchange *exchange, const char *name)
{
	struct evkeyvalq *headers =
		evhttp_request_get_input_headers(exchange->request);
	const struct evkeyval *header;
	guint n = 0;

	for (header = headers->tqh_first; header != NULL;
	     header = header->next.tqe_next)
		n += g_ascii_strcasecmp(header->key, name) == 0;
	return n;
}

static gboolean
has_body_method(enum evhttp_cmd_type method)
{
	return method == EVHTTP_REQ_POST || method == EVHTTP_REQ_PATCH ||
	       method == EVHTTP_REQ_PUT;
}

/* evhttp takes the first of several lengths, prefers one header over the other,
 * and reads no body where it expects none: differences that let one request
 * hide in another (RFC 9112 section 11.2). */
static gboolean
judge_framing(Exchange *exchange)
{
	const char *length = exchange_header(exchange, "Content-Length");
	const char *coding = exchange_header(exchange, "Transfer-Encoding");

	if (length == NULL && coding == NULL)
		return TRUE;
	if (length != NULL && coding != NULL)
		return refuse_framing(exchange,
				      "the request has both Content-Length and "
				      "Transfer-Encoding");
	if (count_header(exchange, "Content-Length") > 1 ||
	    count_header(exchange, "Transfer-Encoding") > 1)
		return refuse_framing(exchange,
				      "the request states its length twice");
	if (coding != NULL && g_ascii_strcasecmp(coding, "chunked") != 0)
		return refuse_framing(exchange,
				      "the request's Transfer-Encoding is not "
				      "chunked");
	if (length != NULL && strspn(length, "0123456789") != strlen(length))
		return refuse_framing(exchange,
				      "the request's Content-Length is no "
				      "number");
	if (!has_body_method(exchange->method) &&
	    (coding != NULL || strspn(length, "0") != strlen(length)))
		return refuse_framing(exchange,
				      "a request of this method has a body");
	return TRUE;
}

/* A request that nobody can be answered must not do anything. */
static gboolean
judge_connection(Exchange *exchange)
{
	if (!exchange->connection->aborted)
		return TRUE;
	exchange_failf(exchange, BSN_UNAVAILABLE, NULL,
		       "the connection was closed before the request came");
	return FALSE;
}

static gboolean
judge_size(Exchange *exchange)
{
	gsize max = exchange->gateway->deps.config->gateway_body_max;

	if (exchange->body_len <= max)
		return TRUE;
	exchange_failf(exchange, BSN_TOO_LARGE, NULL,
		       "the body is over %" G_GSIZE_FORMAT " bytes", max);
	return FALSE;
}

static gboolean
parse_target(Exchange *exchange)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = target_parse(exchange->uri, &exchange->target, &err);

	if (status == BSN_OK)
		return TRUE;
	exchange_fail(exchange, status, &err, NULL);
	return FALSE;
}

static gboolean
find_route(Exchange *exchange)
{
	g_autofree char *allow = NULL;

	switch (route_find(exchange->method, &exchange->target,
			   &exchange->route, &allow)) {
	case ROUTE_FOUND:
		exchange->audited = exchange->route->audited;
		identify_hide_token(exchange);
		return TRUE;
	case ROUTE_OTHER_METHOD:
		exchange_refuse_method(exchange, allow);
		return FALSE;
	case ROUTE_UNKNOWN:
		break;
	}
	exchange_failf(exchange, BSN_NOT_FOUND,
		       "The resources are listed in docs/gateway-api.md.",
		       "there is no resource at this path");
	return FALSE;
}

/* A page that may ask reads refusals, too. */
static gboolean
greet_page(Exchange *exchange)
{
	if (identify_is_frameworks(exchange))
		cors_add_headers(exchange);
	return TRUE;
}

/* One that ends with a dot stands for all that begin so. */
static gboolean
is_known(const char *const *known, const char *name)
{
	for (; *known != NULL; known++)
		if (g_str_has_suffix(*known, ".") ?
			    g_str_has_prefix(name, *known) :
			    strcmp(name, *known) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
judge_params(Exchange *exchange)
{
	const Target *target = &exchange->target;
	const char *const *known = exchange->route->params;

	for (guint i = 0; known != NULL && i < target->param_count; i++) {
		const char *name = target->params[i].name;
		const char *closest;

		if (is_known(known, name))
			continue;
		closest = closest_name(name, known);
		exchange_failf(exchange, BSN_BAD_REQUEST, NULL,
			       "there is no query parameter %.40s here%s%s",
			       name, closest != NULL ? "; did you mean " : "",
			       closest != NULL ? closest : "");
		return FALSE;
	}
	return TRUE;
}

static gboolean
judge_caller(Exchange *exchange)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (exchange->route->role == ROLE_NONE)
		return TRUE;
	status = identify(exchange, &err);
	if (status == BSN_OK)
		status = authorise(exchange->caller, exchange->route->role,
				   &err);
	if (status == BSN_OK)
		return TRUE;
	exchange_fail(exchange, status, &err, NULL);
	return FALSE;
}

/* A connection that is kept may bring one more request while the host stops. */
static gboolean
judge_time(Exchange *exchange)
{
	if (!server_stopping(exchange->gateway->server))
		return TRUE;
	exchange_failf(exchange, BSN_UNAVAILABLE, "Ask again when it is back.",
		       "the host is stopping");
	return FALSE;
}

static void
serve(gpointer owner, struct evhttp_request *request)
{
	static gboolean (*const steps[])(Exchange *) = {
		judge_connection, judge_time,	judge_framing, judge_size,
		parse_target,	  find_route,	greet_page,    judge_params,
		judge_caller,
	};
	Exchange *exchange = exchange_ref(exchange_new(owner, request));
	guint passed = 0;

	while (passed < G_N_ELEMENTS(steps) && steps[passed](exchange))
		passed++;
	if (passed == G_N_ELEMENTS(steps))
		exchange->route->handle(exchange);
	exchange_unref(exchange);
}

/* ---- time ---- */

/* Answers for a chain that does not. */
static void
answer_late(Exchange *exchange, gint64 now)
{
	if (exchange->deadline != 0 && now > exchange->deadline)
		exchange_failf(exchange, BSN_TIMEOUT, NULL,
			       "the chain has not answered in time");
	else if (exchange->gone == NULL &&
		 server_stops_now(exchange->gateway->server, now))
		exchange_failf(exchange, BSN_UNAVAILABLE,
			       "What was submitted may still be committed: "
			       "look for it when the host is back.",
			       "the host stops, and the chain has not answered");
}

static void
tick(gpointer owner, gint64 now)
{
	Gateway *gateway = owner;
	GList *link = gateway->held.head;

	while (link != NULL) {
		Exchange *exchange = link->data;

		link = link->next;
		answer_late(exchange, now);
	}
	hubs_tick(gateway->hubs, now);
	websockets_tick(gateway, now);
	listeners_tick(gateway, now);
	message_rates_tick(gateway->message_rates, now);
}

/* ---- life ---- */

static gboolean
load_access(Gateway *gateway, GError **error)
{
	const GatewayDeps *deps = &gateway->deps;

	gateway->records = access_records_new(deps->loop, deps->store);
	gateway->tokens = tokens_new(gateway->records, error);
	if (gateway->tokens != NULL)
		gateway->owners = key_owners_new(gateway->records, error);
	return gateway->owners != NULL;
}

static void
free_access(Gateway *gateway)
{
	access_records_free(gateway->records);
	key_owners_free(gateway->owners);
	tokens_free(gateway->tokens);
}

/* Its parent closes it; a chain that is closed here has been told before. */
static void
end_streams(void *hubs, Chain *chain, const char *reason)
{
	hubs_end_chain(hubs, chain, reason);
}

Gateway *
gateway_new(const GatewayDeps *deps, GError **error)
{
	const Config *config = deps->config;
	Gateway *gateway = g_new0(Gateway, 1);
	ServerConfig server = {
		.base = loop_base(deps->loop),
		.listen = config->gateway_listen,
		.tls_certificate = config->gateway_tls_certificate,
		.tls_key = config->gateway_tls_key,
		.connections_max = config->gateway_connections_max,
		.limits = {
			.header_max = config->gateway_header_max,
			.body_max = config->gateway_body_max,
			.request_timeout_s = config->gateway_request_timeout_s,
			.idle_timeout_s = config->gateway_idle_timeout_s,
		},
		.request = serve,
		.tick = tick,
		.owner = gateway,
	};

	gateway->deps = *deps;
	g_queue_init(&gateway->held);
	g_queue_init(&gateway->websockets);
	g_queue_init(&gateway->listeners);
	gateway->started_ms = g_get_real_time() / 1000;
	if (RAND_bytes(gateway->challenge_secret, CHALLENGE_SECRET_LEN) != 1)
		g_error("the system gives no random bytes");
	if (load_access(gateway, error))
		gateway->server = server_new(&server, error);
	if (gateway->server == NULL) {
		free_access(gateway);
		g_free(gateway);
		return NULL;
	}
	gateway->traffic = g_new0(RouteTraffic, route_count + 1);
	gateway->keys = strand_new(deps->workers, BSN_CPU_HOST);
	gateway->hubs = hubs_new(config->gateway_event_streams_max,
				 config->gateway_request_timeout_s);
	gateway->message_rates = message_rates_new();
	chain_table_set_block_listener(deps->chains, hubs_block, gateway->hubs);
	chain_table_set_end_listener(deps->chains, end_streams, gateway->hubs);
	log_info("gateway", NULL, "listens on %s, port %u",
		 config->gateway_listen, server_port(gateway->server));
	return gateway;
}

void
gateway_stop(Gateway *gateway, void (*done)(void *), void *owner)
{
	server_stop(gateway->server, done, owner);
	hubs_end_all(gateway->hubs, "the host is stopping");
	websockets_end_all(gateway);
	listeners_end_all(gateway);
}

void
gateway_free(Gateway *gateway)
{
	if (gateway == NULL)
		return;
	chain_table_set_block_listener(gateway->deps.chains, NULL, NULL);
	chain_table_set_end_listener(gateway->deps.chains, NULL, NULL);
	server_free(gateway->server);
	hubs_free(gateway->hubs);
	message_rates_free(gateway->message_rates);
	g_clear_pointer(&gateway->keys, strand_unref);
	free_access(gateway);
	g_free(gateway->traffic);
	g_free(gateway);
}

guint16
gateway_port(const Gateway *gateway)
{
	return server_port(gateway->server);
}
