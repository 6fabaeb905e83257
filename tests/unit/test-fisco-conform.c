/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of engine-fisco.workload.json does what a conformance run will
 * ask of it, on chains of both kinds of cryptography.
 */
#include <string.h>

#include <bsn/standard.h>

#include "tests/unit/fisco-chain.h"
#include "tools/sim/pointer.h"
#include "tools/sim/workload.h"

typedef struct {
	SimWorkload *workload;
	const SimContract *contract;
	FiscoChain *chain;
	Account alice;
} Setting;

static void
set_up(Setting *setting, gconstpointer more)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "plugins/engine-fisco",
		"engine-fisco.workload.json", NULL);
	g_autofree char *message = NULL;
	g_autofree char *config = NULL;

	setting->workload = sim_workload_read(path, &message);
	if (setting->workload == NULL)
		g_error("%s", message);
	setting->contract = setting->workload->contract;
	config = sim_workload_config(setting->workload,
				     setting->workload->one, more, &message);
	fisco_reset(5);
	setting->chain = fisco_new("one", config);
	setting->alice = fisco_account(setting->chain, 1);
}

static void
tear_down(Setting *setting, gconstpointer more)
{
	fisco_free(setting->chain);
	sim_workload_free(setting->workload);
}

/* ---- asking -------------------------------------------------------------- */

static void
assert_committed(bsn_reply *reply)
{
	g_assert_cmpstr(reply->err.reason, ==, "");
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	fake_reply_free(reply);
}

/* In a block, without effect, and why. */
static void
assert_invalid(bsn_reply *reply, int32_t status, const char *reason)
{
	g_autofree char *its = NULL;

	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(reply->tx.status, ==, status);
	its = sim_pointer_text((const char *)reply->tx.detail.data,
			       reply->tx.detail.len, "/reason");
	g_assert_cmpstr(its, ==, reason);
	fake_reply_free(reply);
}

static void
deploy(const Setting *setting, guint version)
{
	const SimVersion *it = &g_array_index(setting->contract->versions,
					      SimVersion, version - 1);
	bsn_tx_request request = fisco_of_kind(BSN_TX_DEPLOY, &setting->alice,
					       setting->contract->name);
	gsize len;
	const void *code = g_bytes_get_data(it->code, &len);

	request.code = bsn_slice_of(code, len);
	request.options = bsn_slice_str(it->options);
	assert_committed(fisco_do(setting->chain, &setting->alice, &request));
}

static bsn_reply *
lifecycle(const Setting *setting, guint32 kind, const char *contract)
{
	bsn_tx_request request =
		fisco_of_kind(kind, &setting->alice, contract);

	return fisco_do(setting->chain, &setting->alice, &request);
}

static bsn_reply *
invoke(const Setting *setting, SimFn which, const char *key, const char *value)
{
	const SimFunction *function = &setting->contract->functions[which];
	g_autofree char *args = NULL;
	g_autofree char *options = NULL;
	bsn_tx_request request;

	g_assert_true(
		sim_function_fill(function, key, value, 0, &args, &options));
	request = fisco_invoke(&setting->alice, setting->contract->name,
			       function->function, args, options);
	return fisco_do(setting->chain, &setting->alice, &request);
}

/* What a call of a version gives, or NULL with *status. */
static char *
call(const Setting *setting, const char *contract, SimFn which,
     const char *key, guint64 n, int32_t *status)
{
	const SimFunction *function = &setting->contract->functions[which];
	g_autofree char *args = NULL;
	g_autofree char *options = NULL;
	g_autofree char *text = NULL;
	g_autoptr(json_t) answer = NULL;
	bsn_err err = BSN_ERR_INIT;
	bsn_tx_request request;

	g_assert_true(
		sim_function_fill(function, key, "", n, &args, &options));
	request = fisco_invoke(&setting->alice, contract, function->function,
			       args, options);
	answer = fisco_call(setting->chain, &request, status, &err);
	if (answer == NULL)
		return NULL;
	text = json_dumps(json_object_get(answer, "result"),
			  JSON_COMPACT | JSON_ENCODE_ANY);
	return sim_pointer_text(text, strlen(text), function->result);
}

