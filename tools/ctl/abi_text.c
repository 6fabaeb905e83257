/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/abi_text.h"

#include <string.h>

#include "tools/ctl/format.h"
#include "tools/ctl/text_of.h"

/* Tuples in tuples; beyond this they are shown as "...". */
#define TUPLE_DEPTH_MAX 8

static void append_list(GString *text, json_t *list, guint depth);

/* "tuple[2]" is its members in parentheses and "[2]". */
static void
append_type(GString *text, json_t *item, guint depth)
{
	const char *type = text_of(item, "type");

	if (!g_str_has_prefix(type, "tuple")) {
		g_string_append(text, type);
		return;
	}
	append_list(text, json_object_get(item, "components"), depth + 1);
	g_string_append(text, type + strlen("tuple"));
}

static void
append_list(GString *text, json_t *list, guint depth)
{
	json_t *item;
	size_t at;

	if (depth > TUPLE_DEPTH_MAX) {
		g_string_append(text, "(...)");
		return;
	}
	g_string_append_c(text, '(');
	json_array_foreach(list, at, item) {
		const char *name = text_of(item, "name");

		g_string_append(text, at > 0 ? ", " : "");
		append_type(text, item, depth);
		if (json_is_true(json_object_get(item, "indexed")))
			g_string_append(text, " indexed");
		if (*name != '\0')
			g_string_append_printf(text, " %s", name);
	}
	g_string_append_c(text, ')');
}

/* "nonpayable" is what everybody assumes. */
static void
append_mutability(GString *text, json_t *entry)
{
	const char *word = text_of(entry, "stateMutability");

	if (*word != '\0' && strcmp(word, "nonpayable") != 0)
		g_string_append_printf(text, " %s", word);
}

char *
abi_entry_text(json_t *entry)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *name = text_of(entry, "name");
	json_t *outputs = json_object_get(entry, "outputs");

	if (*text_of(entry, "type") == '\0')
		return NULL;
	g_string_append(text, *name != '\0' ? name : text_of(entry, "type"));
	append_list(text, json_object_get(entry, "inputs"), 0);
	append_mutability(text, entry);
	if (json_array_size(outputs) > 0) {
		g_string_append(text, " returns ");
		append_list(text, outputs, 0);
	}
	return format_safe(text->str);
}

static void
print_kind(const Output *output, json_t *abi, const char *kind,
	   const char *heading)
{
	gboolean any = FALSE;
	json_t *entry;
	size_t at;

	json_array_foreach(abi, at, entry) {
		g_autofree char *text = NULL;

		if (strcmp(text_of(entry, "type"), kind) != 0)
			continue;
		if (!any)
			fprintf(output->file, "%s:\n", heading);
		any = TRUE;
		text = abi_entry_text(entry);
		fprintf(output->file, "  %s\n", text);
	}
}

static gboolean
is_abi(json_t *abi)
{
	json_t *entry;
	size_t at;

	json_array_foreach(abi, at, entry)
		if (*text_of(entry, "type") == '\0')
			return FALSE;
	return json_is_array(abi);
}

void
abi_print(const Output *output, json_t *abi)
{
	if (!is_abi(abi)) {
		output_value(output, abi, 2);
		return;
	}
	print_kind(output, abi, "constructor", "Constructor");
	print_kind(output, abi, "function", "Functions");
	print_kind(output, abi, "receive", "Receives");
	print_kind(output, abi, "fallback", "Falls back");
	print_kind(output, abi, "event", "Events");
	print_kind(output, abi, "error", "Errors");
}
