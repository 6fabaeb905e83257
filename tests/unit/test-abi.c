/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/solidity/decode.h"
#include "plugins/kit/solidity/encode.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/u256.h"

#define WORD 32u

/* ---- helpers ------------------------------------------------------------- */

static json_t *
json_of(const char *text)
{
	bsn_err err = BSN_ERR_INIT;
	json_t *value = json_parse(bsn_slice_str(text), 1 << 20, "text", NULL,
				   &err);

	if (value == NULL)
		g_error("%s: %s", text, err.reason);
	return value;
}

/* The parameters of "(uint256,string)". */
static AbiType *
params_of(const char *types)
{
	g_autofree char *signature = g_strconcat("f", types, NULL);
	bsn_err err = BSN_ERR_INIT;
	gsize name;
	AbiType *params = abi_signature_parse(bsn_slice_str(signature), &name,
					      &err);

	if (params == NULL)
		g_error("%s: %s", types, err.reason);
	return params;
}

/* Words in hex, one per blank: "20" is 32 at the right end, "'6162" the bytes
 * 61 62 at the left end. */
static GByteArray *
words(const char *text)
{
	GByteArray *bytes = g_byte_array_new();
	g_auto(GStrv) parts = g_strsplit(text, " ", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		gboolean left = parts[i][0] == '\'';
		const char *digits = parts[i] + (left ? 1 : 0);
		guint fill = 2 * WORD - (guint)strlen(digits);
		g_autofree char *zeros = g_strnfill(fill, '0');
		g_autofree char *word = g_strconcat(left ? digits : zeros,
						    left ? zeros : digits,
						    NULL);

		g_assert_true(hex_decode(word, strlen(word), bytes));
	}
	return bytes;
}

static void
assert_encodes(const char *types, const char *args, const char *want)
{
	g_autoptr(AbiType) params = params_of(types);
	g_autoptr(json_t) value = json_of(args);
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) bytes = words(want);
	g_autofree char *got_hex = NULL;
	g_autofree char *want_hex = hex_encode(buffer_slice(bytes));
	bsn_err err = BSN_ERR_INIT;

	if (abi_encode(params, value, out, &err) != BSN_OK)
		g_error("%s %s: %s", types, args, err.reason);
	got_hex = hex_encode(buffer_slice(out));
	g_assert_cmpstr(got_hex, ==, want_hex);
}

static void
assert_decodes(const char *types, const char *data, const char *want)
{
	g_autoptr(AbiType) params = params_of(types);
	g_autoptr(GByteArray) bytes = words(data);
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(json_t) value = abi_decode(params, buffer_slice(bytes),
					     &err);
	g_autofree char *text = NULL;

	if (value == NULL)
		g_error("%s %s: %s", types, data, err.reason);
	text = json_text(value);
	g_assert_cmpstr(text, ==, want);
}

static void
assert_both(const char *types, const char *json, const char *data)
{
	assert_encodes(types, json, data);
	assert_decodes(types, data, json);
}

/* ---- the specification's examples ---------------------------------------- */

static void
test_specification_examples(void)
{
	assert_both("(uint32,bool)", "[69,true]", "45 1");
	assert_both("(bytes3[2])", "[[\"0x616263\",\"0x646566\"]]",
		    "'616263 '646566");
	assert_both("(bytes,bool,uint256[])",
		    "[\"0x64617665\",true,[\"1\",\"2\",\"3\"]]",
		    "60 1 a0 4 '64617665 3 1 2 3");
	assert_both("(uint256,uint32[],bytes10,bytes)",
		    "[\"291\",[1110,1929],\"0x31323334353637383930\","
		    "\"0x48656c6c6f2c20776f726c6421\"]",
		    "123 80 '31323334353637383930 e0 2 456 789 d "
		    "'48656c6c6f2c20776f726c6421");
	assert_both("(uint256[][],string[])",
		    "[[[\"1\",\"2\"],[\"3\"]],[\"one\",\"two\",\"three\"]]",
		    "40 140 2 40 a0 2 1 2 1 3 3 60 a0 e0 3 '6f6e65 3 '74776f "
		    "5 '7468726565");
}

