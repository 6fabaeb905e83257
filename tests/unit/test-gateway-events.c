/* SPDX-License-Identifier: Apache-2.0
 *
 * Event streams: complete, in order, resumable, and unmoved by slow readers.
 */
#include <string.h>

#include "host/gateway/event_where.h"
#include "host/gateway/json.h"
#include "tests/unit/gateway_engine.h"
#include "tests/unit/gateway_fixture.h"

static Fixture fixture;

static void
make_blocks(guint n)
{
	g_autofree char *tx = g_strdup_printf("b%u", n);
	g_autoptr(Answer) answer = submit_tx(&fixture, tx, "");

	g_assert_cmpint(answer->http, ==, 200);
}

/* Reads the next events and compares them with lines of the form "1.0 block".
 */
static void
expect(Stream *stream, const char *const *events)
{
	for (; *events != NULL; events++) {
		g_autofree char *event = stream_next(stream);

		g_assert_cmpstr(event, ==, *events);
	}
}

static void
expect_block(Stream *stream, guint block)
{
	g_autofree char *own = g_strdup_printf("%u.0 block", block);
	g_autofree char *even = g_strdup_printf("%u.1 contract even", block);
	g_autofree char *odd = g_strdup_printf("%u.2 contract odd", block);
	const char *const events[] = { own, even, odd, NULL };

	expect(stream, events);
}

static void
test_from_start(void)
{
	Stream *stream;

	make_blocks(50);
	stream = stream_open(&fixture, "?from=0", NULL);
	for (guint block = 0; block <= 50; block++)
		expect_block(stream, block);
	make_blocks(3);
	for (guint block = 51; block <= 53; block++)
		expect_block(stream, block);
	stream_close(stream);
}

/* Streams are counted once they are subscribed. */
static void
await_streams(gint64 wanted)
{
	gint64 streams = -1;

	while (streams != wanted) {
		g_autoptr(Answer) status =
			ask_as(&fixture, "auditor", "GET", "/v1/status", NULL);

		streams = number_member(status, "event_streams");
	}
}

static void
test_from_now(void)
{
	Stream *stream;
	g_autoptr(Answer) ledger = NULL;

	make_blocks(5);
	stream = stream_open(&fixture, "", NULL);
	await_streams(1);
	/* Asked after the stream's own question for the height: the strand
	 * answers in order. */
	ledger = ask_as(&fixture, "auditor", "GET", "/v1/chains/c1/ledger",
			NULL);
	make_blocks(2);
	expect_block(stream, 6);
	expect_block(stream, 7);
	stream_close(stream);
}

static void
test_from_later(void)
{
	Stream *stream = stream_open(&fixture, "?from=3", NULL);

	await_streams(1);
	make_blocks(2);
	make_blocks(2);
	expect_block(stream, 3);
	expect_block(stream, 4);
	stream_close(stream);
}

static void
test_filter(void)
{
	static const char *const blocks[] = { "0.0 block", "1.0 block", NULL };
	static const char *const evens[] = { "0.1 contract even",
					     "1.1 contract even", NULL };
	static const char *const contracts[] = { "0.1 contract even",
						 "0.2 contract odd", NULL };
	Stream *stream;

	make_blocks(1);
	stream = stream_open(&fixture, "?from=0&kind=block", NULL);
	expect(stream, blocks);
	stream_close(stream);
	stream = stream_open(&fixture, "?from=0&contract=even&name=Made", NULL);
	expect(stream, evens);
	stream_close(stream);
	stream = stream_open(&fixture, "?from=0&kind=contract", NULL);
	expect(stream, contracts);
	stream_close(stream);
}

/* The events that a query lets through, of blocks 0 and 1. */
static void
expect_where(const char *query, const char *const *events)
{
	Stream *stream = stream_open(&fixture, query, NULL);

	expect(stream, events);
	stream_close(stream);
}

