/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fake-grpc.h: bsn.grpc/1 of the fake host: what an engine does with
 * a client's call is kept.
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

#endif
