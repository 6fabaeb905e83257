/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin's connections, in clear, and its timers.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/io-fixture.h"

static bsn_io_listener *
listen_at(IoFixture *fixture, const char *where, Side *server, TextSink *address)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_io_listener *listener = NULL;
	const int32_t status = fixture->io->listen(
		fixture->account, where, NULL, NULL, &server->acceptor,
		&listener, address != NULL ? &address->sink : NULL, &err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(status, ==, BSN_OK);
	return listener;
}

static int32_t
connect_to(IoFixture *fixture, const char *where, const bsn_io_times *times,
	   Side *client, bsn_err *err)
{
	return fixture->io->connect(fixture->account, where, NULL, times,
				    &client->events, &client->stream, err);
}

static void
connect_well(IoFixture *fixture, const char *where, const bsn_io_times *times,
	     Side *client)
{
	bsn_err err = BSN_ERR_INIT;
	const int32_t status =
		connect_to(fixture, where, times, client, &err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(status, ==, BSN_OK);
}

/* Two sides that are connected by "unix:s". */
static void
connect_sides(IoFixture *fixture, const bsn_io_times *times, Side *server,
	      Side *client)
{
	listen_at(fixture, "unix:s", server, NULL);
	connect_well(fixture, "unix:s", times, client);
	io_run_until(fixture, &server->accepted, 1);
	io_run_until(fixture, &client->opened, 1);
}

static void
write_text(Side *side, const char *text)
{
	g_assert_cmpint(side->fixture->io->write(side->stream,
						 bsn_slice_str(text)),
			==, BSN_OK);
}

/* ---- there and back ---- */

static void
test_echo(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);

	server->echoes = server->finishes = TRUE;
	listen_at(fixture, "unix:s", server, NULL);
	connect_well(fixture, "unix:s", NULL, client);
	write_text(client, "before it is open, ");
	io_run_until(fixture, &client->opened, 1);
	write_text(client, "and after");
	fixture->io->finish(client->stream);
	g_assert_cmpint(fixture->io->write(client->stream, bsn_slice_str("x")),
			==, BSN_UNAVAILABLE);
	io_run_until(fixture, &client->closed, 1);
	io_run_until(fixture, &server->closed, 1);
	g_assert_cmpstr(client->got->str, ==, "before it is open, and after");
	g_assert_cmpint(client->status, ==, BSN_OK);
	g_assert_cmpint(server->status, ==, BSN_OK);
	g_assert_cmpuint(server->ended, ==, 1);
	g_assert_cmpuint(client->ended, ==, 0);
	g_assert_cmpstr(server->address, ==, "unix");
	io_fixture_free(fixture);
}

/* Without a callback for the other side's end, that is the end. */
static void
test_no_half(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);

	server->events.ended = NULL;
	connect_sides(fixture, NULL, server, client);
	write_text(client, "last words");
	fixture->io->finish(client->stream);
	io_run_until(fixture, &server->closed, 1);
	g_assert_cmpstr(server->got->str, ==, "last words");
	g_assert_cmpint(server->status, ==, BSN_OK);
	io_run_until(fixture, &client->closed, 1);
	io_fixture_free(fixture);
}

/* What was queued when it was closed arrives. */
static void
test_close_sends(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);
	g_autofree char *much = g_strnfill(1 << 20, 'm');

	connect_sides(fixture, NULL, server, client);
	write_text(client, much);
	fixture->io->close(client->stream);
	io_run_until(fixture, &server->ended, 1);
	g_assert_cmpuint(server->got->len, ==, 1 << 20);
	fixture->io->close(server->stream);
	io_settle(fixture);
	g_assert_cmpuint(client->closed + server->closed, ==, 0);
	io_fixture_free(fixture);
}

