/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a module that can be deployed somebody should look at: what its functions
 * say by themselves, without running them. A rule is found once, however often it
 * applies.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-wasm/exec/decode.h"
#include "plugins/runtime-wasm/machine/frame.h"
#include "plugins/runtime-wasm/machine/policy.h"

#define OP_CALL 0x10
#define OP_BR_TABLE 0x0e
#define OP_DROP 0x1a

/* The function that an import is; -1: it is not imported. */
static gint64
imported(const WasmModule *module, const char *name)
{
	for (guint i = 0; i < module->n_imports; i++) {
		const WasmImport *import = &module->imports[i];

		if (import->kind == WASM_FUNC &&
		    bsn_slice_equal(import->module,
				    bsn_slice_str(WASM_IMPORT_MODULE)) &&
		    bsn_slice_equal(import->name, bsn_slice_str(name)))
			return import->index;
	}
	return -1;
}

/* How often a body throws away what a function has answered. */
static guint
count_dropped(const WasmModule *module, const WasmFunc *func, guint32 function)
{
	const guint8 *at = module->bytes + func->at;
	const guint8 *end = at + func->len;
	WasmInstruction in;
	gboolean called = FALSE;
	guint n = 0;

	while (at < end) {
		wasm_decode(&at, &in);
		if (in.op == OP_BR_TABLE)
			wasm_skip_labels(&at, in.x);
		n += called && in.op == OP_DROP;
		called = in.op == OP_CALL && in.x == function;
	}
	return n;
}

static void
review_calls(const WasmModule *module, WasmFindings *findings)
{
	const gint64 call = imported(module, "call");
	g_autofree char *where = NULL;
	g_autofree char *text = NULL;
	guint all = 0;

	for (guint i = module->n_imported_funcs; call >= 0 &&
	     i < module->n_funcs; i++) {
		const guint n = count_dropped(module, &module->funcs[i],
					      (guint32)call);

		if (n > 0 && where == NULL)
			where = g_strdup_printf("function %u", i);
		all += n;
	}
	if (all == 0)
		return;
	text = g_strdup_printf(
		"the status of a call of another contract is not looked at, at "
		"%u place%s: what that one refused goes unnoticed",
		all, all == 1 ? "" : "s");
	findings->add(findings, RULE_UNCHECKED, "warning", where, text);
}

static void
review_origin(const WasmModule *module, WasmFindings *findings)
{
	if (imported(module, "origin") < 0)
		return;
	findings->add(findings, RULE_ORIGIN, "info",
		      "import " WASM_IMPORT_MODULE ".origin",
		      "it asks who signed the transaction: whoever has somebody "
		      "call a contract of his is that somebody here; let the "
		      "caller decide who may do what");
}

void
wasm_policy_review(const WasmModule *module, WasmFindings *findings)
{
	review_calls(module, findings);
	review_origin(module, findings);
}
