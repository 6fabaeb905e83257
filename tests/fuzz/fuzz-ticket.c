/* SPDX-License-Identifier: Apache-2.0
 *
 * A ticket: opened, or refused with a reason. Who does not judge who signed it
 * reads the same payload.
 */
#include <string.h>

#include "identity/ticket.h"
#include "identity/trust.h"
#include "tests/fuzz/fuzz-cas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static TrustStore *trust;
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) by = NULL;
	g_autoptr(GBytes) payload = NULL;
	g_autoptr(GBytes) unchecked = NULL;

	if (trust == NULL)
		trust = trust_store_parse(fuzz_cas, strlen(fuzz_cas), "fuzz",
					  NULL);
	payload = ticket_open((const char *)data, size, trust, ROLE_AUDITOR,
			      FUZZ_NOW_MS / 1000, &by, &error);
	unchecked = ticket_payload((const char *)data, size);
	g_assert_true((payload == NULL) == (error != NULL));
	g_assert_true((payload == NULL) == (by == NULL));
	if (payload != NULL)
		g_assert_true(g_bytes_equal(payload, unchecked));
	return 0;
}
