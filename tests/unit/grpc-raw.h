/* SPDX-License-Identifier: Apache-2.0
 *
 * One end of an HTTP/2 connection that says whatever it is told to, frame by
 * frame, and writes down what the other end answers.
 */
#ifndef TESTS_UNIT_GRPC_RAW_H
#define TESTS_UNIT_GRPC_RAW_H

#include <nghttp2/nghttp2.h>

#include "grpc/connection.h"

typedef struct {
	GrpcConnection *other;
	gint64 now;
	GByteArray *out, *in;
	nghttp2_hd_deflater *deflater;
	nghttp2_hd_inflater *inflater;
	/* "headers(1) name=value ... end", "data(1) 5 end", "reset(1) 8",
	 * "goaway 11 text", a line each; settings, window updates and PING are
	 * left out. */
	GString *heard;
	guint pings; /* acknowledged */
} GrpcRaw;

/* Takes the connection that it speaks to; as a client it sends the preface, and
 * SETTINGS on both sides. */
GrpcRaw *grpc_raw_new(GrpcConnection *other, gboolean client, gint64 now);
void grpc_raw_free(GrpcRaw *raw);

void grpc_raw_frame(GrpcRaw *raw, guint8 type, guint8 flags, guint32 stream,
		    const void *payload, gsize len);
/* Pairs of name and value, then NULL. */
void grpc_raw_headers(GrpcRaw *raw, guint32 stream, gboolean end,
		      ...) G_GNUC_NULL_TERMINATED;
/* A request as it should be, and further fields. */
void grpc_raw_request(GrpcRaw *raw, guint32 stream, gboolean end,
		      const char *path, ...) G_GNUC_NULL_TERMINATED;
void grpc_raw_data(GrpcRaw *raw, guint32 stream, gboolean end, const void *data,
		   gsize len);
void grpc_raw_reset(GrpcRaw *raw, guint32 stream, guint32 code);
/* The other side hears all that, and answers. */
const char *grpc_raw_run(GrpcRaw *raw);

#endif
