/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/chaincode/calls.h"

#include <bsn/helpers/error.h>

#include "peer/chaincode_shim.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

#define TYPE(name) PROTOS__CHAINCODE_MESSAGE__TYPE__##name

static void
leave_turns(Call *call)
{
	if (call->turn.data == NULL)
		return;
	g_queue_unlink(&call->whole->channel->runs->turns, &call->turn);
	call->turn.data = NULL;
}

void
call_free(Call *call)
{
	shim_clear(&call->shim);
	if (call->program != NULL)
		program_release(call->whole->channel, call->program);
	g_clear_pointer(&call->definition, definition_unref);
	g_free(call);
}

void
call_cancel(Call *call)
{
	leave_turns(call);
	if (!call->runs)
		return;
	call->runs = FALSE;
	call->program->runtime->cancel(&call->run);
}

/* ---- answers ---- */

static void
answer(Call *call, guint32 type, bsn_slice payload)
{
	call->program->runtime->answer(&call->run, type, payload);
}

static void
answer_error(Call *call, guint32 question, const char *reason)
{
	g_autofree char *text = g_strdup_printf(
		"%s failed: transaction ID: %s: %s", shim_type_name(question),
		call->whole->input.tx_id, reason);

	answer(call, TYPE(ERROR), bsn_slice_str(text));
}

/* What a call that was called has come to: a ChaincodeMessage. */
static void
answer_call(Call *caller, guint32 type, bsn_slice payload)
{
	const Run *run = caller->whole;
	Protos__ChaincodeMessage message = PROTOS__CHAINCODE_MESSAGE__INIT;
	g_autoptr(GByteArray) bytes = NULL;

	message.type = type;
	message.payload = message_bytes(payload);
	message.txid = (char *)run->input.tx_id;
	message.channel_id = run->channel->id;
	bytes = message_pack(&message);
	caller->waits = FALSE;
	answer(caller, TYPE(RESPONSE), buffer_slice(bytes));
}

/* A call could not begin, or must not have an effect. */
static void
call_refused(Run *run, Call *caller, int32_t status, const bsn_err *err)
{
	if (caller == NULL) {
		run_fail(run, status, err);
		return;
	}
	if (run_dooms(status))
		run_doom(run, status, err);
	caller->waits = FALSE;
	answer_error(caller, TYPE(INVOKE_CHAINCODE), err->reason);
}

/* ---- the end of a call ---- */

static Protos__ChaincodeEvent *
read_event(const Call *call, Arena *arena, bsn_slice bytes, bsn_err *err)
{
	Protos__ChaincodeEvent *event = message_unpack(
		arena, &protos__chaincode_event__descriptor, bytes, NULL, err);

	if (event == NULL)
		return NULL;
	event->chaincode_id = call->definition->name;
	event->tx_id = (char *)call->whole->input.tx_id;
	return event;
}

static void
call_succeeded(Call *call, bsn_slice bytes, bsn_slice event_bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_auto(Arena) event_arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	Run *run = call->whole;
	const Protos__Response *response = message_unpack(
		&arena, &protos__response__descriptor, bytes, NULL, &err);
	const Protos__ChaincodeEvent *event = NULL;

	if (response != NULL && event_bytes.len > 0)
		event = read_event(call, &event_arena, event_bytes, &err);
	if (response == NULL || (event_bytes.len > 0 && event == NULL))
		call_refused(run, call->caller, BSN_FAULT, &err);
	else if (call->caller != NULL)
		answer_call(call->caller, TYPE(COMPLETED), bytes);
	else
		run_succeed(run, response, event, call->definition->version);
}

/* A chaincode that fails by itself does so everywhere: its caller may go on. */
static void
call_failed(Call *call, int32_t status, const bsn_err *err)
{
	bsn_err reason = BSN_ERR_INIT;

	(void)bsn_fail(&reason, status, "chaincode %s: %s",
		       call->definition->name,
		       err != NULL && err->reason[0] != '\0' ? err->reason
							     : "it has failed");
	if (call->caller != NULL && status == BSN_FAULT)
		answer_call(call->caller, TYPE(ERROR),
			    bsn_slice_str(reason.reason));
	else
		call_refused(call->whole, call->caller, status, &reason);
}

