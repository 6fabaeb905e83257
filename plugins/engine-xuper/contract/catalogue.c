/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts as people see them: listed in the order in which blocks have brought
 * them, each with its versions.
 */
#include "plugins/engine-xuper/contract/build.h"
#include "plugins/engine-xuper/contract/check.h"
#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wasm_exports.h"

/* Contracts of one answer. */
#define LIST_MAX 1000u

/* ---- what the state has ------------------------------------------------ */

static Layer *
state_of(const bsn_ledger *ledger)
{
	return ledger_head(ledger->ledger)->layer;
}

/* Returns: BSN_OK, BSN_NOT_FOUND; below 0. */
static int32_t
get_part(const bsn_ledger *ledger, const char *name, const char *what,
	 XVersion *version, GByteArray *value, bsn_err *err)
{
	g_autofree char *key = contract_key(bsn_slice_str(name), what);
	int32_t status = xmodel_get(state_of(ledger),
				    bsn_slice_str(BUCKET_CONTRACT),
				    bsn_slice_str(key), version, value, err);

	if (status != BSN_OK)
		return status;
	return version->there ? BSN_OK : BSN_NOT_FOUND;
}

/* Where the transaction of a version is; the genesis' when it has no place. */
static int32_t
place_of(const bsn_ledger *ledger, const XVersion *version, LedgerPlace *place,
	 bsn_err *err)
{
	int32_t status = ledger_place(ledger->ledger, NULL, version->txid,
				      place, NULL, err);

	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, BSN_E_CORRUPT,
				"a contract's transaction is missing");
	return status;
}

/* ---- the order --------------------------------------------------------- */

typedef struct {
	char *name;
	XVersion version;  /* that its deployment wrote */
	LedgerPlace place; /* of that */
} Listed;

static void
listed_free(gpointer data)
{
	g_free(((Listed *)data)->name);
	g_free(data);
}

typedef struct {
	XScan scan;
	GPtrArray *list; /* Listed */
} Listing;

static int32_t
list_one(XScan *scan, bsn_slice key, const XVersion *version, bsn_slice value)
{
	Listing *listing = (Listing *)scan;
	Listed *listed = g_new0(Listed, 1);

	(void)value;
	listed->name = g_strndup((const char *)key.data, key.len);
	listed->version = *version;
	g_ptr_array_add(listing->list, listed);
	return BSN_OK;
}

static gint
compare_listed(gconstpointer a, gconstpointer b)
{
	const Listed *first = *(const Listed *const *)a;
	const Listed *second = *(const Listed *const *)b;

	if (first->place.height != second->place.height)
		return first->place.height < second->place.height ? -1 : 1;
	if (first->place.index != second->place.index)
		return first->place.index < second->place.index ? -1 : 1;
	return strcmp(first->name, second->name);
}

/* By whose they are, which is written once, with the deployment: their code would be
 * read for nothing. */
static int32_t
list_all(const bsn_ledger *ledger, GPtrArray *list, bsn_err *err)
{
	Listing listing = { { list_one }, list };
	const bsn_slice all = bsn_slice_of(NULL, 0);
	int32_t status = xmodel_scan(state_of(ledger),
				     bsn_slice_str(BUCKET_CONTRACT_ACCOUNT),
				     all, all, &listing.scan, err);

	for (guint i = 0; i < list->len && status == BSN_OK; i++) {
		Listed *listed = list->pdata[i];

		status = place_of(ledger, &listed->version, &listed->place,
				  err);
	}
	g_ptr_array_sort(list, compare_listed);
	return status;
}

/* ---- as JSON ----------------------------------------------------------- */

static char *
address_text(const char *name)
{
	guint8 evm[EVM_ADDRESS_LEN] = { 0 };

	(void)contract_address(bsn_slice_str(name), evm);
	return hex_encode(bsn_slice_of(evm, EVM_ADDRESS_LEN));
}

static char *
account_of(const bsn_ledger *ledger, const char *name)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	XVersion version;

	if (xmodel_get(state_of(ledger), bsn_slice_str(BUCKET_CONTRACT_ACCOUNT),
		       bsn_slice_str(name), &version, value, NULL) != BSN_OK)
		return g_strdup("");
	return g_strndup((const char *)value->data, value->len);
}

/* A label, or the number. */
static json_t *
version_json(guint32 number, bsn_slice value)
{
	g_autofree char *label = NULL;

	if (value.len <= HASH_LEN)
		return json_integer(number);
	label = contract_version_text(number, value);
	return json_string(label);
}

/* `version`: the value of NAME.vN. */
static json_t *
contract_json(const bsn_ledger *ledger, const char *name, guint32 number,
	      bsn_slice version, const ContractDesc *desc, ContractState state,
	      guint64 block)
{
	g_autofree char *address = address_text(name);
	g_autofree char *account = account_of(ledger, name);
	json_t *json = json_object();

	json_object_set_new(json, "name", json_string(name));
	json_object_set_new(json, "version", version_json(number, version));
	json_object_set_new(json, "address", json_string(address));
	json_object_set_new(json, "state",
			    json_string(contract_state_text(state)));
	json_object_set_new(json, "block", json_integer((json_int_t)block));
	json_object_set_new(json, "account", json_string(account));
	json_object_set_new(json, "language", json_string(desc->code->language));
	return json;
}

