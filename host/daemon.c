/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "host/daemon.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "host/chain/parallel.h"
#include "host/chain/table.h"
#include "host/channel/channel.h"
#include "host/compile/lend.h"
#include "host/gateway/gateway.h"
#include "host/grpc/server.h"
#include "host/io/io.h"
#include "host/loop.h"
#include "host/observe.h"
#include "host/ops/log.h"
#include "host/ops/notify.h"
#include "host/ops/ops_server.h"
#include "host/peer/peers.h"
#include "host/plugin/registry.h"
#include "host/service/services.h"

struct Daemon {
	Config *config;
	Loop *loop;
	Workers *workers;
	Compilers *compilers;
	PluginRegistry *plugins;
	IoService *io;
	Store *store;
	Keystore *keystore;
	TrustStore *trust;
	RequestVerifier *verifier;
	Peers *peers; /* NULL when no other host is wanted */
	ChainTable *chains;
	Gateway *gateway;
	ChannelServer *channels;
	GrpcDesk *grpc;
	OpsServer *ops;
	Observed observed;
	char *store_directory;
	char *compile_directory; /* empty */
	char *io_directory;
	CompilerCommand commands[2];
	struct event *signals[2];
	int stopping;
};

/* ---- start ---- */

static char *
in_data_directory(const Daemon *daemon, const char *name)
{
	return g_build_filename(daemon->config->node_data_directory, name,
				NULL);
}

static gboolean
make_directory(const char *directory, GError **error)
{
	if (g_mkdir_with_parents(directory, 0700) == 0)
		return TRUE;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "the directory %s cannot be made: %s", directory,
		    g_strerror(errno));
	return FALSE;
}

static gboolean
make_data_directory(Daemon *daemon, GError **error)
{
	return make_directory(daemon->config->node_data_directory, error);
}

/* Plugins ask for them when they are opened. */
static gboolean
start_compilers(Daemon *daemon, GError **error)
{
	const Config *config = daemon->config;
	const char *program = config->compiler_solidity[0];
	g_autofree char *found = NULL;
	CompilersConfig compilers = {
		.commands = daemon->commands,
		.limiter = BSN_LIBEXEC_DIR "/bsn-limited",
		.directory = daemon->compile_directory,
		.timeout_s = config->compiler_time_max_s,
		.memory_max = config->compiler_memory_max,
		.output_max = config->compiler_output_max,
		.queue_max = config->compiler_queue_max,
		.parallel = config->compiler_parallel,
	};

	daemon->commands[0] = (CompilerCommand){
		BSN_COMPILER_SOLIDITY,
		(const char *const *)config->compiler_solidity
	};
	if (!make_directory(daemon->compile_directory, error))
		return FALSE;
	found = program != NULL ? g_find_program_in_path(program) : NULL;
	if (program != NULL && found == NULL)
		log_warning("compiler", NULL,
			    "[compiler] solidity: there is no program %s",
			    program);
	daemon->compilers =
		compilers_new(loop_base(daemon->loop), &compilers);
	compile_lend(daemon->compilers);
	return TRUE;
}

static gboolean
start_plugins(Daemon *daemon, GError **error)
{
	const Config *config = daemon->config;
	g_autofree char *cache = in_data_directory(daemon, "plugin-verdicts");
	char **certifiers = config->plugins_conformance_keys[0] != NULL ?
				    config->plugins_conformance_keys :
				    config->plugins_trust_keys;
	PluginConfig plugins = {
		.directories = (const char *const *)config->plugins_directories,
		.trust_digests =
			(const char *const *)config->plugins_trust_digests,
		.trust_keys = (const char *const *)config->plugins_trust_keys,
		.require = config->plugins_require,
		.conformance_keys = (const char *const *)certifiers,
		.frameworks = (const char *const *)config->plugins_frameworks,
		.cache_file = cache,
		.scanner = BSN_LIBEXEC_DIR "/bsn-plugin-scan",
		.scan_timeout_ms = config->plugins_scan_timeout_ms,
	};

	net_lend(peers_are_wanted(config));
	daemon->plugins = plugin_registry_load(&plugins,
					       &host_as_plugins_see_it);
	return TRUE;
}

