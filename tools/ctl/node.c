/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/node.h"

#include <string.h>

#include "tools/ctl/error.h"

#define NAME_MAX_LEN 63

void
node_free(Node *node)
{
	if (node == NULL)
		return;
	g_free(node->directory);
	g_free(node->url);
	g_free(node);
}

static const char *
environment(const char *name)
{
	const char *value = g_getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* An address loses the slash at its end. */
static gboolean
take_url(Node *node, const char *spec, GError **error)
{
	gsize len = strlen(spec);

	if (!g_str_has_prefix(spec, "https://"))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s is not an https address\nThe gateway "
				"speaks https only: https://HOST:PORT.",
				spec);
	while (len > 0 && spec[len - 1] == '/')
		len--;
	node->url = g_strndup(spec, len);
	node->directory = g_strdup(environment("BSN_HOME"));
	return TRUE;
}

static gboolean
take_directory(Node *node, const char *spec, GError **error)
{
	if (!g_file_test(spec, G_FILE_TEST_IS_DIR))
		return ctl_fail(error, CTL_ERROR_FAILED,
				"there is no node directory %s\nMake one with "
				"'bsnctl init %s', or name another with "
				"--node.",
				spec, spec);
	node->directory = g_canonicalize_filename(spec, NULL);
	return TRUE;
}

Node *
node_find(const char *spec, GError **error)
{
	g_autoptr(Node) node = g_new0(Node, 1);
	gboolean ok = TRUE;

	if (spec == NULL)
		spec = environment("BSN_NODE");
	if (spec == NULL)
		spec = environment("BSN_HOME");
	if (spec == NULL && g_file_test(NODE_CONFIG, G_FILE_TEST_EXISTS))
		spec = ".";
	if (spec == NULL)
		return g_steal_pointer(&node);
	if (strstr(spec, "://") != NULL)
		ok = take_url(node, spec, error);
	else
		ok = take_directory(node, spec, error);
	return ok ? g_steal_pointer(&node) : NULL;
}

const char *
node_directory(const Node *node, GError **error)
{
	if (node->directory == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "no node directory is known\nName it with --node DIR "
			 "or in BSN_HOME; make one with 'bsnctl init DIR'.");
	return node->directory;
}

static char *
read_value(const char *file, const char *section, const char *key,
	   GError **why)
{
	g_autoptr(GKeyFile) config = g_key_file_new();

	if (!g_key_file_load_from_file(config, file, G_KEY_FILE_NONE, why))
		return NULL;
	return g_key_file_get_string(config, section, key, why);
}

char *
node_config_value(const Node *node, const char *section, const char *key,
		  GError **error)
{
	g_autofree char *file = NULL;
	g_autoptr(GError) why = NULL;
	char *value;

	if (node_directory(node, error) == NULL)
		return NULL;
	file = node_path(node, NODE_CONFIG);
	value = read_value(file, section, key, &why);
	if (value == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s does not tell [%s] %s: %s", file, section, key,
			 why->message);
	return value;
}

static char *
read_listen(const char *file, GError **error)
{
	g_autoptr(GError) why = NULL;
	char *listen = read_value(file, "gateway", "listen", &why);

	if (listen == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s does not tell the gateway's address: %s\nName the "
			 "address with --node https://HOST:PORT and the "
			 "directory in BSN_HOME.",
			 file, why->message);
	return listen;
}

char *
node_url_of_listen(const char *listen)
{
	const char *colon = strrchr(listen, ':');
	g_autofree char *host = NULL;
	guint64 port;

	if (colon == NULL || colon == listen ||
	    !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
		return NULL;
	host = g_strndup(listen, (gsize)(colon - listen));
	if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "*") == 0)
		return g_strdup_printf("https://127.0.0.1%s", colon);
	if (strcmp(host, "[::]") == 0)
		return g_strdup_printf("https://[::1]%s", colon);
	return g_strdup_printf("https://%s%s", host, colon);
}

char *
node_url(const Node *node, GError **error)
{
	g_autofree char *file = NULL;
	g_autofree char *listen = NULL;
	char *url;

	if (node->url != NULL)
		return g_strdup(node->url);
	if (node_directory(node, error) == NULL)
		return NULL;
	file = node_path(node, NODE_CONFIG);
	listen = read_listen(file, error);
	if (listen == NULL)
		return NULL;
	url = node_url_of_listen(listen);
	if (url == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "[gateway] listen = %s in %s is not ADDRESS:PORT\n"
			 "Write it like 127.0.0.1:8443.",
			 listen, file);
	return url;
}

char *
node_path(const Node *node, const char *relative)
{
	return g_build_filename(node->directory, relative, NULL);
}

gboolean
node_check_name(const char *name, GError **error)
{
	gsize len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (len > 0 && len <= NAME_MAX_LEN && name[len] == '\0')
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"'%s' is no name\nUse 1 to %d of the characters a-z, "
			"0-9 and '-'.",
			name, NAME_MAX_LEN);
}

char *
node_identity_path(const Node *node, const char *name, const char *file,
		   GError **error)
{
	if (node_directory(node, error) == NULL ||
	    !node_check_name(name, error))
		return NULL;
	return g_build_filename(node->directory, "ids", name, file, NULL);
}
