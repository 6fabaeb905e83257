/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions and signing states from outside. The first byte says what the
 * others are: bit 0: for an SM chain, else secp256k1; bit 1: a state of
 * sign_round with its signature first, else a transaction that is submitted.
 */
#include <stddef.h>

#include "tests/unit/fisco-chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FiscoChain *chains[2];

static void
open_chains(void)
{
	const bsn_plugin *plugin;

	fake_host_reset(1);
	plugin = fake_host_open(bsn_plugin_open);
	fisco_use(bsn_engine_of(plugin));
	fisco_reset(1);
	chains[0] = fisco_new("std", "{\"crypto\":\"std\",\"chain_id\":1}");
	chains[1] = fisco_new("sm", "{\"crypto\":\"sm\",\"chain_id\":1}");
}

static void
submit(const FiscoChain *chain, const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) tx = g_byte_array_new();
	g_autoptr(bsn_reply) reply = NULL;

	g_byte_array_append(tx, data, (guint)size);
	reply = fisco_submit(chain, tx);
	fake_host_settle();
	g_assert_cmpint(reply->status, >=, 0);
}

static void
sign(const FiscoChain *chain, const uint8_t *data, size_t size)
{
	size_t signature = MIN(size, chain->scheme->signature_len);
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_SIGNABLE);

	fake_asked(reply,
		   chain->engine->tx->sign_round(
			   fisco_ledger(chain),
			   bsn_slice_of(data + signature, size - signature),
			   bsn_slice_of(data, signature), reply,
			   &reply->err));
	g_assert_cmpint(reply->status, >=, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const FiscoChain *chain;

	if (chains[0] == NULL)
		open_chains();
	if (size == 0)
		return 0;
	chain = chains[data[0] & 1];
	if ((data[0] & 2) != 0)
		sign(chain, data + 1, size - 1);
	else
		submit(chain, data + 1, size - 1);
	return 0;
}
