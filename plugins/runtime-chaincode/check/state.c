/* SPDX-License-Identifier: Apache-2.0
 *
 * What a program keeps from one transaction to the next: variables of a module
 * that its functions change, and members of a contract, which lives as long as
 * the process.
 */
#include <string.h>

#include "plugins/runtime-chaincode/check/findings.h"

/* Braces within braces. */
#define DEPTH_MAX 256u

typedef enum {
	SCOPE_OTHER,
	SCOPE_CONTRACT, /* the body of a class that extends a Contract */
	SCOPE_METHOD,
	SCOPE_CONSTRUCTOR,
} Scope;

typedef struct {
	const GArray *tokens;
	const char *file;
	Findings *findings;
	GHashTable *variables; /* of the module, changeable; likewise: */
	GHashTable *containers;
	Scope scopes[DEPTH_MAX];
	guint depth, parens;
	gboolean contract_next; /* the next brace opens one */
	gint64 method;		/* its name, in a contract's body; or -1 */
} Walk;

static const Token *
at(const Walk *walk, gint64 i)
{
	return token_at(walk->tokens, i);
}

static gboolean
is_one_of(const Token *token, TokenKind kind, const char *const *texts)
{
	for (gsize i = 0; texts[i] != NULL; i++)
		if (token->kind == kind && token_text_is(token, texts[i]))
			return TRUE;
	return FALSE;
}

static gboolean
assigns(const Token *token)
{
	static const char *const marks[] = { "=",  "+=", "-=",	"*=",  "/=",
					     "++", "--", "||=", "&&=", "?\?=",
					     "|=", "&=", "^=",	"%=",  NULL };

	return is_one_of(token, TOKEN_MARK, marks);
}

static gboolean
declares(const Token *token)
{
	static const char *const words[] = { "let", "var", "const", NULL };

	return is_one_of(token, TOKEN_NAME, words);
}

/* ---- a module's variables ---- */

static gboolean
makes_container(const Walk *walk, gint64 i)
{
	static const char *const classes[] = { "Map", "Set", "WeakMap",
					       "Array", NULL };

	return token_is_mark(at(walk, i), "{") ||
	       token_is_mark(at(walk, i), "[") ||
	       (token_is_name(at(walk, i), "new") &&
		is_one_of(at(walk, i + 1), TOKEN_NAME, classes));
}

static void
note_declaration(Walk *walk, gint64 i)
{
	const Token *name = at(walk, i + 1);
	char *text;

	if (name->kind != TOKEN_NAME || g_str_has_prefix(name->text, "__"))
		return;
	text = g_strndup(name->text, name->len);
	if (!token_is_name(at(walk, i), "const"))
		g_hash_table_add(walk->variables, g_strdup(text));
	if (token_is_mark(at(walk, i + 2), "=") &&
	    makes_container(walk, i + 3))
		g_hash_table_add(walk->containers, g_strdup(text));
	g_free(text);
}

static gboolean
changes_container(const Walk *walk, gint64 i)
{
	static const char *const changes[] = { "set",  "add",	"delete",
					       "push", "clear", "pop",
					       "shift", "unshift", "splice",
					       NULL };

	return token_is_mark(at(walk, i + 1), ".") &&
	       (is_one_of(at(walk, i + 2), TOKEN_NAME, changes)
			? token_is_mark(at(walk, i + 3), "(")
			: assigns(at(walk, i + 3)));
}

static void
look_at_name(const Walk *walk, gint64 i)
{
	const Token *name = at(walk, i);
	const Token *before = at(walk, i - 1);
	g_autofree char *text = g_strndup(name->text, name->len);

	if (walk->depth == 0 || declares(before) ||
	    token_is_mark(before, ".") || token_is_mark(before, "?."))
		return;
	if ((g_hash_table_contains(walk->variables, text) &&
	     (assigns(at(walk, i + 1)) || token_is_mark(before, "++") ||
	      token_is_mark(before, "--"))) ||
	    (g_hash_table_contains(walk->containers, text) &&
	     changes_container(walk, i)))
		findings_add(walk->findings, RULE_GLOBAL, walk->file,
			     name->line, text);
}

