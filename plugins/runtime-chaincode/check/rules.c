/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about names: "Math.random", "fetch(", "new Date()".
 */
#include <string.h>

#include "plugins/runtime-chaincode/check/findings.h"

/* Tokens of a call or a condition that are looked through. */
#define INSIDE_MAX 4096

/* NULL for `member`: any, or none. */
typedef struct {
	Rule rule;
	const char *object, *member;
} MemberRule;

static const MemberRule members[] = {
	{ RULE_RANDOM, "Math", "random" },
	{ RULE_RANDOM, "crypto", "randomBytes" },
	{ RULE_RANDOM, "crypto", "randomInt" },
	{ RULE_RANDOM, "crypto", "randomUUID" },
	{ RULE_RANDOM, "crypto", "randomFill" },
	{ RULE_RANDOM, "crypto", "randomFillSync" },
	{ RULE_RANDOM, "crypto", "getRandomValues" },
	{ RULE_RANDOM, "crypto", "generateKeyPair" },
	{ RULE_RANDOM, "crypto", "generateKeyPairSync" },
	{ RULE_RANDOM, "crypto", "generateKey" },
	{ RULE_TIME, "Date", "now" },
	{ RULE_TIME, "performance", "now" },
	{ RULE_TIME, "performance", "timeOrigin" },
	{ RULE_TIME, "process", "hrtime" },
	{ RULE_TIME, "process", "uptime" },
	{ RULE_ENVIRONMENT, "process", "env" },
	{ RULE_ENVIRONMENT, "process", "pid" },
	{ RULE_ENVIRONMENT, "process", "platform" },
	{ RULE_ENVIRONMENT, "process", "version" },
	{ RULE_ENVIRONMENT, "process", "versions" },
	{ RULE_ENVIRONMENT, "process", "memoryUsage" },
	{ RULE_ENVIRONMENT, "process", "cpuUsage" },
	{ RULE_RACE, "Promise", "race" },
	{ RULE_RACE, "Promise", "any" },
	{ RULE_JSON, "JSON", "stringify" },
	{ RULE_LOCALE, "Intl", NULL },
	{ RULE_FLOAT, "Math", "sin" },
	{ RULE_FLOAT, "Math", "cos" },
	{ RULE_FLOAT, "Math", "tan" },
	{ RULE_FLOAT, "Math", "exp" },
	{ RULE_FLOAT, "Math", "log" },
	{ RULE_FLOAT, "Math", "log2" },
	{ RULE_FLOAT, "Math", "log10" },
	{ RULE_FLOAT, "Math", "pow" },
	{ RULE_TIMER, "process", "nextTick" },
};

/* Functions that belong to nobody. */
static const struct {
	Rule rule;
	const char *name;
} functions[] = {
	{ RULE_RANDOM, "randomBytes" },	    { RULE_RANDOM, "randomUUID" },
	{ RULE_RANDOM, "randomInt" },	    { RULE_RANDOM, "uuidv1" },
	{ RULE_RANDOM, "uuidv4" },	    { RULE_RANDOM, "uuidv7" },
	{ RULE_RANDOM, "nanoid" },	    { RULE_NETWORK, "fetch" },
	{ RULE_NETWORK, "WebSocket" },	    { RULE_NETWORK, "XMLHttpRequest" },
	{ RULE_TIMER, "setTimeout" },	    { RULE_TIMER, "setInterval" },
	{ RULE_TIMER, "setImmediate" },	    { RULE_EVAL, "eval" },
	{ RULE_EVAL, "Function" },	    { RULE_FLOAT, "parseFloat" },
};

/* Methods whatever they belong to. */
static const struct {
	Rule rule;
	const char *name;
} methods[] = {
	{ RULE_LOCALE, "localeCompare" },
	{ RULE_LOCALE, "toLocaleString" },
	{ RULE_LOCALE, "toLocaleDateString" },
	{ RULE_LOCALE, "toLocaleTimeString" },
	{ RULE_LOCALE, "getTimezoneOffset" },
	{ RULE_RICH_QUERY, "getQueryResult" },
	{ RULE_RICH_QUERY, "getQueryResultWithPagination" },
	{ RULE_RICH_QUERY, "getPrivateDataQueryResult" },
};

