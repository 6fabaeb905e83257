/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

/* The arguments as a line "name=value;value;". */
static char *
line_of(bsn_slice arguments)
{
	GString *line = g_string_new(NULL);
	bsn_slice name, value;
	int32_t status;

	while ((status = arguments_next(&arguments, &name, &value)) == BSN_OK) {
		g_string_append_len(line, (const char *)name.data,
				    (gssize)name.len);
		if (name.len > 0)
			g_string_append_c(line, '=');
		g_string_append_len(line, (const char *)value.data,
				    (gssize)value.len);
		g_string_append_c(line, ';');
	}
	g_assert_cmpint(status, ==, BSN_NOT_FOUND);
	return g_string_free(line, FALSE);
}

static void
assert_json(const char *json, const char *want)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autofree char *line = NULL;

	g_assert_cmpint(arguments_from_json(bsn_slice_str(json), out, NULL), ==,
			BSN_OK);
	line = line_of(buffer_slice(out));
	g_assert_cmpstr(line, ==, want);
}

static void
test_texts_are_bytes_and_the_rest_is_json(void)
{
	assert_json("", "");
	assert_json("[]", "");
	assert_json("{}", "");
	assert_json("[\"a\", 7, true, null, {\"b\": [1, 2]}, \"\"]",
		    "a;7;true;null;{\"b\":[1,2]};;");
	assert_json("{\"to\": \"lily\", \"amount\": 12}", "to=lily;amount=12;");
	assert_json("[\"\\u00e9\"]", "\xc3\xa9;");
}

static void
assert_refused(const char *json, int32_t want, const char *reason)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = { .size = sizeof(err) };

	g_assert_cmpint(arguments_from_json(bsn_slice_str(json), out, &err), ==,
			want);
	g_assert_nonnull(strstr(err.reason, reason));
}

static void
test_other_json_is_refused_with_its_reason(void)
{
	g_autoptr(GString) many = g_string_new("[0");

	for (guint i = 0; i < ARGUMENTS_MAX; i++)
		g_string_append(many, ",0");
	g_string_append_c(many, ']');
	assert_refused("7", BSN_BAD_REQUEST, "array or object");
	assert_refused("[", BSN_BAD_REQUEST, "arguments, line 1");
	assert_refused("{\"\": 1}", BSN_BAD_REQUEST, "name is empty");
	assert_refused(many->str, BSN_TOO_LARGE, "257 arguments");
}

static void
test_the_encoding_is_lengths_and_bytes(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	arguments_add(out, bsn_slice_str("k"), bsn_slice_str("vv"));
	arguments_add(out, bsn_slice_of(NULL, 0), bsn_slice_of(NULL, 0));
	assert_bytes(out->data, out->len,
		     "\1\0\0\0k\2\0\0\0vv\0\0\0\0\0\0\0\0", 19);
}

static void
test_arguments_cut_short_are_refused(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	arguments_add(out, bsn_slice_str("name"), bsn_slice_str("value"));
	for (guint len = 1; len < out->len; len++) {
		bsn_slice rest = bsn_slice_of(out->data, len), name, value;

		g_assert_cmpint(arguments_next(&rest, &name, &value), ==,
				BSN_BAD_REQUEST);
		g_assert_cmpuint(rest.len, ==, len);
	}
}

static void
test_a_call_begins_with_its_function(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autofree char *line = NULL;
	bsn_slice rest, function;

	arguments_call(out, bsn_slice_str("deposit"));
	arguments_add(out, bsn_slice_of(NULL, 0), bsn_slice_str("x"));
	rest = buffer_slice(out);
	g_assert_cmpint(arguments_function(&rest, &function), ==, BSN_OK);
	assert_bytes(function.data, function.len, "deposit", 7);
	line = line_of(rest);
	g_assert_cmpstr(line, ==, "x;");
	rest = bsn_slice_of(out->data, 10);
	g_assert_cmpint(arguments_function(&rest, &function), ==,
			BSN_BAD_REQUEST);
}

static void
test_a_module_carries_them_in_a_custom_section(void)
{
	static const guint8 section[] = "\x00\x8e\x02\x0d" "bsn.arguments";
	g_autoptr(GByteArray) arguments = g_byte_array_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint8 value[248] = { 0 };

	arguments_module(out, bsn_slice_str("module"), bsn_slice_of(NULL, 0));
	assert_bytes(out->data, out->len, "module", 6);
	arguments_add(arguments, bsn_slice_of(NULL, 0),
		      bsn_slice_of(value, sizeof(value)));
	arguments_module(out, bsn_slice_of(NULL, 0), buffer_slice(arguments));
	g_assert_cmpuint(out->len, ==, 6 + 3 + 14 + arguments->len);
	assert_bytes(out->data + 6, sizeof(section) - 1, section,
		     sizeof(section) - 1);
	assert_bytes(out->data + 6 + sizeof(section) - 1, arguments->len,
		     arguments->data, arguments->len);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/arguments/json/texts-are-bytes-and-the-rest-is-json",
			test_texts_are_bytes_and_the_rest_is_json);
	g_test_add_func("/arguments/json/other-json-is-refused-with-its-reason",
			test_other_json_is_refused_with_its_reason);
	g_test_add_func("/arguments/the-encoding-is-lengths-and-bytes",
			test_the_encoding_is_lengths_and_bytes);
	g_test_add_func("/arguments/arguments-cut-short-are-refused",
			test_arguments_cut_short_are_refused);
	g_test_add_func("/arguments/a-call-begins-with-its-function",
			test_a_call_begins_with_its_function);
	g_test_add_func("/arguments/a-module-carries-them-in-a-custom-section",
			test_a_module_carries_them_in_a_custom_section);
	return g_test_run();
}
