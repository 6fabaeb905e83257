/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/pow-net.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/consensus-pow/rule.h"
#include "plugins/kit/sink.h"

static PowConfig
config_of(const Net *net)
{
	PowConfig config;

	g_assert_cmpint(pow_config_read(bsn_slice_str(net->config), &config,
					NULL),
			==, BSN_OK);
	return config;
}

guint32
pow_bits_upon(const Net *net, const NetBlock *parent)
{
	const PowConfig config = config_of(net);
	RuleBlock line[RULE_LINE_MAX];
	guint n = 0;

	for (; parent != NULL && n < rule_line(&config); parent = parent->parent)
		line[n++] = (RuleBlock){ parent->seal.time_ms,
					 parent->seal.target_bits,
					 parent->txs->len > 0 };
	return rule_bits(&config, line, n);
}

bsn_seal
pow_seal_upon(const Net *net, const NetBlock *parent, guint64 ms)
{
	return (bsn_seal){ .size = sizeof(bsn_seal),
			   .target_bits = pow_bits_upon(net, parent),
			   .time_ms = parent->seal.time_ms + ms,
			   .round = parent->seal.round + 1 };
}

NetBlock *
pow_forge(Net *net, NetBlock *parent, bsn_seal seal, guint32 tx)
{
	g_autoptr(GArray) txs = g_array_new(FALSE, FALSE, sizeof(guint32));

	g_hash_table_add(net->submitted, GUINT_TO_POINTER(tx));
	g_array_append_val(txs, tx);
	g_assert_true(tree_find_nonce(1, parent, &seal, txs, G_MAXUINT32));
	return tree_forge(net, 1, parent, &seal, &tx, 1);
}

void
pow_give(Node *node, const NetBlock *block)
{
	g_autoptr(GByteArray) message = g_byte_array_new();
	guint8 work[32];

	/* A claim. */
	memset(work, 0xff, sizeof(work));
	wire_put(message, BSN_CONSENSUS_BYTE, 1);
	wire_put(message, 0x11, 1);
	wire_put_bytes(message, bsn_slice_of(work, sizeof(work)));
	wire_put(message, 0, 8);
	wire_put_id(message, &node->net->genesis->id);
	wire_put_id(message, &block->id);
	wire_put_bytes(message, bytes_slice(block->bytes));
	net_give(node, node->net->nodes[1], buffer_slice(message));
}

Net *
pow_quiet_net(void)
{
	Net *net = net_new(&pow_consensus, 2, 2, 7, CONFIG(""));

	net_run(net, 20000);
	net_isolate(net->nodes[0], TRUE);
	net->syncs = FALSE;
	return net;
}

gboolean
pow_is_in_trouble(const Node *node)
{
	g_autoptr(GByteArray) json = g_byte_array_new();
	BufferSink sink = buffer_sink(json, 65536);

	g_assert_cmpint(pow_consensus.status(node->agreement, &sink.sink), ==,
			BSN_OK);
	g_byte_array_append(json, (const guint8 *)"", 1);
	return g_strstr_len((const char *)json->data, -1, "\"diverged: ") !=
	       NULL;
}
