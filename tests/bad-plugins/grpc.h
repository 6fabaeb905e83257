/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/bad-plugins/grpc.h: the minimal engine with a gRPC table, whose methods
 * are a plugin's own. Before the include: PLUGIN_ID.
 */
#ifndef TESTS_BAD_PLUGINS_GRPC_H
#define TESTS_BAD_PLUGINS_GRPC_H

#include <bsn/ext/grpc.h>

#include "minimal.h"

static int32_t
route(const bsn_grpc_method *method, bsn_slice message, bsn_sink *chain,
      bsn_err *err)
{
	return bsn_fail(err, BSN_BAD_REQUEST, "it serves nobody");
}

static int32_t
opened(bsn_ledger *ledger, bsn_grpc_call *call, const bsn_grpc_request *request,
       void **own, bsn_err *err)
{
	return bsn_fail(err, BSN_DENIED, "it serves nobody");
}

static void
closed(bsn_ledger *ledger, void *own)
{
}

static bsn_engine_grpc grpc_table = {
	.size = sizeof(grpc_table),
	.route = route,
	.opened = opened,
	.closed = closed,
};

static const void *
engine_query(const char *id)
{
	return strcmp(id, BSN_ENGINE_GRPC_ID) == 0 ? &grpc_table : NULL;
}

/* bsn_plugin_open of a plugin with these methods. */
#define GRPC_OPEN(its_methods)                                                 \
	int32_t bsn_plugin_open(const bsn_host *host,                          \
				const bsn_plugin **plugin, bsn_err *err)       \
	{                                                                      \
		grpc_table.methods = its_methods;                              \
		minimal_engine.query = engine_query;                           \
		*plugin = &minimal_plugin;                                     \
		return BSN_OK;                                                 \
	}

#endif
