/* SPDX-License-Identifier: Apache-2.0
 *
 * block.verify: a block judged away from its chain.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/block-proof.h"

/* Bytes of a block that are changed, one at a time. */
#define CHANGES 64u

static void
must_be_proven(Run *run, const Proof *proof, GByteArray *json)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = proof_ask(run, proof, json, &err);

	run_note(run, "a block as it is -> %s %s", bed_status_name(status),
		 err.reason);
	if (status == BSN_NOT_OFFERED)
		run_not_claimed(run, "the chain's protocol certifies nothing");
	EXPECT(run, status == BSN_OK,
	       "a block that the chain has must be proven; %s", err.reason);
}

static void
must_not_be_proven(Run *run, const Proof *proof, guint at,
		   const GByteArray *original)
{
	g_autoptr(GByteArray) json = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	int32_t status = proof_ask(run, proof, json, &err);

	run_note(run, "byte %u changed -> %s", at, bed_status_name(status));
	EXPECT(run,
	       status > BSN_OK ||
		       (status == BSN_OK &&
			proof_may_stand(run, json, original)),
	       "a block with a changed byte must not be proven, by a status "
	       "above 0; it is %s",
	       bed_status_name(status));
}

static void
is_proven(Run *run)
{
	const BedSpec spec = { .nodes = run_workload(run)->byzantine != NULL
						? 4
						: 1 };
	g_autoptr(GByteArray) json = g_byte_array_new();
	g_autoptr(GByteArray) block = NULL;
	SimRandom random = run_random(run, "block.verify");
	Proof proof = { .members = NULL };
	Bed *bed;

	if (!BSN_HAS(run_engine(run)->block, verify))
		run_not_claimed(run, "bsn_block_ops.verify is optional, and "
				     "the engine has none");
	bed = bed_with_contract(run, &spec);
	block = proof_block(bed, bed_put(bed, "key", "value").block);
	proof.genesis = bsn_slice_of(bed_world(bed)->genesis->data,
				     bed_world(bed)->genesis->len);
	proof.block = bsn_slice_of(block->data, block->len);
	must_be_proven(run, &proof, json);
	for (guint i = 0; i < CHANGES; i++) {
		guint at = (guint)sim_random_below(&random, block->len);
		guint8 bit = (guint8)(1u << sim_random_below(&random, 8));

		block->data[at] ^= bit;
		must_not_be_proven(run, &proof, at, json);
		block->data[at] ^= bit;
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
