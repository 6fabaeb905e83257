/* SPDX-License-Identifier: Apache-2.0
 *
 * Selectors, and the order of values, as CouchDB 3 documents and implements
 * them ("/db/_find", "Views collation", mango_selector.erl).
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/rich/collate.h"
#include "plugins/engine-fabric/rich/request.h"
#include "plugins/kit/sink.h"

static json_t *
parse(const char *text)
{
	json_t *value = document_parse(bsn_slice_str(text), NULL);

	g_assert_nonnull(value);
	return value;
}

/* ---- selectors ---- */

typedef struct {
	const char *selector;
	const char *found;  /* documents that it finds, by their numbers */
} Case;

/* Number 0 on. */
static const char *const films[] = {
	/* 0 */ "{\"year\":1998,\"title\":\"Run\",\"imdb\":{\"rating\":7.7,"
		"\"votes\":181810},\"genre\":[\"Crime\",\"Drama\"],"
		"\"seen\":true,\"note\":null}",
	/* 1 */ "{\"year\":2001,\"title\":\"spirited away\",\"imdb\":{"
		"\"rating\":8.6},\"genre\":[\"Animation\"],\"a.b\":1}",
	/* 2 */ "{\"year\":\"1998\",\"title\":\"Zulu\",\"genre\":[],"
		"\"list\":[{\"n\":1,\"s\":\"x\"},{\"n\":5,\"s\":\"y\"}]}",
	/* 3 */ "{\"year\":-7,\"title\":\"\",\"list\":[3,4,5],\"genre\":"
		"\"Drama\",\"map\":{\"alpha\":1,\"beta\":2}}",
	/* 4 */ "{\"title\":\"Año\",\"year\":1998.0,\"list\":[[1,2],7]}",
};

