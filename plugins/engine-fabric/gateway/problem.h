/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/problem.h: how a call failed, in the words of
 * Fabric's gateway: a gRPC status, and whose fault it was, one ErrorDetail for
 * each node (google.rpc.Status, which goes into grpc-status-details-bin).
 */
#ifndef FABRIC_GATEWAY_PROBLEM_H
#define FABRIC_GATEWAY_PROBLEM_H

#include <bsn/helpers/error.h>
#include <glib.h>

/* gRPC's, grpc/doc/statuscodes.md. */
#define PROBLEM_UNKNOWN 2u
#define PROBLEM_INVALID_ARGUMENT 3u
#define PROBLEM_DEADLINE_EXCEEDED 4u
#define PROBLEM_NOT_FOUND 5u
#define PROBLEM_ALREADY_EXISTS 6u
#define PROBLEM_PERMISSION_DENIED 7u
#define PROBLEM_RESOURCE_EXHAUSTED 8u
#define PROBLEM_FAILED_PRECONDITION 9u
#define PROBLEM_ABORTED 10u
#define PROBLEM_UNIMPLEMENTED 12u
#define PROBLEM_INTERNAL 13u
#define PROBLEM_UNAVAILABLE 14u

/* Bytes of the status's message and of google.rpc.Status: clients take 8 KiB of
 * trailers by default, and base64 makes four of three. */
#define PROBLEM_MESSAGE_MAX 1024u
#define PROBLEM_DETAILS_MAX 4096u

typedef struct {
	guint code;
	char *message;
	GPtrArray *details; /* ProblemDetail; NULL: none */
} Problem;

/* Takes nothing; strings are made valid UTF-8. problem_clear frees. [any] */
void problem_set(Problem *problem, guint code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* Of one node. NULL is "". [any] */
void problem_add(Problem *problem, const char *address, const char *msp_id,
		 const char *message);
void problem_clear(Problem *problem);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Problem, problem_clear)

/* The google.rpc.Status, as many details as there is room for, their messages
 * shortened when they are long; empty without any. For g_byte_array_unref.
 * [any] */
GByteArray *problem_pack(const Problem *problem);

#endif
