/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON-RPC 2.0 over HTTP at /rpc/{chain}: errors of the protocol are answered
 * with HTTP 200, as its clients expect; whoever may not ask at all gets the
 * gateway's usual refusals.
 */
#include <bsn/ext/jsonrpc.h>
#include <bsn/helpers/error.h>

#include "host/gateway/cors.h"
#include "host/gateway/rpc_call.h"
#include "host/gateway/routes.h"

gboolean
rpc_may_use(Exchange *exchange, const Chain *chain)
{
	const bsn_engine *engine = chain_engine(chain);

	if (!cors_page_may_ask(exchange))
		return FALSE;
	if (engine != NULL && bsn_engine_jsonrpc_of(engine) != NULL)
		return TRUE;
	exchange_failf(exchange, BSN_NOT_OFFERED, NULL,
		       "framework %s of chain %s answers no JSON-RPC",
		       chain_framework(chain), chain_name(chain));
	return FALSE;
}

static void
answered(gpointer owner, GString *answer)
{
	Exchange *exchange = owner;

	exchange_answer_text(exchange, answer);
	exchange_unref(exchange);
}

void
rpc_post(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	RpcCaller caller = {
		.chain = chain,
		.role = exchange->caller->identity->role,
		.batch_max =
			exchange->gateway->deps.config->gateway_rpc_batch_max,
		.done = answered,
		.owner = exchange,
	};
	g_autoptr(GBytes) message = NULL;

	if (chain == NULL || !rpc_may_use(exchange, chain))
		return;
	message = g_bytes_new(exchange->body, exchange->body_len);
	exchange_ref(exchange);
	exchange->audited = rpc_call(&caller, message);
}

void
rpc_preflight(Exchange *exchange)
{
	cors_answer_preflight(exchange);
}
