/* SPDX-License-Identifier: Apache-2.0
 *
 * What bsn-bench makes of a result: JSON and back, text, pages, comparisons.
 */
#include <math.h>
#include <string.h>

#include "tests/unit/page_check.h"
#include "tools/bench/compare.h"
#include "tools/bench/html.h"
#include "tools/bench/ticker.h"
#include "tools/bench/report_html.h"
#include "tools/bench/report_out.h"
#include "tools/bench/units.h"
#include "tools/ctl/error.h"

/* A name that would be markup, a terminal's command, and text backwards. */
#define HOSTILE "</title><script>alert(1)</script>\"'&\033[2J\xe2\x80\xae"

/* ---- a result ----------------------------------------------------------- */

static Metrics
some_rise(void)
{
	Metrics rise = { .process_cpu_s = 9,
			 .sync_s = 2,
			 .syncs = 100,
			 .blocks = 50,
			 .resident_bytes = 2e8,
			 .anonymous_bytes = 5e7,
			 .disk_bytes = 3e6,
			 .disk_before_bytes = 1e6,
			 .written_bytes = 4e6 };

	for (guint i = 0; i < METRICS_PARTS; i++)
		rise.cpu_s[i] = 1 + i;
	rise.stages[0] = (MetricsStage){ 10, 0.5, 1000 };
	return rise;
}

static Run *
some_run(const char *label, double rate)
{
	Run *run = run_new();
	const Metrics rise = some_rise();

	run->label = g_strdup(label);
	run->what.chain = g_strdup("notes");
	run->what.framework = g_strdup("fisco");
	run->what.rate = rate;
	run->what.mode = rate > 0 ? LOOP_OPEN : LOOP_CLOSED;
	run->what.hosts = 2;
	run->what.batch = 100;
	run->what.transactions = 1000;
	run->elapsed_us = 3 * G_USEC_PER_SEC;
	run->committed = 990;
	run->requests = 10;
	tally_add(run->errors, "busy", 10);
	for (guint64 i = 1; i <= 990; i++)
		hist_add(run->latency, i * 100, 1);
	for (guint i = 0; i < 3; i++) {
		const SeriesPoint point = { i, 1, 330, i, 5000, 90000, 99000 };

		g_array_append_val(run->points, point);
	}
	run_add_node(run, "one", &rise);
	run_add_node(run, "two", &rise);
	return run;
}

static Result *
some_result(void)
{
	Result *result = result_new("evidence", "Evidence of 300 bytes");

	result_add(result, some_run(NULL, 0));
	return result;
}

static GPtrArray *
some_records(void)
{
	g_autoptr(Result) result = some_result();

	return records_of(result);
}

static Record *
only(const GPtrArray *records)
{
	g_assert_cmpuint(records->len, ==, 1);
	return records->pdata[0];
}

static void
assert_near(double a, double b)
{
	g_assert_cmpfloat(fabs(a - b), <=, 1e-6 * MAX(fabs(b), 1));
}

/* ---- records ------------------------------------------------------------ */

static void
test_record(void)
{
	g_autoptr(GPtrArray) records = some_records();
	const Record *record = only(records);

	g_assert_cmpstr(record->workload, ==, "evidence");
	g_assert_cmpstr(record->loop, ==, "closed");
	g_assert_false(record_knows(record->rate));
	assert_near(record->committed_per_s, 330);
	assert_near(record_total(record->errors), 10);
	assert_near(record_total(record->cpu), 2 * 36);
	assert_near(record_value(record->cpu, "parse"), 2);
	assert_near(measure_cpu_us(record, NULL), 72e6 / 990);
	assert_near(record_disk_growth(record), 4e6);
	assert_near(measure_disk_per_tx(record), 4e6 / 990);
	assert_near(record_resident(record), 4e8);
	assert_near(record->blocks, 50);
	assert_near(record->sync_ms, 20);
	g_assert_cmpfloat(fabs(record->latency.p50 - 49.5), <, 0.25);
	assert_near(record->latency.max, 99);
	g_assert_cmpuint(record->points->len, ==, 3);
}

