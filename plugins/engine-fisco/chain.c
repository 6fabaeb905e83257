/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/chain.h"

#include "plugins/engine-fisco/agree.h"
#include "plugins/engine-fisco/amop/declared.h"
#include "plugins/engine-fisco/channel/channel.h"
#include "plugins/engine-fisco/commit.h"
#include "plugins/engine-fisco/interfaces.h"
#include "plugins/engine-fisco/policy.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/net/net.h"
#include "plugins/engine-fisco/node-change.h"
#include "plugins/engine-fisco/node-request.h"
#include "plugins/engine-fisco/precompiled/nodes.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/rpc/blocks.h"
#include "plugins/engine-fisco/rpc/feeds.h"
#include "plugins/engine-fisco/rpc/held.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/install.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/engine-fisco/submit.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/json.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	g_auto(Config) parsed = { 0 };
	int32_t status = config_parse(config, &parsed, err);

	if (status == BSN_OK)
		*algorithm = suite_algorithm(parsed.sm);
	return status;
}

/* ---- opening ----------------------------------------------------------- */

static int32_t
find_parts(Ledger *ledger, bsn_err *err)
{
	const Config *config = ledger_config(ledger);

	ledger->runtime = services.runtimes->find(config->runtime);
	ledger->consensus = services.consensuses->find(config->consensus);
	if (ledger->runtime == NULL ||
	    (ledger->runtime->flags & BSN_RUNTIME_ASYNC) != 0)
		return bsn_fail(err, BSN_E_VERSION,
				"the chain's contracts run on \"%s\", which "
				"no loaded plugin offers in this process",
				config->runtime);
	if (ledger->consensus == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"the chain's consensus is \"%s\", which no "
				"loaded plugin offers",
				config->consensus);
	/* A contract's selectors may be made with either, on every node. */
	if (suite_selector_hash(FALSE) == NULL ||
	    suite_selector_hash(TRUE) == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers %s, which contracts "
				"may make their selectors with",
				suite_selector_hash(TRUE) == NULL
					? "sm3"
					: "keccak-256");
	return suite_find(&ledger->suite, config->sm, err);
}

static int32_t
load_head(Ledger *ledger, bsn_slice genesis, bsn_err *err)
{
	int32_t status = suite_digest1(&ledger->suite, genesis,
				       ledger->genesis_digest);

	if (status == BSN_OK)
		status = head_load(ledger->chain, ledger->genesis_digest,
				   &ledger->head, err);
	if (status == BSN_NOT_FOUND)
		return commit_genesis(ledger, ledger->genesis_digest, err);
	if (status == BSN_OK && ledger->head.rows &&
	    (ledger->runtime->flags & BSN_RUNTIME_SLOTS) == 0)
		return bsn_fail(err, BSN_E_VERSION,
				"the chain's store has slots in rows, and the "
				"plugin loaded for \"%s\" does not know them: "
				"load the one of this release, or a later one",
				ledger->runtime->name);
	ledger->durable = ledger->head;
	return status;
}

static int32_t
open_ledger(Ledger *ledger, bsn_slice genesis, bsn_err *err)
{
	int32_t status = genesis_read(genesis, &ledger->genesis, err);
	const Config *config = ledger_config(ledger);

	if (status == BSN_OK)
		status = find_parts(ledger, err);
	if (status == BSN_OK)
		status = table_seed();
	if (status == BSN_OK)
		status = membership_begin(ledger, err);
	if (status == BSN_OK)
		status = load_head(ledger, genesis, err);
	if (status == BSN_OK)
		status = membership_load(ledger, err);
	if (status == BSN_OK)
		status = snapshot_load(ledger, err);
	if (status == BSN_OK)
		status = install_open(ledger, err);
	if (status != BSN_OK)
		return status;
	ledger->verdicts = policy_cache_new();
	pool_init(&ledger->pool, config->pool_max, config->pool_bytes_max);
	net_open(ledger);
	return agree_join(ledger, err);
}

static void
ledger_free(Ledger *ledger)
{
	net_close(ledger);
	snapshot_free(ledger);
	amop_hub_free(ledger->amop);
	pool_clear(&ledger->pool);
	nonces_free(ledger->nonces);
	interface_cache_free(ledger->interfaces);
	indexed_forget(ledger);
	feeds_forget(ledger);
	policy_cache_free(ledger->verdicts);
	membership_clear(&ledger->members);
	g_hash_table_unref(ledger->reachable);
	genesis_clear(&ledger->genesis);
	g_free(ledger);
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	   bsn_err *err)
{
	Ledger *opened = g_new0(Ledger, 1);
	int32_t status;

	opened->chain = chain;
	opened->reachable =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	g_queue_init(&opened->executed);
	g_queue_init(&opened->decided);
	g_queue_init(&opened->committed);
	opened->amop = amop_hub_new(chain);
	status = declared_load(opened->amop, err);
	if (status == BSN_OK)
		status = open_ledger(opened, genesis, err);
	if (status != BSN_OK)
		ledger_free(opened);
	else
		*ledger = opened;
	return status;
}