/* ---- a contract's members ---- */

static Scope
scope_now(const Walk *walk)
{
	return walk->depth > 0 && walk->depth <= DEPTH_MAX
		       ? walk->scopes[walk->depth - 1]
		       : SCOPE_OTHER;
}

static Scope
opened_scope(const Walk *walk)
{
	if (walk->contract_next)
		return SCOPE_CONTRACT;
	if (scope_now(walk) != SCOPE_CONTRACT)
		return scope_now(walk);
	return walk->method >= 0 &&
			       token_is_name(at(walk, walk->method),
					     "constructor")
		       ? SCOPE_CONSTRUCTOR
		       : SCOPE_METHOD;
}

static void
look_at_brace(Walk *walk, gboolean opens)
{
	if (opens) {
		const Scope scope = opened_scope(walk);

		if (walk->depth < DEPTH_MAX)
			walk->scopes[walk->depth] = scope;
		walk->depth++;
		walk->contract_next = FALSE;
	} else if (walk->depth > 0) {
		walk->depth--;
	}
	walk->method = -1;
}

static gboolean
ends_with_contract(const Token *name)
{
	static const char suffix[] = "Contract";
	const gsize len = sizeof(suffix) - 1;

	return name->kind == TOKEN_NAME && name->len >= len &&
	       memcmp(name->text + name->len - len, suffix, len) == 0;
}

/* "extends Contract", "extends fabric_contract_api_1.Contract" */
static gboolean
extends_contract(const Walk *walk, gint64 i)
{
	gint64 last = i + 1;

	while (token_is_mark(at(walk, last + 1), "."))
		last += 2;
	return ends_with_contract(at(walk, last));
}

static void
look_at_this(const Walk *walk, gint64 i)
{
	g_autofree char *text = NULL;

	if (scope_now(walk) != SCOPE_METHOD ||
	    !token_is_mark(at(walk, i + 1), ".") ||
	    !assigns(at(walk, i + 3)))
		return;
	text = g_strdup_printf("this.%.*s", (int)at(walk, i + 2)->len,
			       at(walk, i + 2)->text);
	findings_add(walk->findings, RULE_GLOBAL, walk->file,
		     at(walk, i)->line, text);
}

/* ---- all of it ---- */

static void
look_at_mark(Walk *walk, gint64 i)
{
	const Token *mark = at(walk, i);

	if (token_is_mark(mark, "{") || token_is_mark(mark, "}"))
		look_at_brace(walk, token_is_mark(mark, "{"));
	else if (token_is_mark(mark, "("))
		walk->parens++;
	else if (token_is_mark(mark, ")") && walk->parens > 0)
		walk->parens--;
}

static void
look_at(Walk *walk, gint64 i)
{
	const Token *token = at(walk, i);

	if (token->kind == TOKEN_MARK)
		look_at_mark(walk, i);
	if (token->kind != TOKEN_NAME)
		return;
	if (token_text_is(token, "this"))
		look_at_this(walk, i);
	else if (token_text_is(token, "extends"))
		walk->contract_next = extends_contract(walk, i);
	else if (declares(token) && walk->depth == 0 && walk->parens == 0)
		note_declaration(walk, i);
	else if (scope_now(walk) == SCOPE_CONTRACT &&
		 token_is_mark(at(walk, i + 1), "("))
		walk->method = walk->method < 0 ? i : walk->method;
	else
		look_at_name(walk, i);
}

void
state_apply(const GArray *tokens, const char *file, Findings *findings)
{
	g_autoptr(GHashTable) variables = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) containers = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, NULL);
	Walk walk = { .tokens = tokens,
		      .file = file,
		      .findings = findings,
		      .variables = variables,
		      .containers = containers,
		      .method = -1 };

	for (gint64 i = 0; i < tokens->len; i++)
		look_at(&walk, i);
}
