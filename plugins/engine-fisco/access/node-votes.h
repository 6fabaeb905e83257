/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/node-votes.h: open votes of the committee about
 * the chain's nodes, in the world state:
 *
 *   "sg" 'b'   [[public key, role, name, address, voter, limit], ...]
 *
 * A vote says what a node should become, all of it: two members who write
 * another address do not agree. Votes are weighed as all others of the
 * committee's, and count for VOTE_BLOCKS.
 *
 * All functions: [strand]. Errors: as bsn_store.get.
 */
#ifndef FISCO_ACCESS_NODE_VOTES_H
#define FISCO_ACCESS_NODE_VOTES_H

#include "plugins/engine-fisco/access/actor.h"
#include "plugins/engine-fisco/access/votes.h"
#include "plugins/engine-fisco/member.h"

/* Open votes of one member, each about another node: an older one is taken
 * back for a further one, so that nobody can fill the record up. */
#define NODE_VOTES_EACH 8u

/* What a node is to become. */
typedef struct {
	guint32 role;         /* BSN_ROLE_*; 0: no member any more */
	bsn_slice public_key; /* PUBLIC_KEY_LEN bytes */
	bsn_slice name;       /* both empty: as they are */
	bsn_slice address;
} NodeChange;

typedef struct {
	NodeChange change;
	guint8 voter[ADDRESS_LEN];
	guint64 limit; /* number of the last block in which it counts */
} NodeVote;

typedef struct {
	GArray *votes; /* NodeVote, in order of their casting, into: */
	GBytes *bytes; /* NULL: none */
} NodeVotes;

/* A zeroed list is fine. */
void node_votes_clear(NodeVotes *votes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NodeVotes, node_votes_clear)

/* The votes that still count in block `number`. Returns: BSN_OK. */
int32_t node_votes_load(Overlay *state, guint64 number, NodeVotes *votes);
void node_votes_store(Overlay *state, const NodeVotes *votes);

gboolean node_change_equal(const NodeChange *a, const NodeChange *b);
/* Adds a vote, in place of an earlier one of the voter's about this node. */
void node_votes_cast(NodeVotes *votes, const NodeVote *vote);
/* Takes away all votes about a node: it has become something. */
void node_votes_close(NodeVotes *votes, bsn_slice public_key);

/* How votes for one change weigh. */
typedef struct {
	guint64 weight;
	guint64 total;     /* of all members of the committee */
	guint64 threshold; /* percent; it takes more than that */
	gboolean passed;
} Tally;

/* Returns: BSN_OK. */
int32_t node_votes_count(Overlay *state, const NodeVotes *votes,
			 const NodeChange *change, Tally *tally);

#endif
