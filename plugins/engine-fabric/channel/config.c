/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/channel/config.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "common/configuration.pb-c.h"
#include "msp/msp_config.pb-c.h"
#include "peer/configuration.pb-c.h"
#include "plugins/engine-fabric/channel/acl.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/engine-fabric/channel/items.h"
#include "plugins/engine-fabric/channel/values.h"
#include "plugins/kit/reason.h"

#define ANCHORS_MAX 1024u

/* ---- memory ---- */

static void
organisation_free(gpointer data)
{
	ChannelOrganisation *organisation = data;

	g_free(organisation->msp_id);
	g_free(organisation->name);
	g_free(organisation);
}

static void
anchor_free(gpointer data)
{
	ChannelAnchor *anchor = data;

	g_free(anchor->host);
	g_free(anchor);
}

void
channel_config_free(ChannelConfig *config)
{
	if (config == NULL)
		return;
	g_free(config->orderer_type);
	if (config->orderer_metadata != NULL)
		g_bytes_unref(config->orderer_metadata);
	g_ptr_array_unref(config->organisations);
	g_ptr_array_unref(config->anchors);
	g_hash_table_unref(config->acls);
	msp_manager_free(config->msps);
	policy_tree_free(config->policies);
	arena_clear(&config->arena);
	g_free(config);
}

static ChannelConfig *
config_new(void)
{
	ChannelConfig *config = g_new0(ChannelConfig, 1);

	config->organisations =
		g_ptr_array_new_with_free_func(organisation_free);
	config->anchors = g_ptr_array_new_with_free_func(anchor_free);
	config->acls =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	config->msps = msp_manager_new(&config->suite);
	return config;
}

/* ---- organisations ---- */

const ChannelOrganisation *
channel_config_organisation(const ChannelConfig *config, const char *msp_id)
{
	for (guint i = 0; i < config->organisations->len; i++) {
		const ChannelOrganisation *organisation =
			config->organisations->pdata[i];

		if (strcmp(organisation->msp_id, msp_id) == 0)
			return organisation;
	}
	return NULL;
}

/* The id that an MSPConfig has; judging it is the manager's. */
static int32_t
read_msp_id(Arena *arena, bsn_slice bytes, const char **id, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Msp__FabricMSPConfig *inner;
	const Msp__MSPConfig *outer = message_unpack(
		arena, &msp__mspconfig__descriptor, bytes, &status, err);

	if (outer == NULL)
		return status;
	inner = message_unpack(arena, &msp__fabric_mspconfig__descriptor,
			       message_slice(outer->config), &status, err);
	*id = inner != NULL ? inner->name : NULL;
	return status;
}

/* One that is not there yet. */
static int32_t
add_organisation(ChannelConfig *config, const char *id, const char *name,
		 bsn_slice msp, ChannelOrganisation **added, bsn_err *err)
{
	int32_t status = msp_manager_add(config->msps, msp, err);

	if (status != BSN_OK)
		return status;
	*added = g_new0(ChannelOrganisation, 1);
	(*added)->msp_id = g_strdup(id);
	(*added)->name = g_strdup(name);
	(*added)->msp = msp;
	g_ptr_array_add(config->organisations, *added);
	return BSN_OK;
}

/* One that is in both groups has one MSP there. */
static int32_t
read_organisation(ChannelConfig *config, Arena *arena, const char *name,
		  const Common__ConfigGroup *group,
		  ChannelOrganisation **organisation, bsn_err *err)
{
	const Common__ConfigValue *value = group_value(group, "MSP");
	const char *id = NULL;
	bsn_slice msp;
	int32_t status;

	if (value == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "/MSP: it is missing");
	msp = message_slice(value->value);
	status = read_msp_id(arena, msp, &id, err);
	if (status != BSN_OK)
		return status;
	*organisation =
		(ChannelOrganisation *)channel_config_organisation(config, id);
	if (*organisation == NULL)
		return add_organisation(config, id, name, msp, organisation,
					err);
	if (!bsn_slice_equal((*organisation)->msp, msp) ||
	    strcmp((*organisation)->name, name) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"/MSP: %.64s has another MSP or name elsewhere",
				id);
	return BSN_OK;
}

