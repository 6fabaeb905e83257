/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies as text.
 */
#include "plugins/engine-fabric/policy/text.h"

static gboolean
put_principal(const Principal *principal, GString *out)
{
	g_autofree char *text = principal_text(principal);

	if (text == NULL)
		return FALSE;
	g_string_append_printf(out, "'%s'", text);
	return TRUE;
}

static gboolean
put_rule(const SignaturePolicy *policy, guint at, GString *out)
{
	const Rule *rule = &g_array_index(policy->rules, Rule, at);
	guint child = rule->first;

	if (!rule->is_gate)
		return put_principal(policy->principals->pdata[rule->principal],
				     out);
	if (rule->n < 1 || (guint)rule->n > rule->count)
		return FALSE;
	if (rule->n == 1)
		g_string_append(out, "OR(");
	else if ((guint)rule->n == rule->count)
		g_string_append(out, "AND(");
	else
		g_string_append_printf(out, "OutOf(%d, ", rule->n);
	for (guint i = 0; i < rule->count; i++) {
		if (i > 0)
			g_string_append(out, ", ");
		if (!put_rule(policy, child, out))
			return FALSE;
		child = g_array_index(policy->rules, Rule, child).next;
	}
	g_string_append_c(out, ')');
	return TRUE;
}

char *
policy_text_signature(const SignaturePolicy *policy)
{
	GString *text = g_string_new(NULL);
	const gboolean whole = put_rule(policy, 0, text);

	return g_string_free(text, !whole);
}

char *
policy_text_implicit(Common__ImplicitMetaPolicy__Rule rule,
		     const char *sub_policy)
{
	static const char *const rules[] = { "ANY", "ALL", "MAJORITY" };

	if ((guint)rule >= G_N_ELEMENTS(rules))
		return NULL;
	return g_strdup_printf("%s %s", rules[rule], sub_policy);
}
