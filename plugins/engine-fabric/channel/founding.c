/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/channel/founding.h"

#include "plugins/engine-fabric/channel/config.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "common/configuration.pb-c.h"
#include "orderer/configuration.pb-c.h"
#include "peer/configuration.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/channel/config.h"
#include "plugins/engine-fabric/channel/founding_private.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/engine-fabric/channel/organisation.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

#define ACLS_MAX 256u
/* What configtx.yaml of Fabric's samples has. */
#define MAX_MESSAGES 500u
#define ABSOLUTE_MAX_BYTES (10u << 20)
#define PREFERRED_MAX_BYTES (2u << 20)
#define TIMEOUT_MS 2000u
/* A chain without a transaction for so long has none waiting. */
#define TIMEOUT_MS_MAX 3600000u
/* Of Fabric's channels from 2.0 on; of the application's from 2.5 on. */
#define CAPABILITY "V2_0"
#define CAPABILITY_APPLICATION "V2_5"

/* ---- parts that are the same in every channel ---- */

/* And another one; NULL: none. */
static void
add_capability(Arena *arena, Common__ConfigGroup *group, const char *name,
	       const char *other)
{
	Common__Capability capability = COMMON__CAPABILITY__INIT;
	Common__Capabilities__CapabilitiesEntry list[2] = {
		COMMON__CAPABILITIES__CAPABILITIES_ENTRY__INIT,
		COMMON__CAPABILITIES__CAPABILITIES_ENTRY__INIT,
	};
	Common__Capabilities__CapabilitiesEntry *entries[] = { &list[0],
							       &list[1] };
	Common__Capabilities capabilities = COMMON__CAPABILITIES__INIT;

	list[0].key = (char *)name;
	list[1].key = (char *)other;
	list[0].value = list[1].value = &capability;
	capabilities.n_capabilities = other != NULL ? 2 : 1;
	capabilities.capabilities = entries;
	group_add_value(arena, group, "Capabilities", &capabilities,
			GROUP_ADMINS);
}

/* A policy that is not among those given. */
static int32_t
add_default(Arena *arena, Common__ConfigGroup *group, const json_t *given,
	    const char *name, const char *text, bsn_err *err)
{
	if (json_object_get(given, name) != NULL)
		return BSN_OK;
	return group_add_policy_text(arena, group, name, text, err);
}

static int32_t
add_defaults(Arena *arena, Common__ConfigGroup *group, const json_t *given,
	     bsn_err *err)
{
	int32_t status =
		add_default(arena, group, given, "Readers", "ANY Readers", err);

	if (status == BSN_OK)
		status = add_default(arena, group, given, "Writers",
				     "ANY Writers", err);
	if (status == BSN_OK)
		status = add_default(arena, group, given, "Admins",
				     "MAJORITY Admins", err);
	return status;
}

/* ---- the orderer's group ---- */

int32_t
founding_add_batch(Arena *arena, Common__ConfigGroup *group,
		   const json_t *object, bsn_err *err)
{
	JsonFields fields = fields_of(object, "batch", err);
	Orderer__BatchSize size = ORDERER__BATCH_SIZE__INIT;
	Orderer__BatchTimeout timeout = ORDERER__BATCH_TIMEOUT__INIT;
	char text[32];

	size.max_message_count = (guint32)fields_u64(
		&fields, "max_messages", 1, BLOCK_TXS_MAX, MAX_MESSAGES);
	size.absolute_max_bytes = (guint32)fields_u64(
		&fields, "absolute_max_bytes", 1024, FOUNDING_BLOCK_BYTES_MAX,
		ABSOLUTE_MAX_BYTES);
	size.preferred_max_bytes = (guint32)fields_u64(
		&fields, "preferred_max_bytes", 1024, size.absolute_max_bytes,
		MIN(PREFERRED_MAX_BYTES, size.absolute_max_bytes));
	g_snprintf(text, sizeof(text), "%" G_GUINT64_FORMAT "ms",
		   fields_u64(&fields, "timeout_ms", 1, TIMEOUT_MS_MAX,
			      TIMEOUT_MS));
	timeout.timeout = text;
	group_add_value(arena, group, "BatchSize", &size, GROUP_ADMINS);
	group_add_value(arena, group, "BatchTimeout", &timeout, GROUP_ADMINS);
	return fields_end(&fields);
}

static int32_t
add_orderer(Arena *arena, const Founding *founding, const json_t *batch,
	    Common__ConfigGroup *group, bsn_err *err)
{
	Orderer__ConsensusType type = ORDERER__CONSENSUS_TYPE__INIT;
	Orderer__ChannelRestrictions restrictions =
		ORDERER__CHANNEL_RESTRICTIONS__INIT;
	int32_t status = founding_add_batch(arena, group, batch, err);

	type.type = (char *)founding->orderer_type;
	type.metadata = message_bytes(founding->orderer_metadata);
	group_add_value(arena, group, "ConsensusType", &type, GROUP_ADMINS);
	group_add_value(arena, group, "ChannelRestrictions", &restrictions,
			GROUP_ADMINS);
	add_capability(arena, group, CAPABILITY, NULL);
	if (status == BSN_OK)
		status = add_defaults(arena, group, NULL, err);
	return status == BSN_OK
		       ? group_add_policy_text(arena, group, "BlockValidation",
					       "ANY Writers", err)
		       : status;
}

/* ---- the application's group ---- */

