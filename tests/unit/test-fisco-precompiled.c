/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts of the engine: what they are listed as, and how calls of them end.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/contract.h"
#include "tests/unit/fake-host.h"

static guint32
selector_of(const char *signature, const char *algorithm)
{
	const bsn_hash *hash = bsn_host_crypto(fake_host())->hash(algorithm);
	bsn_slice text = bsn_slice_str(signature);
	guint8 digest[BSN_DIGEST_MAX];

	g_assert_cmpint(hash->digest(&text, 1, digest), ==, BSN_OK);
	return (guint32)digest[0] << 24 | (guint32)digest[1] << 16 |
	       (guint32)digest[2] << 8 | digest[3];
}

static void
check_function(const PrecompiledFunction *function)
{
	guint32 keccak = selector_of(function->signature, "keccak-256");
	guint32 sm3 = selector_of(function->signature, "sm3");

	if (function->keccak != keccak || function->sm3 != sm3)
		g_error("%s has the selectors 0x%08x, 0x%08x",
			function->signature, keccak, sm3);
}

/* No selector may mean two functions, of whichever kind it is. */
static void
check_unique(const PrecompiledContract *contract)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < contract->n_functions; i++) {
		const PrecompiledFunction *one = &contract->functions[i];

		g_assert_true(g_hash_table_add(
			seen, GUINT_TO_POINTER(one->keccak)));
		g_assert_true(
			g_hash_table_add(seen, GUINT_TO_POINTER(one->sm3)));
	}
}

static void
selectors_are_the_signatures_digests(void)
{
	const PrecompiledContract *contract;
	guint n = 0;

	fake_host_reset(1);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	while ((contract = precompiled_contract_at(n++)) != NULL) {
		for (guint i = 0; i < contract->n_functions; i++)
			check_function(&contract->functions[i]);
		check_unique(contract);
	}
	g_assert_cmpuint(n, >, 1);
}

static void
addresses_are_distinct(void)
{
	const PrecompiledContract *contract;

	for (guint n = 0; (contract = precompiled_contract_at(n)) != NULL; n++)
		if (contract->address != 0)
			g_assert_true(precompiled_contract(contract->address) ==
				      contract);
	g_assert_null(precompiled_contract(0));
	g_assert_null(precompiled_contract(0x0fff));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-precompiled/selectors-are-digests",
			selectors_are_the_signatures_digests);
	g_test_add_func("/fisco-precompiled/addresses-are-distinct",
			addresses_are_distinct);
	return g_test_run();
}
