/* SPDX-License-Identifier: Apache-2.0
 *
 * The chain's own contracts, asked by a WebAssembly contract: methods that only
 * read, arguments by their names. What changes the chain acts for accounts, and by
 * the signatures of the transaction; no contract that a transaction happens to call
 * may use these, so such methods are for the transaction's own requests.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/code-private.h"
#include "plugins/engine-xuper/contract/invoke.h"
#include "plugins/engine-xuper/contract/run.h"
#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/kit/arguments.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

static int32_t
check_method(bsn_slice contract, bsn_slice function, bsn_err *err)
{
	const KernelMethod *method = kernel_find(contract, function);
	g_autofree char *owner = quote_text(contract);
	g_autofree char *name = quote_text(function);

	if (method == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the chain's contract %s has no method %s",
				owner, name);
	if ((method->flags & KERNEL_READS) != 0)
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"method %s of %s changes the chain: a transaction asks "
			"for it, no contract does",
			name, owner);
}

static char *
arena_text(Arena *arena, bsn_slice text)
{
	char *copy = arena_room(arena, text.len + 1);

	if (text.len > 0)
		memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	return copy;
}

static int32_t
read_args(bsn_slice input, Arena *arena, Xldgpb__InvokeRequest *request,
	  bsn_err *err)
{
	bsn_slice name, value;
	int32_t status;

	request->args = arena_room(arena,
				   ARGUMENTS_MAX * sizeof(*request->args));
	while ((status = arguments_next(&input, &name, &value)) == BSN_OK &&
	       request->n_args < ARGUMENTS_MAX) {
		Xldgpb__Argument *arg = arena_room(arena, sizeof(*arg));

		if (name.len == 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"arguments of the chain's contracts "
					"have names");
		xldgpb__argument__init(arg);
		arg->key = arena_text(arena, name);
		arg->value.data = (guint8 *)arena_text(arena, value);
		arg->value.len = value.len;
		request->args[request->n_args++] = arg;
	}
	return status == BSN_NOT_FOUND
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST,
				  "the arguments cannot be read");
}

static int32_t
ask(CodeView *view, const bsn_call *call, GByteArray *answer)
{
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__InvokeRequest request = XLDGPB__INVOKE_REQUEST__INIT;
	const char *caller = arena_text(&arena, call->caller);
	int32_t status = check_method(call->contract, call->function,
				      &view->refused);

	if (status == BSN_OK)
		status = read_args(call->input, &arena, &request,
				   &view->refused);
	if (status != BSN_OK)
		return status;
	request.contract_name = arena_text(&arena, call->contract);
	request.method_name = arena_text(&arena, call->function);
	return run_call(view->box, caller, &request, answer, &view->refused);
}

int32_t
wasm_kernel_run(CodeView *view, const bsn_call *call, bsn_sink *output,
		bsn_outcome *outcome)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	int32_t status = ask(view, call, answer);

	if (status == BSN_OK)
		status = code_own_charge(view, call, answer->len, outcome);
	if (status != BSN_OK)
		return code_own_refused(view, call, status, outcome);
	outcome->status = BSN_OK;
	return output->write(output, answer->data, answer->len);
}
