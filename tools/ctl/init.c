/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl init: a working node in one command. Everything is made in a
 * directory beside the wanted one, which then takes its name, so that there is
 * a whole node or none.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "identity/certificate.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/host_conf.h"
#include "tools/ctl/issue.h"
#include "tools/ctl/peer_trust.h"
#include "tools/ctl/plugin_digest.h"
#include "tools/ctl/private_file.h"
#include "tools/ctl/programs.h"

#define PORT_DEFAULT 8443
#define OPS_PORT_DEFAULT 9464

typedef struct {
	char *directory; /* as wanted, absolute */
	const char *organisation;
	const char *plugin_dir;
	const char *algorithm;      /* of the identities and who issues them */
	const char *host_algorithm; /* of the host's own identity */
	guint64 port;
	guint64 ops_port;
	const char *peer_listen; /* where other hosts connect; "" for nowhere */
	char *compiler; /* the host's, for Solidity; "" for none */
	char *modules;	/* of chaincodes; NULL for none */
	char *child_paths;  /* what the host's children may read */
	GPtrArray *plugins; /* file names, in order */
	GString *digests;   /* as the config has them */
	GString *frameworks;
} Plan;

static void
plan_clear(Plan *plan)
{
	g_free(plan->directory);
	g_free(plan->compiler);
	g_free(plan->modules);
	g_free(plan->child_paths);
	g_ptr_array_unref(plan->plugins);
	g_string_free(plan->digests, TRUE);
	g_string_free(plan->frameworks, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plan, plan_clear)

/* ---- plugins ------------------------------------------------------------ */

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
find_plugins(Plan *plan)
{
	GDir *dir = g_dir_open(plan->plugin_dir, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		if (g_str_has_suffix(name, ".so"))
			g_ptr_array_add(plan->plugins, g_strdup(name));
	if (dir != NULL)
		g_dir_close(dir);
	g_ptr_array_sort(plan->plugins, compare_names);
}

static void
append_item(GString *list, const char *item, gsize len)
{
	g_string_append(list, list->len > 0 ? ";" : "");
	g_string_append_len(list, item, (gssize)len);
}

/* An engine's file is called engine-FRAMEWORK.so. */
static void
take_framework(Plan *plan, const char *name)
{
	static const char prefix[] = "engine-";
	gsize len = strlen(name) - strlen(".so");

	if (g_str_has_prefix(name, prefix) && len > strlen(prefix))
		append_item(plan->frameworks, name + strlen(prefix),
			    len - strlen(prefix));
}

static gboolean
trust_plugins(Plan *plan, GError **error)
{
	for (guint i = 0; i < plan->plugins->len; i++) {
		const char *name = plan->plugins->pdata[i];
		g_autofree char *file =
			g_build_filename(plan->plugin_dir, name, NULL);
		g_autofree char *digest = plugin_digest(file, error);

		if (digest == NULL)
			return FALSE;
		append_item(plan->digests, digest, strlen(digest));
		take_framework(plan, name);
	}
	return TRUE;
}

/* ---- making it ---------------------------------------------------------- */

static gboolean
make_directories(const Node *node, GError **error)
{
	static const char *const names[] = { "ca", "tls", "ids", "peers" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = node_path(node, names[i]);

		if (!private_directory_make(path, error))
			return FALSE;
	}
	return TRUE;
}

/* A node is called as its directory, if that makes a name. */
static char *
node_name_of(const char *directory)
{
	g_autofree char *name = g_path_get_basename(directory);

	return node_check_name(name, NULL) ? g_steal_pointer(&name)
					   : g_strdup("node1");
}

static gboolean
make_config(const Node *node, const Plan *plan, GError **error)
{
	g_autofree char *file = node_path(node, NODE_CONFIG);
	g_autofree char *listen =
		g_strdup_printf("127.0.0.1:%" G_GUINT64_FORMAT, plan->port);
	g_autofree char *ops =
		g_strdup_printf("127.0.0.1:%" G_GUINT64_FORMAT, plan->ops_port);
	g_autofree char *name = node_name_of(plan->directory);
	const HostConfValue values[] = {
		{ "node", "name", name },
		{ "node", "data_directory", "data" },
		{ "gateway", "listen", listen },
		{ "gateway", "tls_certificate", NODE_TLS_CERT },
		{ "gateway", "tls_key", NODE_TLS_KEY },
		{ "peers", "listen", plan->peer_listen },
		{ "peers", "ca_files", NODE_HOST_CAS },
		{ "identity", "ca_files", NODE_IDENTITY_CA },
		{ "plugins", "directories", plan->plugin_dir },
		{ "plugins", "frameworks", plan->frameworks->str },
		{ "plugins", "trust_digests", plan->digests->str },
		{ "io", "child_paths", plan->child_paths },
		{ "compiler", "solidity", plan->compiler },
		{ "ops", "listen", ops },
		{ NULL, NULL, NULL },
	};
	g_autofree char *sample = host_conf_fill(values, error);
	g_autofree char *group =
		plan->modules != NULL ? programs_chaincode_group(plan->modules)
				      : NULL;
	g_autofree char *text = NULL;

	if (sample == NULL)
		return FALSE;
	text = g_strconcat(sample, group, NULL);
	return private_file_write(file, text, strlen(text), error);
}

static gboolean
make_all(const Node *node, const Plan *plan, GError **error)
{
	g_autofree char *name = node_name_of(plan->directory);

	return make_directories(node, error) &&
	       issue_authorities(node, plan->organisation, plan->algorithm,
				 error) &&
	       issue_server(node, error) &&
	       issue_host(node, name, plan->host_algorithm, error) &&
	       peer_trust_begin(node, error) &&
	       issue_identity(node, "admin", ROLE_ADMIN, plan->algorithm,
			      error) &&
	       issue_identity(node, "app1", ROLE_CLIENT, plan->algorithm,
			      error) &&
	       make_config(node, plan, error);
}

static gboolean
take_name(const char *made, const char *wanted, GError **error)
{
	if (rename(made, wanted) == 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be made: %s",
			wanted, g_strerror(errno));
}

static gboolean
make_node(const Plan *plan, GError **error)
{
	Node node = { .directory =
			      g_strconcat(plan->directory, ".XXXXXX", NULL) };
	gboolean ok;

	if (g_mkdtemp_full(node.directory, 0700) == NULL) {
		ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be made: %s",
			 plan->directory, g_strerror(errno));
		g_free(node.directory);
		return FALSE;
	}
	ok = make_all(&node, plan, error) &&
	     take_name(node.directory, plan->directory, error);
	if (!ok)
		private_directory_remove(node.directory);
	g_free(node.directory);
	return ok;
}

/* ---- what it runs for others --------------------------------------------- */

static gboolean
read_compiler(Plan *plan, const Args *args, GError **error)
{
	const char *project = args_option(args, "solc");

	plan->compiler =
		project != NULL ? programs_solc(project, error) : g_strdup("");
	return plan->compiler != NULL;
}

static gboolean
read_chaincode(Plan *plan, const Args *args, GError **error)
{
	const char *project = args_option(args, "chaincode-modules");

	plan->child_paths = host_conf_sample_value("io", "child_paths");
	if (project == NULL)
		return TRUE;
	plan->modules = programs_chaincode_modules(project, error);
	if (plan->modules == NULL)
		return FALSE;
	if (strchr(plan->modules, ';') == NULL) {
		char *both = g_strconcat(plan->child_paths, ";", plan->modules,
					 NULL);

		g_free(plan->child_paths);
		plan->child_paths = both;
		return TRUE;
	}
	return ctl_fail(error, CTL_ERROR_FAILED,
			"%s cannot stand in a list of the configuration\nMove "
			"it to a path without a semicolon.",
			plan->modules);
}

/* ---- the command -------------------------------------------------------- */

static gboolean
is_empty_directory(const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	gboolean empty = dir != NULL && g_dir_read_name(dir) == NULL;

	if (dir != NULL)
		g_dir_close(dir);
	return empty;
}

static gboolean
check_free(const char *directory, GError **error)
{
	if (!g_file_test(directory, G_FILE_TEST_EXISTS) ||
	    is_empty_directory(directory))
		return TRUE;
	return ctl_fail(
		error, CTL_ERROR_FAILED,
		"%s exists already and is kept as it is\nChoose another "
		"directory, or remove it first if nobody needs its "
		"keys and chains.",
		directory);
}

/* Only hosts know each other by secp256k1. */
static gboolean
read_algorithms(Plan *plan, const Args *args, GError **error)
{
	static const char *const own[] = { "sm2", "ecdsa-p256", NULL };
	static const char *const hosts[] = { "sm2", "ecdsa-p256",
					     IDENTITY_SECP256K1, NULL };

	plan->algorithm = args_choice(args, "algorithm", own, error);
	plan->host_algorithm = plan->algorithm;
	if (plan->algorithm != NULL &&
	    args_option(args, "host-algorithm") != NULL)
		plan->host_algorithm =
			args_choice(args, "host-algorithm", hosts, error);
	return plan->host_algorithm != NULL;
}

/* Only what the host takes for an address is known to it; a port is what is
 * forgotten. */
static gboolean
read_peer_listen(Plan *plan, const Args *args, GError **error)
{
	const char *listen = args_option(args, "peer-listen");
	g_autofree char *url = NULL;

	plan->peer_listen = listen != NULL ? listen : "";
	if (listen == NULL)
		return TRUE;
	url = node_url_of_listen(listen);
	if (url != NULL)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"--peer-listen %s is not ADDRESS:PORT\nWrite it like "
			"0.0.0.0:8400.",
			listen);
}