static void
test_every_kind_of_type(void)
{
	assert_both("()", "[]", "");
	assert_both("(int8,int48,int56,int256)", "[-1,-2,\"-3\",\"-4\"]",
		    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		    "ffffffff "
		    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		    "fffffffe "
		    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		    "fffffffd "
		    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		    "fffffffc");
	assert_both("(address)",
		    "[\"0x00000000000000000000000000000000000000ab\"]", "ab");
	assert_both("(function)",
		    "[\"0x000000000000000000000000000000000000000000000001\"]",
		    "'000000000000000000000000000000000000000000000001");
	assert_both("(string)", "[\"\"]", "20 0");
	assert_both("(string,bytes)", "[\"gr\303\274n\",\"0x\"]",
		    "40 80 5 '6772c3bc6e 0");
	assert_both("(uint8[],bool)", "[[],false]", "40 0 0");
	assert_both("((uint8,bool),uint8)", "[[1,true],2]", "1 1 2");
	assert_both("((uint8,string)[2])", "[[[1,\"a\"],[2,\"b\"]]]",
		    "20 40 c0 1 40 1 '61 2 40 1 '62");
}

static void
test_other_spellings_of_values(void)
{
	assert_encodes("(uint256)", "[\"0xff\"]", "ff");
	assert_encodes("(uint256)", "[7]", "7");
	assert_encodes("(address)",
		       "[\"0x00000000000000000000000000000000000000AB\"]",
		       "ab");
	assert_encodes("(bytes)", "[\"0xABCD\"]", "20 2 'abcd");
}

static AbiType *
named_params(void)
{
	g_autoptr(json_t) json = json_of(
		"[{\"name\":\"to\",\"type\":\"address\"},"
		"{\"name\":\"order\",\"type\":\"tuple\",\"components\":["
		"{\"name\":\"id\",\"type\":\"uint64\"},"
		"{\"name\":\"items\",\"type\":\"uint8[]\"}]}]");

	return abi_params_parse(json, NULL);
}

#define ADDRESS_AB "\"0x00000000000000000000000000000000000000ab\""

static void
test_objects_by_name(void)
{
	g_autoptr(AbiType) params = named_params();
	g_autoptr(json_t) args = json_of(
		"{\"order\":{\"items\":[1,2],\"id\":9},\"to\":" ADDRESS_AB
		"}");
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) want = words("ab 40 9 40 2 1 2");
	g_autoptr(json_t) back = NULL;
	g_autofree char *text = NULL;

	g_assert_cmpint(abi_encode(params, args, out, NULL), ==, BSN_OK);
	g_assert_true(bsn_slice_equal(buffer_slice(out), buffer_slice(want)));
	back = abi_decode_named(params, buffer_slice(out), NULL);
	text = json_text(back);
	g_assert_cmpstr(text, ==,
			"{\"to\":" ADDRESS_AB
			",\"order\":{\"id\":\"9\",\"items\":[1,2]}}");
}

static void
assert_args_error(const AbiType *params, const char *args, const char *reason)
{
	g_autoptr(json_t) value = json_of(args);
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	g_byte_array_append(out, (const guint8 *)"x", 1);
	g_assert_cmpint(abi_encode(params, value, out, &err), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, reason);
	g_assert_cmpuint(out->len, ==, 1);
}

static void
test_wrong_arguments_are_named(void)
{
	g_autoptr(AbiType) params = named_params();

	assert_args_error(params,
			  "[" ADDRESS_AB
			  ",{\"id\":1,\"items\":[1,2,3,256]}]",
			  "args[1].items[3]: uint8 goes from 0 to 255, got "
			  "256");
	assert_args_error(params, "{\"to\":1,\"order\":[1,[]]}",
			  "args.to: it must be 0x and 40 hexadecimal digits, "
			  "got 1");
	assert_args_error(params, "[" ADDRESS_AB ",[1,2]]",
			  "args[1][1]: it must be an array, got 2");
	assert_args_error(params, "[" ADDRESS_AB "]",
			  "args: it must have 2 elements and has 1");
	assert_args_error(params, "{\"to\":" ADDRESS_AB "}",
			  "args: it has 1 members and must have all of: to, "
			  "order");
	assert_args_error(params, "{\"to\":" ADDRESS_AB ",\"ordr\":[]}",
			  "args: there is no \"ordr\"; there are: to, order");
	assert_args_error(params, "7",
			  "args: it must be an array or an object, got 7");
}

