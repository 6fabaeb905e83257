/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts, their ACLs and contracts.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/identity/acl.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/kernel/value.h"
#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/codec/message_json.h"
#include "plugins/kit/sink.h"

static Layer *
head_of(const SdkCall *call)
{
	return ledger_head(call->ledger->ledger)->layer;
}

/* What stands behind "OWNER\x01" in a bucket: texts, in the arena. */
static int32_t
list(SdkCall *call, const char *bucket, const char *owner, guint max,
     char ***texts, size_t *n, bsn_err *err)
{
	g_autoptr(Sandbox) box = sdk_sandbox(call, head_of(call));
	g_autofree char *prefix = g_strconcat(owner, BUCKETS_JOIN, NULL);
	g_autoptr(GPtrArray) entries = value_entries_new();
	int32_t status;

	*n = 0;
	*texts = NULL;
	if (strlen(prefix) > XMODEL_KEY_MAX)
		return BSN_OK;
	status = value_scan(box, bucket, prefix, max, entries, NULL, err);
	*texts = arena_room(&call->arena, (entries->len + 1) * sizeof(char *));
	for (; *n < entries->len; (*n)++)
		(*texts)[*n] = sdk_text(
			call, ((const ValueEntry *)entries->pdata[*n])->key);
	return status;
}

int32_t
sdk_get_account_by_ak(SdkCall *call, bsn_err *err)
{
	const Pb__AK2AccountRequest *in = call->request;
	Pb__AK2AccountResponse *out =
		sdk_new(call, &pb__ak2_account_response__descriptor);
	int32_t status = sdk_chain(call, in->bcname, err);

	out->header = sdk_header(call, in->header);
	out->bcname = call->ledger->config->name;
	call->answer = out;
	return status == BSN_OK ? list(call, BUCKET_ADDRESS_ACCOUNT,
				       in->address, SDK_LIST_MAX,
				       &out->account, &out->n_account, err)
				: status;
}

/* ---- contracts ---- */

/* NULL: it was uninstalled, or is not there. */
static Pb__ContractStatus *
contract_status(SdkCall *call, const char *name)
{
	g_autofree char *key = contract_key(bsn_slice_str(name), "desc");
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_auto(ContractDesc) desc = { 0 };
	Pb__ContractStatus *out;
	XVersion version;

	if (xmodel_get(head_of(call), bsn_slice_str(BUCKET_CONTRACT),
		       bsn_slice_str(key), &version, value, NULL) != BSN_OK ||
	    !version.there ||
	    contract_desc_read(buffer_slice(value), &desc, NULL) != BSN_OK ||
	    desc.state == CONTRACT_UNINSTALLED)
		return NULL;
	out = sdk_new(call, &pb__contract_status__descriptor);
	out->contract_name = sdk_text(call, name);
	out->txid = arena_hex(&call->arena, version.txid, HASH_LEN);
	out->desc = sdk_bytes(call, bsn_slice_of(desc.digest, HASH_LEN));
	out->is_banned = desc.state == CONTRACT_FROZEN;
	if (desc.runtime != NULL)
		out->runtime = sdk_text(call, desc.runtime);
	return out;
}

/* *room: how many may still be looked at; counted down. */
static int32_t
contracts_of(SdkCall *call, const char *account, guint *room,
	     Pb__ContractStatus ***found, size_t *n_found, bsn_err *err)
{
	char **names;
	size_t n;
	int32_t status = list(call, BUCKET_ACCOUNT_CONTRACT, account, *room,
			      &names, &n, err);

	*n_found = 0;
	*room -= (guint)n;
	*found = arena_room(&call->arena, (n + 1) * sizeof(**found));
	for (size_t i = 0; i < n && status == BSN_OK; i++) {
		Pb__ContractStatus *one = contract_status(call, names[i]);

		if (one != NULL)
			(*found)[(*n_found)++] = one;
	}
	return status;
}

int32_t
sdk_get_account_contracts(SdkCall *call, bsn_err *err)
{
	const Pb__GetAccountContractsRequest *in = call->request;
	Pb__GetAccountContractsResponse *out =
		sdk_new(call, &pb__get_account_contracts_response__descriptor);
	int32_t status = sdk_chain(call, in->bcname, err);
	guint room = SDK_LIST_MAX;

	out->header = sdk_header(call, in->header);
	call->answer = out;
	return status == BSN_OK ? contracts_of(call, in->account, &room,
					       &out->contracts_status,
					       &out->n_contracts_status, err)
				: status;
}

int32_t
sdk_get_address_contracts(SdkCall *call, bsn_err *err)
{
	const Pb__AddressContractsRequest *in = call->request;
	Pb__AddressContractsResponse *out =
		sdk_new(call, &pb__address_contracts_response__descriptor);
	int32_t status = sdk_chain(call, in->bcname, err);
	char **accounts = NULL;
	guint room = SDK_LIST_MAX;
	size_t n = 0;

	out->header = sdk_header(call, in->header);
	call->answer = out;
	if (status == BSN_OK)
		status = list(call, BUCKET_ADDRESS_ACCOUNT, in->address,
			      SDK_LIST_MAX, &accounts, &n, err);
	out->contracts = arena_room(&call->arena,
				    (n + 1) * sizeof(*out->contracts));
	for (size_t i = 0; i < n && status == BSN_OK; i++) {
		Pb__AccountContracts *entry =
			sdk_new(call, &pb__account_contracts__descriptor);

		entry->key = accounts[i];
		entry->value = sdk_new(call, &pb__contract_list__descriptor);
		status = contracts_of(call, accounts[i], &room,
				      &entry->value->contract_status,
				      &entry->value->n_contract_status, err);
		out->contracts[out->n_contracts++] = entry;
	}
	return status;
}

/* ---- ACLs ---- */

/* The record's bucket and key, which is to be freed. */
static char *
acl_key(const Pb__AclStatus *in, const char **bucket)
{
	if (in->contractname[0] == '\0') {
		*bucket = BUCKET_ACCOUNT;
		return g_strdup(in->accountname);
	}
	*bucket = BUCKET_METHOD_ACL;
	return g_strconcat(in->contractname, BUCKETS_JOIN, in->methodname,
			   NULL);
}

/* *acl NULL: there is none. */
static int32_t
read_acl(SdkCall *call, const Pb__AclStatus *in, Pb__Acl **acl, bsn_err *err)
{
	const char *bucket;
	g_autofree char *key = acl_key(in, &bucket);
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status = BSN_OK;
	XVersion version;

	*acl = NULL;
	if (strlen(key) == 0 || strlen(key) > XMODEL_KEY_MAX)
		return BSN_OK;
	status = xmodel_get(pool_layer(call->ledger->pool),
			    bsn_slice_str(bucket), bsn_slice_str(key),
			    &version, value, err);
	if (status != BSN_OK || !version.there ||
	    xmodel_is_deleted(buffer_slice(value)))
		return status;
	*acl = message_from_json(&call->arena, &pb__acl__descriptor, sdk_maps,
				 buffer_slice(value), ACL_MAX, &status, err);
	return status;
}

int32_t
sdk_query_acl(SdkCall *call, bsn_err *err)
{
	const Pb__AclStatus *in = call->request;
	Pb__AclStatus *out = sdk_new(call, &pb__acl_status__descriptor);
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status == BSN_OK)
		status = read_acl(call, in, &out->acl, err);
	out->header = sdk_header(call, in->header);
	out->bcname = call->ledger->config->name;
	out->accountname = in->accountname;
	out->contractname = in->contractname;
	out->methodname = in->methodname;
	out->confirmed = out->acl != NULL;
	call->answer = out;
	return status;
}
