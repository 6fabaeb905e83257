/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/channel/change.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/channel/founding_private.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/engine-fabric/channel/organisation.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

Common__ConfigGroup *
change_copy(Arena *arena, const ChannelConfig *config)
{
	const bsn_slice bytes = message_put(arena, config->message);
	const Common__Config *copy = message_unpack(
		arena, &common__config__descriptor, bytes, NULL, NULL);

	return copy->channel_group;
}

/* ---- entries ---- */

/* Entries of all maps begin alike. */
typedef struct {
	ProtobufCMessage base;
	char *key;
} Entry;

/* Takes an entry out of a map; FALSE when there is none. */
static gboolean
take_out(gpointer *entries, size_t *n, const char *key)
{
	for (gsize i = 0; i < *n; i++) {
		if (strcmp(((Entry *)entries[i])->key, key) != 0)
			continue;
		(*n)--;
		memmove(entries + i, entries + i + 1,
			(*n - i) * sizeof(*entries));
		return TRUE;
	}
	return FALSE;
}

static gboolean
take_value(Common__ConfigGroup *group, const char *key)
{
	return take_out((gpointer *)group->values, &group->n_values, key);
}

static gboolean
take_policy(Common__ConfigGroup *group, const char *key)
{
	return take_out((gpointer *)group->policies, &group->n_policies, key);
}

static gboolean
take_group(Common__ConfigGroup *group, const char *key)
{
	return take_out((gpointer *)group->groups, &group->n_groups, key);
}

void
change_value(Arena *arena, Common__ConfigGroup *group, const char *key,
	     const void *message)
{
	Common__ConfigValue *value =
		(Common__ConfigValue *)group_value(group, key);

	if (value == NULL)
		group_add_value(arena, group, key, message, GROUP_ADMINS);
	else
		value->value = message_bytes(message_put(arena, message));
}

/* The same with what another group says. */
static void
copy_value(Arena *arena, Common__ConfigGroup *group,
	   const Common__ConfigGroup *from, const char *key)
{
	const Common__ConfigValue *said = group_value(from, key);
	Common__ConfigValue *value =
		(Common__ConfigValue *)group_value(group, key);

	if (said == NULL) {
		(void)take_value(group, key);
		return;
	}
	if (value == NULL) {
		/* Any message: what it says comes from the other group. */
		group_add_value(arena, group, key, from, said->mod_policy);
		value = (Common__ConfigValue *)group_value(group, key);
	}
	value->value = said->value;
}

/* ---- policies ---- */

static int32_t
set_policy(Arena *arena, Common__ConfigGroup *group, const char *name,
	   const char *text, bsn_err *err)
{
	Common__Policy parsed = COMMON__POLICY__INIT;
	int32_t status = policy_parse(arena, text, &parsed, err);

	if (status != BSN_OK)
		return status;
	for (gsize i = 0; i < group->n_policies; i++)
		if (strcmp(group->policies[i]->key, name) == 0) {
			Common__Policy *policy =
				arena_room(arena, sizeof(*policy));

			*policy = parsed;
			group->policies[i]->value->policy = policy;
			return BSN_OK;
		}
	group_add_policy(arena, group, name, &parsed);
	return BSN_OK;
}

static int32_t
set_or_take_policy(Arena *arena, Common__ConfigGroup *group, const char *name,
		   const json_t *text, bsn_err *err)
{
	if (json_is_string(text))
		return set_policy(arena, group, name, json_string_value(text),
				  err);
	if (!json_is_null(text))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"it must be a text, or null to take it away");
	return take_policy(group, name)
		       ? BSN_OK
		       : bsn_fail(err, BSN_NOT_FOUND, "there is none");
}

static int32_t
set_policies(Arena *arena, Common__ConfigGroup *group, const json_t *object,
	     bsn_err *err)
{
	const char *name;
	json_t *text;

	json_object_foreach((json_t *)object, name, text)
	{
		int32_t status =
			set_or_take_policy(arena, group, name, text, err);

		if (status == BSN_OK)
			continue;
		reason_at(err, "policies.%.40s", name);
		return status;
	}
	return BSN_OK;
}

/* ---- values ---- */

/* What is not named is as it was. */
static int32_t
set_batch(Arena *arena, const ChannelConfig *config, const json_t *given,
	  Common__ConfigGroup *orderer, bsn_err *err)
{
	Common__ConfigGroup *made = group_new(arena);
	g_autoptr(json_t) whole = json_pack(
		"{s:I, s:I, s:I, s:I}", "max_messages",
		(json_int_t)config->max_message_count, "absolute_max_bytes",
		(json_int_t)config->absolute_max_bytes, "preferred_max_bytes",
		(json_int_t)config->preferred_max_bytes, "timeout_ms",
		(json_int_t)config->batch_timeout_ms);
	int32_t status;

	if (given == NULL)
		return BSN_OK;
	json_object_update(whole, (json_t *)given);
	status = founding_add_batch(arena, made, whole, err);
	if (status != BSN_OK)
		return status;
	if (json_object_get(given, "timeout_ms") != NULL)
		copy_value(arena, orderer, made, "BatchTimeout");
	copy_value(arena, orderer, made, "BatchSize");
	return BSN_OK;
}

static json_t *
acls_json(const ChannelConfig *config)
{
	json_t *acls = json_object();
	GHashTableIter iter;
	gpointer resource;
	gpointer path;

	g_hash_table_iter_init(&iter, config->acls);
	while (g_hash_table_iter_next(&iter, &resource, &path))
		json_object_set_new(acls, resource, json_string(path));
	return acls;
}

