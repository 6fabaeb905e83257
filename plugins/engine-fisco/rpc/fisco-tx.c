/* SPDX-License-Identifier: Apache-2.0
 *
 * FISCO BCOS 2.x's methods about transactions: sending them, calling, looking
 * them up, with proofs where asked.
 */
#include "plugins/engine-fisco/account.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/execute.h"
#include "plugins/engine-fisco/rpc/fisco.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

#define CODE_MAX (1u << 20)

/* ---- looking up -------------------------------------------------------- */

typedef json_t *(*Describe)(RpcCall *call, const Tx *tx,
			    const StoredBlock *block,
			    const BlockCursor *cursor);

static json_t *
describe_tx(RpcCall *call, const Tx *tx, const StoredBlock *block,
	    const BlockCursor *cursor)
{
	return fisco_tx_json(tx, block, cursor->index);
}

static json_t *
describe_receipt(RpcCall *call, const Tx *tx, const StoredBlock *block,
		 const BlockCursor *cursor)
{
	return fisco_receipt_json(tx, block, cursor);
}

static json_t *
with_proof(const char *what, json_t *described, const char *of,
	   json_t *proof)
{
	json_t *json;

	if (proof == NULL) {
		json_decref(described);
		return NULL;
	}
	json = json_object();
	json_object_set_new(json, what, described);
	json_object_set_new(json, of, proof);
	return json;
}

static json_t *
describe_proven_tx(RpcCall *call, const Tx *tx, const StoredBlock *block,
		   const BlockCursor *cursor)
{
	return with_proof("transaction", describe_tx(call, tx, block, cursor),
			  "txProof",
			  fisco_tx_proof(call, block, cursor->index));
}

static json_t *
describe_proven_receipt(RpcCall *call, const Tx *tx, const StoredBlock *block,
			const BlockCursor *cursor)
{
	return with_proof("transactionReceipt",
			  describe_receipt(call, tx, block, cursor),
			  "receiptProof",
			  fisco_receipt_proof(call, block, cursor->index));
}

/* null for what is in no block. */
static json_t *
by_hash(RpcCall *call, Describe describe)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	g_autoptr(Tx) tx = NULL;
	guint8 hash[HASH_LEN];
	TxPlace place = { 0 };
	BlockCursor cursor;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (!fisco_params(call, 2, 2))
		return NULL;
	status = fisco_place(call, 1, hash, &place);
	if (status != BSN_OK)
		return call->code == 0 ? json_null() : NULL;
	status = stored_load(call->ledger, place.block, &block, &err);
	if (status != BSN_OK)
		return rpc_fail_status(call, MIN(status, BSN_E_INTERNAL),
				       &err);
	tx = fisco_tx_at(call->ledger, &block, place.index, &cursor);
	if (tx == NULL || memcmp(tx->hash, hash, HASH_LEN) != 0)
		return json_null();
	return describe(call, tx, &block, &cursor);
}

static json_t *
tx_by_hash(RpcCall *call)
{
	return by_hash(call, describe_tx);
}

static json_t *
receipt(RpcCall *call)
{
	return by_hash(call, describe_receipt);
}

static json_t *
proven_tx(RpcCall *call)
{
	return by_hash(call, describe_proven_tx);
}

static json_t *
proven_receipt(RpcCall *call)
{
	return by_hash(call, describe_proven_receipt);
}

static json_t *
by_index(RpcCall *call,
	 gboolean (*find)(RpcCall *call, guint index, StoredBlock *block))
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	g_autoptr(Tx) tx = NULL;
	guint64 index;
	BlockCursor cursor;

	if (!fisco_params(call, 3, 3) || !find(call, 1, &block) ||
	    !fisco_number(call, 2, "transaction index", &index))
		return NULL;
	tx = fisco_tx_at(call->ledger, &block, index, &cursor);
	if (tx != NULL)
		return fisco_tx_json(tx, &block, index);
	return rpc_fail(call, FISCO_RPC_TX_INDEX,
			"TransactionIndex is out of range: the block has %"
			G_GUINT64_FORMAT " transactions",
			block.view.n_txs);
}

static json_t *
tx_by_block_hash(RpcCall *call)
{
	return by_index(call, fisco_block_of);
}

static json_t *
tx_by_block_number(RpcCall *call)
{
	return by_index(call, fisco_block_at);
}

/* ---- what waits -------------------------------------------------------- */

static json_t *
pending_size(RpcCall *call)
{
	return fisco_params(call, 1, 1) ? value_quantity(call->ledger->pool.n)
					: NULL;
}

/* Those that are ready, oldest first, as many as one block takes. */
static json_t *
pending(RpcCall *call)
{
	guint64 room = ledger_config(call->ledger)->block_tx_max;
	json_t *array;

	if (!fisco_params(call, 1, 1))
		return NULL;
	array = json_array();
	for (PoolEntry *entry = pool_first(&call->ledger->pool);
	     entry != NULL && room > 0; entry = pool_next(entry), room--)
		json_array_append_new(array,
				      fisco_tx_json(entry->tx, NULL, 0));
	return array;
}

/* ---- sending and calling ----------------------------------------------- */

