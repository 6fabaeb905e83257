/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/receipt.h"

#include <string.h>

#include "tools/ctl/format.h"
#include "tools/ctl/text_of.h"

/* ---- events ------------------------------------------------------------- */

static gboolean
is_decoded(json_t *log)
{
	return *text_of(log, "event") != '\0' &&
	       json_is_object(json_object_get(log, "args"));
}

static void
print_event(const Output *output, json_t *log)
{
	g_autofree char *name = format_safe(text_of(log, "event"));

	if (!is_decoded(log)) {
		fputs("  of unknown name\n", output->file);
		output_value(output, log, 4);
		return;
	}
	fprintf(output->file, "  %s\n", name);
	output_value(output, json_object_get(log, "args"), 4);
}

static void
print_events(const Output *output, json_t *logs)
{
	json_t *log;
	size_t at;

	if (json_array_size(logs) == 0)
		return;
	fputs("Events:\n", output->file);
	json_array_foreach(logs, at, log)
		print_event(output, log);
}

/* ---- the rest ----------------------------------------------------------- */

static gboolean
says_something(json_t *result, const char *key, json_t *value)
{
	json_t *id = json_object_get(result, "id");

	if (json_is_null(value) || strcmp(key, "logs") == 0)
		return FALSE;
	return !json_is_string(value) || !json_equal(value, id);
}

static json_t *
rest_of(json_t *result, json_t *detail)
{
	json_t *rest = json_object();
	const char *key;
	json_t *value;

	json_object_foreach(detail, key, value)
		if (says_something(result, key, value))
			json_object_set(rest, key, value);
	return rest;
}

static void
print_detail(const Output *output, json_t *result, json_t *detail)
{
	json_t *rest = rest_of(result, detail);

	if (json_object_size(rest) > 0) {
		fputs("Receipt:\n", output->file);
		output_value(output, rest, 2);
	}
	json_decref(rest);
	print_events(output, json_object_get(detail, "logs"));
}

void
receipt_print(const Output *output, json_t *result)
{
	static const Column fields[] = {
		{ "Transaction", "id", COLUMN_HASH },
		{ "Stage", "stage", COLUMN_TEXT },
		{ "Status", "name", COLUMN_TEXT },
		{ "Native code", "native", COLUMN_NUMBER },
		{ "Block", "block", COLUMN_NUMBER },
		{ "Position", "index", COLUMN_NUMBER },
		{ NULL, NULL, COLUMN_TEXT },
	};

	output_fields(output, result, fields);
	print_detail(output, result, json_object_get(result, "detail"));
}
