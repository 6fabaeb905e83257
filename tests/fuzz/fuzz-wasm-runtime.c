/* SPDX-License-Identifier: Apache-2.0
 *
 * Any module, deployed and called, function by function, with its own bytes as an
 * argument. Whatever it does, it ends, what fails changes nothing, and it does the
 * same twice. The check of modules must bear it too, and refuse what is refused.
 *
 * Input: a byte of flags (1: floats are taken, 2: calls are read-only), a module.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/wasm-ground.h"

#define BUDGET 3000000u
#define FUNCTIONS_MAX 8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int32_t bsn_plugin_open(const bsn_host *host, const bsn_plugin **out,
			bsn_err *err); /* crypto-std */

static void
open_once(void)
{
	static gboolean opened;

	if (opened)
		return;
	opened = TRUE;
	fake_host_open(bsn_plugin_open);
	ground_has_crypto();
}

static void
note(Ground *ground, GString *said)
{
	g_string_append_printf(said, "%d %" G_GUINT64_FORMAT " %s %s\n",
			       ground->status, ground->used,
			       ground_text(ground), ground->reason);
}

static void
run(Ground *ground, bsn_call *call, GString *said)
{
	g_autofree char *before = ground_dump(ground), *behind = NULL;

	(void)ground_run(ground, call);
	note(ground, said);
	if (ground->status == BSN_OK)
		return;
	behind = ground_dump(ground);
	g_assert_cmpstr(before, ==, behind);
}

static void
call_all(Ground *ground, bsn_call *call, bsn_slice bytes, GString *said)
{
	g_autoptr(WasmModule) module = NULL;
	g_autoptr(GByteArray) arguments = g_byte_array_new();
	guint n = 0;

	arguments_add(arguments, bsn_slice_of(NULL, 0), bytes);
	if (wasm_module_read(bytes, &module, NULL) != BSN_OK)
		return;
	call->kind = BSN_CALL_INVOKE;
	call->input = buffer_slice(arguments);
	for (guint i = 0; i < module->n_exports && n < FUNCTIONS_MAX; i++) {
		if (module->exports[i].kind != WASM_FUNC)
			continue;
		call->function = module->exports[i].name;
		run(ground, call, said);
		n++;
	}
}

static char *
run_once(guint8 flags, bsn_slice module)
{
	g_autoptr(Ground) ground = ground_new();
	GString *said = g_string_new(NULL);
	bsn_call call = { .size = sizeof(call),
			  .kind = BSN_CALL_CREATE,
			  .block = &ground->block,
			  .origin = bsn_slice_str("signer"),
			  .caller = bsn_slice_str("ann"),
			  .contract = bsn_slice_str("c"),
			  .input = module,
			  .budget = BUDGET + module.len * 200 };
	g_autofree char *dump = NULL;

	ground->block.hash = "sha-256";
	ground->block.rules = (flags & 1) != 0 ? "1-floats" : "1";
	run(ground, &call, said);
	if (ground->status == BSN_OK) {
		if ((flags & 2) != 0)
			call.flags = BSN_CALL_READ_ONLY;
		call_all(ground, &call, module, said);
	}
	dump = ground_dump(ground);
	g_string_append(said, dump);
	return g_string_free(said, FALSE);
}

/* What was deployed had no error. */
static void
check(guint8 flags, bsn_slice module, gboolean deployed)
{
	g_autoptr(GByteArray) findings = g_byte_array_new();
	BufferSink sink = buffer_sink(findings, G_MAXUINT);
	const int32_t status = wasm_check_with(
		module,
		bsn_slice_str((flags & 1) != 0 ? "{\"rules\":\"1-floats\"}" :
						 "{\"rules\":\"1\"}"),
		&sink.sink, NULL);

	g_assert_true(status == BSN_OK || status == BSN_FAULT);
	if (deployed)
		g_assert_cmpint(status, ==, BSN_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice module = bsn_slice_of(data + 1, size > 0 ? size - 1 : 0);
	g_autofree char *one = NULL, *two = NULL;

	if (size == 0)
		return 0;
	open_once();
	one = run_once(data[0], module);
	two = run_once(data[0], module);
	g_assert_cmpstr(one, ==, two);
	check(data[0], module, g_str_has_prefix(one, "0 "));
	return 0;
}
