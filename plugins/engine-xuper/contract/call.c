/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions run for their result only, and pre-execution for all to see.
 */
#include "plugins/engine-xuper/contract/build.h"

#include "plugins/engine-xuper/contract/trial.h"
#include "plugins/kit/answer.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

static json_t *
hex_json(bsn_slice bytes)
{
	g_autofree char *text = hex_encode(bytes);

	return json_string_nocheck(text);
}

/* What a function that is only asked may use of the resource cpu. */
#define CALL_CPU_MAX 50000000u

/* ---- results ----------------------------------------------------------- */

static json_t *
result_json(const Plan *plan, const RunResult *result)
{
	bsn_slice output = buffer_slice(result->output);
	json_t *value = NULL;

	/* The chain's own contracts answer JSON or a text. */
	if (g_strcmp0(result->language, LANGUAGE_EVM) != 0)
		return answer_as_json(output);
	if (plan->function != NULL)
		value = interface_results(plan->function, output);
	return value != NULL ? value : hex_json(output);
}

static json_t *
resources_json(const guint64 used[RESOURCES])
{
	static const char *const names[RESOURCES] = { "cpu", "memory", "disk",
						      "xfee" };
	json_t *json = json_object();

	for (guint i = 0; i < RESOURCES; i++)
		json_object_set_new(json, names[i],
				    json_integer((json_int_t)used[i]));
	return json;
}

/* ---- what a transaction would have ------------------------------------- */

static json_t *
read_json(const Xldgpb__TxInputExt *read)
{
	json_t *json = json_object();

	json_object_set_new(json, "bucket", json_string(read->bucket));
	json_object_set_new(json, "key", hex_json(message_slice(read->key)));
	if (read->ref_txid.len == 0)
		return json;
	json_object_set_new(json, "refTxid",
			    hex_json(message_slice(read->ref_txid)));
	json_object_set_new(json, "refOffset", json_integer(read->ref_offset));
	return json;
}

static json_t *
write_json(const Xldgpb__TxOutputExt *write)
{
	json_t *json = json_object();

	json_object_set_new(json, "bucket", json_string(write->bucket));
	json_object_set_new(json, "key", hex_json(message_slice(write->key)));
	json_object_set_new(json, "value",
			    hex_json(message_slice(write->value)));
	return json;
}

static void
add_sets(Trial *trial, json_t *json)
{
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	json_t *reads = json_array();
	json_t *writes = json_array();

	sandbox_result(trial->box, &arena, &msg);
	for (size_t i = 0; i < msg.n_tx_inputs_ext; i++)
		json_array_append_new(reads, read_json(msg.tx_inputs_ext[i]));
	for (size_t i = 0; i < msg.n_tx_outputs_ext; i++)
		json_array_append_new(writes,
				      write_json(msg.tx_outputs_ext[i]));
	json_object_set_new(json, "reads", reads);
	json_object_set_new(json, "writes", writes);
}

/* ---- the call ---------------------------------------------------------- */

static void
answer(const Plan *plan, Trial *trial, bsn_reply *reply)
{
	const RunResult *result = &trial->result;
	guint64 height = ledger_head(plan->ledger->ledger)->block->height;
	g_autoptr(json_t) json = json_object();
	g_autofree char *text = NULL;

	json_object_set_new(json, "result", result_json(plan, result));
	json_object_set_new(json, "output",
			    hex_json(buffer_slice(result->output)));
	json_object_set_new(
		json, "budget_used",
		json_integer((json_int_t)result->used[RESOURCE_CPU]));
	json_object_set_new(json, "gas_used",
			    json_integer((json_int_t)result->gas));
	json_object_set_new(json, "resources", resources_json(result->used));
	json_object_set_new(json, "block", json_integer((json_int_t)height));
	/* It was this host's word alone. */
	if (facts_count(plan->facts) > 0)
		json_object_set_new(json, "cross_endorsed", json_false());
	if (plan->options.preexec)
		add_sets(trial, json);
	text = json_text(json);
	services.reply->value(reply, bsn_slice_str(text));
}

/* Code may change state, as elsewhere: it is thrown away. The chain's own
 * methods that change something are for transactions. */
static guint32
flags_of(const Plan *plan)
{
	const Xldgpb__InvokeRequest *request = plan->requests->pdata[0];

	return !plan->options.preexec && request->contract_name[0] == '$' ?
		       RUN_READ_ONLY :
		       0;
}

/* Anybody may ask, nobody pays, and the chain stands still meanwhile. What a
 * transaction would do is tried as that would run. */
static void
bound(Plan *plan)
{
	if (!plan->options.preexec)
		plan_limit(plan, plan->requests->pdata[0], RESOURCE_CPU,
			   CALL_CPU_MAX);
}

static int32_t
call(bsn_ledger *ledger, const Attempt *attempt, bsn_reply *reply,
     bsn_err *err)
{
	g_auto(Plan) plan = { 0 };
	g_auto(Trial) trial = { 0 };
	int32_t status;

	if (attempt->request->kind != BSN_TX_INVOKE)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"only requests of kind invoke can be called");
	status = plan_read(ledger, attempt, &plan, err);
	if (status == BSN_OK && plan.requests->len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"$utxo only moves tokens: send it as a "
				"transaction");
	if (status == BSN_OK) {
		bound(&plan);
		status = trial_run(&plan, flags_of(&plan), &trial, err);
	}
	if (status == BSN_OK)
		answer(&plan, &trial, reply);
	return status;
}

int32_t
build_call(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	   bsn_err *err)
{
	return attempt_begin(ledger, request, FALSE, call, reply, err);
}
