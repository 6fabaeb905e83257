/* SPDX-License-Identifier: Apache-2.0
 *
 * Queries by content: a query's text, and after a NUL documents, one after the
 * other with NULs between them. What can be read is judged without harm, and
 * what a selector is said to require is there in what it finds.
 */
#include <string.h>

#include "plugins/engine-fabric/rich/index.h"
#include "plugins/engine-fabric/rich/query.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_KEY bsn_slice_of("k", 1)

static void
judge(const RichRequest *request, bsn_slice value)
{
	static const char key[] = "n\0\0k";
	g_autoptr(StateItem) item = state_item_new(
		bsn_slice_of(key, sizeof(key) - 1), (Version){ 1, 0 },
		bsn_slice_of(NULL, 0), &value);
	g_autoptr(json_t) document = document_of(item);
	g_autoptr(GByteArray) place = g_byte_array_new();
	guint64 effort = 100000;
	gboolean found = FALSE;
	gboolean has_all = TRUE;

	if (document == NULL)
		return;
	if (selector_match(request->selector, document, &effort, &found,
			   NULL) != BSN_OK)
		return;
	/* What a selector requires is there in all that it finds. */
	for (guint i = 0; i < request->sort->len; i++) {
		const json_t *value_of;

		if (field_path_find(request->sort->pdata[i], document,
				    &value_of) != FIELD_FOUND)
			has_all = FALSE;
		else
			continue;
		g_assert_false(found && selector_requires(
						request->selector,
						request->sort->pdata[i]));
	}
	g_assert_true(document_place(document, request->sort, TEXT_KEY, place) ==
		      has_all);
	if (request->fields != NULL) {
		g_autofree char *text =
			document_project(document, request->fields);
		g_autoptr(json_t) again =
			document_parse(bsn_slice_str(text), NULL);

		g_assert_true(json_is_object(again));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
	const size_t len = nul != NULL ? (size_t)(nul - data) : size;
	g_auto(RichRequest) request = { 0 };
	bsn_slice rest = bsn_slice_of(data + len, size - len);

	if (rich_request_read(bsn_slice_of(data, len), bsn_slice_of(NULL, 0),
			      &request, NULL) != BSN_OK)
		return 0;
	while (rest.len > 0) {
		const bsn_slice all =
			bsn_slice_of(rest.data + 1, rest.len - 1);

		nul = all.len > 0 ? memchr(all.data, 0, (size_t)all.len) : NULL;
		rest = nul != NULL
			       ? bsn_slice_of(nul, all.len - (guint64)(
							     nul - all.data))
			       : bsn_slice_of(NULL, 0);
		judge(&request, bsn_slice_of(all.data, all.len - rest.len));
	}
	return 0;
}
