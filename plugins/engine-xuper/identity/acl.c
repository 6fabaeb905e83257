/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/identity/acl.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/identity/acl_private.h"
#include "plugins/engine-xuper/identity/address.h"
#include "plugins/kit/json.h"

#define MILLION 1000000u
/* Of one weight, and of an accept value: the sum of all stays far below what 64
 * bits hold. */
#define WEIGHT_MAX 1000000u
/* XuperChain's rules: rate, sum, CA and vote are only numbers to it, too. */
#define RULE_LAST 6u

static void
weight_clear(gpointer weight)
{
	g_free(((AclWeight *)weight)->name);
}

void
acl_free(Acl *acl)
{
	if (acl == NULL)
		return;
	g_array_unref(acl->weights);
	g_ptr_array_unref(acl->sets);
	g_free(acl);
}

static Acl *
acl_new(void)
{
	Acl *acl = g_new0(Acl, 1);

	acl->weights = g_array_new(FALSE, FALSE, sizeof(AclWeight));
	g_array_set_clear_func(acl->weights, weight_clear);
	acl->sets = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_ptr_array_unref);
	return acl;
}

/* ---- numbers ---- */

char *
acl_weight_text(guint64 millionths)
{
	char *text = g_strdup_printf("%" G_GUINT64_FORMAT ".%06u",
				     millionths / MILLION,
				     (guint)(millionths % MILLION));
	gsize len = strlen(text);

	while (text[len - 1] == '0')
		text[--len] = '\0';
	if (text[len - 1] == '.')
		text[len - 1] = '\0';
	return text;
}

/* A number that is the nearest to so many millionths. */
static gboolean
read_millionths(const json_t *value, guint64 *millionths)
{
	double number;

	if (!json_is_number(value))
		return FALSE;
	number = json_number_value(value);
	if (!(number >= 0 && number <= WEIGHT_MAX))
		return FALSE;
	*millionths = (guint64)(number * MILLION + 0.5);
	return (double)*millionths / MILLION == number;
}

static guint64
fields_weight(JsonFields *fields, const char *name)
{
	const json_t *value = fields_any(fields, name);
	guint64 millionths = 0;

	if (value != NULL && !read_millionths(value, &millionths))
		fields_fail(fields, name,
			    "must be a number from 0 to 1000000 of at most "
			    "six decimals");
	return millionths;
}

/* ---- members ---- */

static gboolean
is_member(const char *name)
{
	const bsn_slice text = bsn_slice_str(name);

	return address_valid(text) || account_valid(text);
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(((const AclWeight *)a)->name,
		      ((const AclWeight *)b)->name);
}

static void
read_weights(Acl *acl, JsonFields *fields)
{
	const json_t *members = fields_object(fields, "aksWeight");
	const char *name;
	json_t *value;

	if (json_object_size(members) > ACL_MEMBERS_MAX)
		fields_fail(fields, "aksWeight", "has more than 1024 members");
	json_object_foreach((json_t *)members, name, value)
	{
		AclWeight weight = { NULL, 0 };

		if (!is_member(name))
			fields_fail(fields, "aksWeight",
				    "has a member that is neither an address "
				    "nor an account");
		else if (!read_millionths(value, &weight.weight))
			fields_fail(fields, "aksWeight",
				    "has a weight that is no number from 0 to "
				    "1000000 of at most six decimals");
		if (fields->status != BSN_OK)
			return;
		weight.name = g_strdup(name);
		g_array_append_val(acl->weights, weight);
	}
	g_array_sort(acl->weights, by_name);
}

/* ---- sets ---- */

/* What an expression may have between names of sets, each of which is enough by
 * itself: XuperChain judges no other. */
static gboolean
expression_is_or(const char *expression, const json_t *sets)
{
	g_auto(GStrv) words = g_strsplit_set(expression, " |()", -1);

	for (guint i = 0; words[i] != NULL; i++)
		if (words[i][0] != '\0' &&
		    g_ascii_strcasecmp(words[i], "or") != 0 &&
		    json_object_get(sets, words[i]) == NULL)
			return FALSE;
	return TRUE;
}

static void
read_set(Acl *acl, const json_t *value, const char *where, JsonFields *parent)
{
	JsonFields fields = fields_of(value, where, parent->err);
	const json_t *names = fields_array(&fields, "aks", ACL_MEMBERS_MAX);
	GPtrArray *set = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(acl->sets, set);
	for (gsize i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (name == NULL || !is_member(name)) {
			fields_fail(&fields, "aks",
				    "has a member that is neither an address "
				    "nor an account");
			break;
		}
		g_ptr_array_add(set, g_strdup(name));
	}
	if (parent->status == BSN_OK)
		parent->status = fields_end(&fields);
}

static void
read_sets(Acl *acl, JsonFields *fields)
{
	const json_t *value = fields_object(fields, "akSets");
	JsonFields inner = fields_of(value, "acl.akSets", fields->err);
	const json_t *sets = fields_object(&inner, "sets");
	const char *expression = fields_string(&inner, "expression", 1024, "");
	const char *name;
	json_t *set;

	if (json_object_size(sets) > ACL_MEMBERS_MAX)
		fields_fail(&inner, "sets", "has more than 1024 members");
	if (inner.status == BSN_OK && !expression_is_or(expression, sets)) {
		fields_fail(&inner, "expression",
			    "is not offered: each set is enough by itself, "
			    "\"1 OR 2\"");
		inner.status = BSN_NOT_OFFERED;
	}
	if (inner.status == BSN_OK)
		json_object_foreach((json_t *)sets, name, set)
			read_set(acl, set, "acl.akSets.sets", &inner);
	if (fields->status == BSN_OK)
		fields->status = fields_end(&inner);
}

/* ---- the whole ---- */

static void
read_model(Acl *acl, JsonFields *fields)
{
	const json_t *value = fields_object(fields, "pm");
	JsonFields inner = fields_of(value, "acl.pm", fields->err);

	acl->rule = (guint)fields_u64(&inner, "rule", 0, RULE_LAST, 0);
	acl->accept = fields_weight(&inner, "acceptValue");
	if (inner.status == BSN_OK && acl->rule > ACL_RULE_AK_SET) {
		fields_fail(&inner, "rule",
			    "is not offered: write 1 (threshold), 2 (AK sets) "
			    "or 0 (none)");
		inner.status = BSN_NOT_OFFERED;
	}
	if (fields->status == BSN_OK)
		fields->status = fields_end(&inner);
}

Acl *
acl_parse(bsn_slice json, int32_t *status, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	g_autoptr(Acl) acl = acl_new();
	JsonFields fields = fields_parse(json, ACL_MAX, "acl", &object, err);
	int32_t parsed;

	read_model(acl, &fields);
	fields_require(&fields, "pm", "write {\"rule\":1,\"acceptValue\":1}");
	read_weights(acl, &fields);
	read_sets(acl, &fields);
	parsed = fields_end(&fields);
	if (parsed == BSN_OK)
		return g_steal_pointer(&acl);
	if (status != NULL)
		*status = parsed;
	return NULL;
}

void
acl_mentions(const Acl *acl, AclMention mention, void *owner)
{
	for (guint i = 0; i < acl->weights->len; i++) {
		const AclWeight *weight =
			&g_array_index(acl->weights, AclWeight, i);

		mention(owner, bsn_slice_str(weight->name));
	}
	for (guint i = 0; i < acl->sets->len; i++) {
		const GPtrArray *set = g_ptr_array_index(acl->sets, i);

		for (guint k = 0; k < set->len; k++)
			mention(owner,
				bsn_slice_str(g_ptr_array_index(set, k)));
	}
}
