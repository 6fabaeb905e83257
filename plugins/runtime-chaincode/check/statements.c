/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements that are nothing but a call of the stub, such as
 *	ctx.stub.putState(key, value);
 * begin a promise that nobody waits for.
 */
#include <string.h>

#include "plugins/runtime-chaincode/check/findings.h"

/* Tokens of a call's arguments that are looked through. */
#define ARGUMENTS_MAX 4096

static const char *const promises[] = {
	"getState",
	"putState",
	"deleteState",
	"getStateByRange",
	"getStateByRangeWithPagination",
	"getStateByPartialCompositeKey",
	"getStateByPartialCompositeKeyWithPagination",
	"getHistoryForKey",
	"getQueryResult",
	"invokeChaincode",
	"setStateValidationParameter",
	"getStateValidationParameter",
	"getPrivateData",
	"getPrivateDataHash",
	"putPrivateData",
	"deletePrivateData",
	"purgePrivateData",
	"getPrivateDataByRange",
	"setPrivateDataValidationParameter",
};

static gboolean
is_promise(const Token *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(promises); i++)
		if (token_is_name(name, promises[i]))
			return TRUE;
	return FALSE;
}

static gboolean
is_dot(const Token *token)
{
	return token_is_mark(token, ".") || token_is_mark(token, "?.");
}

/* Where "ctx.stub.putState" begins whose last name is at i; -1: it is no chain
 * of names. */
static gint64
chain_start(const GArray *tokens, gint64 i)
{
	while (is_dot(token_at(tokens, i - 1))) {
		if (token_at(tokens, i - 2)->kind != TOKEN_NAME)
			return -1;
		i -= 2;
	}
	return i;
}

static gboolean
begins_statement(const GArray *tokens, gint64 i)
{
	const Token *first = token_at(tokens, i);
	const Token *before = token_at(tokens, i - 1);

	if (i == 0 || token_is_mark(before, ";") ||
	    token_is_mark(before, "{") || token_is_mark(before, "}") ||
	    token_is_mark(before, ")") || token_is_name(before, "else") ||
	    token_is_name(before, "do"))
		return TRUE;
	/* Semicolons that were left out. */
	if (before->line == first->line)
		return FALSE;
	return before->kind == TOKEN_STRING || before->kind == TOKEN_NUMBER ||
	       token_is_mark(before, "]");
}

/* Behind the call whose "(" is at i. */
static gint64
behind_call(const GArray *tokens, gint64 i)
{
	const gint64 last = i + ARGUMENTS_MAX;
	guint depth = 0;

	for (; i < tokens->len && i < last; i++) {
		if (token_is_mark(token_at(tokens, i), "("))
			depth++;
		else if (token_is_mark(token_at(tokens, i), ")") &&
			 --depth == 0)
			return i + 1;
	}
	return -1;
}

static gboolean
is_bare_call(const GArray *tokens, gint64 i)
{
	const gint64 start = chain_start(tokens, i);
	gint64 behind;

	if (start < 0 || start == i ||
	    !token_is_mark(token_at(tokens, i + 1), "(") ||
	    !begins_statement(tokens, start))
		return FALSE;
	behind = behind_call(tokens, i + 1);
	return behind > 0 && !is_dot(token_at(tokens, behind));
}

void
statements_apply(const GArray *tokens, const char *file, Findings *findings)
{
	for (gint64 i = 0; i < tokens->len; i++) {
		const Token *name = token_at(tokens, i);
		g_autofree char *text = NULL;

		if (!is_promise(name) || !is_bare_call(tokens, i))
			continue;
		text = g_strndup(name->text, name->len);
		findings_add(findings, RULE_UNAWAITED, file, name->line, text);
	}
}
