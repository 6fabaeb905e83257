/* SPDX-License-Identifier: Apache-2.0
 *
 * host/ops/ops_server.h: metrics and health over plain HTTP, for programs on
 * this machine: GET /metrics, /healthz, /readyz. Main loop only.
 */
#ifndef HOST_OPS_OPS_SERVER_H
#define HOST_OPS_OPS_SERVER_H

#include <bsn/base.h>
#include <glib.h>

#include "host/loop.h"
#include "host/ops/metrics.h"

typedef struct OpsServer OpsServer;

/* Listens on "127.0.0.1:9464" or the like; addresses that other machines can
 * reach are refused. Port 0 is any that is free. */
OpsServer *ops_server_new(Loop *loop, const char *listen, GError **error);
void ops_server_free(OpsServer *server);
guint16 ops_server_port(const OpsServer *server);

/* For /metrics. */
void ops_server_add_metrics(OpsServer *server, MetricsProvider provider,
			    void *owner);

/* One condition of being ready. FALSE, and a sentence that says why and what to
 * do, while it does not hold. Must return promptly. */
typedef gboolean (*OpsCheck)(void *owner, char reason[BSN_REASON_MAX]);

/* For /readyz, which answers 200 when all conditions hold, else 503, and lists
 * them: {"ready":B,"conditions":[{"name":S,"holds":B,"reason":S}]}. */
void ops_server_add_check(OpsServer *server, const char *name, OpsCheck check,
			  void *owner);

#endif
