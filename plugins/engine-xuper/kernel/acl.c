/* SPDX-License-Identifier: Apache-2.0
 *
 * $acl: contract accounts, and who may act for them and call contracts' methods.
 */
#include "plugins/engine-xuper/identity/acl.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/kernel/value.h"

#define METHOD_NAME_MAX 128u
/* Accounts or contracts that one question answers. */
#define LIST_MAX 1000u
/* A change of an ACL costs a thousandth of a new account, as in XuperChain. */
#define CHANGE_PART 1000u

static void
charge(KernelCall *call, guint64 part)
{
	sandbox_use(call->box, RESOURCE_XFEE,
		    sandbox_env(call->box)->config->new_account_fee / part);
}

/* Whom an ACL names must be somebody: an address or an account. */
typedef struct {
	gboolean fine;
	GHashTable *addresses; /* texts; each once */
} Mentioned;

static void
note_mention(void *owner, bsn_slice name)
{
	Mentioned *mentioned = owner;

	if (address_valid(name))
		g_hash_table_add(mentioned->addresses,
				 g_strndup((const char *)name.data, name.len));
	else if (!account_valid(name))
		mentioned->fine = FALSE;
}

static GHashTable *
addresses_of(const Acl *acl, bsn_err *err)
{
	Mentioned mentioned = {
		TRUE, g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					    NULL)
	};

	acl_mentions(acl, note_mention, &mentioned);
	if (mentioned.fine)
		return mentioned.addresses;
	g_hash_table_unref(mentioned.addresses);
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the argument acl names something that is neither an address "
		 "nor an account");
	return NULL;
}

/* The addresses that an ACL names; NULL: it is none. */
static GHashTable *
read_acl(bsn_slice json, int32_t *status, bsn_err *err)
{
	g_autoptr(Acl) acl = NULL;
	GHashTable *addresses;

	*status = BSN_BAD_REQUEST;
	if (json.len == 0) {
		bsn_fail(err, BSN_BAD_REQUEST, "the argument acl is missing");
		return NULL;
	}
	acl = acl_parse(json, status, err);
	if (acl == NULL)
		return NULL;
	addresses = addresses_of(acl, err);
	*status = addresses != NULL ? BSN_OK : BSN_BAD_REQUEST;
	return addresses;
}

/* ---- accounts ---------------------------------------------------------- */

/* Which accounts an address is in, so that people find them. Addresses in order,
 * so that all nodes write alike. */
