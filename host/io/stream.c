/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/stream_private.h"

#include <bsn/helpers/error.h>
#include <string.h>

/* What a plugin closed may still be sent for so long. */
#define LINGER_MS 5000u

#define CONNECT_MS 10000u
#define STALL_MS 60000u

bsn_io_times
io_times_of(const bsn_io_times *times)
{
	bsn_io_times out = { .size = sizeof(out) };

	if (times != NULL)
		memcpy(&out, times, MIN(times->size, sizeof(out)));
	if (out.connect_ms == 0)
		out.connect_ms = CONNECT_MS;
	if (out.stall_ms == 0)
		out.stall_ms = STALL_MS;
	return out;
}

/* ---- its end ---- */

static void
stream_free(bsn_io_stream *stream)
{
	bufferevent_free(stream->bev);
	event_free(stream->clock);
	io_tls_unref(stream->tls);
	g_free(stream);
}

void
stream_leave_listener(bsn_io_stream *stream)
{
	if (stream->listener != NULL)
		g_queue_unlink(&stream->listener->streams, &stream->its_link);
	stream->listener = NULL;
}

void
io_stream_drop(bsn_io_stream *stream)
{
	if (stream->state == STREAM_OVER)
		return;
	stream->state = STREAM_OVER;
	stream->events = NULL;
	stream_leave_listener(stream);
	g_queue_unlink(&stream->account->streams, &stream->link);
	bufferevent_disable(stream->bev, EV_READ | EV_WRITE);
	bufferevent_setcb(stream->bev, NULL, NULL, NULL, NULL);
	evtimer_del(stream->clock);
	if (stream->busy == 0)
		stream_free(stream);
}

void
io_stream_end(bsn_io_stream *stream, int32_t status, const char *reason)
{
	bsn_io_events *events = stream->events;
	bsn_err err = BSN_ERR_INIT;

	io_stream_drop(stream);
	if (events == NULL)
		return;
	bsn_fail(&err, status, "%.240s", reason);
	events->closed(events, status, &err);
}

void
stream_enter(bsn_io_stream *stream)
{
	stream->busy++;
}

void
stream_leave(bsn_io_stream *stream)
{
	stream->busy--;
	if (stream->state == STREAM_OVER && stream->busy == 0)
		stream_free(stream);
}

/* ---- time ---- */

static gint64
deadline_of(const bsn_io_stream *stream)
{
	const bsn_io_times *times = &stream->times;
	gint64 at = G_MAXINT64;

	switch (stream->state) {
	case STREAM_SHAKING:
		return stream->since + (gint64)times->connect_ms * 1000;
	case STREAM_LINGERING:
		return stream->since + (gint64)LINGER_MS * 1000;
	case STREAM_OPEN:
		break;
	case STREAM_OVER:
		return at;
	}
	if (times->idle_ms > 0 && !stream->deaf)
		at = stream->moved + (gint64)times->idle_ms * 1000;
	if (stream_waiting(stream) > 0)
		at = MIN(at, stream->took + (gint64)times->stall_ms * 1000);
	return at;
}

/* Looks again at the next deadline; what happens meanwhile only puts it off. */
void
stream_arm(bsn_io_stream *stream)
{
	const gint64 at = deadline_of(stream);
	gint64 wait;
	struct timeval delay;

	if (at == G_MAXINT64)
		return;
	wait = MAX(at - g_get_monotonic_time(), 0) + 1000;
	delay.tv_sec = (time_t)(wait / G_USEC_PER_SEC);
	delay.tv_usec = (suseconds_t)(wait % G_USEC_PER_SEC);
	evtimer_add(stream->clock, &delay);
}

static void
time_is_over(bsn_io_stream *stream, gint64 now)
{
	const gint64 stall = (gint64)stream->times.stall_ms * 1000;

	if (stream->state == STREAM_LINGERING)
		io_stream_drop(stream);
	else if (stream->state == STREAM_SHAKING)
		io_stream_end(stream, BSN_TIMEOUT,
			      "connecting and shaking hands took too long");
	else if (stream_waiting(stream) > 0 && now - stream->took >= stall)
		io_stream_end(stream, BSN_TIMEOUT,
			      "the other side took nothing for too long");
	else
		io_stream_end(stream, BSN_TIMEOUT,
			      "the connection was silent for too long");
}

void
stream_clock_rang(evutil_socket_t fd, short what, void *data)
{
	bsn_io_stream *stream = data;
	const gint64 now = g_get_monotonic_time();

	if (deadline_of(stream) <= now)
		time_is_over(stream, now);
	else
		stream_arm(stream);
}

void
stream_enter_state(bsn_io_stream *stream, StreamState state)
{
	stream->state = state;
	stream->since = stream->moved = stream->took = g_get_monotonic_time();
	stream_arm(stream);
}

void
io_stream_close(bsn_io_stream *stream)
{
	if (stream == NULL)
		return;
	if (stream->state != STREAM_OPEN ||
	    (stream->left && stream_waiting(stream) == 0)) {
		io_stream_drop(stream);
		return;
	}
	stream->events = NULL;
	stream->finished = TRUE;
	stream_leave_listener(stream);
	stream_enter_state(stream, STREAM_LINGERING);
	if (!stream->left)
		bufferevent_enable(stream->bev, EV_READ);
	stream_look_at_output(stream);
}
