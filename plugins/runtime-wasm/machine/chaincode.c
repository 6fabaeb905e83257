/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/started.h"
#include "plugins/runtime-wasm/machine/chaincode_run.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/package.h"
#include "plugins/runtime-wasm/machine/plugin.h"

typedef struct {
	WasmCode *code;
	GQueue runs; /* ChaincodeRun */
} Started;

static void
started_free(gpointer data)
{
	Started *started = data;

	wasm_code_unref(started->code);
	g_free(started);
}

static StartedTable table = { .free = started_free };

/* Translated code is shared with whoever runs the same. No chain's rules are
 * known here: the strict ones count. */
static int32_t
make_code(bsn_slice module, WasmCode **code, bsn_err *err)
{
	guint8 digest[WASM_DIGEST_LEN];
	int32_t status = wasm_code_make(module, FALSE, code, err);

	if (status != BSN_OK)
		return status < 0 || status == BSN_TOO_LARGE ? status :
							       BSN_BAD_REQUEST;
	wasm_digest(module, digest);
	wasm_cache_add(digest, *code);
	return BSN_OK;
}

static int32_t
start(bsn_chain *chain, const bsn_chaincode_program *program, bsn_err *err)
{
	g_autoptr(GBytes) module = NULL;
	WasmCode *code = NULL;
	Started *started;
	int32_t status;

	if (started_find(&table, chain, program->package_id) != NULL)
		return BSN_OK;
	status = wasm_package_read(program->package, &module, err);
	if (status == BSN_OK)
		status = make_code(bytes_slice(module), &code, err);
	if (status != BSN_OK)
		return status;
	started = g_new0(Started, 1);
	started->code = code;
	g_queue_init(&started->runs);
	started_add(&table, chain, program->package_id, started);
	return BSN_OK;
}

static void
stop(bsn_chain *chain, bsn_slice package_id)
{
	Started *started = started_find(&table, chain, package_id);

	if (started == NULL)
		return;
	wasm_run_stop_all(&started->runs);
	started_drop(&table, chain, package_id);
}

static int32_t
run(bsn_chain *chain, const bsn_chaincode_call *call, bsn_chaincode_run *of,
    bsn_err *err)
{
	Started *started = started_find(&table, chain, call->package_id);

	return started != NULL ?
		       wasm_run_begin(started->code, call, &started->runs, of,
				      err) :
		       bsn_fail(err, BSN_NOT_FOUND,
				"the package was not started");
}

static gboolean
append_status(gpointer id, gpointer value, gpointer data)
{
	const Started *started = value;

	json_array_append_new(
		data, json_pack("{s:s, s:s, s:s, s:i, s:I}", "package_id",
				(const char *)id, "type", WASM_PACKAGE_TYPE,
				"state", "ready", "restarts", 0, "calls",
				(json_int_t)started->runs.length));
	return FALSE;
}

static int32_t
status(bsn_chain *chain, bsn_sink *sink)
{
	g_autoptr(json_t) list = json_array();

	started_each(&table, chain, append_status, list);
	return json_write(list, sink);
}

static const char *const types[] = { WASM_PACKAGE_TYPE, NULL };

const bsn_chaincode_runtime wasm_chaincode_runtime = {
	.size = sizeof(wasm_chaincode_runtime),
	.types = types,
	.start = start,
	.stop = stop,
	.run = run,
	.answer = wasm_run_answer,
	.cancel = wasm_run_cancel,
	.status = status,
};