static void
call_done(bsn_chaincode_run *of_runtime, int32_t status, bsn_slice response,
	  bsn_slice event, const bsn_err *err)
{
	Call *call = (Call *)of_runtime;
	Run *run = run_ref(call->whole);

	call->runs = FALSE;
	leave_turns(call);
	shim_clear(&call->shim);
	if (run->doomed != BSN_OK)
		call_refused(run, call->caller, run->doomed, &run->doom);
	else if (status == BSN_OK)
		call_succeeded(call, response, event);
	else
		call_failed(call, status, err);
	run_unref(run);
}

/* ---- the beginning of one ---- */

/* The shim of a chaincode tells transactions apart by their ids alone: one
 * cannot run twice in one transaction at the same time. */
static int32_t
check_callers(const Run *run, const Call *caller, const char *name,
	      bsn_err *err)
{
	if (run->calls->len == RUN_CALLS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a transaction may call %u chaincodes",
				RUN_CALLS_MAX);
	if (caller != NULL && caller->depth == RUN_DEPTH_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"chaincodes call each other %u deep",
				RUN_DEPTH_MAX);
	for (; caller != NULL; caller = caller->caller)
		if (strcmp(caller->definition->name, name) == 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"chaincode %s already runs in this "
					"transaction and cannot be called "
					"again from within",
					name);
	return BSN_OK;
}

/* Of one chaincode by another. */
static int32_t
check_nested(const Run *run, const char *name, bsn_err *err)
{
	return system_chaincode_exists(name)
		       ? bsn_fail(err, BSN_DENIED,
				  "system chaincode %s cannot be called by "
				  "chaincodes",
				  name)
		       : access_check(run->channel, "peer/ChaincodeToChaincode",
				      run->input.who, err);
}

static void call_asked(bsn_chaincode_run *run, guint32 type, bsn_slice payload);

static Call *
call_new(Run *run, Call *caller, Definition *definition)
{
	const ShimAccess access = { run->channel, definition->collections,
				    run->input.who };
	Call *call = g_new0(Call, 1);

	call->run.size = sizeof(call->run);
	call->run.asked = call_asked;
	call->run.done = call_done;
	call->whole = run;
	call->caller = caller;
	call->depth = caller != NULL ? caller->depth + 1 : 1;
	call->definition = definition;
	shim_init(&call->shim, run->channel->ledger, run->simulator,
		  definition->name, &access);
	g_ptr_array_add(run->calls, call);
	return call;
}

static int32_t
call_start(Call *call, const Protos__ChaincodeInput *input, bsn_err *err)
{
	const Run *run = call->whole;
	g_autoptr(GByteArray) bytes = message_pack(input);
	bsn_chaincode_call what = {
		.size = sizeof(what),
		.is_init = input->is_init != 0,
		.channel_id = bsn_slice_str(run->channel->id),
		.tx_id = bsn_slice_str(run->input.tx_id),
		.input = buffer_slice(bytes),
		.proposal = run->input.signed_proposal,
	};
	int32_t status = program_take(run->channel, call->definition,
				      &call->program, err);

	if (status != BSN_OK)
		return status;
	what.package_id = bsn_slice_str(call->program->package_id);
	call->runs = TRUE;
	status = call->program->runtime->run(run->channel->chain, &what,
					     &call->run, err);
	if (status == BSN_OK)
		return BSN_OK;
	call->runs = FALSE;
	/* Not the chaincode is missing, its program is. */
	return status == BSN_NOT_FOUND ? BSN_UNAVAILABLE : status;
}

