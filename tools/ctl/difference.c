/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/difference.h"

#include <string.h>

#include "tools/ctl/text_of.h"

/* How far what a part says stands in. */
#define INDENT "    "

/* A value on one line. */
static char *
value_text(json_t *value)
{
	char *text;
	char *copy;

	if (json_is_string(value))
		return g_strdup(json_string_value(value));
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	copy = g_strdup(text != NULL ? text : "?");
	free(text);
	return copy;
}

/* ---- lists -------------------------------------------------------------- */

static gboolean
list_has(json_t *list, json_t *value)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
		if (json_equal(one, value))
			return TRUE;
	return FALSE;
}

/* What one list has and another has not. */
static void
show_only(const Output *output, char sign, const char *name, json_t *in,
	  json_t *not_in)
{
	size_t i;
	json_t *one;

	json_array_foreach(in, i, one) {
		g_autofree char *text = NULL;

		if (list_has(not_in, one))
			continue;
		text = value_text(one);
		fprintf(output->file, INDENT "%c %s: %s\n", sign, name, text);
	}
}

/* ---- a part ------------------------------------------------------------- */

static void
show_member(const Output *output, const char *name, json_t *before,
	    json_t *after)
{
	g_autofree char *was = NULL;
	g_autofree char *is = NULL;

	if (json_equal(before, after))
		return;
	if ((before == NULL || json_is_array(before)) &&
	    (after == NULL || json_is_array(after))) {
		show_only(output, '-', name, before, after);
		show_only(output, '+', name, after, before);
		return;
	}
	was = before != NULL ? value_text(before) : NULL;
	is = after != NULL ? value_text(after) : NULL;
	if (was == NULL)
		fprintf(output->file, INDENT "+ %s: %s\n", name, is);
	else if (is == NULL)
		fprintf(output->file, INDENT "- %s: %s\n", name, was);
	else
		fprintf(output->file, INDENT "%s: %s -> %s\n", name, was, is);
}

/* Members in the order of what is to be, then those that go. */
static void
show_part(const Output *output, json_t *part)
{
	json_t *before = json_object_get(part, "before");
	json_t *after = json_object_get(part, "after");
	const gboolean is_new = !json_is_object(before);
	const char *name;
	json_t *value;

	fprintf(output->file, "  %s%s%s\n", text_of(part, "path"),
		is_new ? "  new " : "", is_new ? text_of(part, "kind") : "");
	/* What is in a new group stands below it by itself. */
	if (is_new && strcmp(text_of(part, "kind"), "group") == 0)
		return;
	json_object_foreach(after, name, value)
		show_member(output, name, json_object_get(before, name), value);
	json_object_foreach(before, name, value)
		if (json_object_get(after, name) == NULL)
			show_member(output, name, value, NULL);
}

/* ---- who signs ---------------------------------------------------------- */

static void
show_signers(const Output *output, const char *label, json_t *list)
{
	GString *names = g_string_new(NULL);
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
				       text_of(one, "account"));
	if (names->len > 0)
		fprintf(output->file, "  %s: %s\n", label, names->str);
	g_string_free(names, TRUE);
}

void
difference_show(const Output *output, json_t *change)
{
	json_t *parts = json_object_get(change, "changes");
	const json_int_t weight =
		json_integer_value(json_object_get(change, "weight"));
	const json_int_t needed =
		json_integer_value(json_object_get(change, "needed"));
	size_t i;
	json_t *part;

	fputs("Changes\n", output->file);
	json_array_foreach(parts, i, part)
		show_part(output, part);
	fprintf(output->file,
		"Signatures: %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT
		"\n",
		weight, needed);
	show_signers(output, "signed", json_object_get(change, "votes"));
	show_signers(output, "may sign", json_object_get(change, "missing"));
	if (json_is_false(json_object_get(change, "counts")))
		fputs("Yours would not count.\n", output->file);
}
