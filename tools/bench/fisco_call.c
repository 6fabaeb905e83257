/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/fisco_call.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/solidity/interface.h"
#include "tools/bench/keys.h"
#include "tools/ctl/error.h"

struct FiscoCall {
	char *name;
	AbiInterface *interface;     /* holds `function`, or */
	AbiFunction *own;	     /* it is this */
	const AbiFunction *function; /* NULL: by name, as WebAssembly's are */
};

void
fisco_call_free(FiscoCall *call)
{
	if (call == NULL)
		return;
	abi_interface_free(call->interface);
	abi_function_free(call->own);
	g_free(call->name);
	g_free(call);
}

/* ---- ways to encode ----------------------------------------------------- */

static FiscoCall *
by_interface(const char *function, const json_t *interface, const json_t *args,
	     const bsn_hash *hash)
{
	g_autoptr(FiscoCall) call = g_new0(FiscoCall, 1);
	int32_t status;

	call->interface = abi_interface_new(interface, hash, NULL);
	if (call->interface == NULL)
		return NULL;
	call->function = abi_find_function(
		call->interface, bsn_slice_str(function), args, &status, NULL);
	return call->function != NULL ? g_steal_pointer(&call) : NULL;
}

static FiscoCall *
by_signature(const char *function, const bsn_hash *hash)
{
	g_autoptr(FiscoCall) call = g_new0(FiscoCall, 1);

	call->own = abi_function_from_signature(bsn_slice_str(function), hash,
						NULL);
	call->function = call->own;
	return call->function != NULL ? g_steal_pointer(&call) : NULL;
}

static FiscoCall *
by_name(const char *function)
{
	FiscoCall *call = g_new0(FiscoCall, 1);

	call->name = g_strdup(function);
	return call;
}

/* Whether it leads to what the chain made. */
static gboolean
fits(const FiscoCall *call, json_t *args, bsn_slice data)
{
	g_autoptr(GByteArray) made = g_byte_array_new();

	return call != NULL && fisco_call_encode(call, args, made, NULL) &&
	       made->len == data.len &&
	       memcmp(made->data, data.data, data.len) == 0;
}

FiscoCall *
fisco_call_find(const char *function, const json_t *interface,
		const json_t *args, bsn_slice data, GError **error)
{
	static const char *const hashes[] = { "keccak-256", "sm3" };
	json_t *words = json_deep_copy(args);
	FiscoCall *found = NULL;

	for (guint i = 0; i < 2 * G_N_ELEMENTS(hashes) + 1; i++) {
		const bsn_hash *hash =
			i > 0 ? keys_hash(hashes[(i - 1) / 2], error) : NULL;

		if (i > 0 && hash == NULL)
			break;
		if (i == 0)
			found = by_name(function);
		else if (i % 2 == 1)
			found = interface != NULL
					? by_interface(function, interface,
						       words, hash)
					: NULL;
		else
			found = by_signature(function, hash);
		if (fits(found, words, data))
			break;
		g_clear_pointer(&found, fisco_call_free);
	}
	json_decref(words);
	if (found == NULL && (error == NULL || *error == NULL))
		ctl_fail(error, CTL_ERROR_FAILED,
			 "how the chain encodes calls of '%s' is not known "
			 "here\nHave the host sign: signing = hosted.",
			 function);
	return found;
}

/* ---- encoding ----------------------------------------------------------- */

static int32_t
encode_named(const FiscoCall *call, json_t *args, GByteArray *out, bsn_err *err)
{
	char *text = json_dumps(args, JSON_COMPACT | JSON_ENCODE_ANY);
	int32_t status;

	arguments_call(out, bsn_slice_str(call->name));
	status = arguments_from_json(bsn_slice_str(text), out, err);
	free(text);
	return status;
}

gboolean
fisco_call_encode(const FiscoCall *call, json_t *args, GByteArray *out,
		  GError **error)
{
	bsn_err err = BSN_ERR_INIT;
	const int32_t status =
		call->function != NULL
			? abi_encode_call(call->function, args, out, &err)
			: encode_named(call, args, out, &err);

	return status == BSN_OK
		       ? TRUE
		       : ctl_fail(error, CTL_ERROR_FAILED,
				  "the arguments do not fit: %s", err.reason);
}
