/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-mango.h"

#include <string.h>

#include <unicode/ucol.h>
#include <unicode/ustring.h>

/* What is said of _id compares by bytes. */
static gboolean by_bytes;

/* ---- values ---- */

static gint
compare_texts(const json_t *a, const json_t *b)
{
	static UCollator *collator;
	UErrorCode status = U_ZERO_ERROR;
	UCharIterator left;
	UCharIterator right;
	gint order;

	if (by_bytes)
		return strcmp(json_string_value(a), json_string_value(b));
	if (collator == NULL)
		collator = ucol_open("", &status);
	uiter_setUTF8(&left, json_string_value(a),
		      (gint32)json_string_length(a));
	uiter_setUTF8(&right, json_string_value(b),
		      (gint32)json_string_length(b));
	order = ucol_strcollIter(collator, &left, &right, &status);
	g_assert_true(U_SUCCESS(status));
	return order;
}

static gint
sign(long double number)
{
	return (number > 0) - (number < 0);
}

/* A long double has 64 bits of an integer. */
static gint
compare_numbers(const json_t *a, const json_t *b)
{
	const long double left = json_is_integer(a)
					 ? (long double)json_integer_value(a)
					 : json_real_value(a);
	const long double right = json_is_integer(b)
					  ? (long double)json_integer_value(b)
					  : json_real_value(b);

	return sign(left - right);
}

static gint
rank(const json_t *value)
{
	static const gint ranks[] = {
		[JSON_NULL] = 1,    [JSON_FALSE] = 2,  [JSON_TRUE] = 3,
		[JSON_INTEGER] = 4, [JSON_REAL] = 4,   [JSON_STRING] = 5,
		[JSON_ARRAY] = 6,   [JSON_OBJECT] = 7,
	};

	return ranks[json_typeof(value)];
}

static gint
compare_arrays(const json_t *a, const json_t *b)
{
	for (gsize i = 0;; i++) {
		const json_t *left = json_array_get(a, i);
		const json_t *right = json_array_get(b, i);
		gint order;

		if (left == NULL || right == NULL)
			return (left != NULL) - (right != NULL);
		order = mango_compare(left, right);
		if (order != 0)
			return order;
	}
}

/* [[name, value], ...] in the order of the names. */
static json_t *
as_pairs(const json_t *object)
{
	json_t *pairs = json_array();
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value) {
		gsize at = 0;

		while (at < json_array_size(pairs) &&
		       strcmp(json_string_value(json_array_get(
				      json_array_get(pairs, at), 0)),
			      name) < 0)
			at++;
		json_array_insert_new(pairs, at,
				      json_pack("[s,O]", name, value));
	}
	return pairs;
}

gint
mango_compare(const json_t *a, const json_t *b)
{
	gint order = rank(a) - rank(b);

	if (order != 0)
		return order;
	if (json_is_number(a))
		return compare_numbers(a, b);
	if (json_is_string(a))
		return compare_texts(a, b);
	if (json_is_array(a))
		return compare_arrays(a, b);
	if (json_is_object(a)) {
		json_t *left = as_pairs(a);
		json_t *right = as_pairs(b);

		order = compare_arrays(left, right);
		json_decref(left);
		json_decref(right);
	}
	return order;
}

/* ---- the three passes ---- */

static const char *
only_name(const json_t *object)
{
	return json_object_size(object) == 1
		       ? json_object_iter_key(
				 json_object_iter((json_t *)object))
		       : NULL;
}

static json_t *
only_value(const json_t *object)
{
	return json_object_iter_value(json_object_iter((json_t *)object));
}

static gboolean
is(const char *name, const char *const *names)
{
	return name != NULL && g_strv_contains(names, name);
}

static const char *const lists[] = { "$and", "$or", "$nor", NULL };
static const char *const inner[] = { "$elemMatch", "$allMatch", NULL };

static json_t *
one(const char *name, json_t *value)
{
	json_t *object = json_object();

	json_object_set_new(object, name, value);
	return object;
}

