/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/words_private.h"

#include <string.h>

#include "common/configuration.pb-c.h"
#include "msp/msp_config.pb-c.h"
#include "orderer/configuration.pb-c.h"
#include "peer/configuration.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/policy/text.h"
#include "plugins/engine-fabric/query/json.h"

/* ---- other values ------------------------------------------------------- */

static gboolean
set_batch_size(Words *words, json_t *json, const void *message)
{
	const Orderer__BatchSize *size = message;

	(void)words;
	json_object_set_new(json, "max_messages",
			    integer_json(size->max_message_count));
	json_object_set_new(json, "preferred_max_bytes",
			    integer_json(size->preferred_max_bytes));
	json_object_set_new(json, "absolute_max_bytes",
			    integer_json(size->absolute_max_bytes));
	return TRUE;
}

static void
set_text(json_t *json, const char *name, const char *text)
{
	json_object_set_new(json, name, text_json(bsn_slice_str(text)));
}

static gboolean
set_batch_timeout(Words *words, json_t *json, const void *message)
{
	(void)words;
	set_text(json, "timeout",
		 ((const Orderer__BatchTimeout *)message)->timeout);
	return TRUE;
}

static gboolean
set_hashing(Words *words, json_t *json, const void *message)
{
	(void)words;
	set_text(json, "name",
		 ((const Common__HashingAlgorithm *)message)->name);
	return TRUE;
}

static gboolean
set_consortium(Words *words, json_t *json, const void *message)
{
	(void)words;
	set_text(json, "name", ((const Common__Consortium *)message)->name);
	return TRUE;
}

static gboolean
set_addresses(Words *words, json_t *json, const void *message)
{
	const Common__OrdererAddresses *list = message;
	json_t *array = json_array();

	(void)words;
	for (gsize i = 0; i < list->n_addresses; i++)
		json_array_append_new(
			array, text_json(bsn_slice_str(list->addresses[i])));
	json_object_set_new(json, "addresses", array);
	return TRUE;
}

static gboolean
set_anchors(Words *words, json_t *json, const void *message)
{
	const Protos__AnchorPeers *list = message;
	json_t *array = json_array();

	(void)words;
	for (gsize i = 0; i < list->n_anchor_peers; i++) {
		g_autofree char *text = g_strdup_printf(
			"%s:%d", list->anchor_peers[i]->host,
			list->anchor_peers[i]->port);

		json_array_append_new(array, text_json(bsn_slice_str(text)));
	}
	json_object_set_new(json, "anchor_peers", array);
	return TRUE;
}

static gboolean
set_acls(Words *words, json_t *json, const void *message)
{
	const Protos__ACLs *list = message;

	(void)words;
	for (gsize i = 0; i < list->n_acls; i++)
		if (list->acls[i]->value != NULL)
			set_text(json, list->acls[i]->key,
				 list->acls[i]->value->policy_ref);
	return TRUE;
}

static gboolean
set_capabilities(Words *words, json_t *json, const void *message)
{
	const Common__Capabilities *list = message;
	json_t *array = json_array();

	(void)words;
	for (gsize i = 0; i < list->n_capabilities; i++)
		json_array_append_new(
			array,
			text_json(bsn_slice_str(list->capabilities[i]->key)));
	json_object_set_new(json, "capabilities", array);
	return TRUE;
}

static json_t *
member_words(const bsn_member *member)
{
	return json_pack("{s:s, s:o, s:o, s:o}", "role",
			 member_role_word(member->role), "name",
			 text_json(member->name), "address",
			 text_json(member->address), "public_key",
			 hex_json(member->public_key));
}

static gboolean
set_consensus(Words *words, json_t *json, const void *message)
{
	const Orderer__ConsensusType *type = message;
	g_auto(Members) members = { .list = NULL };
	json_t *nodes;

	set_text(json, "type", type->type);
	if (agreement_read(words->suite, message_slice(type->metadata),
			   &members, NULL) != BSN_OK)
		return FALSE;
	if (members.settings.len > 0)
		json_object_set_new(json, "settings",
				    text_json(members.settings));
	nodes = json_array();
	for (guint i = 0; i < members.list->len; i++)
		json_array_append_new(nodes,
				      member_words(members_at(&members, i)));
	json_object_set_new(json, "nodes", nodes);
	return TRUE;
}

