/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/stream_private.h"

#include <event2/bufferevent_ssl.h>

/* Bytes that are read ahead. */
#define READ_AHEAD_MAX (256u << 10)

/* The plugin says who is told. */
static void
offer(bsn_io_stream *stream, const bsn_io_peer *peer)
{
	bsn_io_listener *listener = stream->listener;
	bsn_io_acceptor *acceptor = listener->acceptor;
	bsn_io_events *events;

	if (listener->child == NULL)
		stream_leave_listener(stream);
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
	stream_enter_state(stream, STREAM_OPEN);
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
		stream_look_at_output(stream);
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
		stream_feed(stream);
	else if (stream->said_so || stream->ssl != NULL)
		io_stream_drop(stream);
}

static void
happened(struct bufferevent *bev, short what, void *arg)
{
	bsn_io_stream *stream = arg;

	stream_enter(stream);
	if (what & BEV_EVENT_CONNECTED)
		shaken(stream);
	else if (what & BEV_EVENT_EOF)
		other_side_left(stream);
	else
		failed(stream);
	stream_leave(stream);
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
	stream->clock = evtimer_new(io_account_base(account), stream_clock_rang,
				    stream);
	bufferevent_setcb(stream->bev, stream_readable, stream_drained, happened, stream);
	bufferevent_setwatermark(stream->bev, EV_READ, 0, READ_AHEAD_MAX);
	bufferevent_setwatermark(stream->bev, EV_WRITE,
				 account->service->config.queue_max / 2, 0);
	evbuffer_add_cb(bufferevent_get_input(stream->bev), stream_input_changed,
			stream);
	evbuffer_add_cb(bufferevent_get_output(stream->bev), stream_output_changed,
			stream);
	g_queue_push_tail_link(&account->streams, &stream->link);
	stream_enter_state(stream, STREAM_SHAKING);
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
