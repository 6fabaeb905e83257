/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/solidity/interface.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/solidity/encode.h"
#include "plugins/kit/solidity/signature.h"
#include "plugins/kit/reason.h"

void
abi_function_free(AbiFunction *function)
{
	if (function == NULL)
		return;
	g_free(function->name);
	g_free(function->signature);
	abi_type_free(function->inputs);
	abi_type_free(function->outputs);
	g_free(function);
}

char *
abi_signature_text(const char *name, const AbiType *inputs)
{
	GString *text = g_string_new(name);

	abi_type_name(inputs, text);
	return g_string_free(text, FALSE);
}

int32_t
abi_signature_digest(const char *signature, const bsn_hash *hash,
		     guint8 *digest, bsn_err *err)
{
	bsn_slice text = bsn_slice_str(signature);
	int32_t status;

	if (hash->digest_len != ABI_TOPIC_LEN)
		return bsn_fail(err, BSN_E_INVALID,
				"a selector needs a hash of 32 bytes, and %s "
				"has %u",
				hash->name, hash->digest_len);
	status = hash->digest(&text, 1, digest);
	if (status != BSN_OK)
		bsn_fail(err, status, "the hash %s failed", hash->name);
	return status;
}

int32_t
abi_function_sign(AbiFunction *function, const bsn_hash *hash, bsn_err *err)
{
	guint8 digest[ABI_TOPIC_LEN] = { 0 };
	int32_t status;

	function->signature =
		abi_signature_text(function->name, function->inputs);
	status = abi_signature_digest(function->signature, hash, digest, err);
	memcpy(function->selector, digest, ABI_SELECTOR_LEN);
	return status;
}

AbiFunction *
abi_function_from_signature(bsn_slice signature, const bsn_hash *hash,
			    bsn_err *err)
{
	g_autoptr(AbiFunction) function = NULL;
	gsize name;
	AbiType *inputs = abi_signature_parse(signature, &name, err);

	if (inputs == NULL)
		return NULL;
	function = g_new0(AbiFunction, 1);
	function->inputs = inputs;
	function->name = g_strndup((const char *)signature.data, name);
	if (abi_function_sign(function, hash, err) != BSN_OK)
		return NULL;
	return g_steal_pointer(&function);
}

int32_t
abi_encode_call(const AbiFunction *function, const json_t *args,
		GByteArray *out, bsn_err *err)
{
	guint before = out->len;
	int32_t status;

	if (function->name[0] != '\0')
		g_byte_array_append(out, function->selector,
				    ABI_SELECTOR_LEN);
	status = abi_encode(function->inputs, args, out, err);
	if (status != BSN_OK)
		g_byte_array_set_size(out, before);
	return status;
}

/* Whether the arguments have the number, and as an object the names, that a
 * function takes. */
static gboolean
args_fit(const AbiFunction *function, const json_t *args)
{
	const AbiType *inputs = function->inputs;
	gsize n = json_is_object(args) ? json_object_size(args)
				       : json_array_size(args);

	if (n != inputs->n_members)
		return FALSE;
	for (guint i = 0; json_is_object(args) && i < n; i++)
		if (json_object_get(args, inputs->members[i].name) == NULL)
			return FALSE;
	return TRUE;
}

/* "a(uint256), b()": the functions of a name, or all when it is NULL. */
static char *
list_functions(const AbiInterface *interface, const char *name)
{
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < interface->functions->len &&
			  list->len < BSN_REASON_MAX; i++) {
		const AbiFunction *function = interface->functions->pdata[i];

		if (name != NULL && strcmp(function->name, name) != 0)
			continue;
		g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "",
				       function->signature);
	}
	if (list->len == 0)
		g_string_append(list, "none");
	return g_string_free(list, FALSE);
}

static const AbiFunction *
fail_not_found(const AbiInterface *interface, bsn_slice name, int32_t *status,
	       bsn_err *err)
{
	g_autofree char *quoted = quote_text(name);
	g_autofree char *list = list_functions(interface, NULL);

	*status = bsn_fail(err, BSN_NOT_FOUND,
			   "there is no function %s; there are: %s", quoted,
			   list);
	return NULL;
}

static const AbiFunction *
find_by_signature(const AbiInterface *interface, bsn_slice signature,
		  int32_t *status, bsn_err *err)
{
	gsize len;
	g_autoptr(AbiType) inputs = abi_signature_parse(signature, &len, err);
	g_autofree char *name = NULL;
	g_autofree char *canonical = NULL;

	if (inputs == NULL) {
		*status = BSN_BAD_REQUEST;
		return NULL;
	}
	name = g_strndup((const char *)signature.data, len);
	canonical = abi_signature_text(name, inputs);
	for (guint i = 0; i < interface->functions->len; i++) {
		const AbiFunction *function = interface->functions->pdata[i];

		if (strcmp(function->signature, canonical) == 0)
			return function;
	}
	return fail_not_found(interface, signature, status, err);
}

/* No function of the name takes the arguments, or several do. */
static const AbiFunction *
fail_arguments(const AbiInterface *interface, const char *name, guint fitting,
	       int32_t *status, bsn_err *err)
{
	g_autofree char *list = list_functions(interface, name);

	*status = BSN_BAD_REQUEST;
	bsn_fail(err, BSN_BAD_REQUEST, "%s: there is %s",
		 fitting == 0 ? "the arguments do not fit"
			      : "more than one function fits: give its full "
				"signature",
		 list);
	return NULL;
}

static const AbiFunction *
find_by_name(const AbiInterface *interface, bsn_slice name, const json_t *args,
	     int32_t *status, bsn_err *err)
{
	const AbiFunction *only = NULL;
	const AbiFunction *found = NULL;
	guint named = 0;
	guint fitting = 0;

	for (guint i = 0; i < interface->functions->len; i++) {
		const AbiFunction *function = interface->functions->pdata[i];

		if (!bsn_slice_equal(bsn_slice_str(function->name), name))
			continue;
		only = function;
		named++;
		if (!args_fit(function, args))
			continue;
		found = function;
		fitting++;
	}
	if (named == 0)
		return fail_not_found(interface, name, status, err);
	/* One function alone: abi_encode says what is wrong, and where. */
	if (named == 1 || fitting == 1)
		return fitting == 1 ? found : only;
	return fail_arguments(interface, only->name, fitting, status, err);
}

const AbiFunction *
abi_find_function(const AbiInterface *interface, bsn_slice name,
		  const json_t *args, int32_t *status, bsn_err *err)
{
	int32_t ignored;

	if (status == NULL)
		status = &ignored;
	*status = BSN_OK;
	if (name.len > 0 && memchr(name.data, '(', name.len) != NULL)
		return find_by_signature(interface, name, status, err);
	return find_by_name(interface, name, args, status, err);
}

const AbiFunction *
abi_find_selector(const AbiInterface *interface, bsn_slice call_data)
{
	for (guint i = 0; call_data.len >= ABI_SELECTOR_LEN &&
			  i < interface->functions->len; i++) {
		const AbiFunction *function = interface->functions->pdata[i];

		if (memcmp(function->selector, call_data.data,
			   ABI_SELECTOR_LEN) == 0)
			return function;
	}
	return NULL;
}