void
call_begin(Run *run, Call *caller, const char *name,
	   const Protos__ChaincodeInput *input)
{
	Definition *definition = NULL;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = check_callers(run, caller, name, &err);

	if (status == BSN_OK && caller != NULL)
		status = check_nested(run, name, &err);
	if (status == BSN_OK)
		status = call_admit(run->channel, run->simulator, name, input,
				    &definition, &err);
	if (status == BSN_OK)
		status = call_start(call_new(run, caller, definition), input,
				    &err);
	if (status != BSN_OK)
		call_refused(run, caller, status, &err);
}

/* ---- questions ---- */

static void
ask_call(Call *call, bsn_slice payload)
{
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	g_autofree char *name = NULL;
	const Protos__ChaincodeSpec *spec =
		message_unpack(&arena, &protos__chaincode_spec__descriptor,
			       payload, NULL, &err);
	const Protos__ChaincodeInput nothing = PROTOS__CHAINCODE_INPUT__INIT;
	int32_t status = BSN_FAULT;

	if (spec != NULL && spec->chaincode_id == NULL)
		(void)bsn_fail(&err, status, "the question names no chaincode");
	else if (spec != NULL)
		status = call_target(call->whole->channel,
				     spec->chaincode_id->name, &name, &err);
	if (status != BSN_OK) {
		call_refused(call->whole, call, status, &err);
		return;
	}
	call->waits = TRUE;
	call_begin(call->whole, call, name,
		   spec->input != NULL ? spec->input : &nothing);
}

static void
wait_for_turn(Call *call, guint32 type)
{
	const Channel *channel = call->whole->channel;

	call->waits = TRUE;
	call->asked = type;
	call->turn.data = call;
	g_queue_push_tail_link(&channel->runs->turns, &call->turn);
	(void)services.timer->set(channel->chain, TIMER_TURNS, 0);
}

static void
answer_state(Call *call, guint32 type, int32_t status, const GByteArray *out,
	     const bsn_err *err)
{
	if (call->shim.unanswered != NULL) {
		wait_for_turn(call, type);
		return;
	}
	if (status == BSN_OK) {
		answer(call, TYPE(RESPONSE), buffer_slice(out));
		return;
	}
	if (run_dooms(status))
		run_doom(call->whole, status, err);
	answer_error(call, type, err->reason);
}

static void
ask_state(Call *call, guint32 type, bsn_slice payload)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	const int32_t status =
		shim_answer(&call->shim, type, payload, out, &err);

	answer_state(call, type, status, out, &err);
}

/* One of them; what others ask comes in between. */
void
runs_timer(Channel *channel)
{
	Call *call = g_queue_peek_head(&channel->runs->turns);
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	Run *run;

	if (call == NULL)
		return;
	run = run_ref(call->whole);
	leave_turns(call);
	call->waits = FALSE;
	status = shim_go_on(&call->shim, out, &err);
	answer_state(call, call->asked, status, out, &err);
	run_unref(run);
	if (channel->runs->turns.length > 0)
		(void)services.timer->set(channel->chain, TIMER_TURNS, 0);
}

/* What a runtime must not do, or a chaincode that does not end by itself. */
static gboolean
is_hopeless(Call *call, bsn_err *err)
{
	if (call->waits) {
		(void)bsn_fail(err, BSN_FAULT,
			       "chaincode %s asks before it was answered",
			       call->definition->name);
		return TRUE;
	}
	if (call->whole->questions++ < RUN_QUESTIONS_MAX)
		return FALSE;
	(void)bsn_fail(err, BSN_FAULT,
		       "chaincode %s: a transaction may ask %u questions",
		       call->definition->name, RUN_QUESTIONS_MAX);
	return TRUE;
}

static void
call_asked(bsn_chaincode_run *of_runtime, guint32 type, bsn_slice payload)
{
	Call *call = (Call *)of_runtime;
	Run *run = run_ref(call->whole);
	bsn_err err = BSN_ERR_INIT;

	if (is_hopeless(call, &err))
		run_fail(run, BSN_FAULT, &err);
	else if (run->doomed != BSN_OK)
		answer_error(call, type, run->doom.reason);
	else if (type == TYPE(INVOKE_CHAINCODE))
		ask_call(call, payload);
	else
		ask_state(call, type, payload);
	run_unref(run);
}
