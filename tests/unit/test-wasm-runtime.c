/* SPDX-License-Identifier: Apache-2.0
 *
 * runtime-wasm on an engine's state: what contracts import, and what becomes of
 * what they did.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/wasm-ground.h"

static Ground *
with_probe(void)
{
	Ground *ground = ground_new();

	g_assert_cmpint(ground_create(ground, "probe", "probe.wasm", NULL), ==,
			BSN_OK);
	return ground;
}

#define DO(function, arguments)                                                \
	G_STMT_START                                                           \
	{                                                                      \
		if (ground_call(ground, "probe", function, arguments) !=       \
		    BSN_OK)                                                    \
			g_error("%s: %s", function, ground->reason);           \
	}                                                                      \
	G_STMT_END
#define SAYS(text, function, arguments)                                        \
	G_STMT_START                                                           \
	{                                                                      \
		DO(function, arguments);                                       \
		g_assert_cmpstr(ground_text(ground), ==, text);                \
	}                                                                      \
	G_STMT_END
#define FAILS(status, text, function, arguments)                               \
	G_STMT_START                                                           \
	{                                                                      \
		g_assert_cmpint(ground_call(ground, "probe", function,         \
					    arguments),                        \
				==, status);                                   \
		if (strstr(ground->reason, text) == NULL)                      \
			g_error("%s: %s", function, ground->reason);           \
	}                                                                      \
	G_STMT_END

/* ---- creating ------------------------------------------------------------- */

static void
test_a_create_runs_initialize_with_its_arguments(void)
{
	g_autoptr(Ground) ground = ground_new();

	g_assert_cmpint(ground_create(ground, "probe", "probe.wasm",
				      "[\"one\"]"),
			==, BSN_OK);
	g_assert_cmpstr(ground->created, ==, "probe");
	SAYS("ann", "get", "[\"owner\"]");
	SAYS("one", "get", "[\"first\"]");
	FAILS(BSN_NOT_FOUND, "no function \"initialize\"", "initialize", NULL);
	FAILS(BSN_NOT_FOUND, "no function \"upgrade\"", "upgrade", NULL);
	FAILS(BSN_NOT_FOUND, "no function \"_hidden\"", "_hidden", NULL);
	FAILS(BSN_NOT_FOUND, "no function", "with_result", NULL);
	FAILS(BSN_NOT_FOUND, "no function", "memory", NULL);
}