/* Before chains open, whose engines may need it. */
static gboolean
does_io(const GPtrArray *files, const char *id)
{
	for (guint i = 0; i < files->len; i++) {
		const PluginFile *file = files->pdata[i];

		if (file->plugin != NULL && strcmp(file->plugin->id, id) == 0)
			return bsn_io_user_of(file->plugin) != NULL;
	}
	return FALSE;
}

/* A slip in a plugin's name would leave its settings unread, in silence. */
static void
check_settings(const Config *config, const GPtrArray *files)
{
	for (gsize i = 0; config->plugin_settings[i] != NULL; i++) {
		g_auto(GStrv) words =
			g_strsplit_set(config->plugin_settings[i], " =", 3);

		if (!does_io(files, words[0]))
			log_warning("config", NULL,
				    "[plugin %s] %s is not used: no plugin of "
				    "that id that does input and output is "
				    "loaded (bsnctl plugin list)",
				    words[0], words[1]);
	}
}

static gboolean
start_io(Daemon *daemon, GError **error)
{
	const Config *config = daemon->config;
	const GPtrArray *files = plugin_registry_files(daemon->plugins);
	const IoConfig io = {
		.directory = daemon->io_directory,
		.confiner = BSN_LIBEXEC_DIR "/bsn-confined",
		.listen = (const char *const *)config->io_listen,
		.connect = (const char *const *)config->io_connect,
		.child_paths = (const char *const *)config->io_child_paths,
		.settings = (const char *const *)config->plugin_settings,
		.connections_max = config->io_connections_max,
		.queue_max = config->io_queue_max,
		.children_max = config->io_children_max,
		.child_memory_max = config->io_child_memory_max,
		.child_file_max = config->io_child_file_max,
		.child_processes_max = config->io_child_processes_max,
		.child_files_max = config->io_child_files_max,
		.child_cgroup = config->io_child_cgroup,
		.child_cpu_percent = config->io_child_cpu_percent,
		.child_confined =
			strcmp(config->io_child_confinement, "required") == 0,
	};

	daemon->io = io_service_new(daemon->loop, &io, error);
	if (daemon->io == NULL)
		return FALSE;
	for (guint i = 0; i < files->len; i++) {
		const PluginFile *file = files->pdata[i];

		if (file->plugin != NULL)
			io_service_start(daemon->io, file->plugin);
	}
	check_settings(config, files);
	return TRUE;
}

static gboolean
start_store(Daemon *daemon, GError **error)
{
	const Config *config = daemon->config;
	StoreConfig store = {
		.directory = daemon->store_directory,
		.map_bytes = config->store_map_size,
		.map_bytes_max = config->store_map_size_max,
		.reserve_bytes = config->store_reserve,
		.pending_bytes_max = config->store_pending_max,
		.journal_bytes_max = config->store_journal_max,
	};

	daemon->store = store_open(&store, error);
	return daemon->store != NULL;
}

static gboolean
start_identities(Daemon *daemon, GError **error)
{
	const Config *config = daemon->config;
	g_autofree char *keys = in_data_directory(daemon, "keys");

	daemon->keystore = keystore_open(
		keys, config->keystore_passphrase_file, error);
	if (daemon->keystore == NULL)
		return FALSE;
	daemon->trust = trust_store_new(
		(const char *const *)config->identity_ca_files, error);
	if (daemon->trust == NULL)
		return FALSE;
	daemon->verifier = request_verifier_new(
		daemon->trust, config->identity_clock_skew_s);
	/* What was signed before may have been used before. */
	request_verifier_begin(daemon->verifier, g_get_real_time() / 1000);
	return TRUE;
}

