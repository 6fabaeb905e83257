/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges a document by a selector.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/rich/collate.h"
#include "plugins/engine-fabric/rich/selector.h"
#include "plugins/kit/sink.h"

typedef struct {
	guint64 *effort;
	int32_t status;
	bsn_err *err;
} Judge;

static gboolean matches(Judge *judge, const Selector *selector,
			const json_t *value);

/* ---- what it costs ---- */

/* Bytes of a place that are made within one step. */
#define BYTES_PUT_BY_STEP 32u

/* FALSE: more than there may be; then nothing is judged any more. */
static gboolean
spend(Judge *judge, guint64 steps)
{
	if (judge->status != BSN_OK)
		return FALSE;
	if (steps <= *judge->effort) {
		*judge->effort -= steps;
		return TRUE;
	}
	*judge->effort = 0;
	judge->status = bsn_fail(judge->err, BSN_OUT_OF_BUDGET,
				 "the selector takes too many steps: make it "
				 "simpler, or put an index into the package");
	return FALSE;
}

/* ---- values ---- */

static GByteArray *
place_of(Judge *judge, const json_t *value, const Selector *test)
{
	GByteArray *place = g_byte_array_new();

	collate_put(place, value,
		    field_path_is_id(test->path) ? COLLATE_BYTES
						 : COLLATE_ICU);
	(void)spend(judge, place->len / BYTES_PUT_BY_STEP);
	return place;
}

static gint
compare(Judge *judge, const json_t *value, const Selector *test)
{
	g_autoptr(GByteArray) own = place_of(judge, value, test);

	return slice_compare(buffer_slice(own), buffer_slice(test->place));
}

static gboolean
is_among(Judge *judge, const json_t *value, const Selector *test)
{
	g_autoptr(GByteArray) own = NULL;

	if (!spend(judge, test->cost))
		return FALSE;
	own = place_of(judge, value, test);
	for (guint i = 0; i < test->places->len; i++)
		if (slice_compare(buffer_slice(own),
				  buffer_slice(test->places->pdata[i])) == 0)
			return TRUE;
	return FALSE;
}

/* An array is in it when any of its values is. */
static gboolean
is_in(Judge *judge, const json_t *value, const Selector *test)
{
	if (!json_is_array(value))
		return is_among(judge, value, test);
	for (gsize i = 0; i < json_array_size(value); i++)
		if (is_among(judge, json_array_get(value, i), test))
			return TRUE;
	return FALSE;
}

static gboolean
is_of_type(const json_t *value, const char *type)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "object",  [JSON_ARRAY] = "array",
		[JSON_STRING] = "string",  [JSON_INTEGER] = "number",
		[JSON_REAL] = "number",	   [JSON_TRUE] = "boolean",
		[JSON_FALSE] = "boolean",  [JSON_NULL] = "null",
	};

	return strcmp(names[json_typeof(value)], type) == 0;
}

/* The rest has the sign of what is divided, in C as in Erlang. */
static gboolean
has_rest(const json_t *value, const json_t *arg)
{
	const gint64 divisor = json_integer_value(json_array_get(arg, 0));
	const gint64 rest = json_integer_value(json_array_get(arg, 1));

	if (!json_is_integer(value))
		return FALSE;
	/* G_MININT64 % -1 cannot be computed. */
	return (divisor == -1 ? 0 : json_integer_value(value) % divisor) ==
	       rest;
}

static gboolean
has_value(const json_t *array, const json_t *value)
{
	for (gsize i = 0; i < json_array_size(array); i++)
		if (json_equal(json_array_get(array, i), value))
			return TRUE;
	return FALSE;
}

/* Every value of the list; or the list's only one is the array itself. */
static gboolean
has_all(Judge *judge, const json_t *array, const Selector *test)
{
	const json_t *list = test->arg;
	gboolean all = json_array_size(list) > 0 && json_is_array(array) &&
		       spend(judge, json_array_size(array) * test->cost);

	if (all && json_array_size(list) == 1 &&
	    json_equal(json_array_get(list, 0), array))
		return TRUE;
	for (gsize i = 0; all && i < json_array_size(list); i++)
		all = has_value(array, json_array_get(list, i));
	return all;
}

static gboolean
begins_with(const json_t *value, const json_t *start)
{
	return json_string_length(value) >= json_string_length(start) &&
	       memcmp(json_string_value(value), json_string_value(start),
		      json_string_length(start)) == 0;
}

