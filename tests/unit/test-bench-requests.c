/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench: requests before they are sent and answers once they are there.
 */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/assert-bytes.h"
#include "tools/bench/answer.h"
#include "tools/bench/draw.h"
#include "tools/bench/http_read.h"
#include "tools/bench/listeners.h"
#include "tools/bench/stock.h"
#include "tools/bench/stop.h"
#include "tools/bench/template.h"
#include "tools/bench/workload.h"
#include "tools/bench/ws.h"
#include "tools/ctl/error.h"

/* ---- answers of HTTP ---------------------------------------------------- */

/* Fed in pieces of a size; "STATE STATUS BODY" and what was left over. */
static char *
read_http(const char *text, gsize piece)
{
	const gsize len = strlen(text);
	HttpRead http;
	gsize taken = 0;
	char *said;

	http_read_init(&http);
	while (taken < len && http.state != HTTP_DONE &&
	       http.state != HTTP_BROKEN) {
		const gsize n = MIN(piece, len - taken);
		const gsize took = http_read_take(&http, text + taken, n);

		taken += took;
		if (took < n)
			break;
	}
	if (taken == len)
		(void)http_read_ended(&http);
	said = g_strdup_printf("%s %u%s [%.*s] +%" G_GSIZE_FORMAT,
			       http.state == HTTP_DONE	   ? "done"
			       : http.state == HTTP_BROKEN ? "broken"
							   : "open",
			       http.status, http.closes ? " closes" : "",
			       (int)http.body->len, http.body->data,
			       len - taken);
	http_read_clear(&http);
	return said;
}

static void
assert_http(const char *text, const char *expected)
{
	for (gsize piece = 1; piece <= strlen(text); piece++) {
		g_autofree char *said = read_http(text, piece);

		g_assert_cmpstr(said, ==, expected);
	}
}

#define OK "HTTP/1.1 200 OK\r\n"

static void
test_http(void)
{
	assert_http(OK "Content-Length: 5\r\n\r\nhelloHTTP",
		    "done 200 [hello] +4");
	assert_http(OK "content-length:0\r\n\r\n", "done 200 [] +0");
	assert_http("HTTP/1.1 204 No Content\r\n\r\n", "done 204 [] +0");
	assert_http("HTTP/1.1 100 Continue\r\n\r\n" OK
		    "Content-Length: 1\r\n\r\nx",
		    "done 200 [x] +0");
	assert_http(OK "Transfer-Encoding: chunked\r\n\r\n"
		       "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n",
		    "done 200 [abcde] +0");
	assert_http(OK "\r\nuntil the end", "done 200 closes [until the end] "
					    "+0");
	assert_http(OK "Connection: close\r\nContent-Length: 1\r\n\r\n1",
		    "done 200 closes [1] +0");
	assert_http(OK "Content-Length: 5\r\n\r\nhel", "open 200 [hel] +0");
}

static void
test_http_broken(void)
{
	g_autofree char *line = g_strnfill(HTTP_LINE_MAX + 1, 'x');
	g_autofree char *long_line = g_strconcat(OK, line, NULL);
	g_autofree char *said = read_http(long_line, 100);

	g_assert_true(g_str_has_prefix(said, "broken 200"));
	assert_http("SSH-2.0\r\n", "broken 0 [] +0");
	assert_http("HTTP/1.1 x00 OK\r\n", "broken 0 [] +0");
	assert_http(OK "Content-Length: -1\r\n", "broken 200 [] +0");
	assert_http(OK "Content-Length: 99999999999\r\n", "broken 200 [] +0");
	assert_http(OK "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
		    "broken 200 [] +0");
	assert_http(OK "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
		    "broken 200 [a] +0");
}

/* ---- answers of a gateway ----------------------------------------------- */

static void
add_result(const AnswerResult *result, guint i, void *user)
{
	GString *all = user;

	g_string_append_printf(all, "%u:%s ", i,
			       result->committed ? "+" : result->name);
}

static void
assert_results(const char *text, const char *expected)
{
	GString *all = g_string_new(NULL);

	(void)answer_results(text, strlen(text), add_result, all);
	g_assert_cmpstr(all->str, ==, expected);
	g_string_free(all, TRUE);
}

