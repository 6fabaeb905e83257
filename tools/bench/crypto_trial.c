/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/crypto_trial.h"

#include <time.h>

/* Of a turn, and how many there are at least. */
#define TURN_NS_MIN 1e6
#define TURN_NS_MAX 10e6
#define ROUNDS_MIN 5u
#define NS_PER_S 1e9

static void
trial_free(gpointer data)
{
	Trial *trial = data;

	g_free(trial->name);
	g_free(trial);
}

GPtrArray *
trials_new(void)
{
	return g_ptr_array_new_with_free_func(trial_free);
}

Trial *
trial_add(GPtrArray *trials, const char *algorithm, const char *operation,
	  const char *what, gpointer data)
{
	Trial *trial = g_new0(Trial, 1);

	trial->name = g_strconcat(algorithm, "-", operation, NULL);
	trial->what = what;
	trial->data = data;
	g_ptr_array_add(trials, trial);
	return trial;
}

/* Of all threads: a plugin that has some does not get them for nothing. */
static double
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * NS_PER_S + (double)now.tv_nsec;
}

/* Nanoseconds an operation; `spent` rises by what the clock saw. */
static gboolean
turn(gboolean (*prepare)(gpointer), gboolean (*run)(gpointer), gpointer data,
     double turn_ns, double *ns, double *spent)
{
	double on_clock = 0;
	guint ops = 0;

	while (on_clock < turn_ns) {
		double from;

		if (prepare != NULL && !prepare(data))
			return FALSE;
		from = cpu_ns();
		if (!run(data))
			return FALSE;
		on_clock += cpu_ns() - from;
		ops += TRIAL_OPS;
	}
	*ns = on_clock / ops;
	*spent += on_clock;
	return TRUE;
}

static gint
compare(gconstpointer a, gconstpointer b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

double
trial_median(GArray *values)
{
	const guint middle = values->len / 2;

	g_array_sort(values, compare);
	if (values->len % 2 == 1)
		return g_array_index(values, double, middle);
	return (g_array_index(values, double, middle - 1) +
		g_array_index(values, double, middle)) /
	       2;
}

static gboolean
run_rounds(const Trial *trial, double seconds, GArray *ns, GArray *reference_ns,
	   GArray *ratios)
{
	const double turn_ns = CLAMP(seconds * NS_PER_S / ROUNDS_MIN,
				     TURN_NS_MIN, TURN_NS_MAX);
	double spent = 0, reference_spent = 0;

	while (ns->len < ROUNDS_MIN || spent < seconds * NS_PER_S) {
		double mine, theirs, ratio;

		if (!turn(trial->prepare, trial->run, trial->data, turn_ns,
			  &mine, &spent))
			return FALSE;
		g_array_append_val(ns, mine);
		if (trial->reference == NULL)
			continue;
		if (!turn(trial->prepare_reference, trial->reference,
			  trial->data, turn_ns, &theirs, &reference_spent))
			return FALSE;
		g_array_append_val(reference_ns, theirs);
		ratio = theirs / mine;
		g_array_append_val(ratios, ratio);
	}
	return TRUE;
}

gboolean
trial_run(const Trial *trial, double seconds, TrialResult *result)
{
	g_autoptr(GArray) ns = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) reference_ns =
		g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) ratios = g_array_new(FALSE, FALSE, sizeof(double));

	if (!run_rounds(trial, seconds, ns, reference_ns, ratios))
		return FALSE;
	*result = (TrialResult){ .ns = trial_median(ns) };
	if (ratios->len > 0) {
		result->reference_ns = trial_median(reference_ns);
		result->ratio = trial_median(ratios);
	}
	return TRUE;
}