static int32_t
link_address(KernelCall *call, const char *address, const char *account,
	     gboolean there, bsn_err *err)
{
	g_autofree char *key =
		g_strconcat(address, BUCKETS_JOIN, account, NULL);

	if (there)
		return value_put_text(call->box, BUCKET_ADDRESS_ACCOUNT, key,
				      BUCKETS_TRUE, err);
	return value_delete(call->box, BUCKET_ADDRESS_ACCOUNT, key, err);
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

/* Links those of `set` that are not in `other`. */
static int32_t
link_addresses(KernelCall *call, GHashTable *set, GHashTable *other,
	       const char *account, gboolean there, bsn_err *err)
{
	g_autoptr(GList) list =
		g_list_sort(g_hash_table_get_keys(set), compare_texts);
	int32_t status = BSN_OK;

	for (GList *at = list; status == BSN_OK && at != NULL; at = at->next)
		if (other == NULL || !g_hash_table_contains(other, at->data))
			status = link_address(call, at->data, account, there,
					      err);
	return status;
}

static int32_t
put_acl(KernelCall *call, const char *bucket, const char *key, bsn_slice acl,
	bsn_err *err)
{
	g_byte_array_set_size(call->output, 0);
	g_byte_array_append(call->output, acl.data, (guint)acl.len);
	return sandbox_put(call->box, bsn_slice_str(bucket),
			   bsn_slice_str(key), acl, err);
}

/* The full name of a new account, or NULL. */
static char *
new_name(const KernelCall *call, bsn_err *err)
{
	g_autofree char *digits =
		arg_text(call, "account_name", ACCOUNT_DIGITS, err);
	gboolean fine = digits != NULL && strlen(digits) == ACCOUNT_DIGITS;

	for (guint i = 0; fine && i < ACCOUNT_DIGITS; i++)
		fine = g_ascii_isdigit(digits[i]);
	if (fine)
		return g_strdup_printf(
			"XC%s@%s", digits,
			sandbox_env(call->box)->config->name);
	if (digits != NULL)
		bsn_fail(err, BSN_BAD_REQUEST,
			 "the argument account_name must have 16 digits");
	return NULL;
}

static int32_t
new_account(KernelCall *call, bsn_err *err)
{
	bsn_slice json = kernel_arg(call, "acl");
	g_autofree char *account = new_name(call, err);
	g_autoptr(GHashTable) addresses = NULL;
	int32_t status;

	if (account == NULL)
		return BSN_BAD_REQUEST;
	addresses = read_acl(json, &status, err);
	if (addresses == NULL)
		return status;
	status = sandbox_get(call->box, bsn_slice_str(BUCKET_ACCOUNT),
			     bsn_slice_str(account), call->output, err);
	if (status == BSN_OK)
		return bsn_fail(err, BSN_DUPLICATE, "there is an account %s",
				account);
	if (status == BSN_NOT_FOUND)
		status = put_acl(call, BUCKET_ACCOUNT, account, json, err);
	if (status == BSN_OK)
		status = link_addresses(call, addresses, NULL, account, TRUE,
					err);
	charge(call, 1);
	return status;
}

static char *
account_arg(const KernelCall *call, bsn_err *err)
{
	g_autofree char *account =
		arg_text(call, "account_name", ACCOUNT_MAX - 1, err);
	const char *chain = sandbox_env(call->box)->config->name;

	if (account == NULL || account_of_chain(bsn_slice_str(account),
						bsn_slice_str(chain)))
		return g_steal_pointer(&account);
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the argument account_name must be an account of this chain: "
		 "XC, 16 digits, @%s",
		 chain);
	return NULL;
}

/* Reads an account's ACL into the output. */
static int32_t
get_account(KernelCall *call, const char *account, bsn_err *err)
{
	int32_t status =
		sandbox_get(call->box, bsn_slice_str(BUCKET_ACCOUNT),
			    bsn_slice_str(account), call->output, err);

	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "there is no account %s", account);
	return status;
}

static int32_t
set_account_acl(KernelCall *call, bsn_err *err)
{
	bsn_slice json = kernel_arg(call, "acl");
	g_autofree char *account = account_arg(call, err);
	g_autoptr(GHashTable) before = NULL;
	g_autoptr(GHashTable) after = NULL;
	int32_t status;

	if (account == NULL)
		return BSN_BAD_REQUEST;
	after = read_acl(json, &status, err);
	if (after == NULL)
		return status;
	status = get_account(call, account, err);
	if (status == BSN_OK)
		status = may_act_for(call, account, err);
	if (status != BSN_OK)
		return status;
	before = read_acl(bsn_slice_of(call->output->data, call->output->len),
			  &status, err);
	if (before == NULL)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the ACL of %s cannot be read", account);
	status = put_acl(call, BUCKET_ACCOUNT, account, json, err);
	if (status == BSN_OK)
		status = link_addresses(call, before, after, account, FALSE,
					err);
	if (status == BSN_OK)
		status = link_addresses(call, after, before, account, TRUE,
					err);
	charge(call, CHANGE_PART);
	return status;
}

/* ---- methods of contracts ---------------------------------------------- */

/* The key of a method's ACL, or NULL. Out: contract, to be freed. */
static char *
method_key(const KernelCall *call, char **contract, bsn_err *err)
{
	g_autofree char *method = NULL;

	*contract = arg_text(call, "contract_name", CONTRACT_NAME_MAX, err);
	if (*contract == NULL)
		return NULL;
	method = arg_text(call, "method_name", METHOD_NAME_MAX, err);
	if (method == NULL)
		return NULL;
	return g_strconcat(*contract, BUCKETS_JOIN, method, NULL);
}