static void
test_results(void)
{
	assert_results("{\"results\": [{\"id\":\"0x1\",\"stage\":\"committed\","
		       "\"detail\":{\"stage\":\"x\",\"a\":[1,{\"error\":2}]}}, "
		       "{\"error\":{\"code\":3,\"name\":\"busy\",\"reason\":"
		       "\"a \\\"stage\\\": \\\\\"}},"
		       "{\"stage\":\"accepted\"},"
		       "{\"error\":{\"name\":\"reverted\"},\"tx\":"
		       "{\"stage\":\"invalid\"}},{}]}",
		       "0:+ 1:busy 2:accepted 3:reverted 4: ");
	assert_results("{\"more\":{\"results\":[1]},\"results\":[]}", "");
	assert_results("{\"error\":{\"name\":\"busy\"}}", "");
	assert_results("[]", "");
	assert_results("", "");
	/* One that has an error is not committed, wherever that stands. */
	assert_results("{\"results\":[{\"error\":{\"name\":\"lost\"},\"stage\":"
		       "\"committed\"}]}",
		       "0:lost ");
}

static void
test_cut_results(void)
{
	static const char text[] =
		"{\"results\":[{\"stage\":\"committed\",\"n\":[{}]},"
		"{\"error\":{\"name\":\"busy\"}}]}";
	GString *all = g_string_new(NULL);

	for (gsize len = 0; len < strlen(text); len++) {
		char *cut = g_strndup(text, len);

		g_assert_cmpuint(answer_results(cut, len, add_result, all), <=,
				 2);
		g_free(cut);
	}
	g_string_free(all, TRUE);
}

static void
test_elements(void)
{
	static const char text[] =
		"{\"txs\":[\"0xab\", {\"a\":[1,\"]\"]} ,\"0xcd\"]}";
	g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(AnswerPart));
	AnswerPart *part;

	answer_elements(text, strlen(text), 10, parts);
	g_assert_cmpuint(parts->len, ==, 3);
	part = (AnswerPart *)(void *)parts->data;
	assert_bytes(part[0].text, part[0].len, "\"0xab\"", 6);
	assert_bytes(part[1].text, part[1].len, "{\"a\":[1,\"]\"]}", 13);
	assert_bytes(part[2].text, part[2].len, "\"0xcd\"", 6);
	g_array_set_size(parts, 0);
	answer_elements(text, strlen(text), 2, parts);
	g_assert_cmpuint(parts->len, ==, 2);
}

/* ---- chance ------------------------------------------------------------- */

#define DRAWS 200000u

/* How often each of n records comes. */
static guint *
count_draws(const Draw *of, guint n, gboolean by_rank)
{
	guint *counts = g_new0(guint, n);

	for (guint i = 0; i < DRAWS; i++) {
		Dice dice = dice_new(1, i);
		const guint64 record =
			by_rank ? draw_rank(of, &dice) : draw(of, &dice);

		g_assert_cmpuint(record, <, n);
		counts[record]++;
	}
	return counts;
}

static void
test_uniform(void)
{
	const Draw of = draw_uniform(10);
	g_autofree guint *counts = count_draws(&of, 10, FALSE);

	for (guint i = 0; i < 10; i++)
		g_assert_cmpfloat(fabs(counts[i] - DRAWS / 10.0), <,
				  6 * sqrt(DRAWS / 10.0));
}

/* Each rank as often as Zipf's law has it; the approximation is exact for the
 * first two, and within some percent further on. */
static void
test_zipfian(void)
{
	const Draw of = draw_zipfian(100, 0.8);
	g_autofree guint *counts = count_draws(&of, 100, TRUE);
	double zeta = 0;

	for (guint k = 1; k <= 100; k++)
		zeta += pow(k, -0.8);
	for (guint k = 1; k <= 20; k++) {
		const double wanted = DRAWS * pow(k, -0.8) / zeta;
		const double slack = k <= 2 ? 6 * sqrt(wanted) : 0.2 * wanted;

		g_assert_cmpfloat(fabs(counts[k - 1] - wanted), <, slack);
	}
}

