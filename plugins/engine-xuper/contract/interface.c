/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/interface.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/sandbox-private.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/services.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

/* Interfaces that are kept; with one more all are forgotten. */
#define KEPT_MAX 256u

const bsn_hash *
interface_hash(void)
{
	return services.crypto->hash("keccak-256");
}

AbiInterface *
interface_parse(bsn_slice json, int32_t *status, bsn_err *err)
{
	g_autoptr(json_t) value =
		json_parse(json, INTERFACE_MAX, "abi", status, err);
	AbiInterface *abi;

	if (value == NULL)
		return NULL;
	abi = abi_interface_new(value, interface_hash(), err);
	*status = abi != NULL ? BSN_OK : BSN_BAD_REQUEST;
	return abi;
}

/* ---- kept ones --------------------------------------------------------- */

/* Which value of XModel it is: that transaction is of one chain only. */
typedef struct {
	guint8 txid[HASH_LEN];
	gint32 offset;
} Key;

static GMutex lock;
static GHashTable *kept; /* GBytes of a Key -> Interface */

static Interface *
find_kept(GBytes *key)
{
	Interface *found = NULL;

	g_mutex_lock(&lock);
	if (kept != NULL)
		found = g_hash_table_lookup(kept, key);
	if (found != NULL)
		interface_ref(found);
	g_mutex_unlock(&lock);
	return found;
}

static void
keep(GBytes *key, Interface *interface)
{
	g_mutex_lock(&lock);
	if (kept == NULL)
		kept = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					     (GDestroyNotify)g_bytes_unref,
					     (GDestroyNotify)interface_unref);
	if (g_hash_table_size(kept) >= KEPT_MAX)
		g_hash_table_remove_all(kept);
	g_hash_table_replace(kept, g_bytes_ref(key), interface_ref(interface));
	g_mutex_unlock(&lock);
}

static GBytes *
key_of(const XVersion *version)
{
	Key key = { .offset = version->offset };

	memcpy(key.txid, version->txid, HASH_LEN);
	return g_bytes_new(&key, sizeof(key));
}

static Interface *
make(bsn_slice json)
{
	int32_t status;
	AbiInterface *abi = interface_parse(json, &status, NULL);
	Interface *interface;

	if (abi == NULL)
		return NULL;
	interface = g_new(Interface, 1);
	*interface = (Interface){ 1, abi };
	return interface;
}

static Interface *
find_or_make(const XVersion *version, bsn_slice json)
{
	g_autoptr(GBytes) key = key_of(version);
	Interface *interface = find_kept(key);

	if (interface != NULL)
		return interface;
	interface = make(json);
	if (interface != NULL)
		keep(key, interface);
	return interface;
}

Interface *
interface_of(Sandbox *box, bsn_slice name)
{
	g_autofree char *key = contract_key(name, "abi");
	bsn_slice json;
	Entry *entry;

	if (!contract_name_valid(name) ||
	    sandbox_entry(box, bsn_slice_str(BUCKET_CONTRACT),
			  bsn_slice_str(key), &entry, NULL) != BSN_OK ||
	    !entry_value(entry, &json) || json.len == 0)
		return NULL;
	return entry->written != NULL ? make(json) :
					find_or_make(&entry->version, json);
}

Interface *
interface_ref(Interface *interface)
{
	g_atomic_int_inc(&interface->refs);
	return interface;
}

void
interface_unref(Interface *interface)
{
	if (interface == NULL || !g_atomic_int_dec_and_test(&interface->refs))
		return;
	abi_interface_free(interface->abi);
	g_free(interface);
}

/* ---- methods ----------------------------------------------------------- */

static int32_t
fail_method(bsn_slice method, const char *wanted, bsn_err *err)
{
	g_autofree char *quoted = quote_text(method);

	return bsn_fail(err, BSN_BAD_REQUEST,
			"the input is not for method %s: %s", quoted, wanted);
}

/* Of a function that no interface tells of: its signature proves itself. */
static int32_t
check_signature(bsn_slice method, bsn_slice input, bsn_err *err)
{
	g_autoptr(AbiFunction) function = NULL;

	if (memchr(method.data, '(', method.len) != NULL)
		function = abi_function_from_signature(
			method, interface_hash(), NULL);
	if (function != NULL &&
	    memcmp(function->selector, input.data, ABI_SELECTOR_LEN) == 0)
		return BSN_OK;
	return fail_method(method,
			   "the contract's interface does not tell what it is "
			   "for, so that the method must be its signature, "
			   "\"name(type,...)\"",
			   err);
}

int32_t
interface_check(const AbiInterface *abi, bsn_slice method, bsn_slice input,
		const AbiFunction **function, bsn_err *err)
{
	*function = NULL;
	if (input.len < ABI_SELECTOR_LEN)
		return method.len == 0 ?
			       BSN_OK :
			       fail_method(method, "it has no selector", err);
	if (abi != NULL)
		*function = abi_find_selector(abi, input);
	if (method.len == 0)
		return fail_method(method, "it has a selector", err);
	if (*function == NULL)
		return check_signature(method, input, err);
	if (bsn_slice_equal(method, bsn_slice_str((*function)->name)))
		return BSN_OK;
	return fail_method(method, (*function)->name, err);
}

json_t *
interface_results(const AbiFunction *function, bsn_slice output)
{
	g_autoptr(json_t) values = NULL;

	if (function->outputs == NULL)
		return NULL;
	values = abi_decode(function->outputs, output, NULL);
	if (values == NULL)
		return NULL;
	if (json_array_size(values) == 0)
		return json_null();
	if (json_array_size(values) == 1)
		return json_incref(json_array_get(values, 0));
	return g_steal_pointer(&values);
}
