/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/chaincode-peer.h: what an engine is to the runtime of chaincodes:
 * a chain with a strand (a thread of its own), a world state that answers what
 * chaincodes ask, and calls. Beside it the host's own input and output.
 */
#ifndef TESTS_UNIT_CHAINCODE_PEER_H
#define TESTS_UNIT_CHAINCODE_PEER_H

#include "plugins/runtime-chaincode/runtime.h"
#include "tests/unit/io-fixture.h"

typedef struct Peer Peer;

/* One call, and what came of it. */
typedef struct PeerCall PeerCall;
struct PeerCall {
	bsn_chaincode_run run;
	Peer *peer;
	PeerCall *caller; /* a chaincode's call; NULL: the test's */
	char *package_id, *tx_id;
	GBytes *input, *proposal;
	gboolean is_init;
	GHashTable *writes; /* key to value, or to NULL: deleted */
	GQueue *iterators;
	guint asked; /* questions */
	/* Not to be answered, but counted; the test does the rest. */
	gboolean silent;
	bsn_io_job done_job;
	guint done;
	int32_t begun; /* of `run` itself */
	int32_t status;
	char *reason;
	gint32 code; /* of the response */
	char *message;
	GString *payload;
	char *event_name, *event_payload;
};

/* One at a time. */
Peer *peer_new(const IoConfig *changes);
/* Closes the chain and stops I/O. */
void peer_free(Peer *peer);
IoFixture *peer_fixture(const Peer *peer);
/* The chain alone. */
void peer_close_chain(Peer *peer);

int32_t peer_start(Peer *peer, const char *package_id,
		   const GByteArray *package, bsn_err *err);
void peer_stop(Peer *peer, const char *package_id);
/* bsn_chaincode_runtime.status; the caller frees it. */
char *peer_status(Peer *peer);
/* Runs until the status has a text in it. */
void peer_await(Peer *peer, const char *text);

/* Arguments are separated by '|'. */
PeerCall *peer_begin(Peer *peer, const char *package_id, const char *tx_id,
		     const char *arguments);
/* The same with transient data and a creator in the proposal, or as INIT. */
PeerCall *peer_begin_with(Peer *peer, const char *package_id,
			  const char *tx_id, const char *arguments,
			  GBytes *proposal, gboolean is_init);
void peer_wait(PeerCall *call);
void peer_cancel(PeerCall *call);
void peer_call_free(PeerCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PeerCall, peer_call_free)
/* begin and wait; transaction ids are counted. */
PeerCall *peer_call(Peer *peer, const char *package_id, const char *arguments);

/* ---- chaincode-state.c ---- */

/* The world state; the strand's. */
typedef struct PeerState PeerState;
PeerState *peer_state_new(void);
void peer_state_free(PeerState *state);
void peer_state_apply(PeerState *state, GHashTable *writes, const char *tx_id);
/* What answers a question; NULL: there is no such question, or it is one for
 * another chaincode. `pages`: iterators of a call, which begin empty. */
GBytes *peer_state_answer(PeerState *state, PeerCall *call, guint32 type,
			  bsn_slice payload);
void peer_iterators_free(GQueue *iterators);

#endif
