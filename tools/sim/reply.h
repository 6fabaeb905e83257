/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/reply.h: `bsn.reply/1` of a host side that runs on one thread:
 * answers are copied, and the ABI's rules on them are checked as they come.
 *
 * What it does not let pass: a reply completed twice, with another kind of
 * answer, with invalid JSON, or touched by a call that failed; a failure
 * without a reason; stages, sizes and orders that the ABI does not have.
 */
#ifndef TOOLS_SIM_REPLY_H
#define TOOLS_SIM_REPLY_H

#include <bsn/host.h>
#include <glib.h>

typedef enum {
	SIM_ANSWER_SIGNABLE,
	SIM_ANSWER_TX_STAGES, /* of submit: stages, the last one final */
	SIM_ANSWER_TX,        /* of tx->get: one, with any stage */
	SIM_ANSWER_VALUE,
	SIM_ANSWER_BYTES, /* of bsn_engine_chains.asked: a value of any bytes */
	SIM_ANSWER_LEDGER,
	SIM_ANSWER_BLOCK,
	SIM_ANSWER_STATUS,
	SIM_ANSWER_EVENTS,
} SimAnswer;

/* `status` of a reply that is not answered yet. */
#define SIM_PENDING INT32_MIN

/* The ABI's handle, completed. Slices in the copies point to memory that lives
 * as long as the reply. */
struct bsn_reply {
	SimAnswer expects;
	bsn_chain *chain;
	int32_t status; /* SIM_PENDING, BSN_OK, or what it failed with */
	bsn_err err;    /* the reason of a failure */
	bsn_signable signable;
	bsn_tx_result tx;  /* the latest stage */
	guint stages;      /* of tx: how many came */
	gboolean accepted; /* BSN_TX_ACCEPTED was among them */
	bsn_ledger_info ledger;
	bsn_block_info block;
	bsn_chain_status chain_status;
	bsn_capabilities capabilities; /* what the status points to */
	bsn_slice json;    /* value */
	GArray *events;    /* bsn_event, as they came; of a replay alone */
	guint64 events_next;
	GPtrArray *memory; /* what slices and texts point into */
	gboolean waiting;  /* the engine has taken it and must answer */
	gboolean touched;  /* the engine has used it */

	gboolean lost;     /* the engine is gone and never answers */

	/* Called at each answer, and when it is lost. May be NULL. */
	void (*answered)(bsn_reply *reply, gpointer data);
	gpointer data;
};

/* The host side that the replies belong to. */
typedef struct {
	/* Whether the chain may call the service now; says so when it broke a
	 * rule. */
	gboolean (*allowed)(bsn_chain *chain, const char *service,
			    gboolean closing_too);
	/* Whether it is gone, so that what it does has no effect. */
	gboolean (*gone)(bsn_chain *chain);
	/* The chain's replies that the engine owes an answer. */
	GPtrArray *(*waiting)(bsn_chain *chain);
	/* A rule of the ABI was broken. */
	void (*broke)(bsn_chain *chain, const char *text);
} SimReplyHost;

/* Says whose replies they are; once per process, before the first. */
void sim_reply_set_host(const SimReplyHost *host);

bsn_reply *sim_reply_new(bsn_chain *chain, SimAnswer expects);
/* sim_reply_free(NULL) does nothing. */
void sim_reply_free(bsn_reply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(bsn_reply, sim_reply_free)

/* Takes what an engine's function returned. Anything but BSN_OK is recorded as
 * the answer, and the function must not have touched the reply. Returns the
 * reply's status. */
int32_t sim_reply_asked(bsn_reply *reply, int32_t returned);
/* Lets go of all replies that the chain's engine owes: it never answers. */
void sim_replies_lose(bsn_chain *chain);

extern const bsn_reply_service sim_reply_table;

#endif