static gboolean
start_peers(Daemon *daemon, GError **error)
{
	const PeersDeps deps = {
		.loop = daemon->loop,
		.workers = daemon->workers,
		.config = daemon->config,
		.keystore = daemon->keystore,
	};

	if (!peers_are_wanted(daemon->config))
		return TRUE;
	daemon->peers = peers_new(&deps, error);
	return daemon->peers != NULL;
}

static gboolean
start_chains(Daemon *daemon, GError **error)
{
	ChainCarrier carrier = { NULL, daemon->peers };

	parallel_allow((const char *const *)daemon->config->chains_parallel,
		       daemon->config->chains_parallel_max);
	if (daemon->peers != NULL)
		carrier.carrier = peers_carrier(daemon->peers);
	daemon->chains = chain_table_new(daemon->loop, daemon->workers,
					 daemon->store, daemon->keystore,
					 carrier, error);
	return daemon->chains != NULL;
}

static gboolean
start_gateway(Daemon *daemon, GError **error)
{
	GatewayDeps deps = {
		.loop = daemon->loop,
		.workers = daemon->workers,
		.config = daemon->config,
		.chains = daemon->chains,
		.plugins = daemon->plugins,
		.keystore = daemon->keystore,
		.trust = daemon->trust,
		.verifier = daemon->verifier,
		.store = daemon->store,
		.peers = daemon->peers,
		.io = daemon->io,
	};

	daemon->gateway = gateway_new(&deps, error);
	return daemon->gateway != NULL;
}

static gboolean
start_channels(Daemon *daemon, GError **error)
{
	daemon->channels = channel_server_new(daemon->loop, daemon->config,
					      daemon->chains, error);
	return daemon->channels != NULL;
}

/* Frameworks' engines that were loaded. */
static GPtrArray *
engines_of(const GPtrArray *files)
{
	GPtrArray *engines = g_ptr_array_new();

	for (guint i = 0; i < files->len; i++) {
		const PluginFile *file = files->pdata[i];
		const bsn_engine *engine =
			file->plugin != NULL ? bsn_engine_of(file->plugin)
					     : NULL;

		if (engine != NULL)
			g_ptr_array_add(engines, (gpointer)engine);
	}
	return engines;
}

static gboolean
start_grpc(Daemon *daemon, GError **error)
{
	g_autoptr(GPtrArray) engines =
		engines_of(plugin_registry_files(daemon->plugins));

	daemon->grpc = grpc_desk_new(daemon->loop, daemon->config,
				     daemon->chains, engines, error);
	return daemon->grpc != NULL;
}

static gboolean
start_ops(Daemon *daemon, GError **error)
{
	daemon->ops = ops_server_new(daemon->loop, daemon->config->ops_listen,
				     error);
	if (daemon->ops == NULL)
		return FALSE;
	daemon->observed = (Observed){ daemon->store, daemon->store_directory,
				       daemon->chains, daemon->plugins };
	observe(daemon->ops, &daemon->observed);
	ops_server_add_metrics(daemon->ops, gateway_measure, daemon->gateway);
	ops_server_add_metrics(daemon->ops, channel_server_measure,
			       daemon->channels);
	ops_server_add_metrics(daemon->ops, grpc_desk_measure, daemon->grpc);
	ops_server_add_metrics(daemon->ops, io_service_measure, daemon->io);
	if (daemon->peers != NULL)
		ops_server_add_metrics(daemon->ops, peers_measure,
				       daemon->peers);
	return TRUE;
}

/* ---- stop ---- */

static void
peers_gone(void *data)
{
	Daemon *daemon = data;

	if (daemon->io != NULL)
		io_service_stop(daemon->io);
	loop_stop(daemon->loop);
}

static void
clients_told(void *data)
{
	Daemon *daemon = data;

	if (daemon->peers != NULL)
		peers_stop(daemon->peers, peers_gone, daemon);
	else
		peers_gone(daemon);
}

static void
chains_closed(void *data)
{
	Daemon *daemon = data;

	if (daemon->grpc != NULL)
		grpc_desk_drain(daemon->grpc, clients_told, daemon);
	else
		clients_told(daemon);
}