static void
test_where(void)
{
	static const char *const odd[] = { "0.2 contract odd",
					   "1.2 contract odd", NULL };
	static const char *const first[] = { "1.1 contract even",
					     "1.2 contract odd", NULL };
	static const char *const one[] = { "1.2 contract odd", NULL };

	make_blocks(1);
	expect_where("?from=0&where.by.whom=odd", odd);
	expect_where("?from=0&where.to=odd", odd);
	expect_where("?from=0&where.number=1", first);
	expect_where("?from=0&where.to=all&where.by.whom=odd&where.number=1",
		     one);
	expect_where("?from=0&contract=odd&where.to=all&where.number=1", one);
}

static void
test_where_holds(void)
{
	static const struct {
		const char *query;
		gboolean holds;
	} cases[] = {
		{ "/?where.text=a%20b", TRUE },
		{ "/?where.text=a", FALSE },
		{ "/?where.yes=true&where.none=null&where.count=-7", TRUE },
		{ "/?where.yes=1", FALSE },
		{ "/?where.list=2", TRUE },
		{ "/?where.list=4", FALSE },
		{ "/?where.list.deep=x", TRUE },
		{ "/?where.list.deep=y&where.list=1", TRUE },
		{ "/?where.list.deep=z", FALSE },
		{ "/?where.a.b=c", TRUE },
		{ "/?where.a.b.d=c", FALSE },
		{ "/?where.=c", FALSE },
		{ "/?where.list=", FALSE },
		{ "/?where.empty=", TRUE },
		{ "/?name=x", TRUE },
	};
	g_autoptr(json_t) data = json_loads(
		"{\"payload\":{\"text\":\"a b\",\"yes\":true,\"none\":null,"
		"\"count\":-7,\"list\":[1,[2],{\"deep\":[\"x\",\"y\"]}],"
		"\"a.b\":\"c\",\"empty\":\"\"}}",
		0, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Target target = { .segment_count = 0 };
		EventWhere *where;

		g_assert_cmpint(target_parse(cases[i].query, &target, NULL), ==,
				BSN_OK);
		where = event_where_new(&target);
		g_assert_cmpint(event_where_holds(where, data), ==,
				cases[i].holds);
		event_where_unref(where);
		target_clear(&target);
	}
}

/* Reads some events, leaves, and comes back, while blocks are made. */
static void
test_resume(void)
{
	g_autofree char *last = NULL;
	guint seen = 0; /* events, 3 to a block, beginning with 0.0 */

	for (guint visit = 1; visit <= 8; visit++) {
		Stream *stream;

		make_blocks(7);
		stream = stream_open(&fixture, "?from=0", last);
		for (guint i = 0; i < 10 + visit; i++) {
			g_autofree char *event = stream_next(stream);
			g_autofree char *wanted =
				g_strdup_printf("%u.%u ", seen / 3, seen % 3);

			if (!g_str_has_prefix(event, wanted))
				g_error("%s came in place of %s", event,
					wanted);
			g_free(last);
			last = g_strndup(event, strcspn(event, " "));
			seen++;
		}
		stream_close(stream);
	}
}

static void
test_shared(void)
{
	Stream *streams[4];
	gint before;

	for (guint i = 0; i < 4; i++)
		streams[i] = stream_open(&fixture, "?from=1", NULL);
	await_streams(4);
	before = g_atomic_int_get(&gateway_engine_replays);
	make_blocks(1);
	for (guint i = 0; i < 4; i++)
		expect_block(streams[i], 1);
	g_assert_cmpint(g_atomic_int_get(&gateway_engine_replays), ==,
			before + 1);
	for (guint i = 0; i < 4; i++)
		stream_close(streams[i]);
}

