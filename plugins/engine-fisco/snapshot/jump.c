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
	agree_jump(ledger);
	net_jumped(ledger);
	services.events->block(ledger->chain, head->number);
	ledger->consensus->applied(ledger->agreement, head->number);
	ledger_active(ledger);
	return BSN_OK;
}
