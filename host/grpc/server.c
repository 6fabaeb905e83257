/* SPDX-License-Identifier: Apache-2.0 */
#include "host/grpc/server.h"

#include "grpc/event/transport.h"
#include "host/grpc/guest.h"
#include "host/net/acceptor.h"
#include "host/net/tls.h"

/* Bytes of a call that HTTP/2 has waiting; what is beyond waits here. */
#define SEND_QUEUE (64u << 10)
/* What clients have to take the last of their answers, when the host stops. */
#define DRAIN_S 2

struct GrpcDesk {
	const Config *config;
	struct event_base *base;
	SSL_CTX *tls; /* NULL when nothing is served; so are: */
	Acceptor *acceptor;
	struct event *tick;
	GrpcRoutes *routes;
	GrpcCalls *calls;
	GrpcPort port;
	GQueue guests;
	guint64 accepted;
	void (*drained)(void *owner); /* NULL: nobody waits */
	void *drained_owner;
	struct event *drain_timer;
};

/* ---- guests ---- */

static void
was_accepted(gpointer owner)
{
	GrpcDesk *desk = owner;

	desk->accepted++;
}

static void
was_refused(gpointer owner, const char *peer, const char *reason)
{
	GrpcDesk *desk = owner;

	acceptor_refused(desk->acceptor, peer, reason);
}

static void
tell_drained(GrpcDesk *desk)
{
	void (*drained)(void *) = desk->drained;

	desk->drained = NULL;
	if (drained != NULL)
		drained(desk->drained_owner);
}

static void
gone(gpointer owner, GList *link)
{
	GrpcDesk *desk = owner;

	g_queue_unlink(&desk->guests, link);
	acceptor_gone(desk->acceptor);
	if (desk->guests.length == 0)
		tell_drained(desk);
}

static void
came(gpointer owner, struct bufferevent *bev, SSL *ssl, const char *peer)
{
	GrpcDesk *desk = owner;

	g_queue_push_tail_link(&desk->guests,
			       grpc_guest_link(grpc_guest_new(
				       &desk->port, bev, ssl, peer)));
}

static void
tick(evutil_socket_t fd, short what, void *arg)
{
	GrpcDesk *desk = arg;
	const gint64 now = g_get_monotonic_time();
	GList *link = desk->guests.head;

	acceptor_tick(desk->acceptor, now);
	while (link != NULL) {
		GList *next = link->next;

		grpc_guest_tick(link->data, now);
		link = next;
	}
}

/* ---- start ---- */

static GrpcLimits
limits_of(const Config *config)
{
	GrpcLimits limits = grpc_limits_default;

	limits.message_max = BSN_GRPC_MESSAGE_MAX;
	limits.send_queue = SEND_QUEUE;
	limits.streams_max = MIN(limits.streams_max, config->grpc_calls_max);
	limits.idle_timeout =
		(gint64)config->grpc_idle_timeout_s * G_USEC_PER_SEC;
	return limits;
}

static gboolean
make_tls(GrpcDesk *desk, GError **error)
{
	const Config *config = desk->config;

	desk->tls = tls_context_new("grpc", config->grpc_tls_certificate,
				    config->grpc_tls_key, error);
	if (desk->tls == NULL ||
	    !tls_context_require(desk->tls, "grpc",
				 (const char *const *)config->grpc_ca_files,
				 error))
		return FALSE;
	grpc_tls_serve(desk->tls);
	return TRUE;
}

static gboolean
start(GrpcDesk *desk, GError **error)
{
	static const struct timeval second = { 1, 0 };
	AcceptorDeps deps = {
		.base = desk->base,
		.part = "grpc",
		.clients_max = desk->config->grpc_connections_max,
		.came = came,
		.owner = desk,
	};

	if (!make_tls(desk, error))
		return FALSE;
	deps.tls = desk->tls;
	desk->acceptor = acceptor_new(&deps, desk->config->grpc_listen, error);
	if (desk->acceptor == NULL)
		return FALSE;
	desk->tick = event_new(desk->base, -1, EV_PERSIST, tick, desk);
	event_add(desk->tick, &second);
	return TRUE;
}

