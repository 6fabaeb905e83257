/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/pair.h"

Bed *
pair_chain(Run *run, const char *name)
{
	const BedSpec spec = { .chain = name };

	return bed_new(run, &spec);
}

void
pair_deploy(Bed *bed)
{
	BedDone done = bed_deploy(bed, 0, 0, 1);

	bed_must_commit(bed, &done, "the deployment of version 1");
}

void
pair_ask_everything(Bed *bed)
{
	guint64 height = bed_ledger(bed, 0)->ledger.height;

	for (guint64 i = 0; i <= height; i++)
		bed_block(bed, 0, i, BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW);
	bed_events(bed, 0, 0, height);
	bed_members(bed, 0);
	bed_status(bed, 0);
	bed_list(bed, 0, 0, 100);
	bed_contract(bed, 0, bed_name(bed, 0));
	bed_contract(bed, 0, "no such contract");
	bed_call(bed, 0, SIM_FN_GET, "nothing", 0);
	bed_call_named(bed, 0, "no such contract", SIM_FN_GET, "nothing");
	bed_invoke(bed, 0, 0, SIM_FN_FAIL, "x", "no");
	bed_call_at(bed, 0, 0, 0, SIM_FN_FAIL, "x", "no", 0);
}

void
pair_tell(Bed *bed)
{
	BedDone done;

	bed_put(bed, PAIR_MARKER, PAIR_MARKER);
	bed_invoke(bed, 0, 0, SIM_FN_FAIL, "x", PAIR_MARKER);
	bed_call_at(bed, 0, 0, 0, SIM_FN_FAIL, "x", PAIR_MARKER, 0);
	if (bed_has(bed, SIM_FN_EMIT)) {
		done = bed_invoke(bed, 0, 0, SIM_FN_EMIT, "", PAIR_MARKER);
		bed_must_commit(bed, &done, "a transaction with an event");
	}
}
