/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/seal.h"

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/intake.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/merkle.h"
#include "plugins/kit/sink.h"

/* How far another node's clock may be ahead, in ms. */
#define CLOCK_AHEAD_MS 60000u

void
sealed_free(Sealed *sealed)
{
	if (sealed == NULL)
		return;
	g_clear_pointer(&sealed->changes, g_array_unref);
	execution_free(sealed->execution);
	g_byte_array_unref(sealed->proposal);
	g_byte_array_unref(sealed->header_raw);
	g_byte_array_unref(sealed->txs_raw);
	g_byte_array_unref(sealed->receipts_raw);
	g_ptr_array_unref(sealed->txs);
	g_free(sealed);
}

/* A block in the making: what will be sealed, and its receipts. */
typedef struct {
	Ledger *ledger;
	Sealed *sealed;
	GPtrArray *receipts; /* Receipt */
	guint64 bytes;       /* of the transactions */
} Draft;

static void
free_receipt(gpointer receipt)
{
	receipt_free(receipt);
}

static void
free_tx(gpointer tx)
{
	tx_unref(tx);
}

static void
draft_init(Draft *draft, Ledger *ledger, guint64 time_ms, guint64 sealer,
	   const guint8 *sealer_address)
{
	Sealed *sealed = g_new0(Sealed, 1);

	sealed->proposal = g_byte_array_new();
	sealed->header_raw = g_byte_array_new();
	sealed->txs_raw = g_byte_array_new();
	sealed->receipts_raw = g_byte_array_new();
	sealed->txs = g_ptr_array_new_with_free_func(free_tx);
	sealed->header.number = ledger->head.number + 1;
	sealed->header.time_ms = time_ms;
	sealed->header.sealer = sealer;
	sealed->execution = execution_new(ledger, sealed->header.number,
					  time_ms, sealer_address);
	*draft = (Draft){
		.ledger = ledger,
		.sealed = sealed,
		.receipts = g_ptr_array_new_with_free_func(free_receipt),
	};
}

