/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions and answers are those of Fabric 2.5's core/chaincode/handler.go.
 */
#include "plugins/engine-fabric/chaincode/shim.h"

#include <bsn/helpers/error.h>

#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/wire.h"

#define ASKS(name) PROTOS__CHAINCODE_MESSAGE__TYPE__##name

void
shim_init(Shim *shim, const ChannelLedger *ledger, Simulator *simulator,
	  const char *namespace, const ShimAccess *access)
{
	*shim = (Shim){
		.ledger = ledger,
		.simulator = simulator,
		.namespace = bsn_slice_str(namespace),
		.access = *access,
		.queries = g_ptr_array_new_with_free_func(
			(GDestroyNotify)shim_query_free),
	};
}

void
shim_clear(Shim *shim)
{
	g_clear_pointer(&shim->queries, g_ptr_array_unref);
	shim->unanswered = NULL;
}

/* ---- single keys ---- */

static int32_t
get_state(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__GetState *asked = message;
	g_autoptr(StateItem) item = NULL;
	int32_t status;

	if (asked->collection[0] != '\0')
		return shim_private_get(shim, asked, answer, err);
	status = simulator_get(shim->simulator, shim->namespace,
			       message_slice(asked->key), &item, err);
	if (item != NULL)
		wire_put_bytes(answer, item->value);
	return status;
}

static int32_t
put_state(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__PutState *asked = message;

	return asked->collection[0] != '\0'
		       ? shim_private_put(shim, asked, err)
		       : simulator_put(shim->simulator, shim->namespace,
				       message_slice(asked->key),
				       message_slice(asked->value), err);
}

static int32_t
del_state(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__DelState *asked = message;

	return asked->collection[0] != '\0'
		       ? shim_private_del(shim, asked, err)
		       : simulator_delete(shim->simulator, shim->namespace,
					  message_slice(asked->key), err);
}

/* ---- metadata ---- */

static void
put_entry(GByteArray *answer, const Kvrwset__KVMetadataEntry *entry)
{
	Protos__StateMetadata metadata = PROTOS__STATE_METADATA__INIT;
	Protos__StateMetadata *list[] = { &metadata };
	Protos__StateMetadataResult result =
		PROTOS__STATE_METADATA_RESULT__INIT;

	metadata.metakey = entry->name;
	metadata.value = entry->value;
	result.n_entries = 1;
	result.entries = list;
	/* Messages in a row are one that has what all of them have. */
	message_append(answer, &result);
}

static int32_t
put_entries(bsn_slice metadata, GByteArray *answer, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Kvrwset__KVMetadataWrite *all =
		message_unpack(&arena, &kvrwset__kvmetadata_write__descriptor,
			       metadata, NULL, err);

	if (all == NULL)
		return bsn_fail(err, BSN_E_CORRUPT,
				"a key's metadata is damaged");
	for (gsize i = 0; i < all->n_entries; i++)
		put_entry(answer, all->entries[i]);
	return BSN_OK;
}

static int32_t
get_metadata(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__GetStateMetadata *asked = message;
	g_autoptr(StateItem) item = NULL;
	const int32_t status =
		asked->collection[0] != '\0'
			? shim_private_metadata(shim, asked, &item, err)
			: simulator_get(shim->simulator, shim->namespace,
					message_slice(asked->key), &item, err);

	return item != NULL ? put_entries(item->metadata, answer, err) : status;
}

static int32_t
put_metadata(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__PutStateMetadata *asked = message;
	MetadataEntry entry;

	if (asked->metadata == NULL)
		return bsn_fail(err, BSN_FAULT,
				"the question has no metadata to put");
	entry = (MetadataEntry){ asked->metadata->metakey,
				 message_slice(asked->metadata->value) };
	return asked->collection[0] != '\0'
		       ? shim_private_describe(shim, asked, &entry, err)
		       : simulator_put_metadata(shim->simulator,
						shim->namespace,
						message_slice(asked->key),
						&entry, 1, err);
}

/* ---- which question it is ---- */

typedef struct {
	guint32 type;
	const ProtobufCMessageDescriptor *payload;
	int32_t (*answer)(Shim *shim, const void *message, GByteArray *answer,
			  bsn_err *err);
} Question;

static const Question questions[] = {
	{ ASKS(GET_STATE), &protos__get_state__descriptor, get_state },
	{ ASKS(PUT_STATE), &protos__put_state__descriptor, put_state },
	{ ASKS(DEL_STATE), &protos__del_state__descriptor, del_state },
	{ ASKS(GET_STATE_BY_RANGE), &protos__get_state_by_range__descriptor,
	  shim_range },
	{ ASKS(GET_QUERY_RESULT), &protos__get_query_result__descriptor,
	  shim_rich_query },
	{ ASKS(QUERY_STATE_NEXT), &protos__query_state_next__descriptor,
	  shim_next },
	{ ASKS(QUERY_STATE_CLOSE), &protos__query_state_close__descriptor,
	  shim_close },
	{ ASKS(GET_HISTORY_FOR_KEY), &protos__get_history_for_key__descriptor,
	  shim_history },
	{ ASKS(GET_STATE_METADATA), &protos__get_state_metadata__descriptor,
	  get_metadata },
	{ ASKS(PUT_STATE_METADATA), &protos__put_state_metadata__descriptor,
	  put_metadata },
	{ ASKS(GET_PRIVATE_DATA_HASH), &protos__get_state__descriptor,
	  shim_private_hash },
	{ ASKS(PURGE_PRIVATE_DATA), &protos__purge_private_state__descriptor,
	  shim_private_purge },
};

const char *
shim_type_name(guint32 type)
{
	const ProtobufCEnumValue *value =
		type <= G_MAXINT
			? protobuf_c_enum_descriptor_get_value(
				  &protos__chaincode_message__type__descriptor,
				  (int)type)
			: NULL;

	return value != NULL ? value->name : "message of an unknown type";
}

static const Question *
find_question(guint32 type)
{
	for (guint i = 0; i < G_N_ELEMENTS(questions); i++)
		if (questions[i].type == type)
			return &questions[i];
	return NULL;
}

int32_t
shim_answer(Shim *shim, guint32 type, bsn_slice payload, GByteArray *answer,
	    bsn_err *err)
{
	const Question *question = find_question(type);
	g_auto(Arena) arena = ARENA_INIT;
	const void *message;

	if (question == NULL)
		return bsn_fail(err, BSN_FAULT,
				"a chaincode that runs cannot send a %s (%u)",
				shim_type_name(type), type);
	message = message_unpack(&arena, question->payload, payload, NULL, err);
	return message == NULL ? BSN_FAULT
			       : question->answer(shim, message, answer, err);
}
