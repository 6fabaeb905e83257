/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl's answers: units, tables, fields, errors.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/ctl/abi_text.h"
#include "tools/ctl/error.h"
#include "tools/ctl/format.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/output.h"
#include "tools/ctl/receipt.h"

#define NOW_MS G_GINT64_CONSTANT(1700000000000)
#define HASH \
	"0x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

typedef struct {
	Output output;
	char *text;
	size_t len;
} Fixture;

static void
open_output(Fixture *fixture, gboolean terminal)
{
	fixture->output = (Output){ .terminal = terminal, .now_ms = NOW_MS };
	fixture->output.file = open_memstream(&fixture->text, &fixture->len);
}

static void
assert_written(Fixture *fixture, const char *expected)
{
	fclose(fixture->output.file);
	g_assert_cmpstr(fixture->text, ==, expected);
	free(fixture->text);
}

static void
assert_text(char *actual, const char *expected)
{
	g_assert_cmpstr(actual, ==, expected);
	g_free(actual);
}

static void
test_bytes(void)
{
	assert_text(format_bytes(0), "0 B");
	assert_text(format_bytes(1023), "1023 B");
	assert_text(format_bytes(1024), "1.0 KiB");
	assert_text(format_bytes(1024 * 1024 - 1), "1.0 MiB");
	assert_text(format_bytes(G_MAXUINT64), "16.0 EiB");
}

static void
test_times(void)
{
	assert_text(format_age(NOW_MS, NOW_MS), "just now");
	assert_text(format_age(NOW_MS - 59999, NOW_MS), "59 s ago");
	assert_text(format_age(NOW_MS - 3600000, NOW_MS), "1 h ago");
	assert_text(format_age(NOW_MS + 86400000 * 2, NOW_MS), "in 2 d");
	assert_text(format_time(NOW_MS + 7), "2023-11-14T22:13:20.007Z");
	assert_text(format_time(-1), "-1 ms");
}

static void
test_durations(void)
{
	assert_text(format_duration(999), "0 s");
	assert_text(format_duration(59999), "59 s");
	assert_text(format_duration(60000), "1 min 0 s");
	assert_text(format_duration(100000000), "1 d 3 h");
}

static void
test_safe(void)
{
	assert_text(format_safe("\x1b[2Jhi\n"), "\\x1b[2Jhi\\x0a");
	assert_text(format_safe("\xff!"), "\\xff!");
	assert_text(format_safe("存证 ok"), "存证 ok");
	g_assert_cmpuint(format_width("存证"), ==, 4);
}

static const Column columns[] = {
	{ "Name", "name", COLUMN_TEXT },
	{ "Size", "bytes", COLUMN_BYTES },
	{ "When", "time_ms", COLUMN_TIME },
	{ "Hash", "deep.hash", COLUMN_HASH },
	{ NULL, NULL, COLUMN_TEXT },
};

static json_t *
rows(void)
{
	return json_pack("[{s:s, s:i, s:I, s:{s:s}}, {s:s, s:n}]", "name", "存",
			 "bytes", 2048, "time_ms", (json_int_t)(NOW_MS - 5000),
			 "deep", "hash", HASH, "name", "longer", "bytes");
}

static void
test_table_terminal(void)
{
	Fixture fixture;
	json_t *value = rows();

	open_output(&fixture, TRUE);
	output_table(&fixture.output, value, columns, "none");
	json_decref(value);
	assert_written(&fixture,
		       "NAME       SIZE  WHEN     HASH\n"
		       "存      2.0 KiB  5 s ago  0x01234567..89abcdef\n"
		       "longer\n");
}

static void
test_table_piped(void)
{
	Fixture fixture;
	json_t *value = rows();

	open_output(&fixture, FALSE);
	output_table(&fixture.output, value, columns, "none");
	json_decref(value);
	fflush(fixture.output.file);
	g_assert_nonnull(strstr(fixture.text, HASH "\n"));
	g_assert_nonnull(strstr(fixture.text, "2023-11-14T22:13:15.000Z"));
	fclose(fixture.output.file);
	free(fixture.text);
}

