/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-chaincode/check/tokens.h"

#include <string.h>

/* Templates in templates. */
#define DEPTH_MAX 64u
/* Tokens of a condition, so that hostile text costs no more than it is long. */
#define CONDITION_MAX 4096

typedef struct {
	const char *at, *end;
	guint line;
	GArray *tokens;
	/* Of each template that is open: braces that are open in its ${}. */
	guint braces[DEPTH_MAX];
	guint depth;
} Cutter;

static char
peek(const Cutter *cutter, gsize ahead)
{
	return (gsize)(cutter->end - cutter->at) > ahead ? cutter->at[ahead]
							 : '\0';
}

static gboolean
at_end(const Cutter *cutter)
{
	return cutter->at >= cutter->end;
}

static void
step(Cutter *cutter)
{
	if (*cutter->at == '\n')
		cutter->line++;
	cutter->at++;
}

static void
add(Cutter *cutter, TokenKind kind, const char *from, const char *to,
    guint line)
{
	const Token token = { kind, line, (guint32)(to - from), from };

	g_array_append_val(cutter->tokens, token);
}

/* ---- what is no code ---- */

static void
skip_line(Cutter *cutter)
{
	while (!at_end(cutter) && *cutter->at != '\n')
		cutter->at++;
}

static void
skip_comment(Cutter *cutter)
{
	cutter->at += 2;
	while (!at_end(cutter) &&
	       !(peek(cutter, 0) == '*' && peek(cutter, 1) == '/'))
		step(cutter);
	cutter->at = MIN(cutter->at + 2, cutter->end);
}

/* Blanks and comments. */
static void
skip(Cutter *cutter)
{
	while (!at_end(cutter)) {
		const char c = peek(cutter, 0);

		if (g_ascii_isspace(c) || c == '\0')
			step(cutter);
		else if (c == '/' && peek(cutter, 1) == '/')
			skip_line(cutter);
		else if (c == '/' && peek(cutter, 1) == '*')
			skip_comment(cutter);
		else
			return;
	}
}

/* ---- text in quotes ---- */

static void
cut_string(Cutter *cutter)
{
	const char quote = *cutter->at++;
	const char *from = cutter->at;
	const guint line = cutter->line;

	while (!at_end(cutter) && *cutter->at != quote &&
	       *cutter->at != '\n') {
		if (*cutter->at == '\\' && cutter->at + 1 < cutter->end)
			step(cutter);
		step(cutter);
	}
	add(cutter, TOKEN_STRING, from, cutter->at, line);
	if (!at_end(cutter) && *cutter->at == quote)
		cutter->at++;
}

/* Up to the closing mark, or to the next ${. */
static void
cut_template(Cutter *cutter)
{
	const char *from = cutter->at;
	const guint line = cutter->line;

	while (!at_end(cutter) && *cutter->at != '`' &&
	       !(peek(cutter, 0) == '$' && peek(cutter, 1) == '{')) {
		if (*cutter->at == '\\' && cutter->at + 1 < cutter->end)
			step(cutter);
		step(cutter);
	}
	add(cutter, TOKEN_TEMPLATE, from, cutter->at, line);
	if (at_end(cutter))
		return;
	if (*cutter->at == '`') {
		cutter->at++;
		return;
	}
	cutter->at += 2;
	if (cutter->depth < DEPTH_MAX)
		cutter->braces[cutter->depth] = 0;
	cutter->depth++;
}

static void
cut_regex(Cutter *cutter)
{
	const char *from = ++cutter->at;
	gboolean in_class = FALSE;

	while (!at_end(cutter) && *cutter->at != '\n' &&
	       (in_class || *cutter->at != '/')) {
		if (*cutter->at == '\\' && peek(cutter, 1) != '\n')
			cutter->at++;
		else if (*cutter->at == '[')
			in_class = TRUE;
		else if (*cutter->at == ']')
			in_class = FALSE;
		cutter->at++;
	}
	cutter->at = MIN(cutter->at, cutter->end);
	add(cutter, TOKEN_REGEX, from, cutter->at, cutter->line);
	if (!at_end(cutter) && *cutter->at == '/')
		cutter->at++;
}

/* ---- regular expression or division ---- */

/* The mark that opened what the token at `close` closes. */
static gint64
opening(const GArray *tokens, gint64 close)
{
	gint64 depth = 0;

	for (gint64 i = close; i >= 0 && i > close - CONDITION_MAX; i--) {
		if (token_is_mark(token_at(tokens, i), ")"))
			depth++;
		else if (token_is_mark(token_at(tokens, i), "(") &&
			 --depth == 0)
			return i;
	}
	return -1;
}

