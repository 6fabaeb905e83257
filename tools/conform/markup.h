/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/markup.h: text put into XML and HTML.
 */
#ifndef TOOLS_CONFORM_MARKUP_H
#define TOOLS_CONFORM_MARKUP_H

#include <glib.h>

/* Like printf; the arguments of %s are escaped, the format is not. Texts of
 * somebody else's are cleaned first: by conform_text, or bsn-bench's
 * clean_text. */
void markup_append(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
