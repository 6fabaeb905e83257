/* SPDX-License-Identifier: Apache-2.0
 *
 * The byte stream of an SDK's channel into the engine, in two parts, with
 * another client beside it who stays what it was. The engine is linked in, so
 * that the fuzzer sees it.
 */
#include <stddef.h>

#include <bsn/ext/stream.h>

#include "tests/unit/fake-session.h"
#include "tests/unit/fisco-chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FiscoChain *chain;

static void
open_chain(void)
{
	fake_host_reset(1);
	fisco_use(bsn_engine_of(fake_host_open(bsn_plugin_open)));
	fisco_reset(1);
	chain = fisco_new("channel",
			  "{\"crypto\":\"std\",\"chain_id\":1,\"group_id\":1}");
}

static bsn_session *
enter(const bsn_engine_stream *stream)
{
	const bsn_client client = { .size = sizeof(client) };
	bsn_session *session = fake_session_new();

	g_assert_cmpint(stream->opened(fisco_ledger(chain), session, &client,
				       NULL),
			==, BSN_OK);
	return session;
}

static void
leave(const bsn_engine_stream *stream, bsn_session *session)
{
	stream->closed(fisco_ledger(chain), session);
	fake_session_free(session);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t half = size / 2;
	const bsn_engine_stream *stream;
	bsn_session *one, *other;

	if (chain == NULL)
		open_chain();
	stream = bsn_engine_stream_of(fisco_engine());
	one = enter(stream);
	other = enter(stream);
	stream->received(fisco_ledger(chain), one, bsn_slice_of(data, half));
	stream->received(fisco_ledger(chain), one,
			 bsn_slice_of(data + half, size - half));
	fake_host_settle();
	g_assert_false(other->closed);
	leave(stream, one);
	leave(stream, other);
	return 0;
}