static void
draft_clear(Draft *draft)
{
	g_clear_pointer(&draft->sealed, sealed_free);
	g_clear_pointer(&draft->receipts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

/* Runs a transaction into the draft. As execution_run; BSN_TOO_LARGE also for
 * the block's limits of number and bytes. */
static int32_t
draft_add(Draft *draft, Tx *tx, bsn_err *err)
{
	const Config *config = ledger_config(draft->ledger);
	Receipt *receipt;
	int32_t status;

	if (draft->sealed->txs->len >= config->block_tx_max ||
	    draft->bytes + tx->raw.len > config->block_bytes_max)
		return BSN_TOO_LARGE;
	status = execution_run(draft->sealed->execution, tx, &receipt, err);
	if (status != BSN_OK)
		return status;
	draft->bytes += tx->raw.len;
	draft->sealed->invalid += receipt->status != FISCO_OK;
	g_ptr_array_add(draft->sealed->txs, tx_ref(tx));
	g_ptr_array_add(draft->receipts, receipt);
	return BSN_OK;
}

/* ---- roots and header -------------------------------------------------- */

static int32_t
digest_state(const Draft *draft)
{
	const Suite *suite = &draft->ledger->suite;
	Sealed *sealed = draft->sealed;
	Header *header = &sealed->header;
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	bsn_slice chained[2];
	int32_t status;

	sealed->changes =
		overlay_changes(execution_state(sealed->execution));
	overlay_put_changes(sealed->changes, encoded);
	status = suite_digest1(suite, buffer_slice(encoded), header->db_hash);
	chained[0] = bsn_slice_of(draft->ledger->head.state_root, HASH_LEN);
	chained[1] = bsn_slice_of(header->db_hash, HASH_LEN);
	if (status == BSN_OK)
		status = suite_digest(suite, chained, 2, header->state_root);
	return status;
}

static int32_t
digest_txs(const Draft *draft)
{
	const GPtrArray *txs = draft->sealed->txs;
	g_autofree bsn_slice *leaves = g_new(bsn_slice, txs->len);

	for (guint i = 0; i < txs->len; i++) {
		const Tx *tx = txs->pdata[i];

		leaves[i] = bsn_slice_of(tx->hash, HASH_LEN);
		g_byte_array_append(draft->sealed->txs_raw, tx->raw.data,
				    (guint)tx->raw.len);
	}
	return merkle_root(draft->ledger->suite.hash, leaves, txs->len,
			   draft->sealed->header.txs_root);
}

static void
put_receipts(const Draft *draft, guint *ends)
{
	Header *header = &draft->sealed->header;

	for (guint i = 0; i < draft->receipts->len; i++) {
		const Receipt *receipt = draft->receipts->pdata[i];

		receipt_put(receipt, header->state_root,
			    draft->sealed->receipts_raw);
		ends[i] = draft->sealed->receipts_raw->len;
		for (guint j = 0; j < BLOOM_LEN; j++)
			header->bloom[j] |= receipt->bloom[j];
	}
}

static int32_t
digest_receipts(const Draft *draft)
{
	guint n = draft->receipts->len;
	g_autofree bsn_slice *leaves = g_new(bsn_slice, n);
	g_autofree guint *ends = g_new(guint, n);
	const guint8 *data;

	put_receipts(draft, ends);
	data = draft->sealed->receipts_raw->data;
	for (guint i = 0; i < n; i++) {
		guint begin = i > 0 ? ends[i - 1] : 0;

		leaves[i] = bsn_slice_of(data + begin, ends[i] - begin);
	}
	return merkle_root(draft->ledger->suite.hash, leaves, n,
			   draft->sealed->header.receipts_root);
}

static int32_t
finish_header(const Draft *draft)
{
	Ledger *ledger = draft->ledger;
	Sealed *sealed = draft->sealed;

	memcpy(sealed->header.parent_hash, ledger->head.hash, HASH_LEN);
	sealed->header.gas_limit = ledger_config(ledger)->block_gas_max;
	sealed->header.gas_used = execution_gas_used(sealed->execution);
	sealed->header.sealers = buffer_slice(ledger->sealers);
	header_put(&sealed->header, sealed->header_raw);
	return suite_digest1(&ledger->suite, buffer_slice(sealed->header_raw),
			     sealed->hash);
}

static int32_t
draft_seal(Draft *draft, Sealed **out, bsn_err *err)
{
	Sealed *sealed = draft->sealed;
	const bsn_slice none = bsn_slice_of(NULL, 0);
	int32_t status = digest_state(draft);

	if (status == BSN_OK)
		status = digest_txs(draft);
	if (status == BSN_OK)
		status = digest_receipts(draft);
	if (status == BSN_OK)
		status = finish_header(draft);
	if (status != BSN_OK)
		return bsn_fail(err, MIN(status, BSN_E_INTERNAL),
				"a block's roots could not be made");
	block_put(buffer_slice(sealed->header_raw), sealed->hash,
		  buffer_slice(sealed->txs_raw), none, none,
		  sealed->proposal);
	*out = g_steal_pointer(&draft->sealed);
	return BSN_OK;
}

/* ---- from the pool ----------------------------------------------------- */

static void
refuse(Ledger *ledger, PoolEntry *entry, int32_t status, const bsn_err *err)
{
	bsn_reply *reply = pool_remove(&ledger->pool, entry);

	if (reply != NULL)
		services.reply->fail(reply, status, err);
}

/* Takes what waits into the draft until a limit is met. A transaction that
 * this node cannot execute is refused, so that it does not block the rest. */
static void
take_waiting(Draft *draft)
{
	Ledger *ledger = draft->ledger;
	PoolEntry *next;

	for (PoolEntry *entry = pool_first(&ledger->pool); entry != NULL;
	     entry = next) {
		bsn_err err = BSN_ERR_INIT;
		int32_t status = intake_block_limit(
			ledger, entry->tx, draft->sealed->header.number, &err);

		next = pool_next(entry);
		if (status == BSN_OK)
			status = draft_add(draft, entry->tx, &err);
		if (status == BSN_TOO_LARGE)
			return;
		if (status != BSN_OK)
			refuse(ledger, entry, status, &err);
	}
}

int32_t
seal_from_pool(Ledger *ledger, Sealed **sealed, bsn_err *err)
{
	guint64 now = services.clock->wall_ms(ledger->chain);
	g_auto(Draft) draft = { .sealed = NULL };

	if (pool_first(&ledger->pool) == NULL)
		return BSN_NOT_FOUND;
	draft_init(&draft, ledger, MAX(now, ledger->head.time_ms + 1),
		   ledger->sealer, ledger->sealer_address);
	take_waiting(&draft);
	if (draft.sealed->txs->len == 0)
		return BSN_NOT_FOUND;
	return draft_seal(&draft, sealed, err);
}

/* ---- from another node ------------------------------------------------- */

static int32_t
check_header(const Ledger *ledger, const BlockView *block, bsn_err *err)
{
	const Header *header = &block->header;
	guint64 now = services.clock->wall_ms(ledger->chain);

	if (header->number != ledger->head.number + 1)
		return bsn_fail(err, BSN_CONFLICT,
				"block %" G_GUINT64_FORMAT
				" was proposed, the next one here is "
				"%" G_GUINT64_FORMAT,
				header->number, ledger->head.number + 1);
	if (memcmp(header->parent_hash, ledger->head.hash, HASH_LEN) != 0)
		return bsn_fail(err, BSN_CONFLICT,
				"block %" G_GUINT64_FORMAT
				" does not follow the block before it here",
				header->number);
	if (header->time_ms <= ledger->head.time_ms ||
	    header->time_ms > now + CLOCK_AHEAD_MS)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block's time is not after its parent's, "
				"or too far ahead of the clock here");
	if (header->sealer >= genesis_sealers(&ledger->genesis))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block names a sealer that there is not");
	if (block->n_txs == 0 || block->n_receipts != 0 ||
	    block->sigs.len != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a proposal has transactions, and neither "
				"receipts nor signatures");
	if (block->n_txs > ledger_config(ledger)->block_tx_max)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the block has more transactions than "
				"block_tx_max");
	return BSN_OK;
}

