/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection of a plugin, from the first byte of its handshake to its end.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bsn/helpers/error.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "host/io/private.h"

/* Bytes that are read ahead, and that are given at once. */
#define READ_AHEAD_MAX (256u << 10)
#define GIVE_MAX (64u << 10)
/* What a plugin closed may still be sent for so long. */
#define LINGER_MS 5000u

#define CONNECT_MS 10000u
#define STALL_MS 60000u

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

bsn_io_times
io_times_of(const bsn_io_times *times)
{
	bsn_io_times out = { .size = sizeof(out) };

	if (times != NULL)
		out = *times;
	if (out.connect_ms == 0)
		out.connect_ms = CONNECT_MS;
	if (out.stall_ms == 0)
		out.stall_ms = STALL_MS;
	return out;
}

static struct evbuffer *
input_of(const bsn_io_stream *stream)
{
	return bufferevent_get_input(stream->bev);
}

static gsize
waiting(const bsn_io_stream *stream)
{
	return evbuffer_get_length(bufferevent_get_output(stream->bev));
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

static void
leave_listener(bsn_io_stream *stream)
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
	leave_listener(stream);
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

static void
enter(bsn_io_stream *stream)
{
	stream->busy++;
}

/* FALSE: the stream is no more. */
static gboolean
leave(bsn_io_stream *stream)
{
	stream->busy--;
	if (stream->state != STREAM_OVER)
		return TRUE;
	if (stream->busy == 0)
		stream_free(stream);
	return FALSE;
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
	if (waiting(stream) > 0)
		at = MIN(at, stream->took + (gint64)times->stall_ms * 1000);
	return at;
}

/* Looks again at the next deadline; what happens meanwhile only puts it off. */
static void
arm(bsn_io_stream *stream)
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
	else if (waiting(stream) > 0 && now - stream->took >= stall)
		io_stream_end(stream, BSN_TIMEOUT,
			      "the other side took nothing for too long");
	else
		io_stream_end(stream, BSN_TIMEOUT,
			      "the connection was silent for too long");
}

static void
clock_rang(evutil_socket_t fd, short what, void *data)
{
	bsn_io_stream *stream = data;
	const gint64 now = g_get_monotonic_time();

	if (deadline_of(stream) <= now)
		time_is_over(stream, now);
	else
		arm(stream);
}

static void
enter_state(bsn_io_stream *stream, StreamState state)
{
	stream->state = state;
	stream->since = stream->moved = stream->took = g_get_monotonic_time();
	arm(stream);
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
static void
feed(bsn_io_stream *stream)
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

static void
readable(struct bufferevent *bev, void *arg)
{
	bsn_io_stream *stream = arg;
	struct evbuffer *input = input_of(stream);

	enter(stream);
	if (stream->state == STREAM_LINGERING)
		evbuffer_drain(input, evbuffer_get_length(input));
	else
		feed(stream);
	(void)leave(stream);
}

static void
input_changed(struct evbuffer *input, const struct evbuffer_cb_info *info,
	      void *arg)
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
	arm(stream);
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

static void
drained(struct bufferevent *bev, void *arg)
{
	bsn_io_stream *stream = arg;

	enter(stream);
	if (stream->state == STREAM_OPEN && stream->full) {
		stream->full = FALSE;
		if (BSN_HAS(stream->events, writable))
			stream->events->writable(stream->events);
	}
	if ((stream->state == STREAM_OPEN ||
	     stream->state == STREAM_LINGERING) &&
	    stream->finished && !stream->said_so && waiting(stream) == 0)
		sent_all(stream);
	(void)leave(stream);
}

static void
output_changed(struct evbuffer *output, const struct evbuffer_cb_info *info,
	       void *arg)
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
	const gsize len = waiting(stream);

	return len < max ? max - len : 0;
}

int32_t
io_stream_write(bsn_io_stream *stream, bsn_slice bytes)
{
	if (stream->finished)
		return BSN_UNAVAILABLE;
	if (bytes.len > stream->account->service->config.queue_max)
		return BSN_TOO_LARGE;
	if (bytes.len > io_stream_room(stream)) {
		stream->full = TRUE;
		return BSN_BUSY;
	}
	if (bytes.len > 0 && waiting(stream) == 0) {
		stream->took = g_get_monotonic_time();
		evbuffer_add(bufferevent_get_output(stream->bev), bytes.data,
			     bytes.len);
		arm(stream);
	} else if (bytes.len > 0) {
		evbuffer_add(bufferevent_get_output(stream->bev), bytes.data,
			     bytes.len);
	}
	return BSN_OK;
}

