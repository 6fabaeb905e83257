/* SPDX-License-Identifier: Apache-2.0
 *
 * Which modules are contracts, and what is said of those that are none.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"
#include "tests/unit/wasm-ground.h"

/* "rule severity where; ..." */
static int32_t
check(bsn_slice code, const char *options, char **said)
{
	g_autoptr(GByteArray) json = g_byte_array_new();
	BufferSink sink = buffer_sink(json, G_MAXUINT);
	bsn_err err = { .size = sizeof(err) };
	const int32_t status = wasm_check_with(code, bsn_slice_str(options),
					       &sink.sink, &err);

	g_assert_true(status == BSN_OK || err.reason[0] != '\0');
	g_byte_array_append(json, (const guint8 *)"", 1);
	*said = g_strdup((const char *)json->data);
	return status;
}

static void
assert_finding(const char *file, const char *options, int32_t status,
	       const char *want)
{
	g_autoptr(GBytes) module = ground_module(file);
	g_autofree char *said = NULL;

	g_assert_cmpint(check(bytes_slice(module), options, &said), ==, status);
	if (strstr(said, want) == NULL)
		g_error("%s: %s", file, said);
}

static void
test_what_a_reviewer_looks_at(void)
{
	g_autoptr(GBytes) module = ground_module("start.wasm");
	g_autofree char *said = NULL;

	assert_finding("greedy.wasm", "", BSN_OK,
		       "{\"rule\":\"wasm-unchecked-call\",\"severity\":"
		       "\"warning\",\"where\":\"function 6\",\"text\":\"the "
		       "status of a call of another contract is not looked at, "
		       "at 7 places: ");
	assert_finding("probe.wasm", "", BSN_OK,
		       "\"rule\":\"wasm-origin\",\"severity\":\"info\","
		       "\"where\":\"import bsn.origin\"");
	(void)check(bytes_slice(module), "", &said);
	g_assert_null(strstr(said, "wasm-unchecked-call"));
	g_assert_null(strstr(said, "wasm-origin"));
}