static void
test_ramp(void)
{
	g_autoptr(Result) result = result_new("evidence", NULL);
	g_autoptr(GPtrArray) records = NULL;
	const Record *record;

	for (guint i = 1; i <= 3; i++) {
		Run *run = some_run("step", 100 * i);

		run->what.mode = LOOP_RAMP;
		run->within = i < 3;
		run->why = g_strdup(i < 3 ? NULL : "p99 is 120 ms");
		result_add(result, run);
	}
	result->bound_us = 100000;
	result->bound_percent = 99;
	records = records_of(result);
	record = only(records);
	assert_near(record->rate, 200);
	assert_near(record->best_rate, 200);
	assert_near(record->bound_ms, 100);
	g_assert_cmpuint(record->steps->len, ==, 3);
	g_assert_false(g_array_index(record->steps, RecordStep, 2).held);
	g_assert_cmpstr(g_array_index(record->steps, RecordStep, 2).why, ==,
			"p99 is 120 ms");
}

static void
test_two_ramps(void)
{
	static const char *const labels[] = { "fisco", "fisco", "xuper" };
	g_autoptr(Result) result = result_new("evidence", NULL);
	g_autoptr(GPtrArray) records = NULL;
	const Record *first, *second;

	for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
		Run *run = some_run(labels[i], 100 * (i + 1));

		run->what.mode = LOOP_RAMP;
		run->within = i == 0;
		run->why = g_strdup(i == 0 ? NULL : "p99 is 120 ms");
		result_add(result, run);
	}
	result->bound_us = 100000;
	records = records_of(result);
	g_assert_cmpuint(records->len, ==, 2);
	first = records->pdata[0];
	second = records->pdata[1];
	g_assert_cmpstr(first->label, ==, "fisco");
	g_assert_cmpuint(first->steps->len, ==, 2);
	assert_near(first->best_rate, 100);
	g_assert_cmpstr(second->label, ==, "xuper");
	g_assert_cmpuint(second->steps->len, ==, 1);
	assert_near(second->best_rate, 0);
}

/* ---- JSON --------------------------------------------------------------- */

static char *
dumped(json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(1));

	json_decref(json);
	return text;
}

static void
check_round_trip(const GPtrArray *records)
{
	g_autofree char *first = dumped(records_to_json(records));
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) read =
		records_parse(first, strlen(first), "A", &error);
	g_autofree char *second = NULL;

	g_assert_no_error(error);
	second = dumped(records_to_json(read));
	g_assert_cmpstr(first, ==, second);
}

static void
test_json(void)
{
	g_autoptr(GPtrArray) records = some_records();
	g_autoptr(GError) error = NULL;
	g_autofree char *text = dumped(record_to_json(only(records)));
	g_autoptr(GPtrArray) read =
		records_parse(text, strlen(text), "A", &error);

	g_assert_no_error(error);
	assert_near(only(read)->latency.p99, only(records)->latency.p99);
	g_assert_cmpstr(only(read)->framework, ==, "fisco");
	check_round_trip(records);
	g_ptr_array_add(records, record_new());
	((Record *)records->pdata[1])->loop = g_strdup("open");
	((Record *)records->pdata[1])->committed = 0;
	((Record *)records->pdata[1])->seconds = 0;
	((Record *)records->pdata[1])->committed_per_s = 0;
	check_round_trip(records);
}

