/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/ahead.h"

#include <string.h>

#include "plugins/engine-fisco/conflict.h"
#include "plugins/engine-fisco/run.h"
#include "plugins/engine-fisco/services.h"

#define LANES_MAX TRIALS_MAX
/* On a host that does not say how much it does at once. */
#define LANES_USUAL 4u
/* Bytes that one core has to itself while it writes to any of them. */
#define CACHE_LINE 64u

typedef struct {
	guint turn;
	guint mark; /* of the lane's trial, before it */
	EncodedReceipt receipt;
} Step;

/* Transactions that are run one after the other. */
typedef struct {
	Execution *own; /* on a trial of the block's state */
	Step *steps;    /* by rising turn */
	guint n;
	guint begun, taken; /* of them */
	gboolean full; /* the last one of those is more than the block takes */
	TrialClash clash; /* with the lanes after it */
	guint8 apart[CACHE_LINE]; /* from the next one, on another core */
} Lane;

struct Ahead {
	bsn_jobs jobs;
	Execution *execution;
	Tx *txs[PACE_SPAN_MAX];
	guint leader[PACE_SPAN_MAX];
	guint8 lane_of[PACE_SPAN_MAX];
	guint n; /* of this round */
	Lane lanes[LANES_MAX];
	guint n_lanes;
	gint stop;     /* the first turn that failed, atomic; TRIAL_NEVER: none */
	guint turn;    /* those before it were taken */
	guint valid;   /* those before it count */
	guint in_turn; /* that go in turn before the next round */
};

Ahead *
ahead_new(Execution *execution)
{
	Ahead *ahead = g_new(Ahead, 1);

	ahead->execution = execution;
	ahead->n = ahead->n_lanes = 0;
	ahead->turn = ahead->valid = ahead->in_turn = 0;
	return ahead;
}

static void
end_round(Ahead *ahead)
{
	for (guint i = 0; i < ahead->n_lanes; i++) {
		Lane *lane = &ahead->lanes[i];

		execution_free(lane->own);
		g_free(lane->steps);
	}
	ahead->n = ahead->n_lanes = 0;
	ahead->turn = ahead->valid = 0;
}

void
ahead_free(Ahead *ahead)
{
	if (ahead == NULL)
		return;
	end_round(ahead);
	g_free(ahead);
}

gboolean
ahead_is_over(const Ahead *ahead)
{
	return ahead->turn >= ahead->valid && ahead->in_turn == 0;
}

/* ---- on the workers ---------------------------------------------------- */

/* FALSE: it does not count. Where a lane's own are more than the block takes,
 * those of all lanes are: so no lane does more work than a whole block is. */
static gboolean
try_step(Lane *lane, Step *step, const Tx *tx)
{
	Overlay *trial = lane->own->state;
	Receipt *receipt = run_begin(lane->own);
	int32_t status;

	step->mark = overlay_mark(trial);
	trial_begin_turn(trial, step->turn);
	status = run_tx(lane->own, tx, receipt, NULL);
	if (status != BSN_OK || trial_forgot(trial) ||
	    receipt_bytes(receipt) > RECEIPT_BYTES_MAX)
		return FALSE;
	step->receipt = run_finish(lane->own);
	lane->full = !execution_count(lane->own, &step->receipt);
	return !lane->full;
}

/* No turn from this one on counts. */
static void
stop_at(Ahead *ahead, guint turn)
{
	gint stop = g_atomic_int_get(&ahead->stop);

	while (turn < (guint)stop && !g_atomic_int_compare_and_exchange(
					     &ahead->stop, stop, (gint)turn))
		stop = g_atomic_int_get(&ahead->stop);
}

/* All turns before the first that failed are run, in whatever lane. What a lane
 * writes to is allocated by its worker: beside nothing of another one's. */
static void
run_lane(bsn_jobs *jobs, uint64_t index)
{
	Ahead *ahead = (Ahead *)jobs;
	Lane *lane = &ahead->lanes[index];

	lane->own = execution_on_trial(ahead->execution);
	while (lane->begun < lane->n) {
		Step *step = &lane->steps[lane->begun];

		if (step->turn >= (guint)g_atomic_int_get(&ahead->stop))
			return;
		lane->begun++;
		if (!try_step(lane, step, ahead->txs[step->turn]))
			stop_at(ahead, step->turn);
	}
}

static void
compare_lane(bsn_jobs *jobs, uint64_t index)
{
	Ahead *ahead = (Ahead *)jobs;
	Lane *lane = &ahead->lanes[index];

	for (guint i = (guint)index + 1; i < ahead->n_lanes; i++)
		trial_compare(lane->own->state, ahead->lanes[i].own->state,
			      &lane->clash);
}

static void
on_lanes(Ahead *ahead, guint n, void (*run)(bsn_jobs *jobs, uint64_t index))
{
	ahead->jobs.run = run;
	services.parallel->run(execution_chain(ahead->execution), &ahead->jobs,
			       n);
}

/* ---- sharing out -------------------------------------------------------- */

static guint
lanes_at_once(const Execution *execution)
{
	const bsn_parallel *parallel = services.parallel;

	if (!BSN_HAS(parallel, width))
		return LANES_USUAL;
	return (guint)MIN(parallel->width(execution_chain(execution)),
			  LANES_MAX);
}

static guint
shortest_lane(const Ahead *ahead)
{
	guint shortest = 0;

	for (guint i = 1; i < ahead->n_lanes; i++)
		if (ahead->lanes[i].n < ahead->lanes[shortest].n)
			shortest = i;
	return shortest;
}