static void
test_table_columns(void)
{
	json_t *value = json_pack("[{s:s}]", "name", "x");
	Fixture terminal;
	Fixture pipe;

	open_output(&terminal, TRUE);
	output_table(&terminal.output, value, columns, "none");
	assert_written(&terminal, "NAME\nx\n");
	open_output(&pipe, FALSE);
	output_table(&pipe.output, value, columns, "none");
	assert_written(&pipe, "NAME  SIZE  WHEN  HASH\nx\n");
	json_decref(value);
}

static void
test_table_empty(void)
{
	Fixture fixture;
	json_t *value = json_array();

	open_output(&fixture, TRUE);
	output_table(&fixture.output, value, columns, "Nothing yet.");
	output_table(&fixture.output, NULL, columns, "Nothing at all.");
	json_decref(value);
	assert_written(&fixture, "Nothing yet.\nNothing at all.\n");
}

static void
test_fields(void)
{
	static const Column fields[] = {
		{ "Height", "height", COLUMN_NUMBER },
		{ "Latest block", "hash", COLUMN_HASH },
		{ "Gone", "gone", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};
	Fixture fixture;
	json_t *value =
		json_pack("{s:i, s:s, s:n}", "height", 3, "hash", HASH, "gone");

	open_output(&fixture, TRUE);
	output_fields(&fixture.output, value, fields);
	json_decref(value);
	assert_written(&fixture, "Height        3\n"
				 "Latest block  " HASH "\n");
}

static void
test_value(void)
{
	Fixture fixture;
	json_t *value =
		json_pack("{s:i, s:[s,i], s:[{s:b}], s:{}, s:[]}", "gas", 21000,
			  "topics", "a", 7, "events", "ok", 1, "none", "empty");

	open_output(&fixture, TRUE);
	output_value(&fixture.output, value, 2);
	json_decref(value);
	assert_written(&fixture, "  gas     21000\n"
				 "  topics  a, 7\n"
				 "  events:\n"
				 "    [0]\n"
				 "      ok  true\n"
				 "  none    {}\n"
				 "  empty   none\n");
}

static void
assert_entry(const char *entry, const char *expected)
{
	json_t *value = json_loads(entry, 0, NULL);
	g_autofree char *text = abi_entry_text(value);

	g_assert_nonnull(value);
	g_assert_cmpstr(text, ==, expected);
	json_decref(value);
}

static void
test_abi(void)
{
	assert_entry("{\"type\":\"function\",\"name\":\"get\",\"inputs\":[{"
		     "\"type\":\"bytes32\",\"name\":\"digest\"}],\"outputs\":"
		     "[{\"type\":\"tuple[]\",\"name\":\"\",\"components\":[{"
		     "\"type\":\"uint64\",\"name\":\"at\"},{\"type\":"
		     "\"string\"}]}],\"stateMutability\":\"view\"}",
		     "get(bytes32 digest) view returns ((uint64 at, "
		     "string)[])");
	assert_entry("{\"type\":\"event\",\"name\":\"E\",\"inputs\":[{\"type\":"
		     "\"address\",\"indexed\":true,\"name\":\"who\"}]}",
		     "E(address indexed who)");
	assert_entry("{\"type\":\"receive\",\"stateMutability\":\"payable\"}",
		     "receive() payable");
	assert_entry("{\"name\":\"x\"}", NULL);
	assert_entry("[]", NULL);
}

/* Tuples in tuples, for ever. */
static void
test_abi_depth(void)
{
	json_t *inner = json_pack("{s:s}", "type", "uint8");
	g_autofree char *text = NULL;

	for (guint i = 0; i < 1000; i++)
		inner = json_pack("{s:s, s:[o]}", "type", "tuple", "components",
				  inner);
	inner = json_pack("{s:s, s:s, s:[o]}", "type", "error", "name", "E",
			  "inputs", inner);
	text = abi_entry_text(inner);
	g_assert_cmpstr(text, ==, "E((((((((((...))))))))))");
	json_decref(inner);
}

static void
test_receipt(void)
{
	json_t *result = json_pack(
		"{s:s, s:s, s:s, s:i, s:i, s:i, s:{s:s, s:n, s:i, s:[{s:s, "
		"s:{s:s}, s:s}]}}",
		"id", "0xaa", "stage", "committed", "name", "ok", "native", 0,
		"block", 7, "index", 0, "detail", "hash", "0xaa", "to",
		"gasUsed", 21000, "logs", "event", "Paid", "args", "to", "0xbb",
		"data", "0xcc");
	Fixture fixture;

	g_assert_nonnull(result);
	open_output(&fixture, FALSE);
	receipt_print(&fixture.output, result);
	json_decref(result);
	assert_written(&fixture, "Transaction  0xaa\n"
				 "Stage        committed\n"
				 "Status       ok\n"
				 "Native code  0\n"
				 "Block        7\n"
				 "Position     0\n"
				 "Receipt:\n"
				 "  gasUsed  21000\n"
				 "Events:\n"
				 "  Paid\n"
				 "    to  0xbb\n");
}

static void
test_refusal(void)
{
	json_t *answer = json_pack(
		"{s:{s:s, s:s, s:s}}", "error", "name", "bad-request", "reason",
		"zz\nis\x1b not hex", "remedy", "Give digits.");
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	json_t *json;

	g_assert_false(ctl_fail_refused(&error, 400, answer));
	json_decref(answer);
	text = ctl_error_to_text(error);
	g_assert_cmpstr(text, ==,
			"bsnctl: zz is\\x1b not hex\n  Give digits.\n");
	g_assert_cmpint(ctl_error_exit_code(error), ==, 1);
	json = ctl_error_to_json(error);
	g_assert_cmpstr(json_string_value(output_member(json, "error.name")),
			==, "bad-request");
	json_decref(json);
}

static void
test_refusal_bare(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) copy = NULL;
	g_autofree char *text = NULL;

	g_assert_false(ctl_fail_refused(&error, 502, NULL));
	copy = g_error_copy(error);
	text = ctl_error_to_text(copy);
	g_assert_nonnull(strstr(text, "HTTP 502"));
}

