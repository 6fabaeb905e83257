/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <bsn/helpers/hex.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/host.h"
#include "plugins/kit/json.h"
#include "plugins/kit/json_out.h"
#include "plugins/kit/rank.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/u256.h"
#include "tests/unit/assert-bytes.h"

/* ---- hex, sink, reasons -------------------------------------------------- */

static void
test_hex(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint8 two[2] = { 9, 9 };
	g_autofree char *text = hex_encode(bsn_slice_of("\x00\xaf", 2));

	g_assert_cmpstr(text, ==, "0x00af");
	g_assert_true(hex_decode("0xAbCd", 6, out));
	g_assert_true(hex_decode("01", 2, out));
	assert_bytes(out->data, out->len, "\xab\xcd\x01", 3);
	g_assert_false(hex_decode("0x0", 3, out));
	g_assert_false(hex_decode("0xzz", 4, out));
	g_assert_false(hex_decode("0X00", 4, out));
	g_assert_cmpuint(out->len, ==, 3);
	g_assert_false(hex_decode_fixed("0x010203", 8, two, 2));
	g_assert_cmpuint(two[0], ==, 9);
	g_assert_true(hex_decode_fixed("0x0102", 6, two, 2));
	g_assert_cmpuint(two[1], ==, 2);
}

static void
test_sink_keeps_its_bound(void)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, 4);

	g_assert_cmpint(sink.sink.write(&sink.sink, "abc", 3), ==, BSN_OK);
	g_assert_cmpint(sink.sink.write(&sink.sink, "de", 2), ==,
			BSN_TOO_LARGE);
	g_assert_cmpint(sink.sink.write(&sink.sink, NULL, 0), ==, BSN_OK);
	g_assert_cmpint(sink.sink.write(&sink.sink, "d", 1), ==, BSN_OK);
	assert_bytes(bytes->data, bytes->len, "abcd", 4);
}

static void
test_reasons_stay_printable(void)
{
	g_autofree char *quoted =
		quote_text(bsn_slice_of("a\n\xff\0b", 5));
	g_autofree char *cut = quote_text(bsn_slice_str(
		"0123456789012345678901234567890123456789xyz"));
	bsn_err err = BSN_ERR_INIT;

	g_assert_true(g_utf8_validate(quoted, -1, NULL));
	g_assert_null(strchr(quoted, '\n'));
	g_assert_cmpstr(cut, ==,
			"\"0123456789012345678901234567890123456789...\"");
	bsn_fail(&err, BSN_BAD_REQUEST, "it is wrong");
	reason_at(&err, "[%u]", 3u);
	reason_at(&err, ".items");
	reason_at(&err, "args[1]");
	g_assert_cmpstr(err.reason, ==, "args[1].items[3]: it is wrong");
}

/* ---- json ---------------------------------------------------------------- */

static json_t *
parse(const char *text)
{
	bsn_err err = BSN_ERR_INIT;
	json_t *value = json_parse(bsn_slice_str(text), 1 << 16, "text", NULL,
				   &err);

	if (value == NULL)
		g_error("%s: %s", text, err.reason);
	return value;
}

static void
assert_refused(const char *text, int32_t want, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(json_t) value = json_parse_object(
		bsn_slice_str(text), 64, "config", &status, &err);

	g_assert_null(value);
	g_assert_cmpint(status, ==, want);
	g_assert_true(g_str_has_prefix(err.reason, reason));
}

static void
test_json_bounds(void)
{
	g_autofree char *deep = g_strnfill(40, '[');
	g_autofree char *large = g_strnfill(65, ' ');
	int32_t status;
	g_autoptr(json_t) empty = json_parse_object(
		bsn_slice_of(NULL, 0), 0, "config", &status, NULL);
	g_autoptr(json_t) brackets = parse("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
					   "[[[[[[[[[[[\\\"[[[[[[\"");

	g_assert_true(json_is_object(empty));
	g_assert_cmpint(status, ==, BSN_OK);
	g_assert_true(json_is_string(brackets));
	assert_refused(deep, BSN_BAD_REQUEST,
		       "config: arrays and objects nest");
	assert_refused(large, BSN_TOO_LARGE, "config has 65 bytes and may");
	assert_refused("{\"a\":1,\"a\":2}", BSN_BAD_REQUEST,
		       "config, line 1 column");
	assert_refused("{\n\"a\": nope}", BSN_BAD_REQUEST,
		       "config, line 2 column");
	assert_refused("[]", BSN_BAD_REQUEST, "config must be a JSON object");
	assert_refused("{} x", BSN_BAD_REQUEST, "config, line 1 column");
}

