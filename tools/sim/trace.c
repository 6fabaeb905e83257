/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/trace.h"

#include <stdio.h>
#include <string.h>

#include "tools/sim/random.h"

/* Bytes of a line; more is cut. */
#define TRACE_LINE_MAX 240u

struct SimTrace {
	char (*lines)[TRACE_LINE_MAX];
	guint kept;
	guint64 written; /* lines, ever */
	guint64 digest;
	guint64 step, now_us;
	gboolean print;
};

SimTrace *
sim_trace_new(guint kept, gboolean print)
{
	SimTrace *trace = g_new0(SimTrace, 1);

	trace->kept = MAX(kept, 1u);
	trace->lines = g_malloc0_n(trace->kept, TRACE_LINE_MAX);
	trace->digest = SIM_FNV_START;
	trace->print = print;
	return trace;
}

void
sim_trace_free(SimTrace *trace)
{
	if (trace == NULL)
		return;
	g_free(trace->lines);
	g_free(trace);
}

void
sim_trace_at(SimTrace *trace, guint64 step, guint64 now_us)
{
	trace->step = step;
	trace->now_us = now_us;
}

void
sim_trace(SimTrace *trace, const char *node, const char *format, ...)
{
	char *line = trace->lines[trace->written++ % trace->kept];
	gsize len;
	va_list args;

	len = (gsize)g_snprintf(line, TRACE_LINE_MAX,
				"%7" G_GUINT64_FORMAT " %5" G_GUINT64_FORMAT
				".%06" G_GUINT64_FORMAT " %-4s ",
				trace->step, trace->now_us / G_USEC_PER_SEC,
				trace->now_us % G_USEC_PER_SEC, node);
	va_start(args, format);
	g_vsnprintf(line + len, TRACE_LINE_MAX - len, format, args);
	va_end(args);
	trace->digest = sim_fnv(trace->digest, line, strlen(line));
	trace->digest = sim_fnv(trace->digest, "\n", 1);
	if (trace->print)
		puts(line);
}

guint64
sim_trace_digest(const SimTrace *trace)
{
	return trace->digest;
}

char *
sim_trace_tail(const SimTrace *trace)
{
	GString *text = g_string_new(NULL);
	guint64 first = trace->written > trace->kept
				? trace->written - trace->kept
				: 0;

	for (guint64 i = first; i < trace->written; i++) {
		g_string_append(text, trace->lines[i % trace->kept]);
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, FALSE);
}
