/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts compiled by a compiler that the host lends: what it is given, and
 * what becomes of what it says.
 */
#include <string.h>

#include "tests/unit/fake-compiler.h"
#include "tests/unit/fisco-chain.h"

#define CANCUN "{\"crypto\":\"std\"}"
#define LONDON "{\"crypto\":\"sm\",\"evm\":{\"rules\":\"london\"}}"
#define ONE_FILE "{\"language\":\"solidity\",\"files\":{\"A.sol\":\"contract A {}\"}}"

static bsn_reply *
ask(const FiscoChain *chain, const char *source)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	fake_asked(reply, chain->engine->contract->compile(
				  fisco_ledger(chain), bsn_slice_str(source),
				  reply, &reply->err));
	return reply;
}

/* The text at a path of members and positions, "a.0.b". */
static const char *
text_at(const json_t *json, const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, ".", -1);

	for (guint i = 0; parts[i] != NULL; i++)
		json = json_is_array(json)
			       ? json_array_get(json, (gsize)atoi(parts[i]))
			       : json_object_get(json, parts[i]);
	return json_string_value(json);
}

static json_t *
input_json(void)
{
	json_t *json = json_loads(fake_compiler_input(), 0, NULL);

	g_assert_nonnull(json);
	return json;
}

static void
test_input(void)
{
	FiscoChain *chain = fisco_new("one", LONDON);
	g_autoptr(bsn_reply) reply = ask(
		chain, "{\"files\":{\"A.sol\":\"contract A {}\"},\"options\":"
		       "{\"optimizer_runs\":7,\"via_ir\":true}}");
	g_autoptr(json_t) input = input_json();
	json_t *settings = json_object_get(input, "settings");

	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	g_assert_cmpstr(text_at(input, "language"), ==, "Solidity");
	json_object_del(json_object_get(input, "sources"), "none");
	g_assert_cmpuint(json_object_size(json_object_get(input, "sources")),
			 ==, 1);
	g_assert_cmpstr(
		json_string_value(json_object_get(
			json_object_get(json_object_get(input, "sources"),
					"A.sol"),
			"content")),
		==, "contract A {}");
	g_assert_cmpstr(text_at(settings, "evmVersion"), ==, "london");
	g_assert_true(json_is_true(json_object_get(settings, "viaIR")));
	g_assert_cmpint(json_integer_value(json_object_get(
				json_object_get(settings, "optimizer"),
				"runs")),
			==, 7);
	fake_compiler_end(BSN_OK, "{}");
	g_assert_cmpint(reply->status, ==, BSN_OK);
	fisco_free(chain);
}

static json_t *
compiled(const char *source, const char *output)
{
	FiscoChain *chain = fisco_new("one", CANCUN);
	g_autoptr(bsn_reply) reply = ask(chain, source);
	json_t *json;

	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	fake_compiler_end(BSN_OK, output);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	json = fisco_json(reply->json);
	fisco_free(chain);
	return json;
}

static void
test_contracts(void)
{
	g_autoptr(json_t) json = compiled(
		ONE_FILE,
		">>> a word before\n"
		"{\"contracts\":{\"A.sol\":{\"A\":{\"abi\":[],\"metadata\":"
		"\"{\\\"compiler\\\":{\\\"version\\\":\\\"0.8.30\\\"}}\","
		"\"evm\":{\"bytecode\":{\"object\":\"6001\",\"sourceMap\":"
		"\"1:2\"},\"deployedBytecode\":{\"object\":\"60\","
		"\"sourceMap\":\"3\"}}},\"B\":{\"evm\":{\"bytecode\":"
		"{\"object\":\"60__$0$__\",\"linkReferences\":{\"L.sol\":"
		"{\"Lib\":[]}}}}}}},"
		"\"sources\":{\"A.sol\":{\"id\":1},\"bad\":{\"id\":-1}}}");

	g_assert_true(json_is_true(json_object_get(json, "ok")));
	g_assert_cmpstr(text_at(json, "compiler"), ==, "solc 0.8.30");
	g_assert_cmpstr(text_at(json, "contracts.0.file"), ==, "A.sol");
	g_assert_cmpstr(text_at(json, "contracts.0.name"), ==, "A");
	g_assert_cmpstr(text_at(json, "contracts.0.bytecode"), ==, "0x6001");
	g_assert_cmpstr(text_at(json, "contracts.0.deployed_bytecode"), ==,
			"0x60");
	g_assert_cmpstr(text_at(json, "contracts.0.source_map"), ==, "1:2");
	g_assert_cmpstr(text_at(json, "contracts.0.deployed_source_map"), ==,
			"3");
	g_assert_null(text_at(json, "contracts.1.bytecode"));
	g_assert_cmpstr(text_at(json, "contracts.1.libraries.0"), ==,
			"L.sol:Lib");
	g_assert_null(text_at(json, "sources.0"));
	g_assert_cmpstr(text_at(json, "sources.1"), ==, "A.sol");
}

