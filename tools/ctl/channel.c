/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl channel: ports on which a chain serves its framework's own SDKs, and
 * the files that such an SDK needs. Both work in the node directory.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <arpa/inet.h>

#include "tools/ctl/ctl.h"
#include "tools/ctl/host_conf.h"
#include "tools/ctl/issue.h"
#include "tools/ctl/private_file.h"

#define LISTEN_DEFAULT "127.0.0.1:20200"
#define CONFIG_MAX (256u << 10)

/* ---- the config --------------------------------------------------------- */

/* [channel] listen, as items; NULL with an error when the file is none. */
static char **
read_ports(const char *text, const char *file, GError **error)
{
	g_autoptr(GKeyFile) keys = g_key_file_new();
	g_autoptr(GError) why = NULL;
	g_autofree char *value = NULL;

	if (!g_key_file_load_from_data(keys, text, strlen(text),
				       G_KEY_FILE_NONE, &why)) {
		ctl_fail(error, CTL_ERROR_FAILED, "%s: %s", file,
			 why->message);
		return NULL;
	}
	value = g_key_file_get_value(keys, "channel", "listen", NULL);
	return g_strsplit(value != NULL ? g_strstrip(value) : "", ";", -1);
}

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

/* A config of before there was the key has it appended. */
static char *
with_ports(const char *text, const char *ports)
{
	const HostConfValue values[] = { { "channel", "listen", ports },
					 { NULL, NULL, NULL } };
	char *filled = host_conf_fill_text(text, values, NULL);

	if (filled != NULL)
		return filled;
	return g_strdup_printf("%s\n[channel]\nlisten = %s\n", text, ports);
}

static gboolean
check_new(char *const *ports, const char *chain, GError **error)
{
	for (guint i = 0; ports[i] != NULL; i++) {
		g_auto(GStrv) words =
			g_strsplit(g_strstrip(ports[i]), " ", 2);

		if (g_strcmp0(words[0], chain) == 0)
			return ctl_fail(error, CTL_ERROR_FAILED,
					"chain %s has a port already: %s\n"
					"Change it in [channel] listen of the "
					"node's configuration.",
					chain, words[1]);
	}
	return TRUE;
}

static gboolean
add_port(const Node *node, const char *chain, const char *listen,
	 GError **error)
{
	g_autofree char *file = node_path(node, NODE_CONFIG);
	gsize len;
	g_autofree char *text = ctl_read_file(file, CONFIG_MAX, &len, error);
	g_auto(GStrv) ports =
		text != NULL ? read_ports(text, file, error) : NULL;
	g_autofree char *others = NULL;
	g_autofree char *all = NULL;
	g_autofree char *changed = NULL;

	if (ports == NULL || !check_new(ports, chain, error))
		return FALSE;
	others = g_strjoinv(";", ports);
	all = g_strdup_printf("%s%s%s %s", others,
			      others[0] != '\0' ? ";" : "", chain, listen);
	changed = with_ports(text, all);
	return replace(file, changed, error);
}

/* ---- ports -------------------------------------------------------------- */

/* As the config has addresses: numeric, with a port. */
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

static gboolean
run_open(Ctl *ctl, const Args *args, GError **error)
{
	const char *chain = args_operand(args, 0);
	const char *listen = args_option(args, "listen");
	Node *node = ctl_node(ctl, error);

	if (listen == NULL)
		listen = LISTEN_DEFAULT;
	if (node == NULL || node_directory(node, error) == NULL ||
	    !node_check_name(chain, error))
		return FALSE;
	if (!is_address(listen))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--listen %s is no numeric address with a "
				"port\nGive one like " LISTEN_DEFAULT ".",
				listen);
	if (!issue_channel(node, error) ||
	    !add_port(node, chain, listen, error))
		return FALSE;
	return ctl_show_done(
		ctl, json_pack("{s:s, s:s}", "chain", chain, "listen", listen),
		"SDKs of %s's framework connect to %s once the host has been "
		"restarted.\nNext: bsnctl channel sdk ./conf",
		chain, listen);
}

/* ---- an SDK's files ----------------------------------------------------- */

/* What FISCO's Java SDK reads. */
static char *
config_toml(char *const *ports)
{
	GString *text = g_string_new("[cryptoMaterial]\n"
				     "certPath = \"conf\"\n\n"
				     "[network]\n"
				     "peers = [");

	for (guint i = 0; ports[i] != NULL; i++) {
		const char *space = strchr(g_strstrip(ports[i]), ' ');

		if (space != NULL)
			g_string_append_printf(text, "%s\"%s\"",
					       i > 0 ? ", " : "", space + 1);
	}
	g_string_append(text, "]\n\n"
			      "[account]\n"
			      "keyStoreDir = \"account\"\n"
			      "accountFileFormat = \"pem\"\n\n"
			      "[threadPool]\n"
			      "maxBlockingQueueSize = \"102400\"\n");
	return g_string_free(text, FALSE);
}

static gboolean
write_config(const Node *node, const char *directory, GError **error)
{
	g_autofree char *file = node_path(node, NODE_CONFIG);
	g_autofree char *out =
		g_build_filename(directory, "config.toml", NULL);
	gsize len;
	g_autofree char *text = ctl_read_file(file, CONFIG_MAX, &len, error);
	g_auto(GStrv) ports =
		text != NULL ? read_ports(text, file, error) : NULL;
	g_autofree char *toml = ports != NULL ? config_toml(ports) : NULL;

	return toml != NULL &&
	       private_file_write(out, toml, strlen(toml), error);
}

static gboolean
run_sdk(Ctl *ctl, const Args *args, GError **error)
{
	const char *name = args_option(args, "name");
	Node *node = ctl_node(ctl, error);
	g_autofree char *directory = NULL;

	if (name == NULL)
		name = "sdk";
	if (node == NULL || node_directory(node, error) == NULL ||
	    !node_check_name(name, error))
		return FALSE;
	directory = g_canonicalize_filename(args_operand(args, 0), NULL);
	if (!issue_sdk(node, name, directory, error) ||
	    !write_config(node, directory, error))
		return FALSE;
	return ctl_show_done(ctl,
			     json_pack("{s:s, s:s}", "name", name, "directory",
				       directory),
			     "Made ca.crt, sdk.crt, sdk.key and config.toml in "
			     "%s: give them to the application, and keep "
			     "sdk.key secret.",
			     directory);
}

static const Option open_options[] = {
	{ "listen", 'l', "ADDRESS",
	  "numeric address and port (" LISTEN_DEFAULT ")" },
	{ NULL, 0, NULL, NULL },
};

static const Option sdk_options[] = {
	{ "name", 0, "NAME", "whom the certificate is for (sdk)" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "open", "CHAIN",
	  "Gives a chain a port for its framework's own SDKs", open_options,
	  "bsnctl channel open bank\n"
	  "bsnctl channel open trade --listen 0.0.0.0:20201",
	  run_open },
	{ "sdk", "DIR", "Makes the files that such an SDK connects with",
	  sdk_options,
	  "bsnctl channel sdk ./conf\n"
	  "bsnctl channel sdk ./conf2 --name settlement",
	  run_sdk },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_channel = { "channel",
			    "Lets a framework's own SDKs connect", verbs };
