/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/agreement.h: a node's part in the agreement of one
 * chain. Each of the files below knows one thing about it:
 *
 *	seal.c       what a block's seal must be
 *	proposal.c   making, receiving and judging blocks
 *	vote.c       own votes; others' votes; a quorum of them
 *	commit.c     certificates, and what they make final
 *	epoch.c      beginning with a set of members; beginning again
 *	prospect.c   whether a block made now could become final
 *	expiry.c     timeouts; a quorum of them
 *	pacemaker.c  rounds: by certificates and timeouts, or by the clock
 *	catchup.c    what was lost; blocks that are missing
 *	record.c     what is durable
 *	outbox.c     what is sent once it is
 *	agreement.c  inputs, and the loop that does what they make possible
 *	face.c       the ABI's tables
 *
 * All functions: [strand].
 */
#ifndef CHAINEDBFT_AGREEMENT_H
#define CHAINEDBFT_AGREEMENT_H

#include <bsn/ext/tree.h>

#include "plugins/consensus-chainedbft/message.h"
#include "plugins/consensus-chainedbft/mode.h"

/* Rounds of which a member's vote is kept, and of which a block that came is:
 * the one at hand, and those that others may be at. */
#define WINDOW 4u

/* A block of the tree that does not move. */
typedef struct {
	bsn_id id;
	guint64 height;
	guint64 round;
	guint64 time_ms;
} Anchor;

/* A member's vote; round 0: none. */
typedef struct {
	guint64 round;
	bsn_id id;
	Signature signature;
} Vote;

/* What is known of a member, by its number. */
typedef struct {
	Vote votes[WINDOW]; /* by round mod WINDOW, the newest */
	Expiry expiry;      /* its newest timeout, of expiry_round */
	guint64 expiry_round; /* 0: none */
	guint64 banned;     /* rounds up to this: it has signed wrongly */
	gboolean unreachable;
	gboolean suspected;   /* let its round pass; nothing came since */
	guint64 reply_after;  /* ms: it is not sent news before */
	guint64 judge_after;  /* ms: none of its certificates before, since one
			       * was false */
	guint64 read_after;   /* ms: no block of another epoch is read before */
	guint64 accuse_after; /* ms: no line of the log about it before */
} Peer;

/* A block that came and waits for a vote, or for what its parent lacks. */
typedef enum {
	CANDIDATE_NONE,
	CANDIDATE_NEW,
	CANDIDATE_DEFERRED, /* the engine cannot judge it now */
	CANDIDATE_DONE,     /* judged, or refused */
} CandidateState;

typedef struct {
	CandidateState state;
	guint64 round;
	bsn_id id;
	bsn_id parent;
	guint64 justify_round;  /* of its certificate; the epoch's: none */
	guint64 justify_parent; /* round of the certified block's parent */
	guint from;
	GBytes *bytes;
} Candidate;

/* What was dropped, and why. */
typedef struct {
	guint64 strangers; /* from no member */
	guint64 malformed;
	guint64 forged; /* wrong signatures, false certificates */
	guint64 equivocations;
	guint64 refused; /* blocks */
} Dropped;

/* What the store has of an epoch (record.c). */
typedef struct {
	guint slot;
	Anchor epoch;
	guint8 protocol;
	guint64 root_height;
	guint64 voted, lock, reserved;
	Certificate *high; /* may be NULL */
} Record;

/* What a batch reserves. */
typedef struct {
	guint64 sequence;
	guint64 reserved;
} Reserving;

struct bsn_agreement {
	bsn_chain *chain;
	bsn_proposer *proposer;
	const bsn_tree *tree;
	const Mode *mode;
	Config config;
	bsn_id chain_id;
	gboolean started; /* what was there at the start is taken up */
	int32_t stopped;  /* what the engine refused with; then no more */

	Anchor root;  /* the newest final block */
	Anchor epoch; /* that began the epoch */
	gboolean bare_start;   /* the epoch's first block carries no
				* certificate */
	Members *members;
	gint self;    /* its number; -1: it only watches */
	Peer *peers;  /* by member */

	/* Certificates; NULL: none yet. */
	Certificate *proof;  /* that made the epoch's first block final */
	Certificate *high;   /* of the highest round */
	Certificate *commit; /* names a block that is not final here */
	Certificate *proven; /* the last one that was shown to `prove` */
	Certificate *final;  /* that made the root final; NULL after a start */
	GBytes *timeouts;    /* newest timeout certificate */
	guint64 timeouts_round;

	/* Rounds. */
	guint64 round;        /* at hand; with slots: unused */
	guint failures;       /* rounds in a row that passed for nothing */
	guint64 expired;      /* newest round that this node's timer ended */
	guint64 proposed;     /* newest round for which it has made a block */
	guint64 propose_after; /* ms, by block_interval */
	Candidate candidates[WINDOW]; /* by round mod WINDOW */
	gboolean waits; /* the engine will say when it has something */

