/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-chaincode/link.h"

#include <bsn/helpers/bytes.h>

/* Bytes that are handed over at once. */
#define PIECE (64u << 10)

struct Link {
	bsn_io_events events;
	bsn_io_alarm alarm;
	const bsn_io *io;
	bsn_io_stream *stream; /* NULL: it is closed */
	bsn_io_timer *timer;
	GrpcConnection *grpc;
	GByteArray *piece; /* taken from grpc, to be written */
	gboolean open, full;
	char *reason; /* why it is over */
	LinkOwner *owner;
};

#define LINK_OF(pointer, member)                                              \
	((Link *)(void *)((char *)(pointer)-G_STRUCT_OFFSET(Link, member)))

static void
lose(Link *link, const char *reason)
{
	if (link->reason == NULL)
		link->reason = g_strdup(reason);
	grpc_connection_lost(link->grpc, reason);
}

/* Returns FALSE when there is no room, or nothing to send. */
static gboolean
send_piece(Link *link, gint64 now)
{
	const guint8 *data;
	gsize n;
	int32_t status;

	while (link->piece->len < PIECE &&
	       (n = grpc_connection_output(link->grpc, &data, now)) > 0)
		g_byte_array_append(link->piece, data, (guint)n);
	if (link->piece->len == 0)
		return FALSE;
	status = link->io->write(link->stream,
				 bsn_slice_of(link->piece->data,
					      link->piece->len));
	link->full = status == BSN_BUSY;
	if (status == BSN_OK)
		g_byte_array_set_size(link->piece, 0);
	else if (status != BSN_BUSY)
		lose(link, "the other side is gone");
	return status == BSN_OK;
}

static void
set_timer(Link *link, gint64 now)
{
	const gint64 deadline = grpc_connection_deadline(link->grpc);

	if (link->timer == NULL)
		return;
	if (deadline == G_MAXINT64)
		link->io->timer_stop(link->timer);
	else
		link->io->timer_set(link->timer,
				    (guint64)MAX(deadline - now, 0) / 1000 + 1);
}

void
link_flush(Link *link)
{
	const gint64 now = g_get_monotonic_time();

	if (!link->open || link->full || link->reason != NULL)
		return;
	while (send_piece(link, now))
		continue;
	if (link->reason == NULL && grpc_connection_ended(link->grpc) &&
	    link->piece->len == 0)
		lose(link, grpc_connection_reason(link->grpc) != NULL
				   ? grpc_connection_reason(link->grpc)
				   : "the connection has ended");
	set_timer(link, now);
}

static void
settle(Link *link)
{
	link_flush(link);
	link->owner->settled(link->owner, link->reason);
}

/* ---- what happens ---- */

static void
opened(bsn_io_events *events, const bsn_io_peer *peer)
{
	Link *link = LINK_OF(events, events);

	link->open = TRUE;
	link->owner->opened(link->owner);
	settle(link);
}

static void
received(bsn_io_events *events, bsn_slice bytes)
{
	Link *link = LINK_OF(events, events);

	grpc_connection_receive(link->grpc, bytes.data, bytes.len,
				g_get_monotonic_time());
	settle(link);
}

static void
writable(bsn_io_events *events)
{
	Link *link = LINK_OF(events, events);

	link->full = FALSE;
	settle(link);
}

static void
closed(bsn_io_events *events, int32_t status, const bsn_err *err)
{
	Link *link = LINK_OF(events, events);

	link->stream = NULL;
	lose(link, err->reason);
	settle(link);
}

static void
rang(bsn_io_alarm *alarm)
{
	Link *link = LINK_OF(alarm, alarm);

	grpc_connection_tick(link->grpc, g_get_monotonic_time());
	settle(link);
}

/* ---- making one ---- */

static Link *
link_new(const bsn_io *io, bsn_io_account *account, GrpcConnection *grpc,
	 LinkOwner *owner)
{
	Link *link = g_new0(Link, 1);

	link->events = (bsn_io_events){ .size = sizeof(link->events),
					.opened = opened,
					.received = received,
					.writable = writable,
					.closed = closed };
	link->alarm.rang = rang;
	link->io = io;
	link->timer = io->timer_new(account, &link->alarm);
	link->grpc = grpc;
	link->piece = g_byte_array_new();
	link->owner = owner;
	return link;
}

Link *
link_accept(const bsn_io *io, bsn_io_account *account, bsn_io_stream *stream,
	    GrpcBegin begin, LinkOwner *owner)
{
	Link *link = link_new(io, account,
			      grpc_server_new(NULL, begin, owner,
					      g_get_monotonic_time()),
			      owner);

	link->stream = stream;
	link->open = TRUE;
	return link;
}

int32_t
link_connect(const bsn_io *io, bsn_io_account *account, const char *where,
	     const bsn_io_tls *tls, guint32 connect_ms, LinkOwner *owner,
	     Link **out, bsn_err *err)
{
	const bsn_io_times times = { .size = sizeof(times),
				     .connect_ms = connect_ms };
	Link *link = link_new(io, account,
			      grpc_client_new(NULL,
					      tls != NULL ? "https" : "http",
					      where, g_get_monotonic_time()),
			      owner);
	int32_t status = io->connect(account, where, tls, &times,
				     &link->events, &link->stream, err);

	if (status == BSN_OK)
		*out = link;
	else
		link_free(link);
	return status;
}

bsn_io_events *
link_events(Link *link)
{
	return &link->events;
}

GrpcConnection *
link_grpc(Link *link)
{
	return link->grpc;
}

void
link_free(Link *link)
{
	if (link == NULL)
		return;
	grpc_connection_free(link->grpc);
	link->io->close(link->stream);
	link->io->timer_free(link->timer);
	g_byte_array_unref(link->piece);
	g_free(link->reason);
	g_free(link);
}
