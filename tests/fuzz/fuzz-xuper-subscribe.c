/* SPDX-License-Identifier: Apache-2.0
 *
 * Subscriptions of XuperChain's SDKs: a SubscribeRequest, applied to a block;
 * and the first bytes as a pattern on the others.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/query/events/filter.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A genesis block with one transfer. */
static Block *
make_block(void)
{
	const Suite suite = xuper_suite(FALSE);
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	Xldgpb__TxOutput output = XLDGPB__TX_OUTPUT__INIT;
	Xldgpb__TxOutput *outputs[] = { &output };
	g_autoptr(Tx) tx = NULL;
	Tx *txs[1];
	BlockPlan plan = { .txs = txs, .n_txs = 1 };

	output.to_addr = message_bytes(bsn_slice_str("alice"));
	msg.version = TX_VERSION;
	msg.initiator = (char *)"bob";
	msg.tx_outputs = outputs;
	msg.n_tx_outputs = 1;
	tx = tx_make(&suite, &msg);
	txs[0] = tx;
	return block_make(&suite, &plan, NULL, NULL, NULL, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Block *block;
	g_autoptr(GByteArray) event = g_byte_array_new();
	g_autofree char *text = g_strndup((const char *)data, MIN(size, 64));
	bsn_err err = BSN_ERR_INIT;
	BlockFilter filter;
	Pattern *pattern;

	if (block == NULL)
		block = make_block();
	if (filter_read(bsn_slice_of(data, size), &filter, &err) == BSN_OK) {
		filter_block(&filter, block, event);
		g_assert_cmpuint(event->len, >, 0);
	} else {
		g_assert_cmpstr(err.reason, !=, "");
	}
	filter_clear(&filter);
	if (text != NULL &&
	    pattern_new("contract", text, &pattern, &err) == BSN_OK) {
		(void)pattern_matches(pattern, bsn_slice_of(data, size));
		pattern_free(pattern);
	}
	return 0;
}