/* What would be refused, and what the refusal says. */
static const struct {
	const char *text, *says;
} malformed[] = {
	{ "", "A: line 1" },
	{ "[]", "no report of bsn-bench" },
	{ "{\"schema\":\"other\",\"version\":1}", "no report of bsn-bench" },
	{ "{\"schema\":\"bsn-bench\",\"version\":2}", "version is not 1" },
	{ "{\"schema\":\"bsn-bench\",\"version\":1}", "loop: it is missing" },
	{ "{\"schema\":\"bsn-bench\",\"version\":1,\"runs\":[]}",
	  "runs: it is empty" },
	{ "{\"schema\":\"bsn-bench\",\"version\":1,\"runs\":[7]}",
	  "runs[0]: an object" },
	{ "{\"schema\":\"bsn-bench\",\"version\":1,\"version\":1}",
	  "duplicate" },
};

static void
check_refused(const char *text, gsize len, const char *says)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(records_parse(text, len, "A", &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	if (strstr(error->message, says) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, says);
}

/* A right report but for one member. */
static void
check_member(const char *member, const char *value, const char *says)
{
	g_autofree char *text = g_strdup_printf(
		"{\"schema\":\"bsn-bench\",\"version\":1,\"loop\":\"open\","
		"\"committed\":1,\"seconds\":1,\"committed_per_s\":1,"
		"\"%s\":%s}",
		member, value);

	check_refused(text, strlen(text), says);
}

static void
test_malformed(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(malformed); i++)
		check_refused(malformed[i].text, strlen(malformed[i].text),
			      malformed[i].says);
	check_member("hosts", "-1", "hosts: a number from 0 on");
	check_member("hosts", "1e300", "hosts: a number from 0 on");
	check_member("chain", "5", "chain: a text");
	check_member("reads", "1", "reads: true or false");
	check_member("errors", "[]", "errors: an object");
	check_member("errors", "{\"a\":\"b\"}", "errors.a: a number");
	check_member("machine", "{\"a\":1}", "machine: short texts");
	check_member("series", "{}", "series: a list");
	check_member("series", "[{}]", "series[0].at_s: it is missing");
	check_member("nodes", "[1]", "nodes[0]: an object");
	check_member("latency_ms", "[]", "latency_ms: an object");
	check_member("latency_ms", "{\"p99\":true}", "p99: a number");
	check_member("latency_buckets_ms", "[[1]]", "pairs of numbers");
	check_member("latency_buckets_ms", "[[2,1],[1,1]]", "the bounds fall");
	check_member("on_hosts", "3", "on_hosts: an object");
	check_member("ramp", "{\"steps\":[{\"rate\":1}]}",
		     "ramp.steps[0].committed_per_s: it is missing");
}

static char *
repeated(const char *piece, guint n)
{
	GString *text = g_string_new("[");

	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "," : "", piece);
	return g_string_free(g_string_append_c(text, ']'), FALSE);
}

static void
test_too_much(void)
{
	g_autofree char *points =
		repeated("{\"at_s\":1,\"seconds\":1,\"committed\":1}",
			 RECORD_POINTS_MAX + 1);
	g_autofree char *nodes =
		repeated("{\"name\":\"a\"}", RECORD_NAMES_MAX + 1);
	g_autofree char *deep = g_strnfill(100000, '[');
	g_autofree char *name = g_strnfill(RECORD_TEXT_MAX + 1, 'n');
	g_autofree char *text = g_strdup_printf("\"%s\"", name);
	g_autofree char *errors = g_strdup_printf("{\"%s\":1}", name);

	check_member("series", points, "series: it has too many");
	check_member("nodes", nodes, "nodes: it has too many");
	check_member("chain", text, "chain: a text of at most");
	check_member("errors", errors, "errors: a name in it is too long");
	check_refused(deep, strlen(deep), "A: line 1");
}

/* ---- pages -------------------------------------------------------------- */

static Result *
hostile_result(void)
{
	Result *result = result_new(HOSTILE, HOSTILE);
	Run *run = some_run(HOSTILE, 0);
	const Metrics rise = some_rise();

	g_free(run->what.chain);
	run->what.chain = g_strdup(HOSTILE);
	run->what.function = g_strdup(HOSTILE);
	run->what.subscribers = 1;
	run->delivery = hist_new(HIST_BITS);
	hist_add(run->delivery, 1234, 5);
	tally_add(run->errors, HOSTILE, 1);
	run_add_node(run, HOSTILE "\xff", &rise);
	result_add(result, run);
	result_add(result, some_run("other", 500));
	return result;
}

