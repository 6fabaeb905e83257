/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ops/ops_server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <jansson.h>
#include <netinet/in.h>
#include <string.h>

#include "host/config/address.h"

/* What a scraper sends is short. */
#define HEADERS_MAX 8192
#define BODY_MAX 0
#define TIMEOUT_S 10
#define BACKLOG 16

#define JSON_TYPE "application/json"

typedef struct {
	char *name;
	OpsCheck holds;
	void *owner;
} Check;

struct OpsServer {
	struct evhttp *http;
	guint16 port;
	Metrics *metrics;
	GArray *checks;
};

/* ---- answers ---- */

static void
answer(struct evhttp_request *request, int status, const char *phrase,
       const char *type, const char *body)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	struct evbuffer *buffer = evbuffer_new();

	evhttp_add_header(headers, "Content-Type", type);
	evhttp_add_header(headers, "Cache-Control", "no-store");
	evbuffer_add(buffer, body, strlen(body));
	evhttp_send_reply(request, status, phrase, buffer);
	evbuffer_free(buffer);
}

static void
answer_json(struct evhttp_request *request, int status, const char *phrase,
	    json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);

	answer(request, status, phrase, JSON_TYPE, text);
	free(text);
	json_decref(body);
}

static void
answer_metrics(struct evhttp_request *request, void *data)
{
	OpsServer *server = data;
	g_autofree char *text = metrics_render(server->metrics);

	answer(request, HTTP_OK, "OK", METRICS_CONTENT_TYPE, text);
}

/* Whoever reads the answer knows that the main loop turns. */
static void
answer_alive(struct evhttp_request *request, void *data)
{
	answer_json(request, HTTP_OK, "OK", json_pack("{s:b}", "alive", 1));
}

static json_t *
judge(const Check *check, gboolean *all)
{
	char reason[BSN_REASON_MAX] = "";
	gboolean holds = check->holds(check->owner, reason);
	g_autofree char *valid = g_utf8_make_valid(reason, -1);

	*all = *all && holds;
	return json_pack("{s:s, s:b, s:s}", "name", check->name, "holds",
			 holds, "reason", holds ? "" : valid);
}

static void
answer_ready(struct evhttp_request *request, void *data)
{
	OpsServer *server = data;
	json_t *conditions = json_array();
	gboolean all = TRUE;

	for (guint i = 0; i < server->checks->len; i++)
		json_array_append_new(
			conditions,
			judge(&g_array_index(server->checks, Check, i), &all));
	answer_json(request, all ? HTTP_OK : HTTP_SERVUNAVAIL,
		    all ? "OK" : "Service Unavailable",
		    json_pack("{s:b, s:o}", "ready", all, "conditions",
			      conditions));
}

static void
answer_unknown(struct evhttp_request *request, void *data)
{
	answer_json(request, HTTP_NOTFOUND, "Not Found",
		    json_pack("{s:{s:i, s:s, s:s, s:s}}", "error", "code",
			      BSN_NOT_FOUND, "name", "not-found", "reason",
			      "There is no such page here.", "remedy",
			      "Ask for /metrics, /healthz or /readyz."));
}

/* ---- listening ---- */

static gboolean
fail(GError **error, const char *listen, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static gboolean
fail(GError **error, const char *listen, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, g_quark_from_static_string("bsn-ops-error"), 0,
		    "[ops] listen = %s %s", listen, text);
	return FALSE;
}

static gboolean
check_address(const char *listen, Address *address, GError **error)
{
	if (!address_parse(listen, address))
		return fail(error, listen,
			    "is no numeric address with a port; give one like "
			    "127.0.0.1:9464");
	if (!address_is_loopback(address))
		return fail(error, listen,
			    "can be reached from other machines, and what is "
			    "served there is neither encrypted nor asks who "
			    "calls; give 127.0.0.1 or [::1]");
	return TRUE;
}

static guint16
bound_port(struct evconnlistener *listener)
{
	struct sockaddr_storage bytes;
	socklen_t len = sizeof(bytes);

	if (getsockname(evconnlistener_get_fd(listener),
			(struct sockaddr *)&bytes, &len) != 0)
		return 0;
	if (bytes.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&bytes)->sin6_port);
	return ntohs(((struct sockaddr_in *)&bytes)->sin_port);
}

static gboolean
start_listening(OpsServer *server, Loop *loop, const char *listen,
		GError **error)
{
	Address address;
	struct evconnlistener *listener;

	if (!check_address(listen, &address, error))
		return FALSE;
	listener = evconnlistener_new_bind(
		loop_base(loop), NULL, NULL,
		LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE |
			LEV_OPT_CLOSE_ON_EXEC,
		BACKLOG, (struct sockaddr *)&address.bytes, address.len);
	if (listener == NULL)
		return fail(error, listen,
			    "cannot be listened on: %s; give another port, or "
			    "end the process that has it",
			    g_strerror(errno));
	server->port = bound_port(listener);
	evhttp_bind_listener(server->http, listener);
	return TRUE;
}

static void
clear_check(void *check)
{
	g_free(((Check *)check)->name);
}

static void
set_up_http(OpsServer *server, Loop *loop)
{
	struct evhttp *http = evhttp_new(loop_base(loop));

	evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(http, HEADERS_MAX);
	evhttp_set_max_body_size(http, BODY_MAX);
	evhttp_set_timeout(http, TIMEOUT_S);
	evhttp_set_cb(http, "/metrics", answer_metrics, server);
	evhttp_set_cb(http, "/healthz", answer_alive, server);
	evhttp_set_cb(http, "/readyz", answer_ready, server);
	evhttp_set_gencb(http, answer_unknown, server);
	server->http = http;
}

OpsServer *
ops_server_new(Loop *loop, const char *listen, GError **error)
{
	OpsServer *server = g_new0(OpsServer, 1);

	server->metrics = metrics_new();
	server->checks = g_array_new(FALSE, FALSE, sizeof(Check));
	g_array_set_clear_func(server->checks, clear_check);
	set_up_http(server, loop);
	if (start_listening(server, loop, listen, error))
		return server;
	ops_server_free(server);
	return NULL;
}

void
ops_server_free(OpsServer *server)
{
	if (server == NULL)
		return;
	evhttp_free(server->http);
	metrics_free(server->metrics);
	g_array_unref(server->checks);
	g_free(server);
}

guint16
ops_server_port(const OpsServer *server)
{
	return server->port;
}

void
ops_server_add_metrics(OpsServer *server, MetricsProvider provider,
		       void *owner)
{
	metrics_add(server->metrics, provider, owner);
}

void
ops_server_add_check(OpsServer *server, const char *name, OpsCheck holds,
		     void *owner)
{
	Check check = { g_strdup(name), holds, owner };

	g_array_append_val(server->checks, check);
}
