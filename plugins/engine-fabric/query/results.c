/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/kit/json.h"

/* Entries of one list that are shown, and then how many there are. */
#define ENTRIES_MAX 1000u

static json_t *
version_json(const Kvrwset__Version *version)
{
	if (version == NULL)
		return json_null();
	return json_pack("{s:I, s:I}", "block", (json_int_t)version->block_num,
			 "tx", (json_int_t)version->tx_num);
}

/* Sets a list; its whole length, when it was cut. */
static void
set_list(json_t *json, const char *name, json_t *list, gsize n)
{
	g_autofree char *count = g_strconcat(name, "_count", NULL);

	json_object_set_new(json, name, list);
	if (n > ENTRIES_MAX)
		json_object_set_new(json, count, integer_json(n));
}

static void
set_reads(json_t *json, const Kvrwset__KVRWSet *set)
{
	json_t *list = json_array();

	for (gsize i = 0; i < MIN(set->n_reads, ENTRIES_MAX); i++) {
		json_t *read = json_object();

		set_bytes(read, "key", message_slice(set->reads[i]->key));
		json_object_set_new(read, "version",
				    version_json(set->reads[i]->version));
		json_array_append_new(list, read);
	}
	set_list(json, "reads", list, set->n_reads);
}

static json_t *
range_json(const Kvrwset__RangeQueryInfo *range)
{
	json_t *json = json_object();

	set_bytes(json, "start", message_slice(range->start_key));
	set_bytes(json, "end", message_slice(range->end_key));
	json_object_set_new(json, "exhausted",
			    json_boolean(range->itr_exhausted));
	if (range->reads_info_case ==
		    KVRWSET__RANGE_QUERY_INFO__READS_INFO_RAW_READS &&
	    range->raw_reads != NULL)
		json_object_set_new(json, "reads",
				    integer_json(range->raw_reads->n_kv_reads));
	return json;
}

static void
set_ranges(json_t *json, const Kvrwset__KVRWSet *set)
{
	json_t *list = json_array();

	for (gsize i = 0; i < MIN(set->n_range_queries_info, ENTRIES_MAX); i++)
		json_array_append_new(list,
				      range_json(set->range_queries_info[i]));
	set_list(json, "ranges", list, set->n_range_queries_info);
}

static void
set_writes(json_t *json, const Kvrwset__KVRWSet *set)
{
	json_t *list = json_array();

	for (gsize i = 0; i < MIN(set->n_writes, ENTRIES_MAX); i++) {
		const Kvrwset__KVWrite *write = set->writes[i];
		json_t *object = json_object();

		set_bytes(object, "key", message_slice(write->key));
		if (write->is_delete)
			json_object_set_new(object, "delete", json_true());
		else
			set_bytes(object, "value", message_slice(write->value));
		json_array_append_new(list, object);
	}
	set_list(json, "writes", list, set->n_writes);
}

static json_t *
metadata_json(const Kvrwset__KVMetadataWrite *write)
{
	json_t *json = json_object();
	json_t *entries = json_array();

	set_bytes(json, "key", message_slice(write->key));
	for (gsize i = 0; i < MIN(write->n_entries, ENTRIES_MAX); i++) {
		json_t *entry = json_object();

		json_object_set_new(
			entry, "name",
			text_json(bsn_slice_str(write->entries[i]->name)));
		set_bytes(entry, "value",
			  message_slice(write->entries[i]->value));
		json_array_append_new(entries, entry);
	}
	set_list(json, "entries", entries, write->n_entries);
	return json;
}

static void
set_metadata(json_t *json, const Kvrwset__KVRWSet *set)
{
	json_t *list = json_array();

	for (gsize i = 0; i < MIN(set->n_metadata_writes, ENTRIES_MAX); i++)
		json_array_append_new(list,
				      metadata_json(set->metadata_writes[i]));
	set_list(json, "metadata_writes", list, set->n_metadata_writes);
}

static void
set_collections(json_t *json, const TransactionNamespace *ns)
{
	json_t *list = json_array();

	for (guint i = 0; i < ns->n_collections; i++) {
		const TransactionCollection *one = &ns->collections[i];

		if (one->set == NULL)
			continue; /* malformed, as the transaction's code says */
		json_array_append_new(
			list,
			json_pack("{s:o, s:I, s:I}", "name",
				  text_json(bsn_slice_str(one->name)), "reads",
				  (json_int_t)one->set->n_hashed_reads,
				  "writes",
				  (json_int_t)one->set->n_hashed_writes));
	}
	json_object_set_new(json, "collections", list);
}

static json_t *
namespace_json(const TransactionNamespace *ns)
{
	json_t *json = json_object();

	json_object_set_new(json, "namespace",
			    text_json(bsn_slice_str(ns->name)));
	set_reads(json, ns->set);
	if (ns->set->n_range_queries_info > 0)
		set_ranges(json, ns->set);
	set_writes(json, ns->set);
	if (ns->set->n_metadata_writes > 0)
		set_metadata(json, ns->set);
	if (ns->n_collections > 0)
		set_collections(json, ns);
	return json;
}

json_t *
results_json(const Transaction *tx)
{
	json_t *list = json_array();

	for (guint i = 0; i < tx->n_namespaces; i++)
		if (tx->namespaces[i].set != NULL)
			json_array_append_new(
				list, namespace_json(&tx->namespaces[i]));
	return list;
}
