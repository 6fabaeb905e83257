/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-call.h: the host's gRPC (`bsn.grpc/1`) for tests: calls
 * that a test makes of an engine's methods, and what is answered. It fails a
 * test in which a rule of bsn/ext/grpc.h is broken: two messages of a method
 * that does not stream, a message or `read` after the end, one that is too
 * large.
 */
#ifndef TESTS_UNIT_FABRIC_CALL_H
#define TESTS_UNIT_FABRIC_CALL_H

#include <bsn/ext/grpc.h>
#include <glib.h>

extern const bsn_grpc fabric_call_grpc;

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
	guint room;	  /* messages that it takes until fabric_call_room */
	gboolean refused; /* it was, since */
	gboolean closed;
} FabricCall;

/* A call with a first message to a chain "one". `client`: its TLS certificate;
 * "" none. */
FabricCall *fabric_call_open(const bsn_engine_grpc *engine, bsn_ledger *ledger,
			     const char *path, bsn_slice message,
			     const char *client);
/* Answers a `read`, of which there must be one. */
void fabric_call_message(FabricCall *call, bsn_slice message);
void fabric_call_ended(FabricCall *call);
/* Takes so many more; `writable` comes when it was refused before. */
void fabric_call_room(FabricCall *call, guint room);
/* The host's `closed`, also when the client has gone. */
void fabric_call_close(FabricCall *call);
/* Closes it when it was not. */
void fabric_call_free(FabricCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FabricCall, fabric_call_free)

#endif
