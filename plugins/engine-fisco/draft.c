/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/draft.h"

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/intake.h"
#include "plugins/engine-fisco/precompiled/sysconfig.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/sink.h"

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

void
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

void
draft_clear(Draft *draft)
{
	g_clear_pointer(&draft->sealed, sealed_free);
	g_clear_pointer(&draft->receipts, g_ptr_array_unref);
}

int32_t
draft_add(Draft *draft, Tx *tx, bsn_err *err)
{
	const Config *config = ledger_config(draft->ledger);
	const SysconfigLimits *limits;
	Receipt *receipt;
	int32_t status = sysconfig_limits(draft->ledger, &limits);

	if (status != BSN_OK)
		return bsn_fail(err, status, "the chain's limits cannot be "
					     "read");
	if (draft->sealed->txs->len >= limits->tx_count ||
	    draft->bytes + tx->raw.len > config->block_bytes_max)
		return BSN_TOO_LARGE;
	status = intake_gas(draft->ledger, tx, err);
	if (status == BSN_OK)
		status = execution_run(draft->sealed->execution, tx, &receipt,
				       err);
	if (status != BSN_OK)
		return status;
	draft->bytes += tx->raw.len;
	draft->sealed->invalid += receipt->status != FISCO_OK;
	g_ptr_array_add(draft->sealed->txs, tx_ref(tx));
	g_ptr_array_add(draft->receipts, receipt);
	return BSN_OK;
}

gboolean
draft_wants_ahead(const Draft *draft)
{
	return execution_wants_ahead(draft->sealed->execution);
}

void
draft_ahead(Draft *draft, Tx *const *txs, guint n)
{
	guint64 room = ledger_config(draft->ledger)->block_tx_max -
		       draft->sealed->txs->len;

	execution_ahead(draft->sealed->execution, txs,
			(guint)MIN(n, room));
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
	g_autofree guint8 *digests = g_malloc_n(txs->len, HASH_LEN);

	for (guint i = 0; i < txs->len; i++) {
		const Tx *tx = txs->pdata[i];

		memcpy(digests + i * HASH_LEN, tx->hash, HASH_LEN);
		block_put_tx(tx->raw, draft->sealed->txs_raw);
	}
	return tree_root(&draft->ledger->suite, digests, txs->len,
			 draft->sealed->header.txs_root);
}

/* Receipts that one worker digests together. */
#define DIGEST_TOGETHER 64u

typedef struct {
	bsn_jobs jobs;
	const Suite *suite;
	const bsn_slice *texts;
	guint8 *digests; /* of each, one after the other */
	guint n;
	gint failed;     /* one of the failures, atomic; BSN_OK: none */
} Digesting;

static void
digest_some(bsn_jobs *jobs, uint64_t index)
{
	Digesting *digesting = (Digesting *)jobs;
	guint first = (guint)index * DIGEST_TOGETHER;
	int32_t status = suite_digest_each(
		digesting->suite, digesting->texts + first,
		MIN(DIGEST_TOGETHER, digesting->n - first),
		digesting->digests + (gsize)first * HASH_LEN);

	if (status != BSN_OK)
		g_atomic_int_set(&digesting->failed, status);
}

/* As suite_digest_each, on all workers unless the chain wants none. */
static int32_t
digest_all(const Draft *draft, const bsn_slice *texts, guint n,
	   guint8 *digests)
{
	const Suite *suite = &draft->ledger->suite;
	Digesting digesting = { { .run = digest_some }, suite, texts,
				digests, n, BSN_OK };

	if (!ledger_config(draft->ledger)->parallel || n <= DIGEST_TOGETHER)
		return suite_digest_each(suite, texts, n, digests);
	services.parallel->run(draft->ledger->chain, &digesting.jobs,
			       (n + DIGEST_TOGETHER - 1) / DIGEST_TOGETHER);
	return g_atomic_int_get(&digesting.failed);
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
	const Suite *suite = &draft->ledger->suite;
	guint n = draft->receipts->len;
	g_autofree bsn_slice *encoded = g_new(bsn_slice, n);
	g_autofree guint8 *digests = g_malloc_n(n, HASH_LEN);
	g_autofree guint *ends = g_new(guint, n);
	const guint8 *data;
	int32_t status;

	put_receipts(draft, ends);
	data = draft->sealed->receipts_raw->data;
	for (guint i = 0; i < n; i++) {
		guint begin = i > 0 ? ends[i - 1] : 0;

		encoded[i] = bsn_slice_of(data + begin, ends[i] - begin);
	}
	status = digest_all(draft, encoded, n, digests);
	if (status != BSN_OK)
		return status;
	return tree_root(suite, digests, n,
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

int32_t
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
