/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-native/code.h"

#include <bsn/helpers/error.h>

#include "plugins/chaincode/package.h"

/* Bytes of native.json. */
#define FILE_MAX 4096u
#define METADATA "META-INF/"

typedef struct {
	json_t *json;
	bsn_err *err;
} Found;

static int32_t
visit(const ChaincodeFile *file, gpointer data)
{
	Found *found = data;

	/* The engine's: indexes. */
	if (g_str_has_prefix(file->path, METADATA))
		return BSN_OK;
	if (strcmp(file->path, NATIVE_FILE) != 0)
		return bsn_fail(found->err, BSN_BAD_REQUEST,
				"the code of a native package is " NATIVE_FILE
				" and what is below " METADATA ", not %s",
				file->path);
	if (found->json != NULL)
		return bsn_fail(found->err, BSN_BAD_REQUEST,
				"the package has " NATIVE_FILE " twice");
	if (file->data.len <= FILE_MAX)
		found->json = native_json(file->data);
	return found->json != NULL
		       ? BSN_OK
		       : bsn_fail(found->err, BSN_BAD_REQUEST,
				  NATIVE_FILE " is no JSON object of at most "
					      "%u bytes",
				  FILE_MAX);
}

static int32_t
read_version(const json_t *json, guint *version, bsn_err *err)
{
	const json_t *value = json_object_get(json, "version");

	*version = 1;
	if (value == NULL)
		return BSN_OK;
	if (!json_is_integer(value) || json_integer_value(value) < 1 ||
	    json_integer_value(value) > G_MAXINT32)
		return bsn_fail(err, BSN_BAD_REQUEST,
				NATIVE_FILE ": version must be a number from "
					    "1 on");
	*version = (guint)json_integer_value(value);
	return BSN_OK;
}

static int32_t
read_json(const json_t *json, const NativeContract **contract, guint *version,
	  bsn_err *err)
{
	const char *name = json_string_value(json_object_get(json, "contract"));
	g_autofree char *names = native_contract_names();

	*contract = name != NULL ? native_contract(bsn_slice_str(name)) : NULL;
	if (*contract == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				NATIVE_FILE ": contract must be one of %s",
				names);
	return read_version(json, version, err);
}

int32_t
native_code_read(bsn_slice bytes, const NativeContract **contract,
		 guint *version, bsn_err *err)
{
	g_autoptr(ChaincodePackage) package = NULL;
	Found found = { NULL, err };
	int32_t status = chaincode_package_read(bytes, &package, err);

	if (status != BSN_OK)
		return status;
	if (strcmp(package->type, NATIVE_TYPE) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the package is of type %s, not " NATIVE_TYPE,
				package->type);
	status = chaincode_package_files(package, visit, &found, err);
	if (status == BSN_OK && found.json == NULL)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "the package has no " NATIVE_FILE);
	if (status == BSN_OK)
		status = read_json(found.json, contract, version, err);
	json_decref(found.json);
	return status;
}