/* The sum over very many is continued by an integral. */
static void
test_large_zipfian(void)
{
	const Draw of = draw_zipfian(3000000, 0.99);
	double zeta = 0;

	for (guint k = 1; k <= 3000000; k++)
		zeta += pow(k, -0.99);
	g_assert_cmpfloat(fabs(of.zeta_n - zeta), <, 1e-6);
}

static void
test_hotspot(void)
{
	const Draw of = draw_hotspot(100, 0.8, 0.2);
	g_autofree guint *counts = count_draws(&of, 100, FALSE);
	guint hot = 0;

	for (guint i = 0; i < 20; i++)
		hot += counts[i];
	g_assert_cmpfloat(fabs(hot - 0.8 * DRAWS), <, 6 * sqrt(DRAWS));
}

static void
test_draw_words(void)
{
	Draw of;

	g_assert_true(draw_parse("uniform", 5, &of));
	g_assert_true(draw_parse("zipfian", 5, &of));
	g_assert_cmpfloat(of.theta, ==, 0.99);
	g_assert_true(draw_parse("zipfian 0.5", 5, &of));
	g_assert_true(draw_parse("hotspot 1 0.01", 5, &of));
	g_assert_cmpfloat(of.hot_records, ==, 0.01);
	g_assert_true(draw_parse("hotspot", 1, &of));
	for (guint i = 0; i < 100; i++) {
		Dice dice = dice_new(0, i);

		g_assert_cmpuint(draw(&of, &dice), ==, 0);
	}
	g_assert_false(draw_parse("uniform", 0, &of));
	g_assert_false(draw_parse("", 5, &of));
	g_assert_false(draw_parse("uniform 1", 5, &of));
	g_assert_false(draw_parse("zipfian 1", 5, &of));
	g_assert_false(draw_parse("zipfian x", 5, &of));
	g_assert_false(draw_parse("zipfian 0.5 1", 5, &of));
	g_assert_false(draw_parse("hotspot 0.5", 5, &of));
	g_assert_false(draw_parse("hotspot 2 0.5", 5, &of));
}

/* ---- arguments ---------------------------------------------------------- */

static char *
address(guint64 key, void *user)
{
	g_assert_true(user == NULL);
	return g_strdup_printf("key%u", (guint)key);
}

static char *
expand(const char *json, guint64 n)
{
	const Draw of = draw_uniform(2);
	g_autoptr(GError) error = NULL;
	g_autoptr(Template) template = template_new(json, "args", &error);
	Turn turn = turn_new(3, n, &of, "abcdef01");
	json_t *args;
	char *text;

	g_assert_no_error(error);
	turn.record = 5;
	turn.other = 6;
	turn.signer = 7;
	turn.address = address;
	args = template_expand(template, &turn);
	text = json_dumps(args, JSON_COMPACT);
	json_decref(args);
	return text;
}

static void
assert_expands(const char *json, const char *expected)
{
	char *text = expand(json, 12);

	g_assert_cmpstr(text, ==, expected);
	free(text);
}

static void
test_template(void)
{
	assert_expands("[\"a{n}b\",1,[\"{record}-{other}\",true,null]]",
		       "[\"a12b\",1,[\"5-6\",true,null]]");
	assert_expands("{\"k\":\"{{n}} {run}\",\"l\":{\"m\":\"{signer}\"}}",
		       "{\"k\":\"{n} abcdef01\",\"l\":{\"m\":\"7\"}}");
	assert_expands("[\"{address} {other-address} {signer-address}\"]",
		       "[\"key5 key6 key7\"]");
	assert_expands("[\"{int:4..4}\",\"{hex:0}\",\"\"]",
		       "[\"4\",\"\",\"\"]");
	assert_expands("[]", "[]");
}

static void
test_template_random(void)
{
	char *one = expand("[\"{hex:20}\",\"{text:33}\",\"{int:0..9}\"]", 1);
	char *same = expand("[\"{hex:20}\",\"{text:33}\",\"{int:0..9}\"]", 1);
	char *other = expand("[\"{hex:20}\",\"{text:33}\",\"{int:0..9}\"]", 2);

	g_assert_cmpstr(one, ==, same);
	g_assert_cmpstr(one, !=, other);
	g_assert_cmpuint(strlen(one), ==, 2 + 3 * 2 + 2 + 40 + 33 + 1);
	g_assert_cmpuint(strspn(one + 2, "0123456789abcdef"), ==, 40);
	free(one);
	free(same);
	free(other);
}

