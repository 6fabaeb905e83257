/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/payload.h"

#include "plugins/kit/codec/message.h"

#define MS_PER_S 1000u
#define NS_PER_MS 1000000u

int32_t
config_signer(const Channel *channel, Arena *arena, bsn_slice creator,
		bsn_slice *header)
{
	Common__SignatureHeader message = COMMON__SIGNATURE_HEADER__INIT;
	guint8 nonce[NONCE_LEN];
	int32_t status =
		services.random->fill(channel->chain, nonce, sizeof(nonce));

	message.creator = message_bytes(creator);
	message.nonce = (ProtobufCBinaryData){ sizeof(nonce), nonce };
	if (status == BSN_OK)
		*header = message_put(arena, &message);
	return status;
}

static void
set_now(const Channel *channel, Google__Protobuf__Timestamp *time)
{
	const guint64 now = services.clock->wall_ms(channel->chain);

	google__protobuf__timestamp__init(time);
	time->seconds = (gint64)(now / MS_PER_S);
	time->nanos = (gint32)(now % MS_PER_S * NS_PER_MS);
}

static int32_t
find_id(const Channel *channel, Arena *arena, const PayloadParts *parts,
	char id[TX_ID_SIZE])
{
	int32_t status = BSN_OK;
	const Common__SignatureHeader *signer;

	if (parts->tx_id != NULL) {
		g_strlcpy(id, parts->tx_id, TX_ID_SIZE);
		return BSN_OK;
	}
	signer = message_unpack(arena, &common__signature_header__descriptor,
				parts->signature_header, &status, NULL);
	return signer == NULL
		       ? status
		       : signed_tx_id(&channel->suite,
				      message_slice(signer->nonce),
				      message_slice(signer->creator), id);
}

int32_t
config_header(const Channel *channel, Arena *arena, const PayloadParts *parts,
		Common__Header *header, char id[TX_ID_SIZE])
{
	Common__ChannelHeader message = COMMON__CHANNEL_HEADER__INIT;
	Google__Protobuf__Timestamp now;
	int32_t status = find_id(channel, arena, parts, id);

	set_now(channel, &now);
	message.type = parts->type;
	message.channel_id = channel->id;
	message.tx_id = id;
	message.timestamp = parts->time != NULL
				    ? (Google__Protobuf__Timestamp *)parts->time
				    : &now;
	message.extension = message_bytes(parts->extension);
	common__header__init(header);
	header->channel_header = message_bytes(message_put(arena, &message));
	header->signature_header = message_bytes(parts->signature_header);
	return status;
}

int32_t
config_payload(const Channel *channel, Arena *arena,
		 const PayloadParts *parts, bsn_slice *payload,
		 char id[TX_ID_SIZE])
{
	Common__Header header;
	Common__Payload message = COMMON__PAYLOAD__INIT;
	int32_t status = config_header(channel, arena, parts, &header, id);

	message.header = &header;
	message.data = message_bytes(parts->data);
	*payload = message_put(arena, &message);
	return status;
}
