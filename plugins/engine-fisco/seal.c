/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/seal.h"

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/draft.h"
#include "plugins/engine-fisco/expect.h"
#include "plugins/engine-fisco/intake.h"
#include "plugins/engine-fisco/precompiled/sysconfig.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

/* ---- from the pool ----------------------------------------------------- */

/* A transaction that the next block cannot have. */
typedef struct {
	PoolEntry *entry;
	int32_t status;
	bsn_err err;
} Refused;

static void
refuse_all(Ledger *ledger, const GArray *refused)
{
	for (guint i = 0; i < refused->len; i++) {
		const Refused *one = &g_array_index(refused, Refused, i);
		bsn_reply *reply = pool_remove(&ledger->pool, one->entry);

		if (reply != NULL)
			services.reply->fail(reply, one->status, &one->err);
	}
}

/* It was fine when it came to wait, but blocks and limits have gone on. */
static int32_t
check_waiting(const Draft *draft, const Tx *tx, bsn_err *err)
{
	guint64 number = draft->sealed->header.number;
	int32_t status = BSN_OK;

	if (expect_takes(draft->ledger, number, tx))
		return BSN_DUPLICATE;
	if (!tx_is_ethereum(tx))
		status = intake_block_limit(draft->ledger, tx, number, err);
	return status != BSN_OK ? status
				: intake_gas(&draft->limits, tx, err);
}

/* What comes next is run ahead, if it is time for it; not what will be refused:
 * what follows such a one would have to be run again. */
static void
look_ahead(Draft *draft, const PoolEntry *entry)
{
	Tx *txs[PACE_SPAN_MAX];
	guint n = 0;

	if (!draft_wants_ahead(draft))
		return;
	for (guint i = 0; entry != NULL && i < PACE_SPAN_MAX; i++) {
		if (check_waiting(draft, entry->tx, NULL) == BSN_OK)
			txs[n++] = entry->tx;
		entry = pool_next(entry);
	}
	draft_ahead(draft, txs, n);
}

static int32_t
add_waiting(Draft *draft, const PoolEntry *entry, bsn_err *err)
{
	int32_t status = check_waiting(draft, entry->tx, err);

	if (status != BSN_OK)
		return status;
	look_ahead(draft, entry);
	return draft_add(draft, entry->tx, err);
}

/* Takes what waits into the draft until a limit is met. A transaction that
 * this node cannot execute is refused, so that it does not block the rest; one
 * of Ethereum's that comes after such a one of the same account stays. Nothing
 * is refused for what a block did that may not be decided. */
static void
take_waiting(Draft *draft)
{
	Ledger *ledger = draft->ledger;
	g_autoptr(GArray) refused =
		g_array_new(FALSE, FALSE, sizeof(Refused));

	for (PoolEntry *entry = pool_first(&ledger->pool); entry != NULL;
	     entry = pool_next(entry)) {
		Refused one = { entry, BSN_OK, BSN_ERR_INIT };

		one.status = add_waiting(draft, entry, &one.err);
		if (one.status == BSN_TOO_LARGE)
			break;
		if (one.status != BSN_OK && one.status != BSN_CONFLICT)
			g_array_append_val(refused, one);
	}
	if (draft->parent->state == NULL)
		refuse_all(ledger, refused);
}

/* Whether something waits that no block below this height has. */
static gboolean
waits(const Ledger *ledger, guint64 height)
{
	const PoolEntry *entry = pool_first(&ledger->pool);

	while (entry != NULL && expect_takes(ledger, height, entry->tx))
		entry = pool_next(entry);
	return entry != NULL;
}

int32_t
seal_from_pool(Ledger *ledger, const Parent *parent, Sealed **sealed,
	       bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	guint64 now = services.clock->wall_ms(ledger->chain);
	g_auto(Draft) draft = { .sealed = NULL };
	int32_t status;

	if (!waits(ledger, parent->number + 1))
		return BSN_NOT_FOUND;
	status = draft_init(&draft, ledger, parent,
			    MAX(now, parent->time_ms + 1),
			    ledger->members.own_index, ledger->sealer_address,
			    err);
	if (status != BSN_OK)
		return status;
	take_waiting(&draft);
	if (draft.sealed->txs->len == 0)
		return parent->state != NULL ? BSN_BUSY : BSN_NOT_FOUND;
	return draft_seal(&draft, sealed, err);
}

/* ---- from another node ------------------------------------------------- */

