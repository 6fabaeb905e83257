/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn_runtime.check: of a module, or of a chaincode package with one.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/package.h"
#include "plugins/runtime-wasm/machine/plugin.h"
#include "plugins/runtime-wasm/machine/policy.h"

#define OPTIONS_MAX (8u << 20)
#define FINDINGS_MAX 64u

const char *const wasm_check_rules[] = {
	RULE_MALFORMED,	  RULE_INVALID, RULE_SIZE,  RULE_IMPORT, RULE_FLOAT,
	RULE_MEMORY,	  RULE_TABLE,	RULE_ENTRY, RULE_NO_FUNCTION,
	RULE_START,	  RULE_CUSTOM,	RULE_UNCHECKED, RULE_ORIGIN,
	RULE_PACKAGE,	  NULL,
};

typedef struct {
	WasmFindings findings; /* first */
	json_t *list;
	gboolean refused;
} Report;

static void
add(WasmFindings *findings, const char *rule, const char *severity,
    const char *where, const char *text)
{
	Report *report = (Report *)findings;

	if (strcmp(severity, "error") == 0)
		report->refused = TRUE;
	if (json_array_size(report->list) < FINDINGS_MAX)
		json_array_append_new(
			report->list,
			json_pack("{s:s, s:s, s:s, s:s}", "rule", rule,
				  "severity", severity, "where", where, "text",
				  text));
}

/* A reader's reason: "malformed: ..., at byte 214". */
static void
add_reason(Report *report, int32_t status, const char *reason)
{
	const char *rule = RULE_MALFORMED;
	const char *at = strstr(reason, ", at ");
	g_autofree char *where = g_strdup(at != NULL ? at + 5 : "module");
	g_autofree char *text =
		g_strndup(reason, at != NULL ? (gsize)(at - reason) :
					       strlen(reason));

	if (status == BSN_TOO_LARGE)
		rule = RULE_SIZE;
	else if (g_str_has_prefix(reason, "invalid"))
		rule = RULE_INVALID;
	add(&report->findings, rule, "error", where, text);
}

static void
check_module(bsn_slice code, gboolean floats, Report *report)
{
	g_autoptr(WasmModule) module = NULL;
	bsn_err err = { .size = sizeof(err) };
	bsn_slice bytes, arguments;
	int32_t status;

	wasm_split(code, &bytes, &arguments);
	status = wasm_module_read(bytes, &module, &err);
	if (status != BSN_OK) {
		add_reason(report, status, err.reason);
		return;
	}
	wasm_policy_check(module, floats, &report->findings);
	wasm_policy_review(module, &report->findings);
}

static void
check_any(bsn_slice code, gboolean floats, Report *report)
{
	g_autoptr(GBytes) inside = NULL;
	bsn_err err = { .size = sizeof(err) };

	if (!wasm_is_package(code)) {
		check_module(code, floats, report);
		return;
	}
	if (wasm_package_read(code, &inside, &err) == BSN_OK)
		check_module(bytes_slice(inside), floats, report);
	else
		add(&report->findings, RULE_PACKAGE, "error", "package",
		    err.reason);
}

/* What compilers of other languages give along is nothing here. */
static int32_t
read_options(bsn_slice options, gboolean *floats, bsn_err *err)
{
	static const char *const rules[] = { "1", "1-floats", NULL };
	json_t *given = NULL;
	JsonFields fields =
		fields_parse(options, OPTIONS_MAX, "options", &given, err);
	int32_t status;

	*floats = strcmp(fields_choice(&fields, "rules", rules, "1-floats"),
			 "1-floats") == 0;
	(void)fields_any(&fields, "forbidden_opcodes");
	(void)fields_any(&fields, "source_map");
	(void)fields_any(&fields, "deployed_source_map");
	(void)fields_any(&fields, "sources");
	status = fields_end(&fields);
	json_decref(given);
	return status;
}

int32_t
wasm_check_with(bsn_slice code, bsn_slice options, bsn_sink *findings,
		bsn_err *err)
{
	g_autoptr(json_t) list = json_array();
	Report report = { { add }, list, FALSE };
	gboolean floats;
	int32_t status = read_options(options, &floats, err);

	if (status != BSN_OK)
		return status;
	check_any(code, floats, &report);
	status = json_write(list, findings);
	if (status != BSN_OK || !report.refused)
		return status;
	return bsn_fail(err, BSN_FAULT, "%s",
			json_string_value(json_object_get(
				json_array_get(list, 0), "text")));
}

int32_t
wasm_check(bsn_slice code, bsn_sink *findings, bsn_err *err)
{
	return wasm_check_with(code, bsn_slice_of(NULL, 0), findings, err);
}
