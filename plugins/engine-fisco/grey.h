/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/grey.h: who gets the candidate of a grey release: a
 * share of all callers, and some that are named.
 *
 *   {"percent": 10, "callers": ["0x...", ...]}, each optional, at least one
 *
 * All functions: [any].
 */
#ifndef FISCO_GREY_H
#define FISCO_GREY_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

#define GREY_CALLERS_MAX 1000u

typedef struct {
	guint64 percent;     /* 0 to 100 */
	GByteArray *callers; /* 20 bytes each, by ascending address; NULL: no
			      * one */
} Grey;

void grey_clear(Grey *grey);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Grey, grey_clear)
void grey_copy(const Grey *from, Grey *to);

/* Adds a caller, 20 bytes; again is fine. FALSE: there are too many. */
gboolean grey_add_caller(Grey *grey, const guint8 *address);
gboolean grey_has_caller(const Grey *grey, const guint8 *address);

/* Reads it; `where` is its name in reasons.
 *
 * Returns: BSN_OK and a Grey for grey_clear. Errors: BSN_BAD_REQUEST. */
int32_t grey_parse(const json_t *object, const char *where, Grey *grey,
		   bsn_err *err);
/* A new reference. */
json_t *grey_json(const Grey *grey);

#endif