static json_t *
each(const json_t *list, json_t *(*fn)(const json_t *json, const char *path),
     const char *path)
{
	json_t *out = json_array();

	for (gsize i = 0; i < json_array_size(list); i++)
		json_array_append_new(out, fn(json_array_get(list, i), path));
	return out;
}

static json_t *
norm_ops(const json_t *json, const char *unused)
{
	const char *name = only_name(json);
	const json_t *value = name != NULL ? only_value(json) : NULL;
	json_t *parts;
	json_t *member;

	if (json_object_size(json) == 0)
		return one("$eq", json_deep_copy(json));
	if (name == NULL) {
		parts = json_array();
		json_object_foreach((json_t *)json, name, member) {
			json_t *single = one(name, json_incref(member));

			json_array_append_new(parts, norm_ops(single, NULL));
			json_decref(single);
		}
		return one("$and", parts);
	}
	if (is(name, lists))
		return one(name, each(value, norm_ops, NULL));
	if (name[0] != '$' || is(name, inner) || strcmp(name, "$not") == 0)
		return one(name, norm_ops(value, NULL));
	return json_deep_copy(json);
}

static json_t *
norm_fields(const json_t *json, const char *path)
{
	const char *name = only_name(json);
	const json_t *value = only_value(json);
	g_autofree char *below = NULL;

	if (is(name, lists))
		return one(name, each(value, norm_fields, path));
	if (strcmp(name, "$not") == 0)
		return one(name, norm_fields(value, path));
	if (is(name, inner))
		return one(path, one(name, norm_fields(value, "")));
	if (name[0] == '$')
		return one(path, json_deep_copy(json));
	below = *path == '\0' ? g_strdup(name)
			      : g_strconcat(path, ".", name, NULL);
	return norm_fields(value, below);
}

static json_t *negate(const json_t *json, const char *unused);

static json_t *
norm_negations(const json_t *json, const char *unused)
{
	const char *name = only_name(json);
	const json_t *value = only_value(json);

	if (strcmp(name, "$not") == 0)
		return negate(value, NULL);
	if (strcmp(name, "$nor") == 0)
		return one("$and", each(value, negate, NULL));
	if (is(name, lists))
		return one(name, each(value, norm_negations, NULL));
	if (is(only_name(value), inner))
		return one(name, one(only_name(value),
				     norm_negations(only_value(value), NULL)));
	return json_deep_copy(json);
}

