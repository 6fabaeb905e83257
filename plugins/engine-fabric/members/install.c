/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/gateway.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/kit/sink.h"

/* The config is the chain's decision: nobody here can refuse it, so that what
 * goes wrong is for the log. */
static void
complain(const Channel *channel, const char *who, guint64 number,
	 const bsn_err *err)
{
	services_log(channel->chain, BSN_LOG_ERROR,
		     "%s does not take the config of block "
		     "%" G_GUINT64_FORMAT ": %s",
		     who, number, err->reason);
}

static int32_t
read_config(const BlockTx *tx, ChannelConfig **config, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Common__ConfigEnvelope *message = message_unpack(
		&arena, &common__config_envelope__descriptor,
		message_slice(tx->opened.payload->data), &status, err);

	if (message == NULL)
		return status;
	if (message->config == NULL)
		return bsn_fail(err, BSN_E_CORRUPT, "it has no config");
	return channel_config_read(services.crypto,
				   message_put(&arena, message->config), config,
				   err);
}

static void
tell_consensus(Channel *channel, guint64 number)
{
	const GArray *list = channel->members.list;
	bsn_err err = BSN_ERR_INIT;

	if (channel->agreement != NULL &&
	    BSN_HAS(channel->consensus, set_members) &&
	    channel->consensus->set_members(
		    channel->agreement, number + 1,
		    (const bsn_member *)(const void *)list->data, list->len,
		    &err) != BSN_OK)
		complain(channel, channel->consensus->name, number, &err);
}

static void
follow_members(Channel *channel, guint64 number)
{
	const char *before = members_own_role(channel);
	const char *now;
	bsn_err err = BSN_ERR_INIT;

	if (members_load(channel, &err) != BSN_OK) {
		complain(channel, "this node", number, &err);
		return;
	}
	now = members_own_role(channel);
	if (g_strcmp0(before, now) != 0)
		services_log(channel->chain, BSN_LOG_INFO,
			     "this node was \"%s\" and is \"%s\" from block "
			     "%" G_GUINT64_FORMAT " on",
			     before, now, number + 1);
	tell_consensus(channel, number);
}

void
config_install(Channel *channel, guint64 number, const BlockTx *tx)
{
	ChannelConfig *before = channel->config;
	ChannelConfig *config = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (read_config(tx, &config, &err) != BSN_OK) {
		complain(channel, "this node", number, &err);
		return;
	}
	channel->config = config;
	if (!bsn_slice_equal(agreement_of(before), agreement_of(config)))
		follow_members(channel, number);
	members_identify_self(channel);
	/* Identities of the config before point into it: it goes last. */
	net_members_changed(channel);
	gateway_config_changed(channel);
	channel_config_free(before);
	private_members_changed(channel);
}