static const Case cases[] = {
	{ "{}", "01234" },
	/* equality, implicit and explicit */
	{ "{\"year\":1998}", "04" },
	{ "{\"year\":{\"$eq\":1998}}", "04" },
	{ "{\"title\":\"Run\",\"year\":1998}", "0" },
	{ "{\"title\":\"run\"}", "" },
	{ "{\"note\":null}", "0" },
	{ "{\"seen\":true}", "0" },
	{ "{\"genre\":[]}", "2" },
	{ "{\"imdb\":{}}", "" },
	{ "{\"map\":{\"$eq\":{\"beta\":2,\"alpha\":1}}}", "3" },
	{ "{\"map\":{\"$eq\":{\"alpha\":1}}}", "" },
	/* fields within fields */
	{ "{\"imdb.rating\":{\"$gt\":8}}", "1" },
	{ "{\"imdb\":{\"rating\":{\"$lt\":8}}}", "0" },
	{ "{\"imdb\":{\"rating\":7.7,\"votes\":181810}}", "0" },
	{ "{\"a\\\\.b\":1}", "1" },
	{ "{\"a.b\":1}", "" },
	{ "{\"genre.0\":\"Crime\"}", "0" },
	{ "{\"list.1.n\":5}", "2" },
	{ "{\"list.9\":{\"$exists\":false}}", "01" },
	{ "{\"title.x\":{\"$exists\":false}}", "" },
	/* comparison goes across types */
	{ "{\"year\":{\"$gt\":1998}}", "12" },
	{ "{\"year\":{\"$gte\":1998}}", "0124" },
	{ "{\"year\":{\"$lt\":1998}}", "3" },
	{ "{\"year\":{\"$lte\":1998}}", "034" },
	{ "{\"year\":{\"$ne\":1998}}", "123" },
	{ "{\"year\":{\"$gt\":null}}", "01234" },
	{ "{\"year\":{\"$gt\":0,\"$lt\":2000}}", "04" },
	{ "{\"title\":{\"$lt\":\"B\"}}", "34" },
	{ "{\"title\":{\"$gt\":\"run\"}}", "012" },
	{ "{\"imdb.rating\":{\"$ne\":7.7}}", "1" },
	/* what is missing is not unequal either */
	{ "{\"seen\":{\"$ne\":true}}", "" },
	{ "{\"seen\":{\"$nin\":[false]}}", "0" },
	{ "{\"seen\":{\"$not\":{\"$eq\":false}}}", "0" },
	{ "{\"$not\":{\"seen\":true}}", "" },
	{ "{\"$nor\":[{\"seen\":false}]}", "0" },
	/* existence and types */
	{ "{\"seen\":{\"$exists\":true}}", "0" },
	{ "{\"seen\":{\"$exists\":false}}", "1234" },
	{ "{\"$not\":{\"seen\":{\"$exists\":true}}}", "1234" },
	{ "{\"note\":{\"$exists\":true}}", "0" },
	{ "{\"year\":{\"$type\":\"number\"}}", "0134" },
	{ "{\"year\":{\"$type\":\"string\"}}", "2" },
	{ "{\"note\":{\"$type\":\"null\"}}", "0" },
	{ "{\"seen\":{\"$type\":\"boolean\"}}", "0" },
	{ "{\"list\":{\"$type\":\"array\"}}", "234" },
	{ "{\"map\":{\"$type\":\"object\"}}", "3" },
	{ "{\"map\":{\"$type\":\"thing\"}}", "" },
	/* arrays */
	{ "{\"year\":{\"$in\":[2001,\"1998\"]}}", "12" },
	{ "{\"genre\":{\"$in\":[\"Drama\",\"Comedy\"]}}", "03" },
	{ "{\"genre\":{\"$nin\":[\"Drama\"]}}", "12" },
	{ "{\"genre\":{\"$in\":[[\"Animation\"]]}}", "" },
	{ "{\"genre\":{\"$in\":[]}}", "" },
	{ "{\"genre\":{\"$nin\":[]}}", "0123" },
	{ "{\"genre\":{\"$all\":[\"Drama\",\"Crime\"]}}", "0" },
	{ "{\"genre\":{\"$all\":[[\"Animation\"]]}}", "1" },
	{ "{\"list\":{\"$all\":[[1,2]]}}", "4" },
	{ "{\"genre\":{\"$all\":[]}}", "" },
	{ "{\"genre\":{\"$all\":[\"Drama\"]}}", "0" },
	{ "{\"genre\":{\"$size\":0}}", "2" },
	{ "{\"genre\":{\"$size\":2}}", "0" },
	{ "{\"genre\":{\"$not\":{\"$size\":2}}}", "123" },
	{ "{\"list\":{\"$elemMatch\":{\"$gt\":4,\"$lt\":6}}}", "3" },
	{ "{\"list\":{\"$elemMatch\":{\"n\":1,\"s\":\"x\"}}}", "2" },
	{ "{\"list\":{\"$elemMatch\":{\"n\":1,\"s\":\"y\"}}}", "" },
	{ "{\"list\":{\"$allMatch\":{\"$gte\":3}}}", "234" },
	{ "{\"list\":{\"$allMatch\":{\"$type\":\"number\"}}}", "3" },
	{ "{\"genre\":{\"$allMatch\":{\"$eq\":\"x\"}}}", "" },
	{ "{\"list\":{\"$not\":{\"$elemMatch\":{\"$eq\":5}}}}", "24" },
	{ "{\"map\":{\"$keyMapMatch\":{\"$eq\":\"beta\"}}}", "3" },
	{ "{\"map\":{\"$keyMapMatch\":{\"$eq\":\"gamma\"}}}", "" },
	/* numbers and texts */
	{ "{\"year\":{\"$mod\":[1000,1]}}", "1" },
	{ "{\"year\":{\"$mod\":[4,-3]}}", "3" },
	{ "{\"year\":{\"$not\":{\"$mod\":[1000,1]}}}", "0234" },
	{ "{\"title\":{\"$regex\":\"^[A-Z]u\"}}", "02" },
	{ "{\"title\":{\"$regex\":\"(?i)^s.*AWAY$\"}}", "1" },
	{ "{\"title\":{\"$regex\":\"^A..o$\"}}", "4" },
	{ "{\"title\":{\"$regex\":\"\"}}", "01234" },
	{ "{\"title\":{\"$beginsWith\":\"spir\"}}", "1" },
	{ "{\"year\":{\"$regex\":\"1998\"}}", "2" },
	/* combinations */
	{ "{\"$and\":[{\"year\":1998},{\"seen\":true}]}", "0" },
	{ "{\"$or\":[{\"year\":-7},{\"seen\":true}]}", "03" },
	{ "{\"$nor\":[{\"year\":1998},{\"year\":-7}]}", "12" },
	{ "{\"$not\":{\"year\":1998}}", "123" },
	{ "{\"$not\":{\"$or\":[{\"year\":1998},{\"title\":\"\"}]}}", "12" },
	{ "{\"$not\":{\"$not\":{\"year\":1998}}}", "04" },
	{ "{\"$not\":{\"$nor\":[{\"year\":1998}]}}", "04" },
	{ "{\"year\":{\"$or\":[{\"$lt\":0},{\"$gt\":2000}]}}", "123" },
	{ "{\"year\":{\"$not\":{\"$gt\":1998}}}", "034" },
	{ "{\"$and\":[]}", "01234" },
	{ "{\"$or\":[]}", "01234" },
	{ "{\"$nor\":[]}", "01234" },
	{ "{\"$not\":{\"$and\":[]}}", "01234" },
	{ "{\"$and\":[{}]}", NULL },
	/* the key */
	{ "{\"_id\":\"k2\"}", "2" },
	{ "{\"_id\":{\"$gt\":\"k2\"}}", "34" },
	{ "{\"_id\":{\"$lt\":\"kZ\"}}", "01234" },
	{ "{\"_id\":{\"$gt\":\"K9\"}}", "01234" },
	{ "{\"_rev\":{\"$exists\":true}}", "" },
};