static void
test_internet(void)
{
	static const char *const listen[] = { "test.other 127.0.0.1:1",
					      IO_PLUGIN " 127.0.0.1:0", NULL };
	static const char *const dial[] = { IO_PLUGIN "  127.0.0.1:0", NULL };
	IoFixture *fixture = io_fixture_new(
		&(IoConfig){ .listen = listen, .connect = dial });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);
	TextSink *address = text_sink_new();

	server->echoes = TRUE;
	listen_at(fixture, "127.0.0.1:0", server, address);
	g_assert_true(g_str_has_prefix(address->text->str, "127.0.0.1:"));
	g_assert_cmpstr(address->text->str, !=, "127.0.0.1:0");
	connect_well(fixture, address->text->str, NULL, client);
	write_text(client, "hello");
	while (client->got->len < 5)
		io_run_until(fixture, &client->received, client->received + 1);
	g_assert_cmpstr(client->got->str, ==, "hello");
	g_assert_true(g_str_has_prefix(server->address, "127.0.0.1:"));
	text_sink_free(address);
	io_fixture_free(fixture);
}

/* ---- what may not be ---- */

static void
assert_no_listening(IoFixture *fixture, const char *where, int32_t status)
{
	g_autoptr(Side) server = side_new(fixture);
	bsn_io_listener *listener = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(fixture->io->listen(fixture->account, where, NULL,
					    NULL, &server->acceptor, &listener,
					    NULL, &err),
			==, status);
	g_assert_cmpuint(strlen(err.reason), >, 0);
	g_assert_null(listener);
}

static void
test_denied(void)
{
	static const char *const listen[] = { IO_PLUGIN " 127.0.0.1:7052",
					      "test.other 127.0.0.1:0", NULL };
	IoFixture *fixture = io_fixture_new(&(IoConfig){ .listen = listen });
	g_autoptr(Side) client = side_new(fixture);
	g_autofree char *longest = g_strnfill(120, 'n');
	g_autofree char *too_long = g_strconcat("unix:", longest, NULL);
	bsn_err err = BSN_ERR_INIT;

	assert_no_listening(fixture, "127.0.0.1:7053", BSN_DENIED);
	assert_no_listening(fixture, "127.0.0.1:0", BSN_DENIED);
	assert_no_listening(fixture, "127.0.0.2:7052", BSN_DENIED);
	assert_no_listening(fixture, "0.0.0.0:7052", BSN_DENIED);
	assert_no_listening(fixture, "[::1]:7052", BSN_DENIED);
	assert_no_listening(fixture, "localhost:7052", BSN_BAD_REQUEST);
	assert_no_listening(fixture, "unix:", BSN_BAD_REQUEST);
	assert_no_listening(fixture, "unix:../s", BSN_BAD_REQUEST);
	assert_no_listening(fixture, "unix:a/s", BSN_BAD_REQUEST);
	assert_no_listening(fixture, too_long, BSN_TOO_LARGE);
	g_assert_cmpint(connect_to(fixture, "127.0.0.1:7052", NULL, client,
				   &err),
			==, BSN_DENIED);
	g_assert_nonnull(strstr(err.reason, "[io] connect"));
	io_fixture_free(fixture);
}

static void
test_taken_and_stale(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);
	struct sockaddr_un stale = { .sun_family = AF_UNIX };
	g_autofree char *path = io_fixture_path(fixture, "s");
	bsn_io_listener *listener;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	/* A daemon that was killed has left it. */
	g_strlcpy(stale.sun_path, path, sizeof(stale.sun_path));
	g_assert_cmpint(bind(fd, (struct sockaddr *)&stale, sizeof(stale)), ==,
			0);
	close(fd);
	listener = listen_at(fixture, "unix:s", server, NULL);
	assert_no_listening(fixture, "unix:s", BSN_CONFLICT);
	fixture->io->listener_close(listener);
	g_assert_cmpint(g_access(path, F_OK), !=, 0);
	connect_well(fixture, "unix:s", NULL, client);
	io_run_until(fixture, &client->closed, 1);
	g_assert_cmpint(client->status, ==, BSN_UNAVAILABLE);
	g_assert_cmpuint(client->opened, ==, 0);
	io_fixture_free(fixture);
}

