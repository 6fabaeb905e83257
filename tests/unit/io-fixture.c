/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/io-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define DEADLINE_S 60

static IoFixture *present;

static int32_t
start(const bsn_io *io, bsn_io_account *account, bsn_err *err)
{
	present->io = io;
	present->account = account;
	return BSN_OK;
}

static void
stop(void)
{
	present->stopped++;
}

static const bsn_io_user user = {
	.size = sizeof(user),
	.start = start,
	.stop = stop,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_IO_ID) == 0 ? &user : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(plugin),
	.flags = BSN_PLUGIN_DOES_IO,
	.id = IO_PLUGIN,
	.version = "1",
	.query = query,
};

static void
too_late(evutil_socket_t fd, short what, void *data)
{
	g_error("the deadline of %d s passed", DEADLINE_S);
}

static IoConfig
config_of(const IoFixture *fixture, const IoConfig *changes)
{
	static const char *const nothing[] = { NULL };
	static const char *paths[] = { "/usr", "/bin", "/lib", "/lib64",
				       "/etc/ld.so.cache", NULL, NULL };
	const char *build = g_getenv("G_TEST_BUILDDIR");
	g_autofree char *confiner =
		g_build_filename(build, "bsn-confined", NULL);
	IoConfig config = *changes;

	paths[5] = build;
	config.directory = fixture->directory;
	config.confiner = g_intern_string(confiner);
	if (config.listen == NULL)
		config.listen = nothing;
	if (config.connect == NULL)
		config.connect = nothing;
	if (config.child_paths == NULL)
		config.child_paths = paths;
#define DEFAULT(member, value)                                                \
	if (config.member == 0)                                               \
	config.member = value
	DEFAULT(connections_max, 64);
	DEFAULT(queue_max, 1 << 20);
	DEFAULT(children_max, 8);
	DEFAULT(child_memory_max, (guint64)1 << 30);
	DEFAULT(child_file_max, 4 << 20);
	DEFAULT(child_processes_max, 32);
	DEFAULT(child_files_max, 64);
	DEFAULT(child_cgroup, "");
	DEFAULT(child_cpu_percent, 100);
#undef DEFAULT
	return config;
}

IoFixture *
io_fixture_new(const IoConfig *changes)
{
	const struct timeval deadline = { DEADLINE_S, 0 };
	IoFixture *fixture = g_new0(IoFixture, 1);
	g_autoptr(GError) error = NULL;
	IoConfig config;

	g_assert_null(present);
	present = fixture;
	signal(SIGPIPE, SIG_IGN); /* as the daemon does */
	fixture->directory = g_dir_make_tmp("bsn-io-XXXXXX", &error);
	g_assert_no_error(error);
	config = config_of(fixture, changes);
	fixture->loop = loop_new();
	fixture->deadline =
		evtimer_new(loop_base(fixture->loop), too_late, NULL);
	evtimer_add(fixture->deadline, &deadline);
	fixture->service = io_service_new(fixture->loop, &config, &error);
	g_assert_no_error(error);
	io_service_start(fixture->service, &plugin);
	g_assert_nonnull(fixture->account);
	return fixture;
}

char *
io_fixture_path(const IoFixture *fixture, const char *name)
{
	return g_build_filename(fixture->directory, IO_PLUGIN, name, NULL);
}

/* The service leaves nothing but the plugin's empty directory, and an empty one
 * of children if there were some. */
void
io_fixture_free(IoFixture *fixture)
{
	g_autofree char *own = io_fixture_path(fixture, "");
	g_autofree char *children = io_fixture_path(fixture, "children");

	io_service_stop(fixture->service);
	g_assert_cmpuint(fixture->stopped, ==, 1);
	io_settle(fixture); /* libevent lets go of what it was about to tell */
	io_service_free(fixture->service);
	loop_run_pending(fixture->loop);
	event_free(fixture->deadline);
	loop_free(fixture->loop);
	(void)g_rmdir(children);
	g_assert_cmpint(g_rmdir(own), ==, 0);
	g_assert_cmpint(g_rmdir(fixture->directory), ==, 0);
	g_free(fixture->directory);
	g_free(fixture);
	present = NULL;
}

