/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections that come in; the whole, made and ended.
 */
#include "host/peer/peers.h"

#include <string.h>
#include <unistd.h>

#include "host/config/peer_rule.h"
#include "host/net/listen.h"
#include "host/peer/private.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)

/* ---- the log ---- */

static void
log_line(LineCount *count, LogLevel level, const char *format, va_list args)
{
	g_autofree char *text = NULL;

	if (count->told >= TOLD_PER_MINUTE) {
		count->untold++;
		return;
	}
	count->told++;
	text = g_strdup_vprintf(format, args);
	if (level == LOG_LEVEL_WARNING)
		log_warning("peer", NULL, "%s", text);
	else
		log_info("peer", NULL, "%s", text);
}

void
peers_log(Peers *peers, LogLevel level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(&peers->of_known, level, format, args);
	va_end(args);
}

void
peers_log_stranger(Peers *peers, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(&peers->of_strangers, LOG_LEVEL_WARNING, format, args);
	va_end(args);
}

static void
begin_count(LineCount *count, const char *what)
{
	if (count->untold > 0)
		log_warning("peer", NULL,
			    "%u more lines about %s were left out in the last "
			    "minute",
			    count->untold, what);
	count->told = count->untold = 0;
}

static void
begin_minute(Peers *peers, gint64 now)
{
	if (now - peers->minute < MINUTE_US)
		return;
	peers->minute = now;
	begin_count(&peers->of_strangers, "who was not let in");
	begin_count(&peers->of_known, "other hosts");
}

/* ---- connections that come in ---- */

/* The one that has shaken hands the longest makes room. */
static void
evict_oldest(Peers *peers)
{
	for (GList *at = peers->links.head; at != NULL; at = at->next) {
		Link *link = at->data;

		if (link_host(link) != NULL || link_side(link) != PEER_SERVER)
			continue;
		g_queue_delete_link(&peers->links, at);
		peers_leave_gate(peers, link);
		link_free(link);
		return;
	}
}

static gboolean
may_enter(Peers *peers, const struct sockaddr *address)
{
	const gint64 now = g_get_monotonic_time();
	guint8 bytes[16];
	GateVerdict verdict;

	if (peers->stopping || !peer_rule_address(address, bytes) ||
	    !peer_lists_allow_address(
		    peer_credential_lists(peers->link_deps.credential),
		    address))
		return FALSE;
	verdict = gate_enter(peers->gate, bytes, now);
	if (verdict != GATE_FULL)
		return verdict == GATE_OPEN;
	peers->counters.turned_away++;
	evict_oldest(peers);
	return gate_enter(peers->gate, bytes, now) == GATE_OPEN;
}

static void
accepted(struct evconnlistener *listener, evutil_socket_t fd,
	 struct sockaddr *address, int len, void *arg)
{
	Peers *peers = arg;
	Link *link;

	/* Who is turned away costs two system calls, and no line: a flood of
	 * them must not cost more. */
	if (!may_enter(peers, address)) {
		peers->counters.turned_away++;
		close(fd);
		return;
	}
	peers->counters.accepted++;
	link = link_accept(&peers->link_deps, fd, address, len);
	if (link != NULL) {
		g_queue_push_tail(&peers->links, link);
	} else {
		guint8 bytes[16];

		if (peer_rule_address(address, bytes))
			gate_leave(peers->gate, bytes);
	}
}

/* No descriptor is free: until the next tick the kernel keeps who comes. */
static void
cannot_accept(struct evconnlistener *listener, void *arg)
{
	peers_log(arg, LOG_LEVEL_WARNING, "no connection can be accepted: %s",
		  g_strerror(EVUTIL_SOCKET_ERROR()));
	evconnlistener_disable(listener);
}

static void
accept_again(Peers *peers)
{
	for (guint i = 0; i < peers->listeners->len; i++)
		evconnlistener_enable(peers->listeners->pdata[i]);
}

