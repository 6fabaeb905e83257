/* SPDX-License-Identifier: Apache-2.0
 *
 * App chains: made, opened, closed, deleted.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/gateway/body.h"
#include "host/gateway/chain_json.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

void
chains_list(Exchange *exchange)
{
	g_autoptr(GPtrArray) chains =
		chain_table_list(exchange->gateway->deps.chains);
	json_t *list = json_array();
	json_t *body = json_object();

	for (guint i = 0; i < chains->len; i++)
		json_array_append_new(list,
				      chain_json(chains->pdata[i], FALSE));
	json_object_set_new(body, "chains", list);
	exchange_answer(exchange, 200, body);
}

void
chains_get(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);

	if (chain != NULL)
		exchange_answer(exchange, 200, chain_json(chain, TRUE));
}

/* What another host makes its part of the chain from: the body of its
 * POST /v1/chains. */
void
chains_genesis(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	GBytes *genesis;
	json_t *body;

	if (chain == NULL)
		return;
	genesis = chain_genesis(chain);
	if (genesis == NULL) {
		exchange_failf(exchange, BSN_UNAVAILABLE, NULL,
			       "chain %s is being opened: try again soon",
			       chain_name(chain));
		return;
	}
	body = json_object();
	json_object_set_new(body, "name", json_text(chain_name(chain)));
	json_object_set_new(body, "framework",
			    json_text(chain_framework(chain)));
	json_object_set_new(body, "config",
			    json_foreign(chain_config(chain),
					 strlen(chain_config(chain))));
	json_object_set_new(body, "genesis", json_hex_bytes(genesis));
	exchange_answer(exchange, 200, body);
}

/* ---- changes ---- */

static void
changed(Exchange *exchange, int http, Chain *chain, int32_t status,
	const bsn_err *err)
{
	if (status != BSN_OK)
		exchange_fail(exchange, status, err, NULL);
	else
		exchange_answer(exchange, http, chain_json(chain, TRUE));
	exchange_unref(exchange);
}

static void
created(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	changed(owner, 201, chain, status, err);
}

static void
opened_or_closed(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	changed(owner, 200, chain, status, err);
}

/* A later chain of the same name is another one. */
static void
forget_hosts(const Exchange *exchange)
{
	Peers *peers = exchange->gateway->deps.peers;

	if (peers != NULL)
		peers_forget_chain(peers, exchange_arg(exchange, "c"));
}

static void
deleted(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	Exchange *exchange = owner;

	if (status != BSN_OK) {
		exchange_fail(exchange, status, err, NULL);
	} else {
		forget_hosts(exchange);
		exchange_answer(exchange, 204, NULL);
	}
	exchange_unref(exchange);
}

void
chains_create(Exchange *exchange)
{
	ChainBody body;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = chain_body_decode(exchange->body, exchange->body_len,
					   &body, &err);

	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
	} else {
		const ChainPlan plan = {
			.name = body.name,
			.framework = body.framework,
			.config = body.config_text,
			.members = body.founders,
			.genesis = body.genesis,
		};

		exchange->subject = g_strdup(body.name);
		chain_table_create(exchange->gateway->deps.chains, &plan,
				   created, exchange_ref(exchange));
	}
	chain_body_clear(&body);
}

void
chains_change(Exchange *exchange)
{
	const Gateway *gateway = exchange->gateway;
	Chain *chain = exchange_chain(exchange);
	StateBody body;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (chain == NULL)
		return;
	status = state_body_decode(exchange->body, exchange->body_len, &body,
				   &err);
	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
	} else if (strcmp(body.state, "open") == 0) {
		exchange->subject = g_strdup(body.state);
		chain_table_open(gateway->deps.chains, chain, opened_or_closed,
				 exchange_ref(exchange));
	} else {
		exchange->subject = g_strdup(body.state);
		hubs_end_chain(gateway->hubs, chain, "the chain is closed");
		chain_table_close(gateway->deps.chains, chain, opened_or_closed,
				  exchange_ref(exchange));
	}
	state_body_clear(&body);
}

void
chains_delete(Exchange *exchange)
{
	const Gateway *gateway = exchange->gateway;
	Chain *chain = exchange_chain(exchange);

	if (chain == NULL)
		return;
	hubs_end_chain(gateway->hubs, chain, "the chain is deleted");
	chain_table_delete(gateway->deps.chains, chain, deleted,
			   exchange_ref(exchange));
}
