/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/result.h: what a run found, from which every report is written.
 */
#ifndef TOOLS_CONFORM_RESULT_H
#define TOOLS_CONFORM_RESULT_H

#include "tools/conform/check.h"

/* X(symbol, name, good): names are stable; good ones do not spoil a level. */
#define VERDICT_MAP(X)                                                         \
	X(VERDICT_PASS, "pass", 1)                                             \
	X(VERDICT_NOT_CLAIMED, "not-claimed", 1) /* optional, not offered */   \
	X(VERDICT_WARN, "warn", 1)                                             \
	X(VERDICT_FAIL, "FAIL", 0)                                             \
	X(VERDICT_CRASHED, "CRASHED", 0)                                       \
	X(VERDICT_HUNG, "HUNG", 0)                                             \
	X(VERDICT_EXITED, "EXITED", 0)                                         \
	X(VERDICT_REFUSED, "REFUSED", 0) /* it could not be loaded */

typedef enum {
#define VERDICT_X(symbol, name, good) symbol,
	VERDICT_MAP(VERDICT_X)
#undef VERDICT_X
} Verdict;

const char *verdict_name(Verdict verdict);
gboolean verdict_is_good(Verdict verdict);

typedef struct {
	const Check *check;
	Verdict verdict;
	char *summary; /* one line: why; "" when it passed */
	char *call;    /* in which call it crashed or hung:
			* "bsn_tx_ops.submit"; or NULL */
	GPtrArray *evidence; /* char *: lines of what was done and what came,
			      * the same for the same plugin, seed and tool */
	guint64 seed;
	char *replay;   /* the one command that runs it alone */
	double seconds; /* a timing field */
} Result;

typedef struct {
	char *path, *file;     /* as given; its base name */
	char *digest;          /* "sm3:hex" of the file; NULL: unreadable */
	char *workload_digest; /* the same of its workload, or NULL */
	/* From the note; NULL and 0 where there is none that can be read. */
	char *id, *version;
	guint32 abi_major, abi_minor, kinds;
	/* As it says itself; NULL where that is not known. */
	char *name, *vendor, *licence, *framework;
	char *tool_version;
	guint edition;
	char *machine; /* "Linux x86_64, 2 CPUs" */
	char *started; /* ISO 8601, UTC; a timing field */
	double seconds; /* of the whole run; a timing field */
	guint64 seed;
	char *profile; /* "all", "table1", ... */
	char *extent; /* "whole", or what was done less or more of */
	char *refusal; /* one line: why it could not be loaded; NULL */
	GPtrArray *results; /* Result, in the order of the checks */
	gint level;         /* that was reached; LEVEL_NONE */
	gboolean conforming;
} Report;

void result_free(Result *result);
void report_free(Report *report);

#endif
