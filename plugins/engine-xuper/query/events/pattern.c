/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/events/pattern.h"

#include <regex.h>
#include <string.h>

#include <bsn/helpers/error.h>

struct Pattern {
	regex_t regex;
};

void
pattern_free(Pattern *pattern)
{
	if (pattern == NULL)
		return;
	regfree(&pattern->regex);
	g_free(pattern);
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
	g_autofree Pattern *made = NULL;
	GString *posix;
	int failed;

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
	failed = regcomp(&made->regex, posix->str, REG_EXTENDED | REG_NOSUB);
	g_string_free(posix, TRUE);
	if (failed != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s is no regular expression", field);
	*pattern = g_steal_pointer(&made);
	return BSN_OK;
}

gboolean
pattern_matches(const Pattern *pattern, bsn_slice text)
{
	g_autofree char *copy = NULL;

	if (pattern == NULL)
		return TRUE;
	if (text.len > PATTERN_TEXT_MAX)
		return FALSE;
	copy = g_strndup((const char *)text.data, (gsize)text.len);
	return regexec(&pattern->regex, copy != NULL ? copy : "", 0, NULL, 0) ==
	       0;
}