static int32_t
read_anchors(ChannelConfig *config, Arena *arena,
	     const Common__ConfigGroup *group,
	     const ChannelOrganisation *organisation, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Protos__AnchorPeers *peers =
		values_read(arena, group, "AnchorPeers",
			    &protos__anchor_peers__descriptor, &status, err);

	for (gsize i = 0; peers != NULL && i < peers->n_anchor_peers; i++) {
		const Protos__AnchorPeer *peer = peers->anchor_peers[i];
		ChannelAnchor *anchor;

		if (peer->host[0] == '\0' || peer->port < 1 ||
		    peer->port > G_MAXUINT16 ||
		    config->anchors->len >= ANCHORS_MAX)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"/AnchorPeers: each has a host and a "
					"port, and a channel at most %u",
					ANCHORS_MAX);
		anchor = g_new0(ChannelAnchor, 1);
		anchor->organisation = organisation;
		anchor->host = g_strdup(peer->host);
		anchor->port = (guint16)peer->port;
		g_ptr_array_add(config->anchors, anchor);
	}
	return status;
}

static int32_t
read_organisations(ChannelConfig *config, Arena *arena,
		   const Common__ConfigGroup *parent, gboolean application,
		   bsn_err *err)
{
	for (gsize i = 0; i < parent->n_groups; i++) {
		const char *name = parent->groups[i]->key;
		const Common__ConfigGroup *group = parent->groups[i]->value;
		ChannelOrganisation *organisation = NULL;
		int32_t status = read_organisation(config, arena, name, group,
						   &organisation, err);

		if (status == BSN_OK && application)
			status = read_anchors(config, arena, group,
					      organisation, err);
		if (status != BSN_OK) {
			reason_at(err, "/%.64s", name);
			return status;
		}
		if (application)
			organisation->in_application = TRUE;
		else
			organisation->in_orderer = TRUE;
	}
	return BSN_OK;
}

/* ---- access ---- */

static int32_t
read_acls(ChannelConfig *config, Arena *arena,
	  const Common__ConfigGroup *application, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Protos__ACLs *acls =
		values_read(arena, application, "ACLs",
			    &protos__acls__descriptor, &status, err);

	for (gsize i = 0; acls != NULL && i < acls->n_acls; i++) {
		const char *reference =
			acls->acls[i]->value != NULL
				? acls->acls[i]->value->policy_ref
				: "";

		g_hash_table_replace(
			config->acls, g_strdup(acls->acls[i]->key),
			reference[0] == '/'
				? g_strdup(reference)
				: g_strconcat("/Channel/Application/",
					      reference, NULL));
	}
	return status;
}

const Policy *
channel_config_acl(const ChannelConfig *config, const char *resource)
{
	const char *path = g_hash_table_lookup(config->acls, resource);

	if (path == NULL)
		path = acl_default(resource);
	return path != NULL ? policy_tree_find(config->policies, path) : NULL;
}

static int32_t
read_capabilities(ChannelConfig *config, Arena *arena,
		  const Common__ConfigGroup *application, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__Capabilities *list = values_read(
		arena, application, "Capabilities",
		&common__capabilities__descriptor, &status, err);

	for (gsize i = 0; list != NULL && i < list->n_capabilities; i++)
		if (strcmp(list->capabilities[i]->key,
			   CHANNEL_CAPABILITY_WASM) == 0)
			config->wasm = TRUE;
	return status;
}

