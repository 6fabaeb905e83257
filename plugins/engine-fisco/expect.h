/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/expect.h: blocks that are built upon before they are
 * decided (bsn_proposer.expect). They are executed proposals of the ledger's,
 * each upon the one before it, the first upon the head; nothing of them is in
 * the store. What is built upon one that is not decided after all is dropped.
 *
 * All functions: [strand], but expect_hash also on workers while the strand
 * waits for them.
 */
#ifndef FISCO_EXPECT_H
#define FISCO_EXPECT_H

#include "plugins/engine-fisco/seal.h"

/* Undecided blocks upon each other: consensus votes on one while the next is
 * executed, and Raft's log may hold another. Each costs a block's memory. */
#define EXPECTED_MAX 2u

/* Executed proposals that are kept for their decision: candidates of the height
 * that is being agreed on, and what is built upon one. */
#define KEPT_MAX 4u
G_STATIC_ASSERT(KEPT_MAX > EXPECTED_MAX);

/* Keeps a proposal that was executed, and takes it over; the oldest one that no
 * other is built upon may go for it. */
void expect_keep(Ledger *ledger, Sealed *sealed);

/* What a block of this height is built upon.
 *
 * Returns: FALSE when that is not known here. Out: parent, borrowed until the
 * next call that decides, expects or executes. */
gboolean expect_parent(const Ledger *ledger, guint64 height, Parent *parent);

/* Blocks are built upon this one from now on, and upon no other one of its
 * height; what was is dropped.
 *
 * Returns: BSN_OK; BSN_BUSY: it has not been executed here, it changes the
 *          members, or there are enough.
 * In:      digest of its header. */
int32_t expect_block(Ledger *ledger, guint64 height, bsn_slice digest);

/* A block was decided and is about to be committed: what does not follow it is
 * dropped, and what does reads the store instead of it. It is not among the
 * executed any more. */
void expect_decided(Ledger *ledger, Sealed *sealed);
/* Nothing is expected any more. */
void expect_forget(Ledger *ledger);

/* Whether an undecided block below height `height` has the transaction, or one
 * that excludes it. */
gboolean expect_takes(const Ledger *ledger, guint64 height, const Tx *tx);
/* The digest of an undecided block, or NULL. */
const guint8 *expect_hash(const Ledger *ledger, guint64 number);

#endif
