/* SPDX-License-Identifier: Apache-2.0
 *
 * A caller's certificate: bytes that claim to be DER.
 */
#include <string.h>

#include "identity/trust.h"
#include "tests/fuzz/fuzz-cas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static TrustStore *trust;
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) identity = NULL;

	if (trust == NULL)
		trust = trust_store_parse(fuzz_cas, strlen(fuzz_cas), "fuzz",
					  NULL);
	identity = trust_store_judge_der(trust, data, size, FUZZ_NOW_MS / 1000,
					 &error);
	g_assert_true((identity == NULL) == (error != NULL));
	if (identity == NULL)
		return 0;
	g_assert_cmpint(identity->role, !=, ROLE_NONE);
	g_assert_nonnull(identity->name);
	g_assert_cmpuint(strlen(identity->fingerprint), ==, 64);
	g_assert_cmpint(identity->not_after_s, >=, FUZZ_NOW_MS / 1000);
	return 0;
}