int32_t
channel_config_takes(const ChannelConfig *config, const char *type,
		     bsn_err *err)
{
	if (config->wasm || strcmp(type, CHAINCODE_TYPE_WASM) != 0)
		return BSN_OK;
	return bsn_fail(err, BSN_NOT_OFFERED,
			"the channel takes no chaincode of type "
			CHAINCODE_TYPE_WASM ": its config has no \"wasm\", the "
			"application's capability " CHANNEL_CAPABILITY_WASM);
}

/* ---- all of it ---- */

/* The algorithms that the config names are the channel's for ever. */
static int32_t
read_suite(ChannelConfig *config, Arena *arena,
	   const bsn_crypto_by_name *crypto, const Common__ConfigGroup *channel,
	   bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__HashingAlgorithm *hash = values_read(
		arena, channel, "HashingAlgorithm",
		&common__hashing_algorithm__descriptor, &status, err);

	if (hash == NULL)
		return status != BSN_OK
			       ? status
			       : bsn_fail(err, BSN_BAD_REQUEST,
					  "/HashingAlgorithm: it is missing");
	if (strcmp(hash->name, "SHA256") != 0 && strcmp(hash->name, "SM3") != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"/HashingAlgorithm: SHA256 and SM3 are known");
	return suite_find(&config->suite, crypto,
			  strcmp(hash->name, "SM3") == 0, err);
}

static int32_t
read_application(ChannelConfig *config, Arena *arena,
		 const Common__ConfigGroup *application, bsn_err *err)
{
	int32_t status =
		read_organisations(config, arena, application, TRUE, err);

	if (status == BSN_OK)
		status = read_acls(config, arena, application, err);
	if (status == BSN_OK)
		status = read_capabilities(config, arena, application, err);
	reason_at(status != BSN_OK ? err : NULL, "/Application");
	return status;
}

static int32_t
read_orderer(ChannelConfig *config, Arena *arena,
	     const Common__ConfigGroup *orderer, bsn_err *err)
{
	int32_t status = read_organisations(config, arena, orderer, FALSE, err);

	if (status == BSN_OK)
		status = values_read_orderer(arena, orderer, config, err);
	reason_at(status != BSN_OK ? err : NULL, "/Orderer");
	return status;
}

static int32_t
read_groups(ChannelConfig *config, Arena *arena,
	    const Common__ConfigGroup *channel, bsn_err *err)
{
	const Common__ConfigGroup *application =
		group_find(channel, "Application");
	const Common__ConfigGroup *orderer = group_find(channel, "Orderer");
	int32_t status;

	if (application == NULL || orderer == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the group Application or Orderer is missing");
	status = read_application(config, arena, application, err);
	return status == BSN_OK ? read_orderer(config, arena, orderer, err)
				: status;
}

/* That no part is empty or there twice comes first: the rest relies on it. */
static int32_t
read_channel(ChannelConfig *config, const bsn_crypto_by_name *crypto,
	     const Common__ConfigGroup *channel, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GHashTable) items = NULL;
	int32_t status = items_map(&arena, channel, &items, err);

	if (status != BSN_OK)
		return status;
	status = read_suite(config, &arena, crypto, channel, err);
	if (status == BSN_OK)
		status = read_groups(config, &arena, channel, err);
	if (status != BSN_OK) {
		reason_at(err, "/" POLICY_ROOT);
		return status;
	}
	return policy_tree_new(&config->suite, channel, &config->policies, err);
}

int32_t
channel_config_read(const bsn_crypto_by_name *crypto, bsn_slice bytes,
		    ChannelConfig **config, bsn_err *err)
{
	g_autoptr(ChannelConfig) made = config_new();
	int32_t status = BSN_OK;
	const Common__ConfigGroup *channel;

	made->message = message_unpack(
		&made->arena, &common__config__descriptor, bytes, &status, err);
	if (made->message == NULL)
		return status;
	channel = made->message->channel_group;
	if (channel == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the config has no channel group");
	made->sequence = made->message->sequence;
	status = read_channel(made, crypto, channel, err);
	if (status == BSN_OK)
		*config = g_steal_pointer(&made);
	return status;
}
