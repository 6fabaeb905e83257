/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/events/pattern.h"

#include <regex.h>
#include <string.h>

#include <bsn/helpers/error.h>

/* Bytes that are matched before what that keeps is let go of. */
#define MATCHED_MAX 4096u

struct Pattern {
	char *posix;
	regex_t regex;
	gboolean ready; /* regex is made */
	gsize matched;	/* bytes since then */
};

void
pattern_rest(Pattern *pattern)
{
	if (pattern == NULL || !pattern->ready)
		return;
	regfree(&pattern->regex);
	pattern->ready = FALSE;
	pattern->matched = 0;
}

void
pattern_free(Pattern *pattern)
{
	if (pattern == NULL)
		return;
	pattern_rest(pattern);
	g_free(pattern->posix);
	g_free(pattern);
}

static gboolean
make_ready(Pattern *pattern)
{
	if (!pattern->ready)
		pattern->ready = regcomp(&pattern->regex, pattern->posix,
					 REG_EXTENDED | REG_NOSUB) == 0;
	return pattern->ready;
}

/* What a backslash and a letter stand for, which POSIX does not have; NULL:
 * what it has, or what is none of these. */
static const char *
class_of(char letter)
{
	switch (letter) {
	case 'd':
		return "[0-9]";
	case 'w':
		return "[0-9A-Za-z_]";
	case 's':
		return "[[:space:]]";
	default: /* of a client */
		return NULL;
	}
}

/* The pattern as POSIX has it; NULL: something in it is not taken. */
static GString *
translate(const char *text)
{
	GString *out = g_string_new(NULL);
	gboolean fine = TRUE, in_set = FALSE;

	for (; fine && *text != '\0'; text++) {
		if (*text == '\\' && !in_set) {
			const char *class = class_of(*++text);

			fine = class != NULL || g_ascii_ispunct(*text);
			if (class != NULL)
				g_string_append(out, class);
			else if (fine)
				g_string_append_printf(out, "\\%c", *text);
			if (*text == '\0')
				break;
			continue;
		}
		in_set = in_set ? *text != ']' : *text == '[';
		fine = in_set || *text != '{';
		g_string_append_c(out, *text);
	}
	if (fine)
		return out;
	g_string_free(out, TRUE);
	return NULL;
}

int32_t
pattern_new(const char *field, const char *text, Pattern **pattern,
	    bsn_err *err)
{
	Pattern *made;
	GString *posix;

	*pattern = NULL;
	if (*text == '\0')
		return BSN_OK;
	if (strlen(text) > PATTERN_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s has more than %u bytes", field,
				PATTERN_MAX);
	posix = translate(text);
	if (posix == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s has a repetition count or an escape that "
				"is not offered here",
				field);
	made = g_new0(Pattern, 1);
	made->posix = g_string_free(posix, FALSE);
	if (!make_ready(made)) {
		pattern_free(made);
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s is no regular expression", field);
	}
	pattern_rest(made);
	*pattern = made;
	return BSN_OK;
}

gboolean
pattern_matches(Pattern *pattern, bsn_slice text)
{
	g_autofree char *copy = NULL;

	if (pattern == NULL)
		return TRUE;
	if (pattern->matched > MATCHED_MAX)
		pattern_rest(pattern);
	if (text.len > PATTERN_TEXT_MAX || !make_ready(pattern))
		return FALSE;
	pattern->matched += (gsize)text.len;
	copy = g_strndup((const char *)text.data, (gsize)text.len);
	return regexec(&pattern->regex, copy != NULL ? copy : "", 0, NULL, 0) ==
	       0;
}
