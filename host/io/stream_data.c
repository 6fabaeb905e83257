/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/stream_private.h"

#include <sys/socket.h>

/* Bytes that are given at once. */
#define GIVE_MAX (64u << 10)

static struct evbuffer *
input_of(const bsn_io_stream *stream)
{
	return bufferevent_get_input(stream->bev);
}

/* ---- receiving ---- */

static void
tell_left(bsn_io_stream *stream)
{
	bsn_io_events *events = stream->events;

	if (stream->left_told)
		return;
	stream->left_told = TRUE;
	if (stream->ssl == NULL && !stream->said_so && BSN_HAS(events, ended))
		events->ended(events);
	else
		io_stream_end(stream, BSN_OK, "the other side has left");
}

/* Gives what has come as long as it is wanted. */
void
stream_feed(bsn_io_stream *stream)
{
	struct evbuffer *input = input_of(stream);

	while (stream->state == STREAM_OPEN && !stream->deaf &&
	       evbuffer_get_length(input) > 0) {
		const gsize len =
			MIN(evbuffer_get_length(input), (gsize)GIVE_MAX);
		const guint8 *data = evbuffer_pullup(input, (ev_ssize_t)len);

		stream->events->received(stream->events,
					 (bsn_slice){ data, len });
		if (stream->state == STREAM_OVER)
			return;
		evbuffer_drain(input, len);
	}
	if (stream->state == STREAM_OPEN && !stream->deaf && stream->left)
		tell_left(stream);
}

void
stream_readable(struct bufferevent *bev, void *arg)
{
	bsn_io_stream *stream = arg;
	struct evbuffer *input = input_of(stream);

	stream_enter(stream);
	if (stream->state == STREAM_LINGERING)
		evbuffer_drain(input, evbuffer_get_length(input));
	else
		stream_feed(stream);
	stream_leave(stream);
}

void
stream_input_changed(struct evbuffer *input,
		     const struct evbuffer_cb_info *info, void *arg)
{
	bsn_io_stream *stream = arg;

	if (info->n_added == 0)
		return;
	stream->account->received += info->n_added;
	stream->moved = g_get_monotonic_time();
}

void
io_stream_receive(bsn_io_stream *stream, guint32 on)
{
	stream->deaf = !on;
	if (stream->deaf) {
		bufferevent_disable(stream->bev, EV_READ);
		return;
	}
	stream->moved = g_get_monotonic_time();
	stream_arm(stream);
	if (!stream->left)
		bufferevent_enable(stream->bev, EV_READ);
	/* What has come already. */
	bufferevent_trigger(stream->bev, EV_READ,
			    BEV_TRIG_DEFER_CALLBACKS |
				    BEV_TRIG_IGNORE_WATERMARKS);
}

/* ---- sending ---- */

static void
say_finished(bsn_io_stream *stream)
{
	stream->said_so = TRUE;
	if (stream->ssl != NULL)
		(void)SSL_shutdown(stream->ssl);
	(void)shutdown(bufferevent_getfd(stream->bev), SHUT_WR);
}

/* All is sent, and nothing more will be. */
static void
sent_all(bsn_io_stream *stream)
{
	say_finished(stream);
	if (stream->state == STREAM_LINGERING) {
		if (stream->left)
			io_stream_drop(stream);
	} else if (stream->left_told) {
		io_stream_end(stream, BSN_OK, "both sides have finished");
	}
}

void
stream_drained(struct bufferevent *bev, void *arg)
{
	bsn_io_stream *stream = arg;

	stream_enter(stream);
	if (stream->state == STREAM_OPEN && stream->full) {
		stream->full = FALSE;
		if (BSN_HAS(stream->events, writable))
			stream->events->writable(stream->events);
	}
	if ((stream->state == STREAM_OPEN ||
	     stream->state == STREAM_LINGERING) &&
	    stream->finished && !stream->said_so && stream_waiting(stream) == 0)
		sent_all(stream);
	stream_leave(stream);
}

void
stream_output_changed(struct evbuffer *output,
		      const struct evbuffer_cb_info *info, void *arg)
{
	bsn_io_stream *stream = arg;

	if (info->n_deleted == 0)
		return;
	stream->account->sent += info->n_deleted;
	stream->took = stream->moved = g_get_monotonic_time();
}

guint64
io_stream_room(bsn_io_stream *stream)
{
	const guint64 max = stream->account->service->config.queue_max;
	const gsize len = stream_waiting(stream);

	return len < max ? max - len : 0;
}

int32_t
io_stream_write(bsn_io_stream *stream, bsn_slice bytes)
{
	gboolean first;

	if (stream->finished)
		return BSN_UNAVAILABLE;
	if (bytes.len > stream->account->service->config.queue_max)
		return BSN_TOO_LARGE;
	if (bytes.len > io_stream_room(stream)) {
		stream->full = TRUE;
		return BSN_BUSY;
	}
	first = stream_waiting(stream) == 0;
	if (first)
		stream->took = g_get_monotonic_time();
	evbuffer_add(bufferevent_get_output(stream->bev), bytes.data,
		     bytes.len);
	if (first)
		stream_arm(stream);
	return BSN_OK;
}

/* The callback that looks whether all is sent comes from the loop. */
void
stream_look_at_output(bsn_io_stream *stream)
{
	if (stream->state != STREAM_SHAKING && stream_waiting(stream) == 0)
		bufferevent_trigger(stream->bev, EV_WRITE,
				    BEV_TRIG_DEFER_CALLBACKS |
					    BEV_TRIG_IGNORE_WATERMARKS);
}

void
io_stream_finish(bsn_io_stream *stream)
{
	if (stream->finished)
		return;
	stream->finished = TRUE;
	stream_look_at_output(stream);
}
