/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/ticker.h: how far a run is: one line that is written over and
 * over on a terminal; a line of its own every few seconds elsewhere.
 */
#ifndef TOOLS_BENCH_TICKER_H
#define TOOLS_BENCH_TICKER_H

#include <stdio.h>

#include <glib.h>

/* Between lines where there is no terminal. */
#define TICKER_PLAIN_S 10

typedef struct {
	const char *what;    /* "measuring" */
	guint64 done, total; /* total 0: not known beforehand */
	guint64 failed;
	double elapsed_s;
	double length_s; /* it ends then, whatever was done; 0: it does not */
	double rate;	 /* a second, lately */
	double p99_ms;	 /* until now; below 0: not known */
} TickerState;

typedef struct {
	FILE *out;
	gboolean terminal;
	gboolean open;	 /* the terminal's line is not ended */
	gint64 shown_us; /* the last plain line; monotonic */
	gint64 last_us;	 /* of the last state */
	guint64 last_done;
	double rate; /* smoothed */
} Ticker;

void ticker_init(Ticker *ticker, FILE *out);
/* `now_us` is monotonic; fills the state's rate. */
void ticker_show(Ticker *ticker, TickerState *state, gint64 now_us);
/* Something that takes a moment: "signing". */
void ticker_say(Ticker *ticker, const char *what);
/* Leaves the terminal's line empty. */
void ticker_end(Ticker *ticker);

/* Without an end of line; to be freed. */
char *ticker_text(const TickerState *state);

#endif
