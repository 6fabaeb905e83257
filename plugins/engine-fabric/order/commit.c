/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/commit.h"

#include "common/configtx.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/gateway.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/order/admit.h"
#include "plugins/engine-fabric/order/record.h"
#include "plugins/engine-fabric/order/submit.h"
#include "plugins/engine-fabric/order/verdict.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

/* Who waits for a transaction of a block. */
typedef struct {
	guint index; /* of the transaction */
	TxCode code;
	char *tx_id;
	bsn_reply *reply;
} Waiting;

/* A block that the store accepted and that is not known to be on disk. */
typedef struct {
	guint64 number;
	IncomingBlock *block; /* NULL: nobody waits */
	GArray *waiting;      /* Waiting */
} Committed;

static void
waiting_clear(gpointer data)
{
	g_free(((Waiting *)data)->tx_id);
}

static void
committed_free(Committed *committed)
{
	incoming_block_free(committed->block);
	g_array_unref(committed->waiting);
	g_free(committed);
}

/* ---- metadata ------------------------------------------------------------ */

/* Whether the block brings another config: what its last_config says. */
static gboolean
brings_config(Channel *channel, const IncomingBlock *block,
	      const int32_t *verdicts, int32_t *status)
{
	const BlockTx *tx = &block->txs[0];
	TxJudge *judge = lifecycle_judge(channel);

	return block->n_txs == 1 && tx->is_config &&
	       tx->header == TX_CODE(VALID) &&
	       verdicts[tx->creator.index] == BSN_OK &&
	       tx->body == TX_CODE(VALID) &&
	       judge->config(judge, tx, status) == TX_CODE(VALID);
}

/* What Fabric's orderers write: the value that they would sign, without
 * signatures, for the certificate is consensus's own; and LAST_CONFIG, which
 * older clients read. The ledger fills in the rest. */
static void
fill_metadata(IncomingBlock *block, guint64 last_config)
{
	Common__LastConfig last = COMMON__LAST_CONFIG__INIT;
	Common__OrdererBlockMetadata orderer =
		COMMON__ORDERER_BLOCK_METADATA__INIT;
	Common__Metadata metadata = COMMON__METADATA__INIT;
	ProtobufCBinaryData *entries = arena_room(
		&block->arena, BLOCK_METADATA_COUNT * sizeof(entries[0]));

	memset(entries, 0, BLOCK_METADATA_COUNT * sizeof(entries[0]));
	last.index = last_config;
	orderer.last_config = &last;
	metadata.value = message_bytes(message_put(&block->arena, &orderer));
	entries[COMMON__BLOCK_METADATA_INDEX__SIGNATURES] =
		message_bytes(message_put(&block->arena, &metadata));
	metadata.value = message_bytes(message_put(&block->arena, &last));
	entries[COMMON__BLOCK_METADATA_INDEX__LAST_CONFIG] =
		message_bytes(message_put(&block->arena, &metadata));
	block->message->metadata->n_metadata = BLOCK_METADATA_COUNT;
	block->message->metadata->metadata = entries;
}

/* ---- the store ----------------------------------------------------------- */

static guint64
block_time(const IncomingBlock *block, guint64 before)
{
	guint64 time_ms = before;

	for (guint i = 0; i < block->n_txs; i++)
		time_ms = MAX(time_ms, tx_time_ms(&block->txs[i]));
	return time_ms;
}

static int32_t
append(Channel *channel, IncomingBlock *block, const int32_t *verdicts,
       bsn_slice certificate, BlockOutcome *outcome, bsn_err *err)
{
	const guint64 number = channel->ledger->head.height;
	const StoreKey key = record_key(number);
	const guint64 time_ms = block_time(block, channel->order->time_ms);
	g_autoptr(GByteArray) record = g_byte_array_new();
	bsn_write beside = { .size = sizeof(beside), .op = BSN_WRITE_PUT };
	int32_t status;

	record_put(record, time_ms, certificate);
	beside.key = store_key_slice(&key);
	beside.value = buffer_slice(record);
	block->beside = &beside;
	block->n_beside = 1;
	status = channel_ledger_append(channel->ledger, block, verdicts,
				       lifecycle_judge(channel),
				       private_source(channel), number + 1,
				       outcome, err);
	block->n_beside = 0;
	if (status == BSN_OK)
		channel->order->time_ms = time_ms;
	return status;
}

static int32_t
store(Channel *channel, IncomingBlock *block, bsn_slice certificate,
      BlockOutcome *outcome, bsn_err *err)
{
	const LedgerHead *head = &channel->ledger->head;
	g_autofree int32_t *verdicts = verdicts_of(channel, block);
	int32_t status = BSN_OK;
	const gboolean is_config =
		block->n_txs > 0 &&
		brings_config(channel, block, verdicts, &status);

	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the config of block %" G_GUINT64_FORMAT
				" cannot be judged",
				head->height);
	fill_metadata(block, is_config ? head->height : head->last_config);
	return append(channel, block, verdicts, certificate, outcome, err);
}

/* ---- who waits ----------------------------------------------------------- */

/* The update that a CONFIG came of is what waits here; each node has made a
 * CONFIG of its own. */
static PoolEntry *
find_update(const Channel *channel, const BlockTx *tx)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Common__ConfigEnvelope *config = message_unpack(
		&arena, &common__config_envelope__descriptor,
		message_slice(tx->opened.payload->data), NULL, NULL);
	char key[POOL_KEY_SIZE];

	if (config == NULL || config->last_update == NULL)
		return NULL;
	pool_update_key(&channel->suite,
			message_slice(config->last_update->payload),
			message_slice(config->last_update->signature), key);
	return pool_find(&channel->order->pool, key);
}

