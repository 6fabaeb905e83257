/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/channel/organisation.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "msp/msp_config.pb-c.h"
#include "peer/configuration.pb-c.h"
#include "plugins/engine-fabric/channel/founding.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/engine-fabric/msp/certificate.h"
#include "plugins/engine-fabric/msp/msp.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

#define POLICIES_MAX 64u
#define ANCHOR_PEERS_MAX 64u
#define HOST_MAX 253u
/* Characters of an organizational unit's name (RFC 5280, appendix A.1). */
#define UNIT_MAX 64u

/* ---- its MSP ---- */

/* Texts of an array as fields of type bytes, borrowed. */
static ProtobufCBinaryData *
read_texts(Arena *arena, JsonFields *fields, const char *name, gsize max_len,
	   size_t *n)
{
	const json_t *list =
		fields_array(fields, name, FOUNDING_CERTIFICATES_MAX);
	ProtobufCBinaryData *texts;
	const json_t *text;
	size_t i;

	*n = json_array_size(list);
	texts = arena_room(arena, *n * sizeof(*texts));
	json_array_foreach(list, i, text)
	{
		if (!json_is_string(text) ||
		    json_string_length(text) > max_len) {
			fields_fail(fields, name,
				    "each must be a text in PEM, not too long");
			*n = 0;
			return NULL;
		}
		texts[i] = (ProtobufCBinaryData){ json_string_length(text),
						  (uint8_t *)json_string_value(
							  text) };
	}
	return texts;
}

static Msp__FabricOUIdentifier *
node_ou(Arena *arena, JsonFields *fields, const char *role)
{
	Msp__FabricOUIdentifier *ou = arena_room(arena, sizeof(*ou));
	const char *name = fields_string(fields, role, UNIT_MAX, role);

	msp__fabric_ouidentifier__init(ou);
	ou->organizational_unit_identifier = (char *)name;
	if (name[0] == '\0')
		fields_fail(fields, role, "a unit has a name");
	return ou;
}

/* The units that make a certificate one of each role, by Fabric's names where
 * the object, which may be NULL, names none. */
static int32_t
node_ous(Arena *arena, const json_t *names, Msp__FabricNodeOUs **made,
	 bsn_err *err)
{
	JsonFields fields = fields_of(names, ".node_ous", err);
	Msp__FabricNodeOUs *ous = arena_room(arena, sizeof(*ous));

	msp__fabric_node_ous__init(ous);
	ous->enable = TRUE;
	ous->client_ou_identifier = node_ou(arena, &fields, "client");
	ous->peer_ou_identifier = node_ou(arena, &fields, "peer");
	ous->admin_ou_identifier = node_ou(arena, &fields, "admin");
	ous->orderer_ou_identifier = node_ou(arena, &fields, "orderer");
	*made = ous;
	return fields_end(&fields);
}

/* true, false, or an object. */
static int32_t
read_ous(Arena *arena, JsonFields *fields, Msp__FabricNodeOUs **ous)
{
	const json_t *given = fields_any(fields, "node_ous");

	if (json_is_false(given))
		return BSN_OK;
	if (given != NULL && !json_is_true(given) && !json_is_object(given)) {
		fields_fail(fields, "node_ous",
			    "must be true, false, or an object that names "
			    "the units of client, peer, admin and orderer");
		return BSN_OK; /* said by fields_end */
	}
	return node_ous(arena, json_is_object(given) ? given : NULL, ous,
			fields->err);
}

static void
read_msp(Arena *arena, JsonFields *fields, const char *id,
	 Msp__FabricNodeOUs *ous, Msp__MSPConfig *outer)
{
	Msp__FabricMSPConfig msp = MSP__FABRIC_MSPCONFIG__INIT;

	msp.name = (char *)id;
	msp.root_certs = read_texts(arena, fields, "root_certs",
				    CERTIFICATE_PEM_MAX, &msp.n_root_certs);
	msp.intermediate_certs =
		read_texts(arena, fields, "intermediate_certs",
			   CERTIFICATE_PEM_MAX, &msp.n_intermediate_certs);
	msp.admins = read_texts(arena, fields, "admins", CERTIFICATE_PEM_MAX,
				&msp.n_admins);
	msp.revocation_list = read_texts(arena, fields, "revocation_lists",
					 CRL_PEM_MAX, &msp.n_revocation_list);
	msp.tls_root_certs =
		read_texts(arena, fields, "tls_root_certs", CERTIFICATE_PEM_MAX,
			   &msp.n_tls_root_certs);
	msp.tls_intermediate_certs =
		read_texts(arena, fields, "tls_intermediate_certs",
			   CERTIFICATE_PEM_MAX, &msp.n_tls_intermediate_certs);
	msp.fabric_node_ous = ous;
	outer->config = message_bytes(message_put(arena, &msp));
}

/* ---- its policies ---- */

int32_t
organisation_add_policies(Arena *arena, Common__ConfigGroup *group,
			  const json_t *object, bsn_err *err)
{
	const char *name;
	json_t *text;

	if (json_object_size(object) > POLICIES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE, "policies: more than %u",
				POLICIES_MAX);
	json_object_foreach((json_t *)object, name, text)
	{
		int32_t status = json_is_string(text)
					 ? group_add_policy_text(
						   arena, group, name,
						   json_string_value(text), err)
					 : bsn_fail(err, BSN_BAD_REQUEST,
						    "it must be a text");

		if (status == BSN_OK)
			continue;
		reason_at(err, "policies.%.40s", name);
		return status;
	}
	return BSN_OK;
}

