/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/head_scan.h"

void
head_scan(HeadScan *scan, const guint8 *data, gsize len)
{
	for (gsize i = 0; i < len && !scan->done; i++) {
		scan->length++;
		if (data[i] == '\n') {
			scan->done = !scan->in_line;
			scan->in_line = FALSE;
		} else if (data[i] != '\r') {
			scan->in_line = TRUE;
		}
	}
}
