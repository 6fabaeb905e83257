/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/commit.h"

#include "plugins/engine-fisco/access/committee.h"
#include "plugins/engine-fisco/balances.h"
#include "plugins/engine-fisco/account.h"
#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/channel/channel.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/net/net.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/rows.h"
#include "plugins/engine-fisco/rpc/feeds.h"
#include "plugins/engine-fisco/rpc/held.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* Entries of a block beside its transactions' and the state's. */
#define BLOCK_ENTRIES 8u

/* Who waits for a transaction of a block. */
typedef struct {
	guint index; /* of the transaction */
	bsn_reply *reply;
	Tx *tx;
} Waiting;

/* A block that the store accepted and that is not known to be on disk. */
typedef struct {
	Head head;
	GByteArray *block; /* as encoded */
	GArray *waiting;   /* Waiting, by index */
} Committed;

static void
waiting_clear(gpointer data)
{
	tx_unref(((Waiting *)data)->tx);
}

static void
committed_free(gpointer data)
{
	Committed *committed = data;

	g_byte_array_unref(committed->block);
	g_array_unref(committed->waiting);
	g_free(committed);
}

/* ---- the batch --------------------------------------------------------- */

static void
put_block_entries(Batch *batch, const Head *head, const BlockInfo *info,
		  bsn_slice block, const guint8 *genesis)
{
	static const guint8 head_key[] = { KEY_HEAD_RECORD };
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint64 number = GUINT64_TO_BE(head->number);
	guint8 key[RECORD_KEY_MAX];
	guint len;

	len = record_key_number(KEY_BLOCK, head->number, key);
	batch_put(batch, bsn_slice_of(key, len), block);
	info_put(info, value);
	len = record_key_number(KEY_INFO, head->number, key);
	batch_put_short(batch, bsn_slice_of(key, len), buffer_slice(value));
	len = record_key_hash(head->hash, key);
	batch_put_short(batch, bsn_slice_of(key, len),
			bsn_slice_of(&number, sizeof(number)));
	g_byte_array_set_size(value, 0);
	head_put(head, genesis, value);
	batch_put_short(batch, bsn_slice_of(head_key, sizeof(head_key)),
			buffer_slice(value));
}

static void
put_tx_entries(Batch *batch, const Sealed *sealed, GByteArray *nonces,
	       GByteArray *senders)
{
	guint8 key[RECORD_KEY_MAX];
	guint8 place[PLACE_LEN];
	guint len;

	for (guint i = 0; i < sealed->txs->len; i++) {
		const Tx *tx = sealed->txs->pdata[i];
		const TxPlace where = { sealed->header.number, i };

		place_put(&where, place);
		len = record_key_tx(tx->hash, key);
		batch_put_short(batch, bsn_slice_of(key, len),
				bsn_slice_of(place, PLACE_LEN));
		if (!tx_is_ethereum(tx))
			g_byte_array_append(nonces, tx->nonce, NONCE_LEN);
		g_byte_array_append(senders, tx->sender, ADDRESS_LEN);
	}
	len = record_key_number(KEY_NONCES, sealed->header.number, key);
	batch_put(batch, bsn_slice_of(key, len), buffer_slice(nonces));
	len = record_key_number(KEY_SENDERS, sealed->header.number, key);
	batch_put(batch, bsn_slice_of(key, len), buffer_slice(senders));
}

static int32_t
put_changes(bsn_chain *chain, gboolean rows, const GArray *changes,
	    Batch *batch)
{
	if (rows)
		return rows_put(chain, changes, batch);
	for (guint i = 0; i < changes->len; i++) {
		const OverlayChange *change =
			&g_array_index(changes, OverlayChange, i);

		if (change->deleted)
			batch_delete_borrowed(batch, change->key);
		else
			batch_put_borrowed(batch, change->key, change->value);
	}
	return BSN_OK;
}

/* ---- block 0 ----------------------------------------------------------- */