static gboolean
before_expression(const Token *name)
{
	static const char *const words[] = {
		"return", "typeof", "case",  "in",   "of",    "delete",
		"void",	  "throw",  "new",   "else", "do",    "await",
		"yield",  "instanceof", NULL
	};

	for (gsize i = 0; words[i] != NULL; i++)
		if (token_is_name(name, words[i]))
			return TRUE;
	return FALSE;
}

/* After a value it divides. What ends with ")" is a value unless it is the
 * condition of a statement. */
static gboolean
regex_may_begin(const GArray *tokens)
{
	const gint64 last = (gint64)tokens->len - 1;
	const Token *before = token_at(tokens, last);
	const Token *word;

	if (last < 0)
		return TRUE;
	switch (before->kind) {
	case TOKEN_NAME:
		return before_expression(before);
	case TOKEN_NUMBER:
	case TOKEN_STRING:
	case TOKEN_TEMPLATE:
	case TOKEN_REGEX:
		return FALSE;
	case TOKEN_MARK:
		break;
	}
	if (token_is_mark(before, "]") || token_is_mark(before, "}") ||
	    token_is_mark(before, "++") || token_is_mark(before, "--"))
		return FALSE;
	if (!token_is_mark(before, ")"))
		return TRUE;
	word = token_at(tokens, opening(tokens, last) - 1);
	return token_is_name(word, "if") || token_is_name(word, "while") ||
	       token_is_name(word, "for");
}

/* ---- code ---- */

static gboolean
in_name(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || c == '#' ||
	       (c & 0x80) != 0;
}

static void
cut_word(Cutter *cutter)
{
	const char *from = cutter->at;
	const gboolean number =
		g_ascii_isdigit(*from) ||
		(*from == '.' && g_ascii_isdigit(peek(cutter, 1)));

	while (!at_end(cutter)) {
		const char c = *cutter->at;
		const gboolean sign =
			(c == '+' || c == '-') && number &&
			g_ascii_tolower(cutter->at[-1]) == 'e' &&
			from[0] != '0';

		if (!in_name(c) && !(number && (c == '.' || sign)))
			break;
		cutter->at++;
	}
	add(cutter, number ? TOKEN_NUMBER : TOKEN_NAME, from, cutter->at,
	    cutter->line);
}

static void
cut_mark(Cutter *cutter)
{
	static const char *const long_marks[] = {
		">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=",
		"||=",	"?\?=", "=>",  "==",  "!=",  "<=",  ">=",	"&&",  "||",
		"??",	"?.",  "++",  "--",  "+=",  "-=",  "*=",	"/=",  "%=",
		"&=",	"|=",  "^=",  "<<",  ">>",  "**",  NULL
	};
	const char *from = cutter->at;
	gsize len = 1;

	for (gsize i = 0; long_marks[i] != NULL && len == 1; i++) {
		const gsize n = strlen(long_marks[i]);

		if ((gsize)(cutter->end - from) >= n &&
		    memcmp(from, long_marks[i], n) == 0)
			len = n;
	}
	cutter->at += len;
	add(cutter, TOKEN_MARK, from, cutter->at, cutter->line);
}

/* Braces inside of ${}: the one too many goes back into the template. */
static gboolean
back_in_template(Cutter *cutter)
{
	guint *open;

	if (cutter->depth == 0 || cutter->depth > DEPTH_MAX)
		return FALSE;
	open = &cutter->braces[cutter->depth - 1];
	if (*cutter->at == '{')
		(*open)++;
	if (*cutter->at != '}')
		return FALSE;
	if (*open > 0) {
		(*open)--;
		return FALSE;
	}
	cutter->depth--;
	cutter->at++;
	return TRUE;
}

static void
cut(Cutter *cutter)
{
	const char c = *cutter->at;

	if (back_in_template(cutter)) {
		cut_template(cutter);
	} else if (c == '"' || c == '\'') {
		cut_string(cutter);
	} else if (c == '`') {
		cutter->at++;
		cut_template(cutter);
	} else if (c == '/' && regex_may_begin(cutter->tokens)) {
		cut_regex(cutter);
	} else if (in_name(c) ||
		   (c == '.' && g_ascii_isdigit(peek(cutter, 1)))) {
		cut_word(cutter);
	} else {
		cut_mark(cutter);
	}
}

GArray *
tokens_of(bsn_slice source)
{
	Cutter cutter = { .at = (const char *)source.data,
			  .end = (const char *)source.data + source.len,
			  .line = 1,
			  .tokens = g_array_new(FALSE, FALSE, sizeof(Token)) };

	if (source.len == 0)
		return cutter.tokens;
	if (peek(&cutter, 0) == '#' && peek(&cutter, 1) == '!')
		skip_line(&cutter);
	skip(&cutter);
	while (!at_end(&cutter) && cutter.tokens->len < TOKENS_MAX) {
		cut(&cutter);
		skip(&cutter);
	}
	return cutter.tokens;
}
