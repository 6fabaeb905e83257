/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/rule.h"

#include <string.h>

static const struct {
	const char *id;
	const char *remedy;
} rules[] = {
	[RULE_NONE] = { "", "" },
#define X(symbol, id, remedy) [symbol] = { id, remedy },
	PLUGIN_RULE_MAP(X)
#undef X
};

const char *
plugin_rule_id(PluginRule rule)
{
	return rules[rule].id;
}

PluginRule
plugin_rule_from_id(const char *id)
{
	for (gsize i = 1; i < G_N_ELEMENTS(rules); i++)
		if (strcmp(rules[i].id, id) == 0)
			return (PluginRule)i;
	return RULE_NONE;
}

char *
plugin_text(const char *text, gssize len, gsize max_bytes)
{
	gsize bytes = len < 0 ? strlen(text) : strnlen(text, (gsize)len);
	char *valid = g_utf8_make_valid(text, (gssize)MIN(bytes, max_bytes));

	/* Bytes replaced by U+FFFD make it longer. */
	if (strlen(valid) > max_bytes)
		*g_utf8_find_prev_char(valid, valid + max_bytes + 1) = '\0';
	for (char *at = valid; *at != '\0'; at++)
		if (g_ascii_iscntrl(*at))
			*at = ' ';
	return valid;
}

gboolean
refuse(Refusal *refusal, PluginRule rule, const char *format, ...)
{
	g_autofree char *reason = NULL;
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);
	refusal_clear(refusal);
	refusal->rule = rule;
	refusal->reason = plugin_text(reason, -1, REFUSAL_REASON_MAX);
	refusal->remedy = g_strdup(rules[rule].remedy);
	return FALSE;
}

void
refusal_clear(Refusal *refusal)
{
	g_free(refusal->reason);
	g_free(refusal->remedy);
	memset(refusal, 0, sizeof(*refusal));
}
