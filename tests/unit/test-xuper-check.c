/* SPDX-License-Identifier: Apache-2.0
 *
 * What a chain's config makes of code that is to be deployed.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/contract/check.h"
#include "tests/unit/xuper-nodes.h"

/* PUSH1 1, PUSH1 0, SSTORE, STOP; and the same but for PUSH1 0, SLOAD. */
static const guint8 stores[] = { 0x60, 1, 0x60, 0, 0x55, 0 };
static const guint8 loads[] = { 0x60, 0, 0x54, 0 };
/* PUSH1 0, SELFDESTRUCT. */
static const guint8 ends[] = { 0x60, 0, 0xff };
#define CODE(bytes) bsn_slice_of(bytes, sizeof(bytes))

static ChainConfig *
config_of(const char *policy)
{
	g_autofree char *json =
		g_strdup_printf("{\"contract_check\":%s}", policy);
	bsn_err err = BSN_ERR_INIT;
	ChainConfig *config = NULL;

	if (config_parse(bsn_slice_str("one"), bsn_slice_str(json), &config,
			 &err) != BSN_OK)
		g_error("%s", err.reason);
	return config;
}

static void
what_is_refused(void)
{
	static const struct {
		const char *policy;
		bsn_slice code;
		const char *reason; /* NULL: it is taken */
	} cases[] = {
		{ "{}", { ends, sizeof(ends) }, NULL },
		{ "{\"refuse\":[],\"forbidden_opcodes\":[]}",
		  { stores, sizeof(stores) }, NULL },
		{ "{\"refuse\":[\"evm-selfdestruct\"]}",
		  { ends, sizeof(ends) }, "evm-selfdestruct" },
		{ "{\"refuse\":[\"evm-selfdestruct\"]}",
		  { stores, sizeof(stores) }, NULL },
		{ "{\"forbidden_opcodes\":[\"SSTORE\"]}",
		  { stores, sizeof(stores) }, "evm-forbidden-opcode" },
		{ "{\"forbidden_opcodes\":[\"SSTORE\"]}",
		  { loads, sizeof(loads) }, NULL },
	};
	g_autoptr(XuperNodes) nodes = nodes_new(1, 1, "single");

	fake_host_load("runtime-evm.so");
	g_assert_nonnull(nodes_ledger(nodes, 0));
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ChainConfig) config = config_of(cases[i].policy);
		bsn_err err = BSN_ERR_INIT;
		int32_t status = check_judge(config, cases[i].code, &err);

		g_test_message("%u: %s", i, err.reason);
		g_assert_cmpint(check_fits(config, &err), ==, BSN_OK);
		if (cases[i].reason == NULL) {
			g_assert_cmpint(status, ==, BSN_OK);
			continue;
		}
		g_assert_cmpint(status, ==, BSN_DENIED);
		g_assert_nonnull(strstr(err.reason, cases[i].reason));
	}
}

static void
what_nobody_could_follow(void)
{
	static const char *const policies[] = {
		"{\"refuse\":[\"evm-nonsense\"]}",
		"{\"refuse\":[\"evm-selfdestruct\",\"wasm-selfdestruct\"]}",
		"{\"forbidden_opcodes\":[\"NONSENSE\"]}",
	};
	g_autoptr(XuperNodes) nodes = nodes_new(1, 1, "single");

	fake_host_load("runtime-evm.so");
	g_assert_nonnull(nodes_ledger(nodes, 0));
	for (guint i = 0; i < G_N_ELEMENTS(policies); i++) {
		g_autoptr(ChainConfig) config = config_of(policies[i]);
		bsn_err err = BSN_ERR_INIT;

		g_assert_cmpint(check_fits(config, &err), ==, BSN_BAD_REQUEST);
		g_assert_nonnull(strstr(err.reason, "contract_check"));
	}
}

/* What the code's own options are is the runtime's, the rest a deployment's. */
static void
questions_take_what_deployments_do(void)
{
	static const struct {
		const char *options;
		int32_t status;
		const char *answer;
	} cases[] = {
		{ "", BSN_OK, "\"ok\":true" },
		{ "{\"version\":\"1.0\",\"abi\":[]}", BSN_OK, "\"ok\":true" },
		{ "{\"forbidden_opcodes\":[\"SSTORE\"],\"desc\":\"x\"}", BSN_OK,
		  "evm-forbidden-opcode" },
		{ "{\"colour\":\"red\"}", BSN_BAD_REQUEST, NULL },
		{ "{\"forbidden_opcodes\":1}", BSN_BAD_REQUEST, NULL },
		{ "[]", BSN_BAD_REQUEST, NULL },
	};
	g_autoptr(XuperNodes) nodes = nodes_new(1, 1, "single");

	fake_host_load("runtime-evm.so");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(bsn_reply) reply = fake_reply_new(
			nodes->nodes[0].chain, FAKE_ANSWER_VALUE);
		int32_t status = fake_asked(
			reply, check_ask(nodes_ledger(nodes, 0), CODE(stores),
					 bsn_slice_str(cases[i].options), reply,
					 &reply->err));

		g_test_message("%s: %s", cases[i].options, reply->err.reason);
		g_assert_cmpint(status, ==, cases[i].status);
		if (cases[i].answer != NULL)
			g_assert_nonnull(g_strstr_len(
				(const char *)reply->json.data,
				(gssize)reply->json.len, cases[i].answer));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/check/what-is-refused", what_is_refused);
	g_test_add_func("/xuper/check/what-nobody-could-follow",
			what_nobody_could_follow);
	g_test_add_func("/xuper/check/questions-take-what-deployments-do",
			questions_take_what_deployments_do);
	return g_test_run();
}
