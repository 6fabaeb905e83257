/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/workers.h"

#include <sched.h>

#include "host/ops/cpu.h"

/* Parallel runs come in quick succession, and to wake a thread takes as long as
 * many jobs: so often others may have the core before one goes to sleep. */
#define PATIENCE 100u

struct Workers {
	GMutex mutex;
	GCond some_ready;
	Ready *first; /* changed under mutex, atomically: see wait_patiently */
	Ready *last;  /* under mutex */
	int stopping;        /* under mutex */
	unsigned n;
	GThread **threads;
};

static void
set_first(Workers *workers, Ready *ready)
{
	__atomic_store_n(&workers->first, ready, __ATOMIC_RELAXED);
}

/* For a moment others may have the core. */
static void
wait_patiently(Workers *workers)
{
	for (unsigned i = 0; i < PATIENCE; i++) {
		if (__atomic_load_n(&workers->first, __ATOMIC_RELAXED) != NULL)
			return;
		sched_yield();
	}
}

/* The next thing to run, or NULL when the pool ends. */
static Ready *
wait_ready(Workers *workers)
{
	Ready *ready;

	g_mutex_lock(&workers->mutex);
	while (workers->first == NULL && !workers->stopping)
		g_cond_wait(&workers->some_ready, &workers->mutex);
	ready = workers->first;
	if (ready != NULL) {
		set_first(workers, ready->next);
		if (workers->first == NULL)
			workers->last = NULL;
	}
	g_mutex_unlock(&workers->mutex);
	return ready;
}

static void parallel_ticket(Ready *ready);

static gpointer
worker_main(gpointer data)
{
	Workers *workers = data;
	Ready *ready;

	while ((ready = wait_ready(workers)) != NULL) {
		gboolean parallel = ready->run == parallel_ticket;

		ready->run(ready);
		if (parallel)
			wait_patiently(workers);
	}
	return NULL;
}

Workers *
workers_new(unsigned n)
{
	Workers *workers = g_new0(Workers, 1);

	g_mutex_init(&workers->mutex);
	g_cond_init(&workers->some_ready);
	workers->n = MAX(n, 1);
	workers->threads = g_new0(GThread *, workers->n);
	for (unsigned i = 0; i < workers->n; i++)
		workers->threads[i] = g_thread_new("worker", worker_main,
						   workers);
	return workers;
}

void
workers_free(Workers *workers)
{
	if (workers == NULL)
		return;
	g_mutex_lock(&workers->mutex);
	workers->stopping = 1;
	g_cond_broadcast(&workers->some_ready);
	g_mutex_unlock(&workers->mutex);
	for (unsigned i = 0; i < workers->n; i++)
		g_thread_join(workers->threads[i]);
	g_free(workers->threads);
	g_cond_clear(&workers->some_ready);
	g_mutex_clear(&workers->mutex);
	g_free(workers);
}

unsigned
workers_count(const Workers *workers)
{
	return workers->n;
}

void
workers_ready(Workers *workers, Ready *ready, int urgent)
{
	g_mutex_lock(&workers->mutex);
	ready->next = urgent ? workers->first : NULL;
	if (urgent || workers->last == NULL)
		set_first(workers, ready);
	else
		workers->last->next = ready;
	if (workers->last == NULL || !urgent)
		workers->last = ready;
	g_cond_signal(&workers->some_ready);
	g_mutex_unlock(&workers->mutex);
}

/* ---- parallel runs ---- */

typedef struct {
	void (*job)(void *arg, guint64 index);
	void *arg;
	guint64 n;
	guint32 cpu_part; /* of who wants them done */
	guint64 next; /* atomic: first index that nobody has taken */
	guint64 done; /* changed under mutex, atomically: see await */
	GMutex mutex;
	GCond all_done;
} ParallelRun;

typedef struct {
	Ready ready;
	ParallelRun *run;
} Ticket;

static void
parallel_work(ParallelRun *run)
{
	guint64 mine = 0;

	for (;;) {
		guint64 index = __atomic_fetch_add(&run->next, 1,
						   __ATOMIC_RELAXED);
		if (index >= run->n)
			break;
		run->job(run->arg, index);
		mine++;
	}
	if (mine == 0)
		return;
	g_mutex_lock(&run->mutex);
	if (__atomic_add_fetch(&run->done, mine, __ATOMIC_RELAXED) == run->n)
		g_cond_signal(&run->all_done);
	g_mutex_unlock(&run->mutex);
}

static void
parallel_run_free(gpointer data)
{
	ParallelRun *run = data;

	g_mutex_clear(&run->mutex);
	g_cond_clear(&run->all_done);
}

static void
parallel_ticket(Ready *ready)
{
	Ticket *ticket = (Ticket *)ready;
	const guint32 before = cpu_charge(ticket->run->cpu_part);

	parallel_work(ticket->run);
	(void)cpu_charge(before);
	g_atomic_rc_box_release_full(ticket->run, parallel_run_free);
	g_free(ticket);
}

static void
await(ParallelRun *run)
{
	for (unsigned i = 0; i < PATIENCE; i++) {
		if (__atomic_load_n(&run->done, __ATOMIC_RELAXED) == run->n)
			break;
		sched_yield();
	}
	g_mutex_lock(&run->mutex);
	while (run->done < run->n)
		g_cond_wait(&run->all_done, &run->mutex);
	g_mutex_unlock(&run->mutex);
}

void
workers_run(Workers *workers, void (*job)(void *arg, guint64 index), void *arg,
	    guint64 n)
{
	ParallelRun *run;
	guint64 helpers = MIN((guint64)workers->n - 1, n > 0 ? n - 1 : 0);

	if (helpers == 0) {
		for (guint64 i = 0; i < n; i++)
			job(arg, i);
		return;
	}
	run = g_atomic_rc_box_new0(ParallelRun);
	run->job = job;
	run->arg = arg;
	run->n = n;
	run->cpu_part = cpu_part();
	g_mutex_init(&run->mutex);
	g_cond_init(&run->all_done);
	for (guint64 i = 0; i < helpers; i++) {
		Ticket *ticket = g_new0(Ticket, 1);

		ticket->ready.run = parallel_ticket;
		ticket->run = g_atomic_rc_box_acquire(run);
		workers_ready(workers, &ticket->ready, 1);
	}
	parallel_work(run);
	await(run);
	g_atomic_rc_box_release_full(run, parallel_run_free);
}
