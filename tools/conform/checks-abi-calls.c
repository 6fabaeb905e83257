/* SPDX-License-Identifier: Apache-2.0
 *
 * abi.*: what every single call keeps to: answers, errors, and what may be left
 * out.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/calls.h"
#include "tools/conform/scenario.h"
#include "tools/conform/storm.h"

/* ---- errors -------------------------------------------------------------- */

/* A contract's refusal is not the engine's fault. */
static void
refused_by_contract(Run *run, Bed *bed)
{
	BedValue value;
	Storm storm;

	if (!scenario_has_contract(bed) || !bed_has(bed, SIM_FN_FAIL))
		return;
	value = bed_call_at(bed, 0, 0, 0, SIM_FN_FAIL, "a", "a reason", 0);
	EXPECT(run, value.status != BSN_OK,
	       "a call that its contract refuses must fail; it succeeds");
	storm_begin(&storm, run, "a call that its contract refuses");
	storm_answer(&storm, value.status, &value.reply->err, FALSE);
}

static void
error_text(Run *run)
{
	Bed *bed = scenario_bed(run, NULL);
	Given wrong;
	Storm storm;

	given_wrong(&wrong);
	for (const EngineCall *call = engine_calls; call->name != NULL;
	     call++) {
		bsn_err err = BSN_ERR_INIT;
		int32_t status;

		if (!calls_is_there(run, call) || !call->takes)
			continue;
		status = calls_do(bed, call, &wrong, &err);
		run_note(run, "%s with what is wrong -> %s: %s", call->name,
			 bed_status_name(status), err.reason);
		EXPECT(run, status != BSN_OK,
		       "%s must refuse what is wrong; it takes it",
		       call->name);
		storm_begin(&storm, run, call->name);
		storm_answer(&storm, status, &err, FALSE);
	}
	refused_by_contract(run, bed);
	bed_free(bed);
}

/* How they are answered the simulator's host judges. */
static void
answers(Run *run)
{
	Bed *bed = scenario_bed(run, NULL);
	Given right, wrong;

	given_right(bed, &right);
	given_wrong(&wrong);
	for (const EngineCall *call = engine_calls; call->name != NULL;
	     call++) {
		bsn_err err = BSN_ERR_INIT;

		if (!calls_is_there(run, call))
			continue;
		calls_do(bed, call, &right, &err);
		calls_do(bed, call, &wrong, &err);
		run_note(run, "%s is answered once, and of its kind",
			 call->name);
	}
	bed_free(bed);
}

static void
without_err(Run *run, Bed *bed, const EngineCall *call, const Given *given)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t with = calls_do(bed, call, given, &err);
	int32_t without = calls_do(bed, call, given, NULL);

	EXPECT(run, with == without,
	       "err may be NULL and changes nothing; %s answers %s with it and "
	       "%s without",
	       call->name, bed_status_name(with), bed_status_name(without));
}

/* The functions that take no open chain, with what is wrong: 0 to 3. */
static int32_t
call_unopened(Run *run, Bed *bed, guint which, bsn_err *err)
{
	const bsn_chain_ops *chain = run->engine->chain;
	const bsn_slice wrong = bsn_slice_str("[");
	const bsn_genesis genesis = { .size = sizeof(genesis),
				      .config = wrong };
	const char *algorithm = NULL;
	bsn_ledger *ledger = NULL;
	guint8 bytes[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(bytes, sizeof(bytes));

	switch (which) {
	case 0:
		return chain->member_algorithm(wrong, &algorithm, err);
	case 1:
		return chain->genesis(&genesis, &sink.sink, err);
	case 2:
		return chain->open(bed_chain(bed, 1), wrong, &ledger, err);
	}
	return BSN_HAS(run->engine->block, verify)
		       ? run->engine->block->verify(wrong, NULL, 0, wrong,
						    &sink.sink, err)
		       : BSN_NOT_OFFERED;
}

static void
unopened_without_err(Run *run, Bed *bed)
{
	static const char *const names[] = { "bsn_chain_ops.member_algorithm",
					     "bsn_chain_ops.genesis",
					     "bsn_chain_ops.open",
					     "bsn_block_ops.verify" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		bsn_err err = BSN_ERR_INIT;
		int32_t with = call_unopened(run, bed, i, &err);
		int32_t without = call_unopened(run, bed, i, NULL);

		EXPECT(run, with == without,
		       "err may be NULL and changes nothing; %s answers %s "
		       "with it and %s without",
		       names[i], bed_status_name(with),
		       bed_status_name(without));
		run_note(run, "%s with and without err", names[i]);
	}
	run->engine->chain->close(NULL);
	run_note(run, "close(NULL) returns");
}

static void
null_err(Run *run)
{
	const BedSpec spare = { .spares = 1, .quiet = TRUE };
	Bed *bed = scenario_bed(run, &spare);
	Given right, wrong;

	given_right(bed, &right);
	given_wrong(&wrong);
	for (const EngineCall *call = engine_calls; call->name != NULL;
	     call++) {
		if (!calls_is_there(run, call))
			continue;
		without_err(run, bed, call, &right);
		without_err(run, bed, call, &wrong);
		run_note(run, "%s with and without err", call->name);
	}
	/* A spare's handle is one of a host, whose chain is being opened. */
	bed_chain(bed, 1)->state = SIM_OPENING;
	unopened_without_err(run, bed);
	bed_chain(bed, 1)->state = SIM_CLOSED;
	bed_free(bed);
}

/* ---- what is left out ---------------------------------------------------- */

static void
empty(Run *run)
{
	Bed *bed = scenario_bed(run, NULL);
	const bsn_genesis nothing = { .size = sizeof(nothing) };
	guint8 bytes[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(bytes, sizeof(bytes));
	bsn_err err = BSN_ERR_INIT;
	Given none;
	Storm storm;

	given_nothing(&none);
	storm_begin(&storm, run, "with nothing in it, a call");
	for (const EngineCall *call = engine_calls; call->name != NULL;
	     call++) {
		if (!calls_is_there(run, call))
			continue;
		err = (bsn_err)BSN_ERR_INIT;
		storm_answer(&storm, calls_do(bed, call, &none, &err), &err,
			     FALSE);
	}
	storm_answer(&storm,
		     run->engine->chain->genesis(&nothing, &sink.sink, &err),
		     &err, FALSE);
	storm_end(&storm);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	CHECK_RULE("abi.answers",
	    "A request is answered once, of its kind, in JSON where it is "
	    "JSON; a call that failed leaves its reply alone.",
	    "host.h: bsn_reply", answers),
	CHECK_RULE("abi.error-text",
	    "Whoever got something wrong is told what, with a status above 0.",
	    "base.h: rule 5", error_text),
	CHECK_RULE("abi.null-err", "err may be NULL; close(NULL) does nothing.",
	    "base.h: rule 6", null_err),
	CHECK_RULE("abi.empty",
	    "What is empty, with data NULL or not, is no reason to break.",
	    "base.h: bsn_slice", empty),
};
CHECK_GROUP(checks_abi_calls, list);