static int32_t
load(const bsn_ledger *ledger, const char *name, ContractDesc *desc,
     bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	XVersion version;
	int32_t status =
		get_part(ledger, name, "desc", &version, value, err);

	*desc = (ContractDesc){ .version = 0 };
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "there is no contract %s", name);
	return status == BSN_OK ?
		       contract_desc_read(buffer_slice(value), desc, err) :
		       status;
}

/* The value of NAME.vN, which must be there. */
static int32_t
get_version(const bsn_ledger *ledger, const char *name, guint32 number,
	    XVersion *version, GByteArray *value, bsn_err *err)
{
	g_autofree char *what = g_strdup_printf("v%u", number);
	int32_t status = get_part(ledger, name, what, version, value, err);

	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && value->len < HASH_LEN))
		return bsn_fail(err, BSN_E_CORRUPT,
				"version %u of contract %s is missing", number,
				name);
	return status;
}

/* ---- list -------------------------------------------------------------- */

static int32_t
add_listed(const bsn_ledger *ledger, const Listed *listed, json_t *array,
	   bsn_err *err)
{
	g_auto(ContractDesc) desc = { 0 };
	g_autoptr(GByteArray) value = g_byte_array_new();
	XVersion version;
	int32_t status = load(ledger, listed->name, &desc, err);

	if (status == BSN_OK)
		status = get_version(ledger, listed->name, desc.version,
				     &version, value, err);
	if (status == BSN_OK)
		json_array_append_new(
			array, contract_json(ledger, listed->name,
					     desc.version, buffer_slice(value),
					     &desc, desc.state,
					     listed->place.height));
	return status;
}

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	g_autoptr(GPtrArray) list =
		g_ptr_array_new_with_free_func(listed_free);
	g_autoptr(json_t) json = json_object();
	json_t *array = json_array();
	int32_t status = list_all(ledger, list, err);
	guint64 begin = MIN(from, list->len);
	guint64 end = begin + MIN(MIN(limit, LIST_MAX), list->len - begin);
	g_autofree char *text = NULL;

	json_object_set_new(json, "contracts", array);
	for (guint64 i = begin; i < end && status == BSN_OK; i++)
		status = add_listed(ledger, list->pdata[i], array, err);
	if (status != BSN_OK)
		return status;
	json_object_set_new(json, "next",
			    end < list->len ? json_integer((json_int_t)end) :
					      json_null());
	text = json_text(json);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

/* ---- get --------------------------------------------------------------- */

static int32_t
add_version(const bsn_ledger *ledger, const char *name, guint32 number,
	    const ContractDesc *desc, json_t *array, bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_autofree char *hex = NULL;
	LedgerPlace place;
	XVersion version;
	json_t *json;
	int32_t status =
		get_version(ledger, name, number, &version, value, err);

	if (status == BSN_OK)
		status = place_of(ledger, &version, &place, err);
	if (status != BSN_OK)
		return status;
	/* Only the last one can be called. */
	json = contract_json(ledger, name, number, buffer_slice(value), desc,
			     number == desc->version ? desc->state :
						       CONTRACT_UNINSTALLED,
			     place.height);
	hex = hex_encode(bsn_slice_of(value->data, HASH_LEN));
	json_object_set_new(json, "digest", json_string(hex));
	json_array_append_new(array, json);
	return BSN_OK;
}

/* Of a module what it exports; of Solidity what its deployer has given. */
static void
add_abi(const bsn_ledger *ledger, const char *name, const ContractDesc *desc,
	json_t *json)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	json_t *abi = NULL;
	XVersion version;

	if (desc->code == &code_wasm) {
		if (get_part(ledger, name, "code", &version, value, NULL) ==
		    BSN_OK)
			abi = wasm_exports_json(buffer_slice(value));
	} else if (get_part(ledger, name, "abi", &version, value, NULL) == BSN_OK)
		abi = json_parse(buffer_slice(value), XMODEL_VALUE_MAX, "abi",
				 NULL, NULL);
	json_object_set_new(json, "abi", abi != NULL ? abi : json_null());
}

static int32_t
get_named(const bsn_ledger *ledger, const char *name, bsn_reply *reply,
	  bsn_err *err)
{
	g_auto(ContractDesc) desc = { 0 };
	g_autoptr(json_t) json = NULL;
	g_autofree char *text = NULL;
	json_t *versions = json_array();
	int32_t status = load(ledger, name, &desc, err);
	const json_t *last;

	for (guint32 i = 1; i <= desc.version && status == BSN_OK; i++)
		status = add_version(ledger, name, i, &desc, versions, err);
	if (status != BSN_OK) {
		json_decref(versions);
		return status;
	}
	last = json_array_get(versions, json_array_size(versions) - 1);
	json = json_copy((json_t *)last);
	json_object_del(json, "digest");
	json_object_set(json, "block",
			json_object_get(json_array_get(versions, 0), "block"));
	json_object_set_new(json, "versions", versions);
	add_abi(ledger, name, &desc, json);
	text = json_text(json);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

static int32_t
contract_get(bsn_ledger *ledger, bsn_slice contract, bsn_reply *reply,
	     bsn_err *err)
{
	g_autofree char *name = NULL;
	int32_t status = contract_resolve(&ledger->suite, ledger->config->name,
					  contract, &name, NULL);

	if (status != BSN_OK)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no contract of that name");
	return get_named(ledger, name, reply, err);
}

const bsn_contract_ops xuper_contract_ops = {
	.size = sizeof(bsn_contract_ops),
	.check = check_ask,
	.list = contract_list,
	.get = contract_get,
};
