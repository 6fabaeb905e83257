/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/deploy.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/chaincode/package.h"
#include "tools/bench/stop.h"
#include "tools/ctl/artifact.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/text_of.h"

#define WAIT_MS 60000u

/* ---- code --------------------------------------------------------------- */

/* A package that names what runtime-native has; hex. NULL with an error. */
static char *
native_package(const char *native, GError **error)
{
	g_autofree char *label = g_strconcat(native, "_1", NULL);
	g_autofree char *text =
		g_strdup_printf("{\"contract\":\"%s\",\"version\":1}", native);
	const ChaincodeFile file = { "native.json", FALSE,
				     bsn_slice_str(text) };
	g_autoptr(GByteArray) package = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	if (chaincode_package_write(label, "native", "", &file, 1, package,
				    &err) == BSN_OK)
		return ctl_hex_encode(package->data, package->len, TRUE);
	ctl_fail(error, CTL_ERROR_USAGE, "[deploy] native = %s: %s", native,
		 err.reason);
	return NULL;
}

static char *
path_of(const Workload *workload, const char *code)
{
	return g_path_is_absolute(code) || workload->directory == NULL
		       ? g_strdup(code)
		       : g_build_filename(workload->directory, code, NULL);
}

static json_t *
read_words(const char *json, const char *what, GError **error)
{
	json_t *words = json_loads(json, JSON_REJECT_DUPLICATES, NULL);

	if (words == NULL)
		ctl_fail(error, CTL_ERROR_USAGE, "[deploy] %s is no JSON: %s",
			 what, json);
	return words;
}

/* Puts code, and the interface that it comes with, into the request. */
static gboolean
add_code(json_t *request, const Workload *workload, const DeployPlan *plan,
	 GError **error)
{
	g_autofree char *file =
		plan->code != NULL ? path_of(workload, plan->code) : NULL;
	g_autofree char *package =
		file == NULL ? native_package(plan->native, error) : NULL;
	g_autoptr(Artifact) artifact =
		file != NULL ? artifact_load(file, error) : NULL;
	json_t *options = json_object_get(request, "options");

	if (package != NULL)
		json_object_set_new(request, "code", json_string(package));
	if (artifact == NULL)
		return package != NULL;
	json_object_set_new(request, "code", json_string(artifact->bytecode));
	if (artifact->abi != NULL)
		json_object_set(options, "abi", artifact->abi);
	return TRUE;
}

static json_t *
request_of(const Workload *workload, const DeployPlan *plan,
	   const char *contract, const char *signer, GError **error)
{
	json_t *options = plan->options != NULL
				  ? read_words(plan->options, "options", error)
				  : json_object();
	json_t *args = plan->args != NULL
			       ? read_words(plan->args, "args", error)
			       : json_array();
	json_t *request;

	if (options == NULL || args == NULL) {
		json_decref(options);
		json_decref(args);
		return NULL;
	}
	request = json_pack("{s:s, s:s, s:o, s:o}", "contract", contract,
			    "signer", signer, "args", args, "options", options);
	if (add_code(request, workload, plan, error))
		return request;
	json_decref(request);
	return NULL;
}

/* ---- sending ------------------------------------------------------------ */

static gboolean
send(const Target *target, guint host, const char *chain, json_t *request,
     GError **error)
{
	GString *path = client_target("chains", chain, "contracts", NULL);
	json_t *answer;
	gboolean ok;

	client_query(path, "wait", "committed");
	client_query_number(path, "timeout_ms", WAIT_MS);
	answer = target_ask(target, host, "POST", path, request, error);
	if (answer == NULL)
		return FALSE;
	ok = strcmp(text_of(answer, "stage"), "committed") == 0;
	if (!ok)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the contract's deployment is not committed on %s",
			 chain);
	json_decref(answer);
	return ok;
}

/* Fabric's organisations each approve, and one commits. Any organisation's peer
 * endorses. */
static gboolean
send_steps(const Target *target, const char *chain, json_t *request,
	   GError **error)
{
	json_t *options = json_object_get(request, "options");
	GString *policy = g_string_new("OR(");
	gboolean ok = TRUE;

	for (guint i = 0; i < target->hosts->len; i++)
		g_string_append_printf(policy, "%s'Org%uMSP.peer'",
				       i > 0 ? ", " : "", i + 1);
	g_string_append_c(policy, ')');
	if (json_object_get(options, "policy") == NULL)
		json_object_set_new(options, "policy",
				    json_string(policy->str));
	g_string_free(policy, TRUE);
	json_object_set_new(options, "sequence", json_integer(1));
	json_object_set_new(options, "step", json_string("approve"));
	for (guint i = 0; ok && i < target->hosts->len; i++)
		ok = send(target, i, chain, request, error);
	json_object_set_new(options, "step", json_string("commit"));
	return ok && send(target, 0, chain, request, error);
}

static gboolean
is_there(const Target *target, const char *chain, const char *contract)
{
	json_t *found = target_ask(
		target, 0, "GET",
		client_target("chains", chain, "contracts", contract, NULL),
		NULL, NULL);
	const gboolean there = found != NULL;

	json_decref(found);
	return there;
}

static gboolean
deploy_on(const Target *target, const TargetChain *chain,
	  const Workload *workload, const DeployPlan *plan,
	  const char *contract, const char *signer, GError **error)
{
	json_t *request = request_of(workload, plan, contract, signer, error);
	json_t *options = json_object_get(request, "options");
	gboolean ok;

	if (request == NULL)
		return FALSE;
	if (json_object_get(options, "version") == NULL)
		json_object_set_new(options, "version", json_string("1.0"));
	ok = strcmp(chain->framework, "fabric") == 0 && target->hosts->len > 1
		     ? send_steps(target, chain->name, request, error)
		     : send(target, 0, chain->name, request, error);
	json_decref(request);
	return ok;
}

gboolean
deploy_contract(const Target *target, const Workload *workload,
		const DeployPlan *plan, const char *contract,
		const char *signer, GError **error)
{
	if (plan->code == NULL && plan->native == NULL)
		return TRUE;
	for (guint i = 0; i < target->chains->len; i++) {
		const TargetChain *chain = target_chain(target, i);

		if (stop_signal() != 0)
			return stop_fail(error);
		if (!is_there(target, chain->name, contract) &&
		    !deploy_on(target, chain, workload, plan, contract, signer,
			       error))
			return FALSE;
	}
	return TRUE;
}
