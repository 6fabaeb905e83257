/* SPDX-License-Identifier: Apache-2.0
 *
 * Two reports, for people and for programs.
 */
#include "tools/bench/compare.h"
#include "tools/bench/html.h"

static const char *const verdict_names[] = {
	[COMPARE_EQUAL] = "same",
	[COMPARE_BETTER] = "better",
	[COMPARE_WORSE] = "worse",
};

/* Padding counts characters, not bytes. */
static void
append_padded(GString *text, const char *word, glong width, gboolean right)
{
	const glong missing = MAX(width - g_utf8_strlen(word, -1), 0);

	g_string_append_printf(text, "%*s%s%*s", right ? (int)missing : 0, "",
			       word, right ? 0 : (int)missing, "");
}

static void
append_line(GString *text, const CompareLine *line)
{
	g_autofree char *before = line->measure->say(line->before);
	g_autofree char *after = line->measure->say(line->after);
	g_autofree char *words = compare_words(line);

	g_string_append(text, "  ");
	append_padded(text, line->measure->name, 34, FALSE);
	append_padded(text, before, 12, TRUE);
	append_padded(text, after, 13, TRUE);
	g_string_append(text, "   ");
	if (line->verdict == COMPARE_EQUAL)
		g_string_append(text, words);
	else
		g_string_append_printf(text, "%s: %s", words,
				       verdict_names[line->verdict]);
	g_string_append_c(text, '\n');
}

static void
append_pair(GString *text, const ComparePair *pair)
{
	g_autofree char *title = clean_text(pair->title);

	g_string_append_printf(text, "\n%s\n", title);
	for (guint i = 0; i < pair->lines->len; i++)
		append_line(text, &g_array_index(pair->lines, CompareLine, i));
	if (pair->notes->len > 0)
		g_string_append(text, "  They were not run alike:\n");
	for (guint i = 0; i < pair->notes->len; i++)
		g_string_append_printf(text, "    %s\n",
				       (const char *)pair->notes->pdata[i]);
}

char *
compare_text(const GPtrArray *pairs, const char *before_name,
	     const char *after_name)
{
	g_autofree char *before = clean_text(before_name);
	g_autofree char *after = clean_text(after_name);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%s, then %s\n", before, after);
	for (guint i = 0; i < pairs->len; i++)
		append_pair(text, pairs->pdata[i]);
	return g_string_free(text, FALSE);
}

static json_t *
line_json(const CompareLine *line)
{
	json_t *json =
		json_pack("{s:s, s:f, s:f, s:s}", "measure",
			  line->measure->name, "before", line->before, "after",
			  line->after, "verdict", verdict_names[line->verdict]);

	if (record_knows(line->ratio))
		json_object_set_new(json, "ratio", json_real(line->ratio));
	return json;
}

static json_t *
pair_json(const ComparePair *pair)
{
	json_t *lines = json_array();
	json_t *notes = json_array();

	for (guint i = 0; i < pair->lines->len; i++)
		json_array_append_new(
			lines,
			line_json(&g_array_index(pair->lines, CompareLine, i)));
	for (guint i = 0; i < pair->notes->len; i++)
		json_array_append_new(notes,
				      json_string(pair->notes->pdata[i]));
	return json_pack("{s:s, s:o, s:o}", "title", pair->title, "lines",
			 lines, "differences", notes);
}

json_t *
compare_json(const GPtrArray *pairs, const char *before_name,
	     const char *after_name)
{
	g_autofree char *before = clean_text(before_name);
	g_autofree char *after = clean_text(after_name);
	json_t *list = json_array();

	for (guint i = 0; i < pairs->len; i++)
		json_array_append_new(list, pair_json(pairs->pdata[i]));
	return json_pack("{s:s, s:i, s:s, s:s, s:o}", "schema",
			 "bsn-bench-compare", "version", RECORD_VERSION,
			 "before", before, "after", after, "pairs", list);
}
