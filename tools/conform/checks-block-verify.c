/* SPDX-License-Identifier: Apache-2.0
 *
 * block.verify: a block judged away from its chain.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/bed.h"

/* Bytes of a block that are changed, one at a time. */
#define CHANGES 64u

static GBytes *
raw_of(Bed *bed, guint64 number)
{
	const bsn_reply *reply =
		bed_block(bed, 0, number, BSN_BLOCK_WITH_RAW);
	const char *hex = bed_detail(bed, reply->block.detail, "/raw");
	GByteArray *bytes = g_byte_array_new();

	EXPECT(bed_run_of(bed), hex != NULL, "a block must be given as it is "
					     "encoded (detail.raw)");
	hex += g_str_has_prefix(hex, "0x") ? 2 : 0;
	for (; g_ascii_isxdigit(hex[0]) && g_ascii_isxdigit(hex[1]); hex += 2) {
		guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 |
				       g_ascii_xdigit_value(hex[1]));

		g_byte_array_append(bytes, &byte, 1);
	}
	return g_byte_array_free_to_bytes(bytes);
}

typedef struct {
	bsn_sink sink;
	guint64 len;
} Counted;

static int32_t
count(bsn_sink *sink, const void *data, uint64_t len)
{
	((Counted *)sink)->len += len;
	return BSN_OK;
}

static int32_t
verify(Bed *bed, GBytes *block, bsn_err *err)
{
	const SimWorld *world = bed_world(bed);
	Counted sink = { { count }, 0 };
	gsize len;
	const void *data = g_bytes_get_data(block, &len);

	return world->engine->block->verify(
		bsn_slice_of(world->genesis->data, world->genesis->len),
		NULL, 0, bsn_slice_of(data, len), &sink.sink, err);
}

static void
is_proven(Run *run)
{
	const BedSpec spec = { .nodes = run_workload(run)->byzantine != NULL
						? 4
						: 1 };
	Bed *bed;
	g_autoptr(GBytes) block = NULL;
	SimRandom random = run_random(run, "block.verify");
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	gsize len;
	const guint8 *data;

	if (!BSN_HAS(run_engine(run)->block, verify))
		run_not_claimed(run, "bsn_block_ops.verify is optional, and "
				     "the engine has none");
	bed = bed_with_contract(run, &spec);
	block = raw_of(bed, bed_put(bed, "key", "value").block);
	status = verify(bed, block, &err);
	run_note(run, "a block as it is -> %s %s", bed_status_name(status),
		 err.reason);
	if (status == BSN_NOT_OFFERED)
		run_not_claimed(run, "the chain's protocol certifies nothing");
	EXPECT(run, status == BSN_OK,
	       "a block that the chain has must be proven; %s", err.reason);
	data = g_bytes_get_data(block, &len);
	for (guint i = 0; i < CHANGES; i++) {
		g_autofree guint8 *copy = g_memdup2(data, len);
		gsize at = (gsize)sim_random_below(&random, len);
		g_autoptr(GBytes) changed = NULL;

		copy[at] ^= (guint8)(1u << sim_random_below(&random, 8));
		changed = g_bytes_new(copy, len);
		status = verify(bed, changed, &err);
		run_note(run, "byte %" G_GSIZE_FORMAT " changed -> %s", at,
			 bed_status_name(status));
		EXPECT(run, status > BSN_OK,
		       "a block with a changed byte must not be proven, by a "
		       "status above 0; it is %s",
		       bed_status_name(status));
	}
}

static const Check list[] = {
	{ "block.verify",
	  "A block is proven away from its chain, and one with a changed byte "
	  "is not.",
	  NULL, "engine.h: bsn_block_ops.verify", LEVEL_TABLE2, 1,
	  BSN_KIND_ENGINE, is_proven, 0 },
};
CHECK_GROUP(checks_block_verify, list);
