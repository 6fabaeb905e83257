/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/metadata.h: what a call carries beside its messages (PROTOCOL-HTTP2.md,
 * "Custom-Metadata"): names with values, in order, names more than once if need
 * be. A name that ends in "-bin" has any bytes for a value, another one
 * printable ASCII. [any], one thread at a time
 */
#ifndef GRPC_METADATA_H
#define GRPC_METADATA_H

#include <glib.h>

typedef struct GrpcMetadata GrpcMetadata;

typedef struct {
	const char *name;
	const guint8 *value; /* decoded; a zero follows that is not counted */
	gsize len;
} GrpcField;

GrpcMetadata *grpc_metadata_new(void);
void grpc_metadata_free(GrpcMetadata *metadata);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GrpcMetadata, grpc_metadata_free)

/* Copies name and value; a length of -1 is that of the text.
 *
 * Returns: FALSE, with an error (GRPC_INVALID_ARGUMENT), when the name has
 * other characters than 0-9 a-z _ - . or is one that gRPC or HTTP uses, or the
 * value is not printable ASCII or has blanks around it. */
gboolean grpc_metadata_add(GrpcMetadata *metadata, const char *name,
			   const void *value, gssize len, GError **error);

/* NULL counts as empty in all of these. Fields live as long as the metadata. */
guint grpc_metadata_count(const GrpcMetadata *metadata);
const GrpcField *grpc_metadata_at(const GrpcMetadata *metadata, guint i);
/* The first of that name, or NULL. */
const GrpcField *grpc_metadata_find(const GrpcMetadata *metadata,
				    const char *name);
gboolean grpc_metadata_is_binary(const char *name);

#endif
