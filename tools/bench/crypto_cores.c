/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/crypto_cores.h"

#include <sched.h>
#include <stdlib.h>

#include "tools/bench/crypto_signers.h"

#define THREADS 2u
#define ROUND_US_MIN 2000.0
#define ROUND_US_MAX 40000.0
#define ROUNDS_MIN 8u
#define BATCHES_MAX 64u

/* ---- cores -------------------------------------------------------------- */

/* Whether one core runs both: "0,64" or "0-1" of the kernel's list. */
static gboolean
are_siblings(int a, int b)
{
	g_autofree char *file = g_strdup_printf(
		"/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
		a);
	g_autofree char *text = NULL;
	g_auto(GStrv) ranges = NULL;

	if (!g_file_get_contents(file, &text, NULL, NULL))
		return FALSE;
	ranges = g_strsplit(g_strstrip(text), ",", -1);
	for (char **range = ranges; *range != NULL; range++) {
		const char *dash = strchr(*range, '-');
		const int from = atoi(*range);

		if (b >= from && b <= (dash != NULL ? atoi(dash + 1) : from))
			return TRUE;
	}
	return FALSE;
}

Cores
cores_pick(void)
{
	Cores cores = { .first = -1, .second = -1 };
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return cores;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((gsize)cpu, &allowed))
			continue;
		if (cores.first < 0) {
			cores.first = cpu;
			continue;
		}
		if (cores.second >= 0 && !cores.share_a_core)
			break;
		if (cores.second < 0 || !are_siblings(cores.first, cpu)) {
			cores.second = cpu;
			cores.share_a_core = are_siblings(cores.first, cpu);
		}
	}
	return cores;
}

void
cores_pin(int cpu)
{
	cpu_set_t one;

	if (cpu < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET((gsize)cpu, &one);
	(void)sched_setaffinity(0, sizeof(one), &one);
}

/* ---- rounds ------------------------------------------------------------- */

typedef struct {
	Signers *batches[BATCHES_MAX];
	guint n; /* of a round */
	int cpu;
	guint *started; /* threads that stand ready */
	guint threads;
	gint64 end_us;
	gboolean good;
} Work;

/* All begin together. */
static void
meet(Work *work)
{
	g_atomic_int_inc((gint *)work->started);
	while ((guint)g_atomic_int_get((gint *)work->started) < work->threads)
		;
}

static void
verify_batches(Work *work)
{
	for (guint i = 0; i < work->n && work->good; i++)
		work->good = signers_verify(work->batches[i]);
	work->end_us = g_get_monotonic_time();
}

static gpointer
second_thread(gpointer data)
{
	Work *work = data;

	cores_pin(work->cpu);
	meet(work);
	verify_batches(work);
	return NULL;
}

/* Microseconds from when all were ready to when the last was done. */
static gint64
run_round(Work *works, guint threads)
{
	guint started = 0;
	GThread *thread = NULL;
	gint64 from_us;

	for (guint i = 0; i < threads; i++) {
		works[i].started = &started;
		works[i].threads = threads;
	}
	if (threads > 1)
		thread = g_thread_new("second", second_thread, &works[1]);
	meet(&works[0]);
	from_us = g_get_monotonic_time();
	verify_batches(&works[0]);
	if (thread == NULL)
		return works[0].end_us - from_us;
	g_thread_join(thread);
	return MAX(works[0].end_us, works[1].end_us) - from_us;
}

static gboolean
renew(Work *work)
{
	for (guint i = 0; i < work->n; i++)
		if (!signers_renew(work->batches[i]))
			return FALSE;
	return TRUE;
}

/* Batches of which the shortest measurement, too, has some rounds. */
static gboolean
size_rounds(Work *works, double seconds)
{
	const double round_us = CLAMP(seconds * G_USEC_PER_SEC / ROUNDS_MIN,
				      ROUND_US_MIN, ROUND_US_MAX);
	gint64 us;
	guint n;

	works[0].n = 1;
	if (!renew(&works[0]))
		return FALSE;
	us = MAX(run_round(works, 1), 1);
	n = (guint)CLAMP(round_us / (double)us, 1, BATCHES_MAX);
	works[0].n = works[1].n = n;
	return works[0].good && renew(&works[0]) && renew(&works[1]);
}

static gboolean
run_rounds(Work *works, gboolean are_new, double seconds, double *speedup)
{
	const gint64 until_us =
		g_get_monotonic_time() + (gint64)(seconds * G_USEC_PER_SEC);
	gint64 best[THREADS] = { G_MAXINT64, G_MAXINT64 };

	for (guint round = 0;
	     round < ROUNDS_MIN || g_get_monotonic_time() < until_us; round++)
		for (guint threads = 1; threads <= THREADS; threads++) {
			gint64 us;

			if (are_new && (!renew(&works[0]) ||
					(threads > 1 && !renew(&works[1]))))
				return FALSE;
			us = run_round(works, threads);
			best[threads - 1] = MIN(best[threads - 1], us);
			if (!works[0].good || !works[1].good)
				return FALSE;
		}
	*speedup = THREADS * (double)best[0] / (double)best[1];
	return TRUE;
}

gboolean
cores_compare(const Cores *cores, const bsn_signature *scheme, gboolean are_new,
	      double seconds, double *speedup)
{
	Work works[THREADS] = {
		{ .good = TRUE, .cpu = cores->first },
		{ .good = TRUE, .cpu = cores->second },
	};
	gboolean good;

	for (guint i = 0; i < BATCHES_MAX; i++)
		for (guint thread = 0; thread < THREADS; thread++)
			works[thread].batches[i] = signers_new(scheme);
	good = size_rounds(works, seconds) &&
	       run_rounds(works, are_new, seconds, speedup);
	for (guint i = 0; i < BATCHES_MAX; i++)
		for (guint thread = 0; thread < THREADS; thread++)
			g_free(works[thread].batches[i]);
	return good;
}
