/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/votes.h: open votes of the committee, in the
 * world state. A vote says what should become of one member, or what the
 * threshold should be; it ends with its limit.
 *
 *   "sg" 'v' address    votes about a member, or about who is to become one
 *   "sg" 'v'            votes about the threshold
 *
 * All functions: [strand]. Errors: as bsn_store.get.
 */
#ifndef FISCO_ACCESS_VOTES_H
#define FISCO_ACCESS_VOTES_H

#include <glib.h>

#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/suite.h"

/* FISCO BCOS 2.x: a vote counts for ten epochs of 1000 blocks. */
#define VOTE_BLOCKS 10000u

typedef enum {
	VOTE_GRANT,
	VOTE_REVOKE,
	VOTE_WEIGHT,
	VOTE_THRESHOLD,
} VoteKind;

typedef struct {
	VoteKind kind;
	guint64 value; /* of VOTE_WEIGHT and VOTE_THRESHOLD, else 0 */
	guint8 voter[ADDRESS_LEN];
	guint64 limit; /* number of the last block in which it counts */
} Vote;

/* The votes that still count in block `number`.
 *
 * Returns: BSN_OK. In: subject, 20 bytes, or NULL for the threshold.
 * Out: votes: Vote in order of their casting; unref. */
int32_t votes_load(Overlay *state, const guint8 *subject, guint64 number,
		   GArray **votes);
void votes_store(Overlay *state, const guint8 *subject, const GArray *votes);

/* Adds a vote, in place of an earlier one of the voter's of this kind: so there
 * are no more than members and kinds. */
void votes_cast(GArray *votes, const Vote *vote);
/* Takes away all votes of a kind and value. */
void votes_close(GArray *votes, VoteKind kind, guint64 value);

/* The sum of the weights of those who voted for a kind and value.
 * weight: that of a voter now; 0 when no longer a member. */
typedef guint64 (*VoteWeight)(const guint8 *voter, gpointer data);
guint64 votes_sum(const GArray *votes, VoteKind kind, guint64 value,
		  VoteWeight weight, gpointer data);

/* Whether `sum` of `total` is more than `threshold` percent. */
gboolean votes_pass(guint64 sum, guint64 total, guint64 threshold);

#endif