static gboolean
fits_regex(Judge *judge, const Selector *test, const json_t *value)
{
	gboolean found = FALSE;

	if (judge->status == BSN_OK)
		judge->status = regex_match(
			test->regex,
			bsn_slice_of(json_string_value(value),
				     json_string_length(value)),
			judge->effort, &found, judge->err);
	return found;
}

/* ---- what arrays and objects have ---- */

static gboolean
has_element(Judge *judge, const Selector *inner, const json_t *array)
{
	for (gsize i = 0; i < json_array_size(array); i++)
		if (matches(judge, inner, json_array_get(array, i)))
			return TRUE;
	return FALSE;
}

static gboolean
all_elements(Judge *judge, const Selector *inner, const json_t *array)
{
	for (gsize i = 0; i < json_array_size(array); i++)
		if (!matches(judge, inner, json_array_get(array, i)))
			return FALSE;
	return json_array_size(array) > 0;
}

static gboolean
has_name(Judge *judge, const Selector *inner, const json_t *object)
{
	const char *name;
	json_t *unused;

	json_object_foreach((json_t *)object, name, unused) {
		g_autoptr(json_t) text = json_string(name);

		if (matches(judge, inner, text))
			return TRUE;
	}
	return FALSE;
}

/* ---- tests ---- */

/* Of a value that is there. */
static gboolean
passes(Judge *judge, const Selector *test, const json_t *value)
{
	switch (test->kind) {
	case SELECT_LT:
		return compare(judge, value, test) < 0;
	case SELECT_LTE:
		return compare(judge, value, test) <= 0;
	case SELECT_EQ:
		return compare(judge, value, test) == 0;
	case SELECT_NE:
		return compare(judge, value, test) != 0;
	case SELECT_GTE:
		return compare(judge, value, test) >= 0;
	case SELECT_GT:
		return compare(judge, value, test) > 0;
	case SELECT_IN:
		return is_in(judge, value, test);
	case SELECT_NIN:
		return !is_in(judge, value, test);
	case SELECT_EXISTS:
		return json_is_true(test->arg);
	case SELECT_TYPE:
		return is_of_type(value, json_string_value(test->arg));
	case SELECT_MOD:
		return has_rest(value, test->arg);
	case SELECT_SIZE:
		return json_is_array(value) &&
		       json_array_size(value) ==
			       (guint64)json_integer_value(test->arg);
	case SELECT_ALL:
		return has_all(judge, value, test);
	case SELECT_REGEX:
		return json_is_string(value) && fits_regex(judge, test, value);
	case SELECT_BEGINS:
		return json_is_string(value) && begins_with(value, test->arg);
	case SELECT_ELEM:
		return has_element(judge, test->inner, value);
	case SELECT_EVERY:
		return all_elements(judge, test->inner, value);
	case SELECT_KEYS:
		return has_name(judge, test->inner, value);
	case SELECT_AND:
	case SELECT_OR:
		break;
	}
	g_assert_not_reached();
}

static gboolean
matches_test(Judge *judge, const Selector *test, const json_t *document)
{
	const json_t *value;

	if (!spend(judge, test->cost))
		return FALSE;
	switch (field_path_find(test->path, document, &value)) {
	case FIELD_FOUND:
		return passes(judge, test, value) != test->negated;
	case FIELD_MISSING:
		return test->kind == SELECT_EXISTS && json_is_false(test->arg);
	case FIELD_NO_WAY:
		return FALSE;
	}
	g_assert_not_reached();
}

/* CouchDB finds everything for a list without conditions, be it $and or $or. */
static gboolean
matches(Judge *judge, const Selector *selector, const json_t *value)
{
	const gboolean any = selector->kind == SELECT_OR;

	if (selector->parts == NULL)
		return matches_test(judge, selector, value);
	for (guint i = 0; i < selector->parts->len; i++)
		if (matches(judge, selector->parts->pdata[i], value) == any)
			return any;
	return !any || selector->parts->len == 0;
}

int32_t
selector_match(const Selector *selector, const json_t *document,
	       guint64 *effort, gboolean *found, bsn_err *err)
{
	Judge judge = { effort, BSN_OK, err };

	*found = matches(&judge, selector, document) &&
		 judge.status == BSN_OK;
	return judge.status;
}

gboolean
selector_requires(const Selector *selector, const FieldPath *path)
{
	const gboolean any = selector->kind == SELECT_OR;

	if (selector->parts == NULL)
		return field_path_equal(selector->path, path) &&
		       (selector->kind != SELECT_EXISTS ||
			json_is_true(selector->arg));
	for (guint i = 0; i < selector->parts->len; i++)
		if (selector_requires(selector->parts->pdata[i], path) != any)
			return !any;
	return any && selector->parts->len > 0;
}
