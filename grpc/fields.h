/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/fields.h: the header list of a request, a response or its trailers,
 * field by field as it comes: what gRPC and HTTP/2 mean by some of them, and
 * the metadata. Pure. Internal.
 */
#ifndef GRPC_FIELDS_H
#define GRPC_FIELDS_H

#include "grpc/metadata.h"

typedef struct {
	/* NULL where it did not come. */
	char *method, *path, *authority; /* of a request */
	char *timeout;			 /* grpc-timeout */
	char *http_status;		 /* of a response */
	char *status, *message;		 /* grpc-status, grpc-message */
	GBytes *details;		 /* grpc-status-details-bin */
	char *content_type, *encoding;	 /* of both */
	GrpcMetadata *metadata;		 /* all the others; never NULL */
	char *broken;			 /* what was wrong; NULL: nothing */
	gsize size;			 /* as HTTP/2 counts it */
	gsize size_max;			 /* no more is kept */
} GrpcFields;

GrpcFields *grpc_fields_new(gsize size_max);
void grpc_fields_free(GrpcFields *fields);

/* Takes a field that is well-formed HTTP/2. A value that no metadata can have
 * is left out (PROTOCOL-HTTP2.md, "ASCII-Value"). */
void grpc_fields_add(GrpcFields *fields, const char *name, const guint8 *value,
		     gsize value_len);
gboolean grpc_fields_too_large(const GrpcFields *fields);
/* "application/grpc", alone or with "+..." or ";...". */
gboolean grpc_fields_is_grpc(const GrpcFields *fields);
/* Messages are as they are, not compressed. */
gboolean grpc_fields_is_identity(const GrpcFields *fields);

#endif
