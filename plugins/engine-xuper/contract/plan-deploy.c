/* SPDX-License-Identifier: Apache-2.0
 *
 * A deployment: of a new contract, under an account that is made with it where
 * none is named, or of a further version of one that is there.
 */
#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/invoke.h"
#include "plugins/engine-xuper/contract/places.h"
#include "plugins/engine-xuper/contract/plan.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/kit/arguments.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

/* Hex digits of names that are made up for contracts without one. */
#define MADE_NAME_DIGITS (CONTRACT_NAME_MAX - 1u)
#define ACCOUNT_NUMBERS G_GUINT64_CONSTANT(10000000000000000) /* 16 digits */

/* ---- state ------------------------------------------------------------- */

/* A text of the state; NULL: there is none. */
static char *
state_text(const Plan *plan, const char *bucket, const char *key)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	XVersion version;

	if (xmodel_get(plan->layer, bsn_slice_str(bucket), bsn_slice_str(key),
		       &version, value, NULL) != BSN_OK ||
	    !version.there || xmodel_is_deleted(buffer_slice(value)))
		return NULL;
	return g_strndup((const char *)value->data, value->len);
}

/* ---- the account ------------------------------------------------------- */

/* The number of an address' own account: always the same. */
static void
own_number(const Plan *plan, char number[ACCOUNT_DIGITS + 1])
{
	const bsn_slice address = bsn_slice_str(plan->signer);
	guint8 digest[HASH_LEN];
	guint64 value = 0;

	suite_double(&plan->ledger->suite, &address, 1, digest);
	for (guint i = 0; i < sizeof(value); i++)
		value = value << 8 | digest[i];
	g_snprintf(number, ACCOUNT_DIGITS + 1, "%016" G_GUINT64_FORMAT,
		   value % ACCOUNT_NUMBERS);
}

/* The ACL of an account that is the signer's alone. */
static char *
own_acl(const Plan *plan)
{
	return g_strdup_printf("{\"pm\":{\"rule\":1,\"acceptValue\":1},"
			       "\"aksWeight\":{\"%s\":1}}",
			       plan->signer);
}

static void
plan_account(Plan *plan, const char *number, const char *acl)
{
	Xldgpb__InvokeRequest *request =
		plan_request(plan, MODULE_KERNEL, "$acl", "NewAccount");

	plan_arg(plan, request, "account_name", bsn_slice_str(number));
	plan_arg(plan, request, "acl", bsn_slice_str(acl));
}

/* The account to deploy under; the caller frees. Anybody may have made one of that
 * number before, to have a say in what is deployed under it. */
static int32_t
deploying_account(Plan *plan, char **name, bsn_err *err)
{
	char number[ACCOUNT_DIGITS + 1];
	g_autofree char *account = NULL;
	g_autofree char *acl = NULL;
	g_autofree char *own = own_acl(plan);

	if (plan->options.account[0] != '\0') {
		*name = g_strdup(plan->options.account);
		return BSN_OK;
	}
	own_number(plan, number);
	account = g_strdup_printf("XC%s@%s", number,
				  plan->ledger->config->name);
	acl = state_text(plan, BUCKET_ACCOUNT, account);
	if (acl == NULL)
		plan_account(plan, number, own);
	else if (strcmp(acl, own) != 0)
		return bsn_fail(err, BSN_CONFLICT,
				"account %s, which your contracts would be "
				"deployed under, is not yours alone: name "
				"another one in options.account",
				account);
	plan_act_for(plan, account);
	*name = g_steal_pointer(&account);
	return BSN_OK;
}

/* ---- the code ---------------------------------------------------------- */

static int32_t
encode_arguments(const Plan *plan, bsn_slice text, GByteArray *out,
		 bsn_err *err)
{
	g_autoptr(AbiInterface) abi = NULL;
	g_autoptr(json_t) args = NULL;
	int32_t status = args_read(text, &args, err);

	if (status != BSN_OK)
		return status;
	if (plan->options.abi == NULL) {
		if (args == NULL || json_array_size(args) == 0)
			return BSN_OK;
		return bsn_fail(err, BSN_BAD_REQUEST,
				"constructor arguments need options.abi");
	}
	abi = abi_interface_new(plan->options.abi, interface_hash(), err);
	if (abi == NULL)
		return BSN_BAD_REQUEST;
	return abi_encode_call(abi->constructor, args, out, err);
}

/* As Go writes bytes in JSON: of Solidity. */
static char *
init_args(const GByteArray *encoded)
{
	g_autofree char *text = g_base64_encode(encoded->data, encoded->len);

	return g_strdup_printf("{\"" ARG_INPUT "\":\"%s\"}", text);
}

