/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/routes.h: the handlers of all routes, by the file they are in:
 * one for each row of the standard's table, and the host's own.
 */
#ifndef HOST_GATEWAY_ROUTES_H
#define HOST_GATEWAY_ROUTES_H

#include "host/gateway/exchange.h"

/* chains.c */
void chains_list(Exchange *exchange);
void chains_create(Exchange *exchange);
void chains_get(Exchange *exchange);
void chains_genesis(Exchange *exchange);
void chains_change(Exchange *exchange);
void chains_delete(Exchange *exchange);

/* join.c */
void chains_join(Exchange *exchange);

/* introduce.c */
void chains_trust(Exchange *exchange);

/* nodes.c */
void nodes_list(Exchange *exchange);
void nodes_proposals(Exchange *exchange);

/* contracts.c */
void contracts_list(Exchange *exchange);
void contracts_get(Exchange *exchange);
void contracts_check(Exchange *exchange);
void contracts_compile(Exchange *exchange);

/* status.c */
void status_alive(Exchange *exchange);
void status_ready(Exchange *exchange);
void status_host(Exchange *exchange);
void status_chain(Exchange *exchange);

/* txs.c */
void txs_prepare(Exchange *exchange);
void txs_sign(Exchange *exchange);
void txs_call(Exchange *exchange);
void txs_get(Exchange *exchange);

/* submit.c */
void txs_submit(Exchange *exchange);
void contracts_deploy(Exchange *exchange);
void nodes_change(Exchange *exchange);

/* ledger.c */
void ledger_get(Exchange *exchange);

/* blocks.c */
void blocks_list(Exchange *exchange);
void blocks_get(Exchange *exchange);

/* events.c */
void events_stream(Exchange *exchange);

/* messages.c */
void messages_send(Exchange *exchange);
void messages_answer(Exchange *exchange);
void messages_topics(Exchange *exchange);
void messages_declare(Exchange *exchange);
void messages_withdraw(Exchange *exchange);
/* message_proof.c */
void messages_challenge(Exchange *exchange);
/* listener.c */
void messages_listen(Exchange *exchange);

/* ids.c */
void ids_me(Exchange *exchange);

/* hosted_keys.c */
void ids_list(Exchange *exchange);
void ids_create(Exchange *exchange);
void ids_change(Exchange *exchange);
void ids_delete(Exchange *exchange);

/* node_keys.c */
void node_key(Exchange *exchange);
void node_key_certify(Exchange *exchange);

/* rpc.c */
void rpc_post(Exchange *exchange);
void rpc_preflight(Exchange *exchange);
/* Answers and returns FALSE when the exchange's page may not ask, or the chain
 * has no JSON-RPC. */
gboolean rpc_may_use(Exchange *exchange, const Chain *chain);

/* native.c */
void native_ask(Exchange *exchange);

/* rpc_tokens.c */
void tokens_list(Exchange *exchange);
void tokens_make(Exchange *exchange);
void tokens_end(Exchange *exchange);
/* snapshots.c */
void snapshots_list(Exchange *exchange);
void snapshots_take(Exchange *exchange);
void snapshots_cancel(Exchange *exchange);
void snapshots_join(Exchange *exchange);
void snapshots_join_cancel(Exchange *exchange);

/* peers.c */
void peers_list(Exchange *exchange);

/* plugins.c */
void plugins_list(Exchange *exchange);

#endif
