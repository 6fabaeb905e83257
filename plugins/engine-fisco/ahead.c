/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/ahead.h"

#include <string.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/conflict.h"
#include "plugins/engine-fisco/services.h"

/* Attempts that are freed together. */
#define SWEEP 32u

/* Rounds that are left out, at most, while trials do not count. */
#define PAUSE_MAX 16u

typedef struct {
	const Tx *tx;
	Overlay *trial; /* NULL: it was not run */
	Receipt *receipt;
	int32_t status;
} Attempt;

/* Those of a round that is over: to free them takes as long as to take them,
 * so it is done on all workers. */
typedef struct {
	bsn_jobs jobs;
	Attempt attempts[AHEAD_MAX];
	guint n;
} Swept;

struct Ahead {
	bsn_jobs jobs;
	Swept swept;
	const Execution *execution;
	Overlay *state;
	AheadPace *pace;
	ConflictGroups groups;
	Attempt attempts[AHEAD_MAX];
	guint64 runs[AHEAD_MAX]; /* by which each was taken, or 0 */
	guint n;
	guint turn;  /* those before it had their turn */
	guint tried, taken; /* of this round */
	gboolean doubted;   /* one of this round did not count, */
	gboolean given_up;  /* nor would most after it */
};

static void run_group(bsn_jobs *jobs, uint64_t index);
static void sweep(bsn_jobs *jobs, uint64_t index);

Ahead *
ahead_new(const Execution *execution, Overlay *state, AheadPace *pace)
{
	Ahead *ahead = g_new0(Ahead, 1);

	ahead->jobs.run = run_group;
	ahead->swept.jobs.run = sweep;
	ahead->execution = execution;
	ahead->state = state;
	ahead->pace = pace;
	return ahead;
}

/* When most were in vain the next rounds are left out, ever more of them. */
static void
set_pace(const Ahead *ahead)
{
	AheadPace *pace = ahead->pace;

	if (ahead->tried == 0)
		return;
	pace->anew = ahead->given_up;
	if (pace->anew)
		return;
	if (2 * ahead->taken >= ahead->tried)
		pace->pause = 0;
	else
		pace->pause = CLAMP(2 * pace->pause, 1, PAUSE_MAX);
	pace->left_out = 0;
}

static void
end_round(Ahead *ahead)
{
	Swept *swept = &ahead->swept;

	set_pace(ahead);
	if (ahead->tried > 0) {
		memcpy(swept->attempts, ahead->attempts,
		       ahead->n * sizeof(Attempt));
		swept->n = ahead->n;
		services.parallel->run(execution_chain(ahead->execution),
				       &swept->jobs,
				       (swept->n + SWEEP - 1) / SWEEP);
	}
	memset(ahead->runs, 0, ahead->n * sizeof(*ahead->runs));
	ahead->n = ahead->turn = ahead->tried = ahead->taken = 0;
	ahead->doubted = ahead->given_up = FALSE;
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
	return ahead->turn >= ahead->n || ahead->given_up;
}

/* ---- on the workers ---------------------------------------------------- */

static void
sweep(bsn_jobs *jobs, uint64_t index)
{
	Swept *swept = (Swept *)jobs;
	guint first = (guint)index * SWEEP;

	for (guint i = first; i < MIN(first + SWEEP, swept->n); i++) {
		overlay_free(swept->attempts[i].trial);
		receipt_free(swept->attempts[i].receipt);
	}
}

static void
try_one(const Ahead *ahead, Attempt *attempt, const Overlay *below)
{
	attempt->trial = overlay_trial(below);
	attempt->receipt = receipt_new();
	attempt->status = execution_try(ahead->execution, attempt->trial,
					attempt->tx, attempt->receipt);
}

static void
run_group(bsn_jobs *jobs, uint64_t index)
{
	Ahead *ahead = (Ahead *)jobs;
	gint i = (gint)ahead->groups.first[index];
	gint next = ahead->groups.next[i];
	g_autoptr(Overlay) group = NULL;

	try_one(ahead, &ahead->attempts[i], ahead->state);
	if (next >= 0)
		group = overlay_trial(ahead->state);
	for (; next >= 0; next = ahead->groups.next[i]) {
		overlay_fold(group, ahead->attempts[i].trial, (guint)i);
		i = next;
		try_one(ahead, &ahead->attempts[i], group);
	}
}

/* ---- a round ----------------------------------------------------------- */

static gboolean
is_left_out(AheadPace *pace)
{
	if (pace->left_out >= pace->pause)
		return FALSE;
	pace->left_out++;
	return TRUE;
}

void
ahead_run(Ahead *ahead, Tx *const *txs, guint n)
{
	end_round(ahead);
	ahead->n = n;
	for (guint i = 0; i < n; i++)
		ahead->attempts[i] = (Attempt){ .tx = txs[i] };
	if (n < 2 || is_left_out(ahead->pace))
		return;
	conflict_group(ahead->state, txs, n, &ahead->groups);
	if (ahead->groups.n > 1) {
		ahead->tried = n;
		services.parallel->run(execution_chain(ahead->execution),
				       &ahead->jobs, ahead->groups.n);
	}
	conflict_groups_clear(&ahead->groups);
}

/* ---- in the block's order ---------------------------------------------- */

/* What failed here, or gave too much, is for a real run to say. */
static gboolean
counts(const Ahead *ahead, const Attempt *attempt)
{
	return attempt->trial != NULL && attempt->status == BSN_OK &&
	       receipt_bytes(attempt->receipt) <= RECEIPT_BYTES_MAX &&
	       overlay_holds(ahead->state, attempt->trial, ahead->runs);
}

/* One transaction may have changed what most of the round go by: it made the
 * account that all pay to, say. Then those that are left are run ahead anew,
 * once, since they may as well stand in each other's way. */
static void
doubt(Ahead *ahead)
{
	guint fit = 0;

	if (ahead->doubted || ahead->tried == 0 || ahead->pace->pause > 0 ||
	    ahead->pace->anew)
		return;
	ahead->doubted = TRUE;
	for (guint i = ahead->turn; i < ahead->n; i++)
		if (counts(ahead, &ahead->attempts[i]))
			fit++;
	ahead->given_up = 2 * fit < ahead->n - ahead->turn;
}

gboolean
ahead_claim(Ahead *ahead, const Tx *tx, AheadResult *result)
{
	while (!ahead_is_over(ahead)) {
		Attempt *attempt = &ahead->attempts[ahead->turn];

		ahead->turn++;
		if (attempt->tx != tx)
			continue;
		*result = (AheadResult){ attempt->trial, attempt->receipt,
					 ahead->turn - 1 };
		if (counts(ahead, attempt))
			return TRUE;
		doubt(ahead);
		return FALSE;
	}
	return FALSE;
}

void
ahead_taken(Ahead *ahead, const AheadResult *result, guint64 run)
{
	ahead->runs[result->index] = run;
	ahead->attempts[result->index].receipt = NULL;
	ahead->taken++;
}
