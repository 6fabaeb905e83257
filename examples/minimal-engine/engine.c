/* SPDX-License-Identifier: Apache-2.0
 *
 * A complete engine of bsn.engine/1, as small as an honest one can be: chains
 * that hold notes, a text under a key, once. Each block holds one transaction,
 * signed with SM2. The one member decides alone, so there is no consensus, and
 * the only contract, "notes", is built in.
 */
#include "chain.h"

#include <bsn/helpers/error.h>
#include <stdlib.h>

#define PLUGIN_ID "com.example.engine-notes"
#define PLUGIN_VERSION "1.0.0"

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE);

services host;

/* ---- chains ------------------------------------------------------------- */

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = "sm2";
	return BSN_OK;
}

/* There is nothing to configure, and what is not understood is refused. */
static int
is_empty_object(bsn_slice json)
{
	char seen[2] = { 0, 0 };
	uint64_t n = 0;

	for (uint64_t i = 0; i < json.len; i++) {
		if (strchr(" \t\r\n", json.data[i]) != NULL)
			continue;
		if (n == sizeof(seen))
			return 0;
		seen[n++] = (char)json.data[i];
	}
	return n == 0 || (seen[0] == '{' && seen[1] == '}');
}

/* time [8] | member's public key [64] | name */
static int32_t
genesis(const bsn_genesis *in, bsn_sink *out, bsn_err *err)
{
	uint8_t time[8];
	int32_t status;

	if (!is_empty_object(in->config))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config: this framework has no options; "
				"leave them out");
	if (in->member_count != 1 ||
	    in->members[0].public_key.len != SIGNER_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a chain of notes has one member with an SM2 "
				"key, not %u", (unsigned)in->member_count);
	for (int i = 0; i < 8; i++)
		time[i] = (uint8_t)(in->time_ms >> (56 - 8 * i));
	status = out->write(out, time, sizeof(time));
	if (status == BSN_OK)
		status = out->write(out, in->members[0].public_key.data,
				    SIGNER_LEN);
	if (status == BSN_OK)
		status = out->write(out, in->name.data, in->name.len);
	return status;
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **out, bsn_err *err)
{
	bsn_ledger *ledger;
	int32_t status;

	if (genesis.len < 8 + SIGNER_LEN || genesis.len > GENESIS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"this is no genesis of a chain of notes");
	ledger = calloc(1, sizeof(*ledger));
	if (ledger == NULL)
		return bsn_fail(err, BSN_E_NOMEM, "memory ran out");
	ledger->chain = chain;
	ledger->last = &ledger->first;
	ledger->sm3 = host.crypto->hash("sm3");
	ledger->sm2 = host.crypto->signature("sm2");
	memcpy(ledger->member, genesis.data + 8, SIGNER_LEN);
	if (ledger->sm3 == NULL || ledger->sm2 == NULL)
		status = bsn_fail(err, BSN_E_VERSION,
				  "no plugin of this host offers sm2 and sm3");
	else
		status = chain_load(ledger, genesis, err);
	if (status != BSN_OK) {
		free(ledger);
		return status;
	}
	*out = ledger;
	return BSN_OK;
}

/* The oldest block that is not on disk: its reply, and it is forgotten. */
static bsn_reply *
take_first(bsn_ledger *ledger)
{
	pending *waiting = ledger->first;
	bsn_reply *reply = waiting->reply;

	ledger->first = waiting->next;
	if (ledger->first == NULL)
		ledger->last = &ledger->first;
	free(waiting);
	return reply;
}

static void
chain_close(bsn_ledger *ledger)
{
	bsn_err err = BSN_ERR_INIT;

	if (ledger == NULL)
		return;
	bsn_fail(&err, BSN_UNAVAILABLE,
		 "the chain closes; ask later what became of it");
	while (ledger->first != NULL)
		host.reply->fail(take_first(ledger), BSN_UNAVAILABLE, &err);
	free(ledger);
}

/* Only now is it true that a note is kept. */
static void
chain_durable(bsn_ledger *ledger, uint64_t cookie)
{
	while (ledger->first != NULL && ledger->first->head.number <= cookie) {
		bsn_err err = BSN_ERR_INIT;
		uint64_t number = ledger->first->head.number;
		bsn_reply *reply;
		int32_t status;

		ledger->durable = ledger->first->head;
		reply = take_first(ledger);
		status = answer_tx(ledger, number, BSN_TX_COMMITTED, reply,
				   &err);
		if (status != BSN_OK)
			host.reply->fail(reply, status, &err);
		host.events->block(ledger->chain, number);
	}
}

static void
chain_timer(bsn_ledger *ledger, uint64_t id)
{
	/* It sets none. */
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_durable,
	.timer = chain_timer,
	.members = query_members,
};

/* ---- the plugin --------------------------------------------------------- */

#define FEATURE(symbol, is_offered, its_row)                                   \
	static const bsn_feature symbol = { sizeof(bsn_feature), is_offered,   \
					    its_row, NULL };
FEATURE(sm2, 1, "function.sm2")
FEATURE(sm3, 1, "function.sm3")
FEATURE(multi_chain, 1, "function.multi-chain")
FEATURE(turing, 0, "function.turing-complete")
FEATURE(deploy, 0, "contract.deploy")
FEATURE(dynamic_nodes, 0, "function.dynamic-nodes")

static const bsn_feature *const features[] = {
	&sm2, &sm3, &multi_chain, &turing, &deploy, &dynamic_nodes, NULL
};

static const bsn_engine engine = {
	.size = sizeof(bsn_engine),
	.framework = "notes",
	.features = features,
	.chain = &chain_ops,
	.tx = &tx_ops,
	.contract = &contract_ops,
	.status = &status_ops,
	.ledger = &ledger_ops,
	.block = &block_ops,
	.event = &event_ops,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_ENGINE_ID) == 0 ? &engine : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "Chains of notes",
	.vendor = "Example Vendor",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *from, const bsn_plugin **out, bsn_err *err)
{
	host.store = bsn_host_store(from);
	host.clock = bsn_host_clock(from);
	host.crypto = bsn_host_crypto(from);
	host.events = bsn_host_events(from);
	host.reply = bsn_host_reply(from);
	if (host.store == NULL || host.clock == NULL || host.crypto == NULL ||
	    host.events == NULL || host.reply == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"this host lacks one of bsn.store/1, "
				"bsn.clock/1, bsn.crypto_by_name/1, "
				"bsn.events/1, bsn.reply/1");
	*out = &plugin;
	return BSN_OK;
}
