/* SPDX-License-Identifier: Apache-2.0
 *
 * Fabric's chaincode for questions to the ledger (core/scc/qscc). Only what is
 * on disk is told.
 */
#include <bsn/helpers/error.h>

#include "common/ledger.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/engine-fabric/chaincode/call.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/kit/sink.h"

static bsn_slice
argument(const SystemCall *call, gsize n)
{
	return n < call->n_args ? message_slice(call->args[n])
				: bsn_slice_of(NULL, 0);
}

static int32_t
append_block(SystemCall *call, guint64 number, bsn_err *err)
{
	const ChannelLedger *ledger = call->channel->ledger;

	if (number >= ledger->durable.height)
		return bsn_fail(err, BSN_NOT_FOUND,
				"Failed to get block number %" G_GUINT64_FORMAT
				", error no such block number "
				"[%" G_GUINT64_FORMAT "] in index",
				number, number);
	return ledger_block(ledger, number, call->payload, err);
}

static int32_t
chain_info(SystemCall *call, bsn_err *err)
{
	const LedgerHead *head = &call->channel->ledger->durable;
	Common__BlockchainInfo info = COMMON__BLOCKCHAIN_INFO__INIT;

	info.height = head->height;
	info.currentblockhash = message_bytes(ledger_head_hash(head));
	if (head->height > 1)
		info.previousblockhash =
			message_bytes(bsn_slice_of(head->previous, HASH_LEN));
	message_append(call->payload, &info);
	return BSN_OK;
}

/* The greatest number asks for the last block. */
static int32_t
block_by_number(SystemCall *call, bsn_err *err)
{
	g_autofree char *text = NULL;
	const int32_t status = system_text(call, 1, &text, err);
	guint64 number;

	if (status != BSN_OK)
		return status;
	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &number,
					NULL))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"Failed to parse block number with error %s is "
				"no block's number",
				text);
	if (number == G_MAXUINT64)
		number = call->channel->ledger->durable.height - 1;
	return append_block(call, number, err);
}

static int32_t
block_by_hash(SystemCall *call, bsn_err *err)
{
	guint64 number = 0;
	const int32_t status = ledger_block_by_hash(
		call->channel->ledger, argument(call, 1), &number, err);

	return status == BSN_OK ? append_block(call, number, err) : status;
}

static int32_t
find_tx(SystemCall *call, TxPlace *place, bsn_err *err)
{
	const ChannelLedger *ledger = call->channel->ledger;
	int32_t status = ledger_tx(ledger, argument(call, 1), place, err);

	if (status == BSN_OK && place->block >= ledger->durable.height)
		status = bsn_fail(err, BSN_NOT_FOUND,
				  "there is no transaction with that id");
	return status;
}

static int32_t
block_by_tx(SystemCall *call, bsn_err *err)
{
	TxPlace place;
	const int32_t status = find_tx(call, &place, err);

	return status == BSN_OK ? append_block(call, place.block, err) : status;
}

static int32_t
transaction_by_id(SystemCall *call, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Protos__ProcessedTransaction processed =
		PROTOS__PROCESSED_TRANSACTION__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	TxPlace place;
	int32_t status = find_tx(call, &place, err);

	if (status == BSN_OK)
		status = ledger_envelope(call->channel->ledger, &place, bytes,
					 err);
	if (status != BSN_OK)
		return status;
	processed.validationcode = place.code;
	processed.transactionenvelope =
		message_unpack(&arena, &common__envelope__descriptor,
			       buffer_slice(bytes), &status, err);
	/* One that cannot be decoded is in the block all the same, as invalid:
	 * its code is the answer. */
	message_append(call->payload, &processed);
	return BSN_OK;
}

int32_t
qscc_invoke(SystemCall *call, bsn_err *err)
{
	static const struct {
		const char *name;
		const char *resource;
		int32_t (*answer)(SystemCall *call, bsn_err *err);
	} functions[] = {
		{ "GetChainInfo", "qscc/GetChainInfo", chain_info },
		{ "GetBlockByNumber", "qscc/GetBlockByNumber",
		  block_by_number },
		{ "GetBlockByHash", "qscc/GetBlockByHash", block_by_hash },
		{ "GetBlockByTxID", "qscc/GetBlockByTxID", block_by_tx },
		{ "GetTransactionByID", "qscc/GetTransactionByID",
		  transaction_by_id },
	};

	for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
		int32_t status;

		if (strcmp(functions[i].name, call->function) != 0)
			continue;
		status = system_channel(call, 0, functions[i].resource, err);
		return status == BSN_OK ? functions[i].answer(call, err)
					: status;
	}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"Requested function %s not found.", call->function);
}
