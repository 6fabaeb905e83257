/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/solidity/decode.h"
#include "plugins/kit/solidity/interface.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/sha256-hash.h"

static const bsn_hash *keccak;

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

#define UINT(name) "{\"name\":\"" name "\",\"type\":\"uint256\"}"
#define ADDRESS(name) "{\"name\":\"" name "\",\"type\":\"address\"}"
#define INDEXED(name, type)                                                    \
	"{\"name\":\"" name "\",\"type\":\"" type "\",\"indexed\":true}"

static const char abi_text[] =
	"["
	"{\"type\":\"constructor\",\"inputs\":[" UINT("supply") "]},"
	"{\"type\":\"receive\",\"stateMutability\":\"payable\"},"
	"{\"type\":\"fallback\"},"
	"{\"type\":\"function\",\"name\":\"transfer\",\"inputs\":[" ADDRESS(
		"to") "," UINT("value") "],"
	"\"outputs\":[{\"name\":\"\",\"type\":\"bool\"}],"
	"\"stateMutability\":\"nonpayable\"},"
	"{\"type\":\"function\",\"name\":\"get\",\"inputs\":[],"
	"\"outputs\":[" UINT("") "],\"stateMutability\":\"view\"},"
	"{\"name\":\"get\",\"inputs\":[" UINT("key") "],\"outputs\":[],"
	"\"constant\":true},"
	"{\"type\":\"function\",\"name\":\"get\",\"inputs\":["
	"{\"name\":\"name\",\"type\":\"string\"}],\"outputs\":[]},"
	"{\"type\":\"event\",\"name\":\"Transfer\",\"inputs\":[" INDEXED(
		"from", "address") "," INDEXED("to", "address") "," UINT(
		"value") "]},"
	"{\"type\":\"event\",\"name\":\"Noted\",\"inputs\":["
	"{\"name\":\"\",\"type\":\"string\"}," INDEXED("note", "string") "]},"
	"{\"type\":\"event\",\"name\":\"Quiet\",\"anonymous\":true,"
	"\"inputs\":[" INDEXED("level", "uint8") "]},"
	"{\"type\":\"error\",\"name\":\"InsufficientBalance\",\"inputs\":"
	"[" UINT("available") "," UINT("required") "]},"
	"{\"type\":\"error\",\"name\":\"Closed\",\"inputs\":[]}"
	"]";

static AbiInterface *
make_interface(void)
{
	g_autoptr(json_t) abi = json_of(abi_text);
	bsn_err err = BSN_ERR_INIT;
	AbiInterface *interface = abi_interface_new(abi, keccak, &err);

	if (interface == NULL)
		g_error("%s", err.reason);
	return interface;
}

static GByteArray *
from_hex(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	g_assert_true(hex_decode(hex, strlen(hex), bytes));
	return bytes;
}

/* ---- functions ----------------------------------------------------------- */

static void
assert_selector(const char *signature, const char *want)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(AbiFunction) function = abi_function_from_signature(
		bsn_slice_str(signature), keccak, &err);
	g_autofree char *hex = NULL;

	if (function == NULL)
		g_error("%s: %s", signature, err.reason);
	hex = hex_encode(bsn_slice_of(function->selector, ABI_SELECTOR_LEN));
	g_assert_cmpstr(hex, ==, want);
	g_assert_null(function->outputs);
}

static void
test_selectors_of_the_specification(void)
{
	assert_selector("baz(uint32,bool)", "0xcdcd77c0");
	assert_selector("bar(bytes3[2])", "0xfce353f6");
	assert_selector("sam(bytes,bool,uint256[])", "0xa5643bf2");
	assert_selector("sam(bytes,bool,uint[])", "0xa5643bf2");
	assert_selector("f(uint256,uint32[],bytes10,bytes)", "0x8be65246");
	assert_selector("g(uint256[][],string[])", "0x2289b18c");
	assert_selector("transfer(address,uint256)", "0xa9059cbb");
}

static void
test_signatures_that_are_none(void)
{
	static const char *const wrong[] = { "",      "f",	 "f(",
					     "f()x",  "(uint8)", "f(uint8",
					     "f g()", "f(uint8))" };

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		bsn_err err = BSN_ERR_INIT;

		g_assert_null(abi_function_from_signature(
			bsn_slice_str(wrong[i]), keccak, &err));
		g_assert_cmpstr(err.reason, !=, "");
	}
}