static void
test_page(void)
{
	g_autoptr(GPtrArray) records = some_records();
	g_autofree char *page = report_html(records);

	page_check(page);
	g_assert_nonnull(strstr(page, "Evidence of 300 bytes"));
	g_assert_nonnull(strstr(page, "<title>crypto: "));
	g_assert_nonnull(strstr(page, "Latency over time"));
}

static void
test_hostile_page(void)
{
	g_autoptr(Result) result = hostile_result();
	g_autoptr(GPtrArray) records = records_of(result);
	g_autofree char *page = report_html(records);
	g_autofree char *text = report_text_of(records);

	page_check(page);
	g_assert_nonnull(strstr(page, "&lt;script&gt;"));
	g_assert_null(strchr(text, '\033'));
	g_assert_null(strstr(text, "\xe2\x80\xae"));
}

/* Whatever is not known is left out, not drawn. */
static void
test_bare_page(void)
{
	static const char bare[] =
		"{\"schema\":\"bsn-bench\",\"version\":1,\"loop\":\"open\","
		"\"committed\":0,\"seconds\":0,\"committed_per_s\":0}";
	static const char odd[] =
		"{\"schema\":\"bsn-bench\",\"version\":1,\"loop\":\"x\","
		"\"committed\":1e18,\"seconds\":1e18,\"committed_per_s\":1e18,"
		"\"latency_buckets_ms\":[[0,0],[1e-9,1],[1e18,1e18]],"
		"\"series\":[{\"at_s\":1e18,\"seconds\":0,\"committed\":1e18,"
		"\"p50_ms\":1e-12,\"p99_ms\":1e18}],\"ramp\":{\"bound_ms\":0,"
		"\"best_rate\":0,\"steps\":[{\"rate\":0,\"committed_per_s\":0,"
		"\"p99_ms\":0,\"held\":true}]},\"on_hosts\":{\"cpu_s\":"
		"{\"crypto\":0}},\"rate\":1e18}";
	const char *const texts[] = { bare, odd };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) records =
			records_parse(texts[i], strlen(texts[i]), "A", &error);
		g_autofree char *page = NULL;
		g_autofree char *text = NULL;

		g_assert_no_error(error);
		page = report_html(records);
		page_check(page);
		text = report_text_of(records);
		g_assert_cmpstr(text, !=, "");
	}
}

/* ---- text --------------------------------------------------------------- */

static void
test_text(void)
{
	g_autoptr(GPtrArray) records = some_records();
	g_autofree char *text = report_text_of(records);

	g_assert_nonnull(strstr(text, "990 of 1,000 transactions committed in "
				      "3.00 s"));
	g_assert_nonnull(strstr(text, "throughput  330 committed a second"));
	g_assert_nonnull(strstr(text, "errors      10 busy"));
	g_assert_nonnull(strstr(text, "  consensus "));
}

static void
check_unit(char *text, const char *expected)
{
	g_assert_cmpstr(text, ==, expected);
	g_free(text);
}

static void
test_ended_early(void)
{
	g_autoptr(Result) result = result_new("evidence", NULL);
	Run *run = some_run(NULL, 0);
	g_autoptr(GPtrArray) records = NULL;
	g_autofree char *text = NULL;
	g_autofree char *page = NULL;
	json_t *json;

	run->ended_early = TRUE;
	result_add(result, run);
	records = records_of(result);
	text = report_text_of(records);
	page = report_html(records);
	json = record_to_json(only(records));
	g_assert_nonnull(strstr(text, " in 3.00 s, ended early\n"));
	g_assert_nonnull(strstr(page, "ended early"));
	g_assert_true(json_is_true(json_object_get(json, "ended_early")));
	json_decref(json);
}