static void
assert_no_template(const char *json, const char *part)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(template_new(json, "[load] args", &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_USAGE);
	g_assert_true(g_str_has_prefix(error->message, "[load] args: "));
	g_assert_nonnull(strstr(error->message, part));
}

static void
test_template_refused(void)
{
	assert_no_template("1", "no JSON array");
	assert_no_template("[", "no JSON array");
	assert_no_template("[\"{\"]", "fill into {}");
	assert_no_template("[\"{no}\"]", "{no}");
	assert_no_template("[\"{hex:}\"]", "{hex:}");
	assert_no_template("[\"{hex:99999999}\"]", "{hex:99999999}");
	assert_no_template("[\"{int:2..1}\"]", "{int:2..1}");
	assert_no_template("[\"{int:1}\"]", "{int:1}");
	assert_no_template("{\"a\":[[[[[[[[[[[[[[[[[[[\"\"]]]]]]]]]]]]]]]]]]]}",
			   "deep");
}

static void
test_other_record(void)
{
	const Draw of = draw_uniform(3);

	for (guint i = 0; i < 1000; i++) {
		const Turn turn = turn_new(9, i, &of, "");

		g_assert_cmpuint(turn.record, <, 3);
		g_assert_cmpuint(turn.other, <, 3);
		g_assert_cmpuint(turn.other, !=, turn.record);
	}
}

/* ---- events ------------------------------------------------------------- */

static void
add_number(guint64 number, void *user)
{
	g_string_append_printf(user, "%" G_GUINT64_FORMAT " ", number);
}

static void
test_events(void)
{
	static const char text[] =
		"id: 7.1\nevent: contract\n"
		"data: {\"name\":\"deposited\",\"key\":\"abcdef01-17\"}\n\n"
		": abcdef01-3\n"
		"data: {\"key\":\"00000000-18\"}\n\n"
		"data: {\"tx\":\"abcdef01\",\"key\":\"abcdef01-19\"}\n\n"
		"data: abcdef01-20";

	for (gsize piece = 1; piece < sizeof(text); piece++) {
		EventScan scan = { g_string_new(NULL), "abcdef01" };
		GString *all = g_string_new(NULL);

		for (gsize at = 0; at < strlen(text); at += piece)
			event_scan(&scan, text + at,
				   MIN(piece, strlen(text) - at), add_number,
				   all);
		g_assert_cmpstr(all->str, ==, "17 19 ");
		g_string_free(all, TRUE);
		g_string_free(scan.line, TRUE);
	}
}

static void
test_log_events(void)
{
	/* "ab-12" and what fills up its word. */
	static const char text[] = "{\"data\":\"0x00000561622d313200\"}";
	GString *all = g_string_new(NULL);

	for (gsize len = 0; len < strlen(text) - 6; len++)
		event_scan_hex("ab", text, len, add_number, all);
	g_string_truncate(all, 0);
	event_scan_hex("ab", text, strlen(text), add_number, all);
	event_scan_hex("ac", text, strlen(text), add_number, all);
	g_assert_cmpstr(all->str, ==, "12 ");
	g_string_free(all, TRUE);
}

/* ---- WebSockets --------------------------------------------------------- */

static gboolean
add_frame(guint8 opcode, const char *data, gsize len, void *user)
{
	g_string_append_printf(user, "%u:%" G_GSIZE_FORMAT ":%c ", opcode, len,
			       len > 0 ? data[len - 1] : '-');
	return opcode != WS_CLOSE;
}

/* As a server sends it. */
static void
put_frame(GByteArray *out, guint8 first, gsize len)
{
	const guint8 head[] = { first, len < 126 ? (guint8)len : 126,
				(guint8)(len >> 8), (guint8)len };
	g_autofree char *body = g_strnfill(len, 'x');

	g_byte_array_append(out, head, len < 126 ? 2 : 4);
	g_byte_array_append(out, (guint8 *)body, (guint)len);
}

