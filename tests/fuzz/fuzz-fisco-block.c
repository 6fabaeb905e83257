/* SPDX-License-Identifier: Apache-2.0
 *
 * Another node's proposals. With bit 0 of the first byte the others are a
 * block's transactions, put under a header that fits the chain, so that they
 * are reached; else they are the proposal as it is.
 */
#include <stddef.h>

#include "plugins/engine-fisco/block.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-chain.h"
#include "tests/unit/manual-consensus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FiscoChain *chain;
static bsn_proposer *proposer;

static void
open_chain(void)
{
	const bsn_plugin *plugin;

	fake_host_reset(1);
	plugin = fake_host_open(bsn_plugin_open);
	fisco_use(bsn_engine_of(plugin));
	fisco_reset(1);
	manual_consensus_add();
	chain = fisco_new("one", "{\"crypto\":\"std\",\"chain_id\":1,"
				 "\"consensus\":{\"name\":\"manual\"}}");
	proposer = manual_last()->proposer;
}

static void
put_block(bsn_slice txs, GByteArray *out)
{
	g_autoptr(bsn_reply) genesis = fisco_block(chain, 0, 0);
	const bsn_hash *keccak =
		bsn_host_crypto(fake_host())->hash("keccak-256");
	const bsn_slice none = bsn_slice_of(NULL, 0);
	g_autoptr(GByteArray) raw = g_byte_array_new();
	Header header = { .number = 1, .time_ms = fake_host_now_ms() };
	guint8 digest[HASH_LEN];
	bsn_slice part;

	memcpy(header.parent_hash, genesis->block.hash.bytes, HASH_LEN);
	header_put(&header, raw);
	part = buffer_slice(raw);
	keccak->digest(&part, 1, digest);
	block_put(part, digest, txs, none, none, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) block = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	bsn_id digest;

	if (chain == NULL)
		open_chain();
	if (size == 0)
		return 0;
	if ((data[0] & 1) != 0)
		put_block(bsn_slice_of(data + 1, size - 1), block);
	else
		g_byte_array_append(block, data + 1, (guint)size - 1);
	g_assert_cmpint(proposer->check(proposer, 1, buffer_slice(block),
					&digest, &err),
			>=, 0);
	return 0;
}
