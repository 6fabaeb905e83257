/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/block.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/der.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/sink.h"

#define VARINT_MAX 10u

void
block_put_header(GByteArray *out, const Common__BlockHeader *header)
{
	der_put_header(out, header->number,
		       message_slice(header->previous_hash),
		       message_slice(header->data_hash));
}

int32_t
block_header_hash(const Suite *suite, const Common__BlockHeader *header,
		  guint8 *hash)
{
	g_autoptr(GByteArray) der = g_byte_array_new();
	bsn_slice bytes;

	block_put_header(der, header);
	bytes = buffer_slice(der);
	return suite_digest(suite, &bytes, 1, hash);
}

int32_t
block_data_hash(const Suite *suite, const Common__BlockData *data, guint8 *hash)
{
	g_autofree bsn_slice *parts = g_new(bsn_slice, MAX(data->n_data, 1));

	for (gsize i = 0; i < data->n_data; i++)
		parts[i] = message_slice(data->data[i]);
	return suite_digest(suite, parts, data->n_data, hash);
}

bsn_slice
block_signed_metadata(Arena *arena, bsn_slice value, bsn_slice signature_header,
		      const Common__BlockHeader *header)
{
	g_autoptr(GByteArray) der = g_byte_array_new();
	bsn_slice parts[3] = { value, signature_header };

	block_put_header(der, header);
	parts[2] = buffer_slice(der);
	return signed_concat(arena, parts, G_N_ELEMENTS(parts));
}

static bsn_slice
put_varint(guint64 number, guint8 *out)
{
	gsize len = 0;

	for (; number >= 0x80; number >>= 7)
		out[len++] = (guint8)(number | 0x80);
	out[len++] = (guint8)number;
	return bsn_slice_of(out, len);
}

int32_t
block_commit_hash(const Suite *suite, bsn_slice codes, bsn_slice updates,
		  bsn_slice previous, guint8 *hash)
{
	guint8 count[VARINT_MAX];
	const bsn_slice parts[] = { put_varint(codes.len, count), codes,
				    updates, previous };

	return suite_digest(suite, parts, G_N_ELEMENTS(parts), hash);
}

int32_t
block_check(const Suite *suite, const Common__Block *block, guint64 number,
	    bsn_slice previous_hash, bsn_err *err)
{
	guint8 hash[HASH_LEN];
	int32_t status;

	if (block->header == NULL || block->data == NULL ||
	    block->metadata == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block has no header, data or metadata");
	if (block->header->number != number)
		return bsn_fail(err, BSN_CONFLICT,
				"the block has number %" G_GUINT64_FORMAT
				", not %" G_GUINT64_FORMAT,
				(guint64)block->header->number, number);
	if (!bsn_slice_equal(message_slice(block->header->previous_hash),
			     previous_hash))
		return bsn_fail(err, BSN_CONFLICT,
				"block %" G_GUINT64_FORMAT
				" follows another block",
				number);
	status = block_data_hash(suite, block->data, hash);
	if (status != BSN_OK)
		return status;
	if (!bsn_slice_equal(message_slice(block->header->data_hash),
			     bsn_slice_of(hash, sizeof(hash))))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the data hash of block %" G_GUINT64_FORMAT
				" is not that of its envelopes",
				number);
	return BSN_OK;
}