static const AbiFunction *
find(const AbiInterface *interface, const char *name, const char *args,
     int32_t *status, bsn_err *err)
{
	g_autoptr(json_t) value = args != NULL ? json_of(args) : NULL;

	return abi_find_function(interface, bsn_slice_str(name), value, status,
				 err);
}

static void
assert_found(const AbiInterface *interface, const char *name, const char *args,
	     const char *signature)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	const AbiFunction *function =
		find(interface, name, args, &status, &err);

	if (function == NULL)
		g_error("%s: %s", name, err.reason);
	g_assert_cmpint(status, ==, BSN_OK);
	g_assert_cmpstr(function->signature, ==, signature);
}

static void
assert_not_found(const AbiInterface *interface, const char *name,
		 const char *args, int32_t want, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	g_assert_null(find(interface, name, args, &status, &err));
	g_assert_cmpint(status, ==, want);
	g_assert_cmpstr(err.reason, ==, reason);
}

static void
test_functions_are_found(void)
{
	g_autoptr(AbiInterface) interface = make_interface();
	g_autoptr(GByteArray) call = from_hex("0xa9059cbb00");

	assert_found(interface, "transfer", "[1,2]",
		     "transfer(address,uint256)");
	/* The encoder will say what is wrong with the arguments. */
	assert_found(interface, "transfer", "[1]",
		     "transfer(address,uint256)");
	assert_found(interface, "get", NULL, "get()");
	assert_found(interface, "get", "[]", "get()");
	assert_found(interface, "get", "{\"key\":1}", "get(uint256)");
	assert_found(interface, "get", "{\"name\":1}", "get(string)");
	assert_found(interface, "get(uint)", "[1]", "get(uint256)");
	assert_not_found(interface, "get", "[1]", BSN_BAD_REQUEST,
			 "more than one function fits: give its full "
			 "signature: there is get(), get(uint256), "
			 "get(string)");
	assert_not_found(interface, "get", "[1,2]", BSN_BAD_REQUEST,
			 "the arguments do not fit: there is get(), "
			 "get(uint256), get(string)");
	assert_not_found(interface, "put", "[]", BSN_NOT_FOUND,
			 "there is no function \"put\"; there are: "
			 "transfer(address,uint256), get(), get(uint256), "
			 "get(string)");
	assert_not_found(interface, "get(bool)", "[]", BSN_NOT_FOUND,
			 "there is no function \"get(bool)\"; there are: "
			 "transfer(address,uint256), get(), get(uint256), "
			 "get(string)");
	g_assert_cmpstr(abi_find_selector(interface, buffer_slice(call))->name,
			==, "transfer");
	g_assert_null(abi_find_selector(interface, bsn_slice_of("abc", 3)));
}

static void
test_members_of_functions(void)
{
	g_autoptr(AbiInterface) interface = make_interface();
	const AbiFunction *transfer =
		find(interface, "transfer", NULL, NULL, NULL);
	const AbiFunction *get = find(interface, "get", NULL, NULL, NULL);
	const AbiFunction *old =
		find(interface, "get(uint256)", NULL, NULL, NULL);

	g_assert_false(transfer->read_only);
	g_assert_true(get->read_only);
	g_assert_true(old->read_only);
	g_assert_cmpuint(transfer->outputs->n_members, ==, 1);
	g_assert_cmpuint(interface->constructor->inputs->n_members, ==, 1);
	g_assert_cmpuint(interface->functions->len, ==, 4);
}

static void
test_calls_are_encoded(void)
{
	g_autoptr(AbiInterface) interface = make_interface();
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(json_t) args = json_of("[5]");
	g_autoptr(json_t) wrong = json_of("[-5]");

	g_assert_cmpint(abi_encode_call(find(interface, "get(uint256)", NULL,
					     NULL, NULL),
					args, out, NULL),
			==, BSN_OK);
	g_assert_cmpuint(out->len, ==, 36);
	g_byte_array_set_size(out, 3);
	g_assert_cmpint(abi_encode_call(interface->constructor, args, out,
					NULL),
			==, BSN_OK);
	g_assert_cmpuint(out->len, ==, 35);
	g_assert_cmpint(abi_encode_call(interface->constructor, wrong, out,
					NULL),
			==, BSN_BAD_REQUEST);
	g_assert_cmpuint(out->len, ==, 35);
}

