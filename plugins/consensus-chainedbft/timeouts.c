/* SPDX-License-Identifier: Apache-2.0
 *
 * Timeout certificates.
 */
#include "plugins/consensus-chainedbft/certificate.h"

#include "plugins/kit/sink.h"

void
timeouts_put(const TimeoutCertificate *timeouts, GByteArray *out)
{
	wire_put(out, timeouts->round, 8);
	wire_put(out, timeouts->n, 2);
	for (guint i = 0; i < timeouts->n; i++) {
		wire_put(out, timeouts->list[i].signer, 2);
		wire_put(out, timeouts->list[i].high_round, 8);
		wire_put_signature(out, &timeouts->list[i].signature);
	}
}

gboolean
timeouts_read(bsn_slice bytes, TimeoutCertificate *timeouts)
{
	Wire reader = wire_of(bytes);

	timeouts->round = wire_u64(&reader);
	timeouts->n = wire_u16(&reader);
	if (timeouts->n > MEMBERS_MAX)
		return FALSE;
	for (guint i = 0; !reader.bad && i < timeouts->n; i++) {
		Expiry *one = &timeouts->list[i];

		one->signer = wire_u16(&reader);
		one->high_round = wire_u64(&reader);
		one->signature = wire_signature(&reader);
		if (i > 0 && one->signer <= one[-1].signer)
			reader.bad = TRUE;
	}
	return wire_end(&reader);
}

gboolean
timeouts_verify(const TimeoutCertificate *timeouts, const Members *members,
		const TimeoutInfo *info, bsn_chain *chain)
{
	g_autoptr(Claims) claims = claims_new(members);
	g_autoptr(GByteArray) text = g_byte_array_new();
	TimeoutInfo signed_info = *info;

	if (timeouts->n < members->quorum ||
	    timeouts->list[timeouts->n - 1].signer >= members->n)
		return FALSE;
	for (guint i = 0; i < timeouts->n; i++) {
		signed_info.round = timeouts->round;
		signed_info.high_round = timeouts->list[i].high_round;
		g_byte_array_set_size(text, 0);
		timeout_info_put_text(&signed_info, text);
		claims_add(claims, timeouts->list[i].signer,
			   buffer_slice(text), &timeouts->list[i].signature);
	}
	return claims_verify(claims, chain, NULL);
}