static json_t *
film(guint i)
{
	g_autoptr(GString) whole = g_string_new("b");
	const bsn_slice value = bsn_slice_str(films[i]);
	g_autoptr(StateItem) item = NULL;

	g_string_append_len(whole, "\0\0", 2);
	g_string_append_printf(whole, "k%u", i);
	item = state_item_new(bsn_slice_of(whole->str, whole->len),
			      (Version){ 1, 0 }, bsn_slice_of(NULL, 0), &value);
	return document_of(item);
}

static char *
found_by(const char *text)
{
	g_autoptr(json_t) json = parse(text);
	int32_t status = -1;
	g_autoptr(Selector) selector = selector_new(json, &status, NULL);
	GString *found = g_string_new(NULL);

	g_assert_cmpint(status, ==, BSN_OK);
	for (guint i = 0; i < G_N_ELEMENTS(films); i++) {
		g_autoptr(json_t) document = film(i);
		guint64 effort = 10000;
		gboolean is_found = FALSE;

		g_assert_cmpint(selector_match(selector, document, &effort,
					       &is_found, NULL),
				==, BSN_OK);
		if (is_found)
			g_string_append_printf(found, "%u", i);
	}
	return g_string_free(found, FALSE);
}

static void
test_operators(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = found_by(cases[i].selector);

		g_test_message("%s finds %s", cases[i].selector, found);
		g_assert_cmpstr(found, ==,
				cases[i].found != NULL ? cases[i].found : "");
	}
}

static void
test_refused(void)
{
	static const char *const wrong[] = {
		"{\"$eq\":1}",
		"{\"\":1}",
		"{\"$elemMatch\":{\"a\":1}}",
		"{\"a..b\":1}",
		"{\"a\":{\".\":1}}",
		"{\"a\":{\"$foo\":1}}",
		"{\"a\":{\"$where\":1}}",
		"{\"a\":{\"$text\":\"x\"}}",
		"{\"$and\":{}}",
		"{\"$or\":1}",
		"{\"$nor\":\"x\"}",
		"{\"$not\":[]}",
		"{\"a\":{\"$in\":1}}",
		"{\"a\":{\"$nin\":{}}}",
		"{\"a\":{\"$all\":1}}",
		"{\"a\":{\"$exists\":1}}",
		"{\"a\":{\"$type\":1}}",
		"{\"a\":{\"$mod\":[0,1]}}",
		"{\"a\":{\"$mod\":[1.5,1]}}",
		"{\"a\":{\"$mod\":[2]}}",
		"{\"a\":{\"$mod\":2}}",
		"{\"a\":{\"$size\":-1}}",
		"{\"a\":{\"$size\":1.0}}",
		"{\"a\":{\"$regex\":1}}",
		"{\"a\":{\"$regex\":\"(\"}}",
		"{\"a\":{\"$regex\":\"(*UTF)x\"}}",
		"{\"a\":{\"$beginsWith\":1}}",
		"{\"a\":{\"$elemMatch\":1}}",
		"{\"a\":{\"$allMatch\":[]}}",
		"{\"a\":{\"$keyMapMatch\":1}}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(json_t) json = parse(wrong[i]);
		bsn_err err = { .size = sizeof(err) };
		int32_t status = -1;

		g_test_message("%s", wrong[i]);
		g_assert_null(selector_new(json, &status, &err));
		g_assert_cmpint(status, ==, BSN_BAD_REQUEST);
		g_assert_cmpstr(err.reason, !=, "");
	}
}

