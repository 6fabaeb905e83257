/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/code.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/wasm_section.h"
#include "plugins/runtime-wasm/machine/gas.h"
#include "plugins/runtime-wasm/machine/policy.h"

/* ---- functions ------------------------------------------------------------ */

gboolean
wasm_is_entry_type(const WasmModule *module, guint32 function)
{
	const WasmType *type = &module->types[module->funcs[function].type];

	return type->n_params == 0 && type->n_results == 0;
}

static gint64
entry_of(const WasmModule *module, bsn_slice name)
{
	const WasmExport *export =
		wasm_module_export(module, WASM_FUNC, name);

	return export != NULL && wasm_is_entry_type(module, export->index) ?
		       (gint64)export->index :
		       -1;
}

gint64
wasm_own_function(const WasmModule *module, const char *name)
{
	return entry_of(module, bsn_slice_str(name));
}

gint64
wasm_callable(const WasmModule *module, bsn_slice name)
{
	return wasm_name_is_callable(name) ? entry_of(module, name) : -1;
}

/* ---- what a create is given ----------------------------------------------- */

static gboolean
is_arguments(guint8 id, bsn_slice *contents)
{
	bsn_slice name;

	return id == 0 && wasm_take_bytes(contents, &name) &&
	       bsn_slice_equal(name, bsn_slice_str(WASM_ARGUMENTS));
}

void
wasm_split(bsn_slice input, bsn_slice *module, bsn_slice *arguments)
{
	bsn_slice rest = input, contents = { NULL, 0 };
	guint64 last = 0;
	guint8 id = 1;

	*module = input;
	*arguments = bsn_slice_of(NULL, 0);
	if (input.len <= WASM_HEADER_LEN)
		return;
	rest.data += WASM_HEADER_LEN;
	rest.len -= WASM_HEADER_LEN;
	while (rest.len > 0) {
		last = input.len - rest.len;
		if (!wasm_take_section(&rest, &id, &contents))
			return;
	}
	if (!is_arguments(id, &contents))
		return;
	module->len = last;
	*arguments = contents;
}

/* ---- making it ------------------------------------------------------------ */

int32_t
wasm_rules(const char *rules, gboolean *floats, bsn_err *err)
{
	*floats = g_strcmp0(rules, "1-floats") == 0;
	if (rules == NULL || *floats || strcmp(rules, "1") == 0)
		return BSN_OK;
	return bsn_fail(err, BSN_E_INVALID,
			"block.rules is \"%s\"; it must be 1 or 1-floats",
			rules);
}

int32_t
wasm_code_make(bsn_slice bytes, gboolean floats, WasmCode **code, bsn_err *err)
{
	g_autoptr(WasmModule) module = NULL;
	int32_t status = wasm_module_read(bytes, &module, err);

	if (status == BSN_OK)
		status = wasm_policy_refuses(module, floats, err);
	return status == BSN_OK ?
		       wasm_code_new(g_steal_pointer(&module), code, err) :
		       status;
}

/* Of what is deployed: it was taken by the rules of its time. */
static int32_t
translate(bsn_slice bytes, WasmCode **code)
{
	WasmModule *module = NULL;
	const int32_t status = wasm_module_read(bytes, &module, NULL);

	return status == BSN_OK ? wasm_code_new(module, code, NULL) : status;
}

/* ---- where it is ---------------------------------------------------------- */

static int32_t
pay(guint64 *gas, guint64 bytes)
{
	const guint64 price = bytes * GAS_FIND_BYTE;
	const gboolean enough = *gas >= price;

	*gas = enough ? *gas - price : 0;
	return enough ? BSN_OK : BSN_OUT_OF_BUDGET;
}

static int32_t
load(Journal *journal, const guint8 *digest, guint64 *gas, WasmCode **code)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const StoreKey key = wasm_code_key(digest);
	int32_t status = wasm_journal_get_fixed(journal, wasm_key_slice(&key),
						WASM_BYTES_MAX, bytes);

	if (status == BSN_OK && pay(gas, bytes->len) != BSN_OK)
		return BSN_OUT_OF_BUDGET;
	if (status == BSN_OK)
		status = translate(buffer_slice(bytes), code);
	if (status == BSN_OK)
		wasm_cache_add(digest, *code);
	return status == BSN_OK || status < 0 ? status : BSN_E_CORRUPT;
}

int32_t
wasm_code_of(Journal *journal, bsn_slice contract, guint64 *gas,
	     WasmCode **code)
{
	g_autoptr(GByteArray) digest = g_byte_array_new();
	const StoreKey key = wasm_record_key(contract);
	const int32_t status = wasm_journal_get(journal, wasm_key_slice(&key),
						WASM_DIGEST_LEN, digest);

	if (status != BSN_OK)
		return status == BSN_TOO_LARGE ? BSN_E_CORRUPT : status;
	if (digest->len != WASM_DIGEST_LEN)
		return BSN_E_CORRUPT;
	*code = wasm_cache_find(digest->data);
	if (*code == NULL)
		return load(journal, digest->data, gas, code);
	if (pay(gas, wasm_code_module(*code)->len) == BSN_OK)
		return BSN_OK;
	g_clear_pointer(code, wasm_code_unref);
	return BSN_OUT_OF_BUDGET;
}

int32_t
wasm_code_keep(Journal *journal, bsn_slice contract, bsn_slice module,
	       WasmCode *code)
{
	const StoreKey record = wasm_record_key(contract);
	guint8 digest[WASM_DIGEST_LEN];
	StoreKey key;
	int32_t status;

	wasm_digest(module, digest);
	key = wasm_code_key(digest);
	status = wasm_writes_put(&journal->writes, wasm_key_slice(&key),
				 module);
	if (status == BSN_OK)
		status = wasm_writes_put(&journal->writes,
					 wasm_key_slice(&record),
					 bsn_slice_of(digest, sizeof(digest)));
	if (status == BSN_OK)
		wasm_cache_add(digest, code);
	return status;
}
