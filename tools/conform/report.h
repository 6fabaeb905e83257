/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/report.h: a run's results, written for people and programs.
 * Each appends a whole document to `out`, UTF-8; texts of the plugin's are made
 * printable (tools/conform/text.h).
 */
#ifndef TOOLS_CONFORM_REPORT_H
#define TOOLS_CONFORM_REPORT_H

#include "tools/conform/result.h"

#define REPORT_SCHEMA "bsn.conformance-report/1"

/* For a terminal: a tree of groups and checks; how it ended comes last. Checks
 * that are not good have the end of their evidence; all have all of it when it
 * is verbose. */
void report_tree(const Report *report, gboolean colour, gboolean verbose,
		 GString *out);
/* TAP version 13; a file that could not be loaded is one failure. */
void report_tap(const Report *report, GString *out);
/* REPORT_SCHEMA. What differs from run to run (times of day, durations) is
 * under keys named "timing" and nowhere else. */
void report_json(const Report *report, GString *out);
/* JUnit's XML, as continuous integration takes it. */
void report_junit(const Report *report, GString *out);
/* One page that needs nothing else, for a screen of any width and for paper. */
void report_html(const Report *report, GString *out);

/* ---- what they share ---- */

/* What became of one check, on one line:
 * "CRASHED tx.submit-malformed in bsn_tx_ops.submit, SIGSEGV",
 * "FAIL ledger.count: 4 transactions, 5 in the blocks", "pass tx.query". */
char *result_line(const Result *result);
/* The same without verdict and id: "in bsn_tx_ops.submit, SIGSEGV"; may be
 * empty. */
char *result_why(const Result *result);
/* "tx" of "tx.submit-malformed". */
char *check_group_name(const Check *check);
/* "engine, consensus" of BSN_KIND_*. */
char *kinds_text(guint32 kinds);
/* How many results have this verdict. */
guint report_count(const Report *report, Verdict verdict);
/* "217 checks: 200 pass, 3 FAIL". */
char *report_counts(const Report *report);

#endif
