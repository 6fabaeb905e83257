/* SPDX-License-Identifier: Apache-2.0
 *
 * Levels, rows, and the reports that are written for people and programs.
 */
#include <bsn/bsn.h>
#include <jansson.h>
#include <string.h>

#include "tests/unit/conform-fixture.h"
#include "tools/conform/level.h"
#include "tools/conform/report.h"
#include "tools/conform/rows.h"
#include "tools/conform/text.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

static void
assert_has(const GString *text, const char *piece)
{
	if (strstr(text->str, piece) == NULL)
		g_error("\"%s\" is not in:\n%s", piece, text->str);
}

static void
assert_lacks(const GString *text, const char *piece)
{
	if (strstr(text->str, piece) != NULL)
		g_error("\"%s\" is in:\n%s", piece, text->str);
}

static void
set_verdict(const Report *report, const char *id, Verdict verdict)
{
	fixture_result(report, id)->verdict = verdict;
}

/* ---- texts --------------------------------------------------------------- */

static void
text_becomes_one_printable_line(void)
{
	static const char *const cases[][2] = {
		{ "国密 SM2: \"a\"", "国密 SM2: \"a\"" },
		{ "a\nb\tc\r", "a\\nb\\tc\\x0d" },
		{ "\x1b[31m\x7f", "\\x1b[31m\\x7f" },
		{ "\xff\xc3(\xe2\x80", "\\xff\\xc3(\\xe2\\x80" },
		{ "\xe2\x80\xae\xef\xbf\xbe\xc2\x85",
		  "\\u{202e}\\u{fffe}\\u{85}" },
		{ NULL, "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = conform_text(cases[i][0]);

		g_assert_cmpstr(text, ==, cases[i][1]);
	}
}

static void
long_text_is_cut_and_counted(void)
{
	g_autofree char *whole = g_strnfill(CONFORM_TEXT_MAX, 'a');
	g_autofree char *longer = g_strconcat(whole, "bcd", NULL);
	g_autofree char *expected =
		g_strconcat(whole, " ... (3 bytes more)", NULL);
	g_autofree char *same = conform_text(whole);
	g_autofree char *cut = conform_text(longer);

	g_assert_cmpstr(same, ==, whole);
	g_assert_cmpstr(cut, ==, expected);
}

/* ---- levels -------------------------------------------------------------- */

static gint
level_of(const Report *report)
{
	return level_reached(fixture_groups, report->kinds, report->results);
}

static void
level_is_the_highest_that_holds_throughout(void)
{
	static const struct {
		const char *id;
		gint level;
	} cases[] = {
		{ "load.note", LEVEL_NONE },
		{ "ledger.info", LEVEL_LOADS },
		{ "function.sm2-vectors", LEVEL_TABLE2 },
		{ "sim.crash", LEVEL_TABLES },
	};
	g_autoptr(Report) report = fixture_report_good();

	/* There is no soak among the checks. */
	g_assert_cmpint(level_of(report), ==, LEVEL_SIMULATOR);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (Verdict v = VERDICT_FAIL; v <= VERDICT_REFUSED; v++) {
			set_verdict(report, cases[i].id, v);
			g_assert_cmpint(level_of(report), ==, cases[i].level);
		}
		set_verdict(report, cases[i].id, VERDICT_WARN);
		g_assert_cmpint(level_of(report), ==, LEVEL_SIMULATOR);
	}
}

static void
check_that_was_not_run_proves_nothing(void)
{
	g_autoptr(Report) report = fixture_report_good();

	g_ptr_array_remove(report->results,
			   fixture_result(report, "tx.query"));
	g_assert_cmpint(level_of(report), ==, LEVEL_LOADS);
	g_ptr_array_set_size(report->results, 0);
	g_assert_cmpint(level_of(report), ==, LEVEL_NONE);
}

