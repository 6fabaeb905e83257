/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/bad-plugins/minimal.h: the smallest engine plugin that the host
 * accepts. Each bad plugin is this one with a single thing wrong. Before the
 * include: PLUGIN_ID, and FRAMEWORK unless "minimal" will do.
 */
#ifndef TESTS_BAD_PLUGINS_MINIMAL_H
#define TESTS_BAD_PLUGINS_MINIMAL_H

#include <bsn/bsn.h>
#include <bsn/helpers/error.h>
#include <string.h>

#ifndef FRAMEWORK
#define FRAMEWORK "minimal"
#endif
#define PLUGIN_VERSION "1.0"

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = "sm2";
	return BSN_OK;
}

static int32_t
genesis(const bsn_genesis *in, bsn_sink *out, bsn_err *err)
{
	return BSN_OK;
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice bytes, bsn_ledger **ledger, bsn_err *err)
{
	return bsn_fail(err, BSN_E_VERSION, "it opens no chain");
}

static void
chain_close(bsn_ledger *ledger)
{
}

static void
chain_event(bsn_ledger *ledger, uint64_t number)
{
}

static int32_t
not_offered(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	return BSN_NOT_OFFERED;
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_event,
	.timer = chain_event,
	.members = not_offered,
};

static int32_t
tx_begin(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	 bsn_err *err)
{
	return BSN_NOT_OFFERED;
}

static int32_t
tx_sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
	      bsn_reply *reply, bsn_err *err)
{
	return BSN_NOT_OFFERED;
}

static int32_t
tx_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	  bsn_err *err)
{
	return BSN_NOT_OFFERED;
}

static int32_t
get_by_slice(bsn_ledger *ledger, bsn_slice id, bsn_reply *reply, bsn_err *err)
{
	return BSN_NOT_OFFERED;
}

static const bsn_tx_ops tx_ops = {
	.size = sizeof(tx_ops),
	.begin = tx_begin,
	.sign_round = tx_sign_round,
	.submit = tx_submit,
	.call = tx_begin,
	.get = get_by_slice,
};

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	return BSN_NOT_OFFERED;
}

static const bsn_contract_ops contract_ops = {
	.size = sizeof(contract_ops),
	.check = tx_sign_round,
	.list = contract_list,
	.get = get_by_slice,
};

static const bsn_status_ops status_ops = { .size = sizeof(status_ops),
					   .get = not_offered };
static const bsn_ledger_ops ledger_ops = { .size = sizeof(ledger_ops),
					   .info = not_offered };

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	  bsn_err *err)
{
	return BSN_NOT_OFFERED;
}

static const bsn_block_ops block_ops = { .size = sizeof(block_ops),
					 .get = block_get };
static const bsn_event_ops event_ops = { .size = sizeof(event_ops),
					 .replay = contract_list };

static const bsn_feature no_sm2 = { .size = sizeof(no_sm2),
				    .row = "function.sm2" };
static const bsn_feature *const features[] = { &no_sm2, NULL };

static bsn_engine minimal_engine = {
	.size = sizeof(minimal_engine),
	.framework = FRAMEWORK,
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
minimal_query(const char *id)
{
	return strcmp(id, BSN_ENGINE_ID) == 0 ? &minimal_engine : NULL;
}

static bsn_plugin minimal_plugin = {
	.size = sizeof(minimal_plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "Minimal engine",
	.vendor = "Test Vendor",
	.licence = "Apache-2.0",
	.query = minimal_query,
};

#define MINIMAL_NOTE BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE)

/* bsn_plugin_open of a plugin whose fault is elsewhere. */
#define MINIMAL_OPEN                                                           \
	int32_t bsn_plugin_open(const bsn_host *host,                          \
				const bsn_plugin **plugin, bsn_err *err)       \
	{                                                                      \
		*plugin = &minimal_plugin;                                     \
		return BSN_OK;                                                 \
	}

#endif
