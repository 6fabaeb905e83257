/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl contract: contracts of an app chain.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/ctl/abi_text.h"
#include "tools/ctl/artifact.h"
#include "tools/ctl/compile.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/pack.h"
#include "tools/ctl/progress.h"
#include "tools/ctl/settings.h"
#include "tools/ctl/transact.h"

#define LIST_LIMIT 100

/* ---- deploy ------------------------------------------------------------- */

static json_t *
deploy_options_of(const Artifact *artifact, const Args *args)
{
	json_t *options = json_object();
	const char *version = args_option(args, "version");

	if (artifact->abi != NULL)
		json_object_set(options, "abi", artifact->abi);
	if (version != NULL)
		json_object_set_new(options, "version", json_string(version));
	return options;
}

/* Whom a further version is tried out with: --grey and --caller. TRUE with NULL
 * when neither was given. */
static gboolean
grey_of(const Args *args, json_t **grey, GError **error)
{
	g_autoptr(GPtrArray) callers = args_option_all(args, "caller");
	guint64 percent;
	json_t *list;

	*grey = NULL;
	if (args_option(args, "grey") == NULL && callers->len == 0)
		return TRUE;
	if (!args_number(args, "grey", 0, 0, 100, &percent, error))
		return FALSE;
	list = json_array();
	for (guint i = 0; i < callers->len; i++)
		json_array_append_new(list, json_string(callers->pdata[i]));
	*grey = json_pack("{s:I, s:o}", "percent", (json_int_t)percent,
			  "callers", list);
	return TRUE;
}

/* In: step: as send_deploy; a step has no arguments. */
static json_t *
deploy_args(const Args *args, const char *step, GError **error)
{
	const char *text = step == NULL ? args_option(args, "args") : NULL;
	json_t *list = text != NULL ? ctl_read_json(text, "--args", error)
				    : json_array();

	if (list == NULL || json_is_array(list))
		return list;
	json_decref(list);
	ctl_fail(error, CTL_ERROR_USAGE,
		 "--args is no JSON array\nWrite it as '[\"Notary\", 7]'.");
	return NULL;
}

/* `step`: of frameworks in which several organisations deploy; NULL: the whole
 * of it. */
static gboolean
send_deploy(Ctl *ctl, const Args *args, const char *step, GError **error)
{
	const char *name = args_option(args, "name");
	g_autoptr(Artifact) artifact = NULL;
	json_t *list;
	json_t *request;
	json_t *options;
	json_t *grey = NULL;
	gboolean ok;

	if (name == NULL)
		return ctl_fail(
			error, CTL_ERROR_USAGE,
			"--name is missing\nSay what the contract is to "
			"be called on the chain: --name evidence.");
	if (step == NULL && !grey_of(args, &grey, error))
		return FALSE;
	artifact = artifact_load(args_operand(args, 1), error);
	list = artifact != NULL ? deploy_args(args, step, error) : NULL;
	if (list == NULL) {
		json_decref(grey);
		return FALSE;
	}
	request = transact_request("deploy", name);
	json_object_set_new(request, "code", json_string(artifact->bytecode));
	json_object_set_new(request, "args", list);
	options = deploy_options_of(artifact, args);
	if (grey != NULL)
		json_object_set_new(options, "grey", grey);
	if (step != NULL)
		json_object_set_new(options, "step", json_string(step));
	json_object_set_new(request, "options", options);
	ok = settings_add_options(args, request, error) &&
	     transact(ctl, args, args_operand(args, 0), request, error);
	json_decref(request);
	return ok;
}

static gboolean
run_deploy(Ctl *ctl, const Args *args, GError **error)
{
	return send_deploy(ctl, args, NULL, error);
}

static gboolean
run_approve(Ctl *ctl, const Args *args, GError **error)
{
	return send_deploy(ctl, args, "approve", error);
}

/* ---- check, list, show, call -------------------------------------------- */

static const Column contract_columns[] = {
	{ "Name", "name", COLUMN_TEXT },
	{ "Version", "version", COLUMN_TEXT },
	{ "State", "state", COLUMN_TEXT },
	{ "Block", "block", COLUMN_NUMBER },
	{ "Address", "address", COLUMN_HASH },
	{ NULL, NULL, COLUMN_TEXT },
};