static void
test_a_create_that_fails_leaves_nothing(void)
{
	g_autoptr(Ground) ground = ground_new();

	g_assert_cmpint(ground_create(ground, "probe", "probe.wasm",
				      "[\"one\", \"no reason\"]"),
			==, BSN_REVERTED);
	g_assert_cmpstr(ground->reason, ==, "no reason");
	g_assert_cmpstr(ground->created, ==, "");
	g_assert_cmpint(g_tree_nnodes(ground->entries), ==, 0);
	g_assert_cmpint(ground_call(ground, "probe", "get", NULL), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(ground_create(ground, "s", "segment.wasm", NULL), ==,
			BSN_FAULT);
	g_assert_nonnull(strstr(ground->reason, "out of bounds"));
	g_assert_cmpint(ground_create(ground, "n", "no-function.wasm", "[1]"),
			==, BSN_FAULT);
	g_assert_nonnull(strstr(ground->reason, "no function initialize"));
	g_assert_cmpint(g_tree_nnodes(ground->entries), ==, 0);
}

static void
test_an_address_is_taken_once_and_its_code_replaced(void)
{
	g_autoptr(Ground) ground = ground_new();

	g_assert_cmpint(ground_create(ground, "probe", "probe.wasm",
				      "[\"one\"]"),
			==, BSN_OK);
	g_assert_cmpint(ground_create(ground, "probe", "revised.wasm", NULL),
			==, BSN_FAULT);
	g_assert_nonnull(strstr(ground->reason, "already"));
	ground->flags = BSN_CALL_REPLACE;
	g_assert_cmpint(ground_create(ground, "other", "revised.wasm", NULL),
			==, BSN_FAULT);
	g_assert_cmpint(ground_create(ground, "probe", "revised.wasm", NULL),
			==, BSN_OK);
	ground->flags = 0;
	SAYS("one", "revised", NULL);
	FAILS(BSN_NOT_FOUND, "no function", "get", "[\"first\"]");
	ground->flags = BSN_CALL_REPLACE;
	g_assert_cmpint(ground_create(ground, "probe", "probe.wasm", NULL), ==,
			BSN_OK);
	ground->flags = 0;
	SAYS("yes", "get", "[\"upgraded\"]");
	SAYS("ann", "get", "[\"owner\"]");
}

static void
test_the_start_function_runs_before_each_call(void)
{
	g_autoptr(Ground) ground = ground_new();

	g_assert_cmpint(ground_create(ground, "s", "start.wasm", NULL), ==,
			BSN_OK);
	g_assert_cmpint(ground_call(ground, "s", "f", NULL), ==, BSN_OK);
	g_assert_cmpint(ground_call(ground, "s", "f", NULL), ==, BSN_OK);
	ground->flags = BSN_CALL_READ_ONLY;
	g_assert_cmpint(ground_call(ground, "s", "f", NULL), ==, BSN_FAULT);
}

/* ---- imports -------------------------------------------------------------- */

static void
test_entries_are_put_read_and_deleted(void)
{
	g_autoptr(Ground) ground = with_probe();

	SAYS("none", "get", "[\"k\"]");
	DO("set", "[\"k\", \"v\"]");
	SAYS("v", "get", "[\"k\"]");
	DO("set", "[\"k\", \"\"]");
	SAYS("", "get", "[\"k\"]");
	DO("del", "[\"k\"]");
	SAYS("none", "get", "[\"k\"]");
	DO("longest_key", NULL);
}

static void
test_arguments_have_names_or_places(void)
{
	g_autoptr(Ground) ground = with_probe();

	SAYS("b2", "named", "[\"a\", \"b\"]");
	SAYS("c2", "named", "{\"name\": \"c\", \"x\": \"y\"}");
	SAYS("none", "named", "{\"x\": \"y\"}");
	SAYS("none", "named", NULL);
	SAYS("{a:1}2", "named", "[0, \"{a:1}\"]");
}

static void
test_a_call_without_a_function_has_it_in_its_input(void)
{
	g_autoptr(Ground) ground = with_probe();
	g_autoptr(GByteArray) input = g_byte_array_new();
	bsn_call call = { .size = sizeof(call),
			  .kind = BSN_CALL_INVOKE,
			  .block = &ground->block,
			  .origin = bsn_slice_str("signer"),
			  .caller = bsn_slice_str("ann"),
			  .contract = bsn_slice_str("probe"),
			  .budget = GROUND_BUDGET };

	g_assert_cmpint(ground_run(ground, &call), ==, BSN_FAULT);
	arguments_call(input, bsn_slice_str("get"));
	arguments_add(input, bsn_slice_str(""), bsn_slice_str("owner"));
	call.input = buffer_slice(input);
	g_assert_cmpint(ground_run(ground, &call), ==, BSN_OK);
	g_assert_cmpstr(ground_text(ground), ==, "ann");
	call.input.len--;
	g_assert_cmpint(ground_run(ground, &call), ==, BSN_FAULT);
	g_assert_nonnull(strstr(ground->reason, "arguments"));
}

static void
test_a_call_knows_who_and_when(void)
{
	g_autoptr(Ground) ground = with_probe();
	guint64 times[2];

	SAYS("ann|signer|probe|who", "who", NULL);
	DO("when", NULL);
	g_assert_cmpuint(ground->output->len, ==, sizeof(times));
	memcpy(times, ground->output->data, sizeof(times));
	g_assert_cmpuint(GUINT64_FROM_LE(times[0]), ==, 7);
	g_assert_cmpuint(GUINT64_FROM_LE(times[1]), ==, 1700000000123);
}

static void
test_entries_are_walked_in_order_with_own_changes(void)
{
	g_autoptr(Ground) ground = with_probe();

	DO("del", "[\"owner\"]");
	SAYS("", "range", NULL);
	for (guint i = 0; i < 5; i++) {
		g_autofree char *entry =
			g_strdup_printf("[\"%c\", \"%u\"]", 'a' + i, i);

		DO("set", entry);
	}
	g_assert_cmpint(ground_create(ground, "probe2", "probe.wasm", NULL), ==,
			BSN_OK);
	SAYS("a=0;b=1;c=2;d=3;e=4;", "range", NULL);
	SAYS("b=1;c=2;", "range", "[\"b\", \"d\"]");
	SAYS("d=3;e=4;", "range", "[\"d\"]");
	SAYS("", "range", "[\"d\", \"b\"]");
	SAYS("a=0;b=before;d=3;e=4;", "snapshot", NULL);
	SAYS("b=before;d=behind;e=4;", "range", NULL);
}

/* More than a page. */
static void
test_many_entries_are_walked(void)
{
	g_autoptr(Ground) ground = with_probe();
	g_autoptr(GString) want = g_string_new(NULL);
	const guint64 budget = ground->budget;

	for (guint i = 0; i < 70; i++) {
		g_autofree char *entry = g_strdup_printf("[\"k%02u\", \"v\"]", i);

		DO("set", entry);
		g_string_append_printf(want, "k%02u=v;", i);
	}
	SAYS(want->str, "range", "[\"k\", \"l\"]");
	ground->budget = ground->used - 1;
	FAILS(BSN_OUT_OF_BUDGET, "used up", "range", "[\"k\", \"l\"]");
	ground->budget = budget;
	ground->state.scan = NULL;
	FAILS(BSN_FAULT, "cannot be walked", "range", NULL);
}

static void
test_events_stand_in_order(void)
{
	g_autoptr(Ground) ground = with_probe();

	DO("emit", "[\"Name\", \"data\"]");
	DO("emit", "[\"Other\"]");
	g_assert_cmpuint(ground->events->len, ==, 2);
	g_assert_cmpstr(ground->events->pdata[0], ==, "probe/Name/data");
	g_assert_cmpstr(ground->events->pdata[1], ==, "probe/Other/");
}

static void
test_digests_are_those_of_the_plugins(void)
{
	static const struct {
		const char *arguments, *hex;
	} rows[] = {
		{ "[\"0\",\"abc\"]", "0x66c7f0f462eeedd9d1f2d46bdc10e4e24167c487"
				     "5cf2f7a2297da02b8f4ba8e0" },
		{ "[\"1\",\"abc\"]", "0x66c7f0f462eeedd9d1f2d46bdc10e4e24167c487"
				     "5cf2f7a2297da02b8f4ba8e0" },
		{ "[\"2\",\"abc\"]", "0xba7816bf8f01cfea414140de5dae2223b00361a3"
				     "96177a9cb410ff61f20015ad" },
		{ "[\"3\",\"abc\"]", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e3"
				     "3a64a036ec44f58fa12d6c45" },
	};
	g_autoptr(Ground) ground = with_probe();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *hex = NULL;

		DO("hash", rows[i].arguments);
		hex = hex_encode(buffer_slice(ground->output));
		g_assert_cmpstr(hex, ==, rows[i].hex);
	}
}

