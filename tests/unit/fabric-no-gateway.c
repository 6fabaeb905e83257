/* SPDX-License-Identifier: Apache-2.0
 *
 * Stand-ins for the gateway, on a host without gRPC.
 */
#include "plugins/engine-fabric/gateway/gateway.h"

void
gateway_open(Channel *channel)
{
}

void
gateway_close(Channel *channel)
{
}

void
gateway_timer(Channel *channel)
{
}

void
gateway_committed(Channel *channel, guint64 block, const char *tx_id,
		  TxCode code)
{
}

void
gateway_durable(Channel *channel)
{
}

void
gateway_config_changed(Channel *channel)
{
}
