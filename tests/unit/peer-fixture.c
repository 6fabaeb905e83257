/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/peer-fixture.h"

#include <signal.h>

#include <bsn/helpers/bytes.h>
#include <glib/gstdio.h>

#include "host/bytes.h"
#include "host/chain/internal.h"

PeerFiles *peer_files;

static char **
list_of(char *item)
{
	char **list = g_new0(char *, 2);

	list[0] = item;
	return list;
}

static void
make_config(Host *host, guint16 port, void (*adjust)(Config *))
{
	Config *config = &host->config;

	config->node_name = (char *)host->name;
	config->node_data_directory = host->directory;
	config->peers_listen =
		list_of(g_strdup_printf("127.0.0.1:%u", (guint)port));
	config->peers_connect = list_of(NULL);
	config->peers_certificate = peer_file(peer_files, host->name, ".pem");
	config->peers_key = peer_file(peer_files, host->name, ".key");
	config->peers_ca_files =
		list_of(peer_file(peer_files, "ca-all", ".pem"));
	config->peers_crl_files = list_of(NULL);
	config->peers_allow = list_of(NULL);
	config->peers_deny = list_of(NULL);
	config->peers_connections_max = 16;
	config->peers_handshakes_max = 16;
	config->peers_handshakes_per_s = 10000;
	config->peers_handshake_timeout_s = 20;
	config->peers_keepalive_s = 20;
	config->peers_queue_max = 17 << 20;
	config->peers_overflow = g_strdup("drop-oldest");
	if (adjust != NULL)
		adjust(config);
}

static void
clear_config(Config *config)
{
	g_strfreev(config->peers_listen);
	g_strfreev(config->peers_connect);
	g_free(config->peers_certificate);
	g_free(config->peers_key);
	g_strfreev(config->peers_ca_files);
	g_strfreev(config->peers_crl_files);
	g_strfreev(config->peers_allow);
	g_strfreev(config->peers_deny);
	g_free(config->peers_overflow);
}

static gpointer
run_loop(gpointer data)
{
	loop_run(((Host *)data)->loop);
	return NULL;
}

static void
start_parts(Host *host)
{
	const PeersDeps deps = { .config = &host->config,
				 .keystore = host->keystore,
				 .loop = host->loop,
				 .workers = host->workers };
	const StoreConfig store = { .directory = host->directory,
				    .map_bytes = 1 << 20,
				    .map_bytes_max = 1 << 26,
				    .pending_bytes_max = 1 << 24 };
	g_autoptr(GError) error = NULL;

	host->store = store_open(&store, &error);
	g_assert_no_error(error);
	host->peers = peers_new(&deps, &error);
	g_assert_no_error(error);
	host->port = peers_port(host->peers, 0);
	host->chains = chain_table_new(
		host->loop, host->workers, host->store, host->keystore,
		(ChainCarrier){ peers_carrier(host->peers), host->peers },
		&error);
	g_assert_no_error(error);
}

Host *
host_start(const char *name, guint16 port, void (*adjust)(Config *))
{
	Host *host = g_new0(Host, 1);

	signal(SIGPIPE, SIG_IGN); /* as the daemon does */
	host->name = name;
	host->directory = g_dir_make_tmp("bsn-host-XXXXXX", NULL);
	host->keystore = keystore_open(name, NULL, NULL);
	make_config(host, port, adjust);
	host->loop = loop_new();
	host->workers = workers_new(2);
	start_parts(host);
	host->thread = g_thread_new(name, run_loop, host);
	return host;
}

static void
peers_gone(void *owner)
{
	loop_stop(((Host *)owner)->loop);
}

static void
chains_closed(void *owner)
{
	peers_stop(((Host *)owner)->peers, peers_gone, owner);
}

static void
stop_on_loop(Host *host, gpointer data)
{
	chain_table_stop(host->chains, chains_closed, host);
}

static void
remove_directory(const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *file = g_build_filename(directory, name, NULL);

		if (g_file_test(file, G_FILE_TEST_IS_DIR))
			remove_directory(file);
		g_remove(file);
	}
	g_dir_close(dir);
	g_rmdir(directory);
}

void
host_stop(Host *host)
{
	host_on_loop(host, stop_on_loop, NULL);
	g_thread_join(host->thread);
	workers_free(host->workers);
	loop_run_pending(host->loop);
	peers_free(host->peers);
	store_close(host->store);
	loop_run_pending(host->loop);
	chain_table_free(host->chains);
	loop_free(host->loop);
	clear_config(&host->config);
	remove_directory(host->directory);
	g_free(host->directory);
	g_free(host);
}

const char *
host_address(const Host *host)
{
	g_autofree char *text =
		g_strdup_printf("127.0.0.1:%u", (guint)host->port);

	return g_intern_string(text);
}

/* ---- calls and waiting for them ---- */

typedef struct {
	StrandCall call;
	Host *host;
	void (*on_loop)(Host *host, gpointer data);
	int32_t (*on_strand)(Chain *chain, gpointer data);
	Chain *chain;
	gpointer data;
	int32_t status;
	GAsyncQueue *done;
} Call;

static void
wait_for(Call *call)
{
	g_assert_nonnull(g_async_queue_timeout_pop(
		call->done, (guint64)DEADLINE_S * G_USEC_PER_SEC));
	g_async_queue_unref(call->done);
}

static void
run_on_loop(StrandCall *run)
{
	Call *call = (Call *)run;

	call->on_loop(call->host, call->data);
	g_async_queue_push(call->done, call);
}

void
host_on_loop(Host *host, void (*run)(Host *host, gpointer data), gpointer data)
{
	Call call = { .call.run = run_on_loop,
		      .host = host,
		      .on_loop = run,
		      .data = data,
		      .done = g_async_queue_new() };

	loop_post(host->loop, &call.call);
	wait_for(&call);
}