static gboolean
listen_on(Peers *peers, const char *where, GError **error)
{
	struct evconnlistener *listener;
	const int fd = listen_open("peers", where, error);

	if (fd < 0)
		return FALSE;
	listener = evconnlistener_new(
		loop_base(peers->deps.loop), accepted, peers,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (listener == NULL)
		g_error("out of memory");
	evconnlistener_set_error_cb(listener, cannot_accept);
	g_ptr_array_add(peers->listeners, listener);
	return TRUE;
}

static void
free_listener(gpointer listener)
{
	evconnlistener_free(listener);
}

guint16
peers_port(const Peers *peers, guint index)
{
	return listen_port(
		evconnlistener_get_fd(peers->listeners->pdata[index]));
}

/* ---- time ---- */

static void
tick(evutil_socket_t fd, short what, void *arg)
{
	Peers *peers = arg;
	const gint64 now = g_get_monotonic_time();
	GList *at = peers->links.head;

	begin_minute(peers, now);
	peers_end_bans(peers, now);
	accept_again(peers);
	while (at != NULL) {
		GList *next = at->next;

		link_tick(at->data, now);
		at = next;
	}
	peers_review(peers);
}

/* ---- the whole ---- */

gboolean
peers_are_wanted(const Config *config)
{
	return config->peers_listen[0] != NULL ||
	       config->peers_connect[0] != NULL;
}

static gboolean
start(Peers *peers, GError **error)
{
	static const struct timeval second = { 1, 0 };
	const Config *config = peers->deps.config;

	peers->tls = peer_tls_new(error);
	if (peers->tls == NULL)
		return FALSE;
	peers->link_deps.tls = peers->tls;
	if (!peers_load_credential(peers, error))
		return FALSE;
	for (char **where = config->peers_listen; *where != NULL; where++)
		if (!listen_on(peers, *where, error))
			return FALSE;
	peers->tick = event_new(loop_base(peers->deps.loop), -1, EV_PERSIST,
				tick, peers);
	event_add(peers->tick, &second);
	for (char **where = config->peers_connect; *where != NULL; where++)
		dialer_want(peers->dialer, *where, NULL);
	dialer_review(peers->dialer);
	return TRUE;
}

Peers *
peers_new(const PeersDeps *deps, GError **error)
{
	const Config *config = deps->config;
	Peers *peers = g_new0(Peers, 1);

	peers->deps = *deps;
	peers->carrier = peers_net_carrier;
	peers->carrier.queue_max = config->peers_queue_max;
	peers->link_deps = (LinkDeps){
		.loop = deps->loop,
		.strand = strand_new(deps->workers, BSN_CPU_HOST),
		.events = &peers_link_events,
		.owner = peers,
		.handshake_timeout_s = config->peers_handshake_timeout_s,
		.keepalive_s = config->peers_keepalive_s,
	};
	peers->gate = gate_new(config->peers_handshakes_max,
			       config->peers_handshakes_per_s);
	peers->listeners = g_ptr_array_new_with_free_func(free_listener);
	g_queue_init(&peers->links);
	peers->by_host = g_hash_table_new(peers_hash_id, peers_equal_ids);
	peers->chains = g_hash_table_new(peers_hash_id, peers_equal_ids);
	peers->banned = g_hash_table_new_full(peers_hash_id, peers_equal_ids,
					      NULL, g_free);
	peers->dialer = dialer_new(peers);
	peers->introductions =
		g_build_filename(config->node_data_directory, "peers", NULL);
	peers->minute = g_get_monotonic_time();
	if (start(peers, error))
		return peers;
	peers_free(peers);
	return NULL;
}

void
peers_stop(Peers *peers, void (*done)(void *owner), void *owner)
{
	GList *at = peers->links.head;

	peers->stopping = TRUE;
	peers->stopped = done;
	peers->stopped_owner = owner;
	g_ptr_array_set_size(peers->listeners, 0);
	dialer_stop(peers->dialer);
	while (at != NULL) {
		GList *next = at->next;

		link_close(at->data, PEER_STOPPING, "the host stops");
		at = next;
	}
	peers_check_stopped(peers);
}

void
peers_free(Peers *peers)
{
	if (peers == NULL)
		return;
	dialer_free(peers->dialer); /* while its links live */
	while (peers->links.head != NULL) {
		Link *link = g_queue_pop_head(&peers->links);
		Peer *peer = peers_find(peers, link);

		if (peer != NULL)
			peers_end_peer(peers, peer);
		link_free(link);
	}
	peers_free_chains(peers);
	g_hash_table_unref(peers->by_host);
	g_hash_table_unref(peers->banned);
	g_ptr_array_unref(peers->listeners);
	if (peers->tick != NULL)
		event_free(peers->tick);
	gate_free(peers->gate);
	peer_credential_unref(peers->link_deps.credential);
	peer_tls_free(peers->tls);
	strand_unref(peers->link_deps.strand);
	g_free(peers->introductions);
	g_strfreev(peers->introduced);
	g_free(peers);
}

const NetCarrier *
peers_carrier(const Peers *peers)
{
	return &peers->carrier;
}

const PeerHost *
peers_self(const Peers *peers)
{
	return peer_credential_self(peers->link_deps.credential);
}
