/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/hex.h: bytes as hexadecimal digits.
 */
#ifndef TOOLS_CTL_HEX_H
#define TOOLS_CTL_HEX_H

#include <glib.h>

/* Lower case, "0x" in front when `prefix`. */
char *ctl_hex_encode(const guint8 *data, gsize len, gboolean prefix);
/* Digits of either case with or without "0x"; NULL when it is not that. */
GBytes *ctl_hex_decode(const char *text);
/* The same into exactly `len` bytes; FALSE when it is not that long. */
gboolean ctl_hex_decode_fixed(const char *text, guint8 *out, gsize len);

#endif