static int32_t
set_method_acl(KernelCall *call, bsn_err *err)
{
	bsn_slice json = kernel_arg(call, "acl");
	g_autofree char *contract = NULL;
	g_autofree char *key = method_key(call, &contract, err);
	g_autofree char *owner = NULL;
	g_autoptr(GHashTable) addresses = NULL;
	int32_t status;

	if (key == NULL)
		return BSN_BAD_REQUEST;
	addresses = read_acl(json, &status, err);
	if (addresses == NULL)
		return status;
	owner = value_get_text(call->box, BUCKET_CONTRACT_ACCOUNT, contract,
			       &status, err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "there is no contract %s",
				contract);
	if (status == BSN_OK)
		status = may_act_for(call, owner, err);
	if (status == BSN_OK)
		status = put_acl(call, BUCKET_METHOD_ACL, key, json, err);
	charge(call, CHANGE_PART);
	return status;
}

/* ---- questions --------------------------------------------------------- */

static int32_t
query_account_acl(KernelCall *call, bsn_err *err)
{
	g_autofree char *account = account_arg(call, err);

	return account == NULL ? BSN_BAD_REQUEST
			       : get_account(call, account, err);
}

static int32_t
query_method_acl(KernelCall *call, bsn_err *err)
{
	g_autofree char *contract = NULL;
	g_autofree char *key = method_key(call, &contract, err);
	int32_t status;

	if (key == NULL)
		return BSN_BAD_REQUEST;
	status = sandbox_get(call->box, bsn_slice_str(BUCKET_METHOD_ACL),
			     bsn_slice_str(key), call->output, err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status,
				"that method has no ACL: anybody may call it");
	return status;
}

/* What stands behind "OWNER\x01" in a bucket, as a JSON array. */
static int32_t
list(KernelCall *call, const char *bucket, const char *owner, bsn_err *err)
{
	g_autofree char *prefix = g_strconcat(owner, BUCKETS_JOIN, NULL);
	g_autoptr(GPtrArray) entries = value_entries_new();
	g_autoptr(json_t) names = json_array();
	int32_t status = value_scan(call->box, bucket, prefix, LIST_MAX,
				    entries, NULL, err);

	for (guint i = 0; i < entries->len; i++) {
		const ValueEntry *entry = g_ptr_array_index(entries, i);

		json_array_append_new(names, json_string(entry->key));
	}
	answer_json(call, names);
	return status;
}

static int32_t
query_accounts(KernelCall *call, bsn_err *err)
{
	g_autofree char *address = arg_address(call, "address", err);

	return address == NULL ? BSN_BAD_REQUEST
			       : list(call, BUCKET_ADDRESS_ACCOUNT, address,
				      err);
}

static int32_t
query_contracts(KernelCall *call, bsn_err *err)
{
	g_autofree char *account = account_arg(call, err);

	return account == NULL ? BSN_BAD_REQUEST
			       : list(call, BUCKET_ACCOUNT_CONTRACT, account,
				      err);
}

const KernelMethod kernel_acl[] = {
	{ "$acl", "NewAccount", new_account, 0, "account_name, acl" },
	{ "$acl", "SetAccountAcl", set_account_acl, 0, "account_name, acl" },
	{ "$acl", "SetMethodAcl", set_method_acl, 0,
	  "contract_name, method_name, acl" },
	{ "$acl", "QueryAccountAcl", query_account_acl, KERNEL_READS,
	  "account_name" },
	{ "$acl", "QueryMethodAcl", query_method_acl, KERNEL_READS,
	  "contract_name, method_name" },
	{ "$acl", "QueryAddressAccounts", query_accounts, KERNEL_READS,
	  "address" },
	{ "$acl", "QueryAccountContracts", query_contracts, KERNEL_READS,
	  "account_name" },
	{ NULL, NULL, NULL, 0, NULL },
};
