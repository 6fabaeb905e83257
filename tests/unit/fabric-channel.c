/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-channel.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"

#define SIGNERS 8u

const char *
fabric_org_id(guint org)
{
	static const char *const ids[FABRIC_ORGS] = { "Org1MSP", "Org2MSP",
						      "Org3MSP" };

	return ids[org];
}

FabricOrgs *
fabric_orgs_new(gboolean sm)
{
	FabricOrgs *orgs = g_new0(FabricOrgs, 1);

	orgs->suite = fabric_suite(sm);
	for (guint i = 0; i < FABRIC_ORGS; i++) {
		orgs->roots[i] = fabric_root(sm, fabric_org_id(i));
		orgs->admins[i] =
			fabric_member(orgs->roots[i], "admin", "admin");
		orgs->peers[i] = fabric_member(orgs->roots[i], "peer", "peer");
		orgs->clients[i] =
			fabric_member(orgs->roots[i], "client", "client");
	}
	return orgs;
}

void
fabric_orgs_free(FabricOrgs *orgs)
{
	for (guint i = 0; i < FABRIC_ORGS; i++) {
		issued_free(orgs->roots[i]);
		issued_free(orgs->admins[i]);
		issued_free(orgs->peers[i]);
		issued_free(orgs->clients[i]);
	}
	g_free(orgs);
}

json_t *
fabric_founding(const FabricOrgs *orgs, guint n)
{
	json_t *list = json_array();

	for (guint i = 0; i < n; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:[s], s:[s]}", "msp_id",
					fabric_org_id(i), "root_certs",
					orgs->roots[i]->pem, "anchor_peers",
					"peer.example.com:7051"));
	return json_pack("{s:o}", "organisations", list);
}

GByteArray *
fabric_config_bytes(const FabricOrgs *orgs, const json_t *founding)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Founding others = { &orgs->suite, "raft", { NULL, 0 } };
	Common__Config *config = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (founding_config(&arena, &others, founding, &config, &err) != BSN_OK)
		g_error("%s", err.reason);
	return message_pack(config);
}

ChannelConfig *
fabric_config_read(bsn_slice bytes)
{
	ChannelConfig *config = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (channel_config_read(bsn_host_crypto(fake_host()), bytes, &config,
				&err) != BSN_OK)
		g_error("%s", err.reason);
	return config;
}

/* A signature that lies in the arena. */
static Common__ConfigSignature *
sign(const FabricOrgs *orgs, Arena *arena, guint admin, bsn_slice update)
{
	Common__ConfigSignature *signature =
		arena_room(arena, sizeof(*signature));
	Common__SignatureHeader header = COMMON__SIGNATURE_HEADER__INIT;
	g_autoptr(GByteArray) creator =
		fabric_serialize(fabric_org_id(admin), orgs->admins[admin]);
	g_autoptr(GByteArray) der = NULL;
	bsn_slice header_bytes;

	common__config_signature__init(signature);
	header.creator = message_bytes(buffer_slice(creator));
	header.nonce = fabric_text("a nonce");
	header_bytes = message_put(arena, &header);
	der = fabric_sign(&orgs->suite, orgs->admins[admin],
			  signed_config(arena, header_bytes, update));
	signature->signature_header = message_bytes(header_bytes);
	signature->signature.len = der->len;
	signature->signature.data =
		(guint8 *)arena_copy(arena, der->data, der->len);
	return signature;
}

GByteArray *
fabric_update(const FabricOrgs *orgs, Common__ConfigGroup *read_set,
	      Common__ConfigGroup *write_set, const char *channel_id,
	      const guint *admins, guint n)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *id = g_strdup(channel_id);
	Common__ConfigUpdate update = COMMON__CONFIG_UPDATE__INIT;
	Common__ConfigUpdateEnvelope envelope =
		COMMON__CONFIG_UPDATE_ENVELOPE__INIT;
	Common__ConfigSignature *signatures[SIGNERS];
	bsn_slice bytes;

	update.channel_id = id;
	update.read_set = read_set;
	update.write_set = write_set;
	bytes = message_put(&arena, &update);
	for (guint i = 0; i < n; i++)
		signatures[i] = sign(orgs, &arena, admins[i], bytes);
	envelope.config_update = message_bytes(bytes);
	envelope.n_signatures = n;
	envelope.signatures = signatures;
	return message_pack(&envelope);
}