static void
level_of_which_nothing_is_claimed_is_not_reached(void)
{
	g_autoptr(Report) report = fixture_report_good();

	set_verdict(report, "sim.crash", VERDICT_NOT_CLAIMED);
	g_assert_cmpint(level_of(report), ==, LEVEL_SIMULATOR);
	set_verdict(report, "sim.partition", VERDICT_NOT_CLAIMED);
	g_assert_cmpint(level_of(report), ==, LEVEL_TABLES);
}

static void
checks_of_other_kinds_are_not_missed(void)
{
	g_autoptr(Report) report = fixture_report_good();

	report->kinds = BSN_KIND_CRYPTO;
	for (guint i = report->results->len; i-- > 0;) {
		const Result *result = report->results->pdata[i];

		if (result->check->kinds != 0)
			g_ptr_array_remove_index(report->results, i);
	}
	/* Table 2 has nothing for it. */
	g_assert_cmpint(level_of(report), ==, LEVEL_LOADS);
	report->kinds = BSN_KIND_CRYPTO | BSN_KIND_ENGINE;
	g_assert_cmpint(level_of(report), ==, LEVEL_LOADS);
}

static void
levels_have_names_and_promises(void)
{
	g_assert_cmpstr(level_name(LEVEL_NONE), ==, "none");
	g_assert_cmpstr(level_name(LEVEL_TABLES), ==, "L2");
	g_assert_cmpstr(level_promise(LEVEL_SOAK), ==, "soak");
	g_assert_cmpstr(level_name(LEVELS), ==, "none");
}

/* ---- rows ---------------------------------------------------------------- */

static void
row_is_as_bad_as_its_worst_check(void)
{
	g_autoptr(Report) report = fixture_report_good();

	g_assert_cmpstr(row_verdict_name(report, "tx.submit-sync"), ==, "pass");
	set_verdict(report, "tx.submit-waits", VERDICT_NOT_CLAIMED);
	g_assert_cmpstr(row_verdict_name(report, "tx.submit-sync"), ==, "pass");
	set_verdict(report, "tx.submit-malformed", VERDICT_WARN);
	g_assert_cmpstr(row_verdict_name(report, "tx.submit-sync"), ==, "warn");
	set_verdict(report, "tx.submit-waits", VERDICT_HUNG);
	g_assert_cmpstr(row_verdict_name(report, "tx.submit-sync"), ==, "HUNG");
	set_verdict(report, "tx.submit-malformed", VERDICT_CRASHED);
	g_assert_cmpstr(row_verdict_name(report, "tx.submit-sync"), ==,
			"CRASHED");
	set_verdict(report, "function.secp256k1", VERDICT_NOT_CLAIMED);
	g_assert_cmpstr(row_verdict_name(report, "function.secp256k1"), ==,
			"not-claimed");
	g_assert_cmpstr(row_verdict_name(report, "event.block"), ==, "not-run");
}

/* ---- the terminal -------------------------------------------------------- */

static void
tree_names_call_seed_and_replay(void)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(GString) out = g_string_new(NULL);

	report_tree(report, FALSE, FALSE, out);
	assert_has(out, "engine-acme.so  com.acme.engine 1.2.3 (engine), ABI "
			"1.0\n" FIXTURE_DIGEST "\n");
	assert_has(out, "\ntx\n  pass        tx.build  A request becomes");
	assert_has(out, "  CRASHED tx.submit-malformed in bsn_tx_ops.submit, "
			"SIGSEGV\n");
	assert_has(out, "seed: 18446744073709551615\n");
	assert_has(out, "again: bsn-conform engine-acme.so --only tx.query "
			"--seed 1\n");
	assert_has(out, "  FAIL tx.query: said \"<b>\\x1b[31m&\\xff\\u{202e}"
			"]]>\\n...\\n---\"\n");
	assert_has(out, "  HUNG tx.submit-waits in bsn_tx_ops.submit, no ");
	assert_has(out, "  EXITED ledger.info in bsn_ledger_ops.info, exit(0)");
	assert_has(out, "exports acme_helper as well");
	assert_has(out, "\nlevel: L0, loads\n11 checks: 4 pass, 1 not-claimed, "
			"1 warn, 1 FAIL, 1 CRASHED, 1 HUNG, 1 EXITED, 1 "
			"REFUSED, in 12.5 s\n"
			"30 rows of the standard: 2 pass, 1 not-claimed, 1 "
			"FAIL, 1 CRASHED, 1 EXITED, 24 not-run\n"
			"not conforming\n");
	assert_lacks(out, "\033");
}

