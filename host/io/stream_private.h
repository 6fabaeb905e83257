/* SPDX-License-Identifier: Apache-2.0
 *
 * host/io/stream_private.h: a connection from inside.
 *
 *   stream        its states, its time, its end
 *   stream_begin  how one begins; what libevent tells
 *   stream_data   bytes in and out
 *
 * Callbacks of libevent are between stream_enter and stream_leave: what a plugin
 * ends meanwhile is there until then, as STREAM_OVER.
 */
#ifndef HOST_IO_STREAM_PRIVATE_H
#define HOST_IO_STREAM_PRIVATE_H

#include <event2/buffer.h>
#include <event2/event.h>

#include "host/io/private.h"

typedef enum {
	STREAM_SHAKING, /* it connects, or hands are shaken */
	STREAM_OPEN,
	STREAM_LINGERING, /* the plugin has forgotten it */
	STREAM_OVER,	  /* freed when the present callback returns */
} StreamState;

struct bsn_io_stream {
	GList link;	/* the account's */
	GList its_link; /* the listener's, while `listener` */
	bsn_io_account *account;
	bsn_io_listener *listener; /* NULL: none, or it has no say any more */
	bsn_io_events *events;	   /* NULL: nobody is told */
	IoTls *tls;
	struct bufferevent *bev;
	SSL *ssl; /* NULL: in clear */
	bsn_io_times times;
	StreamState state;
	guint busy; /* depth of callbacks */
	gboolean deaf;	   /* `received` may not come */
	gboolean full;	   /* `writable` is due */
	gboolean finished; /* nothing more is written; likewise: */
	gboolean said_so;  /* the other side knows */
	gboolean left;	   /* the other side sends nothing more; and */
	gboolean left_told;
	struct event *clock; /* looks at these now and then: */
	gint64 since;	     /* of the state; monotonic, us; likewise: */
	gint64 moved;	     /* bytes either way */
	gint64 took;	     /* output left, or there was none */
};

/* Bytes that wait to be sent. */
static inline gsize
stream_waiting(const bsn_io_stream *stream)
{
	return evbuffer_get_length(bufferevent_get_output(stream->bev));
}

/* ---- stream.c ---- */

void stream_enter(bsn_io_stream *stream);
void stream_leave(bsn_io_stream *stream);
void stream_enter_state(bsn_io_stream *stream, StreamState state);
/* Looks at its deadlines from now on. */
void stream_arm(bsn_io_stream *stream);
/* An event's callback. */
void stream_clock_rang(evutil_socket_t fd, short what, void *stream);
/* It has no listener any more. */
void stream_leave_listener(bsn_io_stream *stream);

/* ---- stream_data.c ---- */

/* A bufferevent's callbacks, and its buffers'. */
void stream_readable(struct bufferevent *bev, void *stream);
void stream_drained(struct bufferevent *bev, void *stream);
void stream_input_changed(struct evbuffer *input,
			  const struct evbuffer_cb_info *info, void *stream);
void stream_output_changed(struct evbuffer *output,
			   const struct evbuffer_cb_info *info, void *stream);
/* Gives what has come as long as it is wanted. */
void stream_feed(bsn_io_stream *stream);
/* Has the loop see whether all is sent. */
void stream_look_at_output(bsn_io_stream *stream);

#endif
