/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fake-private.h: what the sources of the fake host share.
 */
#ifndef TESTS_UNIT_FAKE_PRIVATE_H
#define TESTS_UNIT_FAKE_PRIVATE_H

#include "tests/unit/fake-host.h"
#include "tools/sim/store.h"

typedef enum {
	FAKE_CLOSED,
	FAKE_OPENING,
	FAKE_OPEN,
	FAKE_CLOSING,
	FAKE_CRASHED, /* the engine cleans up; nothing has an effect */
} FakeState;

struct bsn_chain {
	char *name;
	FakeState state;
	const bsn_engine *engine; /* NULL when there is none */
	bsn_ledger *ledger;
	SimStore *store;
	gboolean automatic;
	int32_t writable;
	GHashTable *timers; /* guint64 id to guint64 due in ms */
	GArray *blocks;     /* guint64 */
	GPtrArray *waiting; /* replies that the engine owes an answer */
	char *given_up;     /* why; NULL: it is not */
	guint node;         /* whose chain it is */
	GPtrArray *joined;  /* bsn_chain: other nodes that it reaches */
};

/* Fails the running test; it goes on. */
void fake_broke(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Whether `service` may be called for the chain now; fails the test when not,
 * except after a crash, where calls are only without effect. */
gboolean fake_allowed(const bsn_chain *chain, const char *service,
		      gboolean closing_too);
gboolean fake_is_chain(const bsn_chain *chain);

/* The chains that exist. */
GPtrArray *fake_chains(void);

extern const bsn_store fake_store;
extern const bsn_net fake_net;
extern const bsn_timer fake_timer;
extern const bsn_events fake_events;
extern const bsn_chain_service fake_chain_service;
extern const bsn_log fake_log;
extern const bsn_clock fake_clock;
extern const bsn_random fake_random;
extern const bsn_keys fake_keys;
extern const bsn_parallel fake_parallel;
extern const bsn_crypto_by_name fake_crypto;
extern const bsn_runtimes fake_runtimes;
extern const bsn_consensuses fake_consensuses;

/* Fires one timer that is due at or before `ms`; FALSE when there is none. */
gboolean fake_timer_fire(bsn_chain *chain, guint64 ms);
/* When the earliest timer is due, in ms; G_MAXUINT64 for none. */
guint64 fake_timer_next(const bsn_chain *chain);
/* Says whose replies they are. */
void fake_replies_init(void);
/* bsn.net/1 if it is offered, or NULL. */
const void *fake_net_service(void);
/* A chain leaves all others, and what is on its way to it or from it is lost.
 */
void fake_net_forget(const bsn_chain *chain);
/* Whether it is a key of the node's, of whatever scheme. */
gboolean fake_node_has_key(guint node, bsn_slice public_key);
/* Forgets the nodes' keys, the log, and seeds the generator. */
void fake_services_reset(guint64 seed);

#endif
