/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-native/native.h"

static const NativeContract *const contracts[] = {
	&native_asset,
	&native_bank,
	&native_conform,
	&native_evidence,
	&native_tally,
	&native_vault,
};

const NativeContract *
native_contract(bsn_slice name)
{
	for (guint i = 0; i < G_N_ELEMENTS(contracts); i++)
		if (bsn_slice_equal(bsn_slice_str(contracts[i]->name), name))
			return contracts[i];
	return NULL;
}

char *
native_contract_names(void)
{
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(contracts); i++)
		g_string_append_printf(list, "%s%s", i > 0 ? ", " : "",
				       contracts[i]->name);
	return g_string_free(list, FALSE);
}
