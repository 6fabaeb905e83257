/* SPDX-License-Identifier: Apache-2.0
 *
 * Fabric's chaincode for questions to the channel's config (core/scc/cscc).
 * Channels are joined by the host's own commands.
 */
#include <bsn/helpers/error.h>

#include "peer/query.pb-c.h"
#include "plugins/engine-fabric/chaincode/call.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"

/* An engine knows the channel that it is asked on; Fabric asks a node's local
 * members, who are the channel's here. */
static int32_t
channels(SystemCall *call, bsn_err *err)
{
	Protos__ChannelInfo info = PROTOS__CHANNEL_INFO__INIT;
	Protos__ChannelInfo *list[] = { &info };
	Protos__ChannelQueryResponse response =
		PROTOS__CHANNEL_QUERY_RESPONSE__INIT;

	if (call->input->who == NULL)
		return bsn_fail(err, BSN_DENIED,
				"access denied for [GetChannels]: members of "
				"the channel alone may ask");
	info.channel_id = call->channel->id;
	response.n_channels = 1;
	response.channels = list;
	message_append(call->payload, &response);
	return BSN_OK;
}

static int32_t
channel_config(SystemCall *call, bsn_err *err)
{
	const int32_t status =
		system_channel(call, 0, "cscc/GetChannelConfig", err);

	if (status == BSN_OK)
		message_append(call->payload, call->channel->config->message);
	return status;
}

static int32_t
config_block(SystemCall *call, bsn_err *err)
{
	const ChannelLedger *ledger = call->channel->ledger;
	const int32_t status =
		system_channel(call, 0, "cscc/GetConfigBlock", err);

	return status != BSN_OK
		       ? status
		       : ledger_block(ledger, ledger->durable.last_config,
				      call->payload, err);
}

int32_t
cscc_invoke(SystemCall *call, bsn_err *err)
{
	if (strcmp(call->function, "GetChannels") == 0)
		return channels(call, err);
	if (strcmp(call->function, "GetChannelConfig") == 0)
		return channel_config(call, err);
	if (strcmp(call->function, "GetConfigBlock") == 0)
		return config_block(call, err);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"Requested function %s not found.", call->function);
}