static int32_t
genesis_header(Ledger *ledger, const guint8 *genesis, GByteArray *out,
	       guint8 *hash)
{
	Header header = {
		.time_ms = ledger->genesis.time_ms,
		.gas_limit = ledger_config(ledger)->block_gas_max,
		.sealers = buffer_slice(ledger->members.sealers),
	};
	g_autoptr(GByteArray) extra = g_byte_array_new();
	const RlpItem item = rlp_bytes(bsn_slice_of(genesis, HASH_LEN));
	int32_t status = tree_root(&ledger->suite, NULL, 0, header.txs_root);

	rlp_put(extra, &item);
	header.extra = buffer_slice(extra);
	memcpy(header.receipts_root, header.txs_root, HASH_LEN);
	header_put(&header, out);
	return status != BSN_OK ? status
				: suite_digest1(&ledger->suite,
						buffer_slice(out), hash);
}

/* The state that a chain begins with. */
static int32_t
found_committee(const Ledger *ledger, Overlay *state)
{
	const GArray *founders = ledger_config(ledger)->committee;
	int32_t status = BSN_OK;

	committee_found_threshold(state, ledger_config(ledger)->threshold);
	for (guint i = 0; status == BSN_OK && founders != NULL &&
			  i < founders->len;
	     i++) {
		const Founder *founder = &g_array_index(founders, Founder, i);

		status = committee_found(state, founder->address,
					 founder->weight);
	}
	return status;
}

/* Snapshots are cut between any two entries. */
static gboolean
wants_rows(const Ledger *ledger)
{
	return (ledger->runtime->flags & BSN_RUNTIME_SLOTS) != 0 &&
	       ledger_config(ledger)->snapshot_interval == 0;
}

int32_t
commit_genesis(Ledger *ledger, const guint8 *genesis, bsn_err *err)
{
	const bsn_slice none = bsn_slice_of(NULL, 0);
	g_autoptr(GByteArray) header = g_byte_array_new();
	g_autoptr(GByteArray) block = g_byte_array_new();
	g_autoptr(Overlay) state = ledger_state(ledger);
	g_autoptr(GArray) changes = NULL;
	g_auto(Batch) batch = { NULL, NULL };
	Head head = { .time_ms = ledger->genesis.time_ms,
		      .rows = wants_rows(ledger) };
	BlockInfo info;
	int32_t status = genesis_header(ledger, genesis, header, head.hash);

	if (status != BSN_OK)
		return bsn_fail(err, status, "block 0 could not be made");
	block_put(buffer_slice(header), head.hash, none, none, none, block);
	head.bytes = block->len;
	info = (BlockInfo){ bsn_slice_of(head.hash, HASH_LEN), block->len, 0,
			    buffer_slice(header) };
	status = found_committee(ledger, state);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the committee cannot be made");
	status = balances_fund(ledger, state, err);
	if (status != BSN_OK)
		return status;
	changes = overlay_changes(state);
	batch_init(&batch, BLOCK_ENTRIES + changes->len);
	put_block_entries(&batch, &head, &info, buffer_slice(block), genesis);
	status = put_changes(ledger->chain, head.rows, changes, &batch);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the state cannot be kept");
	status = batch_commit(&batch, ledger->chain, 0, err);
	if (status == BSN_OK)
		ledger->head = ledger->durable = head;
	return status;
}

/* ---- a decided block --------------------------------------------------- */

static void
encode_block(const Sealed *sealed, bsn_slice certificate, GByteArray *out)
{
	g_autoptr(GByteArray) sigs = g_byte_array_new();
	const RlpItem sig[] = { rlp_u64(sealed->header.sealer),
				rlp_bytes(certificate) };

	if (certificate.len > 0)
		rlp_put_list(sigs, sig, G_N_ELEMENTS(sig));
	block_put(buffer_slice(sealed->header_raw), sealed->hash,
		  buffer_slice(sealed->txs_raw), buffer_slice(sigs),
		  buffer_slice(sealed->receipts_raw), out);
}

static Head
head_after(const Head *head, const Sealed *sealed, guint64 bytes)
{
	Head next = {
		.number = sealed->header.number,
		.time_ms = sealed->header.time_ms,
		.bytes = head->bytes + bytes,
		.txs = head->txs + sealed->txs->len,
		.invalid_txs = head->invalid_txs + sealed->invalid,
		.rows = head->rows,
	};

	memcpy(next.hash, sealed->hash, HASH_LEN);
	memcpy(next.state_root, sealed->header.state_root, HASH_LEN);
	return next;
}

