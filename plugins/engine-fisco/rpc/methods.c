/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/methods.h"

#include <stdarg.h>

static const RpcMethod *const lists[] = {
	eth_block_methods,
	eth_call_methods,
	eth_filter_methods,
	eth_logs_methods,
	eth_node_methods,
	eth_send_methods,
	eth_state_methods,
	eth_subscribe_methods,
	eth_tx_methods,
	fisco_block_methods,
	fisco_node_methods,
	fisco_tx_methods,
};

static GHashTable *
make_table(void)
{
	GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		for (const RpcMethod *method = lists[i]; method->name != NULL;
		     method++)
			g_hash_table_insert(table, (gpointer)method->name,
					    (gpointer)method);
	return table;
}

const RpcMethod *
rpc_method(const char *name)
{
	/* Made once, for the life of the process. */
	static GHashTable *table;

	if (g_once_init_enter(&table))
		g_once_init_leave(&table, make_table());
	return g_hash_table_lookup(table, name);
}

json_t *
rpc_fail(RpcCall *call, int code, const char *format, ...)
{
	va_list args;

	if (call->code != 0)
		return NULL;
	call->code = code;
	va_start(args, format);
	call->message = g_strdup_vprintf(format, args);
	va_end(args);
	return NULL;
}

json_t *
rpc_fail_status(RpcCall *call, int32_t status, const bsn_err *err)
{
	if (status == BSN_BAD_REQUEST)
		return rpc_fail(call, RPC_INVALID_PARAMS, "%s", err->reason);
	if (status == BSN_TOO_LARGE)
		return rpc_fail(call, RPC_LIMIT, "%s", err->reason);
	if (status < 0)
		return rpc_fail(call, RPC_INTERNAL, "%s",
				err->reason[0] != '\0'
					? err->reason
					: "the chain's store cannot be read");
	return rpc_fail(call, RPC_SERVER, "%s", err->reason);
}
