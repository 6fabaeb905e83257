/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/check/tokens.h: JavaScript and TypeScript cut into
 * tokens, as far as reading about a program needs it: comments are passed over,
 * what stands in strings, templates and regular expressions is no code; code
 * inside a template's ${} is.
 *
 * All functions: [any].
 */
#ifndef RUNTIME_CHAINCODE_TOKENS_H
#define RUNTIME_CHAINCODE_TOKENS_H

#include <bsn/helpers/bytes.h>
#include <glib.h>

/* Tokens of one file; what is behind them is not looked at. */
#define TOKENS_MAX (1u << 20)

typedef enum {
	TOKEN_NAME, /* also a keyword */
	TOKEN_NUMBER,
	TOKEN_STRING, /* without its quotes */
	TOKEN_TEMPLATE, /* a piece of text of one, without its marks */
	TOKEN_REGEX,
	TOKEN_MARK, /* one to four characters: "{", "=>", "?." */
} TokenKind;

typedef struct {
	TokenKind kind;
	guint line; /* from 1 */
	guint32 len;
	const char *text; /* borrowed from the source */
} Token;

/* A GArray of Token; any bytes are cut somehow. */
GArray *tokens_of(bsn_slice source);

static inline const Token *
token_at(const GArray *tokens, gint64 i)
{
	static const Token none = { TOKEN_MARK, 0, 0, "" };

	return i >= 0 && i < tokens->len ?
		       &g_array_index(tokens, Token, (guint)i) : &none;
}

static inline gboolean
token_text_is(const Token *token, const char *text)
{
	return token->len == strlen(text) &&
	       memcmp(token->text, text, token->len) == 0;
}

static inline gboolean
token_is_name(const Token *token, const char *text)
{
	return token->kind == TOKEN_NAME && token_text_is(token, text);
}

static inline gboolean
token_is_mark(const Token *token, const char *text)
{
	return token->kind == TOKEN_MARK && token->len > 0 &&
	       token_text_is(token, text);
}

#endif
