/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/rich/selector.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/rich/collate.h"

/* What is being read, and where. */
typedef struct {
	guint values;
	guint depth;
	int32_t status;
	bsn_err *err;
} Parser;

static Selector *parse(Parser *parser, json_t *json, const char *path,
		       gboolean negated);

static Selector *
fail(Parser *parser, const char *path, const char *op, const char *problem)
{
	if (parser->status != BSN_OK)
		return NULL;
	parser->status = bsn_fail(parser->err, BSN_BAD_REQUEST,
				  "selector%s%.200s: %.40s: %s",
				  *path != '\0' ? "." : "", path, op, problem);
	return NULL;
}

/* ---- the values of tests ---- */

/* Bytes of places, and values, that are compared within one step. */
#define BYTES_OF_STEP 256u
#define VALUES_OF_STEP 8u

static GByteArray *
place_of(const json_t *value, const FieldPath *path)
{
	GByteArray *place = g_byte_array_new();

	collate_put(place, value,
		    field_path_is_id(path) ? COLLATE_BYTES : COLLATE_ICU);
	return place;
}

static const char *
take_compared(Parser *parser, Selector *test)
{
	test->place = place_of(test->arg, test->path);
	test->cost += test->place->len / BYTES_OF_STEP;
	return NULL;
}

static gboolean count_values(const json_t *json, guint depth, guint *values);

/* Each value of an array is compared with all of them. */
static const char *
take_all(Parser *parser, Selector *test)
{
	guint values = 0;

	if (!json_is_array(test->arg))
		return "it needs an array";
	(void)count_values(test->arg, 0, &values);
	test->cost += values / VALUES_OF_STEP;
	return NULL;
}

static const char *
take_places(Parser *parser, Selector *test)
{
	guint bytes = 0;

	if (!json_is_array(test->arg))
		return "it needs an array";
	test->places = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	for (gsize i = 0; i < json_array_size(test->arg); i++) {
		GByteArray *place = place_of(json_array_get(test->arg, i),
					     test->path);

		bytes += place->len;
		g_ptr_array_add(test->places, place);
	}
	test->cost += bytes / BYTES_OF_STEP +
		      test->places->len / VALUES_OF_STEP;
	return NULL;
}

/* Its opposite is the other answer. */
static const char *
take_exists(Parser *parser, Selector *test)
{
	if (!json_is_boolean(test->arg))
		return "it needs true or false";
	if (test->negated) {
		json_t *other = json_boolean(!json_is_true(test->arg));

		json_decref(test->arg);
		test->arg = other;
		test->negated = FALSE;
	}
	return NULL;
}

static const char *
take_string(Parser *parser, Selector *test)
{
	return json_is_string(test->arg) ? NULL : "it needs a string";
}

static const char *
take_mod(Parser *parser, Selector *test)
{
	const json_t *divisor = json_array_get(test->arg, 0);
	const json_t *rest = json_array_get(test->arg, 1);

	return json_array_size(test->arg) == 2 && json_is_integer(divisor) &&
			       json_is_integer(rest) &&
			       json_integer_value(divisor) != 0
		       ? NULL
		       : "it needs an array of two integers, the first of "
			 "which is not 0";
}

static const char *
take_size(Parser *parser, Selector *test)
{
	return json_is_integer(test->arg) && json_integer_value(test->arg) >= 0
		       ? NULL
		       : "it needs a number from 0 on";
}

static const char *
take_regex(Parser *parser, Selector *test)
{
	bsn_err why = { .size = sizeof(why) };

	if (!json_is_string(test->arg))
		return "it needs a string";
	test->regex = regex_new(
		bsn_slice_of(json_string_value(test->arg),
			     json_string_length(test->arg)),
		&why);
	if (test->regex == NULL)
		(void)fail(parser, test->path->text, "$regex", why.reason);
	return NULL;
}

static const char *
take_inner(Parser *parser, Selector *test)
{
	if (!json_is_object(test->arg))
		return "it needs an object";
	test->inner = parse(parser, test->arg, "", FALSE);
	return NULL;
}

/* ---- tests ---- */

static const struct {
	const char *name;
	SelectKind kind;
	SelectKind opposite; /* the same: there is none */
	const char *(*take)(Parser *parser, Selector *test);
} tests[] = {
	{ "$lt", SELECT_LT, SELECT_GTE, take_compared },
	{ "$lte", SELECT_LTE, SELECT_GT, take_compared },
	{ "$eq", SELECT_EQ, SELECT_NE, take_compared },
	{ "$ne", SELECT_NE, SELECT_EQ, take_compared },
	{ "$gte", SELECT_GTE, SELECT_LT, take_compared },
	{ "$gt", SELECT_GT, SELECT_LTE, take_compared },
	{ "$in", SELECT_IN, SELECT_NIN, take_places },
	{ "$nin", SELECT_NIN, SELECT_IN, take_places },
	{ "$exists", SELECT_EXISTS, SELECT_EXISTS, take_exists },
	{ "$type", SELECT_TYPE, SELECT_TYPE, take_string },
	{ "$mod", SELECT_MOD, SELECT_MOD, take_mod },
	{ "$size", SELECT_SIZE, SELECT_SIZE, take_size },
	{ "$all", SELECT_ALL, SELECT_ALL, take_all },
	{ "$regex", SELECT_REGEX, SELECT_REGEX, take_regex },
	{ "$beginsWith", SELECT_BEGINS, SELECT_BEGINS, take_string },
	{ "$elemMatch", SELECT_ELEM, SELECT_ELEM, take_inner },
	{ "$allMatch", SELECT_EVERY, SELECT_EVERY, take_inner },
	{ "$keyMapMatch", SELECT_KEYS, SELECT_KEYS, take_inner },
};

