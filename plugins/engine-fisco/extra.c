/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/extra.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/solidity/interface.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/kit/json.h"

const guint8 lifecycle_address[ADDRESS_LEN] = { [18] = 0x10, [19] = 0x07 };

static const char *const operations[] = { "freeze", "unfreeze", "uninstall",
					  NULL };

/* ---- deployments ------------------------------------------------------- */

gboolean
contract_is_label(const char *text)
{
	for (; *text != '\0'; text++)
		if (!g_ascii_isalnum(*text) && strchr("_-.", *text) == NULL)
			return FALSE;
	return TRUE;
}

static void
check_labels(JsonFields *fields, const DeployExtra *extra)
{
	if (!contract_is_label(extra->name) || g_str_has_prefix(extra->name, "0x"))
		fields_fail(fields, "name",
			    "a name has letters, digits and _ - . only, and "
			    "does not begin with 0x");
	if (!contract_is_label(extra->version))
		fields_fail(fields, "version",
			    "a version has letters, digits and _ - . only");
	if (extra->version[0] != '\0' && extra->name[0] == '\0')
		fields_fail(fields, "version", "a version needs a name");
}

static void
read_abi(JsonFields *fields, DeployExtra *extra)
{
	const json_t *abi = fields_array(fields, "abi", ABI_ENTRIES_MAX);
	const bsn_hash *hash = suite_selector_hash(extra->sm3);
	g_autoptr(AbiInterface) interface = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (hash == NULL)
		fields_fail(fields, "selector",
			    "no loaded plugin offers that hash");
	if (abi == NULL || hash == NULL)
		return;
	interface = abi_interface_new(abi, hash, &err);
	if (interface == NULL)
		fields_fail(fields, "abi", err.reason);
	else
		extra->abi = json_text(abi);
}

/* Without an earlier version of the name there is nobody to choose between. */
static void
read_grey(JsonFields *fields, DeployExtra *extra)
{
	const json_t *given = fields_object(fields, "grey");
	g_auto(Grey) grey = { .callers = NULL };
	bsn_err err = BSN_ERR_INIT;

	if (given == NULL)
		return;
	if (extra->name[0] == '\0')
		fields_fail(fields, "grey", "a grey release needs a name");
	if (grey_parse(given, "grey", &grey, &err) != BSN_OK) {
		fields_fail(fields, "grey", err.reason);
		return;
	}
	extra->grey = g_new0(Grey, 1);
	grey_copy(&grey, extra->grey);
}

int32_t
deploy_extra_parse(bsn_slice text, DeployExtra *extra, bsn_err *err)
{
	static const char *const hashes[] = { "keccak-256", "sm3", NULL };
	int32_t status = BSN_OK;
	g_autoptr(json_t) object = json_parse_object(text, EXTRA_DATA_MAX,
						     "extraData", &status,
						     err);
	JsonFields fields;

	memset(extra, 0, sizeof(*extra));
	if (object == NULL)
		return status;
	fields = fields_of(object, "extraData", err);
	extra->name = g_strdup(
		fields_string(&fields, "name", CONTRACT_NAME_MAX, ""));
	extra->version = g_strdup(
		fields_string(&fields, "version", CONTRACT_VERSION_MAX, ""));
	read_grey(&fields, extra);
	extra->sm3 = strcmp(fields_choice(&fields, "selector", hashes,
					  hashes[0]),
			    "sm3") == 0;
	check_labels(&fields, extra);
	read_abi(&fields, extra);
	status = fields_end(&fields);
	if (status != BSN_OK)
		deploy_extra_clear(extra);
	return status;
}

void
deploy_extra_clear(DeployExtra *extra)
{
	g_clear_pointer(&extra->name, g_free);
	g_clear_pointer(&extra->version, g_free);
	g_clear_pointer(&extra->abi, g_free);
	if (extra->grey != NULL)
		grey_clear(extra->grey);
	g_clear_pointer(&extra->grey, g_free);
}

char *
deploy_extra_text(const DeployExtra *extra)
{
	g_autoptr(json_t) object = json_object();

	if (extra->name != NULL && extra->name[0] != '\0')
		json_object_set_new(object, "name", json_string(extra->name));
	if (extra->version != NULL && extra->version[0] != '\0')
		json_object_set_new(object, "version",
				    json_string(extra->version));
	if (extra->abi != NULL)
		json_object_set_new(object, "abi",
				    json_loads(extra->abi, 0, NULL));
	if (extra->grey != NULL)
		json_object_set_new(object, "grey", grey_json(extra->grey));
	if (extra->sm3)
		json_object_set_new(object, "selector", json_string("sm3"));
	return json_object_size(object) > 0 ? json_text(object)
					    : g_strdup("");
}

/* ---- life cycle -------------------------------------------------------- */

int32_t
lifecycle_extra_parse(bsn_slice text, LifecycleExtra *extra, bsn_err *err)
{
	int32_t status = BSN_OK;
	g_autoptr(json_t) object = json_parse_object(text, EXTRA_DATA_MAX,
						     "extraData", &status,
						     err);
	JsonFields fields;
	const char *op;

	memset(extra, 0, sizeof(*extra));
	if (object == NULL)
		return status;
	fields = fields_of(object, "extraData", err);
	op = fields_choice(&fields, "op", operations, operations[0]);
	fields_require(&fields, "op", "say freeze, unfreeze or uninstall");
	extra->contract = g_strdup(fields_string(
		&fields, "contract",
		CONTRACT_NAME_MAX + 1 + CONTRACT_VERSION_MAX, ""));
	fields_require(&fields, "contract", "give a name or an address");
	while (strcmp(operations[extra->op], op) != 0)
		extra->op++;
	status = fields_end(&fields);
	if (status != BSN_OK)
		lifecycle_extra_clear(extra);
	return status;
}

void
lifecycle_extra_clear(LifecycleExtra *extra)
{
	g_clear_pointer(&extra->contract, g_free);
}

char *
lifecycle_extra_text(const LifecycleExtra *extra)
{
	g_autoptr(json_t) object =
		json_pack("{s:s, s:s}", "op", operations[extra->op],
			  "contract", extra->contract);

	return json_text(object);
}

/* ---- transactions ------------------------------------------------------ */

gboolean
tx_is_deploy(const Tx *tx)
{
	return tx->to.len == 0;
}

gboolean
tx_is_lifecycle(const Tx *tx)
{
	return tx->data.len == 0 &&
	       bsn_slice_equal(tx->to,
			       bsn_slice_of(lifecycle_address, ADDRESS_LEN));
}

int32_t
tx_check_extra(const Tx *tx, bsn_err *err)
{
	int32_t status = BSN_OK;

	if (tx_is_deploy(tx)) {
		g_auto(DeployExtra) deploy = { 0 };

		status = deploy_extra_parse(tx->extra, &deploy, err);
	} else if (tx_is_lifecycle(tx)) {
		g_auto(LifecycleExtra) lifecycle = { 0 };

		status = lifecycle_extra_parse(tx->extra, &lifecycle, err);
	}
	if (status != BSN_OK && err != NULL)
		err->native = FISCO_MALFORMED;
	return status;
}
