/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/lifecycle/definition.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "peer/lifecycle/chaincode_definition.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/lifecycle/fields.h"

typedef Lifecycle__QueryChaincodeDefinitionResult Record;

static const char *const conditions[] = {
	[CHAINCODE_ACTIVE] = "active",
	[CHAINCODE_FROZEN] = "frozen",
	[CHAINCODE_UNINSTALLED] = "uninstalled",
};

const char *
condition_word(guint condition)
{
	return conditions[condition];
}

/* ---- reading ---- */

int32_t
view_get(const View *view, const char *key, StateItem **item, bsn_err *err)
{
	const bsn_slice namespace = bsn_slice_str(LIFECYCLE_NAME);
	g_auto(Arena) arena = ARENA_INIT;

	if (view->simulator != NULL)
		return simulator_get(view->simulator, namespace,
				     bsn_slice_str(key), item, err);
	return state_get(&view->ledger->state,
			 state_key(&arena, namespace, bsn_slice_of(NULL, 0),
				   bsn_slice_str(key)),
			 item, err);
}

static int32_t
corrupt(const char *name, bsn_err *err)
{
	return bsn_fail(err, BSN_E_CORRUPT,
			"the definition of %s in the state cannot be read",
			name);
}

/* Out: data: NULL when there is none. */
static int32_t
read_field(const View *view, Arena *arena, const char *name, const char *field,
	   const Lifecycle__StateData **data, bsn_err *err)
{
	g_autofree char *key = field_key(FIELDS_NAMESPACES, name, field);
	g_autoptr(StateItem) item = NULL;
	const int32_t status = view_get(view, key, &item, err);

	*data = NULL;
	if (status != BSN_OK || item == NULL)
		return status;
	*data = message_unpack(arena, &lifecycle__state_data__descriptor,
			       item->value, NULL, NULL);
	return *data != NULL ? BSN_OK : corrupt(name, err);
}

int32_t
definition_sequence(const View *view, const char *name, gint64 *sequence,
		    bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Lifecycle__StateData *data;
	const int32_t status =
		read_field(view, &arena, name, FIELD_SEQUENCE, &data, err);

	*sequence = 0;
	if (status != BSN_OK || data == NULL)
		return status;
	if (data->type_case != LIFECYCLE__STATE_DATA__TYPE_INT64)
		return corrupt(name, err);
	*sequence = data->int64;
	return BSN_OK;
}

int32_t
definition_since(const View *view, const char *name, guint64 *since,
		 bsn_err *err)
{
	g_autofree char *key =
		field_key(FIELDS_NAMESPACES, name, FIELD_SEQUENCE);
	g_autoptr(StateItem) item = NULL;
	const int32_t status = view_get(view, key, &item, err);

	*since = item != NULL ? item->version.block : 0;
	return status;
}

int32_t
definition_condition(const View *view, const char *name, guint *condition,
		     bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Lifecycle__StateData *data;
	const int32_t status =
		read_field(view, &arena, name, FIELD_CONDITION, &data, err);

	*condition = CHAINCODE_ACTIVE;
	if (status != BSN_OK || data == NULL)
		return status;
	for (guint i = 0; i < G_N_ELEMENTS(conditions); i++)
		if (data->type_case == LIFECYCLE__STATE_DATA__TYPE_STRING &&
		    strcmp(data->string, conditions[i]) == 0) {
			*condition = i;
			return BSN_OK;
		}
	return corrupt(name, err);
}

/* A field that has bytes; in the arena. */
static int32_t
read_bytes(const View *view, Arena *arena, const char *name, const char *field,
	   bsn_slice *bytes, bsn_err *err)
{
	const Lifecycle__StateData *data;
	const int32_t status = read_field(view, arena, name, field, &data, err);

	if (status != BSN_OK)
		return status;
	if (data == NULL ||
	    data->type_case != LIFECYCLE__STATE_DATA__TYPE_BYTES)
		return corrupt(name, err);
	*bytes = message_slice(data->bytes);
	return BSN_OK;
}

/* One whose bytes are a message; in the arena. */
static int32_t
read_message(const View *view, Arena *arena, const char *name,
	     const char *field, const ProtobufCMessageDescriptor *type,
	     void **message, bsn_err *err)
{
	bsn_slice bytes = { NULL, 0 };
	const int32_t status =
		read_bytes(view, arena, name, field, &bytes, err);

	if (status != BSN_OK)
		return status;
	*message = message_unpack(arena, type, bytes, NULL, NULL);
	return *message != NULL ? BSN_OK : corrupt(name, err);
}

static int32_t
none(const char *name, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND,
			"the channel has no chaincode \"%.64s\"", name);
}