/* As Fabric's samples have them; %s is the MSP's id. */
typedef struct {
	const char *name;
	const char *with_ous;
	const char *without_ous;
} Default;

static const Default defaults[] = {
	{ "Readers", "OR('%s.admin', '%s.peer', '%s.client', '%s.orderer')",
	  "OR('%s.member')" },
	{ "Writers", "OR('%s.admin', '%s.client', '%s.orderer')",
	  "OR('%s.member')" },
	{ "Admins", "OR('%s.admin')", "OR('%s.admin')" },
	{ "Endorsement", "OR('%s.peer')", "OR('%s.member')" },
};

static int32_t
add_default(Arena *arena, Common__ConfigGroup *group, const char *name,
	    const char *format, const char *id, bsn_err *err)
{
	g_autoptr(GString) text = g_string_new(format);

	g_string_replace(text, "%s", id, 0);
	return group_add_policy_text(arena, group, name, text->str, err);
}

static int32_t
add_policies(Arena *arena, Common__ConfigGroup *group, const json_t *given,
	     const char *id, gboolean has_ous, bsn_err *err)
{
	int32_t status = organisation_add_policies(arena, group, given, err);

	for (guint i = 0; i < G_N_ELEMENTS(defaults) && status == BSN_OK; i++)
		if (json_object_get(given, defaults[i].name) == NULL)
			status = add_default(arena, group, defaults[i].name,
					     has_ous ? defaults[i].with_ous
						     : defaults[i].without_ous,
					     id, err);
	return status;
}

/* ---- where its peers are ---- */

static Protos__AnchorPeer *
read_anchor(Arena *arena, const char *text)
{
	const char *colon = text != NULL ? strrchr(text, ':') : NULL;
	Protos__AnchorPeer *peer = arena_room(arena, sizeof(*peer));
	guint64 port = 0;

	protos__anchor_peer__init(peer);
	if (colon == NULL || colon == text ||
	    (gsize)(colon - text) > HOST_MAX ||
	    !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
		return NULL;
	peer->host = arena_copy(arena, text, (gsize)(colon - text));
	peer->port = (gint32)port;
	return peer;
}

static void
read_anchors(Arena *arena, JsonFields *fields, Protos__AnchorPeers *peers)
{
	const json_t *list =
		fields_array(fields, "anchor_peers", ANCHOR_PEERS_MAX);

	peers->anchor_peers = arena_room(
		arena, json_array_size(list) * sizeof(*peers->anchor_peers));
	for (size_t i = 0; i < json_array_size(list); i++) {
		Protos__AnchorPeer *peer = read_anchor(
			arena, json_string_value(json_array_get(list, i)));

		if (peer == NULL) {
			fields_fail(fields, "anchor_peers",
				    "each is a host, a colon and a port");
			return;
		}
		peers->anchor_peers[peers->n_anchor_peers++] = peer;
	}
}

/* ---- all of it ---- */

typedef struct {
	const char *id;
	gboolean has_ous;
	gboolean in_application;
	gboolean in_orderer;
	Msp__MSPConfig msp;
	Protos__AnchorPeers anchors;
	const json_t *policies;
} Organisation;

static int32_t
add_to(Arena *arena, const Organisation *organisation,
       Common__ConfigGroup *parent, gboolean has_anchors, bsn_err *err)
{
	Common__ConfigGroup *group = group_new(arena);

	if (group_find(parent, organisation->id) != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				".msp_id: %s is there twice", organisation->id);
	group_add_value(arena, group, "MSP", &organisation->msp, GROUP_ADMINS);
	if (has_anchors)
		group_add_value(arena, group, "AnchorPeers",
				&organisation->anchors, GROUP_ADMINS);
	group_add_group(arena, parent, organisation->id, group);
	return add_policies(arena, group, organisation->policies,
			    organisation->id, organisation->has_ous, err);
}

int32_t
organisation_add(Arena *arena, const json_t *object,
		 Common__ConfigGroup *application, Common__ConfigGroup *orderer,
		 bsn_err *err)
{
	JsonFields fields = fields_of(object, "", err);
	Organisation organisation = {
		.msp = MSP__MSPCONFIG__INIT,
		.anchors = PROTOS__ANCHOR_PEERS__INIT,
	};
	Msp__FabricNodeOUs *ous = NULL;
	int32_t status;

	organisation.id = fields_string(&fields, "msp_id", MSP_ID_MAX, "");
	fields_require(&fields, "msp_id", "name the organisation's MSP");
	status = read_ous(arena, &fields, &ous);
	if (status != BSN_OK)
		return status;
	organisation.has_ous = ous != NULL;
	read_msp(arena, &fields, organisation.id, ous, &organisation.msp);
	organisation.in_application = fields_bool(&fields, "application", TRUE);
	organisation.in_orderer = fields_bool(&fields, "orderer", TRUE);
	read_anchors(arena, &fields, &organisation.anchors);
	organisation.policies = fields_object(&fields, "policies");
	status = fields_end(&fields);
	if (status == BSN_OK && organisation.in_application)
		status = add_to(arena, &organisation, application,
				organisation.anchors.n_anchor_peers > 0, err);
	if (status == BSN_OK && organisation.in_orderer)
		status = add_to(arena, &organisation, orderer, FALSE, err);
	return status;
}
