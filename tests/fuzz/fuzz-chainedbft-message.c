/* SPDX-License-Identifier: Apache-2.0
 *
 * What members of consensus-chainedbft send each other: what is read and written
 * again is what came, in messages, and in the timeouts and certificates within.
 */
#include <stdint.h>

#include <bsn/helpers/bytes.h>

#include "plugins/consensus-chainedbft/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_certificate(bsn_slice bytes)
{
	g_autoptr(Certificate) certificate = certificate_read(bytes);
	bsn_slice again;

	if (certificate == NULL)
		return;
	again = bytes_slice(certificate->bytes);
	assert_bytes(again.data, again.len, bytes.data, bytes.len);
}

static void
check_timeouts(bsn_slice bytes)
{
	g_autofree TimeoutCertificate *timeouts =
		g_new(TimeoutCertificate, 1);
	g_autoptr(GByteArray) again = g_byte_array_new();

	if (!timeouts_read(bytes, timeouts))
		return;
	timeouts_put(timeouts, again);
	assert_bytes(again->data, again->len, bytes.data, bytes.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_slice bytes = bsn_slice_of(data, size);
	g_autoptr(GByteArray) again = g_byte_array_new();
	Message message;

	check_timeouts(bytes);
	if (!message_read(bytes, &message))
		return 0;
	message_put(&message, again);
	assert_bytes(again->data, again->len, bytes.data, bytes.len);
	check_timeouts(message.timeouts);
	check_certificate(message.certificate);
	check_certificate(message.final);
	return 0;
}