/* {"$not":{"$not":...}} and [[[...]]], of that depth. */
static char *
nested(const char *open, const char *middle, const char *close, guint depth)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < depth; i++)
		g_string_append(text, open);
	g_string_append(text, middle);
	for (guint i = 0; i < depth; i++)
		g_string_append(text, close);
	return g_string_free(text, FALSE);
}

static void
test_bounded(void)
{
	g_autofree char *deep = nested("{\"$not\":", "{\"a\":1}", "}", 40);
	g_autofree char *arrays = nested("[", "", "]", 100);
	g_autofree char *array = g_strdup_printf("{\"a\":%s}", arrays);
	g_autofree char *fields = nested("{\"x\":", "1", "}", 33);
	g_autofree char *list = nested("1,", "1", "", SELECTOR_VALUES_MAX);
	g_autofree char *many = g_strdup_printf("{\"a\":{\"$in\":[%s]}}", list);
	const char *const wrong[] = { deep, array, fields, many };

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(json_t) json = parse(wrong[i]);
		int32_t status = BSN_OK;

		g_assert_null(selector_new(json, &status, NULL));
		g_assert_cmpint(status, !=, BSN_OK);
	}
}

/* ---- what a document may cost ---- */

static GString *
numbers(guint from, guint n)
{
	GString *list = g_string_new("[");

	for (guint i = 0; i < n; i++)
		g_string_append_printf(list, "%s%u", i > 0 ? "," : "",
				       from + i);
	return g_string_append_c(list, ']');
}

static int32_t
judge_many(const char *op, const char *end, const json_t *document)
{
	g_autoptr(GString) text = numbers(0, 8000);
	g_autoptr(Selector) selector = NULL;
	g_autoptr(json_t) json = NULL;
	guint64 effort = 2000000;
	gboolean found = FALSE;
	int32_t status = -1;

	g_string_prepend(text, op);
	g_string_append(text, end);
	json = parse(text->str);
	selector = selector_new(json, &status, NULL);
	g_assert_cmpint(status, ==, BSN_OK);
	status = selector_match(selector, document, &effort, &found, NULL);
	g_assert_false(found && status != BSN_OK);
	return status;
}

/* Many values against many values; and there is nothing left then. */
static void
test_many_by_many(void)
{
	g_autoptr(GString) text = numbers(8000, 100000);
	g_autoptr(json_t) document = NULL;
	g_autoptr(json_t) small = parse("{\"a\":[1,2,3]}");

	g_string_prepend(text, "{\"a\":");
	g_string_append_c(text, '}');
	document = parse(text->str);
	g_assert_cmpint(judge_many("{\"a\":{\"$nin\":", "}}", document), ==,
			BSN_OUT_OF_BUDGET);
	g_assert_cmpint(judge_many("{\"a\":{\"$all\":", "}}", document), ==,
			BSN_OUT_OF_BUDGET);
	g_assert_cmpint(judge_many("{\"a\":{\"$elemMatch\":{\"$in\":",
				   "}}}", document),
			==, BSN_OUT_OF_BUDGET);
	g_assert_cmpint(judge_many("{\"a\":{\"$nin\":", "}}", small), ==,
			BSN_OK);
}

/* ---- regular expressions ---- */

static void
test_regex_that_would_hang(void)
{
	Regex *regex = regex_new(bsn_slice_str("^(a+)+$"), NULL);
	g_autofree char *text = g_strnfill(60, 'a');
	guint64 effort = 2000000;
	gboolean found = TRUE;

	text[59] = 'b';
	g_assert_cmpint(regex_match(regex, bsn_slice_str(text), &effort, &found,
				    NULL),
			==, BSN_OUT_OF_BUDGET);
	g_assert_false(found);
	g_assert_cmpuint(effort, <, 2000000);
	/* What it took is gone; short texts take nothing. */
	g_assert_cmpint(regex_match(regex, bsn_slice_str("aaa"), &effort,
				    &found, NULL),
			==, BSN_OK);
	g_assert_true(found);
	effort = 0;
	g_assert_cmpint(regex_match(regex, bsn_slice_str(text), &effort, &found,
				    NULL),
			==, BSN_OUT_OF_BUDGET);
	regex_free(regex);
}

