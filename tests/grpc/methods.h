/* SPDX-License-Identifier: Apache-2.0
 *
 * The service that both sides of the tests with @grpc/grpc-js have, in C and in
 * JavaScript (tests/integration/grpc.mjs). Messages are plain bytes.
 */
#ifndef TESTS_GRPC_METHODS_H
#define TESTS_GRPC_METHODS_H

#include "grpc/connection.h"

#define SERVICE "/bsn.test.Echo/"

/* The message back; metadata with x- in headers and trailers. */
static const GrpcMethod method_unary = { SERVICE "Unary", FALSE, FALSE };
/* "N SIZE": N messages of so many bytes. */
static const GrpcMethod method_count = { SERVICE "Count", FALSE, TRUE };
/* "N BYTES" of what came. */
static const GrpcMethod method_sum = { SERVICE "Sum", TRUE, FALSE };
/* Each message back. */
static const GrpcMethod method_chat = { SERVICE "Chat", TRUE, TRUE };
/* "CODE TEXT": that status, with "details of TEXT". */
static const GrpcMethod method_fail = { SERVICE "Fail", FALSE, FALSE };
/* No answer. */
static const GrpcMethod method_hang = { SERVICE "Hang", FALSE, FALSE };
/* Reads one message and no more. */
static const GrpcMethod method_stall = { SERVICE "Stall", TRUE, TRUE };

#endif
