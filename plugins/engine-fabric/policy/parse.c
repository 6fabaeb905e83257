/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies from text.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/reason.h"

typedef struct {
	Arena *arena;
	const char *text;
	const char *at;
	guint rules;
	GPtrArray *principals; /* Common__MSPPrincipal, in the arena */
	GHashTable *places;    /* "Org1MSP.peer": its index + 1 */
	int32_t status;
	bsn_err *err;
} Parser;

static gboolean parse_rule(Parser *parser, guint depth,
			   Common__SignaturePolicy *rule);

static gboolean
fail(Parser *parser, const char *at, const char *problem)
{
	if (parser->status == BSN_OK)
		parser->status =
			bsn_fail(parser->err, BSN_BAD_REQUEST,
				 "policy, character %zu: %s",
				 (gsize)(at - parser->text) + 1, problem);
	return FALSE;
}

static void
skip_blanks(Parser *parser)
{
	while (g_ascii_isspace(*parser->at))
		parser->at++;
}

static gboolean
accept(Parser *parser, char c)
{
	skip_blanks(parser);
	if (*parser->at != c)
		return FALSE;
	parser->at++;
	return TRUE;
}

/* ---- principals ---- */

static gboolean
find_role(const char *name, Common__MSPRole__MSPRoleType *role)
{
	for (guint i = 0; principal_role_name(i) != NULL; i++)
		if (strcmp(principal_role_name(i), name) == 0) {
			*role = (Common__MSPRole__MSPRoleType)i;
			return TRUE;
		}
	return FALSE;
}

static void
add_principal(Parser *parser, char *id, Common__MSPRole__MSPRoleType type)
{
	Common__MSPRole role = COMMON__MSPROLE__INIT;
	Common__MSPPrincipal *principal =
		arena_room(parser->arena, sizeof(*principal));

	role.msp_identifier = id;
	role.role = type;
	common__mspprincipal__init(principal);
	principal->principal_classification =
		COMMON__MSPPRINCIPAL__CLASSIFICATION__ROLE;
	principal->principal = message_bytes(message_put(parser->arena, &role));
	g_ptr_array_add(parser->principals, principal);
}

/* The index of a principal by its text; G_MAXUINT after an error. */
static guint
place_of(Parser *parser, const char *at, const char *text)
{
	gpointer known = g_hash_table_lookup(parser->places, text);
	const char *dot = strrchr(text, '.');
	g_autofree char *id = NULL;
	Common__MSPRole__MSPRoleType role;

	if (known != NULL)
		return GPOINTER_TO_UINT(known) - 1;
	id = g_strndup(text, dot != NULL ? (gsize)(dot - text) : 0);
	if (dot == NULL || !msp_id_is_valid(id) || !find_role(dot + 1, &role)) {
		fail(parser, at,
		     "a principal is an MSP's id, a dot, and member, admin, "
		     "client, peer or orderer: 'Org1MSP.peer'");
		return G_MAXUINT;
	}
	if (parser->principals->len >= PRINCIPALS_MAX) {
		fail(parser, at, "there are too many principals");
		return G_MAXUINT;
	}
	add_principal(parser, id, role);
	g_hash_table_insert(parser->places, g_strdup(text),
			    GUINT_TO_POINTER(parser->principals->len));
	return parser->principals->len - 1;
}

static gboolean
parse_principal(Parser *parser, Common__SignaturePolicy *rule)
{
	const char quote = *parser->at;
	const char *start = ++parser->at;
	const char *end = strchr(start, quote);
	g_autofree char *text = NULL;
	guint place;

	if (end == NULL)
		return fail(parser, start - 1, "this quote is not closed");
	text = g_strndup(start, (gsize)(end - start));
	place = place_of(parser, start, text);
	parser->at = end + 1;
	rule->type_case = COMMON__SIGNATURE_POLICY__TYPE_SIGNED_BY;
	rule->signed_by = (gint32)place;
	return place != G_MAXUINT;
}

/* ---- gates ---- */

typedef enum { GATE_AND, GATE_OR, GATE_OUT_OF, GATE_NONE } Gate;

static Gate
parse_gate_name(Parser *parser)
{
	static const char *const names[] = { "and", "or", "outof" };
	const char *start = parser->at;
	gsize len = 0;

	while (g_ascii_isalpha(start[len]))
		len++;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (strlen(names[i]) == len &&
		    g_ascii_strncasecmp(start, names[i], len) == 0) {
			parser->at = start + len;
			return (Gate)i;
		}
	return GATE_NONE;
}

static gboolean
parse_count(Parser *parser, gint32 *n)
{
	guint64 number = 0;
	const char *start;

	skip_blanks(parser);
	start = parser->at;
	while (g_ascii_isdigit(*parser->at) && number <= RULES_MAX)
		number = number * 10 + (guint64)(*parser->at++ - '0');
	if (parser->at == start || number == 0 || number > RULES_MAX)
		return fail(parser, start, "here goes how many must sign");
	*n = (gint32)number;
	return accept(parser, ',') ||
	       fail(parser, parser->at, "a comma is missing");
}

static gboolean
parse_operands(Parser *parser, guint depth, GPtrArray *rules)
{
	do {
		Common__SignaturePolicy *rule =
			arena_room(parser->arena, sizeof(*rule));

		common__signature_policy__init(rule);
		if (!parse_rule(parser, depth, rule))
			return FALSE;
		g_ptr_array_add(rules, rule);
	} while (accept(parser, ','));
	return accept(parser, ')') ||
	       fail(parser, parser->at, "a comma or ) is missing");
}

