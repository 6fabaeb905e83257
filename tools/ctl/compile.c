/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts are compiled here, by the project's own compiler, or by the one that
 * a host lends to a chain. Either way the sources are found here.
 */
#include "tools/ctl/compile.h"

#include <string.h>

#include "tools/ctl/solc.h"

#define COMPILER_OUTPUT_MAX (16u * 1024 * 1024)
#define COMPILER_TIMEOUT_MS 120000u /* unless --timeout says otherwise */
#define RUNS_DEFAULT 200
#define RUNS_MAX 4294967295u

const Option compile_options[] = {
	{ "output", 'o', "FILE", "where the artifact goes" },
	{ "include", 'I', "DIR", "look for imports here too; may be repeated" },
	{ "solc", 0, "CMD",
	  "a compiler that takes --standard-json; else the project's npm "
	  "package solc" },
	{ "remote", 0, "CHAIN",
	  "the host compiles, with its own compiler and this chain's rules" },
	{ "runs", 0, "N", "for how many runs code is optimised (200)" },
	{ "via-ir", 0, NULL, "compile by way of the compiler's IR" },
	{ NULL, 0, NULL, NULL },
};

static guint
timeout_of(const Ctl *ctl)
{
	return ctl->timeout_given ? ctl->timeout_ms : COMPILER_TIMEOUT_MS;
}

/* ---- the driver --------------------------------------------------------- */

static void
add_words(GPtrArray *words, const char *option, const GPtrArray *values)
{
	for (guint i = 0; i < values->len; i++) {
		g_ptr_array_add(words, (char *)option);
		g_ptr_array_add(words, values->pdata[i]);
	}
}

/* Runs it with the words, and with where to look for imports. */
static char *
drive(Ctl *ctl, const Args *args, GPtrArray *words, GError **error)
{
	const char *driver = g_getenv("BSN_SOLC_DRIVER");
	g_autoptr(GPtrArray) include = args_option_all(args, "include");
	g_autofree char *messages = NULL;
	SolcOptions options = {
		.node = "node",
		.driver = driver != NULL ? driver
					 : BSN_PKGDATADIR "/solc-compile.js",
		.timeout_ms = timeout_of(ctl),
		.output_max = COMPILER_OUTPUT_MAX,
	};
	char *text;

	add_words(words, "--include", include);
	g_ptr_array_add(words, NULL);
	options.words = (const char *const *)words->pdata;
	text = solc_compile(args_operand(args, 0), &options, &messages, error);
	if (messages != NULL)
		fputs(messages, stderr);
	return text;
}

/* ---- here --------------------------------------------------------------- */

static json_t *
compile_here(Ctl *ctl, const Args *args, guint64 runs, GError **error)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GPtrArray) solc = args_option_all(args, "solc");
	g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, runs);
	g_autofree char *text = NULL;

	add_words(words, "--solc", solc);
	g_ptr_array_add(words, (char *)"--runs");
	g_ptr_array_add(words, number);
	if (args_flag(args, "via-ir"))
		g_ptr_array_add(words, (char *)"--via-ir");
	text = drive(ctl, args, words, error);
	return text != NULL
		       ? ctl_read_json(text, "the compiler's answer", error)
		       : NULL;
}

/* ---- there -------------------------------------------------------------- */

static void
set_if_text(json_t *to, const char *name, json_t *value)
{
	json_object_set_new(to, name,
			    json_string(json_is_string(value)
						? json_string_value(value)
						: ""));
}

static gboolean
add_contract(json_t *contracts, const json_t *contract, GError **error)
{
	const char *name =
		json_string_value(json_object_get(contract, "name"));
	json_t *libraries = json_object_get(contract, "libraries");
	json_t *made;

	if (name == NULL)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"the host answered with a contract that has no "
				"name");
	if (json_array_size(libraries) > 0)
		return ctl_fail(
			error, CTL_ERROR_FAILED,
			"%s calls external libraries (%s), which must be "
			"linked\nMake their functions internal, so that they "
			"become part of the contract.",
			name, json_string_value(json_array_get(libraries, 0)));
	made = json_object();
	json_object_set(made, "abi", json_object_get(contract, "abi"));
	json_object_set(made, "bytecode",
			json_object_get(contract, "bytecode"));
	set_if_text(made, "sourceMap", json_object_get(contract, "source_map"));
	set_if_text(made, "deployedSourceMap",
		    json_object_get(contract, "deployed_source_map"));
	json_object_set_new(contracts, name, made);
	return TRUE;
}

static json_t *
sources_of(const json_t *answer, const json_t *files)
{
	json_t *sources = json_array();
	const json_t *name;
	size_t i;

	json_array_foreach(json_object_get(answer, "sources"), i, name) {
		const char *file = json_string_value(name);
		json_t *text =
			file != NULL ? json_object_get(files, file) : NULL;

		json_array_append_new(sources,
				      text != NULL
					      ? json_pack("{s:s, s:O}", "file",
							  file, "text", text)
					      : json_null());
	}
	return sources;
}