static void
test_regex_of_long_texts(void)
{
	Regex *regex = regex_new(bsn_slice_str("needle"), NULL);
	g_autofree char *text = g_strnfill(1 << 20, 'n');
	guint64 effort = 2000000;
	gboolean found = TRUE;

	g_assert_cmpint(regex_match(regex, bsn_slice_str(text), &effort, &found,
				    NULL),
			==, BSN_OK);
	g_assert_false(found);
	regex_free(regex);
}

/* ---- the order ---- */

/* Each is below the next. */
static const char *const order[] = {
	"null", "false", "true", "-1e300", "-9223372036854775808",
	"-9223372036854775807", "-2.5", "-1", "-0.5", "0", "1e-300", "0.5", "1",
	"2", "3.0", "4", "9007199254740992", "9007199254740993",
	"9007199254740994", "9223372036854775806", "9223372036854775807",
	"9223372036854775808", "1e300", "\"\"", "\"_\"", "\"~\"", "\"1\"",
	"\"10\"", "\"2\"", "\"a\"", "\"A\"", "\"aa\"", "\"b\"", "\"B\"",
	"\"ba\"", "\"bb\"", "\"\\u00e9\"", "\"f\"", "[]", "[null]", "[1]",
	"[\"a\"]", "[\"b\"]", "[\"b\",\"c\"]", "[\"b\",\"c\",\"a\"]",
	"[\"b\",\"d\"]", "[\"b\",\"d\",\"e\"]", "{}", "{\"a\":1}",
	"{\"a\":2}", "{\"b\":1}", "{\"b\":2}", "{\"b\":2,\"a\":1}",
	"{\"b\":2,\"c\":2}", NULL
};

static GByteArray *
place(const char *text, CollateStrings strings)
{
	g_autoptr(json_t) value = parse(text);
	GByteArray *bytes = g_byte_array_new();

	collate_put(bytes, value, strings);
	return bytes;
}

static void
assert_below(const char *a, const char *b, CollateStrings strings)
{
	g_autoptr(GByteArray) left = place(a, strings);
	g_autoptr(GByteArray) right = place(b, strings);

	g_test_message("%s %s", a, b);
	g_assert_cmpint(slice_compare(buffer_slice(left), buffer_slice(right)),
			<, 0);
}

/* An object's members are in the order of their names. */
static void
test_order(void)
{
	for (guint i = 0; order[i] != NULL; i++)
		for (guint j = i + 1; order[j] != NULL; j++)
			if (strcmp(order[j], "{\"b\":2,\"a\":1}") != 0 &&
			    strcmp(order[i], "{\"b\":2,\"a\":1}") != 0)
				assert_below(order[i], order[j], COLLATE_ICU);
	assert_below("{\"a\":1}", "{\"b\":2,\"a\":1}", COLLATE_ICU);
	assert_below("{\"b\":2,\"a\":1}", "{\"a\":2}", COLLATE_ICU);
	assert_below("\"B\"", "\"a\"", COLLATE_BYTES);
	assert_below("\"a\"", "\"a\\u0000\"", COLLATE_BYTES);
}

