/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/proof.h"

#include <string.h>

#include "bsn/proof.pb-c.h"
#include "plugins/engine-xuper/format/frame.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* A block's bytes without its transactions. */
static void
put_header(bsn_slice block, GByteArray *out)
{
	g_auto(Frame) frame = { 0 };

	if (!frame_cut(block, &frame))
		return;
	g_byte_array_append(out, frame.before.data, (guint)frame.before.len);
	g_byte_array_append(out, frame.after.data, (guint)frame.after.len);
}

static ProtobufCBinaryData
keep(Arena *arena, const GByteArray *bytes)
{
	guint8 *copy = arena_room(arena, MAX(bytes->len, 1));

	if (bytes->len > 0)
		memcpy(copy, bytes->data, bytes->len);
	return (ProtobufCBinaryData){ bytes->len, copy };
}

/* The headers above a block up to `last`. */
static int32_t
put_headers(const bsn_ledger *ledger, guint64 height, guint64 last,
	    Arena *arena, Bsn__Proof__BlockProof *proof, bsn_err *err)
{
	g_autoptr(GByteArray) block = g_byte_array_new();
	g_autoptr(GByteArray) header = g_byte_array_new();
	int32_t status = BSN_OK;

	if (last - height > PROOF_HEADERS_MAX)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the next certificate is of block "
				"%" G_GUINT64_FORMAT,
				last);
	proof->headers = arena_room(arena, (gsize)(last - height + 1) *
						   sizeof(proof->headers[0]));
	for (guint64 at = height + 1; at <= last && status == BSN_OK; at++) {
		g_byte_array_set_size(block, 0);
		g_byte_array_set_size(header, 0);
		status = ledger_block_bytes(ledger->ledger, at, block, err);
		put_header(buffer_slice(block), header);
		proof->headers[proof->n_headers++] = keep(arena, header);
	}
	return status;
}

/* By what members agreed on a block: what the chain said before it. */
static int32_t
read_protocol(const bsn_ledger *ledger, guint64 height, char **protocol,
	      bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(Agreement) agreement = NULL;
	int32_t status =
		ledger_agreement(ledger->ledger, height - 1, bytes, err);

	if (status == BSN_OK)
		status = agreement_parse(buffer_slice(bytes), &ledger->suite,
					 &agreement, err);
	if (status == BSN_OK)
		*protocol = g_steal_pointer(&agreement->protocol);
	return status;
}

/* The certificate for a block, and the way to it. Where a protocol that makes none
 * was followed by one that does, those of the latter say nothing of its blocks. */
static int32_t
put_certificate(const bsn_ledger *ledger, guint64 height, const char *protocol,
		Arena *arena, Bsn__Proof__BlockProof *proof, bsn_err *err)
{
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	g_autofree char *later = NULL;
	guint64 of = 0;
	int32_t status = ledger_certificate(ledger->ledger, height, &of,
					    certificate, err);

	if (status == BSN_OK)
		status = read_protocol(ledger, of, &later, err);
	if (status == BSN_OK && strcmp(later, protocol) != 0)
		status = BSN_NOT_FOUND;
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	proof->certificate = keep(arena, certificate);
	return put_headers(ledger, height, of, arena, proof, err);
}

int32_t
proof_make(const bsn_ledger *ledger, const Block *block, GByteArray *out,
	   bsn_err *err)
{
	Bsn__Proof__BlockProof proof = BSN__PROOF__BLOCK_PROOF__INIT;
	g_autofree char *protocol = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;

	proof.block = message_bytes(block->bytes);
	if (block->height > 0) {
		status = read_protocol(ledger, block->height, &protocol, err);
		if (status == BSN_OK)
			status = put_certificate(ledger, block->height,
						 protocol, &arena, &proof,
						 err);
		proof.protocol = protocol;
	}
	if (status == BSN_OK)
		message_append(out, &proof);
	return status;
}
