/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/cross/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

/* Bytes of a question: a group, and what is around. */
#define QUESTION_MAX (XMODEL_VALUE_MAX + 64u)

static json_t *
hex_json(bsn_slice bytes)
{
	g_autofree char *text = hex_encode(bytes);

	return json_string(text);
}

static json_t *
answer_of(const bsn_ledger *ledger, const char *bucket, const char *key,
	  const XVersion *version, const GByteArray *value)
{
	const bsn_slice bytes = bsn_slice_of(value->data, value->len);
	const gboolean there = version->there && !xmodel_is_deleted(bytes);
	const Block *root = ledger_root(ledger->ledger)->block;

	return json_pack(
		"{s:s, s:I, s:o, s:s, s:s, s:o, s:o, s:i}", "chain",
		ledger->config->name, "height", (json_int_t)root->height,
		"blockid", hex_json(bsn_slice_of(root->id, HASH_LEN)),
		"bucket", bucket, "key", key, "value",
		there ? hex_json(bytes) : json_null(), "ref_txid",
		version->there ? hex_json(bsn_slice_of(version->txid, HASH_LEN))
			       : json_null(),
		"ref_offset", (int)version->offset);
}

/* What a key has. */
static int32_t
tell_value(const bsn_ledger *ledger, const json_t *json, bsn_reply *reply,
	   bsn_err *err)
{
	JsonFields fields = fields_of(json, "question", err);
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_autoptr(json_t) answer = NULL;
	g_autofree char *text = NULL;
	XVersion version = { 0 };
	const char *bucket, *key;
	int32_t status;

	bucket = fields_string(&fields, "bucket", XMODEL_BUCKET_MAX, "");
	key = fields_string(&fields, "key", XMODEL_KEY_MAX, "");
	status = fields_end(&fields);
	if (status == BSN_OK)
		status = xmodel_get(ledger_root(ledger->ledger)->layer,
				    bsn_slice_str(bucket), bsn_slice_str(key),
				    &version, value, err);
	if (status != BSN_OK)
		return status;
	answer = answer_of(ledger, bucket, key, &version, value);
	text = json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

/* Only the root chain may tell a group. */
static gboolean
is_told(const bsn_ledger *ledger, bsn_slice from, const json_t *json)
{
	return json_is_object(json_object_get(json, "group")) &&
	       ledger->config->parent != NULL &&
	       bsn_slice_equal(from, bsn_slice_str(ledger->config->parent));
}

int32_t
cross_asked(bsn_ledger *ledger, bsn_slice from, bsn_slice question,
	    bsn_reply *reply, bsn_err *err)
{
	g_autoptr(json_t) json = json_parse_object(question, QUESTION_MAX,
						   "question", NULL, err);

	if (json == NULL)
		return BSN_BAD_REQUEST;
	if (!is_told(ledger, from, json))
		return tell_value(ledger, json, reply, err);
	group_set(ledger, json_object_get(json, "group"));
	services.reply->value(reply, bsn_slice_str("{}"));
	return BSN_OK;
}
