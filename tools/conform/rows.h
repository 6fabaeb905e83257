/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/rows.h: the rows of the standard, and what a run found about
 * each.
 */
#ifndef TOOLS_CONFORM_ROWS_H
#define TOOLS_CONFORM_ROWS_H

#include "tools/conform/result.h"

typedef struct {
	guint table; /* 1 or 2 */
	const char *row;
	gboolean required;
	const char *title, *title_zh;
} StandardRow;

/* All, in the order of the standard; `row` of the last is NULL. */
extern const StandardRow standard_rows[];
/* Whether the standard asks every framework for a row. */
gboolean row_is_required(const char *row);

/* What the checks of a row found together: the worst of those that are not
 * good, else a warning, else that it passed, else that it is not claimed.
 * FALSE when none of them was run. */
gboolean row_verdict(const Report *report, const char *row, Verdict *verdict);
/* Its name, or "not-run". */
const char *row_verdict_name(const Report *report, const char *row);
/* "30 rows of the standard: 28 pass, 2 not-run". */
char *row_counts(const Report *report);

#endif
