/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/status.h: what a call ends with (grpc/doc/statuscodes.md). Pure. [any]
 */
#ifndef GRPC_STATUS_H
#define GRPC_STATUS_H

#include <glib.h>

typedef enum {
	GRPC_OK = 0,
	GRPC_CANCELLED = 1,
	GRPC_UNKNOWN = 2,
	GRPC_INVALID_ARGUMENT = 3,
	GRPC_DEADLINE_EXCEEDED = 4,
	GRPC_NOT_FOUND = 5,
	GRPC_ALREADY_EXISTS = 6,
	GRPC_PERMISSION_DENIED = 7,
	GRPC_RESOURCE_EXHAUSTED = 8,
	GRPC_FAILED_PRECONDITION = 9,
	GRPC_ABORTED = 10,
	GRPC_OUT_OF_RANGE = 11,
	GRPC_UNIMPLEMENTED = 12,
	GRPC_INTERNAL = 13,
	GRPC_UNAVAILABLE = 14,
	GRPC_DATA_LOSS = 15,
	GRPC_UNAUTHENTICATED = 16,
} GrpcStatus;

#define GRPC_STATUS_MAX GRPC_UNAUTHENTICATED

/* Errors of this module; their code is a GrpcStatus. */
#define GRPC_ERROR (grpc_error_quark())
GQuark grpc_error_quark(void);

/* "NOT_FOUND"; "UNKNOWN" for a number that is no status. */
const char *grpc_status_name(guint status);
/* Of an answer that came from no gRPC server, by its HTTP status
 * (grpc/doc/http-grpc-status-mapping.md). */
GrpcStatus grpc_status_of_http(guint http_status);
/* Of a stream that the other side reset with an HTTP/2 error code
 * (PROTOCOL-HTTP2.md, "Errors"). */
GrpcStatus grpc_status_of_reset(guint32 error_code);

#endif