static void
test_units(void)
{
	check_unit(units_count(1234567), "1,234,567");
	check_unit(units_count(999), "999");
	check_unit(units_count(-1), "-");
	check_unit(units_count(NAN), "-");
	check_unit(units_rate(12345.6), "12,346");
	check_unit(units_rate(12.34), "12.3");
	check_unit(units_ms(0.0831), "83.1 µs");
	check_unit(units_ms(1.234), "1.23 ms");
	check_unit(units_ms(999.9), "1.00 s");
	check_unit(units_ms(-1), "-");
	check_unit(units_seconds(3), "3.00 s");
	check_unit(units_seconds(125), "2 min 5 s");
	check_unit(units_seconds(7260), "2 h 1 min");
	check_unit(units_bytes(999), "999 B");
	check_unit(units_bytes(1234567), "1.23 MB");
	check_unit(units_percent(0.123), "12 %");
	check_unit(units_percent(0.0123), "1.2 %");
	check_unit(units_percent(0.00001), "<0.1 %");
	check_unit(units_percent(0), "0 %");
	check_unit(units_ratio(1.5), "1.50×");
	check_unit(units_short(15000), "15k");
	check_unit(units_short(0.25), "0.25");
}

static void
test_ticker(void)
{
	TickerState state = { .what = "measuring",
			      .done = 5000,
			      .total = 20000,
			      .elapsed_s = 2,
			      .rate = 2500,
			      .p99_ms = 41.2 };
	g_autofree char *text = ticker_text(&state);
	g_autofree char *timed = NULL;

	g_assert_cmpstr(text, ==,
			"measuring: 5,000 of 20,000, 2,500/s, p99 41.2 ms, "
			"2.00 s, 6.00 s left");
	state.total = 0;
	state.failed = 3;
	state.p99_ms = -1;
	state.length_s = 10;
	timed = ticker_text(&state);
	g_assert_cmpstr(timed, ==,
			"measuring: 5,000, 2,500/s, 3 failed, 2.00 s, 8.00 s "
			"left");
}

/* Where there is no terminal a line comes every few seconds. */
static void
test_ticker_lines(void)
{
	char *written = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&written, &len);
	Ticker ticker = { .out = out };
	TickerState state = { .what = "x", .p99_ms = -1 };

	for (guint i = 1; i <= 25; i++) {
		state.done = i * 100;
		state.elapsed_s = i;
		ticker_show(&ticker, &state, (gint64)i * G_USEC_PER_SEC);
		assert_near(state.rate, 100);
	}
	ticker_end(&ticker);
	fclose(out);
	g_assert_cmpstr(written, ==,
			"x: 100, 100/s, 1.00 s\nx: 1,100, 100/s, 11.0 s\n"
			"x: 2,100, 100/s, 21.0 s\n");
	free(written);
}

/* ---- comparing ---------------------------------------------------------- */

static const CompareLine *
line_of(const GPtrArray *pairs, const char *name)
{
	const ComparePair *pair = pairs->pdata[0];

	for (guint i = 0; i < pair->lines->len; i++) {
		const CompareLine *line =
			&g_array_index(pair->lines, CompareLine, i);

		if (strcmp(line->measure->name, name) == 0)
			return line;
	}
	g_assert_not_reached();
}

static void
check_words(const CompareLine *line, const char *expected)
{
	g_autofree char *words = compare_words(line);

	g_assert_cmpstr(words, ==, expected);
}

