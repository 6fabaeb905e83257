/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench: which rates a ramp tries, and what it takes for good.
 */
#include <string.h>

#include "tools/bench/ramp.h"

#define STEPS_MAX 64

/* Looks for a limit; the rates that were tried, "100+ 200+ 400- ...", and what
 * was found. */
static char *
look_for(const RampPlan *plan, double limit)
{
	RampSearch search = ramp_search(plan);
	GString *tried = g_string_new(NULL);
	guint steps = 0;

	while (search.next > 0 && ++steps <= STEPS_MAX) {
		const gboolean holds = search.next <= limit;

		g_string_append_printf(tried, "%g%c ", search.next,
				       holds ? '+' : '-');
		ramp_tell(&search, holds);
	}
	g_assert_cmpuint(steps, <=, STEPS_MAX);
	g_string_append_printf(tried, "= %g", search.holds);
	return g_string_free(tried, FALSE);
}

static void
assert_found(const RampPlan *plan, double limit, const char *expected)
{
	g_autofree char *tried = look_for(plan, limit);

	g_assert_cmpstr(tried, ==, expected);
}

static void
test_search(void)
{
	RampPlan plan = { .start = 100, .most = 1e6, .precision = 10 };

	assert_found(&plan, 330, "100+ 200+ 400- 300+ 350- 325+ = 325");
	/* Too much at first. */
	assert_found(&plan, 30,
		     "100- 50- 25+ 37.5- 31.25- 28.125+ 29.6875+ "
		     "= 29.6875");
	assert_found(&plan, 0.5,
		     "100- 50- 25- 12.5- 6.25- 3.125- 1.5625- "
		     "= 0");
	/* No further than it may. */
	plan.most = 300;
	assert_found(&plan, 1e9, "100+ 200+ 300+ = 300");
	plan.most = 50;
	assert_found(&plan, 1e9, "50+ = 50");
}

static Run *
run_of(guint fast, guint slow, guint failed)
{
	Run *run = run_new();

	hist_add(run->latency, 5000, fast);
	hist_add(run->latency, 60000, slow);
	run->committed = fast + slow;
	if (failed > 0)
		tally_add(run->errors, "busy", failed);
	return run;
}

static void
assert_judged(const RampPlan *plan, Run *run, const char *part)
{
	g_autofree char *why = ramp_judge(plan, run);

	if (part == NULL)
		g_assert_null(why);
	else if (why == NULL || strstr(why, part) == NULL)
		g_error("\"%s\" lacks \"%s\"", why, part);
	run_free(run);
}

static void
test_judge(void)
{
	RampPlan plan = { .percent = 99, .bound_ms = 50, .errors = 0 };
	Run *stopped = run_of(100, 0, 0);

	assert_judged(&plan, run_of(990, 10, 0), NULL);
	assert_judged(&plan, run_of(989, 11, 0), "p99 is 6");
	assert_judged(&plan, run_of(1000, 0, 1), "1 of 1001 were not");
	assert_judged(&plan, run_of(0, 0, 0), "0 of 0");
	stopped->stopped = TRUE;
	assert_judged(&plan, stopped, "it was ended");
	plan.errors = 1;
	assert_judged(&plan, run_of(1000, 0, 10), NULL);
	assert_judged(&plan, run_of(1000, 0, 11), "11 of 1011");
	plan.percent = 50;
	assert_judged(&plan, run_of(501, 499, 0), NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bench/ramp/doubles-halves-and-meets-in-the-middle",
			test_search);
	g_test_add_func("/bench/ramp/judges-latency-and-failures", test_judge);
	return g_test_run();
}
