/* SPDX-License-Identifier: Apache-2.0
 *
 * The store after the power has failed: at any point of what it did to its
 * files, and with any part of what it had not synced.
 *
 * POWERLOSS_SEED and POWERLOSS_STATES run another seed, and more states of it;
 * `make soak-powerloss` runs many. The same seed is the same work and the same
 * choices, but threads take their turns as they like: a state that fails is
 * therefore kept, and its directory is named.
 */
#include <stdlib.h>

#include "tests/unit/powerloss-crash.h"
#include "tests/unit/powerloss-work.h"
#include "tests/unit/store_fixture.h"

#define BATCHES 150u
#define BATCHES_AFTER 12u
#define STATES 40u
/* Each that many-th goes on, and loses power in so many ways once more. */
#define GOES_ON 8u
#define STATES_AFTER 6u

typedef struct {
	Work work;
	const DiskLog *log;
	GRand *rand;
	WorkCount told, given; /* before the log */
	gsize first;	       /* event before which power does not fail */
} Trial;

static guint
number_of(const char *name, guint otherwise)
{
	const char *text = g_getenv(name);

	return text != NULL ? (guint)g_ascii_strtoull(text, NULL, 10)
			    : otherwise;
}

static guint32
seed_of(void)
{
	return number_of("POWERLOSS_SEED", (guint)g_test_rand_int());
}

static int
compare_points(gconstpointer a, gconstpointer b)
{
	const gsize x = *(const gsize *)a, y = *(const gsize *)b;

	return x < y ? -1 : x > y;
}

/* Where the power fails: events, in order. */
static GArray *
chance_points(const Trial *trial, guint n)
{
	GArray *points = g_array_sized_new(FALSE, FALSE, sizeof(gsize), n);

	for (guint i = 0; i < n; i++) {
		const gsize at = (gsize)g_rand_int_range(
			trial->rand, (gint32)trial->first,
			(gint32)trial->log->events->len + 1);

		g_array_append_val(points, at);
	}
	g_array_sort(points, compare_points);
	return points;
}

/* One state in a directory: NULL, or what is wrong with it. */
static char *
judge_state(const Trial *trial, const Disk *disk, gsize at,
	    const char *directory, WorkCount *found)
{
	const Work *work = &trial->work;
	WorkCount told = trial->told, given = trial->given;
	const char *way = disk_crash(disk, trial->rand, directory);
	g_autofree char *wrong = NULL;

	work_count(trial->log, at, &told, &given);
	wrong = (work->faults == DISK_HONEST ? work_judge : work_judge_apart)(
		work, directory, &told, &given, found);
	if (wrong == NULL)
		return NULL;
	return g_strdup_printf("seed %u, power lost after %" G_GSIZE_FORMAT
			       " of %u events, left: %s, in %s: %s",
			       work->seed, at, trial->log->events->len, way,
			       directory, wrong);
}

typedef void (*AfterFunc)(const Trial *trial, const char *directory,
			  const WorkCount *found);

/* Judges n states; NULL, or what is wrong with the first that is. */
static char *
judge_states(const Trial *trial, guint n, AfterFunc after)
{
	g_autoptr(Disk) disk = disk_new(trial->log);
	g_autoptr(GArray) points = chance_points(trial, n);
	char *wrong = NULL;

	for (guint i = 0; i < n && wrong == NULL; i++) {
		const gsize at = g_array_index(points, gsize, i);
		char *directory = make_directory();
		WorkCount found = { { 0 } };

		disk_run(disk, at);
		wrong = judge_state(trial, disk, at, directory, &found);
		if (wrong == NULL && after != NULL && i % GOES_ON == 0)
			after(trial, directory, &found);
		/* One that must not be is kept, to be looked at. */
		if (wrong == NULL || trial->work.faults != DISK_HONEST)
			remove_directory(directory);
		else
			g_free(directory);
	}
	return wrong;
}

