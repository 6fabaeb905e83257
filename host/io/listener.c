/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bsn/helpers/error.h>
#include <event2/listener.h>

#include "host/io/private.h"
#include "host/net/listen.h"

#define BACKLOG 128

static void
accepted(struct evconnlistener *socket, evutil_socket_t fd,
	 struct sockaddr *address, int len, void *arg)
{
	bsn_io_listener *listener = arg;
	bsn_io_account *account = listener->account;
	char peer[BSN_IO_ADDRESS_MAX];

	if (account->streams.length <
	    account->service->config.connections_max) {
		io_stream_accept(listener, (int)fd);
		return;
	}
	io_address_of_peer((int)fd, peer);
	io_account_refuse(account, peer,
			  "as many connections are open as may be: [io] "
			  "connections_max");
	evutil_closesocket(fd);
}

bsn_io_listener *
io_listen_on(bsn_io_account *account, int fd, IoTls *tls,
	     const bsn_io_times *times, bsn_io_acceptor *acceptor)
{
	bsn_io_listener *listener = g_new0(bsn_io_listener, 1);

	listener->link.data = listener;
	listener->account = account;
	listener->acceptor = acceptor;
	listener->tls = tls;
	listener->times = io_times_of(times);
	listener->socket = evconnlistener_new(
		io_account_base(account), accepted, listener,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	g_queue_push_tail_link(&account->listeners, &listener->link);
	return listener;
}

/* A socket that nobody listens on any more is in the way: the directory is this
 * daemon's alone. */
static gboolean
is_in_use(const bsn_io_account *account, const char *path)
{
	for (GList *link = account->listeners.head; link != NULL;
	     link = link->next) {
		const bsn_io_listener *listener = link->data;

		if (g_strcmp0(listener->path, path) == 0)
			return TRUE;
	}
	(void)unlink(path);
	return FALSE;
}

static int32_t
listen_unix(const bsn_io_account *account, const IoAddress *where, int *fd,
	    bsn_err *err)
{
	const char *path = strchr(where->text, ':') + 1;

	if (is_in_use(account, path))
		return bsn_fail(err, BSN_CONFLICT, "%.150s is listened on",
				path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd >= 0 &&
	    bind(*fd, (const struct sockaddr *)&where->bytes, where->len) ==
		    0 &&
	    listen(*fd, BACKLOG) == 0)
		return BSN_OK;
	bsn_fail(err, BSN_E_IO, "%.150s cannot be listened on: %s", path,
		 g_strerror(errno));
	if (*fd >= 0)
		close(*fd);
	return BSN_E_IO;
}

static int32_t
listen_internet(IoAddress *where, int *fd, bsn_err *err)
{
	g_autoptr(GError) error = NULL;

	*fd = listen_open("io", where->text, &error);
	if (*fd < 0)
		return bsn_fail(err, BSN_CONFLICT, "%.200s", error->message);
	g_snprintf(where->text, sizeof(where->text),
		   where->bytes.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u",
		   where->host, listen_port(*fd));
	return BSN_OK;
}

int32_t
io_listen(bsn_io_account *account, const char *where, const bsn_io_tls *tls,
	  const bsn_io_times *times, bsn_io_acceptor *acceptor,
	  bsn_io_listener **out, bsn_sink *address, bsn_err *err)
{
	IoAddress at;
	IoTls *with;
	int fd = -1;
	int32_t status = io_address_of(account, where, TRUE, &at, err);

	if (status != BSN_OK)
		return status;
	if (account->listeners.length >= IO_LISTENERS_MAX)
		return bsn_fail(err, BSN_BUSY, "there are %u listeners",
				IO_LISTENERS_MAX);
	with = io_tls_new(tls, TRUE, NULL, err);
	if (with == NULL)
		return BSN_BAD_REQUEST;
	status = at.host[0] == '\0' ? listen_unix(account, &at, &fd, err) :
				      listen_internet(&at, &fd, err);
	if (status != BSN_OK) {
		io_tls_unref(with);
		return status;
	}
	*out = io_listen_on(account, fd, with, times, acceptor);
	if (at.host[0] == '\0')
		(*out)->path = g_strdup(strchr(at.text, ':') + 1);
	return address == NULL ? BSN_OK :
				 address->write(address, at.text,
						strlen(at.text));
}

void
io_listener_close(bsn_io_listener *listener)
{
	if (listener == NULL)
		return;
	g_queue_unlink(&listener->account->listeners, &listener->link);
	/* Those that still shake hands have nobody to be told of. */
	while (listener->streams.head != NULL)
		io_stream_drop(listener->streams.head->data);
	evconnlistener_free(listener->socket);
	if (listener->path != NULL)
		(void)unlink(listener->path);
	g_free(listener->path);
	io_tls_unref(listener->tls);
	g_free(listener);
}

void
io_listener_end_all(bsn_io_listener *listener, const char *reason)
{
	while (listener->streams.head != NULL)
		io_stream_end(listener->streams.head->data, BSN_UNAVAILABLE,
			      reason);
}