static PoolEntry *
find_entry(const Channel *channel, const BlockTx *tx)
{
	PoolEntry *entry;

	if (tx->is_config && tx->opened.payload != NULL)
		return find_update(channel, tx);
	entry = tx->tx_id.len > 0 ? pool_find(&channel->order->pool,
					      (const char *)tx->tx_id.data)
				  : NULL;
	return entry != NULL && !entry->is_config ? entry : NULL;
}

/* A transaction of a block leaves the pool. Another one with its id can never
 * take effect. */
static void
take_one(Channel *channel, const BlockTx *tx, guint index, TxCode code,
	 GArray *waiting)
{
	PoolEntry *entry = find_entry(channel, tx);
	Waiting one = { index, code, NULL, NULL };
	gboolean same;

	if (entry == NULL)
		return;
	same = entry->is_config ||
	       bsn_slice_equal(bytes_slice(entry->envelope), tx->envelope);
	one.tx_id = g_strdup(entry->tx_id);
	one.reply = pool_remove(&channel->order->pool, entry);
	if (one.reply != NULL && same) {
		g_array_append_val(waiting, one);
		return;
	}
	answer_duplicate(one.reply, one.tx_id);
	g_free(one.tx_id);
}

/* ---- a decided block ----------------------------------------------------- */

/* Members may be others from the next block on, and consensus may go on with it
 * at once: nothing is proposed before the pool has been judged anew. */
static void
install_config(Channel *channel, guint64 number, const BlockTx *tx)
{
	channel->order->judging = TRUE;
	config_install(channel, number, tx);
	submit_judge_anew(channel);
	channel->order->judging = FALSE;
	if (channel->order->refused)
		(void)services.timer->set(channel->chain, TIMER_CUT, 0);
}

static void
follow(Channel *channel, IncomingBlock *block, const BlockOutcome *outcome)
{
	Committed *committed = g_new0(Committed, 1);

	committed->number = block->message->header->number;
	committed->waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
	g_array_set_clear_func(committed->waiting, waiting_clear);
	for (guint i = 0; i < block->n_txs; i++) {
		const BlockTx *tx = &block->txs[i];

		take_one(channel, tx, i, outcome->codes[i], committed->waiting);
		if (tx->tx_id.len > 0)
			gateway_committed(channel, committed->number,
					  (const char *)tx->tx_id.data,
					  outcome->codes[i]);
	}
	g_queue_push_tail(&channel->order->committed, committed);
	lifecycle_committed(channel, outcome);
	for (guint i = 0; i < block->n_txs; i++)
		if (block->txs[i].is_config &&
		    outcome->codes[i] == TX_CODE(VALID))
			install_config(channel, committed->number,
				       &block->txs[i]);
	/* What it was opened from is needed for answers alone. */
	if (committed->waiting->len > 0)
		committed->block = block;
	else
		incoming_block_free(block);
}

int32_t
commit_block(Channel *channel, Candidate *candidate, bsn_slice certificate,
	     bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	const guint64 number = channel->ledger->head.height;
	g_auto(BlockOutcome) outcome = { 0 };
	int32_t status = candidate_open(channel, candidate, err);

	if (status == BSN_OK)
		status = store(channel, candidate->block, certificate, &outcome,
			       err);
	if (status != BSN_OK)
		return status;
	channel_snapshots_committed(channel);
	/* A config has consensus go on at once, which may ask for the next
	 * proposal before this is back. */
	candidates_decide(channel, candidate);
	follow(channel, g_steal_pointer(&candidate->block), &outcome);
	net_head_moved(channel);
	private_committed(channel, number);
	return BSN_OK;
}

/* ---- once it is on disk -------------------------------------------------- */

static void
answer_waiting(Channel *channel, const Committed *committed)
{
	for (guint i = 0; i < committed->waiting->len; i++) {
		const Waiting *one =
			&g_array_index(committed->waiting, Waiting, i);

		query_answer_tx(channel, one->reply, committed->number,
				one->index, one->tx_id, one->code,
				&committed->block->txs[one->index].opened);
	}
}

static void
tell_consensus(Channel *channel, guint64 number)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	channel->consensus->applied(channel->agreement, number);
}

void
commit_durable(Channel *channel, guint64 height)
{
	const guint64 first = channel->ledger->durable.height;
	GQueue *queue = &channel->order->committed;
	Committed *committed;

	channel_ledger_durable(channel->ledger, height);
	height = channel->ledger->durable.height;
	while ((committed = g_queue_peek_head(queue)) != NULL &&
	       committed->number < height) {
		(void)g_queue_pop_head(queue);
		answer_waiting(channel, committed);
		committed_free(committed);
	}
	for (guint64 number = first; number < height; number++) {
		services.events->block(channel->chain, number);
		tell_consensus(channel, number);
	}
	if (height == first)
		return;
	net_durable(channel);
	gateway_durable(channel);
	members_follow_certificate(channel);
}

void
commit_abandon(Channel *channel)
{
	Committed *committed;

	while ((committed = g_queue_pop_head(&channel->order->committed)) !=
	       NULL) {
		for (guint i = 0; i < committed->waiting->len; i++)
			answer_closing(
				g_array_index(committed->waiting, Waiting, i)
					.reply);
		committed_free(committed);
	}
}
