/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures in DER: what is read is written the same.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/codec/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	guint8 raw[DER_SIGNATURE_RAW_LEN];
	guint8 der[DER_SIGNATURE_MAX];

	if (!der_read_signature(bsn_slice_of(data, size), raw))
		return 0;
	g_assert_cmpuint(der_put_signature(raw, der), ==, size);
	g_assert_true(memcmp(der, data, size) == 0);
	return 0;
}
