/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions that come again: which ones the fault takes without the engine.
 */
#include <string.h>

#include "tests/bad-plugins/fleet/fleet.h"

typedef struct {
	GBytes *genesis; /* of the chain for which */
	bsn_id id;
	guint submitted;
	guint batch; /* the last one that it was in */
} Finished;

static GHashTable *finished; /* GBytes: a transaction, to Finished */
static bsn_id failed;        /* the last one without effect */
static guint batches;

static guint
hash_bytes(gconstpointer bytes)
{
	return g_bytes_hash(bytes);
}

void
fleet_finished(const bsn_signable *signable)
{
	Finished *tx;

	if (fleet_fault() == FAULT_NONE || signable->tx.len == 0)
		return;
	if (finished == NULL)
		finished = g_hash_table_new_full(hash_bytes, g_bytes_equal,
						 NULL, g_free);
	tx = g_new0(Finished, 1);
	tx->genesis = g_bytes_ref(fleet_asked.ledger->genesis);
	tx->id = signable->tx_id;
	g_hash_table_insert(finished,
			    g_bytes_new(signable->tx.data, signable->tx.len),
			    tx);
}

void
fleet_failed(const bsn_id *id)
{
	failed = *id;
}

gboolean
fleet_has_failed(bsn_slice id)
{
	return bsn_slice_equal(bsn_id_slice(&failed), id);
}

static gboolean
takes(const bsn_ledger *ledger, const Finished *tx, gboolean again)
{
	if (IS(takes_other_chains))
		return !g_bytes_equal(tx->genesis, ledger->genesis);
	if (IS(takes_failed_again) && !fleet_has_failed(bsn_id_slice(&tx->id)))
		return FALSE;
	if (IS(takes_twins) && tx->batch != batches)
		return FALSE;
	return again && !IS(submits_first_only);
}

/* Whether the fault answers this one without the engine. */
static gboolean
commits_by_itself(const bsn_ledger *ledger, const bsn_submission *item)
{
	g_autoptr(GBytes) bytes = g_bytes_new(item->tx.data, item->tx.len);
	Finished *tx = finished != NULL ? g_hash_table_lookup(finished, bytes)
					: NULL;
	bsn_tx_result result = { .size = sizeof(result),
				 .stage = BSN_TX_COMMITTED,
				 .block = 1 };
	gboolean taken;

	if (tx == NULL)
		return FALSE;
	taken = takes(ledger, tx, tx->submitted++ > 0);
	tx->batch = batches;
	result.tx_id = tx->id;
	if (taken)
		fleet_reply->tx(item->reply, &result);
	return taken;
}

static const bsn_submission *
item_at(const bsn_submission *items, guint64 index)
{
	return (const void *)((const char *)items + index * items->size);
}

int32_t
fleet_submit_some(bsn_ledger *ledger, const bsn_submission *items, guint64 n,
		  bsn_err *err)
{
	g_autofree bsn_submission *left = g_new0(bsn_submission, n + 1);
	guint64 count = 0;

	batches++;
	for (guint64 i = 0; i < n; i++) {
		const bsn_submission *item = item_at(items, i);

		if (commits_by_itself(ledger, item) ||
		    (IS(submits_first_only) && i > 0))
			continue;
		left[count] = *item;
		left[count++].size = sizeof(*left);
	}
	return count > 0 ? fleet_engine->tx->submit(ledger->good, left, count,
						    err)
			 : BSN_OK;
}
