/* SPDX-License-Identifier: Apache-2.0
 *
 * What a plugin may listen on and connect to.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

#include <bsn/helpers/error.h>

#include "host/config/address.h"
#include "host/io/private.h"

#define UNIX "unix:"
#define NAME_LETTERS                                                          \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

static int32_t
unix_address(const bsn_io_account *account, const char *name, IoAddress *out,
	     bsn_err *err)
{
	struct sockaddr_un *address = (struct sockaddr_un *)&out->bytes;
	g_autofree char *path = NULL;

	if (name[0] == '\0' || name[0] == '.' ||
	    strspn(name, NAME_LETTERS) != strlen(name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a Unix socket's name is of letters, digits, "
				"'.', '_' and '-'");
	path = g_build_filename(account->directory, name, NULL);
	if (strlen(path) >= sizeof(address->sun_path))
		return bsn_fail(err, BSN_TOO_LARGE,
				"the path %.120s is over %zu bytes: give the "
				"node a shorter data_directory",
				path, sizeof(address->sun_path) - 1);
	address->sun_family = AF_UNIX;
	strcpy(address->sun_path, path);
	out->len = sizeof(*address);
	g_snprintf(out->text, sizeof(out->text), UNIX "%s", path);
	return BSN_OK;
}

/* Numeric host, and port in host byte order. */
static guint16
split(const struct sockaddr *address, char host[INET6_ADDRSTRLEN])
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;

	if (address->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, host, INET6_ADDRSTRLEN);
		return ntohs(v6->sin6_port);
	}
	inet_ntop(AF_INET, &v4->sin_addr, host, INET6_ADDRSTRLEN);
	return ntohs(v4->sin_port);
}

/* "PLUGIN ADDRESS:PORT" of the config; its port 0 is any. */
static gboolean
item_allows(const char *item, const char *plugin, const char *host,
	    guint16 port)
{
	const char *space = strchr(item, ' ');
	const gsize len = space != NULL ? (gsize)(space - item) : 0;
	char allowed[INET6_ADDRSTRLEN];
	Address address;
	guint16 its_port;

	if (len == 0 || strlen(plugin) != len ||
	    strncmp(item, plugin, len) != 0 ||
	    !address_parse(space + strspn(space, " "), &address))
		return FALSE;
	its_port = split((const struct sockaddr *)&address.bytes, allowed);
	return strcmp(allowed, host) == 0 &&
	       (its_port == 0 || its_port == port);
}

static gboolean
is_allowed(const bsn_io_account *account, gboolean listening,
	   const char *host, guint16 port)
{
	const IoConfig *config = &account->service->config;
	const char *const *item = listening ? config->listen : config->connect;

	for (; item != NULL && *item != NULL; item++)
		if (item_allows(*item, io_account_name(account), host, port))
			return TRUE;
	return FALSE;
}

static int32_t
internet_address(const bsn_io_account *account, const char *where,
		 gboolean listening, IoAddress *out, bsn_err *err)
{
	Address address;
	guint16 port;

	if (!address_parse(where, &address))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%.60s is neither unix:NAME nor a numeric "
				"address with a port",
				where);
	port = split((const struct sockaddr *)&address.bytes, out->host);
	if (!is_allowed(account, listening, out->host, port))
		return bsn_fail(err, BSN_DENIED,
				"%s is not allowed to %s %.60s: an "
				"administrator does so in [io] %s",
				io_account_name(account),
				listening ? "listen on" : "connect to", where,
				listening ? "listen" : "connect");
	out->bytes = address.bytes;
	out->len = (socklen_t)address.len;
	g_snprintf(out->text, sizeof(out->text),
		   address.bytes.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u",
		   out->host, port);
	return BSN_OK;
}

int32_t
io_address_of(const bsn_io_account *account, const char *where,
	      gboolean listening, IoAddress *out, bsn_err *err)
{
	memset(out, 0, sizeof(*out));
	if (g_str_has_prefix(where, UNIX))
		return unix_address(account, where + strlen(UNIX), out, err);
	return internet_address(account, where, listening, out, err);
}

void
io_address_of_peer(int fd, char text[BSN_IO_ADDRESS_MAX])
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);
	char host[INET6_ADDRSTRLEN];
	guint16 port;

	g_strlcpy(text, "unix", BSN_IO_ADDRESS_MAX);
	if (getpeername(fd, (struct sockaddr *)&address, &len) != 0 ||
	    (address.ss_family != AF_INET && address.ss_family != AF_INET6))
		return;
	port = split((const struct sockaddr *)&address, host);
	g_snprintf(text, BSN_IO_ADDRESS_MAX,
		   address.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u", host,
		   port);
}