static void
test_frames(void)
{
	g_autoptr(GByteArray) all = g_byte_array_new();

	put_frame(all, 0x81, 3);
	put_frame(all, 0x89, 0);
	put_frame(all, 0x01, 125);
	put_frame(all, 0x80, 300);
	for (guint piece = 1; piece <= all->len; piece += 7) {
		g_autoptr(GByteArray) held = g_byte_array_new();
		GString *said = g_string_new(NULL);

		for (guint at = 0; at < all->len; at += piece)
			g_assert_true(ws_take(
				held, (const char *)all->data + at,
				MIN(piece, all->len - at), add_frame, said));
		g_assert_cmpstr(said->str, ==, "1:3:x 9:0:- 1:125:x 0:300:x ");
		g_assert_cmpuint(held->len, ==, 0);
		g_string_free(said, TRUE);
	}
}

static gboolean
is_no_frame(const char *bytes, gsize len)
{
	g_autoptr(GByteArray) held = g_byte_array_new();
	GString *said = g_string_new(NULL);
	const gboolean taken = ws_take(held, bytes, len, add_frame, said);

	g_string_free(said, TRUE);
	return !taken;
}

static void
test_frames_refused(void)
{
	g_assert_true(is_no_frame("\x81\x81mask!", 7));
	g_assert_true(is_no_frame("\xc1\x01x", 3));
	g_assert_true(is_no_frame("\x81\x7f\x7f\0\0\0\0\0\0\0", 10));
	g_assert_true(is_no_frame("\x88\0", 2));
	g_assert_false(is_no_frame("\x81", 1));
}

/* What is sent is masked: unmasked it is what it was. */
static void
test_sent_frame(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autofree char *text = g_strnfill(70000, 'y');

	ws_put(out, WS_TEXT, "hello", 5);
	g_assert_cmpuint(out->len, ==, 2 + 4 + 5);
	g_assert_cmpuint(out->data[0], ==, 0x81);
	g_assert_cmpuint(out->data[1], ==, 0x85);
	for (guint i = 0; i < 5; i++)
		g_assert_cmpint(out->data[6 + i] ^ out->data[2 + i % 4], ==,
				"hello"[i]);
	g_byte_array_set_size(out, 0);
	ws_put(out, WS_TEXT, text, 70000);
	g_assert_cmpuint(out->len, ==, 2 + 8 + 4 + 70000);
	g_assert_cmpuint(out->data[1], ==, 0xff);
	g_assert_cmpuint(out->data[7], ==, 1);
	g_byte_array_set_size(out, 0);
	ws_put(out, WS_TEXT, text, 126);
	g_assert_cmpuint(out->data[1], ==, 0xfe);
	g_assert_cmpuint(out->data[3], ==, 126);
}

/* ---- stock -------------------------------------------------------------- */

#define UNITS 3000u

static void
assert_stock(guint64 memory_max)
{
	g_autoptr(Stock) stock = stock_new(memory_max, NULL);
	g_autofree char *body = g_strnfill(40000, 'x');
	StockPlace place = { 0 };
	const StockUnit *unit;

	for (guint i = 0; i < UNITS; i++) {
		const StockUnit one = { .first = 10 * i,
					.n = 10,
					.len = i * 13 % 40000 };

		g_assert_true(stock_add(stock, &one, body, NULL));
	}
	for (guint i = 0; i < UNITS; i++) {
		unit = stock_next(stock, &place);
		g_assert_nonnull(unit);
		g_assert_cmpuint(unit->first, ==, 10 * i);
		g_assert_cmpuint(unit->len, ==, i * 13 % 40000);
		if (unit->len > 0)
			g_assert_cmpint(unit->body[unit->len - 1], ==, 'x');
	}
	g_assert_null(stock_next(stock, &place));
	g_assert_cmpuint(stock_units(stock), ==, UNITS);
	g_assert_cmpuint(stock_transactions(stock), ==, 10 * UNITS);
}

static void
test_stock(void)
{
	assert_stock(G_MAXUINT64);
	assert_stock(0); /* all of it in files */
}

