/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/code.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/gas.h"
#include "plugins/runtime-wasm/machine/policy.h"

#define SECTION "bsn.arguments"
#define HEADER 8u /* bytes of a module before its first section */

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
	if (name.len == 0 || name.data[0] == '_' ||
	    bsn_slice_equal(name, bsn_slice_str(WASM_INITIALIZE)) ||
	    bsn_slice_equal(name, bsn_slice_str(WASM_UPGRADE)))
		return -1;
	return entry_of(module, name);
}

/* ---- what a create is given ----------------------------------------------- */

/* A number in LEB128 of at most 32 bits, off the front. */
static gboolean
take_leb(bsn_slice *rest, guint64 *number)
{
	*number = 0;
	for (guint shift = 0; shift < 35 && rest->len > 0; shift += 7) {
		const guint8 byte = *rest->data++;

		rest->len--;
		*number |= (guint64)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The contents of the next section; FALSE: what comes is none. */
static gboolean
take_section(bsn_slice *rest, guint8 *id, bsn_slice *contents)
{
	guint64 len;

	if (rest->len == 0)
		return FALSE;
	*id = *rest->data++;
	rest->len--;
	if (!take_leb(rest, &len) || len > rest->len)
		return FALSE;
	*contents = bsn_slice_of(rest->data, len);
	rest->data += len;
	rest->len -= len;
	return TRUE;
}

static gboolean
is_arguments(guint8 id, bsn_slice *contents)
{
	guint64 len;

	if (id != 0 || !take_leb(contents, &len) || len > contents->len ||
	    !bsn_slice_equal(bsn_slice_of(contents->data, len),
			     bsn_slice_str(SECTION)))
		return FALSE;
	contents->data += len;
	contents->len -= len;
	return TRUE;
}

void
wasm_split(bsn_slice input, bsn_slice *module, bsn_slice *arguments)
{
	bsn_slice rest = input, contents = { NULL, 0 };
	guint64 last = 0;
	guint8 id = 1;

	*module = input;
	*arguments = bsn_slice_of(NULL, 0);
	if (input.len <= HEADER)
		return;
	rest.data += HEADER;
	rest.len -= HEADER;
	while (rest.len > 0) {
		last = input.len - rest.len;
		if (!take_section(&rest, &id, &contents))
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
