/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/private.h"

/* ---- room for messages that are not whole yet ---- */

static gboolean
has_room(const GrpcConnection *connection, gsize len)
{
	/* One may always come, so that not all wait for each other. */
	return connection->assembling == 0 ||
	       connection->assembling + len <= connection->limits.assembly_max;
}

static void
take_room(GrpcCall *call)
{
	call->reserved = call->reader.len;
	call->connection->assembling += call->reserved;
}

static void
reserve_room(GrpcCall *call)
{
	GrpcConnection *connection = call->connection;

	if (g_queue_is_empty(&connection->assembly_queue) &&
	    has_room(connection, call->reader.len)) {
		take_room(call);
		return;
	}
	call->waits_for_room = TRUE;
	g_queue_push_tail(&connection->assembly_queue, call);
}

/* Memory that a message has got is counted, not what it says that it will need:
 * who says much and sends little takes nothing from others. */
static void
share_room(GrpcCall *call)
{
	const GrpcLimits *limits = &call->connection->limits;
	const gsize room = call->reader.room;

	if (limits->shared == NULL || room <= call->shared)
		return;
	*limits->shared += room - call->shared;
	call->shared = room;
	if (*limits->shared > limits->shared_max &&
	    room > limits->stream_window)
		grpc_call_fail(call, GRPC_RESOURCE_EXHAUSTED,
			       "too many large messages are being received: "
			       "try again later");
}

void
grpc_call_release_room(GrpcCall *call)
{
	GrpcConnection *connection = call->connection;
	GrpcCall *next;

	if (call->shared > 0)
		*connection->limits.shared -= call->shared;
	call->shared = 0;

	if (call->waits_for_room)
		g_queue_remove(&connection->assembly_queue, call);
	call->waits_for_room = FALSE;
	connection->assembling -= call->reserved;
	call->reserved = 0;
	while ((next = g_queue_peek_head(&connection->assembly_queue)) !=
		       NULL &&
	       has_room(connection, next->reader.len)) {
		g_queue_pop_head(&connection->assembly_queue);
		next->waits_for_room = FALSE;
		take_room(next);
		grpc_call_ready(next);
	}
}

/* ---- bytes to messages ---- */

static void
free_unread(GrpcCall *call)
{
	g_clear_pointer(&call->unread, g_byte_array_unref);
	call->unread_at = 0;
}

void
grpc_call_drop_input(GrpcCall *call)
{
	call->deaf = TRUE;
	g_queue_clear_full(&call->inbox, (GDestroyNotify)g_bytes_unref);
	grpc_reader_clear(&call->reader);
	grpc_call_release_room(call);
	/* Else the bytes are in use, and freed by who uses them. */
	if (!call->parsing)
		free_unread(call);
}

gboolean
grpc_call_has_unread(const GrpcCall *call)
{
	return call->unread != NULL;
}

static gboolean
may_parse(const GrpcCall *call)
{
	return !call->deaf && !call->waits_for_room && call->method != NULL &&
	       (call->wanted > 0 || !grpc_call_streams_in(call));
}

static void
got_message(GrpcCall *call)
{
	g_queue_push_tail(&call->inbox, grpc_reader_steal(&call->reader));
	/* One that is not a stream's keeps its room until it is told, which the
	 * other side can put off. */
	if (grpc_call_streams_in(call))
		grpc_call_release_room(call);
	call->received++;
	if (call->wanted > 0)
		call->wanted--;
	grpc_call_ready(call);
}

static void
on_reader_event(GrpcCall *call, GrpcReaderEvent event)
{
	switch (event) {
	case GRPC_READER_MORE:
		break;
	case GRPC_READER_LENGTH:
		reserve_room(call);
		break;
	case GRPC_READER_MESSAGE:
		got_message(call);
		break;
	case GRPC_READER_COMPRESSED:
		grpc_call_fail(call, GRPC_INTERNAL,
			       "a message has Compressed-Flag %u, but no "
			       "compression was agreed upon",
			       call->reader.prefix[0]);
		break;
	case GRPC_READER_TOO_LARGE:
		grpc_call_fail(call, GRPC_RESOURCE_EXHAUSTED,
			       "a message of %" G_GSIZE_FORMAT " bytes is "
			       "larger than the limit, %" G_GSIZE_FORMAT,
			       call->reader.len, call->reader.message_max);
		break;
	}
}

static gsize
parse(GrpcCall *call, const guint8 *data, gsize len)
{
	GrpcReaderEvent event;
	gsize taken = 0;

	call->parsing = TRUE;
	while (taken < len && may_parse(call)) {
		if (call->received == 1 && !grpc_call_streams_in(call)) {
			grpc_call_fail(call, GRPC_UNIMPLEMENTED,
				       "more than one message came where the "
				       "method has one");
			break;
		}
		taken += grpc_reader_take(&call->reader, data + taken,
					  len - taken, &event);
		share_room(call);
		if (!call->deaf)
			on_reader_event(call, event);
	}
	call->parsing = FALSE;
	if (call->stream_id != 0 && taken > 0)
		nghttp2_session_consume_stream(call->connection->session,
					       call->stream_id, taken);
	return taken;
}

void
grpc_call_receive_unread(GrpcCall *call)
{
	if (call->unread == NULL || !may_parse(call))
		return;
	call->unread_at += parse(call, call->unread->data + call->unread_at,
				 call->unread->len - call->unread_at);
	if (call->deaf || call->unread_at == call->unread->len)
		free_unread(call);
	grpc_connection_touch(call->connection);
}

/* What is read is cut off before more is added. */
static void
keep_unread(GrpcCall *call, const guint8 *data, gsize len)
{
	if (call->unread == NULL)
		call->unread = g_byte_array_new();
	if (call->unread_at > 0)
		g_byte_array_remove_range(call->unread, 0,
					  (guint)call->unread_at);
	call->unread_at = 0;
	g_byte_array_append(call->unread, data, (guint)len);
}

void
grpc_call_receive(GrpcCall *call, const guint8 *data, gsize len)
{
	gsize taken = 0;

	if (call->unread == NULL)
		taken = parse(call, data, len);
	if (call->deaf || taken == len)
		return;
	keep_unread(call, data + taken, len - taken);
	grpc_call_receive_unread(call);
}

void
grpc_call_read(GrpcCall *call)
{
	if (call->wanted < G_MAXUINT)
		call->wanted++;
	grpc_call_ready(call);
}
