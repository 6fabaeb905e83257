/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-single/private.h: what single.c and produce.c share. All
 * functions: [strand].
 */
#ifndef CONSENSUS_SINGLE_PRIVATE_H
#define CONSENSUS_SINGLE_PRIVATE_H

#include <bsn/ext/tree.h>
#include <glib.h>

#define TIMER_PERIOD (BSN_CONSENSUS_BIT | 1u)

typedef struct {
	const bsn_log *log; /* may be NULL */
	const bsn_clock *clock;
	const bsn_timer *timer;
	const bsn_keys *keys;
} SingleServices;

extern SingleServices single_services;

struct bsn_agreement {
	bsn_chain *chain;
	bsn_proposer *proposer;
	const bsn_tree *tree;
	guint64 period;     /* ms */
	guint64 not_before; /* ms of the steady clock: the next block */
	GByteArray *block;  /* kept for its memory */
	GByteArray *producer; /* public key */
	gboolean produces;    /* it is this node's */
	gboolean wanted;      /* the engine has something to propose */
	gboolean resumed;     /* what was there at the start is final */
	gboolean busy;        /* inside single_advance */
	int32_t stopped; /* what the engine refused with; then no more blocks */
};

/* ---- single.c ---------------------------------------------------------- */

G_GNUC_PRINTF(3, 4)
void single_log(const bsn_agreement *agreement, uint32_t level,
		const char *format, ...);
/* Errors: BSN_BAD_REQUEST: there is not one. */
int32_t single_check_members(guint64 n, bsn_err *err);

/* ---- produce.c --------------------------------------------------------- */

/* Who produces upon a block, into `key`, and whether it is this node.
 * Errors: of bsn_tree.members; those of single_check_members. */
int32_t single_find_producer(bsn_agreement *agreement, const bsn_id *block,
			     GByteArray *key, gboolean *own, bsn_err *err);
/* Takes over who produces upon the root: nobody where it is not one.
 * Errors: of bsn_tree.members. */
int32_t single_take_producer(bsn_agreement *agreement, const bsn_id *root,
			     bsn_err *err);
/* Whether a block of this protocol may have such a seal. */
gboolean single_is_seal(const bsn_seal *seal);
/* Makes blocks as long as something waits and the time has come. */
void single_advance(bsn_agreement *agreement);
void single_stop(bsn_agreement *agreement, int32_t status, const char *reason);

#endif
