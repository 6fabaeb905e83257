/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/order.h: from envelopes to committed blocks.
 *
 *	submit.c  envelopes at the door (bsn_tx_ops.submit): form, creator,
 *	          expiry, Writers, size, duplicates; intake.c: many at once
 *	pool.c    what waits, in order of arrival, and who waits for it
 *	cut.c     batches: MaxMessageCount, PreferredMaxBytes, BatchTimeout; a
 *	          config stands alone in its block
 *	agree.c   bsn_proposer: a proposal is a Block (header and data, without
 *	          metadata); nodes vote on its header's hash
 *	next.c    the next proposal from what waits
 *	check.c   proposals of others
 *	candidate.c expect.c  what was proposed or checked; what is built upon
 *	          before it is decided
 *	admit.c   whether an envelope may be ordered, for submit.c and check.c
 *	commit.c  a decided block: signatures in parallel, each once
 *	          (verdict.c); validation; the store; answers and events when it
 *	          is durable
 *	record.c  a block's time and certificate in the store
 *	found.c   block 0, and the ledger when a chain is opened
 *	seen.c    signatures that were found good of late
 *
 * Blocks are committed here alone, whether consensus decided them or net/ has
 * fetched them. All functions: [strand].
 */
#ifndef FABRIC_ORDER_ORDER_H
#define FABRIC_ORDER_ORDER_H

#include "plugins/engine-fabric/engine.h"

/* Begins to keep what waits and which signatures hold; the ledger is there. All
 * other parts may ask from now on. */
void order_begin(Channel *channel);
/* Joins the chain's consensus; all other parts are open.
 *
 * Returns: BSN_OK. Errors: as bsn_consensus.create; BSN_E_CORRUPT. */
int32_t order_open(Channel *channel, bsn_err *err);
/* Fails whoever waits, leaves the consensus, frees; nothing when it was not
 * begun. */
void order_close(Channel *channel);

/* bsn_tx_ops.submit. */
int32_t order_submit(Channel *channel, const bsn_submission *items, uint64_t n,
		     bsn_err *err);
/* One envelope of a client that does not wait for its block, as a Fabric orderer
 * takes it.
 *
 * Returns: BSN_OK: it waits to be ordered, and was passed on; the same one may
 *          have waited before.
 * Errors:  as the answers of order_submit. */
int32_t order_accept(Channel *channel, bsn_slice envelope, bsn_err *err);
/* Envelopes that another node has passed on: judged as if they were submitted
 * here; nobody is answered.
 *
 * Returns: BSN_OK: each was taken, known, or refused for itself.
 * Out:     refused: how many were.
 * Errors:  BSN_BAD_SIGNATURE: one is forged; BSN_BUSY, BSN_FULL: not now. Those
 *          before it were judged, those after it were not. */
int32_t order_forwarded(Channel *channel, const bsn_slice *envelopes, guint n,
			guint *refused, bsn_err *err);

/* A block that was agreed on and that this node got by itself.
 *
 * Returns: BSN_OK: the head has moved.
 * In:      block: as it was proposed; certificate: verified by the caller.
 * Errors:  BSN_BAD_REQUEST, BSN_CONFLICT: it is not the next one; BSN_BUSY,
 *          BSN_FULL: not now. */
int32_t order_take(Channel *channel, guint64 number, bsn_slice block,
		   bsn_slice certificate, bsn_err *err);
/* When a block was made, ms: the latest of its transactions' own times, and
 * never before that of the block before; 0 for one that is not there. */
guint64 order_block_time(const Channel *channel, guint64 number);
/* Appends the certificate of a block; nothing when it has none. */
int32_t order_certificate(const Channel *channel, guint64 number,
			  GByteArray *out, bsn_err *err);
/* Appends a block as it was proposed (header and data alone). */
int32_t order_proposed(const Channel *channel, guint64 number, GByteArray *out,
		       bsn_err *err);

/* Transactions that wait, for status. */
guint64 order_pending_count(const Channel *channel);
/* Where a transaction that waits stands: TRUE when it is in the pool. */
gboolean order_is_waiting(const Channel *channel, bsn_slice tx_id);
/* Calls `visit` for envelopes that have waited since before `since_ms`
 * (monotonic), for net/ to pass on again; at most `bytes` of them. Returns
 * whether any transaction waits. */
gboolean order_waiting(Channel *channel, guint64 since_ms, guint64 bytes,
		       void (*visit)(bsn_slice envelope, gpointer data),
		       gpointer data);

/* bsn_chain_ops.durable, timer (TIMER_CUT, TIMER_RETRY), of what is not the
 * consensus's. */
void order_durable(Channel *channel, guint64 cookie);
void order_timer(Channel *channel, guint64 id);

/* ---- seen.c ---- */

/* Remembers a signature as good; digests key, message and signature. Bounded:
 * the oldest are forgotten. */
void seen_add(Channel *channel, const SuiteItem *item);
gboolean seen_has(Channel *channel, const SuiteItem *item);
/* Verifies n signatures, those that were seen not again, on all workers; adds
 * the good ones. Out: results, as suite_verify. */
void seen_verify(Channel *channel, const SuiteItem *items, guint64 n,
		 int32_t *results);

#endif
