/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/call.h"

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/execute.h"
#include "plugins/engine-fisco/request.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/answer.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

static int32_t
fail_call(Ledger *ledger, Overlay *state, const Invocation *invocation,
	  const Receipt *receipt, bsn_err *err)
{
	g_autofree char *reason =
		result_reason(ledger, state, invocation->address,
			      receipt->status, buffer_slice(receipt->output));

	/* What the machine says of a trap no receipt has: it is for who asks. */
	if (wasm_chain(ledger) && receipt->output->len == 0 &&
	    err->reason[0] != '\0') {
		g_free(reason);
		reason = g_strdup(err->reason);
	}
	return bsn_fail_native(err, fisco_code(receipt->status)->status,
			       (int32_t)receipt->status, "%s", reason);
}

static json_t *
call_result(const Ledger *ledger, const Invocation *invocation,
	    bsn_slice output)
{
	json_t *result = NULL;

	if (invocation->function == NULL && wasm_chain(ledger))
		return answer_as_json(output);
	if (invocation->function != NULL)
		result = result_decode(invocation->function, output);
	return result != NULL ? result : result_hex(output);
}

static void
answer(const Ledger *ledger, const Invocation *invocation,
       const Receipt *receipt, bsn_reply *reply)
{
	bsn_slice output = buffer_slice(receipt->output);
	g_autoptr(json_t) json = json_object();
	g_autofree char *text = NULL;

	json_object_set_new(json, "result", 
			    call_result(ledger, invocation, output));
	json_object_set_new(json, "output", result_hex(output));
	json_object_set_new(json, "budget_used",
			    json_integer((json_int_t)receipt->gas_used));
	json_object_set_new(json, "block",
			    json_integer((json_int_t)ledger->head.number));
	text = json_text(json);
	services.reply->value(reply, bsn_slice_str(text));
}

/* Nobody in particular asks when no key is given. */
static int32_t
caller_address(const Ledger *ledger, bsn_slice public_key, guint8 *address,
	       bsn_err *err)
{
	memset(address, 0, ADDRESS_LEN);
	if (public_key.len == 0)
		return BSN_OK;
	if (public_key.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a caller's %s key has 64 bytes X || Y",
				suite_algorithm(ledger->suite.sm));
	return suite_address(&ledger->suite, public_key, address);
}

static int32_t
execute(Execution *execution, const Options *options,
	const Invocation *invocation, const guint8 *sender, Receipt **receipt,
	bsn_err *err)
{
	return execution_call(execution, sender, invocation->address,
			      buffer_slice(invocation->input),
			      bsn_slice_of(options->value, U256_BYTES),
			      options->gas, receipt, err);
}

int32_t
call_run(Ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	 bsn_err *err)
{
	guint64 now = services.clock->wall_ms(ledger->chain);
	g_autoptr(Execution) execution = execution_new(
		ledger, ledger->head.number + 1,
		MAX(now, ledger->head.time_ms + 1), ledger->sealer_address);
	Overlay *state = execution_state(execution);
	g_auto(Invocation) invocation = { .input = NULL };
	g_auto(Options) options = { .object = NULL };
	g_autoptr(Receipt) receipt = NULL;
	guint8 sender[ADDRESS_LEN];
	int32_t status;

	if (ledger_usable(ledger, err) != BSN_OK)
		return BSN_UNAVAILABLE;
	if (request->kind != BSN_TX_INVOKE)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"only requests of kind invoke can be called");
	status = options_read(ledger, request->options, &options, err);
	if (status == BSN_OK)
		status = caller_address(ledger, request->signer_public_key,
					sender, err);
	if (status == BSN_OK)
		status = invocation_read(ledger, state, request, &options,
					 sender, &invocation, err);
	if (status == BSN_OK)
		status = execute(execution, &options, &invocation, sender,
				 &receipt, err);
	if (status != BSN_OK)
		return status;
	if (receipt->status != FISCO_OK)
		return fail_call(ledger, state, &invocation, receipt, err);
	answer(ledger, &invocation, receipt, reply);
	return BSN_OK;
}
