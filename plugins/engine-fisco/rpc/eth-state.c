/* SPDX-License-Identifier: Apache-2.0
 *
 * What accounts and contracts have: Ethereum's JSON-RPC reads of the state. It
 * is kept as of the newest block only.
 */
#include "plugins/engine-fisco/account.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/rpc/state.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

gboolean
rpc_state_block(RpcCall *call, guint index, RpcBlock *block)
{
	guint64 newest = call->ledger->durable.number;
	int32_t status = params_block(call, index, block);

	if (status == BSN_NOT_FOUND)
		rpc_fail(call, RPC_SERVER,
			 "header not found: the newest block is "
			 "%" G_GUINT64_FORMAT,
			 newest);
	if (status == BSN_OK && block->number < newest)
		rpc_fail(call, RPC_SERVER,
			 "the state of block %" G_GUINT64_FORMAT
			 " is not kept: ask for \"latest\", which is block "
			 "%" G_GUINT64_FORMAT,
			 block->number, newest);
	return call->code == 0;
}

json_t *
rpc_fail_state(RpcCall *call, int32_t status)
{
	if (status == BSN_NOT_OFFERED)
		return rpc_fail(call, RPC_SERVER,
				"the chain's contract runtime \"%s\" does not "
				"tell this",
				call->ledger->runtime->name);
	return rpc_fail(call, RPC_INTERNAL, "the state cannot be read");
}

/* The address that is the first parameter and, behind it, a block. */
static gboolean
read_account(RpcCall *call, guint block_index, guint8 *address,
	     RpcBlock *block)
{
	return params_count(call, block_index, block_index + 1) &&
	       params_address(call, 0, "address", address) &&
	       rpc_state_block(call, block_index, block);
}

static json_t *
get_balance(RpcCall *call)
{
	g_autoptr(Overlay) state = ledger_state(call->ledger);
	guint8 address[ADDRESS_LEN];
	bsn_account account;
	RpcBlock block;
	int32_t status;

	if (!read_account(call, 1, address, &block))
		return NULL;
	status = account_load(call->ledger, state, address, &account);
	if (status != BSN_OK)
		return rpc_fail_state(call, status);
	return value_integer(
		bsn_slice_of(account.balance, sizeof(account.balance)));
}

static json_t *
get_transaction_count(RpcCall *call)
{
	const PoolSender *sender;
	guint8 address[ADDRESS_LEN];
	RpcBlock block;
	guint64 nonce;
	int32_t status;

	if (!read_account(call, 1, address, &block))
		return NULL;
	sender = pool_sender(&call->ledger->pool, address);
	if (block.pending && sender != NULL)
		return value_quantity(sender->ready_end);
	status = account_nonce(call->ledger, address, &nonce);
	return status == BSN_OK ? value_quantity(nonce)
				: rpc_fail_state(call, status);
}

static json_t *
get_code(RpcCall *call)
{
	g_autoptr(Overlay) state = ledger_state(call->ledger);
	g_autoptr(GByteArray) code = g_byte_array_new();
	guint8 address[ADDRESS_LEN];
	RpcBlock block;
	int32_t status;

	if (!read_account(call, 1, address, &block))
		return NULL;
	status = account_code(call->ledger, state, address, code);
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return rpc_fail_state(call, status);
	return value_data(buffer_slice(code));
}

/* Clients write a slot as a quantity or as 32 bytes. */
static gboolean
read_slot(RpcCall *call, guint8 *slot)
{
	const json_t *value = params_at(call, 1);

	if (json_string_length(value) == 2 + 2 * HASH_LEN)
		return param_fixed(call, value, "params[1] (slot)", slot,
				   HASH_LEN);
	return param_integer(call, value, "params[1] (slot)", slot);
}

static json_t *
get_storage_at(RpcCall *call)
{
	g_autoptr(Overlay) state = ledger_state(call->ledger);
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 address[ADDRESS_LEN];
	guint8 slot[HASH_LEN];
	RpcBlock block;
	int32_t status;

	if (!read_account(call, 2, address, &block) || !read_slot(call, slot))
		return NULL;
	status = account_storage(call->ledger, state, address, slot, value);
	if (status == BSN_NOT_FOUND)
		g_byte_array_set_size(value, 0);
	else if (status != BSN_OK)
		return rpc_fail_state(call, status);
	if (value->len == 0) {
		g_byte_array_set_size(value, HASH_LEN);
		memset(value->data, 0, HASH_LEN);
	}
	return value_data(buffer_slice(value));
}

const RpcMethod eth_state_methods[] = {
	{ .name = "eth_getBalance", .run = get_balance },
	{ .name = "eth_getTransactionCount", .run = get_transaction_count },
	{ .name = "eth_getCode", .run = get_code },
	{ .name = "eth_getStorageAt", .run = get_storage_at },
	{ .name = NULL },
};
