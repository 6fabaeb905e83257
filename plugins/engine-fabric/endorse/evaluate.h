/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/endorse/evaluate.h: one evaluation, while it goes on.
 * Internal to evaluate.c and evaluate_peer.c. All functions: [strand].
 */
#ifndef FABRIC_ENDORSE_EVALUATE_H
#define FABRIC_ENDORSE_EVALUATE_H

#include "plugins/engine-fabric/endorse/endorse_private.h"

struct Evaluation {
	Channel *channel;
	Arena arena;
	bsn_slice signed_proposal; /* in the arena, as all below */
	Proposal proposal;
	MspIdentity *who;
	RunInput input;
	GPtrArray *organisations; /* MSP ids; NULL: any */
	char *package_id;	  /* NULL: a system chaincode's */
	GHashTable *asked;	  /* keys of peers, GBytes */
	GPtrArray *failures;	  /* EvaluationFailed */
	Trial *trial;		  /* here; else */
	guint64 question;	  /* of a peer */
	MspIdentity *peer;
	char *name;    /* of whoever was asked last */
	char *address; /* likewise */
	EvaluateDone done;
	gpointer owner;
	GList link;
	gboolean beginning; /* inside evaluate_begin */
	gboolean over;
};

/* Somebody who was asked and has failed. */
typedef struct {
	char *name, *address, *msp_id, *problem;
	int32_t status;
} EvaluationFailed;

/* ---- evaluate.c ---- */

/* The chaincode's own word, yes or no: it is over. */
void evaluation_answer(Evaluation *evaluation,
		       const Protos__Response *response);
/* It is over without one. */
void evaluation_refuse(Evaluation *evaluation, int32_t status,
		       const bsn_err *err);
/* Whoever was asked last has failed. */
void evaluation_note(Evaluation *evaluation, int32_t status,
		     const char *problem);
/* Who is asked now. Takes the name. In: key: NULL: it is no member. */
void evaluation_name(Evaluation *evaluation, char *name, GBytes *key);
/* Whether the client wants an answer of its organisation. */
gboolean evaluation_wants(const Evaluation *evaluation,
			  const MspIdentity *identity);

/* ---- evaluate_peer.c ---- */

/* Asks the best peer that was not asked yet; nobody is left: gives up. */
void evaluation_ask(Evaluation *evaluation);
/* Says what went wrong last, or that there is nobody. */
void evaluation_give_up(Evaluation *evaluation);
/* Says that nobody can be asked. Returns: BSN_NOT_FOUND. */
int32_t evaluation_nobody(const Evaluation *evaluation, const char *reason,
			  bsn_err *err);

#endif
