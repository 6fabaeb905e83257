/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench: its command line, its numbers, and the transactions that it makes.
 */
#include <math.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include <bsn/helpers/bytes.h>

#include "identity/certificate.h"
#include "identity/sign.h"
#include "plugins/kit/rlp.h"
#include "tools/bench/fisco_tx.h"
#include "tools/bench/metrics.h"
#include "tools/bench/options.h"
#include "tools/bench/report.h"
#include "tools/bench/stats.h"
#include "tools/bench/target.h"
#include "tools/ctl/error.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/private_file.h"

/* ---- command line ------------------------------------------------------- */

#define PARSE(options, error, ...)                                             \
	parse(options, error,                                                  \
	      (char *[]){ (char *)"bsn-bench", __VA_ARGS__, NULL })

static BenchWish
parse(BenchOptions *options, GError **error, char **words)
{
	/* It is rearranged while it is parsed. */
	g_autofree char **copy =
		g_memdup2(words, (g_strv_length(words) + 1) * sizeof(char *));

	return bench_options_parse(options, (int)g_strv_length(copy), copy,
				   error);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	BenchOptions options;

	g_assert_cmpint(PARSE(&options, &error, "c1"), ==, BENCH_RUN);
	g_assert_no_error(error);
	g_assert_cmpstr(options.chain, ==, "c1");
	g_assert_cmpuint(options.transactions, ==, 10000);
	g_assert_cmpuint(options.warm_up, ==, 1000);
	g_assert_cmpuint(options.in_flight, ==, 32);
	g_assert_cmpuint(options.batch, ==, 1);
	g_assert_null(options.nodes);
	g_assert_cmpstr(options.function, ==, "userSave(string,uint256)");
	bench_options_clear(&options);
}

static void
test_given(void)
{
	g_autoptr(GError) error = NULL;
	BenchOptions options;

	g_assert_cmpint(PARSE(&options, &error, "-n", "a", "c1", "--node", "b",
			      "-c", "50", "-w", "0", "--rate", "12.5", "-j",
			      "--contract", "evidence", "--function", "count"),
			==, BENCH_RUN);
	g_assert_cmpstr(options.nodes[0], ==, "a");
	g_assert_cmpstr(options.nodes[1], ==, "b");
	g_assert_null(options.nodes[2]);
	g_assert_cmpuint(options.transactions, ==, 50);
	g_assert_cmpuint(options.warm_up, ==, 0);
	g_assert_cmpuint(options.in_flight, ==, 256);
	g_assert_cmpfloat(options.rate, ==, 12.5);
	g_assert_true(options.json);
	g_assert_cmpstr(options.args, ==, "[]");
	bench_options_clear(&options);
}

static void
assert_refused(char **words, const char *part)
{
	g_autoptr(GError) error = NULL;
	BenchOptions options;

	g_assert_cmpint(parse(&options, &error, words), ==, BENCH_USAGE);
	g_assert_error(error, CTL_ERROR, CTL_ERROR_USAGE);
	if (strstr(error->message, part) == NULL)
		g_error("\"%s\" lacks \"%s\"", error->message, part);
	bench_options_clear(&options);
}

#define REFUSED(part, ...)                                                     \
	assert_refused((char *[]){ (char *)"bsn-bench", __VA_ARGS__, NULL },   \
		       part)

static void
test_refused(void)
{
	char *none[] = { (char *)"bsn-bench", NULL };

	assert_refused(none, "no chain is named");
	REFUSED("\"c2\" is too much", "c1", "c2");
	REFUSED("--batch is 0", "c1", "--batch", "0");
	REFUSED("--in-flight is 5000", "c1", "-f", "5000");
	REFUSED("--transactions is -3", "c1", "-c", "-3");
	REFUSED("--rate is", "c1", "--rate", "-1");
	REFUSED("belong together", "c1", "--contract", "evidence");
	REFUSED("See 'bsn-bench --help'", "c1", "--no-such-thing");
}

static void
test_help(void)
{
	g_autoptr(GError) error = NULL;
	BenchOptions options;

	g_assert_cmpint(PARSE(&options, &error, "--help"), ==, BENCH_HELP);
	bench_options_clear(&options);
	g_assert_cmpint(PARSE(&options, &error, "-V"), ==, BENCH_VERSION);
	bench_options_clear(&options);
	for (const char *line = bench_options_help(); *line != '\0';
	     line += strcspn(line, "\n") + 1)
		g_assert_cmpuint(strcspn(line, "\n"), <=, 80);
}

/* ---- numbers ------------------------------------------------------------ */