static int
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of an object's members, in order; borrowed. */
static GPtrArray *
sorted_names(const json_t *object)
{
	GPtrArray *names = g_ptr_array_new();
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value)
		g_ptr_array_add(names, (gpointer)name);
	g_ptr_array_sort(names, compare_texts);
	return names;
}

int32_t
founding_add_acls(Arena *arena, Common__ConfigGroup *group,
		  const json_t *given, bsn_err *err)
{
	g_autoptr(GPtrArray) names = sorted_names(given);
	Protos__ACLs acls = PROTOS__ACLS__INIT;

	if (names->len == 0)
		return BSN_OK;
	if (names->len > ACLS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE, "acls: more than %u",
				ACLS_MAX);
	acls.acls = arena_room(arena, names->len * sizeof(*acls.acls));
	for (guint i = 0; i < names->len; i++) {
		const json_t *policy = json_object_get(given, names->pdata[i]);
		Protos__ACLs__AclsEntry *entry =
			arena_room(arena, sizeof(*entry));

		if (!json_is_string(policy) || json_string_length(policy) == 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"acls: each must be a policy's name "
					"or path");
		protos__acls__acls_entry__init(entry);
		entry->key = names->pdata[i];
		entry->value = arena_room(arena, sizeof(*entry->value));
		protos__apiresource__init(entry->value);
		entry->value->policy_ref = (char *)json_string_value(policy);
		acls.acls[acls.n_acls++] = entry;
	}
	group_add_value(arena, group, "ACLs", &acls, GROUP_ADMINS);
	return BSN_OK;
}

static int32_t
add_application(Arena *arena, const json_t *policies, const json_t *acls,
		gboolean wasm, Common__ConfigGroup *group, bsn_err *err)
{
	int32_t status = organisation_add_policies(arena, group, policies, err);

	add_capability(arena, group, CAPABILITY_APPLICATION,
		       wasm ? CHANNEL_CAPABILITY_WASM : NULL);
	if (status == BSN_OK)
		status = add_defaults(arena, group, policies, err);
	if (status == BSN_OK)
		status = add_default(arena, group, policies, "Endorsement",
				     "MAJORITY Endorsement", err);
	if (status == BSN_OK)
		status = add_default(arena, group, policies,
				     "LifecycleEndorsement",
				     "MAJORITY Endorsement", err);
	return status == BSN_OK
		       ? founding_add_acls(arena, group, acls, err)
		       : status;
}

/* ---- all of it ---- */

static int32_t
add_organisations(Arena *arena, const json_t *list,
		  Common__ConfigGroup *application,
		  Common__ConfigGroup *orderer, bsn_err *err)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		int32_t status =
			organisation_add(arena, json_array_get(list, i),
					 application, orderer, err);

		if (status == BSN_OK)
			continue;
		reason_at(err, "organisations[%zu]", i);
		return status;
	}
	if (application->n_groups == 0 || orderer->n_groups == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"organisations: at least one must be of the "
				"application and one of the orderer");
	return BSN_OK;
}

static int32_t
add_channel(Arena *arena, const Founding *founding, Common__ConfigGroup *group,
	    bsn_err *err)
{
	Common__HashingAlgorithm hash = COMMON__HASHING_ALGORITHM__INIT;
	Common__BlockDataHashingStructure width =
		COMMON__BLOCK_DATA_HASHING_STRUCTURE__INIT;

	hash.name = (char *)founding->suite->hash_name;
	width.width = G_MAXUINT32;
	group_add_value(arena, group, "HashingAlgorithm", &hash, GROUP_ADMINS);
	group_add_value(arena, group, "BlockDataHashingStructure", &width,
			GROUP_ADMINS);
	add_capability(arena, group, CAPABILITY, NULL);
	return add_defaults(arena, group, NULL, err);
}

static int32_t
read_object(Arena *arena, const Founding *founding, JsonFields *fields,
	    Common__ConfigGroup *channel, bsn_err *err)
{
	Common__ConfigGroup *application = group_new(arena);
	Common__ConfigGroup *orderer = group_new(arena);
	const json_t *list = fields_array(fields, "organisations",
					  FOUNDING_ORGANISATIONS_MAX);
	const json_t *batch = fields_object(fields, "batch");
	const json_t *policies = fields_object(fields, "policies");
	const json_t *acls = fields_object(fields, "acls");
	const gboolean wasm = fields_bool(fields, "wasm", FALSE);
	int32_t status = fields_end(fields);

	if (status == BSN_OK)
		status = add_channel(arena, founding, channel, err);
	if (status == BSN_OK)
		status = add_orderer(arena, founding, batch, orderer, err);
	if (status == BSN_OK)
		status = add_application(arena, policies, acls, wasm,
					 application, err);
	if (status == BSN_OK)
		status = add_organisations(arena, list, application, orderer,
					   err);
	group_add_group(arena, channel, "Application", application);
	group_add_group(arena, channel, "Orderer", orderer);
	return status;
}

int32_t
founding_config(Arena *arena, const Founding *founding, const json_t *object,
		Common__Config **config, bsn_err *err)
{
	JsonFields fields = fields_of(object, "channel", err);
	Common__Config *made = arena_room(arena, sizeof(*made));
	int32_t status;

	common__config__init(made);
	made->channel_group = group_new(arena);
	status =
		read_object(arena, founding, &fields, made->channel_group, err);
	if (status == BSN_OK)
		*config = made;
	return status;
}
