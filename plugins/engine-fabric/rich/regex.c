/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/rich/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <bsn/helpers/error.h>

/* KiB for what a match remembers to go back to. */
#define HEAP_MAX_KIB 4096u
/* Brackets within each other. */
#define NESTING_MAX 50u

struct Regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

static pcre2_code *
compile(bsn_slice pattern, bsn_err *err)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	PCRE2_SIZE at = 0;
	int number = 0;
	PCRE2_UCHAR text[120] = "";
	pcre2_code *code;

	pcre2_set_parens_nest_limit(context, NESTING_MAX);
	/* UTF cannot be asked for from within the pattern. */
	code = pcre2_compile(pattern.data, (PCRE2_SIZE)pattern.len,
			     PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, &number, &at,
			     context);
	pcre2_compile_context_free(context);
	if (code == NULL) {
		(void)pcre2_get_error_message(number, text, sizeof(text));
		(void)bsn_fail(err, BSN_BAD_REQUEST, "%s at byte %zu",
			       (const char *)text, (size_t)at);
	}
	return code;
}

Regex *
regex_new(bsn_slice pattern, bsn_err *err)
{
	pcre2_code *code;
	Regex *regex;

	if (pattern.len > REGEX_MAX) {
		(void)bsn_fail(err, BSN_BAD_REQUEST,
			       "it has more than %u bytes", REGEX_MAX);
		return NULL;
	}
	code = compile(pattern, err);
	if (code == NULL)
		return NULL;
	regex = g_new(Regex, 1);
	*regex = (Regex){ code, pcre2_match_data_create(1, NULL),
			  pcre2_match_context_create(NULL) };
	pcre2_set_heap_limit(regex->limits, HEAP_MAX_KIB);
	return regex;
}

void
regex_free(Regex *regex)
{
	if (regex == NULL)
		return;
	pcre2_match_context_free(regex->limits);
	pcre2_match_data_free(regex->data);
	pcre2_code_free(regex->code);
	g_free(regex);
}

static int
try_with(Regex *regex, bsn_slice text, guint32 steps)
{
	static const guint8 none;

	pcre2_set_match_limit(regex->limits, steps);
	pcre2_set_depth_limit(regex->limits, steps);
	return pcre2_match(regex->code, text.len > 0 ? text.data : &none,
			   (PCRE2_SIZE)text.len, 0, PCRE2_NO_JIT, regex->data,
			   regex->limits);
}

/* Nobody tells how many steps a match took, only that they were too many. So
 * each try has ten times as many, and they are paid for. */
int32_t
regex_match(Regex *regex, bsn_slice text, guint64 *effort, gboolean *found,
	    bsn_err *err)
{
	guint32 steps = REGEX_FREE_STEPS;
	int result = try_with(regex, text, steps);

	while ((result == PCRE2_ERROR_MATCHLIMIT ||
		result == PCRE2_ERROR_DEPTHLIMIT) &&
	       steps < REGEX_STEPS_MAX && steps * 10 <= *effort) {
		steps *= 10;
		*effort -= steps;
		result = try_with(regex, text, steps);
	}
	*found = result >= 0;
	return *found || result == PCRE2_ERROR_NOMATCH
		       ? BSN_OK
		       : bsn_fail(err, BSN_OUT_OF_BUDGET,
				  "a regular expression of the selector takes "
				  "too many steps: make it simpler, or begin "
				  "it with ^");
}
