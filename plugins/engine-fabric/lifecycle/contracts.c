/* SPDX-License-Identifier: Apache-2.0
 *
 * Chaincodes as contracts: checked, listed, shown.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/chaincode/package.h"
#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

#define LIST_MAX 100u
#define FINDINGS_MAX (1u << 20)
#define OPTIONS_MAX (64u << 10)

static void
answer(bsn_reply *reply, const json_t *json)
{
	g_autofree char *text = json_text(json);

	services.reply->value(reply, bsn_slice_str(text));
}

/* ---- checking ---- */

static json_t *
one_finding(const char *rule, const char *where, const char *text)
{
	return json_pack("[{s:s, s:s, s:s, s:s}]", "rule", rule, "severity",
			 "error", "where", where, "text", text);
}

static json_t *
runtime_findings(const bsn_runtime *runtime, bsn_slice package, gboolean *ok)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, FINDINGS_MAX);
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = runtime->check(package, &sink.sink, &err);
	json_t *findings =
		status == BSN_OK || status == BSN_FAULT
			? json_parse(buffer_slice(text), FINDINGS_MAX,
				     "findings", NULL, NULL)
			: NULL;

	*ok = status == BSN_OK && findings != NULL;
	return findings != NULL ? findings
				: one_finding("package", "code",
					      err.reason[0] != '\0'
						      ? err.reason
						      : "it cannot be checked");
}

static json_t *
check_package(const Channel *channel, bsn_slice package, gboolean *ok)
{
	g_autoptr(ChaincodePackage) read = NULL;
	g_autofree char *text = NULL;
	const bsn_runtime *runtime;
	bsn_err err = BSN_ERR_INIT;

	*ok = FALSE;
	if (chaincode_package_read(package, &read, &err) != BSN_OK)
		return one_finding("package", "code", err.reason);
	if (channel_config_takes(channel->config, read->type, &err) != BSN_OK)
		return one_finding("type", "metadata.json", err.reason);
	runtime = runtimes_checker(read->type);
	if (runtime != NULL)
		return runtime_findings(runtime, package, ok);
	text = g_strdup_printf("No runtime of this host runs packages of type "
			       "%s.",
			       read->type);
	return one_finding("type", "metadata.json", text);
}

static int32_t
contracts_check(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
		bsn_reply *reply, bsn_err *err)
{
	int32_t status = BSN_OK;
	g_autoptr(json_t) given = json_parse_object(
		options, OPTIONS_MAX, "options", &status, err);
	g_autoptr(json_t) json = json_object();
	json_t *findings;
	gboolean ok;

	if (given == NULL)
		return status;
	if (code.len > PACKAGE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a package has at most %u MiB",
				PACKAGE_MAX >> 20);
	findings = check_package(ledger, code, &ok);
	json_object_set_new(json, "ok", json_boolean(ok));
	json_object_set_new(json, "findings", findings);
	answer(reply, json);
	return BSN_OK;
}

/* ---- what there is ---- */

static json_t *
contract_json(const Definition *definition)
{
	static const char *const states[] = {
		[CHAINCODE_ACTIVE] = "active",
		[CHAINCODE_FROZEN] = "frozen",
		[CHAINCODE_UNINSTALLED] = "uninstalled",
	};
	json_t *json = json_object();

	json_object_set_new(json, "name", json_string(definition->name));
	json_object_set_new(json, "version", json_string(definition->version));
	json_object_set_new(json, "address", json_string(definition->name));
	json_object_set_new(json, "state",
			    json_string(states[definition->condition]));
	json_object_set_new(json, "block",
			    json_integer((json_int_t)definition->first_block));
	json_object_set_new(json, "sequence",
			    json_integer(definition->sequence));
	return json;
}

static gboolean
list_one(gpointer key, gpointer value, gpointer list)
{
	if (((const Definition *)value)->sequence > 0)
		g_ptr_array_add(list, value);
	return FALSE;
}

/* By first block; those of one block stay in the order of their names. */
static gint
compare_age(gconstpointer a, gconstpointer b)
{
	const Definition *left = *(const Definition *const *)a;
	const Definition *right = *(const Definition *const *)b;

	if (left->first_block != right->first_block)
		return left->first_block < right->first_block ? -1 : 1;
	return strcmp(left->name, right->name);
}

static int32_t
contracts_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	       bsn_reply *reply, bsn_err *err)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_autoptr(json_t) json = json_object();
	json_t *array = json_array();
	const int32_t status = cache_refresh(ledger->lifecycle, err);
	guint64 at = from;

	json_object_set_new(json, "contracts", array);
	if (status != BSN_OK)
		return status;
	g_tree_foreach(ledger->lifecycle->definitions, list_one, all);
	g_ptr_array_sort(all, compare_age);
	for (; at < all->len && at - from < MIN(limit, LIST_MAX); at++)
		json_array_append_new(array, contract_json(all->pdata[at]));
	json_object_set_new(json, "next",
			    at < all->len ? json_integer((json_int_t)at)
					  : json_null());
	answer(reply, json);
	return BSN_OK;
}

/* ---- one of them ---- */

/* What one organisation has said to one version: {"organisation", "approved"},
 * and its package, and whether that is on this node. */
