/* SPDX-License-Identifier: Apache-2.0
 *
 * The interpreter waits and goes on in a loop and not one within the other: an
 * engine that answers inside the question must not deepen the stack.
 */
#include "plugins/runtime-wasm/machine/chaincode_run.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/creator.h"
#include "plugins/runtime-wasm/machine/crypto.h"
#include "plugins/runtime-wasm/machine/gas.h"

/* Runs of one package at the same time: each has a memory of its own, of up to
 * 17 MiB while it waits for what is slower than it. */
#define RUNS_MAX 64u

#define NO_GAS "the budget is used up"
#define STATUS_OK 200
#define STATUS_FAILED 500

/* ---- what runs share ------------------------------------------------------ */

/* Of a contract that calls another at this moment, so that what is begun is that
 * one. Each may call others as often as it likes: so one gas is for all. */
static _Thread_local Shared *calling;

static void
shared_clear(gpointer shared)
{
	g_free(((Shared *)shared)->tx_id);
}

static Shared *
shared_of(bsn_slice tx_id)
{
	Shared *shared;

	if (calling != NULL &&
	    bsn_slice_equal(bsn_slice_str(calling->tx_id), tx_id))
		return g_rc_box_acquire(calling);
	shared = g_rc_box_new0(Shared);
	shared->gas = GAS_CHAINCODE;
	shared->tx_id = tx_id.len > 0 ? g_strndup((const char *)tx_id.data,
						  (gsize)tx_id.len) :
					g_strdup("");
	return shared;
}

/* What gas is left, when it stops working for a while or for good. */
static void
share_gas(ChaincodeRun *run, int32_t status)
{
	if (run->frame.instance != NULL)
		run->shared->gas = wasm_frame_gas(&run->frame);
	if (status == BSN_OUT_OF_BUDGET)
		run->shared->gas = 0;
}

/* ---- life ----------------------------------------------------------------- */

static void
leave(ChaincodeRun *run)
{
	if (run->siblings != NULL)
		g_queue_unlink(run->siblings, &run->link);
	run->siblings = NULL;
}

static void
run_free(ChaincodeRun *run)
{
	leave(run);
	wasm_frame_clear(&run->frame);
	wasm_writes_clear(&run->writes);
	wasm_code_unref(run->code);
	g_rc_box_release_full(run->shared, shared_clear);
	arena_clear(&run->arena);
	g_byte_array_unref(run->event);
	g_byte_array_unref(run->question);
	g_byte_array_unref(run->answer);
	g_free(run);
}

/* ---- the end -------------------------------------------------------------- */

/* What a revert said stands whole, as far as it is a text. */
static char *
message_of(const ChaincodeRun *run, int32_t status)
{
	const GByteArray *said = run->frame.output;

	if (status == BSN_REVERTED && said->len > 0)
		return g_utf8_make_valid((const char *)said->data,
					 (gssize)said->len);
	return g_utf8_make_valid(run->frame.reason, -1);
}

static GByteArray *
response_of(const ChaincodeRun *run, int32_t status)
{
	Protos__Response response = PROTOS__RESPONSE__INIT;
	g_autofree char *message = NULL;

	if (status == BSN_OK) {
		response.status = STATUS_OK;
		response.payload =
			message_bytes(buffer_slice(run->frame.output));
		return message_pack(&response);
	}
	message = message_of(run, status);
	response.status = STATUS_FAILED;
	response.message = message;
	return message_pack(&response);
}

/* Whoever hears that it is over may stop the package. */
static void
finish(ChaincodeRun *run, int32_t status)
{
	g_autoptr(GByteArray) response = response_of(run, status);

	share_gas(run, status);
	if (status != BSN_OK && run->shared->changes != run->changes)
		run->shared->broken = TRUE;
	leave(run);
	if (status < 0 && status != WASM_WAIT)
		status = BSN_FAULT;
	run->of_engine->done(run->of_engine, BSN_OK, buffer_slice(response),
			     status == BSN_OK ? buffer_slice(run->event) :
						bsn_slice_of(NULL, 0),
			     NULL);
}

/* ---- the loop ------------------------------------------------------------- */

static void
put_question(ChaincodeRun *run)
{
	g_autoptr(GByteArray) question = g_steal_pointer(&run->question);
	const guint32 type = run->asks;
	Shared *before = calling;

	run->question = g_byte_array_new();
	run->asks = 0;
	share_gas(run, WASM_WAIT);
	calling = type == ASKS(INVOKE_CHAINCODE) ? run->shared : NULL;
	run->of_engine->asked(run->of_engine, type, buffer_slice(question));
	calling = before;
}

static int32_t
take_answer(ChaincodeRun *run)
{
	guint64 result = 0;
	int32_t status;

	run->answered = FALSE;
	wasm_set_gas(run->frame.instance, run->shared->gas);
	status = run->take(run, run->answer_type, buffer_slice(run->answer),
			   &result);
	if (status == BSN_OK && !run->ends)
		return wasm_frame_resume(&run->frame, result);
	if (status == BSN_OUT_OF_BUDGET && run->frame.reason[0] == '\0')
		return wasm_frame_fail(&run->frame, status, NO_GAS);
	return status;
}

/* `status` is how the interpreter came back. */
static void
drive(ChaincodeRun *run, int32_t status)
{
	run->runs = TRUE;
	for (;;) {
		if (status == BSN_OK)
			status = wasm_run_tell(run);
		if (status != WASM_WAIT || run->cancelled)
			break;
		if (run->asks != 0)
			put_question(run);
		if (run->cancelled || !run->answered)
			break;
		status = take_answer(run);
	}
	run->runs = FALSE;
	if (status == WASM_WAIT && !run->cancelled)
		return;
	if (!run->cancelled)
		finish(run, status);
	run_free(run);
}