static void
test_json_text_keeps_order(void)
{
	g_autoptr(json_t) value = parse(" { \"b\" : [1, 2], \"a\" : null } ");
	g_autofree char *text = json_text(value);

	g_assert_cmpstr(text, ==, "{\"b\":[1,2],\"a\":null}");
}

/* jansson gives none for text that is not UTF-8. */
static void
test_json_of_no_value_is_no_text(void)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink out = buffer_sink(bytes, 100);
	g_autoptr(json_t) value = json_string("\xff");
	g_autofree char *text = json_text(value);

	g_assert_null(value);
	g_assert_cmpstr(text, ==, "");
	g_assert_cmpint(json_write(value, &out.sink), ==, BSN_E_NOMEM);
	g_assert_cmpuint(bytes->len, ==, 0);
}

static const char *const hashes[] = { "sm3", "keccak-256", NULL };

/* The same bytes as jansson's own writer gives. */
static void
test_json_text_is_the_library_s(void)
{
	static const char *const texts[] = {
		"[]",
		"{}",
		"null",
		"[true,false,null,0,-7,1.5,1e300]",
		"[9223372036854775807,-9223372036854775808]",
		"{\"a\":{\"b\":[{},[],\"\"]},\"\\u00e9\\\"\":1}",
		"\"\\\"\\\\\\/\"",
		"\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\\ud83d\\ude00\"",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(json_t) value = json_parse(bsn_slice_str(texts[i]),
						     1000, "t", NULL, NULL);
		g_autofree char *text = NULL;
		char *same;

		g_assert_nonnull(value);
		text = json_text(value);
		same = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		g_assert_cmpstr(text, ==, same);
		free(same);
	}
}

static void
test_json_written_straight_down(void)
{
	static const guint8 bytes[] = { 0, 1, 0xfe, 0xdc, 0xba };
	g_autoptr(GString) out = g_string_new(NULL);

	json_out_open(out, '{');
	json_out_name(out, "a");
	json_out_open(out, '[');
	json_out_hex(out, bsn_slice_of(bytes, sizeof(bytes)));
	json_out_hex(out, bsn_slice_of(NULL, 0));
	json_out_u64(out, 0);
	json_out_u64(out, G_MAXUINT64);
	json_out_close(out, ']');
	json_out_name(out, "b");
	json_out_null(out);
	json_out_name(out, "c");
	json_out_text(out, "{", 1);
	json_out_name(out, "d");
	json_out_open(out, '{');
	json_out_close(out, '}');
	json_out_close(out, '}');
	g_assert_cmpstr(out->str, ==,
			"{\"a\":[\"0x0001fedcba\",\"0x\",0,"
			"18446744073709551615],\"b\":null,\"c\":\"{\","
			"\"d\":{}}");
}

static int
value_by_hand(char c)
{
	const char *digits = "0123456789abcdefABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	if (at == NULL)
		return -1;
	return (int)(at - digits) - (at - digits > 15 ? 6 : 0);
}

/* Every byte at every place of a word and after it. */
static void
test_hex_knows_digits(void)
{
	static const char digits[] = "0123456789aBcDeFfe";
	const gsize n = strlen(digits) / 2;

	for (gsize at = 0; at < 2 * n; at++) {
		for (guint c = 0; c < 256; c++) {
			char text[sizeof(digits)];
			guint8 out[sizeof(digits) / 2];
			const int value = value_by_hand((char)c);

			memcpy(text, digits, sizeof(digits));
			text[at] = (char)c;
			g_assert_cmpint(bsn_hex_read(text, n, out), ==,
					value >= 0);
			if (value >= 0)
				g_assert_cmpint(
					out[at / 2] >> (at % 2 == 0 ? 4 : 0) &
						15,
					==, value);
		}
	}
}

static void
test_fields_read_values(void)
{
	g_autoptr(json_t) object =
		parse("{\"n\":5,\"b\":true,\"s\":\"x\",\"h\":\"sm3\","
		      "\"x\":\"0x0102\",\"o\":{},\"a\":[1]}");
	g_autoptr(GByteArray) hex = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	JsonFields fields = fields_of(object, "config", &err);

	g_assert_cmpuint(fields_u64(&fields, "n", 1, 9, 7), ==, 5);
	g_assert_cmpuint(fields_u64(&fields, "m", 1, 9, 7), ==, 7);
	g_assert_true(fields_bool(&fields, "b", FALSE));
	g_assert_cmpstr(fields_string(&fields, "s", 3, NULL), ==, "x");
	g_assert_cmpstr(fields_choice(&fields, "h", hashes, NULL), ==, "sm3");
	g_assert_true(fields_hex(&fields, "x", 2, 2, hex));
	g_assert_cmpuint(hex->len, ==, 2);
	g_assert_nonnull(fields_object(&fields, "o"));
	g_assert_nonnull(fields_array(&fields, "a", 1));
	g_assert_null(fields_any(&fields, "none"));
	g_assert_cmpint(fields_end(&fields), ==, BSN_OK);
}