/* By their names in the config. */
static const struct {
	const char *name;
	const ProtobufCMessageDescriptor *type;
	gboolean (*set)(Words *words, json_t *json, const void *message);
} values[] = {
	{ "ACLs", &protos__acls__descriptor, set_acls },
	{ "AnchorPeers", &protos__anchor_peers__descriptor, set_anchors },
	{ "BatchSize", &orderer__batch_size__descriptor, set_batch_size },
	{ "BatchTimeout", &orderer__batch_timeout__descriptor,
	  set_batch_timeout },
	{ "Capabilities", &common__capabilities__descriptor,
	  set_capabilities },
	{ "ConsensusType", &orderer__consensus_type__descriptor,
	  set_consensus },
	{ "Consortium", &common__consortium__descriptor, set_consortium },
	{ "Endpoints", &common__orderer_addresses__descriptor, set_addresses },
	{ "HashingAlgorithm", &common__hashing_algorithm__descriptor,
	  set_hashing },
	{ "MSP", &msp__mspconfig__descriptor, words_set_msp },
	{ "OrdererAddresses", &common__orderer_addresses__descriptor,
	  set_addresses },
};

static void
set_value(Words *words, json_t *json, const Item *item)
{
	const char *name = strrchr(item->path, '/') + 1;
	const bsn_slice bytes = message_slice(item->value->value);

	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		const void *message;

		if (strcmp(name, values[i].name) != 0)
			continue;
		message = message_unpack(&words->arena, values[i].type, bytes,
					 NULL, NULL);
		if (message != NULL && values[i].set(words, json, message))
			return;
	}
	set_bytes(json, "bytes", bytes);
}

/* ---- policies and groups ------------------------------------------------ */

static char *
signature_text(Words *words, bsn_slice bytes)
{
	SignaturePolicy *policy = NULL;
	const Common__SignaturePolicyEnvelope *envelope = message_unpack(
		&words->arena, &common__signature_policy_envelope__descriptor,
		bytes, NULL, NULL);
	char *text = NULL;

	if (envelope != NULL && signature_policy_new(words->suite, envelope,
						     &policy, NULL) == BSN_OK)
		text = policy_text_signature(policy);
	signature_policy_free(policy);
	return text;
}

static char *
implicit_text(Words *words, bsn_slice bytes)
{
	const Common__ImplicitMetaPolicy *policy = message_unpack(
		&words->arena, &common__implicit_meta_policy__descriptor,
		bytes, NULL, NULL);

	return policy != NULL ? policy_text_implicit(policy->rule,
						     policy->sub_policy)
			      : NULL;
}

static void
set_policy(Words *words, json_t *json, const Item *item)
{
	const Common__Policy *policy = item->policy->policy;
	g_autofree char *text = NULL;
	bsn_slice bytes;

	if (policy == NULL)
		return;
	bytes = message_slice(policy->value);
	if (policy->type == COMMON__POLICY__POLICY_TYPE__SIGNATURE)
		text = signature_text(words, bytes);
	else if (policy->type == COMMON__POLICY__POLICY_TYPE__IMPLICIT_META)
		text = implicit_text(words, bytes);
	if (text != NULL)
		set_text(json, "policy", text);
	else
		set_bytes(json, "bytes", bytes);
}

#define SET_NAMES(json, name, list, n)                                        \
	do {                                                                  \
		json_t *names = json_array();                                 \
                                                                              \
		for (gsize i = 0; i < (n); i++)                               \
			json_array_append_new(names,                          \
					      json_string((list)[i]->key));   \
		json_object_set_new((json), (name), names);                   \
	} while (0)

static void
set_group(json_t *json, const Common__ConfigGroup *group)
{
	SET_NAMES(json, "groups", group->groups, group->n_groups);
	SET_NAMES(json, "values", group->values, group->n_values);
	SET_NAMES(json, "policies", group->policies, group->n_policies);
}

json_t *
item_words(const Suite *suite, const Item *item)
{
	Words words = { suite, ARENA_INIT };
	json_t *json = json_object();

	if (item->kind == ITEM_GROUP)
		set_group(json, item->group);
	else if (item->kind == ITEM_POLICY)
		set_policy(&words, json, item);
	else
		set_value(&words, json, item);
	set_text(json, "mod_policy", item->mod_policy);
	arena_clear(&words.arena);
	return json;
}