static void
tree_shows_the_end_of_the_evidence_where_it_failed(void)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(GString) out = g_string_new(NULL);
	GPtrArray *failed = fixture_result(report, "tx.query")->evidence;
	GPtrArray *passed = fixture_result(report, "tx.build")->evidence;

	while (failed->len < 20)
		g_ptr_array_add(failed,
				g_strdup_printf("step %u", failed->len));
	g_ptr_array_add(passed, g_strdup("all went well"));
	report_tree(report, FALSE, FALSE, out);
	assert_has(out, "  | (8 lines before)\n              | step 8\n");
	assert_has(out, "  | step 19\n              seed: ");
	assert_lacks(out, "| step 7\n");
	assert_lacks(out, "all went well");
	g_string_truncate(out, 0);
	report_tree(report, FALSE, TRUE, out);
	assert_has(out, "| step 7\n");
	assert_has(out, "| all went well\n");
}

static void
tree_says_why_it_was_not_claimed_when_asked(void)
{
	static const char why[] = "\n              its features do not offer "
				  "function.secp256k1, which is optional\n";
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(GString) out = g_string_new(NULL);

	report_tree(report, FALSE, FALSE, out);
	assert_lacks(out, why);
	report_tree(report, FALSE, TRUE, out);
	assert_has(out, why);
}

static void
tree_is_coloured_when_asked(void)
{
	g_autoptr(Report) report = fixture_report_good();
	g_autoptr(GString) out = g_string_new(NULL);

	report_tree(report, TRUE, FALSE, out);
	assert_has(out, "\033[32mconforming\033[0m\n");
	assert_has(out, "level: L3, simulator\n");
}

static void
tree_says_why_it_was_refused(void)
{
	g_autoptr(Report) report = fixture_report_refused();
	g_autoptr(GString) out = g_string_new(NULL);

	report_tree(report, FALSE, FALSE, out);
	assert_has(out, "REFUSED /opt/acme/engine-acme.so is not an ELF file: "
			"it begins with \"#!/bin/sh\"\n"
			"level: none, no level reached\n");
}

/* ---- TAP ----------------------------------------------------------------- */

static void
tap_has_a_line_for_each_check(void)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(GString) out = g_string_new(NULL);

	report_tap(report, out);
	g_assert_true(g_str_has_prefix(out->str, "TAP version 13\n1..11\n"
						 "ok 1 - load.note: "));
	assert_has(out, "not ok 4 - tx.submit-malformed: Bytes that are no "
			"transaction are refused.\n"
			"  ---\n"
			"  verdict: \"CRASHED\"\n"
			"  summary: \"SIGSEGV\"\n"
			"  call: \"bsn_tx_ops.submit\"\n"
			"  clause: \"engine.h: bsn_tx_ops.submit\"\n"
			"  seed: \"18446744073709551615\"\n");
	assert_has(out, "ok 9 - function.secp256k1: secp256k1 agrees with "
			"OpenSSL. # SKIP not claimed\nok 10 - sim.crash");
	assert_has(out, "  summary: \"said \\\"<b>\\\\x1b[31m&\\\\xff\\\\u{202e}"
			"]]>\\\\n...\\\\n---\\\"\"\n");
	assert_has(out, "not ok 11 - sim.partition");
}