/* The callback that looks whether all is sent comes from the loop. */
static void
look_at_output(bsn_io_stream *stream)
{
	if (stream->state != STREAM_SHAKING && waiting(stream) == 0)
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
	look_at_output(stream);
}

void
io_stream_close(bsn_io_stream *stream)
{
	if (stream == NULL)
		return;
	if (stream->state != STREAM_OPEN || (stream->left && waiting(stream) == 0)) {
		io_stream_drop(stream);
		return;
	}
	stream->events = NULL;
	stream->finished = TRUE;
	leave_listener(stream);
	enter_state(stream, STREAM_LINGERING);
	if (!stream->left)
		bufferevent_enable(stream->bev, EV_READ);
	look_at_output(stream);
}

/* ---- beginning ---- */

/* The plugin says who is told. */
static void
offer(bsn_io_stream *stream, const bsn_io_peer *peer)
{
	bsn_io_listener *listener = stream->listener;
	bsn_io_acceptor *acceptor = listener->acceptor;
	bsn_io_events *events;

	if (listener->child == NULL)
		leave_listener(stream);
	events = acceptor->accepted(acceptor, stream, peer);
	if (stream->state == STREAM_OVER)
		return;
	if (BSN_HAS(events, received) && BSN_HAS(events, closed)) {
		stream->account->accepted++;
		stream->events = events;
		return;
	}
	io_account_refuse(stream->account, peer->address,
			  "the plugin does not take it");
	io_stream_drop(stream);
}

static void
begin(bsn_io_stream *stream)
{
	bsn_io_peer peer = { .size = sizeof(peer) };
	char address[BSN_IO_ADDRESS_MAX];
	unsigned char *der = NULL;
	X509 *certificate = stream->ssl != NULL ?
				    SSL_get0_peer_certificate(stream->ssl) :
				    NULL;
	const int len = certificate != NULL ? i2d_X509(certificate, &der) : 0;

	io_address_of_peer(bufferevent_getfd(stream->bev), address);
	peer.address = address;
	if (len > 0)
		peer.certificate = (bsn_slice){ der, (guint64)len };
	enter_state(stream, STREAM_OPEN);
	if (stream->listener != NULL)
		offer(stream, &peer);
	else if (BSN_HAS(stream->events, opened))
		stream->events->opened(stream->events, &peer);
	OPENSSL_free(der);
}

static void
refuse(bsn_io_stream *stream, const char *reason)
{
	char address[BSN_IO_ADDRESS_MAX];

	if (stream->events != NULL) {
		io_stream_end(stream, BSN_DENIED, reason);
		return;
	}
	io_address_of_peer(bufferevent_getfd(stream->bev), address);
	io_account_refuse(stream->account, address, reason);
	io_stream_drop(stream);
}

static void
shaken(bsn_io_stream *stream)
{
	const char *wrong = stream->ssl != NULL ?
				    io_tls_judge(stream->tls, stream->ssl) :
				    NULL;

	if (wrong != NULL) {
		refuse(stream, wrong);
		return;
	}
	if (stream->events != NULL)
		stream->account->connected++;
	begin(stream);
	if (stream->state == STREAM_OPEN && stream->finished)
		look_at_output(stream);
}

/* ---- events ---- */

static void
failed(bsn_io_stream *stream)
{
	const int error = EVUTIL_SOCKET_ERROR();
	const unsigned long code =
		stream->ssl != NULL ?
			bufferevent_get_openssl_error(stream->bev) :
			0;
	const char *tls = stream->ssl != NULL ?
				  io_tls_failure(stream->ssl, code) :
				  NULL;

	if (stream->state == STREAM_LINGERING)
		io_stream_drop(stream);
	else if (stream->state == STREAM_OPEN)
		io_stream_end(stream, BSN_UNAVAILABLE,
			      error != 0 ? evutil_socket_error_to_string(error) :
					   "the other side is gone");
	else if (tls != NULL || stream->events == NULL)
		refuse(stream, tls != NULL ? tls :
					     "it left while hands were shaken");
	else
		io_stream_end(stream, BSN_UNAVAILABLE,
			      error != 0 ?
				      evutil_socket_error_to_string(error) :
				      "the other side left at once");
}

