/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/page.h: memory that the tool shares with the child that runs a
 * check: what the child was doing is known however it ends.
 */
#ifndef TOOLS_CONFORM_PAGE_H
#define TOOLS_CONFORM_PAGE_H

#include <glib.h>

#include "tools/conform/result.h"

/* Bytes of evidence of one check; what comes after is counted, not kept. */
#define PAGE_EVIDENCE_MAX (192u << 10)

typedef struct {
	guint32 ended;   /* the verdict is there */
	guint32 verdict; /* Verdict */
	guint32 beat;    /* changes while a long check is alive */
	char call[96];   /* in progress: "bsn_tx_ops.submit"; empty: none */
	char summary[1024];
	guint32 left_out;     /* lines of evidence that had no room */
	guint32 evidence_len; /* bytes */
	char evidence[PAGE_EVIDENCE_MAX]; /* lines */
} Page;

/* NULL when there is no memory. */
Page *page_new(void);
/* page_free(NULL) does nothing. */
void page_free(Page *page);

/* Forgets everything. */
void page_clear(Page *page);
/* Appends a line; control characters in it become spaces. */
void page_add(Page *page, const char *line);
/* The lines, for Result.evidence. */
GPtrArray *page_lines(const Page *page);
/* What the child is doing; NULL: nothing of the plugin's. The text is copied.
 * Safe in a signal handler. */
void page_at(Page *page, const char *call);
/* The verdict; the first one counts. */
void page_end(Page *page, Verdict verdict, const char *summary);

#endif