static void
test_percentiles(void)
{
	guint64 us[100];
	guint64 one[] = { 7 };
	Latency latency;

	for (guint i = 0; i < 100; i++)
		us[i] = 100 - i;
	latency = latency_of(us, 100);
	g_assert_cmpuint(latency.min, ==, 1);
	g_assert_cmpuint(latency.p50, ==, 50);
	g_assert_cmpuint(latency.p90, ==, 90);
	g_assert_cmpuint(latency.p99, ==, 99);
	g_assert_cmpuint(latency.max, ==, 100);
	g_assert_cmpuint(latency.mean, ==, 50);
	latency = latency_of(us, 3); /* 1 2 3 */
	g_assert_cmpuint(latency.p50, ==, 2);
	g_assert_cmpuint(latency.p90, ==, 3);
	latency = latency_of(one, 1);
	g_assert_cmpuint(latency.p50, ==, 7);
	g_assert_cmpuint(latency.p99, ==, 7);
	latency = latency_of(NULL, 0);
	g_assert_cmpuint(latency.max, ==, 0);
}

static void
test_tallies(void)
{
	g_autoptr(Stats) all = stats_new();
	g_autoptr(Stats) one = stats_new();
	g_autoptr(GPtrArray) names = NULL;
	guint64 us = 5;

	tally_add(one->errors, "busy", 2);
	tally_add(one->errors, "expired", 3);
	g_array_append_val(one->latencies, us);
	one->committed = 1;
	tally_add(all->errors, "busy", 5);
	stats_merge(all, one);
	stats_merge(all, one);
	g_assert_cmpuint(tally_get(all->errors, "busy"), ==, 9);
	g_assert_cmpuint(tally_get(all->errors, "expired"), ==, 6);
	g_assert_cmpuint(tally_get(all->errors, "never"), ==, 0);
	g_assert_cmpuint(tally_total(all->errors), ==, 15);
	g_assert_cmpuint(all->committed, ==, 2);
	g_assert_cmpuint(all->latencies->len, ==, 2);
	names = tally_names(all->errors);
	g_assert_cmpstr(names->pdata[0], ==, "busy");
	g_assert_cmpstr(names->pdata[1], ==, "expired");
}

static const char page[] =
	"# TYPE bsn_cpu_seconds_total counter\n"
	"bsn_cpu_seconds_total{part=\"crypto\"} 1.5\n"
	"bsn_cpu_seconds_total{part=\"other\"} 9\n"
	"bsn_cpu_seconds_total{part=\"storage\"} NaN\n"
	"bsn_cpu_seconds_total{part=\"host\"} 0.25 1700000000000\n"
	"bsn_store_syncs_total 12\n"
	"bsn_store_sync_seconds_total 0.5\n"
	"bsn_store_syncs_totals 99\n"
	"bsn_chain_blocks_total{chain=\"c1\",framework=\"fisco\"} 4\n"
	"bsn_chain_blocks_total{chain=\"c12\",framework=\"fisco\"} 70\n"
	"bsn_chain_blocks_total{chain=\"c1\",framework=\"fisco\" 5\n"
	"bsn_store_syncs_total minus";

static void
assert_near(double a, double b)
{
	g_assert_cmpfloat(fabs(a - b), <, 1e-9);
}

static void
test_metrics_page(void)
{
	Metrics before = { .syncs = 0 };
	Metrics after = { .syncs = 0 };
	Metrics rise;

	metrics_add_page(&before, page, strlen(page), "c1");
	assert_near(before.cpu_s[METRICS_CRYPTO], 1.5);
	assert_near(before.cpu_s[METRICS_HOST], 0.25);
	assert_near(before.cpu_s[METRICS_STORAGE], 0);
	assert_near(before.syncs, 12);
	assert_near(before.sync_s, 0.5);
	assert_near(before.blocks, 4);
	metrics_add_page(&after, page, strlen(page), "c1");
	metrics_add_page(&after, page, strlen(page), "c1");
	rise = metrics_between(&before, &after);
	assert_near(rise.cpu_s[METRICS_CRYPTO], 1.5);
	assert_near(rise.blocks, 4);
}

static void
test_report(void)
{
	BenchOptions options = { .chain = (char *)"c1",
				 .transactions = 10,
				 .batch = 1,
				 .in_flight = 2 };
	Metrics metrics = {
		.cpu_s = { [METRICS_CRYPTO] = 3, [METRICS_HOST] = 1 },
		.syncs = 4,
		.sync_s = 0.008,
		.blocks = 8
	};
	g_autoptr(Stats) stats = stats_new();
	Report report = { .options = &options,
			  .hosts = 4,
			  .tx_bytes = 300,
			  .elapsed_us = 2000000,
			  .stats = stats,
			  .latency = { .p50 = 1500, .max = 2000 },
			  .metrics = &metrics };
	g_autofree char *text = NULL;
	json_t *json, *hosts;

	stats->committed = 9;
	tally_add(stats->errors, "expired", 1);
	text = report_text(&report);
	g_assert_nonnull(strstr(text, "9 of 10 transactions committed"));
	g_assert_nonnull(strstr(text, "4.5 committed a second"));
	g_assert_nonnull(strstr(text, "p50 1.5,"));
	g_assert_nonnull(strstr(text, "errors      1 expired\n"));
	g_assert_nonnull(strstr(text, "crypto 75%"));
	g_assert_nonnull(strstr(text, "4 on all hosts, 2.0 ms each"));
	json = report_json(&report);
	g_assert_nonnull(json);
	g_assert_cmpint(json_integer_value(json_object_get(
				json_object_get(json, "errors"), "expired")),
			==, 1);
	assert_near(json_real_value(json_object_get(json, "committed_per_s")),
		    4.5);
	hosts = json_object_get(json, "on_hosts");
	assert_near(json_real_value(json_object_get(hosts, "blocks")), 2);
	assert_near(json_real_value(json_object_get(
			    json_object_get(hosts, "cpu_share"), "host")),
		    0.25);
	json_decref(json);
}

