/* SPDX-License-Identifier: Apache-2.0
 *
 * The Solidity driver: the project's real compiler where it is installed, and
 * stand-ins for a compiler that misbehaves.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/ctl/artifact.h"
#include "tools/ctl/error.h"
#include "tools/ctl/private_file.h"
#include "tools/ctl/solc.h"

static const char *const no_words[] = { NULL };

static char *
in_source(const char *relative)
{
	return g_build_filename(g_getenv("G_TEST_SRCDIR"), relative, NULL);
}

static char *
compile(const char *file, const char *node, const char *driver,
	guint timeout_ms, gsize output_max, char **messages, GError **error)
{
	SolcOptions options = { .node = node,
				.driver = driver,
				.words = no_words,
				.timeout_ms = timeout_ms,
				.output_max = output_max };

	return solc_compile(file, &options, messages, error);
}

/* 1 when the sample's npm packages and Node.js are there. */
static gboolean
has_solc(void)
{
	g_autofree char *package =
		in_source("configs/samples/evidence/node_modules/solc");
	g_autofree char *node = g_find_program_in_path("node");

	if (node != NULL && g_file_test(package, G_FILE_TEST_IS_DIR))
		return TRUE;
	g_test_skip("npm ci was not run in configs/samples/evidence");
	return FALSE;
}

static char *
compile_real(const char *file, char **messages, GError **error)
{
	g_autofree char *driver = in_source("tools/ctl/solc-compile.js");

	return compile(file, "node", driver, 120000, 1u << 24, messages, error);
}

