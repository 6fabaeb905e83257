/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/stored.h"

#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

static int32_t
read_stored(Ledger *ledger, guint64 number, StoredBlock *block)
{
	int32_t status = block_load(ledger->chain, number, block->bytes);

	if (status != BSN_OK)
		return status;
	status = senders_load(ledger->chain, number, block->senders);
	if (status != BSN_OK && number != 0)
		return status == BSN_NOT_FOUND ? BSN_E_CORRUPT : status;
	status = block_read(&ledger->suite, buffer_slice(block->bytes),
			    &block->view, NULL);
	if (status != BSN_OK || block->view.header.number != number ||
	    block->view.n_txs * ADDRESS_LEN != block->senders->len ||
	    block->view.n_txs != block->view.n_receipts)
		return BSN_E_CORRUPT;
	return BSN_OK;
}

int32_t
stored_not_kept(const Ledger *ledger, guint64 number, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND,
			"block %" G_GUINT64_FORMAT " is not kept on this node, "
			"which took over the state of block "
			"%" G_GUINT64_FORMAT " and has the blocks after it: ask "
			"another node",
			number, ledger->earliest - 1);
}

int32_t
stored_load(Ledger *ledger, guint64 number, StoredBlock *block, bsn_err *err)
{
	int32_t status;

	*block = (StoredBlock){ .bytes = g_byte_array_new(),
				.senders = g_byte_array_new() };
	status = read_stored(ledger, number, block);
	if (status == BSN_OK)
		return BSN_OK;
	stored_clear(block);
	if (status == BSN_NOT_FOUND && number <= ledger->durable.number)
		return stored_not_kept(ledger, number, err);
	return bsn_fail(err, status,
			status == BSN_NOT_FOUND
				? "there is no block %" G_GUINT64_FORMAT
				: "block %" G_GUINT64_FORMAT
				  " cannot be read back",
			number);
}

void
stored_clear(StoredBlock *block)
{
	g_clear_pointer(&block->bytes, g_byte_array_unref);
	g_clear_pointer(&block->senders, g_byte_array_unref);
}

Tx *
stored_tx(const Ledger *ledger, const StoredBlock *block,
	  const BlockCursor *cursor)
{
	Tx *tx;

	/* Nobody verifies it again: what was signed is not digested. */
	if (tx_read(&ledger->suite, cursor->tx, cursor->tx.len, &tx, NULL) !=
	    BSN_OK)
		return NULL;
	if (suite_digest1(&ledger->suite, cursor->tx, tx->hash) != BSN_OK) {
		tx_unref(tx);
		return NULL;
	}
	memcpy(tx->sender, block->senders->data + cursor->index * ADDRESS_LEN,
	       ADDRESS_LEN);
	return tx;
}