/* ---- transactions ------------------------------------------------------- */

static Signer *
new_signer(void)
{
	g_autofree char *top = g_dir_make_tmp("bsn-bench-test-XXXXXX", NULL);
	g_autofree char *own = g_build_filename(top, "key.pem", NULL);
	g_autofree char *keys = g_build_filename(top, "keys", NULL);
	g_autofree char *file = g_build_filename(keys, "secp256k1.key", NULL);
	guint8 public_key[SIGNER_PUBLIC_KEY_LEN];
	EVP_PKEY *key = identity_key_new("sm2", NULL);
	g_autoptr(GError) error = NULL;
	Signer *signer;

	g_assert_true(identity_save_key(key, own, NULL));
	g_assert_true(private_directory_make(keys, NULL));
	g_assert_true(signer_new_secp256k1(file, public_key, NULL));
	signer = signer_load(top, &error);
	g_assert_no_error(error);
	g_assert_nonnull(signer);
	private_directory_remove(top);
	EVP_PKEY_free(key);
	return signer;
}

/* A transaction whose signature does not matter. */
static GBytes *
sample_tx(void)
{
	static const guint8 to[20] = { 0x50, 0x02 };
	static const guint8 word[] = "call data";
	GByteArray *out = g_byte_array_new();
	const RlpItem fields[] = {
		rlp_u64(7),      rlp_u64(0),
		rlp_u64(300000), rlp_u64(900),
		rlp_bytes(bsn_slice_of(to, sizeof(to))),
		rlp_u64(0),      rlp_bytes(bsn_slice_of(word, sizeof(word))),
		rlp_u64(1),      rlp_u64(1),
		rlp_bytes(bsn_slice_of(NULL, 0)),
		rlp_u64(27),     rlp_u64(1),
		rlp_u64(2),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
	return g_byte_array_free_to_bytes(out);
}

typedef struct {
	bsn_slice nonce, v, r, s;
	bsn_slice first_ten; /* encoded, without the list around */
} Parts;

static Parts
take_apart(GBytes *tx)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(tx, &len);
	RlpReader reader = rlp_reader(bsn_slice_of(data, len));
	guint64 begin;
	Parts parts;

	rlp_enter(&reader, "tx");
	begin = reader.at;
	parts.nonce = rlp_read_integer(&reader, "nonce", 32);
	(void)rlp_read_u64(&reader, "gasPrice");
	g_assert_cmpuint(rlp_read_u64(&reader, "gas"), ==, 300000);
	g_assert_cmpuint(rlp_read_u64(&reader, "blockLimit"), ==, 900);
	for (guint i = 0; i < 6; i++)
		rlp_skip(&reader, "field");
	parts.first_ten = bsn_slice_of(data + begin, reader.at - begin);
	parts.v = rlp_read_bytes(&reader, "v", 1, 64);
	parts.r = rlp_read_integer(&reader, "r", 32);
	parts.s = rlp_read_integer(&reader, "s", 32);
	rlp_leave(&reader);
	g_assert_cmpint(rlp_finish(&reader, NULL), ==, BSN_OK);
	return parts;
}

static GBytes *
make_one(const char *algorithm, const char *convention, const Signer *signer)
{
	const FiscoSigning how = { algorithm, convention };
	g_autoptr(GBytes) sample = sample_tx();
	g_autoptr(GError) error = NULL;
	g_autoptr(FiscoPattern) pattern =
		fisco_pattern_new(sample, &how, &error);
	GBytes *tx;

	g_assert_no_error(error);
	tx = fisco_pattern_make(pattern, signer, &error);
	g_assert_no_error(error);
	return tx;
}

