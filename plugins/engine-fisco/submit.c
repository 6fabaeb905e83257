/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/submit.h"

#include "plugins/engine-fisco/agree.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/intake.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"

/* Submissions come with a stride of their own: rule 2 of the ABI. */
static const bsn_submission *
item_at(const bsn_submission *items, guint64 index)
{
	return (const bsn_submission *)(const void *)((const char *)items +
						      index * items->size);
}

static gboolean
admit(Ledger *ledger, Intake *intake, bsn_reply *reply)
{
	int32_t status = intake->status;

	if (status == BSN_OK)
		status = intake_admit(ledger, intake->tx, &intake->err);
	if (status != BSN_OK) {
		services.reply->fail(reply, status, &intake->err);
		return FALSE;
	}
	pool_add(&ledger->pool, intake->tx, reply);
	result_accepted(intake->tx, reply);
	return TRUE;
}

int32_t
submit_batch(Ledger *ledger, const bsn_submission *items, uint64_t n,
	     bsn_err *err)
{
	g_autofree Intake *intakes = NULL;
	gboolean admitted = FALSE;
	int32_t status = services.store->writable(ledger->chain, err);

	if (status == BSN_OK)
		status = pool_room(&ledger->pool, 0, err);
	else if (err != NULL)
		err->native = FISCO_REFUSED;
	if (status != BSN_OK)
		return status;
	intakes = g_new0(Intake, n);
	for (guint64 i = 0; i < n; i++)
		intakes[i].raw = item_at(items, i)->tx;
	intake_run(ledger, intakes, n);
	for (guint64 i = 0; i < n; i++)
		admitted |= admit(ledger, &intakes[i],
				  item_at(items, i)->reply);
	intake_clear(intakes, n);
	if (admitted)
		agree_pending(ledger);
	return BSN_OK;
}

void
submit_abandon(Ledger *ledger)
{
	PoolEntry *entry;

	while ((entry = pool_first(&ledger->pool)) != NULL) {
		bsn_reply *reply = pool_remove(&ledger->pool, entry);

		if (reply != NULL)
			result_closing(reply);
	}
}
