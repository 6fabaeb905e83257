/* SPDX-License-Identifier: Apache-2.0 */
#include "host/net/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections that the kernel holds until they are accepted. */
#define BACKLOG 1024

static int
listen_on(const struct addrinfo *address)
{
	int one = 1;
	int fd = socket(address->ai_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* Inherited by what is accepted. Without it an answer's last segment
	 * waits 40 ms for the peer's delayed acknowledgement. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Splits "host:port" or "[v6]:port". */
static gboolean
split_address(const char *listen, char **host, char **port)
{
	const char *colon = strrchr(listen, ':');
	gsize len;

	if (colon == NULL || colon == listen || colon[1] == '\0')
		return FALSE;
	len = (gsize)(colon - listen);
	if (listen[0] == '[' && colon[-1] == ']') {
		listen++;
		len -= 2;
	}
	*host = g_strndup(listen, len);
	*port = g_strdup(colon + 1);
	return TRUE;
}

int
listen_open(const char *whose, const char *listen, GError **error)
{
	struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
	};
	struct addrinfo *addresses = NULL;
	g_autofree char *host = NULL;
	g_autofree char *port = NULL;
	int fd;

	if (!split_address(listen, &host, &port) ||
	    getaddrinfo(host, port, &hints, &addresses) != 0) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    "[%s] listen = %s is not an address of this "
			    "host and a port, as in 127.0.0.1:8443",
			    whose, listen);
		return -1;
	}
	fd = listen_on(addresses);
	freeaddrinfo(addresses);
	if (fd < 0)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			    "the %s cannot listen on %s: %s", whose, listen,
			    g_strerror(errno));
	return fd;
}

guint16
listen_port(int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	char port[NI_MAXSERV] = "0";

	if (getsockname(fd, (struct sockaddr *)&address, &len) == 0)
		getnameinfo((struct sockaddr *)&address, len, NULL, 0, port,
			    sizeof(port), NI_NUMERICSERV);
	return (guint16)g_ascii_strtoull(port, NULL, 10);
}
