/* SPDX-License-Identifier: Apache-2.0
 *
 * Who asks: from a certificate to a member of the channel.
 */
#include <string.h>

#include "plugins/engine-fabric/channel/holder.h"
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/kit/sink.h"

int32_t
creator_check_expiry(Channel *channel, const MspIdentity *who, bsn_err *err)
{
	const gint64 now =
		(gint64)(services.clock->wall_ms(channel->chain) / 1000);

	return msp_identity_is_expired(who, now)
		       ? bsn_fail(err, BSN_EXPIRED,
				  "the certificate of the signer, of %s, has "
				  "expired",
				  who->msp->id)
		       : BSN_OK;
}

static GByteArray *
serialize(char *msp_id, bsn_slice pem)
{
	Msp__SerializedIdentity message = MSP__SERIALIZED_IDENTITY__INIT;

	message.mspid = msp_id;
	message.id_bytes = message_bytes(pem);
	return message_pack(&message);
}

/* As a member of one organisation. */
static int32_t
find_in(const ChannelConfig *config, const ChannelOrganisation *organisation,
	const char *pem, GBytes **serialized, MspIdentity **who, bsn_err *err)
{
	g_autoptr(GByteArray) bytes =
		serialize(organisation->msp_id, bsn_slice_str(pem));
	const int32_t status = msp_manager_identify(
		config->msps, buffer_slice(bytes), who, err);

	if (status == BSN_OK)
		*serialized =
			g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	return status;
}

/* Why it is nobody's: in the words of the organisation whose CA has issued it,
 * if one has. */
static int32_t
refuse(const ChannelConfig *config, const char *pem, bsn_err *err)
{
	for (guint i = 0; i < config->organisations->len; i++) {
		const ChannelOrganisation *organisation =
			config->organisations->pdata[i];
		const Msp *msp =
			msp_manager_find(config->msps, organisation->msp_id);
		g_autoptr(GBytes) serialized = NULL;
		g_autoptr(MspIdentity) who = NULL;
		bsn_err why = BSN_ERR_INIT;

		if (msp == NULL || !msp_has_issued(msp, bsn_slice_str(pem)))
			continue;
		(void)find_in(config, organisation, pem, &serialized, &who,
			      &why);
		return bsn_fail(err, BSN_DENIED,
				"the signer is no member of %s: %s",
				organisation->msp_id, why.reason);
	}
	return bsn_fail(err, BSN_DENIED,
			"the signer's certificate is of no organisation of "
			"this channel: none of their CAs has issued it");
}

/* The organisation whose CA has issued it. */
static int32_t
find_organisation(const ChannelConfig *config, bsn_slice der,
		  GBytes **serialized, MspIdentity **who, bsn_err *err)
{
	g_autofree char *pem = pem_of(der);
	int32_t status = BSN_DENIED;

	for (guint i = 0;
	     i < config->organisations->len && status == BSN_DENIED; i++)
		status = find_in(config, config->organisations->pdata[i], pem,
				 serialized, who, err);
	return status == BSN_DENIED ? refuse(config, pem, err) : status;
}

/* The same, remembered: who signs one transaction signs more. What is
/* Who it was is remembered: who signs one transaction signs more. What is
 * remembered is where to look; whether it is a member is judged by the present
 * config. */
static int32_t
recall(Channel *channel, bsn_slice der, GBytes **serialized, MspIdentity **who,
       bsn_err *err)
{
	GHashTable *creators = channel->endorsing->creators;
	g_autoptr(GBytes) key = g_bytes_new(der.data, (gsize)der.len);
	GBytes *known = g_hash_table_lookup(creators, key);
	bsn_err why = BSN_ERR_INIT;
	int32_t status;

	if (known != NULL &&
	    msp_manager_identify(channel->config->msps, bytes_slice(known), who,
				 NULL) == BSN_OK) {
		*serialized = g_bytes_ref(known);
		return BSN_OK;
	}
	status = holder_find(channel->config, der, serialized, who, &why);
	if (status == BSN_DENIED)
		return bsn_fail(err, status,
				"the signer's certificate is of no "
				"organisation of this channel: %s",
				why.reason);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the signer's certificate: %s",
				why.reason);
	if (g_hash_table_size(creators) >= ENDORSE_CREATORS_MAX)
		g_hash_table_remove_all(creators);
	g_hash_table_insert(creators, g_steal_pointer(&key),
			    g_bytes_ref(*serialized));
	return BSN_OK;
}

int32_t
creator_find(Channel *channel, bsn_slice der, GBytes **serialized,
	     MspIdentity **who, bsn_err *err)
{
	int32_t status;

	if (der.len == 0)
		return bsn_fail(
			err, BSN_BAD_REQUEST,
			"the signer's certificate is missing: sign with "
			"an identity that an organisation of the "
			"channel has issued");
	status = recall(channel, der, serialized, who, err);
	if (status == BSN_OK)
		status = creator_check_expiry(channel, *who, err);
	if (status == BSN_OK)
		return status;
	g_clear_pointer(serialized, g_bytes_unref);
	g_clear_pointer(who, msp_identity_unref);
	return status;
}
