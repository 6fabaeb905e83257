/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/query/stored.h"

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"

bsn_slice
stored_metadata(Arena *arena, const Common__Block *block, guint index)
{
	const Common__BlockMetadata *entries = block->metadata;
	const Common__Metadata *metadata;

	if (entries == NULL || index >= entries->n_metadata ||
	    entries->metadata[index].len == 0)
		return bsn_slice_of(NULL, 0);
	metadata = message_unpack(arena, &common__metadata__descriptor,
				  message_slice(entries->metadata[index]), NULL,
				  NULL);
	return metadata != NULL ? message_slice(metadata->value)
				: bsn_slice_of(NULL, 0);
}

static gboolean
open_block(StoredBlock *block)
{
	const guint filter = COMMON__BLOCK_METADATA_INDEX__TRANSACTIONS_FILTER;
	const Common__Block *message =
		message_unpack(&block->arena, &common__block__descriptor,
			       buffer_slice(block->bytes), NULL, NULL);

	if (message == NULL || message->header == NULL ||
	    message->data == NULL || message->metadata == NULL ||
	    message->metadata->n_metadata <= filter ||
	    message->metadata->metadata[filter].len != message->data->n_data)
		return FALSE;
	block->message = message;
	block->codes = message_slice(message->metadata->metadata[filter]);
	block->commit_hash =
		stored_metadata(&block->arena, message,
				COMMON__BLOCK_METADATA_INDEX__COMMIT_HASH);
	return TRUE;
}

int32_t
stored_load(const Channel *channel, guint64 number, StoredBlock *block,
	    bsn_err *err)
{
	const guint64 height = channel->ledger->durable.height;
	int32_t status;

	*block = (StoredBlock){ .bytes = g_byte_array_new() };
	if (number >= height)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no such block; the latest one is "
				"%" G_GUINT64_FORMAT,
				height > 0 ? height - 1 : 0);
	status = ledger_block(channel->ledger, number, block->bytes, err);
	if (status != BSN_OK)
		return status;
	if (!open_block(block) ||
	    block_header_hash(&channel->suite, block->message->header,
			      block->hash) != BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT,
				"block %" G_GUINT64_FORMAT
				" cannot be read back",
				number);
	return BSN_OK;
}

/* ---- the consensus's certificate ---- */

/* The entry SIGNATURES with the consensus's certificate where Fabric has what
 * is its consenters' own. */
static bsn_slice
put_signatures(Arena *arena, const StoredBlock *block, bsn_slice certificate)
{
	const guint index = COMMON__BLOCK_METADATA_INDEX__SIGNATURES;
	const ProtobufCBinaryData stored =
		block->message->metadata->metadata[index];
	Common__Metadata none = COMMON__METADATA__INIT;
	Common__OrdererBlockMetadata empty =
		COMMON__ORDERER_BLOCK_METADATA__INIT;
	Common__Metadata *metadata =
		message_unpack(arena, &common__metadata__descriptor,
			       message_slice(stored), NULL, NULL);
	Common__OrdererBlockMetadata *value;

	if (metadata == NULL)
		metadata = &none;
	value = message_unpack(arena,
			       &common__orderer_block_metadata__descriptor,
			       message_slice(metadata->value), NULL, NULL);
	if (value == NULL)
		value = &empty;
	value->consenter_metadata = message_bytes(certificate);
	metadata->value = message_bytes(message_put(arena, value));
	return message_put(arena, metadata);
}

int32_t
stored_certify(const Channel *channel, guint64 number, StoredBlock *block,
	       bsn_err *err)
{
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	const int32_t status =
		order_certificate(channel, number, certificate, err);

	if (status == BSN_OK && certificate->len > 0)
		block->message->metadata->metadata
			[COMMON__BLOCK_METADATA_INDEX__SIGNATURES] =
			message_bytes(put_signatures(&block->arena, block,
						     buffer_slice(certificate)));
	return status;
}

void
stored_clear(StoredBlock *block)
{
	g_clear_pointer(&block->bytes, g_byte_array_unref);
	arena_clear(&block->arena);
}