/* Whether the contract finds a signature of a message right. */
static char
verified(Ground *ground, const char *number, bsn_slice key, const char *message,
	 bsn_slice signature)
{
	g_autoptr(GByteArray) input = g_byte_array_new();
	const bsn_slice none = { NULL, 0 };
	bsn_call call = { .size = sizeof(call),
			  .kind = BSN_CALL_INVOKE,
			  .block = &ground->block,
			  .origin = bsn_slice_str("signer"),
			  .caller = bsn_slice_str("ann"),
			  .contract = bsn_slice_str("probe"),
			  .function = bsn_slice_str("verify"),
			  .budget = GROUND_BUDGET };

	arguments_add(input, none, bsn_slice_str(number));
	arguments_add(input, none, key);
	arguments_add(input, none, bsn_slice_str(message));
	arguments_add(input, none, signature);
	call.input = buffer_slice(input);
	g_assert_cmpint(ground_run(ground, &call), ==, BSN_OK);
	return ground_text(ground)[0];
}

static void
test_signatures_are_verified(void)
{
	static const char *const names[] = { "sm2", "ecdsa-p256", "secp256k1" };
	g_autoptr(Ground) ground = with_probe();
	const bsn_crypto_by_name *crypto = bsn_host_crypto(fake_host());
	guint8 seed[48] = { 7 }, private_key[32], key[BSN_PUBLIC_KEY_MAX];
	guint8 signature[BSN_SIGNATURE_MAX];

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const bsn_signature *scheme = crypto->signature(names[i]);
		const bsn_slice public_key = { key, scheme->public_key_len };
		const bsn_slice made = { signature, scheme->signature_len };
		const char number[] = { (char)('1' + i), '\0' };

		g_assert_cmpint(scheme->generate(seed, private_key, key), ==,
				BSN_OK);
		g_assert_cmpint(scheme->sign(private_key, BSN_SIGN_STANDARD,
					     bsn_slice_of(NULL, 0),
					     bsn_slice_str("message"),
					     signature),
				==, BSN_OK);
		g_assert_cmpint(verified(ground, number, public_key, "message",
					 made),
				==, '1');
		g_assert_cmpint(verified(ground, number, public_key, "another",
					 made),
				==, '0');
		g_assert_cmpint(verified(ground, number, made, "message",
					 bsn_slice_of(NULL, 0)),
				==, '0');
	}
}

