/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

static void
assert_hex(const GByteArray *bytes, const char *want)
{
	g_autofree char *hex = hex_encode(buffer_slice(bytes));

	g_assert_cmpstr(hex, ==, want);
}

static void
assert_item(RlpItem item, const char *want)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	rlp_put(out, &item);
	assert_hex(out, want);
	g_assert_cmpuint(rlp_size(&item), ==, out->len);
}

static GByteArray *
from_hex(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	g_assert_true(hex_decode(hex, strlen(hex), bytes));
	return bytes;
}

static void
test_bytes_of_each_length_form(void)
{
	guint8 zeros[60000] = { 0 };
	static const struct {
		guint len;
		const char *prefix;
	} rows[] = { { 2, "0x82" },	    { 55, "0xb7" },
		     { 56, "0xb838" },	    { 255, "0xb8ff" },
		     { 256, "0xb90100" },   { 60000, "0xb9ea60" } };

	assert_item(rlp_bytes(bsn_slice_of(NULL, 0)), "0x80");
	assert_item(rlp_bytes(bsn_slice_of("\x00", 1)), "0x00");
	assert_item(rlp_bytes(bsn_slice_of("\x7f", 1)), "0x7f");
	assert_item(rlp_bytes(bsn_slice_of("\x80", 1)), "0x8180");
	assert_item(rlp_bytes(bsn_slice_str("dog")), "0x83646f67");
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		RlpItem item = rlp_bytes(bsn_slice_of(zeros, rows[i].len));
		g_autoptr(GByteArray) out = g_byte_array_new();
		g_autofree char *hex = NULL;

		rlp_put(out, &item);
		hex = hex_encode(buffer_slice(out));
		g_assert_true(g_str_has_prefix(hex, rows[i].prefix));
		g_assert_cmpuint(out->len, ==,
				 rows[i].len + strlen(rows[i].prefix) / 2 - 1);
	}
}

static void
test_integers_lose_leading_zeros(void)
{
	assert_item(rlp_u64(0), "0x80");
	assert_item(rlp_u64(127), "0x7f");
	assert_item(rlp_u64(128), "0x8180");
	assert_item(rlp_u64(100000), "0x830186a0");
	assert_item(rlp_u64(G_MAXUINT64), "0x88ffffffffffffffff");
	assert_item(rlp_integer(bsn_slice_of("\0\0\0", 3)), "0x80");
	assert_item(rlp_integer(bsn_slice_of("\0\0\x04\x00", 4)), "0x820400");
}

static void
test_lists_have_exact_lengths(void)
{
	const RlpItem one[] = { rlp_u64(4) };
	const RlpItem mixed[] = { rlp_bytes(bsn_slice_str("zw")),
				  rlp_list(one, 1), rlp_u64(1) };
	const RlpItem raw[] = { rlp_raw(bsn_slice_of("\xc1\x04", 2)),
				rlp_raw(bsn_slice_of("\x01\x02", 2)) };
	RlpItem many[56];

	assert_item(rlp_list(NULL, 0), "0xc0");
	assert_item(rlp_list(mixed, 3), "0xc6827a77c10401");
	assert_item(rlp_list(raw, 2), "0xc4c1040102");
	for (guint i = 0; i < 56; i++)
		many[i] = rlp_u64(1);
	g_assert_cmpuint(rlp_size(&(RlpItem){ .kind = RLP_LIST,
					      .number = 55,
					      .items = many }),
			 ==, 56);
	g_assert_cmpuint(rlp_size(&(RlpItem){ .kind = RLP_LIST,
					      .number = 56,
					      .items = many }),
			 ==, 58);
}

static void
test_reads_what_was_written(void)
{
	const RlpItem inner[] = { rlp_u64(7), rlp_u64(G_MAXUINT64) };
	const RlpItem fields[] = { rlp_u64(0), rlp_bytes(bsn_slice_str("cat")),
				   rlp_list(inner, 2),
				   rlp_integer(bsn_slice_of("\0\1\2", 3)),
				   rlp_bytes(bsn_slice_of("\1\2\3\4", 4)) };
	g_autoptr(GByteArray) out = g_byte_array_new();
	RlpReader reader;
	guint8 fixed[4];
	guint n = 0;

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
	reader = rlp_reader(buffer_slice(out));
	rlp_enter(&reader, "all");
	g_assert_cmpuint(rlp_read_u64(&reader, "zero"), ==, 0);
	g_assert_true(bsn_slice_equal(rlp_read_bytes(&reader, "cat", 1, 3),
				      bsn_slice_str("cat")));
	g_assert_true(rlp_at_list(&reader));
	rlp_enter(&reader, "inner");
	while (rlp_more(&reader)) {
		g_assert_cmpuint(rlp_read_u64(&reader, "number"), ==,
				 n++ == 0 ? 7 : G_MAXUINT64);
	}
	rlp_leave(&reader);
	g_assert_cmpuint(n, ==, 2);
	g_assert_true(bsn_slice_equal(rlp_read_integer(&reader, "int", 32),
				      bsn_slice_of("\1\2", 2)));
	rlp_read_fixed(&reader, "fixed", fixed, sizeof(fixed));
	assert_bytes(fixed, 4, "\1\2\3\4", 4);
	rlp_leave(&reader);
	g_assert_cmpint(rlp_finish(&reader, NULL), ==, BSN_OK);
}