static json_t *
negate(const json_t *json, const char *unused)
{
	static const char *const opposites[][2] = {
		{ "$lt", "$gte" }, { "$gte", "$lt" },  { "$gt", "$lte" },
		{ "$lte", "$gt" }, { "$eq", "$ne" },   { "$ne", "$eq" },
		{ "$in", "$nin" }, { "$nin", "$in" },
	};
	const char *name = only_name(json);
	const json_t *value = only_value(json);

	if (strcmp(name, "$not") == 0)
		return norm_negations(value, NULL);
	if (strcmp(name, "$nor") == 0)
		return one("$or", each(value, norm_negations, NULL));
	if (strcmp(name, "$and") == 0)
		return one("$or", each(value, negate, NULL));
	if (strcmp(name, "$or") == 0)
		return one("$and", each(value, negate, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(opposites); i++)
		if (strcmp(opposites[i][0], name) == 0)
			return one(opposites[i][1], json_deep_copy(value));
	if (strcmp(name, "$exists") == 0)
		return one(name, json_boolean(!json_is_true(value)));
	if (is(name, inner))
		return one("$not", one(name, norm_negations(value, NULL)));
	if (name[0] == '$')
		return one("$not", json_deep_copy(json));
	return one(name, negate(value, NULL));
}

json_t *
mango_normalize(const json_t *selector)
{
	json_t *ops;
	json_t *fields;
	json_t *all;

	if (json_object_size(selector) == 0)
		return json_object();
	ops = norm_ops(selector, NULL);
	fields = norm_fields(ops, "");
	all = norm_negations(fields, NULL);
	json_decref(ops);
	json_decref(fields);
	return all;
}

/* ---- matching ---- */

/* NULL: there is none; `bad`: and there is no way to it. */
static const json_t *
get_field(const json_t *value, const char *path, gboolean *bad)
{
	g_auto(GStrv) names = g_strsplit(path, ".", -1);

	*bad = FALSE;
	for (guint i = 0; names[i] != NULL && value != NULL; i++) {
		if (json_is_object(value)) {
			value = json_object_get(value, names[i]);
		} else {
			value = json_is_array(value) && *names[i] >= '0' &&
						*names[i] <= '9'
					? json_array_get(
						  value,
						  (size_t)atoi(names[i]))
					: NULL;
			*bad = value == NULL;
		}
	}
	return value;
}

static gboolean
any_equal(const json_t *value, const json_t *args)
{
	for (gsize i = 0; i < json_array_size(args); i++)
		if (mango_compare(value, json_array_get(args, i)) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
in(const json_t *value, const json_t *args)
{
	if (!json_is_array(value))
		return any_equal(value, args);
	for (gsize i = 0; i < json_array_size(value); i++)
		if (any_equal(json_array_get(value, i), args))
			return TRUE;
	return FALSE;
}

static gboolean
all(const json_t *value, const json_t *args)
{
	gboolean has = json_is_array(value) && json_array_size(args) > 0;

	for (gsize i = 0; i < json_array_size(args) && has; i++) {
		gboolean member = FALSE;

		for (gsize j = 0; j < json_array_size(value); j++)
			member |= json_equal(json_array_get(value, j),
					     json_array_get(args, i)) != 0;
		has = member;
	}
	return has || (json_array_size(args) == 1 && json_is_array(value) &&
		       json_equal(json_array_get(args, 0), value));
}

static gboolean
elements(const json_t *value, const json_t *arg, gboolean every)
{
	for (gsize i = 0; i < json_array_size(value); i++)
		if (mango_match(arg, json_array_get(value, i)) != every)
			return !every;
	return every && json_array_size(value) > 0;
}

static const char *
type_name(const json_t *value)
{
	static const char *const names[] = { "",       "null",	 "boolean",
					     "boolean", "number", "string",
					     "array",	"object" };

	return names[rank(value)];
}

static gboolean
test(const char *op, const json_t *arg, const json_t *value)
{
	const gint order = mango_compare(value, arg);

	if (strcmp(op, "$lt") == 0)
		return order < 0;
	if (strcmp(op, "$lte") == 0)
		return order <= 0;
	if (strcmp(op, "$eq") == 0)
		return order == 0;
	if (strcmp(op, "$ne") == 0)
		return order != 0;
	if (strcmp(op, "$gte") == 0)
		return order >= 0;
	if (strcmp(op, "$gt") == 0)
		return order > 0;
	if (strcmp(op, "$in") == 0)
		return in(value, arg);
	if (strcmp(op, "$nin") == 0)
		return !in(value, arg);
	if (strcmp(op, "$all") == 0)
		return all(value, arg);
	if (strcmp(op, "$exists") == 0)
		return json_is_true(arg);
	if (strcmp(op, "$type") == 0)
		return strcmp(type_name(value), json_string_value(arg)) == 0;
	if (strcmp(op, "$size") == 0)
		return json_is_array(value) &&
		       (gint64)json_array_size(value) ==
			       json_integer_value(arg);
	if (strcmp(op, "$mod") == 0)
		return json_is_integer(value) &&
		       json_integer_value(value) % json_integer_value(
				       json_array_get(arg, 0)) ==
			       json_integer_value(json_array_get(arg, 1));
	if (strcmp(op, "$regex") == 0)
		return json_is_string(value) &&
		       g_regex_match_simple(json_string_value(arg),
					    json_string_value(value), 0, 0);
	if (strcmp(op, "$elemMatch") == 0)
		return elements(value, arg, FALSE);
	if (strcmp(op, "$allMatch") == 0)
		return elements(value, arg, TRUE);
	g_assert_cmpstr(op, ==, "$not");
	return !test(only_name(arg), only_value(arg), value);
}

gboolean
mango_match(const json_t *normalized, const json_t *document)
{
	const char *name = only_name(normalized);
	const json_t *cond;
	const json_t *value;
	gboolean found = FALSE;
	gboolean bad;

	if (name == NULL)
		return TRUE;
	cond = only_value(normalized);
	if (strcmp(name, "$and") == 0 || strcmp(name, "$or") == 0) {
		const gboolean any = strcmp(name, "$or") == 0;

		for (gsize i = 0; i < json_array_size(cond); i++) {
			found = mango_match(json_array_get(cond, i), document);
			if (found == any)
				return found;
		}
		return !any || json_array_size(cond) == 0;
	}
	if (*name == '\0')
		return test(only_name(cond), only_value(cond), document);
	value = get_field(document, name, &bad);
	if (value != NULL) {
		by_bytes = strcmp(name, "_id") == 0;
		found = test(only_name(cond), only_value(cond), value);
		by_bytes = FALSE;
		return found;
	}
	return !bad && strcmp(only_name(cond), "$exists") == 0 &&
	       json_is_false(only_value(cond));
}

/* ---- a query ---- */

static const char *
sort_name(const json_t *sort, gsize i)
{
	const json_t *field = json_array_get(sort, i);

	return json_is_string(field) ? json_string_value(field)
				     : only_name(field);
}

static gboolean
sorts_down(const json_t *sort)
{
	const json_t *field = json_array_get(sort, 0);

	return json_is_object(field) &&
	       strcmp(json_string_value(only_value(field)), "desc") == 0;
}

static gint
compare_docs(gconstpointer a, gconstpointer b, gpointer data)
{
	const MangoDoc *left = *(const MangoDoc *const *)a;
	const MangoDoc *right = *(const MangoDoc *const *)b;
	const json_t *sort = data;
	gint order = 0;
	gboolean bad;

	for (gsize i = 0; order == 0 && i < json_array_size(sort); i++)
		if (strcmp(sort_name(sort, i), "_id") != 0)
			order = mango_compare(
				get_field(left->document, sort_name(sort, i),
					  &bad),
				get_field(right->document, sort_name(sort, i),
					  &bad));
	if (order == 0)
		order = strcmp(left->key, right->key);
	return sorts_down(sort) ? -order : order;
}

static gboolean
has_fields(const json_t *sort, const MangoDoc *doc)
{
	gboolean bad;

	for (gsize i = 0; i < json_array_size(sort); i++)
		if (get_field(doc->document, sort_name(sort, i), &bad) == NULL)
			return FALSE;
	return TRUE;
}

GPtrArray *
mango_query(const json_t *query, const GPtrArray *docs)
{
	json_t *selector =
		mango_normalize(json_object_get(query, "selector"));
	json_t *sort = json_object_get(query, "sort");
	const json_t *limit = json_object_get(query, "limit");
	const json_t *skip = json_object_get(query, "skip");
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	GPtrArray *keys = g_ptr_array_new();

	for (guint i = 0; i < docs->len; i++) {
		MangoDoc *doc = docs->pdata[i];

		if (has_fields(sort, doc) &&
		    mango_match(selector, doc->document))
			g_ptr_array_add(found, doc);
	}
	g_ptr_array_sort_with_data(found, compare_docs, sort);
	for (guint i = (guint)json_integer_value(skip);
	     i < found->len && (limit == NULL ||
				keys->len < json_integer_value(limit));
	     i++)
		g_ptr_array_add(keys, ((MangoDoc *)found->pdata[i])->key);
	json_decref(selector);
	return keys;
}