static void
test_each_refusal_names_its_rule_and_place(void)
{
	static const struct {
		const char *file, *want;
	} rows[] = {
		{ "wasi.wasm", "\"rule\":\"wasm-import\",\"severity\":\"error\","
			       "\"where\":\"import "
			       "wasi_snapshot_preview1.fd_write\"" },
		{ "unknown.wasm", "import bsn.random" },
		{ "other-type.wasm", "another type than is offered (:i)" },
		{ "import-global.wasm", "this is a global" },
		{ "import-memory.wasm", "this is a memory" },
		{ "no-memory.wasm", "\"wasm-memory\"" },
		{ "hidden-memory.wasm", "is not exported as" },
		{ "large-memory.wasm", "begins with 257 pages" },
		{ "large-table.wasm", "\"wasm-table\"" },
		{ "entry-type.wasm", "\"where\":\"export initialize\"" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_finding(rows[i].file, "{}", BSN_FAULT, rows[i].want);
}

static void
test_what_is_taken_may_have_findings(void)
{
	assert_finding("revised.wasm", "{}", BSN_OK, "[]");
	assert_finding("no-function.wasm", "{}", BSN_OK,
		       "\"rule\":\"wasm-no-function\",\"severity\":\"warning\"");
	assert_finding("start.wasm", "{}", BSN_OK,
		       "\"rule\":\"wasm-start\",\"severity\":\"info\"");
}

static void
test_floats_are_the_chains_to_take(void)
{
	assert_finding("float.wasm", "{}", BSN_OK,
		       "\"rule\":\"wasm-float\",\"severity\":\"warning\"");
	assert_finding("float.wasm", "{\"rules\":\"1\"}", BSN_FAULT,
		       "\"severity\":\"error\"");
	assert_finding("float.wasm", "{\"rules\":\"1-floats\"}", BSN_OK,
		       "\"warning\"");
	assert_finding("float.wasm", "{\"rules\":\"2\"}", BSN_BAD_REQUEST, "");
}

static void
test_what_is_no_module_is_malformed_or_invalid(void)
{
	/* A function without its body's end; one that leaves nothing. */
	static const guint8 broken[] = "\0asm\1\0\0\0\1\4\1\x60";
	static const guint8 invalid[] = "\0asm\1\0\0\0\1\5\1\x60\0\1\x7f"
					"\3\2\1\0\n\4\1\2\0\x0b";
	g_autofree char *one = NULL, *two = NULL, *none = NULL;

	g_assert_cmpint(check(bsn_slice_of(broken, sizeof(broken) - 1), "{}",
			      &one),
			==, BSN_FAULT);
	g_assert_nonnull(strstr(one, "\"wasm-malformed\""));
	g_assert_cmpint(check(bsn_slice_of(invalid, sizeof(invalid) - 1), "{}",
			      &two),
			==, BSN_FAULT);
	g_assert_nonnull(strstr(two, "\"wasm-invalid\""));
	g_assert_cmpint(check(bsn_slice_of(NULL, 0), "{}", &none), ==,
			BSN_FAULT);
	g_assert_nonnull(strstr(none, "\"wasm-malformed\""));
}

static void
test_arguments_behind_a_module_are_none_of_it(void)
{
	g_autoptr(GBytes) module = ground_module("revised.wasm");
	g_autoptr(GByteArray) arguments = g_byte_array_new();
	g_autoptr(GByteArray) input = g_byte_array_new();
	g_autofree char *said = NULL;

	arguments_add(arguments, bsn_slice_str(""), bsn_slice_str("x"));
	arguments_module(input, bytes_slice(module), buffer_slice(arguments));
	g_assert_cmpint(check(buffer_slice(input), "{}", &said), ==, BSN_OK);
	g_assert_cmpstr(said, ==, "[]");
}

static int32_t
check_package(const char *type, const ChaincodeFile *files, gsize n,
	      char **said)
{
	g_autoptr(GByteArray) package = g_byte_array_new();

	g_assert_cmpint(chaincode_package_write("label", type, "", files, n,
						package, NULL),
			==, BSN_OK);
	return check(buffer_slice(package), "{}", said);
}

static void
test_a_package_has_one_module(void)
{
	g_autoptr(GBytes) module = ground_module("revised.wasm");
	const ChaincodeFile files[] = {
		{ "META-INF/statedb/couchdb/indexes/x.json", FALSE,
		  bsn_slice_str("{}") },
		{ "probe.wasm", FALSE, bytes_slice(module) },
		{ "other.wasm", FALSE, bytes_slice(module) },
	};
	g_autofree char *one = NULL, *two = NULL, *none = NULL, *other = NULL;

	g_assert_cmpint(check_package("wasm", files, 2, &one), ==, BSN_OK);
	g_assert_cmpstr(one, ==, "[]");
	g_assert_cmpint(check_package("wasm", files, 3, &two), ==, BSN_FAULT);
	g_assert_nonnull(strstr(two, "more than one"));
	g_assert_cmpint(check_package("wasm", files, 1, &none), ==, BSN_FAULT);
	g_assert_nonnull(strstr(none, "no .wasm file"));
	g_assert_cmpint(check_package("node", files, 2, &other), ==, BSN_FAULT);
	g_assert_nonnull(strstr(other, "of type node"));
}

/* An execution refuses what check does, and by the block's rules. */
static void
test_a_create_refuses_the_same(void)
{
	static const char *const files[] = { "wasi.wasm", "no-memory.wasm",
					     "entry-type.wasm",
					     "large-memory.wasm" };
	g_autoptr(Ground) ground = ground_new();
	guint8 one[32] = { [31] = 1 };

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		g_assert_cmpint(ground_create(ground, "c", files[i], NULL), ==,
				BSN_FAULT);
	g_assert_cmpint(ground_create(ground, "c", "float.wasm", NULL), ==,
			BSN_FAULT);
	g_assert_nonnull(strstr(ground->reason, "floats"));
	ground->block.rules = "1-floats";
	g_assert_cmpint(ground_create(ground, "c", "float.wasm", NULL), ==,
			BSN_OK);
	ground->value = bsn_slice_of(one, sizeof(one));
	g_assert_cmpint(ground_call(ground, "c", "f", NULL), ==, BSN_FAULT);
	g_assert_nonnull(strstr(ground->reason, "value"));
}

static void
test_a_call_that_is_none_is_misuse(void)
{
	g_autoptr(Ground) ground = ground_new();
	bsn_call call = { .size = sizeof(call),
			  .kind = BSN_CALL_INVOKE,
			  .block = &ground->block,
			  .contract = bsn_slice_str("c") };

	ground->block.rules = "2";
	g_assert_cmpint(wasm_execute(&call, &ground->state, NULL), ==,
			BSN_E_INVALID);
	ground->block.rules = NULL;
	ground->block.hash = "md5";
	g_assert_cmpint(wasm_execute(&call, &ground->state, NULL), ==,
			BSN_E_INVALID);
	ground->block.hash = "sha-256";
	call.contract.len = 0;
	g_assert_cmpint(wasm_execute(&call, &ground->state, NULL), ==,
			BSN_E_INVALID);
	call.contract.len = 1;
	call.kind = 3;
	g_assert_cmpint(wasm_execute(&call, &ground->state, NULL), ==,
			BSN_E_INVALID);
	g_assert_cmpuint(ground->outcomes, ==, 0);
}

static void
test_code_and_entries_are_looked_up(void)
{
	g_autoptr(Ground) ground = ground_new();
	g_autoptr(GBytes) module = ground_module("probe.wasm");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, G_MAXUINT);
	const bsn_slice p = bsn_slice_str("p");

	g_assert_cmpint(wasm_contract_code(p, &ground->state, &sink.sink, NULL),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(ground_create(ground, "p", "probe.wasm", "[1]"), ==,
			BSN_OK);
	g_assert_cmpint(wasm_contract_code(p, &ground->state, &sink.sink, NULL),
			==, BSN_OK);
	g_assert_true(bsn_slice_equal(buffer_slice(bytes),
				      bytes_slice(module)));
	g_byte_array_set_size(bytes, 0);
	g_assert_cmpint(wasm_contract_storage(p, bsn_slice_str("owner"),
					      &ground->state, &sink.sink, NULL),
			==, BSN_OK);
	g_assert_true(bsn_slice_equal(buffer_slice(bytes),
				      bsn_slice_str("ann")));
	g_assert_cmpint(wasm_contract_storage(p, bsn_slice_str("none"),
					      &ground->state, &sink.sink, NULL),
			==, BSN_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/wasm-check/" path, function)
	TEST("what-a-reviewer-looks-at", test_what_a_reviewer_looks_at);
	TEST("each-refusal-names-its-rule-and-place",
	     test_each_refusal_names_its_rule_and_place);
	TEST("what-is-taken-may-have-findings",
	     test_what_is_taken_may_have_findings);
	TEST("floats-are-the-chains-to-take",
	     test_floats_are_the_chains_to_take);
	TEST("what-is-no-module-is-malformed-or-invalid",
	     test_what_is_no_module_is_malformed_or_invalid);
	TEST("arguments-behind-a-module-are-none-of-it",
	     test_arguments_behind_a_module_are_none_of_it);
	TEST("a-package-has-one-module", test_a_package_has_one_module);
	TEST("a-create-refuses-the-same", test_a_create_refuses_the_same);
	TEST("a-call-that-is-none-is-misuse",
	     test_a_call_that_is_none_is_misuse);
	TEST("code-and-entries-are-looked-up",
	     test_code_and_entries_are_looked_up);
	return g_test_run();
}
