/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/rights.h"

#include <bsn/helpers/bytes.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

int32_t
rights_begin(PrecompiledCall *call, Actor *actor)
{
	*actor = (Actor){ call->state, call->block, call->origin };
	if (call->read_only)
		return precompiled_fail(call, "a read-only call cannot change "
					      "the state");
	return BSN_OK;
}

int32_t
rights_put_json(PrecompiledCall *call, json_t *json)
{
	g_autofree char *text = json_text(json);

	results_put_bytes(&call->results, bsn_slice_str(text));
	json_decref(json);
	return BSN_OK;
}

json_t *
rights_hex(const guint8 *address)
{
	g_autofree char *text =
		hex_encode(bsn_slice_of(address, ADDRESS_LEN));

	return json_string(text);
}

json_t *
rights_entries(const GArray *entries, const char *table)
{
	json_t *array = json_array();

	for (guint i = 0; i < entries->len; i++) {
		const AccessEntry *entry =
			&g_array_index(entries, AccessEntry, i);
		json_t *json = json_pack("{s:o, s:o}", "address",
					 rights_hex(entry->address),
					 "enable_num",
					 json_sprintf("%" G_GUINT64_FORMAT,
						      entry->enable));

		if (table != NULL)
			json_object_set_new(json, "table_name",
					    json_string(table));
		json_array_append_new(array, json);
	}
	return array;
}

int32_t
rights_put_list(PrecompiledCall *call, const AccessKey *key,
		const char *table)
{
	g_autoptr(GArray) entries = NULL;
	int32_t status = access_load(call->state, key, &entries);

	if (status != BSN_OK)
		return status;
	return rights_put_json(call, rights_entries(entries, table));
}

gboolean
rights_address(const Arg *arg, guint8 *address)
{
	return hex_decode_fixed((const char *)arg->bytes.data, arg->bytes.len,
				address, ADDRESS_LEN);
}