/* The same of each argument of "initialize", by its name or place. */
static char *
module_args(bsn_slice encoded)
{
	g_autoptr(json_t) json = json_object();
	bsn_slice name, value;
	guint place = 0;

	while (arguments_next(&encoded, &name, &value) == BSN_OK) {
		g_autofree char *text = g_base64_encode(value.data,
							(gsize)value.len);
		g_autofree char *key =
			name.len > 0 ? g_strndup((const char *)name.data,
						 name.len)
				     : places_name(place++);

		json_object_set_new(json, key, json_string(text));
	}
	return json_text(json);
}

static int32_t
encode_module_arguments(const Plan *plan, bsn_slice text, GByteArray *out,
			bsn_err *err)
{
	return plan->options.abi == NULL
		       ? arguments_from_json(text, out, err)
		       : bsn_fail(err, BSN_BAD_REQUEST,
				  "options.abi is for Solidity: a module's "
				  "interface is what it exports");
}

static int32_t
add_code(Plan *plan, Xldgpb__InvokeRequest *deploy,
	 const bsn_tx_request *request, bsn_err *err)
{
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	g_autofree char *init = NULL;
	g_autofree char *abi = NULL;
	const gboolean solidity = code_kind_of(request->code) == &code_evm;
	int32_t status =
		solidity ? encode_arguments(plan, request->args, encoded, err)
			 : encode_module_arguments(plan, request->args, encoded,
						   err);

	if (status != BSN_OK)
		return status;
	init = solidity ? init_args(encoded)
			: module_args(buffer_slice(encoded));
	plan_arg(plan, deploy, "contract_code", request->code);
	plan_arg(plan, deploy, "init_args", bsn_slice_str(init));
	if (plan->options.version[0] != '\0')
		plan_arg(plan, deploy, "contract_version",
			 bsn_slice_str(plan->options.version));
	if (plan->options.abi == NULL)
		return BSN_OK;
	abi = json_text(plan->options.abi);
	plan_arg(plan, deploy, "contract_abi", bsn_slice_str(abi));
	return BSN_OK;
}

/* ---- the contract ------------------------------------------------------ */

static int32_t
made_name(const Plan *plan, char **name, bsn_err *err)
{
	guint8 random[(MADE_NAME_DIGITS + 1) / 2];
	g_autofree char *hex = NULL;
	int32_t status = services.random->fill(plan->ledger->chain, random,
					       sizeof(random));

	if (status != BSN_OK)
		return bsn_fail(err, status, "there is no random name");
	hex = hex_encode(bsn_slice_of(random, sizeof(random)));
	*name = g_strdup_printf("c%.*s", (int)MADE_NAME_DIGITS, hex + 2);
	return BSN_OK;
}

static int32_t
deploy_new(Plan *plan, const bsn_tx_request *request, const char *name,
	   bsn_err *err)
{
	g_autofree char *account = NULL;
	int32_t status = deploying_account(plan, &account, err);
	Xldgpb__InvokeRequest *deploy;

	if (status != BSN_OK)
		return status;
	deploy = plan_request(plan, MODULE_KERNEL, "$contract",
			      "deployContract");
	plan_arg(plan, deploy, "account_name", bsn_slice_str(account));
	plan_arg(plan, deploy, "contract_name", bsn_slice_str(name));
	return add_code(plan, deploy, request, err);
}

static int32_t
deploy_version(Plan *plan, const bsn_tx_request *request, const char *name,
	       const char *account, bsn_err *err)
{
	Xldgpb__InvokeRequest *upgrade =
		plan_request(plan, MODULE_KERNEL, "$contract",
			     "upgradeContract");

	plan_act_for(plan, account);
	plan_arg(plan, upgrade, "contract_name", bsn_slice_str(name));
	return add_code(plan, upgrade, request, err);
}

int32_t
plan_deploy(Plan *plan, const bsn_tx_request *request, bsn_err *err)
{
	g_autofree char *name = NULL;
	g_autofree char *owner = NULL;
	int32_t status = request->contract.len == 0 ?
				 made_name(plan, &name, err) :
				 plan_contract(plan, request->contract, &name,
					       err);

	if (status != BSN_OK)
		return status;
	if (request->code.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"code is missing: give the contract's "
				"creation bytecode, or a WebAssembly module");
	status = code_taken(code_kind_of(request->code), plan->ledger->config,
			    err);
	if (status != BSN_OK)
		return status;
	owner = state_text(plan, BUCKET_CONTRACT_ACCOUNT, name);
	return owner != NULL ?
		       deploy_version(plan, request, name, owner, err) :
		       deploy_new(plan, request, name, err);
}