static void
assert_no_interface(const char *abi, const char *reason)
{
	g_autoptr(json_t) value = json_of(abi);
	bsn_err err = BSN_ERR_INIT;

	g_assert_null(abi_interface_new(value, keccak, &err));
	if (!g_str_has_prefix(err.reason, reason))
		g_error("%s: %s", abi, err.reason);
}

static void
test_interfaces_that_are_none(void)
{
	bsn_hash short_hash = sha256_hash;
	g_autoptr(json_t) empty = json_array();
	bsn_err err = BSN_ERR_INIT;

	assert_no_interface("{}", "abi must be the compiler's array");
	assert_no_interface("[7]", "abi[0]: \"name\" must be an identifier");
	assert_no_interface("[{\"type\":\"fallback\"},{\"type\":\"x\","
			    "\"name\":\"y\"}]",
			    "abi[1]: \"type\" must be function,");
	assert_no_interface("[{\"name\":\"f\",\"inputs\":[{\"type\":\"bool\"},"
			    "{\"type\":\"uint7\"}]}]",
			    "abi[0].inputs[1]: \"uint7\" is no type");
	assert_no_interface("[{\"name\":\"f\",\"outputs\":[7]}]",
			    "abi[0].outputs[0]: it must be an object with "
			    "\"type\"");
	assert_no_interface("[{\"name\":\"f\",\"inputs\":7}]",
			    "abi[0].inputs: parameters must be an array");
	assert_no_interface("[{\"name\":\"f g\"}]",
			    "abi[0]: \"name\" must be an identifier");
	short_hash.digest_len = 20;
	g_assert_null(abi_interface_new(empty, &short_hash, &err));
	g_assert_nonnull(strstr(err.reason, "needs a hash of 32 bytes"));
}

/* The signature's digest decides, whichever hash the chain has. */
static void
test_other_hashes_give_other_selectors(void)
{
	g_autoptr(AbiFunction) function = abi_function_from_signature(
		bsn_slice_str("transfer(address,uint256)"), &sha256_hash,
		NULL);
	guint8 digest[32];
	bsn_slice text = bsn_slice_str("transfer(address,uint256)");

	sha256_hash.digest(&text, 1, digest);
	g_assert_true(memcmp(digest, function->selector, 4) == 0);
}

/* ---- events -------------------------------------------------------------- */

#define TOPIC_TRANSFER                                                         \
	"0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
#define WORD_AB                                                                \
	"00000000000000000000000000000000000000000000000000000000000000ab"
#define WORD_CD                                                                \
	"00000000000000000000000000000000000000000000000000000000000000cd"
#define WORD_20                                                                \
	"0000000000000000000000000000000000000000000000000000000000000020"
#define WORD_2                                                                 \
	"0000000000000000000000000000000000000000000000000000000000000002"

/* Decodes an event from up to four topics in hex; the payload as text, or the
 * reason of a failure. */
static char *
decode_event(const char *const *topics, const char *data, int32_t want)
{
	g_autoptr(AbiInterface) interface = make_interface();
	g_autoptr(GByteArray) bytes = from_hex(data);
	g_autoptr(GPtrArray) keep = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	g_autoptr(json_t) payload = NULL;
	g_autofree char *text = NULL;
	const AbiEvent *event = NULL;
	bsn_slice slices[5];
	bsn_err err = BSN_ERR_INIT;
	guint n = 0;

	for (; topics[n] != NULL; n++) {
		g_ptr_array_add(keep, from_hex(topics[n]));
		slices[n] = buffer_slice(keep->pdata[n]);
	}
	g_assert_cmpint(abi_decode_event(interface, slices, n,
					 buffer_slice(bytes), &event, &payload,
					 &err),
			==, want);
	if (want != BSN_OK)
		return g_strdup(err.reason);
	text = json_text(payload);
	return g_strdup_printf("%s %s", event->name, text);
}

