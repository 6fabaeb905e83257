/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/json_scan.h: JSON read where it stands, without a tree of its
 * values. Pure functions; any thread.
 *
 * Each function reads on from `at`, and returns FALSE when something else
 * stands there, `at` being anywhere then. UTF-8 is judged in strings alone:
 * bytes over 0x7f have no place outside them.
 *
 * Source: RFC 8259.
 */
#ifndef HOST_GATEWAY_JSON_SCAN_H
#define HOST_GATEWAY_JSON_SCAN_H

#include <glib.h>

typedef struct {
	const guint8 *data;
	gsize at, len;
	guint depth;	 /* of arrays and objects around `at` */
	gboolean strict; /* what could have been written otherwise is refused,
			  * too: see json_scan_is_plain */
} JsonScan;

/* The byte at `at`, or -1 at the end. */
static inline int
json_scan_peek(const JsonScan *scan)
{
	return scan->at < scan->len ? scan->data[scan->at] : -1;
}

void json_scan_space(JsonScan *scan);
/* Space, and then the byte `c`. */
gboolean json_scan_take(JsonScan *scan, int c);
gboolean json_scan_string(JsonScan *scan);
/* Any value, nested no deeper than JSON_DEPTH_MAX. */
gboolean json_scan_value(JsonScan *scan);
/* What stands between brackets: `one` scans each, and commas part them. */
gboolean json_scan_list(JsonScan *scan, int open, int close,
			gboolean (*one)(JsonScan *scan, gpointer to),
			gpointer to);

/* Whether a text is one value as we would write it ourselves: without space,
 * numbers that are not whole or may not fit 64 bits, and escapes by number.
 * That no member is there twice is not looked at. */
gboolean json_scan_is_plain(const void *text, gsize len);

#endif
