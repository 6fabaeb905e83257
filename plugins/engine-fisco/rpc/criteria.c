/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/criteria.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/rpc/params.h"

typedef struct {
	guint8 bytes[HASH_LEN];
	gsize len;
	BloomBits bits;
} CriterionValue;

/* ---- reading ----------------------------------------------------------- */

static void
add_value(RpcCall *call, const json_t *text, const char *where, gsize len,
	  GArray *values)
{
	CriterionValue value = { .len = len };

	if (!param_fixed(call, text, where, value.bytes, len))
		return;
	if (bloom_bits(&call->ledger->suite, bsn_slice_of(value.bytes, len),
		       &value.bits) != BSN_OK)
		rpc_fail(call, RPC_INTERNAL, "the hash function failed");
	g_array_append_val(values, value);
}

/* One value, or an array of those that will do. */
static GArray *
read_values(RpcCall *call, const json_t *json, const char *where, gsize len)
{
	GArray *values;
	json_t *item;
	gsize i;

	if (json == NULL || json_is_null(json) ||
	    (json_is_array(json) && json_array_size(json) == 0))
		return NULL;
	values = g_array_new(FALSE, FALSE, sizeof(CriterionValue));
	if (!json_is_array(json))
		add_value(call, json, where, len, values);
	else if (json_array_size(json) > CRITERIA_VALUES_MAX)
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "%s has more than %u values", where,
			 CRITERIA_VALUES_MAX);
	else
		json_array_foreach(json, i, item)
			add_value(call, item, where, len, values);
	return values;
}

static void
read_topics(RpcCall *call, const json_t *topics, LogCriteria *criteria)
{
	gsize n = json_array_size(topics);

	if (topics == NULL || json_is_null(topics))
		return;
	if (!json_is_array(topics) || n > TOPICS_MAX) {
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "topics must be an array of at most %u", TOPICS_MAX);
		return;
	}
	criteria->n_topics = (guint)n;
	for (guint i = 0; i < n; i++)
		criteria->topics[i] =
			read_values(call, json_array_get(topics, i), "topics",
				    HASH_LEN);
}

gboolean
criteria_read(RpcCall *call, const json_t *object, LogCriteria *criteria)
{
	*criteria = (LogCriteria){ .n_topics = 0 };
	if (object == NULL)
		return TRUE;
	if (!json_is_object(object)) {
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "a filter must be an object");
		return FALSE;
	}
	criteria->addresses =
		read_values(call, json_object_get(object, "address"),
			    "address", ADDRESS_LEN);
	read_topics(call, json_object_get(object, "topics"), criteria);
	return call->code == 0;
}

void
criteria_clear(LogCriteria *criteria)
{
	g_clear_pointer(&criteria->addresses, g_array_unref);
	for (guint i = 0; i < TOPICS_MAX; i++)
		g_clear_pointer(&criteria->topics[i], g_array_unref);
}

/* ---- matching ---------------------------------------------------------- */

static gboolean
any_in_bloom(const GArray *values, const guint8 *bloom)
{
	for (guint i = 0; values != NULL && i < values->len; i++)
		if (bloom_has(bloom,
			      &g_array_index(values, CriterionValue, i).bits))
			return TRUE;
	return values == NULL;
}

gboolean
criteria_may_match(const LogCriteria *criteria, const guint8 *bloom)
{
	if (!any_in_bloom(criteria->addresses, bloom))
		return FALSE;
	for (guint i = 0; i < criteria->n_topics; i++)
		if (!any_in_bloom(criteria->topics[i], bloom))
			return FALSE;
	return TRUE;
}

static gboolean
any_is(const GArray *values, bsn_slice bytes)
{
	for (guint i = 0; values != NULL && i < values->len; i++) {
		const CriterionValue *value =
			&g_array_index(values, CriterionValue, i);

		if (bsn_slice_equal(bytes,
				    bsn_slice_of(value->bytes, value->len)))
			return TRUE;
	}
	return values == NULL;
}

gboolean
criteria_match(const LogCriteria *criteria, const LogView *log)
{
	if (log->n_topics < criteria->n_topics ||
	    !any_is(criteria->addresses, log->address))
		return FALSE;
	for (guint i = 0; i < criteria->n_topics; i++)
		if (!any_is(criteria->topics[i], log->topics[i]))
			return FALSE;
	return TRUE;
}