static void
test_alike(void)
{
	static const char *const alike[][2] = {
		{ "1", "1.0" },
		{ "0", "-0.0" },
		{ "100", "1e2" },
		{ "9223372036854775808", "9223372036854775808.0" },
		{ "\"a\\u0301\"", "\"\\u00e1\"" },
		{ "\"a\\u0000\"", "\"a\"" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(alike); i++) {
		g_autoptr(GByteArray) a = place(alike[i][0], COLLATE_ICU);
		g_autoptr(GByteArray) b = place(alike[i][1], COLLATE_ICU);

		g_test_message("%s %s", alike[i][0], alike[i][1]);
		g_assert_cmpint(slice_compare(buffer_slice(a), buffer_slice(b)),
				==, 0);
	}
}

/* ---- requests ---- */

static int32_t
request(const char *text, RichRequest *out, bsn_err *err)
{
	return rich_request_read(bsn_slice_str(text), bsn_slice_of(NULL, 0),
				 out, err);
}

static void
test_request(void)
{
	g_auto(RichRequest) read = { 0 };

	g_assert_cmpint(
		request("{\"selector\":{\"a\":1},\"sort\":[{\"a\":\"desc\"},"
			"{\"b.c\":\"desc\"}],\"limit\":5,\"skip\":2,"
			"\"fields\":[\"a\",\"b.c\"],\"bookmark\":\"YWI=\","
			"\"use_index\":[\"_design/d\",\"n\"],\"r\":1,"
			"\"execution_stats\":true}",
			&read, NULL),
		==, BSN_OK);
	g_assert_cmpuint(read.sort->len, ==, 2);
	g_assert_true(read.descending);
	g_assert_cmpuint(read.limit, ==, 5);
	g_assert_cmpuint(read.skip, ==, 2);
	g_assert_cmpuint(read.fields->len, ==, 2);
	g_assert_cmpuint(read.after->len, ==, 2);
	g_assert_cmpstr(read.ddoc, ==, "d");
	g_assert_cmpstr(read.index, ==, "n");
}

static void
test_request_refused(void)
{
	static const char *const wrong[] = {
		"",
		"x",
		"[]",
		"{}",
		"{\"selector\":[]}",
		"{\"selector\":{},\"foo\":1}",
		"{\"selector\":{},\"limit\":-1}",
		"{\"selector\":{},\"limit\":\"1\"}",
		"{\"selector\":{},\"skip\":1.5}",
		"{\"selector\":{},\"sort\":\"a\"}",
		"{\"selector\":{},\"sort\":[1]}",
		"{\"selector\":{},\"sort\":[\"\"]}",
		"{\"selector\":{},\"sort\":[{\"a\":\"up\"}]}",
		"{\"selector\":{},\"sort\":[{\"a\":\"asc\"},{\"b\":\"desc\"}]}",
		"{\"selector\":{},\"fields\":\"a\"}",
		"{\"selector\":{},\"fields\":[1]}",
		"{\"selector\":{},\"fields\":[\"a..b\"]}",
		"{\"selector\":{},\"bookmark\":1}",
		"{\"selector\":{},\"bookmark\":\"%%%\"}",
		"{\"selector\":{},\"use_index\":1}",
		"{\"selector\":{},\"use_index\":[\"a\",\"b\",\"c\"]}",
		"{\"selector\":{}} x",
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_auto(RichRequest) read = { 0 };
		bsn_err err = { .size = sizeof(err) };

		g_test_message("%s", wrong[i]);
		g_assert_cmpint(request(wrong[i], &read, &err), ==,
				BSN_BAD_REQUEST);
		g_assert_true(g_str_has_prefix(err.reason, "query: ") ||
			      g_str_has_prefix(err.reason, "selector"));
	}
}

static void
test_projection(void)
{
	g_autoptr(json_t) document = parse(
		"{\"_id\":\"k\",\"z\":0.1,\"a\":{\"b\":1,\"c\":[1,{\"d\":2}]},"
		"\"x.y\":null}");
	g_auto(RichRequest) read = { 0 };
	g_autofree char *text = NULL;

	g_assert_cmpint(request("{\"selector\":{},\"fields\":[\"_id\",\"z\","
				"\"a.c\",\"x\\\\.y\",\"none\",\"a.q.r\"]}",
				&read, NULL),
			==, BSN_OK);
	text = document_project(document, read.fields);
	g_assert_cmpstr(text, ==,
			"{\"a\":{\"c\":[1,{\"d\":2}]},\"x.y\":null,\"z\":0.1}");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/selector/each-operator-is-couchdbs", test_operators);
	g_test_add_func("/selector/what-couchdb-refuses-is-refused",
			test_refused);
	g_test_add_func("/selector/depth-and-number-are-bounded", test_bounded);
	g_test_add_func("/selector/many-by-many-is-too-much",
			test_many_by_many);
	g_test_add_func("/selector/no-regular-expression-hangs",
			test_regex_that_would_hang);
	g_test_add_func("/selector/long-texts-are-searched",
			test_regex_of_long_texts);
	g_test_add_func("/collate/values-stand-in-couchdbs-order", test_order);
	g_test_add_func("/collate/values-that-are-alike", test_alike);
	g_test_add_func("/request/everything-is-read", test_request);
	g_test_add_func("/request/what-is-wrong-is-named",
			test_request_refused);
	g_test_add_func("/request/fields-are-what-is-left", test_projection);
	return g_test_run();
}
