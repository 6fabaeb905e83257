/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-sim: the deterministic simulator.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tools/sim/plugins.h"
#include "tools/sim/run.h"

static SimWorkload *
read_workload(const SimOptions *options, const bsn_engine *engine,
	      char **message)
{
	const char *text = sim_workload_builtin(engine->framework);
	g_autofree char *file = NULL;
	g_autofree char *why = NULL;
	g_autoptr(GError) error = NULL;
	SimWorkload *workload;

	if (options->workload != NULL) {
		if (!g_file_get_contents(options->workload, &file, NULL,
					 &error)) {
			*message = g_strdup(error->message);
			return NULL;
		}
		text = file;
	}
	if (text == NULL) {
		*message = g_strdup_printf(
			"the simulator does not know what to ask of the "
			"framework %s: say so with --workload",
			engine->framework);
		return NULL;
	}
	workload = sim_workload_parse(text, strlen(text), options->consensus,
				      options->config, &why);
	if (workload == NULL)
		*message = g_strdup_printf("the workload: %s", why);
	return workload;
}

static int
run(const SimOptions *options)
{
	char *message = NULL;
	const bsn_engine *engine = sim_plugins_load(options, &message);
	SimWorkload *workload = NULL;
	int status = SIM_IMPOSSIBLE;

	if (engine != NULL)
		workload = read_workload(options, engine, &message);
	if (workload != NULL)
		status = sim_run_all(options, workload, engine);
	else
		fprintf(stderr, "bsn-sim: %s\n", message);
	sim_workload_free(workload);
	g_free(message);
	return status;
}

int
main(int argc, char **argv)
{
	g_autofree char *message = NULL;
	g_autofree char *help = NULL;
	SimOptions options;
	int status = SIM_HELD;

	switch (sim_options_parse(&options, argc, argv, &message)) {
	case SIM_RUN:
		status = run(&options);
		break;
	case SIM_HELP:
		help = sim_options_help();
		fputs(help, stdout);
		break;
	case SIM_VERSION:
		puts("bsn-sim " PACKAGE_VERSION);
		break;
	case SIM_USAGE:
		fprintf(stderr, "bsn-sim: %s\nTry bsn-sim --help.\n", message);
		status = SIM_WRONG_USE;
		break;
	}
	sim_options_clear(&options);
	return status;
}