static const struct {
	Rule rule;
	const char *name;
} modules[] = {
	{ RULE_NETWORK, "http" },	   { RULE_NETWORK, "https" },
	{ RULE_NETWORK, "http2" },	   { RULE_NETWORK, "net" },
	{ RULE_NETWORK, "tls" },	   { RULE_NETWORK, "dgram" },
	{ RULE_NETWORK, "dns" },	   { RULE_NETWORK, "axios" },
	{ RULE_NETWORK, "node-fetch" },	   { RULE_NETWORK, "undici" },
	{ RULE_NETWORK, "request" },	   { RULE_NETWORK, "got" },
	{ RULE_NETWORK, "superagent" },	   { RULE_NETWORK, "ws" },
	{ RULE_ENVIRONMENT, "os" },	   { RULE_ENVIRONMENT, "cluster" },
	{ RULE_ENVIRONMENT, "child_process" },
	{ RULE_ENVIRONMENT, "worker_threads" },
	{ RULE_FILES, "fs" },		   { RULE_FILES, "fs/promises" },
	{ RULE_RANDOM, "uuid" },	   { RULE_RANDOM, "nanoid" },
	{ RULE_RANDOM, "crypto-random-string" },
	{ RULE_TIME, "perf_hooks" },
};

/* A walk over the tokens of a file. */
typedef struct {
	const GArray *tokens;
	const char *file;
	Findings *findings;
} Walk;

static void
found(const Walk *walk, Rule rule, gint64 i, const char *detail)
{
	findings_add(walk->findings, rule, walk->file,
		     token_at(walk->tokens, i)->line, detail);
}

static gboolean
is_dot(const Token *token)
{
	return token_is_mark(token, ".") || token_is_mark(token, "?.");
}

/* A name of its own: no member of something, no name in a declaration of a
 * method or property. */
static gboolean
stands_alone(const Walk *walk, gint64 i)
{
	const Token *before = token_at(walk->tokens, i - 1);

	return !is_dot(before) && !token_is_name(before, "function") &&
	       !token_is_mark(token_at(walk->tokens, i + 1), ":");
}

/* ---- the rules ---- */

/* JSON.stringify of something that was sorted, as far as its words tell. */
static gboolean
sorts_inside(const Walk *walk, gint64 i)
{
	const gint64 last = MIN(i + INSIDE_MAX, (gint64)walk->tokens->len);
	guint depth = 0;

	for (; i < last; i++) {
		const Token *token = token_at(walk->tokens, i);
		g_autofree char *lower = NULL;

		if (token_is_mark(token, "("))
			depth++;
		else if (token_is_mark(token, ")") && --depth == 0)
			return FALSE;
		if (token->kind != TOKEN_NAME)
			continue;
		lower = g_ascii_strdown(token->text, token->len);
		if (strstr(lower, "sort") != NULL)
			return TRUE;
	}
	return FALSE;
}

static void
look_at_member(const Walk *walk, gint64 i)
{
	const Token *object = token_at(walk->tokens, i);
	const Token *member = token_at(walk->tokens, i + 2);

	if (!is_dot(token_at(walk->tokens, i + 1)) || !stands_alone(walk, i))
		return;
	for (gsize k = 0; k < G_N_ELEMENTS(members); k++) {
		const MemberRule *one = &members[k];
		g_autofree char *detail = NULL;

		if (!token_text_is(object, one->object) ||
		    (one->member != NULL &&
		     !token_text_is(member, one->member)))
			continue;
		if (one->rule == RULE_JSON && sorts_inside(walk, i + 3))
			continue;
		detail = g_strdup_printf("%s.%.*s", one->object,
					 (int)member->len, member->text);
		found(walk, one->rule, i, detail);
	}
}

