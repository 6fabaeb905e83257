/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-sim: the deterministic simulator.
 */
#include "config.h"

#include <stdio.h>

#include "tools/sim/plugins.h"
#include "tools/sim/run.h"
#include "tools/sim/workload.h"

static SimWorkload *
read_workload(const SimOptions *options, char **message)
{
	g_autofree char *plugin = sim_plugin_path(options, options->engine);
	g_autofree char *beside = sim_workload_beside(plugin);

	if (options->workload != NULL)
		return sim_workload_read(options->workload, message);
	if (g_file_test(beside, G_FILE_TEST_EXISTS))
		return sim_workload_read(beside, message);
	*message = g_strdup_printf("there is no %s, which would say what to "
				   "ask of this engine: give one with "
				   "--workload",
				   beside);
	return NULL;
}

static int
run_engine(const SimOptions *options, const bsn_engine *engine,
	   char **message)
{
	SimWorkload *workload = read_workload(options, message);
	int status = SIM_IMPOSSIBLE;

	if (workload != NULL && options->consensus == NULL &&
	    workload->consensus_path != NULL) {
		*message = g_strdup("this engine's chains run a protocol that "
				    "is to be named: give --consensus");
		status = SIM_WRONG_USE;
	} else if (workload != NULL &&
		   sim_plugins_of(options, workload->plugins, message)) {
		status = sim_run_all(options, workload, engine);
	}
	sim_workload_free(workload);
	return status;
}

static int
run(const SimOptions *options)
{
	g_autofree char *message = NULL;
	const bsn_engine *engine = sim_plugins_load(options, &message);
	int status = SIM_IMPOSSIBLE;

	if (engine != NULL)
		status = run_engine(options, engine, &message);
	if (message != NULL)
		fprintf(stderr, "bsn-sim: %s\n", message);
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