static void
test_too_many(void)
{
	IoFixture *fixture =
		io_fixture_new(&(IoConfig){ .connections_max = 3 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) one = side_new(fixture);
	g_autoptr(Side) two = side_new(fixture);
	g_autoptr(Side) three = side_new(fixture);
	bsn_err err = BSN_ERR_INIT;

	listen_at(fixture, "unix:s", server, NULL);
	connect_well(fixture, "unix:s", NULL, one);
	io_run_until(fixture, &server->accepted, 1);
	/* With the other side of the second it would be four. */
	connect_well(fixture, "unix:s", NULL, two);
	g_assert_cmpint(connect_to(fixture, "unix:s", NULL, three, &err), ==,
			BSN_BUSY);
	io_run_until(fixture, &two->ended, 1);
	g_assert_cmpuint(server->accepted, ==, 1);
	io_fixture_free(fixture);
}

static void
test_refused(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);

	server->refuses = TRUE;
	listen_at(fixture, "unix:s", server, NULL);
	connect_well(fixture, "unix:s", NULL, client);
	io_run_until(fixture, &client->ended, 1);
	g_assert_cmpuint(server->closed, ==, 0);
	io_fixture_free(fixture);
}

/* ---- back-pressure ---- */

#define QUEUE (64u << 10)

static void
test_back_pressure(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ .queue_max = QUEUE });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);
	g_autoptr(GString) sent = g_string_new(NULL);
	guint8 block[4096];
	int32_t status;

	connect_sides(fixture, NULL, server, client);
	fixture->io->receive(server->stream, 0);
	g_assert_cmpuint(fixture->io->room(client->stream), ==, QUEUE);
	/* Until the queue, the kernel's and what is read ahead are full. */
	do {
		client->writable = 0;
		memset(block, 'a' + (int)(sent->len / 4096 % 26), 4096);
		status = fixture->io->write(client->stream,
					    bsn_slice_of(block, 4096));
		if (status == BSN_OK)
			g_string_append_len(sent, (char *)block, 4096);
		io_settle(fixture);
	} while (status == BSN_OK || client->writable > 0);
	g_assert_cmpint(status, ==, BSN_BUSY);
	g_assert_cmpuint(server->received, ==, 0);
	g_assert_cmpuint(fixture->io->room(client->stream), <, 4096);
	fixture->io->receive(server->stream, 1);
	io_run_until(fixture, &client->writable, 1);
	g_assert_cmpuint(fixture->io->room(client->stream), >=, QUEUE / 2);
	fixture->io->finish(client->stream);
	io_run_until(fixture, &server->ended, 1);
	g_assert_true(g_string_equal(server->got, sent));
	io_fixture_free(fixture);
}

static void
test_too_large(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ .queue_max = QUEUE });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);
	g_autofree char *much = g_strnfill(QUEUE + 1, 'm');

	connect_sides(fixture, NULL, server, client);
	g_assert_cmpint(fixture->io->write(client->stream, bsn_slice_str(much)),
			==, BSN_TOO_LARGE);
	io_fixture_free(fixture);
}

/* The end waits with what was not wanted yet. */
static void
test_end_while_deaf(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);

	connect_sides(fixture, NULL, server, client);
	fixture->io->receive(server->stream, 0);
	write_text(client, "wait for me");
	fixture->io->finish(client->stream);
	io_settle(fixture);
	g_assert_cmpuint(server->received + server->ended, ==, 0);
	fixture->io->receive(server->stream, 1);
	g_assert_cmpuint(server->received, ==, 0); /* not from inside */
	io_run_until(fixture, &server->ended, 1);
	g_assert_cmpstr(server->got->str, ==, "wait for me");
	io_fixture_free(fixture);
}

/* ---- time ---- */