static void
test_stock_without_room(void)
{
	g_autoptr(Stock) stock = stock_new(0, "/nonexistent");
	const StockUnit one = { .n = 1, .len = 1 };
	g_autoptr(GError) error = NULL;

	g_assert_false(stock_add(stock, &one, "x", &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
}

/* ---- workloads ---------------------------------------------------------- */

static const char sample[] = "[workload]\n"
			     "title = A sample\n"
			     "[load]\n"
			     "contract = bench\n"
			     "function = put\n"
			     "args = [\"{n}\"]\n"
			     "batch = 100\n"
			     "[load fabric]\n"
			     "function = Put\n"
			     "signing = hosted\n"
			     "[ramp]\n"
			     "bound-ms = 50\n";

static void
test_workload(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Workload) workload = workload_parse("sample", sample, &error);
	g_auto(LoadPlan) fisco = { 0 };
	g_auto(LoadPlan) fabric = { 0 };
	RampPlan ramp;

	g_assert_no_error(error);
	g_assert_cmpstr(workload->title, ==, "A sample");
	g_assert_true(workload_load(workload, "fisco", &fisco, &error));
	g_assert_cmpstr(fisco.function, ==, "put");
	g_assert_cmpuint(fisco.batch, ==, 100);
	g_assert_cmpuint(fisco.signing, ==, SIGNING_AUTO);
	workload_override(workload, "load", "batch", "7");
	g_assert_true(workload_load(workload, "fabric", &fabric, &error));
	g_assert_cmpstr(fabric.function, ==, "Put");
	g_assert_cmpstr(fabric.contract, ==, "bench");
	g_assert_cmpuint(fabric.batch, ==, 7);
	g_assert_cmpuint(fabric.signing, ==, SIGNING_HOSTED);
	g_assert_true(workload_ramp(workload, &ramp, &error));
	g_assert_cmpfloat(ramp.bound_ms, ==, 50);
	g_assert_cmpfloat(ramp.percent, ==, 99);
}

static void
test_empty_words(void)
{
	g_autoptr(Workload) workload = workload_parse(
		"w",
		"[deploy]\ncode=a\n[deploy fabric]\ncode=\nnative=b\n"
		"[load]\ncontract=c\nfunction=f\nsigners=\nargs=\ndraw=\n",
		NULL);
	g_auto(DeployPlan) deploy = { 0 };
	g_auto(LoadPlan) plan = { 0 };

	g_assert_true(workload_deploy(workload, "fabric", &deploy, NULL));
	g_assert_null(deploy.code);
	g_assert_cmpstr(deploy.native, ==, "b");
	g_assert_true(workload_load(workload, "fabric", &plan, NULL));
	g_assert_cmpstr(plan.signers, ==, "identity");
	g_assert_cmpstr(plan.args, ==, "[]");
	g_assert_cmpstr(plan.draw, ==, "uniform");
}

static void
assert_no_workload(const char *text, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Workload) workload = workload_parse("w", text, &error);
	g_auto(LoadPlan) plan = { 0 };

	g_assert_true(workload == NULL ||
		      !workload_load(workload, "fisco", &plan, &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_USAGE);
	if (strstr(error->message, part) == NULL)
		g_error("\"%s\" lacks \"%s\"", error->message, part);
}

static void
test_workload_refused(void)
{
	assert_no_workload("no group", "workload w: ");
	assert_no_workload("[other]\na=1\n", "no group [other]");
	assert_no_workload("[ramp fisco]\nstart=1\n", "no group [ramp fisco]");
	assert_no_workload("[load]\nbach=1\n", "[load] has no 'bach'");
	assert_no_workload("[load]\ncontract=c\n", "[load] has no function");
	assert_no_workload("[load]\ncontract=c\nfunction=f\nbatch=0\n",
			   "[load] batch = 0\nGive a whole number from 1");
	assert_no_workload("[load]\ncontract=c\nfunction=f\nreads=yes\n",
			   "Give true or false");
	assert_no_workload("[load]\ncontract=c\nfunction=f\n"
			   "signers=4294967297\n",
			   "signers = 4294967297 is no number of keys");
	assert_no_workload("[load]\ncontract=c\nfunction=f\nsigning=me\n",
			   "Give auto or here or hosted");
	assert_no_workload("[load]\ncontract=c\nfunction=f\nargs=[\"{x}\"]\n",
			   "{x}");
}

/* Those that are shipped say what all frameworks that they are for want. */
static void
test_shipped(void)
{
	static const char *const frameworks[] = { "fisco", "fabric", "xuper" };
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "configs/bench", NULL);
	g_autoptr(GPtrArray) names = NULL;

	g_setenv("BSN_BENCH_PATH", path, TRUE);
	names = workload_names();
	g_assert_cmpuint(names->len, ==, 10);
	for (guint i = 0; i < 3 * names->len; i++) {
		const char *name = names->pdata[i / 3];
		g_autoptr(GError) error = NULL;
		g_autoptr(Workload) workload = workload_find(name, &error);
		g_auto(LoadPlan) load = { 0 };
		g_auto(DeployPlan) deploy = { 0 };
		g_auto(PreparePlan) prepare = { 0 };
		g_auto(EventsPlan) events = { 0 };
		g_auto(ChainsPlan) chains = { 0 };
		const char *framework = frameworks[i % 3];
		RampPlan ramp;

		g_assert_no_error(error);
		g_assert_cmpstr(workload->title, !=, name);
		if (strcmp(name, "erc20") != 0 || i % 3 == 0)
			(void)workload_load(workload, framework, &load, &error);
		g_assert_no_error(error);
		(void)workload_deploy(workload, framework, &deploy, &error);
		g_assert_no_error(error);
		(void)workload_prepare(workload, framework, &prepare, &error);
		(void)workload_events(workload, framework, &events, &error);
		(void)workload_chains(workload, framework, &chains, &error);
		(void)workload_ramp(workload, &ramp, &error);
		g_assert_no_error(error);
	}
	g_unsetenv("BSN_BENCH_PATH");
}

