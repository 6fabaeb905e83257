/* SPDX-License-Identifier: Apache-2.0
 *
 * What an operator sees: log, metrics, health, service notification.
 */
#include <config.h>

#include <glib/gstdio.h>
#include <jansson.h>
#include <math.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/ops/log.h"
#include "host/ops/metrics.h"
#include "host/ops/notify.h"
#include "host/ops/ops_server.h"

#define DEADLINE_S 60

/* ---- log ---- */

/* What `write_lines` puts on standard error. */
static char *
capture(void (*write_lines)(void))
{
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	char *text = NULL;
	long len;

	g_assert_nonnull(file);
	g_assert_cmpint(dup2(fileno(file), STDERR_FILENO), >=, 0);
	write_lines();
	g_assert_cmpint(dup2(saved, STDERR_FILENO), >=, 0);
	close(saved);
	len = (long)lseek(fileno(file), 0, SEEK_END);
	text = g_malloc0((gsize)len + 1);
	g_assert_cmpint(pread(fileno(file), text, (gsize)len, 0), ==, len);
	fclose(file);
	return text;
}

#define TIME "2000-01-01T00:00:00.000Z"

/* A text line without its time, whose shape is checked. */
static const char *
after_time(const char *line)
{
	static const char pattern[] =
		"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z ";

	g_assert_true(g_regex_match_simple(pattern, line, 0, 0));
	return line + strlen(TIME " ");
}

static void
write_levels(void)
{
	log_setup("warning", "text");
	log_error("store", NULL, "%d of %s", 1, "two");
	log_warning("chain", "evidence", "slow");
	log_info("chain", "evidence", "not written");
	log_debug("chain", "evidence", "not written");
}

static void
test_log_levels(void)
{
	g_autofree char *text = capture(write_levels);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	g_assert_cmpuint(g_strv_length(lines), ==, 3);
	g_assert_cmpstr(after_time(lines[0]), ==, "error   store: 1 of two");
	g_assert_cmpstr(after_time(lines[1]), ==,
			"warning chain[evidence]: slow");
	g_assert_cmpstr(lines[2], ==, "");
	g_assert_true(log_wants(LOG_LEVEL_WARNING));
	g_assert_false(log_wants(LOG_LEVEL_INFO));
}

#define HOSTILE "a\nb\x1b[2J\xc2\x9b\xe2\x80\xae\xff\"\\ \xf3\xa0\x80\x81 \xc3\xa9"

static void
write_hostile(void)
{
	log_setup("info", "text");
	log_fields("gateway", NULL, HOSTILE, "who", "x y", "n", "5", "e", "",
		   NULL);
	log_setup("info", "json");
	log_fields("gateway", "c1", HOSTILE, "who", HOSTILE, NULL);
}

static void
test_log_escapes(void)
{
	g_autofree char *text = capture(write_hostile);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	json_t *object;
	const char *message;

	g_assert_cmpuint(g_strv_length(lines), ==, 3);
	g_assert_cmpstr(after_time(lines[0]), ==,
			"info    gateway: a\\u000ab\\u001b[2J\\u009b\\u202e"
			"\xef\xbf\xbd\\\"\\\\ \\udb40\\udc01 \xc3\xa9 "
			"who=\"x y\" n=5 e=\"\"");
	object = json_loads(lines[1], JSON_REJECT_DUPLICATES, NULL);
	g_assert_nonnull(object);
	message = json_string_value(json_object_get(object, "message"));
	g_assert_cmpstr(message, ==,
			"a\nb\x1b[2J\xc2\x9b\xe2\x80\xae\xef\xbf\xbd\"\\ "
			"\xf3\xa0\x80\x81 \xc3\xa9");
	g_assert_cmpstr(json_string_value(json_object_get(object, "who")), ==,
			message);
	g_assert_cmpstr(json_string_value(json_object_get(object, "chain")),
			==, "c1");
	json_decref(object);
}

static void
write_long(void)
{
	g_autofree char *line = g_strnfill(100000, 'x');

	log_setup("info", "text");
	log_info("gateway", NULL, "%s", line);
}

static void
test_log_cuts(void)
{
	g_autofree char *text = capture(write_long);

	g_assert_cmpuint(strlen(text), <, 2000);
	g_assert_true(g_str_has_suffix(text, "xxx...\n"));
}

/* ---- metrics ---- */

