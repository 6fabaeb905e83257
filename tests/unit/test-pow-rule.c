/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-pow: targets, work, and the difficulty rule.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pow/rule.h"

static Target
number(guint64 value)
{
	return (Target){ { (guint32)value, (guint32)(value >> 32) } };
}

static void
assert_equal(Target a, Target b)
{
	g_assert_cmpint(target_compare(&a, &b), ==, 0);
}

/* ---- numbers ------------------------------------------------------------- */

/* Bitcoin Core, arith_uint256_tests.cpp, bignum_SetCompact. */
static void
test_compact(void)
{
	static const struct {
		guint32 bits;
		gboolean good;
		guint64 low;
		guint32 again;
	} cases[] = {
		{ 0x00000000, FALSE, 0, 0 },
		{ 0x00123456, FALSE, 0, 0 },
		{ 0x01003456, FALSE, 0, 0 },
		{ 0x02000056, FALSE, 0, 0 },
		{ 0x03000000, FALSE, 0, 0 },
		{ 0x04000000, FALSE, 0, 0 },
		{ 0x00923456, FALSE, 0, 0 },
		{ 0x01803456, FALSE, 0, 0 },
		{ 0x01123456, TRUE, 0x12, 0x01120000 },
		{ 0x02123456, TRUE, 0x1234, 0x02123400 },
		{ 0x03123456, TRUE, 0x123456, 0x03123456 },
		{ 0x04123456, TRUE, 0x12345600, 0x04123456 },
		{ 0x04923456, FALSE, 0, 0 },
		{ 0x05009234, TRUE, 0x92340000, 0x05009234 },
		{ 0x20123456, TRUE, 0, 0x20123456 },
		{ 0xff123456, FALSE, 0, 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Target target;

		g_assert_cmpint(target_from_bits(cases[i].bits, &target), ==,
				cases[i].good);
		if (!cases[i].good)
			continue;
		g_assert_cmphex(target_to_bits(&target), ==, cases[i].again);
		if (cases[i].low != 0)
			assert_equal(target, number(cases[i].low));
	}
}

static void
test_met(void)
{
	guint8 id[32] = { 0 };
	Target target;

	g_assert_true(target_from_bits(0x1d00ffff, &target));
	id[4] = 0xff;
	id[5] = 0xff;
	g_assert_true(target_is_met(&target, id));
	id[6] = 1;
	g_assert_false(target_is_met(&target, id));
	memset(id, 0, sizeof(id));
	g_assert_true(target_is_met(&target, id));
}

/* Bitcoin's first block has 0x100010001 of it. */
static void
test_work(void)
{
	const Target zero = { { 0 } };
	Target target, most, work;

	g_assert_true(target_from_bits(0x1d00ffff, &target));
	assert_equal(target_work(&target), number(0x100010001));
	g_assert_true(target_from_bits(0x207fffff, &target));
	assert_equal(target_work(&target), number(2));
	memset(&most, 0xff, sizeof(most));
	assert_equal(target_work(&most), number(1));
	/* 2^256 does not fit. */
	work = target_work(&zero);
	assert_equal(work, most);
	target = number(1);
	work = target_work(&target);
	g_assert_cmphex(work.limb[7], ==, 0x80000000);
}

static void
test_arithmetic(void)
{
	Target most, a = number(1000), b;

	memset(&most, 0xff, sizeof(most));
	assert_equal(target_add(most, &a), most);
	assert_equal(target_scale(&a, 7, 3), number(2333));
	assert_equal(target_scale(&most, 2, 1), most);
	assert_equal(target_scale(&most, G_MAXUINT64, G_MAXUINT64), most);
	b = target_scale(&most, 1, 2);
	g_assert_cmphex(b.limb[7], ==, 0x7fffffff);
	b = number(G_MAXUINT64);
	b = target_scale(&b, G_MAXUINT64, 1);
	assert_equal(target_scale(&b, 1, G_MAXUINT64), number(G_MAXUINT64));
	assert_equal(target_scale(&b, 0, 5), number(0));
}

/* ---- the rule ------------------------------------------------------------ */

#define START 0x1f00ffffu

static PowConfig
config_of(const char *text)
{
	PowConfig config;

	g_assert_cmpint(pow_config_read(bsn_slice_str(text), &config, NULL), ==,
			BSN_OK);
	return config;
}

/* A chain of n blocks, each so long after the one before; the newest first, the
 * genesis last. */
static guint
line_of(RuleBlock *line, guint n, guint64 ms, guint32 bits, gboolean loaded)
{
	for (guint i = 0; i < n; i++)
		line[i] = (RuleBlock){ 1000000 + (n - i) * ms, bits, loaded };
	line[n] = (RuleBlock){ 1000000, 0, FALSE };
	return n + 1;
}

static void
test_steady(void)
{
	const PowConfig config = config_of("{\"always\":true}");
	RuleBlock line[300];

	g_assert_cmphex(rule_bits(&config, line,
				  line_of(line, 0, 0, 0, FALSE)),
			==, START);
	/* Each division loses less than the compact form does. */
	for (guint n = 1; n < 100; n++)
		g_assert_cmphex(rule_bits(&config, line,
					  line_of(line, n, 2000, START, TRUE)),
				>=, START - 1);
}

/* Vectors, reckoned by hand: with N = 2, weights 2 and 1, T = 1000. */
static void
test_vectors(void)
{
	const PowConfig config =
		config_of("{\"always\":true,\"adjustHeightGap\":2,"
			  "\"expectedPeriod\":1000,\"defaultTarget\":"
			  "504365040}"); /* 0x1e0ffff0 */
	const RuleBlock quick[] = { { 5500, 0x1e100000, TRUE },
				    { 5000, 0x1e100000, TRUE },
				    { 4500, 0x1e100000, TRUE } };
	const RuleBlock slow[] = { { 7500, 0x1e100000, TRUE },
				   { 6000, 0x1e100000, TRUE },
				   { 5000, 0x1e100000, TRUE } };
	const RuleBlock back[] = { { 6000, 0x1e100000, TRUE },
				   { 3500, 0x1e100000, TRUE },
				   { 5000, 0x1e100000, TRUE } };
	const RuleBlock gap[] = { { 999000, 0x1e100000, TRUE },
				  { 6000, 0x1e100000, TRUE },
				  { 5000, 0x1e100000, TRUE } };

	/* (2 * 500 + 500) / 3000 = 1/2; (2 * 1500 + 1000) / 3000 = 4/3; six
	 * periods make (2 * 6000 + 1000) / 3000, and twice is the most. */
	g_assert_cmphex(rule_bits(&config, quick, 3), ==, 0x1e080000);
	g_assert_cmphex(rule_bits(&config, slow, 3), ==, 0x1e155555);
	g_assert_cmphex(rule_bits(&config, gap, 3), ==, 0x1e200000);
	/* Back by 1500 and forth by 2500: (2 * 1000 + 0) / 3000. */
	g_assert_cmphex(rule_bits(&config, back, 3), ==, 0x1e0aaaaa);
}

static void
test_bounds(void)
{
	const PowConfig config = config_of("{\"always\":true}");
	RuleBlock line[300];
	Target next, parent;
	guint n = line_of(line, 60, 0, START, TRUE);

	g_assert_true(target_from_bits(START, &parent));
	g_assert_true(target_from_bits(rule_bits(&config, line, n), &next));
	parent = target_scale(&parent, 1, 2);
	g_assert_cmphex(target_to_bits(&next), ==, target_to_bits(&parent));
	/* Never easier than the easiest. */
	n = line_of(line, 60, 600000, 0x207fffff, TRUE);
	g_assert_cmphex(rule_bits(&config, line, n), ==, 0x207fffff);
	/* As hard as can be, and not harder. */
	n = line_of(line, 60, 0, 0x01010000, TRUE);
	g_assert_cmphex(rule_bits(&config, line, n), ==, 0x01010000);
}

/* A week without anything to do, then a block in time, again and again. */
static void
test_idle(void)
{
	const char *text[] = { "{}", "{\"always\":true}" };
	guint32 bits[2];

	for (guint i = 0; i < 2; i++) {
		const PowConfig config = config_of(text[i]);
		RuleBlock line[300];
		guint64 time = 1000000;
		guint n = 0;

		memset(line, 0, sizeof(line));
		line[0].time_ms = time;
		bits[i] = START;
		for (; n < 70; n++) {
			const gboolean first = n % 7 == 0;

			time += first ? 7ull * 86400000 : 2000;
			memmove(line + 1, line, (n + 1) * sizeof(*line));
			line[0] = (RuleBlock){ time, bits[i], first };
			bits[i] = rule_bits(&config, line, n + 2);
		}
	}
	g_assert_cmphex(bits[0], >=, START - 64);
	g_assert_cmphex(bits[0], <=, START);
	g_assert_cmphex(bits[1], >, START + 0x4000);
}

/* Who is alone and mines empty blocks as quickly as it can makes them harder. */
static void
test_idle_flood(void)
{
	const PowConfig config = config_of("{}");
	RuleBlock line[300];
	const guint n = line_of(line, 60, 1, START, FALSE);
	Target next, parent;

	g_assert_true(target_from_bits(START, &parent));
	g_assert_true(target_from_bits(rule_bits(&config, line, n), &next));
	parent = target_scale(&parent, 1, 2);
	g_assert_cmphex(target_to_bits(&next), ==, target_to_bits(&parent));
}

/* One who says early and late times by turns, as far as the median lets it, does
 * not make the chain easier. */
static void
test_to_and_fro(void)
{
	const PowConfig config = config_of("{\"always\":true}");
	RuleBlock line[300] = { { 1000000, 0, FALSE } };
	guint32 bits = START;
	guint n = 1;

	for (; n < 100; n++) {
		const guint64 right = 1000000 + n * 2000;
		const guint64 early =
			rule_median_ms(line, MIN(n, RULE_MEDIAN)) + 1;

		memmove(line + 1, line, n * sizeof(*line));
		line[0] = (RuleBlock){ n % 2 == 0 ? early : right, bits, TRUE };
		bits = rule_bits(&config, line, n + 1);
	}
	g_assert_cmphex(bits, <=, START + 0x1000);
}

/* Hash power that is halved, and comes back: blocks come in time again within the
 * window. */
static void
test_follows(void)
{
	const PowConfig config = config_of("{\"always\":true}");
	RuleBlock line[400];
	guint64 time = 1000000, ms = 0;
	guint32 bits = START;
	guint n = 0;
	double rate = 65536.0 / 2000;

	memset(line, 0, sizeof(line));
	line[0].time_ms = time;
	for (; n < 300; n++) {
		Target target, work;

		g_assert_true(target_from_bits(bits, &target));
		work = target_work(&target);
		ms = (guint64)((double)work.limb[0] /
			       (n >= 100 && n < 200 ? rate / 2 : rate));
		time += ms;
		memmove(line + 1, line, (n + 1) * sizeof(*line));
		line[0] = (RuleBlock){ time, bits, TRUE };
		bits = rule_bits(&config, line, n + 2);
		if (n % 100 > 70)
			g_assert_cmpuint(ms, >, 1700);
		if (n % 100 > 70)
			g_assert_cmpuint(ms, <, 2300);
		if (n == 100)
			g_assert_cmpuint(ms, >, 3500);
	}
}

static void
test_median(void)
{
	RuleBlock line[12] = { { 0 } };

	for (guint i = 0; i < 12; i++)
		line[i].time_ms = 100 + (i * 7) % 11;
	g_assert_cmpuint(rule_median_ms(line, 11), ==, 105);
	g_assert_cmpuint(rule_median_ms(line, 12), ==, 105);
	g_assert_cmpuint(rule_median_ms(line, 1), ==, 100);
}

static void
test_config(void)
{
	static const char *const bad[] = {
		"{\"depth\":0}",	"{\"depth\":501}",
		"{\"adjustHeightGap\":0}", "{\"expectedPeriod\":1}",
		"{\"defaultTarget\":0}", "{\"maxTarget\":486604799}",
		"{\"cpu_percent\":101}", "{\"depht\":6}",
		"{\"defaultTarget\":587202559}",
	};
	PowConfig config;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_cmpint(pow_config_read(bsn_slice_str(bad[i]), &config,
						NULL),
				==, BSN_BAD_REQUEST);
	config = config_of("");
	g_assert_cmpuint(config.depth, ==, 6);
	g_assert_cmphex(target_to_bits(&config.start), ==, START);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pow/target/compact", test_compact);
	g_test_add_func("/pow/target/met", test_met);
	g_test_add_func("/pow/target/work", test_work);
	g_test_add_func("/pow/target/arithmetic", test_arithmetic);
	g_test_add_func("/pow/rule/steady", test_steady);
	g_test_add_func("/pow/rule/vectors", test_vectors);
	g_test_add_func("/pow/rule/bounds", test_bounds);
	g_test_add_func("/pow/rule/idle-is-not-slow", test_idle);
	g_test_add_func("/pow/rule/idle-flood", test_idle_flood);
	g_test_add_func("/pow/rule/to-and-fro", test_to_and_fro);
	g_test_add_func("/pow/rule/follows-hash-power", test_follows);
	g_test_add_func("/pow/rule/median", test_median);
	g_test_add_func("/pow/config", test_config);
	return g_test_run();
}
