/* SPDX-License-Identifier: Apache-2.0
 *
 * A runtime that refuses all code and does input and output, for
 * tests/integration/test-io.mjs. It echoes on "unix:echo" and on the addresses
 * in BSN_TEST_LISTEN, separated by ';', and keeps a child of BSN_TEST_CHILD (a
 * shell's script) running, which says something at its door.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsn/bsn.h>
#include <bsn/ext/io.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#define PLUGIN_ID "test.io"
#define PLUGIN_VERSION "1.0"

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_RUNTIME);

static const bsn_log *log_service;
static const bsn_io *io;
static bsn_io_account *account;
static bsn_io_child *child;

static void
say(uint32_t level, const char *text)
{
	log_service->write(NULL, level, text);
}

/* ---- echo ---- */

typedef struct {
	bsn_io_events events;
	bsn_io_stream *stream;
} Echo;

static void
received(bsn_io_events *events, bsn_slice bytes)
{
	(void)io->write(((Echo *)events)->stream, bytes);
}

static void
ended(bsn_io_events *events)
{
	io->finish(((Echo *)events)->stream);
}

static void
closed(bsn_io_events *events, int32_t status, const bsn_err *err)
{
	free(events);
}

static bsn_io_events *
accepted(bsn_io_acceptor *acceptor, bsn_io_stream *stream,
	 const bsn_io_peer *peer)
{
	Echo *echo = calloc(1, sizeof(*echo));

	if (echo == NULL)
		return NULL;
	echo->events.size = (uint32_t)sizeof(echo->events);
	echo->events.received = received;
	echo->events.ended = ended;
	echo->events.closed = closed;
	echo->stream = stream;
	return &echo->events;
}

static bsn_io_acceptor public_door = { accepted };

static void
listen_at(const char *where)
{
	bsn_io_listener *listener;
	bsn_err err = BSN_ERR_INIT;

	if (io->listen(account, where, NULL, NULL, &public_door, &listener,
		       NULL, &err) != BSN_OK)
		say(BSN_LOG_WARNING, err.reason);
}

static void
listen_everywhere(void)
{
	const char *wanted = getenv("BSN_TEST_LISTEN");
	char *list = strdup(wanted != NULL ? wanted : "");

	listen_at("unix:echo");
	for (char *one = list != NULL ? strtok(list, ";") : NULL; one != NULL;
	     one = strtok(NULL, ";"))
		listen_at(one);
	free(list);
}

/* ---- the child ---- */

static void start_child(void);

static bsn_io_events *
child_came(bsn_io_acceptor *acceptor, bsn_io_stream *stream,
	   const bsn_io_peer *peer)
{
	io->child_ready(child);
	return accepted(acceptor, stream, peer);
}

static void
child_exited(bsn_io_parent *parent, const bsn_io_exit *how)
{
	child = NULL;
	say(BSN_LOG_WARNING, how->reason);
	start_child();
}

static bsn_io_acceptor private_door = { child_came };
static bsn_io_parent parent = { child_exited };

static void
start_child(void)
{
	const char *argv[] = { "bash", "-c", getenv("BSN_TEST_CHILD"), NULL };
	static const char *const env[] = { "DOOR=" BSN_IO_DOOR, NULL };
	bsn_io_spec spec;
	bsn_err err = BSN_ERR_INIT;

	if (argv[2] == NULL)
		return;
	memset(&spec, 0, sizeof(spec));
	spec.size = (uint32_t)sizeof(spec);
	spec.name = "kid";
	spec.argv = argv;
	spec.env = env;
	spec.door = &private_door;
	if (io->child_start(account, &spec, &parent, &child, &err) != BSN_OK)
		say(BSN_LOG_ERROR, err.reason);
}

/* ---- the plugin ---- */

/* What the administrator has set for this plugin. */
static void
say_word(void)
{
	const char *word = io->setting(account, "word");
	char line[128];

	(void)snprintf(line, sizeof(line), "the word is %.99s",
		       word != NULL ? word : "not set");
	say(BSN_LOG_INFO, line);
}

static int32_t
start(const bsn_io *lent, bsn_io_account *mine, bsn_err *err)
{
	io = lent;
	account = mine;
	say_word();
	listen_everywhere();
	start_child();
	return BSN_OK;
}

static void
stop(void)
{
	say(BSN_LOG_INFO, "the test's plugin stops");
}

static const bsn_io_user io_user = { (uint32_t)sizeof(io_user), 0, start,
				     stop };

static int32_t
check(bsn_slice code, bsn_sink *findings, bsn_err *err)
{
	return bsn_fail(err, BSN_FAULT, "it takes no code");
}

static int32_t
execute(const bsn_call *call, bsn_state *state, bsn_err *err)
{
	return bsn_fail(err, BSN_E_INVALID, "it runs no code");
}

static const bsn_runtime runtime = {
	.size = (uint32_t)sizeof(runtime),
	.name = "test-io",
	.languages = "[]",
	.check = check,
	.execute = execute,
};

static const void *
query(const char *id)
{
	if (strcmp(id, BSN_RUNTIME_ID) == 0)
		return &runtime;
	return strcmp(id, BSN_IO_ID) == 0 ? &io_user : NULL;
}

static const bsn_plugin plugin = {
	.size = (uint32_t)sizeof(plugin),
#ifndef WITHOUT_FLAG
	.flags = BSN_PLUGIN_DOES_IO,
#endif
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "Input and output",
	.vendor = "Test Vendor",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	/* Nobody gets it so. */
	if (host->query(BSN_IO_ID) != NULL)
		return bsn_fail(err, BSN_E_INTERNAL,
				"the host answers a query for " BSN_IO_ID);
	log_service = bsn_host_log(host);
	*out = &plugin;
	return BSN_OK;
}
