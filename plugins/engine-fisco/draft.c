/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/draft.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/precompiled/sysconfig.h"
#include "plugins/engine-fisco/roots.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
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
	status = execution_run(draft->sealed->execution, tx, &receipt, err);
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
	const SysconfigLimits *limits;
	guint there = draft->sealed->txs->len;
	guint64 room = 0;

	if (sysconfig_limits(draft->ledger, &limits) == BSN_OK &&
	    limits->tx_count > there)
		room = limits->tx_count - there;
	execution_ahead(draft->sealed->execution, txs, (guint)MIN(n, room));
}

/* ---- the block ---------------------------------------------------------- */

static int32_t
finish_header(const Draft *draft)
{
	Ledger *ledger = draft->ledger;
	Sealed *sealed = draft->sealed;
	g_autoptr(GByteArray) extra = g_byte_array_new();
	int32_t status;

	memcpy(sealed->header.parent_hash, ledger->head.hash, HASH_LEN);
	sealed->header.gas_limit = ledger_config(ledger)->block_gas_max;
	sealed->header.gas_used = execution_gas_used(sealed->execution);
	sealed->header.sealers = buffer_slice(ledger->members.sealers);
	status = snapshot_extra(ledger, sealed->header.number, sealed->changes,
				extra);
	if (status != BSN_OK)
		return status;
	sealed->header.extra = buffer_slice(extra);
	header_put(&sealed->header, sealed->header_raw);
	/* It is not read again: those who ask read header_raw. */
	sealed->header.extra = bsn_slice_of(NULL, 0);
	return suite_digest1(&ledger->suite, buffer_slice(sealed->header_raw),
			     sealed->hash);
}

int32_t
draft_seal(Draft *draft, Sealed **out, bsn_err *err)
{
	Sealed *sealed = draft->sealed;
	const bsn_slice none = bsn_slice_of(NULL, 0);
	int32_t status = roots_make(draft->ledger, sealed, draft->receipts);

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
