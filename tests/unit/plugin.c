/* SPDX-License-Identifier: Apache-2.0
 *
 * What the host makes of plugin files: of each module of tests/bad-plugins, and
 * of trust, cache, names and frameworks.
 */
#include <glib/gstdio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>

#include "host/ops/log.h"
#include "host/plugin/digest.h"
#include "host/plugin/load.h"
#include "tests/unit/plugin_fixture.h"

#define SHORT_MS 300u

static void
assert_refused(const PluginFile *file, const char *rule, const char *reason)
{
	g_assert_cmpint(file->verdict, ==, PLUGIN_REFUSED);
	g_assert_cmpstr(file->rule, ==, rule);
	if (strstr(file->reason, reason) == NULL)
		g_assert_cmpstr(file->reason, ==, reason);
	g_assert_cmpstr(file->remedy, !=, "");
	g_assert_null(file->plugin);
}

static void
assert_loaded(const PluginFile *file)
{
	g_assert_cmpstr(file->reason, ==, "");
	g_assert_cmpstr(file->rule, ==, "");
	g_assert_cmpint(file->verdict, ==, PLUGIN_LOADED);
	g_assert_nonnull(file->plugin);
}

/* ---- each way to be wrong ------------------------------------------------ */

typedef struct {
	const char *module, *rule, *reason;
} Wrong;

static const Wrong wrongs[] = {
	{ "no-note", "no-note", "has no BSN note" },
	{ "wrong-abi", "wrong-abi",
	  "was compiled for ABI 9.9, this host offers " },
	{ "crash", "crash",
	  "crashed in bsn_plugin_open: SIGSEGV (Segmentation fault)" },
	{ "crash-in-constructor", "crash",
	  "crashed in a constructor: SIGABRT (Aborted)" },
	{ "crash-in-query", "crash",
	  "crashed in query(\"bsn.crypto/1\"): SIGFPE (Floating point "
	  "exception)" },
	{ "exit", "exit", "called exit(3) in bsn_plugin_open" },
	{ "garbage", "garbage",
	  "wrote to file descriptors that are not its own in "
	  "bsn_plugin_open" },
	{ "missing-member", "missing-member",
	  "its bsn_tx_ops has no submit, which is required" },
	{ "short-table", "missing-member",
	  "its bsn_engine has no event, which is required" },
	{ "grpc-deaf", "missing-member",
	  "its bsn_engine_grpc has no message, which is required for "
	  "/test.Talk/Chat" },
	{ "grpc-path", "bad-table",
	  "\"test.Talk/Say\" is no path of a gRPC method" },
	{ "grpc-twice", "bad-table",
	  "offers the gRPC method /test.Talk/Say twice" },
	{ "http-path", "bad-table",
	  "\"v1/get block\" is no path of an HTTP route" },
	{ "http-token", "bad-table",
	  "\"/bsn_status/get\" is no path of an HTTP route" },
	{ "http-twice", "bad-table",
	  "offers the HTTP route POST /v1/get_block twice" },
	{ "snapshot-short", "missing-member",
	  "its bsn_engine_snapshot has no join, which is required" },
	{ "chains-short", "missing-member",
	  "its bsn_engine_chains has no answered, which is required" },
	{ "messages-short", "missing-member",
	  "its bsn_engine_messages has no withdraw, which is required" },
	{ "jsonrpc-short", "missing-member",
	  "its bsn_engine_jsonrpc has no closed, which is required" },
	{ "stream-short", "missing-member",
	  "its bsn_engine_stream has no received, which is required" },
	{ "address-short", "missing-member",
	  "its bsn_engine_address has no of_key, which is required" },
	{ "chaincode-short", "missing-member",
	  "its bsn_chaincode_runtime has no cancel, which is required" },
	{ "tree-short", "missing-member",
	  "its bsn_tree_consensus has no judge, which is required" },
	{ "bad-name", "bad-table", "the name \"../Evil\" of its framework" },
	{ "id-mismatch", "note-mismatch",
	  "its note says id \"test.other\", but bsn_plugin says "
	  "\"test.id-mismatch\"" },
	{ "kind-mismatch", "note-mismatch",
	  "its note promises bsn.runtime/1, but query answers NULL for it" },
	{ "open-failed", "open-failed",
	  "refuses to open (wrong-version): it needs bsn.net/1" },
	{ "no-plugin", "bad-table",
	  "answers BSN_OK in bsn_plugin_open, but no plugin" },
	{ "no-open", "no-open-symbol", "does not export bsn_plugin_open" },
	{ "undefined-symbol", "undefined-symbol",
	  "cannot be loaded: undefined symbol: acme_missing_function" },
	{ "missing-dependency", "missing-dependency",
	  "cannot be loaded: libacme-gone.so.0: cannot open shared object "
	  "file" },
	{ "wrong-answer", "failed-known-answer",
	  "its hash sm3 does not give the digest of GB/T 32905 A.1 "
	  "(message \"abc\")" },
};

