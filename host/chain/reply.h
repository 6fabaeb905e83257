/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/reply.h: one request's way to an engine and its answer's way back
 * to the main loop.
 */
#ifndef HOST_CHAIN_REPLY_H
#define HOST_CHAIN_REPLY_H

#include <bsn/bsn.h>
#include <glib.h>

#include "host/chain/strand.h"

/* Kinds of answer. */
typedef enum {
	ANSWER_SIGNABLE,
	ANSWER_TX,
	ANSWER_VALUE,
	ANSWER_LEDGER,
	ANSWER_BLOCK,
	ANSWER_STATUS,
	ANSWER_EVENTS,
	ANSWER_HTTP,
} AnswerKind;

/* One event, as copied for the main loop. */
typedef struct {
	guint32 kind; /* BSN_EVENT_* */
	guint64 block, tx_index, index;
	bsn_id tx_id;
	char *contract, *name, *payload; /* payload: JSON text */
} ReplyEvent;

/* The host completes the ABI's opaque handle. Made on the main loop, given to
 * chain_request or chain_submit, answered on the main loop through `answered`,
 * which owns it then and ends with reply_free. */
struct bsn_reply {
	StrandCall call; /* its place in whichever queue it is in */
	AnswerKind expects;
	struct bsn_chain *chain;

	/* On the chain's strand: makes the engine's call. Its return value
	 * other than BSN_OK fails the reply with `err`. */
	int32_t (*ask)(bsn_reply *reply, const bsn_engine *engine,
		       bsn_ledger *ledger, bsn_err *err);
	/* On the main loop, once: the answer is in the members below. */
	void (*answered)(bsn_reply *reply);
	/* ANSWER_TX from chain_submit: which stage completes the reply. When
	 * BSN_TX_ACCEPTED, the reply is answered by the first stage. */
	guint32 until; /* BSN_TX_ACCEPTED or BSN_TX_COMMITTED */
	void *owner;       /* the caller's */
	GBytes *input;     /* ANSWER_TX: the transaction; else the caller's */
	struct bsn_session *session; /* that it came over; NULL: none */

	gint32 status;     /* BSN_OK: the member for `expects` is filled */
	bsn_err err;       /* reason otherwise */
	bsn_signable signable; /* its slices point into `bytes` and literals */
	bsn_tx_result tx;
	bsn_ledger_info ledger;
	bsn_block_info block;
	bsn_chain_status chain_status; /* `capabilities` is the next one */
	bsn_capabilities capabilities;
	guint32 http; /* ANSWER_HTTP: the status; its body is `json` */
	GString *json;     /* detail, or the value; JSON text, NULL if none */
	GBytes *message, *state, *finished; /* of a signable, NULL if none */
	char *algorithm, *signer; /* of a signable, NULL if none */
	char *languages;          /* of a status; JSON text, NULL if none */
	GPtrArray *events; /* ReplyEvent */
	guint64 events_next;

	/* Main loop: told when nobody waits for the answer any more. */
	void (*given_up)(void *arg);
	void *given_up_arg;

	/* The host's own. */
	int is_given_up;           /* main loop */
	gint refs;                 /* atomic: the owner's and the engine's */
	int delivered;             /* strand: on its way to `answered` */
	int finished_by_engine;    /* strand: the engine is done with it */
	gint accepted_known;       /* atomic: `accepted` may be read */
	bsn_tx_result accepted;    /* without detail */
	bsn_reply *older, *newer;  /* the chain's open replies; strand only */
};

/* The owner's reference. reply_free lets go of it. */
bsn_reply *reply_new(AnswerKind expects, void (*answered)(bsn_reply *),
		     void *owner);
void reply_free(bsn_reply *reply);
bsn_reply *reply_ref(bsn_reply *reply);

/* While waiting for BSN_TX_COMMITTED: 1 when the transaction was accepted so
 * far, with what is known of it (no detail). Main loop. */
int reply_accepted(bsn_reply *reply, bsn_tx_result *out);

/* On the main loop: nobody waits for the answer any more. It still comes. */
void reply_give_up(bsn_reply *reply);
int reply_is_given_up(const bsn_reply *reply);

/* On the main loop: answers a reply that no engine was given. */
void reply_refuse(bsn_reply *reply, int32_t status, const bsn_err *err);
/* On the strand: completes a reply with a refusal; its engine must not answer
 * any more. */
void reply_fail(bsn_reply *reply, int32_t status, const bsn_err *err);

#endif
