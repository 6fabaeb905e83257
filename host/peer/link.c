/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/link.h"

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include "host/config/peer_rule.h"
#include "host/peer/link_private.h"

/* Bytes read ahead of what is parsed, at most. */
#define READ_AHEAD_MAX (256u << 10)
/* Who was told goodbye may still be sending: it is listened to for so long, and
 * so many bytes, so that it can read why. */
#define CLOSING_S 3
#define CLOSING_BYTES (1u << 20)
/* Silences, and times in which nothing is taken, that end a link. */
#define KEEPALIVES_MISSED 3

gsize
link_output(const Link *link)
{
	return evbuffer_get_length(link_output_of(link));
}

void
link_enter(Link *link, LinkState state)
{
	link->state = state;
	link->since = g_get_monotonic_time();
}

/* ---- its end ---- */

void
link_free(Link *link)
{
	if (link == NULL)
		return;
	judging_forget(link->judging);
	handshake_free(link->handshake);
	frame_parser_clear(&link->parser);
	peer_host_free(link->host);
	g_clear_error(&link->why);
	event_free(link->feed_event);
	bufferevent_free(link->bev);
	g_free(link);
}

/* Tells the owner and frees. */
static void
end(Link *link)
{
	link->state = LINK_OVER;
	link->deps->events->over(link->deps->owner, link, link->why);
	link_free(link);
}

void
link_note_why(Link *link, gint code, const char *sentence)
{
	if (link->why == NULL)
		link->why = g_error_new_literal(PEER_ERROR, code, sentence);
}

/* The connection broke. */
void
link_lose(Link *link, const char *reason)
{
	link_note_why(link, PEER_LOST, reason);
	end(link);
}

/* Nothing else is said or heard. */
static void
say_goodbye(Link *link)
{
	SSL_shutdown(link->ssl);
	shutdown(bufferevent_getfd(link->bev), SHUT_WR);
}

/* The rest of what is in the buffers is not worth a wait: but for the last
 * words. A socket that takes nothing ends with the tick. */
void
link_start_closing(Link *link)
{
	link_enter(link, LINK_CLOSING);
	judging_forget(g_steal_pointer(&link->judging));
	evbuffer_drain(link_input_of(link),
		       evbuffer_get_length(link_input_of(link)));
	bufferevent_setwatermark(link->bev, EV_WRITE, 0, 0);
	if (link_output(link) == 0)
		say_goodbye(link);
}

void
link_close(Link *link, PeerError code, const char *sentence)
{
	g_autoptr(GByteArray) payload = NULL;

	if (link->state >= LINK_CLOSING)
		return;
	link_note_why(link, (gint)code, sentence);
	if (link->state != LINK_CONNECTING) {
		payload = peer_error_write(code, sentence);
		link_write_frame(link, FRAME_ERROR, NULL, payload->data,
				 payload->len);
	}
	link_start_closing(link);
}

/* ---- events ---- */

static void
ignore_input(Link *link)
{
	const gsize len = evbuffer_get_length(link_input_of(link));

	evbuffer_drain(link_input_of(link), len);
	link->ignored += len;
	if (link->ignored > CLOSING_BYTES)
		end(link);
}

static void
readable(struct bufferevent *bev, void *arg)
{
	Link *link = arg;

	link->heard = g_get_monotonic_time();
	link->asked = FALSE;
	if (link->state == LINK_CLOSING)
		ignore_input(link);
	else
		link_feed(link);
}

static void
drained(struct bufferevent *bev, void *arg)
{
	Link *link = arg;

	if (link->state == LINK_CLOSING && link_output(link) == 0)
		say_goodbye(link);
	else if (link->state == LINK_KNOWN)
		link->deps->events->drained(link->deps->owner, link);
}

static void
output_changed(struct evbuffer *output, const struct evbuffer_cb_info *info,
	       void *arg)
{
	Link *link = arg;

	if (info->n_deleted > 0)
		link->took = g_get_monotonic_time();
}

static const char *
broken_reason(const Link *link, short what)
{
	const int code = EVUTIL_SOCKET_ERROR();

	if (link->state == LINK_CONNECTING && (what & BEV_EVENT_ERROR)) {
		const unsigned long tls =
			bufferevent_get_openssl_error(link->bev);

		if (tls != 0 || code == 0)
			return peer_tls_reason(tls);
		return g_strerror(code);
	}
	if (link->state == LINK_CONNECTING)
		return peer_tls_reason(0);
	if (what & BEV_EVENT_ERROR && code != 0)
		return g_strerror(code);
	return "the other side has left";
}

static void
happened(struct bufferevent *bev, short what, void *arg)
{
	Link *link = arg;

	if (what & BEV_EVENT_CONNECTED) {
		if (link->state == LINK_CONNECTING)
			link_begin_handshake(link);
		return;
	}
	/* What came before the end may say why: an error frame. */
	if (link->state == LINK_KNOWN || link->state == LINK_SHAKING) {
		link->paused = FALSE;
		link_feed(link);
	}
	link_lose(link, broken_reason(link, what));
}

