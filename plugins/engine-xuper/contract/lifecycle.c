/* SPDX-License-Identifier: Apache-2.0
 *
 * $contract: contracts with code come, change and go.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/check.h"
#include "plugins/engine-xuper/contract/code.h"
#include "plugins/engine-xuper/contract/invoke.h"
#include "plugins/engine-xuper/contract/release.h"
#include "plugins/engine-xuper/contract/reserved.h"
#include "plugins/engine-xuper/contract/run.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

/* ---- who may ----------------------------------------------------------- */

static int32_t
deploying_account(const KernelCall *call, Release *release, bsn_err *err)
{
	const char *chain = sandbox_env(call->box)->config->name;

	release->account =
		arg_text(call, "account_name", ACCOUNT_MAX - 1, err);
	if (release->account == NULL)
		return BSN_BAD_REQUEST;
	if (!account_of_chain(bsn_slice_str(release->account),
			      bsn_slice_str(chain)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the argument account_name must be an account "
				"of this chain: XC, 16 digits, @%s",
				chain);
	return may_act_for(call, release->account, err);
}

/* The description of a contract for whose account the transaction may act. */
static int32_t
own_contract(const KernelCall *call, const char *name, ContractDesc *desc,
	     bsn_err *err)
{
	int32_t status =
		contract_load(call->box, bsn_slice_str(name), desc, err);
	g_autofree char *account = NULL;

	if (status != BSN_OK)
		return status;
	account = value_get_text(call->box, BUCKET_CONTRACT_ACCOUNT, name,
				 &status, err);
	return account != NULL ? may_act_for(call, account, err) : status;
}

/* ---- code -------------------------------------------------------------- */

/* Who makes it, and where, as the runtime writes addresses. */
static int32_t
fill_addresses(const KernelCall *call, const Release *release,
	       InvokeAddresses *addresses, CodeCall *create, bsn_err *err)
{
	create->caller = invoke_caller(call->box, release->kind, call->caller,
				       addresses);
	create->contract = bsn_slice_str(release->name);
	if (release->kind != &code_evm)
		return BSN_OK;
	create->contract = bsn_slice_of(addresses->contract, EVM_ADDRESS_LEN);
	return contract_address(bsn_slice_str(release->name),
				addresses->contract)
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST,
				  "the contract's name has no address");
}

/* Runs what makes the code, which is then at the contract's address. */
static int32_t
bring_code(KernelCall *call, const Release *release, guint32 flags,
	   bsn_err *err)
{
	g_auto(CodeOutcome) outcome = { 0 };
	CodeCall create = {
		.kind = BSN_CALL_CREATE,
		.flags = flags,
		.input = buffer_slice(release->input),
		.budget = sandbox_cpu_left(call->box),
	};
	InvokeAddresses addresses;
	int32_t status =
		fill_addresses(call, release, &addresses, &create, err);

	if (status == BSN_OK)
		status = code_execute(call->box, release->kind, &create,
				      &outcome, err);
	if (status != BSN_OK)
		return status;
	if (outcome.status != BSN_OK)
		return invoke_tell_failure(release->kind, release->interface,
					   &outcome, err);
	status = code_there(call->box, release->kind, create.contract, err);
	return status != BSN_NOT_FOUND ?
		       status :
		       bsn_fail(err, BSN_FAULT,
				"the code makes a contract without code: give "
				"the creation bytecode");
}

static int32_t
put_part(KernelCall *call, const char *name, const char *what, bsn_slice value,
	 bsn_err *err)
{
	g_autofree char *key = contract_key(bsn_slice_str(name), what);

	return sandbox_put(call->box, bsn_slice_str(BUCKET_CONTRACT),
			   bsn_slice_str(key), value, err);
}

/* The version in the contract's history. */
static int32_t
put_history(KernelCall *call, const Release *release,
	    const ContractDesc *desc, bsn_err *err)
{
	g_autofree char *what = g_strdup_printf("v%u", desc->version);
	g_autoptr(GByteArray) value = g_byte_array_new();

	g_byte_array_append(value, desc->digest, HASH_LEN);
	if (release->label.len > 0)
		g_byte_array_append(value, release->label.data,
				    (guint)release->label.len);
	return put_part(call, release->name, what, buffer_slice(value), err);
}

