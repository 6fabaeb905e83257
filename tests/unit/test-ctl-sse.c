/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl's reader of server-sent events.
 */
#include <string.h>

#include "tools/ctl/sse.h"

static gboolean
record(const char *id, const char *event, const char *data, void *user)
{
	GString *seen = user;

	g_string_append_printf(seen, "<%s|%s|%s>", id, event, data);
	return strcmp(data, "stop") != 0;
}

static void
feed(Sse *sse, const char *text)
{
	g_assert_true(sse_feed(sse, text, strlen(text)));
}

static void
assert_read(const char *stream, const char *expected)
{
	for (gsize piece = 1; piece <= strlen(stream); piece++) {
		g_autoptr(GString) seen = g_string_new(NULL);
		g_autoptr(Sse) sse = sse_new(record, seen);

		for (gsize at = 0; at < strlen(stream); at += piece)
			g_assert_true(
				sse_feed(sse, stream + at,
					 MIN(piece, strlen(stream) - at)));
		g_assert_cmpstr(seen->str, ==, expected);
	}
}

static void
test_events(void)
{
	assert_read("id: 7.1\nevent: contract\ndata: {\"a\":1}\n\n"
		    "data: two\n\n",
		    "<7.1|contract|{\"a\":1}><7.1|message|two>");
	assert_read("data: a\r\ndata:b\r\n\r\n", "<|message|a\nb>");
	assert_read("data: a\rdata: b\r\r", "<|message|a\nb>");
	assert_read(": keep-alive\n\nevent: x\n\ndata\n\n", "<|message|>");
	assert_read("data: unfinished\n", "");
}

static void
test_last_id(void)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(Sse) sse = sse_new(record, seen);

	g_assert_null(sse_last_id(sse));
	feed(sse, "id: 1.0\ndata: a\n\nid: 2.0\ndata: half");
	g_assert_cmpstr(sse_last_id(sse), ==, "1.0");
	sse_restart(sse);
	feed(sse, "data: b\n\n");
	g_assert_cmpstr(seen->str, ==, "<1.0|message|a><1.0|message|b>");
}

static void
test_stop(void)
{
	static const char text[] = "data: stop\n\ndata: more\n\n";
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(Sse) sse = sse_new(record, seen);

	g_assert_false(sse_feed(sse, text, strlen(text)));
	g_assert_false(sse_overflowed(sse));
	g_assert_cmpstr(seen->str, ==, "<|message|stop>");
}

static void
test_retry(void)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(Sse) sse = sse_new(record, seen);

	feed(sse, "retry: 1500\n");
	g_assert_cmpuint(sse_retry_ms(sse), ==, 1500);
	feed(sse, "retry: soon\nretry: 99999999999\n");
	g_assert_cmpuint(sse_retry_ms(sse), ==, 60000);
}

static void
test_overflow(void)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(Sse) sse = sse_new(record, seen);
	g_autofree char *much = g_strnfill(SSE_EVENT_MAX, 'x');

	feed(sse, "data: ");
	g_assert_false(sse_feed(sse, much, strlen(much)));
	g_assert_true(sse_overflowed(sse));
	g_assert_cmpstr(seen->str, ==, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctl/sse/events-come-whole-from-any-pieces",
			test_events);
	g_test_add_func("/ctl/sse/only-a-whole-event-moves-the-last-id",
			test_last_id);
	g_test_add_func("/ctl/sse/the-callback-ends-the-stream", test_stop);
	g_test_add_func("/ctl/sse/a-retry-is-bounded", test_retry);
	g_test_add_func("/ctl/sse/a-huge-event-ends-the-stream", test_overflow);
	return g_test_run();
}
