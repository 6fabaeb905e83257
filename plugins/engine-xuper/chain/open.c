/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/open.h"

#include "plugins/engine-xuper/chain/final.h"
#include "plugins/engine-xuper/chain/protocol.h"
#include "plugins/engine-xuper/chain/submit.h"
#include "plugins/engine-xuper/chain/tree.h"
#include "plugins/engine-xuper/chain/waiting.h"
#include "plugins/engine-xuper/contract/check.h"
#include "plugins/engine-xuper/contract/code.h"
#include "plugins/engine-xuper/cross/cross.h"
#include "plugins/engine-xuper/genesis.h"
#include "plugins/engine-xuper/net/net.h"
#include "plugins/engine-xuper/query/events/service.h"
#include "plugins/kit/host.h"
#include "plugins/kit/sink.h"

/* ---- what a chain is made from -------------------------------------------- */

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	g_autoptr(ChainConfig) parsed = NULL;
	const int32_t status =
		config_parse(bsn_slice_str("chain"), config, &parsed, err);

	if (status == BSN_OK)
		*algorithm = parsed->gm ? "sm2" : "ecdsa-p256";
	return status;
}

static guint
count_consensus(const bsn_genesis *genesis)
{
	guint n = 0;

	for (guint64 i = 0; i < genesis->member_count; i++)
		if (member_at(genesis->members, i)->role == BSN_ROLE_CONSENSUS)
			n++;
	return n;
}

/* A config that does not say takes what this host can run. */
static int32_t
read_config(const bsn_genesis *genesis, ChainConfig **config, bsn_err *err)
{
	g_autofree char *said =
		config_with_code(genesis->config, code_loaded());

	return config_parse(genesis->name,
			    said != NULL ? bsn_slice_str(said)
					 : genesis->config,
			    config, err);
}

static int32_t
make_genesis(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err)
{
	g_autoptr(ChainConfig) config = NULL;
	g_autoptr(Block) block = NULL;
	const bsn_consensus *consensus;
	Suite suite;
	int32_t status = read_config(genesis, &config, err);

	if (status == BSN_OK)
		status = protocol_find(config->consensus,
				       bsn_slice_str(config->consensus_config),
				       count_consensus(genesis), &consensus,
				       err);
	/* A protocol that is not there is a wrong word of the config's. */
	if (status == BSN_E_VERSION)
		status = BSN_BAD_REQUEST;
	if (status == BSN_OK)
		status = suite_find(&suite, services.crypto, config->gm, err);
	if (status == BSN_OK)
		status = check_fits(config, err);
	if (status == BSN_OK && code_check_runtimes(config, err) != BSN_OK)
		status = BSN_BAD_REQUEST;
	if (status != BSN_OK)
		return status;
	block = genesis_make(genesis, config, &suite, &status, err);
	if (block == NULL)
		return status;
	return out->write(out, block->bytes.data, block->bytes.len);
}

/* ---- opening ------------------------------------------------------------- */

static int32_t
find_self(bsn_ledger *ledger, bsn_err *err)
{
	bsn_fixed_sink sink =
		bsn_fixed_sink_of(ledger->node_key, PUBLIC_KEY_LEN);
	const int32_t status = services.keys->node_public_key(
		ledger->chain, ledger->suite.algorithm, &sink.sink, err);

	if (status != BSN_OK)
		return status;
	if (sink.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the node's key is not one of %s",
				ledger->suite.algorithm);
	address_of(&ledger->suite, ledger->node_key, ledger->node_address);
	return BSN_OK;
}

static int32_t
open_blocks(bsn_ledger *ledger, bsn_slice genesis, bsn_err *err)
{
	g_autoptr(Block) block = NULL;
	int32_t status = genesis_read(genesis, services.crypto, &ledger->suite,
				      &ledger->config, &block, err);

	if (status == BSN_OK)
		status = code_check_runtimes(ledger->config, err);
	if (status == BSN_OK)
		status = find_self(ledger, err);
	if (status != BSN_OK)
		return status;
	memcpy(ledger->genesis_id, block->id, HASH_LEN);
	status = ledger_open(&ledger->ledger, ledger->chain, &ledger->suite,
			     block, err);
	if (status != BSN_OK)
		return status;
	return agreement_read(ledger_root(ledger->ledger)->layer,
			      &ledger->suite, &ledger->agreement, err);
}

static int32_t
open_parts(bsn_ledger *ledger, bsn_err *err)
{
	ledger->verifier = (Verifier){ ledger->chain, &ledger->suite,
				       ledger->config, ledger->ledger };
	ledger->pool_owner.left = submit_pool_left;
	ledger->pool = pool_new(&ledger->verifier, &ledger->pool_owner);
	ledger->reserved = reserved_new();
	waiting_open(ledger);
	final_open(ledger);
	net_open(ledger);
	events_open(ledger);
	cross_open(ledger);
	return protocol_open(ledger, err);
}

/* Whoever waits is told before what they wait for goes. */
static void
ledger_end(bsn_ledger *ledger)
{
	protocol_close(ledger);
	waiting_close(ledger);
	final_close(ledger);
	cross_close(ledger);
	net_close(ledger);
	events_close(ledger);
	pool_free(ledger->pool);
	reserved_free(ledger->reserved);
	tree_seek_clear(ledger);
	block_unref(ledger->shown);
	agreement_free(ledger->agreement);
	ledger_close(ledger->ledger);
	config_free(ledger->config);
	g_free(ledger);
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	   bsn_err *err)
{
	bsn_ledger *opened = g_new0(bsn_ledger, 1);
	int32_t status;

	opened->chain = chain;
	status = open_blocks(opened, genesis, err);
	if (status == BSN_OK)
		status = open_parts(opened, err);
	if (status != BSN_OK)
		ledger_end(opened);
	else
		*ledger = opened;
	return status;
}

static void
chain_close(bsn_ledger *ledger)
{
	if (ledger != NULL)
		ledger_end(ledger);
}

/* ---- while it is open ---------------------------------------------------- */

static void
chain_durable(bsn_ledger *ledger, uint64_t cookie)
{
	if ((cookie & BSN_CONSENSUS_BIT) != 0) {
		protocol_durable(ledger, cookie);
		return;
	}
	final_durable(ledger, cookie);
	if (ledger->refused || final_is_behind(ledger))
		protocol_retry(ledger);
}

static void
chain_timer(bsn_ledger *ledger, uint64_t id)
{
	if (id == TIMER_NET)
		net_timer(ledger);
	else if (id == TIMER_EVENTS)
		events_timer(ledger);
	else if (id == TIMER_CROSS)
		cross_timer(ledger);
	else if (id == TIMER_INQUIRY)
		inquiry_timer(ledger);
	else
		protocol_timer(ledger, id);
}

static void
chain_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	if (message.len > 0 && message.data[0] == BSN_CONSENSUS_BYTE)
		protocol_message(ledger, from, message);
	else
		net_message(ledger, from, message);
}

static void
chain_peer(bsn_ledger *ledger, bsn_slice public_key, uint32_t reachable)
{
	protocol_peer(ledger, public_key, reachable);
	net_peer_changed(ledger, public_key, reachable != 0);
}

const bsn_chain_ops xuper_chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = make_genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_durable,
	.timer = chain_timer,
	.message = chain_message,
	.peer = chain_peer,
	.members = chain_members,
	.proposals = chain_proposals,
};
