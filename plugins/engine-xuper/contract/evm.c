/* SPDX-License-Identifier: Apache-2.0
 *
 * Solidity code.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/contract/code-private.h"
#include "plugins/engine-xuper/contract/contracts.h"

static const char *
rules(const ChainConfig *config)
{
	return config->evm_rules;
}

/* What has no name was made by a contract, and is as that wants it. */
static int32_t
builtin(CodeView *view, const bsn_call *call, bsn_sink *output,
	bsn_outcome *outcome)
{
	const SandboxEnv *env = sandbox_env(view->box);
	g_autofree char *name = NULL;

	if (call->contract.len != EVM_ADDRESS_LEN)
		return BSN_NOT_OFFERED;
	if (evm_cross_is(call->contract))
		return evm_cross_run(view, call, output, outcome);
	name = contract_name_at(env->suite, env->config->name,
				call->contract.data);
	return contract_name_valid(bsn_slice_str(name)) ?
		       code_judge_call(view, bsn_slice_str(name), outcome) :
		       BSN_NOT_OFFERED;
}

static int32_t
has_builtin(CodeView *view, bsn_slice contract)
{
	(void)view;
	return evm_cross_is(contract) ? BSN_OK : BSN_NOT_FOUND;
}

const CodeKind code_evm = {
	.module = MODULE_EVM,
	.language = LANGUAGE_EVM,
	.flag = CODE_EVM,
	.rules = rules,
	.emit = evm_log,
	.builtin = builtin,
	.has_builtin = has_builtin,
};