/* Beside the block, so that headers are given to others without reading it. */
static void
put_certificate(Batch *batch, guint64 number, bsn_slice certificate)
{
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_CERTIFICATE, number, key);

	if (certificate.len > 0)
		batch_put(batch, bsn_slice_of(key, len), certificate);
}

static int32_t
store_block(Ledger *ledger, const Sealed *sealed, const Committed *committed,
	    bsn_slice certificate, GByteArray *nonces, bsn_err *err)
{
	const BlockInfo info = {
		.hash = bsn_slice_of(sealed->hash, HASH_LEN),
		.bytes = committed->block->len,
		.txs = sealed->txs->len,
		.header = buffer_slice(sealed->header_raw),
	};
	g_autoptr(GByteArray) senders = g_byte_array_new();
	g_auto(Batch) batch = { NULL, NULL };
	int32_t status;

	batch_init(&batch, BLOCK_ENTRIES + sealed->txs->len +
				   sealed->changes->len);
	status = snapshot_put(ledger, &committed->head, sealed->changes,
			      &batch);
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the state before cannot be kept");
	put_tx_entries(&batch, sealed, nonces, senders);
	status = put_changes(ledger->chain, committed->head.rows,
			     sealed->changes, &batch);
	if (status != BSN_OK)
		return bsn_fail(err, MIN(status, BSN_E_INTERNAL),
				"the state cannot be kept");
	put_certificate(&batch, committed->head.number, certificate);
	membership_put(sealed->changes, committed->head.number, &batch);
	put_block_entries(&batch, &committed->head, &info,
			  buffer_slice(committed->block),
			  ledger->genesis_digest);
	return batch_commit(&batch, ledger->chain, committed->head.number,
			    err);
}

static PoolEntry *
find_waiting(const Pool *pool, const Tx *tx)
{
	return tx_is_ethereum(tx) ? pool_find_account(pool, tx->sender,
						      tx->account_nonce)
				  : pool_find_nonce(pool, tx->nonce);
}

/* A transaction of a block leaves the pool; another with its nonce can never
 * get into one and is refused. */
static void
take_one(Ledger *ledger, Tx *tx, guint index, GArray *waiting)
{
	PoolEntry *entry = find_waiting(&ledger->pool, tx);
	Waiting one = { index, NULL, NULL };
	gboolean same;

	if (entry == NULL)
		return;
	same = memcmp(entry->tx->hash, tx->hash, HASH_LEN) == 0;
	one.reply = pool_take(&ledger->pool, entry);
	if (one.reply != NULL && !same)
		result_refuse(one.reply, FISCO_NONCE);
	if (one.reply == NULL || !same)
		return;
	one.tx = tx_ref(tx);
	g_array_append_val(waiting, one);
}

/* Any transaction has moved its sender's nonce on. */
static void
advance_sender(Ledger *ledger, const Tx *tx, GPtrArray *refused)
{
	guint64 nonce = tx->account_nonce + 1;

	if (pool_sender(&ledger->pool, tx->sender) == NULL)
		return;
	if (tx_is_ethereum(tx) ||
	    account_nonce(ledger, tx->sender, &nonce) == BSN_OK)
		pool_advance(&ledger->pool, tx->sender, nonce, refused);
}

static void
drop_expired(Ledger *ledger)
{
	PoolEntry *entry;

	while ((entry = pool_expired(&ledger->pool,
				     ledger->head.number + 1)) != NULL) {
		bsn_reply *reply = pool_remove(&ledger->pool, entry);

		if (reply != NULL)
			result_refuse(reply, FISCO_BLOCK_LIMIT);
	}
}

