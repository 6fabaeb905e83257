/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/ticker.h"

#include <string.h>
#include <unistd.h>

#include "tools/bench/units.h"

/* So much of the rate that is shown is the newest. */
#define NEWEST 0.3
#define ERASE "\r\033[K"

/* Seconds that it still takes; below 0: nobody knows. */
static double
time_left(const TickerState *state)
{
	double by_count = -1;

	if (state->total > state->done && state->rate > 0)
		by_count = (double)(state->total - state->done) / state->rate;
	if (state->length_s <= 0)
		return by_count;
	return by_count >= 0 ? MIN(by_count,
				   MAX(state->length_s - state->elapsed_s, 0))
			     : MAX(state->length_s - state->elapsed_s, 0);
}

static void
append(GString *text, char *more, const char *behind)
{
	g_string_append_printf(text, "%s%s", more, behind);
	g_free(more);
}

char *
ticker_text(const TickerState *state)
{
	const double left = time_left(state);
	GString *text = g_string_new(state->what);

	g_string_append(text, ": ");
	append(text, units_count((double)state->done), "");
	if (state->total > 0) {
		g_string_append(text, " of ");
		append(text, units_count((double)state->total), "");
	}
	g_string_append(text, ", ");
	append(text, units_rate(state->rate), "/s");
	if (state->p99_ms >= 0) {
		g_string_append(text, ", p99 ");
		append(text, units_ms(state->p99_ms), "");
	}
	if (state->failed > 0) {
		g_string_append(text, ", ");
		append(text, units_count((double)state->failed), " failed");
	}
	g_string_append(text, ", ");
	append(text, units_seconds(state->elapsed_s), "");
	if (left >= 0) {
		g_string_append(text, ", ");
		append(text, units_seconds(left), " left");
	}
	return g_string_free(text, FALSE);
}

void
ticker_init(Ticker *ticker, FILE *out)
{
	const char *term = g_getenv("TERM");

	memset(ticker, 0, sizeof(*ticker));
	ticker->out = out;
	ticker->terminal =
		isatty(fileno(out)) != 0 && g_strcmp0(term, "dumb") != 0;
}

static void
measure_rate(Ticker *ticker, TickerState *state, gint64 now_us)
{
	const gint64 passed_us = now_us - ticker->last_us;
	double newest;

	if (ticker->last_us == 0 || state->done < ticker->last_done) {
		ticker->rate = state->elapsed_s > 0
				       ? (double)state->done / state->elapsed_s
				       : 0;
	} else if (passed_us > 0) {
		newest = (double)(state->done - ticker->last_done) *
			 G_USEC_PER_SEC / (double)passed_us;
		ticker->rate += NEWEST * (newest - ticker->rate);
	}
	ticker->last_us = now_us;
	ticker->last_done = state->done;
	state->rate = ticker->rate;
}

void
ticker_show(Ticker *ticker, TickerState *state, gint64 now_us)
{
	g_autofree char *text = NULL;

	measure_rate(ticker, state, now_us);
	if (!ticker->terminal && ticker->shown_us != 0 &&
	    now_us - ticker->shown_us < TICKER_PLAIN_S * G_USEC_PER_SEC)
		return;
	ticker->shown_us = now_us;
	text = ticker_text(state);
	if (ticker->terminal)
		fprintf(ticker->out, ERASE "%s", text);
	else
		fprintf(ticker->out, "%s\n", text);
	ticker->open = ticker->terminal;
	fflush(ticker->out);
}

void
ticker_say(Ticker *ticker, const char *what)
{
	if (!ticker->terminal)
		return;
	fprintf(ticker->out, ERASE "%s", what);
	ticker->open = TRUE;
	fflush(ticker->out);
}

void
ticker_end(Ticker *ticker)
{
	if (ticker->open)
		fputs(ERASE, ticker->out);
	ticker->open = FALSE;
	ticker->last_us = ticker->shown_us = 0;
	ticker->last_done = 0;
	fflush(ticker->out);
}
