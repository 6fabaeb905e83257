/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections that come in, become known, and end.
 */
#include "host/peer/peers.h"

#include <string.h>
#include <unistd.h>

#include "host/config/peer_rule.h"
#include "host/net/listen.h"
#include "host/peer/private.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)

/* ---- the log ---- */

void
peers_log(Peers *peers, LogLevel level, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if (peers->told >= TOLD_PER_MINUTE) {
		peers->untold++;
		return;
	}
	peers->told++;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	if (level == LOG_LEVEL_WARNING)
		log_warning("peer", NULL, "%s", text);
	else
		log_info("peer", NULL, "%s", text);
}

static void
begin_minute(Peers *peers, gint64 now)
{
	if (now - peers->minute < MINUTE_US)
		return;
	if (peers->untold > 0)
		log_warning("peer", NULL,
			    "%u more such lines were left out in the last "
			    "minute",
			    peers->untold);
	peers->minute = now;
	peers->told = peers->untold = 0;
}

/* ---- known hosts ---- */

static guint
hash_host(gconstpointer id)
{
	guint hash;

	memcpy(&hash, id, sizeof(hash));
	return hash;
}

static gboolean
equal_hosts(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, HOST_ID_LEN) == 0;
}

static Peer *
peer_of(const Peers *peers, const Link *link)
{
	const PeerHost *host = link_host(link);
	Peer *peer = host != NULL
			     ? g_hash_table_lookup(peers->by_host, host->id)
			     : NULL;

	return peer != NULL && peer->link == link ? peer : NULL;
}

/* When both hosts dial at once, both keep what the one with the lower id has
 * dialled. */
static gboolean
is_preferred(const Peers *peers, const Link *link)
{
	const gboolean lower = memcmp(peers_self(peers)->id,
				      link_host(link)->id, HOST_ID_LEN) < 0;

	return lower == (link_side(link) == PEER_CLIENT);
}

/* Whether a new connection takes the place of one that is there. What is old
 * may have died without a word, and its host knows: it would not have come
 * again. */
static gboolean
is_better(const Peers *peers, const Link *new_link, const Link *old)
{
	const gint64 age = g_get_monotonic_time() - link_since(old);

	if (!link_is_open(old) || link_side(new_link) == link_side(old) ||
	    age > (gint64)peers->link_deps.handshake_timeout_s * G_USEC_PER_SEC)
		return TRUE;
	return is_preferred(peers, new_link);
}

static void
end_peer(Peers *peers, Peer *peer)
{
	g_hash_table_remove(peers->by_host, link_host(peer->link)->id);
	peer_end(peer);
}

static void
close_duplicate(Link *link)
{
	link_close(link, PEER_DUPLICATE,
		   "there is another connection between the two hosts");
}

/* FALSE when the link has been closed instead. */
static gboolean
take_place(Peers *peers, Link *link)
{
	Peer *old = g_hash_table_lookup(peers->by_host, link_host(link)->id);

	if (old != NULL && !is_better(peers, link, old->link)) {
		close_duplicate(link);
		return FALSE;
	}
	if (old != NULL) {
		Link *old_link = old->link;

		end_peer(peers, old);
		close_duplicate(old_link);
	} else if (g_hash_table_size(peers->by_host) >=
		   peers->deps.config->peers_connections_max) {
		link_close(link, PEER_TOO_MANY,
			   "as many hosts are connected as may be");
		return FALSE;
	}
	return TRUE;
}

static void
leave_gate(Peers *peers, const Link *link)
{
	if (link_side(link) == PEER_SERVER)
		gate_leave(peers->gate, link_address_bytes(link));
}

static void
known(void *owner, Link *link)
{
	Peers *peers = owner;
	const Identity *identity = link_host(link)->identity;
	Peer *peer;

	leave_gate(peers, link);
	peers->counters.known++;
	dialer_known(peers->dialer, link);
	if (!take_place(peers, link))
		return;
	log_info("peer", NULL, "connected with %s of %s, %s", identity->name,
		 identity->organisation, link_address(link));
	peer = peer_new(peers, link);
	g_hash_table_insert(peers->by_host, (gpointer)link_host(link)->id,
			    peer);
	dialer_review(peers->dialer);
}