/* What one reading of every kind makes of an object. */
static void
assert_field_error(const char *text, const char *reason)
{
	g_autoptr(json_t) object = parse(text);
	g_autoptr(GByteArray) hex = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	JsonFields fields = fields_of(object, "config", &err);

	fields_u64(&fields, "n", 1, 9, 7);
	fields_bool(&fields, "b", FALSE);
	fields_string(&fields, "s", 3, NULL);
	fields_choice(&fields, "h", hashes, NULL);
	fields_hex(&fields, "x", 2, 4, hex);
	fields_array(&fields, "a", 1);
	fields_object(&fields, "o");
	fields_require(&fields, "o", "give an object");
	g_assert_cmpint(fields_end(&fields), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, reason);
	g_assert_cmpuint(hex->len, ==, 0);
}

static void
test_fields_say_what_is_wrong(void)
{
	assert_field_error("[]", "config must be a JSON object: {...}");
	assert_field_error("{\"o\":{},\"n\":10}",
			   "config.n must be an integer from 1 to 9, got 10");
	assert_field_error("{\"o\":{},\"n\":-1}",
			   "config.n must be an integer from 1 to 9, got -1");
	assert_field_error("{\"o\":{},\"b\":1}",
			   "config.b must be true or false, got 1");
	assert_field_error("{\"o\":{},\"s\":\"long\"}",
			   "config.s must be a string of at most 3 bytes, got "
			   "\"long\"");
	assert_field_error("{\"o\":{},\"h\":\"md5\"}",
			   "config.h must be one of \"sm3\", \"keccak-256\", "
			   "got \"md5\"");
	assert_field_error("{\"o\":{},\"x\":\"0x01\"}",
			   "config.x must be 0x and 2 to 4 pairs of "
			   "hexadecimal digits, got \"0x01\"");
	assert_field_error("{\"o\":{},\"a\":[1,2]}",
			   "config.a must be an array of at most 1 elements, "
			   "got [1,2]");
	assert_field_error("{}", "config.o is missing: give an object");
	assert_field_error("{\"o\":{},\"blok\":1}",
			   "config has no member \"blok\"; its members are: "
			   "n, b, s, h, x, a, o");
	/* The first error is the one that is told. */
	assert_field_error("{\"n\":0,\"b\":1,\"zzz\":1}",
			   "config.n must be an integer from 1 to 9, got 0");
}

/* A text that is no object fails at the end, and gives defaults until then. */
static void
assert_parse_error(const char *text, int32_t status, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(bsn_slice_str(text), 10, "config",
					 &object, &err);

	g_assert_null(object);
	g_assert_cmpuint(fields_u64(&fields, "n", 1, 9, 5), ==, 5);
	fields_fail(&fields, "n", "is told although something came before");
	g_assert_cmpint(fields_end(&fields), ==, status);
	g_assert_cmpstr(err.reason, ==, reason);
}

static void
test_fields_from_text(void)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(bsn_slice_str("{\"n\":7}"), 10,
					 "config", &object, &err);

	g_assert_cmpuint(fields_u64(&fields, "n", 1, 9, 5), ==, 7);
	g_assert_cmpint(fields_end(&fields), ==, BSN_OK);
	assert_parse_error("[]", BSN_BAD_REQUEST,
			   "config must be a JSON object: {...}");
	assert_parse_error("{\"n\": 7777}", BSN_TOO_LARGE,
			   "config has 11 bytes and may have 10");
}

/* ---- the host, ranks ----------------------------------------------------- */

static void
test_host_check_names_the_first(void)
{
	const Needed needed[] = { { TRUE, "bsn.a/1" },
				  { FALSE, "bsn.b/1" },
				  { FALSE, "bsn.c/1" } };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(host_check(needed, 1, "it", &err), ==, BSN_OK);
	g_assert_cmpint(host_check(needed, 3, "it", &err), ==, BSN_E_VERSION);
	g_assert_cmpstr(err.reason, ==,
			"it needs bsn.b/1, which this host does not offer");
}