static void
assert_value_error(const char *types, const char *args, const char *reason)
{
	g_autoptr(AbiType) params = params_of(types);

	assert_args_error(params, args, reason);
}

static void
test_values_are_strict(void)
{
	assert_value_error("(bool)", "[1]",
			   "args[0]: it must be true or false, got 1");
	assert_value_error("(string)", "[null]",
			   "args[0]: it must be a string, got null");
	assert_value_error("(bytes2)", "[\"0x010203\"]",
			   "args[0]: it must be 0x and 4 hexadecimal digits, "
			   "got \"0x010203\"");
	assert_value_error("(bytes2)", "[\"0102\"]",
			   "args[0]: it must be 0x and 4 hexadecimal digits, "
			   "got \"0102\"");
	assert_value_error("(bytes)", "[\"0x0\"]",
			   "args[0]: it must be 0x and pairs of hexadecimal "
			   "digits, got \"0x0\"");
	assert_value_error("(uint8)", "[1.0]",
			   "args[0]: an integer must be a JSON integer, or a "
			   "string of decimal digits or of hexadecimal ones "
			   "after 0x");
	assert_value_error("(uint8[2])", "[[1]]",
			   "args[0]: it must have 2 elements and has 1");
	assert_value_error("(uint8,bool)", "{\"a\":1,\"b\":true}",
			   "args: it must be an array of 2, since not all "
			   "have a name of their own");
}

static void
test_output_is_bounded(void)
{
	g_autoptr(AbiType) params = params_of("(string[])");
	g_autoptr(json_t) list = json_array();
	g_autoptr(json_t) args = json_array();
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < ABI_ENCODED_MAX / 64; i++)
		json_array_append_new(list, json_string("x"));
	json_array_append(args, list);
	g_assert_cmpint(abi_encode(params, args, out, &err), ==,
			BSN_TOO_LARGE);
	g_assert_cmpuint(out->len, ==, 0);
}

/* ---- decoding what no encoder makes -------------------------------------- */

static void
assert_data_error(const char *types, const char *data, const char *reason)
{
	g_autoptr(AbiType) params = params_of(types);
	g_autoptr(GByteArray) bytes = words(data);
	bsn_err err = BSN_ERR_INIT;

	g_assert_null(abi_decode(params, buffer_slice(bytes), &err));
	if (strstr(err.reason, reason) == NULL)
		g_error("%s %s: %s", types, data, err.reason);
}

#define HUGE_WORD                                                              \
	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void
test_data_is_checked(void)
{
	assert_data_error("(uint8)", "", "32 bytes from byte 0");
	assert_data_error("(uint8)", "100", "is no value of uint8");
	assert_data_error("(int8)", "80", "is no value of int8");
	assert_data_error("(bool)", "2", "is no value of bool");
	assert_data_error("(address)",
			  "010000000000000000000000000000000000000000",
			  "is no value of address");
	assert_data_error("(bytes2)", "'010203", "is no value of bytes2");
	assert_data_error("(string)", "40",
			  "[0]: offset 64 is beyond the 32 bytes of data");
	assert_data_error("(string)", HUGE_WORD, "[0]: offset 11579208923731");
	assert_data_error("(string)", "20 21", "[0]: 33 bytes from byte 64");
	assert_data_error("(uint8[])", "20 " HUGE_WORD, "[0]: count 1157920");
	assert_data_error("(uint8[])", "20 2 1",
			  "[0]: 64 bytes from byte 64 on reach beyond the 96");
	assert_data_error("(uint8[9999])", "1",
			  "319968 bytes from byte 0 on");
	assert_data_error("(string[2])", "20 61 0",
			  "[0][0]: offset 97 is beyond");
}

