/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said and heard on a link: the handshake, then frames.
 */
#include "host/peer/link_private.h"

/* A frame's payload that is larger is not copied into the buffer. */
#define COPY_MAX 4096u

void
link_write_frame(Link *link, FrameType type, const guint8 *chain,
		 const void *payload, gsize len)
{
	guint8 head[FRAME_HEAD_LEN];

	if (link_output(link) == 0)
		link->took = g_get_monotonic_time();
	frame_head(head, type, chain, len);
	evbuffer_add(link_output_of(link), head, sizeof(head));
	if (len > 0)
		evbuffer_add(link_output_of(link), payload, len);
	link->sent += sizeof(head) + len;
}

/* ---- the handshake ---- */

static void feed_soon(Link *link);

void
link_begin_handshake(Link *link)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	if (!peer_tls_exporter(link->ssl, link->exporter)) {
		link_lose(link, "its TLS is not of the protocol of hosts");
		return;
	}
	link->state = LINK_SHAKING;
	link->handshake = handshake_new(link->deps->credential, link->side,
					link->exporter);
	handshake_begin(link->handshake, out);
	evbuffer_add(link_output_of(link), out->data, out->len);
	link->took = g_get_monotonic_time();
}

static void
become_known(Link *link)
{
	link_enter(link, LINK_KNOWN);
	link->host = handshake_take_host(link->handshake);
	g_clear_pointer(&link->handshake, handshake_free);
	link->parser.known = TRUE;
	link->heard = link->took = link->since;
	link->deps->events->known(link->deps->owner, link);
}

/* Back from the strand. */
static void
judged(void *owner, Handshake *handshake, HandshakeState state, GByteArray *out,
       const GError *why)
{
	Link *link = owner;

	link->judging = NULL;
	link->handshake = handshake;
	evbuffer_add(link_output_of(link), out->data, out->len);
	link->sent += out->len;
	link->took = g_get_monotonic_time();
	switch (state) {
	case HANDSHAKE_GOES_ON:
		link->state = LINK_SHAKING;
		break;
	case HANDSHAKE_DONE:
		become_known(link);
		break;
	case HANDSHAKE_REFUSED:
		link_note_why(link, why->code, why->message);
		link_start_closing(link);
		return;
	}
	feed_soon(link);
}

static void
judge(Link *link)
{
	link->state = LINK_JUDGING;
	link->judging = judging_new(
		link->deps->loop, link->deps->strand,
		g_steal_pointer(&link->handshake), link->parser.type,
		frame_parser_take(&link->parser), judged, link);
}

/* ---- frames ---- */

static void
told_error(Link *link, GBytes *payload)
{
	gsize len;
	const guint8 *bytes = g_bytes_get_data(payload, &len);

	g_clear_error(&link->why);
	link->why = peer_error_read(bytes, len);
	g_prefix_error(&link->why, link->state == LINK_SHAKING
					   ? "the other side refuses this "
					     "host: "
					   : "the other side ends it: ");
	link_start_closing(link);
}

static void
take_frame(Link *link)
{
	g_autoptr(GBytes) payload = NULL;

	/* What ends a handshake needs no judging, and must not wait for it:
	 * the other side leaves. */
	if (link->state == LINK_SHAKING && link->parser.type != FRAME_ERROR) {
		judge(link);
		return;
	}
	payload = frame_parser_take(&link->parser);
	switch (link->parser.type) {
	case FRAME_ERROR:
		told_error(link, payload);
		break;
	case FRAME_PING:
		if (link_output(link) < LINK_OUTPUT_LOW)
			link_write_frame(link, FRAME_PONG, NULL, NULL, 0);
		G_GNUC_FALLTHROUGH;
	case FRAME_PONG:
	case FRAME_KEY:
	case FRAME_JOIN:
	case FRAME_LEAVE:
	case FRAME_REFUSE:
	case FRAME_CREDIT:
	case FRAME_MESSAGE:
		link->deps->events->frame(link->deps->owner, link,
					  link->parser.type, link->parser.chain,
					  g_steal_pointer(&payload));
		break;
	case FRAME_HELLO:
	case FRAME_PROOF:
		break; /* the parser has refused them */
	}
}

static gboolean
may_feed(const Link *link)
{
	return link->state == LINK_SHAKING ||
	       (link->state == LINK_KNOWN && !link->paused);
}

/* One contiguous piece of the input. */
static void
feed_piece(Link *link)
{
	struct evbuffer_iovec piece;
	FrameEvent event = FRAME_MORE;
	gsize taken;

	evbuffer_peek(link_input_of(link), -1, NULL, &piece, 1);
	taken = frame_parse(&link->parser, piece.iov_base, piece.iov_len,
			    &event);
	link->received += taken;
	evbuffer_drain(link_input_of(link), taken);
	if (event == FRAME_BROKEN)
		link_close(link, PEER_MALFORMED, link->parser.reason);
	else if (event == FRAME_GOT)
		take_frame(link);
}

void
link_feed(Link *link)
{
	if (link->feeding)
		return;
	link->feeding = TRUE;
	while (may_feed(link) && evbuffer_get_length(link_input_of(link)) > 0)
		feed_piece(link);
	link->feeding = FALSE;
}

void
link_feed_on_loop(evutil_socket_t fd, short what, void *arg)
{
	link_feed(arg);
}

static void
feed_soon(Link *link)
{
	event_active(link->feed_event, EV_TIMEOUT, 0);
}

void
link_pause(Link *link)
{
	link->paused = TRUE;
}

void
link_resume(Link *link)
{
	if (!link->paused)
		return;
	link->paused = FALSE;
	feed_soon(link);
}

static void
release(const void *data, size_t len, void *bytes)
{
	g_bytes_unref(bytes);
}

void
link_send(Link *link, FrameType type, const guint8 *chain, GBytes *payload)
{
	gsize len = 0;
	const void *bytes =
		payload != NULL ? g_bytes_get_data(payload, &len) : NULL;
	guint8 head[FRAME_HEAD_LEN];

	if (link->state != LINK_KNOWN)
		return;
	if (len <= COPY_MAX) {
		link_write_frame(link, type, chain, bytes, len);
		return;
	}
	if (link_output(link) == 0)
		link->took = g_get_monotonic_time();
	frame_head(head, type, chain, len);
	evbuffer_add(link_output_of(link), head, sizeof(head));
	evbuffer_add_reference(link_output_of(link), bytes, len, release,
			       g_bytes_ref(payload));
	link->sent += sizeof(head) + len;
}
