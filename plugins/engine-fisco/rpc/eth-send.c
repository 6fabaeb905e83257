/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions that come over Ethereum's JSON-RPC.
 */
#include "plugins/engine-fisco/rpc/methods.h"
#include "plugins/engine-fisco/rpc/params.h"

static gboolean
raw_transaction(RpcCall *call, GByteArray *out)
{
	return params_count(call, 1, 1) &&
	       params_data(call, 0, "transaction",
			   ledger_config(call->ledger)->tx_bytes_max, out);
}

/* Ethereum's nodes have one code for all of it; clients look at the words. */
static void
refused(RpcCall *call, int32_t status, const bsn_err *err)
{
	rpc_fail(call, status < 0 ? RPC_INTERNAL : RPC_SERVER, "%s",
		 err->reason);
}

const RpcMethod eth_send_methods[] = {
	{ .name = "eth_sendRawTransaction",
	  .raw = raw_transaction,
	  .refused = refused,
	  .held = TRUE },
	{ .name = NULL },
};
