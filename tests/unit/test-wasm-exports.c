/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit: what a module offers to callers, and answers as people see them.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/answer.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wasm_exports.h"
#include "tests/unit/wasm-samples.h"

static char *
exports_of(bsn_slice module)
{
	g_autoptr(json_t) json = wasm_exports_json(module);

	return json_text(json);
}

#define BYTES(text) { (const guint8 *)(text), sizeof(text) - 1 }
#define HEAD "\0asm\1\0\0\0"
#define TYPES "\1\5\1\x60\1\x7f\0" /* of an i32 to nothing */

static void
exports_are_listed(void)
{
	g_autoptr(GByteArray) asker = wasm_sample(SAMPLE_ASKER);
	g_autoptr(GByteArray) evidence = wasm_sample(SAMPLE_EVIDENCE_C);
	g_autofree char *own = exports_of(buffer_slice(asker));
	g_autofree char *other = exports_of(buffer_slice(evidence));

	g_assert_nonnull(strstr(own, "{\"type\":\"function\",\"name\":\"ask\"}"));
	g_assert_null(strstr(own, "memory"));
	g_assert_null(strstr(own, "__"));
	g_assert_nonnull(strstr(other, "{\"type\":\"initialize\"}"));
	/* Every cut is no module, or one with less. */
	for (guint len = 0; len < asker->len; len++) {
		g_autofree char *cut =
			exports_of(bsn_slice_of(asker->data, len));

		g_assert_nonnull(cut);
	}
}

static void
others_have_none(void)
{
	static const bsn_slice cases[] = {
		{ NULL, 0 },
		BYTES("0asm\1\0\0\0"),
		BYTES(HEAD),
		/* a function with a parameter */
		BYTES(HEAD TYPES "\3\2\1\0\7\5\1\1" "a\0\0"),
		/* an export of a function that is not there */
		BYTES(HEAD "\1\4\1\x60\0\0\3\2\1\0\7\5\1\1" "a\0\1"),
		/* a name that is longer than its section */
		BYTES(HEAD "\1\4\1\x60\0\0\3\2\1\0\7\5\1\xff"
		      "a\0\0"),
		/* as many as nobody has */
		BYTES(HEAD "\1\5\xff\xff\xff\xff\x0f"),
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = exports_of(cases[i]);

		g_assert_cmpstr(text, ==, "[]");
	}
}

static void
answers_are_shown(void)
{
	static const struct {
		bsn_slice bytes;
		const char *json;
	} cases[] = {
		{ { NULL, 0 }, "null" },
		{ BYTES("{\"a\": [1]}"), "{\"a\":[1]}" },
		{ BYTES("12"), "12" },
		{ BYTES("hello"), "\"hello\"" },
		{ BYTES("a\nb"), "\"a\\nb\"" },
		{ BYTES("\x1b[2J"), "\"0x1b5b324a\"" },
		{ BYTES("\xff"), "\"0xff\"" },
		{ BYTES("a\0b"), "\"0x610062\"" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) json = answer_as_json(cases[i].bytes);
		g_autofree char *text =
			json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);

		g_assert_cmpstr(text, ==, cases[i].json);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kit/wasm-exports/listed", exports_are_listed);
	g_test_add_func("/kit/wasm-exports/none", others_have_none);
	g_test_add_func("/kit/answers", answers_are_shown);
	return g_test_run();
}