static void
chain_close(bsn_ledger *ledger)
{
	if (ledger == NULL)
		return;
	channel_free(ledger);
	services.timer->cancel(ledger->chain, TIMER_AMOP);
	held_abandon(ledger);
	services.timer->cancel(ledger->chain, TIMER_RETRY);
	services.timer->cancel(ledger->chain, TIMER_IDLE);
	submit_abandon(ledger);
	commit_abandon(ledger);
	agree_leave(ledger);
	net_close(ledger);
	ledger_free(ledger);
}

/* ---- while it is open -------------------------------------------------- */

static void
chain_durable(bsn_ledger *ledger, uint64_t cookie)
{
	if ((cookie & BSN_CONSENSUS_BIT) == 0) {
		net_installed(ledger, cookie);
		commit_durable(ledger, cookie);
		if (ledger->refused || ledger->decided.length > 0)
			agree_retry(ledger);
	} else if (BSN_HAS(ledger->consensus, durable)) {
		CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

		ledger->consensus->durable(ledger->agreement, cookie);
	}
}

static void
chain_timer(bsn_ledger *ledger, uint64_t id)
{
	if ((id & BSN_CONSENSUS_BIT) != 0) {
		CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

		if (BSN_HAS(ledger->consensus, timer))
			ledger->consensus->timer(ledger->agreement, id);
		return;
	}
	if (id == TIMER_RETRY)
		agree_retry(ledger);
	if (id == TIMER_IDLE)
		ledger_idle(ledger);
	if (id == TIMER_AMOP)
		amop_hub_timer(ledger->amop);
	if (id == TIMER_EVENTS)
		channel_timer(ledger);
	if (id == TIMER_HELD)
		held_timer(ledger);
	net_timer(ledger, id);
}

static void
consensus_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	ledger->consensus->message(ledger->agreement, from, message);
}

static void
chain_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	if (message.len == 0 || message.data[0] != BSN_CONSENSUS_BYTE)
		net_message(ledger, from, message);
	else if (BSN_HAS(ledger->consensus, message))
		consensus_message(ledger, from, message);
}

static void
chain_peer(bsn_ledger *ledger, bsn_slice public_key, uint32_t reachable)
{
	g_autoptr(GBytes) key = g_bytes_new(public_key.data, public_key.len);

	if (reachable != 0)
		g_hash_table_add(ledger->reachable, g_bytes_ref(key));
	else
		g_hash_table_remove(ledger->reachable, key);
	if (BSN_HAS(ledger->consensus, peer))
		ledger->consensus->peer(ledger->agreement, public_key,
					reachable);
	net_peer_changed(ledger, public_key, reachable != 0);
}

static json_t *
member_json(const bsn_member *member)
{
	json_t *json = json_object();

	json_object_set_new(json, "public_key",
			    result_hex(member->public_key));
	json_object_set_new(json, "algorithm",
			    json_string(member->algorithm));
	json_object_set_new(json, "role",
			    json_string(node_role_word(member->role)));
	json_object_set_new(json, "name",
			    json_stringn((const char *)member->name.data,
					 member->name.len));
	json_object_set_new(json, "address",
			    json_stringn((const char *)member->address.data,
					 member->address.len));
	return json;
}

static int32_t
chain_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	g_auto(MemberList) nodes = { .members = NULL };
	g_autoptr(json_t) array = json_array();
	g_autofree char *text = NULL;
	int32_t status = ledger_usable(ledger, err);

	if (status != BSN_OK)
		return status;
	status = nodes_load(state, ledger, &nodes);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the members cannot be read");
	for (guint i = 0; i < nodes.members->len; i++)
		json_array_append_new(
			array,
			member_json(&g_array_index(nodes.members, bsn_member,
						   i)));
	text = json_text(array);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

const bsn_chain_ops fisco_chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis_make,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_durable,
	.timer = chain_timer,
	.message = chain_message,
	.peer = chain_peer,
	.members = chain_members,
	.proposals = node_proposals,
};
