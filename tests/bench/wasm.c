/* SPDX-License-Identifier: Apache-2.0
 *
 * Times the exports without parameters of a WebAssembly module in runtime-wasm's
 * interpreter, each in an instance of its own. For each a line "NAME CHECKSUM
 * NANOSECONDS GAS", of processor time, the least of RUNS; before them "deploy READ TRANSLATE INSTANTIATE
 * BYTES", in nanoseconds, the least of 20, and bytes of translated code. By hand; see
 * wasm.mjs.
 *
 *   wasm FILE.wasm [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <bsn/helpers/error.h>

#include "plugins/runtime-wasm/exec/exec.h"

#define GAS (G_GUINT64_CONSTANT(1) << 50)
#define DEPLOYS 20

static guint64
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (guint64)t.tv_sec * 1000000000u + (guint64)t.tv_nsec;
}

static void
must(int32_t status, const char *what, const bsn_err *err)
{
	if (status == BSN_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, err->reason);
	exit(1);
}

static WasmInstance *
instance_of(WasmCode *code)
{
	static const WasmLinks links;
	WasmBounds bounds = WASM_BOUNDS_DEFAULT;
	WasmInstance *instance;
	const char *trap = NULL;
	bsn_err err = BSN_ERR_INIT;

	must(wasm_instance_new(code, &links, &bounds, &instance, &trap, &err),
	     "instance", &err);
	wasm_set_gas(instance, GAS);
	return instance;
}

static guint64
least(guint64 a, guint64 since)
{
	return MIN(a, now_ns() - since);
}

/* What a deployment takes before anything runs. */
static WasmCode *
deploy(bsn_slice bytes)
{
	guint64 read = G_MAXUINT64, translate = G_MAXUINT64;
	guint64 instantiate = G_MAXUINT64;
	WasmCode *code = NULL;

	for (int i = 0; i < DEPLOYS; i++) {
		bsn_err err = BSN_ERR_INIT;
		WasmModule *module;
		guint64 begin = now_ns();

		must(wasm_module_read(bytes, &module, &err), "module", &err);
		read = least(read, begin);
		wasm_code_unref(code);
		begin = now_ns();
		must(wasm_code_new(module, &code, &err), "code", &err);
		translate = least(translate, begin);
		begin = now_ns();
		wasm_instance_free(instance_of(code));
		instantiate = least(instantiate, begin);
	}
	printf("deploy %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
	       " %" G_GUINT64_FORMAT " %" G_GSIZE_FORMAT "\n",
	       read, translate, instantiate, wasm_code_size(code));
	return code;
}

static void
time_export(WasmCode *code, const WasmExport *export, int runs)
{
	guint64 time = G_MAXUINT64;
	guint64 gas = 0;
	guint64 values[1] = { 0 };

	for (int i = 0; i < runs; i++) {
		g_autoptr(WasmInstance) instance = instance_of(code);
		guint64 begin = now_ns();

		if (wasm_invoke(instance, export->index, values) != WASM_DONE) {
			fprintf(stderr, "%s\n", wasm_trap_text(instance));
			exit(1);
		}
		time = least(time, begin);
		gas = GAS - wasm_gas(instance);
	}
	printf("%.*s %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
	       (int)export->name.len, (const char *)export->name.data,
	       (guint32)values[0], time, gas);
}

int
main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[2]) : 5;
	g_autofree char *bytes = NULL;
	const WasmModule *module;
	WasmCode *code;
	gsize len;

	if (argc < 2 || !g_file_get_contents(argv[1], &bytes, &len, NULL)) {
		fprintf(stderr, "Usage: wasm FILE.wasm [RUNS]\n");
		return 2;
	}
	code = deploy((bsn_slice){ (const guint8 *)bytes, len });
	module = wasm_code_module(code);
	for (guint i = 0; i < module->n_exports; i++) {
		const WasmExport *export = &module->exports[i];
		const WasmType *type;

		if (export->kind != WASM_FUNC)
			continue;
		type = &module->types[module->funcs[export->index].type];
		if (type->n_params == 0 && type->n_results <= 1)
			time_export(code, export, runs);
	}
	wasm_code_unref(code);
	return 0;
}
