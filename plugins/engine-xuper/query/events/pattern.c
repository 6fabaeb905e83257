/* SPDX-License-Identifier: Apache-2.0
 *
 * Matching: all ways through the steps at once, byte by byte (Thompson, CACM 11,
 * 1968). So a text takes at most its length times the steps, and no memory
 * whatever was matched before; the C library's regexec takes minutes for some
 * patterns of 150 bytes.
 */
#include "plugins/engine-xuper/query/events/pattern.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/query/events/pattern_steps.h"

struct Pattern {
	GArray *steps; /* Step */
};

void
pattern_free(Pattern *pattern)
{
	if (pattern == NULL)
		return;
	g_array_unref(pattern->steps);
	g_free(pattern);
}

int32_t
pattern_new(const char *field, const char *text, Pattern **pattern,
	    bsn_err *err)
{
	GArray *steps;

	*pattern = NULL;
	if (*text == '\0')
		return BSN_OK;
	if (strlen(text) > PATTERN_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s has more than %u bytes", field,
				PATTERN_MAX);
	steps = steps_read(text);
	if (steps == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s is no regular expression, or has a "
				"repetition count or an escape that is not "
				"offered here",
				field);
	*pattern = g_new(Pattern, 1);
	(*pattern)->steps = steps;
	return BSN_OK;
}

/* ---- matching ---- */

/* Where ways have come to before a byte. */
typedef struct {
	const Step *steps;
	guint *here;  /* steps that take a byte, n of them */
	guint n;
	guint *stack; /* steps that are to be gone on from */
	guint *seen;  /* by step: the last time that a way came to it */
	guint time;
	gboolean begin, end; /* of the text */
	gboolean matched;
} Ways;

/* Goes on as far as it goes without a byte. Each step is on the stack once at
 * most, as it is marked when it comes there. */
static void
push(Ways *ways, guint *depth, guint step)
{
	if (ways->seen[step] == ways->time)
		return;
	ways->seen[step] = ways->time;
	ways->stack[(*depth)++] = step;
}

static void
go_on(Ways *ways, guint from)
{
	guint depth = 0;

	push(ways, &depth, from);
	while (depth > 0) {
		const guint at = ways->stack[--depth];
		const Step *step = &ways->steps[at];

		switch (step->kind) {
		case STEP_BYTE:
			ways->here[ways->n++] = at;
			break;
		case STEP_BEGIN:
			if (ways->begin)
				push(ways, &depth, at + 1);
			break;
		case STEP_END:
			if (ways->end)
				push(ways, &depth, at + 1);
			break;
		case STEP_FORK:
			push(ways, &depth, (guint)((gint)at + step->to));
			push(ways, &depth, (guint)((gint)at + step->other));
			break;
		case STEP_MATCH:
			ways->matched = TRUE;
			break;
		}
	}
}

/* One more way may begin before each byte. */
static gboolean
run(Ways *ways, bsn_slice text, guint *before)
{
	for (guint64 i = 0; !ways->matched; i++) {
		guint *last = ways->here;
		const guint n = ways->n;

		ways->here = before;
		before = last;
		ways->n = 0;
		ways->time++;
		ways->begin = i == 0;
		ways->end = i == text.len;
		for (guint k = 0; k < n; k++)
			if (step_takes(&ways->steps[before[k]],
				       text.data[i - 1]))
				go_on(ways, before[k] + 1);
		go_on(ways, 0);
		if (i == text.len)
			break;
	}
	return ways->matched;
}

gboolean
pattern_matches(const Pattern *pattern, bsn_slice text)
{
	g_autofree guint *room = NULL;
	guint n;

	if (pattern == NULL)
		return TRUE;
	if (text.len > PATTERN_TEXT_MAX)
		return FALSE;
	n = pattern->steps->len;
	room = g_new0(guint, 4 * (gsize)n);
	return run(&(Ways){ .steps = (const Step *)(void *)pattern->steps->data,
			    .here = room,
			    .stack = room + n,
			    .seen = room + 2 * (gsize)n },
		   text, room + 3 * (gsize)n);
}