static void
provide_chains(MetricsWriter *w, void *owner)
{
	static const char *const chains[] = { "a", "b\"\\\n" };

	for (guint i = 0; i < G_N_ELEMENTS(chains); i++) {
		metrics_counter(w, "bsn_blocks_total", "Blocks.", 10 + i,
				"chain", chains[i], "kind", "x", NULL);
		metrics_gauge(w, "bsn_pending", "Line\nand \\.", 0.1 * i,
			      "chain", chains[i], NULL);
	}
}

static void
provide_latency(MetricsWriter *w, void *owner)
{
	static const double bounds[] = { 0.0005, 0.001, 1 };
	static const guint64 counts[] = { 1, 0, 4, 2 };
	const MetricsHistogram histogram = { bounds, counts, 3, 12.5 };

	metrics_histogram(w, "bsn_seconds", "Latency.", &histogram, "route",
			  "/r", NULL);
	metrics_counter(w, "bsn_blocks_total", "Blocks.", G_MAXUINT64, NULL);
	metrics_gauge(w, "bsn_odd", "Odd.", INFINITY, NULL);
	metrics_gauge(w, "bsn_odd", "Odd.", NAN, "k", "v", NULL);
}

static void
test_metrics(void)
{
	Metrics *metrics = metrics_new();
	g_autofree char *text = NULL;

	metrics_add(metrics, provide_chains, NULL);
	metrics_add(metrics, provide_latency, NULL);
	text = metrics_render(metrics);
	g_assert_cmpstr(
		text, ==,
		"# HELP bsn_blocks_total Blocks.\n"
		"# TYPE bsn_blocks_total counter\n"
		"bsn_blocks_total{chain=\"a\",kind=\"x\"} 10\n"
		"bsn_blocks_total{chain=\"b\\\"\\\\\\n\",kind=\"x\"} 11\n"
		"bsn_blocks_total 18446744073709551615\n"
		"# HELP bsn_pending Line\\nand \\\\.\n"
		"# TYPE bsn_pending gauge\n"
		"bsn_pending{chain=\"a\"} 0\n"
		"bsn_pending{chain=\"b\\\"\\\\\\n\"} 0.1\n"
		"# HELP bsn_seconds Latency.\n"
		"# TYPE bsn_seconds histogram\n"
		"bsn_seconds_bucket{route=\"/r\",le=\"0.0005\"} 1\n"
		"bsn_seconds_bucket{route=\"/r\",le=\"0.001\"} 1\n"
		"bsn_seconds_bucket{route=\"/r\",le=\"1\"} 5\n"
		"bsn_seconds_bucket{route=\"/r\",le=\"+Inf\"} 7\n"
		"bsn_seconds_sum{route=\"/r\"} 12.5\n"
		"bsn_seconds_count{route=\"/r\"} 7\n"
		"# HELP bsn_odd Odd.\n"
		"# TYPE bsn_odd gauge\n"
		"bsn_odd +Inf\n"
		"bsn_odd{k=\"v\"} NaN\n");
	metrics_free(metrics);
}

/* ---- server ---- */

typedef struct {
	Loop *loop;
	OpsServer *server;
	const char *request;
	GString *response;
} Exchange;

static int
connect_to(guint16 port)
{
	struct timeval deadline = { .tv_sec = DEADLINE_S };
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(fd, >=, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address,
				sizeof(address)),
			==, 0);
	return fd;
}

static void *
run_client(void *data)
{
	Exchange *exchange = data;
	int fd = connect_to(ops_server_port(exchange->server));
	gsize len = strlen(exchange->request);
	char block[4096];
	ssize_t n;

	g_assert_cmpint(send(fd, exchange->request, len, MSG_NOSIGNAL), ==,
			(ssize_t)len);
	while ((n = recv(fd, block, sizeof(block), 0)) > 0)
		g_string_append_len(exchange->response, block, n);
	close(fd);
	loop_stop(exchange->loop);
	return NULL;
}

/* Sends a request and answers the response; the loop runs on this thread. */
static char *
ask(Loop *loop, OpsServer *server, const char *request)
{
	Exchange exchange = { loop, server, request, g_string_new(NULL) };
	GThread *client = g_thread_new("client", run_client, &exchange);

	loop_run(loop);
	g_thread_join(client);
	return g_string_free(exchange.response, FALSE);
}

static char *
get_page(Loop *loop, OpsServer *server, const char *path)
{
	g_autofree char *request = g_strdup_printf(
		"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
		"\r\n",
		path);

	return ask(loop, server, request);
}