static void
test_idle(void)
{
	const bsn_io_times times = { .size = sizeof(times), .idle_ms = 20 };
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);

	connect_sides(fixture, &times, server, client);
	io_run_until(fixture, &client->closed, 1);
	g_assert_cmpint(client->status, ==, BSN_TIMEOUT);
	io_fixture_free(fixture);
}

static void
test_stall(void)
{
	const bsn_io_times times = { .size = sizeof(times), .stall_ms = 20 };
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);
	g_autofree char *much = g_strnfill(1 << 20, 'm');

	connect_sides(fixture, &times, server, client);
	fixture->io->receive(server->stream, 0);
	write_text(client, much);
	io_run_until(fixture, &client->closed, 1);
	g_assert_cmpint(client->status, ==, BSN_TIMEOUT);
	io_fixture_free(fixture);
}

typedef struct {
	bsn_io_alarm alarm;
	IoFixture *fixture;
	bsn_io_timer *timer;
	guint rang, again;
} Bell;

static void
rang(bsn_io_alarm *alarm)
{
	Bell *bell = (Bell *)alarm;

	bell->rang++;
	if (bell->again-- > 0)
		bell->fixture->io->timer_set(bell->timer, 1);
	else
		bell->fixture->io->timer_free(g_steal_pointer(&bell->timer));
}

static Bell
bell_new(IoFixture *fixture, guint again)
{
	return (Bell){ { rang }, fixture, NULL, 0, again };
}

static void
test_timers(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	Bell thrice = bell_new(fixture, 2), never = bell_new(fixture, 0);
	Bell later = bell_new(fixture, 0), left = bell_new(fixture, 0);
	Bell *const all[] = { &thrice, &never, &later, &left };

	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		all[i]->timer = fixture->io->timer_new(fixture->account,
						       &all[i]->alarm);
		g_assert_nonnull(all[i]->timer);
		fixture->io->timer_set(all[i]->timer, 1);
	}
	fixture->io->timer_stop(never.timer);
	fixture->io->timer_set(later.timer, 3600000);
	fixture->io->timer_set(left.timer, 3600000);
	io_run_until(fixture, &thrice.rang, 3);
	fixture->io->timer_set(later.timer, 0);
	io_run_until(fixture, &later.rang, 1);
	g_assert_cmpuint(never.rang + left.rang, ==, 0);
	fixture->io->timer_free(NULL);
	io_fixture_free(fixture);
}

static void
test_too_many_timers(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	Bell bell = bell_new(fixture, 0);
	guint n = 0;

	while (fixture->io->timer_new(fixture->account, &bell.alarm) != NULL)
		g_assert_cmpuint(++n, <=, 4096);
	g_assert_cmpuint(n, ==, 4096);
	io_fixture_free(fixture);
}

/* ---- closed whenever ---- */

static const char *close_in;

static void
close_then(Side *side, const char *callback)
{
	bsn_io_stream *stream = side->stream;

	if (g_strcmp0(callback, close_in) != 0 || stream == NULL)
		return;
	side->stream = NULL;
	side->fixture->io->close(stream);
}

/* Each side closes in a callback of its own; nothing comes after. */
static void
test_close_inside(gconstpointer data)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ .queue_max = QUEUE });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);
	g_autofree char *half = g_strnfill(QUEUE, 'h');

	close_in = data;
	server->then = client->then = close_then;
	listen_at(fixture, "unix:s", server, NULL);
	connect_well(fixture, "unix:s", NULL, client);
	write_text(client, half);
	g_assert_cmpint(fixture->io->write(client->stream, bsn_slice_str("x")),
			==, BSN_BUSY);
	fixture->io->finish(client->stream);
	io_run_until(fixture, &server->accepted, 1);
	io_settle(fixture);
	if (server->stream != NULL)
		fixture->io->close(server->stream);
	io_settle(fixture);
	if (g_strcmp0(close_in, "accepted") == 0 ||
	    g_strcmp0(close_in, "received") == 0)
		g_assert_cmpuint(server->closed, ==, 0);
	io_fixture_free(fixture);
}

