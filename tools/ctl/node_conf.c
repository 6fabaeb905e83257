/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/node_conf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tools/ctl/ctl.h"
#include "tools/ctl/private_file.h"

/* In place of the old file, whole or not at all. */
static gboolean
replace(const char *file, const char *text, GError **error)
{
	g_autofree char *fresh = g_strconcat(file, ".new", NULL);

	(void)g_unlink(fresh);
	if (!private_file_write(fresh, text, strlen(text), error))
		return FALSE;
	if (g_rename(fresh, file) == 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be written: %s",
			file, g_strerror(errno));
}

static char *
with_group(const char *text, const HostConfValue *values)
{
	GString *all = g_string_new(text);

	g_string_append_printf(all, "\n[%s]\n", values[0].section);
	for (guint i = 0; values[i].section != NULL; i++)
		g_string_append_printf(all, "%s = %s\n", values[i].key,
				       values[i].value);
	return g_string_free(all, FALSE);
}

gboolean
node_conf_set(const Node *node, const HostConfValue *values, GError **error)
{
	g_autofree char *file = node_path(node, NODE_CONFIG);
	gsize len;
	g_autofree char *text =
		ctl_read_file(file, NODE_CONF_MAX, &len, error);
	g_autofree char *changed = NULL;

	if (text == NULL)
		return FALSE;
	changed = host_conf_fill_text(text, values, NULL);
	if (changed == NULL)
		changed = with_group(text, values);
	return replace(file, changed, error);
}

static gboolean
is_address(const char *listen)
{
	const char *colon = strrchr(listen, ':');
	g_autofree char *host = NULL;
	guint8 address[16];
	guint64 port;
	gsize len;

	if (colon == NULL ||
	    !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
		return FALSE;
	len = (gsize)(colon - listen);
	if (len > 2 && listen[0] == '[' && colon[-1] == ']')
		host = g_strndup(listen + 1, len - 2);
	else
		host = g_strndup(listen, len);
	return inet_pton(listen[0] == '[' ? AF_INET6 : AF_INET, host,
			 address) == 1;
}

gboolean
node_conf_check_listen(const char *listen, const char *example, GError **error)
{
	if (is_address(listen))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"--listen %s is no numeric address with a port\nGive "
			"one like %s.",
			listen, example);
}
