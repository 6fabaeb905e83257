/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/options.h: the command line of `bsn-bench run`.
 */
#ifndef TOOLS_BENCH_OPTIONS_H
#define TOOLS_BENCH_OPTIONS_H

#include "tools/bench/workload.h"

typedef struct {
	Workload *workload; /* with what the command line changes in it */
	char **chains;	    /* that there are; NULL: none is named */
	char **nodes;	    /* directories or addresses; NULL: as bsnctl finds
			     * one */
	char *id;	    /* who asks */
	char *from;	    /* a file of finished transactions, or NULL */
	gboolean keep;	    /* chains that were made for the run stay */
	gboolean json;
	char *json_file, *html_file; /* or NULL */
} BenchOptions;

typedef enum { BENCH_RUN, BENCH_HELP, BENCH_VERSION, BENCH_USAGE } BenchWish;

/* Takes a command line apart; `options` is to be cleared in any case. With
 * `short_form` the operand is a chain, else a workload. BENCH_USAGE with an
 * error, CTL_ERROR_USAGE. */
BenchWish bench_options_parse(BenchOptions *options, gboolean short_form,
			      int argc, char **argv, GError **error);
void bench_options_clear(BenchOptions *options);
/* For --help. */
const char *bench_options_help(void);

#endif