static const char *
body_of(const char *response)
{
	const char *end = strstr(response, "\r\n\r\n");

	g_assert_nonnull(end);
	return end + 4;
}

static void
assert_status(const char *response, const char *status)
{
	g_autofree char *line = g_strconcat("HTTP/1.1 ", status, NULL);

	if (!g_str_has_prefix(response, line))
		g_error("no %s: %s", line, response);
}

static Loop *
serve(OpsServer **server)
{
	g_autoptr(GError) error = NULL;
	Loop *loop = loop_new();

	*server = ops_server_new(loop, "127.0.0.1:0", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(ops_server_port(*server), >, 0);
	return loop;
}

static void
stop(Loop *loop, OpsServer *server)
{
	ops_server_free(server);
	loop_free(loop);
}

static void
test_server_pages(void)
{
	OpsServer *server;
	Loop *loop = serve(&server);
	g_autofree char *alive = get_page(loop, server, "/healthz");
	g_autofree char *none = get_page(loop, server, "/etc");
	g_autofree char *metrics = NULL;
	json_t *error;

	assert_status(alive, "200 OK");
	g_assert_cmpstr(body_of(alive), ==, "{\"alive\":true}");
	assert_status(none, "404 ");
	error = json_loads(body_of(none), 0, NULL);
	g_assert_cmpstr(json_string_value(json_object_get(
				json_object_get(error, "error"), "name")),
			==, "not-found");
	json_decref(error);
	ops_server_add_metrics(server, provide_latency, NULL);
	metrics = get_page(loop, server, "/metrics");
	assert_status(metrics, "200 OK");
	g_assert_nonnull(strstr(metrics,
				"Content-Type: text/plain; version=0.0.4"));
	g_assert_true(g_str_has_prefix(body_of(metrics),
				       "# HELP bsn_seconds "));
	stop(loop, server);
}

static gboolean
holds(void *owner, char reason[BSN_REASON_MAX])
{
	const char *why = *(const char **)owner;

	if (why != NULL)
		g_strlcpy(reason, why, BSN_REASON_MAX);
	return why == NULL;
}

static void
test_server_ready(void)
{
	OpsServer *server;
	Loop *loop = serve(&server);
	const char *store = NULL, *chains = NULL;
	g_autofree char *good = NULL;
	g_autofree char *bad = NULL;

	ops_server_add_check(server, "store", holds, &store);
	ops_server_add_check(server, "chains", holds, &chains);
	good = get_page(loop, server, "/readyz");
	assert_status(good, "200 OK");
	g_assert_cmpstr(body_of(good), ==,
			"{\"ready\":true,\"conditions\":["
			"{\"name\":\"store\",\"holds\":true,\"reason\":\"\"},"
			"{\"name\":\"chains\",\"holds\":true,\"reason\":\"\"}"
			"]}");
	store = "disk \"full\"";
	bad = get_page(loop, server, "/readyz");
	assert_status(bad, "503 ");
	g_assert_cmpstr(body_of(bad), ==,
			"{\"ready\":false,\"conditions\":["
			"{\"name\":\"store\",\"holds\":false,"
			"\"reason\":\"disk \\\"full\\\"\"},"
			"{\"name\":\"chains\",\"holds\":true,\"reason\":\"\"}"
			"]}");
	stop(loop, server);
}

static void
test_server_refuses_requests(void)
{
	OpsServer *server;
	Loop *loop = serve(&server);
	g_autofree char *filler = g_strnfill(20000, 'x');
	g_autofree char *long_head = g_strdup_printf(
		"GET /healthz HTTP/1.1\r\nX: %s\r\n\r\n", filler);
	g_autofree char *posted =
		ask(loop, server,
		    "POST /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
		    "Content-Length: 0\r\n\r\n");
	g_autofree char *large = ask(loop, server, long_head);
	g_autofree char *noise = ask(loop, server, "\x16\x03\x01 what\r\n\r\n");

	assert_status(posted, "501 ");
	g_assert_null(strstr(large, "200 OK"));
	g_assert_null(strstr(noise, "200 OK"));
	stop(loop, server);
}

static void
test_server_loopback_only(void)
{
	static const struct {
		const char *listen, *reason;
	} cases[] = {
		{ "0.0.0.0:0", "can be reached from other machines" },
		{ "[::]:9464", "can be reached from other machines" },
		{ "localhost:9464", "is no numeric address" },
		{ "127.0.0.1", "is no numeric address" },
	};
	Loop *loop = loop_new();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(ops_server_new(loop, cases[i].listen, &error));
		g_assert_nonnull(strstr(error->message, cases[i].listen));
		g_assert_nonnull(strstr(error->message, cases[i].reason));
	}
	loop_free(loop);
}

