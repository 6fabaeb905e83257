/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/header_list.h: a header list to be sent. It keeps copies of what is
 * added. Internal.
 */
#ifndef GRPC_HEADER_LIST_H
#define GRPC_HEADER_LIST_H

#include <nghttp2/nghttp2.h>

#include "grpc/metadata.h"
#include "grpc/status.h"

typedef struct {
	GArray *fields;	  /* nghttp2_nv */
	GPtrArray *texts; /* what they point to */
	gsize size;	  /* as HTTP/2 counts it */
} GrpcHeaderList;

void grpc_header_list_init(GrpcHeaderList *list);
void grpc_header_list_clear(GrpcHeaderList *list);
void grpc_header_list_add(GrpcHeaderList *list, const char *name,
			  const char *value);
void grpc_header_list_add_metadata(GrpcHeaderList *list,
				   const GrpcMetadata *metadata);
/* grpc-status, -message, -status-details-bin; the latter may be NULL. */
void grpc_header_list_add_status(GrpcHeaderList *list, GrpcStatus status,
				 const char *message, GBytes *details);
const nghttp2_nv *grpc_header_list_fields(const GrpcHeaderList *list);

#endif
