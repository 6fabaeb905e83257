/* SPDX-License-Identifier: Apache-2.0
 *
 * What bsn-bench reads off the wire: an HTTP answer in pieces is the same as whole;
 * its body is looked through as results, elements, events and frames.
 */
#include <stdint.h>
#include <string.h>

#include "tools/bench/answer.h"
#include "tools/bench/http_read.h"
#include "tools/bench/listeners.h"
#include "tools/bench/ws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
each_result(const AnswerResult *result, guint i, void *user)
{
	g_assert_cmpuint(i, ==, *(guint *)user);
	g_assert_cmpuint(strnlen(result->name, ANSWER_NAME_MAX), <,
			 ANSWER_NAME_MAX);
	++*(guint *)user;
}

static void
each_event(guint64 number, void *user)
{
}

static gboolean
each_frame(guint8 opcode, const char *data, gsize len, void *user)
{
	event_scan_hex("abcdef01", data, len, each_event, NULL);
	return opcode != WS_CLOSE;
}

/* Of a text that begins at `text` and need not end with a zero. */
static void
look_through(const char *text, gsize len)
{
	g_autoptr(GArray) parts =
		g_array_new(FALSE, FALSE, sizeof(AnswerPart));
	g_autoptr(GByteArray) held = g_byte_array_new();
	EventScan scan = { g_string_new(NULL), "abcdef01" };
	AnswerResult one;
	guint n = 0;

	g_assert_cmpuint(answer_results(text, len, each_result, &n), ==, n);
	answer_one(text, len, &one);
	answer_elements(text, len, 100, parts);
	for (guint i = 0; i < parts->len; i++) {
		const AnswerPart *part = &g_array_index(parts, AnswerPart, i);

		g_assert_true(part->text >= text && part->len > 0 &&
			      part->text + part->len <= text + len);
	}
	event_scan(&scan, text, len, each_event, NULL);
	(void)ws_take(held, text, len, each_frame, NULL);
	g_string_free(scan.line, TRUE);
}

static void
feed(HttpRead *http, const char *data, gsize len, gsize piece)
{
	http_read_init(http);
	for (gsize at = 0; at < len;) {
		const gsize n = MIN(piece, len - at);
		const gsize took = http_read_take(http, data + at, n);

		g_assert_cmpuint(took, <=, n);
		at += took;
		if (took < n)
			break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	HttpRead whole, pieces;

	feed(&whole, text, size, size);
	feed(&pieces, text, size, 3);
	g_assert_cmpint(whole.state, ==, pieces.state);
	if (whole.state != HTTP_BROKEN) {
		g_assert_cmpuint(whole.status, ==, pieces.status);
		g_assert_cmpuint(whole.body->len, ==, pieces.body->len);
		look_through((const char *)whole.body->data, whole.body->len);
	}
	look_through(text, size);
	http_read_clear(&whole);
	http_read_clear(&pieces);
	return 0;
}