static void
test_data_may_be_longer(void)
{
	assert_decodes("(uint8)", "1 2 3", "[1]");
	assert_decodes("(string)", "40 7 1 '61", "[\"a\"]");
}

static void
test_text_that_is_not_utf8(void)
{
	assert_decodes("(string)", "20 3 '61ff62", "[\"a\357\277\275b\"]");
	assert_decodes("(string)", "20 3 '610062", "[\"a\\u0000b\"]");
}

/* Each array's 32 elements are the same inner array: fourteen levels of it
 * would be more than any memory. */
static void
test_overlapping_offsets_are_bounded(void)
{
	g_autoptr(AbiType) params =
		params_of("(uint8[][][][][][][][][][][][][][])");
	g_autoptr(GByteArray) data = words("20");
	bsn_err err = BSN_ERR_INIT;

	for (guint level = 0; level < 14; level++) {
		g_autoptr(GByteArray) count = words("20");
		g_autoptr(GByteArray) part =
			words(level < 13 ? "400" : "1");

		g_byte_array_append(data, count->data, count->len);
		for (guint i = 0; i < 32; i++)
			g_byte_array_append(data, part->data, part->len);
	}
	g_assert_null(abi_decode(params, buffer_slice(data), &err));
	g_assert_nonnull(strstr(err.reason, "too many values"));
}

/* A string that is named by every element of an array. */
static void
test_repeated_content_is_bounded(void)
{
	g_autoptr(AbiType) params = params_of("(bytes[])");
	g_autoptr(GByteArray) data = words("20 3e8");
	g_autoptr(GByteArray) offset = words("7d00");
	g_autoptr(GByteArray) len = words("4000");
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < 1000; i++)
		g_byte_array_append(data, offset->data, offset->len);
	g_byte_array_append(data, len->data, len->len);
	g_byte_array_set_size(data, data->len + 0x4000);
	memset(data->data + data->len - 0x4000, 0, 0x4000);
	g_assert_null(abi_decode(params, buffer_slice(data), &err));
	g_assert_nonnull(strstr(err.reason, "too many bytes"));
}

/* ---- random types and values --------------------------------------------- */

static void append_random_type(GString *out, guint depth);

static void
append_random_list(GString *out, guint depth)
{
	gint n = g_test_rand_int_range(1, 4);

	g_string_append_c(out, '(');
	for (gint i = 0; i < n; i++) {
		if (i > 0)
			g_string_append_c(out, ',');
		append_random_type(out, depth);
	}
	g_string_append_c(out, ')');
}

static void
append_random_type(GString *out, guint depth)
{
	static const char *const words_only[] = { "address", "bool",   "bytes",
						  "string",  "function" };

	switch (g_test_rand_int_range(0, depth > 0 ? 7 : 4)) {
	case 0:
		g_string_append_printf(out, "uint%d",
				       8 * g_test_rand_int_range(1, 33));
		return;
	case 1:
		g_string_append_printf(out, "int%d",
				       8 * g_test_rand_int_range(1, 33));
		return;
	case 2:
		g_string_append_printf(out, "bytes%d",
				       g_test_rand_int_range(1, 33));
		return;
	case 3:
		g_string_append(out,
				words_only[g_test_rand_int_range(
					0, G_N_ELEMENTS(words_only))]);
		return;
	case 4:
		append_random_type(out, depth - 1);
		g_string_append(out, "[]");
		return;
	case 5:
		append_random_type(out, depth - 1);
		g_string_append_printf(out, "[%d]",
				       g_test_rand_int_range(1, 4));
		return;
	case 6:
		append_random_list(out, depth - 1);
		return;
	}
}

static json_t *
random_hex(gint len)
{
	guint8 bytes[80];
	g_autofree char *hex = NULL;

	for (gint i = 0; i < len; i++)
		bytes[i] = (guint8)g_test_rand_int();
	hex = hex_encode(bsn_slice_of(bytes, (guint64)len));
	return json_string(hex);
}

