/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/hex.h: bytes as hexadecimal text, as the gateway writes them:
 * lower case with 0x in front.
 *
 * All functions: [any].
 */
#ifndef PLUGINS_KIT_HEX_H
#define PLUGINS_KIT_HEX_H

#include <bsn/base.h>
#include <glib.h>

/* "0x" and two digits a byte; the caller frees it. */
char *hex_encode(bsn_slice bytes);

/* Appends the bytes of a text, with or without 0x, in either case.
 *
 * Returns: TRUE, or FALSE with nothing appended when the number of digits is
 *          odd or a character is no digit. */
gboolean hex_decode(const char *text, gsize len, GByteArray *out);

/* The same into a buffer of exactly `size` bytes: FALSE, and nothing written,
 * for any other number of bytes. */
gboolean hex_decode_fixed(const char *text, gsize len, void *out, gsize size);

#endif
