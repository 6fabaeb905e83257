/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine whose chains do nothing but answer gRPC, as tests/unit/gateway_grpc.c
 * says; for tests of a whole host.
 */
#define PLUGIN_ID "test.engine-echo"
#define FRAMEWORK "echo"
#include "tests/bad-plugins/minimal.h"
#include "tests/unit/gateway_engine.h"

MINIMAL_NOTE;

static int32_t
make_genesis(const bsn_genesis *given, bsn_sink *out, bsn_err *err)
{
	return out->write(out, "echo", 4);
}

/* They have no state. */
static int32_t
open_chain(bsn_chain *chain, bsn_slice bytes, bsn_ledger **ledger, bsn_err *err)
{
	*ledger = (bsn_ledger *)chain;
	return BSN_OK;
}

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	static bsn_chain_ops echo_chain;

	echo_chain = chain_ops;
	echo_chain.genesis = make_genesis;
	echo_chain.open = open_chain;
	gateway_grpc_host = host;
	minimal_engine.chain = &echo_chain;
	minimal_engine.query = gateway_grpc_query;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