static void
test_lines_of_a_log_change_nothing(void)
{
	g_autoptr(Ground) ground = with_probe();
	g_autofree char *before = ground_dump(ground), *behind = NULL;

	DO("log", "[\"a line\\nand another\"]");
	behind = ground_dump(ground);
	g_assert_cmpstr(before, ==, behind);
}

static void
test_what_is_outside_of_memory_is_a_trap(void)
{
	static const char *const functions[] = {
		"far_arg",   "far_take",      "far_get",    "far_put_key",
		"far_put",   "far_del",	      "far_iter",   "far_emit",
		"far_call",  "far_call_args", "far_result", "far_revert",
		"far_hash",  "far_digest",    "far_verify", "far_log",
		"far_emit_name",
	};
	g_autoptr(Ground) ground = with_probe();

	for (gsize i = 0; i < G_N_ELEMENTS(functions); i++)
		FAILS(BSN_FAULT, "out of bounds memory access, in function",
		      functions[i], NULL);
}

static void
test_what_is_beyond_a_limit_is_a_fault(void)
{
	g_autoptr(Ground) ground = with_probe();

	FAILS(BSN_FAULT, "1 to 96 bytes, not 0", "empty_key", NULL);
	FAILS(BSN_FAULT, "1 to 96 bytes, not 97", "long_key", NULL);
	FAILS(BSN_FAULT, "1 to 96 bytes", "long_bound", NULL);
	FAILS(BSN_FAULT, "1 to 32 bytes", "empty_name", NULL);
	FAILS(BSN_FAULT, "1 to 32 bytes", "long_name", NULL);
	FAILS(BSN_FAULT, "no hash function 4", "bad_hash", NULL);
	FAILS(BSN_FAULT, "no signature scheme 0", "bad_scheme", NULL);
	FAILS(BSN_FAULT, "at most 262144 bytes", "long_value", NULL);
	FAILS(BSN_FAULT, "at most 16 iterators", "iterators", NULL);
	FAILS(BSN_FAULT, "no iterator 3", "no_iterator", NULL);
	FAILS(BSN_FAULT, "at no entry", "no_entry", NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/wasm-runtime/" path, function)
	TEST("create/runs-initialize-with-its-arguments",
	     test_a_create_runs_initialize_with_its_arguments);
	TEST("create/one-that-fails-leaves-nothing",
	     test_a_create_that_fails_leaves_nothing);
	TEST("create/an-address-is-taken-once-and-its-code-replaced",
	     test_an_address_is_taken_once_and_its_code_replaced);
	TEST("create/the-start-function-runs-before-each-call",
	     test_the_start_function_runs_before_each_call);
	TEST("imports/entries-are-put-read-and-deleted",
	     test_entries_are_put_read_and_deleted);
	TEST("imports/arguments-have-names-or-places",
	     test_arguments_have_names_or_places);
	TEST("imports/a-call-without-a-function-has-it-in-its-input",
	     test_a_call_without_a_function_has_it_in_its_input);
	TEST("imports/a-call-knows-who-and-when",
	     test_a_call_knows_who_and_when);
	TEST("imports/entries-are-walked-in-order-with-own-changes",
	     test_entries_are_walked_in_order_with_own_changes);
	TEST("imports/many-entries-are-walked", test_many_entries_are_walked);
	TEST("imports/events-stand-in-order", test_events_stand_in_order);
	TEST("imports/digests-are-those-of-the-plugins",
	     test_digests_are_those_of_the_plugins);
	TEST("imports/signatures-are-verified", test_signatures_are_verified);
	TEST("imports/lines-of-a-log-change-nothing",
	     test_lines_of_a_log_change_nothing);
	TEST("imports/what-is-outside-of-memory-is-a-trap",
	     test_what_is_outside_of_memory_is_a_trap);
	TEST("imports/what-is-beyond-a-limit-is-a-fault",
	     test_what_is_beyond_a_limit_is_a_fault);
	return g_test_run();
}