static void
test_compare(void)
{
	g_autoptr(GPtrArray) before = some_records();
	g_autoptr(GPtrArray) after = some_records();
	g_autoptr(GPtrArray) pairs = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_autofree char *page = NULL;

	only(after)->committed_per_s *= 2;
	only(after)->latency.p99 *= 1.1;
	only(after)->latency.p50 *= 1.02;
	only(after)->batch = 1;
	pairs = compare_runs(before, "A", after, HOSTILE, &error);
	g_assert_no_error(error);
	g_assert_cmpint(line_of(pairs, "throughput")->verdict, ==,
			COMPARE_BETTER);
	check_words(line_of(pairs, "throughput"), "2.00× as much");
	g_assert_cmpint(line_of(pairs, "latency p99")->verdict, ==,
			COMPARE_WORSE);
	check_words(line_of(pairs, "latency p99"), "10 % more");
	g_assert_cmpint(line_of(pairs, "latency p50")->verdict, ==,
			COMPARE_EQUAL);
	check_words(line_of(pairs, "latency p50"), "about the same");
	assert_near(compare_worst(pairs), 2);
	text = compare_text(pairs, "A", HOSTILE);
	g_assert_nonnull(strstr(text, "2.00× as much: better"));
	g_assert_nonnull(strstr(text, "batch: 100, then 1.00"));
	g_assert_null(strchr(text, '\033'));
	page = compare_html(pairs, "A", HOSTILE);
	page_check(page);
}

static void
check_not_comparable(const GPtrArray *before, const GPtrArray *after,
		     const char *says)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(compare_runs(before, "A", after, "B", &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	if (strstr(error->message, says) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, says);
}

static void
test_not_comparable(void)
{
	g_autoptr(GPtrArray) before = some_records();
	g_autoptr(GPtrArray) after = some_records();
	g_autoptr(Result) two = hostile_result();
	g_autoptr(GPtrArray) others = records_of(two);

	g_free(only(after)->workload);
	only(after)->workload = g_strdup("transfer");
	check_not_comparable(before, after,
			     "the workload is \"evidence\" in the one and "
			     "\"transfer\" in the other");
	g_free(only(after)->workload);
	only(after)->workload = g_strdup("evidence");
	g_free(only(after)->loop);
	only(after)->loop = g_strdup("open");
	check_not_comparable(before, after, "the loop is \"closed\"");
	check_not_comparable(before, others, "no run of the one is called");
}

static void
test_compare_words(void)
{
	const Measure *throughput = &measures[0];
	const CompareLine less = { throughput, 100, 80, 0.8, COMPARE_WORSE };
	const CompareLine third = { throughput, 90, 30, 1.0 / 3,
				    COMPARE_WORSE };
	const CompareLine none = { throughput, 0, 30, RECORD_UNKNOWN,
				   COMPARE_BETTER };

	check_words(&less, "20 % less");
	check_words(&third, "0.33× as much");
	check_words(&none, "there was none");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/report/a-run-has-what-was-measured", test_record);
	g_test_add_func("/report/a-ramp-is-its-best-step", test_ramp);
	g_test_add_func("/report/ramps-of-two-engines-are-two", test_two_ramps);
	g_test_add_func("/report/json-reads-back-as-it-was", test_json);
	g_test_add_func("/report/what-is-malformed-is-named", test_malformed);
	g_test_add_func("/report/what-is-too-much-is-refused", test_too_much);
	g_test_add_func("/report/a-page-stands-by-itself", test_page);
	g_test_add_func("/report/names-are-no-markup", test_hostile_page);
	g_test_add_func("/report/what-is-not-known-is-not-drawn",
			test_bare_page);
	g_test_add_func("/report/text-has-units", test_text);
	g_test_add_func("/report/one-that-ended-early-says-so",
			test_ended_early);
	g_test_add_func("/report/numbers-are-short", test_units);
	g_test_add_func("/ticker/a-line-says-how-long-it-takes", test_ticker);
	g_test_add_func("/ticker/lines-come-seldom-without-a-terminal",
			test_ticker_lines);
	g_test_add_func("/compare/better-and-worse-are-told", test_compare);
	g_test_add_func("/compare/what-is-not-alike-is-refused",
			test_not_comparable);
	g_test_add_func("/compare/by-how-much-is-said-in-words",
			test_compare_words);
	return g_test_run();
}