static void
test_close_early(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);

	fixture->io->close(NULL);
	listen_at(fixture, "unix:s", server, NULL);
	connect_well(fixture, "unix:s", NULL, client);
	fixture->io->close(client->stream);
	io_settle(fixture);
	g_assert_cmpuint(client->opened + client->closed, ==, 0);
	io_fixture_free(fixture);
}

/* All is open when the host stops. */
static void
test_stop(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autoptr(Side) client = side_new(fixture);
	g_autoptr(Side) shaking = side_new(fixture);

	connect_sides(fixture, NULL, server, client);
	write_text(client, "unsent");
	connect_well(fixture, "unix:s", NULL, shaking);
	io_fixture_free(fixture);
	g_assert_cmpuint(client->closed + server->closed + shaking->closed, ==,
			 0);
}

/* The plugin's own, by the whole of both names. */
static void
settings_are_the_plugins_own(void)
{
	static const char *const settings[] = {
		IO_PLUGIN " node=/usr/bin/node", IO_PLUGIN " node_path=a=b c",
		"other secret=1",		 IO_PLUGIN ".more secret=2",
		IO_PLUGIN " empty=",		 NULL
	};
	IoFixture *fixture =
		io_fixture_new(&(IoConfig){ .settings = settings });
	IoFixture *none;

	g_assert_cmpstr(fixture->io->setting(fixture->account, "node"), ==,
			"/usr/bin/node");
	g_assert_cmpstr(fixture->io->setting(fixture->account, "node_path"),
			==, "a=b c");
	g_assert_cmpstr(fixture->io->setting(fixture->account, "empty"), ==,
			"");
	g_assert_null(fixture->io->setting(fixture->account, "nod"));
	g_assert_null(fixture->io->setting(fixture->account, "secret"));
	g_assert_null(fixture->io->setting(fixture->account, "more secret"));
	io_fixture_free(fixture);
	none = io_fixture_new(&(IoConfig){ 0 });
	g_assert_null(none->io->setting(none->account, "node"));
	io_fixture_free(none);
}

int
main(int argc, char **argv)
{
	static const char *const callbacks[] = { "opened", "accepted",
						 "received", "ended",
						 "writable", "closed" };

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/io/streams/echo", test_echo);
	g_test_add_func("/io/streams/no-half", test_no_half);
	g_test_add_func("/io/streams/close-sends", test_close_sends);
	g_test_add_func("/io/streams/internet", test_internet);
	g_test_add_func("/io/streams/denied", test_denied);
	g_test_add_func("/io/streams/taken-and-stale", test_taken_and_stale);
	g_test_add_func("/io/streams/too-many", test_too_many);
	g_test_add_func("/io/streams/refused", test_refused);
	g_test_add_func("/io/streams/back-pressure", test_back_pressure);
	g_test_add_func("/io/streams/too-large", test_too_large);
	g_test_add_func("/io/streams/end-while-deaf", test_end_while_deaf);
	g_test_add_func("/io/streams/idle", test_idle);
	g_test_add_func("/io/streams/stall", test_stall);
	for (guint i = 0; i < G_N_ELEMENTS(callbacks); i++) {
		g_autofree char *path = g_strconcat(
			"/io/streams/close-in/", callbacks[i], NULL);

		g_test_add_data_func(path, callbacks[i], test_close_inside);
	}
	g_test_add_func("/io/timers", test_timers);
	g_test_add_func("/io/timers/too-many", test_too_many_timers);
	g_test_add_func("/io/streams/close-early", test_close_early);
	g_test_add_func("/io/streams/stop", test_stop);
	g_test_add_func("/io/settings/are-the-plugins-own",
			settings_are_the_plugins_own);
	return g_test_run();
}
