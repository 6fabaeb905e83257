/* SPDX-License-Identifier: Apache-2.0
 *
 * What members of consensus-pbft send each other: what is read and written
 * again is what came, in messages, and in the promises and certificates within.
 */
#include <stdint.h>

#include <bsn/helpers/bytes.h>

#include "plugins/consensus-pbft/message.h"
#include "tests/unit/assert-bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_certificate(bsn_slice bytes)
{
	g_autofree Certificate *certificate = g_new(Certificate, 1);
	g_autoptr(GByteArray) again = g_byte_array_new();

	if (!certificate_read(bytes, certificate))
		return;
	certificate_put(certificate, again);
	assert_bytes(again->data, again->len, bytes.data, bytes.len);
}

static void
check_promises(bsn_slice bytes)
{
	g_autofree Promise *promises = g_new(Promise, MEMBERS_MAX);
	g_autoptr(GByteArray) again = g_byte_array_new();
	guint n;

	if (!promises_read(bytes, promises, &n))
		return;
	promises_put(promises, n, again);
	assert_bytes(again->data, again->len, bytes.data, bytes.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_slice bytes = bsn_slice_of(data, size);
	g_autoptr(GByteArray) again = g_byte_array_new();
	Message message;

	check_certificate(bytes);
	check_promises(bytes);
	if (!message_read(bytes, &message))
		return 0;
	message_put(&message, again);
	assert_bytes(again->data, again->len, bytes.data, bytes.len);
	check_certificate(message.certificate);
	check_promises(message.promises);
	return 0;
}
