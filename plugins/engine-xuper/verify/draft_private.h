/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/verify/draft_private.h: a block while its transactions are
 * put upon each other.
 */
#ifndef XUPER_VERIFY_DRAFT_PRIVATE_H
#define XUPER_VERIFY_DRAFT_PRIVATE_H

#include "plugins/engine-xuper/verify/draft.h"
#include "plugins/engine-xuper/verify/generated.h"

/* Bytes that a transaction takes in a block beside its own: tag and length. */
#define TX_FRAME_MAX 6u

typedef struct {
	Beginning of;
	Upon upon;
	GPtrArray *txs;   /* Tx, references */
	GPtrArray *notes; /* GBytes or NULL, references */
	guint64 bytes;    /* of those that were not generated, with frames */
	guint64 cost;     /* of judging these (judged_cost) */
} Draft;

void draft_begin(Draft *draft, const Beginning *of);
void draft_clear(Draft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

/* Puts a transaction that is known to be right upon the others. Takes neither.
 * Returns: BSN_OK; below 0. */
int32_t draft_put(Draft *draft, Tx *tx, GBytes *note, bsn_err *err);
/* Judges one upon the others and puts it there. Returns: a code; XUPER_BLOCK: it
 * is right, but with it the block would take too long to judge. */
gint draft_take(Draft *draft, Tx *tx, bsn_err *err);
/* Whether there is room for it. */
gboolean draft_has_room(const Draft *draft, const Tx *tx);
/* Hands over the state and the notes. */
void draft_end(Draft *draft, Drafted *drafted);

#endif