GrpcDesk *
grpc_desk_new(Loop *loop, const Config *config, ChainTable *chains,
	      const GPtrArray *engines, GError **error)
{
	GrpcDesk *desk = g_new0(GrpcDesk, 1);

	desk->config = config;
	desk->base = loop_base(loop);
	g_queue_init(&desk->guests);
	if (config->grpc_listen[0] == '\0')
		return desk;
	desk->routes = grpc_routes_new(engines);
	desk->calls = grpc_calls_new(chains, desk->routes,
				     config->grpc_calls_max,
				     (gsize)config->grpc_waiting_max_mib << 20);
	desk->port = (GrpcPort){
		.calls = desk->calls,
		.limits = limits_of(config),
		.handshake_timeout_s = config->grpc_handshake_timeout_s,
		.accepted = was_accepted,
		.refused = was_refused,
		.gone = gone,
		.owner = desk,
	};
	if (start(desk, error))
		return desk;
	grpc_desk_free(desk);
	return NULL;
}

/* ---- stop ---- */

void
grpc_desk_stop(GrpcDesk *desk)
{
	GList *link = desk->guests.head;

	if (desk->calls != NULL)
		desk->calls->stopping = TRUE;
	if (desk->acceptor != NULL)
		acceptor_stop(desk->acceptor);
	while (link != NULL) {
		GList *next = link->next;

		grpc_guest_leave(link->data);
		link = next;
	}
}

static void
drain_is_over(evutil_socket_t fd, short what, void *arg)
{
	tell_drained(arg);
}

void
grpc_desk_drain(GrpcDesk *desk, void (*done)(void *), void *owner)
{
	const struct timeval wait = { desk->guests.length > 0 ? DRAIN_S : 0,
				      0 };

	desk->drained = done;
	desk->drained_owner = owner;
	desk->drain_timer = evtimer_new(desk->base, drain_is_over, desk);
	event_add(desk->drain_timer, &wait);
}

void
grpc_desk_free(GrpcDesk *desk)
{
	if (desk == NULL)
		return;
	desk->drained = NULL;
	while (desk->guests.head != NULL)
		grpc_guest_drop(desk->guests.head->data);
	acceptor_free(desk->acceptor);
	grpc_calls_unref(desk->calls);
	grpc_routes_free(desk->routes);
	if (desk->tick != NULL)
		event_free(desk->tick);
	if (desk->drain_timer != NULL)
		event_free(desk->drain_timer);
	SSL_CTX_free(desk->tls);
	g_free(desk);
}

guint16
grpc_desk_port(const GrpcDesk *desk)
{
	return acceptor_port(desk->acceptor);
}

/* ---- numbers ---- */

gsize
grpc_desk_waiting(const GrpcDesk *desk)
{
	return __atomic_load_n(&desk->calls->queued, __ATOMIC_SEQ_CST);
}

static void
measure_calls(MetricsWriter *w, GrpcCalls *calls)
{
	metrics_gauge(w, "bsn_grpc_calls", "gRPC calls that are served.",
		      (guint64)g_atomic_int_get(&calls->calls), NULL);
	for (guint i = 0; i < G_N_ELEMENTS(calls->ended); i++)
		metrics_counter(w, "bsn_grpc_calls_total",
				"gRPC calls that have ended, by status.",
				calls->ended[i], "status", grpc_status_name(i),
				NULL);
	metrics_gauge(w, "bsn_grpc_waiting_bytes",
		      "Bytes of messages that gRPC clients have not taken yet.",
		      (double)__atomic_load_n(&calls->queued,
					      __ATOMIC_SEQ_CST),
		      NULL);
	metrics_counter(w, "bsn_grpc_received_bytes_total",
			"Bytes of messages that gRPC clients sent.",
			calls->received, NULL);
	metrics_counter(w, "bsn_grpc_sent_bytes_total",
			"Bytes of messages that gRPC clients were sent.",
			calls->sent, NULL);
}

void
grpc_desk_measure(MetricsWriter *w, void *owner)
{
	const GrpcDesk *desk = owner;

	if (desk->acceptor == NULL)
		return;
	metrics_gauge(w, "bsn_grpc_connections",
		      "gRPC clients, those that shake hands included.",
		      acceptor_clients(desk->acceptor), NULL);
	metrics_counter(w, "bsn_grpc_handshakes_total",
			"TLS handshakes of gRPC clients by outcome.",
			desk->accepted, "outcome", "accepted", NULL);
	metrics_counter(w, "bsn_grpc_handshakes_total",
			"TLS handshakes of gRPC clients by outcome.",
			acceptor_refusals(desk->acceptor), "outcome",
			"refused", NULL);
	measure_calls(w, desk->calls);
}