static void
take_from_pool(Ledger *ledger, const Sealed *sealed, GArray *waiting)
{
	g_autoptr(GPtrArray) refused = g_ptr_array_new();

	for (guint i = 0; i < sealed->txs->len; i++) {
		Tx *tx = sealed->txs->pdata[i];

		take_one(ledger, tx, i, waiting);
		held_in_block(ledger, tx->hash, sealed->header.number);
	}
	for (guint i = 0; i < sealed->txs->len; i++)
		advance_sender(ledger, sealed->txs->pdata[i], refused);
	for (guint i = 0; i < refused->len; i++)
		result_refuse(refused->pdata[i], FISCO_NONCE);
	drop_expired(ledger);
}

int32_t
commit_block(Ledger *ledger, Sealed *sealed, bsn_slice certificate,
	     bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	g_autoptr(GByteArray) nonces = g_byte_array_new();
	Committed *committed = g_new0(Committed, 1);
	const guint changes = sealed->changes->len;
	int32_t status;

	committed->block = g_byte_array_new();
	committed->waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
	g_array_set_clear_func(committed->waiting, waiting_clear);
	encode_block(sealed, certificate, committed->block);
	committed->head =
		head_after(&ledger->head, sealed, committed->block->len);
	status = store_block(ledger, sealed, committed, certificate, nonces, err);
	if (status != BSN_OK) {
		committed_free(committed);
		return status;
	}
	ledger->head = committed->head;
	if (ledger->nonces != NULL)
		nonces_add(ledger->nonces, ledger->head.number,
			   buffer_slice(nonces));
	take_from_pool(ledger, sealed, committed->waiting);
	g_queue_push_tail(&ledger->committed, committed);
	membership_follow(ledger, sealed->changes, ledger->head.number);
	sealed_free(sealed);
	ledger_active(ledger);
	net_head_moved(ledger);
	snapshot_goes_on(ledger, changes);
	return BSN_OK;
}

/* ---- once it is on disk ------------------------------------------------ */

static void
answer_waiting(Ledger *ledger, const Committed *committed)
{
	g_autoptr(Overlay) state = NULL;
	g_autoptr(GString) text = NULL;
	BlockView block;
	BlockCursor cursor;
	guint next = 0;

	if (committed->waiting->len == 0 ||
	    block_read(&ledger->suite, buffer_slice(committed->block), &block,
		       NULL) != BSN_OK)
		return;
	cursor = block_cursor(&block);
	state = ledger_state(ledger);
	text = g_string_new(NULL);
	while (next < committed->waiting->len && block_cursor_next(&cursor)) {
		const Waiting *waiting =
			&g_array_index(committed->waiting, Waiting, next);

		const Outcome outcome = {
			.block = committed->head.number,
			.block_hash = block.hash,
			.index = cursor.index,
			.tx = waiting->tx,
			.receipt = &cursor.receipt,
		};

		if (waiting->index != cursor.index)
			continue;
		result_reply_on(ledger, state, &outcome, text, waiting->reply);
		next++;
	}
}

static void
tell_consensus(Ledger *ledger, guint64 height)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	ledger->consensus->applied(ledger->agreement, height);
}

void
commit_durable(Ledger *ledger, guint64 number)
{
	guint64 first = ledger->durable.number + 1;
	Committed *committed;

	while ((committed = g_queue_peek_head(&ledger->committed)) != NULL &&
	       committed->head.number <= number) {
		(void)g_queue_pop_head(&ledger->committed);
		ledger->durable = committed->head;
		answer_waiting(ledger, committed);
		committed_free(committed);
	}
	for (guint64 height = first; height <= ledger->durable.number;
	     height++) {
		services.events->block(ledger->chain, height);
		feeds_block(ledger, height);
		tell_consensus(ledger, height);
	}
	held_durable(ledger, ledger->durable.number);
	channel_durable(ledger, first, ledger->durable.number);
	if (ledger->durable.number >= first)
		net_durable(ledger);
}

void
commit_abandon(Ledger *ledger)
{
	Committed *committed;

	while ((committed = g_queue_pop_head(&ledger->committed)) != NULL) {
		for (guint i = 0; i < committed->waiting->len; i++)
			result_closing(g_array_index(committed->waiting,
						     Waiting, i)
					       .reply);
		committed_free(committed);
	}
}
