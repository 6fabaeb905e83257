/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1010 and the tables that it opens: one row for each key.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/entry.h"
#include "plugins/engine-fisco/precompiled/table-contract.h"

static int32_t
open_table(PrecompiledCall *call)
{
	return table_contract_open(call, KV_TABLE_ADDRESS);
}

static const PrecompiledFunction factory_functions[] = {
	{ 0xf23f63c9, 0x59a48b65, "openTable(string)",
	  open_table, GAS_READS },
	{ 0x56004b6a, 0xc92a7801, "createTable(string,string,string)",
	  table_contract_create, GAS_WRITES },
};

const PrecompiledContract kv_table_factory_contract = {
	"KVTableFactory", 0x1010, factory_functions,
	G_N_ELEMENTS(factory_functions)
};

/* Whether there is a row, and the Entry, an empty one when there is none. */
static int32_t
get(PrecompiledCall *call)
{
	g_autoptr(GPtrArray) rows = rows_new();
	g_auto(Table) table = { .name = NULL };
	const Condition first = { .count = 1 };
	bsn_slice key = call->args[0].bytes;
	guint32 object;
	int32_t status = table_load_called(call, &table);

	if (status == BSN_OK)
		status = rows_select(call, &table, key, &first, rows);
	if (status == BSN_OK)
		status = entry_make(call, &table, key,
				    rows->len > 0 ? rows->pdata[0] : NULL,
				    &object);
	if (status != BSN_OK)
		return status;
	results_put_bool(&call->results, rows->len > 0);
	precompiled_put_object(call, object);
	return BSN_OK;
}

static int32_t
set(PrecompiledCall *call)
{
	g_auto(Table) table = { .name = NULL };
	g_autoptr(GArray) fields = NULL;
	const Condition first = { .count = 1 };
	bsn_slice key = call->args[0].bytes;
	const Object *entry;
	gint64 code;
	int32_t status =
		precompiled_object_arg(call, 1, &entry_contract, &entry);

	if (status == BSN_OK)
		status = table_load_called(call, &table);
	if (status != BSN_OK)
		return status;
	fields = entry_fields(entry);
	status = rows_update(call, &table, key, fields, &first, &code);
	if (status == BSN_OK && code == 0)
		status = rows_insert(call, &table, key, fields, &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static const PrecompiledFunction functions[] = {
	{ 0x693ec85e, 0x7b1b8e03, "get(string)",
	  get, GAS_READS },
	{ 0xa815ff15, 0x517c4dd9, "set(string,address)",
	  set, GAS_WRITES },
	{ 0x13db9346, 0x5887ab24, "newEntry()",
	  table_contract_new_entry, GAS_OBJECTS },
};

const PrecompiledContract kv_table_contract = {
	"KVTable", 0, functions, G_N_ELEMENTS(functions)
};
