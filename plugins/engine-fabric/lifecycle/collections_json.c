/* SPDX-License-Identifier: Apache-2.0
 *
 * Collections as people write them: the JSON of Fabric's collections_config.json,
 * with the defaults of Fabric's peer command.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/reason.h"

#define MAX_PEERS_DEFAULT 1u

typedef Protos__StaticCollectionConfig Declared;

/* ---- from JSON ---- */

/* {"signaturePolicy": TEXT} or {"channelConfigPolicy": PATH}. */
static int32_t
read_endorsement(Arena *arena, const json_t *object, Declared *declared,
		 bsn_err *err)
{
	JsonFields fields = fields_of(object, "endorsementPolicy", err);
	const char *own = fields_string(&fields, "signaturePolicy",
					POLICY_TEXT_MAX, NULL);
	const char *reference =
		fields_string(&fields, "channelConfigPolicy",
			      APPLICATION_POLICY_PATH_MAX, NULL);
	const char *text = own != NULL ? own : reference;
	bsn_slice bytes = { NULL, 0 };
	int32_t status = fields_end(&fields);

	if (status != BSN_OK)
		return status;
	if ((own == NULL) == (reference == NULL) ||
	    (text[0] == '/') != (text == reference))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"endorsementPolicy must have signaturePolicy, "
				"such as \"OR('Org1MSP.peer')\", or "
				"channelConfigPolicy, such as "
				"\"" APPLICATION_POLICY_DEFAULT "\"");
	status = application_policy_parse(arena, text, &bytes, err);
	if (status != BSN_OK) {
		reason_at(err, "endorsementPolicy");
		return status;
	}
	declared->endorsement_policy = message_unpack(
		arena, &protos__application_policy__descriptor, bytes, &status,
		err);
	return status;
}

static int32_t
read_members(Arena *arena, const char *text, Declared *declared, bsn_err *err)
{
	Protos__CollectionPolicyConfig *policy =
		arena_room(arena, sizeof(*policy));
	int32_t status;

	protos__collection_policy_config__init(policy);
	policy->payload_case =
		PROTOS__COLLECTION_POLICY_CONFIG__PAYLOAD_SIGNATURE_POLICY;
	status = policy_parse_signature(arena, text, &policy->signature_policy,
					err);
	declared->member_orgs_policy = policy;
	return status;
}

static int32_t
read_one(Arena *arena, const json_t *object, Declared *declared, bsn_err *err)
{
	JsonFields fields = fields_of(object, "", err);
	const char *name =
		fields_string(&fields, "name", COLLECTION_NAME_MAX, NULL);
	const char *policy =
		fields_string(&fields, "policy", POLICY_TEXT_MAX, NULL);
	const json_t *endorsement;
	int32_t status;

	fields_require(&fields, "name", "what the chaincode calls it");
	fields_require(&fields, "policy",
		       "its members, such as \"OR('Org1MSP.member', "
		       "'Org2MSP.member')\"");
	declared->required_peer_count = (gint32)fields_u64(
		&fields, "requiredPeerCount", 0, G_MAXINT32, 0);
	declared->maximum_peer_count = (gint32)fields_u64(
		&fields, "maxPeerCount", 0, G_MAXINT32, MAX_PEERS_DEFAULT);
	declared->block_to_live =
		fields_u64(&fields, "blockToLive", 0, G_MAXINT64, 0);
	declared->member_only_read =
		fields_bool(&fields, "memberOnlyRead", FALSE);
	declared->member_only_write =
		fields_bool(&fields, "memberOnlyWrite", FALSE);
	endorsement = fields_object(&fields, "endorsementPolicy");
	status = fields_end(&fields);
	if (status != BSN_OK)
		return status;
	declared->name = arena_copy(arena, name, strlen(name));
	status = read_members(arena, policy, declared, err);
	return status == BSN_OK && endorsement != NULL
		       ? read_endorsement(arena, endorsement, declared, err)
		       : status;
}

int32_t
collections_parse(Arena *arena, const json_t *array, const char *where,
		  bsn_slice *package, bsn_err *err)
{
	const gsize n = json_array_size(array);
	Protos__CollectionConfigPackage message =
		PROTOS__COLLECTION_CONFIG_PACKAGE__INIT;
	int32_t status = BSN_OK;

	message.n_config = n;
	message.config = arena_room(arena, n * sizeof(message.config[0]));
	for (gsize i = 0; i < n && status == BSN_OK; i++) {
		Protos__CollectionConfig *config =
			arena_room(arena, sizeof(*config));
		Declared *declared = arena_room(arena, sizeof(*declared));

		protos__collection_config__init(config);
		protos__static_collection_config__init(declared);
		config->payload_case =
			PROTOS__COLLECTION_CONFIG__PAYLOAD_STATIC_COLLECTION_CONFIG;
		config->static_collection_config = declared;
		message.config[i] = config;
		status = read_one(arena, json_array_get(array, i), declared,
				  err);
		if (status != BSN_OK)
			reason_at(err, "%s[%zu]", where, i);
	}
	if (status == BSN_OK)
		*package = terms_collections(arena, &message);
	return status;
}

/* ---- and back ---- */

static json_t *
text_json(char *text)
{
	json_t *json = text != NULL ? json_string(text) : json_null();

	g_free(text);
	return json;
}

static json_t *
one_json(const Collection *one)
{
	const ApplicationPolicy *endorsement = one->endorsement;
	json_t *json = json_pack(
		"{s:s, s:o, s:I, s:I, s:I, s:b, s:b}", "name", one->name,
		"policy", text_json(policy_text_signature(one->members)),
		"requiredPeerCount", (json_int_t)one->required_peers,
		"maxPeerCount", (json_int_t)one->max_peers, "blockToLive",
		(json_int_t)MIN(one->block_to_live, G_MAXINT64),
		"memberOnlyRead",
		(int)one->member_only_read, "memberOnlyWrite",
		(int)one->member_only_write);

	if (endorsement != NULL)
		json_object_set_new(
			json, "endorsementPolicy",
			json_pack("{s:o}",
				  endorsement->reference != NULL
					  ? "channelConfigPolicy"
					  : "signaturePolicy",
				  text_json(application_policy_text(
					  endorsement))));
	return json;
}

json_t *
collections_json(const CollectionSet *set)
{
	json_t *array = json_array();

	for (guint i = 0; i < collection_set_n(set); i++)
		json_array_append_new(array,
				      one_json(collection_set_at(set, i)));
	return array;
}
