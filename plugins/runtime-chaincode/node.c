/* SPDX-License-Identifier: Apache-2.0
 *
 * A package of type "node": a thread unpacks it, since there may be thousands
 * of files; then it is a child that finds us at its door, with TLS on both
 * sides by an authority that lives as long as the start takes.
 */
#include "plugins/runtime-chaincode/node.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/runtime-chaincode/worker.h"

#define TLS_DIRECTORY ".chaincode-tls/"
#define PEM_MAX (64u << 10)
/* The child's deadline comes after ours, which says more. */
#define SPARE_MS 5000u

struct NodeStart {
	gint refs; /* atomic: the worker's, the thread's or its job's */
	bsn_io_job job;
	Worker *worker;	  /* NULL: cancelled; the main loop's */
	Program *program; /* holds a reference */
	GThread *thread;
	char *node_path;
	/* The thread's until it is done: */
	NodeProgram *node;
	int32_t status;
	bsn_err err;
};

/* Threads under way; the lock is held by one that tells the main loop. */
static GMutex telling;
static GQueue starts = G_QUEUE_INIT;

static void
node_start_unref(NodeStart *start)
{
	if (!g_atomic_int_dec_and_test(&start->refs))
		return;
	node_program_free(start->node);
	program_unref(start->program);
	g_free(start->node_path);
	g_free(start);
}

/* ---- what the child is given ---- */

/* Certificates in PEM, as texts. */
typedef struct {
	GByteArray *ca, *server, *server_key, *client, *client_key;
} Pems;

static int32_t
make_pems(bsn_io_authority *authority, const char *name, Pems *pems,
	  bsn_err *err)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", NULL };
	const bsn_io *io = runtime_host.io;
	BufferSink ca = buffer_sink(pems->ca, PEM_MAX);
	BufferSink server = buffer_sink(pems->server, PEM_MAX);
	BufferSink server_key = buffer_sink(pems->server_key, PEM_MAX);
	BufferSink client = buffer_sink(pems->client, PEM_MAX);
	BufferSink client_key = buffer_sink(pems->client_key, PEM_MAX);
	int32_t status = io->authority_certificate(authority, &ca.sink, err);

	if (status == BSN_OK)
		status = io->authority_issue(authority, "peer", hosts,
					     &server.sink, &server_key.sink,
					     err);
	if (status == BSN_OK)
		status =
			io->authority_issue(authority, name, NULL, &client.sink,
					    &client_key.sink, err);
	return status;
}

static char *
text_of(const GByteArray *bytes)
{
	return g_strndup((const char *)bytes->data, bytes->len);
}

static char *
base64_of(const GByteArray *bytes)
{
	return g_base64_encode(bytes->data, bytes->len);
}

/* Node's shim reads the client's in base64, others in PEM. */
static void
add_tls_files(NodeProgram *node, const Pems *pems)
{
	node_program_add(node, TLS_DIRECTORY "peer.crt", text_of(pems->ca));
	node_program_add(node, TLS_DIRECTORY "client.crt",
			 base64_of(pems->client));
	node_program_add(node, TLS_DIRECTORY "client.key",
			 base64_of(pems->client_key));
	node_program_add(node, TLS_DIRECTORY "client_pem.crt",
			 text_of(pems->client));
	node_program_add(node, TLS_DIRECTORY "client_pem.key",
			 text_of(pems->client_key));
}

static void
add_variable(GPtrArray *env, const char *name, const char *value)
{
	if (value != NULL && *value != '\0')
		g_ptr_array_add(env, g_strconcat(name, "=", value, NULL));
}

static GPtrArray *
environment(const NodeStart *start)
{
	static const char tls[] = BSN_IO_DIRECTORY "/" TLS_DIRECTORY;
	GPtrArray *env = g_ptr_array_new_with_free_func(g_free);

	add_variable(env, "CORE_CHAINCODE_ID_NAME", start->program->package_id);
	add_variable(env, "CORE_PEER_ADDRESS", BSN_IO_DOOR);
	add_variable(env, "CORE_PEER_LOCALMSPID", start->program->msp_id);
	add_variable(env, "CORE_PEER_TLS_ENABLED", "true");
	g_ptr_array_add(env, g_strconcat("CORE_PEER_TLS_ROOTCERT_FILE=", tls,
					 "peer.crt", NULL));
	g_ptr_array_add(env, g_strconcat("CORE_TLS_CLIENT_CERT_PATH=", tls,
					 "client.crt", NULL));
	g_ptr_array_add(env, g_strconcat("CORE_TLS_CLIENT_KEY_PATH=", tls,
					 "client.key", NULL));
	g_ptr_array_add(env, g_strconcat("CORE_TLS_CLIENT_CERT_FILE=", tls,
					 "client_pem.crt", NULL));
	g_ptr_array_add(env, g_strconcat("CORE_TLS_CLIENT_KEY_FILE=", tls,
					 "client_pem.key", NULL));
	add_variable(env, "NODE_PATH", start->node_path);
	/* The system's is not its to read. */
	add_variable(env, "OPENSSL_CONF", "/dev/null");
	add_variable(env, "CORE_CHAINCODE_LOGGING_SHIM", "error");
	add_variable(env, "CORE_CHAINCODE_LOGGING_LEVEL", "error");
	g_ptr_array_add(env, NULL);
	return env;
}

static void
add_arguments(const NodeStart *start, GPtrArray *argv)
{
	g_ptr_array_add(argv, g_strdup("--peer.address"));
	g_ptr_array_add(argv, g_strdup(BSN_IO_DOOR));
	g_ptr_array_add(argv, g_strdup("--chaincode-id-name"));
	g_ptr_array_add(argv, g_strdup(start->program->package_id));
	/* RFC 6066 section 3: an address is no server name. */
	g_ptr_array_add(argv, g_strdup("--ssl-target-name-override"));
	g_ptr_array_add(argv, g_strdup("localhost"));
	g_ptr_array_add(argv, NULL);
}