void
io_run_until(IoFixture *fixture, const guint *n, guint least)
{
	while (*n < least)
		g_assert_cmpint(event_base_loop(loop_base(fixture->loop),
						EVLOOP_ONCE),
				==, 0);
}

void
io_settle(IoFixture *fixture)
{
	for (guint i = 0; i < 50; i++)
		event_base_loop(loop_base(fixture->loop), EVLOOP_NONBLOCK);
}

/* ---- text ---- */

static int32_t
text_write(bsn_sink *sink, const void *data, uint64_t len)
{
	g_string_append_len(((TextSink *)sink)->text, data, (gssize)len);
	return BSN_OK;
}

TextSink *
text_sink_new(void)
{
	TextSink *sink = g_new0(TextSink, 1);

	sink->sink.write = text_write;
	sink->text = g_string_new(NULL);
	return sink;
}

void
text_sink_free(TextSink *sink)
{
	g_string_free(sink->text, TRUE);
	g_free(sink);
}

bsn_slice
text_sink_slice(const TextSink *sink)
{
	return bsn_slice_of(sink->text->str, sink->text->len);
}

/* ---- sides ---- */

static void
then(Side *side, const char *callback)
{
	if (side->then != NULL)
		side->then(side, callback);
}

static void
note_peer(Side *side, const bsn_io_peer *peer)
{
	g_free(side->address);
	side->address = g_strdup(peer->address);
	if (peer->certificate.len > 0)
		side->certificate = g_bytes_new(peer->certificate.data,
						peer->certificate.len);
}

static void
opened(bsn_io_events *events, const bsn_io_peer *peer)
{
	Side *side = (Side *)events;

	side->opened++;
	note_peer(side, peer);
	then(side, "opened");
}

static void
received(bsn_io_events *events, bsn_slice bytes)
{
	Side *side = (Side *)events;

	side->received++;
	g_string_append_len(side->got, (const char *)bytes.data,
			    (gssize)bytes.len);
	if (side->echoes)
		g_assert_cmpint(side->fixture->io->write(side->stream, bytes),
				==, BSN_OK);
	then(side, "received");
}

static void
ended(bsn_io_events *events)
{
	Side *side = (Side *)events;

	side->ended++;
	if (side->finishes)
		side->fixture->io->finish(side->stream);
	then(side, "ended");
}

static void
writable(bsn_io_events *events)
{
	Side *side = (Side *)events;

	side->writable++;
	then(side, "writable");
}

static void
closed(bsn_io_events *events, int32_t status, const bsn_err *err)
{
	Side *side = (Side *)events;

	side->closed++;
	side->stream = NULL;
	side->status = status;
	g_free(side->reason);
	side->reason = g_strdup(err->reason);
	g_assert_cmpuint(strlen(err->reason), >, 0);
	then(side, "closed");
}

static bsn_io_events *
accepted(bsn_io_acceptor *acceptor, bsn_io_stream *stream,
	 const bsn_io_peer *peer)
{
	Side *side = (Side *)(void *)((char *)acceptor -
				      G_STRUCT_OFFSET(Side, acceptor));

	side->accepted++;
	if (side->refuses)
		return NULL;
	side->stream = stream;
	note_peer(side, peer);
	then(side, "accepted");
	return &side->events;
}

Side *
side_new(IoFixture *fixture)
{
	Side *side = g_new0(Side, 1);

	side->events = (bsn_io_events){ .size = sizeof(side->events),
					.opened = opened,
					.received = received,
					.ended = ended,
					.writable = writable,
					.closed = closed };
	side->acceptor.accepted = accepted;
	side->fixture = fixture;
	side->got = g_string_new(NULL);
	return side;
}

void
side_free(Side *side)
{
	g_string_free(side->got, TRUE);
	if (side->certificate != NULL)
		g_bytes_unref(side->certificate);
	g_free(side->reason);
	g_free(side->address);
	g_free(side);
}