static void
test_event_with_indexed_addresses(void)
{
	static const char *const topics[] = { TOPIC_TRANSFER, "0x" WORD_AB,
					      "0x" WORD_CD, NULL };
	g_autofree char *text = decode_event(topics, "0x" WORD_2, BSN_OK);

	g_assert_cmpstr(
		text, ==,
		"Transfer {\"from\":"
		"\"0x00000000000000000000000000000000000000ab\",\"to\":"
		"\"0x00000000000000000000000000000000000000cd\",\"value\":"
		"\"2\"}");
}

static void
test_event_with_digest_of_a_string(void)
{
	g_autoptr(AbiFunction) noted = abi_function_from_signature(
		bsn_slice_str("Noted(string,string)"), keccak, NULL);
	bsn_slice signature = bsn_slice_str("Noted(string,string)");
	guint8 digest[32];
	g_autofree char *topic = NULL;
	g_autofree char *text = NULL;

	g_assert_nonnull(noted);
	keccak->digest(&signature, 1, digest);
	topic = hex_encode(bsn_slice_of(digest, sizeof(digest)));
	text = decode_event((const char *[]){ topic, "0x" WORD_AB, NULL },
			    "0x" WORD_20 WORD_2 "6869", BSN_OK);
	g_assert_cmpstr(text, ==,
			"Noted {\"arg0\":\"hi\",\"note\":{\"hash\":\"0x" WORD_AB
			"\"}}");
}

static void
test_anonymous_event(void)
{
	static const char *const topics[] = { "0x" WORD_AB, NULL };
	g_autofree char *text = decode_event(topics, "0x", BSN_OK);

	g_assert_cmpstr(text, ==, "Quiet {\"level\":171}");
}

static void
test_events_that_do_not_fit(void)
{
	static const char *const unknown[] = { "0x" WORD_AB, "0x" WORD_AB,
					       NULL };
	static const char *const transfer[] = { TOPIC_TRANSFER, "0x" WORD_AB,
						TOPIC_TRANSFER, NULL };
	static const char *const five[] = { TOPIC_TRANSFER, TOPIC_TRANSFER,
					    TOPIC_TRANSFER, TOPIC_TRANSFER,
					    TOPIC_TRANSFER, NULL };
	g_autofree char *none = decode_event(unknown, "0x", BSN_NOT_FOUND);
	g_autofree char *data = decode_event(transfer, "0x", BSN_BAD_REQUEST);
	g_autofree char *topic =
		decode_event(transfer, "0x" WORD_2, BSN_BAD_REQUEST);
	g_autofree char *many = decode_event(five, "0x", BSN_E_INVALID);

	g_assert_cmpstr(none, ==, "no event of the interface has these topics");
	g_assert_true(g_str_has_prefix(data, "event Transfer: 32 bytes"));
	g_assert_true(g_str_has_prefix(topic, "event Transfer.to: 0xddf2"));
	g_assert_nonnull(many);
}

/* ---- reverts ------------------------------------------------------------- */

static void
assert_reason(const char *data, const char *want)
{
	g_autoptr(AbiInterface) interface = make_interface();
	g_autoptr(GByteArray) bytes = from_hex(data);
	g_autofree char *reason = abi_revert_reason(interface, keccak,
						    buffer_slice(bytes));

	g_assert_cmpstr(reason, ==, want);
}

static void
test_revert_reasons(void)
{
	assert_reason("0x", "the contract reverted without a reason");
	assert_reason("0x08c379a0" WORD_20 WORD_2 "6869", "hi");
	assert_reason("0x08c379a0" WORD_20 WORD_2 "610a", "a ");
	assert_reason("0x4e487b71"
		      "0000000000000000000000000000000000000000000000000000000"
		      "000000011",
		      "panic 0x11: an arithmetic operation overflowed or "
		      "underflowed");
	assert_reason("0x4e487b71" WORD_AB, "panic 171");
	assert_reason("0xcf479181" WORD_2 WORD_AB,
		      "InsufficientBalance {\"available\":\"2\","
		      "\"required\":\"171\"}");
	assert_reason("0x08c379a0ff", "the contract reverted with "
				      "0x08c379a0ff");
	assert_reason("0x01", "the contract reverted with 0x01");
}

