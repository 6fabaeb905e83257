/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/result.h"

#include "plugins/kit/solidity/decode.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/extra.h"
#include "plugins/engine-fisco/interfaces.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/answer.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

json_t *
result_hex(bsn_slice bytes)
{
	g_autofree char *text = hex_encode(bytes);

	return json_string_nocheck(text);
}

static json_t *
hex_or_null(bsn_slice bytes)
{
	return bytes.len > 0 ? result_hex(bytes) : json_null();
}

static json_t *
integer(guint64 value)
{
	return json_integer((json_int_t)value);
}

/* ---- what the interface tells ------------------------------------------ */

/* Of a contract's own words, on a chain where they are a text; the engine's own
 * contracts have their interface. */
static char *
plain_reason(const Ledger *ledger, const Interface *interface, guint64 status,
	     bsn_slice output)
{
	if (status != FISCO_REVERT || !wasm_chain(ledger) ||
	    (interface != NULL && interface->abi != NULL))
		return NULL;
	return g_utf8_make_valid((const char *)output.data,
				 (gssize)output.len);
}

char *
result_reason(Ledger *ledger, Overlay *state, const guint8 *contract,
	      guint64 status, bsn_slice output)
{
	const Interface *interface = NULL;
	const bsn_hash *hash = suite_selector_hash(FALSE);
	char *plain;

	if (status == FISCO_OK)
		return NULL;
	if ((status != FISCO_REVERT && status != FISCO_REFUSED &&
	     status != FISCO_PRECOMPILED) ||
	    output.len == 0)
		return g_strdup(fisco_code(status)->sentence);
	if (contract != NULL)
		interface = interface_of(ledger, state, contract);
	plain = plain_reason(ledger, interface, status, output);
	if (plain != NULL)
		return plain;
	if (interface != NULL)
		hash = interface->selector_hash;
	if (hash == NULL)
		hash = ledger->suite.hash;
	return abi_revert_reason(interface != NULL ? interface->abi : NULL,
				 hash, output);
}

json_t *
result_decode(const AbiFunction *function, bsn_slice output)
{
	g_autoptr(json_t) values = NULL;

	if (function->outputs == NULL)
		return NULL;
	values = abi_decode(function->outputs, output, NULL);
	if (values == NULL)
		return NULL;
	if (json_array_size(values) == 0)
		return json_null();
	if (json_array_size(values) == 1)
		return json_incref(json_array_get(values, 0));
	return g_steal_pointer(&values);
}

static void
add_named_function(json_t *json, const Outcome *outcome)
{
	g_autofree char *function = wasm_function_name(outcome->tx->data);

	if (function == NULL)
		return;
	json_object_set_new(json, "function", json_string(function));
	if (outcome->receipt->status == FISCO_OK)
		json_object_set_new(json, "result",
				    answer_as_json(outcome->receipt->output));
}

static void
add_function(const Ledger *ledger, json_t *json, const Interface *interface,
	     const Outcome *outcome)
{
	const AbiFunction *function;
	json_t *result;

	if ((interface == NULL || interface->abi == NULL) &&
	    wasm_chain(ledger))
		add_named_function(json, outcome);
	if (interface == NULL || interface->abi == NULL)
		return;
	function = abi_find_selector(interface->abi, outcome->tx->data);
	if (function == NULL)
		return;
	json_object_set_new(json, "function",
			    json_string(function->signature));
	if (outcome->receipt->status != FISCO_OK)
		return;
	result = result_decode(function, outcome->receipt->output);
	if (result != NULL)
		json_object_set_new(json, "result", result);
}

static json_t *
log_json(Ledger *ledger, Overlay *state, const LogView *log)
{
	const Interface *interface =
		interface_of(ledger, state, log->address.data);
	json_t *topics = json_array();
	json_t *json = json_object();
	const AbiEvent *event;
	json_t *payload;

	for (guint64 i = 0; i < log->n_topics; i++)
		json_array_append_new(topics, result_hex(log->topics[i]));
	json_object_set_new(json, "address", result_hex(log->address));
	json_object_set_new(json, "topics", topics);
	json_object_set_new(json, "data", result_hex(log->data));
	if (interface != NULL && interface->abi != NULL &&
	    abi_decode_event(interface->abi, log->topics, log->n_topics,
			     log->data, &event, &payload, NULL) == BSN_OK) {
		json_object_set_new(json, "event", json_string(event->name));
		json_object_set_new(json, "args", payload);
	} else if (wasm_chain(ledger)) {
		g_autofree char *name =
			wasm_event_name(log->topics, log->n_topics);

		json_object_set_new(json, "event", json_string(name));
		json_object_set_new(json, "args", answer_as_json(log->data));
	}
	return json;
}

