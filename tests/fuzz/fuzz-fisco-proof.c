/* SPDX-License-Identifier: Apache-2.0
 *
 * A block that anybody has given, judged against the genesis of a PBFT chain
 * that is the same in every run: keys and time come from the fake host's seed.
 * The corpus's "good" is proven by it; test-fisco-proof tells when it no longer
 * is.
 */
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-cluster.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GByteArray *genesis;

static void
make_genesis(void)
{
	static FiscoCluster cluster;

	fake_host_reset(1);
	fake_net_offer();
	fisco_use(bsn_engine_of(fake_host_open(bsn_plugin_open)));
	cluster_start(&cluster, 5, 1,
		      "{\"crypto\":\"std\",\"chain_id\":1,"
		      "\"consensus\":{\"name\":\"pbft\"}}");
	genesis = g_byte_array_ref(cluster.nodes[0].chain->genesis);
	cluster_stop(&cluster);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, 1 << 20);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (genesis == NULL)
		make_genesis();
	status = fisco_engine()->block->verify(buffer_slice(genesis), NULL, 0,
					       bsn_slice_of(data, size),
					       &sink.sink, &err);
	g_assert_cmpint(status, >=, 0);
	g_assert_true((status == BSN_OK) == (text->len > 0));
	g_assert_true((status == BSN_OK) == (err.reason[0] == '\0'));
	return 0;
}
