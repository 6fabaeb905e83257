/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/draft.h: a transaction that a client has a process build, by the
 * engine's own begin and sign_round. An engine that must ask others first, such
 * as endorsers, answers later.
 */
#ifndef TOOLS_SIM_DRAFT_H
#define TOOLS_SIM_DRAFT_H

#include "tools/sim/workload.h"
#include "tools/sim/world.h"

typedef enum {
	SIM_DRAFT_WAITS,  /* for an answer */
	SIM_DRAFT_DONE,   /* reply->signable has the transaction */
	SIM_DRAFT_FAILED, /* refused, or its process is gone */
} SimDraftState;

typedef struct {
	bsn_chain *chain;
	guint64 epoch; /* the life of its process */
	const SimKey *key;
	SimRequest draw;      /* what is asked, filled in */
	const SimRequest *of; /* the workload's */
	guint rounds;
	bsn_reply *reply; /* the youngest */
	guint8 bytes[BSN_SIGNATURE_MAX];
	bsn_slice signature;	    /* the last; points into bytes */
	gboolean twice, try_forged; /* what the client has in mind with it */
} SimDraft;

/* Asks for what the draft's draw says; it must be advanced then. */
SimDraft *sim_draft_new(bsn_chain *chain, const SimKey *key);
void sim_draft_begin(SimDraft *draft);
/* As far as it goes now. Not from inside a call of the engine. */
SimDraftState sim_draft_advance(SimDraft *draft);
/* Whether its answer is here, or will never come. */
gboolean sim_draft_is_answered(const SimDraft *draft);
void sim_draft_free(SimDraft *draft);

#endif
