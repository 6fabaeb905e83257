/* SPDX-License-Identifier: Apache-2.0
 *
 * host/config/address.h: numeric addresses to listen on, "127.0.0.1:8443" or
 * "[::1]:8443". Names are not looked up.
 */
#ifndef HOST_CONFIG_ADDRESS_H
#define HOST_CONFIG_ADDRESS_H

#include <glib.h>
#include <sys/socket.h>

typedef struct {
	struct sockaddr_storage bytes;
	int len;
} Address;

/* FALSE unless it is an IPv4 or bracketed IPv6 address with a port. Port 0 is
 * any that is free. */
gboolean address_parse(const char *text, Address *out);
gboolean address_is_loopback(const Address *address);

#endif
