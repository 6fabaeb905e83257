/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/report_style.h: how the page looks.
 */
#ifndef TOOLS_BENCH_REPORT_STYLE_H
#define TOOLS_BENCH_REPORT_STYLE_H

extern const char report_style[]; /* CSS */

#endif