static void
other_side_left(bsn_io_stream *stream)
{
	stream->left = TRUE;
	if (stream->state == STREAM_SHAKING)
		failed(stream);
	else if (stream->state == STREAM_OPEN)
		feed(stream);
	else if (stream->said_so || stream->ssl != NULL)
		io_stream_drop(stream);
}

static void
happened(struct bufferevent *bev, short what, void *arg)
{
	bsn_io_stream *stream = arg;

	enter(stream);
	if (what & BEV_EVENT_CONNECTED)
		shaken(stream);
	else if (what & BEV_EVENT_EOF)
		other_side_left(stream);
	else
		failed(stream);
	(void)leave(stream);
}

/* ---- making one ---- */

static struct bufferevent *
bufferevent_of(bsn_io_stream *stream, int fd, enum bufferevent_ssl_state state)
{
	struct event_base *base = io_account_base(stream->account);
	const int options = BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS;
	struct bufferevent *bev;

	if (stream->tls->context == NULL)
		return bufferevent_socket_new(base, fd, options);
	stream->ssl = io_tls_begin(stream->tls);
	if (stream->ssl == NULL)
		return NULL;
	bev = bufferevent_openssl_socket_new(base, fd, stream->ssl, state,
					     options);
	/* A peer that leaves without close_notify is a peer that left. */
	if (bev != NULL)
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

static bsn_io_stream *
stream_new(bsn_io_account *account, IoTls *tls, const bsn_io_times *times,
	   int fd, enum bufferevent_ssl_state state)
{
	bsn_io_stream *stream = g_new0(bsn_io_stream, 1);

	stream->link.data = stream->its_link.data = stream;
	stream->account = account;
	stream->tls = io_tls_ref(tls);
	stream->times = io_times_of(times);
	stream->bev = bufferevent_of(stream, fd, state);
	if (stream->bev == NULL)
		g_error("out of memory");
	stream->clock = evtimer_new(io_account_base(account), clock_rang,
				    stream);
	bufferevent_setcb(stream->bev, readable, drained, happened, stream);
	bufferevent_setwatermark(stream->bev, EV_READ, 0, READ_AHEAD_MAX);
	bufferevent_setwatermark(stream->bev, EV_WRITE,
				 account->service->config.queue_max / 2, 0);
	evbuffer_add_cb(bufferevent_get_input(stream->bev), input_changed,
			stream);
	evbuffer_add_cb(bufferevent_get_output(stream->bev), output_changed,
			stream);
	g_queue_push_tail_link(&account->streams, &stream->link);
	enter_state(stream, STREAM_SHAKING);
	return stream;
}

void
io_stream_accept(bsn_io_listener *listener, int fd)
{
	bsn_io_stream *stream = stream_new(listener->account, listener->tls,
					   &listener->times, fd,
					   BUFFEREVENT_SSL_ACCEPTING);

	stream->listener = listener;
	g_queue_push_tail_link(&listener->streams, &stream->its_link);
	bufferevent_enable(stream->bev, EV_READ | EV_WRITE);
	if (stream->ssl == NULL)
		bufferevent_trigger_event(stream->bev, BEV_EVENT_CONNECTED,
					  BEV_TRIG_DEFER_CALLBACKS);
}

bsn_io_stream *
io_stream_connect(bsn_io_account *account, const IoAddress *address, IoTls *tls,
		  const bsn_io_times *times, bsn_io_events *events)
{
	bsn_io_stream *stream = stream_new(account, tls, times, -1,
					   BUFFEREVENT_SSL_CONNECTING);
	struct sockaddr_storage to = address->bytes;

	stream->events = events;
	/* What cannot be begun is told like what fails later. */
	if (bufferevent_socket_connect(stream->bev, (struct sockaddr *)&to,
				       (int)address->len) != 0)
		bufferevent_trigger_event(stream->bev, BEV_EVENT_ERROR,
					  BEV_TRIG_DEFER_CALLBACKS);
	bufferevent_enable(stream->bev, EV_READ | EV_WRITE);
	return stream;
}
