/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/report-html.h: the parts of the page. Internal to report-html*.
 */
#ifndef TOOLS_CONFORM_REPORT_HTML_H
#define TOOLS_CONFORM_REPORT_HTML_H

#include "tools/conform/report.h"

/* The class of a verdict's colour: "good", "bad", "warn", "none". */
const char *html_class(Verdict verdict);
void html_verdict(GString *out, const char *class, const char *name);
/* How many checks have a verdict of that class. */
guint html_count(const Report *report, const char *class);

/* What is not good, then what is warned of, each with a link to its check. */
void html_not_good(GString *out, const Report *report);
/* Every check with all that is known about it. */
void html_checks(GString *out, const Report *report);

#endif
