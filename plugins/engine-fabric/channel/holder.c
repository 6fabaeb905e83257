/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/channel/holder.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "msp/identities.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* Characters of a line of PEM (RFC 7468). */
#define PEM_LINE 64u

static char *
pem_of(bsn_slice der)
{
	g_autofree char *text = g_base64_encode(der.data, (gsize)der.len);
	GString *pem = g_string_new("-----BEGIN CERTIFICATE-----\n");
	const gsize len = strlen(text);

	for (gsize at = 0; at < len; at += PEM_LINE) {
		g_string_append_len(pem, text + at,
				    (gssize)MIN(PEM_LINE, len - at));
		g_string_append_c(pem, '\n');
	}
	g_string_append(pem, "-----END CERTIFICATE-----\n");
	return g_string_free(pem, FALSE);
}

static GBytes *
serialize(char *msp_id, char *pem)
{
	Msp__SerializedIdentity message = MSP__SERIALIZED_IDENTITY__INIT;

	message.mspid = msp_id;
	message.id_bytes = message_bytes(bsn_slice_str(pem));
	return g_byte_array_free_to_bytes(message_pack(&message));
}

/* As a member of one organisation. */
static int32_t
find_in(const ChannelConfig *config, const ChannelOrganisation *organisation,
	char *pem, GBytes **serialized, MspIdentity **who, bsn_err *err)
{
	g_autoptr(GBytes) made = serialize(organisation->msp_id, pem);
	const int32_t status = msp_manager_identify(
		config->msps, bytes_slice(made), who, err);

	if (status == BSN_OK)
		*serialized = g_steal_pointer(&made);
	return status;
}

/* Why it is nobody's: in the words of the organisation whose CA has issued it,
 * if one has. */
static int32_t
refuse(const ChannelConfig *config, char *pem, bsn_err *err)
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
		return bsn_fail(err, BSN_DENIED, "no member of %s: %s",
				organisation->msp_id, why.reason);
	}
	return bsn_fail(err, BSN_DENIED,
			"its certificate is of no organisation of this "
			"channel: none of their CAs has issued it");
}

int32_t
holder_find(const ChannelConfig *config, bsn_slice der, GBytes **serialized,
	    MspIdentity **who, bsn_err *err)
{
	const GPtrArray *list = config->organisations;
	g_autofree char *pem = NULL;
	bsn_err last = BSN_ERR_INIT;
	int32_t status = BSN_DENIED;

	if (der.len > HOLDER_DER_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a certificate has at most %u bytes",
				HOLDER_DER_MAX);
	pem = pem_of(der);
	for (guint i = 0; i < list->len && status == BSN_DENIED; i++)
		status = find_in(config, list->pdata[i], pem, serialized, who,
				 &last);
	if (status == BSN_DENIED)
		return refuse(config, pem, err);
	return status == BSN_OK ? status
				: bsn_fail(err, status, "%s", last.reason);
}
