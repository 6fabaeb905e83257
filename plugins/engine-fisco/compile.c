/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/compile.h"

#include <string.h>

#include "plugins/engine-fisco/compile-result.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/json.h"

#define RUNS_DEFAULT 200u
#define NAME_MAX_LEN 1024u

/* A request whose compiler runs. */
typedef struct {
	bsn_compilation compilation;
	bsn_reply *reply;
	json_t *files;
} Request;

/* ---- what is asked ------------------------------------------------------ */

static int32_t
check_files(const json_t *files, bsn_err *err)
{
	const char *name;
	json_t *text;

	if (json_object_size(files) == 0 ||
	    json_object_size(files) > COMPILE_FILES_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"source.files must have 1 to %u members, "
				"{NAME: TEXT}",
				COMPILE_FILES_MAX);
	json_object_foreach((json_t *)files, name, text) {
		if (!json_is_string(text))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"source.files: the text of %.100s must "
					"be a string",
					name);
		if (name[0] == '\0' || strlen(name) > NAME_MAX_LEN)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"source.files: a name has 1 to %u "
					"bytes",
					NAME_MAX_LEN);
	}
	return BSN_OK;
}

/* Only what was asked for is worked out; source units as a whole ("") have
 * nothing that is wanted. */
static json_t *
wanted_output(void)
{
	return json_pack("{s:{s:[s,s,s,s,s,s,s,s]}}", "*", "*", "abi",
			 "metadata", "evm.bytecode.object",
			 "evm.bytecode.sourceMap",
			 "evm.bytecode.linkReferences",
			 "evm.deployedBytecode.object",
			 "evm.deployedBytecode.sourceMap",
			 "evm.deployedBytecode.linkReferences");
}

static int32_t
read_settings(const Ledger *ledger, const json_t *options, json_t **settings,
	      bsn_err *err)
{
	JsonFields fields = fields_of(options, "source.options", err);
	guint64 runs = fields_u64(&fields, "optimizer_runs", 0, G_MAXUINT32,
				  RUNS_DEFAULT);
	gboolean via_ir = fields_bool(&fields, "via_ir", FALSE);
	int32_t status = fields_end(&fields);

	if (status != BSN_OK)
		return status;
	*settings = json_pack("{s:s, s:{s:b, s:I}, s:o}", "evmVersion",
			      config_rules(ledger_config(ledger)), "optimizer",
			      "enabled", 1, "runs", (json_int_t)runs,
			      "outputSelection", wanted_output());
	/* Compilers that are too old to know it need not be told no. */
	if (via_ir)
		json_object_set_new(*settings, "viaIR", json_true());
	return BSN_OK;
}

/* Texts and nothing else: the compiler is told no address to read from. */
static json_t *
standard_json(const json_t *files, json_t *settings)
{
	json_t *sources = json_object();
	const char *name;
	json_t *text;

	json_object_foreach((json_t *)files, name, text)
		json_object_set_new(sources, name,
				    json_pack("{s:O}", "content", text));
	return json_pack("{s:s, s:o, s:o}", "language", "Solidity", "sources",
			 sources, "settings", settings);
}

static int32_t
read_source(const Ledger *ledger, const json_t *source, const json_t **files,
	    json_t **input, bsn_err *err)
{
	static const char *const languages[] = { BSN_COMPILER_SOLIDITY, NULL };
	JsonFields fields = fields_of(source, "source", err);
	const json_t *options;
	json_t *settings = NULL;
	int32_t status;

	fields_choice(&fields, "language", languages, BSN_COMPILER_SOLIDITY);
	*files = fields_object(&fields, "files");
	fields_require(&fields, "files", "give the sources, {NAME: TEXT}");
	options = fields_object(&fields, "options");
	status = fields_end(&fields);
	if (status == BSN_OK)
		status = check_files(*files, err);
	if (status == BSN_OK)
		status = read_settings(ledger, options, &settings, err);
	if (status == BSN_OK)
		*input = standard_json(*files, settings);
	return status;
}

/* ---- running it --------------------------------------------------------- */

static void
answer(const Request *request, bsn_slice output)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(json_t) result =
		compile_result(output, request->files, &err);
	g_autofree char *text = NULL;

	if (result == NULL) {
		services.reply->fail(request->reply, BSN_FAULT, &err);
		return;
	}
	text = json_text(result);
	services.reply->value(request->reply, bsn_slice_str(text));
}

static void
done(bsn_compilation *compilation, int32_t status, bsn_slice output,
     const bsn_err *err)
{
	Request *request = (Request *)compilation;

	if (status == BSN_OK)
		answer(request, output);
	else
		services.reply->fail(request->reply, status, err);
	json_decref(request->files);
	g_free(request);
}

static int32_t
run(Ledger *ledger, const json_t *input, const json_t *files, bsn_reply *reply,
    bsn_err *err)
{
	g_autofree char *text = json_text(input);
	Request *request = g_new0(Request, 1);
	int32_t status;

	request->compilation.done = done;
	request->reply = reply;
	request->files = json_incref((json_t *)files);
	status = services.compiler->run(ledger->chain, BSN_COMPILER_SOLIDITY,
					bsn_slice_str(text), reply,
					&request->compilation, err);
	if (status == BSN_OK)
		return status;
	json_decref(request->files);
	g_free(request);
	return status;
}

int32_t
compile_run(bsn_ledger *ledger, bsn_slice source, bsn_reply *reply,
	    bsn_err *err)
{
	int32_t status = BSN_OK;
	g_autoptr(json_t) parsed = NULL;
	g_autoptr(json_t) input = NULL;
	const json_t *files;

	if (services.compiler == NULL ||
	    !services.compiler->offers(BSN_COMPILER_SOLIDITY))
		return bsn_fail(err, BSN_NOT_OFFERED,
				"this host has no Solidity compiler: its "
				"administrator sets one in [compiler]");
	if (!config_is_evm(ledger_config(ledger)))
		return bsn_fail(err, BSN_NOT_OFFERED,
				"this chain's contracts run on %s, which "
				"Solidity is not compiled for",
				ledger_config(ledger)->runtime);
	parsed = json_parse_object(source, COMPILE_SOURCES_MAX, "source",
				   &status, err);
	if (parsed == NULL)
		return status;
	status = read_source(ledger, parsed, &files, &input, err);
	return status == BSN_OK ? run(ledger, input, files, reply, err)
				: status;
}