static void
take_frame(void *owner, Link *link, FrameType type, const guint8 *chain,
	   GBytes *payload)
{
	Peer *peer = peer_of(owner, link);

	if (peer != NULL)
		peer_frame(peer, type, chain, payload);
	else
		g_bytes_unref(payload);
}

static void
drained(void *owner, Link *link)
{
	Peer *peer = peer_of(owner, link);

	if (peer != NULL)
		peer_pump(peer);
}

/* ---- ends ---- */

static void
log_unknown(Peers *peers, const Link *link, const GError *why)
{
	if (link_side(link) == PEER_CLIENT)
		return; /* the dialer tells of it */
	peers->counters.refused++;
	peers_log(peers, LOG_LEVEL_WARNING, "%s is not let in: %s (%s)",
		  link_address(link), why->message,
		  peer_error_name((guint)why->code));
}

static void
log_known(Peers *peers, const Link *link, const GError *why)
{
	const Identity *identity = link_host(link)->identity;
	const gboolean expected = why->code == PEER_DUPLICATE ||
				  why->code == PEER_STOPPING ||
				  why->code == PEER_LOST;

	peers->counters.lost++;
	peers_log(peers, expected ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		  "the connection with %s of %s, %s, is over: %s (%s)",
		  identity->name, identity->organisation, link_address(link),
		  why->message, peer_error_name((guint)why->code));
}

static void
check_stopped(Peers *peers)
{
	void (*stopped)(void *owner) = peers->stopped;

	if (stopped == NULL || peers->links.length > 0)
		return;
	peers->stopped = NULL;
	stopped(peers->stopped_owner);
}

static void
over(void *owner, Link *link, const GError *why)
{
	Peers *peers = owner;
	Peer *peer = peer_of(peers, link);

	g_queue_remove(&peers->links, link);
	peers->counters.received += link_received(link);
	peers->counters.sent += link_sent(link);
	if (link_host(link) == NULL) {
		leave_gate(peers, link);
		log_unknown(peers, link, why);
	} else {
		log_known(peers, link, why);
	}
	if (peer != NULL)
		end_peer(peers, peer);
	dialer_over(peers->dialer, link, why);
	dialer_review(peers->dialer);
	check_stopped(peers);
}

static const LinkEvents link_events = { known, take_frame, drained, over };

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
		leave_gate(peers, link);
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

static gboolean
listen_on(Peers *peers, const char *where, GError **error)
{
	struct evconnlistener *listener;
	const int fd = listen_open("peers", where, error);

	if (fd < 0)
		return FALSE;
	listener = evconnlistener_new(loop_base(peers->deps.loop), accepted,
				      peers,
				      LEV_OPT_CLOSE_ON_FREE |
					      LEV_OPT_CLOSE_ON_EXEC,
				      0, fd);
	if (listener == NULL)
		g_error("out of memory");
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
	peers->link_deps.credential = peers_load_credential(config, error);
	if (peers->link_deps.credential == NULL)
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
		.strand = strand_new(deps->workers),
		.events = &link_events,
		.owner = peers,
		.handshake_timeout_s = config->peers_handshake_timeout_s,
		.keepalive_s = config->peers_keepalive_s,
	};
	peers->gate = gate_new(config->peers_handshakes_max,
			       config->peers_handshakes_per_s);
	peers->listeners = g_ptr_array_new_with_free_func(free_listener);
	g_queue_init(&peers->links);
	peers->by_host = g_hash_table_new(hash_host, equal_hosts);
	peers->chains = g_hash_table_new(hash_host, equal_hosts);
	peers->dialer = dialer_new(peers);
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
	check_stopped(peers);
}

void
peers_free(Peers *peers)
{
	if (peers == NULL)
		return;
	dialer_free(peers->dialer); /* while its links live */
	while (peers->links.head != NULL) {
		Link *link = g_queue_pop_head(&peers->links);
		Peer *peer = peer_of(peers, link);

		if (peer != NULL)
			end_peer(peers, peer);
		link_free(link);
	}
	peers_free_chains(peers);
	g_hash_table_unref(peers->by_host);
	g_ptr_array_unref(peers->listeners);
	if (peers->tick != NULL)
		event_free(peers->tick);
	gate_free(peers->gate);
	peer_credential_unref(peers->link_deps.credential);
	peer_tls_free(peers->tls);
	strand_unref(peers->link_deps.strand);
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