	/* Durable before it is said: record.c. */
	guint64 voted;    /* no vote in this round or before it any more */
	guint64 lock;     /* no vote upon what was certified before it */
	guint64 reserved; /* it may have made blocks up to this round */
	guint64 reserved_durable;
	guint record_slot;
	Record later; /* of an epoch whose beginning was lost in a crash;
		       * epoch.id.len 0: none */
	guint64 recorded_height; /* of the root, in the record */
	gboolean dirty;
	guint64 sequence; /* of the last batch */
	GQueue *outbox;   /* Outgoing */
	GArray *reserving; /* Reserving: batches that are not durable */

	/* Own messages of the round at hand, for who has missed them. */
	GBytes *sent_proposal, *sent_vote, *sent_timeout;
	guint64 sent_round; /* of the first two */

	bsn_id ripe; /* a quorum voted for it; len 0: none */
	guint64 ripe_round;

	bsn_id wanted;  /* block that is being fetched; len 0: none */
	guint64 want_again; /* ms */
	guint want_next;    /* whom to ask next */

	guint64 progress; /* steps made */
	guint64 asked_progress;
	gboolean expiries_changed;
	gboolean round_timed;   /* the round's timer runs */
	guint64 timed_round;
	gboolean busy; /* inside agreement_run */
	gboolean again;
	Dropped dropped;
};

typedef bsn_agreement Agreement;

#define TIMER_ROUND (BSN_CONSENSUS_BIT | 1u)
#define TIMER_PROPOSE (BSN_CONSENSUS_BIT | 2u)
#define TIMER_FETCH (BSN_CONSENSUS_BIT | 3u)
#define TIMER_STORE (BSN_CONSENSUS_BIT | 4u)
#define TIMER_START (BSN_CONSENSUS_BIT | 5u)

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
/* Nothing goes on: the chain needs somebody to look at it. */
void agreement_stop(Agreement *agreement, int32_t status, const char *what,
		    const bsn_err *err);
/* Says that a member did what no honest one does; now and then. */
void agreement_accuse(Agreement *agreement, guint member, const char *deed);
/* A member has signed wrongly: its votes and timeouts do not count for a while,
 * so that it costs one look. */
void agreement_ban(Agreement *agreement, guint member, guint64 round,
		   const char *deed);
/* Signs a text as the member that this node is; FALSE, and said in the log, when
 * its key cannot be used. */
gboolean agreement_sign(const Agreement *agreement, bsn_slice text,
			Signature *signature);
/* A block of the tree. FALSE: it is not there. */
gboolean agreement_block(const Agreement *agreement, const bsn_id *id,
			 bsn_tree_block *block);
gboolean agreement_head(const Agreement *agreement, bsn_tree_block *block);
Anchor anchor_of(const bsn_tree_block *block);

/* ---- seal.c ------------------------------------------------------------ */

/* Judges a block's seal by the rules of this epoch; only `justify` needs
 * arithmetic, and one that is known needs none.
 *
 * Returns: BSN_OK.
 * Out:     justify, the certificate that it carries; NULL: it begins the epoch;
 *          the caller's.
 * Errors:  BSN_BAD_REQUEST, BSN_BAD_SIGNATURE. */
int32_t seal_check(Agreement *agreement, const bsn_tree_block *block,
		   Certificate **justify, bsn_err *err);
/* Whether a node that stands by its clock may let the block's time be. */
gboolean seal_timely(const Agreement *agreement, guint64 time_ms);
/* The seal of a block upon `parent` that this node makes in a round. */
bsn_seal seal_make(const Agreement *agreement, const bsn_tree_block *parent,
		   guint64 round);

/* ---- proposal.c -------------------------------------------------------- */

/* Each: TRUE when something changed. */
gboolean proposal_make(Agreement *agreement);
gboolean proposal_judge(Agreement *agreement);
void proposal_receive(Agreement *agreement, guint from,
		      const Message *message);
/* What the engine could not judge before may be asked again. */
void proposal_retry(Agreement *agreement);
void proposal_forget(Agreement *agreement, guint64 below);

/* ---- prospect.c -------------------------------------------------------- */

/* Whether a block in this round upon `parent` is worth making. */
gboolean prospect_is_good(const Agreement *agreement,
			  const bsn_tree_block *parent, guint64 round);

/* ---- vote.c ------------------------------------------------------------ */

/* Votes for a block of the tree, which carries what `candidate` says. Nothing
 * happens when that would not be safe. TRUE when it did. */
gboolean vote_cast(Agreement *agreement, const Candidate *candidate);
gboolean vote_is_safe(const Agreement *agreement, const Candidate *candidate);
void vote_receive(Agreement *agreement, guint from, const Message *message);
/* Makes the certificate of a quorum's votes. TRUE when it did. */
gboolean vote_certify(Agreement *agreement);

/* ---- commit.c ---------------------------------------------------------- */

/* Takes a certificate if it is new and true, and remembers what it makes final;
 * from: who has shown it, -1: this node has made it, or verified it. */