static json_t *
logs_json(Ledger *ledger, Overlay *state, bsn_slice logs)
{
	RlpReader reader = rlp_reader(logs);
	json_t *array = json_array();
	LogView log;

	while (receipt_next_log(&reader, &log))
		json_array_append_new(array, log_json(ledger, state, &log));
	return array;
}

/* ---- the receipt ------------------------------------------------------- */

static const guint8 *
called(const Outcome *outcome)
{
	if (outcome->tx->to.len == 0)
		return outcome->receipt->contract.len > 0
			       ? outcome->receipt->contract.data
			       : NULL;
	return outcome->tx->to.data;
}

static void
add_status(Ledger *ledger, Overlay *state, json_t *json,
	   const Outcome *outcome)
{
	const ReceiptView *receipt = outcome->receipt;
	g_autofree char *reason =
		result_reason(ledger, state, called(outcome), receipt->status,
			      receipt->output);

	json_object_set_new(json, "status", integer(receipt->status));
	json_object_set_new(json, "statusName",
			    json_string(fisco_code(receipt->status)->name));
	if (reason != NULL)
		json_object_set_new(json, "reason", json_string(reason));
}

json_t *
result_json(Ledger *ledger, Overlay *state, const Outcome *outcome)
{
	const Tx *tx = outcome->tx;
	const ReceiptView *receipt = outcome->receipt;
	json_t *json = json_object();

	json_object_set_new(json, "transactionHash",
			    result_hex(bsn_slice_of(tx->hash, HASH_LEN)));
	json_object_set_new(json, "transactionIndex", integer(outcome->index));
	json_object_set_new(json, "blockHash",
			    result_hex(outcome->block_hash));
	json_object_set_new(json, "blockNumber", integer(outcome->block));
	json_object_set_new(json, "from",
			    result_hex(bsn_slice_of(tx->sender, ADDRESS_LEN)));
	json_object_set_new(json, "to", hex_or_null(tx->to));
	json_object_set_new(json, "contractAddress",
			    hex_or_null(receipt->contract));
	json_object_set_new(json, "gasUsed", integer(receipt->gas_used));
	add_status(ledger, state, json, outcome);
	if (!tx_is_deploy(tx)) {
		json_object_set_new(json, "output",
				    result_hex(receipt->output));
		add_function(ledger, json, interface_of(ledger, state, tx->to.data),
			     outcome);
	}
	json_object_set_new(json, "logs",
			    logs_json(ledger, state, receipt->logs));
	return json;
}

/* ---- replies ----------------------------------------------------------- */

void
result_reply(Ledger *ledger, const Outcome *outcome, bsn_reply *reply)
{
	g_autoptr(Overlay) state = overlay_new(ledger->chain);
	g_autoptr(json_t) json = result_json(ledger, state, outcome);
	g_autofree char *text = json_text(json);
	const FiscoCode *code = fisco_code(outcome->receipt->status);
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = outcome->receipt->status == FISCO_OK
				 ? BSN_TX_COMMITTED
				 : BSN_TX_INVALID,
		.status = code->status,
		.native = (int32_t)outcome->receipt->status,
		.tx_id = bsn_id_of(outcome->tx->hash, HASH_LEN),
		.block = outcome->block,
		.index = outcome->index,
		.detail = bsn_slice_str(text),
	};

	services.reply->tx(reply, &result);
}

void
result_accepted(const Tx *tx, bsn_reply *reply)
{
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = BSN_TX_ACCEPTED,
		.tx_id = bsn_id_of(tx->hash, HASH_LEN),
	};

	services.reply->tx(reply, &result);
}

void
result_refuse(bsn_reply *reply, gint32 code)
{
	const FiscoCode *known = fisco_code((guint64)code);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = bsn_fail_native(&err, known->status, code, "%s",
					 known->sentence);

	services.reply->fail(reply, status, &err);
}

void
result_closing(bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = bsn_fail(&err, BSN_UNAVAILABLE,
				  "the chain closes; whether the transaction "
				  "is in a block shows once it is open again");

	services.reply->fail(reply, status, &err);
}