static void
refuses(gconstpointer data)
{
	const Wrong *wrong = data;
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *file = g_strconcat(wrong->module, ".so", NULL);

	fixture_add_trusted(fixture, wrong->module);
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, file), wrong->rule,
		       wrong->reason);
}

static void
refuses_one_that_hangs(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->timeout_ms = SHORT_MS;
	fixture_add_trusted(fixture, "hang");
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "hang.so"), "hang",
		       "did not return within 300 ms in bsn_plugin_open");
}

static void
refuses_what_is_no_plugin_file(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GBytes) text = g_bytes_new_static("#!/bin/sh\n", 10);
	g_autoptr(GBytes) good = fixture_module("good");
	g_autoptr(GBytes) half = g_bytes_new_from_bytes(
		good, 0, g_bytes_get_size(good) / 2);
	g_autofree char *fifo =
		g_build_filename(fixture->dir, "fifo.so", NULL);

	fixture_put(fixture, "text.so", text);
	fixture_put(fixture, "half.so", half);
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "text.so"), "not-elf",
		       "is not an ELF file: it begins with \"#!/bin/sh\"");
	assert_refused(fixture_file(fixture, "half.so"), "truncated-elf",
		       "ends after ");
	assert_refused(fixture_file(fixture, "fifo.so"), "unreadable",
		       "it is not a regular file");
}

static void
one_bad_file_does_not_harm_the_others(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture_add_trusted(fixture, "crash");
	fixture_add_trusted(fixture, "exit");
	fixture_add_trusted(fixture, "garbage");
	fixture_add_trusted(fixture, "good");
	fixture_add_trusted(fixture, "missing-member");
	fixture_add_trusted(fixture, "no-open");
	fixture_load(fixture);
	assert_loaded(fixture_file(fixture, "good.so"));
	g_assert_cmpuint(plugin_registry_files(fixture->registry)->len, ==, 6);
}

static void
scanner_that_is_missing_is_said(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	g_free(fixture->scanner);
	fixture->scanner = g_strdup("/nonexistent/bsn-plugin-scan");
	fixture_add_trusted(fixture, "good");
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "good.so"), "scan-failed",
		       "starting /nonexistent/bsn-plugin-scan failed: No such "
		       "file or directory");
}

/* ---- nothing runs before it may ------------------------------------------ */

static gboolean
leaves_mark(const char *module, gboolean trusted)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *mark = g_build_filename(fixture->dir, "mark", NULL);

	g_setenv("BSN_TEST_MARK", mark, TRUE);
	if (trusted)
		fixture_add_trusted(fixture, module);
	else
		fixture_add(fixture, module);
	fixture_load(fixture);
	g_unsetenv("BSN_TEST_MARK");
	return g_file_test(mark, G_FILE_TEST_EXISTS);
}

static void
nothing_runs_under_a_wrong_abi_or_untrusted(void)
{
	g_assert_true(leaves_mark("marked", TRUE));
	g_assert_false(leaves_mark("wrong-abi", TRUE));
	g_assert_false(leaves_mark("untrusted", FALSE));
}

/* ---- trust --------------------------------------------------------------- */

