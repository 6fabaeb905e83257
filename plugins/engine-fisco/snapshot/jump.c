/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/jump.h"

#include "plugins/engine-fisco/agree.h"
#include "plugins/engine-fisco/interfaces.h"
#include "plugins/engine-fisco/net/net.h"
#include "plugins/engine-fisco/rpc/blocks.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"

/* What was read of the state before. */
static void
forget(Ledger *ledger)
{
	g_clear_pointer(&ledger->nonces, nonces_free);
	g_clear_pointer(&ledger->interfaces, interface_cache_free);
	indexed_forget(ledger);
	ledger->limits = (SysconfigLimits){ 0 };
}

/* What waits here may be in a block that this node did not see; whoever may lead
 * has been given it long ago. */
static void
empty_pool(Ledger *ledger)
{
	bsn_err err = BSN_ERR_INIT;
	PoolEntry *entry;

	(void)bsn_fail(&err, BSN_UNAVAILABLE,
		       "this node has taken over a later state: whether the "
		       "transaction is in a block, another node tells");
	while ((entry = pool_any(&ledger->pool)) != NULL) {
		bsn_reply *reply = pool_remove(&ledger->pool, entry);

		if (reply != NULL)
			services.reply->fail(reply, BSN_UNAVAILABLE, &err);
	}
}

int32_t
jump_to(Ledger *ledger, const Head *head, bsn_err *err)
{
	int32_t status;

	ledger->head = ledger->durable = *head;
	ledger->earliest = head->number + 1;
	ledger->installing = FALSE;
	forget(ledger);
	status = membership_jump(ledger, err);
	if (status == BSN_OK)
		status = snapshot_load(ledger, err);
	if (status != BSN_OK)
		return status;
	empty_pool(ledger);
	agree_jump(ledger);
	net_jumped(ledger);
	services.events->block(ledger->chain, head->number);
	ledger->consensus->applied(ledger->agreement, head->number);
	ledger_active(ledger);
	return BSN_OK;
}