static void
look_at_function(const Walk *walk, gint64 i)
{
	const Token *name = token_at(walk->tokens, i);
	g_autofree char *text = g_strndup(name->text, name->len);

	if (!token_is_mark(token_at(walk->tokens, i + 1), "("))
		return;
	for (gsize k = 0; k < G_N_ELEMENTS(functions); k++)
		if (stands_alone(walk, i) &&
		    strcmp(text, functions[k].name) == 0)
			found(walk, functions[k].rule, i, text);
	for (gsize k = 0; k < G_N_ELEMENTS(methods); k++)
		if (is_dot(token_at(walk->tokens, i - 1)) &&
		    strcmp(text, methods[k].name) == 0)
			found(walk, methods[k].rule, i, text);
}

/* Without an argument it is the clock's; as a function it always is. */
static void
look_at_date(const Walk *walk, gint64 i)
{
	const Token *next = token_at(walk->tokens, i + 1);
	const gboolean made = token_is_name(token_at(walk->tokens, i - 1),
					    "new");
	const gboolean called = token_is_mark(next, "(");
	const gboolean empty =
		!called || token_is_mark(token_at(walk->tokens, i + 2), ")");

	if (!stands_alone(walk, i) || is_dot(next))
		return;
	if (made && empty)
		found(walk, RULE_TIME, i, "new Date()");
	else if (!made && called)
		found(walk, RULE_TIME, i, "Date()");
}

static void
look_at_for(const Walk *walk, gint64 i)
{
	const gint64 last = MIN(i + INSIDE_MAX, (gint64)walk->tokens->len);
	guint depth = 0;

	for (i++; i < last; i++) {
		const Token *token = token_at(walk->tokens, i);

		if (token_is_mark(token, "("))
			depth++;
		else if (token_is_mark(token, ")") && --depth == 0)
			return;
		else if (token_is_mark(token, ";") || depth == 0)
			return;
		if (depth == 1 && token_is_name(token, "in")) {
			found(walk, RULE_FOR_IN, i, NULL);
			return;
		}
	}
}

/* The module's name that stands at i. */
static void
look_at_module(const Walk *walk, gint64 i)
{
	const Token *name = token_at(walk->tokens, i);
	g_autofree char *text = g_strndup(name->text, name->len);
	const char *plain =
		g_str_has_prefix(text, "node:") ? text + 5 : text;

	for (gsize k = 0; k < G_N_ELEMENTS(modules); k++)
		if (strcmp(plain, modules[k].name) == 0)
			found(walk, modules[k].rule, i, plain);
}

static void
look_at_name(const Walk *walk, gint64 i)
{
	const Token *name = token_at(walk->tokens, i);
	const Token *next = token_at(walk->tokens, i + 1);
	const Token *after = token_at(walk->tokens, i + 2);

	look_at_member(walk, i);
	look_at_function(walk, i);
	if (token_text_is(name, "Date"))
		look_at_date(walk, i);
	else if (token_text_is(name, "for"))
		look_at_for(walk, i);
	else if ((token_text_is(name, "require") ||
		  token_text_is(name, "import")) &&
		 token_is_mark(next, "(") && stands_alone(walk, i) &&
		 after->kind == TOKEN_STRING)
		look_at_module(walk, i + 2);
	else if ((token_text_is(name, "from") ||
		  token_text_is(name, "import")) &&
		 next->kind == TOKEN_STRING)
		look_at_module(walk, i + 1);
}

static void
look_at_number(const Walk *walk, gint64 i)
{
	const Token *number = token_at(walk->tokens, i);

	if (memchr(number->text, '.', number->len) != NULL)
		found(walk, RULE_FLOAT, i, NULL);
}

void
rules_apply(const GArray *tokens, const char *file, Findings *findings)
{
	const Walk walk = { tokens, file, findings };

	for (gint64 i = 0; i < tokens->len; i++) {
		if (token_at(tokens, i)->kind == TOKEN_NAME)
			look_at_name(&walk, i);
		else if (token_at(tokens, i)->kind == TOKEN_NUMBER)
			look_at_number(&walk, i);
	}
}
