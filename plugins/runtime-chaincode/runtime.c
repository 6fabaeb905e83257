/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin's input and output.
 */
#include "plugins/runtime-chaincode/runtime.h"

#include <stdarg.h>

#include "plugins/kit/host.h"
#include "plugins/runtime-chaincode/program.h"

Runtime runtime_host;

void
runtime_log(guint32 level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host_log(runtime_host.log, NULL, level, format, args);
	va_end(args);
}

static int32_t
start(const bsn_io *io, bsn_io_account *account, bsn_err *err)
{
	const char *node_path = NULL;

	if (BSN_HAS(io, setting))
		node_path = io->setting(account, "node_path");
	runtime_host.io = io;
	runtime_host.account = account;
	g_atomic_int_set(&runtime_host.ended, 0);
	runtime_host.node_path =
		node_path != NULL ? node_path : CHAINCODE_NODE_PATH;
	return BSN_OK;
}

static void
stop(void)
{
	g_atomic_int_set(&runtime_host.ended, 1);
	workers_end();
}

const bsn_io_user runtime_io_user = {
	.size = sizeof(runtime_io_user),
	.start = start,
	.stop = stop,
};