static void
print_findings(const Output *output, json_t *answer)
{
	static const Column columns[] = {
		{ "Severity", "severity", COLUMN_TEXT },
		{ "Rule", "rule", COLUMN_TEXT },
		{ "Where", "where", COLUMN_TEXT },
		{ "Text", "text", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};

	output_table(output, json_object_get(answer, "findings"), columns,
		     "Nothing was found.");
}

static gboolean
run_check(Ctl *ctl, const Args *args, GError **error)
{
	const char *spec = args_operand(args, 1);
	g_autoptr(Artifact) artifact = artifact_load(spec, error);
	json_t *body;
	json_t *answer;
	gboolean fine;

	if (artifact == NULL)
		return FALSE;
	body = json_pack("{s:s, s:O}", "code", artifact->bytecode, "options",
			 artifact->check);
	answer = ctl_ask(ctl, "POST",
			 client_target("chains", args_operand(args, 0),
				       "contracts", "check", NULL),
			 body, error);
	json_decref(body);
	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		print_findings(&ctl->output, answer);
	fine = json_is_true(json_object_get(answer, "ok"));
	json_decref(answer);
	if (fine)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"%s does not pass the security check\n"
			"Mend what is listed, or the chain refuses it.",
			spec);
}

static gboolean
run_list(Ctl *ctl, const Args *args, GError **error)
{
	GString *target = client_target("chains", args_operand(args, 0),
					"contracts", NULL);
	guint64 from, limit;

	if (!args_number(args, "from", 0, 0, G_MAXINT64, &from, error) ||
	    !args_number(args, "limit", LIST_LIMIT, 1, G_MAXINT32, &limit,
			 error)) {
		g_string_free(target, TRUE);
		return FALSE;
	}
	client_query_number(target, "from", from);
	client_query_number(target, "limit", limit);
	return ctl_show_table(ctl, ctl_get(ctl, target, error), "contracts",
			      contract_columns,
			      "No contracts yet. Deploy one with "
			      "'bsnctl contract deploy'.");
}

static const Column collection_columns[] = {
	{ "Collection", "name", COLUMN_TEXT },
	{ "Members", "policy", COLUMN_TEXT },
	{ "Peers at least", "requiredPeerCount", COLUMN_NUMBER },
	{ "at most", "maxPeerCount", COLUMN_NUMBER },
	{ "Blocks to live", "blockToLive", COLUMN_NUMBER },
	{ NULL, NULL, COLUMN_TEXT },
};

