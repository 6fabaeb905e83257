/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/format.h: values as people read them. All results are new strings.
 */
#ifndef TOOLS_CTL_FORMAT_H
#define TOOLS_CTL_FORMAT_H

#include <glib.h>

/* "812 B", "1.4 KiB", "3.0 GiB". */
char *format_bytes(guint64 bytes);
/* "just now", "12 s ago", "3 h ago", "in 2 d"; both in ms since 1970. */
char *format_age(gint64 then_ms, gint64 now_ms);
/* "45 s", "3 min 20 s", "2 d 5 h": the two largest units. */
char *format_duration(guint64 ms);
/* "2026-03-01T08:15:30.250Z"; ms since 1970. */
char *format_time(gint64 ms);
/* "0x1a2b3c4d..9e8f7a6b" of a longer hash. */
char *format_short_hash(const char *hash);
/* Text from outside, fit for a terminal: control characters and what is not
 * UTF-8 become \xHH, so that nobody else drives the user's terminal. */
char *format_safe(const char *text);
/* Columns of a terminal that the text takes. */
guint format_width(const char *text);

#endif