static void
test_sample(void)
{
	g_autofree char *file =
		in_source("configs/samples/evidence/contracts/Evidence.sol");
	g_autofree char *messages = NULL;
	g_autofree char *text = NULL;
	g_autoptr(Artifact) artifact = NULL;
	g_autoptr(GError) error = NULL;

	if (!has_solc())
		return;
	text = compile_real(file, &messages, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(messages, ==, "");
	artifact = artifact_parse(text, "Evidence.json", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(artifact->name, ==, "Evidence");
	g_assert_cmpuint(json_array_size(artifact->abi), >, 10);
}

/* What a check of the code needs to name source lines. */
static void
test_lines(void)
{
	char text[] = "{\"contracts\":{\"A\":{\"bytecode\":\"0x60\",\"abi\":[],"
		      "\"sourceMap\":\"0:1:0\",\"deployedSourceMap\":\"2\"}},"
		      "\"sources\":[{\"file\":\"A.sol\",\"text\":\"a\"}]}";
	g_autoptr(Artifact) artifact =
		artifact_parse(text, "A.json", NULL, NULL);
	g_autofree char *options = NULL;

	g_assert_nonnull(artifact);
	options = json_dumps(artifact->check, JSON_COMPACT | JSON_SORT_KEYS);
	g_assert_cmpstr(options, ==,
			"{\"abi\":[],\"deployed_source_map\":\"2\","
			"\"source_map\":\"0:1:0\",\"sources\":"
			"[{\"file\":\"A.sol\",\"text\":\"a\"}]}");
}

/* A project of its own beside the sample's packages. */
static char *
project_with(const char *source)
{
	char *directory = g_dir_make_tmp("bsn-solc-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(directory, "Bad.sol", NULL);
	g_autofree char *link =
		g_build_filename(directory, "node_modules", NULL);
	g_autofree char *package =
		g_build_filename(directory, "package.json", NULL);
	g_autofree char *modules =
		in_source("configs/samples/evidence/node_modules");

	g_assert_true(g_file_set_contents(file, source, -1, NULL));
	g_assert_true(g_file_set_contents(package, "{}", -1, NULL));
	g_assert_cmpint(symlink(modules, link), ==, 0);
	return directory;
}

static void
assert_compiler_says(const char *source, const char *part)
{
	g_autofree char *directory = project_with(source);
	g_autofree char *file = g_build_filename(directory, "Bad.sol", NULL);
	g_autofree char *messages = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(compile_real(file, &messages, &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	if (strstr(messages, part) == NULL)
		g_error("the compiler's '%s' lacks '%s'", messages, part);
	private_directory_remove(directory);
}

static void
test_errors(void)
{
	if (!has_solc())
		return;
	assert_compiler_says("pragma solidity ^0.8.0;\ncontract A { uint x = "
			     "\"no\"; }",
			     "Bad.sol:2:");
	assert_compiler_says("import \"./missing.sol\"; contract A {}",
			     "missing.sol");
	assert_compiler_says("import \"../../etc/passwd\"; contract A {}",
			     "not found");
}

/* A stand-in for node and driver: a shell with a script. */
static char *
run_script(const char *script, guint timeout_ms, gsize output_max,
	   GError **error)
{
	g_autofree char *directory = g_dir_make_tmp("bsn-solc-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(directory, "script", NULL);
	g_autofree char *messages = NULL;
	char *text;

	g_assert_true(g_file_set_contents(file, script, -1, NULL));
	text = compile("x.sol", "sh", file, timeout_ms, output_max, &messages,
		       error);
	private_directory_remove(directory);
	return text;
}

static void
assert_script_fails(const char *script, guint timeout_ms, const char *part)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(run_script(script, timeout_ms, 1000, &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	if (strstr(error->message, part) == NULL)
		g_error("'%s' lacks '%s'", error->message, part);
}

static void
test_limits(void)
{
	assert_script_fails("sleep 1000", 200, "took too long");
	assert_script_fails("yes", 60000, "wrote too much");
	assert_script_fails("yes >&2", 60000, "said too much");
	assert_script_fails("kill -9 $$", 60000, "signal 9");
	assert_script_fails("echo partly; exit 1", 60000, "does not compile");
}

static void
test_output(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text =
		run_script("echo \"compiled $1\"", 60000, 1000, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(text, ==, "compiled x.sol\n");
}

static void
test_no_node(void)
{
	g_autofree char *messages = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(compile("x.sol", "no-such-program", "driver", 1000, 1000,
			      &messages, &error));
	g_assert_nonnull(strstr(error->message, "Node.js"));
}

static void
assert_artifact(const char *text, const char *name, const char *part)
{
	g_autofree char *copy = g_strdup(text);
	g_autoptr(GError) error = NULL;
	g_autoptr(Artifact) artifact = artifact_parse(copy, "F", name, &error);

	g_assert_null(artifact);
	if (strstr(error->message, part) == NULL)
		g_error("'%s' lacks '%s'", error->message, part);
}

static void
test_artifact(void)
{
	static const char two[] =
		"{\"contracts\":{\"A\":{\"bytecode\":\"0x60\"},"
		"\"B\":{\"bytecode\":\"0x61\"},\"I\":{\"bytecode\":\"0x\"}}}";
	g_autofree char *copy = g_strdup(two);
	g_autoptr(Artifact) b = artifact_parse(copy, "F", "B", NULL);

	g_assert_cmpstr(b->bytecode, ==, "0x61");
	assert_artifact(two, NULL, "F:NAME: A, B");
	assert_artifact(two, "I", "no bytecode");
	assert_artifact(two, "C", "It has: A, B");
	assert_artifact("{\"contracts\":{}}", NULL, "no contract with code");
	assert_artifact("{\"bytecode\":\"0x6\"}", NULL, "not hexadecimal");
	assert_artifact("{\"a\":1", NULL, "line 1");
	assert_artifact("hello", NULL, "not hexadecimal");
}

/* A module is deployed as it is. */
static void
test_wasm(void)
{
	g_autofree char *file =
		in_source("configs/samples/evidence-wasm/c/evidence.wasm");
	g_autoptr(GError) error = NULL;
	g_autoptr(Artifact) artifact = artifact_load(file, &error);
	g_autofree char *bytes = NULL;
	gsize len;

	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(file, &bytes, &len, NULL));
	g_assert_cmpuint(strlen(artifact->bytecode), ==, 2 + 2 * len);
	g_assert_true(g_str_has_prefix(artifact->bytecode,
				       "0x0061736d01000000"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctl/solc/an-artifact-names-source-lines",
			test_lines);
	g_test_add_func("/ctl/solc/the-sample-compiles", test_sample);
	g_test_add_func("/ctl/solc/errors-are-the-compilers-own", test_errors);
	g_test_add_func("/ctl/solc/time-and-output-are-bounded", test_limits);
	g_test_add_func("/ctl/solc/output-is-what-the-driver-wrote",
			test_output);
	g_test_add_func("/ctl/solc/a-missing-node-is-explained", test_no_node);
	g_test_add_func("/ctl/artifact/what-cannot-be-deployed-is-explained",
			test_artifact);
	g_test_add_func("/ctl/artifact/a-wasm-module-is-code", test_wasm);
	return g_test_run();
}
