/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/html.h: text put into HTML.
 */
#ifndef TOOLS_BENCH_HTML_H
#define TOOLS_BENCH_HTML_H

#include <glib.h>

/* Like printf; the arguments of %s are escaped, the format is not. */
void html_append(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A text of anybody's: valid UTF-8, control characters are question marks. For
 * a terminal, too. To be freed; NULL is empty. */
char *clean_text(const char *text);
/* A number of the picture, two digits behind the point, whatever the locale. */
void html_append_number(GString *out, double value);

#endif
