/* SPDX-License-Identifier: Apache-2.0
 *
 * A gRPC client of the gateway's fixture, on a loop of its own that runs while a
 * test waits.
 */
#ifndef TESTS_UNIT_GRPC_SDK_H
#define TESTS_UNIT_GRPC_SDK_H

#include "grpc/event/transport.h"
#include "tests/unit/gateway_fixture.h"

typedef struct {
	struct event_base *base;
	SSL_CTX *tls;
	GrpcTransport *transport; /* NULL once it has ended */
	char *reason;             /* why */
} Sdk;

/* What became of a call. */
typedef struct {
	GrpcCall *rpc;  /* NULL once it is over */
	gboolean slow;  /* reads nothing but what is asked for by sdk_read */
	guint messages;
	gsize bytes;
	char *last;     /* message, as text */
	GrpcStatus status;
	char *why, *details;
} Asked;

extern const GrpcMethod method_unary, method_count, method_chat, method_sum,
	method_unknown;

/* `who` is as in ask_as; NULL shows no certificate. Handshakes as it is used. */
Sdk *sdk_new(Fixture *fixture, const char *who);
void sdk_free(Sdk *sdk);

/* Begins a call; timeout in us, 0 for none. `first` may be NULL. */
Asked *sdk_begin(Sdk *sdk, const GrpcMethod *method, const char *first,
		    gint64 timeout, gboolean slow);
gboolean sdk_send(Asked *asked, const char *text);
void asked_free(Asked *asked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asked, asked_free)

/* Runs the loop until it has happened. */
void sdk_await_end(Sdk *sdk, Asked *asked);
void sdk_await_messages(Sdk *sdk, const Asked *asked, guint n);
void sdk_await(Sdk *sdk, const gint *count, gint wanted);
void sdk_await_loss(Sdk *sdk);
/* One of them is over. */
void sdk_await_any(Sdk *sdk, Asked *const *asked, guint n);
/* A call of one message, to its end. */
Asked *sdk_ask(Sdk *sdk, const GrpcMethod *method, const char *first);

#endif