static void
test_server_port_taken(void)
{
	OpsServer *server;
	Loop *loop = serve(&server);
	g_autofree char *listen = g_strdup_printf("127.0.0.1:%u",
						  ops_server_port(server));
	g_autoptr(GError) error = NULL;

	g_assert_null(ops_server_new(loop, listen, &error));
	g_assert_nonnull(strstr(error->message, listen));
	g_assert_nonnull(strstr(error->message, "Address already in use"));
	stop(loop, server);
}

/* ---- notification ---- */

#ifdef HAVE_SYSTEMD

typedef struct {
	int fd;
	Loop *loop;
	GString *seen; /* messages, a space after each */
} Manager;

/* Ends the loop after the second watchdog message. */
static void
on_message(evutil_socket_t fd, short what, void *data)
{
	Manager *manager = data;
	char text[256];
	ssize_t n = recv(fd, text, sizeof(text), 0);

	g_assert_cmpint(n, >, 0);
	g_string_append_len(manager->seen, text, n);
	g_string_append_c(manager->seen, ' ');
	if (strstr(manager->seen->str, "WATCHDOG=1 WATCHDOG=1 ") != NULL)
		loop_stop(manager->loop);
}

static void
manager_listen(Manager *manager, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	manager->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
	g_assert_cmpint(bind(manager->fd, (struct sockaddr *)&address,
			     sizeof(address)),
			==, 0);
}

static void
test_notify(void)
{
	g_autofree char *dir = g_dir_make_tmp("bsn-notify-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "socket", NULL);
	Manager manager = { .loop = loop_new(), .seen = g_string_new(NULL) };
	struct timeval deadline = { .tv_sec = DEADLINE_S };
	struct event *event;

	manager_listen(&manager, path);
	g_setenv("NOTIFY_SOCKET", path, TRUE);
	g_setenv("WATCHDOG_USEC", "2000", TRUE);
	event = event_new(loop_base(manager.loop), manager.fd,
			  EV_READ | EV_PERSIST, on_message, &manager);
	event_add(event, NULL);
	event_base_loopexit(loop_base(manager.loop), &deadline);
	notify_ready(manager.loop);
	loop_run(manager.loop);
	g_assert_cmpstr(manager.seen->str, ==,
			"READY=1 WATCHDOG=1 WATCHDOG=1 ");
	g_string_truncate(manager.seen, 0);
	notify_stopping();
	while (strstr(manager.seen->str, "STOPPING=1 ") == NULL)
		on_message(manager.fd, EV_READ, &manager);
	g_unsetenv("NOTIFY_SOCKET");
	g_unsetenv("WATCHDOG_USEC");
	event_free(event);
	loop_free(manager.loop);
	close(manager.fd);
	g_string_free(manager.seen, TRUE);
	g_assert_cmpint(g_remove(path), ==, 0);
	g_assert_cmpint(g_rmdir(dir), ==, 0);
}

#else

static void
test_notify(void)
{
	g_test_skip("built without systemd");
}

#endif

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* First: it changes the environment, which threads must not see. */
	g_test_add_func("/notify/tells-the-service-manager", test_notify);
	g_test_add_func("/log/levels-are-filtered", test_log_levels);
	g_test_add_func("/log/hostile-text-stays-in-its-field",
			test_log_escapes);
	g_test_add_func("/log/long-text-is-cut", test_log_cuts);
	g_test_add_func("/metrics/samples-of-a-name-stand-together",
			test_metrics);
	g_test_add_func("/ops-server/serves-metrics-and-health",
			test_server_pages);
	g_test_add_func("/ops-server/ready-only-while-all-conditions-hold",
			test_server_ready);
	g_test_add_func("/ops-server/refuses-what-is-no-short-get",
			test_server_refuses_requests);
	g_test_add_func("/ops-server/listens-on-this-machine-only",
			test_server_loopback_only);
	g_test_add_func("/ops-server/says-that-a-port-is-taken",
			test_server_port_taken);
	return g_test_run();
}
