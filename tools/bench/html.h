/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/html.h: text put into HTML.
 */
#ifndef TOOLS_BENCH_HTML_H
#define TOOLS_BENCH_HTML_H

#include "tools/conform/markup.h"

/* A text of anybody's: valid UTF-8, control characters are question marks. For
 * a terminal, too. To be freed; NULL is empty. */
char *clean_text(const char *text);
/* A number of the picture, two digits behind the point, whatever the locale. */
void html_append_number(GString *out, double value);

#endif
