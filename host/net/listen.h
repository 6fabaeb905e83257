/* SPDX-License-Identifier: Apache-2.0
 *
 * host/net/listen.h: sockets that the host's servers listen on.
 */
#ifndef HOST_NET_LISTEN_H
#define HOST_NET_LISTEN_H

#include <glib.h>

/* A socket that listens on "127.0.0.1:8443" or "[::1]:8443", port 0 for any, as
 * [whose] listen in the config says. -1 with an error that names it. */
int listen_open(const char *whose, const char *listen, GError **error);
/* The port that it listens on. */
guint16 listen_port(int fd);

#endif
