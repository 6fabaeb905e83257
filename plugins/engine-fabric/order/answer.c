/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/commit.h"

void
answer_closing(bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;

	if (reply == NULL)
		return;
	bsn_fail(&err, BSN_UNAVAILABLE,
		 "the chain was closed before the transaction was in a block "
		 "on disk: look it up when it is open again");
	services.reply->fail(reply, BSN_UNAVAILABLE, &err);
}

void
answer_duplicate(bsn_reply *reply, const char *tx_id)
{
	bsn_err err = BSN_ERR_INIT;

	if (reply == NULL)
		return;
	bsn_fail_native(&err, BSN_DUPLICATE,
			PROTOS__TX_VALIDATION_CODE__DUPLICATE_TXID,
			"another transaction with the id %s was committed",
			tx_id);
	services.reply->fail(reply, BSN_DUPLICATE, &err);
}