static DiskLog *
record(const Work *work, const char *directory, const WorkCount *from,
       guint batches)
{
	disk_record(directory);
	work_run(work, directory, from, batches);
	return disk_stop();
}

/* Goes on with what was left, and loses power again: while it recovers, or
 * later. */
static void
lose_again(const Trial *before, const char *directory, const WorkCount *found)
{
	g_autoptr(DiskLog) log =
		record(&before->work, directory, found, BATCHES_AFTER);
	const Trial trial = {
		before->work, log, before->rand, *found, *found, 0
	};
	g_autofree char *wrong = judge_states(&trial, STATES_AFTER, NULL);

	if (wrong != NULL)
		g_error("the second time: %s", wrong);
}

/* The event after which the store was open. */
static gsize
opened(const DiskLog *log)
{
	gsize i = 0;

	while (g_array_index(log->events, DiskEvent, i).mark != WORK_OPENED)
		i++;
	return i;
}

static const Work works[] = {
	/* The database is written when nothing comes. */
	{ .large = FALSE, .unfolded_max = 1 << 20, .journal_max = 0 },
	/* It is written all the time. */
	{ .large = FALSE, .unfolded_max = 32 << 10, .journal_max = 0 },
	/* Segments of the journal are full soon, and are used again. */
	{ .large = TRUE, .unfolded_max = 256 << 10, .journal_max = 1 << 20 },
};

static void
test_whole_batches(gconstpointer data)
{
	const WorkCount none = { { 0 } };
	Trial trial = { .work = *(const Work *)data };
	char *directory = make_directory();
	g_autoptr(DiskLog) log = NULL;
	g_autofree char *wrong = NULL;

	trial.work.seed = seed_of();
	g_test_message("seed %u", trial.work.seed);
	trial.rand = g_rand_new_with_seed(trial.work.seed);
	log = record(&trial.work, directory, &none, BATCHES);
	trial.log = log;
	trial.first = opened(log);
	wrong = judge_states(&trial, number_of("POWERLOSS_STATES", STATES),
			     lose_again);
	if (wrong != NULL)
		g_error("%s", wrong);
	g_rand_free(trial.rand);
	remove_directory(directory);
}

/* ---- faults that must be found ------------------------------------------ */

/* Many: a fault shows only in some of them. */
#define FAULTY_STATES 100u

static void
test_fault(gconstpointer data)
{
	const WorkCount none = { { 0 } };
	Trial trial = { .work = works[2] };
	char *directory = make_directory();
	g_autoptr(DiskLog) log = NULL;
	g_autofree char *wrong = NULL;

	trial.work.seed = seed_of();
	trial.work.faults = GPOINTER_TO_UINT(data);
	trial.rand = g_rand_new_with_seed(trial.work.seed);
	log = record(&trial.work, directory, &none, BATCHES);
	trial.log = log;
	trial.first = opened(log);
	wrong = judge_states(&trial, FAULTY_STATES, NULL);
	g_assert_nonnull(wrong);
	g_test_message("%s", wrong);
	g_rand_free(trial.rand);
	remove_directory(directory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/store/powerloss/idle-database", &works[0],
			     test_whole_batches);
	g_test_add_data_func("/store/powerloss/busy-database", &works[1],
			     test_whole_batches);
	g_test_add_data_func("/store/powerloss/segments-used-again", &works[2],
			     test_whole_batches);
	g_test_add_data_func("/store/powerloss/fault/journal-not-synced",
			     GUINT_TO_POINTER(DISK_NO_SYNC_OF_JOURNAL),
			     test_fault);
	g_test_add_data_func("/store/powerloss/fault/database-not-synced",
			     GUINT_TO_POINTER(DISK_NO_SYNC_OF_DATABASE),
			     test_fault);
	g_test_add_data_func("/store/powerloss/fault/names-not-synced",
			     GUINT_TO_POINTER(DISK_NO_SYNC_OF_NAMES),
			     test_fault);
	return g_test_run();
}
