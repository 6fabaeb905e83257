/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/hex.h: bytes as people see them: "0x" and hexadecimal digits.
 */
#ifndef HOST_GATEWAY_HEX_H
#define HOST_GATEWAY_HEX_H

#include <glib.h>

/* Decodes "0x" and an even number of hexadecimal digits, in either case, to at
 * most `max` bytes. Returns NULL and a phrase in `why` otherwise. */
GBytes *hex_decode(const char *text, gsize max, const char **why);

/* "0x" and lower-case digits; free with g_free. */
char *hex_encode(const void *data, gsize len);

#endif
