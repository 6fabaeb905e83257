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
	if (status != BSN_OK)
		return bsn_fail(err, status, "the signer: %s", why.reason);
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
