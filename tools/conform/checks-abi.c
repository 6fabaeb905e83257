/* SPDX-License-Identifier: Apache-2.0
 *
 * abi.*: the rules of bsn/base.h, in whatever a chain is asked: what is
 * borrowed is left alone, threads and processes as well.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/guard.h"
#include "tools/conform/guard_inputs.h"
#include "tools/conform/scenario.h"
#include "tools/conform/snapshot.h"

/* Engine calls that an idle chain may cost in an hour. */
#define IDLE_CALLS_MAX 60u
#define HOUR_MS 3600000u

/* ---- inputs -------------------------------------------------------------- */

/* A trespass ends the check in the guard's signal handler. */
static void
watch_inputs(Run *run, gboolean writes, gboolean afterwards)
{
	guint64 calls;
	Bed *bed;

	inputs_watch(writes, afterwards);
	guard_watch_inputs(TRUE);
	bed = bed_new(run, NULL);
	scenario_run(bed);
	bed_free(bed);
	/* What was kept of the first chain may be used for another one. */
	bed_free(scenario_bed(run, NULL));
	calls = guard_calls();
	guard_watch_inputs(FALSE);
	run_note(run, "%" G_GUINT64_FORMAT " calls were watched", calls);
}

static void
not_written(Run *run)
{
	watch_inputs(run, TRUE, FALSE);
}

static void
not_kept(Run *run)
{
	watch_inputs(run, FALSE, TRUE);
}

/* ---- what belongs to the process ----------------------------------------- */

typedef struct {
	Snapshot *before;
	const char *call;
	char *difference;
} Watch;

static void
look_again(const char *call, void *data)
{
	Watch *watch = data;
	g_autoptr(Snapshot) now = NULL;

	if (watch->difference != NULL)
		return;
	now = snapshot_take();
	watch->difference = snapshot_difference(watch->before, now);
	watch->call = call;
}

static void
leaves_nothing(Run *run)
{
	Watch watch = { .call = NULL };
	Bed *bed;

	watch.before = snapshot_take();
	guard_set_after(look_again, &watch);
	bed = bed_new(run, NULL);
	for (guint i = 0; i < SCENARIO_STEPS; i++) {
		scenario_step(bed, i);
		EXPECT(run, watch.difference == NULL,
		       "%s must leave the process as it was; it does not: %s",
		       watch.call, watch.difference);
	}
	bed_free(bed);
	guard_set_after(NULL, NULL);
	EXPECT(run, watch.difference == NULL,
	       "%s must leave the process as it was; it does not: %s",
	       watch.call, watch.difference);
	snapshot_free(watch.before);
}

/* What is printed meanwhile goes to a file of its own. */
static void
nothing_left(Run *run)
{
	int file = memfd_create("output", MFD_CLOEXEC);
	int saved[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };
	gint64 printed;

	EXPECT(run, file >= 0, "there must be memory for a file");
	run_engine(run);
	fflush(NULL);
	dup2(file, STDOUT_FILENO);
	dup2(file, STDERR_FILENO);
	leaves_nothing(run);
	fflush(NULL);
	printed = lseek(file, 0, SEEK_END);
	dup2(saved[0], STDOUT_FILENO);
	dup2(saved[1], STDERR_FILENO);
	close(saved[0]);
	close(saved[1]);
	close(file);
	EXPECT(run, printed == 0,
	       "what an engine has to say goes to bsn.log/1; it has printed "
	       "%" G_GINT64_FORMAT " bytes",
	       printed);
}

/* ---- services, closing, waiting ------------------------------------------ */

/* The simulator's host says which rule was broken. */
static void
services(Run *run)
{
	Bed *bed = scenario_bed(run, NULL);

	scenario_step(bed, 1);
	bed_stop(bed, 0);
	bed_pass(bed, BED_PATIENCE_MS);
	bed_boot(bed, 0);
	bed_kill(bed, 0);
	bed_pass(bed, BED_PATIENCE_MS);
	bed_boot(bed, 0);
	bed_stop(bed, 0);
	bed_free(bed);
}

static void
close_answers(Run *run)
{
	Bed *bed = scenario_bed(run, NULL);
	BedBuilt built[8];
	bsn_reply *replies[8];
	guint waiting = 0;

	if (!scenario_has_contract(bed))
		run_not_claimed(run, "the workload has no contract, so no "
				     "transaction can wait");
	/* Of one key only the first might count. */
	for (guint i = 0; i < G_N_ELEMENTS(built); i++) {
		const char key[] = { (char)('a' + i), '\0' };

		built[i] = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, key, "1");
	}
	for (guint i = 0; i < G_N_ELEMENTS(built); i++)
		replies[i] = bed_submit_async(bed, 0, built[i].bytes);
	bed_stop(bed, 0);
	for (guint i = 0; i < G_N_ELEMENTS(built); i++) {
		waiting += replies[i]->status == BSN_UNAVAILABLE;
		EXPECT(run,
		       replies[i]->status == BSN_OK ||
			       replies[i]->status == BSN_UNAVAILABLE,
		       "what waits when a chain closes must be failed with "
		       "unavailable; it is %s: %s",
		       bed_status_name(replies[i]->status),
		       replies[i]->err.reason);
	}
	run_note(run, "%u of %u waited", waiting,
		 (guint)G_N_ELEMENTS(built));
	bed_free(bed);
}

static void
idle(Run *run)
{
	Bed *bed = scenario_bed(run, NULL);
	guint64 calls;

	scenario_step(bed, 1);
	bed_pass(bed, BED_PATIENCE_MS);
	calls = guard_calls();
	bed_pass(bed, HOUR_MS);
	calls = guard_calls() - calls;
	run_note(run, "an hour without requests: %" G_GUINT64_FORMAT " calls",
		 calls);
	EXPECT(run, calls <= IDLE_CALLS_MAX,
	       "an idle chain of one node must cost nothing; in an hour its "
	       "timers have called it %" G_GUINT64_FORMAT " times",
	       calls);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	CHECK_RULE("abi.inputs-not-written", "Inputs are not written to.",
	    "base.h: rule 3", not_written),
	CHECK_RULE("abi.inputs-not-kept",
	    "Inputs and sinks are not used after the call.",
	    "base.h: rule 3", not_kept),
	CHECK_RULE("abi.nothing-left",
	    "No call leaves a thread, process, descriptor, signal handler, "
	    "locale or the like behind, or prints.",
	    "engine.h: \"An engine is a pure state machine\"",
	    nothing_left),
	CHECK_RULE("abi.services-while-open",
	    "Services are used only while the chain is open.",
	    "base.h: & open", services),
	CHECK_RULE("abi.close-answers", "Closing answers whoever waits.",
	    "engine.h: bsn_chain_ops.close", close_answers),
	CHECK_RULE("abi.idle", "An idle chain costs nothing.",
	    "engine.h: bsn_chain_ops.open", idle),
};
CHECK_GROUP(checks_abi, list);
