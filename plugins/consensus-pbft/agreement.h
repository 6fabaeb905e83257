/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/agreement.h: a node's part in the agreement of one
 * chain. Each of the files below knows one thing about it:
 *
 *	vote.c         own votes; others' votes; a quorum of them
 *	proposal.c     making, receiving and checking proposals
 *	view_change.c  going to another view, and leading it
 *	decide.c       carrying out what is decided, and the next height
 *	catchup.c      messages that were lost; nodes that are behind
 *	health.c       dead leaders; the view's timer
 *	record.c       what is durable
 *	outbox.c       what is sent once it is
 *	agreement.c    inputs, and the loop that does what they make possible
 *	pbft.c         the ABI's table
 *
 * All functions: [strand].
 */
#ifndef PBFT_AGREEMENT_H
#define PBFT_AGREEMENT_H

#include <bsn/consensus.h>

#include "plugins/consensus-pbft/config.h"
#include "plugins/consensus-pbft/round.h"

/* Heights whose messages are kept: the one being agreed on, and those that
 * others may be at before this node has what decides it. Further ones are
 * behind()'s business. */
#define WINDOW 4u

/* What is known of a member, by its number. */
typedef struct {
	guint64 height;      /* that it is at, by its own account */
	gboolean unreachable;
	gboolean suspected; /* let its view pass; nothing came since */
	guint failures;     /* views in a row that it led to nothing */
	guint skip;         /* of its turns, so many more are passed over */
	guint64 say_after;   /* ms: its asking is not answered before */
	guint64 reply_after; /* ms: nor is it sent anything again before */
	guint64 serve_after; /* ms: no proposal for the asking before */
	guint64 accuse_after; /* ms: no line of the log about it before */
	guint64 judge_after; /* ms: none of its certificates before, since one
				was false */
} Peer;

/* The last decision, to be shown to who missed it. */
typedef struct {
	guint64 height; /* 0: none */
	bsn_id digest;
	GBytes *certificate;
	GBytes *body; /* NULL after a restart */
} Decision;

/* What was dropped, and why. */
typedef struct {
	guint64 strangers;  /* from no member */
	guint64 malformed;
	guint64 forged;     /* wrong signatures, false certificates */
	guint64 equivocations;
} Dropped;

struct bsn_agreement {
	bsn_chain *chain;
	bsn_proposer *proposer;
	Config config;
	bsn_id chain_id;
	Members *members;
	Members *incoming; /* those from incoming_height on; NULL: no change */
	guint64 incoming_height;
	gint self;         /* its number; -1: it only watches */
	Peer *peers;       /* by member */

	guint64 height;  /* being agreed on; all before are decided */
	guint64 applied; /* durable */
	Round *rounds[WINDOW]; /* by height mod WINDOW; NULL: nothing yet */
	Decision last;
	gboolean deciding; /* inside bsn_proposer.decide */
	int32_t stopped;   /* what decide refused with; then no more */

	gboolean wanted; /* the engine has said that it has something */
	guint64 proposed;      /* ms, this height's proposal; 0: not yet */
	guint64 propose_after; /* ms, by block_interval: schedule() */
	GBytes *early;         /* a proposal of the next height */
	gboolean early_checked;
	gboolean expecting; /* the engine builds on the candidate */
	gboolean expect_asked;

	bsn_id wanted_body; /* being fetched; len 0: none */
	guint fetch_from;   /* whom to ask next */
	gint fetch_asked;   /* who may answer; -1: nobody */
	guint64 behind_said; /* height given to behind() last */

	/* record.c, outbox.c */
	GQueue *outbox;    /* Outgoing */
	guint64 sequence;  /* of the last batch with votes */
	GArray *kept;      /* guint64: heights with records in the store */
	gboolean last_dirty; /* the last decision is not in the store */

	/* Timers that are armed, and for what. */
	gboolean view_timed;
	guint64 timed_view;
	gboolean timed_changing;
	gboolean timed_quorum; /* a quorum had promised for the view */
	gboolean ticking;
	guint64 ticked_progress; /* at the last tick */
	guint64 progress;        /* steps made */

