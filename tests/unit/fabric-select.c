/* SPDX-License-Identifier: Apache-2.0
 *
 * Which documents selectors find, for tests/npm/selectors.mjs: reads lines
 * {"selector":{..},"docs":[{..},..]} and answers each with the numbers of the
 * documents that are found, or {"error":".."}.
 */
#include <stdio.h>
#include <string.h>

#include "plugins/engine-fabric/rich/selector.h"
#include "plugins/kit/sink.h"

#define EFFORT 2000000u

/* As the state has it. */
static json_t *
stored(const json_t *value, gsize number)
{
	char *text = json_dumps(value, JSON_COMPACT);
	const bsn_slice bytes = bsn_slice_str(text);
	g_autoptr(GString) whole = g_string_new_len("n\0\0k", 4);
	g_autoptr(StateItem) item = NULL;
	json_t *document;

	g_string_append_printf(whole, "%zu", number);
	item = state_item_new(bsn_slice_of(whole->str, whole->len),
			      (Version){ 1, 0 }, bsn_slice_of(NULL, 0), &bytes);
	document = document_of(item);
	free(text);
	return document;
}

static json_t *
find(const Selector *selector, const json_t *docs)
{
	json_t *found = json_array();

	for (gsize i = 0; i < json_array_size(docs); i++) {
		g_autoptr(json_t) document = stored(json_array_get(docs, i), i);
		guint64 effort = EFFORT;
		gboolean is_found = FALSE;

		if (document != NULL &&
		    selector_match(selector, document, &effort, &is_found,
				   NULL) == BSN_OK &&
		    is_found)
			json_array_append_new(found,
					      json_integer((json_int_t)i));
	}
	return found;
}

static json_t *
answer(const char *line)
{
	bsn_err err = { .size = sizeof(err) };
	g_autoptr(json_t) asked = document_parse(bsn_slice_str(line), &err);
	int32_t status = BSN_OK;
	g_autoptr(Selector) selector = NULL;

	if (asked != NULL)
		selector = selector_new(json_object_get(asked, "selector"),
					&status, &err);
	return selector != NULL
		       ? find(selector, json_object_get(asked, "docs"))
		       : json_pack("{s:s}", "error", err.reason);
}

int
main(void)
{
	g_autofree char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		g_autoptr(json_t) found = answer(line);

		json_dumpf(found, stdout, JSON_COMPACT);
		putchar('\n');
		fflush(stdout);
	}
	return 0;
}