static int32_t
check_header(const Ledger *ledger, const Parent *parent, const BlockView *block,
	     bsn_err *err)
{
	const Header *header = &block->header;

	if (header->number != parent->number + 1)
		return bsn_fail(err, BSN_CONFLICT,
				"block %" G_GUINT64_FORMAT
				" was proposed, the next one here is "
				"%" G_GUINT64_FORMAT,
				header->number, parent->number + 1);
	if (memcmp(header->parent_hash, parent->hash, HASH_LEN) != 0)
		return bsn_fail(err, BSN_CONFLICT,
				"block %" G_GUINT64_FORMAT
				" does not follow the block before it here",
				header->number);
	if (header->time_ms <= parent->time_ms)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block's time is not after its parent's");
	if (header->sealer >= ledger->members.n_sealers)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block names a sealer that there is not");
	if (block->n_txs == 0 || block->n_receipts != 0 ||
	    block->sigs.len != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a proposal has transactions, and neither "
				"receipts nor signatures");
	return BSN_OK;
}

static int32_t
check_count(const Draft *draft, const BlockView *block, bsn_err *err)
{
	if (block->n_txs <= draft->limits.tx_count)
		return BSN_OK;
	return bsn_fail(err, BSN_TOO_LARGE,
			"the block has more transactions than "
			"tx_count_limit");
}

static int32_t
sealer_address(const Ledger *ledger, guint64 sealer, guint8 *address)
{
	const bsn_member *member = membership_sealer(ledger, sealer);

	return member != NULL ? suite_address(&ledger->suite,
					      member->public_key, address)
			      : BSN_E_INTERNAL;
}

/* Of FISCO's own, what the door asks; and it must not be twice in the block.
 * Ethereum's are held in order by their account's nonce. */
static int32_t
check_foreign(const Draft *draft, Tx *tx, GHashTable *nonces, bsn_err *err)
{
	Ledger *ledger = draft->ledger;
	Nonces *window;
	guint64 number = draft->sealed->header.number;
	int32_t status = intake_block_limit(ledger, tx, number, err);

	if (status == BSN_OK)
		status = ledger_nonces(ledger, &window);
	if (status != BSN_OK)
		return status;
	if (nonces_have(window, number, tx->nonce) ||
	    expect_takes(ledger, number, tx) ||
	    !g_hash_table_add(nonces, tx->nonce))
		return bsn_fail_native(err, BSN_DUPLICATE, FISCO_NONCE,
				       "a transaction's nonce was used before");
	return BSN_OK;
}

/* Adds a transaction of another node's block. */
static int32_t
add_foreign(Draft *draft, Tx *tx, GHashTable *nonces, bsn_err *err)
{
	int32_t status = BSN_OK;

	if (!tx_is_ethereum(tx))
		status = check_foreign(draft, tx, nonces, err);
	if (status == BSN_OK)
		status = intake_gas(&draft->limits, tx, err);
	if (status != BSN_OK)
		return status;
	status = draft_add(draft, tx, err);
	if (status == BSN_TOO_LARGE)
		bsn_fail(err, status, "the block is over a limit");
	return status;
}

static void
look_ahead_foreign(Draft *draft, const Intake *items, guint64 n)
{
	Tx *txs[PACE_SPAN_MAX];
	guint known = 0;

	if (!draft_wants_ahead(draft))
		return;
	for (; known < MIN(n, PACE_SPAN_MAX) && items[known].status == BSN_OK;
	     known++)
		txs[known] = items[known].tx;
	draft_ahead(draft, txs, known);
}

static int32_t
add_all_foreign(Draft *draft, Intake *items, guint64 n, bsn_err *err)
{
	g_autoptr(GHashTable) nonces =
		g_hash_table_new(table_hash32, table_equal32);
	int32_t status = BSN_OK;

	intake_run(draft->ledger, items, n);
	for (guint64 i = 0; status == BSN_OK && i < n; i++) {
		look_ahead_foreign(draft, items + i, n - i);
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
		items[i].raw = block_read_tx(&reader);
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
seal_from_proposal(Ledger *ledger, const Parent *parent, bsn_slice proposal,
		   Sealed **sealed, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	g_auto(Draft) draft = { .sealed = NULL };
	g_autoptr(Sealed) own = NULL;
	guint8 address[ADDRESS_LEN];
	BlockView block;
	int32_t status = block_read(&ledger->suite, proposal, &block, err);

	if (status == BSN_OK)
		status = check_header(ledger, parent, &block, err);
	if (status == BSN_OK)
		status = sealer_address(ledger, block.header.sealer, address);
	if (status != BSN_OK)
		return status;
	status = draft_init(&draft, ledger, parent, block.header.time_ms,
			    block.header.sealer, address, err);
	if (status == BSN_OK)
		status = check_count(&draft, &block, err);
	if (status == BSN_OK)
		status = add_block(&draft, &block, err);
	if (status == BSN_OK)
		status = draft_seal(&draft, &own, err);
	if (status == BSN_OK)
		status = compare(own, proposal, err);
	if (status == BSN_OK)
		*sealed = g_steal_pointer(&own);
	return status;
}