/* Code, interface and history of a version. */
static int32_t
put_version(KernelCall *call, const Release *release, ContractDesc *desc,
	    bsn_err *err)
{
	const bsn_slice code = buffer_slice(release->code);
	int32_t status;

	suite_double(sandbox_env(call->box)->suite, &code, 1, desc->digest);
	status = put_part(call, release->name, "code", code, err);
	if (status == BSN_OK && release->abi.len > 0)
		status = put_part(call, release->name, "abi", release->abi,
				  err);
	if (status == BSN_OK)
		status = put_history(call, release, desc, err);
	if (status == BSN_OK)
		status = contract_store(call->box,
					bsn_slice_str(release->name), desc,
					err);
	return status;
}

static void
answer(KernelCall *call, const char *name, const ContractDesc *desc)
{
	g_autoptr(json_t) json = json_object();
	g_autofree char *address = NULL;
	guint8 evm[EVM_ADDRESS_LEN];

	(void)contract_address(bsn_slice_str(name), evm);
	address = hex_encode(bsn_slice_of(evm, EVM_ADDRESS_LEN));
	json_object_set_new(json, "name", json_string(name));
	json_object_set_new(json, "address", json_string(address));
	json_object_set_new(json, "version", json_integer(desc->version));
	json_object_set_new(json, "state",
			    json_string(contract_state_text(desc->state)));
	answer_json(call, json);
}

/* ---- methods ----------------------------------------------------------- */

/* What is brought, when the chain takes such code. */
static int32_t
read_release(const KernelCall *call, Release *release, bsn_err *err)
{
	const ChainConfig *config = sandbox_env(call->box)->config;
	int32_t status = release_read(call, release, err);

	if (status == BSN_OK)
		status = code_taken(release->kind, config, err);
	if (status == BSN_OK)
		status = check_judge(config, buffer_slice(release->input),
				     err);
	return status;
}

static int32_t
must_be_new(KernelCall *call, const char *name, bsn_err *err)
{
	g_auto(ContractDesc) desc = { 0 };
	int32_t status =
		contract_load(call->box, bsn_slice_str(name), &desc, NULL);

	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status != BSN_OK)
		return bsn_fail(err, status, "contract %s cannot be read",
				name);
	if (desc.state == CONTRACT_UNINSTALLED)
		return bsn_fail(err, BSN_CONFLICT,
				"the name %s was a contract's that is "
				"uninstalled; take another one",
				name);
	return bsn_fail(err, BSN_DUPLICATE,
			"there is a contract %s; upgrade it by "
			"upgradeContract",
			name);
}

static int32_t
put_owner(KernelCall *call, const Release *release, bsn_err *err)
{
	g_autofree char *key = g_strconcat(release->account, BUCKETS_JOIN,
					   release->name, NULL);
	int32_t status =
		value_put_text(call->box, BUCKET_CONTRACT_ACCOUNT,
			       release->name, release->account, err);

	if (status == BSN_OK)
		status = value_put_text(call->box, BUCKET_ACCOUNT_CONTRACT,
					key, BUCKETS_TRUE, err);
	return status;
}

static int32_t
deploy(KernelCall *call, bsn_err *err)
{
	g_auto(Release) release = { 0 };
	g_auto(ContractDesc) desc = { .version = 1 };
	int32_t status = read_release(call, &release, err);

	if (status == BSN_OK)
		status = release_description(call, &release, &desc, err);
	if (status == BSN_OK)
		status = must_be_new(call, release.name, err);
	if (status == BSN_OK)
		status = deploying_account(call, &release, err);
	/* First what the constructor's events are told by. */
	if (status == BSN_OK)
		status = put_version(call, &release, &desc, err);
	if (status == BSN_OK)
		status = put_owner(call, &release, err);
	if (status == BSN_OK)
		status = bring_code(call, &release, 0, err);
	if (status == BSN_OK)
		answer(call, release.name, &desc);
	return status;
}

/* Two versions that follow each other are not called the same, be it that one's
 * label is the other one's number. */
static int32_t
check_label(KernelCall *call, const Release *release, guint32 version,
	    bsn_err *err)
{
	g_autofree char *what = g_strdup_printf("v%u", version);
	g_autofree char *key =
		contract_key(bsn_slice_str(release->name), what);
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_autofree char *before = NULL;
	g_autofree char *next = NULL;
	int32_t status = sandbox_get(call->box, bsn_slice_str(BUCKET_CONTRACT),
				     bsn_slice_str(key), value, err);

	if (status != BSN_OK)
		return status;
	before = contract_version_text(version, buffer_slice(value));
	next = release->label.len > 0 ?
		       g_strndup((const char *)release->label.data,
				 release->label.len) :
		       contract_version_text(version + 1,
					     bsn_slice_of(NULL, 0));
	if (strcmp(before, next) != 0)
		return BSN_OK;
	return bsn_fail(err, BSN_CONFLICT,
			"the version that is there is called %s already",
			before);
}

