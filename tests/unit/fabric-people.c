/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-people.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/policy/text.h"

/* Roles need no algorithm. */
static const Suite no_suite;

Msp orgs[ORGS] = {
	{ .id = (char *)"Org1MSP" },
	{ .id = (char *)"Org2MSP" },
	{ .id = (char *)"org-3.msp" },
};
MspIdentity people[ORGS][ROLES];

void
make_people(void)
{
	for (guint i = 0; i < ORGS; i++)
		for (guint j = 0; j < ROLES; j++) {
			people[i][j] = (MspIdentity){ .refs = 1,
						      .msp = &orgs[i],
						      .roles = 1u | 1u << j };
			people[i][j].id[0] = (guint8)(i * ROLES + j);
		}
}

SignaturePolicy *
compile(const char *text)
{
	g_auto(Arena) arena = ARENA_INIT;
	Common__SignaturePolicyEnvelope *envelope = NULL;
	SignaturePolicy *policy = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (policy_parse_signature(&arena, text, &envelope, &err) != BSN_OK ||
	    signature_policy_new(&no_suite, envelope, &policy, &err) != BSN_OK)
		g_error("%s: %s", text, err.reason);
	return policy;
}

Node *
random_node(GRand *rand, guint depth)
{
	Node *node = g_new0(Node, 1);

	node->org = (guint)g_rand_int_range(rand, 0, ORGS);
	node->role = (guint)g_rand_int_range(rand, 0, ROLES);
	if (depth == 0 || g_rand_int_range(rand, 0, 3) == 0)
		return node;
	node->count = (guint)g_rand_int_range(rand, 1, 5);
	node->n = (guint)g_rand_int_range(rand, 1, (gint)node->count + 1);
	for (guint i = 0; i < node->count; i++)
		node->children[i] = random_node(rand, depth - 1);
	return node;
}

void
node_free(Node *node)
{
	for (guint i = 0; i < node->count; i++)
		node_free(node->children[i]);
	g_free(node);
}

void
node_text(const Node *node, GString *out)
{
	if (node->count == 0) {
		g_string_append_printf(out, "'%s.%s'", orgs[node->org].id,
				       principal_role_name(node->role));
		return;
	}
	if (node->n == 1)
		g_string_append(out, "OR(");
	else if (node->n == node->count)
		g_string_append(out, "AND(");
	else
		g_string_append_printf(out, "OutOf(%u, ", node->n);
	for (guint i = 0; i < node->count; i++) {
		g_string_append(out, i > 0 ? ", " : "");
		node_text(node->children[i], out);
	}
	g_string_append_c(out, ')');
}

gboolean
has_role(const MspIdentity *who, const Node *node)
{
	return who->msp == &orgs[node->org] &&
	       (who->roles >> node->role & 1) != 0;
}

char *
sets_text(GPtrArray *sets)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < sets->len; i++) {
		const GPtrArray *set = sets->pdata[i];

		g_string_append(text, i > 0 ? " | " : "");
		for (guint j = 0; j < set->len; j++) {
			g_autofree char *one = principal_text(set->pdata[j]);

			g_string_append_printf(text, "%s%s", j > 0 ? "+" : "",
					       one);
		}
	}
	return g_string_free(text, FALSE);
}
