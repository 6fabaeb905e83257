/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/bad-plugins/fleet/fleet.h: plugins that are wrong in one way each.
 *
 * Each is a good plugin with something between it and the host, on both sides:
 * its tables, and the services that it is lent. What is between passes
 * everything on and does one thing wrong, which the file itself names: a variant
 * is a copy of the module in which make-variant has changed that name. With the
 * name "none" it does nothing wrong, and is the good plugin.
 */
#ifndef TESTS_BAD_PLUGINS_FLEET_FLEET_H
#define TESTS_BAD_PLUGINS_FLEET_FLEET_H

#include <bsn/bsn.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

#include "tests/bad-plugins/fleet/faults.h"
#include "tests/bad-plugins/fleet/mark.h"

typedef enum {
	FAULT_NONE,
#define FAULT_X(symbol, kind, verdict, check, sentence) FAULT_##symbol,
	FLEET_FAULTS(FAULT_X)
#undef FAULT_X
} Fault;

/* The fault of this file. */
Fault fleet_fault(void);
#define IS(symbol) (fleet_fault() == FAULT_##symbol)

/* The good one's entry, renamed when it was compiled. */
int32_t fleet_good_open(const bsn_host *host, const bsn_plugin **plugin,
			bsn_err *err);

/* ---- ways not to come back ----------------------------------------------- */

void fleet_crash(void);
void fleet_hang(void);
#define CRASH_IF(symbol)                                                       \
	do {                                                                   \
		if (IS(symbol))                                                \
			fleet_crash();                                         \
	} while (0)

/* ---- chains -------------------------------------------------------------- */

/* An open chain. The good engine has a structure of this name, too, which is
 * another one. */
struct bsn_ledger {
	bsn_ledger *good; /* the engine's; NULL while it opens */
	bsn_chain *chain;
	bsn_ledger *next;  /* of those that are open */
	GBytes *genesis;
	gboolean reopened; /* it was open before in this process */
	gboolean follower; /* another node of its chain was open before it */
	GThread *thread;   /* that opened it */
	guint64 accepted, durable; /* the last cookies of the engine's */
	guint64 deploys;           /* that were begun */
	char *members;             /* as at first, JSON */
	guint submitted;           /* transactions */
	GHashTable *begun;         /* GBytes: states that begin has answered */
	GBytes *proposal;          /* the last one of its own, */
	guint64 proposed;          /* and its height */
	/* Between the engine and its consensus. */
	bsn_proposer proposer;
	bsn_proposer *engine;
};

/* The timer by which what was committed becomes durable too early. */
#define FLEET_TIMER G_GUINT64_CONSTANT(0x666c656574)

/* The one of a host's chain, or NULL. */
bsn_ledger *fleet_ledger_of(const bsn_chain *chain);
gboolean fleet_same_chain(const bsn_ledger *a, const bsn_ledger *b);
/* Any other chain that is open, or this one. */
bsn_ledger *fleet_other(bsn_ledger *ledger);

/* What is being asked, for services that are not told. Set by faults alone, all
 * of which are found on one thread. */
typedef struct {
	bsn_ledger *ledger; /* whose tables were called last */
	gboolean tx_get;    /* while bsn_tx_ops.get runs */
	gboolean checking;  /* while a proposal is judged */
	gboolean closing;   /* while bsn_chain_ops.close runs */
	gboolean call;      /* while bsn_tx_ops.call runs */
	char *written;      /* what a call has written and this one reads */
	guint submitted;    /* transactions, to all chains */
	char last[64];      /* the last arguments, of all chains */
	guint64 from;       /* of bsn_event_ops.replay */
	gboolean cut;       /* it gives fewer blocks than it was asked for */
} FleetAsked;
extern FleetAsked fleet_asked;

/* ---- the two sides ------------------------------------------------------- */

extern const bsn_engine *fleet_engine;       /* the good one */
const bsn_engine *fleet_wrap_engine(const bsn_engine *engine);
extern const bsn_chain_ops fleet_chain_ops;
extern const bsn_tx_ops fleet_tx_ops;

const bsn_host *fleet_wrap_host(const bsn_host *host);
extern const bsn_host *fleet_host;           /* as given */
extern const bsn_reply_service *fleet_reply; /* the host's own */
extern const bsn_timer *fleet_timer;
const bsn_reply_service *fleet_wrap_reply(const bsn_reply_service *given);
const bsn_crypto_by_name *fleet_wrap_crypto(const bsn_crypto_by_name *given);
const bsn_runtimes *fleet_wrap_runtimes(const bsn_runtimes *given);
const bsn_consensuses *fleet_wrap_consensuses(const bsn_consensuses *given);

/* Copies a table as far as it reaches and both sides know it; NULL: nothing. */
void fleet_copy(void *to, gsize known, const void *table);

/* ---- what several need --------------------------------------------------- */

/* Whose key this is is taken for the one whose key was the first. */
void fleet_alias(bsn_slice public_key);
guint fleet_aliases(void);
/* Whose signature nobody will look at. */
void fleet_signs(bsn_slice public_key);

/* What bsn_reply_service.signable was given: for faults about transactions that
 * come again, and about what begin must not remember. */
void fleet_finished(const bsn_signable *signable);
void fleet_begun(const bsn_signable *signable);
/* A transaction was without effect; whether it was that one. */
void fleet_failed(const bsn_id *id);
gboolean fleet_has_failed(bsn_slice id);
/* Passes on what the fault leaves of a batch. */
int32_t fleet_submit_some(bsn_ledger *ledger, const bsn_submission *items,
			  guint64 n, bsn_err *err);

/* Does to the process what the fault says, once. */
void fleet_effects(void);

/* Appends the bytes to a GByteArray. */
typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} FleetSink;
FleetSink fleet_sink(GByteArray *bytes);

#endif
