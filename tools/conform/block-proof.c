/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/block-proof.h"

#include <string.h>

#include "tools/conform/claim.h"

GByteArray *
proof_block(Bed *bed, guint64 number)
{
	const bsn_reply *reply =
		bed_block(bed, 0, number, BSN_BLOCK_WITH_RAW);
	const char *hex = reply->status == BSN_OK
				  ? bed_detail(bed, reply->block.detail, "/raw")
				  : NULL;
	GByteArray *bytes = g_byte_array_new();

	EXPECT(bed_run_of(bed), hex != NULL && strlen(hex) % 2 == 0,
	       "a block asked for with BSN_BLOCK_WITH_RAW must have "
	       "detail.raw, in hex");
	hex += g_str_has_prefix(hex, "0x") ? 2 : 0;
	for (; g_ascii_isxdigit(hex[0]) && g_ascii_isxdigit(hex[1]); hex += 2) {
		guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 |
				       g_ascii_xdigit_value(hex[1]));

		g_byte_array_append(bytes, &byte, 1);
	}
	return bytes;
}

typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} JsonSink;

static int32_t
take(bsn_sink *sink, const void *data, uint64_t len)
{
	g_byte_array_append(((JsonSink *)sink)->bytes, data, (guint)len);
	return BSN_OK;
}

int32_t
proof_ask(Run *run, const Proof *proof, GByteArray *json, bsn_err *err)
{
	JsonSink sink = { { take }, json };

	return run->engine->block->verify(proof->genesis, proof->members,
					  proof->n, proof->block, &sink.sink,
					  err);
}

gboolean
proof_may_stand(Run *run, const GByteArray *json, const GByteArray *original)
{
	return claim_says(run, "block.info", "/proof", "header") &&
	       json->len == original->len &&
	       memcmp(json->data, original->data, json->len) == 0;
}