static void
test_long_reasons_are_cut_whole(void)
{
	g_autoptr(GByteArray) data = from_hex("0x08c379a0" WORD_20);
	guint8 len[32] = { [30] = 2 };
	g_autofree char *reason = NULL;

	/* 512 bytes of two-byte characters. */
	g_byte_array_append(data, len, sizeof(len));
	for (guint i = 0; i < 256; i++)
		g_byte_array_append(data, (const guint8 *)"\303\274", 2);
	reason = abi_revert_reason(NULL, keccak, buffer_slice(data));
	g_assert_true(g_utf8_validate(reason, -1, NULL));
	g_assert_cmpuint(strlen(reason), ==, BSN_REASON_MAX - 2);
}

/* ---- a second opinion ---------------------------------------------------- */

static void
check_vector(const json_t *row)
{
	const char *signature =
		json_string_value(json_object_get(row, "signature"));
	const char *selector =
		json_string_value(json_object_get(row, "selector"));
	const char *data = json_string_value(json_object_get(row, "data"));
	const json_t *values = json_object_get(row, "values");
	g_autoptr(AbiFunction) function = abi_function_from_signature(
		bsn_slice_str(signature), keccak, NULL);
	g_autoptr(GByteArray) call = g_byte_array_new();
	g_autoptr(GByteArray) bytes = from_hex(data);
	g_autoptr(json_t) back = NULL;
	g_autofree char *hex = NULL;
	g_autofree char *want = g_strconcat(selector, data + 2, NULL);
	bsn_err err = BSN_ERR_INIT;

	g_test_message("%s", signature);
	g_assert_nonnull(function);
	if (abi_encode_call(function, values, call, &err) != BSN_OK)
		g_error("%s: %s", signature, err.reason);
	hex = hex_encode(buffer_slice(call));
	g_assert_cmpstr(hex, ==, want);
	back = abi_decode(function->inputs, buffer_slice(bytes), &err);
	if (back == NULL || !json_equal(back, values))
		g_error("%s: %s", signature, err.reason);
}

/* Written by tests/npm/make-abi-vectors.mjs. */
static void
test_ethers_agrees(void)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "tests/unit/data/abi-vectors.json", NULL);
	g_autoptr(json_t) vectors = json_load_file(path, 0, NULL);
	json_t *row;
	size_t i;

	g_assert_cmpuint(json_array_size(vectors), >=, 100);
	json_array_foreach(vectors, i, row)
		check_vector(row);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	fake_host_load("crypto-std.so");
	keccak = bsn_host_crypto(fake_host())->hash("keccak-256");
	g_assert_nonnull(keccak);
	g_test_add_func("/abi/function/selectors-of-the-specification",
			test_selectors_of_the_specification);
	g_test_add_func("/abi/function/signatures-are-strict",
			test_signatures_that_are_none);
	g_test_add_func("/abi/function/is-found-by-name-count-or-signature",
			test_functions_are_found);
	g_test_add_func("/abi/function/knows-what-the-abi-says",
			test_members_of_functions);
	g_test_add_func("/abi/function/calls-are-encoded",
			test_calls_are_encoded);
	g_test_add_func("/abi/function/selector-follows-the-chains-hash",
			test_other_hashes_give_other_selectors);
	g_test_add_func("/abi/interface/refusals-name-the-place",
			test_interfaces_that_are_none);
	g_test_add_func("/abi/event/indexed-values-come-from-topics",
			test_event_with_indexed_addresses);
	g_test_add_func("/abi/event/indexed-strings-are-digests",
			test_event_with_digest_of_a_string);
	g_test_add_func("/abi/event/anonymous-ones-go-by-count",
			test_anonymous_event);
	g_test_add_func("/abi/event/what-does-not-fit-is-refused",
			test_events_that_do_not_fit);
	g_test_add_func("/abi/both/ethers-agrees", test_ethers_agrees);
	g_test_add_func("/abi/revert/reasons-in-words", test_revert_reasons);
	g_test_add_func("/abi/revert/long-reasons-are-cut-whole",
			test_long_reasons_are_cut_whole);
	return g_test_run();
}