static void
untrusted_shows_digest_and_config_line(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GBytes) bytes = fixture_module("good");
	g_autofree char *digest = plugin_digest(bytes);
	g_autofree char *line = g_strconcat("trust_digests = ", digest, NULL);
	const PluginFile *file;

	fixture_add(fixture, "good");
	fixture_load(fixture);
	file = fixture_file(fixture, "good.so");
	assert_refused(file, "untrusted", digest);
	g_assert_nonnull(strstr(file->remedy, line));
	g_assert_cmpstr(file->trusted_by, ==, "");
	g_assert_cmpstr(file->id, ==, "test.good");
}

static void
digest_of_another_file_trusts_nothing(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GBytes) twin = fixture_module("twin");

	fixture_add(fixture, "good");
	fixture_trust(fixture, twin);
	g_ptr_array_add(fixture->digests, g_strdup("sm3:1234"));
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "good.so"), "untrusted", "");
}

static GBytes *
raw_of(GBytes *der)
{
	gsize len;
	const guint8 *at = g_bytes_get_data(der, &len);
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
	guint8 raw[64];

	g_assert_cmpint(BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, 32), ==, 32);
	g_assert_cmpint(BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + 32, 32), ==,
			32);
	ECDSA_SIG_free(sig);
	return g_bytes_new(raw, sizeof(raw));
}

static void
vendor_signature_trusts_raw_and_der(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *pem = g_build_filename(fixture->dir, "acme.pem", NULL);
	EVP_PKEY *key = fixture_make_key(fixture, "acme.pem");
	g_autoptr(GBytes) good = fixture_module("good");
	g_autoptr(GBytes) other = fixture_module("other");
	g_autoptr(GBytes) good_der = fixture_sign(key, good);
	g_autoptr(GBytes) other_der = fixture_sign(key, other);
	g_autoptr(GBytes) other_raw = raw_of(other_der);

	fixture->keys[0] = pem;
	fixture->frameworks[1] = "other";
	fixture_add(fixture, "good");
	fixture_put(fixture, "good.so.sig", good_der);
	fixture_add(fixture, "other");
	fixture_put(fixture, "other.so.sig", other_raw);
	fixture_load(fixture);
	assert_loaded(fixture_file(fixture, "good.so"));
	assert_loaded(fixture_file(fixture, "other.so"));
	g_assert_cmpstr(fixture_file(fixture, "good.so")->trusted_by, ==,
			"signature acme");
	EVP_PKEY_free(key);
}

static void
signature_of_another_vendor_or_file_trusts_nothing(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *pem = g_build_filename(fixture->dir, "acme.pem", NULL);
	EVP_PKEY *key = fixture_make_key(fixture, "acme.pem");
	EVP_PKEY *stranger = fixture_make_key(fixture, "stranger.pem");
	g_autoptr(GBytes) good = fixture_module("good");
	g_autoptr(GBytes) strange = fixture_sign(stranger, good);
	g_autoptr(GBytes) of_good = fixture_sign(key, good);
	g_autoptr(GBytes) empty = g_bytes_new_static("", 0);

	fixture->keys[0] = pem;
	fixture_add(fixture, "good");
	fixture_put(fixture, "good.so.sig", strange);
	fixture_add(fixture, "twin");
	fixture_put(fixture, "twin.so.sig", of_good);
	fixture_add(fixture, "other");
	fixture_put(fixture, "other.so.sig", empty);
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "good.so"), "untrusted",
		       "its signature (.sig) is good under none of the 1 "
		       "trusted vendor keys");
	assert_refused(fixture_file(fixture, "twin.so"), "untrusted", "");
	assert_refused(fixture_file(fixture, "other.so"), "untrusted", "");
	EVP_PKEY_free(key);
	EVP_PKEY_free(stranger);
}

static void
file_that_changed_after_its_scan_is_not_loaded(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const char *path = fixture_add(fixture, "good");
	g_autoptr(GBytes) twin = fixture_module("twin");
	g_autofree char *digest = plugin_digest(twin);
	Refusal refusal = { 0 };

	g_assert_null(plugin_load(path, digest, &refusal));
	g_assert_cmpint(refusal.rule, ==, RULE_CHANGED);
	refusal_clear(&refusal);
}