static void
test_rank_is_what_enough_have_reached(void)
{
	guint64 numbers[] = { 3, G_MAXUINT64, 1, 3, 0 };

	g_assert_cmpuint(rank_reached(numbers, 5, 1), ==, G_MAXUINT64);
	g_assert_cmpuint(rank_reached(numbers, 5, 2), ==, 3);
	g_assert_cmpuint(rank_reached(numbers, 5, 3), ==, 3);
	g_assert_cmpuint(rank_reached(numbers, 5, 4), ==, 1);
	g_assert_cmpuint(rank_reached(numbers, 5, 5), ==, 0);
	g_assert_cmpuint(rank_reached(numbers, 2, 3), ==, 0);
}

/* ---- u256 ---------------------------------------------------------------- */

static void
assert_round_trip(const char *text, guint bits, gboolean is_signed)
{
	U256Type type = { bits, is_signed };
	guint8 bytes[U256_BYTES];
	g_autofree char *back = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (u256_from_text(text, strlen(text), type, bytes, &err) != BSN_OK)
		g_error("%s: %s", text, err.reason);
	g_assert_true(u256_fits(bytes, type));
	back = u256_to_text(bytes, is_signed);
	g_assert_cmpstr(back, ==, text);
}

#define TWO_256_LESS_1                                                         \
	"11579208923731619542357098500868790785326998466564056403945758400791" \
	"3129639935"
#define TWO_256                                                                \
	"11579208923731619542357098500868790785326998466564056403945758400791" \
	"3129639936"
#define TWO_255                                                                \
	"57896044618658097711785492504343953926634992332820282019728792003956" \
	"564819968"

static void
test_u256_limits(void)
{
	assert_round_trip("0", 8, FALSE);
	assert_round_trip("255", 8, FALSE);
	assert_round_trip("1000000000", 256, FALSE);
	assert_round_trip("18446744073709551616", 72, FALSE);
	assert_round_trip(TWO_256_LESS_1, 256, FALSE);
	assert_round_trip("-128", 8, TRUE);
	assert_round_trip("127", 8, TRUE);
	assert_round_trip("-1", 256, TRUE);
	assert_round_trip("-" TWO_255, 256, TRUE);
}

static void
assert_no_integer(const char *text, guint bits, gboolean is_signed,
		  const char *reason)
{
	guint8 bytes[U256_BYTES];
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(u256_from_text(text, strlen(text),
				       (U256Type){ bits, is_signed }, bytes,
				       &err),
			==, BSN_BAD_REQUEST);
	g_assert_true(g_str_has_prefix(err.reason, reason));
}

static void
test_u256_ranges_are_strict(void)
{
	assert_no_integer("256", 8, FALSE, "uint8 goes from 0 to 255, got 256");
	assert_no_integer("-1", 8, FALSE, "uint8 goes from 0 to 255, got -1");
	assert_no_integer("128", 8, TRUE, "int8 goes from -128 to 127");
	assert_no_integer("-129", 8, TRUE, "int8 goes from -128 to 127");
	assert_no_integer(TWO_256, 256, FALSE,
			  "uint256 goes from 0 to 2^256-1");
	assert_no_integer(TWO_255, 256, TRUE,
			  "int256 goes from -2^255 to 2^255-1");
	assert_no_integer("-" TWO_256_LESS_1, 256, TRUE, "int256 goes from");
	assert_no_integer("-" TWO_256, 256, TRUE, "int256 goes from");
	assert_no_integer("4294967296", 32, FALSE,
			  "uint32 goes from 0 to 4294967295, got 4294967296");
	assert_no_integer("", 8, FALSE, "\"\" is no integer");
	assert_no_integer("-", 8, TRUE, "\"-\" is no integer");
	assert_no_integer("0x", 8, FALSE, "\"0x\" is no integer");
	assert_no_integer("1.0", 8, FALSE, "\"1.0\" is no integer");
	assert_no_integer(" 1", 8, FALSE, "\" 1\" is no integer");
	assert_no_integer("-0x1", 8, TRUE, "\"-0x1\" is no integer");
}