static void
test_raw_values_keep_their_prefix(void)
{
	g_autoptr(GByteArray) input = from_hex("0xc6827a77c10401");
	RlpReader reader = rlp_reader(buffer_slice(input));
	bsn_slice raw;

	rlp_enter(&reader, "list");
	raw = rlp_read_raw(&reader, "first");
	assert_bytes(raw.data, raw.len, "\x82zw", 3);
	raw = rlp_read_raw(&reader, "second");
	assert_bytes(raw.data, raw.len, "\xc1\x04", 2);
	rlp_skip(&reader, "third");
	rlp_leave(&reader);
	g_assert_cmpint(rlp_finish(&reader, NULL), ==, BSN_OK);
}

/* Reads over one value of hex; the reason, NULL when it is well-formed. */
static char *
problem_of(const char *hex)
{
	g_autoptr(GByteArray) input = from_hex(hex);
	RlpReader reader = rlp_reader(buffer_slice(input));
	bsn_err err = BSN_ERR_INIT;

	rlp_skip(&reader, "value");
	if (rlp_finish(&reader, &err) == BSN_OK)
		return NULL;
	return g_strdup(err.reason);
}

static void
test_refuses_what_is_not_canonical(void)
{
	static const struct {
		const char *hex, *reason;
	} rows[] = {
		{ "0x", "value at byte 0: it is missing" },
		{ "0x8100", "value at byte 0: a byte below 0x80 stands for "
			    "itself, without a prefix" },
		{ "0xb837", "value at byte 0: a length up to 55 belongs into "
			    "the prefix byte" },
		{ "0xf800", "value at byte 0: a length must not begin with a "
			    "zero byte" },
		{ "0xb90040", "value at byte 0: a length must not begin with "
			      "a zero byte" },
		{ "0xb9", "value at byte 0: the data ends inside a length" },
		{ "0x8261", "value at byte 0: it is longer than what holds "
			    "it" },
		{ "0xc28261", "value at byte 1: it is longer than what holds "
			      "it" },
		{ "0xffffffffffffffffff00", "value at byte 0: it is longer "
					    "than what holds it" },
		{ "0xc08080", "the input at byte 1: bytes are left after the "
			      "last value" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *problem = problem_of(rows[i].hex);

		g_assert_cmpstr(problem, ==, rows[i].reason);
	}
}

static void
test_first_error_stays(void)
{
	g_autoptr(GByteArray) input = from_hex("0xc3820001c0");
	RlpReader reader = rlp_reader(buffer_slice(input));
	bsn_err err = BSN_ERR_INIT;
	guint8 fixed[3] = { 1, 2, 3 };

	rlp_enter(&reader, "tx");
	g_assert_cmpuint(rlp_read_u64(&reader, "nonce"), ==, 0);
	rlp_read_fixed(&reader, "hash", fixed, sizeof(fixed));
	assert_bytes(fixed, 3, "\0\0\0", 3);
	g_assert_false(rlp_more(&reader));
	rlp_leave(&reader);
	g_assert_cmpint(rlp_finish(&reader, &err), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"nonce at byte 1: an integer must not begin with a "
			"zero byte");
}

static void
test_lists_must_be_read_whole(void)
{
	g_autoptr(GByteArray) input = from_hex("0xc20102");
	RlpReader reader = rlp_reader(buffer_slice(input));
	bsn_err err = BSN_ERR_INIT;

	rlp_enter(&reader, "list");
	rlp_read_u64(&reader, "one");
	rlp_leave(&reader);
	g_assert_cmpint(rlp_finish(&reader, &err), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"a list at byte 2: it has more values than it should");
}

static void
test_kinds_and_sizes_are_checked(void)
{
	g_autoptr(GByteArray) input = from_hex("0xc683646f67c104");
	RlpReader reader = rlp_reader(buffer_slice(input));
	RlpReader short_one;
	RlpReader list;
	bsn_err err = BSN_ERR_INIT;

	rlp_enter(&reader, "list");
	short_one = list = reader;
	rlp_read_bytes(&short_one, "dog", 4, 8);
	g_assert_cmpint(rlp_finish(&short_one, &err), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, "dog at byte 1: it is too short");
	rlp_enter(&list, "dog");
	rlp_finish(&list, &err);
	g_assert_cmpstr(err.reason, ==,
			"dog at byte 1: it must be a list and is bytes");
	rlp_read_bytes(&reader, "dog", 3, 3);
	rlp_read_u64(&reader, "number");
	rlp_finish(&reader, &err);
	g_assert_cmpstr(err.reason, ==,
			"number at byte 5: it must be bytes and is a list");
}

static void
test_nesting_is_bounded(void)
{
	g_autoptr(GByteArray) deep = g_byte_array_new();
	g_autofree char *hex = NULL;
	g_autofree char *problem = NULL;

	/* 20 lists within each other: c0, c1c0, c2c1c0, ... */
	for (guint i = 20; i-- > 0;) {
		guint8 prefix = (guint8)(0xc0 + i);

		g_byte_array_append(deep, &prefix, 1);
	}
	hex = hex_encode(buffer_slice(deep));
	problem = problem_of(hex);
	g_assert_cmpstr(problem, ==,
			"value at byte 16: lists are nested too deep");
}

/* ---- the published vectors ----------------------------------------------- */

/* A decimal text as big-endian bytes. */
static GByteArray *
decimal_bytes(const char *digits)
{
	GByteArray *number = g_byte_array_new();

	g_byte_array_set_size(number, 64);
	memset(number->data, 0, number->len);
	for (; *digits != '\0'; digits++) {
		guint carry = (guint)(*digits - '0');

		for (guint i = number->len; i-- > 0; carry >>= 8) {
			carry += number->data[i] * 10u;
			number->data[i] = (guint8)carry;
		}
	}
	return number;
}

static void encode_json(GByteArray *out, const json_t *value);

static void
encode_json_list(GByteArray *out, const json_t *list)
{
	g_autoptr(GByteArray) content = g_byte_array_new();
	RlpItem raw;
	json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
		encode_json(content, value);
	raw = rlp_raw(buffer_slice(content));
	rlp_put_list(out, &raw, 1);
}

static void
encode_json(GByteArray *out, const json_t *value)
{
	const char *text = json_string_value(value);
	RlpItem item;

	if (json_is_array(value)) {
		encode_json_list(out, value);
	} else if (json_is_integer(value)) {
		item = rlp_u64((guint64)json_integer_value(value));
		rlp_put(out, &item);
	} else if (text[0] == '#') {
		g_autoptr(GByteArray) number = decimal_bytes(text + 1);

		item = rlp_integer(buffer_slice(number));
		rlp_put(out, &item);
	} else {
		item = rlp_bytes(bsn_slice_of(text,
					      json_string_length(value)));
		rlp_put(out, &item);
	}
}

/* A file of the published tests, NULL with the test skipped. */
static json_t *
published(const char *file)
{
	const char *root = g_getenv("BSN_ETHEREUM_TESTS");
	g_autofree char *path = NULL;
	json_t *tests;

	if (root == NULL) {
		g_test_skip("BSN_ETHEREUM_TESTS does not name a checkout of "
			    "github.com/ethereum/tests");
		return NULL;
	}
	path = g_build_filename(root, "RLPTests", file, NULL);
	tests = json_load_file(path, JSON_ALLOW_NUL, NULL);
	g_assert_true(json_is_object(tests));
	return tests;
}

static void
test_published_valid(void)
{
	json_t *tests = published("rlptest.json");
	const char *name;
	json_t *row;

	json_object_foreach(tests, name, row) {
		g_autoptr(GByteArray) out = g_byte_array_new();
		const char *want =
			json_string_value(json_object_get(row, "out"));
		g_autofree char *problem = problem_of(want);

		g_test_message("%s", name);
		encode_json(out, json_object_get(row, "in"));
		assert_hex(out, want);
		g_assert_null(problem);
	}
	json_decref(tests);
}

static void
test_published_invalid(void)
{
	json_t *tests = published("invalidRLPTest.json");
	const char *name;
	json_t *row;

	json_object_foreach(tests, name, row) {
		g_autofree char *problem = problem_of(
			json_string_value(json_object_get(row, "out")));

		g_test_message("%s: %s", name, problem);
		g_assert_nonnull(problem);
	}
	json_decref(tests);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rlp/write/bytes-of-each-length-form",
			test_bytes_of_each_length_form);
	g_test_add_func("/rlp/write/integers-lose-leading-zeros",
			test_integers_lose_leading_zeros);
	g_test_add_func("/rlp/write/lists-have-exact-lengths",
			test_lists_have_exact_lengths);
	g_test_add_func("/rlp/read/gives-back-what-was-written",
			test_reads_what_was_written);
	g_test_add_func("/rlp/read/raw-values-keep-their-prefix",
			test_raw_values_keep_their_prefix);
	g_test_add_func("/rlp/read/refuses-what-is-not-canonical",
			test_refuses_what_is_not_canonical);
	g_test_add_func("/rlp/read/first-error-stays", test_first_error_stays);
	g_test_add_func("/rlp/read/lists-must-be-read-whole",
			test_lists_must_be_read_whole);
	g_test_add_func("/rlp/read/kinds-and-sizes-are-checked",
			test_kinds_and_sizes_are_checked);
	g_test_add_func("/rlp/read/nesting-is-bounded",
			test_nesting_is_bounded);
	g_test_add_func("/rlp/published/valid", test_published_valid);
	g_test_add_func("/rlp/published/invalid", test_published_invalid);
	return g_test_run();
}
