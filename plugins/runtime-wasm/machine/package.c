/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/package.h"

#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/chaincode/package.h"

#define METADATA "META-INF/"

typedef struct {
	GBytes *module;
	bsn_err *err;
} Found;

gboolean
wasm_is_package(bsn_slice bytes)
{
	return bytes.len >= 2 && bytes.data[0] == 0x1f && bytes.data[1] == 0x8b;
}

static int32_t
visit(const ChaincodeFile *file, gpointer data)
{
	Found *found = data;

	if (g_str_has_prefix(file->path, METADATA))
		return BSN_OK;
	if (!g_str_has_suffix(file->path, ".wasm"))
		return bsn_fail(found->err, BSN_BAD_REQUEST,
				"the code of a package of type wasm is one "
				".wasm file and what is below " METADATA
				", not %s",
				file->path);
	if (found->module != NULL)
		return bsn_fail(found->err, BSN_BAD_REQUEST,
				"the package has more than one .wasm file");
	found->module = g_bytes_new(file->data.data, file->data.len);
	return BSN_OK;
}

int32_t
wasm_package_read(bsn_slice bytes, GBytes **module, bsn_err *err)
{
	g_autoptr(ChaincodePackage) package = NULL;
	Found found = { NULL, err };
	int32_t status = chaincode_package_read(bytes, &package, err);

	if (status != BSN_OK)
		return status;
	if (strcmp(package->type, WASM_PACKAGE_TYPE) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the package is of type %s, not wasm",
				package->type);
	status = chaincode_package_files(package, visit, &found, err);
	if (status == BSN_OK && found.module == NULL)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "the package has no .wasm file");
	if (status == BSN_OK)
		*module = g_steal_pointer(&found.module);
	g_clear_pointer(&found.module, g_bytes_unref);
	return status;
}
