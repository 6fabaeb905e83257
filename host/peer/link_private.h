/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/link_private.h: the inside of a link.
 */
#ifndef HOST_PEER_LINK_PRIVATE_H
#define HOST_PEER_LINK_PRIVATE_H

#include <event2/buffer.h>

#include "host/peer/judging.h"
#include "host/peer/link.h"

#define ADDRESS_TEXT_MAX 80

typedef enum {
	LINK_CONNECTING, /* TCP or TLS is not up yet */
	LINK_SHAKING,	 /* the handshake inside TLS awaits a frame */
	LINK_JUDGING,	 /* a frame of it is judged on the strand */
	LINK_KNOWN,
	LINK_CLOSING, /* the last words are on their way */
	LINK_OVER,    /* `over` has been called */
} LinkState;

struct Link {
	const LinkDeps *deps;
	PeerSide side;
	LinkState state;
	struct bufferevent *bev;
	SSL *ssl;
	guint8 exporter[EXPORTER_LEN];
	Handshake *handshake; /* not while it is judged */
	Judging *judging;
	FrameParser parser;
	PeerHost *host;
	GError *why; /* it closes */
	struct event *feed_event;
	gboolean paused, feeding, asked;
	char address[ADDRESS_TEXT_MAX];
	guint8 address_bytes[16];
	gint64 since; /* of the state, or of its beginning while it shakes
		       * hands; monotonic, us; likewise: */
	gint64 heard, took;
	guint64 received, sent;
	gsize ignored; /* bytes that came while it closes */
	void *data;
};

static inline struct evbuffer *
link_input_of(const Link *link)
{
	return bufferevent_get_input(link->bev);
}

static inline struct evbuffer *
link_output_of(const Link *link)
{
	return bufferevent_get_output(link->bev);
}

/* ---- link.c ---- */

void link_enter(Link *link, LinkState state);
/* The connection broke: tells the owner and frees. */
void link_lose(Link *link, const char *reason);
/* `code` and `sentence` are why it ends, unless that is known already. */
void link_note_why(Link *link, gint code, const char *sentence);
/* Nothing but what is queued is said any more. */
void link_start_closing(Link *link);

/* ---- link_talk.c: what is said and heard ---- */

/* TLS is up. */
void link_begin_handshake(Link *link);
/* Takes the frames that have come. */
void link_feed(Link *link);
/* The same from the loop; an event's callback. */
void link_feed_on_loop(evutil_socket_t fd, short what, void *link);
/* Queues a small frame. */
void link_write_frame(Link *link, FrameType type, const guint8 *chain,
		      const void *payload, gsize len);

#endif