static void
tap_of_a_refused_file_fails(void)
{
	g_autoptr(Report) report = fixture_report_refused();
	g_autoptr(GString) out = g_string_new(NULL);

	report_tap(report, out);
	assert_has(out, "1..1\nnot ok 1 - the plugin can be loaded\n");
	assert_has(out, "  summary: \"/opt/acme/engine-acme.so is not an ELF file");
	assert_lacks(out, "SKIP");
}

/* ---- JSON ---------------------------------------------------------------- */

static json_t *
json_of(const Report *report)
{
	g_autoptr(GString) out = g_string_new(NULL);
	json_error_t error;
	json_t *json;

	report_json(report, out);
	json = json_loadb(out->str, out->len, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		g_error("%s in:\n%s", error.text, out->str);
	return json;
}

static const char *
string_at(json_t *json, const char *object, const char *member)
{
	return json_string_value(
		json_object_get(json_object_get(json, object), member));
}

static json_t *
entry(json_t *json, const char *list, const char *key, const char *value)
{
	json_t *item;
	gsize i;

	json_array_foreach (json_object_get(json, list), i, item)
		if (strcmp(json_string_value(json_object_get(item, key)),
			   value) == 0)
			return item;
	g_error("%s has no %s", list, value);
}

static void
json_holds_all_that_was_found(void)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(json_t) json = json_of(report);
	json_t *check = entry(json, "checks", "id", "tx.submit-malformed");
	json_t *row = entry(json, "rows", "row", "tx.submit-sync");
	json_t *counts = json_object_get(json_object_get(json, "outcome"),
					 "counts");

	g_assert_cmpstr(json_string_value(json_object_get(json, "schema")), ==,
			REPORT_SCHEMA);
	g_assert_cmpstr(string_at(json, "tool", "version"), ==, "9.8.7");
	g_assert_cmpstr(string_at(json, "plugin", "digest"), ==,
			FIXTURE_DIGEST);
	g_assert_cmpstr(string_at(json, "plugin", "name"), ==,
			"Acme <engine> & sons");
	g_assert_cmpstr(string_at(json, "outcome", "level"), ==, "L0");
	g_assert_cmpint(json_integer_value(json_object_get(counts, "pass")), ==,
			4);
	g_assert_cmpint(json_integer_value(json_object_get(counts, "HUNG")), ==,
			1);
	g_assert_cmpuint(json_array_size(json_object_get(json, "checks")), ==,
			 11);
	g_assert_cmpuint(json_array_size(json_object_get(json, "rows")), ==,
			 30);
	g_assert_cmpstr(json_string_value(json_object_get(check, "verdict")),
			==, "CRASHED");
	g_assert_cmpstr(json_string_value(json_object_get(check, "call")), ==,
			"bsn_tx_ops.submit");
	g_assert_cmpstr(json_string_value(json_object_get(check, "seed")), ==,
			"18446744073709551615");
	g_assert_cmpstr(json_string_value(json_object_get(row, "verdict")), ==,
			"CRASHED");
	g_assert_cmpstr(json_string_value(json_object_get(row, "title_zh")), ==,
			"交易：同步提交");
	g_assert_cmpuint(json_array_size(json_object_get(row, "checks")), ==,
			 2);
}

static void
json_of_a_refused_file_says_why(void)
{
	g_autoptr(Report) report = fixture_report_refused();
	g_autoptr(json_t) json = json_of(report);

	g_assert_nonnull(strstr(string_at(json, "outcome", "refusal"),
				"is not an ELF file"));
	g_assert_null(string_at(json, "outcome", "level"));
	g_assert_true(json_is_null(json_object_get(
		json_object_get(json, "outcome"), "level")));
}

static void
delete_timing(json_t *json)
{
	const char *key;
	json_t *value;
	gsize i;

	json_object_del(json, "timing");
	json_object_foreach (json, key, value)
		delete_timing(value);
	json_array_foreach (json, i, value)
		delete_timing(value);
}

