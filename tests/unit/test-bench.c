/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench: its command line, its numbers, and the transactions that it makes.
 */
#include <math.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/rlp.h"
#include "tests/unit/assert-bytes.h"
#include "tools/bench/fisco_call.h"
#include "tools/bench/fisco_tx.h"
#include "tools/bench/metrics.h"
#include "tools/bench/options.h"
#include "tools/bench/tally.h"
#include "tools/ctl/error.h"
#include "tools/ctl/hex.h"

/* ---- command line ------------------------------------------------------- */

#define PARSE(options, error, ...)  \
	parse(options, error, TRUE, \
	      (char *[]){ (char *)"bsn-bench", __VA_ARGS__, NULL })

static BenchWish
parse(BenchOptions *options, GError **error, gboolean short_form, char **words)
{
	/* It is rearranged while it is parsed. */
	g_autofree char **copy =
		g_memdup2(words, (g_strv_length(words) + 1) * sizeof(char *));

	return bench_options_parse(options, short_form,
				   (int)g_strv_length(copy), copy, error);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_auto(LoadPlan) plan = { 0 };
	BenchOptions options;

	g_assert_cmpint(PARSE(&options, &error, "c1"), ==, BENCH_RUN);
	g_assert_no_error(error);
	g_assert_cmpstr(options.chains[0], ==, "c1");
	g_assert_null(options.chains[1]);
	g_assert_null(options.nodes);
	g_assert_cmpstr(options.id, ==, "admin");
	g_assert_true(workload_load(options.workload, "fisco", &plan, &error));
	g_assert_cmpuint(plan.transactions, ==, 10000);
	g_assert_cmpuint(plan.batch, ==, 1);
	g_assert_cmpuint(plan.mode, ==, LOOP_CLOSED);
	g_assert_cmpstr(plan.function, ==, "userSave(string,uint256)");
	bench_options_clear(&options);
}

static void
test_given(void)
{
	g_autoptr(GError) error = NULL;
	g_auto(LoadPlan) plan = { 0 };
	BenchOptions options;

	g_assert_cmpint(PARSE(&options, &error, "-n", "a", "c1", "--node", "b",
			      "-c", "50", "-w", "0", "--rate", "12.5", "-j",
			      "--contract", "evidence", "--function", "count",
			      "--signers", "first-seen"),
			==, BENCH_RUN);
	g_assert_no_error(error);
	g_assert_cmpstr(options.nodes[0], ==, "a");
	g_assert_cmpstr(options.nodes[1], ==, "b");
	g_assert_null(options.nodes[2]);
	g_assert_true(options.json);
	g_assert_true(workload_load(options.workload, NULL, &plan, &error));
	g_assert_cmpuint(plan.transactions, ==, 50);
	g_assert_cmpuint(plan.warm_up, ==, 0);
	g_assert_cmpfloat(plan.rate, ==, 12.5);
	g_assert_cmpstr(plan.contract, ==, "evidence");
	g_assert_cmpstr(plan.args, ==, "[]");
	g_assert_cmpstr(plan.signers, ==, "first-seen");
	bench_options_clear(&options);
}

static void
assert_refused(char **words, const char *part)
{
	g_autoptr(GError) error = NULL;
	BenchOptions options;

	g_assert_cmpint(parse(&options, &error, TRUE, words), ==, BENCH_USAGE);
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
	REFUSED("--batch is 1.5", "c1", "--batch", "1.5");
	REFUSED("--in-flight is 5000", "c1", "-f", "5000");
	REFUSED("--transactions is -3", "c1", "-c", "-3");
	REFUSED("--rate is", "c1", "--rate", "-1");
	REFUSED("--rate is nan", "c1", "--rate", "nan");
	REFUSED("--mode is fast", "c1", "--mode", "fast");
	REFUSED("signers = 0 is no number", "c1", "--signers", "0");
	REFUSED("signers = 1x is no number", "c1", "--signers", "1x");
	REFUSED("is no distribution", "c1", "--draw", "zipfian 2");
	REFUSED("nothing is known to fill into {x}", "c1", "--args",
		"[\"{x}\"]");
	REFUSED("no JSON array or object", "c1", "--args", "[");
	REFUSED("belong together", "c1", "--contract", "evidence");
	REFUSED("exclude each other", "c1", "--from", "f", "--contract", "c",
		"--function", "f");
	REFUSED("See 'bsn-bench run --help'", "c1", "--no-such-thing");
}

