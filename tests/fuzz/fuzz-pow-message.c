/* SPDX-License-Identifier: Apache-2.0
 *
 * What nodes of consensus-pow send each other, given to one of two nodes: what it
 * claims is not believed, and the head stays the genesis, since no block in it has
 * been worked for. Of the first byte only the protocol's mark is let through, as by
 * the engine.
 */
#include <stdint.h>

#include <bsn/helpers/bytes.h>

#include "tests/unit/pow-net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Net *net;
	g_autoptr(GByteArray) message = g_byte_array_new();
	const guint8 mark = BSN_CONSENSUS_BYTE;

	if (net == NULL)
		net = pow_quiet_net();
	g_byte_array_append(message, &mark, 1);
	g_byte_array_append(message, data, (guint)MIN(size, 1u << 16));
	net_give(net->nodes[0], net->nodes[1],
		 bsn_slice_of(message->data, message->len));
	net_run(net, 10);
	g_assert_true(net->nodes[0]->head == net->genesis);
	return 0;
}
