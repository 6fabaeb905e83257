/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fisco-rpc.h: JSON-RPC to chains of the FISCO engine, as the host
 * would pass it on.
 */
#ifndef TESTS_UNIT_FISCO_RPC_H
#define TESTS_UNIT_FISCO_RPC_H

#include <bsn/ext/jsonrpc.h>

#include "tests/unit/fisco-chain.h"

/* How long the answer to a transaction may wait for its block. */
#define RPC_HELD_MS 2000u

/* A request, for tests that give it to the engine themselves. */
bsn_rpc_request rpc_item(const FiscoChain *chain, const char *request);
/* The answer to one request text; NULL for a notification. */
json_t *rpc_text(const FiscoChain *chain, const char *request);
/* The answers to n requests that came together; NULL where there is none. */
void rpc_many(const FiscoChain *chain, const char *const *requests, guint n,
	      json_t **answers);
/* From whom the requests come from now on; NULL, as at first: from nobody that
 * anything can be pushed to. */
void rpc_use_session(bsn_session *session);
/* The answer to method with params, a JSON array text. */
json_t *rpc_ask(const FiscoChain *chain, const char *method,
		const char *params);
/* Its result, new reference; fails the test on an error. */
json_t *rpc_result(const FiscoChain *chain, const char *method,
		   const char *params);
/* Fails the test unless the result is that text. */
void rpc_expect(const FiscoChain *chain, const char *method,
		const char *params, const char *result);
/* Fails the test unless it is answered with that error, whose message has the
 * words. */
void rpc_expect_error(const FiscoChain *chain, const char *method,
		      const char *params, int code, const char *words);

#endif