/* ---- making ---- */

static void
name_address(Link *link, const struct sockaddr *address, int len)
{
	const gboolean v6 = address->sa_family == AF_INET6;
	char host[NI_MAXHOST] = "?";
	char port[16] = "?";

	(void)getnameinfo(address, (socklen_t)len, host, sizeof(host), port,
			  sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	(void)g_snprintf(link->address, sizeof(link->address),
			 v6 ? "[%.50s]:%s" : "%.50s:%s", host, port);
	(void)peer_rule_address(address, link->address_bytes);
}

static Link *
link_new(const LinkDeps *deps, evutil_socket_t fd, PeerSide side,
	 const struct sockaddr *address, int len)
{
	SSL *ssl = NULL;
	struct bufferevent *bev = peer_tls_bufferevent(
		deps->tls, loop_base(deps->loop), fd, side, &ssl);
	Link *link;

	if (bev == NULL)
		return NULL;
	link = g_new0(Link, 1);
	link->deps = deps;
	link->side = side;
	link->bev = bev;
	link->ssl = ssl;
	link->feed_event = event_new(loop_base(deps->loop), -1, 0,
				     link_feed_on_loop, link);
	frame_parser_init(&link->parser);
	name_address(link, address, len);
	link_enter(link, LINK_CONNECTING);
	bufferevent_setcb(bev, readable, drained, happened, link);
	bufferevent_setwatermark(bev, EV_READ, 0, READ_AHEAD_MAX);
	bufferevent_setwatermark(bev, EV_WRITE, LINK_OUTPUT_LOW, 0);
	evbuffer_add_cb(link_output_of(link), output_changed, link);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
	return link;
}

Link *
link_accept(const LinkDeps *deps, evutil_socket_t fd,
	    const struct sockaddr *address, int len)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return link_new(deps, fd, PEER_SERVER, address, len);
}

Link *
link_dial(const LinkDeps *deps, const struct sockaddr *address, int len)
{
	Link *link = link_new(deps, -1, PEER_CLIENT, address, len);
	int one = 1;

	if (link == NULL)
		return NULL;
	if (bufferevent_socket_connect(link->bev, address, len) != 0) {
		link_free(link);
		return NULL;
	}
	setsockopt(bufferevent_getfd(link->bev), IPPROTO_TCP, TCP_NODELAY, &one,
		   sizeof(one));
	return link;
}

/* ---- time ---- */

static gboolean
is_over(gint64 then, gint64 now, gint64 seconds)
{
	return now - then > seconds * G_USEC_PER_SEC;
}

static void
tick_known(Link *link, gint64 now)
{
	const guint patience = link->deps->keepalive_s * KEEPALIVES_MISSED;

	if (link->paused)
		link->heard = now; /* it is not listened to */
	if (is_over(link->heard, now, patience)) {
		link_close(link, PEER_SILENT, "nothing has come for too long");
	} else if (link_output(link) > 0 &&
		   is_over(link->took, now, patience)) {
		link_close(link, PEER_SLOW,
			   "nothing has been taken for too long");
	} else if (!link->asked &&
		   is_over(link->heard, now, link->deps->keepalive_s)) {
		link->asked = TRUE;
		link_write_frame(link, FRAME_PING, NULL, NULL, 0);
	}
}

void
link_tick(Link *link, gint64 now)
{
	switch (link->state) {
	case LINK_CONNECTING:
	case LINK_SHAKING:
	case LINK_JUDGING:
		if (is_over(link->since, now, link->deps->handshake_timeout_s))
			link_lose(link, "it took too long to shake hands");
		break;
	case LINK_KNOWN:
		tick_known(link, now);
		break;
	case LINK_CLOSING:
		if (is_over(link->since, now, CLOSING_S))
			end(link);
		break;
	case LINK_OVER:
		break;
	}
}

/* ---- what it is ---- */

gboolean
link_is_open(const Link *link)
{
	return link->state == LINK_KNOWN;
}

PeerSide
link_side(const Link *link)
{
	return link->side;
}

const guint8 *
link_exporter(const Link *link)
{
	return link->exporter;
}

const PeerHost *
link_host(const Link *link)
{
	return link->host;
}

const char *
link_address(const Link *link)
{
	return link->address;
}

const guint8 *
link_address_bytes(const Link *link)
{
	return link->address_bytes;
}

gint64
link_since(const Link *link)
{
	return link->since;
}

guint64
link_received(const Link *link)
{
	return link->received;
}

guint64
link_sent(const Link *link)
{
	return link->sent;
}

void
link_set_data(Link *link, void *data)
{
	link->data = data;
}

void *
link_data(const Link *link)
{
	return link->data;
}