static void
json_of_two_runs_differs_in_timing_alone(void)
{
	g_autoptr(Report) one = fixture_report_every_verdict();
	g_autoptr(Report) other = fixture_report_every_verdict();
	g_autoptr(json_t) a = json_of(one);
	g_autoptr(json_t) b = NULL;

	other->seconds = 99;
	g_free(other->started);
	other->started = g_strdup("2030-01-01T00:00:00Z");
	fixture_result(other, "tx.query")->seconds = 7;
	b = json_of(other);
	g_assert_false(json_equal(a, b));
	delete_timing(a);
	delete_timing(b);
	g_assert_true(json_equal(a, b));
}

/* ---- JUnit --------------------------------------------------------------- */

static void
ignore_text(GMarkupParseContext *context, const char *text, gsize len,
	    gpointer data, GError **error)
{
	(void)context;
	(void)error;
	(void)text;
	*(gsize *)data += len;
}

static void
assert_xml(const GString *text)
{
	const GMarkupParser parser = { .text = ignore_text };
	gsize seen = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(
		&parser, G_MARKUP_DEFAULT_FLAGS, &seen, NULL);

	g_markup_parse_context_parse(context, text->str, (gssize)text->len,
				     &error);
	g_assert_no_error(error);
	g_markup_parse_context_end_parse(context, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(seen, >, 0);
}

static void
junit_is_xml_and_counts(void)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(GString) out = g_string_new(NULL);

	report_junit(report, out);
	assert_xml(out);
	assert_has(out, "<testsuites name=\"engine-acme.so\" tests=\"11\" "
			"failures=\"1\" errors=\"4\" skipped=\"1\" ");
	assert_has(out, "<testsuite name=\"tx\" tests=\"4\" failures=\"1\" "
			"errors=\"2\" skipped=\"0\" time=\"1.000\">");
	assert_has(out, "<error type=\"CRASHED\" message=\"CRASHED tx.submit-"
			"malformed in bsn_tx_ops.submit, SIGSEGV\">");
	assert_has(out, "message=\"FAIL tx.query: said &quot;&lt;b&gt;\\x1b[31m"
			"&amp;\\xff\\u{202e}]]&gt;\\n...\\n---&quot;\">");
	assert_has(out, "&lt;script&gt;alert(1)&lt;/script&gt; &apos;# \\x01\n");
	assert_has(out, "<skipped message=\"not claimed\"/>");
}

static void
junit_of_a_refused_file_is_an_error(void)
{
	g_autoptr(Report) report = fixture_report_refused();
	g_autoptr(GString) out = g_string_new(NULL);

	report_junit(report, out);
	assert_xml(out);
	assert_has(out, "tests=\"1\" failures=\"0\" errors=\"1\"");
	assert_has(out, "<error type=\"REFUSED\" message=\"/opt/acme/engine-"
			"acme.so is not an ELF file");
}

/* ---- HTML ---------------------------------------------------------------- */

static void
html_is_one_page_without_script(void)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(GString) out = g_string_new(NULL);

	report_html(report, out);
	assert_xml(out);
	assert_lacks(out, "<script");
	assert_lacks(out, "http:");
	assert_lacks(out, "https:");
	assert_lacks(out, "src=");
	assert_has(out, "Acme &lt;engine&gt; &amp; sons");
	assert_has(out, "&lt;script&gt;alert(1)&lt;/script&gt;");
	assert_has(out, FIXTURE_DIGEST);
	assert_has(out, "<p class=\"word\">Not conforming</p>"
			"<p>Level reached: loads</p>");
	assert_has(out, "应用链相互隔离");
}

