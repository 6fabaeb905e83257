/* SPDX-License-Identifier: Apache-2.0
 *
 * What _lifecycle tells of definitions.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/lifecycle/functions.h"

/* Decodes a call's argument; NULL: *status and err say why not. */
static const void *
arguments(SystemCall *call, Arena *arena,
	  const ProtobufCMessageDescriptor *type, int32_t *status, bsn_err *err)
{
	*status = BSN_OK;
	return message_unpack(arena, type, call_argument(call), status, err);
}

/* ---- definitions ---- */

/* As Fabric: without a number the definition that may come next, if that is
 * approved, else the one in force. */
int32_t
answer_approved(SystemCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const View view = call_view(call);
	const char *own = call->input->who->msp->id;
	bsn_slice record = { NULL, 0 };
	gint64 sequence = 0;
	int32_t status;
	const Lifecycle__QueryApprovedChaincodeDefinitionArgs *args = arguments(
		call, &arena,
		&lifecycle__query_approved_chaincode_definition_args__descriptor,
		&status, err);

	if (args == NULL)
		return status;
	status = chaincode_name_check(args->name, err);
	if (status == BSN_OK)
		status = definition_sequence(&view, args->name, &sequence, err);
	if (status != BSN_OK)
		return status;
	if (args->sequence != 0)
		sequence = args->sequence;
	else
		status = approval_record(&view, &arena, own, args->name,
					 sequence + 1, &record, err);
	if (args->sequence != 0 || status == BSN_NOT_FOUND)
		status = approval_record(&view, &arena, own, args->name,
					 sequence, &record, err);
	if (status == BSN_OK)
		g_byte_array_append(call->payload, record.data,
				    (guint)record.len);
	return status;
}

/* Which organisations have approved what is in force. */
static int32_t
put_approvals(const SystemCall *call, Arena *arena, const Terms *terms,
	      Lifecycle__QueryChaincodeDefinitionResult *result, bsn_err *err)
{
	typedef Lifecycle__QueryChaincodeDefinitionResult__ApprovalsEntry Entry;
	g_autoptr(GPtrArray) organisations = cache_organisations(call->channel);
	const View view = call_view(call);
	int32_t status = BSN_OK;

	result->approvals =
		arena_room(arena, organisations->len * sizeof(gpointer));
	for (guint i = 0; i < organisations->len && status == BSN_OK; i++) {
		const ChannelOrganisation *one = organisations->pdata[i];
		Entry *entry = arena_room(arena, sizeof(*entry));
		gboolean approved;

		lifecycle__query_chaincode_definition_result__approvals_entry__init(
			entry);
		status = approval_holds(&view, one->msp_id, terms, &approved,
					err);
		entry->key = one->msp_id;
		entry->value = approved;
		result->approvals[result->n_approvals++] = entry;
	}
	return status;
}

int32_t
answer_definition(SystemCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const View view = call_view(call);
	Lifecycle__QueryChaincodeDefinitionResult result =
		LIFECYCLE__QUERY_CHAINCODE_DEFINITION_RESULT__INIT;
	Terms terms;
	int32_t status;
	const Lifecycle__QueryChaincodeDefinitionArgs *args = arguments(
		call, &arena,
		&lifecycle__query_chaincode_definition_args__descriptor,
		&status, err);

	if (args == NULL)
		return status;
	status = chaincode_name_check(args->name, err);
	if (status == BSN_OK)
		status = definition_read(&view, &arena, args->name, &terms,
					 err);
	if (status == BSN_OK)
		status = put_approvals(call, &arena, &terms, &result, err);
	if (status != BSN_OK)
		return status;
	result.sequence = terms.sequence;
	result.version = (char *)terms.version;
	result.endorsement_plugin = (char *)ENDORSEMENT_PLUGIN;
	result.validation_plugin = (char *)VALIDATION_PLUGIN;
	result.validation_parameter = message_bytes(terms.policy);
	result.init_required = terms.init_required;
	result.collections = terms_package(&arena, &terms);
	message_append(call->payload, &result);
	return BSN_OK;
}

typedef Lifecycle__QueryChaincodeDefinitionsResult__ChaincodeDefinition Listed;

static int32_t
list_one(const View *view, Arena *arena, bsn_slice key, GPtrArray *list,
	 bsn_err *err)
{
	const gsize skipped = strlen(KEY_METADATA);
	Listed *one = arena_room(arena, sizeof(*one));
	Terms terms;
	const int32_t status = definition_read(
		view, arena,
		arena_copy(arena, key.data + skipped, (gsize)key.len - skipped),
		&terms, err);

	if (status != BSN_OK)
		return status;
	lifecycle__query_chaincode_definitions_result__chaincode_definition__init(
		one);
	one->name = (char *)terms.name;
	one->sequence = terms.sequence;
	one->version = (char *)terms.version;
	one->endorsement_plugin = (char *)ENDORSEMENT_PLUGIN;
	one->validation_plugin = (char *)VALIDATION_PLUGIN;
	one->validation_parameter = message_bytes(terms.policy);
	one->init_required = terms.init_required;
	one->collections = terms_package(arena, &terms);
	g_ptr_array_add(list, one);
	return BSN_OK;
}

static int32_t
list_all(const View *view, Arena *arena, GPtrArray *list, bsn_err *err)
{
	SimulatorRange *range = NULL;
	int32_t status = simulator_range(view->simulator,
					 bsn_slice_str(LIFECYCLE_NAME),
					 bsn_slice_str(KEY_METADATA),
					 bsn_slice_str(KEY_METADATA_END), FALSE,
					 &range, err);

	while (status == BSN_OK) {
		g_autoptr(StateItem) item = NULL;
		bsn_slice parts[3];

		status = simulator_range_next(range, &item, err);
		if (status != BSN_OK || item == NULL)
			return status;
		if (state_key_split(item->key, &parts[0], &parts[1], &parts[2]))
			status = list_one(view, arena, parts[2], list, err);
	}
	return status;
}

int32_t
answer_definitions(SystemCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const View view = call_view(call);
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	Lifecycle__QueryChaincodeDefinitionsResult result =
		LIFECYCLE__QUERY_CHAINCODE_DEFINITIONS_RESULT__INIT;
	int32_t status;

	if (arguments(call, &arena,
		      &lifecycle__query_chaincode_definitions_args__descriptor,
		      &status, err) == NULL)
		return status;
	status = list_all(&view, &arena, list, err);
	if (status != BSN_OK)
		return status;
	result.n_chaincode_definitions = list->len;
	result.chaincode_definitions = (Listed **)list->pdata;
	message_append(call->payload, &result);
	return BSN_OK;
}
