/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/candidate.h: blocks that this node has proposed or
 * checked, until their height is decided; and those among them that are built
 * upon before that (bsn_proposer.expect). To be built upon a block has to be
 * hashed and no more: what becomes of its transactions nobody needs to know.
 *
 * All functions: [strand].
 */
#ifndef FABRIC_ORDER_CANDIDATE_H
#define FABRIC_ORDER_CANDIDATE_H

#include "plugins/engine-fabric/ledger/incoming.h"
#include "plugins/engine-fabric/order/private.h"

/* Undecided blocks upon each other: consensus votes on one while the next is
 * made, and Raft's log may hold another. Each costs a block's memory. */
#define EXPECTED_MAX 2u
/* Candidates: of the height that is being agreed on, and what is upon one. */
#define CANDIDATES_MAX 4u
G_STATIC_ASSERT(CANDIDATES_MAX > EXPECTED_MAX);

typedef struct {
	guint64 number;
	guint8 previous[HASH_LEN];
	guint8 hash[HASH_LEN];
	GBytes *proposal;     /* header and data as consensus has them */
	GTree *ids;           /* of its transactions, char * */
	gboolean is_config;
	gboolean expected;    /* built upon */
	IncomingBlock *block; /* NULL: not read yet */
} Candidate;

/* What a block is to be built upon. */
typedef struct {
	guint64 number; /* of the block to be built */
	guint8 hash[HASH_LEN];
} Parent;

/* From an envelope each; `config`: the only one is one.
 *
 * Returns: BSN_OK and a candidate for candidate_free. Errors: BSN_E_*. */
int32_t candidate_make(const Channel *channel, const Parent *parent,
		       const GPtrArray *batch, Candidate **candidate);
/* Reads one that somebody proposes; everything about its form is judged, its
 * transactions are not.
 *
 * Returns: BSN_OK and a candidate for candidate_free.
 * In:      parent: NULL: it was decided, so only that it can be read and
 *          follows the ledger's last block counts.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE, BSN_CONFLICT. */
int32_t candidate_read(const Channel *channel, const Parent *parent,
		       bsn_slice proposal, Candidate **candidate,
		       bsn_err *err);
/* Sees to it that `block` is there. Returns as candidate_read. */
int32_t candidate_open(const Channel *channel, Candidate *candidate,
		       bsn_err *err);
void candidate_free(Candidate *candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Candidate, candidate_free)

/* Keeps one, and takes it over; the oldest that is not built upon may go. */
void candidates_keep(Channel *channel, Candidate *candidate);
/* The one with these bytes; NULL: none. */
Candidate *candidates_find(const Channel *channel, guint64 number,
			   bsn_slice proposal);
/* Its height is decided: it is kept no more, if it was, and is the caller's.
 * Others of that height, and what is not built upon it, are forgotten. */
void candidates_decide(Channel *channel, Candidate *candidate);
void candidates_forget(Channel *channel);

/* FALSE: that is not known here. */
gboolean candidates_parent(const Channel *channel, guint64 number,
			   Parent *parent);
/* Whether blocks at this height are built upon an undecided one. */
gboolean candidates_is_ahead(const Channel *channel, guint64 number);
/* Whether an undecided block below a height has a transaction. */
gboolean candidates_take(const Channel *channel, guint64 number,
			 const char *tx_id);
/* bsn_proposer.expect. */
int32_t candidates_expect(Channel *channel, guint64 number, bsn_slice hash);

#endif
