/* SPDX-License-Identifier: Apache-2.0
 *
 * How gRPC writes header values, and the small parts below its calls.
 */
#include <string.h>

#include "grpc/budget.h"
#include "grpc/encoding.h"
#include "grpc/limits.h"
#include "grpc/metadata.h"
#include "grpc/reader.h"
#include "grpc/status.h"

static void
test_percent(void)
{
	static const struct {
		const char *text, *encoded;
	} cases[] = {
		{ "", "" },
		{ "plain ~!text", "plain ~!text" },
		{ "100%", "100%25" },
		{ "a\nb\x7f", "a%0Ab%7F" },
		{ "你", "%E4%BD%A0" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *encoded = grpc_percent_encode(cases[i].text);
		g_autofree char *decoded =
			grpc_percent_decode(encoded, strlen(encoded));

		g_assert_cmpstr(encoded, ==, cases[i].encoded);
		g_assert_cmpstr(decoded, ==, cases[i].text);
	}
}

static void
test_percent_broken(void)
{
	static const struct {
		const char *encoded, *text;
	} cases[] = {
		{ "%", "%" },
		{ "%4", "%4" },
		{ "a%4g", "a%4g" },
		{ "%25%", "%%" },
		{ "%e4%bd", "\xef\xbf\xbd\xef\xbf\xbd" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = grpc_percent_decode(
			cases[i].encoded, strlen(cases[i].encoded));

		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void
test_base64(void)
{
	static const char *const wrong[] = {
		"Y", "YQ=", "YQ===", "YWJj=", "Y Q==", "YQ-_", "=", "YWJjZA="
	};

	for (gsize len = 0; len < 20; len++) {
		guint8 data[20];
		g_autofree char *text = NULL;
		g_autofree char *padded = NULL;
		gsize back_len = 99;
		g_autofree guint8 *back = NULL, *again = NULL;

		memset(data, (int)(0xf0 + len), sizeof(data));
		text = grpc_base64_encode(data, len);
		g_assert_null(strchr(text, '='));
		back = grpc_base64_decode(text, strlen(text), &back_len);
		g_assert_cmpuint(back_len, ==, len);
		g_assert_true(memcmp(back, data, len) == 0);
		padded = g_base64_encode(data, len);
		again = grpc_base64_decode(padded, strlen(padded), &back_len);
		g_assert_cmpuint(back_len, ==, len);
		g_assert_true(memcmp(again, data, len) == 0);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		gsize len;

		g_assert_null(
			grpc_base64_decode(wrong[i], strlen(wrong[i]), &len));
	}
}

static void
test_timeout_encode(void)
{
	static const struct {
		gint64 us;
		const char *text;
	} cases[] = {
		{ -5, "1u" },
		{ 1, "1u" },
		{ 99999999, "99999999u" },
		{ 100000000, "100000m" },
		{ 100000001, "100001m" },
		{ G_GINT64_CONSTANT(99999999001), "100000S" },
		{ G_GINT64_CONSTANT(99999999000001), "1666667M" },
		{ G_GINT64_CONSTANT(6000000000000000), "1666667H" },
		{ G_MAXINT64, "99999999H" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		char text[GRPC_TIMEOUT_TEXT];
		gint64 back;

		grpc_timeout_encode(cases[i].us, text);
		g_assert_cmpstr(text, ==, cases[i].text);
		g_assert_true(grpc_timeout_decode(text, &back));
		/* Never earlier than the caller wants. */
		if (cases[i].us != G_MAXINT64)
			g_assert_cmpint(back, >=, cases[i].us);
	}
}

static void
test_timeout_decode(void)
{
	static const char *const wrong[] = { "",   "S",	   "1",	  "-1S",
					     "1s", "1SS",  "1 S", "123456789S",
					     "0x", "1.5S", "1U" };
	gint64 us;

	g_assert_true(grpc_timeout_decode("0S", &us));
	g_assert_cmpint(us, ==, 0);
	g_assert_true(grpc_timeout_decode("1001n", &us));
	g_assert_cmpint(us, ==, 2);
	g_assert_true(grpc_timeout_decode("00000002M", &us));
	g_assert_cmpint(us, ==, 120 * (gint64)G_USEC_PER_SEC);
	g_assert_true(grpc_timeout_decode("99999999H", &us));
	g_assert_cmpint(us, >, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(grpc_timeout_decode(wrong[i], &us));
}

static void
test_metadata(void)
{
	static const struct {
		const char *name, *value;
		gboolean ok;
	} cases[] = {
		{ "a", "v", TRUE },
		{ "0_-.z", "", TRUE },
		{ "grpc-trace-bin", "\x01", TRUE },
		{ "A", "v", FALSE },
		{ "", "v", FALSE },
		{ ":path", "v", FALSE },
		{ "a b", "v", FALSE },
		{ "te", "trailers", FALSE },
		{ "grpc-status", "0", FALSE },
		{ "grpc-timeout", "1S", FALSE },
		{ "content-type", "x", FALSE },
		{ "a", "v\n", FALSE },
		{ "a", " v", FALSE },
		{ "a", "v ", FALSE },
		{ "a", "\x80", FALSE },
		{ "a-bin", "\x80\n", TRUE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GrpcMetadata) metadata = grpc_metadata_new();
		g_autoptr(GError) error = NULL;

		g_assert_true(grpc_metadata_add(metadata, cases[i].name,
						cases[i].value, -1,
						&error) == cases[i].ok);
		g_assert_true((error == NULL) == cases[i].ok);
		g_assert_cmpuint(grpc_metadata_count(metadata), ==,
				 cases[i].ok ? 1 : 0);
	}
	g_assert_cmpuint(grpc_metadata_count(NULL), ==, 0);
	g_assert_null(grpc_metadata_find(NULL, "a"));
}

/* Memory follows what came: an announced length alone costs nothing. */
static void
test_reader_memory(void)
{
	static const guint8 head[] = { 0, 0, 0xff, 0xff, 0xff, 'x' };
	GrpcReader reader = { .message_max = 1u << 24 };
	GrpcReaderEvent event;

	g_assert_cmpuint(grpc_reader_take(&reader, head, 6, &event), ==, 5);
	g_assert_cmpint(event, ==, GRPC_READER_LENGTH);
	g_assert_cmpuint(reader.room, ==, 0);
	grpc_reader_take(&reader, head + 5, 1, &event);
	g_assert_cmpint(event, ==, GRPC_READER_MORE);
	g_assert_cmpuint(reader.room, <=, 16384);
	g_assert_true(grpc_reader_is_inside(&reader));
	grpc_reader_clear(&reader);
	g_assert_false(grpc_reader_is_inside(&reader));
}

static void
test_budget(void)
{
	GrpcBudget budget;

	grpc_budget_init(&budget, 2, 10, 0);
	g_assert_true(grpc_budget_take(&budget, 0));
	g_assert_true(grpc_budget_take(&budget, 0));
	g_assert_false(grpc_budget_take(&budget, 99999));
	g_assert_true(grpc_budget_take(&budget, 100000));
	g_assert_false(grpc_budget_take(&budget, 100000));
	grpc_budget_give(&budget, 5);
	g_assert_true(grpc_budget_take(&budget, 100000));
	g_assert_true(grpc_budget_take(&budget, 100000));
	g_assert_false(grpc_budget_take(&budget, 100000));
	/* Time that goes backwards, or very far. */
	g_assert_false(grpc_budget_take(&budget, 0));
	g_assert_true(grpc_budget_take(&budget, G_MAXINT64));
	g_assert_true(grpc_budget_take(&budget, G_MAXINT64));
	g_assert_false(grpc_budget_take(&budget, G_MAXINT64));
}

static void
test_status(void)
{
	g_assert_cmpstr(grpc_status_name(0), ==, "OK");
	g_assert_cmpstr(grpc_status_name(16), ==, "UNAUTHENTICATED");
	g_assert_cmpstr(grpc_status_name(17), ==, "UNKNOWN");
	g_assert_cmpint(grpc_status_of_http(429), ==, GRPC_UNAVAILABLE);
	g_assert_cmpint(grpc_status_of_http(418), ==, GRPC_UNKNOWN);
	g_assert_cmpuint(grpc_limits_default.assembly_max, >=,
			 grpc_limits_default.message_max);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grpc/parts/percent-encoding-goes-both-ways",
			test_percent);
	g_test_add_func("/grpc/parts/a-broken-message-is-not-lost",
			test_percent_broken);
	g_test_add_func("/grpc/parts/base64-with-and-without-padding",
			test_base64);
	g_test_add_func("/grpc/parts/a-timeout-is-written-in-8-digits",
			test_timeout_encode);
	g_test_add_func("/grpc/parts/a-timeout-is-read", test_timeout_decode);
	g_test_add_func("/grpc/parts/metadata-has-rules", test_metadata);
	g_test_add_func("/grpc/parts/memory-follows-what-came",
			test_reader_memory);
	g_test_add_func("/grpc/parts/a-budget-fills-with-time", test_budget);
	g_test_add_func("/grpc/parts/statuses-have-names", test_status);
	return g_test_run();
}