/* The second line's fifth character, behind one of two bytes. */
static void
test_messages(void)
{
	g_autoptr(json_t) json = compiled(
		"{\"files\":{\"A.sol\":\"// x\\n/*\\u00e9*/bad\"}}",
		"{\"errors\":[{\"severity\":\"error\",\"type\":\"ParserError\","
		"\"message\":\"Expected\",\"formattedMessage\":\"A.sol:2\","
		"\"sourceLocation\":{\"file\":\"A.sol\",\"start\":11,\"end\":"
		"14}},{\"severity\":\"warning\",\"message\":\"w\","
		"\"sourceLocation\":{\"file\":\"B.sol\",\"start\":1}},"
		"{\"severity\":\"warning\",\"sourceLocation\":{\"file\":"
		"\"A.sol\",\"start\":99}}]}");
	const json_t *errors = json_object_get(json, "errors");
	const json_t *first = json_array_get(errors, 0);

	g_assert_true(json_is_false(json_object_get(json, "ok")));
	g_assert_cmpuint(json_array_size(errors), ==, 3);
	g_assert_cmpstr(text_at(first, "severity"), ==, "error");
	g_assert_cmpstr(text_at(first, "text"), ==, "A.sol:2");
	g_assert_cmpint(json_integer_value(json_object_get(first, "line")), ==,
			2);
	g_assert_cmpint(json_integer_value(json_object_get(first, "column")),
			==, 6);
	g_assert_cmpint(json_integer_value(json_object_get(first, "end")), ==,
			14);
	g_assert_null(json_object_get(json_array_get(errors, 1), "line"));
	g_assert_null(json_object_get(json_array_get(errors, 2), "line"));
}

static void
assert_refused(const FiscoChain *chain, const char *source, int32_t status,
	       const char *part)
{
	g_autoptr(bsn_reply) reply = ask(chain, source);

	g_assert_cmpint(reply->status, ==, status);
	if (strstr(reply->err.reason, part) == NULL)
		g_error("'%s' lacks '%s'", reply->err.reason, part);
	g_assert_null(fake_compiler_input());
}

static void
test_bad_sources(void)
{
	FiscoChain *chain = fisco_new("one", CANCUN);
	g_autofree char *filler = g_strnfill(33u << 20, 'x');
	g_autofree char *huge =
		g_strdup_printf("{\"files\":{\"A.sol\":\"%s\"}}", filler);

	assert_refused(chain, "[", BSN_BAD_REQUEST, "source, line 1");
	assert_refused(chain, "{}", BSN_BAD_REQUEST, "files is missing");
	assert_refused(chain, "{\"files\":{}}", BSN_BAD_REQUEST, "1 to 4096");
	assert_refused(chain, "{\"files\":{\"A\":1}}", BSN_BAD_REQUEST,
		       "the text of A must be a string");
	assert_refused(chain, "{\"files\":{\"\":\"x\"}}", BSN_BAD_REQUEST,
		       "a name has 1 to");
	assert_refused(chain, "{\"files\":{\"A\":{\"urls\":[\"/etc/passwd\"]}}}",
		       BSN_BAD_REQUEST, "must be a string");
	assert_refused(chain, "{\"language\":\"vyper\",\"files\":{\"A\":\"\"}}",
		       BSN_BAD_REQUEST, "solidity");
	assert_refused(chain,
		       "{\"files\":{\"A\":\"\"},\"options\":{\"remappings\":[]}}",
		       BSN_BAD_REQUEST, "no member \"remappings\"");
	assert_refused(chain, huge, BSN_TOO_LARGE, "bytes");
	fisco_free(chain);
}

static void
assert_fails(int32_t end, const char *text, int32_t status, const char *part)
{
	FiscoChain *chain = fisco_new("one", CANCUN);
	g_autoptr(bsn_reply) reply = ask(chain, ONE_FILE);

	fake_compiler_end(end, text);
	g_assert_cmpint(reply->status, ==, status);
	if (strstr(reply->err.reason, part) == NULL)
		g_error("'%s' lacks '%s'", reply->err.reason, part);
	fisco_free(chain);
}

static void
test_failures(void)
{
	assert_fails(BSN_TIMEOUT, "too slow", BSN_TIMEOUT, "too slow");
	assert_fails(BSN_UNAVAILABLE, "closing", BSN_UNAVAILABLE, "closing");
	assert_fails(BSN_OK, "", BSN_FAULT, "did not answer with JSON");
	assert_fails(BSN_OK, "{\"contracts\":", BSN_FAULT, "JSON");
}

static void
test_one_refused(void)
{
	FiscoChain *chain = fisco_new("one", CANCUN);
	g_autoptr(bsn_reply) first = ask(chain, ONE_FILE);
	g_autoptr(bsn_reply) second = ask(chain, ONE_FILE);

	g_assert_cmpint(second->status, ==, BSN_TOO_LARGE);
	fake_compiler_end(BSN_OK, "{}");
	g_assert_cmpint(first->status, ==, BSN_OK);
	fisco_free(chain);
}

static void
test_offered(void)
{
	const bsn_feature *const *feature = fisco_engine()->features;

	while (*feature != NULL &&
	       strcmp((*feature)->row, "contract.compile") != 0)
		feature++;
	g_assert_nonnull(*feature);
	g_assert_cmpuint((*feature)->offered, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fisco_reset(1);
	g_test_add_func("/fisco/compile/is-offered-where-the-host-compiles",
			test_offered);
	g_test_add_func("/fisco/compile/the-compiler-gets-texts-and-rules",
			test_input);
	g_test_add_func("/fisco/compile/contracts-come-with-code-and-maps",
			test_contracts);
	g_test_add_func("/fisco/compile/messages-come-with-lines-and-columns",
			test_messages);
	g_test_add_func("/fisco/compile/bad-sources-are-refused-with-a-reason",
			test_bad_sources);
	g_test_add_func("/fisco/compile/a-compilers-failure-is-told",
			test_failures);
	g_test_add_func("/fisco/compile/a-refused-run-leaves-nothing",
			test_one_refused);
	return g_test_run();
}
