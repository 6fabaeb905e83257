/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/head_scan.h: finds the end of a request's head (the empty line
 * after the header fields) in bytes as they arrive. Pure.
 */
#ifndef HOST_GATEWAY_HEAD_SCAN_H
#define HOST_GATEWAY_HEAD_SCAN_H

#include <glib.h>

typedef struct {
	gsize length; /* bytes of the head so far, or in all once done */
	gboolean done;
	gboolean in_line; /* the present line has a byte other than CR */
} HeadScan;

/* Takes the next bytes; those after the head are left alone. */
void head_scan(HeadScan *scan, const guint8 *data, gsize len);

#endif