	gboolean busy; /* inside agreement_run */
	gboolean again;
	Dropped dropped;
};

typedef bsn_agreement Agreement;

#define TIMER_VIEW (BSN_CONSENSUS_BIT | 1u)
#define TIMER_TICK (BSN_CONSENSUS_BIT | 2u)
#define TIMER_PROPOSE (BSN_CONSENSUS_BIT | 3u)
#define TIMER_STORE (BSN_CONSENSUS_BIT | 4u)

/* ---- agreement.c ------------------------------------------------------- */

/* Does all that has become possible, stores it, and arms timers. Ends every
 * input; inside one it only notes that there is more to do. */
void agreement_run(Agreement *agreement);
/* Takes a message of member `from`, this node included. */
void agreement_receive(Agreement *agreement, guint from, bsn_slice message);
/* A message of the transport's. */
void agreement_message(Agreement *agreement, bsn_slice from_public_key,
		       bsn_slice message);
void agreement_timer(Agreement *agreement, guint64 id);
/* Takes over the members of the height being agreed on. */
void agreement_take_members(Agreement *agreement, Members *members);

/* The round of a height within the window, made at first need. */
Round *agreement_round(Agreement *agreement, guint64 height);
/* That of the height being agreed on. */
Round *agreement_now(Agreement *agreement);
/* The same, NULL when nothing has happened at it. */
Round *agreement_peek(const Agreement *agreement);
/* Whether this node leads the view. */
gboolean agreement_leads(const Agreement *agreement, guint64 height,
			 guint64 view);
const char *agreement_name(const Agreement *agreement, guint member);
/* Says that a member did what no honest one does; now and then. */
void agreement_accuse(Agreement *agreement, guint member, guint64 height,
		      const char *deed);
/* A member gave something forged: nothing that it says of this height counts
 * any more, so that it costs one look only. */
void agreement_ban(Agreement *agreement, Round *round, guint member,
		   const char *deed);
/* Verifies what members have signed at the round; bans who signed wrongly. */
void agreement_verify(Agreement *agreement, Round *round, Claims *claims,
		      const char *deed);
/* Signs as the member that this node is. FALSE, and said in the log of `what`,
 * when its key cannot be used. */
gboolean agreement_sign(const Agreement *agreement, const Statement *statement,
			Signature *signature, const char *what);

/* ---- vote.c ------------------------------------------------------------ */

/* Casts this node's vote for a digest in the round's view, as a message of
 * that kind: MESSAGE_PROPOSAL for a leader's prepare vote. Nothing happens when
 * it has voted otherwise in that view, or in a later one, or its key cannot be
 * used. */
void vote_cast(Agreement *agreement, Round *round, guint8 message_kind,
	       const bsn_id *digest);
/* Notes another's, if it is worth anything. */
void vote_receive(Agreement *agreement, Round *round, guint from, guint8 kind,
		  const Message *message);
/* The certificate of a quorum's votes, encoded; NULL while there is none. */
GBytes *vote_quorum(Agreement *agreement, Round *round, guint8 kind,
		    guint64 view, const bsn_id *digest);
/* Locks and votes commit once a quorum voted prepare. TRUE when it did. */
gboolean vote_lock(Agreement *agreement);

/* ---- proposal.c -------------------------------------------------------- */

/* Each: TRUE when something changed. */
gboolean proposal_make(Agreement *agreement);
gboolean proposal_judge(Agreement *agreement);
/* Proposes and checks the next height's ahead. */
gboolean proposal_ahead(Agreement *agreement);
void proposal_receive(Agreement *agreement, guint from,
		      const Message *message, bsn_slice raw);
/* What the engine could not check before may be asked again. */
void proposal_retry(Agreement *agreement);
/* Runs the engine's check and compares the digest. */
int32_t proposal_check(Agreement *agreement, guint64 height,
		       const bsn_id *digest, bsn_slice body, bsn_err *err);

