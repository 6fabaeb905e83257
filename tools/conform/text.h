/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/text.h: text of a plugin's, fit for any report.
 */
#ifndef TOOLS_CONFORM_TEXT_H
#define TOOLS_CONFORM_TEXT_H

#include <glib.h>

/* Bytes of one text in a report; the rest of a longer one is only counted. */
#define CONFORM_TEXT_MAX 4096u

/* Valid UTF-8 of printable characters on one line: what is neither becomes
 * \n, \t, \x1b or \u{202e}, so that no text can end a line, colour a terminal,
 * turn the direction of writing or be refused by XML. NULL is "". */
char *conform_text(const char *text);
/* Bytes as hexadecimal digits; g_free. */
char *conform_hex(const void *data, gsize len);

#endif
