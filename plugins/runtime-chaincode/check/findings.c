/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-chaincode/check/findings.h"

#include <string.h>

static const struct {
	const char *name, *severity, *text;
} rules[RULES] = {
	[RULE_RANDOM] = { "random", "error",
			  "random numbers differ from one endorser to the "
			  "next: derive what you need from the transaction "
			  "id" },
	[RULE_TIME] = { "time", "error",
			"clocks differ from one endorser to the next: use "
			"stub.getTxTimestamp()" },
	[RULE_NETWORK] = { "network", "error",
			   "a chaincode reaches nothing but its peer, and "
			   "what others answer differs: pass data as "
			   "arguments" },
	[RULE_ENVIRONMENT] = { "environment", "error",
			       "processes and machines differ from one "
			       "endorser to the next" },
	[RULE_FILES] = { "files", "warning",
			 "files may differ from one endorser to the next, and "
			 "are gone when the chaincode is restarted: keep state "
			 "on the ledger" },
	[RULE_LOCALE] = { "locale", "warning",
			  "its result depends on the machine's language, time "
			  "zone or version of ICU" },
	[RULE_RACE] = { "race", "error",
			"which promise is first differs from one endorser to "
			"the next" },
	[RULE_FOR_IN] = { "for-in", "info",
			  "for...in visits names that look like numbers first, "
			  "and inherited ones: iterate over sorted "
			  "Object.keys()" },
	[RULE_JSON] = { "json-order", "warning",
			"JSON.stringify writes members in the order in which "
			"they were set: sort them, so that equal values are "
			"equal bytes" },
	[RULE_GLOBAL] = { "global-state", "warning",
			  "it is kept from one transaction to the next, of "
			  "which each endorser has seen others: keep state on "
			  "the ledger" },
	[RULE_FLOAT] = { "float", "info",
			 "fractions are rounded: use whole numbers of the "
			 "smallest unit" },
	[RULE_TIMER] = { "timer", "error",
			 "what runs later runs when the transaction is over" },
	[RULE_UNAWAITED] = { "unawaited", "error",
			     "nobody waits for this promise: it may come when "
			     "the transaction is over; write await" },
	[RULE_RICH_QUERY] = { "rich-query", "info",
			      "nobody checks whether the query would find "
			      "others by the time the transaction is "
			      "committed: do not write by what it did not "
			      "find" },
	[RULE_EVAL] = { "eval", "warning",
			"code that is made at run time is not checked" },
	[RULE_REQUIRE] = { "dynamic-require", "warning",
			   "which module this loads is not known before it "
			   "runs" },
	[RULE_PACKAGE] = { "package", "error", NULL },
	[RULE_MODULE] = { "module", "error",
			  "it is neither in the package nor on this host: pack "
			  "it with its node_modules" },
};

static gboolean
there_already(const json_t *list, const char *rule, const char *where)
{
	gsize i;
	json_t *one;

	json_array_foreach(
		list, i,
		one) if (strcmp(json_string_value(json_object_get(one, "rule")),
				rule) == 0 &&
			 strcmp(json_string_value(
					json_object_get(one, "where")),
				where) == 0) return TRUE;
	return FALSE;
}

static char *
text_of(Rule rule, const char *detail)
{
	if (rules[rule].text == NULL)
		return g_strdup(detail);
	if (detail == NULL)
		return g_strdup(rules[rule].text);
	return g_strconcat(detail, ": ", rules[rule].text, NULL);
}

void
findings_add(Findings *findings, Rule rule, const char *file, guint line,
	     const char *detail)
{
	g_autofree char *where = line > 0 ? g_strdup_printf("%s:%u", file, line)
					  : g_strdup(file);
	g_autofree char *text = text_of(rule, detail);
	g_autofree char *valid_text = g_utf8_make_valid(text, -1);

	if (rule == RULE_PACKAGE || rule == RULE_MODULE)
		findings->broken = TRUE;
	if (json_array_size(findings->list) >= FINDINGS_MAX ||
	    there_already(findings->list, rules[rule].name, where))
		return;
	json_array_append_new(findings->list,
			      json_pack("{s:s,s:s,s:s,s:s}", "rule",
					rules[rule].name, "severity",
					rules[rule].severity, "where", where,
					"text", valid_text));
}
