/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/regex.h: regular expressions that cannot take for
 * ever: Perl's, of bytes, as Erlang's `re` has them for CouchDB. How long one
 * takes is counted in steps, the same on all nodes, not in time.
 */
#ifndef FABRIC_RICH_REGEX_H
#define FABRIC_RICH_REGEX_H

#include <bsn/base.h>
#include <glib.h>

/* Bytes of an expression. */
#define REGEX_MAX 4096u
/* Steps that are taken before anybody counts, and of one text at most. */
#define REGEX_FREE_STEPS 1000u
#define REGEX_STEPS_MAX 1000000u

typedef struct Regex Regex;

/* Returns: an expression for regex_free, or NULL. Errors: BSN_BAD_REQUEST with
 * what is wrong and where. [any] */
Regex *regex_new(bsn_slice pattern, bsn_err *err);
void regex_free(Regex *regex);

/* In, out: effort: steps that may be taken beyond the free ones.
 * Returns: BSN_OK. Errors: BSN_OUT_OF_BUDGET. By one thread at a time. */
int32_t regex_match(Regex *regex, bsn_slice text, guint64 *effort,
		    gboolean *found, bsn_err *err);

#endif
