/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/units.h: numbers as people read them, with their units. Texts are
 * the caller's; an unknown number is "-". Never the locale's digits.
 */
#ifndef TOOLS_BENCH_UNITS_H
#define TOOLS_BENCH_UNITS_H

#include <glib.h>

char *units_count(double n);	   /* "1,234,567" */
char *units_rate(double a_second); /* "12,345", "12.3", "0.123" */
char *units_ms(double ms);	   /* "83 µs", "1.23 ms", "12.3 s" */
char *units_us(double us);	   /* the same of microseconds */
char *units_seconds(double s);	   /* "12.3 s", "2 min 3 s", "1 h 2 min" */
char *units_bytes(double bytes);   /* "312 B", "1.23 MB": thousands */
char *units_percent(double share); /* of 1: "12 %", "0.4 %" */
char *units_ratio(double ratio);   /* "1.23×" */

/* At most so many digits that count, none after them: "0.12", "12". */
char *units_short(double value);

#endif
