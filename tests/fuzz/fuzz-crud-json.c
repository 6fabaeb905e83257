/* SPDX-License-Identifier: Apache-2.0
 *
 * 'e' and the JSON text of an entry, or 'c' and one of a condition, which is
 * then asked about the text itself.
 */
#include <bsn/helpers/bytes.h>
#include <glib.h>

#include "plugins/engine-fisco/precompiled/crud.h"
#include "plugins/engine-fisco/precompiled/rows.h"
#include "plugins/kit/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_entry(bsn_slice text)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(Field));
	g_autoptr(json_t) json = NULL;
	gint64 code = crud_entry_parse(text, &json, fields);

	if (code == 0)
		g_assert_cmpuint(fields->len, ==, json_object_size(json));
}

static void
try_condition(bsn_slice text)
{
	g_auto(Condition) condition = { .comparisons = NULL };
	gint64 code = condition_parse(text, &condition);

	if (code != 0 || condition.comparisons == NULL)
		return;
	for (guint i = 0; i < condition.comparisons->len; i++) {
		const Comparison *one = &g_array_index(condition.comparisons,
						       Comparison, i);
		Comparison not_equal = *one;

		(void)comparison_holds(one, text);
		not_equal.op = COMPARE_NE;
		g_assert_false(comparison_holds(&not_equal, one->value));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == 'e')
		try_entry(bsn_slice_of(data + 1, size - 1));
	if (size > 0 && data[0] == 'c')
		try_condition(bsn_slice_of(data + 1, size - 1));
	return 0;
}
