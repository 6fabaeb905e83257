/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/encoding.h: how header values are written (PROTOCOL-HTTP2.md, "Requests"
 * and "Responses"). Pure. [any]
 */
#ifndef GRPC_ENCODING_H
#define GRPC_ENCODING_H

#include <glib.h>

/* grpc-message: everything but printable ASCII without % is percent-encoded.
 * Free with g_free. */
char *grpc_percent_encode(const char *text);
/* What is no percent-encoding stays as it is, what is no UTF-8 becomes U+FFFD:
 * a message is never lost. Free with g_free. */
char *grpc_percent_decode(const char *text, gsize len);

/* A "-bin" value: base64 (RFC 4648 section 4) without padding. g_free it. */
char *grpc_base64_encode(const guint8 *data, gsize len);
/* With or without padding. NULL when it is no base64; g_free it. */
guint8 *grpc_base64_decode(const char *text, gsize len, gsize *decoded_len);

#define GRPC_TIMEOUT_TEXT 10 /* bytes, with the final zero */

/* grpc-timeout of so many microseconds, above 0, in the finest unit that has
 * room for it in 8 digits, rounded up. */
void grpc_timeout_encode(gint64 timeout, char text[GRPC_TIMEOUT_TEXT]);
/* Microseconds, rounded up; FALSE when the value is no timeout. */
gboolean grpc_timeout_decode(const char *text, gint64 *timeout);

#endif