/* ---- view_change.c ----------------------------------------------------- */

void view_change_start(Agreement *agreement, Round *round, guint64 view);
/* Goes to where f + 1 others are. TRUE when it did. */
gboolean view_change_join(Agreement *agreement);
/* Begins the view that this node leads. TRUE when it did. */
gboolean view_change_lead(Agreement *agreement);
void view_change_receive(Agreement *agreement, guint from,
			 const Message *message);
/* Whether a proposal of a view above 0 shows why it may be made. */
gboolean view_change_justified(Agreement *agreement, const Message *message);

/* ---- decide.c ---------------------------------------------------------- */

/* Carries out the height's decision if there is one. TRUE when it did. */
gboolean decide_step(Agreement *agreement);
/* `height` is durable, here or by itself. */
void decide_applied(Agreement *agreement, guint64 height);

/* ---- catchup.c --------------------------------------------------------- */

void catchup_status(Agreement *agreement, guint from, const Message *message);
void catchup_decided(Agreement *agreement, guint from,
		     const Message *message);
void catchup_fetch(Agreement *agreement, guint from, const Message *message);
void catchup_body(Agreement *agreement, guint from, const Message *message);
/* A member is at a height. */
void catchup_note_height(Agreement *agreement, guint from, guint64 height);
/* A proposal is needed: asks for it, now and with each tick. */
void catchup_want(Agreement *agreement, const bsn_id *digest);
/* The height that f + 1 members have reached at least. */
guint64 catchup_evidence(const Agreement *agreement);
/* Sends a member what it lacks, as far as it is known to this node. */
void catchup_answer(Agreement *agreement, guint to, const Message *status);
/* Asks others for what is lacking. */
void catchup_tick(Agreement *agreement);
/* Tells a member, or all (-1), where this node is. */
void catchup_say(Agreement *agreement, gint to, gboolean asks);

/* ---- health.c ---------------------------------------------------------- */

/* Whether there is something to agree on as far as this node knows. */
gboolean health_active(Agreement *agreement);
/* The next view, from `view` on, whose leader is worth a try. */
guint64 health_next_view(Agreement *agreement, guint64 view);
/* A member has had its turn to lead: to a decision, or to nothing. */
void health_led(Agreement *agreement, guint leader);
void health_failed(Agreement *agreement, guint leader);
/* Arms and disarms the timers of view and tick as the state asks. */
void health_arm(Agreement *agreement);
void health_view_timer(Agreement *agreement);
/* Something came from a member. */
void health_heard(Agreement *agreement, guint from);
/* Whether the engine has something to propose. */
gboolean health_waiting(Agreement *agreement);

/* ---- record.c ---------------------------------------------------------- */

/* Gives the store what has changed; with votes in the outbox, asks for word. */
void record_flush(Agreement *agreement);
/* Gives it the last decision, before the engine commits the block. */
void record_decision(Agreement *agreement);
/* Takes up what the store has of heights that the engine has not.
 *
 * Errors: BSN_E_CORRUPT; those of bsn_store.scan. */
int32_t record_load(Agreement *agreement, bsn_err *err);

/* ---- outbox.c ---------------------------------------------------------- */

/* A message for all members, this node included, once the round is durable. */
void outbox_put(Agreement *agreement, Round *round, const Message *message);
/* What waits without a batch goes with this one; whether there was any. */
gboolean outbox_waiting(const Agreement *agreement);
void outbox_assign(Agreement *agreement, guint64 sequence);
/* Drops what waits without a batch for heights that are over. */
void outbox_forget(Agreement *agreement);
/* A batch is durable. */
void outbox_release(Agreement *agreement, guint64 sequence);
void outbox_free(Agreement *agreement);
/* Sends at once: to one member, or to all others. */
void outbox_send(Agreement *agreement, guint to, bsn_slice message);
void outbox_send_all(Agreement *agreement, bsn_slice message);

#endif
