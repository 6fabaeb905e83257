/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/chain.h"

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/order/found.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

/* ---- opening ------------------------------------------------------------- */

static int32_t
find_parts(Channel *channel, bsn_err *err)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	BufferSink sink = buffer_sink(key, BSN_PUBLIC_KEY_MAX);
	int32_t status;

	channel->consensus =
		services.consensuses->find(channel->config->orderer_type);
	if (channel->consensus == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"the channel's consensus is \"%s\", which no "
				"loaded plugin offers",
				channel->config->orderer_type);
	status = services.keys->node_public_key(
		channel->chain, channel->suite.algorithm, &sink.sink, err);
	if (status == BSN_OK)
		channel->public_key = g_bytes_new(key->data, key->len);
	return status;
}

/* The ledger and what the newest config says. */
static int32_t
load(Channel *channel, bsn_slice genesis, bsn_err *err)
{
	int32_t status = found_ledger(channel, genesis, err);

	if (status == BSN_OK)
		status = find_parts(channel, err);
	if (status == BSN_OK)
		status = members_load(channel, err);
	if (status == BSN_OK)
		members_identify_self(channel);
	return status;
}

/* Everything else, in the order in which one needs the other. */
static int32_t
begin(Channel *channel, bsn_err *err)
{
	int32_t status;

	order_begin(channel);
	runs_open(channel);
	status = lifecycle_open(channel, err);
	if (status == BSN_OK)
		status = indexes_open(channel, err);
	if (status != BSN_OK)
		return status;
	net_open(channel);
	endorse_open(channel);
	return order_open(channel, err);
}

/* Who waits is told first; then each part goes before what it needs. */
static void
end(Channel *channel)
{
	channel->closing = TRUE;
	if (channel->endorsing != NULL)
		endorse_close(channel);
	order_close(channel);
	if (channel->runs != NULL)
		runs_close(channel);
	net_close(channel);
	indexes_close(channel);
	if (channel->lifecycle != NULL)
		lifecycle_close(channel);
	query_close(channel);
	members_clear(&channel->members);
	msp_identity_unref(channel->self);
	g_clear_pointer(&channel->certificate, g_bytes_unref);
	g_clear_pointer(&channel->identity, g_bytes_unref);
	g_clear_pointer(&channel->public_key, g_bytes_unref);
	channel_ledger_free(channel->ledger);
	channel_config_free(channel->config);
	g_free(channel->id);
	g_free(channel->no_identity);
	g_free(channel);
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	   bsn_err *err)
{
	Channel *opened = g_new0(Channel, 1);
	int32_t status;

	opened->chain = chain;
	status = load(opened, genesis, err);
	if (status == BSN_OK)
		status = begin(opened, err);
	if (status != BSN_OK)
		end(opened);
	else
		*ledger = opened;
	return status;
}

static void
chain_close(bsn_ledger *channel)
{
	if (channel != NULL)
		end(channel);
}

/* ---- while it is open ---------------------------------------------------- */

static void
chain_durable(bsn_ledger *channel, uint64_t cookie)
{
	if ((cookie & BSN_CONSENSUS_BIT) == 0) {
		order_durable(channel, cookie);
	} else if (BSN_HAS(channel->consensus, durable)) {
		CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

		channel->consensus->durable(channel->agreement, cookie);
	}
}

static void
chain_timer(bsn_ledger *channel, uint64_t id)
{
	if ((id & BSN_CONSENSUS_BIT) != 0) {
		CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

		if (BSN_HAS(channel->consensus, timer))
			channel->consensus->timer(channel->agreement, id);
		return;
	}
	if (id == TIMER_CUT || id == TIMER_RETRY)
		order_timer(channel, id);
	else if (id == TIMER_RUNS)
		endorse_timer(channel);
	else if (id == TIMER_PACKAGES)
		package_timer(channel);
	else if (id == TIMER_PROGRAMS)
		runtimes_timer(channel);
	else if (id == TIMER_INDEXES)
		indexes_timer(channel);
	else
		net_timer(channel, id);
}

static void
consensus_message(Channel *channel, bsn_slice from, bsn_slice message)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	channel->consensus->message(channel->agreement, from, message);
}

static void
chain_message(bsn_ledger *channel, bsn_slice from, bsn_slice message)
{
	if (message.len == 0 || message.data[0] != BSN_CONSENSUS_BYTE)
		net_message(channel, from, message);
	else if (BSN_HAS(channel->consensus, message))
		consensus_message(channel, from, message);
}

static void
chain_peer(bsn_ledger *channel, bsn_slice public_key, uint32_t reachable)
{
	if (BSN_HAS(channel->consensus, peer))
		channel->consensus->peer(channel->agreement, public_key,
					 reachable);
	net_peer_changed(channel, public_key, reachable != 0);
}

const bsn_chain_ops fabric_chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = genesis_algorithm,
	.genesis = genesis_make,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_durable,
	.timer = chain_timer,
	.message = chain_message,
	.peer = chain_peer,
	.members = members_list,
	.proposals = members_proposals,
};