static gboolean
raw_transaction(RpcCall *call, GByteArray *out)
{
	const guint64 max = ledger_config(call->ledger)->tx_bytes_max;
	const json_t *text;

	if (!fisco_params(call, 2, 2))
		return FALSE;
	text = params_at(call, 1);
	if (json_is_string(text) && json_string_length(text) / 2 <= max + 1 &&
	    hex_decode(json_string_value(text), json_string_length(text), out))
		return TRUE;
	rpc_fail(call, RPC_INVALID_PARAMS,
		 "params[1] (transaction) must be hexadecimal text of at most "
		 "%" G_GUINT64_FORMAT " bytes",
		 max);
	return FALSE;
}

/* FISCO's code of the refusal, where it has one. */
static void
refused(RpcCall *call, int32_t status, const bsn_err *err)
{
	int code = status < 0 ? RPC_INTERNAL : RPC_SERVER;

	rpc_fail(call, err->native != 0 ? err->native : code, "%s",
		 err->reason);
}

typedef struct {
	guint8 from[ADDRESS_LEN];
	guint8 to[ADDRESS_LEN];
	guint8 value[32];
	GByteArray *data;
} CallRequest;

static gboolean
read_call(RpcCall *call, CallRequest *out)
{
	const json_t *request = params_at(call, 1);
	const json_t *from = json_object_get(request, "from");
	const json_t *value = json_object_get(request, "value");
	const json_t *data = json_object_get(request, "data");

	if (!json_is_object(request)) {
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "params[1] must be an object with from, to, data");
		return FALSE;
	}
	if (from == NULL) {
		rpc_fail(call, FISCO_RPC_CALL_FROM,
			 "params[1].from must say who calls");
		return FALSE;
	}
	return param_fixed(call, from, "params[1].from", out->from,
			   ADDRESS_LEN) &&
	       param_fixed(call, json_object_get(request, "to"),
			   "params[1].to", out->to, ADDRESS_LEN) &&
	       (value == NULL ||
		param_integer(call, value, "params[1].value", out->value)) &&
	       (data == NULL || param_data(call, data, "params[1].data",
					   CODE_MAX, out->data));
}

static json_t *
call_json(const Ledger *ledger, const Receipt *receipt)
{
	json_t *json = json_object();

	json_object_set_new(json, "currentBlockNumber",
			    value_quantity(ledger->head.number));
	json_object_set_new(json, "output",
			    value_data(buffer_slice(receipt->output)));
	json_object_set_new(json, "status", value_quantity(receipt->status));
	return json;
}

/* A call that fails is answered, too: its status and output say how. */
static json_t *
run_call(RpcCall *call)
{
	Ledger *ledger = call->ledger;
	const guint64 now = services.clock->wall_ms(ledger->chain);
	g_autoptr(GByteArray) data = g_byte_array_new();
	g_autoptr(Execution) execution = NULL;
	g_autoptr(Receipt) receipt = NULL;
	CallRequest request = { .data = data };
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (!fisco_params(call, 2, 2) || !read_call(call, &request))
		return NULL;
	execution = execution_new(ledger, ledger->head.number + 1,
				  MAX(now, ledger->head.time_ms + 1),
				  ledger->sealer_address);
	status = execution_call(execution, request.from, request.to,
				buffer_slice(data),
				bsn_slice_of(request.value, 32),
				ledger_config(ledger)->tx_gas_max, &receipt,
				&err);
	if (status != BSN_OK)
		return rpc_fail_status(call, status, &err);
	call->gas += receipt->gas_used;
	return call_json(ledger, receipt);
}

static json_t *
code(RpcCall *call)
{
	g_autoptr(Overlay) state = NULL;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint8 address[ADDRESS_LEN];
	int32_t status;

	if (!fisco_params(call, 2, 2) ||
	    !params_address(call, 1, "address", address))
		return NULL;
	state = ledger_state(call->ledger);
	status = account_code(call->ledger, state, address, bytes);
	if (status < 0)
		return rpc_fail(call, RPC_INTERNAL,
				"the contract's code cannot be read");
	return value_data(buffer_slice(bytes));
}

const RpcMethod fisco_tx_methods[] = {
	{ .name = "getTransactionByHash", .run = tx_by_hash },
	{ .name = "getTransactionReceipt", .run = receipt },
	{ .name = "getTransactionByBlockHashAndIndex",
	  .run = tx_by_block_hash },
	{ .name = "getTransactionByBlockNumberAndIndex",
	  .run = tx_by_block_number },
	{ .name = "getPendingTxSize", .run = pending_size },
	{ .name = "getPendingTransactions", .run = pending },
	{ .name = "sendRawTransaction",
	  .raw = raw_transaction,
	  .refused = refused },
	/* The proofs come with the notice of the channel. */
	{ .name = "sendRawTransactionAndGetProof",
	  .raw = raw_transaction,
	  .refused = refused },
	{ .name = "getTransactionByHashWithProof", .run = proven_tx },
	{ .name = "getTransactionReceiptByHashWithProof",
	  .run = proven_receipt },
	{ .name = "call", .run = run_call },
	{ .name = "getCode", .run = code },
	{ .name = NULL },
};