static int32_t
set_acls(Arena *arena, const ChannelConfig *config, const json_t *given,
	 Common__ConfigGroup *application, bsn_err *err)
{
	g_autoptr(json_t) acls = acls_json(config);
	Common__ConfigGroup *made = group_new(arena);
	const char *resource;
	json_t *policy;
	int32_t status;

	if (given == NULL)
		return BSN_OK;
	json_object_foreach((json_t *)given, resource, policy)
	{
		if (json_is_null(policy))
			json_object_del(acls, resource);
		else
			json_object_set(acls, resource, policy);
	}
	status = founding_add_acls(arena, made, acls, err);
	if (status == BSN_OK)
		copy_value(arena, application, made, "ACLs");
	return status;
}

/* ---- organisations ---- */

typedef struct {
	Arena *arena;
	const ChannelConfig *config;
	Common__ConfigGroup *application;
	Common__ConfigGroup *orderer;
	bsn_err *err;
} Change;

static int32_t
remove_organisation(const Change *change, const char *name,
		    const json_t *object)
{
	gboolean there;

	if (json_object_size(object) != 2)
		return bsn_fail(change->err, BSN_BAD_REQUEST,
				".remove: msp_id is all that goes with it");
	there = take_group(change->application, name);
	there |= take_group(change->orderer, name);
	return there ? BSN_OK
		     : bsn_fail(change->err, BSN_NOT_FOUND,
				".msp_id: it is removed twice");
}

/* In one of the two groups; NULL: it is not in that. */
static int32_t
alter_in(const Change *change, Common__ConfigGroup *group,
	 const Common__ConfigGroup *made, const json_t *object)
{
	if (group == NULL || made == NULL)
		return BSN_OK;
	if (json_object_get(object, "root_certs") != NULL)
		copy_value(change->arena, group, made, "MSP");
	return set_policies(change->arena, group,
			    json_object_get(object, "policies"), change->err);
}

/* One that the channel has: what is named is made anew and put in its place. */
static int32_t
alter_organisation(const Change *change, const char *id, const char *name,
		   const json_t *object)
{
	Common__ConfigGroup *application = group_new(change->arena);
	Common__ConfigGroup *orderer = group_new(change->arena);
	Common__ConfigGroup *in_application =
		group_find(change->application, name);
	g_autoptr(json_t) plain = json_copy((json_t *)object);
	int32_t status;

	/* Policies may be null here, which a founding does not know. */
	json_object_del(plain, "policies");
	if (json_object_get(object, "application") != NULL ||
	    json_object_get(object, "orderer") != NULL)
		return bsn_fail(change->err, BSN_BAD_REQUEST,
				".msp_id: %s is in the channel; what it takes "
				"part in is changed by removing it",
				id);
	status = organisation_add(change->arena, plain, application, orderer,
				  change->err);
	if (status == BSN_OK && in_application != NULL &&
	    json_object_get(object, "anchor_peers") != NULL)
		copy_value(change->arena, in_application,
			   group_find(application, id), "AnchorPeers");
	if (status == BSN_OK)
		status = alter_in(change, in_application,
				  group_find(application, id), object);
	return status == BSN_OK
		       ? alter_in(change, group_find(change->orderer, name),
				  group_find(orderer, id), object)
		       : status;
}

static int32_t
change_organisation(const Change *change, const json_t *object)
{
	const char *id = json_string_value(json_object_get(object, "msp_id"));
	const json_t *remove = json_object_get(object, "remove");
	const ChannelOrganisation *known =
		id != NULL ? channel_config_organisation(change->config, id)
			   : NULL;

	if (remove != NULL && !json_is_true(remove))
		return bsn_fail(change->err, BSN_BAD_REQUEST,
				".remove: it can only be true");
	if (remove != NULL && known == NULL)
		return bsn_fail(
			change->err, BSN_NOT_FOUND,
			".msp_id: the channel has no such organisation");
	if (remove != NULL)
		return remove_organisation(change, known->name, object);
	if (known != NULL)
		return alter_organisation(change, id, known->name, object);
	return organisation_add(change->arena, object, change->application,
				change->orderer, change->err);
}

static int32_t
change_organisations(const Change *change, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		int32_t status =
			change_organisation(change, json_array_get(list, i));

		if (status == BSN_OK)
			continue;
		reason_at(change->err, "organisations[%zu]", i);
		return status;
	}
	return BSN_OK;
}

/* ---- all of it ---- */

int32_t
change_apply(Arena *arena, const ChannelConfig *config, const json_t *set,
	     Common__ConfigGroup *channel, bsn_err *err)
{
	const Change change = { arena, config,
				group_find(channel, "Application"),
				group_find(channel, "Orderer"), err };
	JsonFields fields = fields_of(set, "set", err);
	const json_t *batch = fields_object(&fields, "batch");
	const json_t *acls = fields_object(&fields, "acls");
	const json_t *policies = fields_object(&fields, "policies");
	const json_t *organisations = fields_array(&fields, "organisations",
						   FOUNDING_ORGANISATIONS_MAX);
	int32_t status = fields_end(&fields);

	if (status == BSN_OK)
		status = set_batch(arena, config, batch, change.orderer, err);
	if (status == BSN_OK)
		status = set_acls(arena, config, acls, change.application, err);
	if (status == BSN_OK)
		status = set_policies(arena, change.application, policies, err);
	return status == BSN_OK ? change_organisations(&change, organisations)
				: status;
}