/* ---- names and frameworks ------------------------------------------------ */

static void
good_one_is_loaded_and_found(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const PluginFile *file;

	fixture_add_trusted(fixture, "good");
	fixture_load(fixture);
	file = fixture_file(fixture, "good.so");
	assert_loaded(file);
	g_assert_cmpstr(file->id, ==, "test.good");
	g_assert_cmpstr(file->version, ==, "1.0");
	g_assert_cmpstr(file->name, ==, "Minimal engine");
	g_assert_cmpstr(file->vendor, ==, "Test Vendor");
	g_assert_cmpuint(file->kinds, ==, BSN_KIND_ENGINE);
	g_assert_cmpstr(file->offers[0], ==, "framework minimal");
	g_assert_null(file->offers[1]);
	g_assert_cmpstr(file->trusted_by, ==, "digest");
	g_assert_true(plugin_find_engine("minimal") ==
		      bsn_engine_of(file->plugin));
	g_assert_null(plugin_find_engine("other"));
	g_assert_null(plugin_find_hash("minimal"));
	g_assert_null(plugin_find_engine(NULL));
}

static void
framework_that_is_not_enabled_stays_out(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const PluginFile *file;

	fixture->frameworks[0] = "another";
	fixture_add_trusted(fixture, "good");
	fixture_load(fixture);
	file = fixture_file(fixture, "good.so");
	g_assert_cmpint(file->verdict, ==, PLUGIN_DISABLED);
	g_assert_cmpstr(file->reason, ==,
			"its framework minimal is not enabled");
	g_assert_nonnull(strstr(file->remedy, "frameworks = minimal"));
	g_assert_null(file->plugin);
	g_assert_null(plugin_find_engine("minimal"));
}

static void
second_of_a_name_is_refused_and_names_the_first(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *first =
		g_build_filename(fixture->dir, "good.so", NULL);
	g_autofree char *reason =
		g_strconcat("offers framework minimal, which ", first,
			    " offers already", NULL);

	fixture_add_trusted(fixture, "twin");
	fixture_add_trusted(fixture, "good");
	fixture_load(fixture);
	assert_loaded(fixture_file(fixture, "good.so"));
	assert_refused(fixture_file(fixture, "twin.so"), "duplicate-name",
		       reason);
}

static void
files_are_listed_in_order_of_path(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const GPtrArray *files;

	fixture_add(fixture, "twin");
	fixture_add(fixture, "good");
	fixture_add(fixture, "other");
	fixture_load(fixture);
	files = plugin_registry_files(fixture->registry);
	g_assert_cmpuint(files->len, ==, 3);
	for (guint i = 1; i < files->len; i++)
		g_assert_cmpstr(((PluginFile *)files->pdata[i - 1])->path, <,
				((PluginFile *)files->pdata[i])->path);
}

/* Algorithms come first, so that the others can ask for them. */
static void
every_plugin_of_the_build_is_accepted(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_auto(GStrv) names = g_strsplit(g_getenv("BSN_PLUGINS"), " ", -1);
	const GPtrArray *files;

	for (char **name = names; *name != NULL; name++) {
		g_autofree char *file = g_path_get_basename(*name);

		fixture_add_from_build(fixture, file);
	}
	fixture->frameworks[0] = "fisco";
	fixture->frameworks[1] = "fabric";
	fixture->frameworks[2] = "xuper";
	fixture_load(fixture);
	files = plugin_registry_files(fixture->registry);
	g_assert_cmpuint(files->len, ==, g_strv_length(names));
	for (guint i = 0; i < files->len; i++)
		assert_loaded(files->pdata[i]);
	g_assert_nonnull(plugin_find_signature("sm2"));
	g_assert_nonnull(plugin_find_hash("sm3"));
	g_assert_nonnull(plugin_find_cipher("sm4-cbc"));
	g_assert_nonnull(plugin_find_signature("secp256k1"));
	g_assert_nonnull(plugin_find_consensus("solo"));
	g_assert_nonnull(plugin_find_runtime("evm"));
	g_assert_nonnull(plugin_find_runtime("chaincode"));
	g_assert_nonnull(plugin_find_runtime("native"));
	g_assert_nonnull(plugin_find_engine("fisco"));
	g_assert_nonnull(plugin_find_engine("fabric"));
	g_assert_nonnull(plugin_find_engine("xuper"));
	g_assert_nonnull(plugin_find_consensus("chainedbft"));
	g_assert_null(plugin_find_signature("sm3"));
}

