/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench workloads: which there are.
 */
#include <stdio.h>
#include <string.h>

#include "tools/bench/commands.h"
#include "tools/bench/workload.h"
#include "tools/ctl/error.h"

static void
print_help(void)
{
	fputs("Usage: bsn-bench workloads [NAME]\n"
	      "\n"
	      "Lists the workloads that 'bsn-bench run' finds by name, or says "
	      "what one of\n"
	      "them is. BSN_BENCH_PATH names other directories, with colons "
	      "between.\n",
	      stdout);
}

static int
list(void)
{
	g_autoptr(GPtrArray) names = workload_names();

	for (guint i = 0; i < names->len; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Workload) workload =
			workload_find(names->pdata[i], &error);

		printf("%-17s %s\n", (const char *)names->pdata[i],
		       workload != NULL ? workload->title : error->message);
	}
	return 0;
}

static int
describe(const char *name)
{
	GError *error = NULL;
	g_autoptr(Workload) workload = workload_find(name, &error);
	g_autofree char *text = NULL;

	if (workload == NULL)
		return bench_fail(error, FALSE);
	text = g_key_file_to_data(workload->file, NULL, NULL);
	fputs(text, stdout);
	return 0;
}

int
bench_workloads(int argc, char **argv)
{
	if (argc == 1)
		return list();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help();
		return 0;
	}
	return describe(argv[1]);
}
