/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/commands.h"

#include <stdio.h>
#include <string.h>

#include "tools/ctl/error.h"

const BenchCommand bench_commands[] = {
	{ "run", "measure a workload", bench_run },
	{ "workloads", "say which workloads there are", bench_workloads },
	{ "crypto", "measure a crypto plugin beside OpenSSL", bench_crypto },
	{ "report", "show reports again, or side by side", bench_report },
	{ "compare", "say what is better or worse in another report",
	  bench_compare },
	{ NULL, NULL, NULL },
};

static void
print_help(void)
{
	fputs("Usage: bsn-bench COMMAND [...]\n"
	      "       bsn-bench CHAIN [OPTIONS]\n"
	      "\n"
	      "Measures app chains through the gateways of their hosts: "
	      "transactions\n"
	      "committed a second, and how long each took from being sent "
	      "until the answer\n"
	      "that it is on disk.\n"
	      "\n"
	      "Commands:\n",
	      stdout);
	for (const BenchCommand *c = bench_commands; c->name != NULL; c++)
		printf("  %-11s%s\n", c->name, c->purpose);
	fputs("\n"
	      "A word that is no command is a chain, and all that follows is "
	      "as for 'run'.\n"
	      "A chain with the name of a command is measured with an option "
	      "in front.\n"
	      "\n"
	      "  -V, --version\n"
	      "  -h, --help\n"
	      "\n"
	      "'bsn-bench COMMAND --help' says more.\n",
	      stdout);
}

static gboolean
is_word(int argc, char **argv, const char *word, const char *letter)
{
	return argc == 2 &&
	       (strcmp(argv[1], word) == 0 || strcmp(argv[1], letter) == 0);
}

int
bench_main(int argc, char **argv)
{
	if (is_word(argc, argv, "--help", "-h") ||
	    is_word(argc, argv, "help", "help")) {
		print_help();
		return 0;
	}
	if (is_word(argc, argv, "--version", "-V")) {
		puts("bsn-bench " PACKAGE_VERSION);
		return 0;
	}
	for (const BenchCommand *c = bench_commands; c->name != NULL; c++)
		if (argc > 1 && strcmp(argv[1], c->name) == 0)
			return c->run(argc - 1, argv + 1);
	return bench_run_chain(argc, argv);
}

gboolean
bench_parse(const char *command, const GOptionEntry *entries, int *argc,
	    char ***argv, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) why = NULL;

	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	if (g_option_context_parse(context, argc, argv, &why))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"%s\nSee 'bsn-bench %s --help'.", why->message,
			command);
}

int
bench_fail(GError *error, gboolean as_json)
{
	const int status = ctl_error_exit_code(error);
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);
	json_t *json;

	if (as_json) {
		json = ctl_error_to_json(error);
		json_dumpf(json, stderr, JSON_COMPACT);
		fputc('\n', stderr);
		json_decref(json);
	} else {
		for (gsize i = 0; lines[i] != NULL; i++)
			fprintf(stderr, "%s%s\n",
				i > 0 ? "  " : "bsn-bench: ", lines[i]);
	}
	g_error_free(error);
	return status;
}
