/* SPDX-License-Identifier: Apache-2.0
 *
 * tx.*: what became of a transaction is known, and who only reads changes
 * nothing.
 */
#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

static gboolean
is_committed(const BedDone *done)
{
	return done->status == BSN_OK && done->stage == BSN_TX_COMMITTED;
}

/* ---- tx.query ------------------------------------------------------------ */

static void
must_find(Bed *bed, const BedDone *done, guint32 stage)
{
	Run *run = bed_run_of(bed);
	const bsn_reply *found = bed_tx(bed, 0, bsn_id_slice(&done->id));

	EXPECT(run, found->status == BSN_OK,
	       "a transaction that is in a block must be found by its id; %s",
	       found->err.reason);
	EXPECT(run, found->tx.stage == stage,
	       "it must be found at stage %u; it is at %u", stage,
	       found->tx.stage);
	EXPECT(run,
	       found->tx.block == done->block && found->tx.index == done->index,
	       "it must be found in block %" G_GUINT64_FORMAT
	       " at %" G_GUINT64_FORMAT "; it is in block %" G_GUINT64_FORMAT
	       " at %" G_GUINT64_FORMAT,
	       done->block, done->index, (guint64)found->tx.block,
	       (guint64)found->tx.index);
	EXPECT(run,
	       bsn_slice_equal(bsn_id_slice(&found->tx.tx_id),
			       bsn_id_slice(&done->id)),
	       "what is found must have the id that was asked for");
}

static void
finds(Run *run)
{
	static const guint8 nobody[32] = { 0x42 };
	Bed *bed = bed_with_contract(run, NULL);
	BedDone first = bed_put(bed, "a", "1");
	BedDone second = bed_put(bed, "b", "2");
	const bsn_reply *found;

	must_find(bed, &first, BSN_TX_COMMITTED);
	must_find(bed, &second, BSN_TX_COMMITTED);
	found = bed_tx(bed, 0, bsn_slice_of(nobody, sizeof(nobody)));
	EXPECT(run, found->status == BSN_NOT_FOUND,
	       "an id that no transaction has must be answered with "
	       "not-found; it is %s",
	       bed_status_name(found->status));
	bed_restart(bed, 0);
	must_find(bed, &first, BSN_TX_COMMITTED);
	must_find(bed, &second, BSN_TX_COMMITTED);
}

/* Refused at the door, or in a block without effect: the caller learns why. */
static void
fails(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done;

	bed_put(bed, "x", "before");
	done = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "x", "because I say so");
	EXPECT(run, done.status > BSN_OK && !is_committed(&done),
	       "a transaction that its contract refuses must end with a "
	       "status above 0; it is %s",
	       bed_status_name(done.status));
	bed_must_have(bed, 0, "x", "before");
	if (done.stage != BSN_TX_INVALID)
		return;
	must_find(bed, &done, BSN_TX_INVALID);
	bed_restart(bed, 0);
	must_find(bed, &done, BSN_TX_INVALID);
}

/* ---- tx.call ------------------------------------------------------------- */

static void
call_changes_nothing(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	const bsn_reply *ledger;
	guint64 height;
	BedValue value;

	bed_put(bed, "read", "only");
	height = bed_ledger(bed, 0)->ledger.height;
	for (guint i = 0; i < 3; i++) {
		value = bed_call_at(bed, 0, 1, 0, SIM_FN_PUT, "read",
				    "changed", 0);
		EXPECT(run, value.status >= BSN_OK,
		       "a read-only call of a function that writes must be "
		       "run without effect, or refused; it is %s",
		       bed_status_name(value.status));
	}
	bed_pass(bed, 10000);
	bed_must_have(bed, 0, "read", "only");
	ledger = bed_ledger(bed, 0);
	EXPECT(run, ledger->ledger.height == height,
	       "a read-only call must make no block; height was "
	       "%" G_GUINT64_FORMAT " and is %" G_GUINT64_FORMAT,
	       height, (guint64)ledger->ledger.height);
	bed_restart(bed, 0);
	bed_must_have(bed, 0, "read", "only");
}

static void
tells_its_budget(Bed *bed)
{
	BedValue value = bed_call(bed, 0, SIM_FN_GET, "counter", 0);
	const char *used = bed_json(bed, value.reply, "/budget_used");

	EXPECT(bed_run_of(bed), used != NULL && g_ascii_isdigit(used[0]),
	       "a call must answer what it used (\"budget_used\", a number); "
	       "it answers %s",
	       used != NULL ? used : "nothing");
}

static void
call_sees_the_latest(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);

	for (guint i = 0; i < 10; i++) {
		g_autofree char *value = g_strdup_printf("%u", i);

		bed_put(bed, "counter", value);
		bed_must_have(bed, 0, "counter", value);
	}
	bed_must_have(bed, 0, "never put", "");
	tells_its_budget(bed);
}

#define CHECK(id, row, member, function, sentence)                             \
	{ "tx." id,     sentence, row,	 "engine.h: bsn_tx_ops." member,       \
	  LEVEL_TABLE2, 1,	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("failed", "tx.submit-sync", "submit", fails,
	      "A transaction that its contract refuses has no effect, and the "
	      "caller learns why."),
	CHECK("query", "tx.query", "get", finds,
	      "A transaction is found by its id, with its block and place, "
	      "and after a restart."),
	CHECK("call-read-only", "tx.call", "call", call_changes_nothing,
	      "A read-only call changes nothing."),
	CHECK("call-latest", "tx.call", "call", call_sees_the_latest,
	      "A read-only call sees what was committed before it."),
};
CHECK_GROUP(checks_tx_found, list);
