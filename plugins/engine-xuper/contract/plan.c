/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/plan.h"

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/invoke.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/reason.h"

/* ---- putting it together ----------------------------------------------- */

static char *
copy(Plan *plan, const char *text)
{
	return arena_copy(&plan->arena, text, strlen(text));
}

static void
add_limits(Plan *plan, Xldgpb__InvokeRequest *request)
{
	request->resource_limits = arena_room(
		&plan->arena, RESOURCES * sizeof(*request->resource_limits));
	for (guint i = 0; i < RESOURCES; i++)
		if (plan->options.limited[i])
			plan_limit(plan, request, i, plan->options.limits[i]);
}

void
plan_limit(Plan *plan, Xldgpb__InvokeRequest *request, guint resource,
	   guint64 most)
{
	Xldgpb__ResourceLimit *limit;

	for (size_t i = 0; i < request->n_resource_limits; i++) {
		limit = request->resource_limits[i];
		if ((guint)limit->type != resource)
			continue;
		limit->limit = MIN(limit->limit, (gint64)most);
		return;
	}
	limit = arena_room(&plan->arena, sizeof(*limit));
	xldgpb__resource_limit__init(limit);
	limit->type = (Xldgpb__ResourceType)resource;
	limit->limit = (gint64)most;
	request->resource_limits[request->n_resource_limits++] = limit;
}

Xldgpb__InvokeRequest *
plan_request(Plan *plan, const char *module, const char *contract,
	     const char *method)
{
	Xldgpb__InvokeRequest *request =
		arena_room(&plan->arena, sizeof(*request));

	xldgpb__invoke_request__init(request);
	request->module_name = copy(plan, module);
	request->contract_name = copy(plan, contract);
	request->method_name = copy(plan, method);
	request->amount = copy(plan, plan->options.amount);
	add_limits(plan, request);
	g_ptr_array_add(plan->requests, request);
	return request;
}

static gint
compare_args(gconstpointer a, gconstpointer b)
{
	return strcmp((*(Xldgpb__Argument *const *)a)->key,
		      (*(Xldgpb__Argument *const *)b)->key);
}

void
plan_arg(Plan *plan, Xldgpb__InvokeRequest *request, const char *name,
	 bsn_slice value)
{
	gsize n = request->n_args;
	Xldgpb__Argument **args =
		arena_room(&plan->arena, (n + 1) * sizeof(*args));
	Xldgpb__Argument *arg = arena_room(&plan->arena, sizeof(*arg));

	xldgpb__argument__init(arg);
	arg->key = copy(plan, name);
	arg->value.len = value.len;
	arg->value.data = (uint8_t *)arena_copy(&plan->arena, value.data,
						value.len);
	if (n > 0)
		memcpy(args, request->args, n * sizeof(*args));
	args[n] = arg;
	qsort(args, n + 1, sizeof(*args), compare_args);
	request->args = args;
	request->n_args = n + 1;
}

void
plan_output(Plan *plan, bsn_slice to, const guint8 amount[AMOUNT_LEN],
	    gint64 frozen)
{
	Xldgpb__TxOutput *output = arena_room(&plan->arena, sizeof(*output));
	bsn_slice bytes = amount_slice(amount);

	xldgpb__tx_output__init(output);
	output->to_addr.len = to.len;
	output->to_addr.data =
		(uint8_t *)arena_copy(&plan->arena, to.data, to.len);
	output->amount.len = bytes.len;
	output->amount.data =
		(uint8_t *)arena_copy(&plan->arena, bytes.data, bytes.len);
	output->frozen_height = frozen;
	g_ptr_array_add(plan->outputs, output);
}

static gboolean
has_path(const Plan *plan, const char *account)
{
	g_autofree char *prefix = g_strconcat(account, "/", NULL);

	for (guint i = 0; i < plan->auth->len; i++)
		if (g_str_has_prefix(plan->auth->pdata[i], prefix))
			return TRUE;
	return FALSE;
}

void
plan_act_for(Plan *plan, const char *account)
{
	if (!has_path(plan, account))
		g_ptr_array_add(plan->auth, g_strconcat(account, "/",
							plan->signer, NULL));
}

int32_t
plan_contract(const Plan *plan, bsn_slice text, char **name, bsn_err *err)
{
	return contract_resolve(&plan->ledger->suite,
				plan->ledger->config->name, text, name, err);
}

/* ---- a contract's life ------------------------------------------------- */

/* The account that a contract belongs to; NULL: there is none. */
static char *
owner_of(const Plan *plan, const char *name)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	XVersion version;

	if (xmodel_get(plan->layer, bsn_slice_str(BUCKET_CONTRACT_ACCOUNT),
		       bsn_slice_str(name), &version, value, NULL) != BSN_OK ||
	    !version.there)
		return NULL;
	return g_strndup((const char *)value->data, value->len);
}

static int32_t
plan_state(Plan *plan, const bsn_tx_request *request, const char *method,
	   bsn_err *err)
{
	g_autofree char *name = NULL;
	g_autofree char *account = NULL;
	int32_t status = plan_contract(plan, request->contract, &name, err);

	if (status != BSN_OK)
		return status;
	account = owner_of(plan, name);
	if (account == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no contract %s",
				name);
	plan_act_for(plan, account);
	plan_arg(plan, plan_request(plan, MODULE_KERNEL, "$contract", method),
		 "contract_name", bsn_slice_str(name));
	return BSN_OK;
}

