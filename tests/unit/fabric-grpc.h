/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-grpc.h: calls of Fabric's clients, as the host brings them
 * to engine-fabric's gateway/. Nothing can fail: it fails the test.
 */
#ifndef TESTS_UNIT_FABRIC_GRPC_H
#define TESTS_UNIT_FABRIC_GRPC_H

#include "gateway/gateway.pb-c.h"
#include "plugins/engine-fabric/gateway/call.h"
#include "tests/unit/fake-grpc.h"

typedef struct {
	Channel *channel;
	bsn_grpc_call *grpc;
	void *own;
	int32_t status; /* what `opened` returned */
	bsn_err err;
} GrpcCall;

/* Opens a call of a method ("gateway.Gateway/Submit") with a first message. */
GrpcCall *grpc_call(Channel *channel, const char *path, bsn_slice message);
/* The same with a structure of protobuf-c's. */
GrpcCall *grpc_call_message(Channel *channel, const char *path,
			    const void *message);
/* By a client with a TLS certificate of such bytes; "" for none. */
void grpc_call_certificate(const char *certificate);
/* Which channel a message is for; NULL: it does not say. For g_free. */
char *grpc_route(const char *path, bsn_slice message);
/* It is closed, if it has been opened, and freed. */
void grpc_call_end(GrpcCall *call);
/* The host has room again. */
void grpc_call_writable(GrpcCall *call);

/* It is over with such a code and message; a message is a beginning. */
void grpc_assert_over(const GrpcCall *call, guint code, const char *message);
void grpc_assert_pending(const GrpcCall *call);
/* It is over, and well; unpacks its only answer, for protobuf_c_message_free.
 */
void *grpc_answer(const GrpcCall *call, const ProtobufCMessageDescriptor *type);
/* "address MSP message; ..." of its details; for g_free. */
char *grpc_details(const GrpcCall *call);

#endif
