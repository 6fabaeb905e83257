/* SPDX-License-Identifier: Apache-2.0
 *
 * Block 0 of a channel. Nothing in it is random or of this host's clock, so that
 * every host makes the same from the same config and time.
 */
#include <string.h>

#include "common/common.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/channel/founding.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/signed.h"

/* Bytes of a nonce, as Fabric's clients make them. */
#define NONCE_LEN 24u
/* ChannelHeader.version of configs. */
#define HEADER_VERSION 1

#define MS_PER_S 1000u
#define NS_PER_MS 1000000

/* The envelope: by nobody, with a nonce that is of the config. */
static int32_t
make_envelope(Arena *arena, const Suite *suite, const char *channel_id,
	      const Common__Config *config, guint64 time_ms, bsn_slice *bytes)
{
	Google__Protobuf__Timestamp when = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Common__ConfigEnvelope data = COMMON__CONFIG_ENVELOPE__INIT;
	Common__ChannelHeader channel = COMMON__CHANNEL_HEADER__INIT;
	Common__SignatureHeader signature = COMMON__SIGNATURE_HEADER__INIT;
	Common__Header header = COMMON__HEADER__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	guint8 digest[HASH_LEN];
	char tx_id[TX_ID_SIZE];
	bsn_slice data_bytes;
	int32_t status;

	data.config = (Common__Config *)config;
	data_bytes = message_put(arena, &data);
	status = suite_digest(suite, &data_bytes, 1, digest);
	signature.nonce = (ProtobufCBinaryData){ NONCE_LEN, digest };
	if (status == BSN_OK)
		status = signed_tx_id(suite, message_slice(signature.nonce),
				      bsn_slice_of(NULL, 0), tx_id);
	channel.type = COMMON__HEADER_TYPE__CONFIG;
	channel.version = HEADER_VERSION;
	when.seconds = (gint64)(time_ms / MS_PER_S);
	when.nanos = (gint32)(time_ms % MS_PER_S) * NS_PER_MS;
	channel.timestamp = &when;
	channel.channel_id = (char *)channel_id;
	channel.tx_id = tx_id;
	header.channel_header = message_bytes(message_put(arena, &channel));
	header.signature_header = message_bytes(message_put(arena, &signature));
	payload.header = &header;
	payload.data = message_bytes(data_bytes);
	envelope.payload = message_bytes(message_put(arena, &payload));
	*bytes = message_put(arena, &envelope);
	return status;
}

/* The entries of a valid config without signatures. */
static void
fill_metadata(Arena *arena, ProtobufCBinaryData *entries)
{
	static uint8_t valid = PROTOS__TX_VALIDATION_CODE__VALID;
	Common__LastConfig last = COMMON__LAST_CONFIG__INIT;
	Common__OrdererBlockMetadata orderer =
		COMMON__ORDERER_BLOCK_METADATA__INIT;
	Common__Metadata metadata = COMMON__METADATA__INIT;

	orderer.last_config = &last;
	metadata.value = message_bytes(message_put(arena, &orderer));
	entries[COMMON__BLOCK_METADATA_INDEX__SIGNATURES] =
		message_bytes(message_put(arena, &metadata));
	entries[COMMON__BLOCK_METADATA_INDEX__TRANSACTIONS_FILTER] =
		(ProtobufCBinaryData){ 1, &valid };
	metadata.value = message_bytes(message_put(arena, &last));
	entries[COMMON__BLOCK_METADATA_INDEX__LAST_CONFIG] =
		message_bytes(message_put(arena, &metadata));
}

int32_t
founding_block(const Suite *suite, const char *channel_id,
	       const Common__Config *config, guint64 time_ms, GByteArray *out)
{
	g_auto(Arena) arena = ARENA_INIT;
	ProtobufCBinaryData entries[BLOCK_METADATA_COUNT] = { { 0, NULL } };
	ProtobufCBinaryData envelope;
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	Common__BlockMetadata metadata = COMMON__BLOCK_METADATA__INIT;
	guint8 hash[HASH_LEN];
	bsn_slice bytes = { NULL, 0 };
	int32_t status =
		make_envelope(&arena, suite, channel_id, config, time_ms,
			      &bytes);

	envelope = message_bytes(bytes);
	data.n_data = 1;
	data.data = &envelope;
	if (status == BSN_OK)
		status = block_data_hash(suite, &data, hash);
	header.data_hash = (ProtobufCBinaryData){ sizeof(hash), hash };
	fill_metadata(&arena, entries);
	metadata.n_metadata = BLOCK_METADATA_COUNT;
	metadata.metadata = entries;
	block.header = &header;
	block.data = &data;
	block.metadata = &metadata;
	if (status == BSN_OK)
		message_append(out, &block);
	return status;
}