static void
test_sm_transaction(void)
{
	Signer *signer = new_signer();
	g_autoptr(GBytes) one = make_one("sm2", "standard", signer);
	g_autoptr(GBytes) other = make_one("sm2", "standard", signer);
	Parts a = take_apart(one), b = take_apart(other);

	g_assert_cmpuint(a.nonce.len, ==, 32);
	g_assert_cmpuint(b.nonce.len, ==, 32);
	g_assert_cmpint(memcmp(a.nonce.data, b.nonce.data, 32), !=, 0);
	g_assert_cmpuint(a.v.len, ==, 64);
	g_assert_cmpint(memcmp(a.v.data, signer_public_key(signer, "sm2"), 64),
			==, 0);
	signer_free(signer);
}

static void
test_standard_transaction(void)
{
	Signer *signer = new_signer();
	g_autoptr(GBytes) tx = make_one("secp256k1", "digest", signer);
	Parts parts = take_apart(tx);

	g_assert_cmpuint(parts.v.len, ==, 1);
	g_assert_true(parts.v.data[0] == 27 || parts.v.data[0] == 28);
	g_assert_cmpuint(parts.nonce.len, ==, 32);
	signer_free(signer);
}

static void
test_other_formats(void)
{
	const FiscoSigning how = { "sm2", "standard" };
	g_autoptr(GBytes) sample = sample_tx();
	g_autoptr(GBytes) words = g_bytes_new_static("{\"a\":1}", 7);
	g_autoptr(GError) error = NULL;

	g_assert_null(fisco_pattern_new(words, &how, &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	for (gsize len = 0; len < g_bytes_get_size(sample); len++) {
		g_autoptr(GBytes) cut =
			g_bytes_new_from_bytes(sample, 0, len);

		g_assert_null(fisco_pattern_new(cut, &how, NULL));
	}
}

/* ---- transactions from a file -------------------------------------------- */

/* The first n of a file with that text; "" when they are refused. */
static char *
read_txs(const char *text, guint64 n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) txs = NULL;
	g_autofree char *file = NULL;
	GString *all = g_string_new(NULL);
	const int fd = g_file_open_tmp("bench-XXXXXX", &file, NULL);

	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_assert_true(g_file_set_contents(file, text, -1, NULL));
	txs = file_read_txs(file, n, &error);
	g_assert_true((txs == NULL) == (error != NULL));
	for (guint i = 0; txs != NULL && i < txs->len; i++) {
		gsize len;
		const guint8 *data = g_bytes_get_data(txs->pdata[i], &len);
		g_autofree char *hex = ctl_hex_encode(data, len, FALSE);

		g_string_append_printf(all, "%s ", hex);
	}
	g_assert_cmpint(unlink(file), ==, 0);
	return g_string_free(all, FALSE);
}

#define ASSERT_TXS(text, n, expected)                                          \
	do {                                                                   \
		g_autofree char *got_ = read_txs((text), (n));                 \
		g_assert_cmpstr(got_, ==, (expected));                         \
	} while (0)

static void
test_file(void)
{
	g_autoptr(GError) error = NULL;
	BenchOptions options;

	ASSERT_TXS("0x0102\nff\n", 2, "0102 ff ");
	ASSERT_TXS("0102\nff", 2, "0102 ff ");
	ASSERT_TXS("0102\nff\n", 1, "0102 ");
	ASSERT_TXS("0102\n", 2, "");
	ASSERT_TXS("0102\nnone\n", 2, "");
	ASSERT_TXS("", 1, "");
	g_assert_null(file_read_txs("/nonexistent/file", 1, NULL));

	g_assert_cmpint(PARSE(&options, &error, "c1", "--from", "f"), ==,
			BENCH_RUN);
	g_assert_cmpstr(options.from, ==, "f");
	g_assert_null(options.contract);
	bench_options_clear(&options);
	REFUSED("exclude each other", "c1", "--from", "f", "--contract", "c");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_unsetenv("BSN_ID");
	g_test_add_func("/bench/options/a-chain-is-enough", test_defaults);
	g_test_add_func("/bench/options/what-is-given-counts", test_given);
	g_test_add_func("/bench/options/nonsense-is-explained", test_refused);
	g_test_add_func("/bench/options/help-fits-a-terminal", test_help);
	g_test_add_func("/bench/stats/percentiles-are-nearest-ranks",
			test_percentiles);
	g_test_add_func("/bench/stats/errors-add-up-by-name", test_tallies);
	g_test_add_func("/bench/metrics/only-what-is-asked-for-counts",
			test_metrics_page);
	g_test_add_func("/bench/report/says-what-was-measured", test_report);
	g_test_add_func("/bench/tx/those-of-a-file-are-its-lines", test_file);
	g_test_add_func("/bench/tx/sm-ones-carry-the-key",
			test_sm_transaction);
	g_test_add_func("/bench/tx/standard-ones-carry-the-recovery-bit",
			test_standard_transaction);
	g_test_add_func("/bench/tx/what-is-no-transaction-is-refused",
			test_other_formats);
	return g_test_run();
}
