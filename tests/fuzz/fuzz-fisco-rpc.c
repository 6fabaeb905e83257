/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON-RPC requests from outside, of any method, each of which must get an
 * answer that is JSON. The engine is linked in, so that the fuzzer sees it.
 */
#include <stddef.h>

#include <bsn/ext/jsonrpc.h>

#include "tests/unit/fake-session.h"
#include "tests/unit/fisco-chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FiscoChain *chain;
static bsn_session *session;

static void
open_chain(void)
{
	fake_host_reset(1);
	fisco_use(bsn_engine_of(fake_host_open(bsn_plugin_open)));
	fisco_reset(1);
	chain = fisco_new("rpc", "{\"crypto\":\"std\",\"chain_id\":20001}");
	session = fake_session_new();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_engine_jsonrpc *table;
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(json_t) answer = NULL;
	bsn_rpc_request item = { .size = sizeof(item) };

	if (chain == NULL)
		open_chain();
	table = bsn_engine_jsonrpc_of(fisco_engine());
	reply = fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);
	item.request = bsn_slice_of(data, size);
	item.session = session;
	item.reply = reply;
	g_assert_cmpint(table->requests(fisco_ledger(chain), &item, 1, NULL),
			==, BSN_OK);
	g_assert_cmpint(fake_asked(reply, BSN_OK), ==, BSN_OK);
	answer = fisco_json(reply->json);
	fake_host_settle();
	/* What was subscribed to ends with each input. */
	table->closed(fisco_ledger(chain), session);
	g_byte_array_set_size(session->pushed, 0);
	return 0;
}
