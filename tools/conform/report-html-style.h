/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/report-html-style.h: how the page looks.
 */
#ifndef TOOLS_CONFORM_REPORT_HTML_STYLE_H
#define TOOLS_CONFORM_REPORT_HTML_STYLE_H

/* CSS without < and &, so that the page is XML as well. */
extern const char report_html_style[];

#endif
