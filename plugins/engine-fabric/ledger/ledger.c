/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/ledger.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/commit.h"
#include "plugins/engine-fabric/ledger/expiry.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/origin.h"
#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/kit/sink.h"

/* ---- opening ---- */

/* That the last block is the one that the head speaks of. */
static int32_t
check_last(const State *state, const LedgerHead *head, bsn_err *err)
{
	const StoreKey key = store_key_block(head->height - 1);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Block *block;
	guint8 hash[HASH_LEN];
	int32_t status = ledger_store_get(&state->store, store_key_slice(&key),
					  bytes, err);

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	block = message_unpack(&arena, &common__block__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	if (block == NULL || block->header == NULL ||
	    block_header_hash(&state->suite, block->header, hash) != BSN_OK ||
	    memcmp(hash, head->hash, HASH_LEN) != 0)
		return bsn_fail(err, BSN_E_CORRUPT,
				"block %" G_GUINT64_FORMAT
				" is not the one that the ledger ends with",
				head->height - 1);
	return BSN_OK;
}

static int32_t
load_origin(ChannelLedger *ledger, bsn_err *err)
{
	LedgerOrigin origin;
	const int32_t status =
		ledger_origin_load(&ledger->state.store, &origin, err);

	ledger->first = origin.first;
	ledger->state.hidden = origin.installing;
	return status;
}

int32_t
channel_ledger_open(const Suite *suite, const LedgerStore *store,
		    bsn_slice channel_id, ChannelLedger **ledger, bsn_err *err)
{
	g_autoptr(ChannelLedger) opened = g_new0(ChannelLedger, 1);
	int32_t status;

	opened->state = (State){ *suite, *store, NULL, FALSE };
	opened->channel_id = g_bytes_new(channel_id.data, channel_id.len);
	status = ledger_head_load(store, &opened->head, err);
	if (status == BSN_OK)
		status = load_origin(opened, err);
	/* The block before the first one was never here. */
	if (status == BSN_OK && opened->head.height > 0 &&
	    opened->head.height != opened->first)
		status = check_last(&opened->state, &opened->head, err);
	if (status != BSN_OK)
		return status;
	opened->durable = opened->head;
	*ledger = g_steal_pointer(&opened);
	return BSN_OK;
}

void
channel_ledger_free(ChannelLedger *ledger)
{
	if (ledger == NULL)
		return;
	g_queue_clear_full(&ledger->waiting, g_free);
	g_bytes_unref(ledger->channel_id);
	g_free(ledger);
}

/* ---- the next block ---- */

static int32_t
judge(const ChannelLedger *ledger, const IncomingBlock *block,
      const int32_t *verdicts, TxJudge *tx_judge, BlockOutcome *outcome,
      bsn_err *err)
{
	if (ledger->head.height == 0)
		return block_accept_genesis(
			block, bytes_slice(ledger->channel_id), outcome, err);
	return block_validate(&ledger->state, ledger->head.height, block,
			      verdicts, tx_judge, outcome, err);
}

/* What the block changes outside of its commit hash. */
static int32_t
add_private(const ChannelLedger *ledger, const IncomingBlock *block,
	    PrivateSource *source, BlockOutcome *outcome, LedgerBatch *batch,
	    bsn_err *err)
{
	const State *state = &ledger->state;
	const guint64 number = ledger->head.height;
	g_autoptr(GTree) given = state_tree_new();
	int32_t status;

	status = expiry_due(state, number, outcome, batch, err);
	if (status == BSN_OK && source != NULL)
		status = expiry_note(state, number, outcome, source, batch,
				     err);
	if (status == BSN_OK && source != NULL)
		status = source->collect(source, block, outcome, given, batch,
					 err);
	return status == BSN_OK ? private_settle(state, given, outcome, err)
				: status;
}

static int32_t
keep_replaced(ChannelLedger *ledger, const BlockOutcome *outcome, bsn_err *err)
{
	const int32_t status = snapshots_keep(
		&ledger->snapshots, &ledger->state, outcome->updates, err);

	return status == BSN_OK ? snapshots_keep(&ledger->snapshots,
						 &ledger->state,
						 outcome->private_updates, err)
				: status;
}

int32_t
channel_ledger_prepare(ChannelLedger *ledger, PrivateSource *source,
		       bsn_err *err)
{
	int32_t status;

	if (ledger->first == 0 || ledger->prepared || source == NULL)
		return BSN_OK;
	status = expiry_restore(&ledger->state, source, err);
	ledger->prepared = status == BSN_OK;
	return status;
}

int32_t
channel_ledger_append(ChannelLedger *ledger, IncomingBlock *block,
		      const int32_t *verdicts, TxJudge *tx_judge,
		      PrivateSource *source, guint64 cookie,
		      BlockOutcome *outcome, bsn_err *err)
{
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status;

	ledger_batch_init(&batch);
	block_outcome_init(outcome, block->n_txs);
	status = channel_ledger_prepare(ledger, source, err);
	if (status == BSN_OK)
		status = block_check(&ledger->state.suite, block->message,
				     ledger->head.height,
				     ledger_head_hash(&ledger->head), err);
	if (status == BSN_OK)
		status = judge(ledger, block, verdicts, tx_judge, outcome, err);
	if (status == BSN_OK)
		status = add_private(ledger, block, source, outcome, &batch,
				     err);
	if (status == BSN_OK)
		status = keep_replaced(ledger, outcome, err);
	if (status == BSN_OK)
		status = ledger_commit_block(&ledger->state, block, outcome,
					     &batch, cookie, &ledger->head,
					     err);
	if (status == BSN_OK)
		g_queue_push_tail(
			&ledger->waiting,
			g_memdup2(&ledger->head, sizeof(ledger->head)));
	return status;
}

void
channel_ledger_durable(ChannelLedger *ledger, guint64 height)
{
	for (;;) {
		LedgerHead *next = g_queue_peek_head(&ledger->waiting);

		if (next == NULL || next->height > height)
			return;
		ledger->durable = *next;
		g_free(g_queue_pop_head(&ledger->waiting));
	}
}
