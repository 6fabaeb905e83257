/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/report.h: what the scanning child tells its parent over a pipe,
 * and the verdict that comes of it.
 *
 * The stream is a sequence of frames: length of what follows (2 bytes,
 * big-endian, 1 to 1 + REPORT_TEXT_MAX), kind (1 byte), UTF-8 text. Each frame
 * is one write of less than PIPE_BUF bytes, so that it arrives whole or not at
 * all. The last frame of a complete report is REPORT_DONE or REPORT_REFUSED.
 */
#ifndef HOST_PLUGIN_REPORT_H
#define HOST_PLUGIN_REPORT_H

#include "host/plugin/rule.h"

#define REPORT_TEXT_MAX 2048u
/* Longest report, in bytes: a plugin of a hundred algorithms. */
#define REPORT_MAX (256u << 10)

typedef enum {
	REPORT_WHERE = 'w',   /* what is run from here on: "bsn_plugin_open" */
	REPORT_NAME = 'n',    /* bsn_plugin.name */
	REPORT_VENDOR = 'v',  /* bsn_plugin.vendor */
	REPORT_OFFER = 'o',   /* "signature sm2" */
	REPORT_REFUSED = 'r', /* rule id, space, reason */
	REPORT_DONE = 'd',    /* no text: the plugin is good */
} ReportKind;

/* Writes a frame; longer text is cut. FALSE when the pipe is gone. */
gboolean report_write(int fd, ReportKind kind, const char *text);

/* What a scan found out about a file. */
typedef struct {
	Refusal refusal; /* RULE_NONE: it can be loaded */
	char *name, *vendor;
	char **offers; /* NULL-ended */
} ScanVerdict;

void scan_verdict_clear(ScanVerdict *verdict);

typedef struct {
	char *where;   /* of the last REPORT_WHERE; NULL when none came */
	int complete;  /* REPORT_DONE or REPORT_REFUSED came */
	int malformed; /* the bytes are not what the scanner writes */
	ScanVerdict verdict;
} Report;

/* Reads a report, whole or cut short; the bytes may be anything. What was good
 * before a malformed frame is kept. */
void report_parse(Report *report, const guint8 *data, gsize len);
void report_clear(Report *report);

#endif
