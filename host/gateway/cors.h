/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/cors.h: which web pages may read answers of /rpc and
 * /native in a browser (the Fetch standard, section 3.2). Main loop.
 */
#ifndef HOST_GATEWAY_CORS_H
#define HOST_GATEWAY_CORS_H

#include "host/gateway/exchange.h"

/* 1 when the request comes from no web page, or from one of `[gateway]
 * rpc_origins`. */
gboolean cors_allows(const Exchange *exchange);
/* Answers and returns FALSE when the page that asks may not. */
gboolean cors_page_may_ask(Exchange *exchange);
/* Headers of the answer to come, if its page may read it. */
void cors_add_headers(Exchange *exchange);
/* Answers a preflight request. */
void cors_answer_preflight(Exchange *exchange);

#endif
