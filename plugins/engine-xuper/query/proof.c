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

/* Whether who agreed on a block made certificates of it: those of a later protocol
 * say nothing of what was final before it. */
static int32_t
was_certified(const bsn_ledger *ledger, guint64 height, gboolean *yes,
	      bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(Agreement) agreement = NULL;
	const bsn_consensus *protocol;
	int32_t status;

	*yes = FALSE;
	if (height == 0)
		return BSN_OK;
	status = ledger_agreement(ledger->ledger, height - 1, bytes, err);
	if (status == BSN_OK)
		status = agreement_parse(buffer_slice(bytes), &ledger->suite,
					 &agreement, err);
	if (status != BSN_OK)
		return status;
	protocol = services.consensuses->find(agreement->protocol);
	*yes = protocol == NULL || BSN_HAS(protocol, verify_in);
	return BSN_OK;
}

int32_t
proof_make(const bsn_ledger *ledger, const Block *block, GByteArray *out,
	   bsn_err *err)
{
	Bsn__Proof__BlockProof proof = BSN__PROOF__BLOCK_PROOF__INIT;
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	guint64 of = 0;
	gboolean certified;
	int32_t status =
		was_certified(ledger, block->height, &certified, err);

	proof.block = message_bytes(block->bytes);
	if (status == BSN_OK && certified)
		status = ledger_certificate(ledger->ledger, block->height, &of,
					    certificate, err);
	if (status == BSN_OK && certified) {
		proof.certificate = message_bytes(buffer_slice(certificate));
		status = put_headers(ledger, block->height, of, &arena, &proof,
				     err);
	}
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	message_append(out, &proof);
	return BSN_OK;
}
