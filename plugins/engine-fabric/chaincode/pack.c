/* SPDX-License-Identifier: Apache-2.0
 *
 * One result of a query, as chaincodes read it.
 */
#include "ledger/queryresult/kv_query_result.pb-c.h"
#include "plugins/engine-fabric/chaincode/shim.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"

GByteArray *
shim_pack_item(const StateItem *item)
{
	Queryresult__KV kv = QUERYRESULT__KV__INIT;
	bsn_slice namespace = { NULL, 0 };
	bsn_slice collection = { NULL, 0 };
	bsn_slice key = { NULL, 0 };
	g_autofree char *name = NULL;

	(void)state_key_split(item->key, &namespace, &collection, &key);
	name = g_strndup((const char *)namespace.data, (gsize) namespace.len);
	kv.namespace_ = name;
	kv.key = message_bytes(key);
	kv.value = message_bytes(item->value);
	return message_pack(&kv);
}

GByteArray *
shim_pack_change(const HistoryEntry *entry)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Queryresult__KeyModification change =
		QUERYRESULT__KEY_MODIFICATION__INIT;

	time.seconds = entry->seconds;
	time.nanos = entry->nanoseconds;
	change.tx_id = entry->tx_id;
	change.value = message_bytes(bytes_slice(entry->value));
	change.timestamp = &time;
	change.is_delete = entry->is_delete;
	return message_pack(&change);
}