static void
run_on_strand(StrandCall *run)
{
	Call *call = (Call *)run;

	call->status = call->on_strand(call->chain, call->data);
	g_async_queue_push(call->done, call);
}

static void
find_chain(Host *host, gpointer data)
{
	Call *call = data;

	call->chain = chain_table_find(host->chains, call->data);
	g_assert_nonnull(call->chain);
	chain_ref(call->chain);
}

static int32_t
call_on_strand(Host *host, const char *chain,
	       int32_t (*run)(Chain *chain, gpointer data), gpointer data)
{
	Call find = { .data = (gpointer)chain };
	Call call = { .call.run = run_on_strand,
		      .on_strand = run,
		      .data = data,
		      .done = g_async_queue_new() };

	host_on_loop(host, find_chain, &find);
	call.chain = find.chain;
	strand_post(call.chain->strand, &call.call);
	wait_for(&call);
	chain_unref(call.chain);
	return call.status;
}

/* ---- chains ---- */

typedef struct {
	const char *chain;
	void (*change)(Host *host, gpointer data);
	GAsyncQueue *done;
} Change;

static void
changed(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	g_assert_cmpint(status, ==, BSN_OK);
	g_async_queue_push(owner, owner);
}

static void
change_chain(Host *host, const char *chain,
	     void (*run)(Host *host, gpointer data))
{
	Change change = { .chain = chain, .done = g_async_queue_new() };

	host_on_loop(host, run, &change);
	g_assert_nonnull(g_async_queue_timeout_pop(
		change.done, (guint64)DEADLINE_S * G_USEC_PER_SEC));
	g_async_queue_unref(change.done);
}

static void
create_on_loop(Host *host, gpointer data)
{
	const Change *change = data;
	const ChainPlan plan = { .name = change->chain,
				 .framework = "net",
				 .config = "{}" };

	chain_table_create(host->chains, &plan, changed, change->done);
}

static void
close_on_loop(Host *host, gpointer data)
{
	const Change *change = data;

	chain_table_close(host->chains,
			  chain_table_find(host->chains, change->chain),
			  changed, change->done);
}

static void
open_on_loop(Host *host, gpointer data)
{
	const Change *change = data;

	chain_table_open(host->chains,
			 chain_table_find(host->chains, change->chain), changed,
			 change->done);
}

void
host_make_chain(Host *host, const char *chain)
{
	change_chain(host, chain, create_on_loop);
}

void
host_close_chain(Host *host, const char *chain)
{
	change_chain(host, chain, close_on_loop);
}

void
host_open_chain(Host *host, const char *chain)
{
	change_chain(host, chain, open_on_loop);
}

/* ---- as the engine ---- */

typedef struct {
	bsn_member *members;
	guint n;
} Members;

static int32_t
set_on_strand(Chain *chain, gpointer data)
{
	const Members *members = data;

	return service_net.set_members(chain, members->members, members->n);
}

int32_t
host_set_members(Host *host, const char *chain, Host *const *hosts,
		 guint addresses)
{
	bsn_member members[8];
	guint8 keys[8][64];
	Members data = { members, 0 };

	for (; hosts[data.n] != NULL; data.n++) {
		const Host *member = hosts[data.n];
		const char *address = addresses & (1u << data.n)
					      ? host_address(member)
					      : "";

		peer_key_of(member->name, keys[data.n]);
		members[data.n] = (bsn_member){
			.size = sizeof(bsn_member),
			.role = BSN_ROLE_CONSENSUS,
			.algorithm = "ecdsa-p256",
			.public_key = bsn_slice_of(keys[data.n], 64),
			.address = bsn_slice_str(address),
		};
	}
	return call_on_strand(host, chain, set_on_strand, &data);
}

typedef struct {
	guint8 key[64];
	bsn_slice message;
} Sending;

static int32_t
send_on_strand(Chain *chain, gpointer data)
{
	const Sending *sending = data;

	return service_net.send(chain, bsn_slice_of(sending->key, 64),
				sending->message);
}

static int32_t
broadcast_on_strand(Chain *chain, gpointer data)
{
	return service_net.broadcast(chain, ((Sending *)data)->message);
}

int32_t
host_send(Host *from, const char *chain, const Host *to, const char *text)
{
	Sending sending = { .message = bsn_slice_str(text) };

	peer_key_of(to->name, sending.key);
	return call_on_strand(from, chain, send_on_strand, &sending);
}

int32_t
host_send_bytes(Host *from, const char *chain, const Host *to, GBytes *bytes)
{
	Sending sending = { .message = bytes_slice(bytes) };

	peer_key_of(to->name, sending.key);
	return call_on_strand(from, chain, send_on_strand, &sending);
}

int32_t
host_broadcast(Host *from, const char *chain, const char *text)
{
	Sending sending = { .message = bsn_slice_str(text) };

	return call_on_strand(from, chain, broadcast_on_strand, &sending);
}

/* ---- programs of tests ---- */

static void (*run_around)(const PeerTest *test);

static void
run_test(gconstpointer data)
{
	const PeerTest *test = data;

	if (run_around != NULL)
		run_around(test);
	else
		test->run();
	peer_forget_heard();
}

int
peer_tests_main(int argc, char **argv, const char *path, const PeerTest *tests,
		gsize n, void (*around)(const PeerTest *test))
{
	int status;

	g_test_init(&argc, &argv, NULL);
	run_around = around;
	peer_files = peer_files_new();
	for (gsize i = 0; i < n; i++) {
		g_autofree char *name =
			g_strconcat(path, "/", tests[i].name, NULL);

		g_test_add_data_func(name, &tests[i], run_test);
	}
	status = g_test_run();
	peer_files_free(peer_files);
	return status;
}
