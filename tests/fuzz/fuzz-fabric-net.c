/* SPDX-License-Identifier: Apache-2.0
 *
 * What nodes of a channel send each other: what is read and written again is
 * read again as the same.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/net/message.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_auto(Arena) other = ARENA_INIT;
	g_autoptr(GByteArray) once = g_byte_array_new();
	g_autoptr(GByteArray) twice = g_byte_array_new();
	bsn_err err = { .size = sizeof(err) };
	NetMessage message, again;
	int32_t status = net_message_read(&arena, bsn_slice_of(data, size),
					  &message, &err);

	g_assert_true((status == BSN_OK) == (err.reason[0] == '\0'));
	if (status != BSN_OK)
		return 0;
	net_message_put(once, message.kind, message.body.any);
	g_assert_cmpint(
		net_message_read(&other, buffer_slice(once), &again, NULL), ==,
		BSN_OK);
	net_message_put(twice, again.kind, again.body.any);
	g_assert_true(bsn_slice_equal(buffer_slice(once), buffer_slice(twice)));
	return 0;
}
