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
#include "plugins/kit/json_out.h"

json_t *
result_hex(bsn_slice bytes)
{
	g_autofree char *text = hex_encode(bytes);

	return json_string_nocheck(text);
}

static void
put_hex_or_null(GString *out, bsn_slice bytes)
{
	if (bytes.len > 0)
		json_out_hex(out, bytes);
	else
		json_out_null(out);
}

/* A value that is taken. */
static void
put_value(GString *out, json_t *value)
{
	g_autoptr(json_t) taken = value;

	json_out_value(out, taken);
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
put_named_function(GString *out, const Outcome *outcome)
{
	g_autofree char *function = wasm_function_name(outcome->tx->data);

	if (function == NULL)
		return;
	json_out_text_member(out, "function", function);
	if (outcome->receipt->status != FISCO_OK)
		return;
	json_out_name(out, "result");
	put_value(out, answer_as_json(outcome->receipt->output));
}

static void
put_function(const Ledger *ledger, GString *out, const Interface *interface,
	     const Outcome *outcome)
{
	const AbiFunction *function;
	json_t *result;

	if ((interface == NULL || interface->abi == NULL) &&
	    wasm_chain(ledger))
		put_named_function(out, outcome);
	if (interface == NULL || interface->abi == NULL)
		return;
	function = abi_find_selector(interface->abi, outcome->tx->data);
	if (function == NULL)
		return;
	json_out_text_member(out, "function", function->signature);
	if (outcome->receipt->status != FISCO_OK)
		return;
	result = result_decode(function, outcome->receipt->output);
	if (result == NULL)
		return;
	json_out_name(out, "result");
	put_value(out, result);
}

/* What the contract's interface makes of a log. */
static void
put_event(Ledger *ledger, Overlay *state, const LogView *log, GString *out)
{
	const Interface *interface =
		interface_of(ledger, state, log->address.data);
	const AbiEvent *event;
	json_t *payload;

	if (interface != NULL && interface->abi != NULL &&
	    abi_decode_event(interface->abi, log->topics, log->n_topics,
			     log->data, &event, &payload, NULL) == BSN_OK) {
		json_out_text_member(out, "event", event->name);
		json_out_name(out, "args");
		put_value(out, payload);
	} else if (wasm_chain(ledger)) {
		g_autofree char *name =
			wasm_event_name(log->topics, log->n_topics);

		if (name != NULL)
			json_out_text_member(out, "event", name);
		json_out_name(out, "args");
		put_value(out, answer_as_json(log->data));
	}
}

static void
put_log(Ledger *ledger, Overlay *state, const LogView *log, GString *out)
{
	json_out_open(out, '{');
	json_out_hex_member(out, "address", log->address);
	json_out_name(out, "topics");
	json_out_open(out, '[');
	for (guint64 i = 0; i < log->n_topics; i++)
		json_out_hex(out, log->topics[i]);
	json_out_close(out, ']');
	json_out_hex_member(out, "data", log->data);
	put_event(ledger, state, log, out);
	json_out_close(out, '}');
}

static void
put_logs(Ledger *ledger, Overlay *state, bsn_slice logs, GString *out)
{
	RlpReader reader = rlp_reader(logs);
	LogView log;

	json_out_name(out, "logs");
	json_out_open(out, '[');
	while (receipt_next_log(&reader, &log))
		put_log(ledger, state, &log, out);
	json_out_close(out, ']');
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
put_status(Ledger *ledger, Overlay *state, const Outcome *outcome, GString *out)
{
	const ReceiptView *receipt = outcome->receipt;
	g_autofree char *reason =
		result_reason(ledger, state, called(outcome), receipt->status,
			      receipt->output);

	json_out_u64_member(out, "status", receipt->status);
	json_out_text_member(out, "statusName",
			     fisco_code(receipt->status)->name);
	if (reason != NULL)
		json_out_text_member(out, "reason", reason);
}

static void
put_place(const Outcome *outcome, GString *out)
{
	const Tx *tx = outcome->tx;

	json_out_hex_member(out, "transactionHash",
			    bsn_slice_of(tx->hash, HASH_LEN));
	json_out_u64_member(out, "transactionIndex", outcome->index);
	json_out_hex_member(out, "blockHash", outcome->block_hash);
	json_out_u64_member(out, "blockNumber", outcome->block);
	json_out_hex_member(out, "from", bsn_slice_of(tx->sender, ADDRESS_LEN));
	json_out_name(out, "to");
	put_hex_or_null(out, tx->to);
}

void
result_put(Ledger *ledger, Overlay *state, const Outcome *outcome, GString *out)
{
	const Tx *tx = outcome->tx;
	const ReceiptView *receipt = outcome->receipt;

	json_out_open(out, '{');
	put_place(outcome, out);
	json_out_name(out, "contractAddress");
	put_hex_or_null(out, receipt->contract);
	json_out_u64_member(out, "gasUsed", receipt->gas_used);
	put_status(ledger, state, outcome, out);
	if (!tx_is_deploy(tx)) {
		json_out_hex_member(out, "output", receipt->output);
		put_function(ledger, out,
			     interface_of(ledger, state, tx->to.data), outcome);
	}
	put_logs(ledger, state, receipt->logs, out);
	json_out_close(out, '}');
}

/* ---- replies ----------------------------------------------------------- */

static void
reply_with(const Outcome *outcome, const GString *detail, bsn_reply *reply)
{
	const FiscoCode *code = fisco_code(outcome->receipt->status);
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = outcome->receipt->status == FISCO_OK ? BSN_TX_COMMITTED
							      : BSN_TX_INVALID,
		.status = code->status,
		.native = (int32_t)outcome->receipt->status,
		.tx_id = bsn_id_of(outcome->tx->hash, HASH_LEN),
		.block = outcome->block,
		.index = outcome->index,
		.detail = bsn_slice_of(detail->str, detail->len),
	};

	services.reply->tx(reply, &result);
}

void
result_reply_on(Ledger *ledger, Overlay *state, const Outcome *outcome,
		GString *text, bsn_reply *reply)
{
	g_string_truncate(text, 0);
	result_put(ledger, state, outcome, text);
	reply_with(outcome, text, reply);
}

void
result_reply(Ledger *ledger, const Outcome *outcome, bsn_reply *reply)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	g_autoptr(GString) text = g_string_new(NULL);

	result_reply_on(ledger, state, outcome, text, reply);
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
