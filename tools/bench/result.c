/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/result.h"

#include <string.h>

const char *const loop_mode_names[] = {
	[LOOP_CLOSED] = "closed",
	[LOOP_OPEN] = "open",
	[LOOP_RAMP] = "ramp",
};

static void
node_clear(gpointer data)
{
	RunNode *node = data;

	g_free(node->name);
}

Run *
run_new(void)
{
	Run *run = g_new0(Run, 1);

	run->began_ms = g_get_real_time() / 1000;
	run->errors = tally_new();
	run->retries = tally_new();
	run->latency = hist_new(HIST_BITS);
	run->points = g_array_new(FALSE, TRUE, sizeof(SeriesPoint));
	run->nodes = g_array_new(FALSE, TRUE, sizeof(RunNode));
	g_array_set_clear_func(run->nodes, node_clear);
	return run;
}

static void
parameters_clear(RunParameters *what)
{
	g_free(what->chain);
	g_free(what->framework);
	g_free(what->crypto);
	g_free(what->consensus);
	g_free(what->contract);
	g_free(what->function);
	g_free(what->signing);
}

void
run_free(Run *run)
{
	if (run == NULL)
		return;
	g_free(run->label);
	parameters_clear(&run->what);
	g_hash_table_unref(run->errors);
	g_hash_table_unref(run->retries);
	hist_free(run->latency);
	hist_free(run->delivery);
	g_array_unref(run->points);
	g_array_unref(run->nodes);
	g_free(run->why);
	g_free(run);
}

double
run_rate(const Run *run)
{
	return run->elapsed_us > 0 ? (double)run->committed * G_USEC_PER_SEC /
					     (double)run->elapsed_us
				   : 0;
}

void
run_add_node(Run *run, const char *name, const Metrics *rise)
{
	RunNode node = { .name = g_strdup(name), .known = rise != NULL };

	if (rise != NULL)
		node.rise = *rise;
	g_array_append_val(run->nodes, node);
}

gboolean
run_metrics(const Run *run, Metrics *all)
{
	*all = (Metrics){ .syncs = 0 };
	for (guint i = 0; i < run->nodes->len; i++) {
		const RunNode *node = &g_array_index(run->nodes, RunNode, i);

		if (!node->known)
			return FALSE;
		metrics_add(all, &node->rise);
	}
	return run->nodes->len > 0;
}

/* ---- results ------------------------------------------------------------ */

/* "AMD EPYC 9V45, 2 cores", or less of it. */
static char *
machine(void)
{
	g_autofree char *text = NULL;
	const char *line = NULL;

	if (g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL))
		line = strstr(text, "model name");
	if (line != NULL)
		line = strchr(line, ':');
	if (line == NULL)
		return g_strdup_printf("%u cores", g_get_num_processors());
	line += strspn(line, ": \t");
	return g_strdup_printf("%.*s, %u cores", (int)strcspn(line, "\n"), line,
			       g_get_num_processors());
}

Result *
result_new(const char *workload, const char *title)
{
	Result *result = g_new0(Result, 1);

	result->workload = g_strdup(workload);
	result->title = g_strdup(title);
	result->version = g_strdup(PACKAGE_VERSION);
	result->machine = machine();
	result->runs = g_ptr_array_new_with_free_func((GDestroyNotify)run_free);
	return result;
}

void
result_free(Result *result)
{
	if (result == NULL)
		return;
	g_free(result->workload);
	g_free(result->title);
	g_free(result->version);
	g_free(result->machine);
	g_ptr_array_unref(result->runs);
	g_free(result);
}

void
result_add(Result *result, Run *run)
{
	g_ptr_array_add(result->runs, run);
}

gboolean
result_is_whole(const Result *result)
{
	for (guint i = 0; i < result->runs->len; i++) {
		const Run *run = result->runs->pdata[i];

		if (run->why == NULL && tally_total(run->errors) > 0)
			return FALSE;
	}
	return TRUE;
}