/* ---- the door ---- */

static void
on_call(GrpcCall *call, gpointer user)
{
	static const GrpcMethod method = { "/protos.ChaincodeSupport/Register",
					   TRUE, TRUE };
	Worker *worker = WORKER_OF(user, owner);

	if (strcmp(grpc_call_path(call), method.path) != 0)
		return; /* UNIMPLEMENTED */
	if (worker->call != NULL) {
		grpc_call_finish(call, GRPC_ALREADY_EXISTS,
				 "the chaincode has registered already", NULL,
				 NULL);
		return;
	}
	worker->call = call;
	grpc_call_accept(call, &method, &talk_events, worker);
}

static bsn_io_events *
accepted(bsn_io_acceptor *acceptor, bsn_io_stream *stream,
	 const bsn_io_peer *peer)
{
	Worker *worker = WORKER_OF(acceptor, door);

	if (worker->link != NULL || worker->state != WORKER_STARTING)
		return NULL;
	worker->link = link_accept(runtime_host.io, runtime_host.account,
				   stream, on_call, &worker->owner);
	return link_events(worker->link);
}

static int32_t
start_child(Worker *worker, NodeStart *start, const Pems *pems, bsn_err *err)
{
	const bsn_io_tls tls = {
		.size = sizeof(tls),
		.flags = BSN_IO_TLS_REQUIRE,
		.certificate = buffer_slice(pems->server),
		.key = buffer_slice(pems->server_key),
		.ca = buffer_slice(pems->ca),
		.alpn = "h2",
	};
	g_autoptr(GPtrArray) env = environment(start);
	bsn_io_spec spec = { .size = sizeof(spec),
			     .start_ms = WORKER_START_MS + SPARE_MS,
			     .name = worker->program->name,
			     .env = (const char *const *)env->pdata,
			     .door = &worker->door,
			     .door_tls = &tls };

	add_tls_files(start->node, pems);
	add_arguments(start, start->node->argv);
	spec.argv = (const char *const *)start->node->argv->pdata;
	spec.files = (const bsn_io_file *)(gpointer)start->node->files->data;
	spec.file_count = start->node->files->len;
	worker->door.accepted = accepted;
	return runtime_host.io->child_start(runtime_host.account, &spec,
					    &worker->parent, &worker->child,
					    err);
}

static int32_t
start_with_tls(Worker *worker, NodeStart *start, bsn_err *err)
{
	Pems pems = { g_byte_array_new(), g_byte_array_new(),
		      g_byte_array_new(), g_byte_array_new(),
		      g_byte_array_new() };
	bsn_io_authority *authority = NULL;
	int32_t status = runtime_host.io->authority_new(
		runtime_host.account, "chaincode", &authority, err);

	if (status == BSN_OK)
		status =
			make_pems(authority, worker->program->name, &pems, err);
	if (status == BSN_OK)
		status = start_child(worker, start, &pems, err);
	runtime_host.io->authority_free(authority);
	g_byte_array_unref(pems.ca);
	g_byte_array_unref(pems.server);
	g_byte_array_unref(pems.server_key);
	g_byte_array_unref(pems.client);
	g_byte_array_unref(pems.client_key);
	return status;
}

/* ---- unpacking ---- */

static void
unpacked(bsn_io_job *job, int32_t unused)
{
	NodeStart *start =
		(NodeStart *)(void *)((char *)job -
				      G_STRUCT_OFFSET(NodeStart, job));
	Worker *worker = start->worker;
	int32_t status;

	if (start->thread != NULL) {
		g_thread_join(g_steal_pointer(&start->thread));
		g_queue_remove(&starts, start);
	}
	if (worker != NULL) {
		worker->node_start = NULL;
		status = start->status;
		if (status == BSN_OK)
			status = start_with_tls(worker, start, &start->err);
		if (status != BSN_OK)
			worker_fail(worker, "%s", start->err.reason);
		node_start_unref(start);
		worker_settle(worker);
	}
	node_start_unref(start);
}

static gpointer
unpack(gpointer data)
{
	NodeStart *start = data;
	gboolean told;

	start->status =
		node_program_read(start->program->package, start->node_path,
				  &start->node, &start->err);
	g_mutex_lock(&telling);
	told = !g_atomic_int_get(&runtime_host.ended);
	if (told)
		runtime_host.io->on_main(runtime_host.account, &start->job);
	g_mutex_unlock(&telling);
	if (!told)
		node_start_unref(start);
	return NULL;
}

void
node_start(Worker *worker)
{
	NodeStart *start = g_new0(NodeStart, 1);

	start->refs = 2;
	start->job.run = unpacked;
	start->worker = worker;
	start->program = program_ref(worker->program);
	start->node_path = g_strdup(runtime_host.node_path);
	start->err = (bsn_err)BSN_ERR_INIT;
	worker->node_start = start;
	start->thread = g_thread_new("chaincode-files", unpack, start);
	g_queue_push_tail(&starts, start);
}

void
node_start_cancel(NodeStart *start)
{
	start->worker = NULL;
	node_start_unref(start);
}

void
node_starts_end(void)
{
	g_mutex_lock(&telling); /* none is telling any more */
	g_mutex_unlock(&telling);
	for (NodeStart *start = g_queue_pop_head(&starts); start != NULL;
	     start = g_queue_pop_head(&starts)) {
		GThread *thread = g_steal_pointer(&start->thread);

		/* The job, if it is on its way, or the thread frees it. */
		g_thread_join(thread);
	}
}
