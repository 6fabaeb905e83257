/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/check.h"

#include <bsn/runtime.h>

#include "plugins/engine-xuper/contract/build.h"
#include "plugins/engine-xuper/contract/code.h"
#include "plugins/engine-xuper/contract/options.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

#define FINDINGS_MAX (4u << 20)
#define FORBIDDEN_OPCODES "forbidden_opcodes"
#define RULE_FORBIDDEN "evm-forbidden-opcode"

/* ---- findings ---------------------------------------------------------- */

/* Opcodes are the EVM's. */
static void
add_forbidden(const ChainConfig *config, json_t *options)
{
	json_t *names = json_object_get(options, FORBIDDEN_OPCODES);

	if (config->check_forbidden == NULL)
		return;
	if (names == NULL) {
		names = json_array();
		json_object_set_new(options, FORBIDDEN_OPCODES, names);
	}
	for (char **name = config->check_forbidden; *name != NULL; name++)
		json_array_append_new(names, json_string(*name));
}

static int32_t
run_check(const CodeKind *kind, bsn_slice code, const json_t *options,
	  bsn_sink *findings, bsn_err *err)
{
	const bsn_runtime *runtime = code_runtime(kind, err);
	g_autofree char *text = NULL;

	if (runtime == NULL)
		return BSN_E_VERSION;
	if (json_object_size(options) == 0)
		return runtime->check(code, findings, err);
	if (!BSN_HAS(runtime, check_with))
		return bsn_fail(err, BSN_NOT_OFFERED,
				"the runtime %s checks without options",
				runtime->name);
	text = json_text(options);
	return runtime->check_with(code, bsn_slice_str(text), findings, err);
}

/* What is found, with what the chain forbids added to the options.
 * Returns: as the runtime's check. Out: findings, a new array in any case. */
static int32_t
find(const ChainConfig *config, bsn_slice code, json_t *options,
     json_t **findings, bsn_err *err)
{
	const CodeKind *kind = code_kind_of(code);
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, FINDINGS_MAX);
	int32_t status;

	if (kind == &code_evm)
		add_forbidden(config, options);
	else
		json_object_set_new(options, "rules",
				    json_string(kind->rules(config)));
	status = run_check(kind, code, options, &sink.sink, err);
	*findings = json_parse(buffer_slice(text), FINDINGS_MAX, "findings",
			       NULL, NULL);
	if (!json_is_array(*findings)) {
		g_clear_pointer(findings, json_decref);
		*findings = json_array();
	}
	return status;
}

/* ---- the chain's policy ------------------------------------------------ */

static gboolean
has_policy(const ChainConfig *config)
{
	return config->check_refuse != NULL || config->check_forbidden != NULL;
}

static gboolean
is_refused(const ChainConfig *config, const char *rule)
{
	if (config->check_forbidden != NULL &&
	    strcmp(rule, RULE_FORBIDDEN) == 0)
		return TRUE;
	return config->check_refuse != NULL &&
	       g_strv_contains((const char *const *)config->check_refuse, rule);
}

static const char *
member(const json_t *finding, const char *name)
{
	const char *text = json_string_value(json_object_get(finding, name));

	return text != NULL ? text : "";
}

/* The first that the chain refuses; NULL: none. */
static const json_t *
refused_one(const ChainConfig *config, const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach ((json_t *)findings, i, finding)
		if (is_refused(config, member(finding, "rule")))
			return finding;
	return NULL;
}

int32_t
check_judge(const ChainConfig *config, bsn_slice code, bsn_err *err)
{
	g_autoptr(json_t) options = json_object();
	g_autoptr(json_t) findings = NULL;
	const json_t *finding;
	bsn_err why = BSN_ERR_INIT;
	int32_t status;

	if (!has_policy(config))
		return BSN_OK;
	status = find(config, code, options, &findings, &why);
	finding = refused_one(config, findings);
	if (status < 0)
		return bsn_fail(err, status, "%s", why.reason);
	if (finding != NULL)
		return bsn_fail(err, BSN_DENIED,
				"this chain refuses the contract: %s at %s: %s",
				member(finding, "rule"),
				member(finding, "where"),
				member(finding, "text"));
	return status == BSN_OK ?
		       BSN_OK :
		       bsn_fail(err, BSN_DENIED,
				"this chain refuses the contract, which cannot "
				"be checked: %s",
				why.reason);
}

