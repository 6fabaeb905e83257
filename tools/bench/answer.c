/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/answer.h"

#include <string.h>

/* A place in a text. */
typedef struct {
	const char *at, *end;
} Scan;

static gboolean
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void
skip_space(Scan *scan)
{
	while (scan->at < scan->end && is_space(*scan->at))
		scan->at++;
}

static gboolean
take(Scan *scan, char c)
{
	skip_space(scan);
	if (scan->at >= scan->end || *scan->at != c)
		return FALSE;
	scan->at++;
	return TRUE;
}

/* Behind the closing quote of a string whose first one is there; what is
 * between them, escapes as they stand. FALSE at the text's end. */
static gboolean
take_string(Scan *scan, AnswerPart *inner)
{
	const char *begin;

	if (!take(scan, '"'))
		return FALSE;
	begin = scan->at;
	for (; scan->at < scan->end; scan->at++) {
		if (*scan->at == '\\') {
			scan->at++;
		} else if (*scan->at == '"') {
			*inner = (AnswerPart){ begin,
					       (gsize)(scan->at - begin) };
			scan->at++;
			return TRUE;
		}
	}
	scan->at = scan->end;
	return FALSE;
}

/* Over one value of any kind. */
static void
skip_value(Scan *scan)
{
	AnswerPart inner;
	guint depth = 0;

	skip_space(scan);
	while (scan->at < scan->end) {
		const char c = *scan->at;

		if (c == '"') {
			take_string(scan, &inner);
		} else if (c == '{' || c == '[') {
			depth++;
			scan->at++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return;
			depth--;
			scan->at++;
		} else if (depth == 0 && (c == ',' || is_space(c))) {
			return;
		} else {
			scan->at++;
			continue;
		}
		if (depth == 0)
			return;
	}
}

/* Within an object, behind its brace: the next member's name; the value is
 * next. FALSE when there is none: then it is behind the object. */
static gboolean
next_member(Scan *scan, AnswerPart *name)
{
	(void)take(scan, ',');
	if (take(scan, '}'))
		return FALSE;
	return take_string(scan, name) && take(scan, ':');
}

static gboolean
is(const AnswerPart *part, const char *word)
{
	return part->len == strlen(word) &&
	       memcmp(part->text, word, part->len) == 0;
}

static void
keep(AnswerResult *result, const AnswerPart *word)
{
	const gsize len = MIN(word->len, ANSWER_NAME_MAX - 1);

	memcpy(result->name, word->text, len);
	result->name[len] = '\0';
}

/* The name of an error, which is an object or something else. */
static void
take_error(Scan *scan, AnswerResult *result)
{
	AnswerPart name, word;

	if (!take(scan, '{')) {
		skip_value(scan);
		return;
	}
	while (next_member(scan, &name))
		if (is(&name, "name") && take_string(scan, &word))
			keep(result, &word);
		else
			skip_value(scan);
	result->committed = FALSE;
}

/* One transaction's object. */
static void
take_result(Scan *scan, AnswerResult *result)
{
	gboolean refused = FALSE;
	AnswerPart name, word;

	*result = (AnswerResult){ .committed = FALSE };
	if (!take(scan, '{')) {
		skip_value(scan);
		return;
	}
	while (next_member(scan, &name)) {
		if (is(&name, "error")) {
			refused = TRUE;
			take_error(scan, result);
		} else if (is(&name, "stage") && take_string(scan, &word)) {
			if (!refused)
				keep(result, &word);
			result->committed = is(&word, "committed");
		} else {
			skip_value(scan);
		}
	}
	result->committed &= !refused;
	if (result->committed)
		result->name[0] = '\0';
}

/* Behind the bracket of the array that is called so; FALSE: there is none. */
static gboolean
enter_array(Scan *scan, const char *wanted)
{
	AnswerPart name;

	if (!take(scan, '{'))
		return FALSE;
	while (next_member(scan, &name)) {
		if (wanted == NULL || is(&name, wanted))
			return take(scan, '[');
		skip_value(scan);
	}
	return FALSE;
}

/* Whether an element comes. */
static gboolean
next_element(Scan *scan)
{
	(void)take(scan, ',');
	return !take(scan, ']') && scan->at < scan->end;
}

guint
answer_results(const char *text, gsize len, AnswerEach each, void *user)
{
	Scan scan = { text, text + len };
	AnswerResult result;
	guint n = 0;

	if (!enter_array(&scan, "results"))
		return 0;
	while (next_element(&scan)) {
		const char *begin = scan.at;

		take_result(&scan, &result);
		if (scan.at == begin)
			break;
		each(&result, n++, user);
	}
	return n;
}

void
answer_one(const char *text, gsize len, AnswerResult *result)
{
	Scan scan = { text, text + len };

	take_result(&scan, result);
}

void
answer_elements(const char *text, gsize len, guint max, GArray *parts)
{
	Scan scan = { text, text + len };

	if (!enter_array(&scan, NULL))
		return;
	for (guint i = 0; i < max && next_element(&scan); i++) {
		AnswerPart part;

		skip_space(&scan);
		part.text = scan.at;
		skip_value(&scan);
		part.len = (gsize)(scan.at - part.text);
		if (part.len == 0)
			return;
		g_array_append_val(parts, part);
	}
}
