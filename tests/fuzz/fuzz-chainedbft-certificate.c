/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates of consensus-chainedbft, XuperChain's QuorumCert in protobuf: one
 * encoding each, signers in order, and nothing that a fixed place would not hold.
 */
#include <stdint.h>

#include <bsn/helpers/bytes.h>

#include "plugins/consensus-chainedbft/certificate.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_endorsement(const Endorsement *one)
{
	g_assert_cmpuint(one->key_len, >, 0);
	g_assert_cmpuint(one->key_len, <=, BSN_PUBLIC_KEY_MAX);
	g_assert_cmpuint(one->signature.len, >, 0);
	g_assert_cmpuint(one->signature.len, <=, BSN_SIGNATURE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Certificate) certificate =
		certificate_read(bsn_slice_of(data, size));
	g_autoptr(GByteArray) text = g_byte_array_new();
	bsn_slice again;

	if (certificate == NULL)
		return 0;
	again = bytes_slice(certificate->bytes);
	assert_bytes(again.data, again.len, data, size);
	g_assert_cmpuint(certificate->n, >, 0);
	g_assert_cmpuint(certificate->n, <=, MEMBERS_MAX);
	g_assert_cmpuint(certificate->info.round, <=, ROUND_MAX);
	for (guint i = 0; i < certificate->n; i++)
		check_endorsement(&certificate->list[i]);
	vote_info_put_text(&certificate->info, text);
	return 0;
}
