/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/condition.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/kit/json.h"

/* Bytes of a condition's JSON text. */
#define CONDITION_TEXT_MAX (64u << 10)
#define LIMIT_TEXT_MAX 41u /* two numbers of 64 bits, and a comma */

/* ---- comparing ---------------------------------------------------------- */

typedef struct {
	gboolean negative;
	bsn_slice digits; /* without leading zeros */
} Decimal;

static gboolean
read_decimal(bsn_slice text, Decimal *decimal)
{
	bsn_slice digits = text;

	decimal->negative = text.len > 0 && text.data[0] == '-';
	if (decimal->negative)
		digits = bsn_slice_of(text.data + 1, text.len - 1);
	if (digits.len == 0)
		return FALSE;
	for (guint64 i = 0; i < digits.len; i++)
		if (!g_ascii_isdigit(digits.data[i]))
			return FALSE;
	while (digits.len > 0 && digits.data[0] == '0')
		digits = bsn_slice_of(digits.data + 1, digits.len - 1);
	decimal->negative = decimal->negative && digits.len > 0;
	decimal->digits = digits;
	return TRUE;
}

static int
compare_decimals(const Decimal *a, const Decimal *b)
{
	int sign = a->negative ? -1 : 1;

	if (a->negative != b->negative)
		return sign;
	if (a->digits.len != b->digits.len)
		return a->digits.len > b->digits.len ? sign : -sign;
	if (a->digits.len == 0)
		return 0;
	return sign * memcmp(a->digits.data, b->digits.data, a->digits.len);
}

gboolean
comparison_holds(const Comparison *comparison, bsn_slice value)
{
	gboolean equal = bsn_slice_equal(value, comparison->value);
	Decimal left, right;
	int order;

	if (comparison->op == COMPARE_EQ || comparison->op == COMPARE_NE)
		return equal == (comparison->op == COMPARE_EQ);
	if (!read_decimal(value, &left) ||
	    !read_decimal(comparison->value, &right))
		return FALSE;
	order = compare_decimals(&left, &right);
	if (comparison->op == COMPARE_GT || comparison->op == COMPARE_LE)
		return (order > 0) == (comparison->op == COMPARE_GT);
	return (order >= 0) == (comparison->op == COMPARE_GE);
}

/* ---- Condition objects -------------------------------------------------- */

ObjectItem
condition_limit_item(guint64 offset, guint64 count, guint8 *place)
{
	guint64 numbers[] = { offset, count };

	memcpy(place, numbers, sizeof(numbers));
	return (ObjectItem){ .tag = COMPARE_LIMIT,
			     .value = bsn_slice_of(place, sizeof(numbers)) };
}

static void
set_limit(Condition *condition, bsn_slice value)
{
	guint64 numbers[2];

	memcpy(numbers, value.data, sizeof(numbers));
	condition->offset = numbers[0];
	condition->count = numbers[1];
}

static void
add(Condition *condition, CompareOp op, bsn_slice field, bsn_slice value)
{
	Comparison comparison = { op, field, value };

	if (condition->comparisons == NULL)
		condition->comparisons =
			g_array_new(FALSE, FALSE, sizeof(Comparison));
	g_array_append_val(condition->comparisons, comparison);
}

Condition
condition_of_object(const Object *object)
{
	Condition condition = CONDITION_ALL;

	for (guint i = 0; i < object->items->len; i++) {
		const ObjectItem *item = object->items->pdata[i];

		if (item->tag == COMPARE_LIMIT)
			set_limit(&condition, item->value);
		else
			add(&condition, (CompareOp)item->tag, item->name,
			    item->value);
	}
	return condition;
}

void
condition_clear(Condition *condition)
{
	g_clear_pointer(&condition->comparisons, g_array_unref);
	g_clear_pointer(&condition->json, json_decref);
}

/* ---- JSON --------------------------------------------------------------- */

static gboolean
read_u64(const char *text, guint64 *number)
{
	return g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, number,
					  NULL);
}

/* "offset,count" or "count". */
static gboolean
parse_limit(const json_t *value, Condition *condition)
{
	g_auto(GStrv) parts = NULL;
	guint n;

	if (!json_is_string(value) ||
	    json_string_length(value) > LIMIT_TEXT_MAX)
		return FALSE;
	parts = g_strsplit(json_string_value(value), ",", 3);
	n = g_strv_length(parts);
	condition->offset = 0;
	if (n == 1)
		return read_u64(parts[0], &condition->count);
	return n == 2 && read_u64(parts[0], &condition->offset) &&
	       read_u64(parts[1], &condition->count);
}

static gint64
parse_op(const char *field, const char *op, const json_t *value,
	 Condition *condition)
{
	static const char *const names[] = { "eq", "ne", "gt",
					     "ge", "lt", "le" };

	if (strcmp(op, "limit") == 0)
		return parse_limit(value, condition) ? 0 :
						       PRECOMPILED_CONDITION;
	if (!json_is_string(value))
		return PRECOMPILED_CONDITION;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(op, names[i]) == 0) {
			add(condition, (CompareOp)i, bsn_slice_str(field),
			    bsn_slice_of(json_string_value(value),
					 json_string_length(value)));
			return 0;
		}
	return PRECOMPILED_OPERATION;
}

static gint64
parse_field(const char *field, json_t *ops, Condition *condition)
{
	const char *op;
	json_t *value;

	if (!json_is_object(ops))
		return PRECOMPILED_CONDITION;
	json_object_foreach(ops, op, value) {
		gint64 code = parse_op(field, op, value, condition);

		if (code != 0)
			return code;
	}
	return 0;
}

gint64
condition_parse(bsn_slice text, Condition *condition)
{
	const char *field;
	json_t *ops;

	*condition = CONDITION_ALL;
	condition->json = json_parse_object(text, CONDITION_TEXT_MAX,
					    "condition", NULL, NULL);
	if (condition->json == NULL)
		return PRECOMPILED_CONDITION;
	json_object_foreach(condition->json, field, ops) {
		gint64 code = parse_field(field, ops, condition);

		if (code != 0)
			return code;
	}
	return 0;
}
