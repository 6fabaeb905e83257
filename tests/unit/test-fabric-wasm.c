/* SPDX-License-Identifier: Apache-2.0
 *
 * Chaincode in WebAssembly on a real ledger, by the runtime as it is loaded.
 */
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/engine-fabric/chaincode/call.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-run.h"
#include "tests/unit/wasm-samples.h"

#define DIGEST                                                                 \
	"0x1111111111111111111111111111111111111111111111111111111111111111"

static void
install(FabricRun *fixture, const char *name, const char *sample)
{
	g_autoptr(GByteArray) module = wasm_sample(sample);
	const ChaincodeFile file = { "contract.wasm", FALSE,
				     buffer_slice(module) };
	g_autofree char *id = g_strdup_printf("%s_1:aa", name);
	GByteArray *bytes = g_byte_array_new();

	g_assert_cmpint(chaincode_package_write("label", "wasm", "", &file, 1,
						bytes, NULL), ==, BSN_OK);
	g_hash_table_insert(fixture->packages, g_strdup(id), bytes);
	fabric_run_define(fixture, name, id);
}

static void
expect(FabricRun *fixture, int32_t response, int32_t wanted)
{
	if (response != wanted)
		g_error("it answers %d: %s", response,
			fabric_run_text(fixture));
}

#define ANSWERS(wanted, ...)                                                   \
	expect(fixture, fabric_run_call(fixture, __VA_ARGS__, NULL), wanted)
#define COMMIT()                                                               \
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID))

static FabricRun *
fixture_new(gboolean wasm)
{
	FabricRun *fixture = fabric_run_new();

	fake_host_load("runtime-wasm.so");
	fixture->channel.config->wasm = wasm;
	return fixture;
}

static void
contracts_are_called(gconstpointer sample)
{
	g_autoptr(FabricRun) fixture = fixture_new(TRUE);

	install(fixture, "evidence", sample);
	ANSWERS(200, "evidence", "deposit", DIGEST, "u", "n");
	g_assert_true(g_str_has_prefix(fixture->event, "evidence/Deposited/"));
	COMMIT();
	ANSWERS(200, "evidence", "get", DIGEST);
	g_assert_nonnull(strstr(fabric_run_text(fixture), "\"note\":\"n\""));
	g_assert_nonnull(strstr(fabric_run_text(fixture), "x509::"));
	ANSWERS(500, "evidence", "deposit", DIGEST, "u", "n");
	g_assert_nonnull(strstr(fabric_run_text(fixture),
				"is deposited already"));
	ANSWERS(200, "evidence", "count");
	g_assert_cmpstr(fabric_run_text(fixture), ==, "1");
}

static void
contracts_call_chaincodes(void)
{
	g_autoptr(FabricRun) fixture = fixture_new(TRUE);

	install(fixture, "asker", SAMPLE_ASKER);
	install(fixture, "other", SAMPLE_EVIDENCE_C);
	ANSWERS(200, "asker", "try", "other", "count");
	g_assert_cmpstr(fabric_run_text(fixture), ==, "0: 0");
}

/* Others run whatever the channel says of WebAssembly. */
static void
channels_say_what_they_take(void)
{
	g_autoptr(FabricRun) fixture = fixture_new(FALSE);
	g_autoptr(json_t) languages = NULL;
	bsn_err err = BSN_ERR_INIT;
	Program *program = NULL;

	install(fixture, "evidence", SAMPLE_EVIDENCE_C);
	g_assert_cmpint(program_take(&fixture->channel,
				     fixture->definitions->pdata[0], &program,
				     &err), ==, BSN_NOT_OFFERED);
	g_assert_nonnull(strstr(err.reason, "BSN_WASM"));
	languages = runtimes_languages(&fixture->channel);
	g_assert_cmpuint(json_array_size(languages), ==, 0);
	fixture->channel.config->wasm = TRUE;
	json_decref(languages);
	languages = runtimes_languages(&fixture->channel);
	g_assert_cmpuint(json_array_size(languages), ==, 4);
}

static void
config_says_it(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(json_t) founding = fabric_founding(orgs, 1);

	for (guint i = 0; i < 2; i++) {
		g_autoptr(GByteArray) bytes = NULL;
		g_autoptr(ChannelConfig) config = NULL;

		json_object_set_new(founding, "wasm", json_boolean(i == 1));
		bytes = fabric_config_bytes(orgs, founding);
		config = fabric_config_read(buffer_slice(bytes));
		g_assert_cmpint(config->wasm, ==, i == 1);
		g_assert_cmpint(channel_config_takes(config, "wasm", NULL), ==,
				i == 1 ? BSN_OK : BSN_NOT_OFFERED);
		g_assert_cmpint(channel_config_takes(config, "node", NULL), ==,
				BSN_OK);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/wasm/called/c", SAMPLE_EVIDENCE_C,
			     contracts_are_called);
	g_test_add_data_func("/fabric/wasm/called/assemblyscript",
			     SAMPLE_EVIDENCE_AS, contracts_are_called);
	g_test_add_func("/fabric/wasm/chaincodes", contracts_call_chaincodes);
	g_test_add_func("/fabric/wasm/takes", channels_say_what_they_take);
	g_test_add_func("/fabric/wasm/config", config_says_it);
	return g_test_run();
}
