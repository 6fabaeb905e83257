/* SPDX-License-Identifier: Apache-2.0
 *
 * A signed request: four headers, method and target, a line each, then the
 * body. Whatever it is, it is accepted once at most.
 */
#include <string.h>

#include "identity/signed_request.h"
#include "identity/trust.h"
#include "tests/fuzz/fuzz-cas.h"

#define PARTS 7
#define SKEW_S 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean
accepted(RequestVerifier *verifier, const SignedRequest *request, char **parts)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) identity =
		request_verify(verifier, request, parts[4], parts[5], parts[6],
			       strlen(parts[6]), FUZZ_NOW_MS, &error);

	g_assert_true((identity == NULL) == (error != NULL));
	return identity != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static TrustStore *trust;
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) parts = g_strsplit(text, "\n", PARTS);
	SignedRequest request;
	RequestVerifier *verifier;

	if (trust == NULL)
		trust = trust_store_parse(fuzz_cas, strlen(fuzz_cas), "fuzz",
					  NULL);
	if (g_strv_length(parts) < PARTS)
		return 0;
	verifier = request_verifier_new(trust, SKEW_S);
	request = (SignedRequest){ parts[0], parts[1], parts[2], parts[3] };
	if (accepted(verifier, &request, parts))
		g_assert_false(accepted(verifier, &request, parts));
	request_verifier_free(verifier);
	return 0;
}