/* ---- the cache ----------------------------------------------------------- */

static void
use_cache(Fixture *fixture)
{
	fixture->cache_file = g_build_filename(fixture->dir, "verdicts", NULL);
}

/* From here on a scan can only fail. */
static void
break_scanner(Fixture *fixture)
{
	g_free(fixture->scanner);
	fixture->scanner = g_strdup("/nonexistent/bsn-plugin-scan");
}

static void
verdicts_are_remembered(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *reason = NULL;

	use_cache(fixture);
	fixture_add_trusted(fixture, "good");
	fixture_add_trusted(fixture, "crash");
	fixture_load(fixture);
	reason = g_strdup(fixture_file(fixture, "crash.so")->reason);
	break_scanner(fixture);
	for (guint i = 0; i < 2; i++) {
		fixture_load(fixture);
		assert_loaded(fixture_file(fixture, "good.so"));
		g_assert_cmpstr(fixture_file(fixture, "good.so")->name, ==,
				"Minimal engine");
		assert_refused(fixture_file(fixture, "crash.so"), "crash",
			       reason);
	}
}

static void
hang_is_tried_again_with_more_time(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	use_cache(fixture);
	fixture->timeout_ms = SHORT_MS;
	fixture_add_trusted(fixture, "hang");
	fixture_load(fixture);
	break_scanner(fixture);
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "hang.so"), "hang", "");
	fixture->timeout_ms = 2 * SHORT_MS;
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "hang.so"), "scan-failed", "");
}

static void
missing_library_is_looked_for_again(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	use_cache(fixture);
	fixture_add_trusted(fixture, "missing-dependency");
	fixture_load(fixture);
	break_scanner(fixture);
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "missing-dependency.so"),
		       "scan-failed", "");
}

static void
changed_file_is_scanned_again(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GBytes) crash = fixture_module("crash");

	use_cache(fixture);
	fixture_add_trusted(fixture, "good");
	fixture_load(fixture);
	fixture_put(fixture, "good.so", crash);
	fixture_trust(fixture, crash);
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "good.so"), "crash", "");
}

static void
replace_in_cache(const Fixture *fixture, const char *from, const char *to)
{
	g_autofree char *text = NULL;
	g_autoptr(GString) changed = NULL;

	g_assert_true(g_file_get_contents(fixture->cache_file, &text, NULL,
					  NULL));
	changed = g_string_new(text);
	g_assert_cmpuint(g_string_replace(changed, from, to, 0), >, 0);
	g_assert_true(g_file_set_contents(fixture->cache_file, changed->str,
					  (gssize)changed->len, NULL));
}

static void
cache_of_another_version_is_not_used(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	use_cache(fixture);
	fixture_add_trusted(fixture, "good");
	fixture_load(fixture);
	replace_in_cache(fixture, "abi_minor=", "abi_minor=7");
	break_scanner(fixture);
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "good.so"), "scan-failed", "");
}

static void
corrupt_cache_is_not_used(void)
{
	static const char *const corruptions[][2] = {
		{ "[cache]", "[cache" },
		{ "rule=", "rule=nonsense" },
		{ "offers=framework minimal;", "offers=" },
		{ "offers=", "sreffo=" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(corruptions); i++) {
		g_autoptr(Fixture) fixture = fixture_new();

		use_cache(fixture);
		fixture_add_trusted(fixture, "good");
		fixture_load(fixture);
		replace_in_cache(fixture, corruptions[i][0],
				 corruptions[i][1]);
		fixture_load(fixture);
		assert_loaded(fixture_file(fixture, "good.so"));
		break_scanner(fixture);
		fixture_load(fixture);
		assert_loaded(fixture_file(fixture, "good.so"));
	}
}

static void
cache_cannot_make_a_file_trusted(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	use_cache(fixture);
	fixture_add_trusted(fixture, "good");
	fixture_load(fixture);
	g_ptr_array_set_size(fixture->digests, 0);
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "good.so"), "untrusted", "");
}

