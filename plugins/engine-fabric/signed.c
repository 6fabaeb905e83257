/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/signed.h"

#include <string.h>

#include "peer/proposal.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"

bsn_slice
signed_concat(Arena *arena, const bsn_slice *parts, gsize n)
{
	guint64 len = 0;
	guint8 *data;
	guint8 *at;

	for (gsize i = 0; i < n; i++)
		len += parts[i].len;
	at = data = arena_room(arena, (gsize)len);
	for (gsize i = 0; i < n; i++) {
		if (parts[i].len > 0)
			memcpy(at, parts[i].data, (gsize)parts[i].len);
		at += parts[i].len;
	}
	return bsn_slice_of(data, len);
}

static void
put_hex(const guint8 *digest, char id[TX_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (guint i = 0; i < HASH_LEN; i++) {
		id[2 * i] = digits[digest[i] >> 4];
		id[2 * i + 1] = digits[digest[i] & 15];
	}
	id[TX_ID_SIZE - 1] = '\0';
}

int32_t
signed_tx_id(const Suite *suite, bsn_slice nonce, bsn_slice creator,
	     char id[TX_ID_SIZE])
{
	const bsn_slice parts[] = { nonce, creator };
	guint8 digest[HASH_LEN] = { 0 };
	int32_t status =
		suite_digest(suite, parts, G_N_ELEMENTS(parts), digest);

	put_hex(digest, id);
	return status;
}

bsn_id
signed_id_bytes(const char *id)
{
	guint8 digest[HASH_LEN];

	return hex_decode_fixed(id, strlen(id), digest, sizeof(digest))
		       ? bsn_id_of(digest, sizeof(digest))
		       : bsn_id_of(NULL, 0);
}

gboolean
signed_id_text(bsn_slice bytes, char id[TX_ID_SIZE])
{
	guint8 digest[HASH_LEN];

	if (bytes.len == HASH_LEN)
		memcpy(digest, bytes.data, HASH_LEN);
	else if (!hex_decode_fixed((const char *)bytes.data, (gsize)bytes.len,
				   digest, sizeof(digest)))
		return FALSE;
	put_hex(digest, id);
	return TRUE;
}

int32_t
signed_without_transient(Arena *arena, bsn_slice payload, bsn_slice *stripped,
			 bsn_err *err)
{
	int32_t status = BSN_OK;
	const Protos__ChaincodeProposalPayload *full = message_unpack(
		arena, &protos__chaincode_proposal_payload__descriptor, payload,
		&status, err);
	Protos__ChaincodeProposalPayload public =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__INIT;

	if (full == NULL)
		return status;
	public.input = full->input;
	*stripped = message_put(arena, &public);
	return BSN_OK;
}

int32_t
signed_proposal_hash(const Suite *suite, const Common__Header *header,
		     bsn_slice stripped, guint8 *hash)
{
	const bsn_slice parts[] = {
		message_slice(header->channel_header),
		message_slice(header->signature_header),
		stripped,
	};

	return suite_digest(suite, parts, G_N_ELEMENTS(parts), hash);
}

bsn_slice
signed_endorsement(Arena *arena, bsn_slice response_payload, bsn_slice endorser)
{
	const bsn_slice parts[] = { response_payload, endorser };

	return signed_concat(arena, parts, G_N_ELEMENTS(parts));
}

bsn_slice
signed_config(Arena *arena, bsn_slice signature_header, bsn_slice config_update)
{
	const bsn_slice parts[] = { signature_header, config_update };

	return signed_concat(arena, parts, G_N_ELEMENTS(parts));
}
