/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/query/events/pattern.h: the regular expressions of a
 * BlockFilter, which come from clients: POSIX's extended ones (IEEE
 * 1003.1, 9.4) with \d, \w and \s, a subset of XuperChain's (RE2). What may
 * take long is refused: repetition counts, references, long patterns.
 */
#ifndef XUPER_QUERY_EVENTS_PATTERN_H
#define XUPER_QUERY_EVENTS_PATTERN_H

#include <bsn/base.h>
#include <glib.h>

#define PATTERN_MAX 256u       /* bytes */
#define PATTERN_TEXT_MAX 1024u /* of what is matched; a longer text does not \
				*/

typedef struct Pattern Pattern;

/* Returns: BSN_OK; an empty text gives NULL, which matches all.
 * Errors:  BSN_BAD_REQUEST: the reason names the field. [any] */
int32_t pattern_new(const char *field, const char *text, Pattern **pattern,
		    bsn_err *err);
void pattern_free(Pattern *pattern); /* NULL is fine */
/* Whether it is anywhere in the text. [strand] */
gboolean pattern_matches(const Pattern *pattern, bsn_slice text);

#endif