static void
test_hex(void)
{
	guint8 out[2];
	g_autoptr(GBytes) some = ctl_hex_decode("0xAb01");
	g_autofree char *text =
		ctl_hex_encode(g_bytes_get_data(some, NULL), 2, TRUE);

	g_assert_cmpstr(text, ==, "0xab01");
	g_assert_null(ctl_hex_decode("0xab0"));
	g_assert_null(ctl_hex_decode("zz"));
	g_assert_false(ctl_hex_decode_fixed("ab", out, 2));
	g_assert_true(ctl_hex_decode_fixed("ab01", out, 2));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctl/format/bytes-have-units", test_bytes);
	g_test_add_func("/ctl/format/times-are-relative-or-exact", test_times);
	g_test_add_func("/ctl/format/control-characters-are-made-visible",
			test_safe);
	g_test_add_func("/ctl/output/tables-align-on-a-terminal",
			test_table_terminal);
	g_test_add_func("/ctl/output/pipes-get-whole-hashes-and-times",
			test_table_piped);
	g_test_add_func("/ctl/format/durations-have-two-units", test_durations);
	g_test_add_func("/ctl/output/empty-columns-are-for-pipes-only",
			test_table_columns);
	g_test_add_func("/ctl/output/an-empty-table-says-so", test_table_empty);
	g_test_add_func("/ctl/output/absent-fields-are-left-out", test_fields);
	g_test_add_func("/ctl/output/any-value-is-readable", test_value);
	g_test_add_func("/ctl/abi/entries-read-as-they-were-written", test_abi);
	g_test_add_func("/ctl/abi/tuples-are-bounded", test_abi_depth);
	g_test_add_func("/ctl/receipt/events-have-names-and-no-raw-form",
			test_receipt);
	g_test_add_func("/ctl/error/a-refusal-keeps-reason-and-remedy",
			test_refusal);
	g_test_add_func("/ctl/error/a-refusal-without-words-has-some",
			test_refusal_bare);
	g_test_add_func("/ctl/hex/odd-or-foreign-digits-are-refused", test_hex);
	return g_test_run();
}
