/* SPDX-License-Identifier: Apache-2.0 */
#include "host/config/address.h"

#include <arpa/inet.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <string.h>

/* The port has digits only: libevent's atoi would take more. */
static gboolean
has_port(const char *text)
{
	const char *colon = strrchr(text, ':');
	gsize digits;

	if (colon == NULL || (text[0] == '[' && colon[-1] != ']'))
		return FALSE;
	digits = strspn(colon + 1, "0123456789");
	return digits > 0 && digits <= 5 && colon[1 + digits] == '\0' &&
	       g_ascii_strtoull(colon + 1, NULL, 10) <= G_MAXUINT16;
}

/* libevent takes port 0 for none, so it is asked about the rest only. */
gboolean
address_parse(const char *text, Address *out)
{
	g_autofree char *host = NULL;
	const char *colon = strrchr(text, ':');
	in_port_t port;

	if (!has_port(text))
		return FALSE;
	host = g_strndup(text, (gsize)(colon - text));
	if (text[0] != '[' && strchr(host, ':') != NULL)
		return FALSE;
	port = htons((guint16)g_ascii_strtoull(colon + 1, NULL, 10));
	memset(out, 0, sizeof(*out));
	out->len = sizeof(out->bytes);
	if (evutil_parse_sockaddr_port(host, (struct sockaddr *)&out->bytes,
				       &out->len) != 0)
		return FALSE;
	if (out->bytes.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&out->bytes)->sin6_port = port;
	else
		((struct sockaddr_in *)&out->bytes)->sin_port = port;
	return TRUE;
}

gboolean
address_is_loopback(const Address *address)
{
	const struct sockaddr_in6 *v6 =
		(const struct sockaddr_in6 *)&address->bytes;
	const struct sockaddr_in *v4 =
		(const struct sockaddr_in *)&address->bytes;

	if (address->bytes.ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}