static Selector *
parse_test(Parser *parser, const char *op, json_t *arg, const char *path,
	   gboolean negated)
{
	g_autoptr(Selector) test = g_new0(Selector, 1);
	const char *problem;
	guint i = 0;

	while (i < G_N_ELEMENTS(tests) && strcmp(tests[i].name, op) != 0)
		i++;
	if (i == G_N_ELEMENTS(tests))
		return fail(parser, path, op, "there is no such operator");
	test->path = field_path_new(path, parser->err);
	if (test->path == NULL) {
		parser->status = BSN_BAD_REQUEST;
		return NULL;
	}
	test->kind = negated ? tests[i].opposite : tests[i].kind;
	test->negated = negated && tests[i].opposite == tests[i].kind;
	test->arg = json_incref(arg);
	test->cost = 1 + test->path->names->len / VALUES_OF_STEP;
	problem = tests[i].take(parser, test);
	if (problem != NULL)
		return fail(parser, path, op, problem);
	return parser->status == BSN_OK ? g_steal_pointer(&test) : NULL;
}

/* ---- what is combined ---- */

static Selector *
combination(gboolean any)
{
	Selector *all = g_new0(Selector, 1);

	all->kind = any ? SELECT_OR : SELECT_AND;
	all->parts = g_ptr_array_new_with_free_func(
		(GDestroyNotify)selector_free);
	return all;
}

static Selector *
parse_list(Parser *parser, const char *op, json_t *list, const char *path,
	   gboolean any, gboolean negated)
{
	g_autoptr(Selector) all = combination(any);

	if (!json_is_array(list))
		return fail(parser, path, op, "it needs an array");
	for (gsize i = 0; i < json_array_size(list); i++) {
		Selector *part = parse(parser, json_array_get(list, i), path,
				       negated);

		if (part == NULL)
			return NULL;
		g_ptr_array_add(all->parts, part);
	}
	return g_steal_pointer(&all);
}

/* A field's name goes to the tests below it. */
static Selector *
parse_member(Parser *parser, const char *name, json_t *value, const char *path,
	     gboolean negated)
{
	g_autofree char *below = NULL;

	if (strcmp(name, "$and") == 0)
		return parse_list(parser, name, value, path, negated, negated);
	if (strcmp(name, "$or") == 0)
		return parse_list(parser, name, value, path, !negated, negated);
	if (strcmp(name, "$nor") == 0)
		return parse_list(parser, name, value, path, negated, !negated);
	if (strcmp(name, "$not") == 0)
		return json_is_object(value)
			       ? parse(parser, value, path, !negated)
			       : fail(parser, path, name, "it needs an object");
	if (name[0] == '$')
		return parse_test(parser, name, value, path, negated);
	below = *path == '\0' ? g_strdup(name)
			      : g_strconcat(path, ".", name, NULL);
	return parse(parser, value, below, negated);
}

/* Several members are as many conditions. */
static Selector *
parse_object(Parser *parser, json_t *object, const char *path, gboolean negated)
{
	g_autoptr(Selector) all = combination(negated);
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		Selector *part = parse_member(parser, name, value, path,
					      negated);

		if (part == NULL || json_object_size(object) == 1)
			return part;
		g_ptr_array_add(all->parts, part);
	}
	return g_steal_pointer(&all);
}

static Selector *
parse(Parser *parser, json_t *json, const char *path, gboolean negated)
{
	Selector *parsed;

	if (++parser->depth > SELECTOR_DEPTH_MAX)
		return fail(parser, path, "it", "it is nested too deeply");
	parsed = json_object_size(json) > 0
			 ? parse_object(parser, json, path, negated)
			 : parse_test(parser, "$eq", json, path, negated);
	parser->depth--;
	return parsed;
}

/* ---- all of it ---- */

/* Values of all sorts, so that a document is judged in bounded time. FALSE: too
 * many, or too deep. */
static gboolean
count_values(const json_t *json, guint depth, guint *values)
{
	const char *name;
	json_t *value;

	if (++*values > SELECTOR_VALUES_MAX || depth > SELECTOR_DEPTH_MAX * 2)
		return FALSE;
	for (gsize i = 0; i < json_array_size(json); i++)
		if (!count_values(json_array_get(json, i), depth + 1, values))
			return FALSE;
	json_object_foreach((json_t *)json, name, value) {
		if (!count_values(value, depth + 1, values))
			return FALSE;
	}
	return TRUE;
}

Selector *
selector_new(json_t *json, int32_t *status, bsn_err *err)
{
	Parser parser = { 0, 0, BSN_OK, err };
	Selector *selector;

	if (!count_values(json, 0, &parser.values)) {
		*status = bsn_fail(err, BSN_TOO_LARGE,
				   "selector: it has more than %u values, or is "
				   "nested too deeply",
				   SELECTOR_VALUES_MAX);
		return NULL;
	}
	/* An empty one finds all. */
	selector = json_object_size(json) == 0
			   ? combination(FALSE)
			   : parse_object(&parser, json, "", FALSE);
	if (selector != NULL && selector->path != NULL &&
	    selector->path->names->len == 0) {
		selector_free(selector);
		selector = fail(&parser, "", "it", "it has no field's name");
	}
	*status = parser.status;
	return selector;
}

void
selector_free(Selector *selector)
{
	if (selector == NULL)
		return;
	g_clear_pointer(&selector->parts, g_ptr_array_unref);
	field_path_free(selector->path);
	json_decref(selector->arg);
	g_clear_pointer(&selector->place, g_byte_array_unref);
	g_clear_pointer(&selector->places, g_ptr_array_unref);
	regex_free(selector->regex);
	selector_free(selector->inner);
	g_free(selector);
}
