/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/strand.h"
#include "host/loop.h"
#include "host/ops/cpu.h"

#define PRODUCERS 4
#define CALLS_EACH 20000

typedef struct {
	GMutex mutex;
	GCond changed;
	guint runs;    /* under mutex */
	gint inside;   /* atomic: calls running now */
	gint overlaps; /* atomic */
	guint last[PRODUCERS]; /* strand only */
	guint disorder;
} Seen;

typedef struct {
	StrandCall call;
	Seen *seen;
	guint producer, sequence;
} SeenCall;

static void
see(StrandCall *call)
{
	SeenCall *self = (SeenCall *)call;
	Seen *seen = self->seen;

	if (g_atomic_int_add(&seen->inside, 1) != 0)
		g_atomic_int_inc(&seen->overlaps);
	if (self->sequence != seen->last[self->producer] + 1)
		seen->disorder++;
	seen->last[self->producer] = self->sequence;
	g_atomic_int_add(&seen->inside, -1);
	g_mutex_lock(&seen->mutex);
	seen->runs++;
	g_cond_signal(&seen->changed);
	g_mutex_unlock(&seen->mutex);
	g_free(self);
}

typedef struct {
	Seen *seen;
	Strand *strand;
	Loop *loop;
	guint number;
} Producer;

static gpointer
produce(gpointer data)
{
	Producer *producer = data;

	for (guint i = 1; i <= CALLS_EACH; i++) {
		SeenCall *call = g_new0(SeenCall, 1);

		call->call.run = see;
		call->seen = producer->seen;
		call->producer = producer->number;
		call->sequence = i;
		if (producer->loop != NULL)
			loop_post(producer->loop, &call->call);
		else
			strand_post(producer->strand, &call->call);
	}
	return NULL;
}

static void
produce_all(Seen *seen, Strand *strand, Loop *loop)
{
	Producer producers[PRODUCERS];
	GThread *threads[PRODUCERS];

	for (guint i = 0; i < PRODUCERS; i++) {
		producers[i] = (Producer){ seen, strand, loop, i };
		threads[i] = g_thread_new("producer", produce, &producers[i]);
	}
	for (guint i = 0; i < PRODUCERS; i++)
		g_thread_join(threads[i]);
}

static void
test_one_at_a_time(void)
{
	Seen seen = { 0 };
	Workers *workers = workers_new(3);
	Strand *strand = strand_new(workers, BSN_CPU_ENGINE);

	produce_all(&seen, strand, NULL);
	g_mutex_lock(&seen.mutex);
	while (seen.runs < PRODUCERS * CALLS_EACH)
		g_cond_wait(&seen.changed, &seen.mutex);
	g_mutex_unlock(&seen.mutex);
	g_assert_cmpint(seen.overlaps, ==, 0);
	g_assert_cmpuint(seen.disorder, ==, 0);
	strand_unref(strand);
	workers_free(workers);
}

static void
test_workers_finish_before_they_end(void)
{
	Seen seen = { 0 };
	Workers *workers = workers_new(2);
	Strand *strand = strand_new(workers, BSN_CPU_ENGINE);

	produce_all(&seen, strand, NULL);
	strand_unref(strand);
	workers_free(workers);
	g_assert_cmpuint(seen.runs, ==, PRODUCERS * CALLS_EACH);
}

static void
stop_when_all_ran(evutil_socket_t fd, short what, void *data)
{
	loop_stop(data);
}

static void
test_loop_runs_posted_calls(void)
{
	Seen seen = { 0 };
	Loop *loop = loop_new();
	struct timeval soon = { 0, 1000 };

	produce_all(&seen, NULL, loop);
	event_base_once(loop_base(loop), -1, EV_TIMEOUT, stop_when_all_ran,
			loop, &soon);
	loop_run(loop);
	g_assert_cmpuint(seen.runs, ==, PRODUCERS * CALLS_EACH);
	g_assert_cmpuint(seen.disorder, ==, 0);
	loop_free(loop);
}

static void
square(void *arg, guint64 index)
{
	((guint64 *)arg)[index] += index * index;
}

static void
test_parallel_runs_each_job_once(void)
{
	g_autofree guint64 *squares = g_new0(guint64, 10000);
	Workers *workers = workers_new(4);

	workers_run(workers, square, squares, 10000);
	workers_run(workers, square, squares, 0);
	for (guint64 i = 0; i < 10000; i++)
		g_assert_cmpuint(squares[i], ==, i * i);
	workers_free(workers);
}

typedef struct {
	StrandCall call;
	Workers *workers;
	guint64 squares[64];
	gint *left;
} NestedCall;

static void
run_nested(StrandCall *call)
{
	NestedCall *nested = (NestedCall *)call;

	workers_run(nested->workers, square, nested->squares, 64);
	for (guint64 i = 0; i < 64; i++)
		g_assert_cmpuint(nested->squares[i], ==, i * i);
	g_atomic_int_add(nested->left, -1);
	g_free(nested);
}

static void
test_parallel_from_every_worker_at_once(void)
{
	Workers *workers = workers_new(2);
	gint left = 200;

	for (guint i = 0; i < 200; i++) {
		NestedCall *nested = g_new0(NestedCall, 1);
		Strand *strand = strand_new(workers, BSN_CPU_ENGINE);

		nested->call.run = run_nested;
		nested->workers = workers;
		nested->left = &left;
		strand_post(strand, &nested->call);
		strand_unref(strand);
	}
	workers_free(workers);
	g_assert_cmpint(left, ==, 0);
}

/* ---- CPU time ---- */

typedef struct {
	StrandCall call;
	Workers *workers;
	gint jobs, others; /* jobs; of them charged to something else */
} ChargedCall;

static void
look_at_part(void *arg, guint64 index)
{
	ChargedCall *charged = arg;

	(void)index;
	g_atomic_int_inc(&charged->jobs);
	if (cpu_part() != BSN_CPU_EXECUTION)
		g_atomic_int_inc(&charged->others);
}

static void
run_charged(StrandCall *call)
{
	ChargedCall *charged = (ChargedCall *)call;

	g_assert_cmpuint(cpu_part(), ==, BSN_CPU_CONSENSUS);
	(void)cpu_charge(BSN_CPU_EXECUTION);
	workers_run(charged->workers, look_at_part, charged, 5000);
	(void)cpu_charge(BSN_CPU_CONSENSUS);
}

static void
test_jobs_are_charged_as_their_caller(void)
{
	Workers *workers = workers_new(3);
	Strand *strand = strand_new(workers, BSN_CPU_CONSENSUS);
	ChargedCall charged = { { .run = run_charged }, workers, 0, 0 };

	strand_post(strand, &charged.call);
	strand_unref(strand);
	workers_free(workers);
	g_assert_cmpint(charged.jobs, ==, 5000);
	g_assert_cmpint(charged.others, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/strand/calls-run-one-at-a-time-in-order",
			test_one_at_a_time);
	g_test_add_func("/strand/workers-finish-queued-calls-before-they-end",
			test_workers_finish_before_they_end);
	g_test_add_func("/loop/posted-calls-run-in-order",
			test_loop_runs_posted_calls);
	g_test_add_func("/parallel/each-job-runs-once",
			test_parallel_runs_each_job_once);
	g_test_add_func("/parallel/every-worker-at-once-does-not-deadlock",
			test_parallel_from_every_worker_at_once);
	g_test_add_func("/cpu/jobs-are-charged-as-who-wants-them-done",
			test_jobs_are_charged_as_their_caller);
	return g_test_run();
}
