/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/submit.h"

#include "plugins/engine-fisco/agree.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/ethtx.h"
#include "plugins/engine-fisco/net/forward.h"
#include "plugins/engine-fisco/policy.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/rpc/feeds.h"
#include "plugins/engine-fisco/services.h"

/* Submissions come with a stride of their own: rule 2 of the ABI. */
static const bsn_submission *
item_at(const bsn_submission *items, guint64 index)
{
	return (const bsn_submission *)(const void *)((const char *)items +
						      index * items->size);
}

/* Clients of Ethereum look at a transaction's fate less than at the answer. */
static int32_t
judge_code(const Ledger *ledger, Intake *item)
{
	guint8 value[32];
	bsn_call call;

	if (!item->untold || !tx_is_ethereum(item->tx))
		return BSN_OK;
	call = ethtx_call(item->tx, value);
	if (call.kind != BSN_CALL_CREATE || call.input.len == 0)
		return BSN_OK;
	return policy_judge(ledger, call.input, &item->err);
}

/* Another node has passed it on; the first client that submits it here waits
 * for it as if it had come first. */
static gboolean
adopt(Ledger *ledger, Intake *item)
{
	PoolEntry *entry = item->status == BSN_OK
				   ? pool_find(&ledger->pool, item->tx->hash)
				   : NULL;

	if (entry == NULL || !entry->received)
		return FALSE;
	entry->received = FALSE;
	entry->reply = item->reply;
	if (item->reply != NULL)
		result_accepted(item->tx, item->reply);
	return TRUE;
}

static gboolean
admit(Ledger *ledger, Overlay *state, Intake *item)
{
	if (adopt(ledger, item))
		return FALSE;
	if (item->status == BSN_OK)
		item->status = judge_code(ledger, item);
	if (item->status == BSN_OK)
		item->status = intake_admit(ledger, state, item->tx,
					    item->reply, &item->err);
	if (item->status != BSN_OK) {
		if (item->reply != NULL)
			services.reply->fail(item->reply, item->status,
					     &item->err);
		return FALSE;
	}
	feeds_waiting(ledger, item->tx);
	if (item->reply != NULL)
		result_accepted(item->tx, item->reply);
	return TRUE;
}

int32_t
submit_door(Ledger *ledger, bsn_err *err)
{
	int32_t status = ledger_usable(ledger, err);

	if (status == BSN_OK)
		status = services.store->writable(ledger->chain, err);
	if (status == BSN_OK)
		return pool_room(&ledger->pool, 0, err);
	if (err != NULL)
		err->native = FISCO_REFUSED;
	return status;
}

gboolean
submit_run(Ledger *ledger, Intake *items, guint64 n)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	gboolean admitted = FALSE;

	intake_run(ledger, items, n);
	for (guint64 i = 0; i < n; i++)
		admitted |= admit(ledger, state, &items[i]);
	if (admitted)
		forward_admitted(ledger, items, n);
	return admitted;
}

int32_t
submit_batch(Ledger *ledger, const bsn_submission *items, uint64_t n,
	     bsn_err *err)
{
	g_autofree Intake *intakes = NULL;
	gboolean admitted;
	int32_t status = submit_door(ledger, err);

	if (status != BSN_OK)
		return status;
	intakes = g_new0(Intake, n);
	for (guint64 i = 0; i < n; i++) {
		intakes[i].raw = item_at(items, i)->tx;
		intakes[i].reply = item_at(items, i)->reply;
	}
	admitted = submit_run(ledger, intakes, n);
	intake_clear(intakes, n);
	if (admitted)
		agree_pending(ledger);
	return BSN_OK;
}

void
submit_abandon(Ledger *ledger)
{
	PoolEntry *entry;

	while ((entry = pool_any(&ledger->pool)) != NULL) {
		bsn_reply *reply = pool_remove(&ledger->pool, entry);

		if (reply != NULL)
			result_closing(reply);
	}
}
