/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/reader.h: length-prefixed messages (PROTOCOL-HTTP2.md,
 * "Length-Prefixed-Message") out of bytes in any pieces. Pure. Internal.
 */
#ifndef GRPC_READER_H
#define GRPC_READER_H

#include <glib.h>

/* Compressed-Flag and Message-Length. */
#define GRPC_PREFIX_LEN 5u

typedef enum {
	GRPC_READER_MORE,    /* wants more bytes */
	GRPC_READER_LENGTH,  /* `len` is known and above 0; the body follows */
	GRPC_READER_MESSAGE, /* take it with grpc_reader_steal */
	GRPC_READER_COMPRESSED, /* has a flag that was not agreed upon */
	GRPC_READER_TOO_LARGE,	/* `len` is over the limit */
} GrpcReaderEvent;

typedef struct {
	gsize message_max;
	guint8 prefix[GRPC_PREFIX_LEN];
	guint prefix_len;
	guint8 *body;
	gsize len, at, room; /* announced, there, allocated */
} GrpcReader;

void grpc_reader_clear(GrpcReader *reader);
/* Reads until there is something to say. Memory grows with what came, not with
 * what was announced.
 *
 * Returns: bytes taken; all of them when the event is GRPC_READER_MORE. */
gsize grpc_reader_take(GrpcReader *reader, const guint8 *data, gsize len,
		       GrpcReaderEvent *event);
/* The message that is whole; the caller's. */
GBytes *grpc_reader_steal(GrpcReader *reader);
/* Some bytes of a message came, others did not. */
gboolean grpc_reader_is_inside(const GrpcReader *reader);

#endif