static gboolean
parse_gate(Parser *parser, guint depth, Common__SignaturePolicy *rule)
{
	const char *start = parser->at;
	const Gate gate = parse_gate_name(parser);
	g_autoptr(GPtrArray) rules = g_ptr_array_new();
	Common__SignaturePolicy__NOutOf *n_out_of;
	gint32 n = 1;

	if (gate == GATE_NONE)
		return fail(parser, start,
			    "here goes AND, OR, OutOf or a principal in "
			    "quotes");
	if (!accept(parser, '('))
		return fail(parser, parser->at, "a ( is missing");
	if (gate == GATE_OUT_OF && !parse_count(parser, &n))
		return FALSE;
	if (!parse_operands(parser, depth + 1, rules))
		return FALSE;
	if (gate == GATE_AND)
		n = (gint32)rules->len;
	if ((guint)n > rules->len)
		return fail(parser, start,
			    "it asks for more than it has; nobody could "
			    "fulfil it");
	n_out_of = arena_room(parser->arena, sizeof(*n_out_of));
	common__signature_policy__nout_of__init(n_out_of);
	n_out_of->n = n;
	n_out_of->n_rules = rules->len;
	n_out_of->rules =
		arena_room(parser->arena, rules->len * sizeof(rules->pdata[0]));
	memcpy(n_out_of->rules, rules->pdata,
	       rules->len * sizeof(rules->pdata[0]));
	rule->type_case = COMMON__SIGNATURE_POLICY__TYPE_N_OUT_OF;
	rule->n_out_of = n_out_of;
	return TRUE;
}

static gboolean
parse_rule(Parser *parser, guint depth, Common__SignaturePolicy *rule)
{
	skip_blanks(parser);
	if (depth > RULES_DEPTH_MAX || ++parser->rules > RULES_MAX)
		return fail(parser, parser->at,
			    "the policy has too many rules, or too many "
			    "within another one");
	if (*parser->at == '\'' || *parser->at == '"')
		return parse_principal(parser, rule);
	return parse_gate(parser, depth, rule);
}

/* ---- whole texts ---- */

static void
finish(Parser *parser, Common__SignaturePolicy *rule,
       Common__SignaturePolicyEnvelope **envelope)
{
	const GPtrArray *principals = parser->principals;
	const gsize size = principals->len * sizeof(principals->pdata[0]);
	Common__SignaturePolicyEnvelope *made =
		arena_room(parser->arena, sizeof(*made));

	common__signature_policy_envelope__init(made);
	made->rule = rule;
	made->n_identities = principals->len;
	made->identities = arena_room(parser->arena, size);
	memcpy(made->identities, principals->pdata, size);
	*envelope = made;
}

int32_t
policy_parse_signature(Arena *arena, const char *text,
		       Common__SignaturePolicyEnvelope **envelope, bsn_err *err)
{
	g_autoptr(GPtrArray) principals = g_ptr_array_new();
	g_autoptr(GHashTable) places =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Parser parser = { .arena = arena,
			  .text = text,
			  .at = text,
			  .principals = principals,
			  .places = places,
			  .err = err };
	Common__SignaturePolicy *rule = arena_room(arena, sizeof(*rule));

	if (strlen(text) > POLICY_TEXT_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a policy has at most %u characters",
				POLICY_TEXT_MAX);
	common__signature_policy__init(rule);
	if (!parse_rule(&parser, 1, rule))
		return parser.status;
	skip_blanks(&parser);
	if (*parser.at != '\0') {
		fail(&parser, parser.at,
		     "there is something behind the policy");
		return parser.status;
	}
	finish(&parser, rule, envelope);
	return BSN_OK;
}

/* "MAJORITY Endorsement": two words. */
static gboolean
parse_implicit(Arena *arena, const char *text, Common__Policy *policy)
{
	static const char *const rules[] = { "ANY", "ALL", "MAJORITY" };
	Common__ImplicitMetaPolicy implicit =
		COMMON__IMPLICIT_META_POLICY__INIT;
	g_auto(GStrv) words = g_strsplit(text, " ", 3);
	guint rule = 0;

	if (g_strv_length(words) != 2 || words[1][0] == '\0')
		return FALSE;
	while (rule < G_N_ELEMENTS(rules) && strcmp(words[0], rules[rule]) != 0)
		rule++;
	if (rule == G_N_ELEMENTS(rules))
		return FALSE;
	implicit.rule = (Common__ImplicitMetaPolicy__Rule)rule;
	implicit.sub_policy = words[1];
	policy->type = COMMON__POLICY__POLICY_TYPE__IMPLICIT_META;
	policy->value = message_bytes(message_put(arena, &implicit));
	return TRUE;
}

int32_t
policy_parse(Arena *arena, const char *text, Common__Policy *policy,
	     bsn_err *err)
{
	Common__SignaturePolicyEnvelope *envelope = NULL;
	int32_t status;

	if (strlen(text) <= POLICY_TEXT_MAX &&
	    parse_implicit(arena, text, policy))
		return BSN_OK;
	status = policy_parse_signature(arena, text, &envelope, err);
	if (status != BSN_OK)
		return status;
	policy->type = COMMON__POLICY__POLICY_TYPE__SIGNATURE;
	policy->value = message_bytes(message_put(arena, envelope));
	return BSN_OK;
}
