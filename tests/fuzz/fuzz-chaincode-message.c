/* SPDX-License-Identifier: Apache-2.0
 *
 * What a chaincode says: parts lie inside the message, and what is read and
 * written again is read the same.
 */
#include "plugins/kit/sink.h"
#include "plugins/runtime-chaincode/shim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(bsn_slice whole, bsn_slice part)
{
	g_assert_true(part.len == 0 ||
		      (part.data >= whole.data &&
		       part.data + part.len <= whole.data + whole.len));
}

static void
check_again(const ShimMessage *message)
{
	g_autoptr(GBytes) bytes = shim_encode(message);
	ShimMessage again;

	g_assert_cmpint(shim_decode(bytes_slice(bytes), &again, NULL), ==,
			BSN_OK);
	g_assert_cmpuint(again.type, ==, message->type);
	g_assert_true(bsn_slice_equal(again.payload, message->payload));
	g_assert_true(bsn_slice_equal(again.tx_id, message->tx_id));
	g_assert_true(bsn_slice_equal(again.channel_id, message->channel_id));
	g_assert_true(bsn_slice_equal(again.event, message->event));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_slice whole = bsn_slice_of(data, size);
	ShimMessage message;
	bsn_slice name;

	if (shim_decode_name(whole, &name, NULL) == BSN_OK)
		check_inside(whole, name);
	if (shim_decode(whole, &message, NULL) != BSN_OK)
		return 0;
	check_inside(whole, message.payload);
	check_inside(whole, message.tx_id);
	check_inside(whole, message.channel_id);
	check_inside(whole, message.event);
	g_assert_true(!shim_is_question(message.type) ||
		      shim_type_name(message.type) != NULL);
	check_again(&message);
	return 0;
}