void commit_take(Agreement *agreement, Certificate *certificate, gint from);
/* The same for bytes; empty and what cannot be read: nothing. */
void commit_take_bytes(Agreement *agreement, bsn_slice bytes, gint from);
/* Makes final what a certificate names. TRUE when it did. */
gboolean commit_step(Agreement *agreement);
/* Keeps the certificate that made the root final. */
void commit_keep(Agreement *agreement, Certificate *certificate);
/* The head follows the newest certificate. TRUE when it moved. */
gboolean commit_follow(Agreement *agreement);
/* The newest round with a certificate; the epoch's: none. */
guint64 commit_high_round(const Agreement *agreement);
/* The lowest block with BSN_TREE_CLOSES from `id` down to the root, without it.
 * FALSE: there is none. */
gboolean commit_closing(const Agreement *agreement, const bsn_id *id,
			Anchor *closing);

/* ---- epoch.c ----------------------------------------------------------- */

/* Begins with the members that the root names; `proof` made it final, or NULL.
 * Errors: those of members_of_block. */
int32_t epoch_begin(Agreement *agreement, Certificate *proof, bsn_err *err);
/* Finds the epoch of the root and takes up its record.
 * Errors: BSN_E_CORRUPT; of the store; those of members_of_block. */
int32_t epoch_load(Agreement *agreement, bsn_err *err);
/* Puts the head where this node has left off. */
void epoch_resume(Agreement *agreement);
/* The root has moved by itself. */
void epoch_follow(Agreement *agreement, const bsn_id *root);

/* ---- pacemaker.c ------------------------------------------------------- */

/* The round at hand, by the clock or by what has come. */
guint64 pacemaker_round(const Agreement *agreement);
guint pacemaker_leader(const Agreement *agreement, guint64 round);
/* The slot of a round; with slots only. */
guint64 pacemaker_slot(const Agreement *agreement, guint64 round);
void pacemaker_enter(Agreement *agreement, guint64 round);
/* A certificate has come. */
void pacemaker_certified(Agreement *agreement, guint64 round);
void pacemaker_timer(Agreement *agreement);
/* Arms and disarms timers as the state asks. */
void pacemaker_arm(Agreement *agreement);
/* Something came from a member. */
void pacemaker_heard(Agreement *agreement, guint from);
/* Whether there is something to agree on as far as this node knows. */
gboolean pacemaker_active(Agreement *agreement);
/* Whether a block upon `parent` is to be made though nothing waits. */
gboolean pacemaker_unfinished(const Agreement *agreement,
			      const bsn_id *parent);

/* ---- expiry.c ---------------------------------------------------------- */

/* Says that the round has passed for nothing, and votes in it no more. */
void expiry_say(Agreement *agreement);
/* A timeout certificate that a member has shown; may be empty. */
void expiry_show(Agreement *agreement, guint from, bsn_slice bytes);
void expiry_receive(Agreement *agreement, guint from, const Message *message);
/* Goes on where enough others are. TRUE when it did. */
gboolean expiry_step(Agreement *agreement);

/* ---- catchup.c --------------------------------------------------------- */

/* Sends a member what it may lack. */
void catchup_news(Agreement *agreement, guint to);
/* Sends one that was away all that this node has said of late. */
void catchup_greet(Agreement *agreement, guint to);
/* Asks all for newer certificates. */
void catchup_ask(Agreement *agreement);
void catchup_receive(Agreement *agreement, guint from,
		     const Message *message);
/* Has the engine fetch a block from a member, now and again. */
void catchup_want(Agreement *agreement, const bsn_id *id, gint from);
void catchup_timer(Agreement *agreement);

/* ---- record.c ---------------------------------------------------------- */

/* Gives the store what has changed; with messages in the outbox, asks for
 * word. */
void record_flush(Agreement *agreement);
/* Gives it the proof of the epoch that begins, before the block is final. */
void record_proof(Agreement *agreement, const Certificate *proof);
/* A batch is durable. */
void record_durable(Agreement *agreement, guint64 sequence);

void record_clear(Record *record);
/* Both records, newest epoch first, and the proof; n: how many there are.
 * Errors: BSN_E_CORRUPT; those of bsn_store.scan. */
int32_t record_load(Agreement *agreement, Record records[2], guint *n,
		    Certificate **proof, bsn_err *err);

/* ---- outbox.c ---------------------------------------------------------- */

/* A message for all members, this node included, once the next batch is
 * durable. */
void outbox_put(Agreement *agreement, const Message *message);
/* What waits without a batch goes with this one; whether there was any. */
gboolean outbox_waiting(const Agreement *agreement);
void outbox_assign(Agreement *agreement, guint64 sequence);
/* A batch is durable. */
void outbox_release(Agreement *agreement, guint64 sequence);
void outbox_clear(Agreement *agreement);
/* Sends at once: to one member, or to all others. */
void outbox_send(Agreement *agreement, guint to, bsn_slice message);
void outbox_send_all(Agreement *agreement, bsn_slice message);
/* The encoding. */
GBytes *outbox_encode(const Message *message);

#endif
