/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/chain.h"

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/gateway/gateway.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/order/found.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/order/record.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"
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
	status = channel_snapshots_open(channel, err);
	if (status == BSN_OK)
		status = lifecycle_open(channel, err);
	if (status == BSN_OK)
		status = indexes_open(channel, err);
	if (status != BSN_OK)
		return status;
	if (channel->net == NULL)
		net_open(channel);
	else
		net_members_changed(channel);
	status = private_open(channel, err);
	if (status != BSN_OK)
		return status;
	endorse_open(channel);
	gateway_open(channel);
	return order_open(channel, err);
}

/* The parts that know the state, in the order in which one needs the other. */
static void
end_parts(Channel *channel)
{
	gateway_close(channel);
	if (channel->endorsing != NULL)
		endorse_close(channel);
	order_close(channel);
	if (channel->runs != NULL)
		runs_close(channel);
	private_close(channel);
	indexes_close(channel);
}

/* Who waits is told first; then each part goes before what it needs. */
static void
end(Channel *channel)
{
	channel->closing = TRUE;
	end_parts(channel);
	channel_snapshots_close(channel);
	net_close(channel);
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

/* ---- beginning again ----------------------------------------------------- */

static int32_t
stored_genesis(const Channel *channel, GBytes **genesis, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status = ledger_block(channel->ledger, 0, bytes, err);

	if (status == BSN_OK)
		*genesis =
			g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	return status;
}

/* The ledger, the config and the members as the store has them now. */
static int32_t
load_again(Channel *channel, bsn_slice genesis, bsn_err *err)
{
	int32_t status;

	channel_ledger_free(channel->ledger);
	channel->ledger = NULL;
	channel->config = NULL;
	g_clear_pointer(&channel->id, g_free);
	status = found_ledger(channel, genesis, err);
	if (status == BSN_OK)
		status = members_load(channel, err);
	if (status == BSN_OK)
		members_identify_self(channel);
	return status;
}

/* Whether the store gives what the channel begins with; or takes block 0. A disk
 * that fails now is found before anything has ended. */
static int32_t
may_begin_again(const Channel *channel, GBytes *genesis, gboolean is_stored,
		bsn_err *err)
{
	Channel trial = { .chain = channel->chain };
	guint64 time_ms;
	int32_t status;

	if (!is_stored)
		return services.store->writable(channel->chain, err);
	status = found_ledger(&trial, bytes_slice(genesis), err);
	if (status == BSN_OK)
		status = record_get(&trial.ledger->state.store,
				    trial.ledger->head.height - 1, &time_ms,
				    NULL, err);
	g_clear_pointer(&trial.ledger, channel_ledger_free);
	g_clear_pointer(&trial.config, channel_config_free);
	g_free(trial.id);
	return status;
}

int32_t
channel_begin_again(Channel *channel, GBytes *given, bsn_err *problem)
{
	g_autoptr(GBytes) genesis =
		given != NULL ? g_bytes_ref(given) : NULL;
	G_GNUC_UNUSED g_autoptr(ChannelConfig) config = NULL;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;

	if (genesis == NULL)
		status = stored_genesis(channel, &genesis, problem);
	if (status == BSN_OK)
		status = may_begin_again(channel, genesis, given == NULL,
					 problem);
	if (status != BSN_OK)
		return status;
	/* Who the others are points into it, until that is judged anew. */
	config = channel->config;
	end_parts(channel);
	channel_snapshots_close(channel);
	lifecycle_close(channel);
	query_close(channel);
	channel->beginning = FALSE;
	status = load_again(channel, bytes_slice(genesis), &err);
	if (status == BSN_OK)
		status = begin(channel, &err);
	/* The same was read a moment ago. */
	if (status != BSN_OK)
		g_error("channel %s cannot go on with its snapshot: %s",
			channel->id, err.reason);
	net_goes_on(channel);
	/* Values of the collections that this node is a member of. */
	private_members_changed(channel);
	services_log(channel->chain, BSN_LOG_INFO,
		     "the channel goes on behind block %" G_GUINT64_FORMAT,
		     channel->ledger->head.height - 1);
	return BSN_OK;
}

/* ---- while it is open ---------------------------------------------------- */

static void
chain_durable(bsn_ledger *channel, uint64_t cookie)
{
	if (cookie == SNAPSHOT_COOKIE || cookie == SNAPSHOT_COOKIE_JOIN) {
		channel_snapshots_durable(channel, cookie);
	} else if (cookie > PRIVATE_COOKIE && cookie < SNAPSHOT_COOKIE) {
		private_durable(channel, cookie);
	} else if ((cookie & BSN_CONSENSUS_BIT) == 0) {
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
	else if (id == TIMER_GATEWAY)
		gateway_timer(channel);
	else if (id == TIMER_PRIVATE)
		private_timer(channel);
	else if (id == TIMER_SNAPSHOT)
		channel_snapshots_timer(channel);
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