int32_t
definition_read(const View *view, Arena *arena, const char *name, Terms *terms,
		bsn_err *err)
{
	void *endorsement = NULL;
	void *validation = NULL;
	bsn_slice collections = { NULL, 0 };
	gint64 sequence;
	int32_t status = definition_sequence(view, name, &sequence, err);

	if (status == BSN_OK && sequence == 0)
		return none(name, err);
	if (status == BSN_OK)
		status = read_message(
			view, arena, name, FIELD_ENDORSEMENT,
			&lifecycle__chaincode_endorsement_info__descriptor,
			&endorsement, err);
	if (status == BSN_OK)
		status = read_message(
			view, arena, name, FIELD_VALIDATION,
			&lifecycle__chaincode_validation_info__descriptor,
			&validation, err);
	if (status == BSN_OK)
		status = read_bytes(view, arena, name, FIELD_COLLECTIONS,
				    &collections, err);
	if (status != BSN_OK)
		return status;
	*terms = (Terms){
		arena_copy(arena, name, strlen(name)),
		sequence,
		((Lifecycle__ChaincodeEndorsementInfo *)endorsement)->version,
		((Lifecycle__ChaincodeEndorsementInfo *)endorsement)
			->init_required,
		message_slice(
			((Lifecycle__ChaincodeValidationInfo *)validation)
				->validation_parameter),
		collections,
	};
	return BSN_OK;
}

int32_t
definition_collections(const View *view, Arena *arena, const char *name,
		       bsn_slice *collections, bsn_err *err)
{
	const Lifecycle__StateData *data;
	const int32_t status = read_field(view, arena, name, FIELD_COLLECTIONS,
					  &data, err);

	*collections = data != NULL && data->type_case ==
					       LIFECYCLE__STATE_DATA__TYPE_BYTES
			       ? message_slice(data->bytes)
			       : bsn_slice_of(NULL, 0);
	return status;
}

/* ---- every one that was committed ---- */

static char *
record_key(const char *name, gint64 sequence)
{
	return g_strdup_printf(KEY_COMMITTED "%s#%" G_GINT64_FORMAT, name,
			       sequence);
}

int32_t
definition_read_old(const View *view, Arena *arena, const char *name,
		    gint64 sequence, Terms *terms, Version *version,
		    bsn_err *err)
{
	g_autofree char *key = record_key(name, sequence);
	g_autoptr(StateItem) item = NULL;
	const int32_t status = view_get(view, key, &item, err);
	const Record *record;

	if (status != BSN_OK)
		return status;
	if (item == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"%s has no definition with sequence "
				"%" G_GINT64_FORMAT,
				name, sequence);
	record = message_unpack(
		arena,
		&lifecycle__query_chaincode_definition_result__descriptor,
		item->value, NULL, NULL);
	if (record == NULL)
		return corrupt(name, err);
	*terms = (Terms){ arena_copy(arena, name, strlen(name)),
			  record->sequence, record->version,
			  record->init_required,
			  message_slice(record->validation_parameter),
			  terms_collections(arena, record->collections) };
	*version = item->version;
	return BSN_OK;
}

static bsn_slice
pack_record(Arena *arena, const Terms *terms)
{
	Record record = LIFECYCLE__QUERY_CHAINCODE_DEFINITION_RESULT__INIT;

	record.sequence = terms->sequence;
	record.version = (char *)terms->version;
	record.endorsement_plugin = (char *)ENDORSEMENT_PLUGIN;
	record.validation_plugin = (char *)VALIDATION_PLUGIN;
	record.validation_parameter = message_bytes(terms->policy);
	record.init_required = terms->init_required;
	record.collections = terms_package(arena, terms);
	return message_put(arena, &record);
}

/* ---- writing ---- */

static int32_t
put(const View *view, const char *key, bsn_slice value, bsn_err *err)
{
	return simulator_put(view->simulator, bsn_slice_str(LIFECYCLE_NAME),
			     bsn_slice_str(key), value, err);
}

static int32_t
put_changed(const View *view, const Field *field, bsn_err *err)
{
	g_autoptr(StateItem) item = NULL;
	const int32_t status = view_get(view, field->key, &item, err);

	if (status != BSN_OK ||
	    (item != NULL && bsn_slice_equal(item->value, field->value)))
		return status;
	return put(view, field->key, field->value, err);
}

int32_t
definition_put(const View *view, const Terms *terms, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Field fields[ENTRIES_MAX];
	const guint n = fields_of_definition(&arena, terms, fields);
	g_autofree char *key = record_key(terms->name, terms->sequence);
	int32_t status = BSN_OK;

	for (guint i = 0; i < n && status == BSN_OK; i++)
		status = put_changed(view, &fields[i], err);
	if (status == BSN_OK)
		status = put(view, key, pack_record(&arena, terms), err);
	return status;
}

int32_t
definition_put_condition(const View *view, const char *name, gint64 sequence,
			 guint condition, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *key =
		field_key(FIELDS_NAMESPACES, name, FIELD_CONDITION);
	g_autofree char *touched =
		field_key(FIELDS_NAMESPACES, name, FIELD_SEQUENCE);
	const int32_t status =
		put(view, key, field_text(&arena, conditions[condition]), err);

	return status == BSN_OK
		       ? put(view, touched, field_number(&arena, sequence), err)
		       : status;
}