static void
test_workload_operand(void)
{
	char *words[] = { (char *)"run", (char *)"no-such-workload", NULL };
	g_autoptr(GError) error = NULL;
	BenchOptions options;

	g_setenv("BSN_BENCH_PATH", "/nonexistent", TRUE);
	g_assert_cmpint(parse(&options, &error, FALSE, words), ==, BENCH_USAGE);
	g_assert_error(error, CTL_ERROR, CTL_ERROR_USAGE);
	g_assert_nonnull(strstr(error->message, "no workload 'no-such-"));
	bench_options_clear(&options);
	g_unsetenv("BSN_BENCH_PATH");
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
test_tallies(void)
{
	g_autoptr(GHashTable) all = tally_new();
	g_autoptr(GPtrArray) names = NULL;

	tally_add(all, "expired", 6);
	tally_add(all, "busy", 2);
	tally_add(all, "busy", 7);
	g_assert_cmpuint(tally_get(all, "busy"), ==, 9);
	g_assert_cmpuint(tally_get(all, "expired"), ==, 6);
	g_assert_cmpuint(tally_get(all, "never"), ==, 0);
	g_assert_cmpuint(tally_total(all), ==, 15);
	names = tally_names(all);
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

/* ---- transactions ------------------------------------------------------- */

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
	bsn_slice nonce, data, v, r, s;
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
	for (guint i = 0; i < 2; i++)
		rlp_skip(&reader, "field");
	parts.data = rlp_read_bytes(&reader, "data", 0, 64);
	for (guint i = 0; i < 3; i++)
		rlp_skip(&reader, "field");
	parts.first_ten = bsn_slice_of(data + begin, reader.at - begin);
	parts.v = rlp_read_bytes(&reader, "v", 1, 64);
	parts.r = rlp_read_integer(&reader, "r", 32);
	parts.s = rlp_read_integer(&reader, "s", 32);
	rlp_leave(&reader);
	g_assert_cmpint(rlp_finish(&reader, NULL), ==, BSN_OK);
	return parts;
}

/* With a key of its own. */
static GBytes *
make_one(const char *algorithm, const char *convention, bsn_slice data,
	 Key *key)
{
	static const guint8 seed[KEYS_SEED_LEN] = { 1 };
	const FiscoSigning how = { algorithm, convention };
	g_autoptr(GBytes) sample = sample_tx();
	g_autoptr(GByteArray) tx = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	const bsn_signature *scheme = keys_scheme(algorithm, &error);
	g_autoptr(Keys) keys = keys_new(scheme, 1, seed, &error);
	g_autoptr(FiscoPattern) pattern =
		fisco_pattern_new(sample, &how, &error);

	g_assert_no_error(error);
	*key = *keys_at(keys, 0, NULL);
	g_assert_true(fisco_pattern_make(pattern, key, data, tx));
	return g_byte_array_free_to_bytes(g_steal_pointer(&tx));
}

/* What is signed: the list of the first ten. */
static void
assert_signed(const Parts *parts, const Key *key, const bsn_hash *hash,
	      guint32 convention, const guint8 *signature)
{
	const RlpItem first_ten = rlp_raw(parts->first_ten);
	g_autoptr(GByteArray) list = g_byte_array_new();
	guint8 digest[32];
	bsn_slice text;
	const bsn_verify_item item = {
		.size = sizeof(item),
		.convention = convention,
		.public_key = bsn_slice_of(key->public_key,
					   key->scheme->public_key_len),
		.message = bsn_slice_of(digest, sizeof(digest)),
		.signature =
			bsn_slice_of(signature, key->scheme->signature_len),
	};

	rlp_put_list(list, &first_ten, 1);
	text = bsn_slice_of(list->data, list->len);
	g_assert_cmpint(hash->digest(&text, 1, digest), ==, BSN_OK);
	g_assert_cmpint(key->scheme->verify(&item), ==, BSN_OK);
}

static void
put_right(guint8 *to, bsn_slice integer)
{
	memcpy(to + 32 - integer.len, integer.data, integer.len);
}

static void
test_sm_transaction(void)
{
	const bsn_slice data = bsn_slice_str("other data");
	guint8 signature[64] = { 0 };
	Key key;
	g_autoptr(GBytes) one = make_one("sm2", "standard", data, &key);
	g_autoptr(GBytes) other = make_one("sm2", "standard", data, &key);
	Parts a = take_apart(one), b = take_apart(other);

	g_assert_cmpuint(a.nonce.len, ==, 32);
	g_assert_cmpuint(b.nonce.len, ==, 32);
	g_assert_cmpint(memcmp(a.nonce.data, b.nonce.data, 32), !=, 0);
	g_assert_cmpuint(a.v.len, ==, 64);
	assert_bytes(a.v.data, 64, key.public_key, 64);
	assert_bytes(a.data.data, a.data.len, data.data, data.len);
	put_right(signature, a.r);
	put_right(signature + 32, a.s);
	assert_signed(&a, &key, keys_hash("sm3", NULL), BSN_SIGN_STANDARD,
		      signature);
}

static void
test_standard_transaction(void)
{
	guint8 signature[65] = { 0 };
	Key key;
	g_autoptr(GBytes) tx =
		make_one("secp256k1", "digest", bsn_slice_str("word"), &key);
	Parts parts = take_apart(tx);

	g_assert_cmpuint(parts.v.len, ==, 1);
	g_assert_true(parts.v.data[0] == 27 || parts.v.data[0] == 28);
	g_assert_cmpuint(parts.nonce.len, ==, 32);
	put_right(signature, parts.r);
	put_right(signature + 32, parts.s);
	signature[64] = parts.v.data[0] - 27;
	assert_signed(&parts, &key, keys_hash("keccak-256", NULL),
		      BSN_SIGN_DIGEST, signature);
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

/* Numbered keys are the same again, and others for other numbers. */
static void
test_keys(void)
{
	static const guint8 seed[KEYS_SEED_LEN] = { 7 };
	const bsn_signature *scheme = keys_scheme("sm2", NULL);
	g_autoptr(Keys) kept = keys_new(scheme, 3, seed, NULL);
	g_autoptr(Keys) fresh = keys_new(scheme, 0, seed, NULL);
	Key room, other;

	g_assert_nonnull(kept);
	g_assert_cmpuint(keys_count(kept), ==, 3);
	g_assert_cmpuint(keys_count(fresh), ==, 0);
	for (guint64 i = 0; i < 3; i++)
		assert_bytes(keys_at(kept, i, &room)->public_key, 64,
			     keys_at(fresh, i, &other)->public_key, 64);
	g_assert_true(keys_at(kept, 4, &room) == keys_at(kept, 1, &room));
	g_assert_cmpint(memcmp(keys_at(fresh, 3, &room)->public_key,
			       keys_at(fresh, 4, &other)->public_key, 64),
			!=, 0);
	g_assert_null(keys_scheme("rot13", NULL));
	g_assert_null(keys_scheme("sm3", NULL));
}

/* "transfer(address,uint256)" of Ethereum, known to everybody. */
static const char transfer_data[] =
	"a9059cbb"
	"000000000000000000000000000000000000000000000000000000000000beef"
	"0000000000000000000000000000000000000000000000000000000000000007";
#define BEEF "0x000000000000000000000000000000000000bEEF"

static void
test_call_data(void)
{
	g_autoptr(GBytes) data = ctl_hex_decode(transfer_data);
	const bsn_slice slice = bsn_slice_of(g_bytes_get_data(data, NULL),
					     g_bytes_get_size(data));
	json_t *args = json_pack("[s, s]", BEEF, "7");
	json_t *abi = json_pack(
		"[{s:s, s:s, s:[{s:s, s:s}, {s:s, s:s}], s:[]}]", "type",
		"function", "name", "transfer", "inputs", "name", "to", "type",
		"address", "name", "amount", "type", "uint256", "outputs");
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(FiscoCall) by_signature = fisco_call_find(
		"transfer(address,uint256)", NULL, args, slice, &error);
	g_autoptr(FiscoCall) by_interface =
		fisco_call_find("transfer", abi, args, slice, &error);

	g_assert_no_error(error);
	g_assert_nonnull(by_signature);
	g_assert_nonnull(by_interface);
	json_array_set_new(args, 1, json_string("8"));
	g_assert_true(fisco_call_encode(by_interface, args, out, &error));
	g_assert_cmpuint(out->len, ==, 68);
	g_assert_cmpuint(out->data[67], ==, 8);
	json_array_set_new(args, 1, json_string("-8"));
	g_assert_false(fisco_call_encode(by_interface, args, out, NULL));
	json_array_set_new(args, 1, json_string("7"));
	g_assert_null(fisco_call_find("transfer(address,uint128)", NULL, args,
				      slice, &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	json_decref(args);
	json_decref(abi);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_unsetenv("BSN_ID");
	g_test_add_func("/bench/options/a-chain-is-enough", test_defaults);
	g_test_add_func("/bench/options/what-is-given-counts", test_given);
	g_test_add_func("/bench/options/nonsense-is-explained", test_refused);
	g_test_add_func("/bench/options/a-workload-is-looked-for",
			test_workload_operand);
	g_test_add_func("/bench/options/help-fits-a-terminal", test_help);
	g_test_add_func("/bench/tallies/errors-add-up-by-name", test_tallies);
	g_test_add_func("/bench/metrics/only-what-is-asked-for-counts",
			test_metrics_page);
	g_test_add_func("/bench/keys/a-number-has-always-the-same-key",
			test_keys);
	g_test_add_func("/bench/tx/sm-ones-carry-the-key-and-verify",
			test_sm_transaction);
	g_test_add_func("/bench/tx/standard-ones-carry-the-recovery-bit",
			test_standard_transaction);
	g_test_add_func("/bench/tx/what-is-no-transaction-is-refused",
			test_other_formats);
	g_test_add_func("/bench/tx/call-data-is-as-the-chain-makes-it",
			test_call_data);
	return g_test_run();
}