static void
assert_result(const Setting *setting, const char *contract, SimFn which,
	      const char *key, guint64 n, const char *wanted)
{
	int32_t status = BSN_OK;
	g_autofree char *result =
		call(setting, contract, which, key, n, &status);

	g_assert_cmpint(status, ==, BSN_OK);
	g_assert_cmpstr(result, ==, wanted);
}

static void
assert_no_result(const Setting *setting, const char *contract, int32_t wanted)
{
	int32_t status = BSN_OK;
	g_autofree char *result =
		call(setting, contract, SIM_FN_VERSION, "", 0, &status);

	g_assert_null(result);
	g_assert_cmpint(status, ==, wanted);
}

/* ---- what it does -------------------------------------------------------- */

static void
test_state_outlives_a_version(Setting *setting, gconstpointer more)
{
	g_autofree char *old = sim_contract_old(setting->contract, 1);

	deploy(setting, 1);
	assert_result(setting, "conform", SIM_FN_VERSION, "", 0, "1");
	assert_result(setting, "conform", SIM_FN_GET, "key", 0, "");
	assert_committed(invoke(setting, SIM_FN_PUT, "key", "va\"lue"));
	assert_result(setting, "conform", SIM_FN_GET, "key", 0, "va\"lue");
	deploy(setting, 2);
	assert_result(setting, "conform", SIM_FN_VERSION, "", 0, "2");
	assert_result(setting, old, SIM_FN_VERSION, "", 0, "1");
	assert_result(setting, "conform", SIM_FN_GET, "key", 0, "va\"lue");
	assert_committed(invoke(setting, SIM_FN_PUT, "key", "other"));
	assert_result(setting, "conform", SIM_FN_GET, "key", 0, "other");
	assert_result(setting, old, SIM_FN_GET, "key", 0, "other");
}

static void
test_versions_end_one_by_one(Setting *setting, gconstpointer more)
{
	g_autofree char *old = sim_contract_old(setting->contract, 1);

	deploy(setting, 1);
	deploy(setting, 2);
	assert_committed(lifecycle(setting, BSN_TX_FREEZE, old));
	assert_no_result(setting, old, BSN_FROZEN);
	assert_result(setting, "conform", SIM_FN_VERSION, "", 0, "2");
	assert_committed(lifecycle(setting, BSN_TX_FREEZE, "conform"));
	assert_no_result(setting, "conform", BSN_FROZEN);
	assert_committed(lifecycle(setting, BSN_TX_UNFREEZE, "conform"));
	assert_result(setting, "conform", SIM_FN_VERSION, "", 0, "2");
	assert_committed(lifecycle(setting, BSN_TX_UNINSTALL, "conform"));
	assert_no_result(setting, "conform", BSN_NOT_FOUND);
	assert_no_result(setting, old, BSN_NOT_FOUND);
}

static void
test_failed_call_leaves_nothing(Setting *setting, gconstpointer more)
{
	deploy(setting, 1);
	assert_committed(invoke(setting, SIM_FN_PUT, "key", "kept"));
	assert_invalid(invoke(setting, SIM_FN_FAIL, "key", "no \"way\""),
		       BSN_REVERTED, "no \"way\"");
	assert_result(setting, "conform", SIM_FN_GET, "key", 0, "kept");
	assert_invalid(invoke(setting, SIM_FN_FAIL, "new", "why"),
		       BSN_REVERTED, "why");
	assert_result(setting, "conform", SIM_FN_GET, "new", 0, "");
}

static void
test_budget_ends_a_loop(Setting *setting, gconstpointer more)
{
	int32_t status = BSN_OK;

	deploy(setting, 1);
	assert_invalid(invoke(setting, SIM_FN_LOOP, "", ""),
		       BSN_OUT_OF_BUDGET, "The execution used up its gas.");
	g_assert_null(call(setting, "conform", SIM_FN_LOOP, "", 0, &status));
	g_assert_cmpint(status, ==, BSN_OUT_OF_BUDGET);
}

