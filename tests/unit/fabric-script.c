/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-script.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "peer/chaincode.pb-c.h"
#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

GString *script_started;
int32_t script_start_status;
int32_t script_run_status;
static GPtrArray *calls;

static void
call_free(ScriptCall *call)
{
	g_free(call->package_id);
	g_free(call->function);
	g_byte_array_unref(call->answer);
	g_free(call);
}

void
script_reset(void)
{
	g_clear_pointer(&calls, g_ptr_array_unref);
	calls = g_ptr_array_new_with_free_func((GDestroyNotify)call_free);
	if (script_started != NULL)
		g_string_free(script_started, TRUE);
	script_started = g_string_new(NULL);
	script_start_status = BSN_OK;
	script_run_status = BSN_OK;
}

ScriptCall *
script_call(guint n)
{
	g_assert_cmpuint(n, <, calls->len);
	return calls->pdata[n];
}

guint
script_n_calls(void)
{
	return calls->len;
}

/* ---- the runtime ---- */

static int32_t
start(bsn_chain *chain, const bsn_chaincode_program *program, bsn_err *err)
{
	if (script_start_status != BSN_OK)
		return bsn_fail(err, script_start_status, "it does not start");
	g_string_append_printf(script_started, "%.*s;",
			       (int)program->package_id.len,
			       (const char *)program->package_id.data);
	return BSN_OK;
}

static void
stop(bsn_chain *chain, bsn_slice package_id)
{
	g_autofree char *id = g_strdup_printf("%.*s;", (int)package_id.len,
					      (const char *)package_id.data);

	g_assert_cmpuint(g_string_replace(script_started, id, "", 1), ==, 1);
}

static int32_t
run(bsn_chain *chain, const bsn_chaincode_call *what, bsn_chaincode_run *run,
    bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ChaincodeInput *input =
		message_unpack(&arena, &protos__chaincode_input__descriptor,
			       what->input, NULL, NULL);
	ScriptCall *call;

	if (script_run_status != BSN_OK)
		return bsn_fail(err, script_run_status, "it does not run");
	call = g_new0(ScriptCall, 1);
	call->run = run;
	call->package_id = g_strndup((const char *)what->package_id.data,
				     (gsize)what->package_id.len);
	call->function = g_strndup((const char *)input->args[0].data,
				   input->args[0].len);
	call->is_init = what->is_init != 0;
	call->answer = g_byte_array_new();
	run->of_runtime = call;
	g_ptr_array_add(calls, call);
	return BSN_OK;
}

static void
answer(bsn_chaincode_run *run, uint32_t type, bsn_slice payload)
{
	ScriptCall *call = run->of_runtime;

	g_assert_true(call->run == run);
	call->answers++;
	call->type = type;
	g_byte_array_set_size(call->answer, 0);
	g_byte_array_append(call->answer, payload.data, (guint)payload.len);
}

static void
cancel(bsn_chaincode_run *run)
{
	ScriptCall *call = run->of_runtime;

	g_assert_true(call->run == run);
	call->run = NULL;
	call->cancelled = TRUE;
}

static int32_t
status(bsn_chain *chain, bsn_sink *json)
{
	static const char text[] = "[{\"package_id\":\"a\"}]";

	return json->write(json, text, sizeof(text) - 1);
}

static const char *const types[] = { "node", NULL };

static const bsn_chaincode_runtime chaincode_runtime = {
	.size = sizeof(chaincode_runtime),
	.types = types,
	.start = start,
	.stop = stop,
	.run = run,
	.answer = answer,
	.cancel = cancel,
	.status = status,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CHAINCODE_ID) == 0 ? &chaincode_runtime : NULL;
}

const bsn_runtime script_runtime = {
	.size = sizeof(script_runtime),
	.name = "chaincode",
	.languages = "[]",
	.query = query,
};

/* ---- what a call does ---- */

void
script_ask_bytes(ScriptCall *call, guint32 type, bsn_slice payload)
{
	g_assert_nonnull(call->run);
	call->run->asked(call->run, type, payload);
}

void
script_ask(ScriptCall *call, guint32 type, const void *message)
{
	g_autoptr(GByteArray) bytes = message_pack(message);

	script_ask_bytes(call, type, buffer_slice(bytes));
}

static char *
take_text(const ScriptCall *call, guint32 type)
{
	char *text =
		g_strndup((const char *)call->answer->data, call->answer->len);

	if (call->type != type)
		g_error("the answer is of type %u: %s", call->type, text);
	return text;
}

char *
script_response(const ScriptCall *call)
{
	return take_text(call, SHIM(RESPONSE));
}

char *
script_error(const ScriptCall *call)
{
	return take_text(call, SHIM(ERROR));
}

void
script_end(ScriptCall *call, int32_t ended, bsn_slice response, bsn_slice event,
	   const char *reason)
{
	bsn_chaincode_run *of_engine = g_steal_pointer(&call->run);
	bsn_err err = BSN_ERR_INIT;

	if (reason != NULL)
		(void)bsn_fail(&err, ended, "%s", reason);
	of_engine->done(of_engine, ended, response, event,
			reason != NULL ? &err : NULL);
}

void
script_finish(ScriptCall *call, int32_t code, const char *payload)
{
	Protos__Response response = PROTOS__RESPONSE__INIT;
	g_autoptr(GByteArray) bytes = NULL;

	response.status = code;
	response.payload = message_bytes(bsn_slice_str(payload));
	bytes = message_pack(&response);
	script_end(call, BSN_OK, buffer_slice(bytes), bsn_slice_of(NULL, 0),
		   NULL);
}
