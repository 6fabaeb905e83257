/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/plugins.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <string.h>

#include <bsn/ext/session.h>
#include <bsn/helpers/error.h>

#include "host/plugin/check.h"
#include "host/plugin/note.h"
#include "host/service/no_grpc.h"
#include "tools/sim/by_name.h"
#include "tools/sim/crypto.h"
#include "tools/sim/services.h"
#include "tools/sim/tap.h"

/* What every chain may need beside its engine, when it is there. */
static const char *const usual[] = { "crypto-gm", "crypto-std", "runtime-evm",
				     NULL };

SIM_BY_NAME(consensus, bsn_consensus)
SIM_BY_NAME(runtime, bsn_runtime)

const bsn_consensus *
sim_plugins_consensus(const char *name)
{
	return find_consensus(name);
}

static const bsn_consensuses consensuses_table = {
	.size = sizeof(bsn_consensuses),
	.find = find_consensus,
};
static const bsn_runtimes runtimes_table = { .size = sizeof(bsn_runtimes),
					     .find = find_runtime };

/* ---- sessions: there are none, since nobody connects -------------------- */

static int32_t
session_push(bsn_session *session, bsn_slice data)
{
	return BSN_UNAVAILABLE;
}

static void
session_close(bsn_session *session)
{
}

static uint64_t
session_waiting(bsn_session *session)
{
	return 0;
}

static const bsn_session_service session_table = {
	.size = sizeof(bsn_session_service),
	.push = session_push,
	.close = session_close,
	.waiting = session_waiting,
};

/* ---- the host ----------------------------------------------------------- */

static const void *
query(const char *id)
{
	static const struct {
		const char *id;
		const void *table;
	} services[] = {
		{ BSN_LOG_ID, &sim_log_table },
		{ BSN_CLOCK_ID, &sim_clock_table },
		{ BSN_TIMER_ID, &sim_timer_table },
		{ BSN_RANDOM_ID, &sim_random_table },
		{ BSN_STORE_ID, &sim_store_table },
		{ BSN_CRYPTO_BY_NAME_ID, &sim_crypto_table },
		{ BSN_KEYS_ID, &sim_keys_table },
		{ BSN_PUBLIC_KEY_BY_NAME_ID, &sim_public_key_table },
		{ BSN_PARALLEL_ID, &sim_parallel_table },
		{ BSN_RUNTIMES_ID, &runtimes_table },
		{ BSN_CONSENSUSES_ID, &consensuses_table },
		{ BSN_NET_ID, &sim_net_table },
		{ BSN_REPLY_ID, &sim_reply_table },
		{ BSN_CHAIN_ID, &sim_chain_table },
		{ BSN_EVENTS_ID, &sim_events_table },
		{ BSN_SESSION_ID, &session_table },
		{ BSN_GRPC_ID, &service_no_grpc },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(services); i++)
		if (strcmp(services[i].id, id) == 0)
			return services[i].table;
	return NULL;
}

static const bsn_host the_host = {
	.size = sizeof(bsn_host),
	.name = "bsn-sim",
	.version = "0",
	.query = query,
};

/* ---- loading ------------------------------------------------------------ */

static PluginCheckWatcher watcher;

void
sim_plugins_watch(void (*at)(const char *where))
{
	watcher = at;
}

static void
run_at(const char *where)
{
	if (watcher != NULL)
		watcher(where);
}

char *
sim_plugin_path(const SimOptions *options, const char *name)
{
	g_autofree char *file = NULL;

	if (strchr(name, '/') != NULL || g_str_has_suffix(name, ".so"))
		return g_strdup(name);
	file = g_strconcat(name, ".so", NULL);
	return g_build_filename(options->plugin_dir, file, NULL);
}

static bsn_plugin_open_fn
load_module(const char *path, Refusal *refusal)
{
	bsn_plugin_open_fn open;
	void *module;

	run_at("dlopen");
	module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (module == NULL) {
		refuse(refusal, RULE_LOAD_FAILED, "cannot be loaded: %s",
		       dlerror());
		return NULL;
	}
	*(void **)&open = dlsym(module, BSN_PLUGIN_OPEN_SYMBOL);
	if (open == NULL)
		refuse(refusal, RULE_NO_OPEN_SYMBOL, "does not export %s",
		       BSN_PLUGIN_OPEN_SYMBOL);
	return open;
}

static const bsn_plugin *
open_checked(const char *path, const bsn_note_desc *note, Refusal *refusal)
{
	g_autoptr(GPtrArray) offers = g_ptr_array_new_with_free_func(g_free);
	bsn_plugin_open_fn open = load_module(path, refusal);
	const bsn_plugin *plugin = NULL;

	run_at(BSN_PLUGIN_OPEN_SYMBOL);
	if (open != NULL)
		plugin = plugin_open(open, &the_host, refusal);
	if (plugin == NULL ||
	    !plugin_check(plugin, note, watcher, offers, refusal))
		return NULL;
	return plugin;
}

static const bsn_plugin *
open_file(const char *path, char **message)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *data = NULL;
	const bsn_plugin *plugin = NULL;
	Refusal refusal = { 0 };
	bsn_note_desc note;
	gsize len;

	if (!g_file_get_contents(path, &data, &len, &error)) {
		*message = g_strdup(error->message);
		return NULL;
	}
	if (plugin_note_parse((const guint8 *)data, len, &note, &refusal))
		plugin = open_checked(path, &note, &refusal);
	if (plugin == NULL)
		*message = g_strdup_printf("%s %s", path, refusal.reason);
	refusal_clear(&refusal);
	return plugin;
}

