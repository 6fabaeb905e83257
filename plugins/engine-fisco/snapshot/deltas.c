/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/deltas.h"

#include "plugins/engine-fisco/services.h"

/* Entries of one job: whose deltas are kept, and that are only summed up. */
#define TOGETHER 16u
#define SUMMED 64u

typedef struct {
	bsn_jobs jobs;
	const Suite *suite;
	const Entries *before;
	const Entries *after;
	guint n;
	LtHash *deltas;
	gint failed; /* one of the failures, atomic; BSN_OK: none */
} Deltas;

static int32_t
make_one(const Deltas *deltas, guint index)
{
	const Entry after = entries_at(deltas->after, index);
	LtHash *delta = &deltas->deltas[index];
	int32_t status = BSN_OK;

	if (after.there)
		status = lthash_add(deltas->suite, after.key, after.value,
				    delta);
	if (status == BSN_OK && deltas->before != NULL) {
		const Entry before = entries_at(deltas->before, index);

		if (before.there)
			status = lthash_remove(deltas->suite, before.key,
					       before.value, delta);
	}
	return status;
}

static void
make_some(bsn_jobs *jobs, uint64_t index)
{
	Deltas *deltas = (Deltas *)jobs;
	const guint first = (guint)index * TOGETHER;
	const guint end = MIN(first + TOGETHER, deltas->n);

	for (guint i = first; i < end; i++) {
		int32_t status = make_one(deltas, i);

		if (status != BSN_OK)
			g_atomic_int_set(&deltas->failed, status);
	}
}

int32_t
deltas_make(const Ledger *ledger, const Entries *before, const Entries *after,
	    LtHash **out)
{
	Deltas deltas = { .jobs = { make_some },
			  .suite = &ledger->suite,
			  .before = before,
			  .after = after,
			  .n = entries_n(after),
			  .failed = BSN_OK };
	const guint jobs = (deltas.n + TOGETHER - 1) / TOGETHER;

	*out = deltas.deltas = g_new0(LtHash, deltas.n);
	if (jobs > 1)
		services.parallel->run(ledger->chain, &deltas.jobs, jobs);
	else if (jobs == 1)
		make_some(&deltas.jobs, 0);
	return g_atomic_int_get(&deltas.failed);
}

/* ---- sums ---------------------------------------------------------------- */

typedef struct {
	bsn_jobs jobs;
	const Suite *suite;
	const Entries *entries;
	LtHash *sums; /* one for each job */
	gint failed;
} Sums;

static void
sum_some(bsn_jobs *jobs, uint64_t index)
{
	Sums *sums = (Sums *)jobs;
	const guint first = (guint)index * SUMMED;
	const guint end = MIN(first + SUMMED, entries_n(sums->entries));

	for (guint i = first; i < end; i++) {
		const Entry entry = entries_at(sums->entries, i);
		int32_t status = lthash_add(sums->suite, entry.key, entry.value,
					    &sums->sums[index]);

		if (status != BSN_OK)
			g_atomic_int_set(&sums->failed, status);
	}
}

int32_t
deltas_sum(const Ledger *ledger, const Entries *entries, LtHash *sum)
{
	const guint jobs = (entries_n(entries) + SUMMED - 1) / SUMMED;
	g_autofree LtHash *each = g_new0(LtHash, jobs);
	Sums sums = { { sum_some }, &ledger->suite, entries, each, BSN_OK };

	*sum = (LtHash){ { 0 } };
	if (jobs > 0)
		services.parallel->run(ledger->chain, &sums.jobs, jobs);
	for (guint i = 0; i < jobs; i++)
		lthash_join(sum, &each[i]);
	return g_atomic_int_get(&sums.failed);
}