static void
print_contract(const Output *output, json_t *contract)
{
	static const Column fields[] = {
		{ "Name", "name", COLUMN_TEXT },
		{ "Version", "version", COLUMN_TEXT },
		{ "State", "state", COLUMN_TEXT },
		{ "Address", "address", COLUMN_HASH },
		{ "Owner", "owner", COLUMN_HASH },
		{ "Block", "block", COLUMN_NUMBER },
		{ "Transaction", "tx", COLUMN_HASH },
		{ "Sequence", "sequence", COLUMN_NUMBER },
		{ "Policy", "policy", COLUMN_TEXT },
		{ "Package", "package_id", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};
	json_t *versions = json_object_get(contract, "versions");
	json_t *collections = json_object_get(contract, "collections");
	json_t *abi = json_object_get(contract, "abi");

	output_fields(output, contract, fields);
	if (json_array_size(collections) > 0)
		output_table(output, collections, collection_columns, "");
	if (json_array_size(versions) > 1) {
		fputs("Versions:\n", output->file);
		output_table(output, versions, contract_columns, "");
	}
	if (json_array_size(abi) > 0)
		abi_print(output, abi);
}

static gboolean
run_show(Ctl *ctl, const Args *args, GError **error)
{
	json_t *answer =
		ctl_get(ctl,
			client_target("chains", args_operand(args, 0),
				      "contracts", args_operand(args, 1), NULL),
			error);

	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		print_contract(&ctl->output, answer);
	json_decref(answer);
	return TRUE;
}

/* Bytes that are no text are there in hexadecimal (Fabric's). */
static json_t *
result_of(const json_t *answer)
{
	json_t *result = json_object_get(answer, "result");
	json_t *payload = json_object_get(answer, "payload");

	return json_is_null(result) && payload != NULL ? payload : result;
}

static gboolean
run_call(Ctl *ctl, const Args *args, GError **error)
{
	json_t *request = transact_request("invoke", args_operand(args, 1));
	const char *signer = args_option(args, "signer");
	json_t *answer;

	json_object_set_new(request, "function",
			    json_string(args_operand(args, 2)));
	json_object_set_new(request, "args", transact_words(args, 3));
	if (signer != NULL)
		json_object_set_new(request, "signer", json_string(signer));
	if (!settings_add_options(args, request, error)) {
		json_decref(request);
		return FALSE;
	}
	answer = ctl_ask(
		ctl, "POST",
		client_target("chains", args_operand(args, 0), "call", NULL),
		request, error);
	json_decref(request);
	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		output_value(&ctl->output, result_of(answer), 0);
	json_decref(answer);
	return TRUE;
}

/* ---- freeze, unfreeze, uninstall ---------------------------------------- */

static gboolean
send_kind(Ctl *ctl, const Args *args, const char *kind, GError **error)
{
	json_t *request = transact_request(kind, args_operand(args, 1));
	gboolean ok = settings_add_options(args, request, error) &&
		      transact(ctl, args, args_operand(args, 0), request,
			       error);

	json_decref(request);
	return ok;
}

static gboolean
run_freeze(Ctl *ctl, const Args *args, GError **error)
{
	return send_kind(ctl, args, "freeze", error);
}

static gboolean
run_unfreeze(Ctl *ctl, const Args *args, GError **error)
{
	return send_kind(ctl, args, "unfreeze", error);
}

static gboolean
run_uninstall(Ctl *ctl, const Args *args, GError **error)
{
	g_autofree char *question =
		g_strdup_printf("Uninstall contract %s of chain %s, for good?",
				args_operand(args, 1), args_operand(args, 0));

	return ctl_confirm(args, question, error) &&
	       send_kind(ctl, args, "uninstall", error);
}

/* ---- releases ------------------------------------------------------------ */

/* The contract of FISCO-style chains that moves names. */
#define CNS_ADDRESS "0x1004"

/* Takes over `list`. */
static gboolean
send_release(Ctl *ctl, const Args *args, const char *function, json_t *list,
	     GError **error)
{
	json_t *request = transact_request("invoke", CNS_ADDRESS);
	gboolean ok;

	json_object_set_new(request, "function", json_string(function));
	json_object_set_new(request, "args", list);
	ok = transact(ctl, args, args_operand(args, 0), request, error);
	json_decref(request);
	return ok;
}

static gboolean
run_grey(Ctl *ctl, const Args *args, GError **error)
{
	g_autoptr(GPtrArray) named = args_option_all(args, "caller");
	json_t *callers;
	guint64 percent;

	if (!args_number(args, "percent", 0, 0, 100, &percent, error))
		return FALSE;
	callers = json_array();
	for (guint i = 0; i < named->len; i++)
		json_array_append_new(callers, json_string(named->pdata[i]));
	return send_release(ctl, args, "grey",
			    json_pack("[s, I, o]", args_operand(args, 1),
				      (json_int_t)percent, callers),
			    error);
}

static gboolean
run_promote(Ctl *ctl, const Args *args, GError **error)
{
	return send_release(ctl, args, "promote",
			    json_pack("[s]", args_operand(args, 1)), error);
}

static gboolean
run_rollback(Ctl *ctl, const Args *args, GError **error)
{
	return send_release(ctl, args, "rollback",
			    json_pack("[s]", args_operand(args, 1)), error);
}

static const Option grey_options[] = {
	{ "percent", 0, "N", "of the callers get the candidate (0)" },
	{ "caller", 0, "ADDRESS", "gets it in any case; may be repeated" },
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Option deploy_options[] = {
	{ "name", 0, "NAME", "what it is called on the chain" },
	{ "version", 0, "VERSION",
	  "what this version is called; a further version of a contract that "
	  "is there upgrades it" },
	{ "args", 0, "JSON|@FILE", "the constructor's arguments, an array" },
	{ "grey", 0, "PERCENT",
	  "try this version out with so many of the callers" },
	{ "caller", 0, "ADDRESS",
	  "and with this one; may be repeated (alone: with nobody else)" },
	SETTINGS_OPTION,
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Option approve_options[] = {
	{ "name", 0, "NAME", "what it is called on the chain" },
	{ "version", 0, "VERSION", "what this version is called" },
	SETTINGS_OPTION,
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Option call_options[] = {
	{ "signer", 's', "HOSTED", "ask in the name of this hosted key" },
	SETTINGS_OPTION,
	{ NULL, 0, NULL, NULL },
};

static const Option list_options[] = {
	{ "from", 0, "N", "from this position on (0)" },
	{ "limit", 0, "N", "at most so many (100)" },
	{ NULL, 0, NULL, NULL },
};

static const Option send_options[] = {
	SETTINGS_OPTION,
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Option uninstall_options[] = {
	{ "yes", 'y', NULL, "do not ask" },
	SETTINGS_OPTION,
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "compile", "FILE.sol", "Compiles Solidity into an artifact",
	  compile_options,
	  "bsnctl contract compile contracts/Evidence.sol -o Evidence.json\n"
	  "bsnctl contract compile Token.sol -I ../lib -o Token.json\n"
	  "bsnctl contract compile Token.sol --solc /usr/bin/solc -o "
	  "Token.json\n"
	  "bsnctl contract compile Token.sol --remote trade -o Token.json",
	  compile_run },
	{ "pack", "DIRECTORY|FILE.wasm",
	  "Packs a chaincode, as Fabric's packages are",
	  pack_options,
	  "bsnctl contract pack asset-transfer -o asset.tgz --label asset_1.0\n"
	  "bsnctl contract pack asset-transfer -o asset.tgz --label asset_1.0 "
	  "--with-modules\n"
	  "bsnctl contract pack evidence.wasm -o evidence.tgz --label "
	  "evidence_1.0",
	  pack_run },
	{ "deploy", "CHAIN ARTIFACT[:NAME]",
	  "Deploys a compiled contract, or a further version of one",
	  deploy_options,
	  "bsnctl contract deploy evidence Evidence.json --name evidence "
	  "--args '[\"Notary\"]'\n"
	  "bsnctl contract deploy trade build.json:Token --name token "
	  "--version 2.0\n"
	  "bsnctl contract deploy trade build.json:Token --name token "
	  "--version 3.0 --grey 10\n"
	  "bsnctl contract deploy goods asset.tgz --name asset "
	  "--option \"policy=AND('Org1MSP.peer','Org2MSP.peer')\" "
	  "--option collections=@collections.json",
	  run_deploy },
	{ "approve", "CHAIN PACKAGE",
	  "Approves a chaincode in the name of one's organisation, for another "
	  "one to deploy",
	  approve_options,
	  "bsnctl contract approve goods asset.tgz --name asset --version 1.0 "
	  "--option collections=@collections.json",
	  run_approve },
	{ "check", "CHAIN ARTIFACT[:NAME]",
	  "Checks a compiled contract's security without deploying it", NULL,
	  "bsnctl contract check evidence Evidence.json", run_check },
	{ "list", "CHAIN", "Lists deployed contracts", list_options,
	  "bsnctl contract list evidence", run_list },
	{ "show", "CHAIN CONTRACT",
	  "Shows a contract's versions and interface; by name or address", NULL,
	  "bsnctl contract show evidence evidence", run_show },
	{ "call", "CHAIN CONTRACT FUNCTION [ARG...]",
	  "Calls a function read only; nothing enters the chain", call_options,
	  "bsnctl contract call evidence evidence count\n"
	  "bsnctl contract call trade token balanceOf 0x8ba1f109551bd432803012"
	  "645ac136ddd64dba72",
	  run_call },
	{ "freeze", "CHAIN CONTRACT", "Freezes a contract: nobody can call it",
	  send_options,
	  "bsnctl contract freeze evidence evidence\n"
	  "bsnctl contract freeze goods asset --option step=approve",
	  run_freeze },
	{ "unfreeze", "CHAIN CONTRACT", "Lifts a freeze", send_options,
	  "bsnctl contract unfreeze evidence evidence", run_unfreeze },
	{ "grey", "CHAIN CONTRACT[@VERSION]",
	  "Says who gets a version that is tried out under a name",
	  grey_options, "bsnctl contract grey trade token@2.0 --percent 10",
	  run_grey },
	{ "promote", "CHAIN CONTRACT[@VERSION]",
	  "Gives a version that is tried out to everyone", send_options,
	  "bsnctl contract promote trade token", run_promote },
	{ "rollback", "CHAIN CONTRACT",
	  "Takes back a version that is tried out, or the newest one",
	  send_options, "bsnctl contract rollback trade token", run_rollback },
	{ "uninstall", "CHAIN CONTRACT", "Uninstalls a contract for good",
	  uninstall_options, "bsnctl contract uninstall evidence evidence",
	  run_uninstall },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_contract = { "contract",
			     "Compiles, deploys and manages contracts", verbs };
