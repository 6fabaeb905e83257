/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/scan.h: examines plugin files, each in a child process
 * (bsn-plugin-scan) with limits and a deadline.
 */
#ifndef HOST_PLUGIN_SCAN_H
#define HOST_PLUGIN_SCAN_H

#include <bsn/plugin.h>

#include "host/plugin/report.h"

/* Where the child writes its report. */
#define SCAN_REPORT_FD 3

/* One file to examine. It must be trusted: its code is run. */
typedef struct {
	const char *path;
	const bsn_note_desc *note;
	ScanVerdict verdict; /* of plugin_scan; scan_verdict_clear it */
} ScanJob;

/* Examines n files, a few at a time, and returns when all have their verdict,
 * each at most timeout_ms after its child was started. `scanner` is the path of
 * bsn-plugin-scan. Main thread. */
void plugin_scan(ScanJob *const *jobs, guint n, const char *scanner,
		 guint timeout_ms);

#endif