/* State stays: what the new code's constructor writes is not kept, only the code
 * that it gives, with its immutable values; of WebAssembly, see BSN_CALL_REPLACE and
 * the runtime's "upgrade". */
static int32_t
upgrade(KernelCall *call, bsn_err *err)
{
	g_auto(Release) release = { 0 };
	g_auto(ContractDesc) desc = { 0 };
	int32_t status = read_release(call, &release, err);

	if (status == BSN_OK)
		status = own_contract(call, release.name, &desc, err);
	if (status == BSN_OK && desc.state != CONTRACT_ACTIVE)
		return bsn_fail(err,
				desc.state == CONTRACT_FROZEN ? BSN_FROZEN :
								BSN_NOT_FOUND,
				"the contract %s is %s", release.name,
				contract_state_text(desc.state));
	if (status == BSN_OK && desc.code != release.kind)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the contract %s is of module \"%s\", the new "
				"code of module \"%s\": another one reads no "
				"state of it",
				release.name, desc.code->module,
				release.kind->module);
	if (status == BSN_OK)
		status = check_label(call, &release, desc.version, err);
	if (status == BSN_OK)
		status = bring_code(call, &release, BSN_CALL_REPLACE, err);
	desc.version++;
	if (status == BSN_OK)
		status = put_version(call, &release, &desc, err);
	if (status == BSN_OK)
		answer(call, release.name, &desc);
	return status;
}

/* Changes a contract's state, from `from` (or any that is not uninstalled). */
static int32_t
set_state(KernelCall *call, gboolean any, ContractState from, ContractState to,
	  bsn_err *err)
{
	g_auto(ContractDesc) desc = { 0 };
	g_autofree char *name = NULL;
	int32_t status = contract_name_arg(call, &name, err);

	if (status == BSN_OK)
		status = own_contract(call, name, &desc, err);
	if (status != BSN_OK)
		return status;
	if (desc.state == CONTRACT_UNINSTALLED || (!any && desc.state != from))
		return bsn_fail(err, BSN_CONFLICT, "the contract %s is %s",
				name, contract_state_text(desc.state));
	desc.state = to;
	status = contract_store(call->box, bsn_slice_str(name), &desc, err);
	if (status == BSN_OK)
		answer(call, name, &desc);
	return status;
}

/* Without what it reserves no contract of the chain can be called: neither could
 * that be taken back. */
static int32_t
stop(KernelCall *call, gboolean any, ContractState to, bsn_err *err)
{
	g_autofree char *name = NULL;
	int32_t status = contract_name_arg(call, &name, err);

	if (status == BSN_OK &&
	    reserved_names(sandbox_env(call->box)->config, name))
		return bsn_fail(err, BSN_DENIED,
				"the chain reserves contract %s: it can only "
				"be upgraded",
				name);
	return status == BSN_OK ?
		       set_state(call, any, CONTRACT_ACTIVE, to, err) :
		       status;
}

static int32_t
freeze(KernelCall *call, bsn_err *err)
{
	return stop(call, FALSE, CONTRACT_FROZEN, err);
}

static int32_t
unfreeze(KernelCall *call, bsn_err *err)
{
	return set_state(call, FALSE, CONTRACT_FROZEN, CONTRACT_ACTIVE, err);
}

static int32_t
uninstall(KernelCall *call, bsn_err *err)
{
	return stop(call, TRUE, CONTRACT_UNINSTALLED, err);
}

/* Freezing and uninstalling are ours, XuperChain has neither. */
const KernelMethod kernel_contract[] = {
	{ "$contract", "deployContract", deploy, 0,
	  "account_name, contract_name, contract_code, contract_desc, "
	  "init_args, contract_abi, contract_version" },
	{ "$contract", "upgradeContract", upgrade, 0,
	  "contract_name, contract_code, init_args, contract_abi, "
	  "contract_version" },
	{ "$contract", "freezeContract", freeze, 0, "contract_name" },
	{ "$contract", "unfreezeContract", unfreeze, 0, "contract_name" },
	{ "$contract", "uninstallContract", uninstall, 0, "contract_name" },
	{ NULL, NULL, NULL, 0, NULL },
};
