/* SPDX-License-Identifier: Apache-2.0
 *
 * WebAssembly code: contracts, accounts and people are called by their names and
 * addresses as the chain writes them, events by the name that they are emitted
 * with, whose body is as it was given.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/contract/code-private.h"
#include "plugins/engine-xuper/kernel/kernel.h"

static const char *
rules(const ChainConfig *config)
{
	return config->wasm_floats ? "1-floats" : "1";
}

static int32_t
emit(CodeView *view, bsn_slice contract, const bsn_slice *topics, guint64 n,
     bsn_slice data)
{
	return sandbox_emit(view->box, contract,
			    n > 0 ? topics[0] : bsn_slice_of(NULL, 0), data,
			    &view->err);
}

static int32_t
builtin(CodeView *view, const bsn_call *call, bsn_sink *output,
	bsn_outcome *outcome)
{
	return kernel_is(call->contract) ?
		       wasm_kernel_run(view, call, output, outcome) :
		       code_judge_call(view, call->contract, outcome);
}

static int32_t
has_builtin(CodeView *view, bsn_slice contract)
{
	(void)view;
	return kernel_is(contract) ? BSN_OK : BSN_NOT_FOUND;
}

const CodeKind code_wasm = {
	.module = MODULE_WASM,
	.language = LANGUAGE_WASM,
	.flag = CODE_WASM,
	.rules = rules,
	.emit = emit,
	.builtin = builtin,
	.has_builtin = has_builtin,
};
