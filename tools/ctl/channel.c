/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl channel: ports on which a chain serves its framework's own SDKs, and
 * the files that such an SDK needs. Both work in the node directory.
 */
#include <string.h>

#include "tools/ctl/ctl.h"
#include "tools/ctl/issue.h"
#include "tools/ctl/node_conf.h"
#include "tools/ctl/private_file.h"

#define LISTEN_DEFAULT "127.0.0.1:20200"

/* ---- the config --------------------------------------------------------- */

/* [channel] listen, as items; NULL with an error when the file is none. */
static char **
read_ports(const Node *node, GError **error)
{
	g_autofree char *file = node_path(node, NODE_CONFIG);
	gsize len;
	g_autofree char *text =
		ctl_read_file(file, NODE_CONF_MAX, &len, error);
	g_autoptr(GKeyFile) keys = g_key_file_new();
	g_autoptr(GError) why = NULL;
	g_autofree char *value = NULL;

	if (text == NULL)
		return NULL;
	if (!g_key_file_load_from_data(keys, text, len, G_KEY_FILE_NONE,
				       &why)) {
		ctl_fail(error, CTL_ERROR_FAILED, "%s: %s", file,
			 why->message);
		return NULL;
	}
	value = g_key_file_get_value(keys, "channel", "listen", NULL);
	return g_strsplit(value != NULL ? g_strstrip(value) : "", ";", -1);
}

static gboolean
write_ports(const Node *node, const char *ports, GError **error)
{
	const HostConfValue values[] = { { "channel", "listen", ports },
					 { NULL, NULL, NULL } };

	return node_conf_set(node, values, error);
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
	g_auto(GStrv) ports = read_ports(node, error);
	g_autofree char *others = NULL;
	g_autofree char *all = NULL;

	if (ports == NULL || !check_new(ports, chain, error))
		return FALSE;
	others = g_strjoinv(";", ports);
	all = g_strdup_printf("%s%s%s %s", others,
			      others[0] != '\0' ? ";" : "", chain, listen);
	return write_ports(node, all, error);
}

/* ---- ports -------------------------------------------------------------- */

static gboolean
run_open(Ctl *ctl, const Args *args, GError **error)
{
	const char *chain = args_operand(args, 0);
	const char *listen = args_option(args, "listen");
	Node *node = ctl_node(ctl, error);

	if (listen == NULL)
		listen = LISTEN_DEFAULT;
	if (node == NULL || node_directory(node, error) == NULL ||
	    !node_check_name(chain, error) ||
	    !node_conf_check_listen(listen, LISTEN_DEFAULT, error))
		return FALSE;
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
	g_autofree char *out =
		g_build_filename(directory, "config.toml", NULL);
	g_auto(GStrv) ports = read_ports(node, error);
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