/* Groups of one, or all others, to whichever lane has least. */
static void
deal(Ahead *ahead, const guint *size, gboolean single)
{
	for (guint i = 0; i < ahead->n; i++) {
		if (ahead->leader[i] != i || (size[i] == 1) != single)
			continue;
		ahead->lane_of[i] = (guint8)shortest_lane(ahead);
		ahead->lanes[ahead->lane_of[i]].n += size[i];
	}
}

static void
open_lane(Ahead *ahead, Lane *lane)
{
	lane->steps = g_new(Step, lane->n);
	lane->n = 0;
	lane->clash = (TrialClash){ TRIAL_NEVER, TRIAL_NEVER };
}

static void
share_out(Ahead *ahead)
{
	g_autofree guint *size = g_new0(guint, ahead->n);

	for (guint i = 0; i < ahead->n_lanes; i++)
		ahead->lanes[i] = (Lane){ .n = 0 };
	for (guint i = 0; i < ahead->n; i++)
		size[ahead->leader[i]]++;
	deal(ahead, size, FALSE);
	deal(ahead, size, TRUE);
	for (guint i = 0; i < ahead->n_lanes; i++)
		open_lane(ahead, &ahead->lanes[i]);
	for (guint i = 0; i < ahead->n; i++) {
		Lane *lane;

		ahead->lane_of[i] = ahead->lane_of[ahead->leader[i]];
		lane = &ahead->lanes[ahead->lane_of[i]];
		lane->steps[lane->n++].turn = i;
	}
}

/* ---- a round ----------------------------------------------------------- */

static TrialClash
first_clash(const Ahead *ahead)
{
	TrialClash clash = { TRIAL_NEVER, TRIAL_NEVER };

	for (guint i = 0; i < ahead->n_lanes; i++)
		if (ahead->lanes[i].clash.before < clash.before)
			clash = ahead->lanes[i].clash;
	return clash;
}

/* Whether it was the block's end that the lanes stopped at. */
static gboolean
is_full(const Ahead *ahead, guint stop)
{
	for (guint i = 0; i < ahead->n_lanes; i++) {
		const Lane *lane = &ahead->lanes[i];

		if (lane->full && lane->steps[lane->begun - 1].turn == stop)
			return TRUE;
	}
	return FALSE;
}

static void
learn_gas(const Ahead *ahead, Pace *pace)
{
	guint64 gas = 0;
	guint64 n = 0;

	for (guint i = 0; i < ahead->n_lanes; i++) {
		const Lane *lane = &ahead->lanes[i];

		gas += lane->own->gas_used - ahead->execution->gas_used;
		n += lane->begun - (lane->full ? 1 : 0);
	}
	if (n > 0)
		pace->gas_each = gas / n;
}

/* How much counts, and what is to be learnt from that. */
static void
judge(Ahead *ahead)
{
	Pace *pace = &ahead->execution->ledger->pace;
	TrialClash clash = first_clash(ahead);
	guint stop = MIN((guint)ahead->stop, ahead->n);
	guint tried = is_full(ahead, stop) ? stop : ahead->n;

	ahead->valid = MIN(stop, clash.before);
	if (stop < ahead->n && stop <= clash.before)
		ahead->in_turn = 1;
	learn_gas(ahead, pace);
	if (clash.before < stop)
		pace_end(pace, tried, ahead->valid, ahead->txs[clash.before],
			 ahead->txs[clash.other]);
	else
		pace_end(pace, tried, ahead->valid, NULL, NULL);
}

void
ahead_run(Ahead *ahead, Tx *const *txs, guint n)
{
	const Execution *execution = ahead->execution;
	Pace *pace = &execution->ledger->pace;
	guint lanes = lanes_at_once(execution);
	guint ready;

	if (lanes < 2) {
		ahead->in_turn = n;
		return;
	}
	ready = pace_begin(pace, n, &ahead->in_turn);
	if (ready == 0)
		return;
	ahead->n = conflict_group(execution->state, pace, txs, ready,
				  ahead->leader);
	ahead->n_lanes = MIN(lanes, ahead->n);
	if (ahead->n == 0) {
		ahead->in_turn = MIN(n, CONFLICT_LOOK);
		return;
	}
	memcpy(ahead->txs, txs, ahead->n * sizeof(*txs));
	share_out(ahead);
	ahead->stop = (gint)TRIAL_NEVER;
	on_lanes(ahead, ahead->n_lanes, run_lane);
	on_lanes(ahead, ahead->n_lanes - 1, compare_lane);
	judge(ahead);
}

/* ---- in the block's order ---------------------------------------------- */

const EncodedReceipt *
ahead_peek(const Ahead *ahead, const Tx *tx)
{
	const Lane *lane;

	if (ahead->turn >= ahead->valid || ahead->txs[ahead->turn] != tx)
		return NULL;
	lane = &ahead->lanes[ahead->lane_of[ahead->turn]];
	return &lane->steps[lane->taken].receipt;
}

void
ahead_take(Ahead *ahead)
{
	ahead->lanes[ahead->lane_of[ahead->turn++]].taken++;
}

/* Undoes what was not taken. */
static void
cut(const Lane *lane)
{
	if (lane->taken < lane->begun)
		overlay_rollback(lane->own->state,
				 lane->steps[lane->taken].mark);
}

gboolean
ahead_settle(Ahead *ahead)
{
	gboolean any = ahead->turn > 0;

	for (guint i = 0; i < ahead->n_lanes; i++) {
		cut(&ahead->lanes[i]);
		trial_take(ahead->execution->state,
			   ahead->lanes[i].own->state);
	}
	end_round(ahead);
	return any;
}

void
ahead_pass(Ahead *ahead)
{
	if (ahead->in_turn > 0)
		ahead->in_turn--;
}
