/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/reason.h: putting reason texts together: text from outside inside
 * them, and where it went wrong in front of them.
 */
#ifndef PLUGINS_KIT_REASON_H
#define PLUGINS_KIT_REASON_H

#include <stdarg.h>

#include <bsn/base.h>
#include <glib.h>

/* Characters of a quotation. */
#define QUOTE_MAX 40u

/* The text in double quotes: valid UTF-8, without control characters, cut
 * after QUOTE_MAX characters with "..."; the caller frees it. [any] */
char *quote_text(bsn_slice text);
/* The same without the quotes, for numbers and other JSON. [any] */
char *clip_text(bsn_slice text);

/* Puts a step of a path, printf style, in front of the reason that `err` (may
 * be NULL) has, so that a path is built while an error travels up: "it must be
 * true", "[3]: it must be true", "args.items[3]: it must be true". What does
 * not fit any more is cut at the end. [any] */
void reason_at(bsn_err *err, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Copies a reason, valid UTF-8, as far as whole characters of it fit. [any] */
void reason_copy(char reason[BSN_REASON_MAX], const char *text);

/* The same of a text that is made, printf style. [any] */
void reason_print(char reason[BSN_REASON_MAX], const char *format, va_list args)
	G_GNUC_PRINTF(2, 0);

#endif
