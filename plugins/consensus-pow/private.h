/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pow/private.h: a node's part in a chain's proof of work.
 *
 *	blocks.c    the blocks that are known, their work, whether they are right
 *	choose.c    which is the head, and which are final
 *	record.c    the work up to the newest final block, in the store
 *	mine.c      making blocks, turn by turn
 *	talk.c      what nodes tell each other
 *	claims.c    how much work they say to have, while this one catches up
 *	diverged.c  other nodes whose final blocks are others
 *
 * All functions: [strand].
 */
#ifndef POW_PRIVATE_H
#define POW_PRIVATE_H

#include <bsn/ext/tree.h>

#include "plugins/consensus-pow/config.h"
#include "plugins/kit/votes/services.h"
#include "plugins/kit/votes/wire.h"

#define WHO "proof of work"

#define TIMER_MINE (BSN_CONSENSUS_BIT | 1u)
#define TIMER_ADVANCE (BSN_CONSENSUS_BIT | 2u)
#define TIMER_ASK (BSN_CONSENSUS_BIT | 3u)

/* What is known of a block: of the tree, or one before it that the rules look
 * at. */
typedef struct {
	bsn_id id, parent;
	guint64 height, time_ms, round;
	guint32 bits;
	gboolean loaded;
	gboolean weighed; /* below the root, or it: `work` counts */
	Target work;      /* of it and all before it */
} PowBlock;

struct bsn_agreement {
	bsn_chain *chain;
	bsn_proposer *proposer;
	const bsn_tree *tree;
	PowConfig config;
	GHashTable *blocks; /* bsn_id to PowBlock */
	PowBlock *root;
	PowBlock *best;     /* the heaviest, which came first */
	PowBlock *head;     /* what the engine was told; best, a moment later */
	GBytes *best_bytes; /* of best; NULL: they came by the engine */
	gboolean advancing; /* inside choose_advance */

	/* mine.c */
	gboolean member;    /* of those who may build upon the head */
	gboolean wanted;    /* the engine has something to put into a block */
	gboolean mining;    /* a turn is to come */
	bsn_seal seal;      /* of what is sought */
	bsn_id upon;        /* and its parent; len 0: nothing is sought */
	guint64 sealed_ms;  /* steady clock: when the seal was made */
	GByteArray *block;  /* kept for its memory */

	/* talk.c */
	GHashTable *told;   /* key to steady ms: when it was answered last */
	guint64 behind;     /* height that is final elsewhere */
	guint64 ask_ms;     /* until the next time of asking; 0: nobody is */

	/* claims.c */
	GHashTable *claims; /* key to Target: work of its head */
	guint64 came_ms;    /* when the last block came by the engine that is
			     * final elsewhere; 0: none has */
	guint others;       /* members of the head beside this node */

	GHashTable *diverged; /* keys */
	char *trouble;      /* what is to be said of it; NULL: nothing */

	int32_t stopped;    /* what the engine refused with */
	guint64 mined, reorgs, deepest;
};
typedef bsn_agreement Pow;

/* ---- blocks.c ---------------------------------------------------------- */

void blocks_open(Pow *pow);
/* A block by id, also a final one; NULL: it is not there. */
PowBlock *blocks_find(Pow *pow, const bsn_id *id);
/* One of the tree that the engine has admitted; its parent is weighed. Returns it,
 * or NULL: the rules do not know its parent. */
PowBlock *blocks_note(Pow *pow, const bsn_tree_block *block);
/* Whether a block is as it must be upon its parent, which is in the tree.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST; BSN_BUSY: its time has not come yet;
 * of bsn_tree.members. */
int32_t blocks_judge(Pow *pow, const bsn_tree_block *block, bsn_err *err);
/* What a block upon `parent` must be. */
guint32 blocks_bits(Pow *pow, const PowBlock *parent);
/* The root is another: what is not below it is forgotten. */
void blocks_prune(Pow *pow);
/* Whether the one with that key is of those who agree upon a block. Errors: of
 * bsn_tree.members. */
int32_t blocks_members(Pow *pow, const bsn_id *block, bsn_slice key,
		       gboolean *named);
/* Whether this node is, and how many others: into pow. */
int32_t blocks_look_at_members(Pow *pow, const bsn_id *block);

/* ---- choose.c ---------------------------------------------------------- */

/* Takes over what is in the tree: once, at the start. */
int32_t choose_open(Pow *pow, bsn_err *err);
/* Makes the heaviest block the head, and final what is deep enough. */
void choose_advance(Pow *pow);
/* The ancestor of a block of that height; NULL: it is not known here. */
PowBlock *choose_at(Pow *pow, PowBlock *block, guint64 height);
void choose_stop(Pow *pow, int32_t status, const char *reason);

/* ---- record.c ---------------------------------------------------------- */

/* The work up to the root. */
Target record_read(Pow *pow, const PowBlock *root);
void record_write(Pow *pow);

/* ---- mine.c ------------------------------------------------------------ */

/* Goes on mining, when there is a reason. */
void mine_go(Pow *pow);
void mine_turn(Pow *pow);
/* Whether something that is waited for is in a block that is not final. */
gboolean mine_is_loaded(Pow *pow);

/* ---- talk.c ------------------------------------------------------------ */

/* Tells all, or one, which the head is. */
void talk_tell_all(Pow *pow);
void talk_tell(Pow *pow, bsn_slice key);
void talk_receive(Pow *pow, bsn_slice from, bsn_slice message);
/* Blocks up to that height are final elsewhere: asks for heads until they are
 * here. */
void talk_behind(Pow *pow, guint64 height);
void talk_ask(Pow *pow);

/* ---- claims.c ---------------------------------------------------------- */

void claims_open(Pow *pow);
void claims_note(Pow *pow, bsn_slice key, const Target *work);
void claims_forget(Pow *pow, bsn_slice key);
/* How many blocks must be above one that becomes final now. again_ms: after so
 * long it may be fewer; 0: no. */
guint64 claims_depth(Pow *pow, guint64 *again_ms);

/* ---- diverged.c -------------------------------------------------------- */

/* Whether a block of the main line that is final elsewhere is so here: TRUE where
 * that is not known. `deep`: the store is read for it. */
gboolean diverged_is_ours(Pow *pow, guint64 height, const bsn_id *id,
			  gboolean deep);
/* A node has another final block of that height. */
void diverged_note(Pow *pow, bsn_slice key, guint64 height, const Target *work);

#endif