json_t *
compile_artifact(const json_t *answer, const char *file, const json_t *files,
		 GError **error)
{
	json_t *contracts = json_object();
	const json_t *contract;
	size_t i;

	json_array_foreach(json_object_get(answer, "contracts"), i, contract) {
		const char *of =
			json_string_value(json_object_get(contract, "file"));

		if (g_strcmp0(of, file) != 0 ||
		    add_contract(contracts, contract, error))
			continue;
		json_decref(contracts);
		return NULL;
	}
	return json_pack("{s:O, s:o, s:o}", "compiler",
			 json_object_get(answer, "compiler"), "contracts",
			 contracts, "sources", sources_of(answer, files));
}

static void
print_messages(const json_t *answer)
{
	const json_t *message;
	size_t i;

	json_array_foreach(json_object_get(answer, "errors"), i, message) {
		const char *text =
			json_string_value(json_object_get(message, "text"));

		if (text == NULL)
			text = json_string_value(
				json_object_get(message, "message"));
		fprintf(stderr, "%s%s", text != NULL ? text : "?",
			text != NULL && g_str_has_suffix(text, "\n") ? ""
								     : "\n");
	}
}

static json_t *
request_of(json_t *collected, const Args *args, guint64 runs)
{
	return json_pack("{s:s, s:O, s:{s:I, s:b}}", "language", "solidity",
			 "files", json_object_get(collected, "files"),
			 "options", "optimizer_runs", (json_int_t)runs,
			 "via_ir", (int)args_flag(args, "via-ir"));
}

/* What the host made of it; messages are printed. */
static json_t *
ask_host(Ctl *ctl, const Args *args, json_t *collected, guint64 runs,
	 GError **error)
{
	g_autoptr(GString) target =
		client_target("chains", args_option(args, "remote"),
			      "contracts", "compile", NULL);
	Client *client = ctl_client(ctl, error);
	json_t *request, *answer;

	if (client == NULL)
		return NULL;
	request = request_of(collected, args, runs);
	answer = client_request(client, "POST", target->str, request,
				timeout_of(ctl), error);
	json_decref(request);
	if (answer == NULL)
		return NULL;
	print_messages(answer);
	if (json_is_true(json_object_get(answer, "ok")))
		return answer;
	json_decref(answer);
	ctl_fail(error, CTL_ERROR_FAILED, "%s does not compile",
		 args_operand(args, 0));
	return NULL;
}

static json_t *
compile_there(Ctl *ctl, const Args *args, guint64 runs, GError **error)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autofree char *text = NULL;
	json_t *collected, *answer, *artifact = NULL;

	g_ptr_array_add(words, (char *)"--collect");
	text = drive(ctl, args, words, error);
	collected = text != NULL
			    ? ctl_read_json(text, "the sources", error)
			    : NULL;
	if (collected == NULL)
		return NULL;
	answer = ask_host(ctl, args, collected, runs, error);
	if (answer != NULL)
		artifact = compile_artifact(
			answer,
			json_string_value(json_object_get(collected, "file")),
			json_object_get(collected, "files"), error);
	json_decref(answer);
	json_decref(collected);
	return artifact;
}

/* ---- the command -------------------------------------------------------- */

static void
print_compiled(const Output *output, json_t *artifact, const char *file)
{
	const char *name;
	json_t *contract;

	json_object_foreach(json_object_get(artifact, "contracts"), name,
			     contract) {
		size_t digits = json_string_length(
			json_object_get(contract, "bytecode"));

		fprintf(output->file,
			"%s: %s, %zu bytes, %zu entries in its "
			"interface\n",
			file, name, digits > 2 ? (digits - 2) / 2 : 0,
			json_array_size(json_object_get(contract, "abi")));
	}
}

static gboolean
write_artifact(json_t *artifact, const char *file, GError **error)
{
	char *text = json_dumps(artifact, JSON_INDENT(1));
	g_autofree char *lines = g_strconcat(text, "\n", NULL);

	free(text);
	return g_file_set_contents(file, lines, -1, error);
}

gboolean
compile_run(Ctl *ctl, const Args *args, GError **error)
{
	const char *file = args_option(args, "output");
	json_t *artifact;
	guint64 runs;
	gboolean ok;

	if (file == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--output is missing\nSay where the artifact "
				"goes: -o Contract.json.");
	if (args_option(args, "remote") != NULL &&
	    args_option(args, "solc") != NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--remote and --solc exclude each other\nThe "
				"host's administrator says what it compiles "
				"with.");
	if (!args_number(args, "runs", RUNS_DEFAULT, 0, RUNS_MAX, &runs,
			 error))
		return FALSE;
	artifact = args_option(args, "remote") != NULL
			   ? compile_there(ctl, args, runs, error)
			   : compile_here(ctl, args, runs, error);
	if (artifact == NULL)
		return FALSE;
	ok = write_artifact(artifact, file, error);
	if (ok && ctl->output.json)
		output_json(&ctl->output, artifact);
	else if (ok)
		print_compiled(&ctl->output, artifact, file);
	json_decref(artifact);
	return ok;
}