static void
html_lists_what_is_not_good_first_with_its_anchor(void)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(GString) out = g_string_new(NULL);
	const char *list, *table, *check;

	report_html(report, out);
	list = strstr(out->str, "CRASHED</span> <a class=\"id\" "
				"href=\"#tx.submit-malformed\">");
	table = strstr(out->str, "<section id=\"table-1\">");
	check = strstr(out->str, "<article class=\"check\" "
				 "id=\"tx.submit-malformed\">");
	g_assert_true(list != NULL && list < table && table < check);
	assert_has(out, "<span class=\"small\">in bsn_tx_ops.submit, SIGSEGV"
			"</span>");
	assert_has(out, "<details open=\"open\">");
	assert_has(out, "<span class=\"verdict bad\">CRASHED</span></td><td>"
			"<span class=\"title\">Transaction: submit and wait");
	assert_has(out, "<span class=\"verdict none\">not-run</span></td><td>"
			"<span class=\"title\">Events of blocks");
}

static void
html_of_good_and_refused_files(void)
{
	g_autoptr(Report) good = fixture_report_good();
	g_autoptr(Report) refused = fixture_report_refused();
	g_autoptr(GString) out = g_string_new(NULL);

	report_html(good, out);
	assert_xml(out);
	assert_has(out, "<div class=\"level\">L3</div>");
	assert_has(out, "<p class=\"small\">30 rows of the standard: 6 pass, "
			"24 not-run</p>");
	assert_lacks(out, "href=\"#not-good\"");
	assert_lacks(out, "open=\"open\"");
	g_string_truncate(out, 0);
	report_html(refused, out);
	assert_xml(out);
	assert_has(out, "<p>/opt/acme/engine-acme.so is not an ELF file: it "
			"begins with &quot;#!/bin/sh&quot;</p>");
	assert_has(out, "<p>None was run.</p>");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func("/conform/" name, function)
	ADD("text/becomes-one-printable-line", text_becomes_one_printable_line);
	ADD("text/long-is-cut-and-counted", long_text_is_cut_and_counted);
	ADD("level/is-the-highest-that-holds-throughout",
	    level_is_the_highest_that_holds_throughout);
	ADD("level/check-that-was-not-run-proves-nothing",
	    check_that_was_not_run_proves_nothing);
	ADD("level/of-which-nothing-is-claimed-is-not-reached",
	    level_of_which_nothing_is_claimed_is_not_reached);
	ADD("level/checks-of-other-kinds-are-not-missed",
	    checks_of_other_kinds_are_not_missed);
	ADD("level/have-names-and-promises", levels_have_names_and_promises);
	ADD("row/is-as-bad-as-its-worst-check",
	    row_is_as_bad_as_its_worst_check);
	ADD("tree/names-call-seed-and-replay", tree_names_call_seed_and_replay);
	ADD("tree/shows-the-end-of-the-evidence-where-it-failed",
	    tree_shows_the_end_of_the_evidence_where_it_failed);
	ADD("tree/says-why-it-was-not-claimed-when-asked",
	    tree_says_why_it_was_not_claimed_when_asked);
	ADD("tree/is-coloured-when-asked", tree_is_coloured_when_asked);
	ADD("tree/says-why-it-was-refused", tree_says_why_it_was_refused);
	ADD("tap/has-a-line-for-each-check", tap_has_a_line_for_each_check);
	ADD("tap/of-a-refused-file-fails", tap_of_a_refused_file_fails);
	ADD("json/holds-all-that-was-found", json_holds_all_that_was_found);
	ADD("json/of-a-refused-file-says-why", json_of_a_refused_file_says_why);
	ADD("json/of-two-runs-differs-in-timing-alone",
	    json_of_two_runs_differs_in_timing_alone);
	ADD("junit/is-xml-and-counts", junit_is_xml_and_counts);
	ADD("junit/of-a-refused-file-is-an-error",
	    junit_of_a_refused_file_is_an_error);
	ADD("html/is-one-page-without-script", html_is_one_page_without_script);
	ADD("html/lists-what-is-not-good-first-with-its-anchor",
	    html_lists_what_is_not_good_first_with_its_anchor);
	ADD("html/of-good-and-refused-files", html_of_good_and_refused_files);
#undef ADD
	return g_test_run();
}
