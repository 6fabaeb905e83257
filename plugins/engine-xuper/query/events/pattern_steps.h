/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/query/events/pattern_steps.h: a regular expression as steps.
 * Internal to patterns.
 */
#ifndef XUPER_QUERY_EVENTS_PATTERN_STEPS_H
#define XUPER_QUERY_EVENTS_PATTERN_STEPS_H

#include <glib.h>

typedef enum {
	STEP_BYTE,  /* takes one of `bytes`, and goes to the next step */
	STEP_BEGIN, /* only at the text's beginning */
	STEP_END,
	STEP_FORK,  /* both ways */
	STEP_MATCH,
} StepKind;

typedef struct {
	StepKind kind;
	gint to, other;	  /* of a fork: so many steps away */
	guint32 bytes[8]; /* a set */
} Step;

static inline gboolean
step_takes(const Step *step, guint8 byte)
{
	return (step->bytes[byte / 32] >> byte % 32 & 1) != 0;
}

/* Steps of a text of at most PATTERN_MAX bytes, the last one STEP_MATCH; at most
 * three for each byte and one. NULL: it is no expression, or one that is not
 * offered. [any] */
GArray *steps_read(const char *text);

#endif