static gboolean
read_plan(Plan *plan, const Args *args, GError **error)
{
	const char *plugin_dir = args_option(args, "plugin-dir");
	const char *organisation = args_option(args, "org");
	g_autofree char *absolute = NULL;

	plan->directory = g_canonicalize_filename(args_operand(args, 0), NULL);
	plan->organisation =
		organisation != NULL ? organisation : "Example Organisation";
	if (!args_number(args, "port", PORT_DEFAULT, 1, 65535, &plan->port,
			 error) ||
	    !args_number(args, "ops-port", OPS_PORT_DEFAULT, 1, 65535,
			 &plan->ops_port, error) ||
	    !read_peer_listen(plan, args, error))
		return FALSE;
	if (!read_algorithms(plan, args, error))
		return FALSE;
	if (plan->port == plan->ops_port)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--port and --ops-port are the same\n"
				"Give them different numbers.");
	if (plugin_dir != NULL && !g_file_test(plugin_dir, G_FILE_TEST_IS_DIR))
		return ctl_fail(error, CTL_ERROR_FAILED,
				"there is no plugin directory %s\nGive the one "
				"that holds the .so files.",
				plugin_dir);
	absolute = g_canonicalize_filename(
		plugin_dir != NULL ? plugin_dir : BSN_PLUGIN_DIR, NULL);
	plan->plugin_dir = g_intern_string(absolute);
	return check_free(plan->directory, error);
}