static int32_t
sealer_address(const Ledger *ledger, guint64 sealer, guint8 *address)
{
	for (guint i = 0; i < ledger->genesis.n_members; i++) {
		const bsn_member *member = &ledger->genesis.members[i];

		if (member->role == BSN_ROLE_CONSENSUS && sealer-- == 0)
			return suite_address(&ledger->suite,
					     member->public_key, address);
	}
	return BSN_E_INTERNAL;
}

/* Adds a transaction of another node's block: it must pass what the door
 * asks, and not be twice in the block. */
static int32_t
add_foreign(Draft *draft, Tx *tx, GHashTable *nonces, bsn_err *err)
{
	Ledger *ledger = draft->ledger;
	Nonces *window;
	int32_t status = intake_block_limit(
		ledger, tx, draft->sealed->header.number, err);

	if (status == BSN_OK)
		status = ledger_nonces(ledger, &window);
	if (status != BSN_OK)
		return status;
	if (nonces_have(window, tx->nonce) ||
	    !g_hash_table_add(nonces, tx->nonce))
		return bsn_fail_native(err, BSN_DUPLICATE, FISCO_NONCE,
				       "a transaction's nonce was used before");
	status = draft_add(draft, tx, err);
	if (status == BSN_TOO_LARGE)
		bsn_fail(err, status, "the block is over a limit");
	return status;
}

static int32_t
add_all_foreign(Draft *draft, Intake *items, guint64 n, bsn_err *err)
{
	g_autoptr(GHashTable) nonces =
		g_hash_table_new(table_hash32, table_equal32);
	int32_t status = BSN_OK;

	intake_run(draft->ledger, items, n);
	for (guint64 i = 0; status == BSN_OK && i < n; i++) {
		status = items[i].status;
		if (status == BSN_OK)
			status = add_foreign(draft, items[i].tx, nonces, err);
		else if (err != NULL)
			*err = items[i].err;
	}
	return status;
}

static int32_t
add_block(Draft *draft, const BlockView *block, bsn_err *err)
{
	g_autofree Intake *items = g_new0(Intake, block->n_txs);
	RlpReader reader = rlp_reader(block->txs);
	int32_t status;

	for (guint64 i = 0; i < block->n_txs; i++)
		items[i].raw = rlp_read_raw(&reader, "transaction");
	status = add_all_foreign(draft, items, block->n_txs, err);
	intake_clear(items, block->n_txs);
	return status;
}

static int32_t
compare(const Sealed *own, bsn_slice proposal, bsn_err *err)
{
	if (bsn_slice_equal(buffer_slice(own->proposal), proposal))
		return BSN_OK;
	return bsn_fail(err, BSN_CONFLICT,
			"executing block %" G_GUINT64_FORMAT
			" here gives other roots than its header has",
			own->header.number);
}

int32_t
seal_from_proposal(Ledger *ledger, bsn_slice proposal, Sealed **sealed,
		   bsn_err *err)
{
	g_auto(Draft) draft = { .sealed = NULL };
	g_autoptr(Sealed) own = NULL;
	guint8 address[ADDRESS_LEN];
	BlockView block;
	int32_t status = block_read(&ledger->suite, proposal, &block, err);

	if (status == BSN_OK)
		status = check_header(ledger, &block, err);
	if (status == BSN_OK)
		status = sealer_address(ledger, block.header.sealer, address);
	if (status != BSN_OK)
		return status;
	draft_init(&draft, ledger, block.header.time_ms, block.header.sealer,
		   address);
	status = add_block(&draft, &block, err);
	if (status == BSN_OK)
		status = draft_seal(&draft, &own, err);
	if (status == BSN_OK)
		status = compare(own, proposal, err);
	if (status == BSN_OK)
		*sealed = g_steal_pointer(&own);
	return status;
}
