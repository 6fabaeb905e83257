/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fake-grpc.h: bsn.grpc/1 of the fake host: what an engine does with
 * a client's call is kept.
 * tests/unit/fake-grpc.h: the host's gRPC (`bsn.grpc/1`) for tests of engines:
 * calls that a test makes of an engine's methods, and what is answered. It
 * fails a test in which a rule of bsn/ext/grpc.h is broken: two messages of a
 * method that does not stream, a message or `read` after the end, one that is
 * too large.
 */
#ifndef TESTS_UNIT_FAKE_GRPC_H
#define TESTS_UNIT_FAKE_GRPC_H

#include <bsn/ext/grpc.h>
#include <glib.h>

/* The ABI's handle, completed. */
struct bsn_grpc_call {
	GPtrArray *sent;   /* GBytes */
	gboolean full;     /* set by a test: nothing is taken, BSN_BUSY */
	guint reads;       /* how many messages were asked for */
	gboolean finished; /* by the engine, with: */
	guint32 code;
	char *message;
	GBytes *details;
};

bsn_grpc_call *fake_grpc_call_new(void);
void fake_grpc_call_free(bsn_grpc_call *call);

extern const bsn_grpc fake_grpc_table;
extern const bsn_grpc fake_grpc;

typedef struct {
	const bsn_engine_grpc *engine;
	bsn_ledger *ledger;
	const bsn_grpc_method *method;
	void *own;
	/* What the engine has done: */
	GPtrArray *sent; /* GBytes, in order */
	guint reads;	 /* that were not answered with a message yet */
	gboolean finished;
	guint32 code;
	char *message;
	GBytes *details;
	/* What `opened` has returned, and why not. */
	int32_t status;
	bsn_err err;
	/* Messages that it still takes; then it is BUSY until fake_grpc_room. */
	guint room;
	gboolean refused; /* it was, since */
	gboolean closed;
} FakeGrpcCall;

/* A call with a first message to a chain "one". `client`: its TLS certificate;
 * "" none. */
FakeGrpcCall *fake_grpc_call(const bsn_engine_grpc *engine, bsn_ledger *ledger,
			     const char *path, bsn_slice message,
			     const char *client);
/* Answers a `read`, of which there must be one. */
void fake_grpc_message(FakeGrpcCall *call, bsn_slice message);
void fake_grpc_ended(FakeGrpcCall *call);
/* Takes so many more; `writable` comes when it was refused before. */
void fake_grpc_room(FakeGrpcCall *call, guint room);
/* The host's `closed`, also when the client has gone. */
void fake_grpc_close(FakeGrpcCall *call);
/* Closes it when it was not. */
void fake_grpc_free(FakeGrpcCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeGrpcCall, fake_grpc_free)

#endif
