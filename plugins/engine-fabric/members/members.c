/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/members.h"

#include <openssl/pem.h>
#include <string.h>

#include "plugins/engine-fabric/codec/message.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/msp/certificate.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* ---- the list ---- */

int32_t
members_load(Channel *channel, bsn_err *err)
{
	Members read = { .list = NULL };
	bsn_err why = BSN_ERR_INIT;

	if (agreement_read(&channel->suite, agreement_of(channel->config),
			   &read, &why) != BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the nodes in the channel's config: %s",
				why.reason);
	members_clear(&channel->members);
	channel->members = read;
	return BSN_OK;
}

bsn_slice
members_settings(const Channel *channel)
{
	return channel->members.settings;
}

const bsn_member *
members_find(const Channel *channel, bsn_slice public_key)
{
	return members_lookup(&channel->members, public_key);
}

/* Only members are given blocks, so whoever has more than the first has been
 * one. */
const char *
members_own_role(const Channel *channel)
{
	const bsn_member *self =
		members_find(channel, bytes_slice(channel->public_key));

	if (self == NULL && channel->ledger->head.height > 1)
		return "removed";
	return member_role_word(self != NULL ? self->role : 0);
}

/* ---- for people ---- */

static json_t *
member_json(const bsn_member *member)
{
	return json_pack(
		"{s:o, s:s, s:s, s:o, s:o}", "public_key",
		hex_json(member->public_key), "algorithm", member->algorithm,
		"role", member_role_word(member->role), "name",
		text_json(member->name), "address", text_json(member->address));
}

int32_t
members_list(Channel *channel, bsn_reply *reply, bsn_err *err)
{
	g_autoptr(json_t) list = json_array();
	g_autofree char *text = NULL;

	for (guint i = 0; i < channel->members.list->len; i++)
		json_array_append_new(
			list, member_json(members_at(&channel->members, i)));
	text = json_text(list);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

/* ---- this node ---- */

static char *
pem_of(bsn_slice der)
{
	const unsigned char *at = der.data;
	g_autoptr(X509) certificate = d2i_X509(NULL, &at, (long)der.len);
	BIO *bio;
	char *data = NULL;
	char *pem = NULL;
	long len;

	if (certificate == NULL || at != der.data + der.len)
		return NULL;
	bio = BIO_new(BIO_s_mem());
	if (bio != NULL && PEM_write_bio_X509(bio, certificate)) {
		len = BIO_get_mem_data(bio, &data);
		pem = g_strndup(data, (gsize)len);
	}
	BIO_free(bio);
	return pem;
}

/* The node's certificate, in PEM; NULL and a reason. */
static char *
node_pem(const Channel *channel, bsn_err *err)
{
	g_autoptr(GByteArray) der = g_byte_array_new();
	BufferSink sink = buffer_sink(der, CERTIFICATE_PEM_MAX);
	char *pem;

	if (!BSN_HAS(services.keys, node_certificate) ||
	    services.keys->node_certificate(channel->chain,
					    channel->suite.algorithm,
					    &sink.sink, NULL) != BSN_OK) {
		(void)bsn_fail(err, BSN_NOT_FOUND,
			       "this host has no certificate for its %s key",
			       channel->suite.algorithm);
		return NULL;
	}
	pem = pem_of(buffer_slice(der));
	if (pem == NULL)
		(void)bsn_fail(err, BSN_BAD_REQUEST,
			       "this host's certificate cannot be read");
	return pem;
}

static GByteArray *
serialize(const char *msp_id, const char *pem)
{
	Msp__SerializedIdentity message = MSP__SERIALIZED_IDENTITY__INIT;

	message.mspid = (char *)msp_id;
	message.id_bytes = message_bytes(bsn_slice_str(pem));
	return message_pack(&message);
}

/* Takes an identity that an organisation of the channel has given. */
static gboolean
try_organisation(Channel *channel, const char *msp_id, const char *pem,
		 bsn_err *err)
{
	g_autoptr(GByteArray) serialized = serialize(msp_id, pem);
	MspIdentity *identity = NULL;

	if (msp_manager_identify(channel->config->msps,
				 buffer_slice(serialized), &identity,
				 err) != BSN_OK)
		return FALSE;
	if (!bsn_slice_equal(
		    bytes_slice(channel->public_key),
		    bsn_slice_of(identity->public_key, PUBLIC_KEY_LEN))) {
		(void)bsn_fail(err, BSN_DENIED,
			       "it is of another key than this node's");
		msp_identity_unref(identity);
		return FALSE;
	}
	channel->self = identity;
	channel->identity =
		g_byte_array_free_to_bytes(g_steal_pointer(&serialized));
	return TRUE;
}

static void
find_identity(Channel *channel, bsn_err *err)
{
	const GPtrArray *list = channel->config->organisations;
	g_autofree char *pem = node_pem(channel, err);
	bsn_err why = BSN_ERR_INIT;

	if (pem == NULL)
		return;
	for (guint i = 0; i < list->len; i++) {
		const ChannelOrganisation *organisation = list->pdata[i];

		if (try_organisation(channel, organisation->msp_id, pem, &why))
			return;
	}
	(void)bsn_fail(err, BSN_DENIED,
		       "no organisation of the channel knows this host's "
		       "certificate; the last one asked says: %s",
		       why.reason);
}

void
members_identify_self(Channel *channel)
{
	g_autofree char *before = g_steal_pointer(&channel->no_identity);
	bsn_err why = BSN_ERR_INIT;

	g_clear_pointer(&channel->identity, g_bytes_unref);
	g_clear_pointer(&channel->self, msp_identity_unref);
	find_identity(channel, &why);
	if (channel->identity != NULL)
		return;
	channel->no_identity = g_strdup(why.reason);
	if (g_strcmp0(before, why.reason) != 0)
		services_log(channel->chain, BSN_LOG_WARNING,
			     "this node does not endorse: %s", why.reason);
}