static gboolean
register_plugin(const SimOptions *options, const bsn_plugin *plugin,
		char **message)
{
	const bsn_consensus *tapped;

	sim_crypto_add(bsn_crypto_of(plugin), options->real_signatures);
	sim_public_key_add(bsn_public_key_of(plugin));
	if (bsn_runtime_of(plugin) != NULL)
		add_runtime(bsn_runtime_of(plugin));
	if (bsn_consensus_of(plugin) == NULL)
		return TRUE;
	tapped = sim_tap_protocol(bsn_consensus_of(plugin));
	if (tapped != NULL)
		add_consensus(tapped);
	else
		*message = g_strdup_printf("%s is one protocol too many: at "
					   "most %u can be loaded",
					   plugin->id, SIM_PROTOCOLS_MAX);
	return tapped != NULL;
}

/* What it does would not follow from a seed. */
static gboolean
does_io(const bsn_plugin *plugin)
{
	return (plugin->flags & BSN_PLUGIN_DOES_IO) != 0;
}

/* Opened and registered, once; one that does input and output is not
 * registered. */
static const bsn_plugin *
load(const SimOptions *options, const char *path, char **message)
{
	static GHashTable *loaded; /* path to bsn_plugin */
	const bsn_plugin *plugin;

	if (loaded == NULL)
		loaded = g_hash_table_new(g_str_hash, g_str_equal);
	plugin = g_hash_table_lookup(loaded, path);
	if (plugin != NULL)
		return plugin;
	plugin = open_file(path, message);
	if (plugin == NULL || (!does_io(plugin) &&
			       !register_plugin(options, plugin, message)))
		return NULL;
	g_hash_table_insert(loaded, g_strdup(path), (void *)plugin);
	return plugin;
}

const bsn_plugin *
sim_plugin_load(const SimOptions *options, const char *name, char **message)
{
	g_autofree char *path = sim_plugin_path(options, name);
	const bsn_plugin *plugin = load(options, path, message);

	if (plugin == NULL || !does_io(plugin))
		return plugin;
	*message = g_strdup_printf(
		"%s declares that it does input and output of its own "
		"(BSN_PLUGIN_DOES_IO), so what it does does not follow from a "
		"seed and cannot be simulated",
		path);
	return NULL;
}

gboolean
sim_plugins_of(const SimOptions *options, const GPtrArray *names,
	       char **message)
{
	for (guint i = 0; i < names->len; i++)
		if (sim_plugin_load(options, names->pdata[i], message) == NULL)
			return FALSE;
	return TRUE;
}

/* "crypto-gm.so" and the like: what an engine finds by name at its host. */
static gboolean
is_companion(const char *file)
{
	return g_str_has_suffix(file, ".so") &&
	       (g_str_has_prefix(file, "crypto-") ||
		g_str_has_prefix(file, "runtime-") ||
		g_str_has_prefix(file, "consensus-"));
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
is_same_file(const char *a, const char *b)
{
	GStatBuf of_a, of_b;

	return g_stat(a, &of_a) == 0 && g_stat(b, &of_b) == 0 &&
	       of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

gboolean
sim_plugins_companions(const SimOptions *options, const char *but_for,
		       char **message)
{
	g_autoptr(GDir) dir = g_dir_open(options->plugin_dir, 0, NULL);
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	const char *file;

	while (dir != NULL && (file = g_dir_read_name(dir)) != NULL)
		if (is_companion(file))
			g_ptr_array_add(files, g_strdup(file));
	g_ptr_array_sort(files, compare_names);
	for (guint i = 0; i < files->len; i++) {
		g_autofree char *path = g_build_filename(
			options->plugin_dir, files->pdata[i], NULL);

		if (!is_same_file(path, but_for) &&
		    load(options, path, message) == NULL)
			return FALSE;
	}
	return TRUE;
}

static gboolean
load_consensus(const SimOptions *options, char **message)
{
	g_autofree char *file =
		g_strconcat("consensus-", options->consensus, NULL);

	return options->consensus == NULL ||
	       find_consensus(options->consensus) != NULL ||
	       sim_plugin_load(options, file, message) != NULL;
}

const bsn_engine *
sim_plugins_load(const SimOptions *options, char **message)
{
	const bsn_plugin *engine;

	for (guint i = 0; usual[i] != NULL; i++) {
		g_autofree char *path = sim_plugin_path(options, usual[i]);

		if (g_file_test(path, G_FILE_TEST_EXISTS) &&
		    sim_plugin_load(options, usual[i], message) == NULL)
			return NULL;
	}
	for (guint i = 0; options->plugins != NULL &&
			  options->plugins[i] != NULL;
	     i++)
		if (sim_plugin_load(options, options->plugins[i], message) ==
		    NULL)
			return NULL;
	if (!load_consensus(options, message))
		return NULL;
	engine = sim_plugin_load(options, options->engine, message);
	if (engine != NULL && bsn_engine_of(engine) == NULL)
		*message = g_strdup_printf("%s is no engine", options->engine);
	return engine != NULL ? bsn_engine_of(engine) : NULL;
}
