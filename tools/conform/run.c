/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/run.h"

#include <stdio.h>
#include <string.h>

#include "tools/conform/guard.h"
#include "tools/sim/plugins.h"
#include "tools/sim/workload.h"

#define CASES 100u
#define CASES_QUICK 10u

void
run_check(Run *run)
{
	run->cases = run->options->quick ? CASES_QUICK : CASES;
	run->plugin = NULL;
	run->engine = NULL;
	run->workload = NULL;
	if (setjmp(run->end) == 0) {
		run->check->run(run);
		page_end(run->page, VERDICT_PASS, "");
	}
}

void
run_note(Run *run, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list args;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	page_add(run->page, line);
}

#define RUN_END(run, verdict, format)                                          \
	do {                                                                   \
		char *line;                                                    \
		va_list args;                                                  \
                                                                               \
		va_start(args, format);                                        \
		line = g_strdup_vprintf(format, args);                         \
		va_end(args);                                                  \
		page_end((run)->page, verdict, line);                          \
		g_free(line);                                                  \
		longjmp((run)->end, 1);                                        \
	} while (0)

void
run_fail(Run *run, const char *format, ...)
{
	RUN_END(run, VERDICT_FAIL, format);
}

void
run_warn(Run *run, const char *format, ...)
{
	RUN_END(run, VERDICT_WARN, format);
}

void
run_not_claimed(Run *run, const char *format, ...)
{
	RUN_END(run, VERDICT_NOT_CLAIMED, format);
}

void
run_alive(Run *run)
{
	run->page->beat++;
}

SimRandom
run_random(const Run *run, const char *name)
{
	return sim_random(run->seed, name, 0);
}

static Page *loading;

static void
at(const char *where)
{
	page_at(loading, where);
}

const bsn_plugin *
run_plugin(Run *run)
{
	const SimOptions options = { .plugin_dir = run->options->plugin_dir,
				     .real_signatures = TRUE };
	g_autofree char *message = NULL;

	if (run->plugin != NULL)
		return run->plugin;
	loading = run->page;
	sim_plugins_watch(at);
	run->plugin = sim_plugin_load(&options, run->subject->path, &message);
	sim_plugins_watch(NULL);
	page_at(run->page, NULL);
	EXPECT(run, run->plugin != NULL, "%s", message);
	return run->plugin;
}

const bsn_engine *
run_engine(Run *run)
{
	const bsn_engine *engine;

	if (run->engine != NULL)
		return run->engine;
	engine = bsn_engine_of(run_plugin(run));
	EXPECT(run, engine != NULL, "it must be an engine; query(\"%s\") "
				    "answers NULL",
	       BSN_ENGINE_ID);
	run->engine = guard_engine(engine, run->page);
	return run->engine;
}

const char *
run_feature(Run *run, const char *row)
{
	const Claim *claim = subject_claim(run->subject, row);

	return claim != NULL ? claim->detail : NULL;
}

void
run_load_named(Run *run, const SimWorkload *workload)
{
	const SimOptions sim = { .plugin_dir = run->options->plugin_dir,
				 .real_signatures = TRUE };
	g_autofree char *message = NULL;

	EXPECT(run, sim_plugins_of(&sim, workload->plugins, &message),
	       "the plugins that the workload names must be there; %s",
	       message);
}

const SimWorkload *
run_workload(Run *run)
{
	g_autofree char *message = NULL;

	if (run->workload != NULL)
		return run->workload;
	EXPECT(run, run->subject->workload_path != NULL,
	       "a workload must say what to ask of the framework; there is none "
	       "beside %s: give one with --workload (docs/vendor-guide.md, "
	       "\"The workload\")",
	       run->subject->file);
	run->workload = sim_workload_read(run->subject->workload_path,
					  &message);
	EXPECT(run, run->workload != NULL, "the workload must be readable; %s",
	       message);
	run_load_named(run, run->workload);
	return run->workload;
}
