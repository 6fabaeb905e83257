/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/pointer.h"

#include <jansson.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Digits of an index at most: no array has more items. */
#define INDEX_DIGITS_MAX 9u

/* Numbers of any size are allowed: only their text is of interest. */
#define FLAGS                                                                  \
	(JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_REJECT_DUPLICATES |  \
	 JSON_ALLOW_NUL)

/* A part of a text that is known to be JSON, so that walking needs no checks:
 * every string and bracket is closed. */
typedef struct {
	const char *at, *end;
} Span;

gboolean
sim_pointer_is_sound(const char *pointer)
{
	if (*pointer != '\0' && *pointer != '/')
		return FALSE;
	for (; (pointer = strchr(pointer, '~')) != NULL; pointer++)
		if (pointer[1] != '0' && pointer[1] != '1')
			return FALSE;
	return TRUE;
}

/* ---- walking ------------------------------------------------------------- */

static void
skip_blanks(Span *text)
{
	while (text->at < text->end && strchr(" \t\r\n", *text->at) != NULL)
		text->at++;
}

static void
skip_string(Span *text)
{
	for (text->at++; *text->at != '"'; text->at++)
		text->at += *text->at == '\\' ? 1 : 0;
	text->at++;
}

static void
skip_brackets(Span *text)
{
	guint depth = 0;

	do {
		if (*text->at == '"') {
			skip_string(text);
			continue;
		}
		if (*text->at == '{' || *text->at == '[')
			depth++;
		else if (*text->at == '}' || *text->at == ']')
			depth--;
		text->at++;
	} while (depth > 0);
}

/* The value that begins here; `text` goes on behind it. */
static Span
take_value(Span *text)
{
	Span value;

	skip_blanks(text);
	value.at = text->at;
	if (*text->at == '"')
		skip_string(text);
	else if (*text->at == '{' || *text->at == '[')
		skip_brackets(text);
	else
		while (text->at < text->end &&
		       strchr(",]} \t\r\n", *text->at) == NULL)
			text->at++;
	value.end = text->at;
	return value;
}

static json_t *
decode(Span value)
{
	return json_loadb(value.at, (gsize)(value.end - value.at), FLAGS,
			  NULL);
}

static gboolean
is_name(Span value, const char *name)
{
	g_autoptr(json_t) string = decode(value);
	gsize len = strlen(name);

	return json_string_length(string) == len &&
	       memcmp(json_string_value(string), name, len) == 0;
}

/* Past the separator between items, or FALSE at the closing bracket. */
static gboolean
goes_on(Span *text)
{
	skip_blanks(text);
	if (*text->at == ',' || *text->at == ':')
		text->at++;
	skip_blanks(text);
	return *text->at != '}' && *text->at != ']';
}

static gboolean
find_member(Span *value, const char *name)
{
	Span text = { value->at + 1, value->end };

	while (goes_on(&text)) {
		Span key = take_value(&text);

		goes_on(&text);
		*value = take_value(&text);
		if (is_name(key, name))
			return TRUE;
	}
	return FALSE;
}

static gboolean
find_item(Span *value, const char *token)
{
	Span text = { value->at + 1, value->end };
	gsize digits = strspn(token, "0123456789");
	guint64 index;

	if (digits == 0 || digits > INDEX_DIGITS_MAX || token[digits] != '\0' ||
	    (token[0] == '0' && digits > 1))
		return FALSE;
	index = g_ascii_strtoull(token, NULL, 10);
	for (guint64 i = 0; goes_on(&text); i++) {
		*value = take_value(&text);
		if (i == index)
			return TRUE;
	}
	return FALSE;
}

/* "~1" is a slash and "~0" a tilde, in this order. */
static void
unescape(char *token)
{
	char *out = token;

	for (; *token != '\0'; token++) {
		if (*token == '~')
			*out++ = *++token == '1' ? '/' : '~';
		else
			*out++ = *token;
	}
	*out = '\0';
}

static gboolean
find(Span *value, const char *pointer)
{
	g_auto(GStrv) tokens = g_strsplit(pointer, "/", -1);

	for (guint i = 1; tokens[0] != NULL && tokens[i] != NULL; i++) {
		unescape(tokens[i]);
		if (!(*value->at == '{'	  ? find_member(value, tokens[i])
		      : *value->at == '[' ? find_item(value, tokens[i])
					  : FALSE))
			return FALSE;
	}
	return TRUE;
}

/* ---- as text ------------------------------------------------------------- */

static char *
string_text(Span value)
{
	g_autoptr(json_t) string = decode(value);
	const char *text = json_string_value(string);

	if (text == NULL || strlen(text) != json_string_length(string))
		return NULL;
	return g_strdup(text);
}

static char *
compact(Span value)
{
	GString *out = g_string_new(NULL);

	while (value.at < value.end) {
		const char *from = value.at;

		if (*from == '"')
			skip_string(&value);
		else
			value.at++;
		if (strchr(" \t\r\n", *from) == NULL)
			g_string_append_len(out, from, value.at - from);
	}
	return g_string_free(out, FALSE);
}

char *
sim_pointer_text(const char *json, gsize len, const char *pointer)
{
	g_autoptr(json_t) root = json_loadb(json, len, FLAGS, NULL);
	Span text = { json, json + len };
	Span value;

	if (root == NULL ||
	    (pointer != NULL && !sim_pointer_is_sound(pointer)))
		return NULL;
	value = take_value(&text);
	if (pointer != NULL && !find(&value, pointer))
		return NULL;
	return *value.at == '"' ? string_text(value) : compact(value);
}

gboolean
sim_json_is(bsn_slice text, gboolean object)
{
	g_autoptr(json_t) value =
		json_loadb(text.len > 0 ? (const char *)text.data : "",
			   text.len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES,
			   NULL);

	return value != NULL && (!object || json_is_object(value));
}