/* A runtime that names no rules may have any. */
static gboolean
has_rule(const CodeKind *kind, const char *rule)
{
	const bsn_runtime *runtime = code_runtime(kind, NULL);

	return runtime != NULL &&
	       (!BSN_HAS(runtime, check_rules) ||
		g_strv_contains(runtime->check_rules, rule));
}

static int32_t
check_rule_names(const ChainConfig *config, bsn_err *err)
{
	g_autofree char *quoted = NULL;

	for (char **rule = config->check_refuse; rule != NULL && *rule != NULL;
	     rule++) {
		if (((config->code & CODE_EVM) != 0 &&
		     has_rule(&code_evm, *rule)) ||
		    ((config->code & CODE_WASM) != 0 &&
		     has_rule(&code_wasm, *rule)))
			continue;
		quoted = quote_text(bsn_slice_str(*rule));
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config.contract_check.refuse: no check of the "
				"chain's contracts has a rule %s; one is "
				"evm-selfdestruct",
				quoted);
	}
	return BSN_OK;
}

int32_t
check_fits(const ChainConfig *config, bsn_err *err)
{
	static const guint8 nothing[] = { 0 };
	g_autoptr(json_t) options = json_object();
	g_autoptr(json_t) findings = NULL;
	bsn_err why = BSN_ERR_INIT;

	if (!has_policy(config))
		return BSN_OK;
	if (code_check_runtimes(config, err) != BSN_OK)
		return BSN_E_VERSION;
	if (check_rule_names(config, err) != BSN_OK)
		return BSN_BAD_REQUEST;
	if (config->check_forbidden == NULL)
		return BSN_OK;
	if ((config->code & CODE_EVM) == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config.contract_check.forbidden_opcodes is "
				"for chains that take \"" LANGUAGE_EVM "\"");
	if (find(config, bsn_slice_of(nothing, sizeof(nothing)), options,
		 &findings, &why) == BSN_OK)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "config.contract_check: %s",
			why.reason);
}

/* ---- asked for --------------------------------------------------------- */

/* The request's options, of which the runtime gets its own; the rest are those of
 * the deployment that is to follow. */
static int32_t
read_options(bsn_slice text, json_t *passed, bsn_err *err)
{
	static const char *const own[] = { FORBIDDEN_OPCODES, "sources",
					   "source_map",
					   "deployed_source_map" };
	g_auto(Options) options = { 0 };
	g_autofree char *rest = NULL;
	int32_t status = BSN_OK;
	g_autoptr(json_t) given = json_parse_object(text, REQUEST_JSON_MAX,
						    "options", &status, err);

	if (given == NULL)
		return status;
	for (guint i = 0; i < G_N_ELEMENTS(own); i++) {
		json_t *value = json_object_get(given, own[i]);

		if (value != NULL)
			json_object_set(passed, own[i], value);
		json_object_del(given, own[i]);
	}
	rest = json_text(given);
	return options_read(bsn_slice_str(rest), &options, err);
}

int32_t
check_ask(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
	  bsn_reply *reply, bsn_err *err)
{
	const ChainConfig *config = ledger->config;
	g_autoptr(json_t) passed = json_object();
	g_autoptr(json_t) findings = NULL;
	g_autoptr(json_t) answer = NULL;
	g_autofree char *text = NULL;
	int32_t status = code_taken(code_kind_of(code), config, err);
	gboolean ok;

	if (status == BSN_OK)
		status = read_options(options, passed, err);

	if (status == BSN_OK)
		status = find(config, code, passed, &findings, err);
	if (status != BSN_OK && status != BSN_FAULT)
		return status;
	ok = status == BSN_OK && refused_one(config, findings) == NULL;
	answer = json_pack("{s:b, s:O}", "ok", (int)ok, "findings", findings);
	text = json_text(answer);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}
