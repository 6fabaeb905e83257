/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gateway_fixture.h"

#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>

#include "host/chain/table.h"
#include "host/compile/lend.h"
#include "identity/certificate.h"
#include "tests/unit/gateway_engine.h"

static const struct {
	const char *name, *algorithm;
	Role role;
} people[] = {
	{ "admin", "ecdsa-p256", ROLE_ADMIN },
	{ "client", "ecdsa-p256", ROLE_CLIENT },
	{ "auditor", "ecdsa-p256", ROLE_AUDITOR },
	{ "sm2", "sm2", ROLE_CLIENT },
	{ "secp256k1", "ecdsa-secp256k1", ROLE_CLIENT },
};

static char *
file_of(const Fixture *fixture, const char *name, const char *suffix)
{
	g_autofree char *base = g_strconcat(name, suffix, NULL);

	return g_build_filename(fixture->directory, base, NULL);
}

char *
certificate_file(const Fixture *fixture, const char *who)
{
	return file_of(fixture, who, ".pem");
}

char *
key_file(const Fixture *fixture, const char *who)
{
	return file_of(fixture, who, ".key");
}

/* ---- certificates, made once for all fixtures of a program ---- */

static void
save(const Fixture *fixture, const char *name, X509 *certificate, EVP_PKEY *key)
{
	g_autofree char *certificate_path = certificate_file(fixture, name);
	g_autofree char *key_path = key_file(fixture, name);
	g_autoptr(GError) error = NULL;

	identity_save_cert(certificate, certificate_path, &error);
	g_assert_no_error(error);
	identity_save_key(key, key_path, &error);
	g_assert_no_error(error);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void
issue(const Fixture *fixture, X509 *ca, EVP_PKEY *ca_key, const char *name,
      const char *algorithm, Role role)
{
	g_autoptr(GError) error = NULL;
	EVP_PKEY *key = identity_key_new(algorithm, &error);
	X509 *certificate;

	g_assert_no_error(error);
	certificate =
		identity_issue(ca, ca_key, key, name, "Acme", role, 30, &error);
	g_assert_no_error(error);
	save(fixture, name, certificate, key);
}

static void
issue_server(const Fixture *fixture, X509 *ca, EVP_PKEY *ca_key)
{
	static const char *const names[] = { "127.0.0.1", NULL };
	g_autoptr(GError) error = NULL;
	EVP_PKEY *key = identity_key_new("ecdsa-p256", &error);
	X509 *certificate;

	g_assert_no_error(error);
	certificate = identity_issue_server(ca, ca_key, key, names, 30, &error);
	g_assert_no_error(error);
	save(fixture, "server", certificate, key);
}

static void
make_certificates(const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	EVP_PKEY *key = identity_key_new("ecdsa-p256", &error);
	EVP_PKEY *other_key = identity_key_new("ecdsa-p256", &error);
	X509 *ca = identity_ca_new(key, "Acme", 30, &error);
	X509 *other = identity_ca_new(other_key, "Other", 30, &error);

	g_assert_no_error(error);
	for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
		issue(fixture, ca, key, people[i].name, people[i].algorithm,
		      people[i].role);
	issue(fixture, other, other_key, "stranger", "ecdsa-p256", ROLE_ADMIN);
	issue_server(fixture, ca, key);
	save(fixture, "ca", ca, key);
	save(fixture, "other", other, other_key);
}

/* ---- the host ---- */

static void
make_config(Fixture *fixture, void (*adjust)(Config *))
{
	static char *nowhere[] = { NULL };

	fixture->config = (Config){
		.node_name = (char *)"test",
		.gateway_listen = (char *)"127.0.0.1:0",
		.gateway_tls_certificate = certificate_file(fixture, "server"),
		.gateway_tls_key = key_file(fixture, "server"),
		.gateway_body_max = 8192,
		.gateway_header_max = 4096,
		.gateway_connections_max = 300,
		.gateway_batch_max = 4,
		.gateway_event_streams_max = 8,
		.gateway_rpc_batch_max = 3,
		.gateway_websockets_max = 4,
		.gateway_idle_timeout_s = 60,
		.gateway_request_timeout_s = 100,
		.gateway_wait_max_ms = 100000,
		.channel_listen = nowhere,
		.channel_tls_certificate = certificate_file(fixture, "server"),
		.channel_tls_key = key_file(fixture, "server"),
		.channel_ca_files = g_new0(char *, 2),
		.channel_connections_max = 100,
		.channel_handshake_timeout_s = 100,
		.channel_idle_timeout_s = 100,
		.grpc_listen = (char *)"",
		.grpc_connections_max = 100,
		.grpc_calls_max = 100,
		.grpc_waiting_max_mib = 256,
		.grpc_handshake_timeout_s = 100,
		.grpc_idle_timeout_s = 100,
		.identity_clock_skew_s = 60,
	};
	fixture->config.channel_ca_files[0] = certificate_file(fixture, "ca");
	fixture->config.grpc_tls_certificate =
		fixture->config.channel_tls_certificate;
	fixture->config.grpc_tls_key = fixture->config.channel_tls_key;
	fixture->config.grpc_ca_files = fixture->config.channel_ca_files;
	if (adjust != NULL)
		adjust(&fixture->config);
}

/* With the compiler of the config, if that has one. */
static void
start_compilers(Fixture *fixture)
{
	g_autofree char *limiter = g_build_filename(
		g_getenv("G_TEST_BUILDDIR"), "bsn-limited", NULL);
	CompilersConfig compilers = {
		.commands = fixture->commands,
		.limiter = g_intern_string(limiter),
		.directory = fixture->directory,
		.timeout_s = fixture->config.compiler_time_max_s,
		.memory_max = (guint64)1 << 30,
		.output_max = 10000,
		.queue_max = 1,
		.parallel = 1,
	};

	if (fixture->config.compiler_solidity == NULL)
		return;
	fixture->commands[0] = (CompilerCommand){
		BSN_COMPILER_SOLIDITY,
		(const char *const *)fixture->config.compiler_solidity
	};
	fixture->compilers =
		compilers_new(loop_base(fixture->loop), &compilers);
	compile_lend(fixture->compilers);
}

static void
start_parts(Fixture *fixture)
{
	g_autofree char *ca = certificate_file(fixture, "ca");
	const char *const ca_files[] = { ca, NULL };
	StoreConfig store = {
		.directory = fixture->directory,
		.map_bytes = 1 << 20,
		.map_bytes_max = 1 << 26,
		.pending_bytes_max = 1 << 24,
	};
	g_autoptr(GError) error = NULL;

	fixture->loop = loop_new();
	fixture->workers = workers_new(2);
	fixture->store = store_open(&store, &error);
	g_assert_no_error(error);
	start_compilers(fixture);
	fixture->chains = chain_table_new(fixture->loop, fixture->workers,
					  fixture->store, NULL, (ChainCarrier){ NULL, NULL }, &error);
	g_assert_no_error(error);
	fixture->trust = trust_store_new(ca_files, &error);
	g_assert_no_error(error);
	fixture->verifier = request_verifier_new(
		fixture->trust, fixture->config.identity_clock_skew_s);
}

static void
start_grpc(Fixture *fixture)
{
	g_autoptr(GPtrArray) engines = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(engines, (gpointer)&gateway_engine);
	fixture->grpc = grpc_desk_new(fixture->loop, &fixture->config,
				      fixture->chains, engines, &error);
	g_assert_no_error(error);
}

static void
start_gateway(Fixture *fixture)
{
	static int registry; /* the fake one has no members */
	g_autoptr(GError) error = NULL;
	GatewayDeps deps = {
		.loop = fixture->loop,
		.workers = fixture->workers,
		.config = &fixture->config,
		.chains = fixture->chains,
		.plugins = (PluginRegistry *)&registry,
		.trust = fixture->trust,
		.verifier = fixture->verifier,
		.store = fixture->store,
	};

	fixture->gateway = gateway_new(&deps, &error);
	g_assert_no_error(error);
	fixture->port = gateway_port(fixture->gateway);
	fixture->channels = channel_server_new(
		fixture->loop, &fixture->config, fixture->chains, &error);
	g_assert_no_error(error);
	start_grpc(fixture);
}

static gpointer
run_loop(gpointer data)
{
	Fixture *fixture = data;

	loop_run(fixture->loop);
	return NULL;
}

static void
make_chain(Fixture *fixture)
{
	g_autoptr(Answer) answer = ask_as(
		fixture, "admin", "POST", "/v1/chains",
		"{\"name\":\"c1\",\"framework\":\"fake\",\"config\":{}}");

	g_assert_cmpint(answer->http, ==, 201);
}

void
fixture_start(Fixture *fixture, void (*adjust)(Config *))
{
	signal(SIGPIPE, SIG_IGN); /* as the daemon does */
	memset(fixture, 0, sizeof(*fixture));
	fixture->directory = g_dir_make_tmp("gateway-XXXXXX", NULL);
	make_certificates(fixture);
	make_config(fixture, adjust);
	start_parts(fixture);
	start_gateway(fixture);
	fixture->thread = g_thread_new("loop", run_loop, fixture);
	make_chain(fixture);
}

typedef struct {
	StrandCall call;
	Fixture *fixture;
} StopCall;

static void
clients_told(void *owner)
{
	Fixture *fixture = owner;

	loop_stop(fixture->loop);
}

static void
chains_closed(void *owner)
{
	Fixture *fixture = owner;

	grpc_desk_drain(fixture->grpc, clients_told, fixture);
}

static void
gateway_silent(void *owner)
{
	Fixture *fixture = owner;

	chain_table_stop(fixture->chains, chains_closed, fixture);
}

static void
stop_on_loop(StrandCall *call)
{
	Fixture *fixture = ((StopCall *)call)->fixture;

	channel_server_stop(fixture->channels);
	grpc_desk_stop(fixture->grpc);
	gateway_stop(fixture->gateway, gateway_silent, fixture);
	g_free(call);
}

void
fixture_begin_stop(Fixture *fixture)
{
	StopCall *call = g_new0(StopCall, 1);

	call->call.run = stop_on_loop;
	call->fixture = fixture;
	fixture->stopped = TRUE;
	loop_post(fixture->loop, &call->call);
}

static void
remove_directory(const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *file = g_build_filename(directory, name, NULL);

		g_remove(file);
	}
	g_dir_close(dir);
	g_rmdir(directory);
}

void
fixture_stop(Fixture *fixture)
{
	if (!fixture->stopped)
		fixture_begin_stop(fixture);
	g_thread_join(fixture->thread);
	channel_server_free(fixture->channels);
	grpc_desk_free(fixture->grpc);
	workers_free(fixture->workers);
	loop_run_pending(fixture->loop);
	gateway_free(fixture->gateway);
	store_close(fixture->store);
	loop_run_pending(fixture->loop);
	chain_table_free(fixture->chains);
	request_verifier_free(fixture->verifier);
	trust_store_free(fixture->trust);
	compile_lend(NULL);
	compilers_free(fixture->compilers);
	loop_free(fixture->loop);
	g_free(fixture->config.gateway_tls_certificate);
	g_free(fixture->config.gateway_tls_key);
	g_free(fixture->config.channel_tls_certificate);
	g_free(fixture->config.channel_tls_key);
	g_strfreev(fixture->config.channel_ca_files);
	remove_directory(fixture->directory);
	g_free(fixture->directory);
}
