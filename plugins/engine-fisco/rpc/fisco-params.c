/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/rpc/fisco.h"
#include "plugins/engine-fisco/rpc/params.h"

static gboolean
read_digits(const char *text, guint64 *out)
{
	const gboolean hex = strncmp(text, "0x", 2) == 0;
	const char *digits = hex ? text + 2 : text;

	if (digits[0] == '\0')
		return FALSE;
	for (const char *at = digits; *at != '\0'; at++)
		if (hex ? !g_ascii_isxdigit(*at) : !g_ascii_isdigit(*at))
			return FALSE;
	if (hex ? strlen(digits) > 16 : strlen(digits) > 19)
		return FALSE;
	*out = g_ascii_strtoull(digits, NULL, hex ? 16 : 10);
	return TRUE;
}

static gboolean
read_number(const json_t *value, guint64 *out)
{
	const char *text = json_string_value(value);

	if (text != NULL)
		return read_digits(text, out);
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return FALSE;
	*out = (guint64)json_integer_value(value);
	return TRUE;
}

gboolean
fisco_params(RpcCall *call, guint min, guint max)
{
	const guint64 own = ledger_config(call->ledger)->group_id;
	guint64 group;

	if (!params_count(call, min, max))
		return FALSE;
	if (read_number(params_at(call, 0), &group) && group == own)
		return TRUE;
	rpc_fail(call, FISCO_RPC_GROUP,
		 "params[0] (group) must be %" G_GUINT64_FORMAT
		 ", the group id of this chain",
		 own);
	return FALSE;
}

gboolean
fisco_number(RpcCall *call, guint index, const char *what, guint64 *out)
{
	if (read_number(params_at(call, index), out))
		return TRUE;
	rpc_fail(call, RPC_INVALID_PARAMS,
		 "params[%u] (%s) must be a number such as \"0x1f\" or 31",
		 index, what);
	return FALSE;
}

static gboolean
load(RpcCall *call, guint64 number, StoredBlock *block)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = stored_load(call->ledger, number, block, &err);

	if (status != BSN_OK)
		rpc_fail_status(call, MIN(status, BSN_E_INTERNAL), &err);
	return status == BSN_OK;
}

gboolean
fisco_block_at(RpcCall *call, guint index, StoredBlock *block)
{
	guint64 number;

	if (!fisco_number(call, index, "block number", &number))
		return FALSE;
	if (number <= call->ledger->durable.number)
		return load(call, number, block);
	rpc_fail(call, FISCO_RPC_BLOCK_NUMBER,
		 "BlockNumber does not exist: the latest one is %"
		 G_GUINT64_FORMAT,
		 call->ledger->durable.number);
	return FALSE;
}

gboolean
fisco_block_of(RpcCall *call, guint index, StoredBlock *block)
{
	guint8 hash[HASH_LEN];
	guint64 number = 0;
	int32_t status;

	if (!params_hash(call, index, "block hash", hash))
		return FALSE;
	status = number_load(call->ledger->chain, hash, &number);
	if (status == BSN_OK && number <= call->ledger->durable.number)
		return load(call, number, block);
	if (status == BSN_OK || status == BSN_NOT_FOUND)
		rpc_fail(call, FISCO_RPC_BLOCK_HASH,
			 "BlockHash does not exist");
	else
		rpc_fail(call, RPC_INTERNAL, "the index cannot be read");
	return FALSE;
}

int32_t
fisco_place(RpcCall *call, guint index, guint8 *hash, TxPlace *place)
{
	int32_t status;

	if (!params_hash(call, index, "transaction hash", hash))
		return BSN_BAD_REQUEST;
	status = place_load(call->ledger->chain, hash, place);
	if (status == BSN_OK && place->block > call->ledger->durable.number)
		return BSN_NOT_FOUND;
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		rpc_fail(call, RPC_INTERNAL, "the index cannot be read");
	return status;
}

Tx *
fisco_tx_at(const Ledger *ledger, const StoredBlock *block, guint64 index,
	    BlockCursor *cursor)
{
	*cursor = block_cursor(&block->view);
	while (block_cursor_next(cursor))
		if (cursor->index == index)
			return stored_tx(ledger, block, cursor);
	return NULL;
}