/* Random bytes, cut to the type's bits, as the decoder writes them. */
static json_t *
random_integer(const AbiType *type)
{
	U256Type integer = { type->size, type->kind == ABI_INT };
	guint8 bytes[U256_BYTES];
	guint first = U256_BYTES - type->size / 8;

	for (guint i = 0; i < U256_BYTES; i++)
		bytes[i] = (guint8)g_test_rand_int();
	for (guint i = 0; i < first; i++)
		bytes[i] = integer.is_signed && (bytes[first] & 0x80) ? 0xff
								      : 0;
	return u256_to_json(bytes, integer);
}

static json_t *random_value(const AbiType *type);

static json_t *
random_parts(const AbiType *type, guint64 n)
{
	json_t *parts = json_array();

	for (guint64 i = 0; i < n; i++)
		json_array_append_new(parts, random_value(abi_part(type, i)));
	return parts;
}

static json_t *
random_value(const AbiType *type)
{
	switch (type->kind) {
	case ABI_UINT:
	case ABI_INT:
		return random_integer(type);
	case ABI_ADDRESS:
		return random_hex(20);
	case ABI_BOOL:
		return json_boolean(g_test_rand_bit());
	case ABI_FIXED_BYTES:
		return random_hex((gint)type->size);
	case ABI_FUNCTION:
		return random_hex(24);
	case ABI_BYTES:
		return random_hex(g_test_rand_int_range(0, 80));
	case ABI_STRING:
		return json_sprintf("%u \303\274", g_test_rand_int());
	case ABI_FIXED_ARRAY:
		return random_parts(type, type->size);
	case ABI_ARRAY:
		return random_parts(type,
				    (guint64)g_test_rand_int_range(0, 4));
	case ABI_TUPLE:
		return random_parts(type, type->n_members);
	}
	return NULL;
}

static void
round_trip(void)
{
	GString *text = g_string_new(NULL);
	g_autoptr(AbiType) params = NULL;
	g_autoptr(json_t) args = NULL;
	g_autoptr(json_t) back = NULL;
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	append_random_list(text, 4);
	params = params_of(text->str);
	args = random_value(params);
	if (abi_encode(params, args, out, &err) != BSN_OK)
		g_error("%s: %s", text->str, err.reason);
	g_assert_cmpuint(out->len % WORD, ==, 0);
	back = abi_decode(params, buffer_slice(out), &err);
	if (back == NULL || !json_equal(args, back))
		g_error("%s: %s", text->str, err.reason);
	g_string_free(text, TRUE);
}

static void
test_random_values_survive(void)
{
	guint n = g_test_quick() ? 2000 : 50000;

	for (guint i = 0; i < n; i++)
		round_trip();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/abi/both/examples-of-the-specification",
			test_specification_examples);
	g_test_add_func("/abi/both/every-kind-of-type",
			test_every_kind_of_type);
	g_test_add_func("/abi/both/random-values-survive",
			test_random_values_survive);
	g_test_add_func("/abi/encode/takes-other-spellings",
			test_other_spellings_of_values);
	g_test_add_func("/abi/encode/takes-objects-by-name",
			test_objects_by_name);
	g_test_add_func("/abi/encode/wrong-arguments-are-named",
			test_wrong_arguments_are_named);
	g_test_add_func("/abi/encode/values-are-strict",
			test_values_are_strict);
	g_test_add_func("/abi/encode/output-is-bounded",
			test_output_is_bounded);
	g_test_add_func("/abi/decode/data-is-checked", test_data_is_checked);
	g_test_add_func("/abi/decode/data-may-be-longer",
			test_data_may_be_longer);
	g_test_add_func("/abi/decode/text-that-is-not-utf-8-is-mended",
			test_text_that_is_not_utf8);
	g_test_add_func("/abi/decode/overlapping-offsets-are-bounded",
			test_overlapping_offsets_are_bounded);
	g_test_add_func("/abi/decode/repeated-content-is-bounded",
			test_repeated_content_is_bounded);
	return g_test_run();
}
