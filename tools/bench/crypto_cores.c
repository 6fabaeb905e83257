/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/crypto_cores.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tools/bench/crypto_signers.h"

#define THREADS 2u
#define ROUND_US_MIN 1000.0
#define ROUND_US_MAX 2000.0
#define ROUNDS_MIN 8u
/* So often longer than asked for, while rounds are disturbed. */
#define PATIENCE 4
/* Rounds after which a plugin knows a key. */
#define WARM_UP 8u
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
	const Signers *known; /* what all threads verify again and again; NULL:
			       * each its own batches, once */
	guint n; /* of a round */
	int cpu;
	guint *started; /* threads that stand ready */
	guint threads;
	gint64 end_us;
	glong preempted; /* by others' work, in this round */
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

/* How often this thread had to leave its core to others; to wait for a lock is
 * not among it. */
static glong
preemptions(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

static void
verify_batches(Work *work)
{
	const glong before = preemptions();

	for (guint i = 0; i < work->n && work->good; i++)
		work->good = signers_verify(
			work->known != NULL ? work->known : work->batches[i]);
	work->end_us = g_get_monotonic_time();
	work->preempted = preemptions() - before;
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
size_rounds(Work *works, gboolean are_new, double seconds)
{
	const double round_us = CLAMP(seconds * G_USEC_PER_SEC / ROUNDS_MIN,
				      ROUND_US_MIN, ROUND_US_MAX);
	gint64 us = 1;
	guint n;

	works[0].n = 1;
	if (!renew(&works[0]))
		return FALSE;
	if (!are_new)
		works[0].known = works[1].known = works[0].batches[0];
	for (guint i = 0; i < (are_new ? 1 : WARM_UP); i++)
		us = MAX(run_round(works, 1), 1);
	n = (guint)CLAMP(round_us / (double)us, 1, BATCHES_MAX);
	works[0].n = works[1].n = n;
	return works[0].good;
}

/* Rounds of so many threads. */
typedef struct {
	GArray *quiet; /* us, as double: nobody had to leave a core */
	double best;   /* us, of all */
} Rounds;

static gboolean
add_round(Rounds *rounds, Work *works, guint threads, gboolean are_new)
{
	glong preempted = 0;
	double us;

	if (are_new &&
	    (!renew(&works[0]) || (threads > 1 && !renew(&works[1]))))
		return FALSE;
	us = (double)run_round(works, threads);
	rounds->best = rounds->best > 0 ? MIN(rounds->best, us) : us;
	for (guint i = 0; i < threads; i++)
		preempted += works[i].preempted;
	if (preempted == 0)
		g_array_append_val(rounds->quiet, us);
	return works[0].good && works[1].good;
}

/* Of the rounds of one thread and those of two. Where either has too few quiet
 * ones, the best stand in for both: beside a median they would flatter. */
static double
speedup_of(const Rounds *rounds)
{
	if (rounds[0].quiet->len < ROUNDS_MIN / 2 ||
	    rounds[1].quiet->len < ROUNDS_MIN / 2)
		return THREADS * rounds[0].best / rounds[1].best;
	return THREADS * trial_median(rounds[0].quiet) /
	       trial_median(rounds[1].quiet);
}

static gboolean
is_enough(const Rounds *rounds, gint64 elapsed_us, double seconds)
{
	const double asked_us = seconds * G_USEC_PER_SEC;

	if ((double)elapsed_us < asked_us)
		return FALSE;
	return (rounds[0].quiet->len >= ROUNDS_MIN &&
		rounds[1].quiet->len >= ROUNDS_MIN) ||
	       (double)elapsed_us > PATIENCE * asked_us;
}

static gboolean
run_rounds(Work *works, Rounds *rounds, gboolean are_new, double seconds)
{
	const gint64 from_us = g_get_monotonic_time();

	for (guint i = 0;
	     i < ROUNDS_MIN ||
	     !is_enough(rounds, g_get_monotonic_time() - from_us, seconds);
	     i++)
		for (guint threads = 1; threads <= THREADS; threads++)
			if (!add_round(&rounds[threads - 1], works, threads,
				       are_new))
				return FALSE;
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
	Rounds rounds[THREADS] = { { NULL, 0 }, { NULL, 0 } };
	gboolean good;

	for (guint thread = 0; thread < THREADS; thread++) {
		rounds[thread].quiet =
			g_array_new(FALSE, FALSE, sizeof(double));
		for (guint i = 0; i < BATCHES_MAX; i++)
			works[thread].batches[i] = signers_new(scheme);
	}
	good = size_rounds(works, are_new, seconds) &&
	       run_rounds(works, rounds, are_new, seconds);
	if (good)
		*speedup = speedup_of(rounds);
	for (guint thread = 0; thread < THREADS; thread++) {
		g_array_unref(rounds[thread].quiet);
		for (guint i = 0; i < BATCHES_MAX; i++)
			g_free(works[thread].batches[i]);
	}
	return good;
}