static void
test_many(void)
{
	Stream *streams[8];
	g_autoptr(Answer) answer = NULL;

	for (guint i = 0; i < 8; i++)
		streams[i] = stream_open(&fixture, "", NULL);
	await_streams(8);
	answer = ask_as(&fixture, "auditor", "GET", "/v1/chains/c1/events",
			NULL);
	assert_error(answer, 429, "busy",
		     "8 event streams are open, as many as may be");
	for (guint i = 0; i < 8; i++)
		stream_close(streams[i]);
	await_streams(0);
}

static void
test_wrong(void)
{
	char *const headers[] = { (char *)"Last-Event-ID: seven", NULL };
	g_autoptr(Answer) id =
		ask_with_headers(&fixture, "auditor", "GET",
				 "/v1/chains/c1/events", NULL, headers);
	g_autoptr(Answer) kind = ask_as(&fixture, "auditor", "GET",
					"/v1/chains/c1/events?kind=all", NULL);

	assert_error(id, 400, "bad-request",
		     "Last-Event-ID \"seven\" is no event's id");
	assert_error(kind, 400, "bad-request",
		     "kind=all is neither block nor contract");
}

static void
impatient(Config *config)
{
	config->gateway_request_timeout_s = 1;
}

/* One reader takes nothing of some 20 MB; another has them all meanwhile. */
static void
test_slow_reader(void)
{
	Raw *slow = raw_open(&fixture, "auditor", NULL);
	Stream *fast;

	g_atomic_int_set(&gateway_engine_padding, 100000);
	make_blocks(100);
	raw_send(slow, "GET /v1/chains/c1/events?from=0 HTTP/1.1\r\n\r\n");
	fast = stream_open(&fixture, "?from=0", NULL);
	for (guint block = 0; block <= 100; block++)
		expect_block(fast, block);
	await_streams(1);
	g_atomic_int_set(&gateway_engine_padding, 0);
	make_blocks(1);
	expect_block(fast, 101);
	stream_close(fast);
	raw_close(slow);
}

static void
test_closed_chain(void)
{
	static const char *const end[] = { "- end", "", NULL };
	Stream *stream = stream_open(&fixture, "", NULL);
	g_autoptr(Answer) closed = NULL;

	await_streams(1);
	closed = ask_as(&fixture, "admin", "PATCH", "/v1/chains/c1",
			"{\"state\":\"closed\"}");
	g_assert_cmpint(closed->http, ==, 200);
	expect(stream, end);
	stream_close(stream);
}

static void
test_stop(void)
{
	static const char *const end[] = { "- end", "", NULL };
	Stream *stream = stream_open(&fixture, "", NULL);

	await_streams(1);
	fixture_begin_stop(&fixture);
	expect(stream, end);
	stream_close(stream);
}

typedef struct {
	const char *name;
	void (*adjust)(Config *);
	void (*test)(void);
} Case;

static void
run(gconstpointer data)
{
	const Case *c = data;

	fixture_start(&fixture, c->adjust);
	c->test();
	fixture_stop(&fixture);
}

int
main(int argc, char **argv)
{
	static const Case cases[] = {
		{ "/events/from-the-start-and-on", NULL, test_from_start },
		{ "/events/from-now-on", NULL, test_from_now },
		{ "/events/from-a-block-to-come", NULL, test_from_later },
		{ "/events/only-what-is-asked-for", NULL, test_filter },
		{ "/events/where-a-payload-has-it", NULL, test_where },
		{ "/events/conditions", NULL, test_where_holds },
		{ "/events/resume-without-loss-or-duplicates", NULL,
		  test_resume },
		{ "/events/one-replay-serves-all-at-the-head", NULL,
		  test_shared },
		{ "/events/too-many-are-refused", NULL, test_many },
		{ "/events/what-is-wrong-is-said", NULL, test_wrong },
		{ "/events/a-slow-reader-is-dropped-and-hurts-nobody",
		  impatient, test_slow_reader },
		{ "/events/end-with-their-chain", NULL, test_closed_chain },
		{ "/events/end-with-the-host", NULL, test_stop },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add_data_func(cases[i].name, &cases[i], run);
	return g_test_run();
}
