/* SPDX-License-Identifier: Apache-2.0
 *
 * tx.*: transactions are built, signed, submitted and found.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

#define IS_COMMITTED(done)                                                     \
	((done).status == BSN_OK && (done).stage == BSN_TX_COMMITTED)

/* ---- building and signing ------------------------------------------------ */

static void
builds(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	bsn_tx_request request = { .kind = BSN_TX_INVOKE,
				   .contract = bsn_slice_str(bed_name(bed, 0)),
				   .function = bsn_slice_str("no such thing "
							     "at all("),
				   .args = bsn_slice_str("[]") };
	BedBuilt built = bed_build(bed, 0, bed_account(bed, 0), &request);

	EXPECT(run, built.status > BSN_OK,
	       "a function that does not exist must be refused with a status "
	       "above 0 when the transaction is built or, at the latest, as it "
	       "is executed; begin answered %s",
	       bed_status_name(built.status));
}

static void
commits(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done = bed_invoke(bed, 0, 0, SIM_FN_PUT, "colour", "blue");
	BedValue value;

	EXPECT(run, IS_COMMITTED(done),
	       "a transaction that is right must be committed; it is %s: %s",
	       bed_status_name(done.status), done.reason);
	EXPECT(run, done.block > 0,
	       "a committed transaction must be in a block after the first; "
	       "it says block 0");
	value = bed_call(bed, 0, SIM_FN_GET, "colour", 0);
	EXPECT(run, g_strcmp0(value.text, "blue") == 0,
	       "what was put must be read: \"blue\"; it is \"%s\"",
	       value.text != NULL ? value.text : "");
	EXPECT(run, done.id.len > 0, "a committed transaction must have an id");
}

static const Check list[] = {
	{ "tx.build", "A request in uniform words becomes a transaction, or "
		      "is refused with a reason.",
	  "tx.build", "engine.h: bsn_tx_ops.begin", LEVEL_TABLE2, 1,
	  BSN_KIND_ENGINE, builds, 0 },
	{ "tx.commit", "What is submitted is committed and takes effect.",
	  "tx.submit-sync", "engine.h: bsn_tx_ops.submit", LEVEL_TABLE2, 1,
	  BSN_KIND_ENGINE, commits, 0 },
};
CHECK_GROUP(checks_tx, list);
