/* SPDX-License-Identifier: Apache-2.0
 *
 * host/observe.h: what /metrics and /readyz say of the host's parts.
 */
#ifndef HOST_OBSERVE_H
#define HOST_OBSERVE_H

#include "host/chain/table.h"
#include "host/ops/ops_server.h"
#include "host/plugin/registry.h"
#include "host/service/store.h"

typedef struct {
	Store *store;
	const char *store_directory;
	ChainTable *chains;
	const PluginRegistry *plugins;
} Observed;

/* `observed` outlives the server. */
void observe(OpsServer *server, const Observed *observed);

#endif