/* A cache that claims other offers than the plugin has. */
static void
cache_that_lies_does_not_load(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	use_cache(fixture);
	fixture_add_trusted(fixture, "other");
	fixture_load(fixture);
	replace_in_cache(fixture, "framework other", "framework minimal");
	fixture_load(fixture);
	assert_refused(fixture_file(fixture, "other.so"), "bad-table",
		       "offers other names than in its scan");
	g_assert_null(plugin_find_engine("minimal"));
}

static void
add_refusals(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(wrongs); i++) {
		g_autofree char *name = g_strconcat("/plugin/refuses/",
						    wrongs[i].module, NULL);

		g_test_add_data_func(name, &wrongs[i], refuses);
	}
	g_test_add_func("/plugin/refuses/hang", refuses_one_that_hangs);
	g_test_add_func("/plugin/refuses/what-is-no-plugin-file",
			refuses_what_is_no_plugin_file);
	g_test_add_func("/plugin/scan/one-bad-file-does-not-harm-the-others",
			one_bad_file_does_not_harm_the_others);
	g_test_add_func("/plugin/scan/missing-scanner-is-said",
			scanner_that_is_missing_is_said);
	g_test_add_func(
		"/plugin/trust/nothing-runs-under-a-wrong-abi-or-untrusted",
		nothing_runs_under_a_wrong_abi_or_untrusted);
}

static void
add_trust(void)
{
	g_test_add_func("/plugin/trust/refusal-shows-digest-and-config-line",
			untrusted_shows_digest_and_config_line);
	g_test_add_func("/plugin/trust/digest-of-another-file-trusts-nothing",
			digest_of_another_file_trusts_nothing);
	g_test_add_func("/plugin/trust/vendor-signature-may-be-raw-or-der",
			vendor_signature_trusts_raw_and_der);
	g_test_add_func(
		"/plugin/trust/signature-of-another-vendor-or-file-is-none",
		signature_of_another_vendor_or_file_trusts_nothing);
	g_test_add_func("/plugin/load/changed-file-is-not-loaded",
			file_that_changed_after_its_scan_is_not_loaded);
	g_test_add_func("/plugin/load/good-one-is-loaded-and-found",
			good_one_is_loaded_and_found);
	g_test_add_func("/plugin/load/framework-not-enabled-stays-out",
			framework_that_is_not_enabled_stays_out);
	g_test_add_func("/plugin/load/second-of-a-name-names-the-first",
			second_of_a_name_is_refused_and_names_the_first);
	if (g_getenv("BSN_PLUGINS") != NULL)
		g_test_add_func("/plugin/load/every-one-of-the-build-is-good",
				every_plugin_of_the_build_is_accepted);
	g_test_add_func("/plugin/load/files-are-in-order-of-path",
			files_are_listed_in_order_of_path);
}

static void
add_cache(void)
{
	g_test_add_func("/plugin/cache/verdicts-are-remembered",
			verdicts_are_remembered);
	g_test_add_func("/plugin/cache/hang-is-tried-again-with-more-time",
			hang_is_tried_again_with_more_time);
	g_test_add_func("/plugin/cache/missing-library-is-looked-for-again",
			missing_library_is_looked_for_again);
	g_test_add_func("/plugin/cache/changed-file-is-scanned-again",
			changed_file_is_scanned_again);
	g_test_add_func("/plugin/cache/another-version-is-not-used",
			cache_of_another_version_is_not_used);
	g_test_add_func("/plugin/cache/corrupt-one-is-not-used",
			corrupt_cache_is_not_used);
	g_test_add_func("/plugin/cache/cannot-make-a-file-trusted",
			cache_cannot_make_a_file_trusted);
	g_test_add_func("/plugin/cache/one-that-lies-does-not-load",
			cache_that_lies_does_not_load);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* Refusals are what is expected here. */
	log_setup("error", "text");
	add_refusals();
	add_trust();
	add_cache();
	return g_test_run();
}