static void
test_event_has_its_payload(Setting *setting, gconstpointer more)
{
	const SimFunction *emit = &setting->contract->functions[SIM_FN_EMIT];
	g_autoptr(bsn_reply) reply = NULL;
	guint found = 0;

	deploy(setting, 1);
	assert_committed(invoke(setting, SIM_FN_EMIT, "", "hear \"this\""));
	reply = fisco_events(setting->chain, 1, fisco_height(setting->chain));
	for (guint i = 0; i < reply->events->len; i++) {
		const bsn_event *event =
			&g_array_index(reply->events, bsn_event, i);
		g_autofree char *text = NULL;

		if (!bsn_slice_equal(event->name, bsn_slice_str(emit->event)))
			continue;
		found++;
		text = sim_pointer_text((const char *)event->payload.data,
					event->payload.len, emit->payload);
		g_assert_true(bsn_slice_equal(event->contract,
					      bsn_slice_str("conform")));
		g_assert_cmpstr(text, ==, "hear \"this\"");
	}
	g_assert_cmpuint(found, ==, 1);
}

/* OEIS A006577: steps of 27 and others. */
static void
test_collatz_counts(Setting *setting, gconstpointer more)
{
	deploy(setting, 2);
	assert_result(setting, "conform", SIM_FN_COLLATZ, "", 27, "111");
	assert_result(setting, "conform", SIM_FN_COLLATZ, "", 1, "0");
	assert_result(setting, "conform", SIM_FN_COLLATZ, "", 97, "118");
}

/* ---- what it claims ------------------------------------------------------ */

static const bsn_feature *
find_claim(const char *row)
{
	const bsn_feature *const *features = fisco_engine()->features;

	for (; *features != NULL; features++)
		if (strcmp((*features)->row, row) == 0)
			return *features;
	return NULL;
}

/* All but compiling, for which the fake host may lend nothing. */
static void
test_every_row_is_claimed(void)
{
	static const struct {
		const char *row;
		guint required;
	} rows[] = {
#define ROW(table, row, required, title, title_zh) { row, required },
		BSN_STANDARD_ROWS(ROW)
#undef ROW
	};

	fisco_reset(5);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const bsn_feature *claim = find_claim(rows[i].row);

		if (claim == NULL || claim->offered < rows[i].required)
			g_error("%s is not claimed", rows[i].row);
	}
}

/* A chain with the config that a claim names is of that cryptography. */
static void
test_claimed_config_has_what_is_claimed(void)
{
	static const struct {
		const char *row, *algorithm;
	} cases[] = { { "function.sm2", "sm2" },
		      { "function.sm3", "sm2" },
		      { "function.secp256k1", "secp256k1" } };

	fisco_reset(5);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *detail = find_claim(cases[i].row)->detail;
		g_autofree char *config =
			sim_pointer_text(detail, strlen(detail), "/config");
		const char *algorithm = NULL;

		g_assert_cmpint(fisco_engine()->chain->member_algorithm(
					bsn_slice_str(config), &algorithm,
					NULL),
				==, BSN_OK);
		g_assert_cmpstr(algorithm, ==, cases[i].algorithm);
	}
}

static void
add(const char *name, void (*test)(Setting *, gconstpointer))
{
	static const struct {
		const char *name, *config;
	} kinds[] = { { "std", NULL }, { "sm", "{\"crypto\":\"sm\"}" } };

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *path = g_strdup_printf(
			"/fisco/conform/%s/%s", kinds[i].name, name);

		g_test_add(path, Setting, kinds[i].config, set_up, test,
			   tear_down);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("state-outlives-a-version", test_state_outlives_a_version);
	add("versions-end-one-by-one", test_versions_end_one_by_one);
	add("failed-call-leaves-nothing", test_failed_call_leaves_nothing);
	add("budget-ends-a-loop", test_budget_ends_a_loop);
	add("event-has-its-payload", test_event_has_its_payload);
	add("collatz-counts", test_collatz_counts);
	g_test_add_func("/fisco/conform/every-row-is-claimed",
			test_every_row_is_claimed);
	g_test_add_func("/fisco/conform/claimed-config-has-what-is-claimed",
			test_claimed_config_has_what_is_claimed);
	return g_test_run();
}
