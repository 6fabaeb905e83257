/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of a keystore: whatever is read as a key is written as the same
 * bytes.
 */
#include <string.h>

#include "host/service/keystore_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* It belongs to the table of keys, which is not part of this. */
void
hosted_key_free(HostedKey *key)
{
	if (key == NULL)
		return;
	g_free(key->name);
	g_free(key->algorithm);
	g_free(key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(SealedKey) sealed = NULL;
	g_autoptr(GByteArray) again = NULL;
	guint8 salt[SEAL_SALT_LEN];

	(void)keystore_header_read(data, size, salt);
	if (sealed_key_read(data, size, &sealed) != KEYSTORE_FILE_GOOD)
		return 0;
	again = sealed_key_write(sealed);
	g_assert_cmpuint(again->len, ==, size);
	g_assert_true(memcmp(again->data, data, size) == 0);
	g_assert_true(key_name_is_fit(sealed->key->name));
	return 0;
}