static void
test_u256_json(void)
{
	g_autoptr(json_t) input = parse("[7, \"0xff\", 1.5, -3]");
	guint8 bytes[U256_BYTES];
	U256Type narrow = { 48, FALSE };
	U256Type wide = { 56, FALSE };
	g_autoptr(json_t) number = NULL;
	g_autoptr(json_t) text = NULL;
	guint64 value;

	g_assert_cmpint(u256_from_json(json_array_get(input, 0), narrow, bytes,
				       NULL),
			==, BSN_OK);
	number = u256_to_json(bytes, narrow);
	text = u256_to_json(bytes, wide);
	g_assert_cmpint(json_integer_value(number), ==, 7);
	g_assert_cmpstr(json_string_value(text), ==, "7");
	g_assert_cmpint(u256_from_json(json_array_get(input, 1), narrow, bytes,
				       NULL),
			==, BSN_OK);
	g_assert_true(u256_to_u64(bytes, &value));
	g_assert_cmpuint(value, ==, 255);
	g_assert_cmpint(u256_from_json(json_array_get(input, 2), narrow, bytes,
				       NULL),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(u256_from_json(json_array_get(input, 3),
				       (U256Type){ 8, TRUE }, bytes, NULL),
			==, BSN_OK);
	g_assert_cmpuint(bytes[0], ==, 0xff);
	g_assert_cmpuint(bytes[31], ==, 0xfd);
	g_assert_false(u256_to_u64(bytes, &value));
	u256_from_u64(G_MAXUINT64, bytes);
	g_assert_true(u256_to_u64(bytes, &value));
	g_assert_cmpuint(value, ==, G_MAXUINT64);
}

/* ---- reasons ------------------------------------------------------------ */

static void
test_reasons_are_mended(void)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{ "as it is", "as it is" },
		{ "z\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", NULL },
		{ "two\nlines\tand\x7f\x01", "two lines and  " },
		{ "\xff \xc3( \xe2\x82 x", "? ?( ?? x" },
		{ "\xc0\x80 \xe0\x80\x80 \xed\xa0\x80", "?? ??? ???" },
		{ "\xf5\x80\x80\x80 \xf4\x90\x80\x80", "???? ????" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		bsn_err err = BSN_ERR_INIT;

		g_assert_cmpint(bsn_fail(&err, BSN_BAD_REQUEST, "%s",
					 cases[i].text),
				==, BSN_BAD_REQUEST);
		g_assert_cmpstr(err.reason, ==,
				cases[i].reason != NULL ? cases[i].reason
							: cases[i].text);
		g_assert_true(g_utf8_validate(err.reason, -1, NULL));
	}
}

/* In the middle of a character. */
static void
test_reasons_are_cut(void)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(GString) text = g_string_new("x");

	while (text->len < 2 * BSN_REASON_MAX)
		g_string_append(text, "\xe2\x82\xac");
	bsn_fail_native(&err, BSN_BAD_REQUEST, 7, "%s", text->str);
	g_assert_cmpint(err.native, ==, 7);
	g_assert_cmpuint(strlen(err.reason), ==, BSN_REASON_MAX - 1);
	g_assert_true(g_utf8_validate(err.reason, -1, NULL));
	reason_copy(err.reason, text->str + 1);
	g_assert_cmpuint(strlen(err.reason), ==, BSN_REASON_MAX - 2);
	g_assert_true(g_utf8_validate(err.reason, -1, NULL));
	reason_copy(err.reason, "short");
	g_assert_cmpstr(err.reason, ==, "short");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kit/hex/both-ways", test_hex);
	g_test_add_func("/kit/sink/keeps-its-bound",
			test_sink_keeps_its_bound);
	g_test_add_func("/kit/reason/stays-printable-and-grows-a-path",
			test_reasons_stay_printable);
	g_test_add_func("/kit/json/bounds-size-depth-duplicates",
			test_json_bounds);
	g_test_add_func("/kit/json/text-keeps-order",
			test_json_text_keeps_order);
	g_test_add_func("/kit/json/text-is-what-the-library-writes",
			test_json_text_is_the_library_s);
	g_test_add_func("/kit/json/of-no-value-is-no-text",
			test_json_of_no_value_is_no_text);
	g_test_add_func("/kit/json/is-written-straight-down",
			test_json_written_straight_down);
	g_test_add_func("/kit/hex/a-digit-is-one-wherever-it-stands",
			test_hex_knows_digits);
	g_test_add_func("/kit/fields/read-values", test_fields_read_values);
	g_test_add_func("/kit/fields/say-what-is-wrong",
			test_fields_say_what_is_wrong);
	g_test_add_func("/kit/fields/from-a-text", test_fields_from_text);
	g_test_add_func("/kit/host/names-what-is-missing",
			test_host_check_names_the_first);
	g_test_add_func("/kit/rank/is-what-enough-have-reached",
			test_rank_is_what_enough_have_reached);
	g_test_add_func("/kit/u256/limits-of-each-type", test_u256_limits);
	g_test_add_func("/kit/u256/ranges-are-strict",
			test_u256_ranges_are_strict);
	g_test_add_func("/kit/u256/json-type-follows-width", test_u256_json);
	g_test_add_func("/kit/reasons/are-mended", test_reasons_are_mended);
	g_test_add_func("/kit/reasons/are-cut-whole", test_reasons_are_cut);
	return g_test_run();
}