static int32_t
approval_json(const Channel *channel, const Terms *terms, const char *msp_id,
	      json_t **json, bsn_err *err)
{
	const View view = committed_view(channel);
	g_auto(Arena) arena = ARENA_INIT;
	const char *id = "";
	gboolean approved;
	Terms unused;
	int32_t status =
		approval_holds(&view, msp_id, terms, &approved, err);

	if (status == BSN_OK)
		status = approval_read(&view, &arena, msp_id, terms->name,
				       terms->sequence, &unused, &id, err);
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	*json = json_pack("{s:s, s:b, s:o, s:b}", "organisation", msp_id,
			  "approved", (int)approved, "package_id",
			  id[0] != '\0' ? json_string(id) : json_null(),
			  "installed", (int)package_exists(channel, id));
	return BSN_OK;
}

static int32_t
approvals_json(const Channel *channel, const Terms *terms, json_t *array,
	       bsn_err *err)
{
	g_autoptr(GPtrArray) organisations = cache_organisations(channel);
	int32_t status = BSN_OK;

	for (guint i = 0; i < organisations->len && status == BSN_OK; i++) {
		const ChannelOrganisation *one = organisations->pdata[i];
		json_t *json = NULL;

		status = approval_json(channel, terms, one->msp_id, &json, err);
		if (json != NULL)
			json_array_append_new(array, json);
	}
	return status;
}

/* A path, or the text of its own policy; null for what cannot be said. */
static json_t *
policy_json(const Suite *suite, bsn_slice bytes)
{
	g_autoptr(ApplicationPolicy) policy = NULL;
	g_autofree char *text = NULL;

	if (application_policy_new(suite, bytes, &policy, NULL) == BSN_OK)
		text = application_policy_text(policy);
	return text != NULL ? json_string(text) : json_null();
}

static json_t *
terms_collections_json(const Suite *suite, const Terms *terms)
{
	g_autoptr(CollectionSet) set = NULL;

	return collection_set_new(suite, terms->collections, &set, NULL) ==
			       BSN_OK
		       ? collections_json(set)
		       : json_null();
}

/* One version: as the contract, but of its own sequence. Only the one in force
 * can be called. */
static int32_t
version_json(const Channel *channel, const Definition *definition,
	     gint64 sequence, json_t **json, bsn_err *err)
{
	const View view = committed_view(channel);
	const Suite *suite = &channel->ledger->state.suite;
	g_auto(Arena) arena = ARENA_INIT;
	json_t *approvals = json_array();
	Version version = { 0, 0 };
	Terms terms = { 0 };
	int32_t status = definition_read_old(&view, &arena, definition->name,
					     sequence, &terms, &version, err);

	*json = contract_json(definition);
	json_object_set_new(*json, "approvals", approvals);
	if (status != BSN_OK)
		return status;
	json_object_set_new(*json, "version", json_string(terms.version));
	json_object_set_new(*json, "block",
			    json_integer((json_int_t)version.block));
	json_object_set_new(*json, "sequence", json_integer(sequence));
	json_object_set_new(*json, "init_required",
			    json_boolean(terms.init_required));
	json_object_set_new(*json, "policy",
			    policy_json(suite, terms.policy));
	json_object_set_new(*json, "collections",
			    terms_collections_json(suite, &terms));
	if (sequence != definition->sequence)
		json_object_set_new(*json, "state", json_string("uninstalled"));
	return approvals_json(channel, &terms, approvals, err);
}

static int32_t
versions_json(const Channel *channel, const Definition *definition,
	      json_t *array, bsn_err *err)
{
	int32_t status = BSN_OK;

	for (gint64 i = 1; i <= definition->sequence && status == BSN_OK; i++) {
		json_t *json = NULL;

		status = version_json(channel, definition, i, &json, err);
		json_array_append_new(array, json);
	}
	return status;
}

static int32_t
contracts_get(bsn_ledger *ledger, bsn_slice contract, bsn_reply *reply,
	      bsn_err *err)
{
	g_autofree char *name = chaincode_name_read(contract, err);
	g_autoptr(Definition) definition = NULL;
	g_autoptr(json_t) json = NULL;
	json_t *versions;
	int32_t status = name != NULL
				 ? lifecycle_find(ledger, name, &definition, err)
				 : BSN_BAD_REQUEST;

	if (status != BSN_OK)
		return status;
	if (definition->sequence == 0)
		return bsn_fail(err, BSN_NOT_FOUND,
				LIFECYCLE_NAME " is part of the engine");
	json = contract_json(definition);
	versions = json_array();
	json_object_set_new(json, "versions", versions);
	status = versions_json(ledger, definition, versions, err);
	if (status != BSN_OK)
		return MIN(status, BSN_E_CORRUPT);
	json_object_set_new(json, "policy",
			    policy_json(&ledger->suite,
					definition->policy_bytes));
	json_object_set_new(json, "collections",
			    collections_json(definition->collections));
	json_object_set_new(json, "init_required",
			    json_boolean(definition->init_required));
	json_object_set_new(json, "package_id",
			    definition->package_id != NULL
				    ? json_string(definition->package_id)
				    : json_null());
	answer(reply, json);
	return BSN_OK;
}

const bsn_contract_ops fabric_contract_ops = {
	.size = sizeof(bsn_contract_ops),
	.check = contracts_check,
	.list = contracts_list,
	.get = contracts_get,
};
