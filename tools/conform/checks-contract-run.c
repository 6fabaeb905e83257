/* SPDX-License-Identifier: Apache-2.0
 *
 * contract.*: what goes wrong while a contract runs.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

/* Ends by its budget, by the machine or by the clock. */
static gboolean
is_ended(int32_t status)
{
	return status == BSN_OUT_OF_BUDGET || status == BSN_FAULT ||
	       status == BSN_TIMEOUT;
}

static void
must_go_on(Bed *bed)
{
	bed_put(bed, "after", "the loop");
	bed_must_have(bed, 0, "after", "the loop");
}

static void
ends_call(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedValue value = bed_call(bed, 0, SIM_FN_LOOP, "", 0);

	EXPECT(run, is_ended(value.status),
	       "a call that never ends by itself must be ended, with "
	       "out-of-budget, fault or timeout; it is %s: %s",
	       bed_status_name(value.status), value.reason);
	must_go_on(bed);
}

static void
ends_tx(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done = bed_invoke(bed, 0, 0, SIM_FN_LOOP, "", "");

	EXPECT(run, is_ended(done.status),
	       "a transaction that never ends by itself must be ended, with "
	       "out-of-budget, fault or timeout; it is %s: %s",
	       bed_status_name(done.status), done.reason);
	must_go_on(bed);
	bed_restart(bed, 0);
	bed_must_have(bed, 0, "after", "the loop");
}

/* ---- failures ------------------------------------------------------------ */

static void
leaves_no_trace(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done;

	bed_put(bed, "there", "before");
	done = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "there", "changed");
	bed_must_refuse(bed, &done, "a transaction that its contract refuses");
	done = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "not there", "made");
	bed_must_refuse(bed, &done, "a transaction that its contract refuses");
	bed_must_have(bed, 0, "there", "before");
	bed_must_have(bed, 0, "not there", "");
	bed_restart(bed, 0);
	bed_must_have(bed, 0, "there", "before");
	bed_must_have(bed, 0, "not there", "");
	bed_put(bed, "not there", "now it is");
}

static void
shows_reason(Run *run)
{
	static const char reason[] = "not on a Sunday";
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "x", reason);
	BedValue value =
		bed_call_at(bed, 0, 0, 0, SIM_FN_FAIL, "x", reason, 0);

	bed_must_refuse(bed, &done, "a transaction that its contract refuses");
	EXPECT(run, strstr(done.reason, reason) != NULL,
	       "the contract's reason, \"%s\", must reach who sent the "
	       "transaction; what came is %s",
	       reason, done.reason);
	EXPECT(run, value.status == BSN_REVERTED,
	       "a call that its contract refuses must be answered with "
	       "reverted; it is %s",
	       bed_status_name(value.status));
	EXPECT(run, strstr(value.reason, reason) != NULL,
	       "the contract's reason, \"%s\", must reach the caller; what "
	       "came is %s",
	       reason, value.reason);
}

/* ---- what it stores ------------------------------------------------------ */

/* Lengths at which somebody may have cut a text, and one more. */
static const guint lengths[] = { 1, 31, 32, 33, 63, 64, 65, 255, 256, 257,
				 1000, 5000 };

/* A text of a length that no longer or shorter one is the beginning or end of. */
static char *
text_of(guint len)
{
	char *text = g_strnfill(len, 'x');

	text[len - 1] = '!';
	return text;
}

/* A chain may have a bound for what it stores, and then says so. */
static gboolean
stores(Bed *bed, const char *key, const char *value)
{
	BedDone done = bed_invoke(bed, 0, 0, SIM_FN_PUT, key, value);

	if (done.stage == BSN_TX_COMMITTED)
		return TRUE;
	bed_must_refuse(bed, &done, "a text that is too long to be stored");
	return FALSE;
}

static void
keeps_all_of_it(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	gboolean key[G_N_ELEMENTS(lengths)], value[G_N_ELEMENTS(lengths)];

	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *text = text_of(lengths[i]);
		g_autofree char *name = g_strdup_printf("%u", lengths[i]);

		key[i] = stores(bed, text, name);
		value[i] = stores(bed, name, text);
	}
	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *text = text_of(lengths[i]);
		g_autofree char *name = g_strdup_printf("%u", lengths[i]);

		if (key[i])
			bed_must_have(bed, 0, text, name);
		if (value[i])
			bed_must_have(bed, 0, name, text);
	}
	EXPECT(run, key[1] && value[1],
	       "keys and values of %u bytes must be stored", lengths[1]);
}

#define CHECK(id, row, level, member, function, sentence)                      \
	{ "contract." id, sentence, row, "engine.h: bsn_tx_ops." member,       \
	  level, 1, BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("budget-call", "function.turing-complete", LEVEL_TABLES, "call",
	      ends_call,
	      "A call that never ends by itself is ended, and the chain goes "
	      "on."),
	CHECK("budget", "function.turing-complete", LEVEL_TABLES, "submit",
	      ends_tx,
	      "A transaction that never ends by itself is ended, and the "
	      "chain goes on."),
	CHECK("failure-leaves-nothing", "tx.submit-sync", LEVEL_TABLE2, "submit",
	      leaves_no_trace,
	      "What a contract wrote before it refused leaves no trace."),
	CHECK("revert-reason", "tx.submit-sync", LEVEL_TABLE2, "submit",
	      shows_reason,
	      "Why a contract refused reaches who asked it."),
	CHECK("stored", "tx.submit-sync", LEVEL_TABLE2, "submit",
	      keeps_all_of_it,
	      "What a contract stores is read as it was, or refused because "
	      "it is too long."),
};
CHECK_GROUP(checks_contract_run, list);
