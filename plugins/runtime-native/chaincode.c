/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-native/chaincode.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"
#include "plugins/kit/started.h"
#include "plugins/runtime-native/code.h"
#include "plugins/runtime-native/tx.h"

typedef struct {
	const NativeContract *contract;
	guint version;
	GQueue calls; /* Call */
} Started;

static StartedTable table = { .free = g_free };

static int32_t
start(bsn_chain *chain, const bsn_chaincode_program *program, bsn_err *err)
{
	const NativeContract *contract = NULL;
	guint version = 0;
	Started *started;
	int32_t status;

	if (started_find(&table, chain, program->package_id) != NULL)
		return BSN_OK;
	status = native_code_read(program->package, &contract, &version, err);
	if (status != BSN_OK)
		return status;
	started = g_new0(Started, 1);
	started->contract = contract;
	started->version = version;
	g_queue_init(&started->calls);
	started_add(&table, chain, program->package_id, started);
	return BSN_OK;
}

static void
stop(bsn_chain *chain, bsn_slice package_id)
{
	Started *started = started_find(&table, chain, package_id);

	if (started == NULL)
		return;
	native_call_stop_all(&started->calls);
	started_drop(&table, chain, package_id);
}

static int32_t
run(bsn_chain *chain, const bsn_chaincode_call *call, bsn_chaincode_run *of,
    bsn_err *err)
{
	Started *started = started_find(&table, chain, call->package_id);

	return started != NULL
		       ? native_call_run(started->contract, started->version,
					 call, &started->calls, of, err)
		       : bsn_fail(err, BSN_NOT_FOUND,
				  "the package was not started");
}

static gboolean
append_status(gpointer id, gpointer value, gpointer data)
{
	const Started *started = value;

	json_array_append_new(
		data, json_pack("{s:s, s:s, s:i, s:s, s:i}", "package_id",
				(const char *)id, "state", "ready", "restarts",
				0, "contract", started->contract->name,
				"version", (int)started->version));
	return FALSE;
}

static int32_t
status(bsn_chain *chain, bsn_sink *sink)
{
	g_autoptr(json_t) list = json_array();

	started_each(&table, chain, append_status, list);
	return json_write(list, sink);
}

static const char *const types[] = { NATIVE_TYPE, NULL };

const bsn_chaincode_runtime native_chaincode_runtime = {
	.size = sizeof(native_chaincode_runtime),
	.types = types,
	.start = start,
	.stop = stop,
	.run = run,
	.answer = native_call_answer,
	.cancel = native_call_cancel,
	.status = status,
};