static void
gateway_silent(void *data)
{
	Daemon *daemon = data;

	chain_table_stop(daemon->chains, chains_closed, daemon);
}

static void
begin_stop(Daemon *daemon)
{
	daemon->stopping = 1;
	if (daemon->channels != NULL)
		channel_server_stop(daemon->channels);
	if (daemon->grpc != NULL)
		grpc_desk_stop(daemon->grpc);
	if (daemon->gateway != NULL)
		gateway_stop(daemon->gateway, gateway_silent, daemon);
	else
		gateway_silent(daemon);
}

static void
asked_to_stop(evutil_socket_t number, short what, void *data)
{
	Daemon *daemon = data;

	if (daemon->stopping)
		return;
	log_info("host", NULL, "stopping: signal %d", (int)number);
	notify_stopping();
	begin_stop(daemon);
}

/* A step failed after chains began to open. */
static void
stop_halfway(Daemon *daemon)
{
	if (daemon->chains == NULL)
		return;
	begin_stop(daemon);
	loop_run(daemon->loop);
}

static void
watch_signals(Daemon *daemon)
{
	static const int numbers[] = { SIGTERM, SIGINT };

	signal(SIGPIPE, SIG_IGN);
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		daemon->signals[i] = evsignal_new(loop_base(daemon->loop),
						  numbers[i], asked_to_stop,
						  daemon);
		evsignal_add(daemon->signals[i], NULL);
	}
}

Daemon *
daemon_start(Config *config, GError **error)
{
	static gboolean (*const steps[])(Daemon *, GError **) = {
		make_data_directory, start_compilers, start_plugins,
		start_io,	     start_store,     start_identities,
		start_peers,	     start_chains,    start_gateway,
		start_channels,	     start_grpc,      start_ops,
	};
	Daemon *daemon = g_new0(Daemon, 1);
	guint workers = config->node_workers;

	daemon->config = config;
	log_setup(config->log_level, config->log_format);
	daemon->loop = loop_new();
	daemon->io_directory = in_data_directory(daemon, "io");
	daemon->compile_directory = in_data_directory(daemon, "compile");
	daemon->store_directory = in_data_directory(daemon, "store");
	daemon->workers = workers_new(workers > 0 ? workers :
						    g_get_num_processors());
	watch_signals(daemon);
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i](daemon, error))
			continue;
		stop_halfway(daemon);
		daemon_free(daemon);
		return NULL;
	}
	return daemon;
}

void
daemon_run(Daemon *daemon)
{
	log_info("host", NULL, "bsn-hostd " PACKAGE_VERSION " serves %s on %s",
		 daemon->config->node_name, daemon->config->gateway_listen);
	notify_ready(daemon->loop);
	loop_run(daemon->loop);
	log_info("host", NULL, "stopped");
}

void
daemon_free(Daemon *daemon)
{
	if (daemon == NULL)
		return;
	ops_server_free(daemon->ops);
	channel_server_free(daemon->channels);
	grpc_desk_free(daemon->grpc);
	workers_free(daemon->workers);
	loop_run_pending(daemon->loop);
	io_service_free(daemon->io);
	g_free(daemon->io_directory);
	peers_free(daemon->peers);
	gateway_free(daemon->gateway);
	store_close(daemon->store);
	loop_run_pending(daemon->loop);
	chain_table_free(daemon->chains);
	parallel_allow(NULL, 0);
	request_verifier_free(daemon->verifier);
	trust_store_free(daemon->trust);
	keystore_free(daemon->keystore);
	plugin_registry_free(daemon->plugins);
	compile_lend(NULL);
	compilers_free(daemon->compilers);
	g_free(daemon->store_directory);
	g_free(daemon->compile_directory);
	for (guint i = 0; i < G_N_ELEMENTS(daemon->signals); i++)
		if (daemon->signals[i] != NULL)
			event_free(daemon->signals[i]);
	loop_free(daemon->loop);
	config_free(daemon->config);
	g_free(daemon);
}
