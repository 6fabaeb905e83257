/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/internal.h: the inside of a chain, for host/chain and for the
 * services that plugins call with a chain's handle.
 */
#ifndef HOST_CHAIN_INTERNAL_H
#define HOST_CHAIN_INTERNAL_H

#include <bsn/ext/session.h>

#include "host/chain/chain.h"
#include "host/chain/intake.h"
#include "host/chain/table.h"
#include "host/service/net.h"
#include "host/service/timer.h"

typedef struct ParallelOrder ParallelOrder; /* parallel.c */

/* A host that lends its services to chains. */
struct ChainTable {
	Loop *loop;
	Workers *workers;
	Store *store;
	Keystore *keystore;
	StoreSpace *space;    /* the host's own: records of chains */
	GHashTable *by_name;  /* name -> Chain, holds a reference */
	GHashTable *waiting;  /* cookie -> TableOp that waits for the store */
	guint64 last_cookie;
	guint32 last_number;  /* of a chain; never used again */
	guint changing;       /* lifecycle operations under way */
	void (*block_listener)(void *owner, Chain *chain, guint64 number);
	void *block_owner;
	void (*end_listener)(void *owner, Chain *chain, const char *reason);
	void *end_owner;
	GQueue orders;        /* ParallelOrder that wait for a chain's change */
	ArmedTimer *timers;   /* main loop only */
	const NetCarrier *carrier; /* NULL: this host speaks to no other */
	void *carrier_owner;
	gboolean stopping, stopped; /* chain_table_stop */
	void (*idle)(void *owner);
	void *idle_owner;
};

/* Batches of an engine that are on their way to the disk, with the time of
 * each, in order; one that finds no place is not timed. */
#define CHAIN_TIMED 16u
typedef struct {
	struct {
		guint64 cookie, since_ns;
	} batches[CHAIN_TIMED]; /* a ring */
	guint first, n;
} ChainTimed;

struct bsn_chain {
	gint refs; /* atomic */
	ChainTable *table;
	Strand *strand;
	const bsn_engine *engine;
	char *name, *framework, *config;
	char *parent; /* chain that has begun it, or NULL */
	guint32 number; /* prefix in the store */
	guint64 created_ms;
	GBytes *genesis;

	ChainState state; /* main loop */
	char *reason;     /* main loop */
	gboolean ended;   /* main loop: its parent has closed it */

	/* From here on the strand's, unless said otherwise. */
	StoreSpace *space;
	bsn_ledger *ledger; /* NULL unless open */
	bsn_reply *newest_reply;
	ChainTimed timed;
	ChainTimers timers;
	bsn_session *newest_session; /* that the engine knows */
	NetChain *net; /* NULL before the engine has named members */
	GQueue compilations; /* that the engine waits for: host/compile */
	GQueue watchers;     /* ChainWatcher */
	gboolean leaving;    /* its watchers have been told */
	guint64 life;        /* how often it was opened */
	guint orders, questions; /* on their way: parallel.c, question.c */
	ChainIntake submissions, rpcs;
	StrandCall block_call; /* to the main loop */
	guint64 durable_block; /* atomic */
	gint block_posted;     /* atomic */
	ChainCounters counters; /* each member atomic */
};

#define CHAIN_COUNT(chain, member, n)                                          \
	__atomic_fetch_add(&(chain)->counters.member, (guint64)(n),            \
			   __ATOMIC_RELAXED)

/* On the strand: the store has accepted a batch with that cookie, not 0. */
void chain_batch_accepted(Chain *chain, guint64 cookie);

/* A plugin broke a rule: counted, and logged with what it did. Any thread. */
void chain_blame(Chain *chain, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Closes an open chain, which has failed then: its engine cannot go on. One that
 * is not open is left alone. Main loop. */
void chain_table_give_up(Chain *chain, const char *reason);

/* Chain records and chains, for table.c. */
Chain *chain_new(ChainTable *table, const char *name, const char *framework,
		 const char *config, guint32 number, guint64 created_ms);
/* On the strand: opens the engine's side from chain->genesis. */
int32_t chain_open_on_strand(Chain *chain, bsn_err *err);
/* On the strand: closes it and fails what is unanswered. */
void chain_close_on_strand(Chain *chain);
/* On the strand: makes chain->genesis from the config and the members; NULL:
 * this node alone. */
int32_t chain_make_genesis(Chain *chain, const GPtrArray *founders,
			   bsn_err *err);

/* Whoever has something under way for the chain elsewhere. Zeroed but for
 * `closing`. */
typedef struct ChainWatcher ChainWatcher;
struct ChainWatcher {
	/* The chain closes, the engine does not know yet; once, and the chain
	 * has forgotten the watcher. On the strand. */
	void (*closing)(ChainWatcher *watcher);
	GList link;
	guint64 life; /* of the chain, which may be opened again */
};

/* On the strand, open or in the engine's open. FALSE: the chain closes. */
gboolean chain_watch(Chain *chain, ChainWatcher *watcher);
void chain_unwatch(Chain *chain, ChainWatcher *watcher);
/* On the strand: the chain that it watches, or watched, is still open and does
 * not close. */
gboolean chain_is_served(const Chain *chain, const ChainWatcher *watcher);

/* On the strand: the chain is open, does not close, and is not opened anew since
 * its `life` was this. */
gboolean chain_lives_on(const Chain *chain, guint64 life);

/* What a chain's name may be. [any] */
int32_t chain_check_name(bsn_slice name, bsn_err *err);

/* Why a chain that is not open is not; BSN_OK when it is. Main loop. */
int32_t chain_why_not_open(const Chain *chain, bsn_err *err);
/* What a status below zero, or one without a reason, is told as. */
void chain_explain(Chain *chain, const char *call, int32_t status,
		   bsn_err *err);
/* On the strand: the chain was open when the request set out. */
void chain_refuse_unopened(Chain *chain, bsn_reply *reply);
/* On the strand: the engine refused by its status, so it must not have answered
 * as well. */
void chain_refuse_reply(bsn_reply *reply, int32_t status, const bsn_err *err);

/* Replies that an engine holds; on the strand. */
void chain_track_reply(Chain *chain, bsn_reply *reply);
void chain_forget_reply(Chain *chain, bsn_reply *reply);

#endif
