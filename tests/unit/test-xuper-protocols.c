/* SPDX-License-Identifier: Apache-2.0
 *
 * What the chain's contracts take for a protocol's config is what its plugin takes:
 * a proposal that has passed must not name one with which no node can go on.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/terms.h"
#include "tests/unit/fake-host.h"

static const struct {
	const char *protocol, *config;
} cases[] = {
	{ "single", "{}" },
	{ "single", "{\"period\":3000}" },
	{ "single", "{\"period\":600001}" },
	{ "single", "{\"timeout_ms\":1000}" },
	{ "chainedbft", "{}" },
	{ "chainedbft", "{\"timeout_ms\":99}" },
	{ "chainedbft", "{\"timeout_ms\":\"1000\"}" },
	{ "chainedbft", "{\"timeout_ms\":600000,\"timeout_max_ms\":600000}" },
	{ "chainedbft", "{\"timeout_ms\":600001,\"timeout_max_ms\":700000}" },
	{ "chainedbft", "{\"timeout_ms\":60001}" },
	{ "chainedbft", "{\"timeout_max_ms\":1999}" },
	{ "chainedbft", "{\"timeout_max_ms\":3600000}" },
	{ "chainedbft", "{\"timeout_max_ms\":3600001}" },
	{ "chainedbft", "{\"suspect_timeout_ms\":2000}" },
	{ "chainedbft", "{\"suspect_timeout_ms\":2001}" },
	{ "chainedbft", "{\"suspect_timeout_ms\":0}" },
	{ "chainedbft", "{\"block_interval_ms\":1999}" },
	{ "chainedbft", "{\"block_interval_ms\":2000}" },
	{ "chainedbft", "{\"period\":3000}" },
	{ "tdpos", "{}" },
	{ "tdpos", "{\"proposer_num\":0}" },
	{ "tdpos", "{\"proposer_num\":1}" },
	{ "tdpos", "{\"proposer_num\":3}" },
	{ "tdpos", "{\"proposer_num\":4}" },
	{ "tdpos", "{\"proposer_num\":256}" },
	{ "tdpos", "{\"proposer_num\":257}" },
	{ "tdpos", "{\"proposer_num\":4,\"period\":49}" },
	{ "tdpos", "{\"proposer_num\":4,\"period\":50}" },
	{ "tdpos", "{\"proposer_num\":4,\"period\":600001}" },
	{ "tdpos", "{\"proposer_num\":4,\"alternate_interval\":2999}" },
	{ "tdpos", "{\"proposer_num\":4,\"alternate_interval\":3000}" },
	{ "tdpos", "{\"proposer_num\":4,\"alternate_interval\":4000,"
		   "\"term_interval\":3999}" },
	{ "tdpos", "{\"proposer_num\":4,\"term_interval\":3000}" },
	{ "tdpos", "{\"proposer_num\":4,\"term_interval\":2999}" },
	{ "tdpos", "{\"proposer_num\":4,\"block_num\":0}" },
	{ "tdpos", "{\"proposer_num\":4,\"block_num\":10000}" },
	{ "tdpos", "{\"proposer_num\":4,\"block_num\":10001}" },
	{ "tdpos", "{\"proposer_num\":\"4\",\"vote_unit_price\":\"10\","
		   "\"timestamp\":\"1559021720000000000\"}" },
	{ "tdpos", "{\"proposer_num\":4,\"init_proposer\":{}}" },
	{ "xpoa", "{}" },
	{ "xpoa", "{\"period\":\"3000\",\"accept_value\":0.75}" },
	{ "xpoa", "{\"period\":49}" },
	{ "xpoa", "{\"period\":600000}" },
	{ "xpoa", "{\"period\":600001}" },
	{ "xpoa", "{\"block_num\":0}" },
	{ "xpoa", "{\"block_num\":10000}" },
	{ "xpoa", "{\"block_num\":10001}" },
	{ "xpoa", "{\"proposer_num\":4}" },
	{ "xpoa", "{\"period\":3000.5}" },
	{ "pow", "{}" },
	{ "pow", "{\"depth\":0}" },
	{ "pow", "{\"depth\":500}" },
	{ "pow", "{\"depth\":501}" },
	{ "pow", "{\"expectedPeriod\":9}" },
	{ "pow", "{\"expectedPeriod\":10}" },
	{ "pow", "{\"expectedPeriod\":600000}" },
	{ "pow", "{\"expectedPeriod\":600001}" },
	{ "pow", "{\"adjustHeightGap\":200}" },
	{ "pow", "{\"adjustHeightGap\":201}" },
	{ "pow", "{\"defaultTarget\":0}" },
	{ "pow", "{\"defaultTarget\":16777216}" },
	{ "pow", "{\"defaultTarget\":545259519}" },
	{ "pow", "{\"defaultTarget\":545259520}" },
	{ "pow", "{\"defaultTarget\":528482303}" },
	{ "pow", "{\"defaultTarget\":9437183}" },
	{ "pow", "{\"defaultTarget\":562036735}" },
	{ "pow", "{\"defaultTarget\":2147483647}" },
	{ "pow", "{\"defaultTarget\":4294967295}" },
	{ "pow", "{\"maxTarget\":16777216}" },
	{ "pow", "{\"maxTarget\":504365055}" },
	{ "pow", "{\"maxTarget\":562036735}" },
	{ "pow", "{\"always\":true}" },
	{ "pow", "{\"always\":1}" },
	{ "pow", "{\"cpu_percent\":0}" },
	{ "pow", "{\"cpu_percent\":101}" },
	{ "pow", "{\"hashes_per_turn\":1000001}" },
	{ "pow", "{\"turn_ms\":10001}" },
	{ "pow", "{\"period\":3000}" },
};

static const bsn_consensus *
plugin(const char *protocol)
{
	g_autofree char *file = g_strdup_printf("consensus-%s.so", protocol);

	return bsn_consensus_of(fake_host_load(file));
}

static void
compare(const char *protocol, const char *text, guint n)
{
	g_autoptr(json_t) config = json_loads(text, 0, NULL);
	g_autofree char *own = protocol_text(config);
	bsn_err here = BSN_ERR_INIT, there = BSN_ERR_INIT;
	int32_t ours = protocol_check(protocol, config, n, &here);
	int32_t theirs = plugin(protocol)->check_config(bsn_slice_str(own), n,
							&there);

	if ((ours == BSN_OK) != (theirs == BSN_OK))
		g_error("%s %s for %u: \"%s\", the plugin \"%s\"", protocol,
			text, n, here.reason, there.reason);
}

static void
test_alike(void)
{
	static const guint members[] = { 1, 2, 4 };

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(members); j++)
			compare(cases[i].protocol, cases[i].config,
				members[j]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/protocols/the-chain-and-its-plugins-agree",
			test_alike);
	return g_test_run();
}
