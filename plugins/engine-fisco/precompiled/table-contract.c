/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1001 and the tables that it opens: Table, Condition.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/entry.h"
#include "plugins/engine-fisco/precompiled/table-contract.h"
#include "plugins/kit/u256.h"

/* ---- factories ---------------------------------------------------------- */

int32_t
table_contract_open(PrecompiledCall *call, TableAddress kind)
{
	g_auto(Table) table = { .name = NULL };
	guint8 address[ADDRESS_LEN] = { 0 };
	int32_t status =
		table_load_named(call, call->args[0].bytes, &table);

	if (status == BSN_OK)
		address_of_table(kind, table.id, address);
	else if (status != BSN_NOT_FOUND)
		return status;
	results_put_address(&call->results, address);
	return BSN_OK;
}

int32_t
table_contract_create(PrecompiledCall *call)
{
	gint64 code;
	int32_t status =
		table_create(call, call->args[0].bytes, call->args[1].bytes,
			     call->args[2].bytes, &code);

	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static int32_t
open_table(PrecompiledCall *call)
{
	return table_contract_open(call, TABLE_ADDRESS);
}

static const PrecompiledFunction factory_functions[] = {
	{ 0xf23f63c9, 0x59a48b65, "openTable(string)",
	  open_table, GAS_READS },
	{ 0x56004b6a, 0xc92a7801, "createTable(string,string,string)",
	  table_contract_create, GAS_WRITES },
};

const PrecompiledContract table_factory_contract = {
	"TableFactory", 0x1001, factory_functions,
	G_N_ELEMENTS(factory_functions)
};

/* ---- Table -------------------------------------------------------------- */

int32_t
table_contract_new_entry(PrecompiledCall *call)
{
	guint32 object;
	int32_t status = entry_make(call, NULL, bsn_slice_of(NULL, 0), NULL,
				    &object);

	if (status == BSN_OK)
		precompiled_put_object(call, object);
	return status;
}

static int32_t
new_condition(PrecompiledCall *call)
{
	guint32 object;
	int32_t status = precompiled_make(call, &condition_contract, &object);

	if (status == BSN_OK)
		precompiled_put_object(call, object);
	return status;
}

/* The called table, and the condition whose address is argument i. */
static int32_t
load_with_condition(PrecompiledCall *call, guint i, Table *table,
		    Condition *condition)
{
	const Object *object;
	int32_t status = precompiled_object_arg(call, i, &condition_contract,
						&object);

	if (status != BSN_OK)
		return status;
	*condition = condition_of_object(object);
	return table_load_called(call, table);
}

static int32_t
table_select(PrecompiledCall *call)
{
	g_autoptr(GPtrArray) rows = rows_new();
	g_auto(Condition) condition = { .comparisons = NULL };
	g_auto(Table) table = { .name = NULL };
	guint32 object;
	int32_t status = load_with_condition(call, 1, &table, &condition);

	if (status == BSN_OK)
		status = rows_select(call, &table, call->args[0].bytes,
				     &condition, rows);
	if (status == BSN_OK)
		status = entries_make(call, &table, call->args[0].bytes, rows,
				      &object);
	if (status == BSN_OK)
		precompiled_put_object(call, object);
	return status;
}

static int32_t
table_insert(PrecompiledCall *call)
{
	g_auto(Table) table = { .name = NULL };
	g_autoptr(GArray) fields = NULL;
	const Object *entry;
	gint64 code;
	int32_t status =
		precompiled_object_arg(call, 1, &entry_contract, &entry);

	if (status == BSN_OK)
		status = table_load_called(call, &table);
	if (status != BSN_OK)
		return status;
	fields = entry_fields(entry);
	status = rows_insert(call, &table, call->args[0].bytes, fields, &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static int32_t
table_update(PrecompiledCall *call)
{
	g_auto(Condition) condition = { .comparisons = NULL };
	g_auto(Table) table = { .name = NULL };
	g_autoptr(GArray) fields = NULL;
	const Object *entry;
	gint64 code;
	int32_t status =
		precompiled_object_arg(call, 1, &entry_contract, &entry);

	if (status == BSN_OK)
		status = load_with_condition(call, 2, &table, &condition);
	if (status != BSN_OK)
		return status;
	fields = entry_fields(entry);
	status = rows_update(call, &table, call->args[0].bytes, fields,
			     &condition, &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static int32_t
table_remove(PrecompiledCall *call)
{
	g_auto(Condition) condition = { .comparisons = NULL };
	g_auto(Table) table = { .name = NULL };
	gint64 code;
	int32_t status = load_with_condition(call, 1, &table, &condition);

	if (status == BSN_OK)
		status = rows_remove(call, &table, call->args[0].bytes,
				     &condition, &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static const PrecompiledFunction table_functions[] = {
	{ 0xe8434e39, 0xd8ac5957, "select(string,address)",
	  table_select, GAS_READS },
	{ 0x31afac36, 0x4c6f30c0, "insert(string,address)",
	  table_insert, GAS_WRITES },
	{ 0xbf2b70a1, 0x664b37d6, "update(string,address,address)",
	  table_update, GAS_WRITES },
	{ 0x28bb2117, 0x09ff42f0, "remove(string,address)",
	  table_remove, GAS_WRITES },
	{ 0x13db9346, 0x5887ab24, "newEntry()",
	  table_contract_new_entry, GAS_OBJECTS },
	{ 0x7857d7c9, 0xc74f8caf, "newCondition()",
	  new_condition, GAS_OBJECTS },
};

const PrecompiledContract table_contract = {
	"Table", 0, table_functions, G_N_ELEMENTS(table_functions)
};

/* ---- Condition ---------------------------------------------------------- */

static int32_t
add_comparison(PrecompiledCall *call, CompareOp op, bsn_slice value)
{
	const ObjectItem item = { (guint8)op, call->args[0].bytes, value };

	return precompiled_add(call, precompiled_self(call), &item);
}

static int32_t
compare_text(PrecompiledCall *call, CompareOp op)
{
	return add_comparison(call, op, call->args[1].bytes);
}

static int32_t
compare_number(PrecompiledCall *call, CompareOp op)
{
	g_autofree char *text = u256_to_text(call->args[1].bytes.data, TRUE);

	return add_comparison(call, op, bsn_slice_str(text));
}

#define COMPARISON(name, how, op)                                              \
	static int32_t name(PrecompiledCall *call)                             \
	{                                                                      \
		return how(call, op);                                          \
	}
COMPARISON(eq_text, compare_text, COMPARE_EQ)
COMPARISON(ne_text, compare_text, COMPARE_NE)
COMPARISON(eq_number, compare_number, COMPARE_EQ)
COMPARISON(ne_number, compare_number, COMPARE_NE)
COMPARISON(gt_number, compare_number, COMPARE_GT)
COMPARISON(ge_number, compare_number, COMPARE_GE)
COMPARISON(lt_number, compare_number, COMPARE_LT)
COMPARISON(le_number, compare_number, COMPARE_LE)

static int32_t
add_limit(PrecompiledCall *call, const Arg *offset, const Arg *count)
{
	guint64 from = 0, n;
	guint8 place[2 * sizeof(guint64)];
	ObjectItem item;

	if ((offset != NULL && !arg_count(offset, &from)) ||
	    !arg_count(count, &n))
		return precompiled_fail(call, "a limit is not below 0, and "
					      "below 2^63");
	item = condition_limit_item(from, n, place);
	return precompiled_add(call, precompiled_self(call), &item);
}

static int32_t
limit_count(PrecompiledCall *call)
{
	return add_limit(call, NULL, &call->args[0]);
}

static int32_t
limit_part(PrecompiledCall *call)
{
	return add_limit(call, &call->args[0], &call->args[1]);
}

static const PrecompiledFunction condition_functions[] = {
	{ 0xe44594b9, 0xd62b54b4, "EQ(string,int256)",
	  eq_number, GAS_OBJECTS },
	{ 0xcd30a1d1, 0xae763db5, "EQ(string,string)",
	  eq_text, GAS_OBJECTS },
	{ 0x39aef024, 0xf955264b, "NE(string,int256)",
	  ne_number, GAS_OBJECTS },
	{ 0x2783acf5, 0x966b0822, "NE(string,string)",
	  ne_text, GAS_OBJECTS },
	{ 0x08ad6333, 0xe1f10ee0, "GT(string,int256)",
	  gt_number, GAS_OBJECTS },
	{ 0x42f8dd31, 0x40b5f1ab, "GE(string,int256)",
	  ge_number, GAS_OBJECTS },
	{ 0xc31c9b65, 0x1ee88791, "LT(string,int256)",
	  lt_number, GAS_OBJECTS },
	{ 0xb6f23857, 0x2ec346c9, "LE(string,int256)",
	  le_number, GAS_OBJECTS },
	{ 0x2e0d738a, 0xbd8cb043, "limit(int256)",
	  limit_count, GAS_OBJECTS },
	{ 0x7ec1cc65, 0x32492737, "limit(int256,int256)",
	  limit_part, GAS_OBJECTS },
};

const PrecompiledContract condition_contract = {
	"Condition", 0, condition_functions, G_N_ELEMENTS(condition_functions)
};