void
wasm_run_answer(bsn_chaincode_run *of_engine, uint32_t type, bsn_slice payload)
{
	ChaincodeRun *run = of_engine->of_runtime;

	g_byte_array_set_size(run->answer, 0);
	if (payload.len > 0)
		g_byte_array_append(run->answer, payload.data,
				    (guint)payload.len);
	run->answer_type = type;
	run->answered = TRUE;
	if (!run->runs)
		drive(run, WASM_WAIT);
}

void
wasm_run_cancel(bsn_chaincode_run *of_engine)
{
	ChaincodeRun *run = of_engine->of_runtime;

	leave(run);
	run->cancelled = TRUE;
	if (!run->runs)
		run_free(run);
}

void
wasm_run_stop_all(GQueue *siblings)
{
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail(&err, BSN_UNAVAILABLE, "the contract was stopped");
	while (siblings->head != NULL) {
		ChaincodeRun *run = siblings->head->data;
		bsn_chaincode_run *of_engine = run->of_engine;

		wasm_run_cancel(of_engine);
		of_engine->done(of_engine, BSN_UNAVAILABLE,
				bsn_slice_of(NULL, 0), bsn_slice_of(NULL, 0),
				&err);
	}
}

/* ---- the beginning -------------------------------------------------------- */

/* The label of a package is what its contract knows of itself. */
static bsn_slice
label_of(Arena *arena, bsn_slice package_id)
{
	const char *id = arena_copy(arena, package_id.data,
				    (gsize)package_id.len);

	return bsn_slice_of(id, strcspn(id, ":"));
}

static ChaincodeRun *
run_new(WasmCode *code, const bsn_chaincode_call *call, GQueue *siblings,
	bsn_chaincode_run *of_engine)
{
	ChaincodeRun *run = g_new0(ChaincodeRun, 1);
	Frame *frame = &run->frame;
	Creator creator;

	wasm_frame_init(frame, &wasm_peer_world);
	wasm_writes_init(&run->writes);
	run->of_engine = of_engine;
	run->code = wasm_code_ref(code);
	run->shared = shared_of(call->tx_id);
	run->changes = run->shared->changes;
	run->event = g_byte_array_new();
	run->question = g_byte_array_new();
	run->answer = g_byte_array_new();
	run->siblings = siblings;
	run->link.data = run;
	g_queue_push_tail_link(siblings, &run->link);
	of_engine->of_runtime = run;
	wasm_creator_read(&run->arena, call->proposal, &creator);
	frame->self = label_of(&run->arena, call->package_id);
	frame->caller = frame->origin = bsn_slice_str(creator.id);
	frame->time_ms = creator.time_ms;
	frame->hash = wasm_crypto_hash(WASM_HASH_SHA256);
	return run;
}

static int32_t
take_input(ChaincodeRun *run, const Protos__ChaincodeInput *input)
{
	Frame *frame = &run->frame;

	if (input->n_args > ARGUMENTS_MAX)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "there may be %u arguments",
				       ARGUMENTS_MAX);
	frame->arguments = g_new0(WasmArgument, ARGUMENTS_MAX);
	if (input->n_args > 0)
		frame->function = message_slice(input->args[0]);
	for (gsize i = 1; i < input->n_args; i++)
		frame->arguments[frame->n_arguments++].value =
			message_slice(input->args[i]);
	return BSN_OK;
}

/* An INIT runs `initialize`, or what it names; a contract that has none needs no
 * INIT either. */
static int32_t
find_function(ChaincodeRun *run, gboolean is_init, gint64 *function)
{
	const WasmModule *module = wasm_code_module(run->code);
	Frame *frame = &run->frame;
	const bsn_slice initialize = bsn_slice_str(WASM_INITIALIZE);
	g_autofree char *name = NULL;

	if (is_init && (frame->function.len == 0 ||
			bsn_slice_equal(frame->function, initialize))) {
		frame->function = initialize;
		*function = wasm_own_function(module, WASM_INITIALIZE);
		return BSN_OK;
	}
	*function = wasm_callable(module, frame->function);
	if (*function >= 0)
		return BSN_OK;
	name = quote_text(frame->function);
	return wasm_frame_fail(frame, BSN_NOT_FOUND,
			       "the contract has no function %s", name);
}

static int32_t
begin(ChaincodeRun *run, const bsn_chaincode_call *call)
{
	const Protos__ChaincodeInput *input =
		message_unpack(&run->arena, &protos__chaincode_input__descriptor,
			       call->input, NULL, NULL);
	const guint64 price = wasm_frame_price(run->code);
	gint64 function = -1;
	int32_t status;

	if (input == NULL)
		return wasm_frame_fail(&run->frame, BSN_FAULT,
				       "the input cannot be read");
	status = take_input(run, input);
	if (status == BSN_OK)
		status = find_function(run, call->is_init != 0, &function);
	if (status != BSN_OK)
		return status;
	if (price > run->shared->gas)
		return wasm_frame_fail(&run->frame, BSN_OUT_OF_BUDGET,
				       NO_GAS);
	return wasm_frame_begin(&run->frame, run->code, function,
				run->shared->gas - price);
}

int32_t
wasm_run_begin(WasmCode *code, const bsn_chaincode_call *call,
	       GQueue *siblings, bsn_chaincode_run *of_engine, bsn_err *err)
{
	ChaincodeRun *run;
	int32_t status;

	if (g_queue_get_length(siblings) >= RUNS_MAX)
		return bsn_fail(err, BSN_BUSY, "%u calls are under way",
				RUNS_MAX);
	run = run_new(code, call, siblings, of_engine);
	run->runs = TRUE;
	status = begin(run, call);
	drive(run, status);
	return BSN_OK;
}