/* ---- signals ------------------------------------------------------------ */

/* The first is noted; what came of the second is seen from outside. */
static void
test_second_signal(void)
{
	int status = 0;
	const pid_t child = fork();

	if (child == 0) {
		stop_on_signals();
		if (stop_signal() == 0 && raise(SIGTERM) == 0 &&
		    stop_signal() == SIGTERM)
			(void)raise(SIGINT);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGINT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bench/http/an-answer-is-read-as-it-comes", test_http);
	g_test_add_func("/bench/http/what-is-none-is-noticed",
			test_http_broken);
	g_test_add_func("/bench/answer/each-transaction-has-its-result",
			test_results);
	g_test_add_func("/bench/answer/one-may-end-anywhere", test_cut_results);
	g_test_add_func("/bench/answer/elements-of-a-request-are-found-again",
			test_elements);
	g_test_add_func("/bench/draw/uniform-is-uniform", test_uniform);
	g_test_add_func("/bench/draw/zipfian-follows-the-law", test_zipfian);
	g_test_add_func("/bench/draw/zipfian-has-room-for-millions",
			test_large_zipfian);
	g_test_add_func("/bench/draw/a-hot-spot-gets-its-share", test_hotspot);
	g_test_add_func("/bench/draw/words-name-a-distribution",
			test_draw_words);
	g_test_add_func("/bench/template/places-are-filled-in", test_template);
	g_test_add_func("/bench/template/chance-depends-on-seed-and-number",
			test_template_random);
	g_test_add_func("/bench/template/nonsense-is-explained",
			test_template_refused);
	g_test_add_func("/bench/template/the-other-record-is-another",
			test_other_record);
	g_test_add_func("/bench/events/numbers-are-found-in-parts",
			test_events);
	g_test_add_func("/bench/events/logs-have-them-in-hexadecimal",
			test_log_events);
	g_test_add_func("/bench/ws/frames-are-read-as-they-come", test_frames);
	g_test_add_func("/bench/ws/what-is-none-is-noticed",
			test_frames_refused);
	g_test_add_func("/bench/ws/what-is-sent-is-masked", test_sent_frame);
	g_test_add_func("/bench/stock/comes-out-as-it-went-in", test_stock);
	g_test_add_func("/bench/stock/no-room-is-an-error",
			test_stock_without_room);
	g_test_add_func("/bench/workload/a-framework-has-its-own-words",
			test_workload);
	g_test_add_func("/bench/workload/nonsense-is-explained",
			test_workload_refused);
	g_test_add_func("/bench/workload/nothing-stands-for-the-default",
			test_empty_words);
	g_test_add_func("/bench/workload/those-that-are-shipped-are-whole",
			test_shipped);
	g_test_add_func("/bench/signals/the-second-ends-at-once",
			test_second_signal);
	return g_test_run();
}
