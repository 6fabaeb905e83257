/* SPDX-License-Identifier: Apache-2.0
 *
 * What nodes of a XuperChain tell each other: what is read is written as the same
 * message, and is within its limits.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/net/message.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_limits(const NetMessage *message)
{
	if (message->kind == NET_FINAL)
		g_assert_cmpuint(message->body.final->n_blocks, <=,
				 NET_BLOCKS_MAX);
	if (message->kind == NET_GET_FINAL)
		g_assert_cmpuint(message->body.get_final->count, <=,
				 NET_BLOCKS_MAX);
	if (message->kind == NET_BRANCH)
		g_assert_cmpuint(message->body.branch->n_blocks, <=,
				 NET_BLOCKS_MAX);
	if (message->kind == NET_TRANSACTIONS)
		g_assert_cmpuint(message->body.transactions->n_transactions, <=,
				 NET_TXS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_auto(Arena) other = ARENA_INIT;
	g_autoptr(GByteArray) once = g_byte_array_new();
	g_autoptr(GByteArray) twice = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	NetMessage message, again;
	const int32_t status = net_message_read(
		&arena, bsn_slice_of(data, size), &message, &err);

	g_assert_true((status == BSN_OK) == (err.reason[0] == '\0'));
	if (status != BSN_OK)
		return 0;
	check_limits(&message);
	net_message_put(once, message.kind, message.body.any);
	g_assert_cmpint(net_message_read(&other, buffer_slice(once), &again,
					 NULL),
			==, BSN_OK);
	net_message_put(twice, again.kind, again.body.any);
	g_assert_true(bsn_slice_equal(buffer_slice(once), buffer_slice(twice)));
	return 0;
}
