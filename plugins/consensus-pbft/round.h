/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/round.h: the log of one height: what this node has
 * voted, and the newest that each member has said. Its size is bounded by the
 * number of members whatever they send.
 */
#ifndef PBFT_ROUND_H
#define PBFT_ROUND_H

#include "plugins/consensus-pbft/message.h"

/* A digest chosen in a view. */
typedef struct {
	gboolean is;
	guint64 view;
	bsn_id digest;
} Choice;

/* A member's vote. */
typedef struct {
	Choice choice;
	gboolean verified; /* its signature; looked at when it can matter */
	Signature signature;
} Vote;

/* The newest of each kind that a member has sent. */
typedef struct {
	Vote prepare;
	Vote commit;
	gboolean promised;
	guint64 promised_view;
	Promise promise;
	gboolean promise_verified;
	GBytes *lock_certificate;
	gboolean lock_verified;
	gboolean banned;      /* gave a wrong signature: not heard any more */
	gboolean equivocated; /* voted twice differently: said once */
} Slot;

/* A proposal; NULL bytes: none. */
typedef struct {
	bsn_id digest;
	GBytes *bytes;
	gboolean stored;
} Body;

/* The proposal of the round's view. */
typedef enum {
	CANDIDATE_NONE,
	CANDIDATE_NEW,      /* to be checked */
	CANDIDATE_DEFERRED, /* to be checked when the engine can */
	CANDIDATE_GOOD,
	CANDIDATE_REFUSED,
} CandidateState;

/* Bodies that this node voted for and may have to show again: that of the lock
 * and that of the last prepare vote. */
#define BODIES 2u

typedef struct {
	guint64 height;

	/* Durable before it is said. */
	guint64 view;
	gboolean changing; /* has voted for `view`, which has not begun */
	Choice prepared;   /* its last prepare vote */
	Choice committed;  /* its last commit vote */
	Choice lock;       /* highest quorum of prepare votes that it knows */
	GBytes *lock_certificate;
	Body bodies[BODIES];
	gboolean restored; /* from the store, and not taken up yet */
	gboolean dirty; /* differs from what the store has been given */

	CandidateState state;
	Body candidate;
	Body fetched; /* asked for by digest, and checked */

	/* As leader of a view above 0: why it may propose. */
	GBytes *promises;
	GBytes *promises_certificate; /* of the highest lock; empty: none */

	/* A quorum of commit votes was seen; digest.len 0: not yet. */
	bsn_id decided;
	GBytes *decided_certificate;

	GBytes *sent[STATEMENT_VIEW_CHANGE + 1]; /* own messages, by kind */
	gboolean lead_deferred; /* the engine could not check what this node
				   has to propose again */
	guint expired; /* views that passed for nothing, by this node's timer */
	guint n;
	Slot *slots; /* by member */
} Round;

Round *round_new(guint64 height, guint n);
void round_free(Round *round);
/* Forgets what members said: there are other members now. */
void round_reset_slots(Round *round, guint n);

/* The checked proposal with this digest, or NULL; borrowed. */
GBytes *round_body(const Round *round, const bsn_id *digest);
/* Keeps the proposal of a prepare vote in place of an older one that no lock
 * needs. */
void round_keep_body(Round *round, const bsn_id *digest, GBytes *bytes);
void round_set_candidate(Round *round, const bsn_id *digest, GBytes *bytes,
			 CandidateState state);
void round_clear_candidate(Round *round);
void body_set(Body *body, const bsn_id *digest, GBytes *bytes);

/* Whether it is this one. */
gboolean choice_is(const Choice *choice, guint64 view, const bsn_id *digest);
/* The slot's vote of a kind. */
Vote *slot_vote(Slot *slot, guint8 kind);
/* Members that voted so. */
guint round_count(const Round *round, guint8 kind, guint64 view,
		  const bsn_id *digest);
/* Members that voted for exactly this view, or at least for it. */
guint round_promises(const Round *round, guint64 view);
guint round_promises_from(const Round *round, guint64 view);

#endif
