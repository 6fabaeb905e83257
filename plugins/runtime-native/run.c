/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps run in a loop and not one within the other: an engine that answers
 * inside the question must not deepen the stack.
 */
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-native/tx.h"

/* Calls of one package at the same time. */
#define CALLS_MAX 4096u

static void
leave(Call *call)
{
	if (call->siblings != NULL)
		g_queue_unlink(call->siblings, &call->link);
	call->siblings = NULL;
}

static void
call_free(Call *call)
{
	leave(call);
	g_byte_array_unref(call->question);
	g_byte_array_unref(call->answer);
	g_byte_array_unref(call->response);
	g_byte_array_unref(call->event);
	if (call->contract->clear != NULL)
		call->contract->clear(call->tx.state);
	g_free(call->tx.state);
	arena_clear(&call->tx.arena);
	g_free(call);
}

/* ---- the loop ---- */

static void
take_step(Call *call)
{
	const NativeStep step = g_steal_pointer(&call->next);

	step(&call->tx);
	if (!call->over && call->asks == 0 && !call->hangs)
		native_fail(&call->tx,
			    "the contract stopped without an answer");
}

static void
put_question(Call *call)
{
	g_autoptr(GByteArray) question = g_steal_pointer(&call->question);
	const guint32 type = call->asks;

	call->question = g_byte_array_new();
	call->asks = 0;
	call->run->asked(call->run, type, buffer_slice(question));
}

static void
drive(Call *call)
{
	call->runs = TRUE;
	while (!call->cancelled && !call->over &&
	       (call->next != NULL || call->asks != 0)) {
		if (call->next != NULL)
			take_step(call);
		else
			put_question(call);
	}
	call->runs = FALSE;
	if (!call->over && !call->cancelled)
		return;
	/* Whoever hears that it is over may stop the package. */
	leave(call);
	if (!call->cancelled)
		call->run->done(call->run, BSN_OK, buffer_slice(call->response),
				buffer_slice(call->event), NULL);
	call_free(call);
}

/* ---- the beginning ---- */

static void
fail_unknown(NativeTx *tx, const NativeContract *contract, bsn_slice name)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (const NativeFunction *one = contract->functions; one->name != NULL;
	     one++)
		g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "",
				       one->name);
	native_fail(tx, "contract %s has no function %.*s: it has %s",
		    contract->name, NATIVE_TEXT(name), list->str);
}

static const NativeFunction *
find_function(const NativeContract *contract, bsn_slice name)
{
	for (const NativeFunction *one = contract->functions; one->name != NULL;
	     one++)
		if (bsn_slice_equal(bsn_slice_str(one->name), name))
			return one;
	return NULL;
}

static void
begin(Call *call, const Protos__ChaincodeInput *input)
{
	const bsn_slice name = message_slice(input->args[0]);
	const NativeFunction *function = find_function(call->contract, name);
	bsn_slice *args =
		arena_room(&call->tx.arena, input->n_args * sizeof(*args));

	for (gsize i = 1; i < input->n_args; i++)
		args[i - 1] = message_slice(input->args[i]);
	call->tx.args = args;
	if (function == NULL)
		fail_unknown(&call->tx, call->contract, name);
	else if (input->n_args - 1 != function->n_args)
		native_fail(&call->tx,
			    "%s takes %u arguments, not %" G_GSIZE_FORMAT,
			    function->name, function->n_args,
			    input->n_args - 1);
	else
		call->next = function->begin;
}

static Call *
call_new(const NativeContract *contract, const bsn_chaincode_call *what,
	 GQueue *siblings, bsn_chaincode_run *run)
{
	Call *call = g_new0(Call, 1);

	call->contract = contract;
	call->run = run;
	call->siblings = siblings;
	call->link.data = call;
	call->tx.state = g_malloc0(contract->state_size);
	call->question = g_byte_array_new();
	call->answer = g_byte_array_new();
	call->response = g_byte_array_new();
	call->event = g_byte_array_new();
	call->tx.tx_id = (const char *)native_keep(&call->tx, what->tx_id).data;
	call->proposal = native_keep(&call->tx, what->proposal);
	g_queue_push_tail_link(siblings, &call->link);
	run->of_runtime = call;
	return call;
}

int32_t
native_call_run(const NativeContract *contract, guint version,
		const bsn_chaincode_call *what, GQueue *siblings,
		bsn_chaincode_run *run, bsn_err *err)
{
	const Protos__ChaincodeInput *input;
	Call *call;

	if (g_queue_get_length(siblings) >= CALLS_MAX)
		return bsn_fail(err, BSN_BUSY,
				"contract %s: %u calls are under way",
				contract->name, CALLS_MAX);
	call = call_new(contract, what, siblings, run);
	call->tx.version = version;
	input = message_unpack(&call->tx.arena,
			       &protos__chaincode_input__descriptor,
			       what->input, NULL, NULL);
	if (input == NULL)
		native_fail(&call->tx, "the input cannot be read");
	else if (input->n_args > 0)
		begin(call, input);
	else if (what->is_init)
		native_succeed(&call->tx, bsn_slice_of(NULL, 0));
	else
		native_fail(&call->tx, "the call names no function");
	drive(call);
	return BSN_OK;
}

/* ---- answers ---- */

void
native_call_answer(bsn_chaincode_run *run, uint32_t type, bsn_slice payload)
{
	Call *call = run->of_runtime;

	g_byte_array_set_size(call->answer, 0);
	g_byte_array_append(call->answer, payload.data, (guint)payload.len);
	call->tx.answer = bsn_slice_of(NULL, 0);
	if (type != ASKS(RESPONSE))
		native_fail(&call->tx, "%.*s",
			    NATIVE_TEXT(buffer_slice(call->answer)));
	else
		call->take(call, buffer_slice(call->answer));
	if (!call->over && call->asks == 0)
		call->next = call->then;
	if (!call->runs)
		drive(call);
}

void
native_call_cancel(bsn_chaincode_run *run)
{
	Call *call = run->of_runtime;

	leave(call);
	call->cancelled = TRUE;
	if (!call->runs)
		call_free(call);
}

void
native_call_stop_all(GQueue *siblings)
{
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail(&err, BSN_UNAVAILABLE, "the contract was stopped");
	while (siblings->head != NULL) {
		Call *call = siblings->head->data;
		bsn_chaincode_run *of_engine = call->run;

		native_call_cancel(of_engine);
		of_engine->done(of_engine, BSN_UNAVAILABLE,
				bsn_slice_of(NULL, 0), bsn_slice_of(NULL, 0),
				&err);
	}
}
