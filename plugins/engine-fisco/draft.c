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
	g_clear_pointer(&sealed->taken, g_hash_table_unref);
	execution_free(sealed->execution);
	g_byte_array_unref(sealed->proposal);
	g_byte_array_unref(sealed->header_raw);
	g_byte_array_unref(sealed->txs_raw);
	g_byte_array_unref(sealed->receipts_raw);
	g_ptr_array_unref(sealed->txs);
	g_free(sealed);
}

static void
free_tx(gpointer tx)
{
	tx_unref(tx);
}

static int32_t
read_limits(Draft *draft, bsn_err *err)
{
	const Parent *parent = draft->parent;
	const SysconfigLimits *of_head;
	int32_t status;

	if (parent->state != NULL) {
		status = sysconfig_read(parent->state, draft->ledger,
					parent->number + 1, &draft->limits);
	} else {
		status = sysconfig_limits(draft->ledger, &of_head);
		if (status == BSN_OK)
			draft->limits = *of_head;
	}
	return status == BSN_OK
		       ? BSN_OK
		       : bsn_fail(err, status,
				  "the chain's limits cannot be read");
}

int32_t
draft_init(Draft *draft, Ledger *ledger, const Parent *parent, guint64 time_ms,
	   guint64 sealer, const guint8 *sealer_address, bsn_err *err)
{
	Sealed *sealed = g_new0(Sealed, 1);

	sealed->proposal = g_byte_array_new();
	sealed->header_raw = g_byte_array_new();
	sealed->txs_raw = g_byte_array_new();
	sealed->receipts_raw = g_byte_array_new();
	sealed->txs = g_ptr_array_new_with_free_func(free_tx);
	sealed->header.number = parent->number + 1;
	sealed->header.time_ms = time_ms;
	sealed->header.sealer = sealer;
	memcpy(sealed->header.parent_hash, parent->hash, HASH_LEN);
	memcpy(sealed->header.state_root, parent->state_root, HASH_LEN);
	sealed->execution = execution_new(ledger, sealed->header.number,
					  time_ms, sealer_address);
	overlay_build_on(execution_state(sealed->execution), parent->state);
	*draft = (Draft){
		.ledger = ledger,
		.parent = parent,
		.sealed = sealed,
		.receipts = g_array_new(FALSE, FALSE,
					sizeof(EncodedReceipt)),
	};
	return read_limits(draft, err);
}

void
draft_clear(Draft *draft)
{
	g_clear_pointer(&draft->sealed, sealed_free);
	g_clear_pointer(&draft->receipts, g_array_unref);
}

int32_t
draft_add(Draft *draft, Tx *tx, bsn_err *err)
{
	const Config *config = ledger_config(draft->ledger);
	EncodedReceipt receipt;
	int32_t status;

	if (draft->sealed->txs->len >= draft->limits.tx_count ||
	    draft->bytes + tx->raw.len > config->block_bytes_max)
		return BSN_TOO_LARGE;
	status = execution_run(draft->sealed->execution, tx, &receipt, err);
	if (status != BSN_OK)
		return status;
	draft->bytes += tx->raw.len;
	draft->sealed->invalid += receipt.status != FISCO_OK;
	g_ptr_array_add(draft->sealed->txs, tx_ref(tx));
	g_array_append_val(draft->receipts, receipt);
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
	guint64 there = draft->sealed->txs->len;
	guint64 room = draft->limits.tx_count - MIN(draft->limits.tx_count,
						    there);

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

	execution_end(sealed->execution);
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
