/* SPDX-License-Identifier: Apache-2.0
 *
 * The precompiled contracts, called as transactions.
 */
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/evm/fixture.h"
#include "tests/unit/fake-host.h"

static const struct {
	guint8 address;
	const char *input;
	const char *want;
} vectors[] = {
	{ 1,
	  "456e9aea5e197a1f1af7a3e85a3212fa4049a3ba34c2289b4c860fc0b0"
	  "c64ef30000000000000000000000000000000000000000000000000000"
	  "00000000001c9242685bf161793cc25603c231bc2f568eb630ea16aa13"
	  "7d2664ac80388256084f8ae3bd7535248d0bd448298cc2e2071e56992d"
	  "0774dc340c368ae950852ada",
	  "0000000000000000000000007156526fbd7a3c72969b54f64e42c10fbb"
	  "768c8a" },
	{ 1,
	  "",
	  "" },
	/* FIPS 180-4. */
	{ 2,
	  "616263",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f2"
	  "0015ad" },
	{ 3,
	  "",
	  "0000000000000000000000009c1185a5c5e9fc54612808977ee8f548b2"
	  "258d31" },
	{ 4,
	  "00ff17",
	  "00ff17" },
	/* 3 ** (p - 1) mod p, of EIP-198. */
	{ 5,
	  "0000000000000000000000000000000000000000000000000000000000"
	  "0000010000000000000000000000000000000000000000000000000000"
	  "0000000000200000000000000000000000000000000000000000000000"
	  "00000000000000002003ffffffffffffffffffffffffffffffffffffff"
	  "fffffffffffffffffefffffc2effffffffffffffffffffffffffffffff"
	  "fffffffffffffffffffffffefffffc2f",
	  "0000000000000000000000000000000000000000000000000000000000"
	  "000001" },
	/* twice the generator. */
	{ 6,
	  "0000000000000000000000000000000000000000000000000000000000"
	  "0000010000000000000000000000000000000000000000000000000000"
	  "0000000000020000000000000000000000000000000000000000000000"
	  "0000000000000000010000000000000000000000000000000000000000"
	  "000000000000000000000002",
	  "030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d"
	  "87cfd315ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3e"
	  "bf7a5a18a2c4" },
	{ 7,
	  "0000000000000000000000000000000000000000000000000000000000"
	  "0000010000000000000000000000000000000000000000000000000000"
	  "0000000000020000000000000000000000000000000000000000000000"
	  "000000000000000002",
	  "030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d"
	  "87cfd315ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3e"
	  "bf7a5a18a2c4" },
	{ 8,
	  "",
	  "0000000000000000000000000000000000000000000000000000000000"
	  "000001" },
	/* BLAKE2b of "abc": EIP-152, test vector 5. */
	{ 9,
	  "0000000c48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1"
	  "361d5f3af54fa5d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9"
	  "831f79217e1319cde05b61626300000000000000000000000000000000"
	  "0000000000000000000000000000000000000000000000000000000000"
	  "0000000000000000000000000000000000000000000000000000000000"
	  "0000000000000000000000000000000000000000000000000000000000"
	  "0000000000000000000000000000000000000000000003000000000000"
	  "00000000000000000001",
	  "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdb"
	  "ffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab923"
	  "86edd4009923" },
};

static void
precompiles_give_published_results(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(vectors); i++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autoptr(GByteArray) input = bytes_of_hex(vectors[i].input);
		g_autofree char *output = NULL;

		memset(fixture->contract, 0, 20);
		fixture->contract[19] = vectors[i].address;
		fixture->call.input = buffer_slice(input);
		fixture_execute(fixture);
		g_assert_cmpint(fixture->world->status, ==, BSN_OK);
		output = fixture_output(fixture);
		g_assert_cmpstr(output, ==, vectors[i].want);
	}
}

static void
bad_precompile_input_fails(void)
{
	static const guint8 addresses[] = { 6, 7, 8, 9, 10 };
	guint8 input[96];

	memset(input, 0xff, sizeof(input));
	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autoptr(Fixture) fixture = fixture_new();

		memset(fixture->contract, 0, 20);
		fixture->contract[19] = addresses[i];
		fixture->call.input = (bsn_slice){ input, sizeof(input) };
		fixture_execute(fixture);
		g_assert_cmpint(fixture->world->status, ==, BSN_FAULT);
		g_assert_cmpuint(fixture->world->used, ==, PLENTY_OF_GAS);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	g_test_add_func("/evm/precompiles/give-published-results",
			precompiles_give_published_results);
	g_test_add_func("/evm/precompiles/bad-input-fails",
			bad_precompile_input_fails);
	return g_test_run();
}
