/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/options.h: bsn-bench's command line.
 */
#ifndef TOOLS_BENCH_OPTIONS_H
#define TOOLS_BENCH_OPTIONS_H

#include <glib.h>

#define BENCH_IN_FLIGHT_MAX 4096
#define BENCH_TRANSACTIONS_MAX 10000000
#define BENCH_RATE_MAX 1000000.0

typedef struct {
	char *chain;
	char **nodes;         /* directories or addresses; NULL: as bsnctl finds
			       * one */
	char *id;             /* who asks */
	guint64 transactions; /* that are measured */
	guint64 warm_up;      /* that go before */
	guint in_flight;      /* requests at once */
	double rate;          /* transactions a second; 0: a closed loop */
	guint batch;          /* transactions of a request */
	guint timeout_ms;     /* of one request */
	guint retries;        /* of one transaction */
	char *contract, *function, *args; /* what is invoked */
	char *from;           /* a file of finished transactions instead, or
			       * NULL */
	gboolean json;
} BenchOptions;

typedef enum { BENCH_RUN, BENCH_HELP, BENCH_VERSION, BENCH_USAGE } BenchWish;

/* Takes a command line apart; `options` is to be cleared in any case.
 * BENCH_USAGE with an error, CTL_ERROR_USAGE. */
BenchWish bench_options_parse(BenchOptions *options, int argc, char **argv,
			      GError **error);
void bench_options_clear(BenchOptions *options);
/* For --help. */
const char *bench_options_help(void);

#endif