static void
print_made(const Output *output, const Plan *plan)
{
	FILE *to = output->file;

	fprintf(to, "Made %s\n", plan->directory);
	fprintf(to, "  %-16s the host's configuration\n", NODE_CONFIG);
	fprintf(to,
		"  %-16s the certificate authorities of %s: keep ca/*.key "
		"safe\n",
		"ca/", plan->organisation);
	fprintf(to, "  %-16s the gateway's certificate, for localhost\n",
		"tls/");
	fprintf(to, "  %-16s an administrator\n", "ids/admin/");
	fprintf(to, "  %-16s an application\n", "ids/app1/");
	if (plan->plugins->len > 0)
		fprintf(to, "It trusts the %u plugins in %s\n",
			plan->plugins->len, plan->plugin_dir);
	else
		fprintf(to,
			"No plugins are in %s: set [plugins] in the "
			"configuration before the first chain\n",
			plan->plugin_dir);
	fprintf(to,
		"\nNext:\n  bsn-hostd --config %s/%s\n"
		"  bsnctl --node %s status\n",
		plan->directory, NODE_CONFIG, plan->directory);
}

static void
print_made_json(const Output *output, const Plan *plan)
{
	json_t *plugins = json_array();
	json_t *made;

	for (guint i = 0; i < plan->plugins->len; i++)
		json_array_append_new(plugins,
				      json_string(plan->plugins->pdata[i]));
	made = json_pack("{s:s, s:s, s:s, s:[s,s], s:s, s:o}", "directory",
			 plan->directory, "config", NODE_CONFIG, "organisation",
			 plan->organisation, "ids", "admin", "app1",
			 "plugin_directory", plan->plugin_dir,
			 "trusted_plugins", plugins);
	output_json(output, made);
	json_decref(made);
}

static gboolean
run_init(Ctl *ctl, const Args *args, GError **error)
{
	g_auto(Plan) plan = {
		.plugins = g_ptr_array_new_with_free_func(g_free),
		.digests = g_string_new(NULL),
		.frameworks = g_string_new(NULL),
	};

	if (!read_plan(&plan, args, error) ||
	    !read_compiler(&plan, args, error) ||
	    !read_chaincode(&plan, args, error))
		return FALSE;
	find_plugins(&plan);
	if (!trust_plugins(&plan, error) || !make_node(&plan, error))
		return FALSE;
	if (ctl->output.json)
		print_made_json(&ctl->output, &plan);
	else
		print_made(&ctl->output, &plan);
	return TRUE;
}

static const Option init_options[] = {
	{ "org", 'o', "NAME", "the organisation that runs it" },
	{ "algorithm", 'a', "ALGORITHM",
	  "sm2 or ecdsa-p256: of its authority and all identities (sm2)" },
	{ "host-algorithm", 0, "ALGORITHM",
	  "of its own identity to other hosts, ecdsa-secp256k1 too (as "
	  "--algorithm)" },
	{ "port", 'p', "PORT", "the gateway's port on 127.0.0.1 (8443)" },
	{ "ops-port", 0, "PORT", "the port of metrics and health (9464)" },
	{ "peer-listen", 0, "ADDRESS:PORT",
	  "where other hosts connect, such as 0.0.0.0:8400 (nowhere)" },
	{ "plugin-dir", 0, "DIR",
	  "whose plugins to trust (" BSN_PLUGIN_DIR ")" },
	{ "solc", 0, "DIR",
	  "an npm project whose package solc the host is to compile with" },
	{ "chaincode-modules", 0, "DIR",
	  "an npm project whose package fabric-shim chaincodes are to have" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "", "DIR",
	  "Makes a node: its authorities, identities and configuration",
	  init_options,
	  "bsnctl init ./node\n"
	  "bsnctl init /srv/bsn --org 'Hangzhou City Node' --port 8444 "
	  "--ops-port 9465",
	  run_init },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_init = { "init", "Makes a node directory, ready to start",
			 verbs };
