/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that claims to be the certificate of a key.
 */
#include <string.h>

#include "identity/key_certificate.h"
#include "identity/openssl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is judged to be a key's certificate says so of that key alone. */
static void
check_judged(GBytes *der)
{
	static const uint8_t other[64] = { 1 };
	g_autoptr(GError) error = NULL;

	g_assert_false(key_certificate_judge(der, NULL, other, sizeof(other),
					     &error));
	g_assert_error(error, IDENTITY_ERROR, error->code);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) der =
		key_certificate_read((const char *)data, size, &error);
	g_autoptr(GBytes) raw = g_bytes_new(data, size);
	g_autofree char *pem = NULL;
	g_autofree char *again = NULL;

	g_assert_true((der == NULL) == (error != NULL));
	check_judged(raw);
	if (der == NULL)
		return 0;
	check_judged(der);
	pem = key_certificate_write(der);
	if (pem != NULL) {
		g_autoptr(GBytes) same =
			key_certificate_read(pem, strlen(pem), NULL);

		again = key_certificate_write(same);
		g_assert_cmpstr(pem, ==, again);
	}
	return 0;
}
