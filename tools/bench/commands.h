/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/commands.h: what bsn-bench can do. Each command has a file of its
 * own, or several, and a line in `bench_commands`.
 */
#ifndef TOOLS_BENCH_COMMANDS_H
#define TOOLS_BENCH_COMMANDS_H

#include <glib.h>

typedef struct {
	const char *name;    /* NULL ends the table */
	const char *purpose; /* one line of the help */
	/* argv[0] is the command's name; answers --help itself. Returns the
	 * exit status: 0; 1: it could not be done, or something was amiss; 2:
	 * the command line is wrong. */
	int (*run)(int argc, char **argv);
} BenchCommand;

extern const BenchCommand bench_commands[];

/* Runs a command line. A first word that is no command is a chain, and all of
 * it the short form of `run`. */
int bench_main(int argc, char **argv);

int bench_run(int argc, char **argv);
/* The short form: argv[0] is the program, a chain comes first. */
int bench_run_chain(int argc, char **argv);
int bench_workloads(int argc, char **argv);
int bench_crypto(int argc, char **argv);
int bench_report(int argc, char **argv);
int bench_compare(int argc, char **argv);

/* One option of a table of GOptionEntry, and the table's end. */
#define BENCH_OPTION(name, letter, kind, at)                         \
	{                                                            \
		name, letter, 0, G_OPTION_ARG_##kind, at, NULL, NULL \
	}
#define BENCH_OPTIONS_END                                       \
	{                                                       \
		NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL \
	}
/* Takes the options of a command off its line. FALSE with an error,
 * CTL_ERROR_USAGE. */
gboolean bench_parse(const char *command, const GOptionEntry *entries,
		     int *argc, char ***argv, GError **error);

/* Says why on standard error, as JSON when that is wanted, and returns the exit
 * status that belongs to it. Takes the error. */
int bench_fail(GError *error, gboolean as_json);

#endif
