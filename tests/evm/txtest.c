/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs Ethereum's TransactionTests (https://ethereum-tests.readthedocs.io,
 * "Transaction Tests") against the engine's decoder and the EVM plugin: files
 * and folders, chain id 1, results for Cancun; where a file has none, for the
 * newest fork that it has, since those cases are of form only. Prints the name of each case
 * that fails and, last, how many passed and failed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/engine-fisco/ethtx.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/evm/test-files.h"
#include "tests/unit/fake-host.h"

#define RULES "cancun"
#define CHAIN_ID 1u
#define TX_MAX (16u << 20)

typedef struct {
	const bsn_runtime *evm;
	Suite suite;
	guint passed;
	guint failed;
} Runner;

/* What a node finds out about a transaction. */
typedef struct {
	Tx *tx;
	guint64 least; /* gas */
	bsn_err err;
} Finding;

static int32_t
find_least(const Runner *runner, Finding *finding)
{
	const bsn_block_env block = { .size = sizeof(block),
				      .chain_id = CHAIN_ID,
				      .hash = "keccak-256",
				      .rules = RULES };
	guint8 value[32];
	bsn_call call = ethtx_call(finding->tx, value);

	call.block = &block;
	return runner->evm->least_budget(&call, &finding->least,
					 &finding->err);
}

static int32_t
judge(const Runner *runner, bsn_slice raw, Finding *finding)
{
	bsn_err *err = &finding->err;
	int32_t result;
	int32_t status =
		tx_decode(&runner->suite, raw, TX_MAX, &finding->tx, err);

	if (status != BSN_OK)
		return status;
	if (!tx_is_ethereum(finding->tx))
		return bsn_fail(err, BSN_BAD_REQUEST, "it is FISCO's own");
	if (finding->tx->is_protected && finding->tx->chain_id != CHAIN_ID)
		return bsn_fail(err, BSN_BAD_REQUEST, "another chain's");
	tx_verify(&runner->suite, &finding->tx, 1, &result);
	if (result != BSN_OK)
		return bsn_fail(err, result, "the signature is wrong");
	status = find_least(runner, finding);
	if (status == BSN_OK && finding->least > finding->tx->gas)
		return bsn_fail(err, BSN_BAD_REQUEST, "too little gas");
	return status;
}

/* ---- cases ------------------------------------------------------------- */

static void
compare(const json_t *expected, const char *what, bsn_slice bytes,
	GString *reason)
{
	g_autofree char *hex = hex_encode(bytes);

	if (g_strcmp0(json_string_value(expected), hex) != 0)
		g_string_append_printf(reason, "the %s is %s, expected %s; ",
				       what, hex,
				       json_string_value(expected));
}

static void
compare_gas(const json_t *expected, guint64 gas, GString *reason)
{
	const char *text = json_string_value(expected);

	if (text == NULL || g_ascii_strtoull(text, NULL, 16) != gas)
		g_string_append_printf(reason,
				       "the intrinsic gas is %" G_GUINT64_FORMAT
				       ", expected %s; ",
				       gas, text);
}

/* What is refused has an exception; what is not, its digest and sender. */
static void
compare_finding(const json_t *expected, int32_t status, const Finding *finding,
		GString *reason)
{
	const json_t *exception = json_object_get(expected, "exception");

	if (exception != NULL && status == BSN_OK)
		g_string_append_printf(reason, "it was accepted, expected %s",
				       json_string_value(exception));
	if (exception == NULL && status != BSN_OK)
		g_string_append_printf(reason, "it was refused: %s",
				       finding->err.reason);
	if (exception != NULL || status != BSN_OK)
		return;
	compare(json_object_get(expected, "hash"), "hash",
		bsn_slice_of(finding->tx->hash, HASH_LEN), reason);
	compare(json_object_get(expected, "sender"), "sender",
		bsn_slice_of(finding->tx->sender, ADDRESS_LEN), reason);
	compare_gas(json_object_get(expected, "intrinsicGas"), finding->least,
		    reason);
}

static const json_t *
expected_result(const json_t *test)
{
	static const char *const forks[] = { "Cancun", "Shanghai", "Paris",
					     "London" };
	const json_t *results = json_object_get(test, "result");
	const json_t *expected = NULL;

	for (guint i = 0; expected == NULL && i < G_N_ELEMENTS(forks); i++)
		expected = json_object_get(results, forks[i]);
	return expected;
}

static void
run_case(Runner *runner, const char *name, const json_t *test)
{
	const json_t *expected = expected_result(test);
	const char *text =
		json_string_value(json_object_get(test, "txbytes"));
	g_autoptr(GByteArray) raw = g_byte_array_new();
	g_autoptr(GString) reason = g_string_new(NULL);
	Finding finding = { .err = BSN_ERR_INIT };

	if (expected == NULL || text == NULL ||
	    !hex_decode(text, strlen(text), raw))
		g_string_assign(reason, "the case cannot be read");
	else
		compare_finding(expected,
				judge(runner, buffer_slice(raw), &finding),
				&finding, reason);
	tx_unref(finding.tx);
	if (reason->len == 0) {
		runner->passed++;
		return;
	}
	runner->failed++;
	printf("FAIL %s: %s\n", name, reason->str);
}

static void
run_file(gpointer user, const char *path)
{
	Runner *runner = user;
	json_error_t error;
	g_autoptr(json_t) tests =
		json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	const char *name;
	json_t *test;

	if (tests == NULL) {
		runner->failed++;
		printf("FAIL %s: %s\n", path, error.text);
		return;
	}
	json_object_foreach(tests, name, test) {
		g_autofree char *full = g_strconcat(path, ":", name, NULL);

		run_case(runner, full, test);
	}
}

/* ---- start ------------------------------------------------------------- */

static void
find_plugins(Runner *runner)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(1);
	fake_host_load("crypto-std.so");
	runner->evm = bsn_runtime_of(fake_host_load("runtime-evm.so"));
	if (services_find(fake_host(), &err) != BSN_OK ||
	    suite_find(&runner->suite, FALSE, &err) != BSN_OK)
		g_error("%s", err.reason);
}

int
main(int argc, char **argv)
{
	Runner runner = { .evm = NULL };

	if (argc < 2) {
		fprintf(stderr, "usage: %s FILE|FOLDER...\n", argv[0]);
		return 2;
	}
	g_setenv("G_TEST_BUILDDIR", BUILDDIR, FALSE);
	g_test_init(&argc, &argv, NULL);
	find_plugins(&runner);
	for (int i = 1; i < argc; i++)
		test_files_visit(argv[i], run_file, &runner);
	printf("%u passed, %u failed\n", runner.passed, runner.failed);
	return runner.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
