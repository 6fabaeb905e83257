/* SPDX-License-Identifier: Apache-2.0
 *
 * What a known host says of its keys and of its reasons: the payloads of
 * FRAME_KEY, and of FRAME_ERROR and FRAME_REFUSE.
 */
#include <stdint.h>
#include <string.h>

#include "host/peer/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const guint8 exporter[EXPORTER_LEN] = { 1 };

static void
read_key(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) payload = g_bytes_new(data, size);
	g_autoptr(GError) error = NULL;
	PeerKey *key =
		peer_key_read(payload, PEER_CLIENT, exporter, &error);

	g_assert_true((key == NULL) == (error != NULL));
	if (key == NULL)
		return;
	/* No signature over this exporter value is in any corpus. */
	g_assert_null(key->key);
	g_assert_cmpuint(strlen(key->algorithm), <=, 32);
	peer_key_free(key);
}

static void
read_error(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GByteArray) again = NULL;

	if (size < 2 || size > FRAME_ERROR_MAX)
		return;
	error = peer_error_read(data, size);
	g_assert_true(g_utf8_validate(error->message, -1, NULL));
	again = peer_error_write((PeerError)(error->code & 0xff),
				 error->message);
	g_assert_cmpuint(again->len, <=, FRAME_ERROR_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_key(data, size);
	read_error(data, size);
	return 0;
}