/* ---- kinds ------------------------------------------------------------- */

static int32_t
plan_call(Plan *plan, const bsn_tx_request *request, bsn_err *err)
{
	if (kernel_find(request->contract, request->function) == NULL &&
	    bsn_slice_equal(request->contract, bsn_slice_str(CONTRACT_UTXO)))
		return plan_utxo(plan, request, err);
	if (kernel_is(request->contract))
		return plan_kernel_call(plan, request, err);
	return plan_invoke(plan, request, err);
}

static int32_t
plan_kind(Plan *plan, const bsn_tx_request *request, bsn_err *err)
{
	switch (request->kind) {
	case BSN_TX_INVOKE:
		return plan_call(plan, request, err);
	case BSN_TX_DEPLOY:
		return plan_deploy(plan, request, err);
	case BSN_TX_FREEZE:
		return plan_state(plan, request, "freezeContract", err);
	case BSN_TX_UNFREEZE:
		return plan_state(plan, request, "unfreezeContract", err);
	case BSN_TX_UNINSTALL:
		return plan_state(plan, request, "uninstallContract", err);
	case BSN_TX_MEMBER:
		return plan_kernel(plan,
				   kernel_find(bsn_slice_str("$member"),
					       bsn_slice_str("set")),
				   request->args, err);
	}
	return bsn_fail(err, BSN_NOT_OFFERED,
			"this framework has no transactions of kind %u",
			request->kind);
}

/* ---- who --------------------------------------------------------------- */

static int32_t
read_account(const Plan *plan, const char *account, const char *option,
	     bsn_err *err)
{
	const char *chain = plan->ledger->config->name;

	if (account_of_chain(bsn_slice_str(account), bsn_slice_str(chain)))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"options.%s must be an account of this chain: XC, 16 "
			"digits, @%s",
			option, chain);
}

static int32_t
read_initiator(Plan *plan, bsn_err *err)
{
	const char *initiator = plan->options.initiator;

	plan->initiator = initiator[0] != '\0' ? initiator : plan->signer;
	if (address_valid(bsn_slice_str(plan->initiator)))
		return BSN_OK;
	if (read_account(plan, initiator, "initiator", err) != BSN_OK)
		return BSN_BAD_REQUEST;
	plan_act_for(plan, initiator);
	return BSN_OK;
}

static int32_t
read_signers(Plan *plan, bsn_slice public_key, bsn_err *err)
{
	const json_t *text;
	int32_t status;
	size_t i;

	/* In a call nobody in particular may ask. */
	if (public_key.len == PUBLIC_KEY_LEN)
		address_of(&plan->ledger->suite, public_key.data,
			   plan->signer);
	else if (public_key.len != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"this chain's signers have %s keys: 64 bytes "
				"X || Y, got %" G_GUINT64_FORMAT,
				plan->ledger->suite.algorithm, public_key.len);
	json_array_foreach ((json_t *)plan->options.auth_require, i, text)
		g_ptr_array_add(plan->auth,
				g_strdup(json_string_value(text)));
	status = public_key.len > 0 ? read_initiator(plan, err) : BSN_OK;
	if (status != BSN_OK || plan->options.account[0] == '\0')
		return status;
	if (read_account(plan, plan->options.account, "account", err) !=
	    BSN_OK)
		return BSN_BAD_REQUEST;
	plan_act_for(plan, plan->options.account);
	return BSN_OK;
}

int32_t
plan_read(bsn_ledger *ledger, const Attempt *attempt, Plan *plan, bsn_err *err)
{
	const bsn_tx_request *request = attempt->request;
	int32_t status;

	*plan = (Plan){
		.ledger = ledger,
		.layer = pool_layer(ledger->pool),
		.now_ms = attempt->time_ms,
		.facts = attempt->facts,
		.initiator = "",
		.auth = g_ptr_array_new_with_free_func(g_free),
		.requests = g_ptr_array_new(),
		.outputs = g_ptr_array_new(),
	};
	status = options_read(request->options, &plan->options, err);
	if (status == BSN_OK)
		status = read_signers(plan, request->signer_public_key, err);
	if (status == BSN_OK)
		status = plan_kind(plan, request, err);
	if (status == BSN_OK && plan->auth->len > TX_AUTH_MAX)
		status = bsn_fail(err, BSN_TOO_LARGE,
				  "at most %u may have to sign", TX_AUTH_MAX);
	if (status != BSN_OK)
		plan_clear(plan);
	return status;
}

void
plan_clear(Plan *plan)
{
	options_clear(&plan->options);
	arena_clear(&plan->arena);
	g_clear_pointer(&plan->auth, g_ptr_array_unref);
	g_clear_pointer(&plan->requests, g_ptr_array_unref);
	g_clear_pointer(&plan->outputs, g_ptr_array_unref);
	g_clear_pointer(&plan->desc, g_free);
	g_clear_pointer(&plan->interface, interface_unref);
	g_clear_pointer(&plan->own_abi, abi_interface_free);
	g_clear_pointer(&plan->own_function, abi_function_free);
}
